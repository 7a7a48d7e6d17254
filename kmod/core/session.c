// SPDX-License-Identifier: GPL-2.0
/*
 * The order of things: which reply answers which command, and what the client
 * may send next (RFC 5321 4.1.4, RFC 2920 3, RFC 4954 4).
 */
#include "internal.h"

enum { CODE_ANY = 0 };

/*
 * What an answer does to the client's side. The first line that fits decides;
 * an answer without one changes nothing. Only DATA's own 354 opens a message.
 */
static const struct turn {
	u8 head;			/* enum esmtp_pending */
	u16 code;
	u8 mode;			/* enum esmtp_mode */
} turns[] = {
	{ ESMTP_PEND_DATA,	354,		ESMTP_MODE_MESSAGE },
	{ ESMTP_PEND_DATA,	CODE_ANY,	ESMTP_MODE_COMMAND },
	{ ESMTP_PEND_AUTH,	334,		ESMTP_MODE_AUTH },
	{ ESMTP_PEND_AUTH,	CODE_ANY,	ESMTP_MODE_COMMAND },
};

/* What a command leaves to be answered, and how the client's next byte is read. */
static const struct order {
	u8 pending;			/* enum esmtp_pending */
	u8 mode;			/* enum esmtp_mode */
	u8 ends;			/* it ends the mail transaction */
} orders[ESMTP_VERB_MAX + 1] = {
	[ESMTP_VERB_DATA] = { ESMTP_PEND_DATA,  ESMTP_MODE_WAIT,    0 },
	[ESMTP_VERB_HELO] = { ESMTP_PEND_OTHER, ESMTP_MODE_COMMAND, 1 },
	[ESMTP_VERB_MAIL] = { ESMTP_PEND_MAIL,  ESMTP_MODE_COMMAND, 0 },
	[ESMTP_VERB_NOOP] = { ESMTP_PEND_OTHER, ESMTP_MODE_COMMAND, 0 },
	[ESMTP_VERB_QUIT] = { ESMTP_PEND_OTHER, ESMTP_MODE_COMMAND, 0 },
	[ESMTP_VERB_RCPT] = { ESMTP_PEND_OTHER, ESMTP_MODE_COMMAND, 0 },
	[ESMTP_VERB_RSET] = { ESMTP_PEND_OTHER, ESMTP_MODE_COMMAND, 1 },
	[ESMTP_VERB_AUTH] = { ESMTP_PEND_AUTH,  ESMTP_MODE_WAIT,    0 },
	[ESMTP_VERB_EHLO] = { ESMTP_PEND_HELLO, ESMTP_MODE_COMMAND, 1 },
	[ESMTP_VERB_ETRN] = { ESMTP_PEND_OTHER, ESMTP_MODE_COMMAND, 0 },
	[ESMTP_VERB_HELP] = { ESMTP_PEND_OTHER, ESMTP_MODE_COMMAND, 0 },
	[ESMTP_VERB_SAML] = { ESMTP_PEND_MAIL,  ESMTP_MODE_COMMAND, 0 },
	[ESMTP_VERB_SEND] = { ESMTP_PEND_MAIL,  ESMTP_MODE_COMMAND, 0 },
	[ESMTP_VERB_SOML] = { ESMTP_PEND_MAIL,  ESMTP_MODE_COMMAND, 0 },
	[ESMTP_VERB_VRFY] = { ESMTP_PEND_OTHER, ESMTP_MODE_COMMAND, 0 },
	[ESMTP_VERB_NONE] = { ESMTP_PEND_OTHER, ESMTP_MODE_COMMAND, 0 },
};

/**
 * esmtp_feed_event() - report something seen
 * @f: the call
 * @id: what
 * @off: stream offset at which it was known
 * @value: a count or a measure, or 0
 */
void esmtp_feed_event(struct esmtp_feed *f, enum esmtp_event_id id, u32 off,
		      u32 value)
{
	struct esmtp_event ev = {
		.id = id,
		.dir = f->dir,
		.off = off,
		.value = value,
	};

	if (f->io->event)
		f->io->event(f->io, &ev);
}

