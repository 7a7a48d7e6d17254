// SPDX-License-Identifier: GPL-2.0
/*
 * Order of commands: which reply a command awaits and how the client's next bytes are
 * read (RFC 5321 4.1.4, RFC 2920 3, RFC 3030 2, RFC 4954 4). The build fails if a
 * command has no row in the table.
 */
#include "command.h"
#include "feed.h"
#include "order_command.h"
#include "reply_queue.h"

/* Flags of a command. */
enum {
	ALONE = 1 << 0,			/* last of its group (RFC 2920 3.1) */
	RESETS = 1 << 1,		/* accepted, it clears the transaction */
};

/*
 * The kind of reply that a command awaits, and the mode in which the client's next byte
 * is read. NONE is a masked line, which the server answers with an error.
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

/**
 * esmtp_order_command_mode() - the client's next byte begins a command
 * @s: the session
 */
void esmtp_order_command_mode(struct esmtp_session *s)
{
	s->mode = ESMTP_MODE_COMMAND;
	esmtp_command_reset(&s->cmd);
}

/**
 * esmtp_order_resume() - the server reads commands again
 * @s: the session, in whatever is not commands
 * @within: the client is in the midst of a line
 *
 * What is left of that line leaves as X: it is no answer, no octet and no command.
 */
void esmtp_order_resume(struct esmtp_session *s, bool within)
{
	u8 cr = s->cmd.cr;

	s->chunk = 0;
	s->undecided = 0;
	s->refused = 0;
	esmtp_order_command_mode(s);
	if (!within)
		return;
	esmtp_command_within(&s->cmd);
	s->cmd.cr = cr;
}

/*
 * A command that clears the transaction was sent (RFC 5321 4.1.4). Its recipients are
 * set aside until the reply: they are counted again if the server refuses it.
 */
static void begin_transaction_clear(struct esmtp_session *s)
{
	s->before += s->rcpts;
	s->rcpts = 0;
	s->resets++;
}

static void await_reply(struct esmtp_session *s, const struct order *o)
{
	/* room was asked for at the beginning of the line */
	esmtp_queue_push(&s->queue, o->pending);
	s->mode = o->mode;
	s->alone = !!(o->flags & ALONE);
	s->late = 0;
	if (o->mode == ESMTP_MODE_WAIT || o->mode == ESMTP_MODE_STARTTLS)
		s->opens = 0;
	if (o->flags & RESETS)
		begin_transaction_clear(s);
}

/**
 * esmtp_order_command() - the end of a command line passed all checks
 * @f: the call
 * @verb: enum esmtp_verb; ESMTP_VERB_NONE for a masked line
 */
void esmtp_order_command(struct esmtp_feed *f, u32 verb)
{
	await_reply(f->s, &orders[verb]);
}

/**
 * esmtp_order_chunk() - the line of a BDAT passed all checks
 * @f: the call
 * @size: octets that follow it
 * @last: they end the message
 */
void esmtp_order_chunk(struct esmtp_feed *f, u32 size, bool last)
{
	static const struct order end = {
		ESMTP_PEND_LAST, ESMTP_MODE_CHUNK, RESETS
	};

	await_reply(f->s, last ? &end : &orders[ESMTP_VERB_BDAT]);
	f->s->chunk = size;
	f->s->answers = f->s->accepted;
}

/**
 * esmtp_order_auth_line() - the client answered a 334
 * @f: the call
 */
void esmtp_order_auth_line(struct esmtp_feed *f)
{
	await_reply(f->s, &orders[ESMTP_VERB_AUTH]);
}

/**
 * esmtp_order_end_transaction() - the mail transaction is over
 * @s: the session
 */
void esmtp_order_end_transaction(struct esmtp_session *s)
{
	s->mail = 0;
	s->rcpts = 0;
	s->invalid = 0;
	s->accepted = 0;
	esmtp_order_command_mode(s);
}

/**
 * esmtp_order_message_end() - CR LF . CR LF was seen
 * @f: the call
 *
 * Whatever the answer, the transaction is over (RFC 5321 4.1.1.4).
 */
void esmtp_order_message_end(struct esmtp_feed *f)
{
	esmtp_queue_push(&f->s->queue, ESMTP_PEND_END);
	f->s->alone = 0;
	f->s->answers = f->s->accepted;
	esmtp_order_end_transaction(f->s);
}
