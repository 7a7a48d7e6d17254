// SPDX-License-Identifier: GPL-2.0
/*
 * The message, from the server's 354 to its end, or in BDATs: its lines, which of
 * them are headers, and how much of what there is.
 */
#include "internal.h"

enum section { HEADER, PART, BODY };

enum { DASHES = 2 };			/* that begin a boundary */

/**
 * esmtp_message_init() - the message begins
 * @m: the message
 * @raw: it comes in BDATs
 */
void esmtp_message_init(struct esmtp_message *m, bool raw)
{
	memset(m, 0, sizeof(*m));
	m->section = HEADER;
	m->end = ESMTP_EOD_BOL;
	m->look = ESMTP_LOOK_BOL;
	m->raw = raw;
	esmtp_boundary_line(&m->bounds);
	esmtp_header_init(m);
}

_Static_assert(ESMTP_EV_MIME_DEPTH - ESMTP_EV_MESSAGE_BARE < 8,
	       "what is noted once a message has a bit");

/**
 * esmtp_message_note() - report something that is reported once a message
 * @f: the call
 * @id: from ESMTP_EV_MESSAGE_BARE to ESMTP_EV_MIME_DEPTH
 * @off: stream offset at which it was known
 *
 * What is read as the header of a part may be text: its form is not judged.
 */
void esmtp_message_note(struct esmtp_feed *f, enum esmtp_event_id id, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u8 bit = 1 << (id - ESMTP_EV_MESSAGE_BARE);
	bool form = id == ESMTP_EV_HEADER_COLON || id == ESMTP_EV_HEADER_CONTROL;

	if ((m->noted & bit) || (form && m->section != HEADER))
		return;
	m->noted |= bit;
	esmtp_feed_event(f, id, off, 0);
}

/**
 * esmtp_message_to() - a To field begins
 * @f: the call
 * @off: stream offset of its colon
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_message_to(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	if (m->section != HEADER || m->to == 0xffff)
		return true;
	m->to++;
	return esmtp_rule_count(f, ESMTP_CRIT_HEADER_TO, m->to - 1, m->to, off);
}

static u8 criterion(const struct esmtp_message *m)
{
	return m->section == HEADER ? ESMTP_CRIT_HEADER_LINE :
				      ESMTP_CRIT_BODY_LINE;
}

/* How far all may grow before a rule on the sum of lines has its say. */
static u32 room(const struct esmtp_feed *f)
{
	const struct esmtp_message *m = &f->s->msg;

	if (m->section == HEADER)
		return esmtp_rule_room(f->s->map, ESMTP_CRIT_HEADER_LENGTH,
				       m->head);
	return esmtp_rule_room(f->s->map, ESMTP_CRIT_BODY_LENGTH, m->body);
}

/* The header, or the body, grew by @n octets; CR LF only of the body. */
static bool sum(struct esmtp_feed *f, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	bool header = m->section == HEADER;
	u32 *value = header ? &m->head : &m->body;
	u32 before = *value;

	*value = esmtp_add(before, n);
	return esmtp_rule_count(f, header ? ESMTP_CRIT_HEADER_LENGTH :
				ESMTP_CRIT_BODY_LENGTH, before, *value, off);
}

/* The line grew by @n bytes, the first of them at @off. */
static bool grow(struct esmtp_feed *f, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u32 before = m->len;

	m->len = esmtp_add(before, n);
	m->size = esmtp_add(m->size, n);
	return esmtp_rule_count(f, criterion(m), before, m->len, off) &&
	       sum(f, n, off);
}

/* The first bytes of a line tell whether it may be a boundary. */
static void dashes(struct esmtp_message *m, u8 c)
{
	if (m->dash == DASHES)
		esmtp_boundary_byte(&m->bounds, c, m->len - DASHES);
	else if (m->dash == m->len - 1 && c == '-')
		m->dash++;
}

static bool boundary(struct esmtp_message *m)
{
	return m->parts && m->dash == DASHES && esmtp_boundary_end(&m->bounds);
}

static bool header_final(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	return esmtp_rule_end(f, ESMTP_CRIT_HEADER_REGEX, off) &&
	       esmtp_rule_final(f, ESMTP_CRIT_HEADER_LENGTH, m->head, off) &&
	       esmtp_rule_final(f, ESMTP_CRIT_HEADER_TO, m->to, off);
}

/* An empty line ends a header; a message inside has one of its own. */
static bool header_over(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	if (!esmtp_header_byte(f, '\n', true, off))
		return false;
	if (m->section == HEADER && !header_final(f, off))
		return false;
	m->section = m->nested ? PART : BODY;
	m->nested = 0;
	esmtp_header_init(m);
	return true;
}

/* What ended was a boundary: the header of a part follows. */
static bool part(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	if (m->section == HEADER && !header_final(f, off))
		return false;
	m->section = PART;
	m->nested = 0;
	esmtp_header_init(m);
	return true;
}

/* The end of a line of the body, with or without a CR, is known by its LF. */
static bool line_sum(struct esmtp_feed *f, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u32 before = m->body;

	m->body = esmtp_add(before, n);
	return esmtp_rule_jump(f, ESMTP_CRIT_BODY_LENGTH, before, m->body, off);
}

