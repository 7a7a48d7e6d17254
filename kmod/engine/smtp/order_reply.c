// SPDX-License-Identifier: GPL-2.0
/*
 * Order of replies: what the reply to a command does to the session (RFC 5321 4.1.4,
 * 4.2.1), and how the queue finds its way again where a server leaves replies out, gives
 * them twice, before a line's end or without a code (docs/DESIGN.md, "The reply queue").
 * The build fails if a kind of awaited reply has no row in the table.
 */
#include "chunk.h"
#include "command.h"
#include "end.h"
#include "feed.h"
#include "message.h"
#include "order_command.h"
#include "order_reply.h"
#include "reply_queue.h"
#include "rule.h"
#include "tls.h"
#include "unasked.h"
#include "engine/ascii.h"

/* What an answer does. */
enum act {
	STAY,				/* nothing */
	CLEAR,				/* the transaction is cleared */
	HELO,				/* and nothing is offered any more */
	OPEN,				/* and a new one begins */
	KEEP,				/* the transaction is not cleared after all */
	ACCEPTED, REFUSED,		/* a recipient; refused for good if 5yz */
	NOT_TAKEN,			/* a chunk, and nothing more of its message */
	BACK,				/* the client's next line is a command */
	MESSAGE, AUTH, TLS,		/* its next byte is one of those */
	UNASKED,			/* see unasked.c */
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
	X(RCPT,		ACCEPTED, ACCEPTED, STAY, STAY,	REFUSED)	\
	X(DATA,		STAY,	STAY,	BACK,	MESSAGE, BACK)		\
	X(AUTH,		STAY,	BACK,	AUTH,	BACK,	BACK)		\
	X(TLS,		TLS,	BACK,	BACK,	BACK,	BACK)		\
	X(CHUNK,	STAY,	STAY,	STAY,	STAY,	NOT_TAKEN)	\
	X(LAST,		CLEAR,	CLEAR,	KEEP,	KEEP,	NOT_TAKEN)	\
	X(END,		STAY,	STAY,	STAY,	STAY,	STAY)		\
	X(NONE,		UNASKED, UNASKED, UNASKED, UNASKED, UNASKED)

/* draft-hall-prdr: an answer for each recipient follows, and one for all. */
enum { PRDR = 353 };

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

/* Is the client's next byte to wait for a reply, or forbidden before it? */
static bool is_waiting(const struct esmtp_session *s)
{
	return s->mode == ESMTP_MODE_WAIT || s->mode == ESMTP_MODE_STARTTLS;
}

static u32 classify_reply_code(u16 code)
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

/* A command that clears the transaction was answered. Of several, the last decides. */
static void settle_transaction_clear(struct esmtp_feed *f, bool accepted, u32 off)
{
	struct esmtp_session *s = f->s;
	u32 now = s->rcpts;

	if (accepted) {
		s->mail = 0;
		s->invalid = 0;
		s->accepted = 0;
	}
	if (!s->resets || --s->resets)
		return;
	if (!accepted) {
		s->rcpts += s->before;
		esmtp_rule_jump(f, ESMTP_CRIT_CMD_RCPT, now > s->before ? now :
				s->before, s->rcpts, off);
	}
	s->before = 0;
}

static void begin_tls(struct esmtp_feed *f, u32 off)
{
	esmtp_feed_event(f, ESMTP_EV_TLS, off, 0);
	f->s->mode = ESMTP_MODE_TLS;
	esmtp_tls_init(f->s);
}

static void begin_data_message(struct esmtp_feed *f, u32 off)
{
	f->s->mode = ESMTP_MODE_MESSAGE;
	f->s->chunks = ESMTP_CHUNKS_NONE;
	esmtp_message_init(f->s, false);
	if (f->s->cmd.open) {
		/* the client had gone on, and what it said is text */
		f->s->msg.end = ESMTP_EOD_MID;
		f->s->msg.look = ESMTP_LOOK_MID;
	}
	esmtp_feed_event(f, ESMTP_EV_MESSAGE, off, 0);
}

static void count_refused_recipient(struct esmtp_feed *f, u16 code, u32 off)
{
	struct esmtp_session *s = f->s;

	if (code / 100 != 5)
		return;
	s->invalid++;
	esmtp_rule_count(f, ESMTP_CRIT_INVALID_RCPT, s->invalid - 1, s->invalid,
			 off);
}

/* A chunk was refused: its octets, if they are at hand, and all of its message. */
static void refuse_chunk(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	u16 code = s->reply.code;

	if (s->reply.head == ESMTP_PEND_LAST)
		settle_transaction_clear(f, code == PRDR, off);
	if (code / 100 < 4)
		return;
	s->accepted = 0;
	if (s->mode == ESMTP_MODE_CHUNK && !s->queue.n && !s->refused)
		esmtp_chunk_refused(f, off);
}

static void apply_reply_act(struct esmtp_feed *f, enum act act, u16 code, u32 off)
{
	struct esmtp_session *s = f->s;

	switch (act) {
	case HELO:
		s->offered = 0;
		settle_transaction_clear(f, true, off);
		break;
	case CLEAR:
	case OPEN:
		settle_transaction_clear(f, true, off);
		s->mail = act == OPEN;
		break;
	case KEEP:
		settle_transaction_clear(f, false, off);
		break;
	case ACCEPTED:
		s->accepted = esmtp_add(s->accepted, 1);
		break;
	case NOT_TAKEN:
		refuse_chunk(f, off);
		break;
	case REFUSED:
		count_refused_recipient(f, code, off);
		break;
	case BACK:
		if (s->mode == ESMTP_MODE_STARTTLS) {
			esmtp_feed_event(f, ESMTP_EV_TLS_REFUSED, off, code);
			s->opens = code / 100 == 2 ? ESMTP_PEND_TLS : 0;
		}
		if (is_waiting(s))
			esmtp_order_command_mode(s);
		break;
	case MESSAGE:
		begin_data_message(f, off);
		break;
	case AUTH:
		s->mode = ESMTP_MODE_AUTH;
		esmtp_command_reset(&s->cmd);
		break;
	case TLS:
		begin_tls(f, off);
		break;
	case UNASKED:
		esmtp_unasked_reply(f, off);
		break;
	case STAY:
	case ACTS:
		break;
	}
}

/*
 * Which command does a reply answer that only that one gets, whatever else is owed?
 * The command is the newest: what comes behind it waits.
 */
static u8 find_sole_command(const struct esmtp_session *s)
{
	u8 newest = is_waiting(s) ? esmtp_queue_newest(&s->queue) : ESMTP_PEND_NONE;

	switch (s->reply.code) {
	case 354:
		return newest == ESMTP_PEND_DATA || s->opens == ESMTP_PEND_DATA ?
		       ESMTP_PEND_DATA : ESMTP_PEND_NONE;
	case 334:
	case 235:
		return newest == ESMTP_PEND_AUTH ? newest : ESMTP_PEND_NONE;
	case 220:
		if (newest == ESMTP_PEND_TLS && !esmtp_queue_has(&s->queue, ESMTP_PEND_GREETING))
			return newest;
	}
	return ESMTP_PEND_NONE;
}

/* All that was owed before is not owed any more. */
static bool synchronize_queue(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u32 owed = esmtp_queue_count(&s->queue);

	esmtp_queue_clear(&s->queue);
	s->shaky = 0;
	s->opens = 0;
	s->doubt = 0;
	s->alone = 0;
	s->resets = 0;
	s->before = 0;
	return owed < 2 ||
	       esmtp_rule_violation(f, ESMTP_EV_REPLY_MISSED, off, owed - 1);
}

/*
 * Can this be the answer to the oldest command? Where in doubt whose it is, none but the
 * one that only it gets is surely that of a command which decides how the client is read.
 */
static bool may_answer(const struct esmtp_session *s, u8 head, u16 code)
{
	switch (head) {
	case ESMTP_PEND_DATA:
	case ESMTP_PEND_AUTH:
		return code / 100 != 2 && !s->shaky;
	case ESMTP_PEND_TLS:
		return !s->shaky;
	case ESMTP_PEND_HELLO:
	case ESMTP_PEND_HELO:
		return code != 220 || !s->shaky;
	}
	return true;
}

static void expect_prdr_answers(struct esmtp_session *s, u8 head)
{
	if ((s->offered & ESMTP_OFFERED_PRDR) && s->reply.code == PRDR &&
	    (head == ESMTP_PEND_END || head == ESMTP_PEND_LAST))
		esmtp_queue_unshift(&s->queue, ESMTP_PEND_OTHER, s->answers + 1);
}

static void answer_oldest(struct esmtp_feed *f, u8 head, u32 off)
{
	struct esmtp_session *s = f->s;
	u16 code = s->reply.code;

	esmtp_queue_pop(&s->queue);
	expect_prdr_answers(s, head);
	s->doubt = 0;
	if (!s->queue.n)
		s->alone = 0;
	apply_reply_act(f, turns[head][classify_reply_code(code)], code, off);
}

/* A client that goes on now takes this for the answer, unless it spoke before. */
static void leave_open(struct esmtp_session *s)
{
	s->maybe = s->mode == ESMTP_MODE_STARTTLS ||
		   (s->mode == ESMTP_MODE_WAIT && !s->late);
}

/* TLS would begin behind plain bytes of the client (CVE-2011-0411). */
static void refuse_late_tls(struct esmtp_feed *f, u32 off)
{
	esmtp_feed_event(f, ESMTP_EV_INJECTION, off, 0);
	esmtp_feed_end(f, ESMTP_R_TLS_COMMAND, ESMTP_ACT_RESET, 0);
}

static void handle_reply(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u8 head = s->reply.head;

	if (head == ESMTP_PEND_NONE) {
		esmtp_unasked_reply(f, off);
	} else if (may_answer(s, head, s->reply.code)) {
		answer_oldest(f, head, off);
		leave_open(s);
	} else {
		leave_open(s);
		esmtp_unasked_report(f, off);
	}
	if (!f->why && s->mode == ESMTP_MODE_CHUNK && s->undecided)
		esmtp_chunk_decide(f, off);
}

/**
 * esmtp_order_reply() - the last line of a reply has ended
 * @f: the call; s->reply says what it was
 * @off: stream offset of its LF
 */
void esmtp_order_reply(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u16 code = s->reply.code;
	u8 sole = find_sole_command(s);

	s->maybe = 0;
	if (sole != ESMTP_PEND_NONE) {
		if (synchronize_queue(f, off))
			apply_reply_act(f, turns[sole][classify_reply_code(code)], code, off);
		return;
	}
	if (s->opens == ESMTP_PEND_DATA)
		s->opens = 0;
	if (s->opens == ESMTP_PEND_TLS && code == 220) {
		refuse_late_tls(f, off);
		return;
	}
	if (code == 354 && !esmtp_rule_violation(f, ESMTP_EV_REPLY_354, off, code))
		return;
	handle_reply(f, off);
}

/**
 * esmtp_order_codeless() - a line of the server has ended that has no code
 * @s: the session
 *
 * To one client it is a reply, to another a part of the next one. The client that goes
 * on tells.
 */
void esmtp_order_codeless(struct esmtp_session *s)
{
	if (is_waiting(s))
		leave_open(s);
	else if (s->mode == ESMTP_MODE_COMMAND && s->queue.n)
		s->maybe = 1;
	else if (s->reply.early)
		esmtp_unasked_early(s);
}

/* The oldest command is answered, and it is not known how. */
static void settle_oldest(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u8 head = esmtp_queue_head(&s->queue);

	esmtp_queue_pop(&s->queue);
	if (turns[head][ON_OTHER] == KEEP || head == ESMTP_PEND_LAST)
		settle_transaction_clear(f, false, off);
}

/* The commands that wait are answered, all up to the one whose answer decides. */
static void settle_waiting(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;
	u8 newest = esmtp_queue_newest(&s->queue);

	if (newest == ESMTP_PEND_DATA || newest == ESMTP_PEND_TLS)
		s->opens = newest;
	while (s->queue.n && !f->why)
		settle_oldest(f, off);
	esmtp_order_command_mode(s);
}

/**
 * esmtp_order_settle() - the client goes on
 * @f: the call
 * @off: stream offset of its next byte
 *
 * What may have been the answer to its oldest command was that.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_order_settle(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	if (!s->maybe)
		return true;
	s->maybe = 0;
	if (!s->queue.n)
		return true;
	s->shaky = 1;
	/* a reply that is under way is that one, too */
	s->reply.head = ESMTP_PEND_NONE;
	if (!s->reply.len)
		s->reply.lines = 0;
	if (is_waiting(s))
		settle_waiting(f, off);
	else
		settle_oldest(f, off);
	if (!s->queue.n)
		s->alone = 0;
	return !f->why;
}
