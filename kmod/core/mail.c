// SPDX-License-Identifier: GPL-2.0
/*
 * The argument of MAIL, RCPT and their kin: what an address must not have in it,
 * how long it is, and whose it is (RFC 5321 4.1.1.2, 4.1.1.3).
 */
#include "internal.h"

/* What was seen of an address. */
enum {
	AT = 1 << 0,			/* a domain */
	SHELL = 1 << 1,			/* a character that a shell would read */
	DOLLAR = 1 << 2,		/* the last byte was a "$" */
	QUOTED = 1 << 3,		/* the last byte was inside of quotes */
};

static bool one_of(u8 c, const char *set, u32 n)
{
	return memchr(set, c, n);
}

#define ONE_OF(c, set) one_of((c), (set), sizeof(set) - 1)

/* Outside of quotes these route mail, or mean something to a program. */
static bool special(const struct esmtp_command *c, u8 ch)
{
	return ONE_OF(ch, "!%`;()\\ \t") || (ch == '@' && c->alen == 1);
}

static bool strict(struct esmtp_feed *f, enum esmtp_event_id id, u8 ch, u32 off)
{
	const struct esmtp_param *p = &f->s->map->params.special;

	esmtp_feed_event(f, id, off, ch);
	if (ch && p->on && p->act == ESMTP_ACT_MASK)
		esmtp_feed_fill(f, off, off + 1, ESMTP_EDIT_FILL, ' ');
	return esmtp_feed_act(f, p, ESMTP_SPECIAL);
}

/* A byte of the address itself that may stand there. */
static bool look(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;
	bool quoted = esmtp_address_quoted(c);
	bool inside = quoted && (c->traits & QUOTED);
	bool brace = ch == '{' && (c->traits & DOLLAR);

	c->traits &= ~(DOLLAR | QUOTED);
	c->traits |= (ch == '$' ? DOLLAR : 0) | (quoted ? QUOTED : 0);
	if (ONE_OF(ch, "!#$%&'*?`{|}~;()\\"))
		c->traits |= SHELL;
	if (brace)
		return strict(f, ESMTP_EV_ADDRESS_EXPANSION, ch, off);
	if (inside)
		return true;
	if (ch == '@') {
		c->traits |= AT;
		esmtp_domain_begin(c);
	} else if (c->traits & AT) {
		esmtp_domain_byte(f, ch);
	}
	return !special(c, ch) ||
	       strict(f, ESMTP_EV_ADDRESS_SPECIAL, ch, off);
}

static u8 length(const struct esmtp_command *c)
{
	return c->verb == ESMTP_VERB_RCPT ? ESMTP_CRIT_RECIPIENT :
					    ESMTP_CRIT_SENDER;
}

static u8 regex(const struct esmtp_command *c)
{
	return c->verb == ESMTP_VERB_RCPT ? ESMTP_CRIT_RECIPIENT_REGEX :
					    ESMTP_CRIT_SENDER_REGEX;
}

static void address_byte(struct esmtp_feed *f, u8 ch, u32 off, bool blanked)
{
	struct esmtp_command *c = &f->s->cmd;

	if (c->alen == 1)
		c->traits = 0;
	if (!blanked && !look(f, ch, off))
		return;
	if (esmtp_rule_byte(f, regex(c), ch, off))
		esmtp_rule_count(f, length(c), c->alen - 1, c->alen, off);
}

/**
 * esmtp_mail_byte() - read one byte behind the verb
 * @f: the call
 * @c: the byte
 * @off: its stream offset
 */
