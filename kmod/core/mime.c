// SPDX-License-Identifier: GPL-2.0
/*
 * The bodies of Content-Type (RFC 2045 5.1) and Content-Disposition (RFC 2183
 * 2): whether parts or a message are inside, their boundary, and files' names.
 */
#include "internal.h"

enum mime_state {
	MAIN,				/* type or disposition */
	SUBTYPE,			/* of a message */
	GAP,				/* blanks behind either */
	PARAMETER,			/* between parameters */
	NAME,				/* of a parameter */
	SECTION,			/* after its asterisk (RFC 2231 3) */
	EQUALS,				/* between the name and the value */
	VALUE_START,
	VALUE,
};

enum quote_state { PLAIN, QUOTED, ESCAPED };

static const char *const types[] = { "MULTIPART", "MESSAGE" };
static const char *const subtypes[] = { "PARTIAL" };
static const char *const params[] = { "NAME", "FILENAME", "BOUNDARY" };

enum {
	ALL_TYPES = 3,
	MULTIPART_TYPE = 1 << 0,
	MESSAGE_TYPE = 1 << 1,
	ALL_PARAMS = 7,
	BOUNDARY_PARAM = 1 << 2,
	MULTIPART = 1 << 7,		/* in seen: the type wants a boundary */
};

/**
 * esmtp_mime_init() - the colon of a field of ours was read
 * @m: the state
 * @field: which field
 */
void esmtp_mime_init(struct esmtp_mime *m, enum esmtp_mime_field field)
{
	memset(m, 0, sizeof(*m));
	m->words = field == ESMTP_MIME_TYPE ? ALL_TYPES : 0;
}

static void octet(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->param & ESMTP_PARAM_BOUNDARY)
		esmtp_boundary_octet(m, c, m->quote);
	if (m->param & ESMTP_PARAM_FILE)
		esmtp_filename_octet(f, c, off);
}

static void value_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->param & ESMTP_PARAM_FILE)
		esmtp_filename_end(f, off);
	if (m->param & ESMTP_PARAM_BOUNDARY)
		esmtp_boundary_declared(f, off);
	m->state = PARAMETER;
	m->param = 0;
	m->raw = 0;
	m->quote = PLAIN;
}

static void value_begin(struct esmtp_mime *m)
{
	m->state = VALUE_START;
	m->pos = 0;
	m->left = 0;
	m->odd = m->param & (ESMTP_PARAM_SECTIONED | ESMTP_PARAM_EXTENDED);
	m->blen = 0;
	m->bhash = ESMTP_HASH_INIT;
	if (!(m->param & ESMTP_PARAM_SECTIONED))
		m->flen = 0;
	if ((m->param & ESMTP_PARAM_EXTENDED) && !(m->param & ESMTP_PARAM_LATER))
		m->param |= ESMTP_PARAM_CHARSET;
}

static void value_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->quote == ESCAPED) {
		m->quote = QUOTED;
		octet(f, c, off);
	} else if (m->quote == QUOTED && c == '\\') {
		m->quote = ESCAPED;
		m->odd = 1;
	} else if (c == '"') {
		m->odd |= m->blen && !m->quote;
		m->param |= m->quote ? ESMTP_PARAM_CLOSED : 0;
		m->quote = m->quote ? PLAIN : QUOTED;
	} else if (!m->quote && c == ';') {
		value_end(f, off);
	} else if (m->quote || !esmtp_blank(c) ||
		   !(m->param & ESMTP_PARAM_CLOSED)) {
		octet(f, c, off);
	}
}

static void section_byte(struct esmtp_mime *m, u8 c)
{
	if (c == '=') {
		if (!(m->param & ESMTP_PARAM_SECTIONED))
			m->param |= ESMTP_PARAM_EXTENDED;
		value_begin(m);
	} else if (esmtp_digit(c)) {
		m->param |= ESMTP_PARAM_SECTIONED |
			    (c == '0' ? 0 : ESMTP_PARAM_LATER);
	} else if (c == '*') {
		m->param |= ESMTP_PARAM_EXTENDED;
	} else if (c == ';') {
		m->state = PARAMETER;
	}
}

