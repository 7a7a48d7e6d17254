// SPDX-License-Identifier: GPL-2.0
/*
 * RFC 2047 encoded-words in a file's name, octet by octet. They are not allowed in a
 * parameter, but common there. Malformed ones are taken literally, so that the decoded
 * name is never shorter here than in a mail client that is more lenient.
 */
#include "charset.h"
#include "feed.h"
#include "filename.h"
#include "mime.h"
#include "word.h"
#include "engine/ascii.h"

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

/* Take the octets of an incomplete hexadecimal code literally. */
static void flush_broken_code(struct esmtp_feed *f, struct esmtp_name *n, u32 off)
{
	u8 left = n->left;

	n->left = 0;
	if (left)
		esmtp_name_octet(f, n, '=', off);
	if (left == 1)
		esmtp_name_octet(f, n, (u8)n->bits, off);
}

/* =41 */
static void decode_q_char(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	if (n->left == 2 && esmtp_hex(c)) {
		n->bits = c;
		n->left = 1;
	} else if (n->left && esmtp_hex(c)) {
		n->left = 0;
		esmtp_name_octet(f, n, esmtp_hex_octet((u8)n->bits, c), off);
	} else {
		flush_broken_code(f, n, off);
		if (c == '=')
			n->left = 2;
		else
			esmtp_name_octet(f, n, c == '_' ? ' ' : c, off);
	}
}

