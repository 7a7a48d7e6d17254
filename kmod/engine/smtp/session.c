// SPDX-License-Identifier: GPL-2.0
/*
 * One SMTP session: which parser reads the next bytes of each direction, and the actions
 * that parsers have. The order of commands and replies is in order_command.c and order_reply.c.
 */
#include "auth.h"
#include "chunk.h"
#include "command.h"
#include "feed.h"
#include "message.h"
#include "order_reply.h"
#include "reply.h"
#include "reply_queue.h"
#include "rule.h"
#include "tls.h"

/* Client bytes after DATA or AUTH: the pending reply decides how they are parsed. */
static u32 hold_client_bytes(struct esmtp_feed *f, const u8 *p, u32 n)
{
	(void)p;
	if (f->s->maybe || (f->s->ahead && !f->s->late)) {
		f->s->maybe = 1;
		esmtp_order_settle(f, f->io->off);
		return 0;
	}
	if (!f->s->late) {
		f->s->late = 1;
		if (!esmtp_rule_violation(f, ESMTP_EV_GROUP, f->io->off, 0) ||
		    !esmtp_feed_act(f, &f->s->map->params.guard, ESMTP_R_GROUP))
			return 0;
	}
	return esmtp_feed_hold(f, ESMTP_R_HELD, f->io->off) ? n : 0;
}

/* Client bytes between STARTTLS and its answer (CVE-2011-0411). */
static u32 refuse_injected_bytes(struct esmtp_feed *f, const u8 *p, u32 n)
{
	(void)p;
	if (f->s->maybe) {
		esmtp_order_settle(f, f->io->off);
		return 0;
	}
	esmtp_feed_event(f, ESMTP_EV_INJECTION, f->io->off, 0);
	esmtp_feed_end(f, ESMTP_R_TLS_COMMAND, ESMTP_ACT_RESET, 0);
	if (f->why)
		return 0;
	return esmtp_feed_hold(f, ESMTP_R_HELD, f->io->off) ? n : 0;
}

static u32 skip_unread_bytes(struct esmtp_feed *f, const u8 *p, u32 n)
{
	(void)f;
	(void)p;
	return n;
}

static u32 refuse_closed_bytes(struct esmtp_feed *f, const u8 *p, u32 n)
{
	(void)p;
	(void)n;
	f->why = ESMTP_R_CLOSED;
	return 0;
}

typedef u32 reader(struct esmtp_feed *f, const u8 *p, u32 n);

#define MODES(X)							\
	/* mode		of the client		of the server */	\
	X(COMMAND,	esmtp_command_feed,	esmtp_reply_feed)	\
	X(WAIT,		hold_client_bytes,			esmtp_reply_feed)	\
	X(MESSAGE,	esmtp_message_feed,	esmtp_reply_feed)	\
	X(AUTH,		esmtp_auth_feed,	esmtp_reply_feed)	\
	X(CHUNK,	esmtp_chunk_feed,	esmtp_reply_feed)	\
	X(STARTTLS,	refuse_injected_bytes,			esmtp_reply_feed)	\
	X(TLS,		esmtp_tls_client,	esmtp_tls_server)	\
	X(UNREAD,	skip_unread_bytes,			skip_unread_bytes)			\
	X(CLOSED,	refuse_closed_bytes,			refuse_closed_bytes)

static reader *const readers[][ESMTP_DIR_MAX] = {
#define MODE(mode, c2s, s2c) [ESMTP_MODE_##mode] = { c2s, s2c },
	MODES(MODE)
#undef MODE
};

#define ROW(mode, c2s, s2c) + (1u << ESMTP_MODE_##mode)
_Static_assert((0 MODES(ROW)) == (1u << ESMTP_MODE_MAX) - 1,
	       "every mode has readers for both sides");
#undef ROW

static u32 run_readers(struct esmtp_feed *f, const u8 *p, u32 n)
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

/* Remove the edits at and after the byte that ended the session: it is not forwarded. */
static void retract_untaken_edits(struct esmtp_io *io)
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
 * esmtp_session_needs_rest() - is there more of a session than its first part?
 * @s: its first part
 *
 * Return: true while a message or a ClientHello is read.
 */
bool esmtp_session_needs_rest(const struct esmtp_session_head *s)
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
 * @why: ESMTP_R_GO, or why fewer than @n bytes were taken; see <esmtp/core.h>
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
		*why = ESMTP_R_CLOSED;
		return 0;
	}
	done = run_readers(&f, p, n);
	if (f.why && !esmtp_reason_retry(f.why)) {
		s->mode = ESMTP_MODE_CLOSED;
		s->why = f.why;
		retract_untaken_edits(io);
	}
	*why = f.why;
	return done;
}
