// SPDX-License-Identifier: GPL-2.0
/*
 * Connections whose beginning was not seen: those that conntrack knows and that have no flow
 * (they are older than the inspection, or another router's conntrackd has told of them), and those
 * that conntrack does not know.
 */
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "conn/side.h"
#include "control/net.h"
#include "data/inject.h"
#include "data/skb_edit.h"
#include "walk.h"

/* Every packet of a namespace is seen while its hooks are there. */
bool esmtp_walk_unseen(const struct esmtp_walk *w)
{
	return false;
}

/* Conntrack has forgotten a connection with the RST that refused its SYN. */
bool esmtp_walk_refused(const struct esmtp_walk *w)
{
	return nf_ct_is_dying(esmtp_hooked_of(w)->ct);
}

u8 esmtp_walk_classify(const struct esmtp_walk *w)
{
	const struct esmtp_hooked *h = esmtp_hooked_of(w);
	struct esmtp_flowspec spec;

	esmtp_tuple_spec(h->ct, esmtp_hooked_dir(h), h->state, &spec);
	return esmtp_classify(w->policy, &spec).verdict;
}

void esmtp_walk_remember_older(struct esmtp_walk *w, enum esmtp_reason pass)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);
	enum esmtp_reason why;
	struct esmtp_flow *flow = esmtp_flow_get(h->en, h->kp, h->ct, &why);

	if (!flow)
		return;
	spin_lock_bh(&flow->lock);
	if (flow->stage == ESMTP_STAGE_SYN) {
		flow->pass = pass;
		/* pairs with esmtp_flow_judged() */
		smp_store_release(&flow->stage, ESMTP_STAGE_JUDGED);
	}
	spin_unlock_bh(&flow->lock);
	h->flow = flow;
	esmtp_hooked_see_flow(h);
}

void esmtp_walk_reset_sender(struct esmtp_walk *w)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);
	const struct esmtp_pkt *pkt = &h->pkt;
	struct sk_buff *skb;

	skb = esmtp_inject_reset(h->ct, esmtp_hooked_dir(h), pkt->ack,
				 pkt->seq + pkt->len + pkt->fin);
	if (skb && esmtp_inject_alone(h->state->net, skb, pkt->skb->mark,
				      esmtp_side_of(pkt, h->state)))
		esmtp_count(h->en->stats->sent);
	else
		esmtp_count(h->en->stats->unsent);
}

bool esmtp_walk_reset(struct esmtp_walk *w)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);
	const struct esmtp_segment rst = {
		.seq = h->pkt.seq,
		.ack = h->pkt.ack,
		.flags = ESMTP_TCP_RST | ESMTP_TCP_ACK,
	};

	if (!h->pkt.rst)
		esmtp_walk_reset_sender(w);
	return !esmtp_pkt_write_segment(&h->pkt, &rst);
}
