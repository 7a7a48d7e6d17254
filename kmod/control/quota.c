// SPDX-License-Identifier: GPL-2.0
/*
 * Counts connections against the limits of `static`, per server, and of
 * `set connection`, per host of a class. It knows connections by their addresses
 * only. A connection counts from its first packet after the SYN until both ends have
 * closed it or conntrack deletes it.
 */
#include <linux/atomic.h>

#include "quota.h"

/* The limit of the server's port, else the one of the server. */
static u32 find_server_limit(const struct esmtp_policy *p, const struct esmtp_flowspec *spec)
{
	const struct esmtp_tuple *t = &spec->real;
	u32 i = ESMTP_NONE;

	if (p->nlimits)
		i = esmtp_limit_find(p, t->family, &t->dst, t->dport);
	if (p->nlimits && i == ESMTP_NONE)
		i = esmtp_limit_find(p, t->family, &t->dst, 0);
	return i;
}

/* Counts are carried from policy to policy; each policy has its own limit. */
static u32 get_conn_max(const struct esmtp_kpolicy *kp, u32 i)
{
	return kp->p.limits[i].conn_max ?: U32_MAX;
}

/* May a connection between these ports be of a class with limits? */
static bool may_be_class_limited(const struct esmtp_policy *p,
				 const struct esmtp_flowspec *spec)
{
	return p->limits_classes &&
	       (esmtp_policy_limits(p, spec->real.sport, spec->real.dport) ||
		esmtp_policy_limits(p, spec->wire.sport, spec->wire.dport));
}

/**
 * esmtp_quota_wants() - may a limit apply to a connection?
 * @p: the policy in force
 * @spec: the connection; its interfaces are not looked at
 *
 * Context: any.
 * Return: true if it has to be counted, or its class has to be found for that.
 */
bool esmtp_quota_wants(const struct esmtp_policy *p, const struct esmtp_flowspec *spec)
{
	return find_server_limit(p, spec) != ESMTP_NONE || may_be_class_limited(p, spec);
}

/**
 * esmtp_quota_bounds() - what limits a new connection
 * @p: the policy in force
 * @b: with @b->spec filled; the rest is filled here
 *
 * Context: any.
 * Return: as esmtp_quota_wants().
 */
bool esmtp_quota_bounds(const struct esmtp_policy *p, struct esmtp_bounds *b)
{
	bool class = may_be_class_limited(p, &b->spec);

	b->limit = find_server_limit(p, &b->spec);
	b->bind = class ? esmtp_classify_limits(p, &b->spec) : ESMTP_NONE;
	return class || b->limit != ESMTP_NONE;
}

static enum esmtp_reason fill_excess(struct esmtp_excess *e, u32 now, u32 max,
				     enum esmtp_reason why)
{
	e->now = now;
	e->max = max;
	return why;
}

/**
 * esmtp_quota_host() - the host that a connection counts for
 * @p: the policy that counts it
 * @t: the connection's real addresses
 * @role: enum esmtp_host_role
 *
 * Context: any.
 * Return: its server's address, or its client's prefix.
 */
struct esmtp_addr esmtp_quota_host(const struct esmtp_policy *p, const struct esmtp_tuple *t,
				   u8 role)
{
	return role == ESMTP_HOST_CLIENT ? esmtp_policy_client(p, t->family, &t->src) : t->dst;
}

/* Compares with one limit of a class, without counting. */
static bool is_host_full(struct esmtp_kpolicy *kp, u32 bind, u8 role, u32 max,
			 const struct esmtp_tuple *t, struct esmtp_excess *e)
{
	struct esmtp_addr addr = esmtp_quota_host(&kp->p, t, role);

	if (!max)
		return false;
	e->max = max;
	e->now = esmtp_hosts_count(kp->hosts[bind], role, t->family, &addr);
	return e->now >= max;
}

static enum esmtp_reason check_class_limits(struct esmtp_kpolicy *kp,
					    const struct esmtp_tuple *real, u32 bind,
					    struct esmtp_excess *e)
{
	enum esmtp_reason why = ESMTP_R_GO;
	const struct esmtp_bind *b;

