// SPDX-License-Identifier: GPL-2.0
/*
 * A header section, of the message or of a part (RFC 5322 2.2): field names at
 * the beginning of a line only, folding, and the fields that are read.
 */
#include "encoding.h"
#include "feed.h"
#include "header.h"
#include "line.h"
#include "message.h"
#include "mime.h"
#include "engine/ascii.h"

enum header_state {
	START,				/* no field yet */
	NAME,				/* in a field name that may be one of ours */
	ANY_NAME,			/* in another */
	COLON,				/* after one of ours: blanks, then a colon */
	ANY_COLON,			/* after another */
	TYPE,				/* body of Content-Type */
	DISPOSITION,			/* body of Content-Disposition */
	ENCODING,			/* body of Content-Transfer-Encoding */
	OTHER,				/* body of any other field */
};

static const char *const names[] = {
	[ESMTP_HEADER_TYPE] = "CONTENT-TYPE",
	[ESMTP_HEADER_DISPOSITION] = "CONTENT-DISPOSITION",
	[ESMTP_HEADER_ENCODING] = "CONTENT-TRANSFER-ENCODING",
	[ESMTP_HEADER_TO] = "TO",
};

enum {
	BOM_FIRST = 0xef,		/* EF BB BF, before a field's name */
};

enum {
	ALL = (1u << ESMTP_ARRAY_SIZE(names)) - 1,
	ONCE = 1u << ESMTP_HEADER_TYPE | 1u << ESMTP_HEADER_DISPOSITION |
	       1u << ESMTP_HEADER_ENCODING,
};

/**
 * esmtp_header_init() - the next line is the first of a header section
 * @m: the message
 */
void esmtp_header_init(struct esmtp_message *m)
{
	memset(&m->header, 0, sizeof(m->header));
	memset(&m->mime, 0, sizeof(m->mime));
}

/**
 * esmtp_header_typed() - does the header say of what type its body is?
 * @m: the message, in a header section
 *
 * Return: true if it has a Content-Type.
 */
bool esmtp_header_typed(const struct esmtp_message *m)
{
	return m->header.seen >> ESMTP_HEADER_TYPE & 1;
}

/**
 * esmtp_header_idle() - may the rest of the line go unread?
 * @m: the message, in a header section, behind the first byte of a line
 *
 * Return: true if no field of ours is at hand.
 */
bool esmtp_header_idle(const struct esmtp_message *m)
{
	return m->header.state == OTHER;
}

/* A To field at once, where no rule counts them: true if it is one. */
static bool take_to_field(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_message *m = &f->s->msg;

	if (n < 3 || p[2] != ':' || esmtp_upper(p[0]) != 'T' || esmtp_upper(p[1]) != 'O' ||
	    f->s->map->floor[ESMTP_CRIT_HEADER_TO] != ~0u)
		return false;
	m->header.seen |= 1u << ESMTP_HEADER_TO;
	if (m->section == ESMTP_SECTION_HEADER && m->to < 0xffff)
		m->to++;
	return true;
}

/* May a field's name that begins so be one of ours? */
static bool may_be_ours(u8 first)
{
	u8 upper = esmtp_upper(first);

	return upper == 'C' || upper == 'T' || first == BOM_FIRST;
}

/* Does the line begin with a field name that is not parsed, and a colon after it? */
static bool is_other_field(const u8 *p, u32 n)
{
	u32 i = 0;

	if (may_be_ours(p[0]))
		return false;
	while (i < n && p[i] > ' ' && p[i] != ':' && p[i] != 0x7f)
		i++;
	return i && i < n && p[i] == ':';
}

/**
 * esmtp_header_line() - take a whole line of a field whose body nobody reads
 * @f: the call, at the beginning of a line of a header section
 * @p: the line, without NUL or CR
 * @n: its length without CR LF, not 0
 *
 * Return: false, with nothing changed, if it has to be read byte by byte.
 */
bool esmtp_header_line(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_header *h = &f->s->msg.header;

	if (h->state != OTHER && h->state != START)
		return false;
	if (esmtp_blank(p[0]))
		return h->state == OTHER;
	if (!is_other_field(p, n) && !take_to_field(f, p, n))
		return false;
	h->state = OTHER;
	return true;
}

