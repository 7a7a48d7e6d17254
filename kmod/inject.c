// SPDX-License-Identifier: GPL-2.0
/*
 * Segments of the engine's own, to the sender of a packet. Those to its receiver
 * are made of the packet itself (apply.c).
 *
 * They leave as this machine's packets do, but with the addresses that the
 * receiver of the packet would have given them. So conntrack knows them for a part
 * of the connection and keeps up with it, and NAT does what it does to the others.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/tcp.h>

#include "inject.h"
#include "pkt.h"

enum { HOPS = 64 };

/* This CPU is sending a segment of the engine's own. */
static DEFINE_PER_CPU(bool, sending);

/**
 * esmtp_inject_own() - is the packet at hand a segment of the engine's own?
 *
 * For LOCAL_OUT, where such a segment comes by while it is sent.
 *
 * Return: true if it is.
 */
bool esmtp_inject_own(void)
{
	return this_cpu_read(sending);
}

static u32 timestamp(const struct esmtp_pkt *pkt, u8 *option)
{
	u8 buf[40], *p;
	u32 len;

	if (!pkt)
		return 0;
	len = pkt->dataoff - pkt->thoff - ESMTP_TCP_HEADER;
	p = skb_header_pointer(pkt->skb, pkt->thoff + ESMTP_TCP_HEADER, len, buf);
	return p ? esmtp_tcp_answer_timestamp(option, p, p + len) : 0;
}

static void put_ipv4(struct sk_buff *skb, const struct nf_conntrack_tuple *from)
{
	struct iphdr *iph = skb_put_zero(skb, sizeof(*iph));

	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->frag_off = htons(IP_DF);
	iph->ttl = HOPS;
	iph->protocol = IPPROTO_TCP;
	iph->saddr = from->src.u3.ip;
	iph->daddr = from->dst.u3.ip;
	skb->protocol = htons(ETH_P_IP);
}

static void put_ipv6(struct sk_buff *skb, const struct nf_conntrack_tuple *from)
{
	struct ipv6hdr *ip6h = skb_put_zero(skb, sizeof(*ip6h));

	ip6h->version = 6;
	ip6h->nexthdr = IPPROTO_TCP;
	ip6h->hop_limit = HOPS;
	ip6h->saddr = from->src.u3.in6;
	ip6h->daddr = from->dst.u3.in6;
	skb->protocol = htons(ETH_P_IPV6);
}

static void put_tcp(struct sk_buff *skb, const struct esmtp_pkt *pkt,
		    const struct nf_conntrack_tuple *from,
		    const struct esmtp_segment *seg)
{
	u8 option[ESMTP_TCP_STAMPED];
	u32 olen = esmtp_tcp_mss(option, seg->mss) ?: timestamp(pkt, option);
	struct tcphdr *th;

	skb_set_transport_header(skb, skb->len);
	th = skb_put_zero(skb, sizeof(*th));
	th->source = from->src.u.tcp.port;
	th->dest = from->dst.u.tcp.port;
	th->seq = htonl(seg->seq);
	th->ack_seq = htonl(seg->ack);
	th->doff = (sizeof(*th) + olen) / 4;
	tcp_flag_byte(th) = seg->flags;
	/* the window of a connection is the server's to open */
	th->window = seg->flags & ESMTP_TCP_SYN ? 0 : htons(0xffff);
	skb_put_data(skb, option, olen);
	if (seg->len)
		skb_put_data(skb, seg->text, seg->len);
}

static void put_checksum(struct sk_buff *skb, u8 family)
{
	struct tcphdr *th = tcp_hdr(skb);
	u32 len = skb->len - skb_transport_offset(skb);
	__wsum sum = csum_partial(th, len, 0);

	if (family == NFPROTO_IPV4)
		th->check = tcp_v4_check(len, ip_hdr(skb)->saddr,
					 ip_hdr(skb)->daddr, sum);
	else
		th->check = csum_ipv6_magic(&ipv6_hdr(skb)->saddr,
					    &ipv6_hdr(skb)->daddr, len,
					    IPPROTO_TCP, sum);
	skb->ip_summed = CHECKSUM_NONE;
}

/* @pkt: the packet that is answered, or NULL */
static struct sk_buff *build(u8 family, const struct nf_conntrack_tuple *from,
			     const struct esmtp_pkt *pkt,
			     const struct esmtp_segment *seg)
{
	struct sk_buff *skb;

	skb = alloc_skb(LL_MAX_HEADER + sizeof(struct ipv6hdr) + MAX_TCP_HEADER +
			seg->len, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_MAX_HEADER);
	skb_reset_network_header(skb);
	if (family == NFPROTO_IPV4)
		put_ipv4(skb, from);
	else
		put_ipv6(skb, from);
	put_tcp(skb, pkt, from, seg);
	put_checksum(skb, family);
	return skb;
}

