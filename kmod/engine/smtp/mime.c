// SPDX-License-Identifier: GPL-2.0
/*
 * The bodies of Content-Type (RFC 2045 5.1) and Content-Disposition (RFC 2183
 * 2): whether parts or a message are inside, their boundary, and files' names.
 */
#include "boundary.h"
#include "feed.h"
#include "filename.h"
#include "filetype.h"
#include "lax.h"
#include "line.h"
#include "message.h"
#include "mime.h"
#include "engine/ascii.h"

enum mime_state {
	MAIN,				/* type or disposition */
	SUBTYPE,			/* of a message */
	GAP,				/* blanks behind either */
	PARAMETER,			/* between parameters */
	NAME,				/* of a parameter */
	SECTION,			/* after its asterisk (RFC 2231 3) */
	EQUALS,				/* between the name and the value */
	VALUE_START,
	VALUE,
};

enum quote_state { PLAIN, QUOTED, ESCAPED };

static const char *const types[] = { "MULTIPART", "MESSAGE" };
static const char *const subtypes[] = {
	"DIGEST", "PARTIAL", "DELIVERY-STATUS", "GLOBAL-DELIVERY-STATUS"
};
static const char *const params[] = { "NAME", "FILENAME", "BOUNDARY" };

enum {
	ALL_TYPES = 3,
	MULTIPART_TYPE = 1 << 0,
	MESSAGE_TYPE = 1 << 1,
	DIGEST_SUBTYPE = 1 << 0,
	PARTIAL_SUBTYPE = 1 << 1,
	MESSAGE_SUBTYPES = 0xe,
	GROUPS_SUBTYPES = 0xc,		/* of a message: fields in several groups */
	ALL_PARAMS = 7,
	FILENAME_PARAM = 1 << 1,
	BOUNDARY_PARAM = 1 << 2,
	MULTIPART = 1 << 7,		/* in seen: the type wants a boundary */
};

/**
 * esmtp_mime_init() - the colon of a field of ours was read
 * @s: the session
 * @field: which field
 */
void esmtp_mime_init(struct esmtp_session *s, enum esmtp_mime_field field)
{
	struct esmtp_mime *m = &s->msg.mime;

	memset(m, 0, sizeof(*m));
	memset(&s->msg.lax, 0, sizeof(s->msg.lax));
	memset(&s->names, 0, sizeof(s->names));
	m->field = field;
	m->words = field == ESMTP_MIME_TYPE ? ALL_TYPES : 0;
}

/**
 * esmtp_mime_unsure() - readers of mail will disagree on this field
 * @f: the call
 * @id: on what
 * @off: stream offset of the byte that showed it
 */
void esmtp_mime_unsure(struct esmtp_feed *f, enum esmtp_event_id id, u32 off)
{
	f->s->msg.mime.unsure = 1;
	esmtp_message_note(f, id, off);
}

static bool is_control(u8 c)
{
	return (c < ' ' && c != '\t') || c == 0x7f;
}

/* A blank between words, or what some readers take for one. */
static bool is_space(u8 c)
{
	return c == ' ' || c < ' ' || c == 0x7f;
}

static void add_param_octet(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->param & ESMTP_PARAM_BOUNDARY)
		esmtp_boundary_octet(m, c, m->quote);
	if (m->param & ESMTP_PARAM_FILE)
		esmtp_filename_octet(f, c, off);
}

static void end_param_value(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->param & ESMTP_PARAM_FILE)
		esmtp_filename_end(f, off);
	if (m->param & ESMTP_PARAM_BOUNDARY)
		esmtp_boundary_declared(f, off);
	m->state = PARAMETER;
	m->param = 0;
	m->quote = PLAIN;
}

static void begin_param_value(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	m->state = VALUE_START;
	m->pos = 0;
	m->left = 0;
	m->last = 0;
	m->wordy = 0;
	m->gap = 0;
	m->odd = m->param & (ESMTP_PARAM_SECTIONED | ESMTP_PARAM_EXTENDED);
	m->blen = 0;
	m->bhash = ESMTP_HASH_INIT;
	if (m->param & ESMTP_PARAM_FILE)
		esmtp_filename_begin(f, off);
}

/* A backslash hides a quote or a backslash from some readers, not from others. */
static void parse_quoted_pair(struct esmtp_feed *f, u8 c, u32 off)
{
	f->s->msg.mime.quote = QUOTED;
	if (c == '"' || c == '\\')
		esmtp_mime_unsure(f, ESMTP_EV_MIME_QUOTE, off);
	add_param_octet(f, c, off);
}

