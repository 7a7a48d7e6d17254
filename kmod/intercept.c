// SPDX-License-Identifier: GPL-2.0
/*
 * TCP intercept (RFC 4987 3.6): where a server has as many half-open connections as
 * it may, a SYN is answered in its place with a SYN cookie, and nothing is kept.
 *
 * Who acknowledges the cookie is there. Before conntrack sees it, its packet is made
 * the SYN again that it had sent, and goes the way of any SYN: NAT, ruleset, policy,
 * server. What vouches for it on that way is the cookie, in the field that nobody
 * reads in a SYN, the acknowledgement number. The server's SYN is answered here, too,
 * and from then on its sequence numbers are turned into those that the client was
 * told, behind conntrack, and what the client acknowledges is turned back before it.
 *
 * Of TCP's options only the MSS fits into a cookie: such a connection has no window
 * scaling, no SACK and no timestamps.
 */
#include <linux/netfilter.h>
#include <linux/tcp.h>
#include <net/dst.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/tcp.h>

#include "acks.h"
#include "apply.h"
#include "flow.h"
#include "inject.h"
#include "intercept.h"
#include "net.h"
#include "pkt.h"

enum {
	HEADERS_IPV4 = sizeof(struct iphdr) + sizeof(struct tcphdr),
	HEADERS_IPV6 = sizeof(struct ipv6hdr) + sizeof(struct tcphdr),
	MSS_IPV4 = 536,			/* of who says none (RFC 9293 3.7.1) */
	MSS_IPV6 = 1220,
};

/* Is a cookie so young that a client may answer it? */
static bool recent(const struct esmtp_net *en)
{
	unsigned long last = READ_ONCE(en->cookie);

	return last && time_before(jiffies, last + TCP_SYNCOOKIE_VALID);
}

/**
 * esmtp_intercept_send() - send a segment between two addresses, and count it
 * @en: the namespace
 * @net: the same
 * @from: of its sender and receiver, as the receiver knows them
 * @seg: the segment
 *
 * Any context, without a lock of ours.
 */
void esmtp_intercept_send(struct esmtp_net *en, struct net *net,
			  const struct nf_conntrack_tuple *from,
			  const struct esmtp_segment *seg)
{
	struct sk_buff *skb = esmtp_inject_tuple(from, seg);

	if (skb && esmtp_inject_alone(net, skb))
		this_cpu_inc(en->stats->sent);
	else
		this_cpu_inc(en->stats->unsent);
}

/* To the client of a connection, as it knows the server. */
static void send_client(struct esmtp_net *en, const struct nf_conn *ct,
			const struct esmtp_segment *seg)
{
	struct nf_conntrack_tuple from;

	if (nf_ct_invert_tuple(&from, &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple))
		esmtp_intercept_send(en, nf_ct_net(ct), &from, seg);
}

static u16 client_mss(const struct esmtp_pkt *pkt)
{
	u8 buf[60];			/* a TCP header is no longer */
	const struct tcphdr *th;
	u16 mss = 0;

	th = skb_header_pointer(pkt->skb, pkt->thoff, pkt->dataoff - pkt->thoff, buf);
	if (th)
		mss = tcp_parse_mss_option(th, 0);
	if (mss)
		return mss;
	return pkt->family == NFPROTO_IPV4 ? MSS_IPV4 : MSS_IPV6;
}

/* What fits into a packet on the way from client to server. */
static u16 path_mss(const struct esmtp_pkt *pkt, const struct nf_hook_state *state)
{
	const struct dst_entry *dst = skb_dst(pkt->skb);
	u32 mtu = state->in->mtu;

	if (dst)
		mtu = min(mtu, dst_mtu(dst));
	mtu = clamp_t(u32, mtu, IPV6_MIN_MTU, U16_MAX);
	return mtu - (pkt->family == NFPROTO_IPV4 ? HEADERS_IPV4 : HEADERS_IPV6);
}

