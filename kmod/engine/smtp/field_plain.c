// SPDX-License-Identifier: GPL-2.0
/*
 * A field of ours that is whole in hand, all of its lines, and that all readers of mail
 * read alike, at once: Content-Type, Content-Disposition and Content-Transfer-Encoding of
 * tokens and well-formed parameters, with nothing quoted, coded or commented that somebody
 * may see otherwise. Nearly all are. One reading of such a field suffices; what is not so,
 * and what a rule wants to see, is left to header.c.
 */
#include "boundary.h"
#include "encoding.h"
#include "feed.h"
#include "field_plain.h"
#include "filetype.h"
#include "header.h"
#include "message.h"
#include "mime.h"
#include "rule.h"
#include "engine/ascii.h"

/* What a byte may be part of. */
enum {
	TOKEN = 1 << 0,			/* of a type, an encoding, or a parameter's name */
	VALUE = 1 << 1,			/* of a value without quotes */
	QUOTED = 1 << 2,		/* of one with them */
	NAME = TOKEN | VALUE | QUOTED,
	OTHER = VALUE | QUOTED,
};

/* None of these means anything but itself to any reader; "?" might, behind "=". */
static const u8 kinds[256] = {
	['0' ... '9'] = NAME, ['A' ... 'Z'] = NAME, ['a' ... 'z'] = NAME,
	['-'] = NAME, ['.'] = NAME, ['_'] = NAME, ['+'] = NAME,
	['!'] = OTHER, ['#'] = OTHER, ['$'] = OTHER, ['%'] = OTHER, ['&'] = OTHER,
	['\''] = OTHER, ['*'] = OTHER, ['/'] = OTHER, [':'] = OTHER, ['='] = OTHER,
	['^'] = OTHER, ['`'] = OTHER, ['{'] = OTHER, ['|'] = OTHER, ['}'] = OTHER, ['~'] = OTHER,
	[','] = OTHER, ['<'] = OTHER, ['>'] = OTHER, ['@'] = OTHER, ['['] = OTHER, [']'] = OTHER,
	[' '] = QUOTED, [';'] = QUOTED, ['('] = QUOTED, [')'] = QUOTED,
};

/* What the field has, by the parameters' names. */
enum { HAS_NAME = 1 << 0, HAS_FILENAME = 1 << 1, HAS_BOUNDARY = 1 << 2 };

/* A field, and where it is read. */
struct field {
	const u8 *p, *end;		/* the next byte, and the hand's end */
	const u8 *line;			/* the line at hand */
	u32 lines;			/* whole ones before it */
	u32 longest;			/* none may be longer */
	u8 which;			/* enum esmtp_header_field */
	u8 has;				/* parameters */
	bool multipart, message, digest, groups, coded;
	struct esmtp_mime boundary;
};

/* The next byte; a NUL at the hand's end, which is no part of anything. */
static u8 get_next(const struct field *d)
{
	return d->p < d->end ? *d->p : 0;
}

/* Do the next bytes end a line that may be, and is there a byte behind it? */
static bool is_line_over(const struct field *d)
{
	return d->end - d->p > 2 && d->p[0] == '\r' && d->p[1] == '\n' &&
	       (u32)(d->p - d->line) <= d->longest;
}

/*
 * Does the field end here? What begins the next line shows it, if it does not need a look
 * itself: it may be a dot that is taken away.
 */
static bool is_field_over(const struct field *d)
{
	u8 c;

	if (!is_line_over(d))
		return false;
	c = d->p[2];
	return c > ' ' ? c != '.' : c == '\r' && d->end - d->p > 3 && d->p[3] == '\n';
}

/* Blanks, folding included. */
static void skip_blanks(struct field *d)
{
	for (;;) {
		if (esmtp_blank(get_next(d))) {
			d->p++;
		} else if (is_line_over(d) && esmtp_blank(d->p[2])) {
			d->p += 2;
			d->line = d->p;
			d->lines++;
		} else {
			return;
		}
	}
}

/* A run of bytes of one kind. Returns where it began, and its length in @n. */
static const u8 *take_run(struct field *d, u8 kind, u32 *n)
{
	const u8 *begin = d->p, *p = begin;

	while (p < d->end && (kinds[*p] & kind))
		p++;
	d->p = p;
	*n = (u32)(p - begin);
	return begin;
}

/* Is it this word, upper-case and @len long? */
static bool is_word(const u8 *p, u32 n, const char *word, u32 len)
{
	u32 i;

	if (n != len)
		return false;
	for (i = 0; i < n; i++)
		if (esmtp_upper(p[i]) != (u8)word[i])
			return false;
	return true;
}

#define IS_WORD(p, n, word) is_word((p), (n), (word), sizeof(word) - 1)

static void note_boundary(struct field *d, const u8 *p, u32 n, bool quoted)
{
	u32 i;

	d->boundary.bhash = ESMTP_HASH_INIT;
	for (i = 0; i < n; i++)
		esmtp_boundary_octet(&d->boundary, p[i], quoted);
}

/* A file's name, of @n characters: does no rule want to see it? */
static bool is_name_unread(struct esmtp_feed *f, const u8 *p, u32 n)
{
	const struct esmtp_map *map = f->s->map;

	return n <= map->floor[ESMTP_CRIT_FILENAME] &&
	       !(map->negated >> ESMTP_CRIT_FILENAME & 1) && esmtp_filetype_misses(f, p, n);
}

