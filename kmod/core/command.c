// SPDX-License-Identifier: GPL-2.0
/*
 * One command line of the client (RFC 5321 4.1.1). It knows the line, not the
 * session: what a verb leads to is session.c's.
 *
 * A byte is let through while the line is still a prefix of an allowed verb, or
 * after one. Everything else becomes X, but for CR and LF; the server then
 * refuses the line by itself.
 */
#include "internal.h"

enum command_state {
	VERB,				/* in the verb */
	ARGS,				/* after it */
	ADDRESS,			/* after the verb of a mail address */
	MASK,				/* no allowed verb */
	TAIL,				/* after a bare CR: X, the verb stands */
};

static const char *const verbs[] = {
#define ESMTP_VERB(NAME, name, let) name,
#include <esmtp/verbs.def>
#undef ESMTP_VERB
};

enum {
	ALL_VERBS = (1u << ESMTP_VERB_MAX) - 1,
	ADDRESS_VERBS = 1u << ESMTP_VERB_MAIL | 1u << ESMTP_VERB_RCPT |
			1u << ESMTP_VERB_SAML | 1u << ESMTP_VERB_SEND |
			1u << ESMTP_VERB_SOML,
	SHORTEST = 4,
};

/**
 * esmtp_command_reset() - the next byte begins a line
 * @c: the command
 */
void esmtp_command_reset(struct esmtp_command *c)
{
	memset(c, 0, sizeof(*c));
	c->candidates = ALL_VERBS;
	c->verb = ESMTP_VERB_NONE;
}

/* First byte of a line. False if it must wait for replies. */
static bool begin(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u8 head = esmtp_queue_head(&s->queue);

	if (!esmtp_queue_room(&s->queue)) {
		f->why = ESMTP_QUEUE_FULL;
		return false;
	}
	s->cmd.open = 1;
	s->cmd.start = off;
	if (head == ESMTP_PEND_GREETING)
		esmtp_feed_event(f, ESMTP_EV_EARLY_COMMAND, off, 0);
	else if (head != ESMTP_PEND_NONE && !s->pipelining)
		esmtp_feed_event(f, ESMTP_EV_PIPELINING, off, 0);
	return true;
}

/* The verb ends here: is it one? */
static bool verb_known(struct esmtp_command *c)
{
	u32 whole = esmtp_word_whole(verbs, c->candidates, c->vlen);
	u32 i;

	for (i = 0; whole >> i; i++)
		if (whole >> i & 1)
			c->verb = i;
	return whole;
}

static void mask(struct esmtp_feed *f, u32 end)
{
	struct esmtp_command *c = &f->s->cmd;

	c->state = MASK;
	esmtp_feed_fill(f, c->start, end, ESMTP_EDIT_FILL, 'X');
}

static void verb_byte(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	if (ch != ' ') {
		c->candidates = esmtp_word_narrow(verbs, c->candidates,
						  c->vlen, ch);
		c->vlen++;
		if (!c->candidates)
			mask(f, off + 1);
		return;
	}
	if (!verb_known(c)) {
		mask(f, off + 1);
	} else if (ADDRESS_VERBS >> c->verb & 1) {
		c->state = ADDRESS;
		esmtp_address_init(c);
	} else {
		c->state = ARGS;
	}
}

static u8 regex(const struct esmtp_command *c)
{
	return c->verb == ESMTP_VERB_RCPT ? ESMTP_CRIT_RECIPIENT_REGEX :
					    ESMTP_CRIT_SENDER_REGEX;
}

static void address_byte(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;
	u32 before = c->alen;

	switch (esmtp_address_byte(c, ch)) {
	case ESMTP_ADDRESS_PIPE:
		esmtp_feed_event(f, ESMTP_EV_PIPE, off, 0);
		esmtp_feed_end(f, ESMTP_PIPE, ESMTP_ACT_DROP, 0);
		return;
	case ESMTP_ADDRESS_BLANK:
		esmtp_feed_event(f, ESMTP_EV_ADDRESS_CHAR, off, ch);
		esmtp_feed_fill(f, off, off + 1, ESMTP_EDIT_FILL, ' ');
		break;
	case ESMTP_ADDRESS_PASS:
		break;
	}
	if (c->alen == before || !esmtp_rule_byte(f, regex(c), ch, off))
		return;
	if (c->verb != ESMTP_VERB_RCPT)
		esmtp_rule_count(f, ESMTP_CRIT_SENDER, before, c->alen, off);
}

