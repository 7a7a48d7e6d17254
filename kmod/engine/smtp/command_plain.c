// SPDX-License-Identifier: GPL-2.0
/*
 * A command line of the usual kind that is whole in hand, at once: one of the verbs that
 * nearly all lines have, and a plain path or an argument that nobody reads. What is not
 * so, and what a rule wants to see, is left to command.c; so is a line behind a violation.
 */
#include "address.h"
#include "command_line.h"
#include "feed.h"
#include "group.h"
#include "line.h"
#include "mail.h"
#include "parameter.h"
#include "reply_queue.h"
#include "rule.h"
#include "verb.h"

enum {
	VERB_LEN = 4,			/* of all verbs that are taken here */
	LONGEST = 512,			/* RFC 5321, 4.5.3.1.4 */
	UPPER = 0xdf,
};

/* Upper-case letters as one number; @p may have lower-case ones. */
#define FOUR(a, b, c, d) ((u32)(a) << 24 | (u32)(b) << 16 | (u32)(c) << 8 | (u32)(d))
#define UPPER_FOUR(p) FOUR((p)[0] & UPPER, (p)[1] & UPPER, (p)[2] & UPPER, (p)[3] & UPPER)

static u8 find_plain_verb(const u8 *p)
{
	switch (UPPER_FOUR(p)) {
	case FOUR('E', 'H', 'L', 'O'):
		return ESMTP_VERB_EHLO;
	case FOUR('H', 'E', 'L', 'O'):
		return ESMTP_VERB_HELO;
	case FOUR('M', 'A', 'I', 'L'):
		return ESMTP_VERB_MAIL;
	case FOUR('R', 'C', 'P', 'T'):
		return ESMTP_VERB_RCPT;
	case FOUR('D', 'A', 'T', 'A'):
		return ESMTP_VERB_DATA;
	case FOUR('R', 'S', 'E', 'T'):
		return ESMTP_VERB_RSET;
	case FOUR('N', 'O', 'O', 'P'):
		return ESMTP_VERB_NOOP;
	case FOUR('Q', 'U', 'I', 'T'):
		return ESMTP_VERB_QUIT;
	}
	return ESMTP_VERB_NONE;
}

/* Is the line one that nothing of the session's state has a say in? */
static bool may_take_line(const struct esmtp_session *s)
{
	const u32 sets = 1u << ESMTP_CRIT_CMD_VERB | 1u << ESMTP_CRIT_CMD_VERB_LINE;

	return !s->cmd.open && !s->doubt && !s->maybe && !(s->map->ruled & sets) &&
	       esmtp_queue_room(&s->queue) && esmtp_group_orderly(s);
}

