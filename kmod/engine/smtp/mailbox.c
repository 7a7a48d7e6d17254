// SPDX-License-Identifier: GPL-2.0
/*
 * Regular expressions on the address of MAIL or RCPT. Servers deliver <"a"@b>, <\a@b>,
 * <a(c)@b> and <@d:a@b> to the same mailbox (RFC 5321 4.1.2, F.2; RFC 5322 3.2.2): so
 * the address is read as it was sent, and without quotes, backslashes, comments, blanks
 * and source route. An expression found in either is found, once; "match not" is about
 * an address in which it is missing in either.
 */
#include "feed.h"
#include "mailbox.h"
#include "rule_regex.h"
#include "engine/ascii.h"

/* Where in the address. */
enum {
	QUOTED = 1 << 0,
	ESCAPED = 1 << 1,		/* behind a backslash */
	ROUTE = 1 << 2,			/* it began with "@" */
	LITERAL = 1 << 3,		/* in brackets (RFC 5321 4.1.3) */
};

/**
 * esmtp_mailbox_begin() - the next byte is the first of an address
 * @f: the call
 * @crit: the criterion with regular expressions on it
 */
void esmtp_mailbox_begin(struct esmtp_feed *f, u8 crit)
{
	struct esmtp_session *s = f->s;

	s->cmd.where = 0;
	s->cmd.comment = 0;
	memset(s->mailbox, 0, sizeof(s->mailbox));
	/* what stood before "<" is no part of it */
	esmtp_rule_restart(f, crit);
}

/* Does a byte outside of quotes belong to the mailbox's name? */
static bool is_bare_byte_read(struct esmtp_command *c, u8 ch)
{
	if (ch == '(') {
		c->comment++;
		return false;
	}
	if (ch == ')' && c->comment) {
		c->comment--;
		return false;
	}
	if (ch == '[')
		c->where |= LITERAL;
	else if (ch == ']')
		c->where &= ~LITERAL;
	return !c->comment && !esmtp_blank(ch);
}

/* Does a byte belong to the mailbox's name? */
static bool is_byte_read(struct esmtp_command *c, u8 ch)
{
	u8 was = c->where;

	c->where &= ~ESCAPED;
	if (was & ESCAPED)
		return !c->comment;
	if (ch == '\\') {
		c->where |= ESCAPED;
		return false;
	}
	if (ch == '"' && !c->comment) {
		c->where ^= QUOTED;
		return false;
	}
	return (was & QUOTED) || is_bare_byte_read(c, ch);
}

/* Is it the colon behind a source route? */
static bool ends_route(struct esmtp_command *c, u8 ch)
{
	if (ch == '@' && c->alen == 1)
		c->where |= ROUTE;
	return ch == ':' && !c->comment && (c->where & ~ESCAPED) == ROUTE;
}

/* Move one reading on. What the other one has found before is found. */
static bool read_byte(struct esmtp_feed *f, u16 *at, const u16 *other, u8 crit, u8 c, u32 off)
{
	u32 slots = esmtp_rule_walk(f, at, crit, c);

	return esmtp_rule_found(f, slots ? slots & ~esmtp_rule_has(f, other) : 0, off);
}

/**
 * esmtp_mailbox_byte() - read one byte of an address
 * @f: the call
 * @crit: the criterion with regular expressions on it
 * @c: the byte
 * @off: its stream offset
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_mailbox_byte(struct esmtp_feed *f, u8 crit, u8 c, u32 off)
{
	struct esmtp_session *s = f->s;

	if (!read_byte(f, s->regex, s->mailbox, crit, c, off))
		return false;
	if (ends_route(&s->cmd, c)) {
		memset(s->mailbox, 0, sizeof(s->mailbox));
		return true;
	}
	return !is_byte_read(&s->cmd, c) ||
	       read_byte(f, s->mailbox, s->regex, crit, c, off);
}

/**
 * esmtp_mailbox_end() - the line of an address has ended
 * @f: the call
 * @crit: the criterion with regular expressions on it
 * @off: stream offset of its LF
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_mailbox_end(struct esmtp_feed *f, u8 crit, u32 off)
{
	struct esmtp_session *s = f->s;
	u32 differ = esmtp_rule_has(f, s->regex) & ~esmtp_rule_has(f, s->mailbox), i;

	for (i = 0; differ >> i; i++)
		if (differ >> i & 1)
			s->regex[i] = 0;
	return esmtp_rule_end(f, crit, off);
}
