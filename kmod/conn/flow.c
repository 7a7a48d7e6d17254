// SPDX-License-Identifier: GPL-2.0
/*
 * Lifetime of flows. This file knows nothing of what is in a packet.
 *
 * A flow is found from esmtp_table_add() on, and taken out once, by whoever
 * esmtp_table_remove() tells so: the collector when conntrack has let go of the
 * connection, esmtp_flow_flush(), or a packet that begins another connection in the same
 * entry. That one closes what readers may still lock and gives the entry back; the memory
 * goes after a grace period.
 */
#include <linux/nf_esmtp.h>
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_l4proto.h>

#include "control/audit.h"
#include "control/net.h"
#include "data/inject.h"
#include "flow.h"
#include "table.h"

enum {
	/* How long a connection that inspection has ended goes on to be dropped. */
	ENDED_SECONDS = 300,
	/* How long a server waits for a command (RFC 5321 4.5.3.2.7), and what is silent lives. */
	SILENT_SECONDS = 300,
	/* The same for its SYN-ACK's acknowledgement (ESMTP_HALF_OPEN_SECONDS). */
	HALF_OPEN_SECONDS = 76,
	/* TCP_RST_SET of nf_conntrack_proto_tcp.c */
	LAST_WAS_RST = 4,
};

static struct kmem_cache *cache;

static void close_inspected(struct esmtp_flow *flow)
{
	struct esmtp_inspected *in = rcu_dereference_raw(flow->inspected);

	if (in)
		esmtp_inspected_close(in, flow->en);
}

static void free_flow(struct rcu_head *rcu)
{
	struct esmtp_flow *flow = container_of(rcu, struct esmtp_flow, rcu);
	struct esmtp_inspected *in = rcu_dereference_raw(flow->inspected);

	if (in)
		esmtp_inspected_free(in);
	kfree(flow->share);
	kmem_cache_free(cache, flow);
}

/* The caller has taken it out of the table. */
static void release_flow(struct esmtp_flow *flow)
{
	struct esmtp_net *en = flow->en;
	u8 stage;

	spin_lock_bh(&flow->lock);
	stage = flow->stage;
	WRITE_ONCE(flow->stage, ESMTP_STAGE_GONE);
	if (flow->intercept != ESMTP_INTERCEPT_NONE)
		atomic_dec(&en->intercepted);
	WRITE_ONCE(flow->intercept, ESMTP_INTERCEPT_NONE);
	spin_unlock_bh(&flow->lock);
	/* pairs with esmtp_flow_inspect() */
	smp_mb();
	if (stage == ESMTP_STAGE_JUDGED)
		esmtp_audit_conn(en, flow->ct, flow, ESMTP_EVENT_TEARDOWN);
	if (flow->share) {
		esmtp_quota_put(flow->share);
		atomic_dec(&en->limited);
	}
	esmtp_quota_leave_inspected(&en->flows, &flow->counted);
	close_inspected(flow);
	esmtp_kpolicy_put(flow->kp);
	nf_ct_put(flow->ct);
	call_rcu(&flow->rcu, free_flow);
}

/**
 * esmtp_flow_drop() - take a flow away; its connection goes on or not
 * @flow: the flow; calling it again does nothing
 *
 * Context: any, in an RCU read-side section.
 */
void esmtp_flow_drop(struct esmtp_flow *flow)
{
	if (esmtp_table_remove(flow))
		release_flow(flow);
}

static struct esmtp_flow *alloc_flow(struct esmtp_net *en, struct esmtp_kpolicy *kp,
				     struct nf_conn *ct, enum esmtp_reason *why)
{
	struct esmtp_flow *flow;

	if (!esmtp_kpolicy_get(kp))
		kp = esmtp_net_policy_get(en);
	*why = ESMTP_R_UNCLASSED;
	if (!kp)
		return NULL;
	flow = kmem_cache_zalloc(cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!flow) {
		esmtp_kpolicy_put(kp);
		*why = ESMTP_R_MEMORY;
		return NULL;
	}
	spin_lock_init(&flow->lock);
	nf_conntrack_get(&ct->ct_general);
	flow->ct = ct;
	flow->en = en;
	flow->net = nf_ct_net(ct);
	flow->kp = kp;
	flow->stage = ESMTP_STAGE_SYN;
	flow->begun = (u32)ktime_get_seconds();
	flow->last = jiffies;
	flow->sides[ESMTP_C2S] = -1;
	flow->sides[ESMTP_S2C] = -1;
	return flow;
}

