// SPDX-License-Identifier: GPL-2.0
/* Lines against the automaton of a grammar. */
#include "pattern.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SHOWN = 48 };			/* bytes of a word in a message */

/* What all states that go on with a word have in common. */
struct winner {
	const char *word;
	enum type type;
	struct value value;
};

/* Add a state and all that it leads to without a word. */
static void enter(struct pattern *p, u32 n)
{
	struct state *s = &p->v[n];

	if (!n || s->seen == p->round)
		return;
	s->seen = p->round;
	if (s->kind != STATE_JUMP) {
		p->set[p->nset++] = n;
		return;
	}
	enter(p, s->next);
	enter(p, s->alt);
}

/* Most lines begin where the one before did: the set is kept. */
static void start(struct pattern *p, u32 mode)
{
	struct state_set *begin = &p->begin[mode];
	size_t i;

	if (!begin->n) {
		p->round++;
		p->nset = 0;
		for (i = 0; i < p->ncmds; i++)
			if (p->cmds[i].modes & (1U << mode))
				enter(p, (u32)i + 1);
		begin->n = p->nset;
		begin->v = mem_array(begin->n, sizeof(*begin->v));
		memcpy(begin->v, p->set, begin->n * sizeof(*begin->v));
	}
	p->nset = begin->n;
	memcpy(p->set, begin->v, begin->n * sizeof(*begin->v));
}

static bool spelled(const struct token *t, const char *word, bool whole)
{
	return (*word | 0x20) == (*t->s | 0x20) &&
	       !strncasecmp(word, t->s, t->len) && !word[t->len] == whole;
}

/* A name may be spelled like the beginning of a keyword: it is a name then. */
static bool any_name(const struct pattern *p)
{
	const struct state *s;
	u32 i;

	for (i = 0; i < p->nset; i++) {
		s = &p->v[p->set[i]];
		if (s->kind == STATE_TYPE && s->type >= TYPE_IFNAME)
			return true;
	}
	return false;
}

static bool listed(const struct buf *list, const char *s)
{
	size_t len = strlen(s);
	const char *at = list->s;

	while (at && (at = strstr(at, s))) {
		if ((at == list->s || at[-1] == '\n') && at[len] == '\n')
			return true;
		at += len;
	}
	return false;
}

static void expect_word(struct buf *list, const char *s)
{
	if (!listed(list, s))
		buf_add(list, "%s\n", s);
}

static void ambiguous(const struct pattern *p, const struct token *t,
		      bool whole, struct miss *miss)
{
	const struct state *s;
	u32 i;

	buf_add(&miss->what, "'%.*s' is ambiguous", (int)t->len, t->s);
	for (i = 0; i < p->nset; i++) {
		s = &p->v[p->set[i]];
		if (s->kind == STATE_WORD && !s->hidden &&
		    spelled(t, s->word, whole))
			expect_word(&miss->list, s->word);
	}
}

static const char *find_word(const struct pattern *p, const struct token *t,
			     bool whole, struct miss *miss)
{
	const char *found = NULL;
	const struct state *s;
	u32 i;

	for (i = 0; i < p->nset; i++) {
		s = &p->v[p->set[i]];
		if (s->kind != STATE_WORD || !spelled(t, s->word, whole))
			continue;
		if (found && found != s->word) {
			ambiguous(p, t, whole, miss);
			return NULL;
		}
		found = s->word;
	}
	return found;
}

/* A word of type @type? */
static bool fits(const struct pattern *p, u32 type, const struct token *t,
		 struct value *v)
{
	if (types[type].parse(t, v))
		return true;
	if (!p->named || (type != TYPE_ADDR && type != TYPE_ADDR4) ||
	    !p->named(p->names, t, v))
		return false;
	return type == TYPE_ADDR || v->family == ESMTP_AF_INET;
}

/* Does a name of an address stand where an address can? */
static bool names_addr(const struct pattern *p, const struct token *t)
{
	const struct state *s;
	struct value v;
	u32 i;

	for (i = 0; p->named && i < p->nset; i++) {
		s = &p->v[p->set[i]];
		if (s->kind == STATE_TYPE && fits(p, s->type, t, &v) &&
		    (s->type == TYPE_ADDR || s->type == TYPE_ADDR4))
			return true;
	}
	return false;
}

