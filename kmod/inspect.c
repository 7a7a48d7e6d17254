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
#include "flow.h"
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
};

/*
 * Edits are rare and soon acknowledged: a direction has memory for them only
 * while there are some. The core writes into the CPU's own meanwhile.
 */
static DEFINE_PER_CPU(struct esmtp_edit[ESMTP_LOG_EDITS], scratch);

static void log_open(struct esmtp_log *log)
{
	if (log->v)
		return;
	log->v = *this_cpu_ptr(&scratch);
	log->cap = ESMTP_LOG_EDITS;
	log->head = 0;
	log->n = 0;
}

/* Returns false if the edits could not be kept. */
static bool log_close(struct esmtp_log *log)
{
	if (log->v != *this_cpu_ptr(&scratch))
		return true;
	log->v = NULL;
	if (!log->n)
		return true;
	log->v = kmemdup(*this_cpu_ptr(&scratch),
			 sizeof(*log->v) * ESMTP_LOG_EDITS,
			 GFP_ATOMIC | __GFP_NOWARN);
	if (log->v)
		return true;
	log->n = 0;
	return false;
}

static void log_prune(struct esmtp_log *log, u32 una)
{
	if (!log->v)
		return;
	esmtp_log_prune(log, una);
	if (log->n)
		return;
	kfree(log->v);
	log->v = NULL;
}

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
		kfree(way->log.v);
		way->log.v = NULL;
		way->log.n = 0;
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

/* An acknowledgement of what the other side sent. */
static void acknowledge(struct esmtp_inspect *ins, const struct esmtp_pkt *pkt,
			enum esmtp_dir dir)
{
	struct esmtp_way *other = &ins->way[!dir];

	if (!pkt->has_ack ||
	    !esmtp_stream_ack(&other->stream, pkt->ack - other->isn))
		return;
	log_prune(&other->log, other->stream.una);
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

/* Judge the new bytes. Returns ESMTP_GO if the packet may go on, or its part. */
static enum esmtp_reason judge(struct work *w, u32 skip, u32 fresh)
{
	struct esmtp_way *way = w->way;
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
	log_open(&way->log);
	why = feed(w, skip, &taken);
	if (!log_close(&way->log)) {
		/* judged, but what is to be edited is lost: it ends here */
		w->ins->session.mode = ESMTP_MODE_CLOSED;
		w->ins->session.why = ESMTP_MEMORY;
		return ESMTP_MEMORY;
	}
	way->stream.next += taken;
	way->bytes += taken;
	esmtp_flight_take_back(&way->flight, fresh - taken);
	if (why && (!esmtp_reason_retry(why) || !(skip + taken)))
		return why;
	if (taken < fresh && esmtp_apply_trim(w->pkt, skip + taken))
		return ESMTP_MEMORY;
	return taken < fresh ? ESMTP_TRIMMED : ESMTP_GO;
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

	if (at.gap)
		return ESMTP_GAP;
	if (!esmtp_flight_same(&way->flight, w->pkt, at.stale, off + at.stale,
			       at.again))
		return ESMTP_INCONSISTENT;
	if (at.fresh)
		why = judge(w, at.stale + at.again, at.fresh);
	if (why && why != ESMTP_TRIMMED)
		return why;
	return edit(w, &at, off, why);
}

static bool ended_by_policy(enum esmtp_reason why)
{
	return why == ESMTP_RULE_DROP || why == ESMTP_PIPE ||
	       why == ESMTP_CLOSED || why == ESMTP_INCONSISTENT;
}

static void count(struct work *w, enum esmtp_reason why)
{
	struct esmtp_kpolicy *kp = w->flow->kp;
	u32 slot = w->flow->slot;
	u64 rules = w->rules;

	esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_PACKETS);
	if (ended_by_policy(why))
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_DROPS);
	if (esmtp_inspect_ended(w->ins) && why != ESMTP_CLOSED)
		esmtp_audit_end(w->en, w->flow, w->pkt, w->dir, why,
				why == ESMTP_RULE_DROP ? w->last : 0);
	if (w->banner)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_BANNER);
	for (; rules; rules &= rules - 1)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_RULES + __ffs64(rules));
}

/**
 * esmtp_inspect_packet() - judge one segment and edit it
 * @en: the namespace
 * @flow: the connection
 * @ins: its state, or NULL while there was no payload yet and this has none
 * @pkt: the segment, its checksum verified; it may come back shorter
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
		acknowledge(ins, pkt, dir);
		if (ins->session.mode == ESMTP_MODE_CLOSED)
			why = ESMTP_CLOSED;
		else if (pkt->len)
			why = payload(&w);
		if (ins->session.mode == ESMTP_MODE_CLOSED)
			let_go(ins);
		spin_unlock_bh(&ins->lock);
	}
	count(&w, why);
	return why;
}
