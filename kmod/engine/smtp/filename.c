// SPDX-License-Identifier: GPL-2.0
/*
 * A file's name, octet by octet, as one reader has it: percent coding (RFC 2231 4),
 * charset and language before it, and the encoded words of word.c inside.
 */
#include "charset.h"
#include "feed.h"
#include "filename.h"
#include "filetype.h"
#include "lax.h"
#include "mime.h"
#include "rule.h"
#include "section.h"
#include "word.h"

enum { ESCAPE = 0x1b };

/**
 * esmtp_name_grow() - a name has so many characters more
 * @f: the call
 * @n: the reading
 * @by: how many
 * @off: stream offset of the byte that showed it
 */
void esmtp_name_grow(struct esmtp_feed *f, struct esmtp_name *n, u32 by, u32 off)
{
	u32 was = n->len;

	n->len = esmtp_add(was, by);
	if (n->late || f->why || n->len <= f->s->map->floor[ESMTP_CRIT_FILENAME])
		return;
	esmtp_rule_jump(f, ESMTP_CRIT_FILENAME, was, n->len, off);
}

/* Does the octet belong to the character before it (RFC 3629 3)? */
static bool is_same_character(struct esmtp_name *n, u8 c)
{
	if (n->trail && (c & 0xc0) == 0x80) {
		n->trail--;
		return true;
	}
	n->trail = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc2 ? 1 : 0;
	return false;
}

/* Is it of what a reader does not show: a control or an escape sequence (ECMA-35)? */
static bool is_unseen(struct esmtp_name *n, u8 c)
{
	if (c == ESCAPE) {
		n->escape = 1;
		return true;
	}
	if (n->escape) {
		n->escape = c >= ' ' && c < '0';
		return true;
	}
	return c < ' ' || c == 0x7f;
}

/**
 * esmtp_name_octet() - a name, decoded, has one octet more
 * @f: the call
 * @n: the reading
 * @c: the octet
 * @off: stream offset of the byte that completed it
 */
void esmtp_name_octet(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	if (f->why)
		return;
	if (n->field) {
		esmtp_lax_octet(f, c, off);
		return;
	}
	if (n->late && is_unseen(n, c))
		return;
	if (c < ' ' || c == 0x7f)
		f->s->msg.mime.unsure = 1;
	if (esmtp_filetype_octet(f, n, c, off) && !is_same_character(n, c))
		esmtp_name_grow(f, n, 1, off);
}

/**
 * esmtp_name_put_aside() - an octet may belong to a code that is not complete
 * @f: the call
 * @n: the reading
 * @c: the octet
 * @off: its stream offset
 */
void esmtp_name_put_aside(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	if (n->field) {			/* whatever it is, it is text too */
		esmtp_lax_octet(f, c, off);
		return;
	}
	esmtp_filetype_aside(f, n, c, !n->raw);
	n->raw += n->raw < 0xffff;
}

/**
 * esmtp_name_flush_aside() - the octets put aside are no code: take them literally
 * @f: the call
 * @n: the reading
 * @off: stream offset of the byte that showed it
 */
void esmtp_name_flush_aside(struct esmtp_feed *f, struct esmtp_name *n, u32 off)
{
	u32 raw = n->raw;

	n->raw = 0;
	esmtp_feed_spend(f, raw ? ESMTP_COST_ASIDE : 0);
	if (raw && !f->why && esmtp_filetype_literal(f, n, off))
		esmtp_name_grow(f, n, raw, off);
}

/**
 * esmtp_name_begin() - a name begins
 * @n: the reading
 * @coded: it is charset'language'text, percent coded
 * @late: what is found in it is kept for the end of the field
 */
void esmtp_name_begin(struct esmtp_name *n, bool coded, bool late)
{
	memset(n, 0, sizeof(*n));
	n->coded = coded;
	n->prefix = coded ? 2 : 0;
	n->late = late;
	esmtp_charset_begin(n);
}

static void read_decoded(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	if (n->prefix)
		esmtp_name_put_aside(f, n, c, off);
	else
		esmtp_word_octet(f, n, c, off);
}

/* Take the octets of an incomplete code literally. */
static void flush_percent(struct esmtp_feed *f, struct esmtp_name *n, u32 off)
{
	u8 code = n->code;

	n->code = 0;
	if (code)
		read_decoded(f, n, '%', off);
	if (code == 1)
		read_decoded(f, n, n->digit, off);
}