void esmtp_mail_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	struct esmtp_command *cmd = &f->s->cmd;
	u32 before = cmd->alen;
	bool blanked = false;

	if (esmtp_address_over(cmd)) {
		esmtp_parameter_byte(f, c, off);
		return;
	}
	switch (esmtp_address_byte(cmd, c)) {
	case ESMTP_ADDRESS_PIPE:
		esmtp_feed_event(f, ESMTP_EV_PIPE, off, 0);
		esmtp_feed_end(f, ESMTP_PIPE, ESMTP_ACT_DROP, 0);
		return;
	case ESMTP_ADDRESS_BLANK:
		esmtp_feed_event(f, ESMTP_EV_ADDRESS_CHAR, off, c);
		esmtp_feed_fill(f, off, off + 1, ESMTP_EDIT_FILL, ' ');
		blanked = true;
		break;
	case ESMTP_ADDRESS_PASS:
		break;
	}
	if (cmd->alen > before)
		address_byte(f, c, off, blanked);
}

/**
 * esmtp_mail_room() - how many letters, digits and what joins them may go unread?
 * @f: the call
 *
 * Of an address they only make the length, where nothing reads it.
 *
 * Return: how many, at most; 0 if the next byte must be read.
 */
u32 esmtp_mail_room(const struct esmtp_feed *f)
{
	const struct esmtp_map *map = f->s->map;
	const struct esmtp_command *cmd = &f->s->cmd;

	if (esmtp_address_over(cmd))
		return esmtp_parameter_idle(cmd) ? ~0u : 0;
	if (esmtp_address_before(cmd))
		return ~0u;
	if (!cmd->alen || !esmtp_address_within(cmd) || map->params.relay.on ||
	    esmtp_rule_reads(map, regex(cmd)))
		return 0;
	return esmtp_rule_quiet(map, length(cmd), cmd->alen);
}

/**
 * esmtp_mail_skim() - so many bytes went unread
 * @f: the call
 * @n: how many, within esmtp_mail_room()
 */
void esmtp_mail_skim(struct esmtp_feed *f, u32 n)
{
	struct esmtp_command *cmd = &f->s->cmd;

	if (!esmtp_address_within(cmd))
		return;
	cmd->traits &= ~(DOLLAR | QUOTED);
	cmd->alen += n;
}

/* Without an address, or without a domain, it is nobody else's. */
static bool inside(const struct esmtp_feed *f)
{
	return !(f->s->cmd.traits & AT) || esmtp_domain_whole(f);
}

/* Is there a MAIL before this one, and nothing that would end what it began? */
static bool nested(const struct esmtp_session *s)
{
	static const u8 ends[] = {
		ESMTP_PEND_HELLO, ESMTP_PEND_HELO, ESMTP_PEND_RSET,
		ESMTP_PEND_LAST, ESMTP_PEND_END,
	};
	u32 i;

	if (!s->mail && !esmtp_queue_has(&s->queue, ESMTP_PEND_MAIL))
		return false;
	for (i = 0; i < sizeof(ends); i++)
		if (esmtp_queue_has(&s->queue, ends[i]))
			return false;
	return true;
}

static bool sender_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	s->inside = inside(f);
	s->declared = s->cmd.num;
	return !nested(s) ||
	       esmtp_rule_violation(f, ESMTP_EV_MAIL_NESTED, off, 0);
}

static bool recipient_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	const struct esmtp_param *relay = &s->map->params.relay;

	if (!relay->on || s->inside || inside(f))
		return true;
	esmtp_feed_event(f, ESMTP_EV_RELAY, off, 0);
	return esmtp_feed_act(f, relay, ESMTP_RELAY);
}

/**
 * esmtp_mail_end() - the line has ended
 * @f: the call
 * @off: stream offset of its LF
 *
 * Return: false if its end may not pass.
 */
bool esmtp_mail_end(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_command *c = &f->s->cmd;

	if ((c->traits & (AT | SHELL)) == SHELL &&
	    !strict(f, ESMTP_EV_ADDRESS_SHELL, 0, off))
		return false;
	if (!esmtp_rule_end(f, regex(c), off) ||
	    !esmtp_rule_final(f, length(c), c->alen, off))
		return false;
	return c->verb == ESMTP_VERB_RCPT ? recipient_end(f, off) :
					    sender_end(f, off);
}
