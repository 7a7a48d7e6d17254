// SPDX-License-Identifier: GPL-2.0
/*
 * Connects the stream engine to the module: lock and lifetime of its state, its
 * counters, and the sending of its segments.
 */
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>

#include "control/audit.h"
#include "control/net.h"
#include "control/packet_counters.h"
#include "data/inject.h"
#include "data/skb_parse.h"
#include "data/spares.h"
#include "flow.h"

/* One call of esmtp_inspect_packet(). */
struct work {
	struct esmtp_task task;
	struct esmtp_net *en;
	struct esmtp_flow *flow;
	struct esmtp_inspected *in;
	struct esmtp_packet_counters tally;
	struct esmtp_told told;
};

static struct kmem_cache *cache;

/*
 * Whose turn it is at a CPU's desk (esmtp_memory_scratch()). With BH off it is nobody else's, but
 * where softirqs are threads: from Linux 6.18 on they take no lock of their CPU there.
 */
static DEFINE_PER_CPU(spinlock_t, desks) = __SPIN_LOCK_UNLOCKED(desks);

/**
 * esmtp_inspected_init() - prepare to inspect connections
 *
 * Module initialisation. The states have a cache of their own, for kmalloc() would
 * round each of them up to a larger size class.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_inspected_init(void)
{
	cache = KMEM_CACHE(esmtp_inspected, 0);
	return cache ? 0 : -ENOMEM;
}

/**
 * esmtp_inspected_exit() - destroy the cache; all states have been freed, and what they held
 */
void esmtp_inspected_exit(void)
{
	kmem_cache_destroy(cache);
	esmtp_spares_exit();
}

/**
 * esmtp_inspected_alloc() - begin to inspect a connection
 * @map: the inspection map; must outlive it
 * @isn: sequence numbers after both SYNs, by enum esmtp_dir
 *
 * Return: the state, or NULL.
 */
struct esmtp_inspected *esmtp_inspected_alloc(const struct esmtp_map *map,
					      const u32 isn[ESMTP_DIR_MAX])
{
	struct esmtp_inspected *in = kmem_cache_alloc(cache, GFP_ATOMIC | __GFP_NOWARN);

	if (!in)
		return NULL;
	spin_lock_init(&in->lock);
	esmtp_inspect_init(&in->ins, map, isn);
	in->resized = false;
	in->closed = false;
	return in;
}

/* Set with the first edit that changes the stream's length, before it is sent. */
static void mark_resized(struct esmtp_inspected *in, struct esmtp_net *en)
{
	if (in->resized || in->closed || !in->ins.resizes || !esmtp_renumber_on(&in->ins))
		return;
	WRITE_ONCE(in->resized, true);
	atomic_inc(&en->resized);
}

/**
 * esmtp_inspected_close() - close a connection's state
 * @in: the state; readers may still lock it, and then find it closed
 * @en: its namespace
 *
 * Calling it again does nothing.
 */
void esmtp_inspected_close(struct esmtp_inspected *in, struct esmtp_net *en)
{
	spin_lock_bh(&in->lock);
	esmtp_inspect_close(&in->ins, &en->pool);
	if (in->resized)
		atomic_dec(&en->resized);
	in->resized = false;
	in->closed = true;
	spin_unlock_bh(&in->lock);
}

/**
 * esmtp_inspected_free() - free a connection's state
 * @in: the state, closed, which nobody reads any more; or new
 */
void esmtp_inspected_free(struct esmtp_inspected *in)
{
	kmem_cache_free(cache, in);
}

static void handle_event(struct esmtp_io *io, const struct esmtp_event *ev)
{
	struct work *w = container_of(io, struct work, task.io);

	esmtp_counters_add_event(&w->tally, w->en, &w->task.session->head, ev);
	if (esmtp_record_due(&w->told, w->en->audit, esmtp_flow_map(w->flow), ev))
		esmtp_audit_event(w->en, w->flow, &w->task, ev);
}

static enum esmtp_reason admit_message(struct esmtp_io *io, u8 rule)
{
	struct work *w = container_of(io, struct work, task.io);
	const struct esmtp_flow *flow = w->flow;
	struct esmtp_flowspec spec;

	esmtp_tuple_addresses((struct nf_conn *)skb_nfct(w->task.pkt->skb), &spec);
	return esmtp_rate_admit(flow->kp, flow->slot + ESMTP_SLOT_RULES + rule,
				esmtp_flow_map(flow)->rules[rule].rate, &spec.real);
}

