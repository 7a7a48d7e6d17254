// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet's connection is to us, and what is done with a packet of one that the policy was
 * asked about. The order of all that is the engine's (engine/conn/walk.c).
 */
#include <net/netfilter/nf_conntrack.h>

#include "conn/side.h"
#include "control/net.h"
#include "data/inject.h"
#include "data/mptcp.h"
#include "data/skb_own.h"
#include "data/skb_parse.h"
#include "limit/intercept.h"
#include "limit/limits.h"
#include "walk.h"

/**
 * esmtp_hooked_see_flow() - tell the engine what is known of a connection that has a flow
 * @h: a packet of it
 *
 * Context: any.
 */
void esmtp_hooked_see_flow(struct esmtp_hooked *h)
{
	bool judged = esmtp_flow_judged(h->flow);

	h->walk.stage = judged ? ESMTP_STAGE_JUDGED : ESMTP_STAGE_SYN;
	h->walk.pass = judged ? h->flow->pass : 0;
	h->walk.clear = judged && READ_ONCE(h->flow->clear);
}

static u8 get_where(unsigned int hook)
{
	if (hook == NF_INET_LOCAL_OUT)
		return ESMTP_WHERE_FROM;
	return hook == NF_INET_LOCAL_IN ? ESMTP_WHERE_TO : ESMTP_WHERE_BETWEEN;
}

/* Of a connection without a flow. */
static u8 find_stage(const struct esmtp_hooked *h)
{
	if (!nf_ct_is_confirmed(h->ct))
		return ESMTP_STAGE_NEW;
	return esmtp_hooked_asked(h) ? ESMTP_STAGE_SYN : ESMTP_STAGE_OLDER;
}

/**
 * esmtp_hooked_walk() - how does a packet end?
 * @h: the packet, of a connection; @h->flow is set if there is one
 *
 * A packet without a flow begins its connection, or is of one whose SYN has passed, or of one
 * older than the inspection, by whether conntrack has confirmed that and by the mark of its SYN.
 *
 * Context: softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 * Return: the reason, or ESMTP_NOT_OURS.
 */
enum esmtp_reason esmtp_hooked_walk(struct esmtp_hooked *h)
{
	enum esmtp_reason why, bad;

	h->walk.policy = &h->kp->p;
	h->walk.pkt = &h->pkt;
	h->walk.where = get_where(h->state->hook);
	h->walk.lasting = true;
	h->walk.clear = false;
	if (h->flow)
		esmtp_hooked_see_flow(h);
	else
		h->walk.stage = find_stage(h);
	why = esmtp_walk_packet(&h->walk);
	if (!h->flow || !READ_ONCE(h->flow->intercept) ||
	    esmtp_reason_end(why) == ESMTP_END_DROP)
		return why;
	bad = esmtp_intercept_packet(h->flow, h->walk.dir, &h->pkt, h->state);
	return bad ?: why;
}

bool esmtp_walk_wanted(const struct esmtp_walk *w)
{
	return esmtp_tuple_wanted(w->policy, esmtp_hooked_of(w)->ct);
}

bool esmtp_walk_checksum(struct esmtp_walk *w)
{
	const struct esmtp_hooked *h = esmtp_hooked_of(w);

	return esmtp_pkt_checksum_ok(&h->pkt, h->state->net, h->state->hook);
}

enum esmtp_reason esmtp_walk_hide(struct esmtp_walk *w)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);
	struct esmtp_flowspec spec;

	if (!esmtp_mptcp_offered(&h->pkt))
		return ESMTP_R_GO;
	esmtp_tuple_spec(h->ct, esmtp_hooked_dir(h), h->state, &spec);
	return esmtp_mptcp_hide(&h->kp->p, &h->pkt, &spec);
}

bool esmtp_walk_right_side(const struct esmtp_walk *w)
{
	const struct esmtp_hooked *h = esmtp_hooked_of(w);

	return esmtp_side_right(h->flow, w->dir, &h->pkt, h->state);
}

/* A packet passes as it came. */
static void note_passed(struct esmtp_flow *flow, enum esmtp_dir dir, const struct esmtp_pkt *came)
{
	esmtp_flow_passed(flow, dir, came);
	if (READ_ONCE(flow->half.how) && (flow->closing.open || flow->closing.over))
		esmtp_embryonic_leave(flow);
}

/**
 * esmtp_hooked_inspect() - inspect a packet, and note where its connection stands then
 * @flow: the connection, judged, and to be inspected
 * @pkt: the packet, of its own side, its checksum verified; may come back edited
 * @dir: its direction
 *
 * Context: softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 * Return: how it ends.
 */
enum esmtp_reason esmtp_hooked_inspect(struct esmtp_flow *flow, struct esmtp_pkt *pkt,
				       enum esmtp_dir dir)
{
	struct esmtp_inspected *in = rcu_dereference(flow->inspected);
	struct esmtp_pkt came = *pkt;
	enum esmtp_reason why;

	atomic64_inc(&flow->packets);
	if (!in && (pkt->len || pkt->urg || READ_ONCE(flow->clear))) {
		in = esmtp_flow_inspect(flow);
		if (!in)
			return ESMTP_R_MEMORY;
	}
	if (pkt->len && esmtp_pkt_own(pkt))
		return ESMTP_R_MEMORY;
	why = esmtp_inspect_packet(flow->en, flow, in, pkt, dir);
	if (esmtp_inspected_ended(in))
		esmtp_flow_ended(flow, came.syn && !came.has_ack);
	if (esmtp_reason_end(why) != ESMTP_END_DROP)
		note_passed(flow, dir, &came);
	return why;
}

enum esmtp_reason esmtp_walk_inspect(struct esmtp_walk *w)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);

	return esmtp_hooked_inspect(h->flow, &h->pkt, w->dir);
}

void esmtp_walk_pass(struct esmtp_walk *w, enum esmtp_reason why)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);
	struct esmtp_flow *flow = h->flow;

	if (!flow)
		return;
	if (w->pass == ESMTP_R_EXEMPT)
		esmtp_kpolicy_count(flow->kp, flow->slot + ESMTP_SLOT_PACKETS);
	if (!w->good)
		return;
	atomic64_inc(&flow->packets);
	if (esmtp_reason_end(why) == ESMTP_END_PASS)
		note_passed(flow, w->dir, &h->pkt);
}

/* An operator ends a connection that nobody reads: once, for it is gone then. */
enum esmtp_reason esmtp_walk_sever(struct esmtp_walk *w)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);
	enum esmtp_reason why;
	struct sk_buff *back;

	WRITE_ONCE(h->flow->clear, false);
	esmtp_flow_over(h->flow);
	why = esmtp_ending_sever(&h->pkt, &back);
	if (back && esmtp_inject_send(h->state->net, back, h->pkt.skb))
		esmtp_count(h->en->stats->sent);
	else if (back)
		esmtp_count(h->en->stats->unsent);
	return why;
}
