// SPDX-License-Identifier: GPL-2.0
/*
 * A packet of a connection, step by step: what it is to the connection, what the policy said of
 * that, and how it ends. It knows the order of steps and nothing else.
 */
#include <net/netfilter/nf_conntrack.h>

#include "conn/flow.h"
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
 * esmtp_walk_left_out() - does inspect-local leave a connection out?
 * @w: a packet of it
 *
 * Of a connection that conntrack does not know yet, and whose SYN it is not, the ports
 * tell who began it.
 *
 * Context: any.
 * Return: true if this machine is an end of it and it is not to be inspected.
 */
bool esmtp_walk_left_out(const struct esmtp_walk *w)
{
	const struct esmtp_policy *p = &w->kp->p;
	bool out = w->state->hook == NF_INET_LOCAL_OUT;
	bool forth = w->dir == ESMTP_C2S;

	if (!out && w->state->hook != NF_INET_LOCAL_IN)
		return false;
	if (!nf_ct_is_confirmed(w->ct) && !esmtp_walk_asks(w))
		forth = esmtp_policy_wants(p, w->pkt.sport, w->pkt.dport);
	return esmtp_policy_leaves(p, out == forth);
}

/**
 * esmtp_walk_hide_mptcp() - two ends that agree on MPTCP would go on where nobody reads
 * @w: a packet
 *
 * Context: softirq, or process context on LOCAL_OUT.
 * Return: ESMTP_R_CONTROL, ESMTP_R_OPTION or ESMTP_R_MEMORY.
 */
enum esmtp_reason esmtp_walk_hide_mptcp(struct esmtp_walk *w)
{
	struct esmtp_flowspec spec;

	if (!w->pkt.syn || !esmtp_mptcp_offered(&w->pkt))
		return ESMTP_R_CONTROL;
	esmtp_tuple_spec(w->ct, (enum ip_conntrack_dir)w->dir, w->state, &spec);
	return esmtp_mptcp_hide(&w->kp->p, &w->pkt, &spec) ?: ESMTP_R_CONTROL;
}

/* Confirmed, and no flow: its SYN has passed, or it is older than the inspection. */
static enum esmtp_reason walk_without_flow(struct esmtp_walk *w)
{
	if (esmtp_begin_answers(w))
		return esmtp_begin_answer(w);
	if (!esmtp_tuple_wanted(&w->kp->p, w->ct))
		return ESMTP_NOT_OURS;
	if (esmtp_walk_left_out(w))
		return ESMTP_R_LOCAL;
	if (w->pkt.syn)
		return w->pkt.len ? ESMTP_R_SYN_DATA : esmtp_walk_hide_mptcp(w);
	/* refused: conntrack has forgotten the SYN with it */
	if (w->pkt.rst && !w->pkt.len && nf_ct_is_dying(w->ct))
		return ESMTP_R_CONTROL;
	return esmtp_older_first(w);
}

/* An operator ends a connection that nobody reads: once, for it is gone then. */
static enum esmtp_reason sever_passing(struct esmtp_walk *w)
{
	enum esmtp_reason why;
	struct sk_buff *back;

	WRITE_ONCE(w->flow->clear, false);
	esmtp_flow_over(w->flow);
	why = esmtp_ending_sever(&w->pkt, &back);
	if (back && esmtp_inject_send(w->state->net, back, w->pkt.skb))
		esmtp_count(w->en->stats->sent);
	else if (back)
		esmtp_count(w->en->stats->unsent);
	return why;
}

/* Not to be inspected, for a reason that was found when it began. */
static enum esmtp_reason walk_passing(struct esmtp_walk *w)
{
	struct esmtp_flow *flow = w->flow;

	if (READ_ONCE(flow->clear) && !w->pkt.syn)
		return sever_passing(w);
	if (flow->pass == ESMTP_R_PICKUP_PASSED)
		return esmtp_older_packet(w);
	if (flow->pass == ESMTP_R_EXEMPT)
		esmtp_kpolicy_count(flow->kp, flow->slot + ESMTP_SLOT_PACKETS);
	return flow->pass;
}

