// SPDX-License-Identifier: GPL-2.0
/*
 * One command line of the client (RFC 5321 4.1.1): the verb, then an argument of the
 * kind that the verb takes. What a command does to the session is in order_command.c.
 *
 * A line that may not pass becomes X, but for CR and LF; the server then refuses it
 * by itself.
 */
#include "address.h"
#include "chunk.h"
#include "command.h"
#include "command_line.h"
#include "feed.h"
#include "group.h"
#include "mail.h"
#include "order_command.h"
#include "order_reply.h"
#include "permit.h"
#include "reply_queue.h"
#include "rule.h"
#include "verb.h"
#include "engine/ascii.h"

/*
 * Behind the reply to a line that has not ended (c->early): one server skips the rest of
 * the line, another reads it as a command. 1 to 4: so many letters less one began it.
 */
enum {
	EARLY_FIRST = 1,
	EARLY_VERB = 5,			/* four letters are a verb: X from there on */
	EARLY_NO_VERB = 6,
};

enum {
	SHORTEST = 4,
	/* Exim begins a command anew at 16384; RFC 4954, 4: AUTH has up to 12288 */
	LONGEST = 2048,
	LONGEST_AUTH = 12288,
};

/**
 * esmtp_command_reset() - the next byte begins a line
 * @c: the command
 */
void esmtp_command_reset(struct esmtp_command *c)
{
	memset(c, 0, sizeof(*c));
	esmtp_verb_begin(c);
}

/**
 * esmtp_command_within() - the next byte is in the midst of a line that is no command
 * @c: the command, reset
 */
void esmtp_command_within(struct esmtp_command *c)
{
	c->open = 1;
	c->len = 1;
	c->masked = 1;
	c->state = REST;
	c->early = EARLY_VERB;
}

/**
 * esmtp_command_begin() - a line that may be read as one begins
 * @s: the session; its command is reset
 * @off: stream offset of the first byte
 */
void esmtp_command_begin(struct esmtp_session *s, u32 off)
{
	s->cmd.open = 1;
	s->cmd.start = off;
	memset(s->mailbox, 0, sizeof(s->mailbox));
}

/* First byte of a line. False if it is not to be read as one. */
static bool begin_command_line(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	if (!esmtp_queue_room(&s->queue)) {
		esmtp_feed_hold(f, ESMTP_R_QUEUE_FULL, off);
		return false;
	}
	if (!esmtp_order_settle(f, off) || !esmtp_group_begin(f, off))
		return false;
	esmtp_command_begin(s, off);
	return true;
}

static void mask_command_line(struct esmtp_feed *f, u32 end)
{
	struct esmtp_command *c = &f->s->cmd;

	if (c->masked)
		return;
	c->masked = 1;
	esmtp_feed_fill(f, c->start, end, ESMTP_EDIT_FILL, 'X');
}

/* How the bytes after a verb are read. */
static u8 get_argument_state(u8 verb)
{
	if (verb == ESMTP_VERB_BDAT)
		return SIZE;
	if (verb == ESMTP_VERB_STARTTLS)
		return NONE;
	return ESMTP_ADDRESS_VERBS >> verb & 1 ? ADDRESS : REST;
}

/**
 * esmtp_command_verb() - it is known which verb it is
 * @f: the call
 * @off: stream offset of the byte behind it
 *
 * Under monitor a refused verb passes unmasked, so the session state has to follow it.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_command_verb(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	struct esmtp_command *c = &s->cmd;

	if (c->verb == ESMTP_VERB_LINK2STATE)
		esmtp_feed_event(f, ESMTP_EV_LINK2STATE, off, 0);
	if (!esmtp_rule_set(f, ESMTP_CRIT_CMD_VERB, c->verb, off) ||
	    !esmtp_rule_count(f, ESMTP_CRIT_CMD_VERB_LINE, 0, c->len, c->start))
		return false;
	if (!c->masked && !esmtp_permit_auth(f, off))
		return false;
	if (c->masked && !s->map->params.monitor)
		c->verb = ESMTP_VERB_NONE;
	c->state = get_argument_state(c->verb);
	if (c->state == ADDRESS)
		esmtp_address_init(c);
	return true;
}

/* The verb has ended. @end: stream offset after the last byte to mask. */
static bool end_verb(struct esmtp_feed *f, u32 end, u32 off)
{
	if (!esmtp_verb_end(f->s))
		mask_command_line(f, end);
	return esmtp_command_verb(f, off);
}

