// SPDX-License-Identifier: GPL-2.0
/* Regular expressions and the matches that refer to them. */
#include "config.h"
#include "dfa.h"

#include <stdlib.h>
#include <string.h>

/**
 * config_regex_find() - find a regular expression
 * @cfg: the configuration
 * @name: its name
 *
 * Return: the expression, or NULL.
 */
struct regex *config_regex_find(struct config *cfg, const char *name)
{
	struct regex *regex;

	list_each(regex, &cfg->regexes, list)
		if (!strcmp(regex->name, name))
			break;
	return regex;
}

/**
 * config_regex_add() - add a regular expression
 * @cfg: the configuration
 * @name: its name, up to 64 characters
 *
 * Return: the expression, without text.
 */
struct regex *config_regex_add(struct config *cfg, const char *name)
{
	struct regex *regex = mem_alloc(sizeof(*regex));

	memcpy(regex->name, name, strlen(name) + 1);
	list_add(&cfg->regexes, &regex->list);
	return regex;
}

/**
 * config_regex_del() - remove a regular expression
 * @regex: the expression, not in use
 */
void config_regex_del(struct regex *regex)
{
	list_del(&regex->list);
	free(regex->text);
	dfa_free(regex->dfa);
	free(regex);
}

/**
 * config_regex_class_find() - find a class of expressions
 * @cfg: the configuration
 * @name: its name
 *
 * Return: the class, or NULL.
 */
struct regex_class *config_regex_class_find(struct config *cfg, const char *name)
{
	struct regex_class *class;

	list_each(class, &cfg->regex_classes, list)
		if (!strcmp(class->name, name))
			break;
	return class;
}

/**
 * config_regex_class_add() - add a class of expressions
 * @cfg: the configuration
 * @name: its name, up to 64 characters
 *
 * Return: the class, without members.
 */
struct regex_class *config_regex_class_add(struct config *cfg, const char *name)
{
	struct regex_class *class = mem_alloc(sizeof(*class));

	memcpy(class->name, name, strlen(name) + 1);
	list_init(&class->members);
	list_add(&cfg->regex_classes, &class->list);
	return class;
}

/**
 * config_regex_class_del() - remove a class of expressions
 * @class: the class, not in use
 */
void config_regex_class_del(struct regex_class *class)
{
	struct regex_member *member;
	struct list *next;

	list_each_safe(member, next, &class->members, list)
		free(member);
	list_del(&class->list);
	free(class->description);
	free(class);
}

static bool text_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/**
 * config_match_same() - do two matches say the same?
 * @a: a match
 * @b: another one
 *
 * Return: true if they do, to the last word.
 */
bool config_match_same(const struct match *a, const struct match *b)
{
	return !memcmp(&a->rule, &b->rule, sizeof(a->rule)) &&
	       a->regex == b->regex && a->class == b->class &&
	       a->of == b->of &&
	       text_same(a->say, b->say);
}

/**
 * config_match_copy() - copy a match
 * @to: where to; overwritten
 * @from: the match
 */
void config_match_copy(struct match *to, const struct match *from)
{
	*to = *from;
	if (from->say)
		to->say = mem_dup(from->say, strlen(from->say));
}

/**
 * config_match_refs() - the names that a match refers to
 * @m: the match
 * @refs: filled in
 */
void config_match_refs(const struct match *m, struct esmtp_refs *refs)
{
	memset(refs, 0, sizeof(*refs));
	refs->say = m->say;
	if (m->regex)
		refs->regex = m->regex->name;
	if (!m->class)
		return;
	refs->regex = m->class->name;
	refs->class = true;
}

/**
 * config_match_del() - remove a match of a map or of a class
 * @v: its matches
 * @n: their number
 * @i: place of the match
 */
void config_match_del(struct match *v, u32 *n, u32 i)
{
	free(v[i].say);
	--*n;
	memmove(&v[i], &v[i + 1], (*n - i) * sizeof(*v));
}
