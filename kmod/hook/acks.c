// SPDX-License-Identifier: GPL-2.0
/*
 * Translates acknowledgement numbers (RFC 9293 3.4) of streams whose sequence
 * numbers were rewritten back to the sender's numbers before conntrack sees them:
 * conntrack tracks each stream in its sender's numbers and would call such an ACK
 * invalid. The connection is looked up the way conntrack will look it up.
 *
 * Does nothing while no connection of the namespace has such a stream.
 */
#include <linux/netfilter.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include "acks.h"
#include "conn/flow.h"
#include "conn/lookup.h"
#include "conn/table.h"
#include "control/net.h"
#include "data/skb_edit.h"
#include "data/skb_parse.h"
#include "limit/intercept.h"

/**
 * esmtp_acks_any() - does a namespace have rewritten streams?
 * @en: the namespace
 *
 * Return: true if so.
 */
bool esmtp_acks_any(const struct esmtp_net *en)
{
	return atomic_read(&en->resized) || atomic_read(&en->intercepted);
}

/* The inspection state of a connection whose edits changed a length, or NULL. */
static struct esmtp_inspected *find_resized(const struct esmtp_flow *flow)
{
	struct esmtp_inspected *in = rcu_dereference(flow->inspected);

	return in && READ_ONCE(in->resized) ? in : NULL;
}

static struct esmtp_half_stream *get_way(struct esmtp_inspected *in, enum ip_conntrack_dir dir)
{
	return &in->ins.half[esmtp_flow_dir(dir)];
}

static int translate_acks(const struct esmtp_flow *flow, struct esmtp_pkt *pkt,
			  enum ip_conntrack_dir dir)
{
	struct esmtp_inspected *in = find_resized(flow);
	int err;

	if (dir == IP_CT_DIR_ORIGINAL && esmtp_intercept_turn(flow, pkt))
		return -ENOMEM;
	if (!in)
		return 0;
	spin_lock_bh(&in->lock);
	err = esmtp_pkt_write_acks(pkt, get_way(in, !dir));
	spin_unlock_bh(&in->lock);
	return err;
}

/**
 * esmtp_acks_turn() - translate acknowledgement numbers back to the data sender's
 * @en: the namespace
 * @net: the same
 * @skb: a packet on its way to conntrack
 * @pf: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 *
 * Return: ESMTP_R_GO, or why the packet must be dropped.
 */
enum esmtp_reason esmtp_acks_turn(struct esmtp_net *en, struct net *net,
				  struct sk_buff *skb, u8 pf)
{
	const struct esmtp_flow *flow;
	enum ip_conntrack_dir dir;
	struct esmtp_pkt pkt;
	struct nf_conn *ct;
	int err;

	if (!esmtp_acks_any(en) || !esmtp_pkt_parse(&pkt, skb, pf) || !pkt.has_ack)
		return ESMTP_R_GO;
	ct = esmtp_lookup_ct(net, skb, pf, &dir);
	if (!ct)
		return ESMTP_R_GO;
	flow = esmtp_table_find(ct);
	err = flow ? translate_acks(flow, &pkt, dir) : 0;
	nf_ct_put(ct);
	return err ? ESMTP_R_MEMORY : ESMTP_R_GO;
}

/**
 * esmtp_acks_seq() - translate a forwarded sequence number back to the sender's
 * @ct: its connection
 * @dir: its direction
 * @seq: the number, in the receiver's numbering
 *
 * Any context, in an RCU read-side section.
 *
 * Return: the sender's number.
 */
u32 esmtp_acks_seq(const struct nf_conn *ct, enum ip_conntrack_dir dir, u32 seq)
{
	const struct esmtp_flow *flow = esmtp_table_find(ct);
	struct esmtp_inspected *in = flow ? find_resized(flow) : NULL;

	if (flow && dir == IP_CT_DIR_REPLY && esmtp_flow_shifted(flow))
		seq -= flow->shift;
	if (!in)
		return seq;
	spin_lock_bh(&in->lock);
	seq = esmtp_renumber_in(get_way(in, dir), seq, false);
	spin_unlock_bh(&in->lock);
	return seq;
}

/**
 * esmtp_acks_own() - translate an injected segment's sequence number for its receiver
 * @ct: its connection
 * @dir: its direction
 * @pkt: the segment
 *
 * Conntrack has seen it in the sender's numbering. Softirq, or BH off, in an RCU
 * read-side section.
 *
 * Return: ESMTP_R_GO, or why the packet must be dropped.
 */
enum esmtp_reason esmtp_acks_own(const struct nf_conn *ct, enum ip_conntrack_dir dir,
				 struct esmtp_pkt *pkt)
{
	const struct esmtp_flow *flow = esmtp_table_find(ct);
	struct esmtp_inspected *in = flow ? find_resized(flow) : NULL;
	bool shifted = flow && dir == IP_CT_DIR_REPLY && esmtp_flow_shifted(flow);
	u32 seq = pkt->seq;

	if (!in && !shifted)
		return ESMTP_R_GO;
	if (in) {
		spin_lock_bh(&in->lock);
		seq = esmtp_renumber_out(get_way(in, dir), seq);
		spin_unlock_bh(&in->lock);
	}
	if (esmtp_pkt_write_seq(pkt, seq) || (shifted && esmtp_intercept_shift(flow, pkt)))
		return ESMTP_R_MEMORY;
	return ESMTP_R_GO;
}
