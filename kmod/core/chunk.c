// SPDX-License-Identifier: GPL-2.0
/*
 * BDAT (RFC 3030 2): its argument, read to the letter where servers read it
 * leniently and each in its own way, and the octets that follow it whatever the
 * server makes of them.
 */
#include "internal.h"

enum argument {
	BEGIN,
	DIGITS,
	SPACE,				/* after the number */
	LAST,				/* in the word */
};

static const char *const words[] = { "LAST" };

enum { DIGITS_MAX = 10, WHOLE = 4 };

/**
 * esmtp_chunk_between() - a command passed that is no BDAT
 * @s: the session
 * @verb: enum esmtp_verb; ESMTP_VERB_NONE for a masked line
 *
 * Behind anything else Exim takes nothing but RSET, spelt as it should be.
 */
void esmtp_chunk_between(struct esmtp_session *s, u32 verb)
{
	bool broken = s->chunks == ESMTP_CHUNKS_BROKEN;

	if ((s->chunks != ESMTP_CHUNKS_OPEN && !broken) ||
	    verb == ESMTP_VERB_NOOP)
		return;
	if (verb == ESMTP_VERB_RSET && s->cmd.len == s->cmd.vlen)
		s->chunks = ESMTP_CHUNKS_LEFT;
	else
		s->chunks = ESMTP_CHUNKS_BROKEN;
}

/**
 * esmtp_chunk_bad() - the argument is not of RFC 3030's grammar
 * @f: the call
 * @off: stream offset of the byte that showed it
 *
 * A server that reads it in another way would take octets for commands.
 */
void esmtp_chunk_bad(struct esmtp_feed *f, u32 off)
{
	struct esmtp_command *c = &f->s->cmd;

	esmtp_feed_event(f, ESMTP_EV_CHUNK_BAD, off, c->num);
	esmtp_feed_end(f, ESMTP_BDAT, ESMTP_ACT_REJECT, 0);
	/* under monitor: nobody knows how many octets follow */
	if (!f->why)
		esmtp_feed_hold(f, ESMTP_BDAT, off);
}

static bool digit(struct esmtp_command *c, u8 ch)
{
	u32 d = ch - '0';

	if (c->pos == DIGITS_MAX || c->num > (~0u - d) / 10)
		return false;
	c->num = c->num * 10 + d;
	c->pos++;
	c->arg = DIGITS;
	return true;
}

static bool accept(struct esmtp_command *c, u8 ch)
{
	switch (c->arg) {
	case BEGIN:
		return esmtp_digit(ch) && digit(c, ch);
	case DIGITS:
		if (esmtp_digit(ch))
			return digit(c, ch);
		c->arg = SPACE;
		c->pos = 0;
		return ch == ' ';
	}
	c->arg = LAST;
	return esmtp_word_narrow(words, 1, c->pos++, ch);
}

/**
 * esmtp_chunk_byte() - read one byte of BDAT's argument
 * @f: the call
 * @c: the byte
 * @off: its stream offset
 */
void esmtp_chunk_byte(struct esmtp_feed *f, u8 c, u32 off)
{
	if (!accept(&f->s->cmd, c))
		esmtp_chunk_bad(f, off);
}

/*
 * Would a server take the octets? One whose offer is over with the greeting that it
 * is yet to answer would not; nor Exim, once a message in BDATs was broken off; nor
 * one that ends no line at a bare LF, for the BDAT is a part of the line before then.
 */
static bool expected(const struct esmtp_session *s)
{
	return !s->bare && s->chunks != ESMTP_CHUNKS_BROKEN &&
	       !esmtp_queue_has(&s->queue, ESMTP_PEND_HELO) &&
	       !esmtp_queue_has(&s->queue, ESMTP_PEND_HELLO);
}

/**
 * esmtp_chunk_end() - the line of a BDAT has ended
 * @f: the call
 * @off: stream offset of its LF
 *
 * Return: false if its end may not pass.
 */
bool esmtp_chunk_end(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_command *c = &f->s->cmd;
	bool whole = c->arg == DIGITS || (c->arg == LAST && c->pos == WHOLE);

	/* where a bare LF ends no line, the octets would be part of it */
	if (!whole || !c->cr)
		esmtp_chunk_bad(f, off);
	if (f->why || expected(f->s))
		return !f->why;
	esmtp_feed_event(f, ESMTP_EV_CHUNK_ORDER, off, ESMTP_VERB_BDAT);
	esmtp_feed_end(f, ESMTP_BDAT_ORDER, ESMTP_ACT_REJECT, 0);
	return !f->why;
}

static void message_over(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	if (!esmtp_message_over(f, off))
		return;
	s->chunks = ESMTP_CHUNKS_NONE;
	esmtp_feed_event(f, ESMTP_EV_MESSAGE_END, off, 0);
}

static void over(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	if (s->chunks == ESMTP_CHUNKS_LAST)
		message_over(f, off);
	s->mode = ESMTP_MODE_COMMAND;
	esmtp_command_reset(&s->cmd);
}

/*
 * The first BDAT of a message. Whether another one was given up, only the server
 * knows: if not, this may be any part of it.
 */
static void message_begin(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	if (s->chunks == ESMTP_CHUNKS_OPEN)
		return;
	esmtp_message_init(s, true);
	if (s->chunks == ESMTP_CHUNKS_LEFT) {
		s->msg.parts = 1;
		s->msg.bounds.loose = 1;
	}
	esmtp_feed_event(f, ESMTP_EV_MESSAGE, off, 0);
}

/* Exim breaks a message off at a chunk of nothing that is neither first nor last. */
static u8 next(const struct esmtp_session *s, u32 size, bool last)
{
	if (last)
		return ESMTP_CHUNKS_LAST;
	if (!size && s->chunks == ESMTP_CHUNKS_OPEN)
		return ESMTP_CHUNKS_BROKEN;
	return ESMTP_CHUNKS_OPEN;
}

/**
 * esmtp_chunk_open() - the line of a BDAT passed
 * @f: the call
 * @off: stream offset of its LF
 */
void esmtp_chunk_open(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u32 size = s->cmd.num;
	bool last = s->cmd.arg == LAST;

	if (s->mode == ESMTP_MODE_UNREAD)
		return;
	if (!s->mail && !esmtp_queue_has(&s->queue, ESMTP_PEND_MAIL) &&
	    !esmtp_rule_violation(f, ESMTP_EV_CHUNK_ORDER, off, ESMTP_VERB_BDAT))
		return;
	esmtp_feed_event(f, ESMTP_EV_CHUNK, off, size);
	message_begin(f, off);
	s->chunks = next(s, size, last);
	esmtp_command_reset(&s->cmd);
	esmtp_session_chunk(f, size, last);
	if (!size)
		over(f, off);
}

/**
 * esmtp_chunk_feed() - read octets of a BDAT
 * @f: the call
 * @p: bytes
 * @n: how many
 *
 * Return: bytes taken.
 */
u32 esmtp_chunk_feed(struct esmtp_feed *f, const u8 *p, u32 n)
{
	struct esmtp_session *s = f->s;
	u32 taken;

	if (n > s->chunk)
		n = s->chunk;
	taken = esmtp_message_feed(f, p, n);
	s->chunk -= taken;
	if (!s->chunk && !f->why) {
		over(f, f->io->off + taken - 1);
		if (f->why)
			taken--;
	}
	return taken;
}