static void parse_verb_byte(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	if (f->s->doubt && ch == '.' && c->len == 1) {
		c->dot = 1;
		return;
	}
	if (c->dot) {
		c->dot = 0;
		mask_command_line(f, off + 1);
	}
	if (ch == ' ')
		end_verb(f, off + 1, off);
	else if (!esmtp_verb_byte(f->s, ch))
		mask_command_line(f, off + 1);
	if (!f->why)
		esmtp_group_verb(f);
}

/* Report a NUL or DEL in a command (CVE-2003-0743, CVE-2017-16943). */
static bool check_command_control(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	if ((ch && ch != 0x7f) || c->control || c->state == ADDRESS)
		return true;
	c->control = 1;
	return esmtp_rule_violation(f, ESMTP_EV_COMMAND_CONTROL, off, ch);
}

static void parse_argument_byte(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	switch (c->state) {
	case VERB:
		parse_verb_byte(f, ch, off);
		break;
	case ADDRESS:
		esmtp_mail_byte(f, ch, off);
		break;
	case SIZE:
		esmtp_chunk_byte(f, ch, off);
		break;
	case NONE:
		/* RFC 3207 4: no parameter is allowed; c->verb stays STARTTLS */
		if (!esmtp_blank(ch))
			mask_command_line(f, off + 1);
		break;
	}
}

/* The line has grown by a byte. */
static bool grow_command_line(struct esmtp_feed *f, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;
	u32 len = c->len++;

	if (!len)
		esmtp_rule_command(f);
	return esmtp_rule_count(f, ESMTP_CRIT_CMD_LINE, len, len + 1, off) &&
	       (c->state == VERB ||
		esmtp_rule_count(f, ESMTP_CRIT_CMD_VERB_LINE, len, len + 1, off));
}

static u32 get_longest_line(const struct esmtp_command *c)
{
	return c->verb == ESMTP_VERB_AUTH ? LONGEST_AUTH : LONGEST;
}

/*
 * Is this byte beyond the longest line that servers read? Some servers parse the bytes
 * beyond it as a new command.
 */
static bool is_beyond_line_limit(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_command *c = &f->s->cmd;

	if (c->len == get_longest_line(c) + 1)
		esmtp_feed_event(f, ESMTP_EV_COMMAND_LONG, off, c->len);
	return c->len > get_longest_line(c);
}

/* Is the rest of a line that was answered a verb to a server that reads it so? */
static bool is_verb_of_tail(struct esmtp_command *c, u8 ch)
{
	u8 upper = esmtp_upper(ch);

	if (c->early < EARLY_FIRST || c->early >= EARLY_VERB)
		return c->early == EARLY_VERB;
	if ((upper >= 'A' && upper <= 'Z') || esmtp_digit(ch) || ch == '-')
		c->early++;
	else if (c->early > EARLY_FIRST || !esmtp_blank(ch))
		c->early = EARLY_NO_VERB;
	return c->early == EARLY_VERB;
}

/* A byte of the line that is neither CR nor LF, or a CR that ends nothing. */
static void parse_command_text(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;
	bool beyond;

	if (!grow_command_line(f, off) || !check_command_control(f, ch, off))
		return;
	beyond = is_verb_of_tail(c, ch) || is_beyond_line_limit(f, off);
	if (beyond && c->state == SIZE) {
		esmtp_chunk_bad(f, off);
		return;
	}
	if (beyond || c->masked || c->state == TAIL)
		esmtp_feed_fill(f, off, off + 1, ESMTP_EDIT_FILL, 'X');
	/* what left as X is no part of an address */
	if (!beyond || c->state != ADDRESS)
		parse_argument_byte(f, ch, off);
}

