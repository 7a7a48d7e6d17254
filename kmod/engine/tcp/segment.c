// SPDX-License-Identifier: GPL-2.0
/*
 * One segment of an inspected connection: place its bytes in the stream, compare
 * those that come again, feed those that are new to the core, and write what the
 * core wants changed. Everything under the flow's lock.
 *
 * For each stream offset only the bytes that were inspected there can reach the receiver:
 * those seen first, even if the receiver discarded the segment that carried them. So a
 * sender of decoy segments, which only the engine or only the receiver accepts, ends its
 * own connection and smuggles nothing.
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
		ins->half[dir].isn = isn[dir];
}

/* Bytes of memory that a connection holds. */
static u32 get_held_bytes(const struct esmtp_inspect *ins)
{
	return ins->half[ESMTP_C2S].held + ins->half[ESMTP_S2C].held;
}

static void free_connection_memory(struct esmtp_inspect *ins)
{
	int dir;

	for (dir = 0; dir < ESMTP_DIR_MAX; dir++) {
		struct esmtp_half_stream *half = &ins->half[dir];

		esmtp_flight_purge(half);
		esmtp_edit_store_drop(&half->log);
	}
	esmtp_scratch_drop(ins);
}

/**
 * esmtp_inspect_close() - let go of a connection
 * @ins: the connection; whoever still looks at it finds it closed
 * @pool: what all connections hold together
 */
void esmtp_inspect_close(struct esmtp_inspect *ins, struct esmtp_pool *pool)
{
	ins->session.mode = ESMTP_MODE_CLOSED;
	esmtp_pool_add(pool, -(s32)get_held_bytes(ins));
	free_connection_memory(ins);
}

/* Context of feed_block(): feeding the new bytes of a packet to the core. */
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

static enum esmtp_reason feed_new_bytes(struct esmtp_task *t, u32 skip, u32 *taken)
{
	struct feed f = { .t = t };

	esmtp_pkt_walk(t->pkt, skip, feed_block, &f);
	*taken = f.taken;
	return f.why;
}

/*
 * End the session for a reason outside the core, such as lack of memory. Where what has
 * passed ahead of a gap is lost to both ends, neither is left to wait.
 */
static enum esmtp_reason close_inspection(struct esmtp_task *t, enum esmtp_reason why)
{
	struct esmtp_session_head *s = t->session ? &t->session->head :
						    &t->ins->session;

	s->mode = ESMTP_MODE_CLOSED;
	s->why = why;
	if (why == ESMTP_R_AHEAD_EDIT)
		s->act = ESMTP_ACT_RESET;
	return why;
}

static void advance_stream(struct esmtp_half_stream *half, u32 n)
{
	half->stream.next += n;
	half->bytes += n;
}

static enum esmtp_reason feed_held(struct esmtp_task *t, const struct esmtp_kept *h)
{
	enum esmtp_reason why = ESMTP_R_GO;
	u32 at = 0;

	while (at < h->len && !why) {
		u32 n = h->len - at;
		const u8 *p = esmtp_keep_map(h, at, &n);

		at += esmtp_session_feed(t->session, t->dir, &t->io, p, n, &why);
		esmtp_keep_unmap(p);
	}
	return why;
}

/* Bytes that edits have added so far to the inspected part of the stream, mod 2^32. */
static u32 get_stream_growth(const struct esmtp_half_stream *half)
{
	return esmtp_seqmap_out(&half->log, half->stream.next) - half->stream.next;
}

/*
 * A gap is filled: inspect the bytes that were forwarded ahead of it. They can't be
 * edited any more. If the core would edit or refuse them, this packet is dropped, and
 * without it the receiver can't deliver them to the application.
 */
static enum esmtp_reason judge_ahead_bytes(struct esmtp_task *t, u32 grown)
{
	struct esmtp_half_stream *half = t->half;
	u32 end = half->stream.next;
	const struct esmtp_kept *h;
	enum esmtp_reason why;

