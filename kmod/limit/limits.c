// SPDX-License-Identifier: GPL-2.0
/* Connection limits for conntrack's connections; quota.c does the counting. */
#include <linux/nf_esmtp.h>
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack.h>

#include "control/audit.h"
#include "conn/flow.h"
#include "control/net.h"
#include "limits.h"

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
	esmtp_tuple_spec(ct, IP_CT_DIR_ORIGINAL, state, &b->spec);
	return esmtp_quota_bounds(p, b);
}

/* Records the connection if a limit refuses it. */
static enum esmtp_reason audit_excess(const struct nf_conn *ct,
				      const struct esmtp_flowspec *spec,
				      enum esmtp_reason why, const struct esmtp_excess *e)
{
	/* a table that is full is no limit of anybody's, and has a counter */
	if (why && why != ESMTP_R_HOSTS_FULL)
		esmtp_audit_limit(esmtp_net(nf_ct_net(ct)), ct,
				  why == ESMTP_R_CLIENT_MAX ? ESMTP_EVENT_CLIENT_MAX :
							    ESMTP_EVENT_CONN_MAX,
				  e->now, e->max, spec);
	return why;
}

/**
 * esmtp_limit_full() - is a limit of a new connection reached?
 * @kp: the policy in force
 * @ct: the new connection, not confirmed yet
 * @b: what limits it
 *
 * Any context. Counts nothing: it spares the server a SYN. esmtp_limit_enter() counts.
 *
 * Return: why the SYN is to be dropped, or ESMTP_R_GO.
 */
enum esmtp_reason esmtp_limit_full(struct esmtp_kpolicy *kp,
				   const struct nf_conn *ct,
				   const struct esmtp_bounds *b)
{
	struct esmtp_excess e;

	return audit_excess(ct, &b->spec, esmtp_quota_full(kp, b, &e), &e);
}

/**
 * esmtp_limit_enter() - count a connection
 * @flow: its flow, not judged yet
 * @ct: the connection
 * @spec: the same, as a policy sees it
 *
 * Context: any with BH off, under the lock of the flow, so that nobody counts it twice.
 *	Exact on any number of CPUs.
 * Return: ESMTP_R_GO, or the limit that is reached.
 */
enum esmtp_reason esmtp_limit_enter(struct esmtp_flow *flow,
				    const struct nf_conn *ct,
				    const struct esmtp_flowspec *spec)
{
	struct esmtp_share share = { .proved = flow->intercept };
	enum esmtp_reason why;
	struct esmtp_excess e;

	why = esmtp_quota_enter(flow->kp, spec, &share, &e);
	if (!share.limit && !share.hosts)
		return audit_excess(ct, spec, why, &e);
	flow->share = kmemdup(&share, sizeof(share), GFP_ATOMIC | __GFP_NOWARN);
	if (!flow->share) {
		esmtp_quota_put(&share);
		return ESMTP_R_MEMORY;
	}
	atomic_inc(&flow->en->limited);
	return audit_excess(ct, spec, why, &e);
}