/* The CR before this byte is bare: keep the CR, mask the rest of the line. */
static void mask_after_bare_cr(struct esmtp_feed *f, u32 cr)
{
	struct esmtp_command *c = &f->s->cmd;

	c->cr = 0;
	c->dot = 0;
	if (!grow_command_line(f, cr))
		return;
	esmtp_feed_event(f, ESMTP_EV_BARE_CR, cr, 0);
	if (c->state == VERB && !end_verb(f, cr, cr))
		return;
	if (c->state == SIZE)
		esmtp_chunk_bad(f, cr + 1);
	c->state = TAIL;
}

/* Is the line nothing but a verb that is too short? */
static bool is_short_command(const struct esmtp_command *c)
{
	return c->masked && c->vlen < SHORTEST && c->len == c->vlen;
}

/*
 * `short-command discard`: cut the line, so that the server neither sees nor answers it.
 * If some of it was already forwarded, forward the rest masked.
 */
static bool discard_short_command(struct esmtp_feed *f, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	if (!f->s->map->params.discard || !is_short_command(c) ||
	    !esmtp_feed_whole(f, c->start))
		return false;
	esmtp_feed_cut(f, c->start, off + 1);
	esmtp_feed_event(f, ESMTP_EV_COMMAND_SHORT, off, c->len);
	esmtp_command_reset(c);
	return true;
}

static bool end_masked_line(struct esmtp_feed *f, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	esmtp_feed_event(f, is_short_command(c) ? ESMTP_EV_COMMAND_SHORT :
			 ESMTP_EV_COMMAND_MASKED, off, c->len);
	return esmtp_group_masked(f, off);
}

static bool wants_crlf(const struct esmtp_session *s)
{
	const struct esmtp_param *param = &s->map->params.termination;

	return param->on && param->act == ESMTP_ACT_NORMALIZE;
}

/* The line ends in a bare LF. False if the connection ends. */
static bool check_bare_lf(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_param *param = &f->s->map->params.termination;

	esmtp_feed_event(f, ESMTP_EV_BARE_LF, off, 0);
	if (wants_crlf(f->s))
		esmtp_feed_fill(f, off, off + 1, ESMTP_EDIT_CRLF, 0);
	return esmtp_feed_act(f, param, ESMTP_R_TERMINATION);
}

static bool check_command_lengths(struct esmtp_feed *f, u32 off)
{
	u32 len = f->s->cmd.len;

	return esmtp_rule_final(f, ESMTP_CRIT_CMD_LINE, len, off) &&
	       esmtp_rule_final(f, ESMTP_CRIT_CMD_VERB_LINE, len, off);
}

/*
 * A dot, where the server may still read a message that it has answered: it ends that one.
 * To a server that reads commands it is none.
 */
static void end_doubtful_message(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	s->doubt = 0;
	esmtp_feed_event(f, ESMTP_EV_MESSAGE_END, off, 0);
	esmtp_order_message_end(f);
	s->maybe = 1;
}

/**
 * esmtp_command_end() - a line has ended
 * @f: the call
 * @off: stream offset of its LF
 *
 * The server acts on the line now, so all checks come before that is forwarded. f->why
 * may be set.
 */
