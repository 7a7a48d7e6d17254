// SPDX-License-Identifier: GPL-2.0
/*
 * Half-open connections that a server may have by `static`, and the hosts of a
 * class by `set connection`. A connection is counted from its SYN until conntrack
 * sees it open or closed, or for 76 seconds.
 *
 * The SYN is counted before conntrack confirms the connection, and one that is not
 * confirmed goes without a word: what is counted is forgotten after a time by
 * itself. Only how it was counted is kept with the connection.
 */
#include <linux/nf_esmtp.h>
#include <net/netfilter/nf_conntrack.h>

#include "audit.h"
#include "flow.h"
#include "net.h"

/* Where a connection was counted; the low bits of struct esmtp_mark's @half. */
enum {
	AT_LIMIT = 1 << 0,
	AT_SERVER = 1 << 1,
	AT_CLIENT = 1 << 2,
	AT_BITS = 3,
};

/* What the three countings of one SYN have in common. */
struct embryo {
	struct esmtp_kpolicy *kp;
	const struct esmtp_bounds *b;
	u32 era;
	u32 now;
	u32 max;
	bool vouched;
};

static bool enter_limit(struct embryo *e)
{
	struct esmtp_limit_count *lc = e->kp->limits[e->b->limit];
	bool entered;

	spin_lock_bh(&lc->lock);
	entered = esmtp_half_enter(&lc->half, e->era, e->max);
	e->now = lc->half.total;
	spin_unlock_bh(&lc->lock);
	return entered;
}

static void leave_limit(struct esmtp_limit_count *lc, u32 era)
{
	spin_lock_bh(&lc->lock);
	esmtp_half_leave(&lc->half, esmtp_half_era(), era);
	spin_unlock_bh(&lc->lock);
}

static bool enter_host(struct embryo *e, u8 role)
{
	const struct esmtp_tuple *t = &e->b->spec.real;

	return esmtp_hosts_half_enter(e->kp->hosts[e->b->bind], role, t->family,
				      role == ESMTP_HOST_CLIENT ? &t->src : &t->dst,
				      e->era, e->max, &e->now);
}

static void leave(u32 how, struct esmtp_limit_count *lc, struct esmtp_hosts *hosts,
		  const struct esmtp_tuple *t)
{
	u32 era = how >> AT_BITS;

	if (how & AT_LIMIT && lc)
		leave_limit(lc, era);
	if (how & AT_SERVER && hosts)
		esmtp_hosts_half_leave(hosts, ESMTP_HOST_SERVER, t->family,
				       &t->dst, era);
	if (how & AT_CLIENT && hosts)
		esmtp_hosts_half_leave(hosts, ESMTP_HOST_CLIENT, t->family,
				       &t->src, era);
}

/* A limit of the server: what is left when anyone may open is for the vouched. */
static u32 server_max(const struct embryo *e, u32 max)
{
	return e->vouched ? max : esmtp_half_open_to_all(max);
}

/* Returns where the SYN was counted and adds where it may not be. */
static u32 enter(struct embryo *e, u8 *full)
{
	u32 limit = ESMTP_NONE, how = 0;
	const struct esmtp_set *set = NULL;

	if (e->b->limit != ESMTP_NONE)
		limit = e->kp->p.limits[e->b->limit].embryonic_max;
	if (e->b->bind != ESMTP_NONE)
		set = &e->kp->p.binds[e->b->bind].set;

	*full = AT_LIMIT;
	if (limit != ESMTP_NONE && limit) {
		e->max = server_max(e, limit);
		if (!enter_limit(e))
			return how;
		how |= AT_LIMIT;
	}
	*full = AT_SERVER;
	if (set && set->embryonic_max) {
		e->max = server_max(e, set->embryonic_max);
		if (!enter_host(e, ESMTP_HOST_SERVER))
			return how;
		how |= AT_SERVER;
	}
	*full = AT_CLIENT;
	if (set && set->client_embryonic_max && !e->vouched) {
		e->max = set->client_embryonic_max;
		if (!enter_host(e, ESMTP_HOST_CLIENT))
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
 * @how: set to what esmtp_embryonic_leave() needs, 0 if it was not counted
 *
 * Any context with BH off. Exact on any number of CPUs.
 *
 * Return: false if there are as many as there may be. Those of a client that was
 * vouched for count for the server only.
 */
bool esmtp_embryonic_enter(struct esmtp_kpolicy *kp, const struct nf_conn *ct,
			   const struct esmtp_bounds *b, bool vouched, u32 *how)
{
	struct embryo e = {
		.kp = kp,
		.b = b,
		.era = esmtp_half_era(),
		.vouched = vouched,
	};
	u8 full;

	*how = enter(&e, &full);
	if (*how)
		*how |= e.era << AT_BITS;
	if (!full)
		return true;
	leave(*how, b->limit == ESMTP_NONE ? NULL : kp->limits[b->limit],
	      b->bind == ESMTP_NONE ? NULL : kp->hosts[b->bind], &b->spec.real);
	*how = 0;
	esmtp_audit_limit(esmtp_net(nf_ct_net(ct)), ct,
			  full == AT_CLIENT ? ESMTP_EVENT_CLIENT_EMBRYONIC :
					      ESMTP_EVENT_EMBRYONIC,
			  e.now, e.max, &b->spec);
	return false;
}

/**
 * esmtp_embryonic_leave() - a connection is open, or over
 * @mark: our place in it; calling it again does nothing
 * @ct: the connection
 * @flow: its flow
 *
 * Any context with BH off. After the policy was replaced meanwhile, what was
 * counted elsewhere is left to be forgotten.
 */
void esmtp_embryonic_leave(struct esmtp_mark *mark, const struct nf_conn *ct,
			   const struct esmtp_flow *flow)
{
	u32 how = xchg(&mark->half, 0);
	const struct esmtp_share *share = flow->share;
	struct esmtp_flowspec spec;

	if (!how || !share)
		return;
	esmtp_flow_tuples(ct, &spec);
	leave(how, share->limit, share->hosts, &spec.real);
}

static bool half_open(const struct nf_conn *ct)
{
	u8 state = READ_ONCE(ct->proto.tcp.state);

	return state == TCP_CONNTRACK_SYN_SENT || state == TCP_CONNTRACK_SYN_RECV ||
	       state == TCP_CONNTRACK_SYN_SENT2;
}

/**
 * esmtp_embryonic_watch() - has the connection been opened, or closed?
 * @mark: our place in it
 * @ct: the connection, which this packet has moved on
 * @flow: its flow
 *
 * Same context as esmtp_embryonic_leave().
 */
void esmtp_embryonic_watch(struct esmtp_mark *mark, const struct nf_conn *ct,
			   const struct esmtp_flow *flow)
{
	if (READ_ONCE(mark->half) && !half_open(ct))
		esmtp_embryonic_leave(mark, ct, flow);
}
