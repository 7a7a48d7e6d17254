// SPDX-License-Identifier: GPL-2.0
/*
 * One segment of an inspected connection: place its bytes in the stream, compare
 * those that come again, feed those that are new to the core, and write what the
 * core wants changed. Everything under the flow's lock.
 *
 * Nothing reaches the receiver at a place of the stream but what was judged
 * there: the first bytes seen at a place are the ones, whatever the receiver
 * made of the segment that brought them. So decoys that only the engine or only
 * the receiver accepts cut their sender off, and smuggle nothing.
 */
#include <esmtp/stream.h>

/**
 * esmtp_inspect_init() - begin to inspect a connection
 * @ins: its state
 * @map: the inspection map; must outlive it
 * @isn: sequence numbers after both SYNs, by enum esmtp_dir
 */
void esmtp_inspect_init(struct esmtp_inspect *ins, const struct esmtp_map *map,
			const u32 isn[ESMTP_DIR_MAX])
{
	int dir;

	memset(ins, 0, sizeof(*ins));
	esmtp_session_init(&ins->session, map);
	ins->resizes = esmtp_map_resizes(map);
	for (dir = 0; dir < ESMTP_DIR_MAX; dir++)
		ins->way[dir].isn = isn[dir];
}

/* Bytes of memory that a connection holds. */
static u32 held(const struct esmtp_inspect *ins)
{
	return ins->way[ESMTP_C2S].held + ins->way[ESMTP_S2C].held;
}

static void let_go(struct esmtp_inspect *ins)
{
	int dir;

	for (dir = 0; dir < ESMTP_DIR_MAX; dir++) {
		struct esmtp_way *way = &ins->way[dir];

		esmtp_flight_purge(way);
		esmtp_edits_drop(&way->log);
	}
	esmtp_memory_free(ins->rest);
	ins->rest = NULL;
}

/**
 * esmtp_inspect_close() - let go of a connection
 * @ins: the connection; whoever still looks at it finds it closed
 * @pool: what all connections hold together
 */
void esmtp_inspect_close(struct esmtp_inspect *ins, struct esmtp_pool *pool)
{
	ins->session.mode = ESMTP_MODE_CLOSED;
	esmtp_pool_add(pool, -(s32)held(ins));
	let_go(ins);
}

/* An acknowledgement of what the other side sent. */
static void acknowledge(struct esmtp_inspect *ins, const struct esmtp_pkt *pkt,
			enum esmtp_dir dir)
{
	struct esmtp_way *other = &ins->way[!dir];

	if (!pkt->has_ack ||
	    !esmtp_stream_ack(&other->stream, pkt->ack - other->isn))
		return;
	esmtp_edits_prune(&other->log, other->stream.una);
	esmtp_flight_prune(other, other->stream.una);
}

/* One walk over new bytes for the core. */
struct feed {
	struct esmtp_task *t;
	u32 taken;
	enum esmtp_reason why;
};

static bool feed_block(void *ctx, const u8 *p, u32 n)
{
	struct feed *f = ctx;
	struct esmtp_task *t = f->t;

	f->taken += esmtp_session_feed(t->session, t->dir, &t->io, p, n, &f->why);
	return !f->why;
}

static enum esmtp_reason feed(struct esmtp_task *t, u32 skip, u32 *taken)
{
	struct feed f = { .t = t };

	esmtp_pkt_walk(t->pkt, skip, feed_block, &f);
	*taken = f.taken;
	return f.why;
}

/* It ends here, for a reason that is none of the core's. */
static enum esmtp_reason close(struct esmtp_task *t, enum esmtp_reason why)
{
	struct esmtp_session_head *s = t->session ? &t->session->head :
						    &t->ins->session;

	s->mode = ESMTP_MODE_CLOSED;
	s->why = why;
	return why;
}

static void judged(struct esmtp_way *way, u32 n)
{
	way->stream.next += n;
	way->bytes += n;
}

static enum esmtp_reason feed_held(struct esmtp_task *t, const struct esmtp_held *h)
{
	enum esmtp_reason why = ESMTP_GO;
	u32 at = 0;

	while (at < h->len && !why) {
		u32 n = h->len - at;
		const u8 *p = esmtp_held_map(h, at, &n);

		at += esmtp_session_feed(t->session, t->dir, &t->io, p, n, &why);
		esmtp_held_unmap(p);
	}
	return why;
}

/* By how much all that was judged leaves longer than it came. */
static u32 growth(const struct esmtp_way *way)
{
	return esmtp_seqmap_out(&way->log, way->stream.next) - way->stream.next;
}

/*
 * A gap is filled: judge what has passed ahead of it. That has left and can't be
 * edited any more, so it passes the core as it is, or this packet, without which
 * the receiver can't read it, never gets there.
 */
