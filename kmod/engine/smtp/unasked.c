// SPDX-License-Identifier: GPL-2.0
/*
 * A reply that no command awaits: in the midst of a message, a chunk or a line of the
 * client it says how the server reads on (docs/DESIGN.md, "The reply queue").
 */
#include "chunk.h"
#include "feed.h"
#include "order_command.h"
#include "refused.h"
#include "rule.h"
#include "unasked.h"

/**
 * esmtp_unasked_report() - a reply came that no command awaits (ASA message 108005)
 * @f: the call; s->reply says what it was
 * @off: stream offset of its LF
 *
 * RFC 5321 3.8: a server may say 421 at any time.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_unasked_report(struct esmtp_feed *f, u32 off)
{
	u16 code = f->s->reply.code;

	if (code != 421)
		return esmtp_rule_violation(f, ESMTP_EV_REPLY_UNEXPECTED, off, code);
	esmtp_feed_event(f, ESMTP_EV_REPLY_UNEXPECTED, off, code);
	return true;
}

static void take_lookalike_for_end(struct esmtp_feed *f, u32 off)
{
	esmtp_order_end_transaction(f->s);
	f->s->doubt = 1;
	esmtp_rule_violation(f, ESMTP_EV_LOOKALIKE_TAKEN, off, 0);
}

/* The server goes on with commands, or reads to the end of what it has refused. */
static void refuse_message(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	esmtp_feed_event(f, ESMTP_EV_MESSAGE_REFUSED, off, s->reply.code);
	s->accepted = 0;
	esmtp_refused_begin(s);
}

/* A final reply in the midst of a message, which no command awaits. */
static void handle_reply_in_message(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u16 class = s->reply.code / 100;

	if (s->refused && s->probe) {
		esmtp_order_end_transaction(s);
		esmtp_order_resume(s, esmtp_refused_within(s));
	} else if (s->msg.seen && class == 2 && !s->refused) {
		take_lookalike_for_end(f, off);
		return;
	}
	if (!esmtp_unasked_report(f, off) || s->mode != ESMTP_MODE_MESSAGE || s->refused)
		return;
	if (class > 3) {
		refuse_message(f, off);
	} else if (class == 2) {
		esmtp_feed_event(f, ESMTP_EV_MESSAGE_ANSWERED, off, s->reply.code);
		esmtp_feed_act(f, &s->map->params.guard, ESMTP_R_ANSWERED);
	}
}

/* A reply between the octets of a BDAT, which was answered before. */
static void handle_reply_in_chunk(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	if (s->refused && s->probe)
		esmtp_order_resume(s, esmtp_refused_within(s));
	if (!esmtp_unasked_report(f, off) || s->mode != ESMTP_MODE_CHUNK)
		return;
	if (s->reply.code / 100 > 3 && !s->refused) {
		s->accepted = 0;
		esmtp_chunk_refused(f, off);
	}
}

/**
 * esmtp_unasked_early() - the client's line at hand was answered before its end
 * @s: the session
 *
 * If the line has ended meanwhile, what it awaits may have come.
 */
void esmtp_unasked_early(struct esmtp_session *s)
{
	struct esmtp_command *c = &s->cmd;

	if (s->queue.n) {
		s->maybe = s->mode != ESMTP_MODE_WAIT || !s->late;
	} else if (c->open && !c->early) {
		c->early = 1;
		c->spurned = s->reply.code / 100 > 3;
	}
}

/**
 * esmtp_unasked_reply() - what a reply does that no command awaits
 * @f: the call; s->reply says what it was
 * @off: stream offset of its LF
 *
 * It never opens a message.
 */
void esmtp_unasked_reply(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	switch (s->mode) {
	case ESMTP_MODE_MESSAGE:
		handle_reply_in_message(f, off);
		return;
	case ESMTP_MODE_CHUNK:
		handle_reply_in_chunk(f, off);
		return;
	case ESMTP_MODE_AUTH:
		if (s->reply.code != 334)
			esmtp_order_resume(s, s->cmd.open);
		break;
	default:
		if (s->reply.early)
			esmtp_unasked_early(s);
		else
			s->ahead = 1;
	}
	esmtp_unasked_report(f, off);
}