static void parse_quote(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->quote) {
		m->quote = PLAIN;
		m->param |= ESMTP_PARAM_CLOSED;
		return;
	}
	if (m->pos || (m->param & ESMTP_PARAM_CLOSED)) {
		m->odd = 1;
		esmtp_mime_unsure(f, ESMTP_EV_MIME_QUOTE, off);
	}
	m->quote = QUOTED;
}

/* A byte of a value outside of quotes, neither a quote nor a semicolon. */
static void parse_unquoted_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (is_space(c)) {
		m->gap = 1;
		if (!(m->param & ESMTP_PARAM_CLOSED))
			add_param_octet(f, c, off);
		return;
	}
	if (m->gap || (m->param & ESMTP_PARAM_CLOSED)) {
		m->odd = 1;
		esmtp_mime_unsure(f, ESMTP_EV_MIME_PARAMETER, off);
	}
	if (c == '\\')
		esmtp_mime_unsure(f, ESMTP_EV_MIME_QUOTE, off);
	m->pos = 1;
	/* of a section, no reader has both what is behind the quotes and the next one */
	if (!(m->param & ESMTP_PARAM_CLOSED) || !(m->param & ESMTP_PARAM_SECTIONED))
		add_param_octet(f, c, off);
}

static void parse_param_value_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (m->quote == ESCAPED) {
		parse_quoted_pair(f, c, off);
	} else if (m->quote == QUOTED && c == '\\') {
		m->quote = ESCAPED;
		m->odd = 1;
	} else if (c == '"') {
		parse_quote(f, off);
	} else if (m->quote) {
		add_param_octet(f, c, off);
	} else if (c == ';') {
		end_param_value(f, off);
	} else {
		parse_unquoted_byte(f, c, off);
	}
}

static void parse_section_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (c == '=') {
		if (!(m->param & ESMTP_PARAM_SECTIONED))
			m->param |= ESMTP_PARAM_EXTENDED;
		begin_param_value(f, off);
	} else if (esmtp_digit(c)) {
		m->param |= ESMTP_PARAM_SECTIONED;
		if (m->number < 1000)
			m->number = (u16)(10 * m->number + c - '0');
	} else if (c == '*') {
		m->param |= ESMTP_PARAM_EXTENDED;
	} else if (c == ';') {
		m->state = PARAMETER;
	} else if (!is_space(c)) {
		esmtp_mime_unsure(f, ESMTP_EV_MIME_SECTION, off);
	}
}

/* A parameter name is complete. Mail clients differ on which duplicate they use. */
static void end_param_name(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	u32 whole = esmtp_word_whole(params, m->words, m->pos);

	m->param = whole & BOUNDARY_PARAM ? ESMTP_PARAM_BOUNDARY :
		   whole ? ESMTP_PARAM_FILE : 0;
	m->param |= whole & FILENAME_PARAM ? ESMTP_PARAM_FILENAME : 0;
	m->number = 0;
	m->state = c == '*' ? SECTION : EQUALS;
	if (c != '*' && (m->seen & whole))
		esmtp_mime_unsure(f, ESMTP_EV_MIME_DUPLICATE, off);
	if (c != '*')
		m->seen |= whole;
	if (c == '=')
		begin_param_value(f, off);
}

/* Of a token (RFC 2045 5.1) that all readers take for one. */
static bool is_name_byte(u8 c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '(' && c != ')' &&
	       c != '<' && c != '>' && c != '@' && c != ',' && c != ':' && c != '/' &&
	       c != '[' && c != ']' && c != '?';
}

static void parse_param_name_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (c == ';') {
		m->state = PARAMETER;
	} else if (c == '=' || c == '*' || is_space(c)) {
		end_param_name(f, c, off);
	} else {
		if (!is_name_byte(c))
			esmtp_mime_unsure(f, ESMTP_EV_MIME_PARAMETER, off);
		m->words = esmtp_word_narrow(params, m->words, m->pos, c);
		m->pos += m->pos < 0xff;
	}
}

