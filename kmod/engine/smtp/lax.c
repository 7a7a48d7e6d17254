// SPDX-License-Identifier: GPL-2.0
/*
 * A structured field as the most lenient of readers has it, beside the strict one of
 * mime.c: no comments and no quotes, a parameter wherever its name stands, and a value
 * up to the next file's name or the end of the field. As an expression that is found in a
 * name is found in a longer one, this covers whatever ends a value in some reader.
 *
 * It counts only when the field has ended and mime.c has seen in it what readers
 * disagree on: of a field that is sound nothing but its strict reading matters.
 */
#include "feed.h"
#include "filename.h"
#include "lax.h"
#include "line.h"
#include "rule.h"
#include "section.h"
#include "word.h"
#include "engine/ascii.h"

enum lax_state {
	SCAN,
	NAME,				/* in a word that may be one of ours */
	AFTER,				/* behind it: an asterisk, digits, an equals sign */
};

enum { IN_NAME = 1, PAST = 2 };		/* value: past the first semicolon */
enum { STAR = 1, DIGITS = 2, CODED = 4 };

static const char *const names[] = {
	"MULTIPART", "MESSAGE", "BOUNDARY", "NAME", "FILENAME"
};

enum { FILENAME_WORD = 1 << 4 };

enum {
	ALL = (1u << ESMTP_ARRAY_SIZE(names)) - 1,
	TYPES = ESMTP_LAX_MULTIPART | ESMTP_LAX_MESSAGE,
};

/* What a byte is, whatever is around it. */
enum {
	CONTROL = 1 << 0,
	SEPARATOR = 1 << 1,		/* it may stand between two parameters */
	WORD = 1 << 2,			/* before a word, it may be of a longer one */
	FIRST = WORD | 1 << 3,		/* and one of ours may begin with it */
};

static const u8 kinds[256] = {
	[0 ... 8] = CONTROL | SEPARATOR, ['\t'] = SEPARATOR, ['\n' ... 31] = CONTROL | SEPARATOR,
	[' '] = SEPARATOR, [';'] = SEPARATOR, [','] = SEPARATOR, [0x7f] = CONTROL | SEPARATOR,
	['0' ... '9'] = WORD, ['-'] = WORD, ['_'] = WORD, ['.'] = WORD,
	['A'] = WORD, ['B'] = FIRST, ['C' ... 'E'] = WORD, ['F'] = FIRST, ['G' ... 'L'] = WORD,
	['M' ... 'N'] = FIRST, ['O' ... 'Z'] = WORD,
	['a'] = WORD, ['b'] = FIRST, ['c' ... 'e'] = WORD, ['f'] = FIRST, ['g' ... 'l'] = WORD,
	['m' ... 'n'] = FIRST, ['o' ... 'z'] = WORD,
};

static bool is_word_byte(u8 c)
{
	return kinds[c] & WORD;
}

static void scan_word(struct esmtp_lax *l, u8 c)
{
	l->words = l->token || kinds[c] != FIRST ? 0 : (u8)esmtp_word_narrow(names, ALL, 0, c);
	l->state = l->words ? NAME : SCAN;
	l->pos = 1;
	l->star = 0;
	l->number = 0;
	l->token = is_word_byte(c);
}

static void end_value(struct esmtp_feed *f, u32 off)
{
	struct esmtp_lax *l = &f->s->msg.lax;
	struct esmtp_name *n = &f->s->names.lax;

	if (!l->value)
		return;
	if (l->value == PAST)
		n->len = 0;
	l->value = 0;
	esmtp_name_end(f, n, off);
}

static void end_section(struct esmtp_feed *f)
{
	struct esmtp_lax *l = &f->s->msg.lax;

	if (l->section)
		esmtp_section_trim(&f->s->names.lax_sections);
	l->section = 0;
}

static void begin_section(struct esmtp_feed *f)
{
	struct esmtp_sections *v = &f->s->names.lax_sections;
	struct esmtp_lax *l = &f->s->msg.lax;
	u8 kind = (l->words & FILENAME_WORD ? ESMTP_SECTION_FILENAME : 0) |
		  (l->star & CODED ? ESMTP_SECTION_CODED : 0);

	l->section = l->star & DIGITS;
	if (l->section)
		esmtp_section_add(v, kind, l->number);
}

/* The value of a parameter begins. */
static void begin_value(struct esmtp_feed *f, u32 off)
{
	struct esmtp_lax *l = &f->s->msg.lax;
	struct esmtp_name *n = &f->s->names.lax;

	l->state = SCAN;
	l->token = 0;
	if (l->words & ESMTP_LAX_BOUNDARY) {
		l->seen |= ESMTP_LAX_BOUNDARY;
		return;
	}
	if (l->number && l->value) {
		*n = f->s->names.lax_was;
	} else {
		end_value(f, off);
		esmtp_name_begin(n, false, true);
	}
	end_section(f);
	l->value = IN_NAME;
	l->blank = 1;
	f->s->names.lax_was = *n;
	begin_section(f);
}

/* Between words. An equals sign behind a comment is of the name before that. */
static void scan_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_lax *l = &f->s->msg.lax;

	if (c == '=' && l->closed && l->before) {
		l->words = l->before;
		l->before = 0;
		begin_value(f, off);
		return;
	}
	l->closed = c == ')' || (l->closed && esmtp_blank(c));
	scan_word(l, c);
}

