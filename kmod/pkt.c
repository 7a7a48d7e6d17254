// SPDX-License-Identifier: GPL-2.0
/* A packet's headers, read without changing it. It knows no SMTP. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>

#include "pkt.h"

/* Offset of the TCP header, 0 if there is none to read. */
static u32 find_ipv4(const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (iph->protocol != IPPROTO_TCP || ip_is_fragment(iph))
		return 0;
	return skb_network_offset(skb) + ip_hdrlen(skb);
}

static u32 find_ipv6(const struct sk_buff *skb)
{
	u8 nexthdr = ipv6_hdr(skb)->nexthdr;
	__be16 frag_off;
	int off;

	off = ipv6_skip_exthdr(skb, skb_network_offset(skb) +
			       sizeof(struct ipv6hdr), &nexthdr, &frag_off);
	if (off < 0 || nexthdr != IPPROTO_TCP || frag_off)
		return 0;
	return off;
}

/**
 * esmtp_pkt_init() - read the headers of a packet
 * @pkt: filled if the result is true
 * @skb: a packet in an IP hook, defragmented
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Any context.
 *
 * Return: false if it is no TCP segment, or none that a receiver would read.
 */
bool esmtp_pkt_init(struct esmtp_pkt *pkt, struct sk_buff *skb, u8 family)
{
	u32 thoff = family == NFPROTO_IPV4 ? find_ipv4(skb) : find_ipv6(skb);
	u8 buf[ESMTP_TCP_HEADER];
	const u8 *th;

	if (!thoff)
		return false;
	th = skb_header_pointer(skb, thoff, sizeof(buf), buf);
	if (!th || !esmtp_tcp_read(pkt, th, thoff, skb->len))
		return false;
	pkt->skb = skb;
	pkt->family = family;
	return true;
}

/**
 * esmtp_pkt_checksum_valid() - is this segment's checksum right?
 * @pkt: the packet
 * @hook: NF_INET_*, on its way in
 *
 * Any context.
 *
 * Return: false if it is wrong.
 */
bool esmtp_pkt_checksum_valid(const struct esmtp_pkt *pkt, unsigned int hook)
{
	return !nf_checksum(pkt->skb, hook, pkt->thoff, IPPROTO_TCP, pkt->family);
}

/**
 * esmtp_pkt_in_parts() - is it a fragment that nobody put together?
 * @skb: a packet in an IP hook
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Conntrack puts fragments together, but not those that come inside of another
 * (RFC 8200 4.5), which some receiver might. Any context.
 *
 * Return: true if what it is part of cannot be read.
 */
bool esmtp_pkt_in_parts(const struct sk_buff *skb, u8 family)
{
	u8 nexthdr;
	__be16 frag_off = 0;

	if (family == NFPROTO_IPV4)
		return ip_is_fragment(ip_hdr(skb));
	nexthdr = ipv6_hdr(skb)->nexthdr;
	ipv6_skip_exthdr(skb, skb_network_offset(skb) + sizeof(struct ipv6hdr),
			 &nexthdr, &frag_off);
	return frag_off;
}

/**
 * esmtp_pkt_checksum_ok() - will the receiver accept this segment's checksum?
 * @pkt: the packet
 * @net: the namespace
 * @hook: NF_INET_*
 *
 * Conntrack verified what came in from outside, unless it was told not to; what
 * this machine sends has no checksum yet. Any context.
 *
 * Return: false if it is wrong.
 */
bool esmtp_pkt_checksum_ok(const struct esmtp_pkt *pkt, const struct net *net,
			   unsigned int hook)
{
	return hook == NF_INET_LOCAL_OUT || net->ct.sysctl_checksum ||
	       esmtp_pkt_checksum_valid(pkt, hook);
}

/**
 * esmtp_pkt_tcp() - the TCP header for writing
 * @pkt: a packet made writable at least up to its payload
 *
 * Return: a pointer that the next pull or expansion makes invalid.
 */
struct tcphdr *esmtp_pkt_tcp(const struct esmtp_pkt *pkt)
{
	return (struct tcphdr *)(pkt->skb->data + pkt->thoff);
}

/**
 * esmtp_pkt_options() - read a packet's TCP options
 * @pkt: the packet
 * @to: where to
 *
 * Any context.
 *
 * Return: their bytes, 0 if they can't be read.
 */
u32 esmtp_pkt_options(const struct esmtp_pkt *pkt, u8 to[ESMTP_TCP_OPTIONS])
{
	u32 from = pkt->thoff + ESMTP_TCP_HEADER, len = pkt->dataoff - from;

	return skb_copy_bits(pkt->skb, from, to, len) ? 0 : len;
}

/**
 * esmtp_pkt_walk() - read a packet's payload, which is rarely in one piece
 * @pkt: the packet
 * @skip: bytes at its beginning to leave out
 * @fn: called for each piece, in order, until it returns false
 * @ctx: for @fn
 *
 * Any context.
 */
void esmtp_pkt_walk(const struct esmtp_pkt *pkt, u32 skip,
		    bool (*fn)(void *ctx, const u8 *p, u32 n), void *ctx)
{
	struct skb_seq_state seq;
	u32 at = 0, n;
	const u8 *p;

	skb_prepare_seq_read(pkt->skb, pkt->dataoff + skip, pkt->skb->len, &seq);
	while ((n = skb_seq_read(at, &p, &seq))) {
		if (!fn(ctx, p, n)) {
			skb_abort_seq_read(&seq);
			return;
		}
		at += n;
	}
}