/* A byte of the line that is neither CR nor LF, or a CR that ends nothing. */
static void text_byte(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	if (!esmtp_rule_count(f, ESMTP_CRIT_CMD_LINE, c->len, c->len + 1, off))
		return;
	c->len++;
	switch (c->state) {
	case VERB:
		verb_byte(f, ch, off);
		break;
	case ADDRESS:
		address_byte(f, ch, off);
		break;
	case MASK:
	case TAIL:
		esmtp_feed_fill(f, off, off + 1, ESMTP_EDIT_FILL, 'X');
		break;
	}
}

/* The CR before this byte ended no line: it stays, what follows is masked. */
static void bare_cr(struct esmtp_feed *f, u32 cr)
{
	struct esmtp_command *c = &f->s->cmd;

	c->cr = 0;
	if (!esmtp_rule_count(f, ESMTP_CRIT_CMD_LINE, c->len, c->len + 1, cr))
		return;
	c->len++;
	esmtp_feed_event(f, ESMTP_EV_BARE_CR, cr, 0);
	if (c->state == VERB && !verb_known(c))
		mask(f, cr);
	else if (c->state != MASK)
		c->state = TAIL;
}

static void masked_line(struct esmtp_feed *f, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;
	bool brief = c->vlen < SHORTEST && c->len == c->vlen;

	esmtp_feed_event(f, brief ? ESMTP_EV_COMMAND_SHORT :
			 ESMTP_EV_COMMAND_MASKED, off, c->len);
}

static bool recipient(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	if (s->cmd.verb != ESMTP_VERB_RCPT)
		return true;
	s->rcpts++;
	return esmtp_rule_count(f, ESMTP_CRIT_CMD_RCPT, s->rcpts - 1, s->rcpts,
				off);
}

/* LF: the point of commitment. The line's end passes only behind all checks. */
static void end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;
	u8 verb;

	if (c->state == VERB && !verb_known(c))
		mask(f, off - c->cr);
	if (!c->cr)
		esmtp_feed_event(f, ESMTP_EV_BARE_LF, off, 0);
	if (ADDRESS_VERBS >> c->verb & 1 && !esmtp_rule_end(f, regex(c), off))
		return;
	if (c->state == MASK)
		masked_line(f, off);
	else if (recipient(f, off))
		esmtp_feed_event(f, ESMTP_EV_COMMAND, off, c->verb);
	if (f->why)
		return;
	verb = c->verb;
	esmtp_command_reset(c);
	esmtp_session_command(f, verb);
}

static void byte(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	if (!esmtp_feed_room(f) || (!c->open && !begin(f, off)))
		return;
	if (ch == '\n') {
		end(f, off);
		return;
	}
	if (c->cr)
		bare_cr(f, off - 1);
	if (f->why)
		return;
	if (ch == '\r')
		c->cr = 1;
	else
		text_byte(f, ch, off);
}

/**
 * esmtp_command_feed() - read bytes of command lines
 * @f: the call
 * @p: bytes
 * @n: how many
 *
 * Return: bytes taken: fewer than @n when f->why is set or the mode changes.
 */
u32 esmtp_command_feed(struct esmtp_feed *f, const u8 *p, u32 n)
{
	u32 i;

	for (i = 0; i < n && f->s->mode == ESMTP_MODE_COMMAND; i++) {
		byte(f, p[i], f->io->off + i);
		if (f->why)
			break;
	}
	return i;
}

/**
 * esmtp_command_auth() - read one line that answers a 334 (RFC 4954 4)
 * @f: the call
 * @p: bytes
 * @n: how many
 *
 * It is no command: base64, or "*" to cancel; the server judges it.
 *
 * Return: bytes taken.
 */
u32 esmtp_command_auth(struct esmtp_feed *f, const u8 *p, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		if (p[i] != '\n')
			continue;
		esmtp_feed_event(f, ESMTP_EV_AUTH_LINE, f->io->off + i, 0);
		esmtp_session_auth_line(f);
		return i + 1;
	}
	return n;
}
