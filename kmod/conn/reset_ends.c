// SPDX-License-Identifier: GPL-2.0
/* Resets both ends of a connection when the engine stops translating for them. */
#include <linux/skbuff.h>
#include <net/netfilter/nf_conntrack.h>

#include "flow.h"
#include "data/inject.h"

/* The inspection state of a connection whose edits changed a length, or NULL. */
static struct esmtp_inspected *find_resized(const struct esmtp_flow *flow)
{
	struct esmtp_inspected *in = rcu_dereference(flow->inspected);

	return in && in->resized ? in : NULL;
}

/* SND.NXT (RFC 9293 3.3.1) of the end that sends in @dir, in its own numbering. */
static u32 get_snd_nxt(const struct esmtp_flow *flow, const struct esmtp_inspected *in,
		       enum esmtp_dir dir)
{
	const struct esmtp_half_stream *half;

	if (!in)
		return flow->ct->proto.tcp.seen[dir].td_end;
	half = &in->ins.half[dir];
	return half->isn + half->stream.next;
}

/* The same as RCV.NXT of the other end, in that end's numbering. */
static u32 get_peer_rcv_nxt(const struct esmtp_flow *flow, const struct esmtp_inspected *in,
			    enum esmtp_dir dir)
{
	u32 seq = get_snd_nxt(flow, in, dir);

	if (in)
		seq = esmtp_renumber_out(&in->ins.half[dir], seq);
	return dir == ESMTP_S2C ? esmtp_flow_shift_seq(flow, seq) : seq;
}

static void build_both_resets(const struct esmtp_flow *flow, const struct esmtp_inspected *in,
			      struct sk_buff_head *resets)
{
	struct sk_buff *skb;
	int dir;

	for (dir = 0; dir < ESMTP_DIR_MAX; dir++) {
		skb = esmtp_inject_reset(flow->ct, !dir, get_peer_rcv_nxt(flow, in, dir),
					 get_snd_nxt(flow, in, !dir));
		if (!skb)
			continue;
		skb->skb_iif = max(flow->sides[dir == ESMTP_C2S ? ESMTP_S2C : ESMTP_C2S], 0);
		__skb_queue_tail(resets, skb);
	}
}

/**
 * esmtp_reset_ends() - reset the ends of a connection that will go on without the engine
 * @flow: the connection, whose hooks have run for the last time
 * @resets: where the segments go, each with the interface of its receiver as skb_iif
 *
 * Ends whose sequence numbers differ cannot go on without the engine's translation.
 *
 * Context: any, in an RCU read-side section.
 * Return: false if their numbers are the same.
 */
bool esmtp_reset_ends(const struct esmtp_flow *flow, struct sk_buff_head *resets)
{
	struct esmtp_inspected *in = find_resized(flow);

	if (!in && !flow->intercept)
		return false;
	if (!in) {
		build_both_resets(flow, NULL, resets);
		return true;
	}
	spin_lock_bh(&in->lock);
	build_both_resets(flow, in, resets);
	spin_unlock_bh(&in->lock);
	return true;
}