static enum esmtp_reason catch_up(struct esmtp_task *t, u32 grown)
{
	struct esmtp_way *way = t->way;
	u32 end = way->stream.next;
	const struct esmtp_held *h;
	enum esmtp_reason why;

	if (growth(way) != grown)
		return close(t, ESMTP_AHEAD_EDIT);
	while ((h = esmtp_flight_ahead_first(way)) && h->off == way->stream.next) {
		why = feed_held(t, h);
		if (why)
			return esmtp_reason_retry(why) ? close(t, ESMTP_AHEAD_EDIT) :
							 why;
		judged(way, h->len);
		esmtp_flight_ahead_judged(way);
	}
	if (esmtp_log_beyond(&way->log, end))
		return close(t, ESMTP_AHEAD_EDIT);
	return ESMTP_GO;
}

/* May no more be held, for this direction or for all? */
static bool full(const struct esmtp_task *t)
{
	return t->way->held >= ESMTP_FLIGHT_FLOW || esmtp_pool_full(t->pool);
}

/* Have the core read the new bytes, and keep what it makes of them. */
static enum esmtp_reason read(struct esmtp_task *t, u32 skip, u32 *taken)
{
	struct esmtp_way *way = t->way;
	u32 grown = way->ahead ? growth(way) : 0;
	struct esmtp_log kept;
	enum esmtp_reason why;
	bool all;

	t->io.log = &way->log;
	t->io.hand = way->stream.next;
	t->io.off = way->stream.next;
	t->io.event = t->event;
	t->io.admit = t->admit;
	kept = esmtp_edits_open(&way->log);
	esmtp_desk_open(t);
	why = feed(t, skip, taken);
	judged(way, *taken);
	esmtp_flight_take_back(way, t->pkt->len - skip - *taken);
	if (!why && way->ahead)
		why = catch_up(t, grown);
	all = esmtp_desk_close(t);
	/* else what is to be edited is lost, or how to read on */
	return esmtp_edits_close(&way->log, &kept) && all ? why :
							   close(t, ESMTP_MEMORY);
}

/* Judge the new bytes. Returns ESMTP_GO if the packet may go on, or its part. */
static enum esmtp_reason judge(struct esmtp_task *t, u32 skip, u32 fresh)
{
	enum esmtp_reason why;
	u32 taken;

	if (full(t))
		return ESMTP_FLIGHT_FULL;
	if (esmtp_flight_add(t->way, t->pkt, skip, t->way->stream.next))
		return ESMTP_MEMORY;
	why = read(t, skip, &taken);
	if (why && (!esmtp_reason_retry(why) || !(skip + taken)))
		return why;
	if (taken < fresh && esmtp_apply_trim(t->pkt, skip + taken))
		return ESMTP_MEMORY;
	return taken < fresh ? ESMTP_TRIMMED : ESMTP_GO;
}

/* One walk over bytes ahead of a gap. */
struct lookout {
	struct esmtp_ahead ahead;
	bool passes;
};

static bool look(void *ctx, const u8 *p, u32 n)
{
	struct lookout *l = ctx;

	l->passes = esmtp_ahead_feed(&l->ahead, p, n);
	return l->passes;
}

/* May all of a packet's bytes pass before those of the gap were seen? */
static bool passes_ahead(struct esmtp_task *t, u32 off)
{
	struct lookout l = { .passes = true };

	if (t->pkt->fin || t->pkt->urg ||
	    !esmtp_ahead_init(&l.ahead, &t->ins->session, t->dir,
			      off + t->pkt->len - t->way->stream.next))
		return false;
	esmtp_pkt_walk(t->pkt, 0, look, &l);
	return l.passes;
}

/* Bytes are missing before it. */
static enum esmtp_reason beyond(struct esmtp_task *t, u32 off)
{
	switch (esmtp_flight_ahead(t->way, t->pkt, off)) {
	case ESMTP_KNOWN_SAME:
		return ESMTP_AHEAD;
	case ESMTP_KNOWN_DIFFERS:
		return ESMTP_INCONSISTENT;
	case ESMTP_KNOWN_PARTLY:
		return ESMTP_GAP;
	case ESMTP_KNOWN_NONE:
		break;
	}
	if (!passes_ahead(t, off))
		return ESMTP_GAP;
	if (full(t))
		return ESMTP_FLIGHT_FULL;
	return esmtp_flight_ahead_add(t->way, t->pkt, off) ? ESMTP_MEMORY : ESMTP_AHEAD;
}

/* What fills a gap ends where the bytes begin that have passed ahead of it. */
static int fit(struct esmtp_task *t, u32 off)
{
	const struct esmtp_held *ahead = esmtp_flight_ahead_first(t->way);

	if (!ahead || !esmtp_before(ahead->off, off + t->pkt->len))
		return 0;
	return esmtp_apply_trim(t->pkt, ahead->off - off);
}

