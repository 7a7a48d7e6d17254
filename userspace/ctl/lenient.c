// SPDX-License-Identifier: GPL-2.0
/*
 * apply and replace --lenient: a whole configuration of a firewall has more in it
 * than mail. What no mode of ours knows is passed over with the lines that belong to
 * it, and each of them is reported in one of three groups. Where that leaves a hole in
 * something that inspection uses, such as an access-list without one of its lines, the
 * use is an error: nothing that is in force means something else than what was written.
 */
#include "reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 100 };		/* bytes of a line in the report */

const char *const passed_groups[PASSED_GROUPS] = {
	[PASSED_FOREIGN] = "nothing of ours",
	[PASSED_IDLE] = "of ours, without effect",
	[PASSED_UNDONE] = "of ours, not done",
};

/* Why a class-map type management lacks its lines. */
const char *const lenient_management = "of connections to the firewall itself";

/**
 * lenient_init() - nothing was passed over yet
 * @l: overwritten
 */
void lenient_init(struct lenient *l)
{
	memset(l, 0, sizeof(*l));
	list_init(&l->passed);
	list_init(&l->holes);
	list_init(&l->debts);
}

/**
 * lenient_free() - free what was noted
 * @l: not used afterwards
 */
void lenient_free(struct lenient *l)
{
	struct passed *p;
	struct list *next;
	struct debt *d;

	list_each_safe(p, next, &l->passed, list) {
		free(p->words);
		free(p->why);
		free(p);
	}
	list_each_safe(d, next, &l->debts, list) {
		free(d->pmap);
		free(d->why);
		free(d);
	}
	lenient_holes_free(l);
	buf_free(&l->dropped);
	buf_free(&l->why);
}

/* Is what follows a word nobody else's business? */
static bool secret(const struct token *t)
{
	static const char *const words[] = {
		"password", "passwd", "key", "pre-shared-key", "community",
		"secret", "md5", "sha", "passphrase", "authentication-key",
		"message-digest-key",
	};
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(words); i++)
		if (lexer_is(t, words[i]))
			return true;
	return false;
}

/* A line as it is reported: one blank between words, nothing a terminal obeys. */
static char *report_words(struct line line)
{
	struct buf out = { 0 };
	bool hide = false;
	struct token t;
	size_t i;
	char c;

	for (t = lexer_next(&line); t.len; t = lexer_next(&line)) {
		if (out.len)
			buf_put(&out, " ", 1);
		if (hide || out.len + t.len > WORDS_MAX) {
			buf_add(&out, "%s", hide ? "*****" : "...");
			break;
		}
		for (i = 0; i < t.len; i++) {
			c = t.s[i] < 0x20 || t.s[i] > 0x7e ? '?' : t.s[i];
			buf_put(&out, &c, 1);
		}
		hide = secret(&t);
	}
	return out.s ? out.s : mem_dup("", 0);
}

/**
 * lenient_add() - note that a line was passed over
 * @rd: the reader, at that line
 * @group: what that means
 * @words: the line, or the part of it
 * @fmt: why, as for printf()
 */
void lenient_add(struct reader *rd, enum passed_group group,
		 const struct line *words, const char *fmt, ...)
{
	struct passed *p = mem_alloc(sizeof(*p));
	char why[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	p->line = rd->line;
	p->group = (u8)group;
	p->words = report_words(*words);
	p->why = mem_dup(why, strlen(why));
	list_add(&rd->lenient.passed, &p->list);
	rd->lenient.n[group]++;
}

/**
 * lenient_open() - the lines below, further in, belong to one that was passed over
 * @l: the state
 * @line: that one
 * @number: its number
 * @in_class: it is a class of a policy-map
 */
void lenient_open(struct lenient *l, const struct line *line, u32 number,
		  bool in_class)
{
	l->inside = true;
	l->in_class = in_class;
	l->management = false;
	l->indent = lexer_column(line) - 1;
	l->opener = number;
}

/**
 * lenient_pass() - pass over a line that was understood but has no meaning here
 * @rd: the reader
 * @args: the line
 * @group: what that means
 * @why: why
 *
 * Return: 0.
 */
int lenient_pass(struct reader *rd, const struct args *args,
		 enum passed_group group, const char *why)
{
	struct line line = args_line(args);

	lenient_add(rd, group, &line, "%s", why);
	lenient_open(&rd->lenient, &line, rd->line,
		     rd->mode == MODE_POLICY_MAP || rd->mode == MODE_POLICY_CLASS);
	buf_free(&rd->lenient.why);
	buf_add(&rd->lenient.why, "%s", why);
	return 0;
}

/**
 * lenient_summary() - say what was passed over
 * @rd: the reader
 * @out: the text is added to it; nothing if there was nothing
 *
 * What matters most comes last, where it is still to be seen.
 */
void lenient_summary(const struct reader *rd, struct buf *out)
{
	const struct lenient *l = &rd->lenient;
	const struct passed *p;
	u32 group;

	for (group = 0; group < PASSED_GROUPS; group++)
		list_each(p, &l->passed, list)
			if (p->group == group)
				buf_add(out, "%s:%u: %s: %s (%s)\n", rd->name,
					p->line, passed_groups[group],
					p->words, p->why);
	if (l->dropped.len)
		buf_add(out, "left out for lack of a line: %s\n", l->dropped.s);
	if (!list_empty(&l->passed))
		buf_add(out, "passed over: %u with nothing of ours, %u of ours without effect, %u of ours not done\n",
			l->n[PASSED_FOREIGN], l->n[PASSED_IDLE],
			l->n[PASSED_UNDONE]);
}
