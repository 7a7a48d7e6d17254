// SPDX-License-Identifier: GPL-2.0
/*
 * The name of a file as decoded, octet by octet: RFC 2231's percent coding,
 * without charset and language, and RFC 2047's words, which have no place in a
 * parameter but are common there. What is malformed counts as it stands, so that
 * a spelling which some reader of mail accepts is never shorter here.
 */
#include "internal.h"

/* Where in an encoded word (RFC 2047 2). */
enum word_state {
	NONE,
	OPEN,				/* = */
	WORD_CHARSET,			/* =? */
	ENCODING,			/* =?charset? */
	BASE64_OPEN, Q_OPEN,		/* =?charset?B */
	BASE64, Q,			/* =?charset?B? */
	BASE64_CLOSE, Q_CLOSE,		/* =?charset?B?text? */
	GAP,				/* behind a word: blanks may not count */
	GAP_OPEN,			/* behind them: = */
};

enum { PENDING_MAX = 80 };		/* RFC 2047 2: a word has 75 characters */

static bool hex(u8 c)
{
	c = esmtp_upper(c);
	return esmtp_digit(c) || (c >= 'A' && c <= 'F');
}

static u8 nibble(u8 c)
{
	c = esmtp_upper(c);
	return esmtp_digit(c) ? c - '0' : c - 'A' + 10;
}

static void count(struct esmtp_feed *f, u32 n, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	u32 *len = m->param & ESMTP_PARAM_SECTIONED ? &m->clen : &m->flen;

	for (; n && !f->why; n--, ++*len)
		esmtp_rule_count(f, ESMTP_CRIT_FILENAME, *len, *len + 1, off);
}

static void add(struct esmtp_feed *f, u8 c, u32 off)
{
	if (!f->why && esmtp_filetype_decoded(f, c, off))
		count(f, 1, off);
}

/* This octet may be of a code. */
static void aside(struct esmtp_feed *f, u8 c)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	esmtp_filetype_aside(f, c, !m->raw);
	m->raw++;
}

/* What was put aside is no code after all. */
static void flush(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	u32 raw = m->raw;

	m->raw = 0;
	m->word = NONE;
	if (raw && esmtp_filetype_literal(f, off))
		count(f, raw, off);
}

/* The octets of a code that was broken off stand for themselves. */
static void broken_off(struct esmtp_feed *f, u8 mark, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	u8 left = m->left;

	m->left = 0;
	if (left)
		add(f, mark, off);
	if (left == 1)
		add(f, (u8)m->bits, off);
}

/* A coded octet is @mark and two digits. */
static void coded(struct esmtp_feed *f, u8 c, u8 mark, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->left == 2 && hex(c)) {
		m->bits = c;
		m->left = 1;
	} else if (m->left && hex(c)) {
		m->left = 0;
		add(f, (u8)(nibble((u8)m->bits) << 4 | nibble(c)), off);
	} else {
		broken_off(f, mark, off);
		if (c == mark)
			m->left = 2;
		else
			add(f, c, off);
	}
}

static void extended_octet(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (!(m->param & ESMTP_PARAM_CHARSET)) {
		coded(f, c, '%', off);
		return;
	}
	aside(f, c);
	if (c == '\'' && ++m->pos == 2) {
		m->param &= ~ESMTP_PARAM_CHARSET;
		m->raw = 0;
	} else if (m->raw > PENDING_MAX) {
		m->param &= ~ESMTP_PARAM_CHARSET;
		flush(f, off);
	}
}