/* Apart, for its room is cleared for each packet otherwise. */
static noinline void count_would(const struct work *w, struct esmtp_session_head *s)
{
	struct esmtp_flowspec spec;

	esmtp_tuple_addresses((struct nf_conn *)skb_nfct(w->task.pkt->skb), &spec);
	esmtp_would_packet(&w->tally.would, w->flow->kp, w->flow->slot, s, &spec.real);
}

static void count_ended_conn(struct work *w)
{
	const struct esmtp_session_head *s = &w->task.ins->session;

	esmtp_count(w->en->stats->ended[s->why]);
	esmtp_audit_end(w->en, w->flow, w->task.pkt, w->task.dir, s->why,
			esmtp_counters_culprit(&w->tally, s));
}

static void send_answer(struct work *w)
{
	struct sk_buff *skb = w->task.pkt->skb;
	struct net *net = nf_ct_net((struct nf_conn *)skb_nfct(skb));

	if (esmtp_inject_send(net, w->task.back, skb))
		esmtp_count(w->en->stats->sent);
	else
		esmtp_count(w->en->stats->unsent);
}

/* Not by an initialiser: it would clear what the engine fills anyway, for each packet. */
static void init_work(struct work *w, struct esmtp_net *en, struct esmtp_flow *flow,
		      struct esmtp_inspected *in, struct esmtp_pkt *pkt, enum esmtp_dir dir)
{
	memset(&w->task.io, 0, sizeof(w->task.io));
	w->task.ins = &in->ins;
	w->task.pool = &en->pool;
	w->task.pkt = pkt;
	w->task.dir = dir;
	w->task.event = handle_event;
	w->task.admit = admit_message;
	w->en = en;
	w->flow = flow;
	w->in = in;
	memset(&w->tally, 0, sizeof(w->tally));
	memset(&w->told, 0, sizeof(w->told));
}

/* A segment without payload that changes nothing, or of a connection that has had no payload. */
static enum esmtp_reason count_control(const struct esmtp_flow *flow)
{
	esmtp_kpolicy_count(flow->kp, flow->slot + ESMTP_SLOT_PACKETS);
	return ESMTP_R_CONTROL;
}

/* Does it only acknowledge? If so, that is taken. */
static bool is_plain_ack(struct esmtp_net *en, const struct esmtp_flow *flow,
			 struct esmtp_inspected *in, const struct esmtp_pkt *pkt,
			 enum esmtp_dir dir)
{
	bool plain;

	if (pkt->len || READ_ONCE(flow->clear))
		return false;
	spin_lock_bh(&in->lock);
	plain = esmtp_ack_plain(&in->ins, &en->pool, dir, pkt);
	spin_unlock_bh(&in->lock);
	return plain;
}

/* Under the lock of the connection, so that nobody is moved to another CPU. */
static enum esmtp_reason inspect_at_desk(struct esmtp_task *task)
{
	enum esmtp_reason why;

	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		return esmtp_inspect_segment(task);
	spin_lock(this_cpu_ptr(&desks));
	why = esmtp_inspect_segment(task);
	spin_unlock(this_cpu_ptr(&desks));
	return why;
}

/**
 * esmtp_inspect_packet() - judge one segment and edit it
 * @en: the namespace
 * @flow: the connection
 * @in: its state, or NULL if no segment so far, this one included, has payload
 * @pkt: the segment, its checksum verified; may be shortened, or replaced by
 *	another segment
 * @dir: its direction
 *
 * Softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 *
 * Return: how the packet ends.
 */
enum esmtp_reason esmtp_inspect_packet(struct esmtp_net *en, struct esmtp_flow *flow,
				       struct esmtp_inspected *in,
				       struct esmtp_pkt *pkt, enum esmtp_dir dir)
{
	struct work w __uninitialized;
	enum esmtp_reason why;

	if (!in || is_plain_ack(en, flow, in, pkt, dir))
		return count_control(flow);
	init_work(&w, en, flow, in, pkt, dir);
	spin_lock_bh(&in->lock);
	/* a SYN is no packet to end a connection by: nobody would be told */
	in->ins.cleared |= READ_ONCE(flow->clear) && !pkt->syn;
	why = inspect_at_desk(&w.task);
	mark_resized(in, en);
	if (esmtp_would_due(&w.tally.would, &in->ins.session))
		count_would(&w, &in->ins.session);
	spin_unlock_bh(&in->lock);
	esmtp_audit_skip(en->audit, w.told.more);
	esmtp_counters_add_packet(&w.tally, flow->kp, flow->slot, esmtp_flow_map(flow),
				  esmtp_inspected_ended(in) ? &in->ins.session : NULL, why);
	if (w.task.ended)
		count_ended_conn(&w);
	if (w.task.back)
		send_answer(&w);
	return why;
}
