// SPDX-License-Identifier: GPL-2.0
/*
 * The message, after DATA's 354 or in BDATs: its lines, which of them are header fields,
 * and the lengths of the header, the body and the lines.
 */
#include "boundary.h"
#include "bulk.h"
#include "end.h"
#include "feed.h"
#include "header.h"
#include "message.h"
#include "message_line.h"
#include "order_command.h"
#include "refused.h"
#include "rule.h"
#include "rule_regex.h"
#include "engine/ascii.h"

/**
 * esmtp_message_init() - the message begins
 * @s: the session
 * @raw: it comes in BDATs
 *
 * DFA states are reset too: the previous message may have ended within its header.
 */
void esmtp_message_init(struct esmtp_session *s, bool raw)
{
	struct esmtp_message *m = &s->msg;

	memset(m, 0, sizeof(*m));
	memset(s->regex, 0, sizeof(s->regex));
	memset(&s->names, 0, sizeof(s->names));
	m->section = ESMTP_SECTION_HEADER;
	m->end = ESMTP_EOD_BOL;
	m->look = ESMTP_LOOK_BOL;
	m->raw = raw;
	esmtp_boundary_line(&m->bounds);
	esmtp_header_init(m);
}

/* What is noted once a message: a bit for each. */
static u32 get_note_bit(u32 id)
{
	return 1u << (id - ESMTP_EV_MESSAGE_BARE);
}

_Static_assert(ESMTP_EVENT_MAX - ESMTP_EV_MESSAGE_BARE <= 32,
	       "what is noted once a message has a bit");

/* Is it something that two readers of mail would read differently? */
static bool is_ambiguity(u32 id)
{
	return id == ESMTP_EV_HEADER_CONTROL || id == ESMTP_EV_HEADER_COLON ||
	       id == ESMTP_EV_MIME_DUPLICATE || id == ESMTP_EV_MIME_BOUNDARY ||
	       id == ESMTP_EV_MIME_ENCODED ||
	       (id >= ESMTP_EV_MIME_FIRST && id <= ESMTP_EV_MIME_CHARSET);
}

/**
 * esmtp_message_note() - report something that is reported once a message
 * @f: the call
 * @id: from ESMTP_EV_MESSAGE_BARE on
 * @off: stream offset at which it was known
 *
 * Malformed fields are reported for the message's own header only: what looks like the
 * header of a part may be text. f->why may be set, by a rule on what is ambiguous.
 */
void esmtp_message_note(struct esmtp_feed *f, enum esmtp_event_id id, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	bool form = id == ESMTP_EV_HEADER_COLON || id == ESMTP_EV_HEADER_CONTROL;

	if (f->why || (m->noted & get_note_bit(id)) ||
	    (form && m->section != ESMTP_SECTION_HEADER))
		return;
	m->noted |= get_note_bit(id);
	esmtp_feed_event(f, id, off, 0);
	if (is_ambiguity(id))
		esmtp_rule_ambiguous(f, id, off);
}

/* Has nothing been noted that readers disagree on? */
static bool is_clear(const struct esmtp_message *m)
{
	u32 id;

	for (id = ESMTP_EV_MESSAGE_BARE; id < ESMTP_EVENT_MAX; id++)
		if (is_ambiguity(id) && (m->noted & get_note_bit(id)))
			return false;
	return true;
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

/* Add @n octets to the header or body length. CR LF counts in the body only. */
static bool add_section_length(struct esmtp_feed *f, u32 n, u32 off)
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
	m->column = esmtp_add(m->column, n);
	m->size = esmtp_add(m->size, n);
	return esmtp_rule_count(f, esmtp_message_criterion(m), before, m->len, off) &&
	       add_section_length(f, n, off);
}

/* The first bytes of a line tell whether it may be a boundary. */
static void scan_boundary_dashes(struct esmtp_message *m, u8 c)
{
	if (m->dash == ESMTP_DASHES)
		esmtp_boundary_byte(&m->bounds, c, m->column - ESMTP_DASHES);
	else if (m->dash == m->column - 1 && c == '-')
		m->dash++;
}

