// SPDX-License-Identifier: GPL-2.0
/* Octets: where a line may end, and words matched as they come. */
#include "internal.h"

#define ONES	0x0101010101010101ull
#define HIGHS	0x8080808080808080ull

enum { BELOW = '\r' + 1 };		/* CR and LF are below it, text is not */

/* Nonzero if a byte of @v is below BELOW. */
static u64 controls(u64 v)
{
	return (v - ONES * BELOW) & ~v & HIGHS;
}

static bool line_end(u8 c)
{
	return c == '\r' || c == '\n';
}

/**
 * esmtp_line_end() - find the first CR or LF
 * @p: bytes
 * @n: how many
 *
 * Eight bytes a step: this is where bulk mail spends its time.
 *
 * Return: its index, or @n if there is none.
 */
u32 esmtp_line_end(const u8 *p, u32 n)
{
	u32 i = 0, end;

	while (n - i >= sizeof(u64)) {
		u64 v;

		memcpy(&v, p + i, sizeof(v));
		if (!controls(v)) {
			i += sizeof(v);
			continue;
		}
		for (end = i + sizeof(v); i < end; i++)
			if (line_end(p[i]))
				return i;
	}
	while (i < n && !line_end(p[i]))
		i++;
	return i;
}

/**
 * esmtp_line_nul() - find the first NUL
 * @p: bytes
 * @n: how many
 *
 * Return: its index, or @n if there is none.
 */
u32 esmtp_line_nul(const u8 *p, u32 n)
{
	const u8 *nul = n ? memchr(p, 0, n) : NULL;

	return nul ? (u32)(nul - p) : n;
}

/**
 * esmtp_blank() - is it a blank or a tab (WSP, RFC 5234)?
 * @c: byte
 *
 * Return: true if it is.
 */
bool esmtp_blank(u8 c)
{
	return c == ' ' || c == '\t';
}

/**
 * esmtp_digit() - is it a decimal digit?
 * @c: byte
 *
 * Return: true if it is.
 */
bool esmtp_digit(u8 c)
{
	return c >= '0' && c <= '9';
}

/**
 * esmtp_add() - a sum that stays at its largest value
 * @a: a number
 * @b: another
 *
 * Return: the sum, all ones if it is larger than that.
 */
u32 esmtp_add(u32 a, u32 b)
{
	return a + b < a ? ~0u : a + b;
}

/**
 * esmtp_upper() - fold an ASCII letter; all else stays
 * @c: byte
 *
 * Return: the upper-case byte.
 */
u8 esmtp_upper(u8 c)
{
	return c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
}

/**
 * esmtp_word_narrow() - keep the words that still match after one more byte
 * @words: upper-case names
 * @candidates: set of 1 << index of those that matched so far
 * @pos: bytes matched so far
 * @c: the next byte, any case
 *
 * Return: the set of those that match it too.
 */
u32 esmtp_word_narrow(const char *const *words, u32 candidates, u32 pos, u8 c)
{
	u32 left = candidates;
	u32 i;

	c = esmtp_upper(c);
	for (i = 0; left >> i; i++)
		if ((left >> i & 1) && (u8)words[i][pos] != c)
			left &= ~(1u << i);
	return c ? left : 0;
}

/**
 * esmtp_word_whole() - keep the words that end here
 * @words: names
 * @candidates: set of those that matched @len bytes
 * @len: bytes matched
 *
 * Return: the set of those exactly that long: at most one bit.
 */
u32 esmtp_word_whole(const char *const *words, u32 candidates, u32 len)
{
	u32 i;

	for (i = 0; candidates >> i; i++)
		if ((candidates >> i & 1) && !words[i][len])
			return 1u << i;
	return 0;
}
