// SPDX-License-Identifier: GPL-2.0
/*
 * The message, from the server's 354 to its end, or in BDATs: its lines, which of
 * them are headers, and how much of what there is.
 */
#include "internal.h"

/**
 * esmtp_message_init() - the message begins
 * @s: the session
 * @raw: it comes in BDATs
 *
 * One before it may have been given up within a header that was searched.
 */
void esmtp_message_init(struct esmtp_session *s, bool raw)
{
	struct esmtp_message *m = &s->msg;

	memset(m, 0, sizeof(*m));
	memset(s->regex, 0, sizeof(s->regex));
	memset(&s->filetype, 0, sizeof(s->filetype));
	m->section = ESMTP_SECTION_HEADER;
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

	if ((m->noted & bit) || (form && m->section != ESMTP_SECTION_HEADER))
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

	if (m->section != ESMTP_SECTION_HEADER || m->to == 0xffff)
		return true;
	m->to++;
	return esmtp_rule_count(f, ESMTP_CRIT_HEADER_TO, m->to - 1, m->to, off);
}

/* The header, or the body, grew by @n octets; CR LF only of the body. */
static bool sum(struct esmtp_feed *f, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	bool header = m->section == ESMTP_SECTION_HEADER;
	u32 *value = header ? &m->head : &m->body;
	u32 before = *value;

	*value = esmtp_add(before, n);
	return esmtp_rule_count(f, header ? ESMTP_CRIT_HEADER_LENGTH :
				ESMTP_CRIT_BODY_LENGTH, before, *value, off);
}

/**
 * esmtp_message_grow() - the line at hand grew
 * @f: the call
 * @n: bytes
 * @off: stream offset of the first of them
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_message_grow(struct esmtp_feed *f, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u32 before = m->len;

	m->len = esmtp_add(before, n);
	m->size = esmtp_add(m->size, n);
	return esmtp_rule_count(f, esmtp_message_criterion(m), before, m->len, off) &&
	       sum(f, n, off);
}

/* The first bytes of a line tell whether it may be a boundary. */
static void dashes(struct esmtp_message *m, u8 c)
{
	if (m->dash == ESMTP_DASHES)
		esmtp_boundary_byte(&m->bounds, c, m->len - ESMTP_DASHES);
	else if (m->dash == m->len - 1 && c == '-')
		m->dash++;
}

static bool boundary(struct esmtp_message *m)
{
	return m->parts && m->dash == ESMTP_DASHES && esmtp_boundary_end(&m->bounds);
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
	if (m->section == ESMTP_SECTION_HEADER && !header_final(f, off))
		return false;
	m->section = m->nested ? ESMTP_SECTION_PART : ESMTP_SECTION_BODY;
	m->nested = 0;
	esmtp_header_init(m);
	return true;
}

/* What ended was a boundary: the header of a part follows. */
static bool part(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	if (m->section == ESMTP_SECTION_HEADER && !header_final(f, off))
		return false;
	m->section = ESMTP_SECTION_PART;
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

	if (!esmtp_rule_final(f, esmtp_message_criterion(m), m->len, off))
		return false;
	m->size = esmtp_add(m->size, n);
	if (m->section != ESMTP_SECTION_HEADER && !line_sum(f, n, off))
		return false;
	if (boundary(m)) {
		if (!part(f, off))
			return false;
	} else if (!m->len && m->section != ESMTP_SECTION_BODY) {
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

	if (!esmtp_message_grow(f, 1, off))
		return false;
	dashes(m, c);
	if (m->section == ESMTP_SECTION_BODY)
		return true;
	if (m->section == ESMTP_SECTION_HEADER && first && !esmtp_blank(c))
		esmtp_rule_restart(f, ESMTP_CRIT_HEADER_REGEX);
	if (m->section == ESMTP_SECTION_HEADER &&
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

	if (m->section != ESMTP_SECTION_BODY && !esmtp_header_byte(f, '\n', true, off))
		return false;
	if (m->section == ESMTP_SECTION_HEADER && !header_final(f, off))
		return false;
	if (s->declared && m->size > s->declared)
		esmtp_feed_event(f, ESMTP_EV_SIZE, off, m->size);
	return esmtp_rule_final(f, ESMTP_CRIT_BODY_LENGTH, m->body, off) &&
	       esmtp_rule_sound(f, off);
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
		u32 run = esmtp_bulk_lines(f, p + i, n - i, off);

		if (!run && !f->why)
			run = esmtp_bulk_skip(f, p + i, n - i, off);
		if (!run && !f->why && step(f, p[i], off))
			run = 1;
		if (f->why)
			break;
		i += run;
	}
	return i;
}
