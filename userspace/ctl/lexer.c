// SPDX-License-Identifier: GPL-2.0
#include "lexer.h"

#include <string.h>

/**
 * lexer_bom() - is there a byte order mark?
 * @text: the text
 * @len: its bytes
 *
 * Return: bytes of it, 0 if there is none.
 */
size_t lexer_bom(const char *text, size_t len)
{
	return len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
}

/* What a terminal that stops after each page left in a recording of it. */
static void skip_pager(struct line *line)
{
	static const char more[] = "<--- More --->";
	const char *cr;

	if (line->len < sizeof(more) || memcmp(line->s, more, sizeof(more) - 1) != 0)
		return;
	cr = memrchr(line->s, '\r', line->len);
	if (!cr)
		return;
	line->len -= (size_t)(cr + 1 - line->s);
	line->s = cr + 1;
}

/**
 * lexer_line() - cut the first line off a text
 * @text: the text
 * @len: its bytes, not 0
 * @line: the line without LF or CR LF
 *
 * Return: bytes of @text that the line took, its end included.
 */
size_t lexer_line(const char *text, size_t len, struct line *line)
{
	const char *lf = memchr(text, '\n', len);
	size_t n = lf ? (size_t)(lf - text) : len;

	line->s = text;
	line->len = n;
	line->pos = 0;
	if (n && text[n - 1] == '\r')
		line->len--;
	skip_pager(line);
	return lf ? n + 1 : n;
}

/* Bytes of the UTF-8 character at @p (RFC 3629), 0 if there is none. */
static size_t utf8(const unsigned char *p, size_t n)
{
	size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	unsigned long c = p[0] & (0x7fU >> len);
	size_t i;

	if (p[0] < 0xc2 || p[0] > 0xf4 || len > n)
		return 0;
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fU);
	}
	/* C1 controls, overlong forms, surrogates, beyond Unicode */
	if (c < 0xa0 || (len == 3 && c < 0x800) || (len == 4 && c < 0x10000) ||
	    (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
		return 0;
	return len;
}

/**
 * lexer_invalid() - find what may not be in a configuration
 * @line: the line
 *
 * Return: column of the first control character or byte that is not UTF-8;
 * 0 if there is none.
 */
size_t lexer_invalid(const struct line *line)
{
	const unsigned char *p = (const unsigned char *)line->s;
	size_t i = 0, n;

	while (i < line->len) {
		n = 1;
		if (p[i] >= 0x80)
			n = utf8(p + i, line->len - i);
		else if ((p[i] < 0x20 && p[i] != '\t') || p[i] == 0x7f)
			n = 0;
		if (!n)
			return i + 1;
		i += n;
	}
	return 0;
}

/**
 * lexer_transcode() - take bytes that are not UTF-8 for ISO 8859-1
 * @line: the line
 * @out: the line in UTF-8 is added to it; control characters are left in
 */
void lexer_transcode(const struct line *line, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)line->s;
	size_t i, n;
	char two[2];

	for (i = 0; i < line->len; i += n) {
		n = p[i] < 0x80 ? 1 : utf8(p + i, line->len - i);
		/* a control character of two bytes stays one */
		if (!n && p[i] == 0xc2 && i + 1 < line->len && p[i + 1] >= 0x80 &&
		    p[i + 1] < 0xa0)
			n = 2;
		if (n) {
			/* strings end with NUL, words must not */
			buf_put(out, p[i] ? line->s + i : "\1", n);
			continue;
		}
		n = 1;
		two[0] = (char)(0xc0 | p[i] >> 6);
		two[1] = (char)(0x80 | (p[i] & 0x3f));
		if (p[i] < 0xa0)
			buf_put(out, "?", 1);
		else
			buf_put(out, two, 2);
	}
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static void skip(struct line *line)
{
	while (line->pos < line->len && blank(line->s[line->pos]))
		line->pos++;
}

/**
 * lexer_comment() - is there nothing to do?
 * @line: the line
 *
 * Return: true for a blank line and one that begins with ! or :
 */
bool lexer_comment(const struct line *line)
{
	struct line l = *line;

	skip(&l);
	return l.pos == l.len || l.s[l.pos] == '!' || l.s[l.pos] == ':';
}

/**
 * lexer_next() - take the next word
 * @line: @pos moves behind it
 *
 * Return: the word; one of length 0 at the end of the line.
 */
struct token lexer_next(struct line *line)
{
	struct token t;

	skip(line);
	t.s = line->s + line->pos;
	t.col = line->pos + 1;
	while (line->pos < line->len && !blank(line->s[line->pos]))
		line->pos++;
	t.len = line->pos + 1 - t.col;
	return t;
}

/**
 * lexer_rest() - take all that is left
 * @line: @pos moves to its end
 *
 * Return: the words that are left, without blanks around them.
 */
struct token lexer_rest(struct line *line)
{
	struct token t;

	skip(line);
	t.s = line->s + line->pos;
	t.col = line->pos + 1;
	t.len = line->len - line->pos;
	while (t.len && blank(t.s[t.len - 1]))
		t.len--;
	line->pos = line->len;
	return t;
}

/**
 * lexer_ascii() - can it be a name?
 * @t: a word
 *
 * Return: false if a byte of it is beyond ASCII.
 */
bool lexer_ascii(const struct token *t)
{
	size_t i;

	for (i = 0; i < t->len; i++)
		if ((unsigned char)t->s[i] >= 0x80)
			return false;
	return true;
}

/**
 * lexer_is() - is it this very word?
 * @t: a word
 * @word: the other one
 *
 * Return: true if they are equal.
 */
bool lexer_is(const struct token *t, const char *word)
{
	return t->len == strlen(word) && !memcmp(t->s, word, t->len);
}

/**
 * lexer_column() - how far in a line is
 * @line: the line
 *
 * Return: column of its first word, from 1.
 */
size_t lexer_column(const struct line *line)
{
	struct line l = { .s = line->s, .len = line->len };

	return lexer_next(&l).col;
}
