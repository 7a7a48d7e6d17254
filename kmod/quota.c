// SPDX-License-Identifier: GPL-2.0
/*
 * Connections that a server may hold by `static`, and the hosts of a class by
 * `set connection`: who is counted where. It knows connections by their addresses
 * only. A connection is counted from its first packet after the SYN passed, and until
 * both ends have closed it or conntrack forgets it.
 */
#include <linux/atomic.h>

#include "quota.h"

static u32 find(const struct esmtp_policy *p, const struct esmtp_flowspec *spec)
{
	return p->nlimits ? esmtp_limit_find(p, spec->real.family, &spec->real.dst) :
			    ESMTP_NONE;
}

/* The count goes on from policy to policy, the limit is each policy's own. */
static u32 most(const struct esmtp_kpolicy *kp, u32 i)
{
	return kp->p.limits[i].conn_max ?: U32_MAX;
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
 * esmtp_quota_wants() - could a connection be a limited one?
 * @p: the policy in force
 * @spec: the connection; its interfaces are not looked at
 *
 * Context: any.
 * Return: true if it has to be counted, or its class has to be found for that.
 */
bool esmtp_quota_wants(const struct esmtp_policy *p, const struct esmtp_flowspec *spec)
{
	return find(p, spec) != ESMTP_NONE || class_wants(p, spec);
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
	bool class = class_wants(p, &b->spec);

	b->limit = find(p, &b->spec);
	b->bind = class ? esmtp_classify_limits(p, &b->spec) : ESMTP_NONE;
	return class || b->limit != ESMTP_NONE;
}

static enum esmtp_reason exceeds(struct esmtp_excess *e, u32 now, u32 max,
				 enum esmtp_reason why)
{
	e->now = now;
	e->max = max;
	return why;
}

/* One limit of a class, looked at only. */
static bool host_full(struct esmtp_hosts *hosts, u8 role, u32 max,
		      const struct esmtp_tuple *t, struct esmtp_excess *e)
{
	if (!max)
		return false;
	e->max = max;
	e->now = esmtp_hosts_count(hosts, role, t->family,
				   role == ESMTP_HOST_CLIENT ? &t->src : &t->dst);
	return e->now >= max;
}

static enum esmtp_reason class_full(struct esmtp_kpolicy *kp,
				    const struct esmtp_tuple *real, u32 bind,
				    struct esmtp_excess *e)
{
	enum esmtp_reason why = ESMTP_GO;
	const struct esmtp_bind *b;

	if (bind == ESMTP_NONE)
		return ESMTP_GO;
	b = &kp->p.binds[bind];
	if (host_full(kp->hosts[bind], ESMTP_HOST_CLIENT, b->set.client_max,
		      real, e))
		why = ESMTP_CLIENT_MAX;
	else if (host_full(kp->hosts[bind], ESMTP_HOST_SERVER, b->set.conn_max,
			   real, e))
		why = ESMTP_CONN_MAX;
	if (why)
		esmtp_kpolicy_count(kp, b->slot + ESMTP_SLOT_LIMITED);
	return why;
}

/**
 * esmtp_quota_full() - may no more connections be opened?
 * @kp: the policy in force
 * @b: what limits it, from esmtp_quota_bounds()
 * @e: filled if so
 *
 * Context: any with BH off. Spares the server a SYN; esmtp_quota_enter() is what
 * counts.
 * Return: why its SYN is to be dropped, or ESMTP_GO.
 */
enum esmtp_reason esmtp_quota_full(struct esmtp_kpolicy *kp,
				   const struct esmtp_bounds *b,
				   struct esmtp_excess *e)
{
	u32 now, i = b->limit;

	if (i != ESMTP_NONE) {
		now = atomic_read(&kp->limits[i]->current_conns);
		if (now >= most(kp, i))
			return exceeds(e, now, most(kp, i), ESMTP_CONN_MAX);
	}
	return class_full(kp, &b->spec.real, b->bind, e);
}

/* The limit of `static`. */
static enum esmtp_reason enter_limit(struct esmtp_kpolicy *kp,
				     const struct esmtp_flowspec *spec,
				     struct esmtp_share *share, struct esmtp_excess *e)
{
	u32 i = find(&kp->p, spec);
	struct esmtp_limit_count *lc;
	int now;

	if (i == ESMTP_NONE)
		return ESMTP_GO;
	lc = kp->limits[i];
	now = atomic_read(&lc->current_conns);
	do {
		if ((u32)now >= most(kp, i))
			return exceeds(e, now, most(kp, i), ESMTP_CONN_MAX);
	} while (!atomic_try_cmpxchg(&lc->current_conns, &now, now + 1));
	refcount_inc(&lc->ref);
	share->limit = lc;
	return ESMTP_GO;
}

/* Those of `set connection`. What was entered is left by esmtp_quota_leave(). */
static enum esmtp_reason enter_class(struct esmtp_kpolicy *kp,
				     const struct esmtp_flowspec *spec,
				     struct esmtp_share *share, struct esmtp_excess *e)
{
	u32 bind = esmtp_classify_limits(&kp->p, spec);
	const struct esmtp_tuple *t = &spec->real;
	const struct esmtp_bind *b;
	u32 client_max;

	if (bind == ESMTP_NONE)
		return ESMTP_GO;
	b = &kp->p.binds[bind];
	client_max = b->set.client_max;
	share->hosts = kp->hosts[bind];
	share->server = esmtp_hosts_enter(share->hosts, ESMTP_HOST_SERVER, t->family,
					  &t->dst, b->set.conn_max ?: U32_MAX);
	if (share->server && client_max)
		share->client = esmtp_hosts_enter(share->hosts, ESMTP_HOST_CLIENT,
						  t->family, &t->src, client_max);
	if (share->server && (share->client || !client_max))
		return ESMTP_GO;
	esmtp_kpolicy_count(kp, b->slot + ESMTP_SLOT_LIMITED);
	return share->server ? exceeds(e, client_max, client_max, ESMTP_CLIENT_MAX) :
			       exceeds(e, b->set.conn_max, b->set.conn_max,
				       ESMTP_CONN_MAX);
}

/**
 * esmtp_quota_enter() - count a connection
 * @kp: the policy in force, which the owner of @share pins
 * @spec: the connection
 * @share: zeros; where it is counted
 * @e: filled if it may not be
 *
 * Context: any with BH off. Exact on any number of CPUs.
 * Return: ESMTP_GO, or why it may not be: there are as many as may be.
 */
enum esmtp_reason esmtp_quota_enter(struct esmtp_kpolicy *kp,
				    const struct esmtp_flowspec *spec,
				    struct esmtp_share *share, struct esmtp_excess *e)
{
	enum esmtp_reason why = enter_limit(kp, spec, share, e);

	if (!why)
		why = enter_class(kp, spec, share, e);
	share->counted = 1;
	if (why)
		esmtp_quota_leave(share);
	return why;
}

/**
 * esmtp_quota_leave() - a connection is over
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
 * esmtp_quota_put() - nobody asks for a connection any more
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
