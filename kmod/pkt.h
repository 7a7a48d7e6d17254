/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_PKT_H
#define _NF_ESMTP_PKT_H

#include <linux/skbuff.h>
#include <linux/types.h>

struct net;
struct tcphdr;

/**
 * struct esmtp_pkt - one TCP segment, which may be a GSO packet
 * @skb: the packet; skb->data is at its network header
 * @thoff: offset of the TCP header from skb->data
 * @dataoff: offset of the payload
 * @len: bytes of payload
 * @seq: sequence number of the first byte of payload, or of the SYN
 * @ack: acknowledgement number, valid if @has_ack
 * @sport: source port, host order
 * @dport: destination port, host order
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Offsets only: pointers die whenever the packet is pulled or expanded.
 */
struct esmtp_pkt {
	struct sk_buff *skb;
	u32 thoff;
	u32 dataoff;
	u32 len;
	u32 seq;
	u32 ack;
	u16 sport;
	u16 dport;
	u8 family;
	bool has_ack;
	bool syn;
	bool fin;
	bool rst;
	bool urg;
};

/**
 * struct esmtp_segment - a TCP segment of the engine's own
 * @seq: sequence number
 * @ack: acknowledgement number
 * @flags: TCPHDR_*
 * @text: payload, may be NULL
 * @len: its bytes
 */
struct esmtp_segment {
	u32 seq;
	u32 ack;
	u8 flags;
	const char *text;
	u32 len;
};

bool esmtp_pkt_init(struct esmtp_pkt *pkt, struct sk_buff *skb, u8 family);
bool esmtp_pkt_checksum_ok(const struct esmtp_pkt *pkt, const struct net *net,
			   unsigned int hook);
struct tcphdr *esmtp_pkt_tcp(const struct esmtp_pkt *pkt);

#endif /* _NF_ESMTP_PKT_H */
