// SPDX-License-Identifier: GPL-2.0
/*
 * How long the name of a file is, once RFC 2231's percent coding, without charset
 * and language, and RFC 2047's words are decoded. The latter have no place in a
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

static void add(struct esmtp_feed *f, u32 n, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	u32 *len = m->param & ESMTP_PARAM_SECTIONED ? &m->clen : &m->flen;

	for (; n && !f->why; n--, ++*len)
		esmtp_rule_count(f, ESMTP_CRIT_FILENAME, *len, *len + 1, off);
}

/**
 * esmtp_filename_flush() - what was put aside is no coding after all
 * @f: the call
 * @off: stream offset of the byte that showed it
 */
void esmtp_filename_flush(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	u32 raw = m->raw;

	m->raw = 0;
	m->word = NONE;
	add(f, raw, off);
}

/* A coded octet is @mark and two digits; it counts once. */
static void coded(struct esmtp_feed *f, u8 c, u8 mark, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->left && hex(c)) {
		m->left--;
		return;
	}
	m->left = c == mark ? 2 : 0;
	add(f, 1, off);
}

static void extended_octet(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (!(m->param & ESMTP_PARAM_CHARSET)) {
		coded(f, c, '%', off);
		return;
	}
	m->raw++;
	if (c == '\'' && ++m->pos == 2) {
		m->param &= ~ESMTP_PARAM_CHARSET;
		m->raw = 0;
	} else if (m->raw > PENDING_MAX) {
		m->param &= ~ESMTP_PARAM_CHARSET;
		esmtp_filename_flush(f, off);
	}
}

static void base64(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (c == '=')
		return;
	m->left = (m->left + 1) & 3;
	if (m->left != 1)
		add(f, 1, off);
}

/* Moves on inside the opening of a word. False if it is none. */
static bool word_open(struct esmtp_mime *m, u8 c)
{
	u8 u = esmtp_upper(c);

	m->raw++;
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

static void gap(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	m->raw++;
	if (m->word == GAP_OPEN && c == '?') {
		m->word = WORD_CHARSET;
		m->raw = 2;
	} else if (m->word == GAP && c == '=') {
		m->word = GAP_OPEN;
	} else if (m->word != GAP || !esmtp_blank(c) || m->raw > PENDING_MAX) {
		esmtp_filename_flush(f, off);
	}
}

static void plain_octet(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	switch (m->word) {
	case NONE:
		if (c == '=') {
			m->word = OPEN;
			m->raw = 1;
		} else {
			add(f, 1, off);
		}
		break;
	case BASE64:
	case Q:
		if (c == '?')
			m->word = m->word == Q ? Q_CLOSE : BASE64_CLOSE;
		else if (m->word == Q)
			coded(f, c, '=', off);
		else
			base64(f, c, off);
		break;
	case BASE64_CLOSE:
	case Q_CLOSE:
		if (c == '=') {
			m->word = GAP;
			break;
		}
		m->word = m->word == Q_CLOSE ? Q : BASE64;
		add(f, 2, off);
		break;
	case GAP:
	case GAP_OPEN:
		gap(f, c, off);
		break;
	default:
		if (!word_open(m, c))
			esmtp_filename_flush(f, off);
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
	if (f->s->msg.mime.param & ESMTP_PARAM_EXTENDED)
		extended_octet(f, c, off);
	else
		plain_octet(f, c, off);
}

/**
 * esmtp_filename_end() - the value of a file's name has ended
 * @f: the call
 * @off: stream offset of the byte that showed it
 *
 * Of one in sections more may come; a later one is judged as it grows.
 */
void esmtp_filename_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	esmtp_filename_flush(f, off);
	m->word = NONE;
	if (f->why || (m->param & ESMTP_PARAM_SECTIONED))
		return;
	if (esmtp_rule_final(f, ESMTP_CRIT_FILENAME, m->flen, off))
		esmtp_rule_end(f, ESMTP_CRIT_FILETYPE, off);
}