/* A text of several words stands in quotes; one that is left open stays one word. */
static void take_quoted(struct line *line, struct token *t)
{
	const char *end = line->s + line->len, *close;

	if (t->s[0] != '"')
		return;
	close = memchr(t->s + 1, '"', (size_t)(end - t->s - 1));
	if (!close)
		return;
	t->len = (size_t)(close + 1 - t->s);
	line->pos = (size_t)(close + 1 - line->s);
}

static bool find_type(const struct pattern *p, struct line *line,
		      struct token *t, struct winner *w)
{
	struct line all = *line;
	struct token rest, *tok;
	const struct state *s;
	u32 type, i;

	all.pos = t->col - 1;
	rest = lexer_rest(&all);
	for (type = 0; type < TYPE_MAX; type++) {
		for (i = 0; i < p->nset; i++) {
			s = &p->v[p->set[i]];
			if (s->kind == STATE_TYPE && s->type == type)
				break;
		}
		tok = type >= TYPE_FILE ? &rest : t;
		if (i == p->nset || !fits(p, type, tok, &w->value))
			continue;
		w->type = (enum type)type;
		if (tok == &rest) {
			*line = all;
			*t = rest;
		}
		if (type == TYPE_INPUT)
			take_quoted(line, t);
		return true;
	}
	return false;
}

static bool choose(const struct pattern *p, struct line *line, struct token *t,
		   struct winner *w, struct miss *miss)
{
	memset(w, 0, sizeof(*w));
	w->type = TYPE_MAX;
	*t = lexer_next(line);
	if (!t->len)
		return false;
	w->word = find_word(p, t, true, miss);
	if (!w->word && !p->whole && !any_name(p) && !names_addr(p, t))
		w->word = find_word(p, t, false, miss);
	if (w->word)
		return true;
	return !miss->what.len && find_type(p, line, t, w);
}

static bool wins(const struct state *s, const struct winner *w)
{
	if (w->word)
		return s->kind == STATE_WORD && s->word == w->word;
	return s->kind == STATE_TYPE && s->type == w->type;
}

/* Go on with the winner; false if it leads to nothing that is supported. */
static bool advance(struct pattern *p, const struct winner *w, struct arg *arg)
{
	u32 i, n = 0, end = p->nset;
	const struct state *s;

	for (i = 0; i < end; i++) {
		s = &p->v[p->set[i]];
		if (!wins(s, w) || s->hidden)
			continue;
		arg->num = s->num;
		arg->member = s->member;
		p->set[n++] = s->next;
	}
	if (!n)
		return false;
	/* The first n are where to go on: the upper half has room for them. */
	memcpy(p->set + p->n, p->set, n * sizeof(*p->set));
	p->round++;
	p->nset = 0;
	for (i = 0; i < n; i++)
		enter(p, p->set[p->n + i]);
	return true;
}

static const struct command *ended(const struct pattern *p)
{
	u32 i;

	for (i = 0; i < p->nset; i++)
		if (p->v[p->set[i]].kind == STATE_END)
			return p->v[p->set[i]].cmd;
	return NULL;
}

static void expect(const struct pattern *p, struct miss *miss)
{
	const struct state *s;
	u32 i;

	for (i = 0; i < p->nset; i++) {
		s = &p->v[p->set[i]];
		if (s->hidden)
			continue;
		if (s->kind == STATE_WORD)
			expect_word(&miss->list, s->word);
		else if (s->kind == STATE_TYPE)
			expect_word(&miss->list, types[s->type].what);
		else
			expect_word(&miss->list, "the end of the line");
	}
}

static void unsupported(const char *word, struct buf *what)
{
	buf_add(what, "'%s' is not supported by this version", word);
}

/**
 * match_line() - find the command that a line is
 * @p: the grammar
 * @mode: mode in which it was entered
 * @line: the line
 * @args: the command and its words
 * @miss: if there is none: why, for match_miss_free()
 *
 * Return: true if there is one.
 */
bool match_line(struct pattern *p, u32 mode, struct line line,
		struct args *args, struct miss *miss)
{
	struct winner w;
	struct token t;
	struct arg *arg;

