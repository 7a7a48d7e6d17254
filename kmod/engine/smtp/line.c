// SPDX-License-Identifier: GPL-2.0
/* Search for line ends, eight bytes at a time, and incremental keyword matching. */
#include "line.h"
#include "engine/ascii.h"

#define ONES	0x0101010101010101ull
#define HIGHS	0x8080808080808080ull

enum {
	BELOW = '\r' + 1,		/* CR and LF are below it, text is not */
	WORD = sizeof(u64),
	BLOCK = 4 * WORD,
};

/* A word whose first byte is the least significant one. */
static inline u64 load_word(const u8 *p)
{
	u64 v;

	memcpy(&v, p, sizeof(v));
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		v = __builtin_bswap64(v);
	return v;
}

/* Zero if all of a word is ASCII and none of it below BELOW. */
static inline u64 find_odd_bytes(u64 v)
{
	return (v - ONES * BELOW) & HIGHS;
}

/* Zero if no byte of a word is below BELOW; else its lowest bit is in the first. */
static inline u64 find_control_bytes(u64 v)
{
	return find_odd_bytes(v) & ~v;
}

static bool is_line_end(u8 c)
{
	return c == '\r' || c == '\n';
}

/* The first byte that may be a line end, or @end. */
static inline const u8 *skip_text(const u8 *p, const u8 *end)
{
	u64 found;

	while (end - p >= BLOCK &&
	       !(find_odd_bytes(load_word(p)) | find_odd_bytes(load_word(p + WORD)) | find_odd_bytes(load_word(p + 2 * WORD)) |
		 find_odd_bytes(load_word(p + 3 * WORD))))
		p += BLOCK;
	for (; end - p >= WORD; p += WORD) {
		found = find_control_bytes(load_word(p));
		if (found)
			return p + __builtin_ctzll(found) / 8;
	}
	while (p < end && *p >= BELOW)
		p++;
	return p;
}

/**
 * esmtp_line_end() - find the first CR or LF
 * @p: bytes
 * @n: how many
 *
 * By blocks of 32 bytes: this is where bulk mail spends its time.
 *
 * Return: its index, or @n if there is none.
 */
u32 esmtp_line_end(const u8 *p, u32 n)
{
	const u8 *at, *end = p + n;

	for (at = skip_text(p, end); at < end; at = skip_text(at + 1, end))
		if (is_line_end(*at))
			break;
	return at - p;
}

/**
 * esmtp_line_text() - find the first CR, LF or NUL
 * @p: bytes
 * @n: how many
 *
 * One pass for all three: with a separate search for each, the bytes after the nearest
 * one would be read again with every call.
 *
 * Return: its index, or @n if there is none.
 */
u32 esmtp_line_text(const u8 *p, u32 n)
{
	const u8 *at, *end = p + n;

	for (at = skip_text(p, end); at < end; at = skip_text(at + 1, end))
		if (is_line_end(*at) || !*at)
			break;
	return at - p;
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
	u32 left, match = 0;

	c = esmtp_upper(c);
	for (left = c ? candidates : 0; left; left &= left - 1) {
		u32 i = __builtin_ctz(left);

		if ((u8)words[i][pos] == c)
			match |= 1u << i;
	}
	return match;
}

/* Length of @word if @p begins with all of it and a blank or CR; 0 if not. */
static u32 match_word_rest(const char *word, const u8 *p, u32 n)
{
	u32 i;

	for (i = 0; i < n && word[i] && (u8)word[i] == esmtp_upper(p[i]); i++)
		;
	return i < n && !word[i] && (p[i] == ' ' || p[i] == '\r') ? i : 0;
}

/**
 * esmtp_word_rest() - take the rest of a word at once
 * @words: upper-case names
 * @candidates: set of those that matched so far; of the one found, if it is found
 * @pos: bytes matched so far
 * @p: the next bytes, any case
 * @n: how many
 *
 * The same as byte by byte, for words that most often come whole.
 *
 * Return: bytes taken; 0, with nothing changed, if these are not the rest of a word
 * and a blank or a CR.
 */
u32 esmtp_word_rest(const char *const *words, u32 *candidates, u32 pos, const u8 *p,
		    u32 n)
{
	u32 left;

	for (left = *candidates; left; left &= left - 1) {
		u32 i = __builtin_ctz(left);
		u32 len = match_word_rest(words[i] + pos, p, n);

		if (!len)
			continue;
		*candidates = 1u << i;
		return len;
	}
	return 0;
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