/* Bytes of an address that mean nothing but themselves, wherever they stand. */
static const u8 is_path_byte[256] = {
	['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['a' ... 'z'] = 1,
	['.'] = 1, ['-'] = 1, ['_'] = 1, ['+'] = 1, ['='] = 1, ['/'] = 1,
};

/* Length of the plain path behind a "<"; @n if no ">" ends it. Sets @at if it has a domain. */
static u32 measure_path(const u8 *p, u32 n, bool *at)
{
	u32 i = 0;

	while (i < n && is_path_byte[p[i]])
		i++;
	*at = i && i < n && p[i] == '@';
	if (*at)
		for (i++; i < n && is_path_byte[p[i]]; i++)
			;
	return i < n && p[i] == '>' ? i : n;
}

/* Length of "FROM:<" or "TO:<", whichever the verb wants; 0 if the line has it not. */
static u32 match_path_word(u8 verb, const u8 *p, u32 n)
{
	if (verb == ESMTP_VERB_MAIL)
		return n >= 6 && UPPER_FOUR(p) == FOUR('F', 'R', 'O', 'M') && p[4] == ':' &&
		       p[5] == '<' ? 6 : 0;
	return n >= 4 && (p[0] & UPPER) == 'T' && (p[1] & UPPER) == 'O' && p[2] == ':' &&
	       p[3] == '<' ? 4 : 0;
}

/*
 * The path of MAIL or RCPT, @n bytes to the line's end. Returns how many of them it is;
 * 0 if it has to be read byte by byte.
 */
static u32 take_path(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_command *c = &f->s->cmd;
	u32 word = match_path_word(c->verb, p, n), alen;
	bool at;

	if (!word)
		return 0;
	alen = measure_path(p + word, n - word, &at);
	if (alen == n - word || !esmtp_mail_plain(f, alen))
		return 0;
	esmtp_mail_take(c, alen, at);
	return word + alen + 1;
}

/* Is there no NUL and no DEL in an argument that nobody reads? */
static bool is_plain_argument(const u8 *p, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (!p[i] || p[i] == 0x7f)
			return false;
	return true;
}

/* The parameters behind a path. Returns how many of their @n bytes are taken. */
static u32 take_parameters(struct esmtp_command *c, const u8 *p, u32 n)
{
	u32 done = 0, run;

	while (done < n && p[done] == ' ') {
		run = esmtp_parameter_plain(c, p + done, n - done);
		if (!run)
			break;
		done += run;
	}
	if (done)
		esmtp_address_leave(c);
	return done;
}

/* The argument, blank before it included. Returns how many of its @n bytes are taken. */
static u32 take_argument(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_command *c = &f->s->cmd;
	u32 run;

	if (c->state == ADDRESS) {
		run = take_path(f, p + 1, n - 1);
		return 1 + run + (run ? take_parameters(c, p + 1 + run, n - 1 - run) : 0);
	}
	return is_plain_argument(p, n) ? n : 1;
}

/*
 * Length without CR LF of the line at hand; 0 if it is none of those that are taken, or if
 * a rule has to see how long it is.
 */
static u32 measure_line(const struct esmtp_feed *f, const u8 *p, u32 n)
{
	const struct esmtp_map *map = f->s->map;
	u32 len;

	len = esmtp_line_end(p, esmtp_least(n, LONGEST + 1));
	if (len < VERB_LEN || n - len < 2 || p[len] != '\r' || p[len + 1] != '\n' ||
	    (len > VERB_LEN && p[VERB_LEN] != ' ') || len > map->floor[ESMTP_CRIT_CMD_LINE])
		return 0;
	return len;
}

static void take_verb(struct esmtp_feed *f, u8 verb, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	esmtp_command_begin(f->s, off);
	esmtp_rule_command(f);
	c->candidates = 1u << verb;
	c->vlen = VERB_LEN;
	c->verb = verb;
	c->len = VERB_LEN;
}

/**
 * esmtp_command_plain() - take a line that needs no look byte by byte
 * @f: the call
 * @p: bytes
 * @n: how many
 * @off: stream offset of the first
 *
 * What it does is what command.c would have done; a line that is plain only up to
 * somewhere is taken up to there.
 *
 * Return: bytes taken; 0 if these have to be read byte by byte. Where f->why is set, they
 * are those before the line's LF.
 */
u32 esmtp_command_plain(struct esmtp_feed *f, const u8 *p, u32 n, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;
	u32 len;
	u8 verb;

	if (n < VERB_LEN + 2 || c->open)
		return 0;
	verb = find_plain_verb(p);
	if (verb == ESMTP_VERB_NONE || !esmtp_verb_allowed(f->s, verb) || !may_take_line(f->s))
		return 0;
	len = measure_line(f, p, n);
	if (!len || !esmtp_feed_room(f, off))
		return 0;
	esmtp_feed_spend(f, ESMTP_COST_LINE);
	take_verb(f, verb, off);
	/* which can't end the connection, as no rule is about verbs */
	esmtp_command_verb(f, off + (len > VERB_LEN ? VERB_LEN : VERB_LEN + 1));
	if (len > VERB_LEN)
		c->len += take_argument(f, p + VERB_LEN, len - VERB_LEN);
	if (c->len < len)
		return c->len;
	c->cr = 1;
	esmtp_command_end(f, off + len + 1);
	return len + (f->why ? 1 : 2);
}