	if (get_stream_growth(half) != grown)
		return close_inspection(t, ESMTP_R_AHEAD_EDIT);
	/* they can't be held any more: what is dearer than any mail ends the connection */
	t->io.most = t->io.spent + ESMTP_WORK_AHEAD;
	while ((h = esmtp_flight_ahead_first(half)) && h->off == half->stream.next) {
		t->io.most += ESMTP_WORK_AHEAD_BYTE * h->len;
		why = feed_held(t, h);
		if (why)
			return esmtp_reason_retry(why) ? close_inspection(t, ESMTP_R_AHEAD_EDIT) :
							 why;
		advance_stream(half, h->len);
		esmtp_flight_ahead_judged(half);
	}
	if (esmtp_log_beyond(&half->log, end))
		return close_inspection(t, ESMTP_R_AHEAD_EDIT);
	return ESMTP_R_GO;
}

/*
 * Is the memory for unacknowledged bytes used up, of this direction or of the pool? What the
 * packet will hold itself counts, roughly: if many had one packet more than their share each,
 * nothing would be left.
 */
static enum esmtp_reason find_full_bound(const struct esmtp_task *t)
{
	u32 mine = get_held_bytes(t->ins) + t->pkt->len + ESMTP_FLIGHT_PACKET;

	if (t->half->held >= ESMTP_FLIGHT_FLOW)
		return ESMTP_R_FLIGHT_FULL;
	return esmtp_pool_full(t->pool, mine) ? ESMTP_R_POOL_FULL : ESMTP_R_GO;
}

/*
 * Does this packet fill a gap that packets have passed ahead of, while nothing judged waits
 * for its acknowledgement? Then it is the only one that can free memory again: they wait for
 * it, and it for them, were it refused for want of room.
 */
static bool is_awaited(struct esmtp_half_stream *half)
{
	/* what was held has no bytes left, but has its memory */
	if (half->tail)
		esmtp_flight_prune(half, half->stream.una);
	return half->ahead && !half->tail;
}

/* Have the core read the new bytes, and keep what it makes of them. */
static enum esmtp_reason read_new_bytes(struct esmtp_task *t, u32 skip, u32 *taken)
{
	struct esmtp_half_stream *half = t->half;
	u32 grown = half->ahead ? get_stream_growth(half) : 0;
	struct esmtp_scratch *desk = esmtp_memory_scratch();
	struct esmtp_log kept;
	enum esmtp_reason why;
	bool all;

	t->io.log = &half->log;
	t->io.hand = half->stream.next;
	t->io.off = half->stream.next;
	t->io.event = t->event;
	t->io.admit = t->admit;
	t->io.spent = 0;
	t->io.most = esmtp_work(t->pkt->len - skip);
	kept = esmtp_edit_store_open(&half->log, desk);
	esmtp_scratch_open(t, desk);
	why = feed_new_bytes(t, skip, taken);
	advance_stream(half, *taken);
	if (*taken < t->pkt->len - skip)
		esmtp_flight_take_back(half, t->pkt->len - skip - *taken);
	if (!why && half->ahead)
		why = judge_ahead_bytes(t, grown);
	all = esmtp_scratch_close(t);
	/* without memory the edits or the parser's state would be lost */
	return esmtp_edit_store_close(&half->log, &kept) && all ? why :
							   close_inspection(t, ESMTP_R_MEMORY);
}

/* Inspect the new bytes. Returns ESMTP_R_GO, ESMTP_R_TRIMMED, or why it is dropped. */
static enum esmtp_reason judge_new_bytes(struct esmtp_task *t, u32 skip, u32 fresh)
{
	bool awaited = is_awaited(t->half);
	enum esmtp_reason why = find_full_bound(t);
	u32 taken;

	if (why && !awaited)
		return why;
	if (esmtp_flight_add(t->half, t->pkt, skip, t->half->stream.next))
		return ESMTP_R_MEMORY;
	why = read_new_bytes(t, skip, &taken);
	if (why && (!esmtp_reason_retry(why) || !(skip + taken)))
		return why;
	if (taken < fresh && esmtp_pkt_trim(t->pkt, skip + taken))
		return ESMTP_R_MEMORY;
	return taken < fresh ? ESMTP_R_TRIMMED : ESMTP_R_GO;
}

/* Context of scan_ahead_block(): checking the bytes of a packet ahead of a gap. */
struct lookout {
	struct esmtp_ahead ahead;
	bool passes;
};

static bool scan_ahead_block(void *ctx, const u8 *p, u32 n)
{
	struct lookout *l = ctx;

	l->passes = esmtp_ahead_feed(&l->ahead, p, n);
	return l->passes;
}

