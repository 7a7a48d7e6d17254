// SPDX-License-Identifier: GPL-2.0
/*
 * The usual packet of a connection that was judged, is open, and is exempt or inspected. Whatever
 * is unusual of the packet, or of the connection, is left to the walk (engine/conn/walk.c), which
 * does the same with these, in more steps: none of its questions has another answer here.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/tcp.h>
#include <net/ip.h>

#include "conn/side.h"
#include "steady.h"
#include "walk.h"

/* Nothing of it is under way: nobody ends it, no limit waits for it, and its numbers are its own. */
static bool is_steady(const struct esmtp_flow *flow)
{
	return esmtp_flow_judged(flow) && !READ_ONCE(flow->clear) && !READ_ONCE(flow->half.how) &&
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

/* Read a segment that acknowledges. False if it may begin or break off something. */
static bool read_segment(struct esmtp_pkt *pkt, struct sk_buff *skb, u8 family)
{
	const __be32 flags = TCP_FLAG_SYN | TCP_FLAG_RST | TCP_FLAG_URG | TCP_FLAG_ACK;
	const struct tcphdr *th = find_header(skb, family, pkt);
	u32 len;

	if (!th || (tcp_flag_word(th) & flags) != TCP_FLAG_ACK)
		return false;
	len = th->doff * 4;
	pkt->dataoff = pkt->thoff + len;
	if (len < sizeof(*th) || pkt->dataoff > skb->len)
		return false;
	pkt->skb = skb;
	pkt->len = skb->len - pkt->dataoff;
	pkt->seq = ntohl(th->seq);
	pkt->ack = ntohl(th->ack_seq);
	pkt->sport = ntohs(th->source);
	pkt->dport = ntohs(th->dest);
	pkt->family = family;
	pkt->has_ack = true;
	pkt->syn = false;
	pkt->fin = th->fin;
	pkt->rst = false;
	pkt->urg = false;
	return true;
}

/* It is counted, and where it stands is noted, for its end has to be known. */
static bool pass_exempt(struct esmtp_flow *flow, const struct esmtp_pkt *pkt, enum esmtp_dir dir)
{
	if (!esmtp_closing_plain(&flow->closing, dir, pkt,
				 esmtp_closing_end(&flow->closing, dir, pkt)))
		return false;
	atomic64_inc(&flow->packets);
	WRITE_ONCE(flow->last, jiffies);
	esmtp_kpolicy_count(flow->kp, flow->slot + ESMTP_SLOT_PACKETS);
	return true;
}

/**
 * esmtp_steady_packet() - take a packet of a connection without asking much
 * @flow: the connection, whatever it is
 * @skb: the packet, whatever it is
 * @state: of the hook
 * @why: set to how the packet ends, if the result is true
 *
 * Context: softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 * Return: false, with nothing changed, if it has to walk.
 */
bool esmtp_steady_packet(struct esmtp_flow *flow, struct sk_buff *skb,
			 const struct nf_hook_state *state, enum esmtp_reason *why)
{
	struct esmtp_pkt pkt __uninitialized;
	enum ip_conntrack_info ctinfo;
	enum esmtp_dir dir;

	nf_ct_get(skb, &ctinfo);
	dir = esmtp_flow_dir(CTINFO2DIR(ctinfo));
	if (!is_steady(flow) || !state->net->ct.sysctl_checksum ||
	    !read_segment(&pkt, skb, state->pf) ||
	    READ_ONCE(flow->sides[dir]) != esmtp_side_of(&pkt, state))
		return false;
	*why = flow->pass;
	if (*why == ESMTP_R_EXEMPT)
		return pass_exempt(flow, &pkt, dir);
	if (*why)
		return false;
	*why = esmtp_hooked_inspect(flow, &pkt, dir);
	return true;
}
