// SPDX-License-Identifier: GPL-2.0
/*
 * The usual packet of a connection that is exempt: it is counted, and where it stands is noted,
 * for its end has to be known. Whatever is unusual of the packet, or of the connection, is left
 * to the walk (engine/conn/walk.c), which does the same with these, in more steps.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/tcp.h>
#include <net/ip.h>

#include "exempt.h"
#include "side.h"

/* Nothing of it is under way: it was judged, has opened, and nobody ends it. */
static bool is_steady(const struct esmtp_flow *flow)
{
	/* the verdict that was seen may be younger than what goes with it */
	return esmtp_flow_judged(flow) && flow->pass == ESMTP_R_EXEMPT &&
	       !READ_ONCE(flow->clear) && !READ_ONCE(flow->half.how) &&
	       READ_ONCE(flow->intercept) == ESMTP_INTERCEPT_NONE && !flow->closing.over;
}

/* Where the TCP header is, if it follows that of IP at once and is whole; else NULL. */
static const struct tcphdr *find_header(const struct sk_buff *skb, u8 family, struct esmtp_pkt *pkt)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (family == NFPROTO_IPV4) {
		if (iph->protocol != IPPROTO_TCP || ip_is_fragment(iph))
			return NULL;
		pkt->hops = iph->ttl;
		pkt->thoff = skb_network_offset(skb) + ip_hdrlen(skb);
	} else {
		if (ipv6_hdr(skb)->nexthdr != IPPROTO_TCP)
			return NULL;
		pkt->hops = ipv6_hdr(skb)->hop_limit;
		pkt->thoff = skb_network_offset(skb) + sizeof(struct ipv6hdr);
	}
	if (skb_headlen(skb) < pkt->thoff + sizeof(struct tcphdr))
		return NULL;
	return (const struct tcphdr *)(skb->data + pkt->thoff);
}

/* What is read of a segment with no flag but ACK and PSH. False if it is another one. */
static bool read_segment(struct esmtp_pkt *pkt, struct sk_buff *skb, u8 family)
{
	const struct tcphdr *th = find_header(skb, family, pkt);

	if (!th || th->doff * 4 < sizeof(*th) || pkt->thoff + th->doff * 4 > skb->len ||
	    (tcp_flag_word(th) & (TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST | TCP_FLAG_ACK)) !=
	    TCP_FLAG_ACK)
		return false;
	pkt->skb = skb;
	pkt->len = skb->len - pkt->thoff - th->doff * 4;
	pkt->seq = ntohl(th->seq);
	pkt->ack = ntohl(th->ack_seq);
	pkt->has_ack = true;
	pkt->syn = false;
	pkt->fin = false;
	pkt->rst = false;
	return true;
}

/**
 * esmtp_exempt_plain() - take a packet of an exempt connection at once
 * @flow: the connection, whatever it is
 * @dir: the packet's direction
 * @skb: the packet, whatever it is
 * @state: of the hook
 *
 * Context: any with BH off, in an RCU read-side section.
 * Return: true if it passes, as ESMTP_R_EXEMPT; false, with nothing changed, if it has to walk.
 */
bool esmtp_exempt_plain(struct esmtp_flow *flow, enum esmtp_dir dir, struct sk_buff *skb,
			const struct nf_hook_state *state)
{
	struct esmtp_pkt pkt __uninitialized;

	if (!is_steady(flow) || !state->net->ct.sysctl_checksum ||
	    !read_segment(&pkt, skb, state->pf) ||
	    READ_ONCE(flow->sides[dir]) != esmtp_side_of(&pkt, state) ||
	    !esmtp_closing_plain(&flow->closing, dir, &pkt,
				 esmtp_closing_end(&flow->closing, dir, &pkt)))
		return false;
	atomic64_inc(&flow->packets);
	WRITE_ONCE(flow->last, jiffies);
	esmtp_kpolicy_count(flow->kp, flow->slot + ESMTP_SLOT_PACKETS);
	return true;
}