/*
 * Is the gap one whose bytes are likely to change the length of the stream? Whoever ended
 * a command with a bare LF will do so behind the message, too, perhaps in the gap, and
 * what has passed ahead of it would be in the wrong place.
 */
static bool may_gap_resize(const struct esmtp_task *t)
{
	return t->ins->resizes && t->ins->session.mode == ESMTP_MODE_MESSAGE &&
	       esmtp_seqmap_on(&t->half->log);
}

/*
 * Is it farther ahead than any window reaches (RFC 7323 2.3)? No receiver would take it, and
 * the order of pieces holds within half of all numbers only.
 */
static bool is_too_far(const struct esmtp_task *t, u32 off)
{
	return off + t->pkt->len - t->half->stream.next > ESMTP_FLIGHT_FAR;
}

/* May the packet be forwarded before the bytes of the gap were inspected? */
static bool may_pass_ahead(struct esmtp_task *t, u32 off)
{
	struct lookout l = { .passes = true };

	if (may_gap_resize(t))
		return false;
	if (t->pkt->fin || t->pkt->urg ||
	    !esmtp_ahead_init(&l.ahead, &t->ins->session, t->dir,
			      off + t->pkt->len - t->half->stream.next))
		return false;
	esmtp_pkt_walk(t->pkt, 0, scan_ahead_block, &l);
	return l.passes;
}

/* A packet ahead of a gap in the stream. */
static enum esmtp_reason judge_ahead_packet(struct esmtp_task *t, u32 off)
{
	enum esmtp_reason why;

	if (is_too_far(t, off))
		return ESMTP_R_GAP;
	switch (esmtp_flight_ahead(t->half, t->pkt, off)) {
	case ESMTP_KNOWN_SAME:
		return ESMTP_R_AHEAD;
	case ESMTP_KNOWN_DIFFERS:
		return ESMTP_R_INCONSISTENT;
	case ESMTP_KNOWN_PARTLY:
		return ESMTP_R_GAP;
	case ESMTP_KNOWN_NONE:
		break;
	}
	if (!may_pass_ahead(t, off))
		return ESMTP_R_GAP;
	if (t->half->pieces == ESMTP_FLIGHT_PIECES)
		return ESMTP_R_PIECES_FULL;
	why = find_full_bound(t);
	if (why)
		return why;
	return esmtp_flight_ahead_add(t->half, t->pkt, off) ? ESMTP_R_MEMORY : ESMTP_R_AHEAD;
}

/* Trim a packet that fills a gap to the gap: bytes after it were forwarded already. */
static int trim_to_gap(struct esmtp_task *t, u32 off)
{
	const struct esmtp_kept *ahead = esmtp_flight_ahead_first(t->half);

	if (!ahead || !esmtp_before(ahead->off, off + t->pkt->len))
		return 0;
	return esmtp_pkt_trim(t->pkt, ahead->off - off);
}

/* Apply the log's edits to the packet and blank bytes that were acknowledged. */
static enum esmtp_reason apply_edits(struct esmtp_task *t, const struct esmtp_place *at, u32 off,
				     enum esmtp_reason why)
{
	u32 stale = at->stale < t->pkt->len ? at->stale : t->pkt->len;
	int err;

	if (stale) {
		if (esmtp_pkt_blank(t->pkt, stale) < 0)
			return ESMTP_R_MEMORY;
		why = why ?: ESMTP_R_STALE;
	}
	err = t->half->log.n ? esmtp_pkt_write_edits(t->pkt, &t->half->log, off) : 0;
	if (err < 0)
		return ESMTP_R_MEMORY;
	if (err)
		why = why ?: at->fresh ? ESMTP_R_EDITED : ESMTP_R_REPLAYED;
	return why;
}

/* The next bytes of a stream without a gap, as most are: all of them are new. */
static enum esmtp_reason judge_next_bytes(struct esmtp_task *t)
{
	const struct esmtp_place at = { .fresh = t->pkt->len };
	u32 off = t->half->stream.next;
	enum esmtp_reason why = judge_new_bytes(t, 0, t->pkt->len);

	if (why && why != ESMTP_R_TRIMMED)
		return why;
	return t->half->log.n ? apply_edits(t, &at, off, why) : why;
}