/**
 * esmtp_intercept_syn() - answer a SYN in the server's place
 * @en: the namespace
 * @ct: its connection, not confirmed
 * @pkt: the SYN, its checksum verified
 * @state: of the hook that it is in
 *
 * Context: softirq, or BH off; no lock of ours.
 *
 * Return: why the SYN is to be dropped.
 */
enum esmtp_reason esmtp_intercept_syn(struct esmtp_net *en, const struct nf_conn *ct,
				      const struct esmtp_pkt *pkt,
				      const struct nf_hook_state *state)
{
	struct esmtp_segment seg = {
		.ack = pkt->seq + 1,
		.flags = ESMTP_TCP_SYN | ESMTP_TCP_ACK,
		.mss = path_mss(pkt, state),
	};
	u16 mss = client_mss(pkt);

	seg.seq = esmtp_cookie_make(&ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple,
				    pkt->seq, &mss);
	/* 0 is none */
	WRITE_ONCE(en->cookie, jiffies | 1);
	send_client(en, ct, &seg);
	return ESMTP_INTERCEPTED;
}

/**
 * esmtp_intercept_opening() - is a connection's server still to be reached?
 * @ct: the connection
 *
 * Any context, in an RCU read-side section.
 *
 * Return: true if its SYN, made of an acknowledgement, has gone there and no more
 * is known.
 */
bool esmtp_intercept_opening(const struct nf_conn *ct)
{
	const struct esmtp_mark *mark = esmtp_flow_mark(ct);

	return mark && READ_ONCE(mark->intercept) == ESMTP_INTERCEPT_OPENING &&
	       READ_ONCE(ct->proto.tcp.state) == TCP_CONNTRACK_SYN_SENT;
}

/* The SYN that the client had sent, with the cookie where nobody looks. */
static enum esmtp_reason make_syn(struct esmtp_pkt *pkt, u16 mss)
{
	const struct esmtp_segment seg = {
		.seq = pkt->seq - 1,
		.ack = pkt->ack,
		.flags = ESMTP_TCP_SYN,
		.mss = mss,
	};

	return esmtp_apply_bare(pkt, &seg) ? ESMTP_MEMORY : ESMTP_GO;
}

/* When does a client send a packet that is on its way to conntrack? */
enum sent {
	SENT_FIRST,			/* conntrack knows no connection of it */
	SENT_EARLY,			/* its server is still to be reached */
	SENT_BETWEEN,			/* the server's SYN is on its way to answer() */
	SENT_LATER,
};

static enum sent when(struct net *net, struct sk_buff *skb, u8 pf)
{
	const struct esmtp_mark *mark;
	enum sent sent = SENT_LATER;
	enum ip_conntrack_dir dir;
	struct nf_conn *ct;

	ct = esmtp_acks_find(net, skb, pf, &dir);
	if (!ct)
		return SENT_FIRST;
	mark = esmtp_flow_mark(ct);
	if (esmtp_intercept_opening(ct))
		sent = SENT_EARLY;
	else if (mark && READ_ONCE(mark->intercept) == ESMTP_INTERCEPT_OPENING &&
		 READ_ONCE(ct->proto.tcp.state) == TCP_CONNTRACK_SYN_RECV)
		sent = SENT_BETWEEN;
	if (dir != IP_CT_DIR_ORIGINAL)
		sent = SENT_LATER;
	nf_ct_put(ct);
	return sent;
}

/**
 * esmtp_intercept_ack() - make an acknowledgement of a cookie the client's SYN
 * @en: the namespace
 * @skb: a packet on its way to conntrack
 * @state: of the hook before conntrack
 *
 * What the client sends before the server is there is left out; it offered the
 * client no window. A FIN, or a probe of that window, is held: conntrack has seen a
 * SYN only and would call it invalid. Softirq, in an RCU read-side section.
 *
 * Return: ESMTP_GO, or why the packet must be dropped.
 */