/**
 * esmtp_feed_end() - the connection ends before the byte at hand
 * @f: the call
 * @why: what the packet is dropped for
 * @act: enum esmtp_action: ESMTP_ACT_DROP, ESMTP_ACT_RESET or ESMTP_ACT_REJECT
 * @say: as in struct esmtp_rule
 */
void esmtp_feed_end(struct esmtp_feed *f, enum esmtp_reason why, u8 act, u8 say)
{
	f->why = why;
	f->s->act = act;
	f->s->say = say;
}

/**
 * esmtp_feed_room() - can the log take what one byte may need?
 * @f: the call
 *
 * A byte never needs more than two edits: a fill and a letter. Asked before the
 * byte is read, so that it can be fed again unchanged.
 *
 * Return: false if not, with f->why set.
 */
bool esmtp_feed_room(struct esmtp_feed *f)
{
	const struct esmtp_log *log = f->io->log;

	if (log->cap - log->n >= 2)
		return true;
	f->why = ESMTP_LOG_FULL;
	return false;
}

/**
 * esmtp_feed_fill() - overwrite what has not left yet of a range
 * @f: the call
 * @from: stream offset of the range; may lie before the hand
 * @to: stream offset after it
 * @kind: enum esmtp_edit_kind
 * @fill: the new byte
 */
void esmtp_feed_fill(struct esmtp_feed *f, u32 from, u32 to, u8 kind, u8 fill)
{
	if (esmtp_before(from, f->io->hand))
		from = f->io->hand;
	if (!esmtp_before(from, to))
		return;
	/* esmtp_feed_room() was asked; a full log must not let bytes through */
	if (!esmtp_log_fill(f->io->log, from, to - from, kind, fill))
		f->why = ESMTP_LOG_FULL;
}

/* A command after which no transaction is open, or the first of a new one. */
static void transact(struct esmtp_session *s, u32 verb)
{
	const struct order *o = &orders[verb];

	if (o->ends) {
		s->mail = 0;
		s->rcpts = 0;
	} else if (o->pending == ESMTP_PEND_MAIL && !s->mail) {
		s->mail = 1;
		s->rcpts = 0;
	}
}

/**
 * esmtp_session_command() - the end of a command line passed all checks
 * @f: the call
 * @verb: enum esmtp_verb; ESMTP_VERB_NONE for a masked line, which the server
 *	answers too
 */
void esmtp_session_command(struct esmtp_feed *f, u32 verb)
{
	struct esmtp_session *s = f->s;

	transact(s, verb);
	/* room was asked for at the beginning of the line */
	esmtp_queue_push(&s->queue, orders[verb].pending);
	s->mode = orders[verb].mode;
}

/**
 * esmtp_session_auth_line() - the client answered a 334
 * @f: the call
 */
void esmtp_session_auth_line(struct esmtp_feed *f)
{
	esmtp_queue_push(&f->s->queue, ESMTP_PEND_AUTH);
	f->s->mode = ESMTP_MODE_WAIT;
}

static void transaction_over(struct esmtp_session *s)
{
	s->mail = 0;
	s->rcpts = 0;
	s->mode = ESMTP_MODE_COMMAND;
	esmtp_command_reset(&s->cmd);
}

/**
 * esmtp_session_message_end() - CR LF . CR LF was seen
 * @f: the call
 */
void esmtp_session_message_end(struct esmtp_feed *f)
{
	esmtp_queue_push(&f->s->queue, ESMTP_PEND_END);
	transaction_over(f->s);
}

static void turn(struct esmtp_feed *f, u8 head, u16 code, u32 off)
{
	struct esmtp_session *s = f->s;
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(turns); i++) {
		const struct turn *t = &turns[i];

		if (t->head != head || (t->code && t->code != code))
			continue;
		s->mode = t->mode;
		if (s->mode == ESMTP_MODE_MESSAGE) {
			esmtp_message_init(&s->msg);
			esmtp_feed_event(f, ESMTP_EV_MESSAGE, off, 0);
		}
		break;
	}
	if (head == ESMTP_PEND_MAIL && code >= 400)
		s->mail = 0;
}

