// SPDX-License-Identifier: GPL-2.0
/*
 * BDAT (RFC 3030 2): its argument, parsed strictly because lenient servers differ in
 * what they accept, and the octets that follow it, whether the server accepts the
 * command or not.
 */
#include "chunk.h"
#include "command.h"
#include "end.h"
#include "feed.h"
#include "line.h"
#include "message.h"
#include "order_command.h"
#include "refused.h"
#include "reply_queue.h"
#include "rule.h"
#include "engine/ascii.h"

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
 * After any command but BDAT, RSET and NOOP, Exim accepts only a RSET without argument
 * before the next message.
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
	esmtp_feed_end(f, ESMTP_R_BDAT, ESMTP_ACT_REJECT, 0);
	/* under monitor: nobody knows how many octets follow */
	if (!f->why)
		esmtp_feed_hold(f, ESMTP_R_BDAT, off);
}

static bool add_chunk_size_digit(struct esmtp_command *c, u8 ch)
{
	u32 d = ch - '0';

	if (c->pos == DIGITS_MAX || c->num > (~0u - d) / 10)
		return false;
	c->num = c->num * 10 + d;
	c->pos++;
	c->arg = DIGITS;
	return true;
}

static bool parse_bdat_byte(struct esmtp_command *c, u8 ch)
{
	switch (c->arg) {
	case BEGIN:
		return esmtp_digit(ch) && add_chunk_size_digit(c, ch);
	case DIGITS:
		if (esmtp_digit(ch))
			return add_chunk_size_digit(c, ch);
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
	if (!parse_bdat_byte(&f->s->cmd, c))
		esmtp_chunk_bad(f, off);
}

/*
 * Will the server read the octets as a chunk? Not if a HELO or EHLO before the BDAT is
 * unanswered, since its answer may withdraw CHUNKING; nor, with Exim, after a message
 * in BDATs was broken off; nor if the line before ended in a bare LF that the server
 * takes for text, so that the BDAT is a part of that line.
 */
static bool is_chunk_expected(const struct esmtp_session *s)
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

	/* a server that ends no line at a bare LF would read the octets as part of it */
	if (!whole || !c->cr)
		esmtp_chunk_bad(f, off);
	if (f->why || is_chunk_expected(f->s))
		return !f->why;
	esmtp_feed_event(f, ESMTP_EV_CHUNK_ORDER, off, ESMTP_VERB_BDAT);
	esmtp_feed_end(f, ESMTP_R_BDAT_ORDER, ESMTP_ACT_REJECT, 0);
	return !f->why;
}

static void end_chunked_message(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	if (!esmtp_message_over(f, off))
		return;
	s->chunks = ESMTP_CHUNKS_NONE;
	esmtp_feed_event(f, ESMTP_EV_MESSAGE_END, off, 0);
}

static void end_chunk(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	if (s->refused)
		s->chunks = ESMTP_CHUNKS_NONE;
	if (s->chunks == ESMTP_CHUNKS_LAST)
		end_chunked_message(f, off);
	s->refused = 0;
	s->undecided = 0;
	s->mode = ESMTP_MODE_COMMAND;
	esmtp_command_reset(&s->cmd);
}

/*
 * The first BDAT of a message. If a RSET came before it, its reply may be outstanding:
 * a server that refuses the RSET continues the previous message, so these octets may
 * belong to any part of that one.
 */
static void begin_chunked_message(struct esmtp_feed *f, u32 off)
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

/* Exim aborts a message at an empty chunk that is neither its first nor its last. */
static u8 choose_chunk_state(const struct esmtp_session *s, u32 size, bool last)
{
	if (last)
		return ESMTP_CHUNKS_LAST;
	if (!size && s->chunks == ESMTP_CHUNKS_OPEN)
		return ESMTP_CHUNKS_BROKEN;
	return ESMTP_CHUNKS_OPEN;
}

/**
 * esmtp_chunk_refused() - the server does not take the octets at hand
 * @f: the call
 * @off: stream offset of the byte that showed it
 *
 * It throws them away (RFC 3030 2), or reads them as commands.
 */
void esmtp_chunk_refused(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	esmtp_feed_event(f, ESMTP_EV_CHUNK_REFUSED, off, s->chunk);
	/* to one that reads commands, the octets begin a line */
	if (s->undecided)
		s->msg.end = ESMTP_EOD_BOL;
	s->undecided = 0;
	esmtp_refused_begin(s);
}

/* Was a recipient accepted, and can no reply owed for a command before the BDAT undo it? */
static bool is_recipient_sure(const struct esmtp_session *s)
{
	u32 harmless = 1u << ESMTP_PEND_RCPT | 1u << ESMTP_PEND_OTHER | 1u << ESMTP_PEND_CHUNK;

	return s->accepted && !esmtp_queue_before(&s->queue, ~harmless);
}

/**
 * esmtp_chunk_decide() - will the server take the octets at hand?
 * @f: the call
 * @off: stream offset of the byte after which it is asked
 *
 * It will if a recipient was accepted, and no chunk before it refused. As long as that
 * is open the octets wait.
 */
void esmtp_chunk_decide(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	if (esmtp_queue_count(&s->queue) > 1 && !is_recipient_sure(s))
		return;
	if (s->accepted)
		s->undecided = 0;
	else
		esmtp_chunk_refused(f, off);
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
	bool last = s->cmd.arg == LAST, early = s->cmd.early, spurned = s->cmd.spurned;

	if (s->mode == ESMTP_MODE_UNREAD)
		return;
	if (!s->mail && !esmtp_queue_has(&s->queue, ESMTP_PEND_MAIL) &&
	    !esmtp_rule_violation(f, ESMTP_EV_CHUNK_ORDER, off, ESMTP_VERB_BDAT))
		return;
	esmtp_feed_event(f, ESMTP_EV_CHUNK, off, size);
	begin_chunked_message(f, off);
	s->chunks = choose_chunk_state(s, size, last);
	esmtp_command_reset(&s->cmd);
	esmtp_order_chunk(f, size, last);
	if (early)
		s->maybe = 1;
	s->undecided = 1;
	if (spurned)
		esmtp_chunk_refused(f, off);
	else
		esmtp_chunk_decide(f, off);
	if (!size)
		end_chunk(f, off);
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

	if (s->undecided && !s->map->params.monitor) {
		f->why = ESMTP_R_HELD;
		return 0;
	}
	if (n > s->chunk)
		n = s->chunk;
	taken = s->refused ? esmtp_refused_feed(f, p, n) : esmtp_message_feed(f, p, n);
	s->chunk -= taken;
	if (!s->chunk && !f->why) {
		end_chunk(f, f->io->off + taken - 1);
		if (f->why)
			taken--;
	}
	return taken;
}