/* The type is complete: multipart and message contain parts (RFC 2046 5). */
static void end_media_type(struct esmtp_message *msg)
{
	struct esmtp_mime *m = &msg->mime;
	u32 whole = esmtp_word_whole(types, m->words, m->pos);

	msg->parts |= whole != 0;
	msg->nested |= whole == MESSAGE_TYPE;
	m->seen |= whole == MULTIPART_TYPE ? MULTIPART : 0;
	m->words = whole == MESSAGE_TYPE ? MESSAGE_SUBTYPES :
		   whole ? DIGEST_SUBTYPE : 0;
	m->pos = 0;
	m->state = SUBTYPE;
}

/* Not in the form type/subtype: a quote, or a parameter in its place. */
static void parse_odd_type_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	esmtp_mime_unsure(f, ESMTP_EV_MIME_TYPE, off);
	if (c == '=')
		m->words = 0;
}

static void parse_main_type_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (c == ';') {
		m->state = PARAMETER;
	} else if (c == '/' && m->field == ESMTP_MIME_TYPE) {
		end_media_type(&f->s->msg);
	} else if (c == '"' || c == '=' || c == '\\') {
		parse_odd_type_byte(f, c, off);
	} else if (!is_space(c)) {
		m->words = esmtp_word_narrow(types, m->words, m->pos, c);
		m->pos += m->pos < 0xff;
	} else if (m->pos) {
		m->state = GAP;
	}
}

static void end_subtype(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;
	u32 whole = esmtp_word_whole(subtypes, m->words, m->pos);

	if (whole == PARTIAL_SUBTYPE)
		esmtp_message_note(f, ESMTP_EV_MIME_PARTIAL, off);
	if (whole & GROUPS_SUBTYPES)
		f->s->msg.groups = 1;
	if (whole == DIGEST_SUBTYPE)
		f->s->msg.digest = 1;
	m->words = 0;
}

static void parse_subtype_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (c == '"' || c == '=' || c == '\\') {
		parse_odd_type_byte(f, c, off);
	} else if (c != ';' && !is_space(c)) {
		m->words = esmtp_word_narrow(subtypes, m->words, m->pos, c);
		m->pos += m->pos < 0xff;
	} else if (c == ';' || m->pos) {
		end_subtype(f, off);
		m->state = c == ';' ? PARAMETER : GAP;
	}
}

/* RFC 822 comments nest, and hold quoted pairs. */
static void skip_comment_byte(struct esmtp_mime *m, u8 c)
{
	if (m->quote == ESCAPED)
		m->quote = PLAIN;
	else if (c == '\\')
		m->quote = ESCAPED;
	else if (c == '(')
		m->comment += m->comment < 0xffff;
	else if (c == ')')
		m->comment--;
}

static void begin_param_name(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (is_space(c) || c == ';')
		return;
	if (c > 0x7f) {			/* a blank of some other character set */
		esmtp_mime_unsure(f, ESMTP_EV_MIME_SPACE, off);
		return;
	}
	m->state = NAME;
	m->words = ALL_PARAMS;
	m->pos = 0;
	m->param = 0;
	parse_param_name_byte(f, c, off);
}

/* "text / plain", or a parameter whose semicolon is missing. */
static void parse_type_gap_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (is_space(c))
		return;
	if (c != '/' && c != ';') {
		esmtp_mime_unsure(f, ESMTP_EV_MIME_PARAMETER, off);
		begin_param_name(f, c, off);
		return;
	}
	m->state = MAIN;
	parse_main_type_byte(f, c, off);
}

static void parse_equals_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	if (c == '=') {
		begin_param_value(f, off);
	} else if (c == ';') {
		m->state = PARAMETER;
	} else if (c == '*') {
		esmtp_mime_unsure(f, ESMTP_EV_MIME_SECTION, off);
		m->state = SECTION;
	} else if (!is_space(c)) {
		esmtp_mime_unsure(f, ESMTP_EV_MIME_PARAMETER, off);
	}
}

static void parse_mime_field_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	switch (m->state) {
	case MAIN:
		parse_main_type_byte(f, c, off);
		break;
	case SUBTYPE:
		parse_subtype_byte(f, c, off);
		break;
	case GAP:
		parse_type_gap_byte(f, c, off);
		break;
	case PARAMETER:
		begin_param_name(f, c, off);
		break;
	case NAME:
		parse_param_name_byte(f, c, off);
		break;
	case SECTION:
		parse_section_byte(f, c, off);
		break;
	case EQUALS:
		parse_equals_byte(f, c, off);
		break;
	case VALUE_START:
		if (is_space(c))
			break;
		m->state = VALUE;
		parse_param_value_byte(f, c, off);
		break;
	case VALUE:
		parse_param_value_byte(f, c, off);
		break;
	}
}

