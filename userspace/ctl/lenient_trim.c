// SPDX-License-Identifier: GPL-2.0
/*
 * Words in lines of ours that are not, blanked out: what is left is carried out. Columns
 * stay what they were.
 */
#include "foreign.h"
#include "odd.h"

#include <string.h>

/* A run of words that is passed over, and why. */
struct cut {
	const char *word;
	u32 more;			/* words behind it that belong to it */
	enum passed_group group;
	const char *why;
};

enum { TO_END = 99 };

static const struct cut of_set[] = {
	{ "random-sequence-number", 1, PASSED_IDLE,
	  "sequence numbers are left as they are" },
	/* 7.0's name of it */
	{ "random-seq#", 1, PASSED_IDLE, "sequence numbers are left as they are" },
	{ "decrement-ttl", 0, PASSED_FOREIGN, "left to the router" },
	{ "advanced-options", 1, PASSED_FOREIGN, "normalises TCP" },
	{ "syn-cookie-mss", 1, PASSED_FOREIGN, "left to the system" },
	{ "timeout", TO_END, PASSED_FOREIGN, "left to conntrack" },
	{ NULL, 0, PASSED_FOREIGN, NULL }
};

static const struct cut of_static[] = {
	{ "dns", 0, PASSED_FOREIGN, "rewrites answers of DNS" },
	{ "norandomseq", 0, PASSED_IDLE, "sequence numbers are left as they are" },
	{ "udp", 1, PASSED_FOREIGN, "limits UDP" },
	{ NULL, 0, PASSED_FOREIGN, NULL }
};

static const struct cut of_service[] = {
	{ "fail-close", 0, PASSED_IDLE, "mail over IPv6 is inspected, too" },
	{ NULL, 0, PASSED_FOREIGN, NULL }
};

/* Behind "log". */
static const struct cut of_log[] = {
	{ "disable", 0, PASSED_IDLE, "a class logs nothing" },
	{ "default", 0, PASSED_IDLE, "a class logs nothing" },
	{ "interval", 1, PASSED_IDLE, "a class logs nothing" },
	{ "emergencies", 0, PASSED_IDLE, "a class logs nothing" },
	{ "alerts", 0, PASSED_IDLE, "a class logs nothing" },
	{ "critical", 0, PASSED_IDLE, "a class logs nothing" },
	{ "errors", 0, PASSED_IDLE, "a class logs nothing" },
	{ "warnings", 0, PASSED_IDLE, "a class logs nothing" },
	{ "notifications", 0, PASSED_IDLE, "a class logs nothing" },
	{ "informational", 0, PASSED_IDLE, "a class logs nothing" },
	{ "debugging", 0, PASSED_IDLE, "a class logs nothing" },
	{ "0", 0, PASSED_IDLE, "a class logs nothing" },
	{ "1", 0, PASSED_IDLE, "a class logs nothing" },
	{ "2", 0, PASSED_IDLE, "a class logs nothing" },
	{ "3", 0, PASSED_IDLE, "a class logs nothing" },
	{ "4", 0, PASSED_IDLE, "a class logs nothing" },
	{ "5", 0, PASSED_IDLE, "a class logs nothing" },
	{ "6", 0, PASSED_IDLE, "a class logs nothing" },
	{ "7", 0, PASSED_IDLE, "a class logs nothing" },
	{ NULL, 0, PASSED_FOREIGN, NULL }
};

/* What of a line may be cut, and where that begins. */
struct cutting {
	const struct cut *cuts;		/* NULL for a line in which there is nothing */
	const char *behind;		/* this word, or NULL */
	u32 skip;			/* this many words */
};

static struct cutting cutting_of(const struct line *line)
{
	struct token first = odd_nth(line, 0), second, third;
	u32 no = lexer_is(&first, "no");