/* A value with its quotes, or without. Returns it, its length in @n; NULL if it is odd. */
static const u8 *take_value(struct field *d, bool quoted, u32 *n)
{
	const u8 *p;

	d->p += quoted;
	p = take_run(d, quoted ? QUOTED : VALUE, n);
	if (quoted && get_next(d) != '"')
		return NULL;
	d->p += quoted;
	/* blanks behind a value are a part of it to some */
	return (quoted || *n) && (get_next(d) == ';' || is_field_over(d)) ? p : NULL;
}

static u8 find_parameter(const u8 *name, u32 n)
{
	return IS_WORD(name, n, "NAME") ? HAS_NAME :
	       IS_WORD(name, n, "FILENAME") ? HAS_FILENAME :
	       IS_WORD(name, n, "BOUNDARY") ? HAS_BOUNDARY : 0;
}

static bool read_parameter(struct esmtp_feed *f, struct field *d)
{
	const u8 *name, *value;
	u32 len, n;
	bool quoted;
	u8 which;

	name = take_run(d, TOKEN, &len);
	if (!len || get_next(d) != '=')
		return false;
	d->p++;
	quoted = get_next(d) == '"';
	value = take_value(d, quoted, &n);
	which = find_parameter(name, len);
	if (!value || (d->has & which))
		return false;
	d->has |= which;
	if (which == HAS_BOUNDARY)
		note_boundary(d, value, n, quoted);
	return !(which & (HAS_NAME | HAS_FILENAME)) || is_name_unread(f, value, n);
}

/* Parameters, up to the end of the field. */
static bool read_parameters(struct esmtp_feed *f, struct field *d)
{
	for (;;) {
		skip_blanks(d);
		if (get_next(d) == '\r')
			return true;
		if (get_next(d) != ';')
			return false;
		d->p++;
		skip_blanks(d);
		if (get_next(d) != '\r' && !read_parameter(f, d))
			return false;
	}
}

/* What a subtype says of the parts inside. False of one that is told. */
static bool note_subtype(struct field *d, const u8 *p, u32 n)
{
	if (d->message && IS_WORD(p, n, "PARTIAL"))
		return false;
	d->digest = d->multipart && IS_WORD(p, n, "DIGEST");
	d->groups = d->message && (IS_WORD(p, n, "DELIVERY-STATUS") ||
				   IS_WORD(p, n, "GLOBAL-DELIVERY-STATUS"));
	return n;
}

/* type/subtype */
static bool read_type(struct field *d)
{
	const u8 *p;
	u32 n;

	p = take_run(d, TOKEN, &n);
	if (!n || get_next(d) != '/')
		return false;
	d->p++;
	d->multipart = IS_WORD(p, n, "MULTIPART");
	d->message = IS_WORD(p, n, "MESSAGE");
	p = take_run(d, TOKEN, &n);
	return note_subtype(d, p, n);
}

static bool read_disposition(struct field *d)
{
	u32 n;

	take_run(d, TOKEN, &n);
	return n;
}

static bool read_encoding(struct esmtp_feed *f, struct field *d)
{
	const u8 *p;
	u32 n;

	p = take_run(d, TOKEN, &n);
	skip_blanks(d);
	return n && esmtp_encoding_plain(f->s->map, p, n, &d->coded);
}

static bool read_body(struct esmtp_feed *f, struct field *d)
{
	skip_blanks(d);
	switch (d->which) {
	case ESMTP_HEADER_ENCODING:
		return read_encoding(f, d);
	case ESMTP_HEADER_TYPE:
		return read_type(d) && read_parameters(f, d) &&
		       (!d->multipart || (d->has & HAS_BOUNDARY));
	default:
		return read_disposition(d) && read_parameters(f, d);
	}
}

/* What is known of the message when the field has ended. */
static void apply_field(struct esmtp_feed *f, const struct field *d, u32 off)
{
	struct esmtp_message *m = &f->s->msg;

	m->parts |= d->multipart || d->message;
	m->nested |= d->message;
	m->digest |= d->digest;
	m->groups |= d->groups;
	m->header.coded |= d->coded;
	if (!(d->has & HAS_BOUNDARY))
		return;
	m->mime = d->boundary;
	esmtp_boundary_declared(f, off);
}

/**
 * esmtp_field_plain() - take a whole field of ours that all readers read alike
 * @f: the call, at the beginning of a line
 * @p: bytes
 * @n: how many of them no rule on a length wants to see
 * @off: stream offset of the first
 * @lines: set to how many lines they are
 *
 * The byte behind them, which has shown that the field is over, is in hand, and must be
 * taken next.
 *
 * Return: bytes of it, 0 if it has to be read byte by byte. f->why may be set then.
 */
u32 esmtp_field_plain(struct esmtp_feed *f, const u8 *p, u32 n, u32 off, u32 *lines)
{
	struct field d = {
		.end = p + n, .line = p,
		.longest = f->s->map->floor[esmtp_message_criterion(&f->s->msg)],
	};
	u32 name = esmtp_header_find(&f->s->msg, p, n, &d.which);

	if (!name)
		return 0;
	d.p = p + name;
	esmtp_feed_spend(f, ESMTP_COST_LINE);
	if (!read_body(f, &d) || !is_field_over(&d))
		return 0;
	if ((d.has & HAS_BOUNDARY) && !esmtp_boundary_plain(&f->s->msg, &d.boundary))
		return 0;
	if (!esmtp_header_take(f, d.which, off))
		return 0;
	apply_field(f, &d, off);
	*lines = d.lines + 1;
	return (u32)(d.p - p) + 2;
}
