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
#include <linux/slab.h>
#include <linux/skbuff.h>

#include "apply.h"
#include "audit.h"
#include "edits.h"
#include "flow.h"
#include "inject.h"
#include "net.h"
#include "pkt.h"

/* One call of esmtp_inspect_packet(). */
struct work {
	struct esmtp_io io;		/* first: the core hands it back */
	struct esmtp_net *en;
	struct esmtp_flow *flow;
	struct esmtp_inspect *ins;
	struct esmtp_way *way;
	struct esmtp_pkt *pkt;
	enum esmtp_dir dir;
	u64 rules;			/* that matched in this packet */
	u32 last;			/* 1 + the last of them */
	bool banner;
	struct sk_buff *back;		/* for its sender */
};

/**
 * esmtp_inspect_alloc() - begin to inspect a connection
 * @map: the inspection map; must outlive it
 * @mark: has the sequence numbers of both SYNs
 * @flight: the namespace's sum of packet memory held
 *
 * Return: the state, or NULL.
 */
struct esmtp_inspect *esmtp_inspect_alloc(const struct esmtp_map *map,
					  const struct esmtp_mark *mark,
					  atomic_long_t *flight)
{
	struct esmtp_inspect *ins = kzalloc(sizeof(*ins), GFP_ATOMIC | __GFP_NOWARN);
	int dir;

	if (!ins)
		return NULL;
	spin_lock_init(&ins->lock);
	esmtp_session_init(&ins->session, map);
	for (dir = 0; dir < ESMTP_DIR_MAX; dir++) {
		ins->way[dir].isn = mark->isn[dir];
		esmtp_flight_init(&ins->way[dir].flight, flight);
	}
	return ins;
}

static void let_go(struct esmtp_inspect *ins)
{
	int dir;

	for (dir = 0; dir < ESMTP_DIR_MAX; dir++) {
		struct esmtp_way *way = &ins->way[dir];

		esmtp_flight_purge(&way->flight);
		esmtp_edits_drop(&way->log);
	}
}

/**
 * esmtp_inspect_free() - the connection is over
 * @ins: taken away from its flow; readers may still lock it until a grace period
 *	has passed, and find it closed
 */
void esmtp_inspect_free(struct esmtp_inspect *ins)
{
	spin_lock_bh(&ins->lock);
	ins->session.mode = ESMTP_MODE_CLOSED;
	let_go(ins);
	spin_unlock_bh(&ins->lock);
	kfree_rcu(ins, rcu);
}

static void event(struct esmtp_io *io, const struct esmtp_event *ev)
{
	struct work *w = container_of(io, struct work, io);

	this_cpu_inc(w->en->stats->event[ev->id]);
	esmtp_audit_event(w->en, w->flow, w->pkt, ev, w->way->isn);
	if (ev->id == ESMTP_EV_RULE)
		w->last = 1 + ev->rule;
	if (ev->id == ESMTP_EV_RULE)
		w->rules |= 1ull << ev->rule;
	else if (ev->id == ESMTP_EV_BANNER_MASKED)
		w->banner = true;
}

static enum esmtp_reason admit(struct esmtp_io *io, u8 rule)
{
	struct work *w = container_of(io, struct work, io);
	const struct nf_conn *ct = (struct nf_conn *)skb_nfct(w->pkt->skb);

	return ct ? esmtp_rate_admit(w->flow, ct, rule) : ESMTP_GO;
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
	esmtp_flight_prune(&other->flight, other->stream.una);
}

/* Feed the core block by block: payload is rarely linear. */
static enum esmtp_reason feed(struct work *w, u32 skip, u32 *taken)
{
	struct sk_buff *skb = w->pkt->skb;
	enum esmtp_reason why = ESMTP_GO;
	struct skb_seq_state seq;
	const u8 *data;
	u32 at = 0, n;

	skb_prepare_seq_read(skb, w->pkt->dataoff + skip, skb->len, &seq);
	while ((n = skb_seq_read(at, &data, &seq))) {
		at += esmtp_session_feed(&w->ins->session, w->dir, &w->io, data,
					 n, &why);
		if (why) {
			skb_abort_seq_read(&seq);
			break;
		}
	}
	*taken = at;
	return why;
}

/* It ends here, for a reason that is none of the core's. */
static enum esmtp_reason close(struct work *w, enum esmtp_reason why)
{
	w->ins->session.mode = ESMTP_MODE_CLOSED;
	w->ins->session.why = why;
	return why;
}

static void judged(struct esmtp_way *way, u32 n)
{
	way->stream.next += n;
	way->bytes += n;
}

static enum esmtp_reason feed_held(struct work *w, const struct esmtp_held *h)
{
	enum esmtp_reason why = ESMTP_GO;
	u32 at = 0;

	while (at < h->len && !why) {
		u32 n = h->len - at;
		const u8 *p = esmtp_held_map(h, at, &n);

		at += esmtp_session_feed(&w->ins->session, w->dir, &w->io, p, n,
					 &why);
		esmtp_held_unmap(p);
	}
	return why;
}

