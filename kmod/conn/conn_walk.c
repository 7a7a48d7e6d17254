// SPDX-License-Identifier: GPL-2.0
/* The connections of a namespace, for the views. */
#include <net/netfilter/nf_conntrack.h>

#include "control/net.h"
#include "flow.h"
#include "table.h"

/* One call of esmtp_conn_walk(). */
struct walk {
	const struct net *net;
	bool (*fn)(void *ctx, const struct esmtp_conn *c);
	void *ctx;
};

/* Its entry is given back when it is gone: the addresses are read under the lock. */
static bool read_addresses(struct esmtp_flow *flow, struct esmtp_conn *c)
{
	struct esmtp_flowspec spec;
	bool there;

	memset(c, 0, sizeof(*c));
	spin_lock_bh(&flow->lock);
	there = flow->stage == ESMTP_STAGE_JUDGED && !READ_ONCE(flow->closing.over);
	if (there)
		esmtp_tuple_addresses(flow->ct, &spec);
	spin_unlock_bh(&flow->lock);
	if (!there)
		return false;
	c->real = spec.real;
	c->wire = spec.wire;
	return true;
}

/* What the engine is at in a connection that it inspects. */
static void read_state(struct esmtp_inspected *in, u8 pass, struct esmtp_conn *c)
{
	spin_lock_bh(&in->lock);
	esmtp_view_state(c, pass, &in->ins);
	spin_unlock_bh(&in->lock);
}

/* Where it goes, and since when; a packet may come meanwhile. */
static void read_path(const struct esmtp_flow *flow, struct esmtp_conn *c)
{
	long idle = (long)(jiffies - READ_ONCE(flow->last));

	esmtp_audit_dev_name(flow, ESMTP_C2S, c->client_if);
	esmtp_audit_dev_name(flow, ESMTP_S2C, c->server_if);
	c->id = flow->id;
	c->idle = (u32)(max(idle, 0L) / HZ);
	c->uptime = (u32)ktime_get_seconds() - flow->begun;
	c->generation = flow->kp->generation;
}

static bool show_flow(void *ctx, struct esmtp_flow *flow)
{
	const struct walk *w = ctx;
	struct esmtp_inspected *in;
	struct esmtp_conn c;

	if (!net_eq(flow->net, w->net) || !read_addresses(flow, &c))
		return true;
	in = rcu_dereference(flow->inspected);
	c.map = flow->map ? esmtp_flow_map(flow)->name : NULL;
	c.packets = atomic64_read(&flow->packets);
	c.clear = &flow->clear;
	read_path(flow, &c);
	if (in)
		read_state(in, flow->pass, &c);
	else
		esmtp_view_state(&c, flow->pass, NULL);
	return w->fn(w->ctx, &c);
}

/**
 * esmtp_conn_walk() - visit the connections of a namespace
 * @net: the namespace
 * @bucket: of the flow table: where to begin, and the one at hand whenever
 *	@fn runs
 * @fn: called for each; must not sleep; returns false to stop
 * @ctx: for @fn
 *
 * The whole bucket is visited again when the walk goes on after a stop.
 *
 * Context: process context; may sleep.
 */
void esmtp_conn_walk(struct net *net, u32 *bucket,
		     bool (*fn)(void *ctx, const struct esmtp_conn *c),
		     void *ctx)
{
	struct walk w = { .net = net, .fn = fn, .ctx = ctx };
	bool more;

	for (; *bucket < esmtp_table_buckets(); (*bucket)++) {
		rcu_read_lock();
		more = esmtp_table_walk(*bucket, show_flow, &w);
		rcu_read_unlock();
		if (!more)
			return;
		cond_resched();
	}
}
