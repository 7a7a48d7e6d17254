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

/* May the bytes behind the first ones of this line go unread? */
static bool unread(const struct esmtp_feed *f)
{
	const struct esmtp_message *m = &f->s->msg;

	if (m->end != ESMTP_EOD_MID || m->look != ESMTP_LOOK_MID || m->len < 3)
		return false;
	if (m->parts && m->dash == ESMTP_DASHES &&
	    esmtp_boundary_reads(&m->bounds, m->len - ESMTP_DASHES))
		return false;
	if (m->section == ESMTP_SECTION_HEADER &&
	    esmtp_rule_reads(f->s->map, ESMTP_CRIT_HEADER_REGEX))
		return false;
	return m->section == ESMTP_SECTION_BODY || esmtp_header_idle(m);
}

static u32 least(u32 a, u32 b)
{
	return a < b ? a : b;
}

/* Bytes before one that must be looked at. */
static u32 dull(const struct esmtp_feed *f, const u8 *p, u32 n)
{
	n = least(n, room(f));
	if (f->s->msg.section == ESMTP_SECTION_HEADER || f->s->map->params.guard_strict)
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
	run = dull(f, p, n);
	if (run)
		esmtp_message_grow(f, run, off);
	return f->why ? 0 : run;
}

/* Could a line of the body that begins so be more than text? */
static bool plain(const struct esmtp_message *m, u8 first)
{
	return first && first != '.' && !(first == '-' && m->parts);
}

/* Is the next byte the first of a line of the body, by any reading? */
static bool at_line(const struct esmtp_feed *f)
{
	const struct esmtp_message *m = &f->s->msg;

	if (m->section != ESMTP_SECTION_BODY || m->end != ESMTP_EOD_BOL || m->len)
		return false;
	if (m->raw ? m->look != ESMTP_LOOK_MID : m->look != ESMTP_LOOK_BOL)
		return false;
	return !(f->s->map->negated >> ESMTP_CRIT_BODY_LINE & 1);
}

/**
 * esmtp_bulk_lines() - take whole lines of the body
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
	u32 longest = f->s->map->floor[ESMTP_CRIT_BODY_LINE];
	bool strict = f->s->map->params.guard_strict;
	u32 done = 0;

	if (!at_line(f))
		return 0;
	n = least(n, room(f));
	while (done < n && plain(m, p[done])) {
		u32 run = esmtp_line_end(p + done, n - done);

		if (n - done - run < 2 || p[done + run] != '\r' ||
		    p[done + run + 1] != '\n')
			break;
		if (strict && esmtp_line_text(p + done, run) < run)
			break;
		if (run > longest &&
		    !esmtp_rule_count(f, ESMTP_CRIT_BODY_LINE, 0, run, off + done))
			break;
		done += run + 2;
	}
	m->size = esmtp_add(m->size, done);
	m->body = esmtp_add(m->body, done);
	return done;
}