/* Six bits, or 64 and more for what base64 has no use for. */
static u32 sextet(u8 c)
{
	u8 u = esmtp_upper(c);

	if (u >= 'A' && u <= 'Z')
		return u - 'A' + (c == u ? 0 : 26);
	if (esmtp_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/* Four are three octets (RFC 2045 6.8); others may be passed over, or not. */
static void base64(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	u32 six = sextet(c);

	if (c == '=') {
		m->left = 0;
		return;
	}
	if (six > 63) {
		count(f, 1, off);
		return;
	}
	m->bits = (u16)(m->bits << 6 | six);
	m->left = (m->left + 1) & 3;
	if (m->left != 1)
		add(f, (u8)(m->bits >> (-2 * m->left & 7)), off);
}

/* Moves on inside the opening of a word. False if it is none. */
static bool word_open(struct esmtp_feed *f, u8 c)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	u8 u = esmtp_upper(c);

	aside(f, c);
	if (m->raw > PENDING_MAX || esmtp_blank(c))
		return false;
	switch (m->word) {
	case OPEN:
		m->word = WORD_CHARSET;
		return c == '?';
	case WORD_CHARSET:
		if (c == '?')
			m->word = ENCODING;
		return true;
	case ENCODING:
		m->word = u == 'B' ? BASE64_OPEN : Q_OPEN;
		return u == 'B' || u == 'Q';
	case BASE64_OPEN:
	case Q_OPEN:
		m->word = m->word == BASE64_OPEN ? BASE64 : Q;
		m->raw = 0;
		m->left = 0;
		return c == '?';
	}
	return false;
}

/* Behind a word: another one may follow, without the blanks between them. */
static void gap(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->word == GAP_OPEN && c == '?') {
		m->word = WORD_CHARSET;
		m->raw = 0;
		aside(f, '=');
		aside(f, c);
		return;
	}
	aside(f, c);
	if (m->word == GAP && c == '=')
		m->word = GAP_OPEN;
	else if (m->word != GAP || !esmtp_blank(c) || m->raw > PENDING_MAX)
		flush(f, off);
}

static void word_text(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (c == '?')
		m->word = m->word == Q ? Q_CLOSE : BASE64_CLOSE;
	else if (m->word == BASE64)
		base64(f, c, off);
	else
		coded(f, c == '_' ? ' ' : c, '=', off);
}

static void word_close(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	bool q = m->word == Q_CLOSE;

	if (q)
		broken_off(f, '=', off);
	if (c == '=') {
		m->word = GAP;
		return;
	}
	add(f, '?', off);
	if (c == '?')
		return;
	m->word = q ? Q : BASE64;
	add(f, c, off);
}

static void plain_octet(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	switch (m->word) {
	case NONE:
		if (c == '=') {
			m->word = OPEN;
			aside(f, c);
		} else {
			add(f, c, off);
		}
		break;
	case BASE64:
	case Q:
		word_text(f, c, off);
		break;
	case BASE64_CLOSE:
	case Q_CLOSE:
		word_close(f, c, off);
		break;
	case GAP:
	case GAP_OPEN:
		gap(f, c, off);
		break;
	default:
		if (!word_open(f, c))
			flush(f, off);
	}
}

/**
 * esmtp_filename_octet() - read one octet of a file's name
 * @f: the call
 * @c: the octet, quoting taken away
 * @off: its stream offset
 */
void esmtp_filename_octet(struct esmtp_feed *f, u8 c, u32 off)
{
	if (!esmtp_filetype_sent(f, c, off))
		return;
	if (f->s->msg.mime.param & ESMTP_PARAM_EXTENDED)
		extended_octet(f, c, off);
	else
		plain_octet(f, c, off);
}

/* What the value leaves half read stands as it is. */
static void settle(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	u8 word = m->word;

	flush(f, off);
	if (m->param & ESMTP_PARAM_EXTENDED)
		broken_off(f, '%', off);
	else if (word == Q || word == Q_CLOSE)
		broken_off(f, '=', off);
	if (word == Q_CLOSE || word == BASE64_CLOSE)
		add(f, '?', off);
}

static void whole(struct esmtp_feed *f, u32 len, u32 off)
{
	if (esmtp_rule_final(f, ESMTP_CRIT_FILENAME, len, off))
		esmtp_filetype_end(f, off);
}

/**
 * esmtp_filename_end() - the value of a file's name has ended
 * @f: the call
 * @off: stream offset of the byte that showed it
 *
 * Of one in sections more may come.
 */
void esmtp_filename_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	settle(f, off);
	if (!f->why && !(m->param & ESMTP_PARAM_SECTIONED))
		whole(f, m->flen, off);
}

/**
 * esmtp_filename_joined() - the field has ended, and with it a name in sections
 * @f: the call
 * @off: stream offset of the byte that showed it
 */
void esmtp_filename_joined(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (f->why || !m->clen)
		return;
	m->param = ESMTP_PARAM_SECTIONED;
	whole(f, m->clen, off);
}