static bool is_boundary_line(struct esmtp_message *m)
{
	return m->parts && m->dash == ESMTP_DASHES && esmtp_boundary_end(&m->bounds);
}

/* The next byte begins a line. */
static void begin_message_line(struct esmtp_message *m)
{
	m->column = 0;
	m->dash = 0;
	esmtp_boundary_line(&m->bounds);
}

static bool check_final_header(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	return esmtp_rule_end(f, ESMTP_CRIT_HEADER_REGEX, off) &&
	       esmtp_rule_final(f, ESMTP_CRIT_HEADER_LENGTH, m->head, off) &&
	       esmtp_rule_final(f, ESMTP_CRIT_HEADER_TO, m->to, off);
}

/* Is this the header of a part that is a message, for its type does not say otherwise? */
static bool is_digest_part(const struct esmtp_message *m)
{
	return m->digest && !m->inner && m->section == ESMTP_SECTION_PART &&
	       !esmtp_header_typed(m);
}

/*
 * Does another header follow? In a message/rfc822 there is one, in a part of a
 * multipart/digest too unless its type says otherwise (RFC 2046 5.1.5), and groups of
 * fields are in reports (RFC 3464 2.1).
 */
static bool is_header_next(struct esmtp_message *m)
{
	bool part = is_digest_part(m);

	m->inner = 1;
	return m->nested || m->groups || part;
}

/* An empty line ends a header section. */
static bool end_header_section(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	if (!esmtp_header_byte(f, '\n', true, off))
		return false;
	if (m->section == ESMTP_SECTION_HEADER && !check_final_header(f, off))
		return false;
	/* RFC 2046 5.2.1 forbids it, but some readers decode it */
	if ((m->nested || is_digest_part(m)) && m->header.coded)
		esmtp_message_note(f, ESMTP_EV_MIME_ENCODED, off);
	m->section = is_header_next(m) ? ESMTP_SECTION_PART : ESMTP_SECTION_BODY;
	m->nested = 0;
	esmtp_header_init(m);
	return !f->why;
}

/* A boundary delimiter line has ended: the header section of a part follows. */
static bool begin_body_part(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	if (m->section == ESMTP_SECTION_HEADER && !check_final_header(f, off))
		return false;
	m->section = ESMTP_SECTION_PART;
	m->nested = 0;
	m->groups = 0;
	m->inner = 0;
	esmtp_header_init(m);
	return true;
}

/* Add the length of a body line's ending, CR LF or bare LF, all at its LF. */
static bool add_eol_length(struct esmtp_feed *f, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u32 before = m->body;

	m->body = esmtp_add(before, n);
	return esmtp_rule_jump(f, ESMTP_CRIT_BODY_LENGTH, before, m->body, off);
}

/**
 * esmtp_message_line_end() - a line has ended: what is the next one?
 * @f: the call
 * @cr: in CR LF, not in LF alone
 * @off: stream offset of the LF
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_message_line_end(struct esmtp_feed *f, bool cr, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u32 n = 1 + cr;

	esmtp_feed_spend(f, ESMTP_COST_BREAK);
	if (!esmtp_rule_final(f, esmtp_message_criterion(m), m->len, off))
		return false;
	m->size = esmtp_add(m->size, n);
	if (m->section != ESMTP_SECTION_HEADER && !add_eol_length(f, n, off))
		return false;
	if (is_boundary_line(m)) {
		if (m->column != m->len)
			esmtp_message_note(f, ESMTP_EV_MIME_BOUNDARY, off);
		if (!begin_body_part(f, off))
			return false;
	} else if (!m->len && m->section != ESMTP_SECTION_BODY) {
		if (!end_header_section(f, off))
			return false;
	}
	m->len = 0;
	begin_message_line(m);
	return true;
}

/* A bare CR ends a line for some readers: what stands behind it may be a boundary. */
static bool end_line_at_cr(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	if (is_boundary_line(m)) {
		esmtp_message_note(f, ESMTP_EV_MIME_BOUNDARY, off);
		if (m->section != ESMTP_SECTION_BODY && !esmtp_header_byte(f, '\n', true, off))
			return false;
		if (!begin_body_part(f, off))
			return false;
	}
	begin_message_line(m);
	return true;
}

