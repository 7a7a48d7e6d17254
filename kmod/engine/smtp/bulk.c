// SPDX-License-Identifier: GPL-2.0
/* The fast path through a message: runs of bytes that need no parsing. */
#include "boundary.h"
#include "bulk.h"
#include "end.h"
#include "feed.h"
#include "field_plain.h"
#include "header.h"
#include "line.h"
#include "message.h"
#include "message_line.h"
#include "rule.h"
#include "rule_regex.h"
#include "engine/ascii.h"

/* Bytes that the header or body may grow by before a rule on its length may match. */
static u32 get_length_room(struct esmtp_feed *f)
{
	const struct esmtp_message *m = &f->s->msg;
	bool header = m->section == ESMTP_SECTION_HEADER;
	u8 crit = header ? ESMTP_CRIT_HEADER_LENGTH : ESMTP_CRIT_BODY_LENGTH;
	u32 value = header ? m->head : m->body;
	u32 quiet = esmtp_rule_quiet(f->s->map, crit, value);

	if (quiet)
		return quiet;
	esmtp_feed_spend(f, ESMTP_COST_SEARCH);
	return esmtp_rule_room(f->s->map, crit, value);
}

/* Is a regular expression matched against the current header section? */
static bool is_header_searched(const struct esmtp_feed *f)
{
	return f->s->msg.section == ESMTP_SECTION_HEADER &&
	       esmtp_rule_reads(f->s->map, ESMTP_CRIT_HEADER_REGEX);
}

/* Are its first bytes known, so that the rest of this line is text and no boundary? */
static bool is_line_known(const struct esmtp_feed *f)
{
	const struct esmtp_message *m = &f->s->msg;

	if (m->end != ESMTP_EOD_MID || m->look != ESMTP_LOOK_MID || m->column < 3)
		return false;
	return !m->parts || m->dash != ESMTP_DASHES ||
	       !esmtp_boundary_reads(&m->bounds, m->column - ESMTP_DASHES);
}

/* May the rest of this line be skipped? */
static bool may_skip_line_rest(const struct esmtp_feed *f)
{
	const struct esmtp_message *m = &f->s->msg;

	return is_line_known(f) &&
	       (m->section == ESMTP_SECTION_BODY || esmtp_header_idle(m));
}

/* Length of the run before the first byte that must be parsed: CR or LF, or NUL. */
static u32 measure_plain_run(const struct esmtp_feed *f, const u8 *p, u32 n)
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

	if (!may_skip_line_rest(f))
		return 0;
	run = measure_plain_run(f, p, esmtp_least(n, get_length_room(f)));
	if (is_header_searched(f))
		run = esmtp_rule_run(f, ESMTP_CRIT_HEADER_REGEX, p, run);
	if (run)
		esmtp_message_grow(f, run, off);
	return f->why ? 0 : run;
}

/* Bytes that the line at hand may grow by before a rule on its length may match. */
static u32 get_line_room(struct esmtp_feed *f)
{
	const struct esmtp_message *m = &f->s->msg;
	u8 crit = esmtp_message_criterion(m);
	u32 quiet = esmtp_rule_quiet(f->s->map, crit, m->len);

	if (quiet)
		return quiet;
	esmtp_feed_spend(f, ESMTP_COST_SEARCH);
	return esmtp_rule_room(f->s->map, crit, m->len);
}

/**
 * esmtp_bulk_field() - read the rest of a line of a field that is read
 * @f: the call
 * @p: bytes
 * @n: how many
 * @off: stream offset of the first
 *
 * Nobody but that field wants to see its bytes.
 *
 * Return: bytes taken; 0 if the next one must be looked at by others, too. f->why may be
 * set.
 */
u32 esmtp_bulk_field(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u32 run, i;

	if (m->section == ESMTP_SECTION_BODY || m->dash == ESMTP_DASHES || !is_line_known(f) ||
	    is_header_searched(f))
		return 0;
	run = esmtp_least(get_line_room(f), get_length_room(f));
	run = esmtp_line_text(p, esmtp_least(n, run));
	i = esmtp_header_run(f, p, run, off);
	if (i)
		esmtp_message_grow(f, i, off);
	return i;
}

/* Can a line with this first byte be neither an end of data nor a boundary? */
static bool is_plain_line_start(const struct esmtp_message *m, u8 first)
{
	return first && first != '.' && !(first == '-' && m->parts);
}

/* Do all parsers agree that the next byte begins a line? */
static bool is_at_line_start(const struct esmtp_feed *f)
{
	const struct esmtp_message *m = &f->s->msg;

	if (m->end != ESMTP_EOD_BOL || m->len)
		return false;
	if (m->raw ? m->look != ESMTP_LOOK_MID : m->look != ESMTP_LOOK_BOL)
		return false;
	return !(f->s->map->negated >> esmtp_message_criterion(m) & 1) && !is_header_searched(f);
}

/* Length of the next line, CR LF included, if it can be skipped; 0 if not. */
static u32 measure_plain_line(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_message *m = &f->s->msg;
	u32 run;

	if (!is_plain_line_start(m, *p))
		return 0;
	run = measure_plain_run(f, p, n);
	if (n - run < 2 || p[run] != '\r' || p[run + 1] != '\n')
		return 0;
	if (m->section != ESMTP_SECTION_BODY && (!run || !esmtp_header_line(f, p, run)))
		return 0;
	return run + 2;
}

/*
 * Whole lines of a body up to the first one that has to be looked at, or that a rule has
 * to see. Nearly all bytes of mail are taken here. Returns their bytes, and sets @lines.
 */
