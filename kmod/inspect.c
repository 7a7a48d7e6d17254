// SPDX-License-Identifier: GPL-2.0
/*
 * The stream engine's side to the module: its lock and lifetime, what it counts,
 * and its segments on their way.
 */
#include <linux/slab.h>
#include <linux/skbuff.h>

#include "audit.h"
#include "flow.h"
#include "inject.h"
#include "net.h"
#include "pkt.h"
#include "tally.h"

/* One call of esmtp_inspect_packet(). */
struct work {
	struct esmtp_task task;
	struct esmtp_net *en;
	struct esmtp_flow *flow;
	struct esmtp_inspected *in;
	struct esmtp_tally tally;
};

static struct kmem_cache *cache;

/**
 * esmtp_inspected_init() - prepare to inspect connections
 *
 * Module initialisation. There may be very many of them: no size class of kmalloc()
 * is as long as one is.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_inspected_init(void)
{
	cache = KMEM_CACHE(esmtp_inspected, 0);
	return cache ? 0 : -ENOMEM;
}

/**
 * esmtp_inspected_exit() - inspect no more; all of them were freed
 */
void esmtp_inspected_exit(void)
{
	kmem_cache_destroy(cache);
}

/**
 * esmtp_inspected_alloc() - begin to inspect a connection
 * @map: the inspection map; must outlive it
 * @mark: has the sequence numbers of both SYNs
 *
 * Return: the state, or NULL.
 */
struct esmtp_inspected *esmtp_inspected_alloc(const struct esmtp_map *map,
					      const struct esmtp_mark *mark)
{
	struct esmtp_inspected *in = kmem_cache_alloc(cache, GFP_ATOMIC | __GFP_NOWARN);
	const u32 isn[ESMTP_DIR_MAX] = {
		[ESMTP_C2S] = mark->isn[IP_CT_DIR_ORIGINAL],
		[ESMTP_S2C] = mark->isn[IP_CT_DIR_REPLY],
	};

	if (!in)
		return NULL;
	spin_lock_init(&in->lock);
	esmtp_inspect_init(&in->ins, map, isn);
	in->resized = false;
	return in;
}

/* From its first edit that changes a length on: before that left. */
static void watch_length(struct esmtp_inspected *in, struct esmtp_pool *pool)
{
	if (in->resized || !esmtp_renumber_on(&in->ins))
		return;
	WRITE_ONCE(in->resized, true);
	atomic_inc(&pool->resized);
}

/**
 * esmtp_inspected_close() - the connection is over
 * @in: its state, which readers may still lock, and find closed
 * @pool: the namespace's
 *
 * Calling it again does nothing.
 */
void esmtp_inspected_close(struct esmtp_inspected *in, struct esmtp_pool *pool)
{
	spin_lock_bh(&in->lock);
	esmtp_inspect_close(&in->ins, pool);
	if (in->resized)
		atomic_dec(&pool->resized);
	in->resized = false;
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

static void event(struct esmtp_io *io, const struct esmtp_event *ev)
{
	struct work *w = container_of(io, struct work, task.io);

	esmtp_tally_event(&w->tally, w->en, ev);
	esmtp_audit_event(w->en, w->flow, &w->task, ev);
}

static enum esmtp_reason admit(struct esmtp_io *io, u8 rule)
{
	struct work *w = container_of(io, struct work, task.io);
	const struct esmtp_flow *flow = w->flow;
	struct esmtp_flowspec spec;

	esmtp_flow_tuples((struct nf_conn *)skb_nfct(w->task.pkt->skb), &spec);
	return esmtp_rate_admit(flow->kp, flow->slot + ESMTP_SLOT_RULES + rule,
				esmtp_flow_map(flow)->rules[rule].rate, &spec.real);
}

static void ended(struct work *w)
{
	const struct esmtp_session_head *s = &w->task.ins->session;

	this_cpu_inc(w->en->stats->ended[s->why]);
	esmtp_audit_end(w->en, w->flow, w->task.pkt, w->task.dir, s->why,
			esmtp_tally_culprit(&w->tally, s));
}

static void answer(struct work *w)
{
	struct sk_buff *skb = w->task.pkt->skb;
	struct net *net = nf_ct_net((struct nf_conn *)skb_nfct(skb));

	if (esmtp_inject_send(net, w->task.back, skb))
		this_cpu_inc(w->en->stats->sent);
	else
		this_cpu_inc(w->en->stats->unsent);
}

/**
 * esmtp_inspect_packet() - judge one segment and edit it
 * @en: the namespace
 * @flow: the connection
 * @in: its state, or NULL while there was no payload yet and this has none
 * @pkt: the segment, its checksum verified; it may come back shorter, or as
 *	another
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
	struct work w = {
		.task = {
			.ins = in ? &in->ins : NULL,
			.pool = &en->pool,
			.pkt = pkt,
			.dir = dir,
			.event = event,
			.admit = admit,
		},
		.en = en,
		.flow = flow,
		.in = in,
	};
	enum esmtp_reason why = ESMTP_CONTROL;

	if (in) {
		spin_lock_bh(&in->lock);
		why = esmtp_inspect_segment(&w.task);
		watch_length(in, &en->pool);
		spin_unlock_bh(&in->lock);
	}
	esmtp_tally_count(&w.tally, flow->kp, flow->slot,
			  esmtp_inspected_ended(in) ? &in->ins.session : NULL, why);
	if (w.task.ended)
		ended(&w);
	if (w.task.back)
		answer(&w);
	return why;
}