/*
 * A gap is filled: judge what has passed ahead of it. That has left and can't be
 * edited any more, so it passes the core as it is, or this packet, without which
 * the receiver can't read it, never gets there.
 */
static enum esmtp_reason catch_up(struct work *w)
{
	struct esmtp_flight *fl = &w->way->flight;
	u32 end = w->way->stream.next;
	enum esmtp_reason why;

	while (fl->ahead && fl->ahead->off == w->way->stream.next) {
		why = feed_held(w, fl->ahead);
		if (why)
			return esmtp_reason_retry(why) ? close(w, ESMTP_AHEAD_EDIT) :
							 why;
		judged(w->way, fl->ahead->len);
		esmtp_flight_ahead_judged(fl);
	}
	if (esmtp_log_beyond(&w->way->log, end))
		return close(w, ESMTP_AHEAD_EDIT);
	return ESMTP_GO;
}

/* Judge the new bytes. Returns ESMTP_GO if the packet may go on, or its part. */
static enum esmtp_reason judge(struct work *w, u32 skip, u32 fresh)
{
	struct esmtp_way *way = w->way;
	struct esmtp_log kept;
	enum esmtp_reason why;
	u32 taken;

	if (esmtp_flight_full(&way->flight))
		return ESMTP_FLIGHT_FULL;
	if (esmtp_flight_add(&way->flight, w->pkt, skip, way->stream.next))
		return ESMTP_MEMORY;
	w->io.log = &way->log;
	w->io.hand = way->stream.next;
	w->io.off = way->stream.next;
	w->io.event = event;
	w->io.admit = admit;
	kept = esmtp_edits_open(&way->log);
	why = feed(w, skip, &taken);
	judged(way, taken);
	esmtp_flight_take_back(&way->flight, fresh - taken);
	if (!why && way->flight.ahead)
		why = catch_up(w);
	if (!esmtp_edits_close(&way->log, &kept))
		return close(w, ESMTP_MEMORY);	/* what is to be edited is lost */
	if (why && (!esmtp_reason_retry(why) || !(skip + taken)))
		return why;
	if (taken < fresh && esmtp_apply_trim(w->pkt, skip + taken))
		return ESMTP_MEMORY;
	return taken < fresh ? ESMTP_TRIMMED : ESMTP_GO;
}

/* May all of a packet's bytes pass before those of the gap were seen? */
static bool passes_ahead(struct work *w, u32 off)
{
	struct sk_buff *skb = w->pkt->skb;
	struct skb_seq_state seq;
	struct esmtp_ahead a;
	const u8 *data;
	u32 at = 0, n;

	if (w->pkt->fin || w->pkt->urg ||
	    !esmtp_ahead_init(&a, &w->ins->session, w->dir,
			      off + w->pkt->len - w->way->stream.next))
		return false;
	skb_prepare_seq_read(skb, w->pkt->dataoff, skb->len, &seq);
	while ((n = skb_seq_read(at, &data, &seq))) {
		if (!esmtp_ahead_feed(&a, data, n)) {
			skb_abort_seq_read(&seq);
			return false;
		}
		at += n;
	}
	return true;
}

/* Bytes are missing before it. */
static enum esmtp_reason beyond(struct work *w, u32 off)
{
	struct esmtp_flight *fl = &w->way->flight;

	switch (esmtp_flight_ahead(fl, w->pkt, off)) {
	case ESMTP_KNOWN_SAME:
		return ESMTP_AHEAD;
	case ESMTP_KNOWN_DIFFERS:
		return ESMTP_INCONSISTENT;
	case ESMTP_KNOWN_PARTLY:
		return ESMTP_GAP;
	case ESMTP_KNOWN_NONE:
		break;
	}
	if (!passes_ahead(w, off))
		return ESMTP_GAP;
	if (esmtp_flight_full(fl))
		return ESMTP_FLIGHT_FULL;
	return esmtp_flight_ahead_add(fl, w->pkt, off) ? ESMTP_MEMORY : ESMTP_AHEAD;
}

/* What fills a gap ends where the bytes begin that have passed ahead of it. */
static int fit(struct work *w, u32 off)
{
	const struct esmtp_held *ahead = w->way->flight.ahead;

	if (!ahead || !esmtp_before(ahead->off, off + w->pkt->len))
		return 0;
	return esmtp_apply_trim(w->pkt, ahead->off - off);
}

/* Write what was decided for these bytes, now or earlier. */
static enum esmtp_reason edit(struct work *w, const struct esmtp_place *at, u32 off,
			      enum esmtp_reason why)
{
	u32 stale = min(at->stale, w->pkt->len);
	int err;

	if (w->pkt->urg) {
		if (esmtp_apply_no_urgent(w->pkt) < 0)
			return ESMTP_MEMORY;
		why = why ?: ESMTP_URGENT;
	}
	if (stale) {
		if (esmtp_apply_blank(w->pkt, stale) < 0)
			return ESMTP_MEMORY;
		why = why ?: ESMTP_STALE;
	}
	err = w->way->log.n ? esmtp_apply_log(w->pkt, &w->way->log, off) : 0;
	if (err < 0)
		return ESMTP_MEMORY;
	if (err)
		why = why ?: at->fresh ? ESMTP_EDITED : ESMTP_REPLAYED;
	return why;
}