/* A byte of a line's text. */
static bool read_message_text(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	bool first = !m->len;

	if (!esmtp_message_grow(f, 1, off))
		return false;
	if (c == '\r' && !end_line_at_cr(f, off))
		return false;
	if (c != '\r')
		scan_boundary_dashes(m, c);
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
	if (m->section == ESMTP_SECTION_HEADER && !check_final_header(f, off))
		return false;
	if (s->declared && m->size > s->declared)
		esmtp_feed_event(f, ESMTP_EV_SIZE, off, m->size);
	return esmtp_rule_final(f, ESMTP_CRIT_BODY_LENGTH, m->body, off) &&
	       esmtp_rule_sound(f, is_clear(m), off);
}

/**
 * esmtp_message_finish() - the end of data was seen
 * @f: the call
 * @off: stream offset of its LF
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_message_finish(struct esmtp_feed *f, u32 off)
{
	if (!esmtp_message_over(f, off))
		return false;
	esmtp_feed_event(f, ESMTP_EV_MESSAGE_END, off, 0);
	esmtp_order_message_end(f);
	return true;
}

/**
 * esmtp_message_byte() - read one byte
 * @f: the call
 * @c: the byte
 * @off: its stream offset
 *
 * Return: false if it may not be taken, with f->why set.
 */
bool esmtp_message_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u8 was = m->end;
	bool cr = was == ESMTP_EOD_CR || was == ESMTP_EOD_DOT_CR;

	esmtp_feed_spend(f, ESMTP_COST_TEXT);
	if (esmtp_end_seen(m, c))
		return esmtp_message_finish(f, off);
	if (!esmtp_end_step(f, c, off))
		return false;
	if (cr && c != '\n' && !read_message_text(f, '\r', off - 1))
		return false;
	if (c == '\n')
		return esmtp_message_line_end(f, cr, off);
	/* RFC 5321 4.5.2: a dot added for transparency is not part of the line */
	if (c == '\r' || (c == '.' && was == ESMTP_EOD_BOL && !m->raw))
		return true;
	return read_message_text(f, c, off);
}

/* What can be taken at once. Returns how many bytes; 0 if the next one must be read. */
static u32 take_at_once(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	u32 run = esmtp_message_plain(f, p, n, off);

	if (run || f->why)
		return run;
	if (f->s->msg.end == ESMTP_EOD_MID) {
		run = esmtp_bulk_skip(f, p, n, off);
		return run || f->why ? run : esmtp_bulk_field(f, p, n, off);
	}
	if (f->s->msg.end != ESMTP_EOD_BOL)
		return 0;
	run = esmtp_bulk_lines(f, p, n, off);
	if (!run && !f->why)
		run = esmtp_bulk_fields(f, p, n, off);
	if (!run && !f->why)
		run = esmtp_bulk_dashes(f, p, n, off);
	return run || f->why ? run : esmtp_bulk_begin(f, p, n, off);
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

	if (f->s->refused)
		return esmtp_refused_feed(f, p, n);
	while (i < n && f->s->mode == mode && esmtp_feed_may(f, f->io->off + i)) {
		u32 off = f->io->off + i;
		u32 run = take_at_once(f, p + i, n - i, off);

		esmtp_feed_spend(f, ESMTP_COST_RUN);
		if (!run && !f->why && esmtp_message_byte(f, p[i], off))
			run = 1;
		i += run;
		if (f->why)
			break;
	}
	return i;
}
