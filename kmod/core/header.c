// SPDX-License-Identifier: GPL-2.0
/*
 * A header section, of the message or of a part (RFC 5322 2.2): field names at
 * the beginning of a line only, folding, and the fields that are read.
 */
#include "internal.h"

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

enum field { F_TYPE, F_DISPOSITION, F_ENCODING, F_TO };

static const char *const names[] = {
	[F_TYPE] = "CONTENT-TYPE",
	[F_DISPOSITION] = "CONTENT-DISPOSITION",
	[F_ENCODING] = "CONTENT-TRANSFER-ENCODING",
	[F_TO] = "TO",
};

enum {
	ALL = (1u << ESMTP_ARRAY_SIZE(names)) - 1,
	ONCE = 1u << F_TYPE | 1u << F_DISPOSITION | 1u << F_ENCODING,
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
 * esmtp_header_idle() - may the rest of the line go unread?
 * @m: the message, in a header section, behind the first byte of a line
 *
 * Return: true if no field of ours is at hand.
 */
bool esmtp_header_idle(const struct esmtp_message *m)
{
	return m->header.state == OTHER;
}

/* The name of a field that is none of ours, with a colon right behind it. */
static bool foreign(const u8 *p, u32 n)
{
	u32 i = 0;

	if (esmtp_word_narrow(names, ALL, 0, p[0]))
		return false;
	while (i < n && p[i] > ' ' && p[i] != ':')
		i++;
	return i && i < n && p[i] == ':';
}

/**
 * esmtp_header_line() - take a whole line of a field that is none of ours
 * @m: the message, in a header section, at the beginning of a line
 * @p: the line, without NUL or CR
 * @n: its length without CR LF, not 0
 *
 * Return: false, with nothing changed, if it has to be read byte by byte.
 */
bool esmtp_header_line(struct esmtp_message *m, const u8 *p, u32 n)
{
	struct esmtp_header *h = &m->header;

	if (h->state != OTHER && h->state != START)
		return false;
	if (esmtp_blank(p[0]))
		return true;
	if (!foreign(p, n))
		return false;
	h->state = OTHER;
	return true;
}

/* The body of a field of ours begins. */
static bool field_begin(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *m = &f->s->msg;
	struct esmtp_header *h = &m->header;

	if (h->seen & h->fields & ONCE)
		esmtp_message_note(f, ESMTP_EV_MIME_DUPLICATE, off);
	h->seen |= h->fields;
	switch (h->fields) {
	case 1 << F_TYPE:
		h->state = TYPE;
		esmtp_mime_init(&m->mime, ESMTP_MIME_TYPE);
		break;
	case 1 << F_DISPOSITION:
		h->state = DISPOSITION;
		esmtp_mime_init(&m->mime, ESMTP_MIME_DISPOSITION);
		break;
	case 1 << F_ENCODING:
		h->state = ENCODING;
		esmtp_encoding_begin(h);
		break;
	default:
		h->state = OTHER;
		return esmtp_message_to(f, off);
	}
	return true;
}

static bool colon_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;
	bool ours = h->state == COLON;

	if (esmtp_blank(c))
		return true;
	h->state = OTHER;
	if (c != ':')
		esmtp_message_note(f, ESMTP_EV_HEADER_COLON, off);
	return c != ':' || !ours || field_begin(f, off);
}

/* The name ends in a blank or a colon. */
static bool name_end(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;
	u32 whole = esmtp_word_whole(names, h->fields, h->pos);

	h->fields = whole;
	h->state = whole ? COLON : ANY_COLON;
	/* RFC 5322 4.5: an obsolete form that servers read each in its own way */
	if (c != ':' || !h->pos)
		esmtp_message_note(f, ESMTP_EV_HEADER_COLON, off);
	return colon_byte(f, c, off);
}

static bool name_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;

	if (c == ':' || esmtp_blank(c))
		return name_end(f, c, off);
	h->fields = esmtp_word_narrow(names, h->fields, h->pos, c);
	h->pos += h->pos < 0xff;
	h->state = h->fields ? NAME : ANY_NAME;
	return true;
}

static bool field_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;

	switch (h->state) {
	case NAME:
	case ANY_NAME:
	case COLON:
	case ANY_COLON:
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
static bool new_field(struct esmtp_feed *f, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;

	if (!field_end(f, off))
		return false;
	h->state = NAME;
	h->fields = ALL;
	h->pos = 0;
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

	if (first && !esmtp_blank(c) && !new_field(f, off))
		return false;
	if (c == '\n')
		return true;
	switch (h->state) {
	case NAME:
	case ANY_NAME:
		return name_byte(f, c, off);
	case COLON:
	case ANY_COLON:
		return colon_byte(f, c, off);
	case TYPE:
	case DISPOSITION:
		return esmtp_mime_byte(f, c, off);
	case ENCODING:
		return esmtp_encoding_byte(f, c, off);
	}
	return true;
}