enum esmtp_reason esmtp_intercept_ack(struct esmtp_net *en, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	struct nf_conntrack_tuple tuple;
	enum esmtp_reason why;
	struct esmtp_pkt pkt;
	enum sent sent;
	u16 mss = 0;

	if (!recent(en) || !esmtp_pkt_init(&pkt, skb, state->pf) || pkt.syn ||
	    pkt.rst ||
	    !nf_ct_get_tuplepr(skb, skb_network_offset(skb), state->pf, state->net,
			       &tuple))
		return ESMTP_GO;
	sent = when(state->net, skb, state->pf);
	if (sent == SENT_LATER)
		return ESMTP_GO;
	if (pkt.has_ack && sent != SENT_BETWEEN)
		mss = esmtp_cookie_check(&tuple, pkt.seq, pkt.ack);
	if (!mss || !esmtp_pkt_checksum_valid(&pkt, state->hook))
		return sent == SENT_FIRST ? ESMTP_GO : ESMTP_HELD;
	why = make_syn(&pkt, mss);
	if (!why && sent == SENT_FIRST)
		esmtp_opening_add(en, skb);
	return why;
}

/**
 * esmtp_intercept_vouched() - has the client of a SYN answered a cookie?
 * @en: the namespace
 * @ct: the connection, not confirmed
 * @pkt: its SYN
 *
 * Any context.
 *
 * Return: true if so.
 */
bool esmtp_intercept_vouched(const struct esmtp_net *en, const struct nf_conn *ct,
			     const struct esmtp_pkt *pkt)
{
	return pkt->syn && !pkt->has_ack && pkt->ack && recent(en) &&
	       esmtp_cookie_check(&ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple,
				  pkt->seq + 1, pkt->ack);
}

/**
 * esmtp_intercept_begin() - a SYN that was vouched for goes to the server
 * @mark: our place in its connection, just made
 * @pkt: the SYN
 *
 * Any context.
 */
void esmtp_intercept_begin(struct esmtp_mark *mark, const struct esmtp_pkt *pkt)
{
	mark->shift = pkt->ack - 1;
	mark->intercept = ESMTP_INTERCEPT_OPENING;
}

/**
 * esmtp_intercept_refuse() - a SYN that was vouched for cannot go on
 * @en: the namespace
 * @ct: its connection, not confirmed
 * @pkt: the SYN
 *
 * To the client it is a connection that is open. Context: as esmtp_intercept_syn().
 *
 * Return: why the SYN is to be dropped.
 */
enum esmtp_reason esmtp_intercept_refuse(struct esmtp_net *en, const struct nf_conn *ct,
					 const struct esmtp_pkt *pkt)
{
	const struct esmtp_segment seg = {
		.seq = pkt->ack,
		.ack = pkt->seq + 1,
		.flags = ESMTP_TCP_RST | ESMTP_TCP_ACK,
	};

	send_client(en, ct, &seg);
	return ESMTP_INTERCEPT_FULL;
}

/* The first answer of the server says what lies between the two numbers. */
static void join(struct esmtp_net *en, struct nf_conn *ct, struct esmtp_mark *mark,
		 u32 seq)
{
	spin_lock_bh(&ct->lock);
	if (mark->intercept == ESMTP_INTERCEPT_OPENING) {
		mark->shift -= seq;
		atomic_inc(&en->intercepted);
		/* whoever sees it sees the shift; see esmtp_intercept_seq() */
		smp_store_release(&mark->intercept, ESMTP_INTERCEPT_JOINED);
	}
	spin_unlock_bh(&ct->lock);
}

/*
 * The server's SYN: it is acknowledged at once, and what the client gets of it is the
 * window that it opens.
 */
