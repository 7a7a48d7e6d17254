// SPDX-License-Identifier: GPL-2.0
/*
 * One conversation: who reads the next bytes of either side, and what a reader
 * may do with them. The order of commands and replies is order.c's.
 */
#include "internal.h"

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
 *
 * Under monitor nothing ends, and f->why stays as it is.
 */
void esmtp_feed_end(struct esmtp_feed *f, enum esmtp_reason why, u8 act, u8 say)
{
	if (f->s->map->params.monitor)
		return;
	f->why = why;
	f->s->act = act;
	f->s->say = say;
}

/**
 * esmtp_feed_act() - a parameter that acts by itself has its case
 * @f: the call
 * @param: the parameter
 * @why: what the packet is dropped for, if it is
 *
 * Return: false if the connection ends.
 */
bool esmtp_feed_act(struct esmtp_feed *f, const struct esmtp_param *param,
		    enum esmtp_reason why)
{
	if (param->on && (param->act == ESMTP_ACT_DROP ||
			  param->act == ESMTP_ACT_RESET ||
			  param->act == ESMTP_ACT_REJECT))
		esmtp_feed_end(f, why, param->act, 0);
	return !f->why;
}

/**
 * esmtp_feed_hold() - the byte at hand may not pass yet
 * @f: the call
 * @why: a reason that esmtp_reason_retry() knows
 * @off: its stream offset
 *
 * Under monitor nothing is held, and a connection that would have to be is no
 * longer read.
 *
 * Return: false if it is held.
 */
bool esmtp_feed_hold(struct esmtp_feed *f, enum esmtp_reason why, u32 off)
{
	if (!f->s->map->params.monitor) {
		f->why = why;
		return false;
	}
	esmtp_feed_event(f, ESMTP_EV_UNREAD, off, 0);
	f->s->mode = ESMTP_MODE_UNREAD;
	return true;
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
	if (!esmtp_before(from, to) || f->s->map->params.monitor)
		return;
	/* esmtp_feed_room() was asked; a full log must not let bytes through */
	if (!esmtp_log_fill(f->io->log, from, to - from, kind, fill))
		f->why = ESMTP_LOG_FULL;
}

/**
 * esmtp_feed_whole() - is a range still whole in hand, to be cut?
 * @f: the call
 * @from: stream offset of its first byte
 *
 * Return: true if none of it has left, and it may be changed.
 */
bool esmtp_feed_whole(const struct esmtp_feed *f, u32 from)
{
	return !esmtp_before(from, f->io->hand) && !f->s->map->params.monitor;
}

/**
 * esmtp_feed_cut() - take a range out of the stream, whatever it was to become
 * @f: the call
 * @from: stream offset of its first byte, in hand
 * @to: stream offset of the byte after it, the end of what was read
 */
void esmtp_feed_cut(struct esmtp_feed *f, u32 from, u32 to)
{
	esmtp_log_retract(f->io->log, from);
	esmtp_feed_fill(f, from, to, ESMTP_EDIT_CUT, 0);
}

/* Client bytes behind a command whose answer decides how they are read. */
static u32 hold(struct esmtp_feed *f, const u8 *p, u32 n)
{
	(void)p;
	if (!f->s->late) {
		f->s->late = 1;
		if (!esmtp_rule_violation(f, ESMTP_EV_GROUP, f->io->off, 0) ||
		    !esmtp_feed_act(f, &f->s->map->params.guard, ESMTP_GROUP))
			return 0;
	}
	return esmtp_feed_hold(f, ESMTP_HELD, f->io->off) ? n : 0;
}

/* Client bytes between STARTTLS and its answer (CVE-2011-0411). */
static u32 inject(struct esmtp_feed *f, const u8 *p, u32 n)
{
	(void)p;
	esmtp_feed_event(f, ESMTP_EV_INJECTION, f->io->off, 0);
	esmtp_feed_end(f, ESMTP_TLS_COMMAND, ESMTP_ACT_RESET, 0);
	if (f->why)
		return 0;
	return esmtp_feed_hold(f, ESMTP_HELD, f->io->off) ? n : 0;
}

static u32 unread(struct esmtp_feed *f, const u8 *p, u32 n)
{
	(void)f;
	(void)p;
	return n;
}

static u32 closed(struct esmtp_feed *f, const u8 *p, u32 n)
{
	(void)p;
	(void)n;
	f->why = ESMTP_CLOSED;
	return 0;
}

typedef u32 reader(struct esmtp_feed *f, const u8 *p, u32 n);

#define MODES(X)							\
	/* mode		of the client		of the server */	\
	X(COMMAND,	esmtp_command_feed,	esmtp_reply_feed)	\
	X(WAIT,		hold,			esmtp_reply_feed)	\
	X(MESSAGE,	esmtp_message_feed,	esmtp_reply_feed)	\
	X(AUTH,		esmtp_command_auth,	esmtp_reply_feed)	\
	X(CHUNK,	esmtp_chunk_feed,	esmtp_reply_feed)	\
	X(STARTTLS,	inject,			esmtp_reply_feed)	\
	X(TLS,		esmtp_tls_client,	esmtp_tls_server)	\
	X(UNREAD,	unread,			unread)			\
	X(CLOSED,	closed,			closed)

static reader *const readers[][ESMTP_DIR_MAX] = {
#define MODE(mode, c2s, s2c) [ESMTP_MODE_##mode] = { c2s, s2c },
	MODES(MODE)
#undef MODE
};

#define ROW(mode, c2s, s2c) + (1u << ESMTP_MODE_##mode)
_Static_assert((0 MODES(ROW)) == (1u << ESMTP_MODE_MAX) - 1,
	       "every mode has readers for both sides");
#undef ROW

static u32 feed(struct esmtp_feed *f, const u8 *p, u32 n)
{
	u32 done = 0;

	while (done < n && !f->why) {
		reader *read = readers[f->s->mode][f->dir];
		u32 taken = read(f, p + done, n - done);

		f->io->off += taken;
		done += taken;
	}
	return done;
}

/* What was decided for the byte that ended it is void: that byte was not taken. */
static void take_back(struct esmtp_io *io)
{
	struct esmtp_log *log = io->log;

	while (log->n) {
		u16 newest = (log->head + log->n - 1) & (log->cap - 1);
		struct esmtp_edit *e = &log->v[newest];

		if (!esmtp_before(io->off, e->off + e->len))
			break;
		if (esmtp_before(e->off, io->off)) {
			e->len = (u16)(io->off - e->off);
			break;
		}
		log->n--;
	}
}

/**
 * esmtp_session_whole() - is there more of a session than its first part?
 * @s: its first part
 *
 * Return: true while a message or a ClientHello is read.
 */
bool esmtp_session_whole(const struct esmtp_session_head *s)
{
	if (s->mode == ESMTP_MODE_CLOSED)
		return false;
	return s->mode == ESMTP_MODE_MESSAGE || s->mode == ESMTP_MODE_CHUNK ||
	       (s->mode == ESMTP_MODE_TLS && !s->tls.hellos) ||
	       s->chunks != ESMTP_CHUNKS_NONE;
}

/**
 * esmtp_session_init() - a connection begins
 * @s: the first part of its state; there is no more to begin with
 * @map: sealed; must outlive @s
 */
void esmtp_session_init(struct esmtp_session_head *s, const struct esmtp_map *map)
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
	done = feed(&f, p, n);
	if (f.why && !esmtp_reason_retry(f.why)) {
		s->mode = ESMTP_MODE_CLOSED;
		s->why = f.why;
		take_back(io);
	}
	*why = f.why;
	return done;
}