/* The body of a field of ours begins. */
static bool begin_field_body(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	struct esmtp_header *h = &m->header;

	if (h->seen & h->fields & ONCE)
		esmtp_message_note(f, ESMTP_EV_MIME_DUPLICATE, off);
	h->seen |= h->fields;
	switch (h->fields) {
	case 1 << ESMTP_HEADER_TYPE:
		h->state = TYPE;
		esmtp_mime_init(f->s, ESMTP_MIME_TYPE);
		break;
	case 1 << ESMTP_HEADER_DISPOSITION:
		h->state = DISPOSITION;
		esmtp_mime_init(f->s, ESMTP_MIME_DISPOSITION);
		break;
	case 1 << ESMTP_HEADER_ENCODING:
		h->state = ENCODING;
		esmtp_encoding_begin(h);
		break;
	default:
		h->state = OTHER;
		return esmtp_message_to(f, off);
	}
	return true;
}

static bool parse_colon_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;
	bool ours = h->state == COLON;

	if (c <= ' ' || c == 0x7f)
		return true;
	h->state = OTHER;
	if (c != ':')
		esmtp_message_note(f, ESMTP_EV_HEADER_COLON, off);
	return c != ':' || !ours || begin_field_body(f, off);
}

/* The name ends in a blank or a colon. */
static bool end_field_name(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;
	u32 whole = esmtp_word_whole(names, h->fields, h->pos);

	h->fields = whole;
	h->state = whole ? COLON : ANY_COLON;
	/* of a field of ours only: what looks like a header may be text */
	if (whole && h->odd)
		esmtp_message_note(f, ESMTP_EV_MIME_FIRST, off);
	/* RFC 5322 4.5: obsolete blanks before the colon; parsers differ */
	if (c != ':' || !h->pos)
		esmtp_message_note(f, ESMTP_EV_HEADER_COLON, off);
	return parse_colon_byte(f, c, off);
}

/* What some readers pass over before a field's name, and others take for a part of it. */
static bool is_before_name(u8 c)
{
	return c <= ' ' || c == 0x7f || c == BOM_FIRST || c == 0xbb || c == 0xbf;
}

static bool parse_field_name_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;

	if ((!h->pos && is_before_name(c)) || (c < ' ' && c != '\t') || c == 0x7f) {
		h->odd = 1;
		return true;
	}
	if (c == ':' || esmtp_blank(c))
		return end_field_name(f, c, off);
	h->fields = esmtp_word_narrow(names, h->fields, h->pos, c);
	h->pos += h->pos < 0xff;
	h->state = h->fields ? NAME : ANY_NAME;
	return true;
}

static bool end_header_field(struct esmtp_feed *f, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;

	switch (h->state) {
	case NAME:
	case ANY_NAME:
	case COLON:
	case ANY_COLON:
		/* nothing but a bare CR is no line */
		if (h->pos)
			esmtp_message_note(f, ESMTP_EV_HEADER_COLON, off);
		break;
	case TYPE:
	case DISPOSITION:
		return esmtp_mime_end(f, off);
	case ENCODING:
		return esmtp_encoding_end(f, off);
	}
	return true;
}

/* A line that is not folded ends the field before it and begins another. */
static bool begin_header_field(struct esmtp_feed *f, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;

	if (!end_header_field(f, off))
		return false;
	h->state = NAME;
	h->fields = ALL;
	h->pos = 0;
	h->words = 0;
	h->odd = 0;
	h->after_cr = 0;
	return true;
}

/**
 * esmtp_header_structured() - is the body of a field of ours at hand?
 * @m: the message, in a header section
 *
 * Return: true from its colon up to the first byte of the line that follows it.
 */
bool esmtp_header_structured(const struct esmtp_message *m)
{
	u8 state = m->header.state;

	return state == TYPE || state == DISPOSITION || state == ENCODING;
}

/**
 * esmtp_header_find() - which field of ours that may be taken at once does a line begin with?
 * @m: the message, at the beginning of a line of a header section
 * @p: bytes
 * @n: how many
 * @which: set to enum esmtp_header_field
 *
 * Return: bytes up to its colon, and that; 0 if there is none, or there was one before.
 */