/* Value of a base64 character, 64 for any other character. */
static u32 decode_sextet(u8 c)
{
	u8 u = esmtp_upper(c);

	if (u >= 'A' && u <= 'Z')
		return u - 'A' + (c == u ? 0 : 26);
	if (esmtp_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/*
 * Four base64 characters make three octets (RFC 2045 6.8). Other characters count as
 * one each, as a client may skip or show them.
 */
static void decode_base64_char(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	u32 six = decode_sextet(c);

	if (c == '=') {
		n->left = 0;
		return;
	}
	if (six > 63) {
		esmtp_name_grow(f, n, 1, off);
		return;
	}
	n->bits = (u16)(n->bits << 6 | six);
	n->left = (n->left + 1) & 3;
	if (n->left != 1)
		esmtp_name_octet(f, n, (u8)(n->bits >> (-2 * n->left & 7)), off);
}

static void read_plain_octet(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	n->word = NONE;
	if (c != '=') {
		esmtp_name_octet(f, n, c, off);
		return;
	}
	n->word = OPEN;
	esmtp_name_put_aside(f, n, c, off);
}

/* What was put aside is no word. The byte that showed it may begin one. */
static void refuse_opening(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	n->kept = NONE;
	esmtp_name_flush_aside(f, n, off);
	read_plain_octet(f, n, c, off);
}

/* A character set's name follows. What came before may have been another's. */
static void begin_charset(struct esmtp_name *n)
{
	n->word = WORD_CHARSET;
	n->again = 0;
	esmtp_charset_begin(n);
}

static void read_charset_byte(struct esmtp_feed *f, struct esmtp_name *n, u8 c)
{
	esmtp_feed_spend(f, ESMTP_COST_CHARSET);
	if (c == '?') {
		n->word = ENCODING;
		return;
	}
	n->again = c == '=';
	if (c == '*')			/* RFC 2231 5: a language */
		n->cpos = esmtp_charset_known(n) ? 0xff : n->cpos;
	else
		esmtp_charset_byte(n, c);
}

/* The text of a word begins. One that was cut may go on in it, for lenient readers. */
static void begin_word_text(struct esmtp_feed *f, struct esmtp_name *n, u32 off)
{
	n->word = n->word == BASE64_OPEN ? BASE64 : Q;
	n->raw = 0;
	if (!n->late || n->kept != n->word)
		n->left = 0;
	n->kept = NONE;
	if (n->field)
		esmtp_mime_unsure(f, ESMTP_EV_MIME_WORD, off);
	if (n->late)
		return;
	if (!esmtp_charset_known(n))
		esmtp_mime_unsure(f, ESMTP_EV_MIME_CHARSET, off);
	if (n->coded)
		esmtp_mime_unsure(f, ESMTP_EV_MIME_WORD, off);
}

/* "=?=?utf-8?Q?": is the first charset "=", or does a word begin again? */
static bool begins_again(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	if (!n->again)
		return false;
	if (!n->late)
		esmtp_mime_unsure(f, ESMTP_EV_MIME_WORD, off);
	begin_charset(n);
	read_charset_byte(f, n, c);
	return true;
}

/* Does the byte go on with "=?charset?B?" or "=?charset?Q?"? */
static bool read_opening(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	u8 u = esmtp_upper(c);

	switch (n->word) {
	case OPEN:
		begin_charset(n);
		return c == '?';
	case WORD_CHARSET:
		read_charset_byte(f, n, c);
		return true;
	case ENCODING:
		if (u != 'B' && u != 'Q')
			return begins_again(f, n, c, off);
		n->word = u == 'B' ? BASE64_OPEN : Q_OPEN;
		return true;
	default:
		if (c != '?')
			return begins_again(f, n, c, off);
		begin_word_text(f, n, off);
		return true;
	}
}

static void read_opening_octet(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	if (!read_opening(f, n, c, off))
		refuse_opening(f, n, c, off);
	else if (n->word != BASE64 && n->word != Q)
		esmtp_name_put_aside(f, n, c, off);
}

/* After an encoded-word: blanks before another one are dropped (RFC 2047 6.2). */
static void read_gap_octet(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	if (n->word == GAP_OPEN && c == '?') {
		begin_charset(n);
		n->raw = 0;
		esmtp_name_put_aside(f, n, '=', off);
		esmtp_name_put_aside(f, n, c, off);
	} else if (n->word == GAP && (c == '=' || c <= ' ')) {
		n->word = c == '=' ? GAP_OPEN : GAP;
		esmtp_name_put_aside(f, n, c, off);
	} else {
		refuse_opening(f, n, c, off);
	}
}

static void read_text_octet(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	if (c == '?')
		n->word = n->word == Q ? Q_CLOSE : BASE64_CLOSE;
	else if (n->word == BASE64)
		decode_base64_char(f, n, c, off);
	else
		decode_q_char(f, n, c, off);
}

/* The word has ended: within a code, some go on with it in the next word. */
static void close_word(struct esmtp_feed *f, struct esmtp_name *n, u32 off)
{
	n->kept = n->word == Q_CLOSE ? Q : BASE64;
	n->word = GAP;
	if (!n->left) {
		n->kept = NONE;
		return;
	}
	if (n->late)
		return;
	esmtp_mime_unsure(f, ESMTP_EV_MIME_WORD, off);
	if (n->kept == Q)
		flush_broken_code(f, n, off);
}

static void read_closing_octet(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	bool q = n->word == Q_CLOSE;

	if (c == '=') {
		close_word(f, n, off);
		return;
	}
	if (q)
		flush_broken_code(f, n, off);
	esmtp_name_octet(f, n, '?', off);
	if (c == '?')
		return;
	n->word = q ? Q : BASE64;
	esmtp_name_octet(f, n, c, off);
}

/**
 * esmtp_word_octet() - read one octet of a name
 * @f: the call
 * @n: the reading
 * @c: the octet, quotes and percent coding taken away
 * @off: its stream offset
 */
void esmtp_word_octet(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	switch (n->word) {
	case NONE:
		read_plain_octet(f, n, c, off);
		break;
	case BASE64:
	case Q:
		read_text_octet(f, n, c, off);
		break;
	case BASE64_CLOSE:
	case Q_CLOSE:
		read_closing_octet(f, n, c, off);
		break;
	case GAP:
	case GAP_OPEN:
		read_gap_octet(f, n, c, off);
		break;
	default:
		read_opening_octet(f, n, c, off);
	}
}

/**
 * esmtp_word_end() - the name has ended: take an incomplete word literally
 * @f: the call
 * @n: the reading
 * @off: stream offset of the byte that showed it
 */
void esmtp_word_end(struct esmtp_feed *f, struct esmtp_name *n, u32 off)
{
	u8 word = n->word;

	n->word = NONE;
	esmtp_name_flush_aside(f, n, off);
	if (word < BASE64 || word > Q_CLOSE)
		return;
	if (!n->late)
		esmtp_mime_unsure(f, ESMTP_EV_MIME_WORD, off);
	if (word == Q || word == Q_CLOSE)
		flush_broken_code(f, n, off);
	if (word == Q_CLOSE || word == BASE64_CLOSE)
		esmtp_name_octet(f, n, '?', off);
}
