// SPDX-License-Identifier: GPL-2.0
/*
 * The order of things, as two tables: what a command leads to, and what the
 * answer to it leads to (RFC 5321 4.1.4, RFC 2920 3, RFC 3030 2, RFC 4954 4).
 * The build fails if a command or a kind of answer has no row.
 */
#include "internal.h"

/* Of a command. */
enum {
	ALONE = 1 << 0,			/* last of its group (RFC 2920 3.1) */
	RESETS = 1 << 1,		/* accepted, it clears the transaction */
};

/*
 * What a command leaves to be answered, and how the client's next byte is read.
 * NONE is a masked line, which the server answers too.
 */
#define ORDERS(X)						\
	/* verb		awaited		next mode	*/	\
	X(DATA,		DATA,		WAIT,		ALONE)	\
	X(HELO,		HELO,		COMMAND,	RESETS)	\
	X(MAIL,		MAIL,		COMMAND,	RESETS)	\
	X(NOOP,		OTHER,		COMMAND,	ALONE)	\
	X(QUIT,		OTHER,		COMMAND,	ALONE)	\
	X(RCPT,		RCPT,		COMMAND,	0)	\
	X(RSET,		RSET,		COMMAND,	RESETS)	\
	X(AUTH,		AUTH,		WAIT,		ALONE)	\
	X(EHLO,		HELLO,		COMMAND, ALONE | RESETS) \
	X(ETRN,		OTHER,		COMMAND,	0)	\
	X(HELP,		OTHER,		COMMAND,	0)	\
	X(SAML,		MAIL,		COMMAND,	RESETS)	\
	X(SEND,		MAIL,		COMMAND,	RESETS)	\
	X(SOML,		MAIL,		COMMAND,	RESETS)	\
	X(VRFY,		OTHER,		COMMAND,	ALONE)	\
	X(STARTTLS,	TLS,		STARTTLS,	ALONE)	\
	X(BDAT,		CHUNK,		CHUNK,		0)	\
	X(LINK2STATE,	OTHER,		COMMAND,	0)	\
	X(NONE,		OTHER,		COMMAND,	0)

static const struct order {
	u8 pending;			/* enum esmtp_pending */
	u8 mode;			/* enum esmtp_mode */
	u8 flags;
} orders[] = {
#define ORDER(verb, pending, mode, flags) \
	[ESMTP_VERB_##verb] = { ESMTP_PEND_##pending, ESMTP_MODE_##mode, flags },
	ORDERS(ORDER)
#undef ORDER
};

#define ROW(verb, pending, mode, flags) + (1u << ESMTP_VERB_##verb)
_Static_assert((0 ORDERS(ROW)) == (2u << ESMTP_VERB_MAX) - 1,
	       "every command has one row");
#undef ROW

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

static void command_mode(struct esmtp_session *s)
{
	s->mode = ESMTP_MODE_COMMAND;
	esmtp_command_reset(&s->cmd);
}

/*
 * What would clear the transaction was sent. Whether it did, its answer says;
 * until then its recipients are put aside.
 */
static void reset_sent(struct esmtp_session *s)
{
	s->before += s->rcpts;
	s->rcpts = 0;
	s->resets++;
	if (s->chunks == ESMTP_CHUNKS_OPEN)
		s->chunks = ESMTP_CHUNKS_LEFT;
}

static void await(struct esmtp_session *s, const struct order *o)
{
	/* room was asked for at the beginning of the line */
	esmtp_queue_push(&s->queue, o->pending);
	s->mode = o->mode;
	s->alone = o->flags & ALONE;
	s->late = 0;
	if (o->flags & RESETS)
		reset_sent(s);
}

/**
 * esmtp_session_command() - the end of a command line passed all checks
 * @f: the call
 * @verb: enum esmtp_verb; ESMTP_VERB_NONE for a masked line
 */
void esmtp_session_command(struct esmtp_feed *f, u32 verb)
{
	await(f->s, &orders[verb]);
}

/**
 * esmtp_session_chunk() - the line of a BDAT passed all checks
 * @f: the call
 * @size: octets that follow it
 * @last: they end the message
 */
void esmtp_session_chunk(struct esmtp_feed *f, u32 size, bool last)
{
	static const struct order end = {
		ESMTP_PEND_LAST, ESMTP_MODE_CHUNK, RESETS
	};

	await(f->s, last ? &end : &orders[ESMTP_VERB_BDAT]);
	f->s->chunk = size;
}

/**
 * esmtp_session_auth_line() - the client answered a 334
 * @f: the call
 */
void esmtp_session_auth_line(struct esmtp_feed *f)
{
	await(f->s, &orders[ESMTP_VERB_AUTH]);
}

static void transaction_over(struct esmtp_session *s)
{
	s->mail = 0;
	s->rcpts = 0;
	s->invalid = 0;
	command_mode(s);
}

/**
 * esmtp_session_message_end() - CR LF . CR LF was seen
 * @f: the call
 *
 * Whatever the answer, the transaction is over (RFC 5321 4.1.1.4).
 */
void esmtp_session_message_end(struct esmtp_feed *f)
{
	esmtp_queue_push(&f->s->queue, ESMTP_PEND_END);
	f->s->alone = 0;
	transaction_over(f->s);
}

/* A reply that answers nothing (108005). It never opens a message. */
static void unasked(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u16 code = s->reply.code;

	if (s->mode == ESMTP_MODE_MESSAGE && s->msg.seen) {
		transaction_over(s);
		esmtp_rule_violation(f, ESMTP_EV_LOOKALIKE_TAKEN, off, 0);
		return;
	}
	if (s->mode == ESMTP_MODE_AUTH)
		command_mode(s);
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
	esmtp_tls_init(&f->s->tls);
}

static void message_begins(struct esmtp_feed *f, u32 off)
{
	f->s->mode = ESMTP_MODE_MESSAGE;
	f->s->chunks = ESMTP_CHUNKS_NONE;
	esmtp_message_init(&f->s->msg, false);
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
		command_mode(s);
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