u32 esmtp_header_find(const struct esmtp_message *m, const u8 *p, u32 n, u8 *which)
{
	u32 i, len;

	if (!n || esmtp_upper(p[0]) != 'C')
		return 0;
	for (i = 0; i < ESMTP_HEADER_TO; i++) {
		for (len = 0; len < n && names[i][len] && esmtp_upper(p[len]) == (u8)names[i][len];)
			len++;
		if (len == n || names[i][len] || p[len] != ':')
			continue;
		*which = (u8)i;
		return m->header.seen >> i & 1 ? 0 : len + 1;
	}
	return 0;
}

/**
 * esmtp_header_take() - a whole field of ours was read at once
 * @f: the call, at the beginning of its first line
 * @which: enum esmtp_header_field
 * @off: stream offset of its first byte
 *
 * Return: false, with f->why set, if the field before it ends the connection.
 */
bool esmtp_header_take(struct esmtp_feed *f, u8 which, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;

	if (!begin_header_field(f, off))
		return false;
	h->seen |= (u8)(1u << which);
	h->state = OTHER;
	return true;
}

/* Behind a CR within a field of ours. True if the colon of another has come. */
static bool is_name_behind_cr(struct esmtp_header *h, u8 c)
{
	u32 whole = c == ':' ? esmtp_word_whole(names, h->after_cr, h->cr_pos) : 0;

	if (whole) {
		h->fields = (u8)whole;
		h->after_cr = 0;
		return true;
	}
	if (!h->cr_pos && is_before_name(c))
		return false;
	h->after_cr = (u8)esmtp_word_narrow(names, h->after_cr, h->cr_pos, c);
	h->cr_pos++;
	return false;
}

static bool parse_header_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;

	switch (h->state) {
	case NAME:
	case ANY_NAME:
		return parse_field_name_byte(f, c, off);
	case COLON:
	case ANY_COLON:
		return parse_colon_byte(f, c, off);
	case TYPE:
	case DISPOSITION:
		return esmtp_mime_byte(f, c, off);
	case ENCODING:
		return esmtp_encoding_byte(f, c, off);
	}
	return true;
}

/**
 * esmtp_header_byte() - read one byte of a header section
 * @f: the call
 * @c: the byte; an LF only as the first of an empty line, which ends the section
 * @first: it is the first of its line
 * @off: its stream offset
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_header_byte(struct esmtp_feed *f, u8 c, bool first, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;

	/* what begins with a blank goes on with the field before, if there is one */
	if (first && (h->state == START || !esmtp_blank(c)) && !begin_header_field(f, off))
		return false;
	if (c == '\n')
		return true;
	/* a bare CR ends a line for some readers, and is a blank for others */
	if (c == '\r' && !esmtp_header_structured(&f->s->msg))
		return begin_header_field(f, off);
	if (c == '\r') {
		h->after_cr = ALL;
		h->cr_pos = 0;
	}
	if (h->after_cr && c != '\r' && is_name_behind_cr(h, c))
		return end_header_field(f, off) && begin_field_body(f, off);
	return parse_header_byte(f, c, off);
}

/**
 * esmtp_header_run() - read bytes within a line
 * @f: the call
 * @p: bytes, none of them CR, LF or NUL
 * @n: how many
 * @off: stream offset of the first
 *
 * Return: bytes taken: fewer than @n when f->why is set.
 */
u32 esmtp_header_run(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	const struct esmtp_header *h = &f->s->msg.header;
	u32 i = 0, run;

	while (i < n && esmtp_feed_may(f, off + i)) {
		bool mime = !h->after_cr && (h->state == TYPE || h->state == DISPOSITION);

		run = mime ? esmtp_mime_run(f, p + i, n - i) : 0;
		if (!mime)
			esmtp_feed_spend(f, ESMTP_COST_NAME);
		if (!run && (mime ? !esmtp_mime_byte(f, p[i], off + i) :
				    !esmtp_header_byte(f, p[i], false, off + i)))
			break;
		i += run ?: 1;
	}
	return i;
}