	if (bind == ESMTP_NONE)
		return ESMTP_R_GO;
	b = &kp->p.binds[bind];
	if (is_host_full(kp, bind, ESMTP_HOST_CLIENT, b->set.client_max, real, e))
		why = ESMTP_R_CLIENT_MAX;
	else if (is_host_full(kp, bind, ESMTP_HOST_SERVER, b->set.conn_max, real, e))
		why = ESMTP_R_CONN_MAX;
	if (why)
		esmtp_kpolicy_count(kp, b->slot + ESMTP_SLOT_LIMITED);
	return why;
}

/**
 * esmtp_quota_full() - is a limit of a new connection reached?
 * @kp: the policy in force
 * @b: what limits it, from esmtp_quota_bounds()
 * @e: filled if so
 *
 * Context: any with BH off. Counts nothing: it spares the server a SYN.
 * esmtp_quota_enter() counts.
 * Return: why its SYN is to be dropped, or ESMTP_R_GO.
 */
enum esmtp_reason esmtp_quota_full(struct esmtp_kpolicy *kp,
				   const struct esmtp_bounds *b,
				   struct esmtp_excess *e)
{
	u32 now, i = b->limit;

	if (i != ESMTP_NONE) {
		now = atomic_read(&kp->limits[i]->current_conns);
		if (now >= get_conn_max(kp, i))
			return fill_excess(e, now, get_conn_max(kp, i), ESMTP_R_CONN_MAX);
	}
	return check_class_limits(kp, &b->spec.real, b->bind, e);
}

/* Counts against the limit of `static`. */
static enum esmtp_reason enter_server_limit(struct esmtp_kpolicy *kp,
					    const struct esmtp_flowspec *spec,
					    struct esmtp_share *share, struct esmtp_excess *e)
{
	u32 i = find_server_limit(&kp->p, spec);
	struct esmtp_limit_count *lc;
	int now;

	if (i == ESMTP_NONE)
		return ESMTP_R_GO;
	lc = kp->limits[i];
	now = atomic_read(&lc->current_conns);
	do {
		if ((u32)now >= get_conn_max(kp, i))
			return fill_excess(e, now, get_conn_max(kp, i), ESMTP_R_CONN_MAX);
	} while (!atomic_try_cmpxchg(&lc->current_conns, &now, now + 1));
	refcount_inc(&lc->ref);
	share->limit = lc;
	return ESMTP_R_GO;
}

/* Counts for one host of a class. */
static enum esmtp_reason enter_host(struct esmtp_kpolicy *kp, struct esmtp_share *share,
				    const struct esmtp_tuple *t, u8 role, u32 max,
				    struct esmtp_excess *e)
{
	struct esmtp_addr addr = esmtp_quota_host(&kp->p, t, role);
	bool client = role == ESMTP_HOST_CLIENT;
	struct esmtp_host **at = client ? &share->client : &share->server;
	bool full;

	*at = esmtp_hosts_enter(share->hosts, role, t->family, &addr, max,
				!client || share->proved, &full);
	if (*at)
		return ESMTP_R_GO;
	if (full)
		return fill_excess(e, esmtp_hosts_total(share->hosts), ESMTP_HOSTS_MAX,
				   ESMTP_R_HOSTS_FULL);
	return fill_excess(e, max, max, client ? ESMTP_R_CLIENT_MAX : ESMTP_R_CONN_MAX);
}

/* Counts against `set connection`; the caller undoes it if one limit refuses. */
static enum esmtp_reason enter_class_limits(struct esmtp_kpolicy *kp,
					    const struct esmtp_flowspec *spec,
					    struct esmtp_share *share, struct esmtp_excess *e)
{
	u32 bind = esmtp_classify_limits(&kp->p, spec);
	const struct esmtp_tuple *t = &spec->real;
	const struct esmtp_bind *b;
	enum esmtp_reason why;

	if (bind == ESMTP_NONE)
		return ESMTP_R_GO;
	b = &kp->p.binds[bind];
	share->hosts = kp->hosts[bind];
	why = enter_host(kp, share, t, ESMTP_HOST_SERVER, b->set.conn_max ?: U32_MAX, e);
	if (!why && b->set.client_max)
		why = enter_host(kp, share, t, ESMTP_HOST_CLIENT, b->set.client_max, e);
	if (why)
		esmtp_kpolicy_count(kp, b->slot + ESMTP_SLOT_LIMITED);
	return why;
}

