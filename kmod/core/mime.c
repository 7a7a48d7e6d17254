// SPDX-License-Identifier: GPL-2.0
/*
 * The bodies of Content-Type (RFC 2045 5.1) and Content-Disposition (RFC 2183
 * 2): whether parts or a message are inside, and how long a file's name is.
 *
 * A name's length is that of the decoded octets: of RFC 2231's percent coding,
 * without charset and language, and of RFC 2047's words, which have no place in
 * a parameter but are common there. What is malformed counts as it stands, so
 * that a spelling which some reader of mail accepts is never shorter here.
 */
#include "internal.h"

enum mime_state {
	MAIN,				/* type or disposition */
	PARAMETER,			/* between parameters */
	NAME,				/* of a parameter */
	SECTION,			/* after its asterisk (RFC 2231 3) */
	EQUALS,				/* between the name and the value */
	VALUE_START,
	VALUE,
};

enum quote_state { PLAIN, QUOTED, ESCAPED };

/* What the parameter is. */
enum {
	FILE = 1 << 0,			/* name or filename */
	SECTIONED = 1 << 1,		/* NAME*0=, NAME*1= ... */
	LATER = 1 << 2,			/* not the first section */
	EXTENDED = 1 << 3,		/* NAME*= or NAME*0*=: percent coding */
	CHARSET = 1 << 4,		/* before charset'language' has ended */
	CLOSED = 1 << 5,		/* behind a closing quote */
};

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

static const char *const types[] = { "MULTIPART", "MESSAGE" };
static const char *const params[] = { "NAME", "FILENAME" };

enum {
	ALL = 3,
	MESSAGE_TYPE = 1 << 1,
};

static bool blank(u8 c)
{
	return c == ' ' || c == '\t';
}

static bool hex(u8 c)
{
	c = esmtp_upper(c);
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

/**
 * esmtp_mime_init() - the colon of a field of ours was read
 * @m: the state
 * @field: which field
 */
void esmtp_mime_init(struct esmtp_mime *m, enum esmtp_mime_field field)
{
	memset(m, 0, sizeof(*m));
	m->words = field == ESMTP_MIME_TYPE ? ALL : 0;
}

static void add(struct esmtp_feed *f, u32 n, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	u32 *len = m->param & SECTIONED ? &m->clen : &m->flen;

	for (; n && !f->why; n--, ++*len)
		esmtp_rule_count(f, ESMTP_CRIT_FILENAME, *len, *len + 1, off);
}

/* What was put aside is no coding after all. */
static void flush(struct esmtp_feed *f, u32 off)
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

	if (!(m->param & CHARSET)) {
		coded(f, c, '%', off);
		return;
	}
	m->raw++;
	if (c == '\'' && ++m->pos == 2) {
		m->param &= ~CHARSET;
		m->raw = 0;
	} else if (m->raw > PENDING_MAX) {
		m->param &= ~CHARSET;
		flush(f, off);
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
	if (m->raw > PENDING_MAX || blank(c))
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
	} else if (m->word != GAP || !blank(c) || m->raw > PENDING_MAX) {
		flush(f, off);
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
			flush(f, off);
	}
}

static void octet(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (!(m->param & FILE) || !esmtp_rule_byte(f, ESMTP_CRIT_FILETYPE, c, off))
		return;
	if (m->param & EXTENDED)
		extended_octet(f, c, off);
	else
		plain_octet(f, c, off);
}

static void value_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->word == GAP)
		m->raw = 0;
	if (m->param & FILE)
		flush(f, off);
	/* the name may go on in another section */
	if (!f->why && (m->param & (FILE | SECTIONED)) == FILE)
		esmtp_rule_end(f, ESMTP_CRIT_FILETYPE, off);
	m->state = PARAMETER;
	m->param = 0;
	m->raw = 0;
	m->word = NONE;
	m->quote = PLAIN;
}

static void value_begin(struct esmtp_mime *m)
{
	m->state = VALUE_START;
	m->pos = 0;
	m->left = 0;
	if (!(m->param & SECTIONED))
		m->flen = 0;
	if ((m->param & EXTENDED) && !(m->param & LATER))
		m->param |= CHARSET;
}

