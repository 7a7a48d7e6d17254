// SPDX-License-Identifier: GPL-2.0
/*
 * The order of things, the server's half: what the answer to a command does
 * (RFC 5321 4.1.4, 4.2.1). The build fails if a kind of answer has no row.
 */
#include "internal.h"

/* What an answer does. */
enum act {
	STAY,				/* nothing */
	CLEAR,				/* the transaction is cleared */
	HELO,				/* and nothing is offered any more */
	OPEN,				/* and a new one begins */
	KEEP,				/* what should have been cleared is not */
	REFUSED,			/* a recipient, for good if 5yz */
	BACK,				/* the client's next line is a command */
	MESSAGE, AUTH, TLS,		/* its next byte is one of those */
	UNASKED,			/* see unasked() */
	ACTS
};

/*
 * Only DATA's own 354 opens a message, only AUTH's 334 an exchange, and only the
 * 220 of STARTTLS ends SMTP.
 */
#define TURNS(X)							\
	/* awaited	220	2yz	334	354	any other */	\
	X(GREETING,	STAY,	STAY,	STAY,	STAY,	STAY)		\
	X(OTHER,	STAY,	STAY,	STAY,	STAY,	STAY)		\
	X(HELLO,	CLEAR,	CLEAR,	KEEP,	KEEP,	KEEP)		\
	X(HELO,		HELO,	HELO,	KEEP,	KEEP,	KEEP)		\
	X(RSET,		CLEAR,	CLEAR,	KEEP,	KEEP,	KEEP)		\
	X(MAIL,		OPEN,	OPEN,	KEEP,	KEEP,	KEEP)		\
	X(RCPT,		STAY,	STAY,	STAY,	STAY,	REFUSED)	\
	X(DATA,		BACK,	BACK,	BACK,	MESSAGE, BACK)		\
	X(AUTH,		BACK,	BACK,	AUTH,	BACK,	BACK)		\
	X(TLS,		TLS,	BACK,	BACK,	BACK,	BACK)		\
	X(CHUNK,	STAY,	STAY,	STAY,	STAY,	STAY)		\
	X(LAST,		CLEAR,	CLEAR,	KEEP,	KEEP,	KEEP)		\
	X(END,		STAY,	STAY,	STAY,	STAY,	STAY)		\
	X(NONE,		UNASKED, UNASKED, UNASKED, UNASKED, UNASKED)

enum { ON_220, ON_2YZ, ON_334, ON_354, ON_OTHER, ANSWERS };

static const u8 turns[][ANSWERS] = {
#define TURN(pending, a, b, c, d, e) [ESMTP_PEND_##pending] = { a, b, c, d, e },
	TURNS(TURN)
#undef TURN
};

#define ROW(pending, a, b, c, d, e) + (1u << ESMTP_PEND_##pending)
_Static_assert((0 TURNS(ROW)) == (1u << ESMTP_PEND_MAX) - 1,
	       "every kind of answer has one row");
#undef ROW

static u32 answer(u16 code)
{
	switch (code) {
	case 220:
		return ON_220;
	case 334:
		return ON_334;
	case 354:
		return ON_354;
	}
	return code / 100 == 2 ? ON_2YZ : ON_OTHER;
}

/* A reply that answers nothing (108005). It never opens a message. */
static void unasked(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u16 code = s->reply.code;

	if (s->mode == ESMTP_MODE_MESSAGE && s->msg.seen) {
		esmtp_session_transaction_over(s);
		esmtp_rule_violation(f, ESMTP_EV_LOOKALIKE_TAKEN, off, 0);
		return;
	}
	if (s->mode == ESMTP_MODE_AUTH)
		esmtp_session_command_mode(s);
	/* RFC 5321 3.8: a server may say this at any time */
	if (code == 421)
		esmtp_feed_event(f, ESMTP_EV_REPLY_UNEXPECTED, off, code);
	else
		esmtp_rule_violation(f, ESMTP_EV_REPLY_UNEXPECTED, off, code);
}

/* One of the resets was answered. With several, the last decides. */
static void reset_answered(struct esmtp_feed *f, bool accepted, u32 off)
{
	struct esmtp_session *s = f->s;
	u32 now = s->rcpts;

	if (accepted) {
		s->mail = 0;
		s->invalid = 0;
	}
	if (--s->resets)
		return;
	if (!accepted) {
		s->rcpts += s->before;
		esmtp_rule_jump(f, ESMTP_CRIT_CMD_RCPT, now > s->before ? now :
				s->before, s->rcpts, off);
	}
	s->before = 0;
}

static void tls_begins(struct esmtp_feed *f, u32 off)
{
	esmtp_feed_event(f, ESMTP_EV_TLS, off, 0);
	f->s->mode = ESMTP_MODE_TLS;
	esmtp_tls_init(f->s);
}

static void message_begins(struct esmtp_feed *f, u32 off)
{
	f->s->mode = ESMTP_MODE_MESSAGE;
	f->s->chunks = ESMTP_CHUNKS_NONE;
	esmtp_message_init(f->s, false);
	esmtp_feed_event(f, ESMTP_EV_MESSAGE, off, 0);
}

static void recipient_refused(struct esmtp_feed *f, u16 code, u32 off)
{
	struct esmtp_session *s = f->s;

	if (code / 100 != 5)
		return;
	s->invalid++;
	esmtp_rule_count(f, ESMTP_CRIT_INVALID_RCPT, s->invalid - 1, s->invalid,
			 off);
}

static void turn(struct esmtp_feed *f, enum act act, u16 code, u32 off)
{
	struct esmtp_session *s = f->s;

	switch (act) {
	case HELO:
		s->offered = 0;
		reset_answered(f, true, off);
		break;
	case CLEAR:
	case OPEN:
		reset_answered(f, true, off);
		s->mail = act == OPEN;
		break;
	case KEEP:
		reset_answered(f, false, off);
		break;
	case REFUSED:
		recipient_refused(f, code, off);
		break;
	case BACK:
		if (s->mode == ESMTP_MODE_STARTTLS)
			esmtp_feed_event(f, ESMTP_EV_TLS_REFUSED, off, code);
		esmtp_session_command_mode(s);
		break;
	case MESSAGE:
		message_begins(f, off);
		break;
	case AUTH:
		s->mode = ESMTP_MODE_AUTH;
		esmtp_command_reset(&s->cmd);
		break;
	case TLS:
		tls_begins(f, off);
		break;
	case UNASKED:
		unasked(f, off);
		break;
	case STAY:
	case ACTS:
		break;
	}
}

/**
 * esmtp_session_reply() - the last line of a reply has ended
 * @f: the call; s->reply says what it was
 * @off: stream offset of its LF
 */
void esmtp_session_reply(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u16 code = s->reply.code;
	u8 head = s->reply.head;

	if (code == 354 && head != ESMTP_PEND_DATA &&
	    !esmtp_rule_violation(f, ESMTP_EV_REPLY_354, off, code))
		return;
	/* begun before the command, it answers nothing */
	if (head != ESMTP_PEND_NONE)
		esmtp_queue_pop(&s->queue);
	if (!s->queue.n)
		s->alone = 0;
	turn(f, turns[head][answer(code)], code, off);
}
