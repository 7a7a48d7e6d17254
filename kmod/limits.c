// SPDX-License-Identifier: GPL-2.0
/*
 * Connections that a server may hold. A connection is counted from its first
 * packet after the SYN passed, and until both ends have closed it or conntrack
 * forgets it.
 */
#include <net/netfilter/nf_conntrack.h>

#include "flow.h"

/* Index of the server's limit in the policy, or ESMTP_NONE. */
static u32 find(const struct esmtp_kpolicy *kp, const struct nf_conn *ct)
{
	struct esmtp_flowspec spec;

	if (!kp->p.nlimits)
		return ESMTP_NONE;
	esmtp_flow_tuples(ct, &spec);
	return esmtp_limit_find(&kp->p, spec.real.family, &spec.real.dst);
}

/* The count goes on from policy to policy, the limit is each policy's own. */
static u32 most(const struct esmtp_kpolicy *kp, u32 i)
{
	return kp->p.limits[i].conn_max ?: U32_MAX;
}

/**
 * esmtp_limit_wants() - is the server of a connection a limited one?
 * @kp: the policy in force
 * @ct: the new connection, not confirmed yet
 *
 * Return: true if its connections are counted.
 */
bool esmtp_limit_wants(const struct esmtp_kpolicy *kp, const struct nf_conn *ct)
{
	return find(kp, ct) != ESMTP_NONE;
}

/**
 * esmtp_limit_full() - may no more connections be opened to this server?
 * @kp: the policy in force
 * @ct: the new connection, not confirmed yet
 *
 * Any context. Spares the server a SYN; esmtp_limit_enter() is what counts.
 *
 * Return: true if its SYN is to be dropped.
 */
bool esmtp_limit_full(const struct esmtp_kpolicy *kp, const struct nf_conn *ct)
{
	u32 i = find(kp, ct);

	if (i == ESMTP_NONE)
		return false;
	return (u32)atomic_read(&kp->limits[i]->current_conns) >= most(kp, i);
}

/**
 * esmtp_limit_enter() - count a connection
 * @flow: its flow, not published yet; flow->kp is set
 * @ct: the connection
 *
 * Any context. Exact on any number of CPUs.
 *
 * Return: false if its server holds as many as it may.
 */
bool esmtp_limit_enter(struct esmtp_flow *flow, const struct nf_conn *ct)
{
	struct esmtp_limit_count *lc;
	u32 i = find(flow->kp, ct);
	int now;

	if (i == ESMTP_NONE)
		return true;
	lc = flow->kp->limits[i];
	now = atomic_read(&lc->current_conns);
	do {
		if ((u32)now >= most(flow->kp, i))
			return false;
	} while (!atomic_try_cmpxchg(&lc->current_conns, &now, now + 1));
	refcount_inc(&lc->ref);
	flow->limit = lc;
	flow->counted = 1;
	return true;
}

/**
 * esmtp_limit_leave() - the connection is over
 * @flow: its flow; calling it again does nothing
 */
void esmtp_limit_leave(struct esmtp_flow *flow)
{
	if (flow->limit && test_and_clear_bit(0, &flow->counted))
		atomic_dec(&flow->limit->current_conns);
}

/**
 * esmtp_limit_watch() - has the connection been closed?
 * @flow: its flow
 * @ct: the connection, which this packet has moved on
 *
 * TIME_WAIT is no load on the server.
 */
void esmtp_limit_watch(struct esmtp_flow *flow, const struct nf_conn *ct)
{
	if (flow->limit && READ_ONCE(ct->proto.tcp.state) >= TCP_CONNTRACK_TIME_WAIT)
		esmtp_limit_leave(flow);
}
