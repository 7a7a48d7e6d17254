// SPDX-License-Identifier: GPL-2.0
/*
 * Names of character sets in which ASCII reads as ASCII, so that a file's name need not be
 * converted to be judged. UTF-7, UTF-16, EBCDIC and whatever nobody knows are none.
 */
#include "charset.h"
#include "line.h"
#include "engine/ascii.h"

/* A name that begins with one of these is one. Escape sequences of ISO 2022 are read. */
static const char *const families[] = {
	"UTF-8", "UTF8", "US-ASCII", "ASCII", "ANSI", "ISO-8859", "ISO8859", "ISO_8859",
	"LATIN", "WINDOWS", "CP12", "CP8", "CP9", "IBM8", "KOI8", "GB", "BIG5",
	"EUC", "SHIFT", "SJIS", "X-SJIS", "MS_KANJI", "ISO-2022", "KS_C", "TIS-620", "MAC",
	"X-MAC", "VISCII", "UNKNOWN", "X-UNKNOWN", "ISO-IR",
};

enum { KNOWN = 0xff };

_Static_assert(ESMTP_ARRAY_SIZE(families) < 32, "each has a bit");

/**
 * esmtp_charset_begin() - the name of a character set begins
 * @n: the reading
 */
void esmtp_charset_begin(struct esmtp_name *n)
{
	n->charsets = ~0u >> (32 - ESMTP_ARRAY_SIZE(families));
	n->cpos = 0;
}

/**
 * esmtp_charset_byte() - read one byte of it
 * @n: the reading
 * @c: the byte
 */
void esmtp_charset_byte(struct esmtp_name *n, u8 c)
{
	if (n->cpos == KNOWN || !n->charsets)
		return;
	n->charsets = esmtp_word_narrow(families, n->charsets, n->cpos, c);
	n->cpos++;
	if (esmtp_word_whole(families, n->charsets, n->cpos))
		n->cpos = KNOWN;
}

/**
 * esmtp_charset_known() - the name has ended
 * @n: the reading
 *
 * Return: false if it is of a character set whose ASCII is none. No name is ASCII.
 */
bool esmtp_charset_known(const struct esmtp_name *n)
{
	return n->cpos == KNOWN || !n->cpos;
}