static u32 take_body_lines(const struct esmtp_feed *f, const u8 *p, u32 n, u32 *lines)
{
	const struct esmtp_message *m = &f->s->msg;
	const u32 longest = f->s->map->floor[ESMTP_CRIT_BODY_LINE];
	const bool strict = f->s->map->params.guard_strict;
	const u8 dash = m->parts ? '-' : '.';
	u32 done = 0, run;

	for (; done < n; done += run + 2, ++*lines) {
		const u8 *at = p + done;

		if (!*at || *at == '.' || *at == dash)
			break;
		run = strict ? esmtp_line_text(at, n - done) : esmtp_line_end(at, n - done);
		if (n - done - run < 2 || at[run] != '\r' || at[run + 1] != '\n' || run > longest)
			break;
	}
	return done;
}

/* Account for @lines whole lines of @n bytes. CR LF counts in the body only. */
static void add_line_lengths(struct esmtp_message *m, u32 n, u32 lines)
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
 * Nearly all lines of a message take this path. The parser is at the beginning of a
 * line before and after each of them, so its state does not change.
 *
 * Return: bytes taken.
 */
u32 esmtp_bulk_lines(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u8 crit = esmtp_message_criterion(m);
	u32 done = 0, lines = 0;

	if (!is_at_line_start(f))
		return 0;
	n = esmtp_least(n, get_length_room(f));
	if (m->section == ESMTP_SECTION_BODY)
		done = take_body_lines(f, p, n, &lines);
	while (done < n) {
		u32 len = measure_plain_line(f, p + done, n - done);

		if (!len || !esmtp_rule_count(f, crit, 0, len - 2, off + done))
			break;
		done += len;
		lines++;
	}
	add_line_lengths(m, done, lines);
	return done;
}

/* Compare a line behind its two dashes with the boundaries, as far as that matters. */
static void read_dashed_line(struct esmtp_message *m, const u8 *p, u32 n)
{
	u32 pos;

	m->dash = ESMTP_DASHES;
	for (pos = 1; pos <= n && (pos == 1 || esmtp_boundary_reads(&m->bounds, pos - 1)); pos++)
		esmtp_boundary_byte(&m->bounds, p[pos - 1], pos);
}

/**
 * esmtp_bulk_dashes() - take a whole line of a body that may be a boundary
 * @f: the call
 * @p: bytes
 * @n: how many
 * @off: stream offset of the first
 *
 * Return: bytes taken; 0 if they have to be read byte by byte. Where f->why is set, they
 * are those before the line's LF.
 */
u32 esmtp_bulk_dashes(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u32 len;

	if (n < ESMTP_DASHES || p[0] != '-' || p[1] != '-' || !m->parts ||
	    m->section != ESMTP_SECTION_BODY || !is_at_line_start(f))
		return 0;
	len = esmtp_line_text(p, esmtp_least(n, get_length_room(f)));
	if (n - len < 2 || p[len] != '\r' || p[len + 1] != '\n' ||
	    len > f->s->map->floor[ESMTP_CRIT_BODY_LINE])
		return 0;
	esmtp_feed_spend(f, ESMTP_COST_LINE);
	esmtp_message_grow(f, len, off);
	read_dashed_line(m, p + ESMTP_DASHES, len - ESMTP_DASHES);
	return len + (esmtp_message_line_end(f, true, off + len + 1) ? 2 : 1);
}

/* What has shown that a field is over: an empty line, or a byte that begins another. */
static u32 take_what_follows(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	u32 run = esmtp_bulk_lines(f, p, n, off);

	if (!run && !f->why)
		run = esmtp_message_plain(f, p, n, off);
	if (!run && !f->why)
		run = esmtp_message_byte(f, p[0], off);
	/* of CR LF the CR alone shows nothing */
	if (run == 1 && p[0] == '\r' && !f->why)
		run += esmtp_message_byte(f, p[1], off + 1);
	return run;
}

/**
 * esmtp_bulk_fields() - take whole fields that are read
 * @f: the call
 * @p: bytes
 * @n: how many
 * @off: stream offset of the first
 *
 * What follows a field is taken with it: that it is over must not be forgotten.
 *
 * Return: bytes taken.
 */
u32 esmtp_bulk_fields(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	u32 done = 0;

	while (f->s->msg.section != ESMTP_SECTION_BODY && is_at_line_start(f)) {
		u32 room = esmtp_least(n - done, get_length_room(f)), lines;
		u32 len = esmtp_field_plain(f, p + done, room, off + done, &lines);

		if (!len)
			break;
		add_line_lengths(&f->s->msg, len, lines);
		done += len;
	}
	return done && !f->why ? done + take_what_follows(f, p + done, n - done, off + done) : done;
}

/**
 * esmtp_bulk_begin() - take the first bytes of a line of a body whose end is not at hand
 * @f: the call
 * @p: bytes
 * @n: how many
 * @off: stream offset of the first
 *
 * Return: bytes taken, 0 if the next one must be read.
 */
u32 esmtp_bulk_begin(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u32 run;

	if (m->section != ESMTP_SECTION_BODY || m->raw || *p == '-' || !is_at_line_start(f) ||
	    !is_plain_line_start(m, *p))
		return 0;
	run = measure_plain_run(f, p, esmtp_least(n, get_length_room(f)));
	if (!run || !esmtp_message_grow(f, run, off))
		return 0;
	m->end = ESMTP_EOD_MID;
	m->look = ESMTP_LOOK_MID;
	return run;
}