/**
 * esmtp_inject_build() - a segment to the sender of a packet
 * @pkt: the packet, of a connection that conntrack knows
 * @seg: the segment
 *
 * Any context.
 *
 * Return: the segment, for esmtp_inject_send(), or NULL without memory.
 */
struct sk_buff *esmtp_inject_build(const struct esmtp_pkt *pkt,
				   const struct esmtp_segment *seg)
{
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(pkt->skb, &ctinfo);

	return build(pkt->family, &ct->tuplehash[!CTINFO2DIR(ctinfo)].tuple, pkt,
		     seg);
}

/**
 * esmtp_inject_tuple() - a segment between two addresses
 * @from: of its sender and receiver
 * @seg: the segment
 *
 * Conntrack is not to see it: NAT is done already. Any context.
 *
 * Return: the segment, for esmtp_inject_alone(), or NULL without memory.
 */
struct sk_buff *esmtp_inject_tuple(const struct nf_conntrack_tuple *from,
				   const struct esmtp_segment *seg)
{
	struct sk_buff *skb = build(from->src.l3num, from, NULL, seg);

	if (skb)
		nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	return skb;
}

/**
 * esmtp_inject_reset() - a RST to one end of a connection, as it knows the other
 * @ct: the connection
 * @to: direction of the packets of that end
 * @seq: sequence number that it expects next
 * @ack: its own next one
 *
 * As esmtp_inject_tuple().
 */
struct sk_buff *esmtp_inject_reset(const struct nf_conn *ct,
				   enum ip_conntrack_dir to, u32 seq, u32 ack)
{
	const struct esmtp_segment seg = {
		.seq = seq,
		.ack = ack,
		.flags = ESMTP_TCP_RST | ESMTP_TCP_ACK,
	};
	struct nf_conntrack_tuple from;

	if (!nf_ct_invert_tuple(&from, &ct->tuplehash[to].tuple))
		return NULL;
	return esmtp_inject_tuple(&from, &seg);
}

static int route(struct net *net, struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return ip_route_me_harder(net, NULL, skb, RTN_UNSPEC);
	return nf_ip6_route_me_harder(net, NULL, skb);
}

static void output(struct net *net, struct sk_buff *skb)
{
	local_bh_disable();
	this_cpu_write(sending, true);
	if (skb->protocol == htons(ETH_P_IP))
		ip_local_out(net, NULL, skb);
	else
		ip6_local_out(net, NULL, skb);
	this_cpu_write(sending, false);
	local_bh_enable();
}

/**
 * esmtp_inject_send() - send a segment of the engine's own
 * @net: the namespace
 * @skb: from esmtp_inject_build(); consumed
 * @old: the packet that it answers
 *
 * Any context, in an RCU read-side section and in a hook of @old, without a lock
 * of ours.
 *
 * Return: false if there is no way to the sender.
 */
bool esmtp_inject_send(struct net *net, struct sk_buff *skb, struct sk_buff *old)
{
	skb_dst_set_noref(skb, skb_dst(old));
	if (!skb_dst(old) || route(net, skb)) {
		kfree_skb(skb);
		return false;
	}
	output(net, skb);
	return true;
}

/* A route for a packet that answers none. */
static int find_route(struct net *net, struct sk_buff *skb)
{
	bool ipv4 = skb->protocol == htons(ETH_P_IP);
	struct dst_entry *dst;
	struct flowi fl = { };
	int err;

	if (ipv4) {
		fl.u.ip4.daddr = ip_hdr(skb)->daddr;
		fl.u.ip4.saddr = ip_hdr(skb)->saddr;
		fl.u.ip4.flowi4_flags = FLOWI_FLAG_ANYSRC;
	} else {
		fl.u.ip6.daddr = ipv6_hdr(skb)->daddr;
		fl.u.ip6.saddr = ipv6_hdr(skb)->saddr;
	}
	err = nf_route(net, &dst, &fl, false, ipv4 ? AF_INET : AF_INET6);
	if (err)
		return err;
	skb_dst_set(skb, dst);
	return 0;
}

/**
 * esmtp_inject_alone() - send a segment of the engine's own that answers no packet
 * @net: the namespace
 * @skb: from esmtp_inject_tuple() or esmtp_inject_reset(); consumed
 *
 * Any context, without a lock of ours.
 *
 * Return: false if there is no way to its receiver.
 */
bool esmtp_inject_alone(struct net *net, struct sk_buff *skb)
{
	bool found;

	rcu_read_lock();
	found = !find_route(net, skb);
	if (found)
		output(net, skb);
	else
		kfree_skb(skb);
	rcu_read_unlock();
	return found;
}