/**
 * esmtp_flow_get() - the flow of a connection, made if there is none
 * @en: its namespace
 * @kp: the policy in force when its packet came; when it is on its way out, the flow gets the next
 * @ct: the connection
 * @why: set when NULL is returned
 *
 * Context: softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 * Return: the flow, valid to the end of the section, or NULL.
 */
struct esmtp_flow *esmtp_flow_get(struct esmtp_net *en, struct esmtp_kpolicy *kp,
				  struct nf_conn *ct, enum esmtp_reason *why)
{
	struct esmtp_flow *flow = alloc_flow(en, kp, ct, why), *other;

	if (!flow)
		return NULL;
	other = esmtp_table_add(flow);
	if (!other)
		return flow;
	nf_ct_put(ct);
	esmtp_kpolicy_put(flow->kp);
	kmem_cache_free(cache, flow);
	return other;
}

/**
 * esmtp_flow_inspect() - the state of an inspected connection
 * @flow: the flow, judged
 *
 * Made with the first payload: a connection that never carries any, such as one
 * of a flood, costs none.
 *
 * Context: as esmtp_flow_get().
 * Return: it, valid to the end of the RCU read-side section, or NULL.
 */
struct esmtp_inspected *esmtp_flow_inspect(struct esmtp_flow *flow)
{
	struct esmtp_inspected *in = rcu_dereference(flow->inspected);
	struct esmtp_inspected *other;

	if (in)
		return in;
	in = esmtp_inspected_alloc(esmtp_flow_map(flow), flow->isn);
	if (!in)
		return NULL;
	other = unrcu_pointer(cmpxchg(&flow->inspected, NULL, RCU_INITIALIZER(in)));
	if (other) {
		esmtp_inspected_free(in);
		return other;
	}
	/* release_flow() may have looked before it was there to be found */
	if (READ_ONCE(flow->stage) == ESMTP_STAGE_GONE)
		close_inspected(flow);
	return in;
}

/* It is no load on its server any more, and nobody's mail waits for its place. */
static void leave_counts(struct esmtp_flow *flow)
{
	if (flow->share && READ_ONCE(flow->share->counted))
		esmtp_quota_leave(flow->share);
	esmtp_quota_leave_inspected(&flow->en->flows, &flow->counted);
}

/**
 * esmtp_flow_over() - a connection is over
 * @flow: the connection, judged; calling it again does nothing
 *
 * What it was counted for is free at once, however long conntrack remembers it.
 *
 * Context: any with BH off, in an RCU read-side section.
 */
void esmtp_flow_over(struct esmtp_flow *flow)
{
	WRITE_ONCE(flow->closing.over, true);
	leave_counts(flow);
}

/**
 * esmtp_flow_ended() - inspection has ended a connection
 * @flow: the connection
 * @again: its packet is the SYN of a new one from the same port
 *
 * Neither end will see it closed, so conntrack would keep it for days; each
 * packet that is dropped puts the end off to here again. A new connection from
 * the same port begins with the next SYN: conntrack lets no data of the old one
 * into it before the server has answered that.
 */
void esmtp_flow_ended(struct esmtp_flow *flow, bool again)
{
	struct nf_conn *ct = flow->ct;

	esmtp_flow_over(flow);
	if (again)
		nf_ct_kill(ct);
	else if (!test_bit(IPS_FIXED_TIMEOUT_BIT, &ct->status))
		WRITE_ONCE(ct->timeout, nfct_time_stamp + ENDED_SECONDS * HZ);
}

