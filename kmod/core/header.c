// SPDX-License-Identifier: GPL-2.0
/*
 * A header section, of the message or of a part (RFC 5322 2.2): field names at
 * the beginning of a line only, folding, and the two fields that name files.
 */
#include "internal.h"

enum header_state {
	START,				/* no field yet */
	NAME,				/* in a field name that may be one of ours */
	COLON,				/* after one: blanks, then a colon */
	TYPE,				/* body of Content-Type */
	DISPOSITION,			/* body of Content-Disposition */
	OTHER,				/* any other field */
};

static const char *const names[] = {
	[ESMTP_MIME_TYPE] = "CONTENT-TYPE",
	[ESMTP_MIME_DISPOSITION] = "CONTENT-DISPOSITION",
};

enum { ALL = (1u << ESMTP_ARRAY_SIZE(names)) - 1 };

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

static bool blank(u8 c)
{
	return c == ' ' || c == '\t';
}

static bool reads_value(u8 state)
{
	return state == TYPE || state == DISPOSITION;
}

static void name_byte(struct esmtp_header *h, u8 c)
{
	u32 whole = esmtp_word_whole(names, h->fields, h->pos);

	if (whole && (blank(c) || c == ':')) {
		h->fields = whole;
		h->state = COLON;
		return;
	}
	h->fields = esmtp_word_narrow(names, h->fields, h->pos, c);
	h->pos++;
	if (!h->fields)
		h->state = OTHER;
}

static void colon_byte(struct esmtp_message *m, u8 c)
{
	struct esmtp_header *h = &m->header;

	if (c == ':') {
		bool type = h->fields >> ESMTP_MIME_TYPE & 1;

		h->state = type ? TYPE : DISPOSITION;
		esmtp_mime_init(&m->mime, type ? ESMTP_MIME_TYPE :
						 ESMTP_MIME_DISPOSITION);
	} else if (!blank(c)) {
		h->state = OTHER;
	}
}

/* A line that is not folded ends the field before it and begins another. */
static bool new_field(struct esmtp_feed *f, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;

	if (reads_value(h->state) && !esmtp_mime_end(f, off))
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
	struct esmtp_message *m = &f->s->msg;
	struct esmtp_header *h = &m->header;

	if (first && !blank(c) && !new_field(f, off))
		return false;
	switch (h->state) {
	case NAME:
		name_byte(h, c);
		if (h->state == COLON)
			colon_byte(m, c);
		break;
	case COLON:
		colon_byte(m, c);
		break;
	case TYPE:
	case DISPOSITION:
		return esmtp_mime_byte(f, c, off);
	}
	return true;
}
