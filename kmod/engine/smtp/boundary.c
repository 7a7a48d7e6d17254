// SPDX-License-Identifier: GPL-2.0
/*
 * Which lines of a message are boundary delimiters (RFC 2046 5.1.1). Mail clients do
 * not agree on nesting, on prefixes and on what ends a part. So every declared boundary
 * is recognised wherever it begins a line, until it was closed and its slot is reused.
 * If a boundary is ambiguous, or more are declared than there are slots, every line
 * that begins with two dashes is taken for a delimiter.
 */
#include "boundary.h"
#include "feed.h"
#include "message.h"
#include "engine/ascii.h"

enum { PRIME = 16777619 };		/* FNV-1a */

/* What follows a boundary in its line. */
enum { NOTHING, DASH, CLOSE, TEXT };

enum { LEN_MAX = 0xff };

static u32 hash_boundary_byte(u32 h, u8 c)
{
	return (h ^ c) * PRIME;
}

/**
 * esmtp_boundary_line() - a line begins
 * @b: the boundaries
 */
void esmtp_boundary_line(struct esmtp_boundaries *b)
{
	b->line = ESMTP_HASH_INIT;
	b->hit = 0;
	b->tail = NOTHING;
}

static void scan_boundary_tail(struct esmtp_boundaries *b, u8 c)
{
	if (c == '-' && b->tail < CLOSE)
		b->tail++;
	else if (!esmtp_blank(c) || b->tail == DASH)
		b->tail = TEXT;
}

/**
 * esmtp_boundary_byte() - read one byte behind the two dashes of a line
 * @b: the boundaries
 * @c: the byte
 * @pos: its place there, from 1
 */
void esmtp_boundary_byte(struct esmtp_boundaries *b, u8 c, u32 pos)
{
	u32 i;

	scan_boundary_tail(b, c);
	if (pos > LEN_MAX)
		return;
	b->line = hash_boundary_byte(b->line, c);
	for (i = 0; i < ESMTP_BOUNDARIES; i++) {
		if (b->len[i] != pos || b->hash[i] != b->line)
			continue;
		b->hit = 1 + i;
		b->tail = NOTHING;
	}
}

/**
 * esmtp_boundary_reads() - does it want the next byte of a line with two dashes?
 * @b: the boundaries
 * @pos: bytes of the line behind them so far
 *
 * Return: false if the rest of the line may go unread.
 */
bool esmtp_boundary_reads(const struct esmtp_boundaries *b, u32 pos)
{
	return !b->loose && (pos <= LEN_MAX || b->hit);
}

/**
 * esmtp_boundary_end() - a line with two dashes has ended
 * @b: the boundaries
 *
 * Return: true if it was a boundary.
 */
bool esmtp_boundary_end(struct esmtp_boundaries *b)
{
	if (b->hit && b->tail == CLOSE)
		b->closed |= 1 << (b->hit - 1);
	return b->loose || b->hit;
}

/* A slot for a new boundary: a free one, or else that of a closed boundary. */
static u32 find_boundary_slot(const struct esmtp_boundaries *b)
{
	u32 i;

	for (i = 0; i < ESMTP_BOUNDARIES; i++)
		if (!b->len[i])
			return i;
	for (i = 0; i < ESMTP_BOUNDARIES; i++)
		if (b->closed >> i & 1)
			break;
	return i;
}

static bool reopen_boundary(struct esmtp_boundaries *b, const struct esmtp_mime *m)
{
	u32 i;

	for (i = 0; i < ESMTP_BOUNDARIES; i++) {
		if (b->len[i] != m->blen || b->hash[i] != m->bhash)
			continue;
		b->closed &= ~(1 << i);
		return true;
	}
	return false;
}

static void add_boundary(struct esmtp_feed *f, u32 off)
{
	struct esmtp_boundaries *b = &f->s->msg.bounds;
	const struct esmtp_mime *m = &f->s->msg.mime;
	u32 i;

	if (reopen_boundary(b, m))
		return;
	i = find_boundary_slot(b);
	if (i == ESMTP_BOUNDARIES) {
		b->loose = 1;
		esmtp_message_note(f, ESMTP_EV_MIME_DEPTH, off);
		return;
	}
	b->hash[i] = m->bhash;
	b->len[i] = m->blen;
	b->closed &= ~(1 << i);
}

/**
 * esmtp_boundary_plain() - will all readers agree on a boundary?
 * @msg: the message, whose last field has ended
 * @m: its octets, read; not its parameter's name
 *
 * Return: true if esmtp_boundary_declared() would tell nothing.
 */
bool esmtp_boundary_plain(const struct esmtp_message *msg, const struct esmtp_mime *m)
{
	const struct esmtp_boundaries *b = &msg->bounds;

	return !m->odd && m->blen && m->left != 2 &&
	       find_boundary_slot(b) != ESMTP_BOUNDARIES;
}

/* Characters that end an unquoted value in some mail clients' parsers. */
static bool is_foreign_delimiter(u8 c)
{
	return c < ' ' || c == 0x7f || c == '(' || c == ')' || c == '<' ||
	       c == '>' || c == '@' || c == ',';
}

/**
 * esmtp_boundary_octet() - read one octet of the parameter
 * @m: the field
 * @c: the octet, quoting taken away
 * @quoted: it stands inside of quotes
 */
void esmtp_boundary_octet(struct esmtp_mime *m, u8 c, bool quoted)
{
	if (!quoted && esmtp_blank(c))
		return;
	if (m->blen == LEN_MAX || esmtp_blank(c) || (!quoted && is_foreign_delimiter(c)) ||
	    (c == '=' && m->last == '?' && m->wordy))
		m->odd = 1;
	m->wordy |= c == '?' && m->last == '=';
	m->last = c;
	m->blen += m->blen < LEN_MAX;
	m->bhash = hash_boundary_byte(m->bhash, c);
	/* ends in "--": it could be the close delimiter of a shorter boundary */
	m->left = c == '-' ? m->left + (m->left < 2) : 0;
}

/**
 * esmtp_boundary_odd() - readers of mail will disagree on a boundary
 * @f: the call
 * @off: stream offset of the byte that showed it
 */
void esmtp_boundary_odd(struct esmtp_feed *f, u32 off)
{
	f->s->msg.bounds.loose = 1;
	esmtp_message_note(f, ESMTP_EV_MIME_BOUNDARY, off);
}

/**
 * esmtp_boundary_declared() - the parameter has ended
 * @f: the call
 * @off: stream offset of the byte that showed it
 */
void esmtp_boundary_declared(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_mime *m = &f->s->msg.mime;

	f->s->msg.parts = 1;
	if (m->odd || !m->blen || m->left == 2)
		esmtp_boundary_odd(f, off);
	if (m->blen)
		add_boundary(f, off);
}