/* %41 */
static void decode_percent(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	if (n->code == 2 && esmtp_hex(c)) {
		n->digit = c;
		n->code = 1;
	} else if (n->code && esmtp_hex(c)) {
		n->code = 0;
		read_decoded(f, n, esmtp_hex_octet(n->digit, c), off);
	} else {
		flush_percent(f, n, off);
		if (c == '%')
			n->code = 2;
		else
			read_decoded(f, n, c, off);
	}
}

/* An apostrophe before the text. Without two of them, all is text. */
static void end_prefix_part(struct esmtp_feed *f, struct esmtp_name *n, u32 off)
{
	n->prefix--;
	if (n->prefix)
		return;
	n->raw = 0;
	n->code = 0;
	if (!n->late && !esmtp_charset_known(n))
		esmtp_mime_unsure(f, ESMTP_EV_MIME_CHARSET, off);
}

/**
 * esmtp_name_idle() - is a letter that comes next just that?
 * @n: the reading
 *
 * Return: true if there is nothing before it that it may belong to.
 */
bool esmtp_name_idle(const struct esmtp_name *n)
{
	return !(n->word | n->code | n->prefix | n->escape);
}

/**
 * esmtp_name_skim() - letters, digits or the like have come
 * @n: the reading, idle
 * @by: how many
 *
 * No rule wants to see them.
 */
void esmtp_name_skim(struct esmtp_name *n, u32 by)
{
	n->len = esmtp_add(n->len, by);
	n->trail = 0;
}

static bool is_simple(const struct esmtp_name *n, u8 c)
{
	return c >= ' ' && c < 0x7f && c != '%' && c != '=' && esmtp_name_idle(n);
}

/**
 * esmtp_name_read() - read one octet of a name
 * @f: the call
 * @n: the reading
 * @c: the octet, quotes taken away
 * @off: its stream offset
 */
void esmtp_name_read(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off)
{
	if (is_simple(n, c)) {
		esmtp_feed_spend(f, ESMTP_COST_NAME / 2);
		esmtp_name_octet(f, n, c, off);
		return;
	}
	esmtp_feed_spend(f, ESMTP_COST_NAME);
	if (n->prefix == 2 && c != '\'') {
		esmtp_feed_spend(f, ESMTP_COST_CHARSET);
		esmtp_charset_byte(n, c);
	}
	if (n->coded || n->late)
		decode_percent(f, n, c, off);
	else
		read_decoded(f, n, c, off);
	if (n->prefix && c == '\'')
		end_prefix_part(f, n, off);
}

/**
 * esmtp_name_end() - a name has ended: take what is incomplete literally
 * @f: the call
 * @n: the reading
 * @off: stream offset of the byte that showed it
 */
void esmtp_name_end(struct esmtp_feed *f, struct esmtp_name *n, u32 off)
{
	struct esmtp_names *names = &f->s->names;
	u32 *longest = n->late ? &names->late : &names->longest;

	flush_percent(f, n, off);
	if (n->prefix && !n->late)
		esmtp_mime_unsure(f, ESMTP_EV_MIME_CHARSET, off);
	n->prefix = 0;
	esmtp_word_end(f, n, off);
	if (n->len > *longest)
		*longest = n->len;
	if (n->late || f->why)
		return;
	if (esmtp_rule_final(f, ESMTP_CRIT_FILENAME, n->len, off))
		esmtp_filetype_end(f, n, off);
}

static u8 get_section_kind(const struct esmtp_mime *m)
{
	return (m->param & ESMTP_PARAM_FILENAME ? ESMTP_SECTION_FILENAME : 0) |
	       (m->param & ESMTP_PARAM_EXTENDED ? ESMTP_SECTION_CODED : 0);
}

/* The reading of sections in order that the parameter at hand is of. */
static struct esmtp_name *get_joined_name(struct esmtp_session *s)
{
	return &s->names.joined[get_section_kind(&s->msg.mime) & ESMTP_SECTION_FILENAME];
}

static void begin_section(struct esmtp_feed *f, u32 off)
{
	struct esmtp_sections *v = &f->s->names.sections;
	const struct esmtp_mime *m = &f->s->msg.mime;
	struct esmtp_name *n = get_joined_name(f->s);
	u8 kind = get_section_kind(m);

	esmtp_section_add(v, kind, m->number);
	if (!v->due)
		esmtp_mime_unsure(f, ESMTP_EV_MIME_SECTION, off);
	else if (!m->number)
		esmtp_name_begin(n, kind & ESMTP_SECTION_CODED, false);
	else if (kind & ESMTP_SECTION_CODED)
		n->coded = 1;
}

/**
 * esmtp_filename_begin() - the value of a parameter that is a file's name begins
 * @f: the call
 * @off: stream offset of its equals sign
 */
