// SPDX-License-Identifier: GPL-2.0
/* Reads a packet's headers without changing it. Knows nothing of SMTP. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>

#include "skb_parse.h"

/* Offset of the TCP header, 0 if there is none to read. */
static u32 find_ipv4_tcp_header(const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (iph->protocol != IPPROTO_TCP || ip_is_fragment(iph))
		return 0;
	return skb_network_offset(skb) + ip_hdrlen(skb);
}

static u32 find_ipv6_tcp_header(const struct sk_buff *skb)
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
 * esmtp_pkt_parse() - read the headers of a packet
 * @pkt: filled if the result is true
 * @skb: a packet in an IP hook, defragmented
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Any context.
 *
 * Return: false if it is no TCP segment, or one that a receiver would discard.
 */
bool esmtp_pkt_parse(struct esmtp_pkt *pkt, struct sk_buff *skb, u8 family)
{
	u32 thoff = family == NFPROTO_IPV4 ? find_ipv4_tcp_header(skb) : find_ipv6_tcp_header(skb);
	u8 buf[ESMTP_TCP_HEADER];
	const u8 *th;

	if (!thoff)
		return false;
	th = skb_header_pointer(skb, thoff, sizeof(buf), buf);
	if (!th || !esmtp_tcp_read(pkt, th, thoff, skb->len))
		return false;
	pkt->skb = skb;
	pkt->family = family;
	pkt->hops = family == NFPROTO_IPV4 ? ip_hdr(skb)->ttl : ipv6_hdr(skb)->hop_limit;
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
 * esmtp_pkt_in_parts() - is it a fragment that was not reassembled?
 * @skb: a packet in an IP hook
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Conntrack reassembles fragments, but not a fragment nested in a reassembled packet
 * (RFC 8200 4.5), which some receivers would reassemble. Any context.
 *
 * Return: true if the whole packet cannot be read.
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
 * Conntrack has verified received packets, unless the sysctl nf_conntrack_checksum is
 * 0; packets that this machine sends have no checksum yet. Any context.
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
 * Return: a pointer, valid until the skb is pulled or expanded.
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

/* Apart, for what it needs is large. */
static noinline void walk_pieces(const struct esmtp_pkt *pkt, u32 skip,
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

/**
 * esmtp_pkt_walk() - read a packet's payload piece by piece
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
	if (skb_is_nonlinear(pkt->skb))
		walk_pieces(pkt, skip, fn, ctx);
	else if (pkt->len > skip)
		fn(ctx, pkt->skb->data + pkt->dataoff + skip, pkt->len - skip);
}