/* A line ended, in CR LF if @cr: what is the next one? */
static bool next_line(struct esmtp_feed *f, bool cr, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u32 n = 1 + cr;

	if (!esmtp_rule_final(f, criterion(m), m->len, off))
		return false;
	m->size = esmtp_add(m->size, n);
	if (m->section != HEADER && !line_sum(f, n, off))
		return false;
	if (boundary(m)) {
		if (!part(f, off))
			return false;
	} else if (!m->len && m->section != BODY) {
		if (!header_over(f, off))
			return false;
	}
	m->len = 0;
	m->dash = 0;
	esmtp_boundary_line(&m->bounds);
	return true;
}

/* A byte of a line's text. */
static bool text(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	bool first = !m->len;

	if (!grow(f, 1, off))
		return false;
	dashes(m, c);
	if (m->section == BODY)
		return true;
	if (m->section == HEADER && first && !esmtp_blank(c))
		esmtp_rule_restart(f, ESMTP_CRIT_HEADER_REGEX);
	if (m->section == HEADER &&
	    !esmtp_rule_byte(f, ESMTP_CRIT_HEADER_REGEX, c, off))
		return false;
	if (!c || c == '\r')
		esmtp_message_note(f, ESMTP_EV_HEADER_CONTROL, off);
	return esmtp_header_byte(f, c, first, off);
}

/**
 * esmtp_message_over() - nothing more of the message comes
 * @f: the call
 * @off: stream offset of the byte that shows it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_message_over(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	struct esmtp_message *m = &s->msg;

	if (m->section != BODY && !esmtp_header_byte(f, '\n', true, off))
		return false;
	if (m->section == HEADER && !header_final(f, off))
		return false;
	if (s->declared && m->size > s->declared)
		esmtp_feed_event(f, ESMTP_EV_SIZE, off, m->size);
	return esmtp_rule_final(f, ESMTP_CRIT_BODY_LENGTH, m->body, off);
}

static bool over(struct esmtp_feed *f, u32 off)
{
	if (!esmtp_message_over(f, off))
		return false;
	esmtp_feed_event(f, ESMTP_EV_MESSAGE_END, off, 0);
	esmtp_session_message_end(f);
	return true;
}

/* One byte. Returns false when it may not be taken. */
static bool step(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u8 was = m->end;
	bool cr = was == ESMTP_EOD_CR || was == ESMTP_EOD_DOT_CR;

	if (esmtp_end_seen(m, c))
		return over(f, off);
	if (!esmtp_end_step(f, c, off))
		return false;
	if (cr && c != '\n' && !text(f, '\r', off - 1))
		return false;
	if (c == '\n')
		return next_line(f, cr, off);
	/* the dot of transparency is none (RFC 5321 4.5.2) */
	if (c == '\r' || (c == '.' && was == ESMTP_EOD_BOL && !m->raw))
		return true;
	return text(f, c, off);
}

/* May the bytes behind the first ones of this line go unread? */
static bool unread(const struct esmtp_feed *f)
{
	const struct esmtp_message *m = &f->s->msg;

	if (m->end != ESMTP_EOD_MID || m->look != ESMTP_LOOK_MID || m->len < 3)
		return false;
	if (m->parts && m->dash == DASHES &&
	    esmtp_boundary_reads(&m->bounds, m->len - DASHES))
		return false;
	if (m->section == HEADER &&
	    esmtp_rule_reads(f->s->map, ESMTP_CRIT_HEADER_REGEX))
		return false;
	return m->section == BODY || esmtp_header_idle(m);
}

static u32 least(u32 a, u32 b)
{
	return a < b ? a : b;
}

/* Bytes before one that must be looked at. */
static u32 dull(const struct esmtp_feed *f, const u8 *p, u32 n)
{
	u32 run = esmtp_line_end(p, least(n, room(f)));

	if (f->s->msg.section == HEADER || f->s->map->params.guard_strict)
		run = esmtp_line_nul(p, run);
	return run;
}

/* Bytes that can be skipped over: inside a line whose text nobody reads. */
static u32 skip(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	u32 run;

	if (!unread(f))
		return 0;
	run = dull(f, p, n);
	if (run)
		grow(f, run, off);
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

	if (m->section != BODY || m->end != ESMTP_EOD_BOL || m->len)
		return false;
	if (m->raw ? m->look != ESMTP_LOOK_MID : m->look != ESMTP_LOOK_BOL)
		return false;
	return !(f->s->map->negated >> ESMTP_CRIT_BODY_LINE & 1);
}

/*
 * Whole lines of the body, most of what any mail is: each leaves the state as
 * it found it, at the beginning of a line.
 */
static u32 lines(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
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
		if (strict && esmtp_line_nul(p + done, run) < run)
			break;
		if (!esmtp_rule_count(f, ESMTP_CRIT_BODY_LINE, 0, run, off + done))
			break;
		done += run + 2;
	}
	m->size = esmtp_add(m->size, done);
	m->body = esmtp_add(m->body, done);
	return done;
}

/**
 * esmtp_message_feed() - read bytes of the message
 * @f: the call
 * @p: bytes
 * @n: how many
 *
 * Return: bytes taken: fewer than @n when f->why is set or the message ended.
 */
u32 esmtp_message_feed(struct esmtp_feed *f, const u8 *p, u32 n)
{
	u8 mode = f->s->mode;
	u32 i = 0;

	while (i < n && f->s->mode == mode) {
		u32 off = f->io->off + i;
		u32 run = lines(f, p + i, n - i, off);

		if (!run && !f->why)
			run = skip(f, p + i, n - i, off);
		if (!run && !f->why && step(f, p[i], off))
			run = 1;
		if (f->why)
			break;
		i += run;
	}
	return i;
}
