// SPDX-License-Identifier: GPL-2.0
/*
 * Builds and sends the engine's own segments to the sender of a packet. Segments to
 * its receiver are made by rewriting the packet itself (skb_edit.c).
 *
 * They pass LOCAL_OUT like this machine's own packets, with the addresses that the
 * packet's receiver would have used: conntrack tracks them as part of the
 * connection, and NAT translates them like its other packets.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/once.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include <net/tcp.h>

#include "inject.h"
#include "skb_parse.h"

enum { HOPS = 64 };

/* Nobody else's segments have this for a hash and no socket. Not 0. */
static u32 get_secret(void)
{
	static u32 secret __read_mostly;

	net_get_random_once(&secret, sizeof(secret));
	return secret | 1;
}

/*
 * Says in a segment that it is the engine's own. A hash stays with it wherever it waits, as in a
 * queue of a user's; a mark, a priority or a CPU's word would not, or are others' to use.
 */
static void sign_segment(struct sk_buff *skb)
{
	__skb_set_sw_hash(skb, get_secret(), true);
}

/**
 * esmtp_inject_own() - is a packet a segment of the engine's own?
 * @skb: the packet, in LOCAL_OUT
 *
 * What this machine sends else has a socket there, or a hash that it cannot choose.
 *
 * Context: any.
 * Return: true if it is.
 */
bool esmtp_inject_own(const struct sk_buff *skb)
{
	return !skb->sk && skb->sw_hash && skb->hash == get_secret();
}

static u32 answer_timestamp(const struct esmtp_pkt *pkt, u8 *option)
{
	u8 buf[40], *p;
	u32 len;

	if (!pkt)
		return 0;
	len = pkt->dataoff - pkt->thoff - ESMTP_TCP_HEADER;
	p = skb_header_pointer(pkt->skb, pkt->thoff + ESMTP_TCP_HEADER, len, buf);
	return p ? esmtp_tcp_answer_timestamp(option, p, p + len) : 0;
}

static void put_ipv4_header(struct sk_buff *skb, const struct nf_conntrack_tuple *from)
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

static void put_ipv6_header(struct sk_buff *skb, const struct nf_conntrack_tuple *from)
{
	struct ipv6hdr *ip6h = skb_put_zero(skb, sizeof(*ip6h));

	ip6h->version = 6;
	ip6h->nexthdr = IPPROTO_TCP;
	ip6h->hop_limit = HOPS;
	ip6h->saddr = from->src.u3.in6;
	ip6h->daddr = from->dst.u3.in6;
	skb->protocol = htons(ETH_P_IPV6);
}

static void put_tcp_segment(struct sk_buff *skb, const struct esmtp_pkt *pkt,
			    const struct nf_conntrack_tuple *from,
			    const struct esmtp_segment *seg)
{
	u8 option[ESMTP_TCP_OFFER];
	u32 olen = seg->offer ? esmtp_tcp_write_offer(option, seg->offer) :
				answer_timestamp(pkt, option);
	struct tcphdr *th;

	skb_set_transport_header(skb, skb->len);
	th = skb_put_zero(skb, sizeof(*th));
	th->source = from->src.u.tcp.port;
	th->dest = from->dst.u.tcp.port;
	th->seq = htonl(seg->seq);
	th->ack_seq = htonl(seg->ack);
	th->doff = (sizeof(*th) + olen) / 4;
	tcp_flag_byte(th) = seg->flags;
	/* a SYN-ACK in the place of the server opens no window */
	th->window = seg->flags & ESMTP_TCP_SYN ? 0 : htons(seg->window ?: 0xffff);
	skb_put_data(skb, option, olen);
	if (seg->len)
		skb_put_data(skb, seg->text, seg->len);
}

static void put_tcp_checksum(struct sk_buff *skb, u8 family)
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
static struct sk_buff *build_segment(u8 family, const struct nf_conntrack_tuple *from,
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
		put_ipv4_header(skb, from);
	else
		put_ipv6_header(skb, from);
	put_tcp_segment(skb, pkt, from, seg);
	put_tcp_checksum(skb, family);
	sign_segment(skb);
	return skb;
}