/* Write what was decided for these bytes, now or earlier. */
static enum esmtp_reason edit(struct esmtp_task *t, const struct esmtp_place *at, u32 off,
			      enum esmtp_reason why)
{
	u32 stale = at->stale < t->pkt->len ? at->stale : t->pkt->len;
	int err;

	if (stale) {
		if (esmtp_apply_blank(t->pkt, stale) < 0)
			return ESMTP_MEMORY;
		why = why ?: ESMTP_STALE;
	}
	err = t->way->log.n ? esmtp_apply_log(t->pkt, &t->way->log, off) : 0;
	if (err < 0)
		return ESMTP_MEMORY;
	if (err)
		why = why ?: at->fresh ? ESMTP_EDITED : ESMTP_REPLAYED;
	return why;
}

static enum esmtp_reason payload(struct esmtp_task *t)
{
	struct esmtp_way *way = t->way;
	u32 off = t->pkt->seq - way->isn;
	struct esmtp_place at = esmtp_stream_place(&way->stream, off, t->pkt->len);
	enum esmtp_reason why = ESMTP_GO;
	u32 len;

	if (at.gap)
		return beyond(t, off);
	len = t->pkt->len;
	if (fit(t, off))
		return ESMTP_MEMORY;
	if (t->pkt->len < len)
		at = esmtp_stream_place(&way->stream, off, t->pkt->len);
	if (!esmtp_flight_same(way, t->pkt, at.stale, off + at.stale,
			       at.again))
		return ESMTP_INCONSISTENT;
	if (at.fresh)
		why = judge(t, at.stale + at.again, at.fresh);
	if (why && why != ESMTP_TRIMMED)
		return why;
	if (!why && t->pkt->len < len)
		why = ESMTP_TRIMMED;
	return edit(t, &at, off, why);
}

static bool closed(const struct esmtp_inspect *ins)
{
	return ins->session.mode == ESMTP_MODE_CLOSED;
}

/*
 * What passes takes the receiver's numbers, and marks no byte as urgent, not even
 * one of a later segment, which an empty one can: a receiver takes that out of the
 * stream (RFC 9293 3.8.5), and of a stuffed dot there would be an end of data left.
 */
static enum esmtp_reason leave(struct esmtp_task *t, enum esmtp_reason why)
{
	enum esmtp_end end = esmtp_reason_end(why);

	if (end == ESMTP_END_DROP)
		return why;
	if (t->pkt->urg) {
		if (esmtp_apply_no_urgent(t->pkt) < 0)
			return ESMTP_MEMORY;
		why = end == ESMTP_END_PASS ? ESMTP_URGENT : why;
	}
	if (!t->ins->resizes)
		return why;
	return esmtp_renumber_segment(t) ? ESMTP_MEMORY : why;
}

/* The session is over, since this packet or before. What do its ends get? */
static enum esmtp_reason end(struct esmtp_task *t, enum esmtp_reason why)
{
	struct esmtp_inspect *ins = t->ins;
	u8 act = ins->session.act;

	if (act == ESMTP_ACT_RESET || act == ESMTP_ACT_REJECT) {
		if (t->ended)
			esmtp_ending_begin(ins, t->dir, t->io.hand);
		why = esmtp_ending_packet(t, t->ended);
	}
	if (act != ESMTP_ACT_REJECT || ins->told)
		let_go(ins);
	return why;
}

static enum esmtp_reason inspect(struct esmtp_task *t)
{
	struct esmtp_inspect *ins = t->ins;
	enum esmtp_reason why = ESMTP_CONTROL;
	bool was = closed(ins);

	acknowledge(ins, t->pkt, t->dir);
	if (was)
		why = ESMTP_CLOSED;
	else if (t->pkt->len)
		why = payload(t);
	if (was && esmtp_ending_resend(t))
		return leave(t, payload(t));
	t->ended = !was && closed(ins);
	return closed(ins) ? end(t, why) : leave(t, why);
}

/**
 * esmtp_inspect_segment() - judge one segment and edit it
 * @t: the segment, all but the results filled
 *
 * Context: any; the caller holds others off this connection.
 *
 * Return: how the packet ends.
 */
enum esmtp_reason esmtp_inspect_segment(struct esmtp_task *t)
{
	struct esmtp_inspect *ins = t->ins;
	enum esmtp_reason why;
	u32 had = held(ins);

	t->way = &ins->way[t->dir];
	t->session = NULL;
	t->back = NULL;
	t->ended = false;
	why = inspect(t);
	if (held(ins) != had)
		esmtp_pool_add(t->pool, (s32)(held(ins) - had));
	return why;
}