/* A comment, or a parenthesis, begins behind a name. */
static void leave_name(struct esmtp_lax *l)
{
	l->before = l->words;
	l->closed = 0;
	l->state = SCAN;
	l->token = 0;
}

static void read_digit(struct esmtp_lax *l, u8 c)
{
	l->star = STAR | DIGITS;
	if (l->number < 1000)
		l->number = (u16)(10 * l->number + c - '0');
}

/* Behind a name. */
static void read_after_name(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_lax *l = &f->s->msg.lax;

	if (c == '=')
		begin_value(f, off);
	else if (c == '*')
		l->star |= l->star & DIGITS ? CODED : STAR | CODED;
	else if (esmtp_digit(c) && l->star)
		read_digit(l, c);
	else if (c == '(')
		leave_name(l);
	else if (c != '"' && c != '\\' && !esmtp_blank(c))
		scan_word(l, c);
}

static void end_word(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_lax *l = &f->s->msg.lax;
	u32 whole = esmtp_word_whole(names, l->words, l->pos);

	if (!whole || is_word_byte(c)) {
		scan_word(l, c);
		return;
	}
	l->seen |= whole & TYPES;
	l->words = (u8)whole;
	l->state = whole & TYPES ? SCAN : AFTER;
	l->token = 0;
	if (l->state == AFTER)
		read_after_name(f, c, off);
}

static void read_word_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_lax *l = &f->s->msg.lax;
	u32 left = esmtp_word_narrow(names, l->words, l->pos, c);

	if (!left) {
		end_word(f, c, off);
		return;
	}
	l->words = (u8)left;
	l->pos++;
	l->token = 1;
}

/*
 * One byte of a file's name, or of what stands behind it. If the next section of the name
 * comes, that was none of it.
 */
static void read_value_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_lax *l = &f->s->msg.lax;
	struct esmtp_sections *v = &f->s->names.lax_sections;
	struct esmtp_name *n = &f->s->names.lax;
	bool separator = kinds[c] & SEPARATOR;

	if (separator && !l->blank && l->value == IN_NAME) {
		f->s->names.lax_was = *n;
		esmtp_section_mark(v);
	}
	l->blank = separator;
	if (c == '"' || c == '\\' || (esmtp_blank(c) && !n->len && !n->raw))
		return;
	if (c == ';' && l->value == IN_NAME) {
		if (n->len > f->s->names.late)
			f->s->names.late = n->len;
		end_section(f);
		l->value = PAST;
	}
	if (l->section && c != '(' && c != ')')
		esmtp_section_keep(v, c);
	esmtp_name_read(f, n, c, off);
}

/**
 * esmtp_lax_octet() - read one byte of the field, encoded words outside of names decoded
 * @f: the call
 * @c: the byte
 * @off: its stream offset
 */
void esmtp_lax_octet(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_lax *l = &f->s->msg.lax;

	esmtp_feed_spend(f, ESMTP_COST_FIELD);
	if (l->value)
		read_value_byte(f, c, off);
	if (kinds[c] & CONTROL) {
		l->token = 0;
		return;
	}
	switch (l->state) {
	case SCAN:
		scan_byte(f, c, off);
		break;
	case NAME:
		read_word_byte(f, c, off);
		break;
	case AFTER:
		read_after_name(f, c, off);
		break;
	}
}

/**
 * esmtp_lax_byte() - read one byte of the field's body
 * @f: the call
 * @c: the byte, CR LF of folding left out
 * @off: its stream offset
 *
 * Some readers decode encoded words before they look at what is in the field.
 */
void esmtp_lax_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_name *n = &f->s->names.field;

	if (!n->word && (f->s->msg.lax.value || c != '=')) {
		esmtp_lax_octet(f, c, off);
		return;
	}
	n->late = 1;
	n->field = 1;
	esmtp_word_octet(f, n, c, off);
}

/**
 * esmtp_lax_room() - how many of the next bytes go on with a word that is none of ours?
 * @s: the session
 * @p: bytes
 * @n: how many
 *
 * What the first byte of that word has changed, these change no more.
 *
 * Return: how many letters, digits and what joins them may be read at once.
 */
u32 esmtp_lax_room(const struct esmtp_session *s, const u8 *p, u32 n)
{
	const struct esmtp_lax *l = &s->msg.lax;
	u32 i = 0;

	if (l->state != SCAN || !l->token || s->names.field.word ||
	    (l->value && (!esmtp_name_idle(&s->names.lax) ||
			  esmtp_rule_reads(s->map, ESMTP_CRIT_FILETYPE))))
		return 0;
	while (i < n && is_word_byte(p[i]))
		i++;
	return i;
}

/**
 * esmtp_lax_run() - read such bytes
 * @s: the session
 * @p: bytes
 * @n: how many, within esmtp_lax_room(), not none
 */
void esmtp_lax_run(struct esmtp_session *s, const u8 *p, u32 n)
{
	struct esmtp_lax *l = &s->msg.lax;

	if (l->value && l->section)
		esmtp_section_run(&s->names.lax_sections, p, n);
	if (l->value)
		esmtp_name_skim(&s->names.lax, n);
	scan_word(l, p[n - 1]);
}

/**
 * esmtp_lax_end() - the field has ended
 * @f: the call
 * @off: stream offset of the byte that showed it
 */
void esmtp_lax_end(struct esmtp_feed *f, u32 off)
{
	f->s->msg.lax.section = 0;
	end_value(f, off);
}