/* The sequence number after what of an inspected stream has passed. */
static u32 get_passed_end(const struct esmtp_flow *flow, enum esmtp_dir dir,
			  const struct esmtp_pkt *pkt)
{
	const struct esmtp_inspected *in = rcu_dereference(flow->inspected);
	const struct esmtp_half_stream *half;

	if (!in)
		return esmtp_closing_end(&flow->closing, dir, pkt);
	half = &in->ins.half[dir];
	return half->isn + READ_ONCE(half->stream.next);
}

/* A flowtable has taken its packets past us: what they were is not known, and conntrack is believed. */
static bool was_offloaded(const struct esmtp_flow *flow)
{
	return flow->closing.loose &&
	       flow->ct->proto.tcp.seen[IP_CT_DIR_ORIGINAL].flags & IP_CT_TCP_FLAG_BE_LIBERAL;
}

/**
 * esmtp_flow_passed() - a packet of a connection passes
 * @flow: the connection, judged
 * @dir: the packet's direction
 * @pkt: the packet as it came
 *
 * Context: any with BH off, in an RCU read-side section.
 */
void esmtp_flow_passed(struct esmtp_flow *flow, enum esmtp_dir dir,
		       const struct esmtp_pkt *pkt)
{
	struct esmtp_closing *c = &flow->closing;
	bool was = c->open;
	u32 end;

	WRITE_ONCE(flow->last, jiffies);
	if (c->over)
		return;
	end = get_passed_end(flow, dir, pkt);
	if (esmtp_closing_plain(c, dir, pkt, end))
		return;
	esmtp_closing_pass(c, dir, pkt, end);
	if (pkt->rst && was_offloaded(flow))
		c->over = true;
	if (!was && c->open && flow->share)
		esmtp_quota_prove(flow->share);
	if (c->over)
		leave_counts(flow);
}

static bool has_fin(const struct esmtp_closing *c)
{
	return c->fins[ESMTP_C2S] == ESMTP_FIN_DUE || c->fins[ESMTP_S2C] == ESMTP_FIN_DUE;
}

/* Has conntrack seen the end of a connection that has none, or been told to hurry? */
static bool is_misled(const struct esmtp_flow *flow, bool *closed)
{
	const struct ip_ct_tcp *tcp = &flow->ct->proto.tcp;
	u8 state = READ_ONCE(tcp->state);

	*closed = state == TCP_CONNTRACK_CLOSE || state == TCP_CONNTRACK_TIME_WAIT ||
		  (state > TCP_CONNTRACK_ESTABLISHED && !has_fin(&flow->closing));
	return *closed || READ_ONCE(tcp->last_index) == LAST_WAS_RST;
}

/*
 * Conntrack's word is not ours: a packet that an end never got, or did not believe, has made it
 * forget sooner, or call closed, what lives. As nf_flow_table does for its own, it is told better.
 */
static void keep_entry(struct esmtp_flow *flow, u32 until)
{
	struct nf_conn *ct = flow->ct;
	bool closed;

	if (!is_misled(flow, &closed))
		return;
	if (flow->closing.open && closed) {
		spin_lock_bh(&ct->lock);
		ct->proto.tcp.state = TCP_CONNTRACK_ESTABLISHED;
		spin_unlock_bh(&ct->lock);
	}
	if (!test_bit(IPS_FIXED_TIMEOUT_BIT, &ct->status) &&
	    (s32)(READ_ONCE(ct->timeout) - until) < 0)
		WRITE_ONCE(ct->timeout, until);
}

/* Is it certain, or silent for so long, that the connection is no more? */
static bool is_gone(const struct esmtp_flow *flow, unsigned long end)
{
	if (!nf_ct_is_confirmed(flow->ct))
		return refcount_read(&flow->ct->ct_general.use) == 1;
	if (!nf_ct_is_dying(flow->ct) && !nf_ct_is_expired(flow->ct))
		return false;
	return flow->closing.over || !flow->share || !READ_ONCE(flow->share->counted) ||
	       time_after(jiffies, end);
}

/* In jiffies; not longer than a silent connection lives by the administrator's will. */
static u32 get_life(const struct esmtp_flow *flow)
{
	const struct nf_tcp_net *tn = nf_tcp_pernet(nf_ct_net(flow->ct));

	if (!flow->closing.open)
		return HALF_OPEN_SECONDS * HZ;
	return min_t(u32, SILENT_SECONDS * HZ, tn->timeouts[TCP_CONNTRACK_ESTABLISHED]);
}

