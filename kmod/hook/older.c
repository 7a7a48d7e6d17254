// SPDX-License-Identifier: GPL-2.0
/*
 * Connections whose beginning was not seen: those that conntrack knows and that have no flow
 * (they are older than the inspection, or another router's conntrackd has told of them), and those
 * that conntrack does not know.
 */
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "conn/flow.h"
#include "conn/side.h"
#include "control/net.h"
#include "data/inject.h"
#include "data/skb_edit.h"
#include "walk.h"

/* So that it is classified once; the setting of pickup is that of the moment. */
static enum esmtp_reason classify_older(const struct esmtp_walk *w)
{
	struct esmtp_flowspec spec;

	esmtp_tuple_spec(w->ct, (enum ip_conntrack_dir)w->dir, w->state, &spec);
	return esmtp_classify(&w->kp->p, &spec).verdict == ESMTP_CLASSIFY_INSPECT ?
		       ESMTP_R_PICKUP_PASSED : ESMTP_R_UNCLASSED;
}

/**
 * esmtp_older_first() - a packet of a connection that is older than the inspection
 * @w: the packet; @w->flow is set
 *
 * Context: as esmtp_walk_packet().
 * Return: ESMTP_R_GO if @w->flow goes on, or how the packet ends.
 */
enum esmtp_reason esmtp_older_first(struct esmtp_walk *w)
{
	enum esmtp_reason pass = classify_older(w), why;
	struct esmtp_flow *flow = esmtp_flow_get(w->en, w->kp, w->ct, &why);

	/* without memory it is asked again each time */
	if (!flow)
		return pass == ESMTP_R_PICKUP_PASSED ? esmtp_older_packet(w) : pass;
	spin_lock_bh(&flow->lock);
	if (flow->stage == ESMTP_STAGE_SYN) {
		flow->pass = pass;
		/* pairs with esmtp_flow_judged() */
		smp_store_release(&flow->stage, ESMTP_STAGE_JUDGED);
	}
	spin_unlock_bh(&flow->lock);
	w->flow = flow;
	return ESMTP_R_GO;
}

/* To the sender of a packet, if it says where it is. */
static void reset_sender(const struct esmtp_walk *w)
{
	const struct esmtp_segment rst = {
		.seq = w->pkt.ack,
		.ack = w->pkt.seq + w->pkt.len + w->pkt.fin,
		.flags = ESMTP_TCP_RST | ESMTP_TCP_ACK,
	};
	struct sk_buff *skb;

	skb = esmtp_inject_reset(w->ct, (enum ip_conntrack_dir)w->dir, rst.seq, rst.ack);
	if (skb && esmtp_inject_alone(w->state->net, skb, w->pkt.skb->mark,
				      esmtp_side_of(&w->pkt, w->state)))
		esmtp_count(w->en->stats->sent);
	else
		esmtp_count(w->en->stats->unsent);
}

static enum esmtp_reason reset_both(struct esmtp_walk *w)
{
	const struct esmtp_segment rst = {
		.seq = w->pkt.seq,
		.ack = w->pkt.ack,
		.flags = ESMTP_TCP_RST | ESMTP_TCP_ACK,
	};

	if (w->pkt.has_ack && !w->pkt.rst)
		reset_sender(w);
	return esmtp_pkt_write_segment(&w->pkt, &rst) ? ESMTP_R_MEMORY : ESMTP_R_PICKUP_RESET;
}

/**
 * esmtp_older_packet() - what becomes of a connection that is older than the inspection
 * @w: a packet of it
 *
 * Context: as esmtp_walk_packet().
 * Return: how it ends.
 */
enum esmtp_reason esmtp_older_packet(struct esmtp_walk *w)
{
	if (!w->pkt.len)
		return ESMTP_R_PICKUP_PASSED;
	switch (w->kp->p.pickup) {
	case ESMTP_ON_PICKUP_DROP:
		return ESMTP_R_PICKUP_DROPPED;
	case ESMTP_ON_PICKUP_RESET:
		return reset_both(w);
	default:
		return ESMTP_R_PICKUP_PASSED;
	}
}

/**
 * esmtp_older_midstream() - a packet of a connection that conntrack does not know
 * @w: the packet, no SYN; it is dropped
 *
 * Context: as esmtp_walk_packet().
 * Return: how it ends.
 */
enum esmtp_reason esmtp_older_midstream(struct esmtp_walk *w)
{
	if (w->kp->p.pickup == ESMTP_ON_PICKUP_RESET && w->pkt.len && w->pkt.has_ack &&
	    !w->pkt.rst)
		reset_sender(w);
	return ESMTP_R_MIDSTREAM;
}