void esmtp_filename_begin(struct esmtp_feed *f, u32 off)
{
	struct esmtp_names *names = &f->s->names;
	const struct esmtp_mime *m = &f->s->msg.mime;
	bool coded = m->param & ESMTP_PARAM_EXTENDED;

	if (!(m->param & ESMTP_PARAM_SECTIONED) || !m->number) {
		names->told = 0;
		memset(names->sent, 0, sizeof(names->sent));
	}
	if (m->param & ESMTP_PARAM_SECTIONED)
		begin_section(f, off);
	else
		esmtp_name_begin(&names->alone, coded, false);
}

static void read_section_octet(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_sections *v = &f->s->names.sections;

	/* some decode a section that does not say that it is coded */
	if (c == '%' && !(f->s->msg.mime.param & ESMTP_PARAM_EXTENDED)) {
		v->disorder = 1;
		esmtp_mime_unsure(f, ESMTP_EV_MIME_SECTION, off);
	}
	esmtp_section_keep(v, c);
	if (v->due)
		esmtp_name_read(f, get_joined_name(f->s), c, off);
}

/**
 * esmtp_filename_octet() - read one octet of a file's name
 * @f: the call
 * @c: the octet, quoting taken away
 * @off: its stream offset
 */
void esmtp_filename_octet(struct esmtp_feed *f, u8 c, u32 off)
{
	if (f->s->msg.mime.param & ESMTP_PARAM_SECTIONED)
		read_section_octet(f, c, off);
	else
		esmtp_name_read(f, &f->s->names.alone, c, off);
}

/* The reading that the value at hand is of; NULL if it is only kept. */
static struct esmtp_name *get_open_name(struct esmtp_session *s)
{
	if (!(s->msg.mime.param & ESMTP_PARAM_SECTIONED))
		return &s->names.alone;
	return s->names.sections.due ? get_joined_name(s) : NULL;
}

/**
 * esmtp_filename_room() - how many letters, digits or the like may come at once?
 * @f: the call, in the value of a file's name
 *
 * Return: how many no rule wants to see.
 */
u32 esmtp_filename_room(const struct esmtp_feed *f)
{
	const struct esmtp_map *map = f->s->map;
	const struct esmtp_name *n = get_open_name(f->s);

	if (esmtp_rule_reads(map, ESMTP_CRIT_FILETYPE))
		return 0;
	if (!n)
		return ~0u;
	return esmtp_name_idle(n) ? esmtp_rule_quiet(map, ESMTP_CRIT_FILENAME, n->len) : 0;
}

/**
 * esmtp_filename_run() - read such octets
 * @f: the call
 * @p: the octets
 * @n: how many, within esmtp_filename_room()
 */
void esmtp_filename_run(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_name *name = get_open_name(f->s);

	if (f->s->msg.mime.param & ESMTP_PARAM_SECTIONED)
		esmtp_section_run(&f->s->names.sections, p, n);
	if (name)
		esmtp_name_skim(name, n);
}

/**
 * esmtp_filename_end() - the value of a file's name has ended
 * @f: the call
 * @off: stream offset of the byte that showed it
 *
 * A name in sections (RFC 2231 3) ends with the field only.
 */
void esmtp_filename_end(struct esmtp_feed *f, u32 off)
{
	if (!(f->s->msg.mime.param & ESMTP_PARAM_SECTIONED))
		esmtp_name_end(f, &f->s->names.alone, off);
	else if (f->s->names.sections.due && get_joined_name(f->s)->code)
		esmtp_mime_unsure(f, ESMTP_EV_MIME_SECTION, off);
}

/* The names in sections that came in order. */
static void end_joined_names(struct esmtp_feed *f, u32 off)
{
	struct esmtp_names *names = &f->s->names;
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(names->joined); i++)
		if (names->sections.next[i])
			esmtp_name_end(f, &names->joined[i], off);
}

/**
 * esmtp_filename_over() - the field has ended: judge what could not be before
 * @f: the call
 * @off: stream offset of the byte that showed it
 */
void esmtp_filename_over(struct esmtp_feed *f, u32 off)
{
	struct esmtp_names *names = &f->s->names;

	end_joined_names(f, off);
	if (f->why || !f->s->msg.mime.unsure)
		return;
	esmtp_section_order(f, &names->sections, off);
	esmtp_section_order(f, &names->lax_sections, off);
	if (esmtp_filetype_late(f, off) && names->late > names->longest)
		esmtp_rule_jump(f, ESMTP_CRIT_FILENAME, names->longest, names->late, off);
}