/**
 * esmtp_quota_enter() - count a connection
 * @kp: the policy in force, which the owner of @share pins
 * @spec: the connection
 * @share: zeros but for @share->proved; where it is counted
 * @e: filled if it may not be
 *
 * Context: any with BH off. Exact on any number of CPUs.
 * Return: ESMTP_R_GO, or the limit that is reached.
 */
enum esmtp_reason esmtp_quota_enter(struct esmtp_kpolicy *kp,
				    const struct esmtp_flowspec *spec,
				    struct esmtp_share *share, struct esmtp_excess *e)
{
	enum esmtp_reason why = enter_server_limit(kp, spec, share, e);

	if (!why)
		why = enter_class_limits(kp, spec, share, e);
	share->counted = 1;
	if (why)
		esmtp_quota_leave(share);
	return why;
}

/**
 * esmtp_quota_crowded() - must a new client prove its address before it is counted?
 * @kp: the policy in force
 * @b: what limits its connection
 *
 * Those who have not are counted in a table of their own; when that is full, only who has
 * is let in.
 *
 * Context: any with BH off.
 * Return: true if so.
 */
bool esmtp_quota_crowded(struct esmtp_kpolicy *kp, const struct esmtp_bounds *b)
{
	const struct esmtp_tuple *t = &b->spec.real;
	struct esmtp_addr addr = esmtp_quota_host(&kp->p, t, ESMTP_HOST_CLIENT);

	return b->bind != ESMTP_NONE && kp->p.binds[b->bind].set.client_max &&
	       esmtp_hosts_crowded(kp->hosts[b->bind], ESMTP_HOST_CLIENT, t->family, &addr);
}

/**
 * esmtp_quota_prove() - the client of a connection has answered at its address
 * @share: where it is counted
 *
 * Context: any with BH off.
 */
void esmtp_quota_prove(struct esmtp_share *share)
{
	if (share->client && !share->proved)
		esmtp_hosts_prove(share->hosts, share->client, &share->counted);
	share->proved = true;
}

/**
 * esmtp_quota_leave() - stop counting a connection
 * @share: where it was counted; calling it again does nothing
 *
 * Context: any with BH off.
 */
void esmtp_quota_leave(struct esmtp_share *share)
{
	if (!xchg(&share->counted, 0))
		return;
	if (share->limit)
		atomic_dec(&share->limit->current_conns);
	if (share->server)
		esmtp_hosts_leave(share->hosts, share->server);
	if (share->client)
		esmtp_hosts_leave(share->hosts, share->client);
}

/**
 * esmtp_quota_put() - release where a connection is counted
 * @share: where it was counted
 *
 * Context: any with BH off; before the policy is let go.
 */
void esmtp_quota_put(struct esmtp_share *share)
{
	esmtp_quota_leave(share);
	if (share->limit)
		esmtp_limit_count_put(share->limit);
}

/**
 * esmtp_quota_enter_inspected() - count an inspected connection
 * @flows: how many there are
 * @p: the policy in force
 * @counted: set if it is counted
 *
 * Context: any. Exact on any number of CPUs.
 * Return: ESMTP_R_GO, or what becomes of a connection that is one too many.
 */
enum esmtp_reason esmtp_quota_enter_inspected(atomic_t *flows, const struct esmtp_policy *p,
					      u32 *counted)
{
	*counted = (u32)atomic_inc_return(flows) <= (p->max_conns ?: U32_MAX);
	if (*counted)
		return ESMTP_R_GO;
	atomic_dec(flows);
	return p->overload == ESMTP_ON_OVERLOAD_BYPASS ? ESMTP_R_OVERLOAD_PASSED :
							 ESMTP_R_OVERLOAD_DROPPED;
}

/**
 * esmtp_quota_leave_inspected() - stop counting an inspected connection
 * @flows: how many there are
 * @counted: is it counted? calling it again does nothing
 *
 * Context: any.
 */
void esmtp_quota_leave_inspected(atomic_t *flows, u32 *counted)
{
	if (READ_ONCE(*counted) && xchg(counted, 0))
		atomic_dec(flows);
}