	if (no)
		first = odd_nth(line, 1);
	second = odd_nth(line, no + 1);
	third = odd_nth(line, no + 2);
	if (lexer_is(&first, "service-policy"))
		return (struct cutting){ .cuts = of_service };
	if (lexer_is(&first, "set") && lexer_is(&second, "connection"))
		return (struct cutting){ .cuts = of_set };
	if (lexer_is(&first, "static"))
		return (struct cutting){ .cuts = of_static,
					 .skip = no + odd_static_words(&third) };
	if (lexer_is(&first, "access-list"))
		return (struct cutting){ .cuts = of_log, .behind = "log" };
	return (struct cutting){ .cuts = NULL };
}

static const struct cut *cut_of(const struct cut *cuts, const struct token *t)
{
	for (; cuts->word; cuts++)
		if (lexer_is(t, cuts->word))
			return cuts;
	return NULL;
}

/* The last word of a run that begins with @t; a limit, which is ours, ends it. */
static struct token end_of_cut(struct line *l, const struct cut *cut, struct token t)
{
	struct line ahead = *l;
	struct token next;
	u32 more;

	for (more = cut->more; more; more--) {
		next = lexer_next(&ahead);
		if (!next.len || foreign_limit(&next))
			break;
		t = next;
		*l = ahead;
	}
	return t;
}

/* Does what can be cut begin behind this word? */
static bool is_before(struct cutting *c, const struct token *t)
{
	if (c->skip) {
		c->skip--;
		return true;
	}
	if (!c->behind)
		return false;
	if (lexer_is(t, c->behind))
		c->behind = NULL;
	return true;
}

/* Go through what can be cut: @fn gets the words, as a line of their own. */
static u32 each_cut(const struct line *line,
		    void (*fn)(const struct cut *cut, const struct line *words,
			       void *ctx), void *ctx)
{
	struct cutting c = cutting_of(line);
	struct line l = *line, words = { .pos = 0 };
	const struct cut *cut;
	struct token t;
	u32 n = 0;

	l.pos = 0;
	for (t = lexer_next(&l); c.cuts && t.len; t = lexer_next(&l)) {
		cut = is_before(&c, &t) ? NULL : cut_of(c.cuts, &t);
		if (!cut)
			continue;
		words.s = t.s;
		t = end_of_cut(&l, cut, t);
		words.len = (size_t)(t.s + t.len - words.s);
		fn(cut, &words, ctx);
		n++;
	}
	return n;
}

struct blanking {
	const struct line *line;
	struct buf *copy;
};

static void blank(const struct cut *cut, const struct line *words, void *ctx)
{
	struct blanking *b = ctx;

	(void)cut;
	memset(b->copy->s + (words->s - b->line->s), ' ', words->len);
}

/**
 * lenient_trim() - blank out words of a line that are not ours
 * @rd: the reader
 * @line: the line, which no mode knows
 * @copy: the line without them
 *
 * Return: false if there are none.
 */
bool lenient_trim(struct reader *rd, const struct line *line, struct buf *copy)
{
	struct blanking b = { .line = line, .copy = copy };

	if (!rd->lenient.on || !line->len)
		return false;
	buf_put(copy, line->s, line->len);
	return each_cut(line, blank, &b);
}

/**
 * lenient_hollow() - does what is left of a line take away more than the line did?
 * @line: the line, trimmed
 *
 * Return: true for "no set connection", which takes all limits.
 */
bool lenient_hollow(const struct line *line)
{
	struct token first = odd_nth(line, 0), second = odd_nth(line, 1);

	return lexer_is(&first, "no") && lexer_is(&second, "set") &&
	       !odd_nth(line, 3).len;
}

static void note(const struct cut *cut, const struct line *words, void *ctx)
{
	lenient_add(ctx, cut->group, words, "%s", cut->why);
}

/**
 * lenient_trimmed() - note what was blanked out of a line that was carried out
 * @rd: the reader
 * @line: the line as it was
 */
void lenient_trimmed(struct reader *rd, const struct line *line)
{
	each_cut(line, note, rd);
}
