// SPDX-License-Identifier: GPL-2.0
/*
 * What is left of a message or chunk that the server has refused. One server reads on
 * to the end of it and throws it away, another reads each line as a command: so all of
 * it leaves as X but what does no harm to either, the line ends, the end of data, and
 * the commands QUIT, RSET and NOOP. An answer to one of those tells which server it is.
 */
#include "command.h"
#include "end.h"
#include "feed.h"
#include "line.h"
#include "order_command.h"
#include "refused.h"

/* Lines that pass. */
static const char *const words[] = { "QUIT", "RSET", "NOOP", "." };

enum {
	COMMANDS = 7,
	DOT = 8,			/* in a message only, where it may be the end */
};

static u8 list_words(const struct esmtp_session *s)
{
	return s->msg.raw ? COMMANDS : COMMANDS | DOT;
}

static void begin_refused_line(struct esmtp_session *s)
{
	struct esmtp_command *c = &s->cmd;

	esmtp_command_reset(c);
	c->words = list_words(s);
}

/**
 * esmtp_refused_begin() - what comes of this message or chunk is refused
 * @s: the session, in the midst of one or before its first octet
 *
 * A line at hand goes on as X, but for a dot that may end the message.
 */
void esmtp_refused_begin(struct esmtp_session *s)
{
	const struct esmtp_message *m = &s->msg;
	struct esmtp_command *c = &s->cmd;

	s->refused = 1;
	s->probe = 0;
	begin_refused_line(s);
	if (m->end == ESMTP_EOD_BOL)
		return;
	c->open = 1;
	c->cr = m->end == ESMTP_EOD_CR || m->end == ESMTP_EOD_DOT_CR;
	c->words &= m->end == ESMTP_EOD_DOT || m->end == ESMTP_EOD_DOT_CR ? DOT : 0;
	c->pos = 1;
	c->len = 1;			/* where it began is not known */
	c->masked = !c->words;
}

/**
 * esmtp_refused_within() - is the client in the midst of a line?
 * @s: the session, in a refused message or chunk
 *
 * Return: true if it is.
 */
bool esmtp_refused_within(const struct esmtp_session *s)
{
	return s->cmd.open;
}

static void end_refused_message(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	s->refused = 0;
	esmtp_feed_event(f, ESMTP_EV_MESSAGE_END, off, 0);
	esmtp_order_message_end(f);
	/* its answer has come; another may */
	s->maybe = 1;
}

/* A byte of a line's text. All of a line that does not pass becomes X, if in hand. */
static void mask_refused_byte(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;
	u32 from = off;

	c->words = esmtp_word_narrow(words, c->words, c->pos++, ch);
	if (c->words)
		return;
	if (!c->masked && !c->cr && !c->len)
		from = c->start;
	c->masked = 1;
	c->cr = 0;
	c->pos = 1;
	esmtp_feed_fill(f, from, off + 1, ESMTP_EDIT_FILL, 'X');
}

static void read_refused_byte(struct esmtp_feed *f, u8 ch, u32 off)
{
	struct esmtp_session *s = f->s;
	struct esmtp_command *c = &s->cmd;

	if (!c->open) {
		c->open = 1;
		c->start = off;
	}
	if (ch == '\n') {
		if (esmtp_word_whole(words, c->words & COMMANDS, c->pos))
			s->probe = 1;
		begin_refused_line(s);
	} else if (ch == '\r') {
		if (c->cr)
			c->masked = 1;
		c->cr = 1;
	} else {
		if (c->cr)
			c->words = 0;
		mask_refused_byte(f, ch, off);
	}
}

/**
 * esmtp_refused_feed() - read bytes of a refused message or chunk
 * @f: the call
 * @p: bytes
 * @n: how many, no more than are left of a chunk
 *
 * Return: bytes taken: fewer than @n when f->why is set or the message ended.
 */
u32 esmtp_refused_feed(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_message *m = &f->s->msg;
	u32 i;

	for (i = 0; i < n; i++) {
		if (!esmtp_feed_room(f, f->io->off + i))
			break;
		esmtp_feed_spend(f, ESMTP_COST_BYTE);
		if (esmtp_end_seen(m, p[i])) {
			end_refused_message(f, f->io->off + i);
			return i + 1;
		}
		read_refused_byte(f, p[i], f->io->off + i);
		if (f->why)
			break;
		esmtp_end_move(m, p[i]);
	}
	return i;
}