/* Conntrack looks for a segment's connection in the zone of its template. */
static bool set_zone(struct sk_buff *skb, const struct nf_conn *ct)
{
	const struct nf_conntrack_zone *zone = nf_ct_zone(ct);
	struct nf_conn *template;

	if (nf_ct_zone_equal_any(ct, &nf_ct_zone_dflt))
		return true;
	template = nf_ct_tmpl_alloc(nf_ct_net(ct), zone, GFP_ATOMIC);
	if (template)
		nf_ct_set(skb, template, IP_CT_NEW);
	return template;
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
	struct nf_conn *ct = nf_ct_get(pkt->skb, &ctinfo);
	struct sk_buff *skb;

	skb = build_segment(pkt->family, &ct->tuplehash[!CTINFO2DIR(ctinfo)].tuple, pkt, seg);
	if (!skb)
		return NULL;
	skb->mark = pkt->skb->mark;
	if (set_zone(skb, ct))
		return skb;
	kfree_skb(skb);
	return NULL;
}

/**
 * esmtp_inject_tuple() - a segment between two addresses
 * @from: of its sender and receiver
 * @seg: the segment
 *
 * It is untracked, for its addresses are those after NAT. Any context.
 *
 * Return: the segment, for esmtp_inject_alone(), or NULL without memory.
 */
struct sk_buff *esmtp_inject_tuple(const struct nf_conntrack_tuple *from,
				   const struct esmtp_segment *seg)
{
	struct sk_buff *skb = build_segment(from->src.l3num, from, NULL, seg);

	if (skb)
		nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	return skb;
}

/**
 * esmtp_inject_reset() - a RST to one end of a connection, in the other's name
 * @ct: the connection
 * @to: direction of the packets that this end sends
 * @seq: its RCV.NXT (RFC 9293 3.3.1)
 * @ack: its SND.NXT
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

static int reroute_segment(struct net *net, struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return ip_route_me_harder(net, NULL, skb, RTN_UNSPEC);
	return nf_ip6_route_me_harder(net, NULL, skb);
}

static void output_segment(struct net *net, struct sk_buff *skb)
{
	local_bh_disable();
	if (skb->protocol == htons(ETH_P_IP))
		ip_local_out(net, NULL, skb);
	else
		ip6_local_out(net, NULL, skb);
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
 * Return: false if there is no route to the sender.
 */
bool esmtp_inject_send(struct net *net, struct sk_buff *skb, struct sk_buff *old)
{
	skb_dst_set_noref(skb, skb_dst(old));
	if (!skb_dst(old) || reroute_segment(net, skb)) {
		kfree_skb(skb);
		return false;
	}
	output_segment(net, skb);
	return true;
}

/* Its interface says in which VRF a receiver is, and on which link if its address does not. */
static int find_oif(struct net *net, const struct sk_buff *skb, int side)
{
	int master = l3mdev_master_ifindex_by_index(net, side);

	if (skb->protocol == htons(ETH_P_IPV6) &&
	    ipv6_addr_type(&ipv6_hdr(skb)->daddr) & IPV6_ADDR_LINKLOCAL)
		return side;
	return master;
}

/* Routes a segment that answers no packet, so that has no route to reuse. */
static int find_output_route(struct net *net, struct sk_buff *skb, int side)
{
	bool ipv4 = skb->protocol == htons(ETH_P_IP);
	struct dst_entry *dst;
	struct flowi fl = { };
	int err;

	fl.flowi_mark = skb->mark;
	fl.flowi_oif = find_oif(net, skb, side);
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
 * @mark: that a packet to its receiver would have, for routing
 * @side: index of the interface that its receiver's packets enter by, or 0
 *
 * Any context, without a lock of ours.
 *
 * Return: false if there is no route to its receiver.
 */
bool esmtp_inject_alone(struct net *net, struct sk_buff *skb, u32 mark, int side)
{
	bool found;

	skb->mark = mark;
	rcu_read_lock();
	found = !find_output_route(net, skb, side);
	if (found)
		output_segment(net, skb);
	else
		kfree_skb(skb);
	rcu_read_unlock();
	return found;
}
