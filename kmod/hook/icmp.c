// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors (RFC 792, RFC 4443 3) quote a forwarded segment with its translated
 * sequence number. It is translated back: the sender accepts an error only if it quotes
 * a number in flight (RFC 5927 4.1), and path MTU discovery depends on these errors.
 *
 * Errors that this router sends itself quote the packet as it was received.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>

#include "acks.h"
#include "control/net.h"
#include "icmp.h"

enum { SEQ = 4 };			/* offset in a TCP header */

/**
 * struct quote - a segment that an error quotes
 * @seq: offset of its sequence number
 * @checksum: offset of the error's checksum
 */
struct quote {
	u32 seq;
	u32 checksum;
};

static bool is_icmpv4_error(u8 type)
{
	return type == ICMP_DEST_UNREACH || type == ICMP_TIME_EXCEEDED ||
	       type == ICMP_PARAMETERPROB || type == ICMP_SOURCE_QUENCH;
}

static bool find_ipv4_quote(const struct sk_buff *skb, struct quote *q)
{
	u32 at = skb_network_offset(skb) + ip_hdrlen(skb);
	const struct icmphdr *icmph;
	const struct iphdr *iph;
	struct icmphdr icmpbuf;
	struct iphdr ipbuf;

	if (ip_hdr(skb)->protocol != IPPROTO_ICMP || ip_is_fragment(ip_hdr(skb)))
		return false;
	icmph = skb_header_pointer(skb, at, sizeof(icmpbuf), &icmpbuf);
	if (!icmph || !is_icmpv4_error(icmph->type))
		return false;
	q->checksum = at + offsetof(struct icmphdr, checksum);
	at += sizeof(*icmph);
	iph = skb_header_pointer(skb, at, sizeof(ipbuf), &ipbuf);
	if (!iph || iph->protocol != IPPROTO_TCP || iph->frag_off & htons(IP_OFFSET) ||
	    iph->ihl < sizeof(*iph) / 4)
		return false;
	q->seq = at + iph->ihl * 4 + SEQ;
	return true;
}

static bool find_ipv6_quote(const struct sk_buff *skb, struct quote *q)
{
	int at = skb_network_offset(skb) + sizeof(struct ipv6hdr);
	u8 nexthdr = ipv6_hdr(skb)->nexthdr;
	const struct icmp6hdr *icmph;
	const struct ipv6hdr *ip6h;
	struct icmp6hdr icmpbuf;
	struct ipv6hdr ipbuf;
	__be16 frag_off;

	at = ipv6_skip_exthdr(skb, at, &nexthdr, &frag_off);
	if (at < 0 || nexthdr != IPPROTO_ICMPV6 || frag_off)
		return false;
	icmph = skb_header_pointer(skb, at, sizeof(icmpbuf), &icmpbuf);
	if (!icmph || icmph->icmp6_type & ICMPV6_INFOMSG_MASK)
		return false;
	q->checksum = at + offsetof(struct icmp6hdr, icmp6_cksum);
	at += sizeof(*icmph);
	ip6h = skb_header_pointer(skb, at, sizeof(ipbuf), &ipbuf);
	if (!ip6h)
		return false;
	nexthdr = ip6h->nexthdr;
	at = ipv6_skip_exthdr(skb, at + sizeof(*ip6h), &nexthdr, &frag_off);
	q->seq = at + SEQ;
	return at >= 0 && nexthdr == IPPROTO_TCP && !(frag_off & htons(IP6_OFFSET));
}

static enum esmtp_quote write_quoted_seq(struct sk_buff *skb, const struct quote *q, u32 seq)
{
	__be32 *field;

	if (skb_ensure_writable(skb, q->seq + sizeof(*field)))
		return ESMTP_QUOTE_FAILED;
	field = (__be32 *)(skb->data + q->seq);
	inet_proto_csum_replace4((__sum16 *)(skb->data + q->checksum), skb, *field,
				 htonl(seq), false);
	*field = htonl(seq);
	return ESMTP_QUOTE_TRANSLATED;
}

/**
 * esmtp_walk_quote() - translate the sequence number that an ICMP error quotes
 * @u: a packet in a hook after conntrack, not a TCP segment
 *
 * Context: any, in an RCU read-side section.
 *
 * Return: what became of it.
 */
enum esmtp_quote esmtp_walk_quote(struct esmtp_unread *u)
{
	struct sk_buff *skb = u->skb;
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct;
	struct quote q;
	__be32 quoted;
	u32 seq;

	if (!esmtp_acks_any(u->en) || u->state->hook == NF_INET_LOCAL_OUT)
		return ESMTP_QUOTE_KEPT;
	ct = nf_ct_get(skb, &ctinfo);
	if (!ct || (ctinfo != IP_CT_RELATED && ctinfo != IP_CT_RELATED_REPLY) ||
	    !(u->state->pf == NFPROTO_IPV4 ? find_ipv4_quote(skb, &q) :
					     find_ipv6_quote(skb, &q)) ||
	    skb_copy_bits(skb, q.seq, &quoted, sizeof(quoted)))
		return ESMTP_QUOTE_KEPT;
	/* the quoted segment went in the other direction */
	seq = esmtp_acks_seq(ct, !CTINFO2DIR(ctinfo), ntohl(quoted));
	return seq == ntohl(quoted) ? ESMTP_QUOTE_KEPT : write_quoted_seq(skb, &q, seq);
}
