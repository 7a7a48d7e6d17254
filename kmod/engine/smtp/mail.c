// SPDX-License-Identifier: GPL-2.0
/*
 * The reverse-path of MAIL and the forward-path of RCPT (RFC 5321 4.1.1.2, 4.1.1.3):
 * their length, special characters, and whether they are in the domain of mail-relay.
 */
#include "address.h"
#include "domain.h"
#include "feed.h"
#include "mail.h"
#include "mailbox.h"
#include "parameter.h"
#include "reply_queue.h"
#include "rule.h"

/* What was seen of an address. */
enum {
	AT = 1 << 0,			/* a domain */
	SHELL = 1 << 1,			/* a character that a shell would read */
	DOLLAR = 1 << 2,		/* the last byte was a "$" */
	QUOTED = 1 << 3,		/* the last byte was inside of quotes */
	ROUTE = 1 << 4,			/* it begins with a source route */
	UNSURE = 1 << 5,		/* readers differ in which domain it is of */
};

static bool is_one_of(u8 c, const char *set, u32 n)
{
	return memchr(set, c, n);
}

#define ONE_OF(c, set) is_one_of((c), (set), sizeof(set) - 1)

/* Characters outside a quoted string that route mail or that programs interpret. */
static bool is_special_char(const struct esmtp_command *c, u8 ch)
{
	return ONE_OF(ch, "!%`;()\\ \t") || (ch == '@' && c->alen == 1);
}

/*
 * Servers differ in what comments, quoted pairs, lists and a second "@" do to an address
 * (a(@inside.test>, for one), and some send a%outside.test@inside.test outside, or with
 * "!" or in quotes (Postfix). A source route (RFC 5321 F.2) begins with "@", and all read
 * what is behind it.
 */
static bool is_unsure_char(const struct esmtp_command *c, u8 ch, bool inside)
{
	if (c->verb == ESMTP_VERB_RCPT && (ONE_OF(ch, "%!") || (inside && ch == '@')))
		return true;
	if (inside)
		return false;
	if (ONE_OF(ch, "()\\"))
		return true;
	return (c->traits & (AT | ROUTE)) == AT && ONE_OF(ch, "@\",:;");
}

static bool apply_special_action(struct esmtp_feed *f, enum esmtp_event_id id, u8 ch, u32 off)
{
	const struct esmtp_param *p = &f->s->map->params.special;

	esmtp_feed_event(f, id, off, ch);
	if (ch && p->on && p->act == ESMTP_ACT_MASK)
		esmtp_feed_fill(f, off, off + 1, ESMTP_EDIT_FILL, ' ');
	return esmtp_feed_act(f, p, ESMTP_R_SPECIAL);
}

/* Check a byte of the address that was not overwritten. False if the connection ends. */
static bool check_address_byte(struct esmtp_feed *f, u8 ch, u32 off)
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
		return apply_special_action(f, ESMTP_EV_ADDRESS_EXPANSION, ch, off);
	if (is_unsure_char(c, ch, inside))
		c->traits |= UNSURE;
	if (inside)
		return true;
	if (ch == '@') {
		c->traits |= AT | (c->alen == 1 ? ROUTE : 0);
		esmtp_domain_begin(c);
	} else if ((c->traits & AT) && f->s->map->params.relay.on) {
		esmtp_domain_byte(f, ch);
	}
	return !is_special_char(c, ch) ||
	       apply_special_action(f, ESMTP_EV_ADDRESS_SPECIAL, ch, off);
}

static u8 get_length_criterion(const struct esmtp_command *c)
{
	return c->verb == ESMTP_VERB_RCPT ? ESMTP_CRIT_RECIPIENT :
					    ESMTP_CRIT_SENDER;
}

static u8 get_regex_criterion(const struct esmtp_command *c)
{
	return c->verb == ESMTP_VERB_RCPT ? ESMTP_CRIT_RECIPIENT_REGEX :
					    ESMTP_CRIT_SENDER_REGEX;
}

static void feed_address_byte(struct esmtp_feed *f, u8 ch, u32 off, bool blanked)
{
	struct esmtp_command *c = &f->s->cmd;

	if (c->alen == 1) {
		/* what stood before "<" may be the address to others */
		c->traits &= UNSURE;
		esmtp_mailbox_begin(f, get_regex_criterion(c));
	}
	if (!blanked && !check_address_byte(f, ch, off))
		return;
	if (esmtp_mailbox_byte(f, get_regex_criterion(c), ch, off))
		esmtp_rule_count(f, get_length_criterion(c), c->alen - 1, c->alen, off);
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
		esmtp_feed_end(f, ESMTP_R_PIPE, ESMTP_ACT_DROP, 0);
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
		feed_address_byte(f, c, off, blanked);
}

/**
 * esmtp_mail_room() - how many letters, digits and what joins them may go unread?
 * @f: the call
 *
 * In a path that no rule matches against, such bytes change its length only.
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
	    esmtp_rule_reads(map, get_regex_criterion(cmd)))
		return 0;
	return esmtp_rule_quiet(map, get_length_criterion(cmd), cmd->alen);
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

/**
 * esmtp_mail_plain() - is a path of letters, digits and what joins them all alike?
 * @f: the call
 * @alen: its bytes
 *
 * Return: true if no rule and no parameter wants to read it.
 */
bool esmtp_mail_plain(const struct esmtp_feed *f, u32 alen)
{
	const struct esmtp_map *map = f->s->map;
	const struct esmtp_command *cmd = &f->s->cmd;

	return !map->params.relay.on && !esmtp_rule_reads(map, get_regex_criterion(cmd)) &&
	       alen <= map->floor[get_length_criterion(cmd)];
}

/**
 * esmtp_mail_take() - such a path was read at once, its brackets too
 * @cmd: the command, behind the verb
 * @alen: bytes of the path
 * @at: it has a domain
 */
void esmtp_mail_take(struct esmtp_command *cmd, u32 alen, bool at)
{
	esmtp_address_close(cmd);
	cmd->alen = alen;
	cmd->traits = at ? AT : 0;
}

/* True also for a null reverse-path and an address without a domain: both are local. */
static bool is_in_relay_domain(const struct esmtp_feed *f)
{
	u8 traits = f->s->cmd.traits;

	return !(traits & UNSURE) && (!(traits & AT) || esmtp_domain_whole(f));
}

/* Is a transaction open or requested, and no pending command would end it? */
static bool is_mail_nested(const struct esmtp_session *s)
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

static bool end_reverse_path(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	s->inside = is_in_relay_domain(f);
	s->declared = s->cmd.num;
	return !is_mail_nested(s) ||
	       esmtp_rule_violation(f, ESMTP_EV_MAIL_NESTED, off, 0);
}

static bool end_forward_path(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	const struct esmtp_param *relay = &s->map->params.relay;

	if (!relay->on || s->inside || is_in_relay_domain(f))
		return true;
	esmtp_feed_event(f, ESMTP_EV_RELAY, off, 0);
	return esmtp_feed_act(f, relay, ESMTP_R_RELAY);
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
	    !apply_special_action(f, ESMTP_EV_ADDRESS_SHELL, 0, off))
		return false;
	if (!esmtp_mailbox_end(f, get_regex_criterion(c), off) ||
	    !esmtp_rule_final(f, get_length_criterion(c), c->alen, off))
		return false;
	return c->verb == ESMTP_VERB_RCPT ? end_forward_path(f, off) :
					    end_reverse_path(f, off);
}
