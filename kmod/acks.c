// SPDX-License-Identifier: GPL-2.0
/*
 * Acknowledgements of a stream that left with other numbers than it came, turned
 * back before conntrack sees them: it knows each stream in its sender's numbers,
 * and calls nothing invalid. The connection is looked up as conntrack will do.
 *
 * Where no connection of a namespace has such a stream, nothing is looked at.
 */
#include <linux/netfilter.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include "acks.h"
#include "apply.h"
#include "flow.h"
#include "intercept.h"
#include "net.h"
#include "pkt.h"

/**
 * esmtp_acks_any() - has a namespace any such stream?
 * @en: the namespace
 *
 * Return: true if so.
 */
bool esmtp_acks_any(const struct esmtp_net *en)
{
	return atomic_read(&en->pool.resized) || atomic_read(&en->intercepted);
}

/**
 * esmtp_acks_find() - the connection of a packet that is on its way to conntrack
 * @net: the namespace
 * @skb: the packet
 * @pf: NFPROTO_IPV4 or NFPROTO_IPV6
 * @dir: set to the packet's direction
 *
 * Any context, in an RCU read-side section.
 *
 * Return: the connection, for the caller to put, or NULL if there is none yet.
 */
struct nf_conn *esmtp_acks_find(struct net *net, struct sk_buff *skb, u8 pf,
				enum ip_conntrack_dir *dir)
{
	const struct nf_conntrack_zone *zone = &nf_ct_zone_dflt;
	const struct nf_conntrack_tuple_hash *h;
	struct nf_conntrack_tuple tuple;
	enum ip_conntrack_info ctinfo;
	struct nf_conntrack_zone tmp;
	const struct nf_conn *tmpl;

	tmpl = nf_ct_get(skb, &ctinfo);
	/* it has been through conntrack, or is to be left out of it */
	if (ctinfo == IP_CT_UNTRACKED || (tmpl && !nf_ct_is_template(tmpl)))
		return NULL;
	if (tmpl)
		zone = nf_ct_zone_tmpl(tmpl, skb, &tmp);
	if (!nf_ct_get_tuplepr(skb, skb_network_offset(skb), pf, net, &tuple))
		return NULL;
	h = nf_conntrack_find_get(net, zone, &tuple);
	if (!h)
		return NULL;
	*dir = NF_CT_DIRECTION(h);
	return nf_ct_tuplehash_to_ctrack(h);
}

/* What inspects a connection whose ends count differently, or NULL. */
static struct esmtp_inspected *resized(const struct nf_conn *ct)
{
	const struct esmtp_mark *mark = esmtp_flow_mark(ct);
	const struct esmtp_flow *flow = mark ? rcu_dereference(mark->flow) : NULL;
	struct esmtp_inspected *in = flow ? rcu_dereference(flow->inspected) : NULL;

	return in && READ_ONCE(in->resized) ? in : NULL;
}

static struct esmtp_way *way_of(struct esmtp_inspected *in, enum ip_conntrack_dir dir)
{
	return &in->ins.way[dir == IP_CT_DIR_ORIGINAL ? ESMTP_C2S : ESMTP_S2C];
}

/* A connection whose client knows its server by other numbers, or NULL. */
static const struct esmtp_mark *disguised(const struct nf_conn *ct)
{
	const struct esmtp_mark *mark = esmtp_flow_mark(ct);

	if (!mark)
		return NULL;
	/* pairs with join() in intercept.c */
	if (smp_load_acquire(&mark->intercept) != ESMTP_INTERCEPT_JOINED)
		return NULL;
	return mark;
}

static int turn(const struct nf_conn *ct, struct esmtp_pkt *pkt,
		enum ip_conntrack_dir dir)
{
	struct esmtp_inspected *in = resized(ct);
	const struct esmtp_mark *mark = NULL;
	int err;

	if (dir == IP_CT_DIR_ORIGINAL)
		mark = disguised(ct);
	if (mark && esmtp_apply_ack(pkt, pkt->ack - mark->shift))
		return -ENOMEM;
	if (!in)
		return 0;
	spin_lock_bh(&in->lock);
	err = esmtp_apply_acks(pkt, way_of(in, !dir));
	spin_unlock_bh(&in->lock);
	return err;
}

/**
 * esmtp_acks_turn() - turn a packet's acknowledgements back, if they need it
 * @en: the namespace
 * @net: the same
 * @skb: a packet on its way to conntrack
 * @pf: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 *
 * Return: ESMTP_GO, or why the packet must be dropped.
 */
enum esmtp_reason esmtp_acks_turn(struct esmtp_net *en, struct net *net,
				  struct sk_buff *skb, u8 pf)
{
	enum ip_conntrack_dir dir;
	struct esmtp_pkt pkt;
	struct nf_conn *ct;
	int err;

	if (!esmtp_acks_any(en) || !esmtp_pkt_init(&pkt, skb, pf) || !pkt.has_ack)
		return ESMTP_GO;
	ct = esmtp_acks_find(net, skb, pf, &dir);
	if (!ct)
		return ESMTP_GO;
	err = turn(ct, &pkt, dir);
	nf_ct_put(ct);
	return err ? ESMTP_MEMORY : ESMTP_GO;
}

/**
 * esmtp_acks_seq() - a sequence number of a segment that has left, for its sender
 * @ct: its connection
 * @dir: its direction
 * @seq: the number, as its receiver knows it
 *
 * Any context, in an RCU read-side section.
 *
 * Return: the sender's number.
 */
u32 esmtp_acks_seq(const struct nf_conn *ct, enum ip_conntrack_dir dir, u32 seq)
{
	struct esmtp_inspected *in = resized(ct);
	const struct esmtp_mark *mark = NULL;

	if (dir == IP_CT_DIR_REPLY)
		mark = disguised(ct);
	if (mark)
		seq -= mark->shift;
	if (!in)
		return seq;
	spin_lock_bh(&in->lock);
	seq = esmtp_renumber_in(way_of(in, dir), seq, false);
	spin_unlock_bh(&in->lock);
	return seq;
}

/**
 * esmtp_acks_own() - number a segment of the engine's own for its receiver
 * @ct: its connection
 * @dir: its direction
 * @pkt: the segment
 *
 * Conntrack has seen it with its sender's numbers. Softirq, or BH off, in an RCU
 * read-side section.
 *
 * Return: ESMTP_GO, or why the packet must be dropped.
 */
enum esmtp_reason esmtp_acks_own(const struct nf_conn *ct, enum ip_conntrack_dir dir,
				 struct esmtp_pkt *pkt)
{
	struct esmtp_inspected *in = resized(ct);
	const struct esmtp_mark *mark = NULL;
	u32 seq = pkt->seq;

	if (dir == IP_CT_DIR_REPLY)
		mark = disguised(ct);
	if (!in && !mark)
		return ESMTP_GO;
	if (in) {
		spin_lock_bh(&in->lock);
		seq = esmtp_renumber_out(way_of(in, dir), seq);
		spin_unlock_bh(&in->lock);
	}
	if (mark)
		seq = esmtp_intercept_seq(mark, seq);
	return esmtp_apply_seq(pkt, seq) ? ESMTP_MEMORY : ESMTP_GO;
}
