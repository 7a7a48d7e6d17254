// SPDX-License-Identifier: GPL-2.0
/* The connections of a namespace, found in conntrack's table, for the views. */
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>

#include "flow.h"
#include "net.h"

static void snapshot(struct esmtp_conn *c, const struct nf_conn *ct,
		     const struct esmtp_flow *flow)
{
	struct esmtp_inspected *in = rcu_dereference(flow->inspected);
	struct esmtp_flowspec spec;

	memset(c, 0, sizeof(*c));
	esmtp_flow_tuples(ct, &spec);
	c->real = spec.real;
	c->map = flow->map ? esmtp_flow_map(flow)->name : NULL;
	c->packets = atomic64_read(&flow->packets);
	if (!in) {
		esmtp_view_state(c, flow->pass, NULL);
		return;
	}
	spin_lock_bh(&in->lock);
	esmtp_view_state(c, flow->pass, &in->ins);
	spin_unlock_bh(&in->lock);
}

/* One hash entry. Returns false to stop. */
static bool walk_one(struct net *net, const struct nf_conntrack_tuple_hash *h,
		     bool (*fn)(void *ctx, const struct esmtp_conn *c),
		     void *ctx)
{
	struct nf_conn *ct = nf_ct_tuplehash_to_ctrack(h);
	struct esmtp_mark *mark = esmtp_flow_mark(ct);
	struct esmtp_flow *flow;
	struct esmtp_conn c;

	if (NF_CT_DIRECTION(h) != IP_CT_DIR_ORIGINAL ||
	    !net_eq(nf_ct_net(ct), net) || !mark ||
	    READ_ONCE(ct->proto.tcp.state) >= TCP_CONNTRACK_TIME_WAIT)
		return true;
	flow = rcu_dereference(mark->flow);
	if (!flow)
		return true;
	snapshot(&c, ct, flow);
	return fn(ctx, &c);
}

static bool walk_bucket(struct net *net, u32 bucket,
			bool (*fn)(void *ctx, const struct esmtp_conn *c),
			void *ctx)
{
	spinlock_t *lock = &nf_conntrack_locks[bucket % CONNTRACK_LOCKS];
	const struct nf_conntrack_tuple_hash *h;
	const struct hlist_nulls_node *n;
	bool more = true;

	rcu_read_lock();
	local_bh_disable();
	nf_conntrack_lock(lock);
	__acquire(lock);		/* for sparse: its declaration says nothing */
	/* the table may have been resized */
	if (bucket < nf_conntrack_htable_size)
		hlist_nulls_for_each_entry(h, n, &nf_conntrack_hash[bucket], hnnode) {
			more = walk_one(net, h, fn, ctx);
			if (!more)
				break;
		}
	spin_unlock(lock);
	local_bh_enable();
	rcu_read_unlock();
	return more;
}

/**
 * esmtp_flow_walk() - visit the connections of a namespace
 * @net: the namespace
 * @bucket: of conntrack's table: where to begin, and the one at hand whenever
 *	@fn runs
 * @fn: called for each; must not sleep; returns false to stop
 * @ctx: for @fn
 *
 * Process context. The whole bucket is visited again when the walk goes on
 * after a stop.
 */
void esmtp_flow_walk(struct net *net, u32 *bucket,
		     bool (*fn)(void *ctx, const struct esmtp_conn *c),
		     void *ctx)
{
	for (; *bucket < nf_conntrack_htable_size; (*bucket)++)
		if (!walk_bucket(net, *bucket, fn, ctx))
			return;
}
