// SPDX-License-Identifier: GPL-2.0
/*
 * One command line of the client (RFC 5321 4.1.1): the verb, and then what kind of
 * argument it has. It knows the line, not the session: what a verb leads to is
 * order.c's.
 *
 * A line that may not pass becomes X, but for CR and LF; the server then refuses it
 * by itself.
 */
#include "internal.h"

enum command_state {
	VERB,				/* in the verb */
	REST,				/* after it: nothing that is read */
	ADDRESS,			/* after the verb of a mail address */
	SIZE,				/* after BDAT */
	NONE,				/* after STARTTLS: nothing may follow */
	TAIL,				/* after a bare CR: X, the verb stands */
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

/* First byte of a line. False if it is not to be read as one. */
static bool begin(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	if (!esmtp_queue_room(&s->queue)) {
		esmtp_feed_hold(f, ESMTP_QUEUE_FULL, off);
		return false;
	}
	if (!esmtp_group_begin(f, off))
		return false;
	s->cmd.open = 1;
	s->cmd.start = off;
	return true;
}

static void mask(struct esmtp_feed *f, u32 end)
{
	struct esmtp_command *c = &f->s->cmd;

	if (c->masked)
		return;
	c->masked = 1;
	esmtp_feed_fill(f, c->start, end, ESMTP_EDIT_FILL, 'X');
}

/* How the bytes after a verb are read. */
static u8 after(u8 verb)
{
	if (verb == ESMTP_VERB_BDAT)
		return SIZE;
	if (verb == ESMTP_VERB_STARTTLS)
		return NONE;
	return ESMTP_ADDRESS_VERBS >> verb & 1 ? ADDRESS : REST;
}

/*
 * The verb has ended. Under monitor it passes whatever it is, and the session has to
 * follow it. @end: up to where it is masked. False if the connection ends.
 */
static bool verb_end(struct esmtp_feed *f, u32 end, u32 off)
{
	struct esmtp_session *s = f->s;
	struct esmtp_command *c = &s->cmd;

	if (!esmtp_verb_end(s))
		mask(f, end);
	if (c->verb == ESMTP_VERB_LINK2STATE)
		esmtp_feed_event(f, ESMTP_EV_LINK2STATE, off, 0);
	if (!esmtp_rule_set(f, ESMTP_CRIT_CMD_VERB, c->verb, off) ||
	    !esmtp_rule_count(f, ESMTP_CRIT_CMD_VERB_LINE, 0, c->len, c->start))
		return false;
	if (!c->masked && !esmtp_permit_auth(f, off))
		return false;
	if (c->masked && !s->map->params.monitor)
		c->verb = ESMTP_VERB_NONE;
	c->state = after(c->verb);
	if (c->state == ADDRESS)
		esmtp_address_init(c);
	return true;
}

static void verb_byte(struct esmtp_feed *f, u8 ch, u32 off)
{
	if (ch == ' ')
		verb_end(f, off + 1, off);
	else if (!esmtp_verb_byte(f->s, ch))
		mask(f, off + 1);
}

/* A NUL or DEL has no place in a command (CVE-2003-0743, CVE-2017-16943). */
static bool control(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	if ((ch && ch != 0x7f) || c->control || c->state == ADDRESS)
		return true;
	c->control = 1;
	return esmtp_rule_violation(f, ESMTP_EV_COMMAND_CONTROL, off, ch);
}

static void argument(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	switch (c->state) {
	case VERB:
		verb_byte(f, ch, off);
		break;
	case ADDRESS:
		esmtp_mail_byte(f, ch, off);
		break;
	case SIZE:
		esmtp_chunk_byte(f, ch, off);
		break;
	case NONE:
		/* RFC 3207 4: a server must refuse it; but the verb stands */
		if (!esmtp_blank(ch))
			mask(f, off + 1);
		break;
	}
}

/* The line has grown by a byte. */
static bool grow(struct esmtp_feed *f, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;
	u32 len = c->len++;

	if (!len)
		esmtp_rule_command(f);
	return esmtp_rule_count(f, ESMTP_CRIT_CMD_LINE, len, len + 1, off) &&
	       (c->state == VERB ||
		esmtp_rule_count(f, ESMTP_CRIT_CMD_VERB_LINE, len, len + 1, off));
}

static u32 longest(const struct esmtp_command *c)
{
	return c->verb == ESMTP_VERB_AUTH ? LONGEST_AUTH : LONGEST;
}

/*
 * Is this byte behind what a server reads as one line? To some what follows is a
 * line of its own.
 */
static bool beyond(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_command *c = &f->s->cmd;

	if (c->len == longest(c) + 1)
		esmtp_feed_event(f, ESMTP_EV_COMMAND_LONG, off, c->len);
	return c->len > longest(c);
}

/* A byte of the line that is neither CR nor LF, or a CR that ends nothing. */
static void text_byte(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	if (!grow(f, off) || !control(f, ch, off))
		return;
	if (beyond(f, off) || c->masked || c->state == TAIL)
		esmtp_feed_fill(f, off, off + 1, ESMTP_EDIT_FILL, 'X');
	argument(f, ch, off);
}

/* The CR before this byte ended no line: it stays, what follows is masked. */
static void bare_cr(struct esmtp_feed *f, u32 cr)
{
	struct esmtp_command *c = &f->s->cmd;

	c->cr = 0;
	if (!grow(f, cr))
		return;
	esmtp_feed_event(f, ESMTP_EV_BARE_CR, cr, 0);
	if (c->state == VERB && !verb_end(f, cr, cr))
		return;
	if (c->state == SIZE)
		esmtp_chunk_bad(f, cr + 1);
	c->state = TAIL;
}

/* Is the line nothing but a verb that is too short? */
static bool brief(const struct esmtp_command *c)
{
	return c->masked && c->vlen < SHORTEST && c->len == c->vlen;
}

/*
 * `short-command discard`: the server never sees the line, and answers nothing.
 * Where some of it has left, all of it goes on, masked.
 */
static bool discard(struct esmtp_feed *f, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	if (!f->s->map->params.discard || !brief(c) ||
	    !esmtp_feed_whole(f, c->start))
		return false;
	esmtp_feed_cut(f, c->start, off + 1);
	esmtp_feed_event(f, ESMTP_EV_COMMAND_SHORT, off, c->len);
	esmtp_command_reset(c);
	return true;
}

static bool masked_line(struct esmtp_feed *f, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	esmtp_feed_event(f, brief(c) ? ESMTP_EV_COMMAND_SHORT :
			 ESMTP_EV_COMMAND_MASKED, off, c->len);
	return esmtp_group_masked(f, off);
}

static bool normalizes(const struct esmtp_session *s)
{
	const struct esmtp_param *param = &s->map->params.termination;

	return param->on && param->act == ESMTP_ACT_NORMALIZE;
}

/* The line ends in a bare LF. False if the connection ends. */
static bool bare_lf(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_param *param = &f->s->map->params.termination;

	esmtp_feed_event(f, ESMTP_EV_BARE_LF, off, 0);
	if (normalizes(f->s))
		esmtp_feed_fill(f, off, off + 1, ESMTP_EDIT_CRLF, 0);
	return esmtp_feed_act(f, param, ESMTP_TERMINATION);
}

static bool lengths(struct esmtp_feed *f, u32 off)
{
	u32 len = f->s->cmd.len;

	return esmtp_rule_final(f, ESMTP_CRIT_CMD_LINE, len, off) &&
	       esmtp_rule_final(f, ESMTP_CRIT_CMD_VERB_LINE, len, off);
}

/* LF: the point of commitment. The line's end passes only behind all checks. */
static void end(struct esmtp_feed *f, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;
	u8 verb;

	if (!c->len)
		esmtp_rule_command(f);
	if (c->state == VERB && !verb_end(f, off - c->cr, off))
		return;
	if (!c->cr && !bare_lf(f, off))
		return;
	if (!lengths(f, off) || discard(f, off))
		return;
	if (!esmtp_permit_between(f, off) ||
	    (c->masked ? !masked_line(f, off) : !esmtp_permit_line(f, off)))
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
	f->s->bare = !c->cr && !normalizes(f->s);
	esmtp_chunk_between(f->s, verb);
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

/* Behind a verb that passes, and by no CR? */
static bool idle(const struct esmtp_command *c)
{
	return (c->state == REST || c->state == ADDRESS) && !c->masked && !c->cr;
}

/* What an argument is mostly made of, and what nobody looks for. */
static bool plain(u8 c)
{
	u8 lower = c | ('a' - 'A');

	return (lower >= 'a' && lower <= 'z') || esmtp_digit(c) || c == '.' || c == '-';
}

/* How far the line may grow with nothing to be said of it. */
static u32 room(const struct esmtp_feed *f)
{
	const struct esmtp_map *map = f->s->map;
	const struct esmtp_command *c = &f->s->cmd;
	u32 left = c->len < longest(c) ? longest(c) - c->len : 0;

	left = esmtp_least(left, esmtp_rule_quiet(map, ESMTP_CRIT_CMD_LINE, c->len));
	return esmtp_least(left, esmtp_rule_quiet(map, ESMTP_CRIT_CMD_VERB_LINE, c->len));
}

/*
 * Bytes that only make the line longer, or end a verb that may pass. Returns how many,
 * 0 if the next must be read.
 */
static u32 skim(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_command *c = &f->s->cmd;
	u32 run = 0;

	if (c->state == VERB && c->len == 1 && !c->cr)
		return esmtp_verb_rest(f->s, p, n);
	if (!idle(c) || !plain(*p))
		return 0;
	n = esmtp_least(n, room(f));
	if (c->state == ADDRESS)
		n = esmtp_least(n, esmtp_mail_room(f));
	while (run < n && plain(p[run]))
		run++;
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
		u32 run = skim(f, p + i, n - i);

		if (!run)
			byte(f, p[i], f->io->off + i);
		if (f->why)
			break;
		i += run ?: 1;
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
	struct esmtp_command *c = &f->s->cmd;
	u32 i;

	for (i = 0; i < n; i++) {
		if (p[i] != '\n') {
			/* 1: a star and nothing else but CR */
			c->pos = c->len == 0 ? p[i] == '*' :
				 c->pos && p[i] == '\r';
			c->len = 1;
			continue;
		}
		esmtp_feed_event(f, c->pos ? ESMTP_EV_AUTH_CANCEL :
				 ESMTP_EV_AUTH_LINE, f->io->off + i, 0);
		esmtp_session_auth_line(f);
		return i + 1;
	}
	return n;
}