static enum esmtp_reason answer(struct esmtp_net *en, struct nf_conn *ct,
				struct esmtp_mark *mark, struct esmtp_pkt *pkt,
				const struct nf_hook_state *state)
{
	const struct esmtp_segment back = {
		.seq = pkt->ack,
		.ack = pkt->seq + 1,
		.flags = ESMTP_TCP_ACK,
	};
	struct esmtp_segment on = {
		.ack = pkt->ack,
		.flags = ESMTP_TCP_ACK,
	};
	const struct esmtp_flow *flow = rcu_dereference(mark->flow);
	struct sk_buff *skb;

	if (pkt->ack != mark->isn[IP_CT_DIR_ORIGINAL] ||
	    !esmtp_pkt_checksum_ok(pkt, state->net, state->hook))
		return ESMTP_CHECKSUM;
	join(en, ct, mark, pkt->seq);
	skb = esmtp_inject_build(pkt, &back);
	if (skb && esmtp_inject_send(state->net, skb, pkt->skb))
		this_cpu_inc(en->stats->sent);
	else
		this_cpu_inc(en->stats->unsent);
	if (flow)
		esmtp_embryonic_watch(mark, ct, flow);
	on.seq = esmtp_intercept_seq(mark, pkt->seq + 1);
	return esmtp_apply_bare(pkt, &on) ? ESMTP_MEMORY : ESMTP_GO;
}

/**
 * esmtp_intercept_seq() - a sequence number of the server's as its client knows it
 * @mark: our place in an intercepted connection
 * @seq: the server's
 *
 * Any context.
 *
 * Return: the number.
 */
u32 esmtp_intercept_seq(const struct esmtp_mark *mark, u32 seq)
{
	/* pairs with join() */
	switch (smp_load_acquire(&mark->intercept)) {
	case ESMTP_INTERCEPT_OPENING:	/* it knows none but our SYN's */
		return mark->shift + 1;
	case ESMTP_INTERCEPT_JOINED:
		return seq + mark->shift;
	}
	return seq;
}

/**
 * esmtp_intercept_packet() - number a packet for its receiver
 * @en: the namespace
 * @ct: an intercepted connection
 * @mark: our place in it
 * @pkt: the packet, inspected
 * @state: of the hook that it is in
 *
 * Context: softirq, or BH off, in an RCU read-side section; no lock of ours.
 *
 * Return: ESMTP_GO, or why the packet must be dropped.
 */
enum esmtp_reason esmtp_intercept_packet(struct esmtp_net *en, struct nf_conn *ct,
					 struct esmtp_mark *mark,
					 struct esmtp_pkt *pkt,
					 const struct nf_hook_state *state)
{
	enum ip_conntrack_info ctinfo;
	u32 seq;

	nf_ct_get(pkt->skb, &ctinfo);
	if (CTINFO2DIR(ctinfo) == IP_CT_DIR_ORIGINAL) {
		/* the cookie is no business of the server's */
		if (pkt->syn && esmtp_apply_ack(pkt, 0))
			return ESMTP_MEMORY;
		return ESMTP_GO;
	}
	if (pkt->syn)
		return answer(en, ct, mark, pkt, state);
	/* it may have become another segment */
	if (!esmtp_pkt_init(pkt, pkt->skb, pkt->family))
		return ESMTP_MEMORY;
	seq = esmtp_intercept_seq(mark, pkt->seq);
	return esmtp_apply_seq(pkt, seq) ? ESMTP_MEMORY : ESMTP_GO;
}

/**
 * esmtp_intercept_forget() - a connection is over
 * @ct: the connection
 * @mark: our place in it; calling it again does nothing
 *
 * Any context.
 */
void esmtp_intercept_forget(struct nf_conn *ct, struct esmtp_mark *mark)
{
	spin_lock_bh(&ct->lock);
	if (mark->intercept == ESMTP_INTERCEPT_JOINED)
		atomic_dec(&esmtp_net(nf_ct_net(ct))->intercepted);
	mark->intercept = ESMTP_INTERCEPT_NONE;
	spin_unlock_bh(&ct->lock);
}
