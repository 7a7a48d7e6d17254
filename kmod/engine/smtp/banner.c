// SPDX-License-Identifier: GPL-2.0
/*
 * The server's greeting (RFC 5321 4.2): what of it the client may see.
 *
 * The classic form masks all text but the digits 2 and 0. Postfix recognises a PIX by
 * that, and sends it HELO in place of EHLO. The friendly form also leaves the host name
 * and the word ESMTP in the first line of a 220.
 */
#include "banner.h"
#include "feed.h"
#include "reply.h"
#include "engine/ascii.h"

enum {
	PREFIX = ESMTP_REPLY_PREFIX,
	READY = 220,
};

/* Position in the first line. WORD + n: n bytes of "ESMTP" have matched. */
enum { HOST, WORD, WORD_END = WORD + 5, SKIP };

static const char esmtp[] = "ESMTP";

/* May this byte stand at its place in a reply's prefix? */
static bool is_reply_prefix_byte(u8 c, u32 pos)
{
	return pos < PREFIX - 1 ? esmtp_digit(c) : c == ' ' || c == '-';
}

/* A host's name or address literal (RFC 5321 4.1.2). */
static bool is_host_byte(u8 c)
{
	u8 u = esmtp_upper(c);

	return esmtp_digit(c) || (u >= 'A' && u <= 'Z') || c == '.' ||
	       c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
}

static bool is_friendly_line(const struct esmtp_session *s)
{
	return s->map->params.banner == ESMTP_BANNER_FRIENDLY &&
	       !s->reply.lines && s->reply.code == READY;
}

static void mask_greeting(struct esmtp_feed *f, u32 from, u32 to)
{
	esmtp_feed_fill(f, from, to, ESMTP_EDIT_STAR, '*');
}

static void match_esmtp_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;
	u32 matched = r->word - WORD;

	if (r->word < WORD_END && esmtp_upper(c) == (u8)esmtp[matched]) {
		r->word++;
		return;
	}
	mask_greeting(f, off - matched, off + 1);
	r->word = SKIP;
}

static void mask_friendly_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_reply *r = &f->s->reply;

	if (c == ' ') {
		esmtp_banner_end(f, off);
		r->word = WORD;
	} else if (r->word == HOST && is_host_byte(c)) {
		return;
	} else if (r->word == HOST || r->word == SKIP) {
		r->word = SKIP;
		mask_greeting(f, off, off + 1);
	} else {
		match_esmtp_byte(f, c, off);
	}
}

/**
 * esmtp_banner_masked() - is the reply that has ended a greeting with a mask?
 * @f: the call
 *
 * Return: true if it is.
 */
bool esmtp_banner_masked(const struct esmtp_feed *f)
{
	return f->s->reply.head == ESMTP_PEND_GREETING &&
	       f->s->map->params.banner != ESMTP_BANNER_OFF;
}

/**
 * esmtp_banner_byte() - read one byte of a line of the greeting
 * @f: the call
 * @c: the byte, neither CR nor LF
 * @off: its stream offset
 */
void esmtp_banner_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	u32 pos = off - f->s->reply.start;

	if (f->s->map->params.banner == ESMTP_BANNER_OFF)
		return;
	if (pos < PREFIX && is_reply_prefix_byte(c, pos))
		return;
	if (pos >= PREFIX && is_friendly_line(f->s))
		mask_friendly_byte(f, c, off);
	else
		mask_greeting(f, off, off + 1);
}

/**
 * esmtp_banner_alike() - does the same become of all bytes to this line's end?
 * @s: the session, in the greeting, behind the prefix of a line
 *
 * Return: true if esmtp_banner_run() can take them.
 */
bool esmtp_banner_alike(const struct esmtp_session *s)
{
	return !is_friendly_line(s);
}

/**
 * esmtp_banner_run() - read bytes of a line of the greeting
 * @f: the call
 * @from: stream offset of the first
 * @to: that of the byte behind them
 *
 * Where esmtp_banner_alike() holds.
 */
void esmtp_banner_run(struct esmtp_feed *f, u32 from, u32 to)
{
	if (f->s->map->params.banner != ESMTP_BANNER_OFF)
		mask_greeting(f, from, to);
}

/**
 * esmtp_banner_end() - a word of the greeting has ended
 * @f: the call
 * @end: stream offset of the byte behind it
 */
void esmtp_banner_end(struct esmtp_feed *f, u32 end)
{
	struct esmtp_reply *r = &f->s->reply;

	if (r->word > WORD && r->word < WORD_END)
		mask_greeting(f, end - (r->word - WORD), end);
	r->word = SKIP;
}
