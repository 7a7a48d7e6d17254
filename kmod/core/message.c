// SPDX-License-Identifier: GPL-2.0
/*
 * The message, from the server's 354 to CR LF . CR LF (RFC 5321 4.5.2): its
 * end, the look-alikes of its end, its lines, and which of them are headers.
 *
 * In a message that declares itself multipart every line that begins with two
 * dashes and something more is taken for a boundary: whatever nesting,
 * prefixes or missing ends a message has, no part's header goes unread.
 */
#include "internal.h"

enum section { HEADER, PART, BODY };

/* How near to the end of data, by the letter. */
enum end_state {
	MID,				/* within a line */
	CR,				/* after a CR within a line */
	BOL,				/* after CR LF */
	DOT,				/* after CR LF . */
	DOT_CR,				/* after CR LF . CR */
};

/* The same as a careless server might see it: CR, LF, and NUL for nothing. */
enum look_state {
	LOOK_MID,
	LOOK_BOL,			/* after any line's end */
	LOOK_DOT,			/* and a dot */
	LOOK_DOT_CR,			/* and a CR that may be the true end's */
};

static const u8 end_next[][4] = {
	/*	    other  CR      LF    dot */
	[MID]	 = { MID,  CR,     MID,  MID },
	[CR]	 = { MID,  CR,     BOL,  MID },
	[BOL]	 = { MID,  CR,     MID,  DOT },
	[DOT]	 = { MID,  DOT_CR, MID,  MID },
	[DOT_CR] = { MID,  CR,     BOL,  MID },
};

enum { OTHER_BYTE, CR_BYTE, LF_BYTE, DOT_BYTE };

static u32 kind(u8 c)
{
	return c == '\r' ? CR_BYTE : c == '\n' ? LF_BYTE :
	       c == '.' ? DOT_BYTE : OTHER_BYTE;
}

/**
 * esmtp_message_init() - the server asked for the message
 * @m: the message
 */
void esmtp_message_init(struct esmtp_message *m)
{
	memset(m, 0, sizeof(*m));
	m->section = HEADER;
	m->end = BOL;
	m->look = LOOK_BOL;
	esmtp_header_init(m);
}

static void lookalike(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	m->seen = 1;
	esmtp_feed_event(f, ESMTP_EV_LOOKALIKE, off, 0);
}

static bool line_end(u8 c)
{
	return c == '\r' || c == '\n';
}

/*
 * @end: the end_state before this byte. A CR after CR LF . may be the true
 * end's; only the next byte tells.
 */
static void look(struct esmtp_feed *f, u8 c, u8 end, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	if (m->look == LOOK_DOT_CR) {
		lookalike(f, off);
		m->look = LOOK_BOL;
	}
	if (m->look == LOOK_DOT && line_end(c)) {
		if (c == '\r' && end == DOT) {
			m->look = LOOK_DOT_CR;
			return;
		}
		lookalike(f, off);
	}
	if (line_end(c))
		m->look = LOOK_BOL;
	else if (c && m->look == LOOK_BOL && c == '.')
		m->look = LOOK_DOT;
	else if (c)
		m->look = LOOK_MID;
}

static u8 criterion(const struct esmtp_message *m)
{
	return m->section == HEADER ? ESMTP_CRIT_HEADER_LINE :
				      ESMTP_CRIT_BODY_LINE;
}

/* The line grew by @n bytes, the first of them at @off. */
static bool grow(struct esmtp_feed *f, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u32 before = m->len;

	m->len += n;
	if (m->len < before)
		m->len = ~0u;
	return esmtp_rule_count(f, criterion(m), before, m->len, off);
}

/* The first bytes of a line tell whether it may be a boundary. */
static void dashes(struct esmtp_message *m, u8 c)
{
	bool dash = m->len <= 2 && c == '-';

	if (m->dash == m->len - 1 && (dash || m->len == 3))
		m->dash++;
}

static bool boundary(const struct esmtp_message *m)
{
	return m->parts && m->dash == 3;
}

/* A line ended: what is the next one? */
static bool next_line(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	if (boundary(m)) {
		m->section = PART;
		m->nested = 0;
		esmtp_header_init(m);
	} else if (!m->len && m->section != BODY) {
		/* an empty line ends the header; a message has one of its own */
		if (!esmtp_header_byte(f, '\n', true, off))
			return false;
		if (m->section == HEADER &&
		    !esmtp_rule_end(f, ESMTP_CRIT_HEADER_REGEX, off))
			return false;
		m->section = m->nested ? PART : BODY;
		m->nested = 0;
		esmtp_header_init(m);
	}
	m->len = 0;
	m->dash = 0;
	return true;
}

/* A byte of a line's text. The dot of transparency is none (RFC 5321 4.5.2). */
static bool text(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	bool first = !m->len;

	if (!grow(f, 1, off))
		return false;
	dashes(m, c);
	if (m->section == BODY)
		return true;
	if (m->section == HEADER && first && c != ' ' && c != '\t')
		esmtp_rule_restart(f, ESMTP_CRIT_HEADER_REGEX);
	if (m->section == HEADER &&
	    !esmtp_rule_byte(f, ESMTP_CRIT_HEADER_REGEX, c, off))
		return false;
	return esmtp_header_byte(f, c, first, off);
}

/* One byte. Returns false when it may not be taken or ends the message. */
static bool step(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u8 was = m->end;
	bool cr = was == CR || was == DOT_CR;

	if (c == '\n' && was == DOT_CR) {
		esmtp_feed_event(f, ESMTP_EV_MESSAGE_END, off, 0);
		esmtp_session_message_end(f);
		return true;
	}
	look(f, c, was, off);
	m->end = end_next[was][kind(c)];
	if (cr && c != '\n' && !text(f, '\r', off - 1))
		return false;
	if (c == '\n')
		return next_line(f, off);
	if (c == '\r' || (c == '.' && was == BOL))
		return true;
	return text(f, c, off);
}

/* Bytes that can be skipped over: inside a line whose text nobody reads. */
static u32 skip(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u32 run;

	if (m->end != MID || m->look != LOOK_MID || m->len < 3)
		return 0;
	if (m->section != BODY && !esmtp_header_idle(m))
		return 0;
	if (m->section == HEADER &&
	    esmtp_rule_reads(f->s->map, ESMTP_CRIT_HEADER_REGEX))
		return 0;
	run = esmtp_line_end(p, n);
	if (run)
		grow(f, run, off);
	return f->why ? 0 : run;
}

/* Could a line of the body that begins so be more than text? */
static bool plain(const struct esmtp_message *m, u8 first)
{
	return first && first != '.' && !(first == '-' && m->parts);
}

/*
 * Whole lines of the body, most of what any mail is: each leaves the state as
 * it found it, at the beginning of a line.
 */
static u32 lines(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	const struct esmtp_message *m = &f->s->msg;
	u32 done = 0;

	if (m->section != BODY || m->end != BOL || m->look != LOOK_BOL || m->len)
		return 0;
	while (done < n && plain(m, p[done])) {
		u32 run = esmtp_line_end(p + done, n - done);

		if (n - done - run < 2 || p[done + run] != '\r' ||
		    p[done + run + 1] != '\n')
			break;
		if (!esmtp_rule_count(f, ESMTP_CRIT_BODY_LINE, 0, run, off + done))
			break;
		done += run + 2;
	}
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
	u32 i = 0;

	while (i < n && f->s->mode == ESMTP_MODE_MESSAGE) {
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