	memset(miss, 0, sizeof(*miss));
	args->n = 0;
	start(p, mode);
	while (choose(p, &line, &t, &w, miss)) {
		miss->depth++;
		miss->tok = t;
		if (args->n == PATTERN_ARGS) {
			buf_add(&miss->what, "too many words");
			return false;
		}
		arg = &args->v[args->n++];
		arg->word = w.word;
		arg->type = (u8)w.type;
		arg->tok = t;
		arg->value = w.value;
		if (!advance(p, &w, arg)) {
			unsupported(w.word, &miss->what);
			return false;
		}
	}
	miss->tok = t;
	args->end = t.col;
	args->cmd = t.len ? NULL : ended(p);
	if (args->cmd)
		return true;
	if (!miss->what.len)
		expect(p, miss);
	return false;
}

/**
 * match_next() - what may follow some words
 * @p: the grammar
 * @mode: mode in which they were entered
 * @line: the words
 * @list: gets what may follow, each with a LF; nothing if the words make no sense
 */
void match_next(struct pattern *p, u32 mode, struct line line, struct buf *list)
{
	struct miss miss = { .depth = 0 };
	struct winner w;
	struct token t;
	struct arg arg;

	start(p, mode);
	while (choose(p, &line, &t, &w, &miss))
		if (!advance(p, &w, &arg))
			goto out;
	if (t.len || miss.what.len)
		goto out;
	expect(p, &miss);
	buf_put(list, miss.list.s, miss.list.len);
out:
	match_miss_free(&miss);
}

/**
 * match_miss_free() - free the texts of a miss
 * @miss: from match_line(), matched or not
 */
void match_miss_free(struct miss *miss)
{
	buf_free(&miss->what);
	buf_free(&miss->list);
}

/**
 * match_miss_merge() - add what another mode expected at the same word
 * @to: the miss to add to
 * @from: the other one
 */
void match_miss_merge(struct miss *to, const struct miss *from)
{
	const char *s = from->list.s, *lf;
	char *word;

	for (; s && *s; s = lf + 1) {
		lf = strchr(s, '\n');
		word = mem_dup(s, (size_t)(lf - s));
		expect_word(&to->list, word);
		free(word);
	}
}

static void expect_text(const struct buf *list, struct buf *out)
{
	const char *s = list->s, *lf;
	const char *sep = "";

	for (; s && *s; s = lf + 1) {
		lf = strchr(s, '\n');
		buf_add(out, "%s%.*s", sep, (int)(lf - s), s);
		sep = lf[1] && !strchr(lf + 1, '\n')[1] ? " or " : ", ";
	}
}

/**
 * match_miss_text() - say why a line did not match
 * @miss: from match_line()
 * @out: the message is added to it
 */
void match_miss_text(const struct miss *miss, struct buf *out)
{
	if (miss->what.len) {
		buf_put(out, miss->what.s, miss->what.len);
		if (!miss->list.len)
			return;
		buf_add(out, ": ");
	} else {
		buf_add(out, "expected ");
	}
	expect_text(&miss->list, out);
	if (miss->what.len)
		return;
	if (miss->tok.len > SHOWN)
		buf_add(out, ", not '%.*s...'", SHOWN, miss->tok.s);
	else if (miss->tok.len)
		buf_add(out, ", not '%.*s'", (int)miss->tok.len, miss->tok.s);
	else
		buf_add(out, ", but the line ends");
}

/**
 * args_line() - the line that some words stand in
 * @args: the words
 *
 * Return: the line, up to the last one.
 */
struct line args_line(const struct args *args)
{
	struct line line = {
		.s = args->v[0].tok.s - (args->v[0].tok.col - 1),
		.len = args->end - 1,
	};

	return line;
}

/**
 * args_word() - find a keyword in a line
 * @args: the line
 * @word: the keyword
 *
 * Return: its first place, or NULL.
 */
const struct arg *args_word(const struct args *args, const char *word)
{
	u32 i;

	for (i = 0; i < args->n; i++)
		if (args->v[i].word && !strcmp(args->v[i].word, word))
			return &args->v[i];
	return NULL;
}

/**
 * args_type() - find a placeholder's word in a line
 * @args: the line
 * @type: of the placeholder
 * @nth: 0 for the first one of the type
 *
 * Return: the word, or NULL.
 */
const struct arg *args_type(const struct args *args, enum type type, u32 nth)
{
	u32 i;

	for (i = 0; i < args->n; i++)
		if (!args->v[i].word && args->v[i].type == type && !nth--)
			return &args->v[i];
	return NULL;
}
