// SPDX-License-Identifier: GPL-2.0
/*
 * apply --lenient: a whole configuration of a firewall has more in it than mail.
 * What no mode of ours knows is passed over with the lines that belong to it, and
 * counted. Where that leaves a hole in something that inspection uses, such as an
 * access-list without one of its lines, the use is an error: nothing that is in
 * force means something else than what was written.
 */
#include "reader.h"

#include <stdlib.h>
#include <string.h>

struct word {
	struct list list;
	char *s;
	u32 lines;
};

/**
 * lenient_init() - nothing was passed over yet
 * @l: overwritten
 */
void lenient_init(struct lenient *l)
{
	memset(l, 0, sizeof(*l));
	list_init(&l->words);
	list_init(&l->holes);
}

/**
 * lenient_free() - free what was noted
 * @l: not used afterwards
 */
void lenient_free(struct lenient *l)
{
	struct list *next;
	struct word *w;
	struct hole *h;

	list_each_safe(w, next, &l->words, list) {
		free(w->s);
		free(w);
	}
	list_each_safe(h, next, &l->holes, list) {
		free(h->name);
		free(h);
	}
	buf_free(&l->dropped);
}

static size_t indent(const struct line *line)
{
	struct line l = *line;

	return lexer_next(&l).col - 1;
}

static bool is(const struct token *t, const char *word)
{
	return t->len == strlen(word) && !memcmp(t->s, word, t->len);
}

/**
 * lenient_inside() - does a line belong to one that was passed over?
 * @l: the state
 * @line: the line
 *
 * Return: true if it does; it is counted then.
 */
bool lenient_inside(struct lenient *l, const struct line *line)
{
	struct word *w;

	l->inside = l->inside && indent(line) > l->indent;
	if (!l->inside)
		return false;
	w = list_at(l->word, &l->words, struct word, list);
	w->lines++;
	return true;
}

/**
 * lenient_check() - may a line be lost with the one that it belongs to?
 * @rd: the reader
 * @line: the line
 *
 * Return: 0, or what reader_fail() returns for one that speaks of mail.
 */
int lenient_check(struct reader *rd, const struct line *line)
{
	struct line l = *line;
	struct token t = lexer_next(&l);
	size_t col = t.col;

	if (is(&t, "no"))
		t = lexer_next(&l);
	if (!is(&t, "inspect"))
		return 0;
	t = lexer_next(&l);
	if (!is(&t, "esmtp"))
		return 0;
	return reader_fail(rd, col,
			   "the line above it was skipped, so its class is unknown");
}

static void count(struct lenient *l, const struct token *t)
{
	struct word *w;

	list_each(w, &l->words, list)
		if (is(t, w->s))
			break;
	if (!w) {
		w = mem_alloc(sizeof(*w));
		w->s = mem_dup(t->s, t->len);
		list_add(&l->words, &w->list);
		l->nwords++;
	}
	w->lines++;
	l->word = &w->list;
}

static void note_hole(struct reader *rd, const char *kind, const char *s,
		      size_t len)
{
	struct hole *h = mem_alloc(sizeof(*h));

	h->kind = kind;
	h->name = mem_dup(s, len);
	h->line = rd->line;
	list_add(&rd->lenient.holes, &h->list);
}

static bool object_open(const struct reader *rd)
{
	return rd->mode >= MODE_NETWORK_OBJECT &&
	       rd->mode <= MODE_PROTOCOL_GROUP;
}

/* Known without its indentation, unlike what else may follow an object. */
static bool member(const struct token *first)
{
	static const char *const words[] = {
		"host", "subnet", "range", "fqdn", "service", "network-object",
		"group-object", "service-object", "port-object",
		"protocol-object",
	};
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(words); i++)
		if (is(first, words[i]))
			return true;
	return false;
}

