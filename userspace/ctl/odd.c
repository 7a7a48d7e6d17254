// SPDX-License-Identifier: GPL-2.0
/* What is asked of a line that no mode knows, and what becomes of it. */
#include "odd.h"

#include <string.h>

/**
 * odd_look() - get ready to decide about a line
 * @rd: the reader
 * @line: the line
 * @odd: filled in, but for its miss
 */
void odd_look(struct reader *rd, const struct line *line, struct odd *odd)
{
	struct line l = *line;

	memset(odd, 0, sizeof(*odd));
	l.pos = 0;
	odd->rd = rd;
	odd->line = line;
	odd->first = lexer_next(&l);
	odd->col = odd->first.col;
	odd->inner = odd->col - 1 > rd->lenient.base;
	if (lexer_is(&odd->first, "no"))
		odd->first = lexer_next(&l);
	odd->second = lexer_next(&l);
}

/**
 * odd_first_is() - is it the first word?
 * @odd: the line
 * @word: the word
 *
 * Return: true if it is, behind a "no" that may stand before it.
 */
bool odd_first_is(const struct odd *odd, const char *word)
{
	return lexer_is(&odd->first, word);
}

/**
 * odd_has_word() - is there a word of a kind?
 * @line: the line
 * @is: is a word of that kind?
 *
 * Return: true if there is one.
 */
bool odd_has_word(const struct line *line, bool (*is)(const struct token *t))
{
	struct line l = *line;
	struct token t;

	l.pos = 0;
	for (t = lexer_next(&l); t.len; t = lexer_next(&l))
		if (is(&t))
			return true;
	return false;
}

/**
 * odd_count_words() - count the words of a line
 * @line: the line
 *
 * Return: their number.
 */
u32 odd_count_words(const struct line *line)
{
	struct line l = *line;
	u32 n = 0;

	for (l.pos = 0; lexer_next(&l).len; n++)
		;
	return n;
}

/**
 * odd_pass() - pass over a line
 * @odd: the line
 * @group: what that means
 * @why: why
 *
 * Return: 0.
 */
int odd_pass(const struct odd *odd, enum passed_group group, const char *why)
{
	lenient_add(odd->rd, group, odd->line, "%s", why);
	return 0;
}

/**
 * odd_pass_undone() - pass over a line of ours, but for the words in it that are not understood
 * @odd: the line
 *
 * Return: 0.
 */
int odd_pass_undone(const struct odd *odd)
{
	struct buf text = { 0 };

	match_miss_text(odd->miss, &text);
	lenient_add(odd->rd, PASSED_UNDONE, odd->line, "%s", text.s);
	buf_free(&text);
	return 0;
}

/**
 * odd_add_hole() - why a line cannot be read is why its object lacks it
 * @odd: the line
 * @kind: of object
 * @s: its name
 * @len: bytes of it
 */
void odd_add_hole(const struct odd *odd, const char *kind, const char *s,
		     size_t len)
{
	struct buf text = { 0 };

	match_miss_text(odd->miss, &text);
	lenient_hole_add(odd->rd, kind, s, len, text.s);
	buf_free(&text);
}

/**
 * odd_owe() - mail of a class that is not known: whether that is an error shows at the end
 * @odd: the line
 *
 * Return: 0.
 */
int odd_owe(const struct odd *odd)
{
	struct debt *debt = mem_alloc(sizeof(*debt));
	const struct policy_map *pmap = odd->rd->pmap;
	const struct buf *why = &odd->rd->lenient.why;

	debt->pmap = pmap ? mem_dup(pmap->name, strlen(pmap->name)) : NULL;
	debt->why = mem_dup(why->s ? why->s : "", why->len);
	debt->line = odd->rd->line;
	debt->col = odd->col;
	list_add(&odd->rd->lenient.debts, &debt->list);
	return 0;
}

/**
 * odd_is_mail() - does a line say what is done with mail?
 * @odd: the line
 *
 * Return: true for "inspect esmtp" and "no inspect esmtp".
 */
bool odd_is_mail(const struct odd *odd)
{
	return odd_first_is(odd, "inspect") && lexer_is(&odd->second, "esmtp");
}

/**
 * odd_nth() - find a word by its place
 * @line: the line
 * @n: its place, from 0
 *
 * Return: the word; one of length 0 if there are not so many.
 */
struct token odd_nth(const struct line *line, u32 n)
{
	struct line l = *line;
	struct token t;

	l.pos = 0;
	do {
		t = lexer_next(&l);
	} while (t.len && n--);
	return t;
}

/**
 * odd_static_words() - how many words of a static say what is translated?
 * @third: its third word
 *
 * Return: their number; what may follow them is its netmask first.
 */
u32 odd_static_words(const struct token *third)
{
	return lexer_is(third, "tcp") || lexer_is(third, "udp") ? 7 : 4;
}