static void value_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->quote == ESCAPED) {
		m->quote = QUOTED;
		octet(f, c, off);
	} else if (m->quote == QUOTED && c == '\\') {
		m->quote = ESCAPED;
	} else if (c == '"') {
		m->param |= m->quote ? CLOSED : 0;
		m->quote = m->quote ? PLAIN : QUOTED;
	} else if (!m->quote && c == ';') {
		value_end(f, off);
	} else if (m->quote || !blank(c) || !(m->param & CLOSED)) {
		octet(f, c, off);
	}
}

static void section_byte(struct esmtp_mime *m, u8 c)
{
	if (c == '=') {
		if (!(m->param & SECTIONED))
			m->param |= EXTENDED;
		value_begin(m);
	} else if (c >= '0' && c <= '9') {
		m->param |= SECTIONED | (c == '0' ? 0 : LATER);
	} else if (c == '*') {
		m->param |= EXTENDED;
	} else if (c == ';') {
		m->state = PARAMETER;
	}
}

static void name_byte(struct esmtp_mime *m, u8 c)
{
	bool file = esmtp_word_whole(params, m->words, m->pos);

	if (c == ';') {
		m->state = PARAMETER;
	} else if (c == '=' || c == '*' || blank(c)) {
		m->param = file ? FILE : 0;
		m->state = c == '*' ? SECTION : EQUALS;
		if (c == '=')
			value_begin(m);
	} else {
		m->words = esmtp_word_narrow(params, m->words, m->pos, c);
		m->pos += m->pos < 0xff;
	}
}

static void main_byte(struct esmtp_feed *f, u8 c)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	u32 whole;

	if (c == ';') {
		m->state = PARAMETER;
	} else if (c == '/') {
		whole = esmtp_word_whole(types, m->words, m->pos);
		if (whole)
			f->s->msg.parts = 1;
		if (whole & MESSAGE_TYPE)
			f->s->msg.nested = 1;
		m->words = 0;
	} else if (!blank(c)) {
		m->words = esmtp_word_narrow(types, m->words, m->pos, c);
		m->pos += m->pos < 0xff;
	}
}

/* RFC 822 comments nest, and hold quoted pairs. */
static void comment_byte(struct esmtp_mime *m, u8 c)
{
	if (m->quote == ESCAPED)
		m->quote = PLAIN;
	else if (c == '\\')
		m->quote = ESCAPED;
	else if (c == '(')
		m->comment += m->comment < 0xff;
	else if (c == ')')
		m->comment--;
}

/**
 * esmtp_mime_byte() - read one byte of the field's body
 * @f: the call
 * @c: the byte, CR LF of folding left out
 * @off: its stream offset
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_mime_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->comment) {
		comment_byte(m, c);
		return true;
	}
	if (c == '(' && m->state != VALUE) {
		m->comment = 1;
		return true;
	}
	switch (m->state) {
	case MAIN:
		main_byte(f, c);
		break;
	case PARAMETER:
		if (blank(c) || c == ';')
			break;
		m->state = NAME;
		m->words = ALL;
		m->pos = 0;
		m->param = 0;
		name_byte(m, c);
		break;
	case NAME:
		name_byte(m, c);
		break;
	case SECTION:
		section_byte(m, c);
		break;
	case EQUALS:
		if (c == '=')
			value_begin(m);
		else if (c == ';')
			m->state = PARAMETER;
		break;
	case VALUE_START:
		if (blank(c))
			break;
		m->state = VALUE;
		value_byte(f, c, off);
		break;
	case VALUE:
		value_byte(f, c, off);
		break;
	}
	return !f->why;
}

/**
 * esmtp_mime_end() - the field has ended
 * @f: the call
 * @off: stream offset of the byte that showed it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_mime_end(struct esmtp_feed *f, u32 off)
{
	if (f->s->msg.mime.state == VALUE)
		value_end(f, off);
	return !f->why;
}