static enum esmtp_reason judge_payload(struct esmtp_task *t)
{
	struct esmtp_half_stream *half = t->half;
	u32 off = t->pkt->seq - half->isn;
	enum esmtp_reason why = ESMTP_R_GO;
	struct esmtp_place at;
	u32 len = t->pkt->len;

	if (off == half->stream.next && !half->ahead)
		return judge_next_bytes(t);
	at = esmtp_stream_place(&half->stream, off, len);
	if (at.gap)
		return judge_ahead_packet(t, off);
	if (trim_to_gap(t, off))
		return ESMTP_R_MEMORY;
	if (t->pkt->len < len)
		at = esmtp_stream_place(&half->stream, off, t->pkt->len);
	if (!esmtp_flight_same(half, t->pkt, at.stale, off + at.stale,
			       at.again))
		return ESMTP_R_INCONSISTENT;
	if (at.fresh)
		why = judge_new_bytes(t, at.stale + at.again, at.fresh);
	if (why && why != ESMTP_R_TRIMMED)
		return why;
	if (!why && t->pkt->len < len)
		why = ESMTP_R_TRIMMED;
	return apply_edits(t, &at, off, why);
}

static bool is_session_closed(const struct esmtp_inspect *ins)
{
	return ins->session.mode == ESMTP_MODE_CLOSED;
}

/*
 * Renumber a packet that passes, and clear its URG flag: a receiver may take the urgent
 * byte out of the stream (RFC 9293 3.8.5), and a line that loses its stuffed dot can
 * become an end of data. Empty segments too, as they can point at a later byte.
 */
static enum esmtp_reason prepare_to_leave(struct esmtp_task *t, enum esmtp_reason why)
{
	enum esmtp_end end = esmtp_reason_end(why);

	if (end == ESMTP_END_DROP)
		return why;
	if (t->pkt->urg) {
		if (esmtp_pkt_clear_urgent(t->pkt) < 0)
			return ESMTP_R_MEMORY;
		why = end == ESMTP_END_PASS ? ESMTP_R_URGENT : why;
	}
	if (!t->ins->resizes)
		return why;
	return esmtp_renumber_segment(t) ? ESMTP_R_MEMORY : why;
}

/* The session has ended, now or before: replace the packet by a RST or reply if due. */
static enum esmtp_reason answer_ended_session(struct esmtp_task *t, enum esmtp_reason why)
{
	struct esmtp_inspect *ins = t->ins;
	u8 act = ins->session.act;

	if (act == ESMTP_ACT_RESET || act == ESMTP_ACT_REJECT) {
		if (t->ended)
			esmtp_ending_begin(ins, t->dir, t->io.hand);
		why = esmtp_ending_packet(t, t->ended);
	}
	if (act != ESMTP_ACT_REJECT || ins->told)
		free_connection_memory(ins);
	return why;
}

/* Nothing of this segment passes: who was asked to end the connection did not read it. */
static enum esmtp_reason end_cleared_session(struct esmtp_task *t)
{
	t->ins->session.act = ESMTP_ACT_RESET;
	t->io.hand = t->half->stream.next;
	t->ended = true;
	return close_inspection(t, ESMTP_R_CLEARED);
}

static enum esmtp_reason judge_segment(struct esmtp_task *t)
{
	struct esmtp_inspect *ins = t->ins;
	enum esmtp_reason why = ESMTP_R_CONTROL;
	bool was = is_session_closed(ins);

	esmtp_ack_process(ins, t->dir, t->pkt);
	if (ins->cleared && !was)
		return answer_ended_session(t, end_cleared_session(t));
	if (was)
		why = ESMTP_R_CLOSED;
	else if (t->pkt->len)
		why = judge_payload(t);
	if (was && esmtp_ending_resend(t))
		return prepare_to_leave(t, judge_payload(t));
	t->ended = !was && is_session_closed(ins);
	return is_session_closed(ins) ? answer_ended_session(t, why) : prepare_to_leave(t, why);
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
	u32 had = get_held_bytes(ins);

	t->half = &ins->half[t->dir];
	t->session = NULL;
	t->back = NULL;
	t->ended = false;
	why = judge_segment(t);
	if (get_held_bytes(ins) != had)
		esmtp_pool_add(t->pool, (s32)(get_held_bytes(ins) - had));
	return why;
}
