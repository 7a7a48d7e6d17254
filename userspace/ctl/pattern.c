// SPDX-License-Identifier: GPL-2.0
/* Patterns to the automaton (Thompson's construction). */
#include "pattern.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct compiler {
	struct pattern *p;
	const struct part *parts;
	const char *s;			/* what is left of the pattern */
};

static u32 alternatives(struct compiler *c, u32 at);

static u32 add(struct pattern *p, enum state_kind kind)
{
	if (p->n == p->size) {
		p->size *= 2;
		p->v = mem_grow(p->v, p->size * sizeof(*p->v));
	}
	memset(&p->v[p->n], 0, sizeof(p->v[0]));
	p->v[p->n].kind = (u8)kind;
	return p->n++;
}

static u32 append(struct compiler *c, u32 at, enum state_kind kind)
{
	u32 n = add(c->p, kind);

	c->p->v[at].next = n;
	return n;
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The one copy of a keyword. */
static const char *intern(struct pattern *p, const char *s, size_t len)
{
	char *word = mem_dup(s, len);
	char **found = tsearch(word, &p->words, compare);

	if (*found != word)
		free(word);
	return *found;
}

/* A keyword between @at and what follows. */
static u32 keyword(struct compiler *c, u32 at, const char *s, size_t len)
{
	u32 n = append(c, at, STATE_WORD);

	c->p->v[n].hidden = *s == '!';
	if (*s == '!') {
		s++;
		len--;
	}
	c->p->v[n].word = intern(c->p, s, len);
	return n;
}

/* Each member of a set of names, as one of several keywords. */
static u32 members(struct compiler *c, u32 at, enum esmtp_arg set)
{
	u32 join = add(c->p, STATE_JUMP);
	const char *name;
	u32 i, fork, word;

	for (i = 0; i < 32; i++) {
		name = esmtp_member_name(set, i);
		if (!name)
			continue;
		fork = append(c, at, STATE_JUMP);
		word = keyword(c, fork, name, strlen(name));
		c->p->v[word].num = (u8)i;
		c->p->v[word].member = true;
		c->p->v[word].next = join;
		at = add(c->p, STATE_JUMP);
		c->p->v[fork].alt = at;
	}
	return join;
}

static const struct {
	const char *name;
	enum esmtp_arg set;
} sets[] = {
	{ "KEYWORD", ESMTP_ARG_KEYWORDS },
	{ "VERB", ESMTP_ARG_VERBS },
	{ "ENCODING", ESMTP_ARG_ENCODINGS },
};

static u32 placeholder(struct compiler *c, u32 at)
{
	size_t len = strcspn(++c->s, ">");
	const char *s = c->s;
	u32 n;

	c->s += len + 1;
	for (n = 0; n < ESMTP_ARRAY_SIZE(sets); n++)
		if (strlen(sets[n].name) == len && !memcmp(sets[n].name, s, len))
			return members(c, at, sets[n].set);
	n = append(c, at, STATE_TYPE);
	c->p->v[n].type = (u8)type_find(s, len);
	return n;
}

static u32 shared(struct compiler *c, u32 at)
{
	size_t len = strcspn(++c->s, " |]}+");
	const struct part *part = c->parts;
	const char *rest = c->s + len;

	while (strlen(part->name) != len || memcmp(part->name, c->s, len) != 0)
		part++;
	c->s = part->pattern;
	at = alternatives(c, at);
	c->s = rest;
	return at;
}

static u32 item(struct compiler *c, u32 at)
{
	u32 from = append(c, at, STATE_JUMP), to, out;
	char first = *c->s;
	size_t len;

	if (first == '{' || first == '[') {
		c->s++;
		to = alternatives(c, from);
		c->s++;
	} else if (first == '<') {
		to = placeholder(c, from);
	} else if (first == '@') {
		to = shared(c, from);
	} else {
		len = strcspn(c->s, " |]}");
		to = keyword(c, from, c->s, len);
		c->s += len;
	}
	out = append(c, to, STATE_JUMP);
	if (first == '[')
		c->p->v[from].alt = out;
	if (*c->s == '+') {
		c->s++;
		c->p->v[out].alt = from;
	}
	return out;
}

static u32 sequence(struct compiler *c, u32 at)
{
	for (;;) {
		while (*c->s == ' ')
			c->s++;
		if (!*c->s || strchr("|]}", *c->s))
			return at;
		at = item(c, at);
	}
}

/* One or more sequences with | between them, from @at; ends where they join. */
static u32 alternatives(struct compiler *c, u32 at)
{
	u32 join = add(c->p, STATE_JUMP);
	u32 fork, end;

	for (;;) {
		fork = append(c, at, STATE_JUMP);
		end = sequence(c, fork);
		c->p->v[end].next = join;
		if (*c->s != '|')
			return join;
		c->s++;
		at = add(c->p, STATE_JUMP);
		c->p->v[fork].alt = at;
	}
}

/**
 * pattern_compile() - make the automaton of a grammar
 * @cmds: the grammar; stays in use
 * @n: its entries
 * @parts: what @name stands for; patterns must not name any other
 *
 * Return: the automaton, for pattern_free().
 */
struct pattern *pattern_compile(const struct command *cmds, size_t n,
				const struct part *parts)
{
	struct pattern *p = mem_alloc(sizeof(*p));
	struct compiler c = { .p = p, .parts = parts };
	u32 end;
	size_t i;

	p->cmds = cmds;
	p->ncmds = n;
	p->size = 1024;
	p->v = mem_array(p->size, sizeof(*p->v));
	for (i = 0; i <= n; i++)
		add(p, STATE_JUMP);
	for (i = 0; i < n; i++) {
		c.s = cmds[i].pattern;
		end = append(&c, sequence(&c, (u32)i + 1), STATE_END);
		p->v[end].cmd = &cmds[i];
	}
	p->set = mem_array(2 * (size_t)p->n, sizeof(*p->set));
	return p;
}

/**
 * pattern_free() - free an automaton
 * @p: the automaton, or NULL
 */
void pattern_free(struct pattern *p)
{
	u32 i;

	if (!p)
		return;
	for (i = 0; i < PATTERN_MODES; i++)
		free(p->begin[i].v);
	tdestroy(p->words, free);
	free(p->v);
	free(p->set);
	free(p);
}