/* A name is whole. Twice the same is for readers of mail to disagree on. */
static void named(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	u32 whole = esmtp_word_whole(params, m->words, m->pos);

	m->param = whole & BOUNDARY_PARAM ? ESMTP_PARAM_BOUNDARY :
		   whole ? ESMTP_PARAM_FILE : 0;
	m->state = c == '*' ? SECTION : EQUALS;
	if (c != '*' && (m->seen & whole))
		esmtp_message_note(f, ESMTP_EV_MIME_DUPLICATE, off);
	if (c != '*')
		m->seen |= whole;
	if (c == '=')
		value_begin(m);
}

static void name_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (c == ';') {
		m->state = PARAMETER;
	} else if (c == '=' || c == '*' || esmtp_blank(c)) {
		named(f, c, off);
	} else {
		m->words = esmtp_word_narrow(params, m->words, m->pos, c);
		m->pos += m->pos < 0xff;
	}
}

/* The type is whole: are there parts inside? */
static void typed(struct esmtp_message *msg)
{
	struct esmtp_mime *m = &msg->mime;
	u32 whole = esmtp_word_whole(types, m->words, m->pos);

	msg->parts |= whole != 0;
	msg->nested |= whole == MESSAGE_TYPE;
	m->seen |= whole == MULTIPART_TYPE ? MULTIPART : 0;
	m->words = whole == MESSAGE_TYPE;
	m->pos = 0;
	if (whole == MESSAGE_TYPE)
		m->state = SUBTYPE;
}

static void main_byte(struct esmtp_feed *f, u8 c)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (c == ';') {
		m->state = PARAMETER;
	} else if (c == '/') {
		typed(&f->s->msg);
	} else if (!esmtp_blank(c)) {
		m->words = esmtp_word_narrow(types, m->words, m->pos, c);
		m->pos += m->pos < 0xff;
	} else if (m->pos) {
		m->state = GAP;
	}
}

static void subtype_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (c != ';' && !esmtp_blank(c)) {
		m->words = esmtp_word_narrow(subtypes, m->words, m->pos, c);
		m->pos += m->pos < 0xff;
		return;
	}
	if (c != ';' && !m->pos)
		return;
	if (esmtp_word_whole(subtypes, m->words, m->pos))
		esmtp_message_note(f, ESMTP_EV_MIME_PARTIAL, off);
	m->words = 0;
	m->state = c == ';' ? PARAMETER : GAP;
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

static void parameter_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (esmtp_blank(c) || c == ';')
		return;
	m->state = NAME;
	m->words = ALL_PARAMS;
	m->pos = 0;
	m->param = 0;
	name_byte(f, c, off);
}

/* "text / plain", or a parameter whose semicolon is missing. */
static void gap_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (c != '/' && c != ';') {
		parameter_byte(f, c, off);
		return;
	}
	m->state = MAIN;
	main_byte(f, c);
}

static void equals_byte(struct esmtp_mime *m, u8 c)
{
	if (c == '=')
		value_begin(m);
	else if (c == ';')
		m->state = PARAMETER;
}

static void field_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	switch (m->state) {
	case MAIN:
		main_byte(f, c);
		break;
	case SUBTYPE:
		subtype_byte(f, c, off);
		break;
	case GAP:
		gap_byte(f, c, off);
		break;
	case PARAMETER:
		parameter_byte(f, c, off);
		break;
	case NAME:
		name_byte(f, c, off);
		break;
	case SECTION:
		section_byte(m, c);
		break;
	case EQUALS:
		equals_byte(m, c);
		break;
	case VALUE_START:
		if (esmtp_blank(c))
			break;
		m->state = VALUE;
		value_byte(f, c, off);
		break;
	case VALUE:
		value_byte(f, c, off);
		break;
	}
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

	if (m->comment)
		comment_byte(m, c);
	else if (c == '(' && m->state != VALUE)
		m->comment = 1;
	else
		field_byte(f, c, off);
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
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->state == SUBTYPE)
		subtype_byte(f, ';', off);
	if (m->state == VALUE)
		value_end(f, off);
	esmtp_filename_joined(f, off);
	if ((m->seen & MULTIPART) && !(m->seen & BOUNDARY_PARAM))
		esmtp_boundary_odd(f, off);
	return !f->why;
}