static enum esmtp_reason walk_inspected(struct esmtp_walk *w)
{
	struct esmtp_inspected *in = rcu_dereference(w->flow->inspected);
	bool again = esmtp_walk_asks(w);
	enum esmtp_reason why;

	if (!in && (w->pkt.len || w->pkt.urg || READ_ONCE(w->flow->clear))) {
		in = esmtp_flow_inspect(w->flow);
		if (!in)
			return ESMTP_R_MEMORY;
	}
	if (w->pkt.len && esmtp_pkt_own(&w->pkt))
		return ESMTP_R_MEMORY;
	why = esmtp_inspect_packet(w->en, w->flow, in, &w->pkt, w->dir);
	if (esmtp_inspected_ended(in))
		esmtp_flow_ended(w->flow, again);
	return why;
}

/* Its SYN was counted or vouched for, and is not answered. */
static enum esmtp_reason walk_unanswered(struct esmtp_walk *w)
{
	if (w->pkt.rst && w->dir == ESMTP_S2C)
		esmtp_embryonic_leave(w->flow);
	if (w->pkt.len && !w->pkt.syn)
		return ESMTP_R_MIDSTREAM;
	if (w->pkt.len && esmtp_tuple_wanted(&w->kp->p, w->ct))
		return ESMTP_R_SYN_DATA;
	return esmtp_walk_hide_mptcp(w);
}

static enum esmtp_reason judge_packet(struct esmtp_walk *w)
{
	enum esmtp_reason why, option = ESMTP_R_CONTROL;
	struct esmtp_pkt came = w->pkt;

	if (!esmtp_pkt_checksum_ok(&w->pkt, w->state->net, w->state->hook))
		return w->flow->pass ? walk_passing(w) : ESMTP_R_CHECKSUM;
	if (w->pkt.syn && !w->flow->pass) {
		if (w->pkt.len)
			return ESMTP_R_SYN_DATA;
		option = esmtp_walk_hide_mptcp(w);
		if (option == ESMTP_R_MEMORY)
			return option;
	}
	atomic64_inc(&w->flow->packets);
	why = w->flow->pass ? walk_passing(w) : walk_inspected(w);
	if (esmtp_reason_end(why) == ESMTP_END_DROP)
		return why;
	esmtp_flow_passed(w->flow, w->dir, &came);
	if (w->flow->closing.open || w->flow->closing.over)
		esmtp_embryonic_leave(w->flow);
	return why == ESMTP_R_CONTROL ? option : why;
}

static enum esmtp_reason walk_with_flow(struct esmtp_walk *w)
{
	enum esmtp_reason why, bad;

	if (!esmtp_flow_judged(w->flow))
		why = walk_unanswered(w);
	else if (!esmtp_side_right(w->flow, w->dir, &w->pkt, w->state))
		why = ESMTP_R_WRONG_SIDE;
	else
		why = judge_packet(w);
	if (!READ_ONCE(w->flow->intercept) || esmtp_reason_end(why) == ESMTP_END_DROP)
		return why;
	bad = esmtp_intercept_packet(w->flow, w->dir, &w->pkt, w->state);
	return bad ?: why;
}

/**
 * esmtp_walk_packet() - how does a packet end?
 * @w: the packet, of a connection; @w->flow is set if there is one
 *
 * Context: softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 * Return: the reason, or ESMTP_NOT_OURS.
 */
enum esmtp_reason esmtp_walk_packet(struct esmtp_walk *w)
{
	enum esmtp_reason why = ESMTP_R_GO;

	if (!w->flow && !nf_ct_is_confirmed(w->ct))
		why = esmtp_begin_syn(w);
	else if (!w->flow)
		why = walk_without_flow(w);
	else if (esmtp_begin_answers(w))
		why = esmtp_begin_answer(w);
	/* beginning a connection may give it a flow, and leave the rest to that */
	return why || !w->flow ? why : walk_with_flow(w);
}
