// SPDX-License-Identifier: GPL-2.0
/*
 * The end of data, CR LF . CR LF (RFC 5321 4.1.1.4), and the sequences that lenient
 * servers take for it: SMTP smuggling (CVE-2023-51764 to CVE-2023-51766).
 */
#include "end.h"
#include "feed.h"
#include "message.h"

static const u8 end_next[][4] = {
	/*			other		CR		LF */
	[ESMTP_EOD_MID]	   = { ESMTP_EOD_MID, ESMTP_EOD_CR, ESMTP_EOD_MID,
			       ESMTP_EOD_MID },
	[ESMTP_EOD_CR]	   = { ESMTP_EOD_MID, ESMTP_EOD_CR, ESMTP_EOD_BOL,
			       ESMTP_EOD_MID },
	[ESMTP_EOD_BOL]	   = { ESMTP_EOD_MID, ESMTP_EOD_CR, ESMTP_EOD_MID,
			       ESMTP_EOD_DOT },
	[ESMTP_EOD_DOT]	   = { ESMTP_EOD_MID, ESMTP_EOD_DOT_CR, ESMTP_EOD_MID,
			       ESMTP_EOD_MID },
	[ESMTP_EOD_DOT_CR] = { ESMTP_EOD_MID, ESMTP_EOD_CR, ESMTP_EOD_BOL,
			       ESMTP_EOD_MID },
};

enum { OTHER_BYTE, CR_BYTE, LF_BYTE, DOT_BYTE };

static u32 classify_eod_byte(const struct esmtp_message *m, u8 c)
{
	return c == '\r' ? CR_BYTE : c == '\n' ? LF_BYTE :
	       c == '.' && !m->raw ? DOT_BYTE : OTHER_BYTE;
}

static bool is_eol_byte(u8 c)
{
	return c == '\r' || c == '\n';
}

static bool report_lookalike_eod(struct esmtp_feed *f, u32 off)
{
	f->s->msg.seen = 1;
	esmtp_feed_event(f, ESMTP_EV_LOOKALIKE, off, 0);
	return esmtp_feed_act(f, &f->s->map->params.guard, ESMTP_R_SMUGGLING);
}

/*
 * Look for an end of data as a lenient server reads it: CR or LF alone ends a line, and
 * NUL is ignored. A CR after CR LF . may belong to the true end of data; the next byte
 * decides.
 */
static bool check_lookalike_eod(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	if (m->look == ESMTP_LOOK_DOT_CR) {
		m->look = ESMTP_LOOK_BOL;
		if (!report_lookalike_eod(f, off))
			return false;
	}
	if (m->look == ESMTP_LOOK_DOT && is_eol_byte(c)) {
		if (c == '\r' && m->end == ESMTP_EOD_DOT) {
			m->look = ESMTP_LOOK_DOT_CR;
			return true;
		}
		if (!report_lookalike_eod(f, off))
			return false;
	}
	if (is_eol_byte(c))
		m->look = ESMTP_LOOK_BOL;
	else if (c && m->look == ESMTP_LOOK_BOL && c == '.')
		m->look = ESMTP_LOOK_DOT;
	else if (c)
		m->look = ESMTP_LOOK_MID;
	return true;
}

/* BDAT has no end of data, but some servers stop at a line that is a single dot. */
static bool check_bdat_dot(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	u8 was = m->look;

	m->look = was == ESMTP_LOOK_BOL && c == '.' ? ESMTP_LOOK_DOT :
						      ESMTP_LOOK_MID;
	if (was != ESMTP_LOOK_DOT || !is_eol_byte(c))
		return true;
	esmtp_feed_event(f, ESMTP_EV_CHUNK_DOT, off, 0);
	return esmtp_feed_act(f, &f->s->map->params.guard, ESMTP_R_SMUGGLING);
}

/* Report a bare CR or LF, or a NUL. @off: stream offset of the byte that shows it. */
static bool report_bare_byte(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_params *p = &f->s->map->params;

	esmtp_message_note(f, ESMTP_EV_MESSAGE_BARE, off);
	return !p->guard_strict ||
	       esmtp_feed_act(f, &p->guard, ESMTP_R_SMUGGLING);
}

static bool is_bare_byte(const struct esmtp_feed *f, u8 c)
{
	u8 end = f->s->msg.end;
	bool cr = end == ESMTP_EOD_CR || end == ESMTP_EOD_DOT_CR;

	return cr != (c == '\n') || (!c && f->s->map->params.guard_strict);
}

/**
 * esmtp_end_seen() - is this byte the last of the end of data?
 * @m: the message
 * @c: the byte
 *
 * Return: true if it is.
 */
bool esmtp_end_seen(const struct esmtp_message *m, u8 c)
{
	return c == '\n' && m->end == ESMTP_EOD_DOT_CR;
}

/**
 * esmtp_end_move() - move on by a byte, whatever it is
 * @m: the message
 * @c: the byte
 */
void esmtp_end_move(struct esmtp_message *m, u8 c)
{
	m->end = end_next[m->end][classify_eod_byte(m, c)];
}

/**
 * esmtp_end_step() - move on by a byte that does not end the message
 * @f: the call
 * @c: the byte
 * @off: its stream offset
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_end_step(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	if (m->raw) {
		if (!check_bdat_dot(f, c, off))
			return false;
	} else {
		if (is_bare_byte(f, c) && !report_bare_byte(f, off))
			return false;
		if (!check_lookalike_eod(f, c, off))
			return false;
	}
	esmtp_end_move(m, c);
	return true;
}