/**
 * esmtp_flow_age() - a second has passed
 * @flow: a flow
 *
 * One that conntrack has let go of is taken away; one whose connection counts for
 * a limit and was not seen to end, only when its server would have given it up.
 *
 * Context: process context, in an RCU read-side section.
 */
void esmtp_flow_age(struct esmtp_flow *flow)
{
	bool judged = esmtp_flow_judged(flow);
	unsigned long end = READ_ONCE(flow->last) + get_life(flow);

	if (is_gone(flow, end))
		esmtp_flow_drop(flow);
	else if (judged && flow->isn[ESMTP_C2S] && !flow->closing.over && time_before(jiffies, end))
		keep_entry(flow, (u32)end);
}

/* One call of esmtp_flow_flush(). */
struct flush {
	const struct net *net;
	struct sk_buff_head resets;
};

static bool flush_flow(void *ctx, struct esmtp_flow *flow)
{
	struct flush *f = ctx;

	/* who took it out may have given its entry back: look at that only as the owner */
	if (!net_eq(flow->net, f->net) || !esmtp_table_remove(flow))
		return true;
	if (esmtp_reset_ends(flow, &f->resets))
		nf_ct_kill(flow->ct);
	release_flow(flow);
	return true;
}

/**
 * esmtp_flow_flush() - take the flows of a namespace away
 * @net: the namespace; its hooks are unregistered. One that still runs may make another
 *
 * Ends whose numbers differ are reset.
 *
 * Context: process context; may sleep.
 */
void esmtp_flow_flush(struct net *net)
{
	struct flush f = { .net = net };
	struct sk_buff *skb;
	u32 bucket;

	__skb_queue_head_init(&f.resets);
	for (bucket = 0; bucket < esmtp_table_buckets(); bucket++) {
		rcu_read_lock();
		esmtp_table_walk(bucket, flush_flow, &f);
		rcu_read_unlock();
		cond_resched();
	}
	while ((skb = __skb_dequeue(&f.resets)))
		esmtp_inject_alone(net, skb, 0, skb->skb_iif);
}

/**
 * esmtp_flow_shifted() - does the client know the server by other numbers?
 * @flow: the connection
 *
 * Context: any.
 * Return: true once the difference is known.
 */
bool esmtp_flow_shifted(const struct esmtp_flow *flow)
{
	/* the shift is visible first; pairs with learn_seq_shift() */
	return smp_load_acquire(&flow->intercept) == ESMTP_INTERCEPT_JOINED;
}

/**
 * esmtp_flow_shift_seq() - a sequence number of the server's as its client knows it
 * @flow: the connection
 * @seq: the server's
 *
 * Context: any.
 * Return: the number.
 */
u32 esmtp_flow_shift_seq(const struct esmtp_flow *flow, u32 seq)
{
	/* pairs with learn_seq_shift() */
	switch (smp_load_acquire(&flow->intercept)) {
	case ESMTP_INTERCEPT_OPENING:	/* the client knows only the cookie */
		return flow->shift + 1;
	case ESMTP_INTERCEPT_JOINED:
		return seq + flow->shift;
	}
	return seq;
}

/**
 * esmtp_flow_init() - prepare for flows
 *
 * Context: module initialisation.
 * Return: 0 or -ENOMEM.
 */
int esmtp_flow_init(void)
{
	int err = esmtp_inspected_init();

	if (err)
		return err;
	cache = KMEM_CACHE(esmtp_flow, SLAB_ACCOUNT);
	err = cache ? esmtp_table_init() : -ENOMEM;
	if (!err)
		return 0;
	kmem_cache_destroy(cache);
	esmtp_inspected_exit();
	return err;
}

/**
 * esmtp_flow_exit() - leave; every namespace was flushed
 *
 * Context: module exit. Waits until all flows are freed.
 */
void esmtp_flow_exit(void)
{
	esmtp_table_exit();
	rcu_barrier();
	kmem_cache_destroy(cache);
	esmtp_inspected_exit();
}
