// SPDX-License-Identifier: GPL-2.0
/* The bulk of a message, which is taken without a look at every byte. */
#include "internal.h"

/* How far all may grow before a rule on the sum of lines has its say. */
static u32 room(const struct esmtp_feed *f)
{
	const struct esmtp_message *m = &f->s->msg;

	if (m->section == ESMTP_SECTION_HEADER)
		return esmtp_rule_room(f->s->map, ESMTP_CRIT_HEADER_LENGTH,
				       m->head);
	return esmtp_rule_room(f->s->map, ESMTP_CRIT_BODY_LENGTH, m->body);
}

/* Does an expression read the header at hand? */
static bool searched(const struct esmtp_feed *f)
{
	return f->s->msg.section == ESMTP_SECTION_HEADER &&
	       esmtp_rule_reads(f->s->map, ESMTP_CRIT_HEADER_REGEX);
}

/* May the bytes behind the first ones of this line go unread? */
static bool unread(const struct esmtp_feed *f)
{
	const struct esmtp_message *m = &f->s->msg;

	if (m->end != ESMTP_EOD_MID || m->look != ESMTP_LOOK_MID || m->len < 3)
		return false;
	if (m->parts && m->dash == ESMTP_DASHES &&
	    esmtp_boundary_reads(&m->bounds, m->len - ESMTP_DASHES))
		return false;
	if (searched(f))
		return false;
	return m->section == ESMTP_SECTION_BODY || esmtp_header_idle(m);
}

/* Bytes before one that must be looked at. */
static u32 dull(const struct esmtp_feed *f, const u8 *p, u32 n)
{
	if (f->s->msg.section != ESMTP_SECTION_BODY || f->s->map->params.guard_strict)
		return esmtp_line_text(p, n);
	return esmtp_line_end(p, n);
}

/**
 * esmtp_bulk_skip() - skip over bytes inside of a line whose text nobody reads
 * @f: the call
 * @p: bytes
 * @n: how many
 * @off: stream offset of the first
 *
 * Return: bytes taken, 0 if the next one must be read.
 */
u32 esmtp_bulk_skip(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	u32 run;

	if (!unread(f))
		return 0;
	run = dull(f, p, esmtp_least(n, room(f)));
	if (run)
		esmtp_message_grow(f, run, off);
	return f->why ? 0 : run;
}

/* Could a line that begins so be more than its text? */
static bool plain(const struct esmtp_message *m, u8 first)
{
	return first && first != '.' && !(first == '-' && m->parts);
}

/* Is the next byte the first of a line, by any reading? */
static bool at_line(const struct esmtp_feed *f)
{
	const struct esmtp_message *m = &f->s->msg;

	if (m->end != ESMTP_EOD_BOL || m->len)
		return false;
	if (m->raw ? m->look != ESMTP_LOOK_MID : m->look != ESMTP_LOOK_BOL)
		return false;
	return !(f->s->map->negated >> esmtp_message_criterion(m) & 1) && !searched(f);
}

/* Length of a line that may go unread, CR LF too; 0 if there is none. */
static u32 line(const struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_message *m = &f->s->msg;
	u32 run;

	if (!plain(m, *p))
		return 0;
	run = dull(f, p, n);
	if (n - run < 2 || p[run] != '\r' || p[run + 1] != '\n')
		return 0;
	if (m->section != ESMTP_SECTION_BODY && (!run || !esmtp_header_line(m, p, run)))
		return 0;
	return run + 2;
}

/* So much of the message was taken, in whole lines. CR LF counts in a body only. */
static void lines_over(struct esmtp_message *m, u32 n, u32 lines)
{
	m->size = esmtp_add(m->size, n);
	if (m->section == ESMTP_SECTION_HEADER)
		m->head = esmtp_add(m->head, n - 2 * lines);
	else
		m->body = esmtp_add(m->body, n);
}

/**
 * esmtp_bulk_lines() - take whole lines of a body, and fields that nobody reads
 * @f: the call
 * @p: bytes
 * @n: how many
 * @off: stream offset of the first
 *
 * Most of what any mail is: each leaves the state as it found it, at the
 * beginning of a line.
 *
 * Return: bytes taken.
 */
u32 esmtp_bulk_lines(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u8 crit = esmtp_message_criterion(m);
	u32 done = 0, lines = 0;

	if (!at_line(f))
		return 0;
	n = esmtp_least(n, room(f));
	while (done < n) {
		u32 len = line(f, p + done, n - done);

		if (!len || !esmtp_rule_count(f, crit, 0, len - 2, off + done))
			break;
		done += len;
		lines++;
	}
	lines_over(m, done, lines);
	return done;
}
