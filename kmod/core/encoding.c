// SPDX-License-Identifier: GPL-2.0
/* The body of Content-Transfer-Encoding (RFC 2045 6). */
#include "internal.h"

static const char *const names[] = {
	[ESMTP_ENC_7BIT] = "7BIT",
	[ESMTP_ENC_8BIT] = "8BIT",
	[ESMTP_ENC_BASE64] = "BASE64",
	[ESMTP_ENC_BINARY] = "BINARY",
	[ESMTP_ENC_QUOTED_PRINTABLE] = "QUOTED-PRINTABLE",
};

enum {
	ALL = (1u << ESMTP_ENC_OTHERS) - 1,
	DONE = 1 << 7,			/* with the bits of @words */
};

/**
 * esmtp_encoding_begin() - the colon of the field was read
 * @h: the header
 */
void esmtp_encoding_begin(struct esmtp_header *h)
{
	h->words = ALL;
	h->pos = 0;
	h->comment = 0;
}

static u32 which(const struct esmtp_header *h)
{
	u32 whole = esmtp_word_whole(names, h->words, h->pos);
	u32 i;

	for (i = 0; i < ESMTP_ENC_OTHERS; i++)
		if (whole >> i & 1)
			break;
	return i;
}

/**
 * esmtp_encoding_end() - the word, or all of the field, has ended
 * @f: the call
 * @off: stream offset of the byte that showed it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_encoding_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;
	u32 encoding;

	if (!h->pos || (h->words & DONE))
		return true;
	encoding = which(h);
	h->words = DONE;
	return esmtp_rule_set(f, ESMTP_CRIT_ENCODING, encoding, off);
}

/**
 * esmtp_encoding_byte() - read one byte of the field
 * @f: the call
 * @c: the byte, CR LF of folding left out
 * @off: its stream offset
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_encoding_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;

	if (h->comment || c == '(') {
		h->comment += c == '(' && h->comment < 0xff;
		h->comment -= c == ')';
		return true;
	}
	if (esmtp_blank(c) || c == ';')
		return esmtp_encoding_end(f, off);
	if (c == '"' || (h->words & DONE))
		return true;
	h->words = esmtp_word_narrow(names, h->words, h->pos, c);
	h->pos += h->pos < 0xff;
	return true;
}