void esmtp_command_end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;
	u8 verb, early = !!c->early;

	if (c->dot && c->cr) {
		end_doubtful_message(f, off);
		return;
	}
	if (!c->len)
		esmtp_rule_command(f);
	if (c->state == VERB && !end_verb(f, off - c->cr, off))
		return;
	if (!c->cr && !check_bare_lf(f, off))
		return;
	if (!check_command_lengths(f, off) || discard_short_command(f, off))
		return;
	if (!esmtp_permit_between(f, off) ||
	    (c->masked ? !end_masked_line(f, off) : !esmtp_permit_line(f, off)))
		return;
	verb = c->verb;
	if (verb == ESMTP_VERB_BDAT && !esmtp_chunk_end(f, off))
		return;
	if (!c->masked)
		esmtp_feed_event(f, ESMTP_EV_COMMAND, off, verb);
	if (verb == ESMTP_VERB_BDAT) {
		esmtp_chunk_open(f, off);
		return;
	}
	f->s->bare = !c->cr && !wants_crlf(f->s);
	esmtp_chunk_between(f->s, verb);
	esmtp_command_reset(c);
	esmtp_order_command(f, verb);
	if (early)
		f->s->maybe = 1;
}

static void feed_command_byte(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	if (!esmtp_feed_room(f, off) || (!c->open && !begin_command_line(f, off)))
		return;
	esmtp_feed_spend(f, ch == '\n' ? ESMTP_COST_LINE : ESMTP_COST_BYTE);
	if (ch == '\n') {
		esmtp_command_end(f, off);
		return;
	}
	if (c->cr)
		mask_after_bare_cr(f, off - 1);
	if (f->why)
		return;
	if (ch == '\r')
		c->cr = 1;
	else
		parse_command_text(f, ch, off);
}

/* In the argument of a verb that is not masked, with no CR pending? */
static bool may_skip_argument(const struct esmtp_command *c)
{
	return (c->state == REST || c->state == ADDRESS) && !c->masked && !c->cr;
}

/* Letters, digits, '.' and '-': the parser treats them all alike in an argument. */
static bool is_plain_argument_byte(u8 c)
{
	u8 lower = c | ('a' - 'A');

	return (lower >= 'a' && lower <= 'z') || esmtp_digit(c) || c == '.' || c == '-';
}

/* Bytes that the line may grow by before a length limit or a rule applies. */
static u32 get_command_room(const struct esmtp_feed *f)
{
	const struct esmtp_map *map = f->s->map;
	const struct esmtp_command *c = &f->s->cmd;
	u32 left = c->len < get_longest_line(c) ? get_longest_line(c) - c->len : 0;

	left = esmtp_least(left, esmtp_rule_quiet(map, ESMTP_CRIT_CMD_LINE, c->len));
	return esmtp_least(left, esmtp_rule_quiet(map, ESMTP_CRIT_CMD_VERB_LINE, c->len));
}

/*
 * Take a run of bytes that only make the line longer, or the rest of a verb that may
 * pass. Returns its length, 0 if the next byte must be parsed by itself.
 */
static u32 take_command_run(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_command *c = &f->s->cmd;
	u32 run = 0;

	if (c->early || c->guarded || c->dot)
		return 0;
	if (c->state == VERB && c->len == 1 && !c->cr)
		return esmtp_verb_rest(f->s, p, n);
	if (!may_skip_argument(c) || !is_plain_argument_byte(*p))
		return 0;
	n = esmtp_least(n, get_command_room(f));
	if (c->state == ADDRESS)
		n = esmtp_least(n, esmtp_mail_room(f));
	while (run < n && is_plain_argument_byte(p[run]))
		run++;
	esmtp_feed_spend(f, ESMTP_COST_RUN);
	if (run && c->state == ADDRESS)
		esmtp_mail_skim(f, run);
	c->len += run;
	return run;
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
	u32 i = 0;

	while (i < n && f->s->mode == ESMTP_MODE_COMMAND) {
		u32 run = esmtp_command_plain(f, p + i, n - i, f->io->off + i);

		i += run;
		if (f->why || f->s->mode != ESMTP_MODE_COMMAND)
			break;
		if (run)
			continue;
		run = take_command_run(f, p + i, n - i);
		if (!run)
			feed_command_byte(f, p[i], f->io->off + i);
		if (f->why)
			break;
		i += run ?: 1;
	}
	return i;
}