static enum esmtp_reason payload(struct work *w)
{
	struct esmtp_way *way = w->way;
	u32 off = w->pkt->seq - way->isn;
	struct esmtp_place at = esmtp_stream_place(&way->stream, off, w->pkt->len);
	enum esmtp_reason why = ESMTP_GO;
	u32 len;

	if (at.gap)
		return beyond(w, off);
	len = w->pkt->len;
	if (fit(w, off))
		return ESMTP_MEMORY;
	if (w->pkt->len < len)
		at = esmtp_stream_place(&way->stream, off, w->pkt->len);
	if (!esmtp_flight_same(&way->flight, w->pkt, at.stale, off + at.stale,
			       at.again))
		return ESMTP_INCONSISTENT;
	if (at.fresh)
		why = judge(w, at.stale + at.again, at.fresh);
	if (why && why != ESMTP_TRIMMED)
		return why;
	if (!why && w->pkt->len < len)
		why = ESMTP_TRIMMED;
	return edit(w, &at, off, why);
}

/* ASA counts apart what was dropped and what was reset. */
static u32 ended_slot(const struct esmtp_session *s)
{
	return s->act == ESMTP_ACT_RESET || s->act == ESMTP_ACT_REJECT ?
	       ESMTP_SLOT_RESETS : ESMTP_SLOT_DROPS;
}

static void count(struct work *w, enum esmtp_reason why)
{
	struct esmtp_kpolicy *kp = w->flow->kp;
	u32 slot = w->flow->slot;
	u64 rules = w->rules;

	esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_PACKETS);
	if (esmtp_inspect_ended(w->ins))
		esmtp_kpolicy_count(kp, slot + ended_slot(&w->ins->session));
	else if (why == ESMTP_INCONSISTENT)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_DROPS);
	if (w->banner)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_BANNER);
	for (; rules; rules &= rules - 1)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_RULES + __ffs64(rules));
}

static bool closed(const struct esmtp_inspect *ins)
{
	return ins->session.mode == ESMTP_MODE_CLOSED;
}

/* The session is over, since this packet or before. What do its ends get? */
static enum esmtp_reason end(struct work *w, bool first, enum esmtp_reason why)
{
	struct esmtp_inspect *ins = w->ins;
	u8 act = ins->session.act;

	if (first)
		esmtp_audit_end(w->en, w->flow, w->pkt, w->dir, ins->session.why,
				ins->session.why == ESMTP_RULE_DROP ? w->last : 0);
	if (act == ESMTP_ACT_RESET || act == ESMTP_ACT_REJECT) {
		if (first)
			esmtp_ending_begin(ins, w->dir, w->io.hand);
		why = esmtp_ending_packet(ins, w->pkt, w->dir, first, &w->back);
	}
	if (act != ESMTP_ACT_REJECT || ins->told)
		let_go(ins);
	return why;
}

static enum esmtp_reason inspect(struct work *w)
{
	struct esmtp_inspect *ins = w->ins;
	enum esmtp_reason why = ESMTP_CONTROL;
	bool was = closed(ins);

	acknowledge(ins, w->pkt, w->dir);
	if (was)
		why = ESMTP_CLOSED;
	else if (w->pkt->len)
		why = payload(w);
	if (was && esmtp_ending_resend(ins, w->pkt, w->dir))
		return payload(w);
	return closed(ins) ? end(w, !was, why) : why;
}

static void answer(struct work *w)
{
	struct net *net = nf_ct_net((struct nf_conn *)skb_nfct(w->pkt->skb));

	if (esmtp_inject_send(net, w->back, w->pkt->skb))
		this_cpu_inc(w->en->stats->sent);
	else
		this_cpu_inc(w->en->stats->unsent);
}

/**
 * esmtp_inspect_packet() - judge one segment and edit it
 * @en: the namespace
 * @flow: the connection
 * @ins: its state, or NULL while there was no payload yet and this has none
 * @pkt: the segment, its checksum verified; it may come back shorter, or as
 *	another
 * @dir: its direction
 *
 * Softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 *
 * Return: how the packet ends.
 */
enum esmtp_reason esmtp_inspect_packet(struct esmtp_net *en, struct esmtp_flow *flow,
				       struct esmtp_inspect *ins,
				       struct esmtp_pkt *pkt, enum esmtp_dir dir)
{
	struct work w = {
		.en = en,
		.flow = flow,
		.ins = ins,
		.pkt = pkt,
		.dir = dir,
	};
	enum esmtp_reason why = ESMTP_CONTROL;

	if (ins) {
		w.way = &ins->way[dir];
		spin_lock_bh(&ins->lock);
		why = inspect(&w);
		spin_unlock_bh(&ins->lock);
	}
	count(&w, why);
	if (w.back)
		answer(&w);
	return why;
}
