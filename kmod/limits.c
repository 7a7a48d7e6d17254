// SPDX-License-Identifier: GPL-2.0
/* Limits of connections, as conntrack knows these: see quota.c for who is counted where. */
#include <linux/nf_esmtp.h>
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack.h>

#include "audit.h"
#include "flow.h"
#include "net.h"

/**
 * esmtp_limit_bounds() - what limits a new connection
 * @kp: the policy in force
 * @ct: the connection, not confirmed yet
 * @state: of the hook that its first packet is in
 * @b: filled if the result is true
 *
 * Any context.
 *
 * Return: true if it has to be counted, or its class has to be found for that.
 */
bool esmtp_limit_bounds(const struct esmtp_kpolicy *kp, const struct nf_conn *ct,
			const struct nf_hook_state *state, struct esmtp_bounds *b)
{
	const struct esmtp_policy *p = &kp->p;

	if (!p->nlimits && !p->limits_classes)
		return false;
	esmtp_flow_spec(ct, IP_CT_DIR_ORIGINAL, state, &b->spec);
	return esmtp_quota_bounds(p, b);
}

/* Tells it if there are too many. */
static enum esmtp_reason told(const struct nf_conn *ct,
			      const struct esmtp_flowspec *spec,
			      enum esmtp_reason why, const struct esmtp_excess *e)
{
	if (why)
		esmtp_audit_limit(esmtp_net(nf_ct_net(ct)), ct,
				  why == ESMTP_CLIENT_MAX ? ESMTP_EVENT_CLIENT_MAX :
							    ESMTP_EVENT_CONN_MAX,
				  e->now, e->max, spec);
	return why;
}

/**
 * esmtp_limit_full() - may no more connections be opened?
 * @kp: the policy in force
 * @ct: the new connection, not confirmed yet
 * @b: what limits it
 *
 * Any context. Spares the server a SYN; esmtp_limit_enter() is what counts.
 *
 * Return: why the SYN is to be dropped, or ESMTP_GO.
 */
enum esmtp_reason esmtp_limit_full(struct esmtp_kpolicy *kp,
				   const struct nf_conn *ct,
				   const struct esmtp_bounds *b)
{
	struct esmtp_excess e;

	return told(ct, &b->spec, esmtp_quota_full(kp, b, &e), &e);
}

/**
 * esmtp_limit_enter() - count a connection
 * @flow: its flow, not published yet; flow->kp is set
 * @ct: the connection
 * @spec: the same, as a policy sees it
 *
 * Any context with BH off. Exact on any number of CPUs.
 *
 * Return: ESMTP_GO, or why it may not be: there are as many as may be.
 */
enum esmtp_reason esmtp_limit_enter(struct esmtp_flow *flow,
				    const struct nf_conn *ct,
				    const struct esmtp_flowspec *spec)
{
	struct esmtp_share share = { };
	enum esmtp_reason why;
	struct esmtp_excess e;

	why = esmtp_quota_enter(flow->kp, spec, &share, &e);
	if (!share.limit && !share.hosts)
		return told(ct, spec, why, &e);
	flow->share = kmemdup(&share, sizeof(share), GFP_ATOMIC | __GFP_NOWARN);
	if (flow->share)
		return told(ct, spec, why, &e);
	esmtp_quota_put(&share);
	return ESMTP_MEMORY;
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
	if (flow->share && READ_ONCE(ct->proto.tcp.state) >= TCP_CONNTRACK_TIME_WAIT)
		esmtp_quota_leave(flow->share);
}
