// SPDX-License-Identifier: GPL-2.0
/*
 * Connections that a server may hold by `static`, and the hosts of a class by
 * `set connection`. A connection is counted from its first packet after the SYN
 * passed, and until both ends have closed it or conntrack forgets it.
 */
#include <linux/nf_esmtp.h>
#include <net/netfilter/nf_conntrack.h>

#include "audit.h"
#include "flow.h"
#include "net.h"

/* The count goes on from policy to policy, the limit is each policy's own. */
static u32 most(const struct esmtp_kpolicy *kp, u32 i)
{
	return kp->p.limits[i].conn_max ?: U32_MAX;
}

static u32 find(const struct esmtp_kpolicy *kp, const struct esmtp_flowspec *spec)
{
	return esmtp_limit_find(&kp->p, spec->real.family, &spec->real.dst);
}

/* Could a connection between these ports be of a limited class? */
static bool class_wants(const struct esmtp_policy *p,
			const struct esmtp_flowspec *spec)
{
	return p->limits_classes &&
	       (esmtp_policy_limits(p, spec->real.sport, spec->real.dport) ||
		esmtp_policy_limits(p, spec->wire.sport, spec->wire.dport));
}

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
	b->limit = find(kp, &b->spec);
	b->bind = ESMTP_NONE;
	if (class_wants(p, &b->spec))
		b->bind = esmtp_classify_limits(p, &b->spec);
	else if (b->limit == ESMTP_NONE)
		return false;
	return true;
}

static enum esmtp_reason refuse(const struct nf_conn *ct,
				const struct esmtp_flowspec *spec, bool client,
				u32 now, u32 limit)
{
	esmtp_audit_limit(esmtp_net(nf_ct_net(ct)), ct,
			  client ? ESMTP_EVENT_CLIENT_MAX : ESMTP_EVENT_CONN_MAX,
			  now, limit, spec);
	return client ? ESMTP_CLIENT_MAX : ESMTP_CONN_MAX;
}

/* One limit of a class, looked at only. */
static bool host_full(struct esmtp_hosts *hosts, u8 role, u32 max,
		      const struct esmtp_tuple *t, u32 *now)
{
	if (!max)
		return false;
	*now = esmtp_hosts_count(hosts, role, t->family,
				 role == ESMTP_HOST_CLIENT ? &t->src : &t->dst);
	return *now >= max;
}

static enum esmtp_reason class_full(struct esmtp_kpolicy *kp,
				    const struct nf_conn *ct,
				    const struct esmtp_bounds *b)
{
	const struct esmtp_flowspec *spec = &b->spec;
	const struct esmtp_set *set;
	u32 now, bind = b->bind;
	bool client;

	if (bind == ESMTP_NONE)
		return ESMTP_GO;
	set = &kp->p.binds[bind].set;
	client = host_full(kp->hosts[bind], ESMTP_HOST_CLIENT, set->client_max,
			   &spec->real, &now);
	if (!client && !host_full(kp->hosts[bind], ESMTP_HOST_SERVER,
				  set->conn_max, &spec->real, &now))
		return ESMTP_GO;
	esmtp_kpolicy_count(kp, kp->p.binds[bind].slot + ESMTP_SLOT_LIMITED);
	return refuse(ct, spec, client, now,
		      client ? set->client_max : set->conn_max);
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
	u32 now;

	if (b->limit != ESMTP_NONE) {
		now = atomic_read(&kp->limits[b->limit]->current_conns);
		if (now >= most(kp, b->limit))
			return refuse(ct, &b->spec, false, now, most(kp, b->limit));
	}
	return class_full(kp, ct, b);
}

/* The limit of `static`. */
static enum esmtp_reason enter_limit(struct esmtp_flow *flow,
				     const struct nf_conn *ct,
				     const struct esmtp_flowspec *spec)
{
	struct esmtp_limit_count *lc;
	u32 i = find(flow->kp, spec);
	int now;

	if (i == ESMTP_NONE)
		return ESMTP_GO;
	lc = flow->kp->limits[i];
	now = atomic_read(&lc->current_conns);
	do {
		if ((u32)now >= most(flow->kp, i))
			return refuse(ct, spec, false, now, most(flow->kp, i));
	} while (!atomic_try_cmpxchg(&lc->current_conns, &now, now + 1));
	refcount_inc(&lc->ref);
	flow->limit = lc;
	return ESMTP_GO;
}

/* Those of `set connection`. What was entered is left by esmtp_limit_leave(). */
static enum esmtp_reason enter_class(struct esmtp_flow *flow,
				     const struct nf_conn *ct,
				     const struct esmtp_flowspec *spec)
{
	u32 bind = esmtp_classify_limits(&flow->kp->p, spec);
	const struct esmtp_tuple *t = &spec->real;
	const struct esmtp_bind *b;

	if (bind == ESMTP_NONE)
		return ESMTP_GO;
	b = &flow->kp->p.binds[bind];
	flow->hosts = flow->kp->hosts[bind];
	flow->server = esmtp_hosts_enter(flow->hosts, ESMTP_HOST_SERVER,
					 t->family, &t->dst,
					 b->set.conn_max ?: U32_MAX);
	if (flow->server && b->set.client_max)
		flow->client = esmtp_hosts_enter(flow->hosts, ESMTP_HOST_CLIENT,
						 t->family, &t->src,
						 b->set.client_max);
	if (flow->server && (flow->client || !b->set.client_max))
		return ESMTP_GO;
	esmtp_kpolicy_count(flow->kp, b->slot + ESMTP_SLOT_LIMITED);
	return refuse(ct, spec, flow->server,
		      flow->server ? b->set.client_max : b->set.conn_max,
		      flow->server ? b->set.client_max : b->set.conn_max);
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
	enum esmtp_reason why = enter_limit(flow, ct, spec);

	if (!why)
		why = enter_class(flow, ct, spec);
	flow->counted = 1;
	if (why)
		esmtp_limit_leave(flow);
	return why;
}

/**
 * esmtp_limit_leave() - the connection is over
 * @flow: its flow; calling it again does nothing
 */
void esmtp_limit_leave(struct esmtp_flow *flow)
{
	if (!xchg(&flow->counted, 0))
		return;
	if (flow->limit)
		atomic_dec(&flow->limit->current_conns);
	if (flow->server)
		esmtp_hosts_leave(flow->hosts, flow->server);
	if (flow->client)
		esmtp_hosts_leave(flow->hosts, flow->client);
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
	if ((flow->limit || flow->hosts) &&
	    READ_ONCE(ct->proto.tcp.state) >= TCP_CONNTRACK_TIME_WAIT)
		esmtp_limit_leave(flow);
}
