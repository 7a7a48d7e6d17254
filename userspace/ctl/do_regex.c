// SPDX-License-Identifier: GPL-2.0
/* regex, class-map type regex and the lines in it. */
#include "dfa.h"
#include "grammar.h"

#include <stdlib.h>
#include <string.h>

static int missing(struct reader *rd, const struct arg *arg, const char *what)
{
	return reader_fail(rd, arg->tok.col, "%s '%.*s' does not exist", what,
			   (int)arg->tok.len, arg->tok.s);
}

/**
 * regex_unquote() - take the quotes off an expression
 * @arg: the expression as it stands in the line
 * @col: column of its first byte
 *
 * Return: the expression, for free().
 */
char *regex_unquote(const struct arg *arg, size_t *col)
{
	const char *s = arg->tok.s;
	size_t n = arg->tok.len;
	bool quoted = n > 1 && s[0] == '"' && s[n - 1] == '"';

	*col = arg->tok.col + quoted;
	return mem_dup(s + quoted, n - 2 * (size_t)quoted);
}

/**
 * regex_quote_open() - does an expression begin with a quote that does not end it?
 * @arg: the expression as it stands in the line
 *
 * Return: true if so.
 */
bool regex_quote_open(const struct arg *arg)
{
	const char *s = arg->tok.s;
	size_t n = arg->tok.len;

	return n && s[0] == '"' && (n == 1 || s[n - 1] != '"');
}

static const char *user_class(struct reader *rd, const struct regex *regex)
{
	struct regex_member *member;
	struct regex_class *class;

	list_each(class, &rd->cfg->regex_classes, list)
		list_each(member, &class->members, list)
			if (member->regex == regex)
				return class->name;
	return NULL;
}

/* @of: an expression, or a class of them */
static bool matches_use(const struct match *v, u32 n, const void *of)
{
	for (; n--; v++)
		if (v->regex == of || v->class == of)
			return true;
	return false;
}

/* Fails if a match refers to it. */
static int in_match(struct reader *rd, size_t col, const char *what,
		    const char *name, const void *of)
{
	struct inspect_class *ic;
	struct inspect_map *map;

	list_each(map, &rd->cfg->maps, list)
		if (matches_use(map->matches, map->nmatches, of))
			return reader_fail(rd, col,
					   "%s '%s' is used by policy-map type inspect esmtp '%s'",
					   what, name, map->name);
	list_each(ic, &rd->cfg->inspect_classes, list)
		if (matches_use(ic->matches, ic->nmatches, of))
			return reader_fail(rd, col,
					   "%s '%s' is used by class-map type inspect esmtp '%s'",
					   what, name, ic->name);
	return 0;
}

static int in_use(struct reader *rd, size_t col, const char *name,
		  const struct regex *regex)
{
	const char *class = user_class(rd, regex);

	if (class)
		return reader_fail(rd, col,
				   "regex '%s' is used by class-map type regex '%s'",
				   name, class);
	return in_match(rd, col, "regex", name, regex);
}

static int compile(struct reader *rd, const char *text, size_t col,
		   struct dfa **dfa)
{
	const char *wrong = NULL;
	size_t at;

	if (strlen(text) > CONFIG_REGEX_LEN)
		return reader_fail(rd, col,
				   "expected an expression of up to %u characters",
				   CONFIG_REGEX_LEN);
	*dfa = dfa_compile(&text, 1, &wrong, &at);
	return *dfa ? 0 : reader_fail(rd, col + at, "%s", wrong);
}

/**
 * do_regex() - regex NAME "EXPRESSION"
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_regex(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	char name[ESMTP_NAME_LEN];
	struct regex *regex;
	struct dfa *dfa = NULL;
	size_t col;
	char *text;

	if (regex_quote_open(args_type(args, TYPE_REGEX, 0)))
		return reader_fail(rd, args_type(args, TYPE_REGEX, 0)->tok.col,
				   "the quote is not closed");
	text = regex_unquote(args_type(args, TYPE_REGEX, 0), &col);
	if (compile(rd, text, col, &dfa)) {
		free(text);
		return -1;
	}
	regex = config_regex_find(rd->cfg, reader_name(arg, name, sizeof(name)));
	if (!regex)
		regex = config_regex_add(rd->cfg, name);
	free(regex->text);
	dfa_free(regex->dfa);
	regex->text = text;
	regex->dfa = dfa;
	return 0;
}

/**
 * do_no_regex() - no regex NAME ["EXPRESSION"]
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_regex(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	char name[ESMTP_NAME_LEN];
	struct regex *regex;

	regex = config_regex_find(rd->cfg, reader_name(arg, name, sizeof(name)));
	if (!regex)
		return missing(rd, arg, "regex");
	if (in_use(rd, arg->tok.col, name, regex))
		return -1;
	config_regex_del(regex);
	return 0;
}

/**
 * do_regex_class() - class-map type regex [match-any] NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_regex_class(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	char name[ESMTP_NAME_LEN];

	reader_name(arg, name, sizeof(name));
	rd->regexes = config_regex_class_find(rd->cfg, name);
	if (!rd->regexes)
		rd->regexes = config_regex_class_add(rd->cfg, name);
	return reader_mode(rd, MODE_REGEX_CLASS);
}

/**
 * do_no_regex_class() - no class-map type regex [match-any] NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_regex_class(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	char name[ESMTP_NAME_LEN];
	struct regex_class *class;

	class = config_regex_class_find(rd->cfg,
					reader_name(arg, name, sizeof(name)));
	if (!class)
		return missing(rd, arg, "class-map type regex");
	if (in_match(rd, arg->tok.col, "class-map type regex", class->name, class))
		return -1;
	config_regex_class_del(class);
	return 0;
}

/**
 * do_regex_class_description() - description of a class of expressions
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_regex_class_description(struct reader *rd, const struct args *args)
{
	reader_describe(&rd->regexes->description, args);
	return 0;
}

static struct regex_member *member_find(const struct regex_class *class,
					const struct regex *regex)
{
	struct regex_member *member;

	list_each(member, &class->members, list)
		if (member->regex == regex)
			break;
	return member;
}

/**
 * do_regex_match() - [no] match regex NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_regex_match(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	bool no = !strcmp(args->v[0].word, "no");
	struct regex_member *member;
	char name[ESMTP_NAME_LEN];
	struct regex *regex;

	regex = config_regex_find(rd->cfg, reader_name(arg, name, sizeof(name)));
	if (!regex)
		return missing(rd, arg, "regex");
	member = member_find(rd->regexes, regex);
	if (no && !member)
		return reader_fail(rd, args->v[1].tok.col,
				   "class-map type regex '%s' has no such match",
				   rd->regexes->name);
	if (no) {
		list_del(&member->list);
		free(member);
	} else if (!member) {
		member = mem_alloc(sizeof(*member));
		member->regex = regex;
		list_add(&rd->regexes->members, &member->list);
	}
	return 0;
}
