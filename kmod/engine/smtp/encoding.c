// SPDX-License-Identifier: GPL-2.0
/* The body of Content-Transfer-Encoding (RFC 2045 6). */
#include "encoding.h"
#include "feed.h"
#include "line.h"
#include "message.h"
#include "rule.h"
#include "engine/ascii.h"

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
	IDENTITIES = 1u << ESMTP_ENC_7BIT | 1u << ESMTP_ENC_8BIT | 1u << ESMTP_ENC_BINARY,
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

static u32 find_encoding(const struct esmtp_header *h)
{
	u32 whole = esmtp_word_whole(names, h->words & ALL, h->pos);
	u32 i;

	for (i = 0; i < ESMTP_ENC_OTHERS; i++)
		if (whole >> i & 1)
			break;
	return i;
}

/*
 * A word has ended. The first one is the encoding; behind it, and in a comment, only one
 * that is known counts, as some readers look for it anywhere.
 */
static bool end_encoding_word(struct esmtp_feed *f, bool comment, u32 off)
{
	struct esmtp_header *h = &f->s->msg.header;
	bool first = !comment && !(h->words & DONE);
	u32 encoding;

	if (!h->pos)
		return true;
	esmtp_feed_spend(f, ESMTP_COST_LINE);
	encoding = find_encoding(h);
	h->coded |= !(IDENTITIES >> encoding & 1);
	h->words = ALL | (comment ? h->words & DONE : DONE);
	h->pos = 0;
	if (!first && !comment)
		esmtp_message_note(f, ESMTP_EV_MIME_TYPE, off);
	if (f->why || (!first && encoding == ESMTP_ENC_OTHERS))
		return !f->why;
	return esmtp_rule_set(f, ESMTP_CRIT_ENCODING, encoding, off);
}

/**
 * esmtp_encoding_end() - all of the field has ended
 * @f: the call
 * @off: stream offset of the byte that showed it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_encoding_end(struct esmtp_feed *f, u32 off)
{
	return end_encoding_word(f, f->s->msg.header.comment, off);
}

/* Does a byte end a token (RFC 2045 5.1)? A quote and a backslash are passed over. */
static bool is_token_end(u8 c)
{
	static const char specials[] = "()<>@,;:/[]?=";

	return c <= ' ' || c == 0x7f || memchr(specials, c, sizeof(specials) - 1);
}

/* Comments, quotes and controls, which some readers take for a part of the word. */
static void note_odd_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	if (c == '"' || c == '\\' || c == '(')
		esmtp_message_note(f, ESMTP_EV_MIME_QUOTE, off);
	else if ((c < ' ' && c != '\t') || c == 0x7f)
		esmtp_message_note(f, ESMTP_EV_MIME_SPACE, off);
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
	bool comment = h->comment;

	esmtp_feed_spend(f, ESMTP_COST_FIELD);
	note_odd_byte(f, c, off);
	if (f->why)
		return false;
	if (h->comment)
		h->comment -= c == ')';
	if (c == '(')
		h->comment += h->comment < 0xffff;
	if (is_token_end(c))
		return end_encoding_word(f, comment, off);
	if (c == '"' || c == '\\')
		return true;
	h->words = (u8)(esmtp_word_narrow(names, h->words & ALL, h->pos, c) |
			(h->words & DONE));
	h->pos += h->pos < 0xff;
	return true;
}