/* Readers that know comments, and readers that know none, will disagree from here on. */
static void begin_comment(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	m->comment = 1;
	m->odd |= m->state == VALUE;
	esmtp_mime_unsure(f, ESMTP_EV_MIME_QUOTE, off);
}

/* A file's name as it was sent, quotes taken away and nothing else. */
static void read_sent_octet(struct esmtp_feed *f, u8 c, u32 off)
{
	const struct esmtp_mime *m = &f->s->msg.mime;
	bool value = m->state == VALUE || (m->state == VALUE_START && !is_space(c));

	if ((m->param & ESMTP_PARAM_FILE) && value && c != '"' &&
	    (m->quote || m->comment || c != ';'))
		esmtp_filetype_sent(f, c, off);
}

/**
 * esmtp_mime_byte() - read one byte of the field's body
 * @f: the call
 * @c: the byte, CR LF of folding left out
 * @off: its stream offset
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_mime_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	esmtp_feed_spend(f, ESMTP_COST_FIELD);
	esmtp_lax_byte(f, c, off);
	read_sent_octet(f, c, off);
	if (is_control(c))
		esmtp_mime_unsure(f, ESMTP_EV_MIME_SPACE, off);
	if (m->comment)
		skip_comment_byte(m, c);
	else if (c == '(' && (m->state != VALUE || !m->quote))
		begin_comment(f, off);
	else
		parse_mime_field_byte(f, c, off);
	return !f->why;
}

/* In a value whose letters and digits mean nothing but themselves? */
static bool is_in_word(const struct esmtp_mime *m)
{
	if (m->state != VALUE || m->comment || (m->param & ESMTP_PARAM_BOUNDARY))
		return false;
	return m->quote == QUOTED || (m->quote == PLAIN && !(m->param & ESMTP_PARAM_CLOSED));
}

/**
 * esmtp_mime_run() - read letters and digits of a value at once
 * @f: the call
 * @p: bytes of the field's body
 * @n: how many
 *
 * Return: bytes taken, more than one; 0 if the next one must be read by itself.
 */
u32 esmtp_mime_run(struct esmtp_feed *f, const u8 *p, u32 n)
{
	const struct esmtp_mime *m = &f->s->msg.mime;
	bool file = m->param & ESMTP_PARAM_FILE;

	if (!is_in_word(m))
		return 0;
	n = esmtp_lax_room(f->s, p, file ? esmtp_least(n, esmtp_filename_room(f)) : n);
	if (n < 2)
		return 0;
	esmtp_feed_spend(f, ESMTP_COST_WORD + ESMTP_COST_LETTER * n);
	if (file)
		esmtp_filename_run(f, p, n);
	esmtp_lax_run(f->s, p, n);
	return n;
}

/* What a lenient reader takes for the boundary, or for a message, is there for all. */
static void apply_lax_structure(struct esmtp_feed *f, u32 off)
{
	struct esmtp_message *msg = &f->s->msg;

	if (!msg->lax.seen || msg->mime.field != ESMTP_MIME_TYPE)
		return;
	msg->parts = 1;
	if (msg->lax.seen & ESMTP_LAX_MESSAGE)
		msg->nested = 1;
	if (msg->lax.seen & (ESMTP_LAX_MULTIPART | ESMTP_LAX_BOUNDARY))
		esmtp_boundary_odd(f, off);
}

/**
 * esmtp_mime_end() - the field has ended
 * @f: the call
 * @off: stream offset of the byte that showed it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_mime_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_mime *m = &f->s->msg.mime;

	esmtp_feed_spend(f, ESMTP_COST_LINE);
	if (m->quote)
		esmtp_mime_unsure(f, ESMTP_EV_MIME_QUOTE, off);
	if (m->state == SUBTYPE)
		end_subtype(f, off);
	if (m->state == VALUE || m->state == VALUE_START)
		end_param_value(f, off);
	esmtp_lax_end(f, off);
	esmtp_filename_over(f, off);
	if ((m->seen & MULTIPART) && !(m->seen & BOUNDARY_PARAM))
		esmtp_boundary_odd(f, off);
	if (m->unsure)
		apply_lax_structure(f, off);
	return !f->why;
}