/* What lacks a line when this one is passed over. */
static void note(struct reader *rd, struct line l, const struct token *first)
{
	struct token t = lexer_next(&l);

	if (is(first, "access-list"))
		note_hole(rd, "access-list", t.s, t.len);
	if (object_open(rd) && (member(first) ||
				(first->col > 1 && !is(first, "nat"))))
		note_hole(rd, "object", rd->object->name,
			  strlen(rd->object->name));
	if (is(first, "match") && rd->mode == MODE_CLASS_MAP)
		note_hole(rd, "class-map", rd->class->name,
			  strlen(rd->class->name));
	if (!is(first, "class-map"))
		return;
	if (is(&t, "match-any") || is(&t, "match-all"))
		t = lexer_next(&l);
	note_hole(rd, "class-map", t.s, t.len);
}

/**
 * lenient_skip() - pass over a line, if that can do no harm
 * @rd: the reader
 * @line: the line, which no mode knows
 *
 * Inside an inspection map every line is ours.
 *
 * Return: false if it is to be an error.
 */
bool lenient_skip(struct reader *rd, const struct line *line)
{
	struct line l = *line;
	struct token first = lexer_next(&l);
	bool inner = rd->mode == MODE_INSPECT_MAP ||
		     rd->mode == MODE_PARAMETERS || rd->mode == MODE_MATCH ||
		     rd->mode == MODE_REGEX_CLASS ||
		     rd->mode == MODE_INSPECT_CLASS;

	if (!rd->lenient.on || (inner && first.col > 1) || is(&first, "regex") ||
	    is(&first, "esmtp"))
		return false;
	note(rd, l, &first);
	count(&rd->lenient, &first);
	rd->lenient.inside = true;
	rd->lenient.indent = first.col - 1;
	return true;
}

/**
 * lenient_pass() - pass over a line that was understood but has no meaning here
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or -1 where no line may be passed over.
 */
int lenient_pass(struct reader *rd, const struct args *args)
{
	struct line line = { .s = args->v[0].tok.s - (args->v[0].tok.col - 1),
			     .len = args->end - 1 };

	return lenient_skip(rd, &line) ? 0 : -1;
}

static const struct hole *find(const struct lenient *l, const char *kind,
			       const char *name)
{
	const struct hole *h;

	list_each(h, &l->holes, list)
		if (!strcmp(h->kind, kind) && !strcmp(h->name, name))
			break;
	return h;
}

/**
 * lenient_hole() - does an object lack a line?
 * @l: the state
 * @kind: of object
 * @name: its name
 *
 * Return: true if it does.
 */
bool lenient_hole(const struct lenient *l, const char *kind, const char *name)
{
	return find(l, kind, name);
}

/**
 * lenient_whole() - may an object be used?
 * @rd: the reader
 * @kind: of object
 * @arg: its name
 *
 * Return: 0, or what reader_fail() returns if it lacks a line.
 */
int lenient_whole(struct reader *rd, const char *kind, const struct arg *arg)
{
	char name[ESMTP_NAME_LEN];
	const struct hole *h;

	h = find(&rd->lenient, kind, reader_name(arg, name, sizeof(name)));
	if (!h)
		return 0;
	return reader_fail(rd, arg->tok.col,
			   "%s '%s' cannot be used: its line %u was skipped",
			   kind, name, h->line);
}

/**
 * lenient_summary() - say what was passed over
 * @l: the state
 * @out: the text is added to it, with a LF; nothing if there was nothing
 */
void lenient_summary(const struct lenient *l, struct buf *out)
{
	const struct word *w;
	const char *sep = "";
	u32 n = 0;

	list_each(w, &l->words, list)
		n += w->lines;
	if (!n)
		return;
	buf_add(out, "skipped %u lines: ", n);
	list_each(w, &l->words, list) {
		buf_add(out, "%s%s %u", sep, w->s, w->lines);
		sep = ", ";
	}
	buf_add(out, "\n");
	if (l->dropped.len)
		buf_add(out, "left out for lack of a line: %s\n", l->dropped.s);
}
