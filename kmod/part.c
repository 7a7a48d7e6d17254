// SPDX-License-Identifier: GPL-2.0
/* What the ends of a connection get when the engine leaves them. */
#include <linux/skbuff.h>
#include <net/netfilter/nf_conntrack.h>

#include "flow.h"
#include "inject.h"
#include "intercept.h"

/* What inspects a connection whose streams change their length, or NULL. */
static struct esmtp_inspected *resized(const struct esmtp_mark *mark)
{
	const struct esmtp_flow *flow = rcu_dereference_raw(mark->flow);
	struct esmtp_inspected *in;

	in = flow ? rcu_dereference_raw(flow->inspected) : NULL;
	return in && in->resized ? in : NULL;
}

/* What comes next of an end's stream, in its own numbers. */
static u32 own_next(const struct nf_conn *ct, const struct esmtp_inspected *in,
		    enum esmtp_dir dir)
{
	const struct esmtp_way *way;

	if (!in)
		return ct->proto.tcp.seen[dir].td_end;
	way = &in->ins.way[dir];
	return way->isn + way->stream.next;
}

/* The same, as the other end knows it. */
static u32 other_next(const struct nf_conn *ct, const struct esmtp_mark *mark,
		      const struct esmtp_inspected *in, enum esmtp_dir dir)
{
	u32 seq = own_next(ct, in, dir);

	if (in)
		seq = esmtp_renumber_out(&in->ins.way[dir], seq);
	return dir == ESMTP_S2C ? esmtp_intercept_seq(mark, seq) : seq;
}

static void reset_both(const struct nf_conn *ct, const struct esmtp_mark *mark,
		       const struct esmtp_inspected *in, struct sk_buff_head *resets)
{
	struct sk_buff *skb;
	int dir;

	BUILD_BUG_ON((int)IP_CT_DIR_ORIGINAL != ESMTP_C2S);
	BUILD_BUG_ON((int)IP_CT_DIR_REPLY != ESMTP_S2C);
	for (dir = 0; dir < ESMTP_DIR_MAX; dir++) {
		skb = esmtp_inject_reset(ct, !dir, other_next(ct, mark, in, dir),
					 own_next(ct, in, !dir));
		if (skb)
			__skb_queue_tail(resets, skb);
	}
}

/**
 * esmtp_part() - reset the ends of a connection that will go on without the engine
 * @ct: the connection, whose hooks have run for the last time
 * @mark: our place in it
 * @resets: where the segments go
 *
 * Only the engine can translate where the ends count differently. Any context.
 *
 * Return: false if they count alike.
 */
bool esmtp_part(const struct nf_conn *ct, const struct esmtp_mark *mark,
		struct sk_buff_head *resets)
{
	struct esmtp_inspected *in = resized(mark);

	if (!in && !mark->intercept)
		return false;
	if (!in) {
		reset_both(ct, mark, NULL, resets);
		return true;
	}
	spin_lock_bh(&in->lock);
	reset_both(ct, mark, in, resets);
	spin_unlock_bh(&in->lock);
	return true;
}
