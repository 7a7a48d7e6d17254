// SPDX-License-Identifier: GPL-2.0
/*
 * Sections of a file's name (RFC 2231 3) that come in disorder. All are kept, as far as
 * there is room, and read at the end of the field: by number, and where a number comes
 * twice, with the first or the last alone, too.
 */
#include "feed.h"
#include "filename.h"
#include "filetype.h"
#include "section.h"

/* Which sections of the same number a reader takes. */
enum pick { PICK_ALL, PICK_FIRST, PICK_LAST, PICKS };

/**
 * esmtp_section_add() - a section begins
 * @v: the sections
 * @kind: of what parameter, and whether it is coded
 * @number: its number
 *
 * Of more than there is room for, the rest counts as one.
 */
void esmtp_section_add(struct esmtp_sections *v, u8 kind, u16 number)
{
	u16 *next = &v->next[kind & ESMTP_SECTION_FILENAME];

	v->due = number == *next;
	*next += v->due;
	v->disorder |= !v->due;
	if (v->n == ESMTP_SECTIONS)
		return;
	v->end[v->n] = v->n ? v->end[v->n - 1] : 0;
	v->number[v->n] = number;
	v->kind[v->n] = kind;
	v->mark = v->end[v->n];
	v->n++;
}

/* The last two octets and this one are a code: its octet takes their place. */
static bool decode_kept(u8 *text, u16 *end, u16 begin, u8 c)
{
	u8 octet;

	if (*end < begin + 2 || text[*end - 2] != '%' || !esmtp_hex(text[*end - 1]) ||
	    !esmtp_hex(c))
		return false;
	octet = esmtp_hex_octet(text[*end - 1], c);
	if (octet == '\'')		/* one that ends no charset */
		return false;
	text[*end - 2] = octet;
	(*end)--;
	return true;
}

/**
 * esmtp_section_keep() - keep one octet of the section at hand
 * @v: the sections, not none
 * @c: the octet
 */
void esmtp_section_keep(struct esmtp_sections *v, u8 c)
{
	u16 *end = &v->end[v->n - 1];

	if (decode_kept(v->text, end, v->n > 1 ? end[-1] : 0, c))
		return;
	if (*end < ESMTP_SECTIONS_TEXT)
		v->text[(*end)++] = c;
	else if (v->lost < 0xffff)
		v->lost++;
}

/* May the next octet be of a code? */
static bool is_code_near(const struct esmtp_sections *v)
{
	u16 end = v->end[v->n - 1];

	return (end > 0 && v->text[end - 1] == '%') || (end > 1 && v->text[end - 2] == '%');
}

/**
 * esmtp_section_run() - keep octets of the section at hand
 * @v: the sections, not none
 * @p: the octets, none of them "%"
 * @n: how many
 */
void esmtp_section_run(struct esmtp_sections *v, const u8 *p, u32 n)
{
	u16 *end = &v->end[v->n - 1];
	u32 room;

	for (; n && is_code_near(v); n--)
		esmtp_section_keep(v, *p++);
	room = esmtp_least(n, ESMTP_SECTIONS_TEXT - *end);
	memcpy(v->text + *end, p, room);
	*end += (u16)room;
	v->lost = (u16)esmtp_least(v->lost + (n - room), 0xffff);
}

/**
 * esmtp_section_mark() - what comes may not be of the section at hand
 * @v: the sections
 */
void esmtp_section_mark(struct esmtp_sections *v)
{
	if (v->n)
		v->mark = v->end[v->n - 1];
}

/**
 * esmtp_section_trim() - what came since the mark is not of it
 * @v: the sections
 */
void esmtp_section_trim(struct esmtp_sections *v)
{
	if (v->n)
		v->end[v->n - 1] = v->mark;
}

static bool is_section(const struct esmtp_sections *v, u32 i, u8 which, u32 number)
{
	return v->number[i] == number && (v->kind[i] & ESMTP_SECTION_FILENAME) == which;
}

/* The least number of a parameter's sections from @from on; ~0 for none. */
static u32 find_next_number(const struct esmtp_sections *v, u8 which, u32 from)
{
	u32 i, least = ~0u;

	for (i = 0; i < v->n; i++)
		if ((v->kind[i] & ESMTP_SECTION_FILENAME) == which && v->number[i] >= from &&
		    v->number[i] < least)
			least = v->number[i];
	return least;
}

static void read_section(struct esmtp_feed *f, const struct esmtp_sections *v, u32 i, u32 off)
{
	u32 at = i ? v->end[i - 1] : 0;

	for (; at < v->end[i] && !f->why; at++)
		esmtp_name_read(f, &f->s->names.alone, v->text[at], off);
}

static void read_number(struct esmtp_feed *f, const struct esmtp_sections *v, u8 which,
			u32 number, enum pick pick, u32 off)
{
	u32 i, last = v->n;

	for (i = 0; i < v->n; i++) {
		if (!is_section(v, i, which, number))
			continue;
		last = i;
		if (pick != PICK_LAST)
			read_section(f, v, i, off);
		if (pick == PICK_FIRST)
			return;
	}
	if (pick == PICK_LAST && last < v->n)
		read_section(f, v, last, off);
}

static bool is_coded(const struct esmtp_sections *v, u8 which, u32 number)
{
	u32 i;

	for (i = 0; i < v->n; i++)
		if (is_section(v, i, which, number) && (v->kind[i] & ESMTP_SECTION_CODED))
			return true;
	return false;
}

/* Read the sections of one parameter in the order of their numbers. */
static void read_in_order(struct esmtp_feed *f, const struct esmtp_sections *v, u8 which,
			  enum pick pick, u32 off)
{
	struct esmtp_name *n = &f->s->names.alone;
	u32 number = find_next_number(v, which, 0);

	esmtp_name_begin(n, is_coded(v, which, number), true);
	for (; number != ~0u; number = find_next_number(v, which, number + 1))
		read_number(f, v, which, number, pick, off);
	n->len = esmtp_add(n->len, v->lost);
	esmtp_name_end(f, n, off);
}

/**
 * esmtp_section_order() - the field has ended: read sections that came in disorder
 * @f: the call
 * @v: the sections
 * @off: stream offset of the byte that showed it
 *
 * What is found is kept like that of lax.c. It uses the names' alone.
 */
void esmtp_section_order(struct esmtp_feed *f, const struct esmtp_sections *v, u32 off)
{
	u32 which, pick;

	if (!v->disorder)
		return;
	if (v->lost)
		esmtp_filetype_unread(f);
	for (which = 0; which < ESMTP_ARRAY_SIZE(v->next); which++)
		for (pick = 0; pick < PICKS; pick++)
			read_in_order(f, v, (u8)which, pick, off);
}