/* A reply that answers nothing (108005). */
static void unexpected(struct esmtp_feed *f, u32 off)
{
	struct esmtp_session *s = f->s;

	if (s->mode == ESMTP_MODE_MESSAGE && s->msg.seen) {
		esmtp_feed_event(f, ESMTP_EV_LOOKALIKE_TAKEN, off, 0);
		transaction_over(s);
		return;
	}
	esmtp_feed_event(f, ESMTP_EV_REPLY_UNEXPECTED, off, s->reply.code);
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

	if (code == 354 && head != ESMTP_PEND_DATA)
		esmtp_feed_event(f, ESMTP_EV_REPLY_354, off, code);
	if (head == ESMTP_PEND_NONE) {
		unexpected(f, off);
		return;
	}
	esmtp_queue_pop(&s->queue);
	turn(f, head, code, off);
}

static u32 hold(struct esmtp_feed *f, const u8 *p, u32 n)
{
	(void)p;
	(void)n;
	f->why = ESMTP_HELD;
	return 0;
}

static u32 closed(struct esmtp_feed *f, const u8 *p, u32 n)
{
	(void)p;
	(void)n;
	f->why = ESMTP_CLOSED;
	return 0;
}

static u32 client(struct esmtp_feed *f, const u8 *p, u32 n)
{
	static u32 (*const read[ESMTP_MODE_MAX])(struct esmtp_feed *f,
						 const u8 *p, u32 n) = {
		[ESMTP_MODE_COMMAND] = esmtp_command_feed,
		[ESMTP_MODE_WAIT] = hold,
		[ESMTP_MODE_MESSAGE] = esmtp_message_feed,
		[ESMTP_MODE_AUTH] = esmtp_command_auth,
		[ESMTP_MODE_CLOSED] = closed,
	};
	u32 done = 0;

	while (done < n && !f->why) {
		u32 taken = read[f->s->mode](f, p + done, n - done);

		f->io->off += taken;
		done += taken;
	}
	return done;
}

static u32 server(struct esmtp_feed *f, const u8 *p, u32 n)
{
	u32 done = esmtp_reply_feed(f, p, n);

	f->io->off += done;
	return done;
}

/**
 * esmtp_session_init() - a connection begins
 * @s: its state
 * @map: sealed; must outlive @s
 */
void esmtp_session_init(struct esmtp_session *s, const struct esmtp_map *map)
{
	memset(s, 0, sizeof(*s));
	s->map = map;
	s->mode = ESMTP_MODE_COMMAND;
	esmtp_command_reset(&s->cmd);
	esmtp_queue_push(&s->queue, ESMTP_PEND_GREETING);
}

/**
 * esmtp_session_feed() - read the next bytes of one direction
 * @s: the session; calls for one session must not overlap
 * @dir: whose bytes
 * @io: log, hand and offset; io->off is advanced by the bytes taken
 * @p: bytes; not changed
 * @n: how many
 * @why: ESMTP_GO, or why fewer than @n bytes were taken; see <esmtp/core.h>
 *
 * Any context. Linear in @n.
 *
 * Return: bytes taken, from the beginning of @p.
 */
u32 esmtp_session_feed(struct esmtp_session *s, enum esmtp_dir dir,
		       struct esmtp_io *io, const u8 *p, u32 n,
		       enum esmtp_reason *why)
{
	struct esmtp_feed f = { .s = s, .io = io, .dir = dir };
	u32 done;

	if (s->mode == ESMTP_MODE_CLOSED) {
		*why = ESMTP_CLOSED;
		return 0;
	}
	done = dir == ESMTP_C2S ? client(&f, p, n) : server(&f, p, n);
	if (f.why && !esmtp_reason_retry(f.why)) {
		s->mode = ESMTP_MODE_CLOSED;
		s->why = f.why;
	}
	*why = f.why;
	return done;
}
