// SPDX-License-Identifier: GPL-2.0
/*
 * Half-open connections that a server may have by `static`, and the hosts of a
 * class by `set connection`. A connection is counted from its SYN until the client's
 * acknowledgement of the server's SYN, or the server's RST, was seen to pass, or for 76
 * seconds: what conntrack thinks of it, or forgets, frees no place.
 *
 * So a flow made on a SYN is one that a limit has let in.
 */
#include <linux/nf_esmtp.h>
#include <net/netfilter/nf_conntrack.h>

#include "control/audit.h"
#include "conn/flow.h"
#include "control/net.h"
#include "limits.h"

/* Where a connection was counted; the low bits of struct esmtp_half's @how. */
enum {
	AT_LIMIT = 1 << 0,
	AT_SERVER = 1 << 1,
	AT_CLIENT = 1 << 2,
	AT_BITS = 3,
};

/* Arguments and results shared by the three counts of one SYN. */
struct embryo {
	struct esmtp_kpolicy *kp;
	const struct esmtp_bounds *b;
	u32 era;
	u32 now;
	u32 max;
	bool vouched;
};

static bool enter_embryonic_limit(struct embryo *e)
{
	struct esmtp_limit_count *lc = e->kp->limits[e->b->limit];
	bool entered;

	spin_lock_bh(&lc->lock);
	entered = esmtp_half_open_enter(&lc->half, e->era, e->max);
	e->now = lc->half.total;
	spin_unlock_bh(&lc->lock);
	return entered;
}

static void leave_embryonic_limit(struct esmtp_limit_count *lc, u32 era)
{
	spin_lock_bh(&lc->lock);
	esmtp_half_open_leave(&lc->half, esmtp_half_open_era(), era);
	spin_unlock_bh(&lc->lock);
}

static bool enter_embryonic_host(struct embryo *e, u8 role)
{
	const struct esmtp_tuple *t = &e->b->spec.real;
	struct esmtp_addr addr = esmtp_quota_host(&e->kp->p, t, role);

	return esmtp_hosts_half_enter(e->kp->hosts[e->b->bind], role, t->family, &addr,
				      e->era, e->max, e->vouched, &e->now);
}

/* @t: its addresses, the client's being what it counts as */
static void leave_embryonic(u32 how, struct esmtp_limit_count *lc, struct esmtp_hosts *hosts,
			    const struct esmtp_tuple *t)
{
	u32 era = how >> AT_BITS;

	if (how & AT_LIMIT && lc)
		leave_embryonic_limit(lc, era);
	if (how & AT_SERVER && hosts)
		esmtp_hosts_half_leave(hosts, ESMTP_HOST_SERVER, t->family,
				       &t->dst, era);
	if (how & AT_CLIENT && hosts)
		esmtp_hosts_half_leave(hosts, ESMTP_HOST_CLIENT, t->family,
				       &t->src, era);
}

/* The top part of a server limit is reserved for clients that answered a cookie. */
static u32 get_server_max(const struct embryo *e, u32 max)
{
	return e->vouched ? max : esmtp_half_open_unproven(max);
}

/* Returns where the SYN was counted; @full is the limit that is reached, or 0. */
static u32 enter_embryonic(struct embryo *e, u8 *full)
{
	u32 limit = ESMTP_NONE, how = 0;
	const struct esmtp_set *set = NULL;

	if (e->b->limit != ESMTP_NONE)
		limit = e->kp->p.limits[e->b->limit].embryonic_max;
	if (e->b->bind != ESMTP_NONE)
		set = &e->kp->p.binds[e->b->bind].set;

	*full = AT_LIMIT;
	if (limit != ESMTP_NONE && limit) {
		e->max = get_server_max(e, limit);
		if (!enter_embryonic_limit(e))
			return how;
		how |= AT_LIMIT;
	}
	*full = AT_SERVER;
	if (set && set->embryonic_max) {
		e->max = get_server_max(e, set->embryonic_max);
		if (!enter_embryonic_host(e, ESMTP_HOST_SERVER))
			return how;
		how |= AT_SERVER;
	}
	*full = AT_CLIENT;
	if (set && set->client_embryonic_max && !e->vouched) {
		e->max = set->client_embryonic_max;
		if (!enter_embryonic_host(e, ESMTP_HOST_CLIENT))
			return how;
		how |= AT_CLIENT;
	}
	*full = 0;
	return how;
}

/**
 * esmtp_embryonic_enter() - count a half-open connection
 * @kp: the policy in force
 * @ct: the connection, not confirmed yet
 * @b: what limits it
 * @vouched: its client has answered a SYN cookie
 * @half: set to where it was counted
 *
 * Context: any with BH off. Exact on any number of CPUs.
 * Return: false if a limit is reached. A connection of a vouched client counts
 * towards the limits of the server only.
 */
bool esmtp_embryonic_enter(struct esmtp_kpolicy *kp, const struct nf_conn *ct,
			   const struct esmtp_bounds *b, bool vouched,
			   struct esmtp_half *half)
{
	struct embryo e = {
		.kp = kp,
		.b = b,
		.era = esmtp_half_open_era(),
		.vouched = vouched,
	};
	u8 full;

	half->limit = b->limit;
	half->bind = b->bind;
	half->how = enter_embryonic(&e, &full);
	if (half->how)
		half->how |= e.era << AT_BITS;
	if (!full)
		return true;
	esmtp_embryonic_undo(kp, b, half);
	half->how = 0;
	esmtp_audit_limit(esmtp_net(nf_ct_net(ct)), ct,
			  full == AT_CLIENT ? ESMTP_EVENT_CLIENT_EMBRYONIC :
					      ESMTP_EVENT_EMBRYONIC,
			  e.now, e.max, &b->spec);
	return false;
}

static void leave_half(u32 how, struct esmtp_kpolicy *kp, const struct esmtp_half *half,
		       const struct esmtp_tuple *t)
{
	struct esmtp_tuple counted = *t;

	counted.src = esmtp_quota_host(&kp->p, t, ESMTP_HOST_CLIENT);
	leave_embryonic(how, half->limit == ESMTP_NONE ? NULL : kp->limits[half->limit],
			half->bind == ESMTP_NONE ? NULL : kp->hosts[half->bind], &counted);
}

/**
 * esmtp_embryonic_undo() - a SYN that was counted does not pass after all
 * @kp: the policy that it was counted by
 * @b: what limits it
 * @half: where it was counted
 *
 * Context: any with BH off.
 */
void esmtp_embryonic_undo(struct esmtp_kpolicy *kp, const struct esmtp_bounds *b,
			  const struct esmtp_half *half)
{
	/* where nothing was counted, @b and @half say nothing */
	if (half->how)
		leave_half(half->how, kp, half, &b->spec.real);
}

/* Apart, for it happens once in a connection. */
static noinline void leave_once(struct esmtp_flow *flow)
{
	u32 how = xchg(&flow->half.how, 0);
	struct esmtp_flowspec spec;

	if (!how)
		return;
	esmtp_tuple_addresses(flow->ct, &spec);
	leave_half(how, flow->kp, &flow->half, &spec.real);
}

/**
 * esmtp_embryonic_leave() - stop counting a connection as half-open
 * @flow: the connection; calling it again does nothing
 *
 * Context: any with BH off, in an RCU read-side section.
 */
void esmtp_embryonic_leave(struct esmtp_flow *flow)
{
	if (READ_ONCE(flow->half.how))
		leave_once(flow);
}
