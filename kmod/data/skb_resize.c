// SPDX-License-Identifier: GPL-2.0
/*
 * Writes to packets of a stream whose edits change its length: resizes payload, and
 * translates sequence and acknowledgement numbers. Knows packets and byte ranges, not
 * why they are edited.
 */
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/dst.h>
#include <net/tcp.h>

#include "skb_edit.h"
#include "skb_parse.h"

static bool is_within_mtu(const struct esmtp_pkt *pkt)
{
	const struct sk_buff *skb = pkt->skb;
	const struct dst_entry *dst = skb_dst(skb);

	return skb->len - skb_network_offset(skb) <=
	       (dst ? dst_mtu(dst) : skb->dev->mtu);
}

/*
 * A packet that exceeds the path MTU is split by GSO into two segments, the first of
 * them as long as the packet was: a length that path and receiver accept.
 */
static void request_gso(const struct esmtp_pkt *pkt, u32 size)
{
	struct skb_shared_info *shinfo = skb_shinfo(pkt->skb);
	struct sk_buff *skb = pkt->skb;

	if (skb_is_gso(skb) || pkt->len <= size || is_within_mtu(pkt))
		return;
	shinfo->gso_size = size;
	shinfo->gso_type = pkt->family == NFPROTO_IPV4 ? SKB_GSO_TCPV4 :
							 SKB_GSO_TCPV6;
	skb_set_transport_header(skb, pkt->thoff);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + pkt->thoff;
	skb->csum_offset = offsetof(struct tcphdr, check);
}

static int resize_payload(struct esmtp_pkt *pkt, const u8 *p, u32 len)
{
	struct sk_buff *skb = pkt->skb;
	u32 room = skb_tailroom(skb);

	if (len < pkt->len) {
		if (pskb_trim(skb, pkt->dataoff + len))
			return -ENOMEM;
	} else if (len > pkt->len) {
		u32 more = len - pkt->len;

		if (room < more && pskb_expand_head(skb, 0, more - room, GFP_ATOMIC))
			return -ENOMEM;
		skb_put(skb, more);
	}
	memcpy(skb->data + pkt->dataoff, p, len);
	pkt->len = len;
	return 0;
}

/**
 * esmtp_pkt_write_resized() - apply the edits that change the length of a payload
 * @pkt: the packet, with all edits applied that keep the length; its checksum is
 *	verified
 * @log: the direction's log
 * @off: stream offset of its payload
 *
 * Softirq; the flow's lock is held.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_pkt_write_resized(struct esmtp_pkt *pkt, const struct esmtp_log *log, u32 off)
{
	struct sk_buff *skb = pkt->skb;
	u32 was = pkt->len, len;
	const u8 *p;
	u8 *copy;
	int err;

	if (!esmtp_seqmap_touches(log, off, pkt->len))
		return 0;
	if (skb_ensure_writable(skb, skb->len))
		return -ENOMEM;
	p = skb->data + pkt->dataoff;
	len = esmtp_seqmap_copy(log, off, p, was, NULL);
	copy = kmalloc(len, GFP_ATOMIC | __GFP_NOWARN);
	if (!copy)
		return -ENOMEM;
	esmtp_seqmap_copy(log, off, p, was, copy);
	err = resize_payload(pkt, copy, len);
	kfree(copy);
	if (err)
		return err;
	request_gso(pkt, was);
	esmtp_pkt_write_length(pkt);
	return 0;
}

static int write_tcp_number(struct esmtp_pkt *pkt, size_t at, u32 number)
{
	struct tcphdr *th;
	__be32 *field;

	if (skb_ensure_writable(pkt->skb, pkt->dataoff))
		return -ENOMEM;
	th = esmtp_pkt_tcp(pkt);
	field = (__be32 *)((u8 *)th + at);
	inet_proto_csum_replace4(&th->check, pkt->skb, *field, htonl(number), false);
	*field = htonl(number);
	return 0;
}

/**
 * esmtp_pkt_write_seq() - set a packet's sequence number
 * @pkt: the packet
 * @seq: the number
 *
 * Softirq.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_pkt_write_seq(struct esmtp_pkt *pkt, u32 seq)
{
	int err = write_tcp_number(pkt, offsetof(struct tcphdr, seq), seq);

	if (!err)
		pkt->seq = seq;
	return err;
}

/**
 * esmtp_pkt_write_ack() - set a packet's acknowledgement number
 * @pkt: the packet
 * @ack: the acknowledgement number
 *
 * Softirq.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_pkt_write_ack(struct esmtp_pkt *pkt, u32 ack)
{
	int err = write_tcp_number(pkt, offsetof(struct tcphdr, ack_seq), ack);

	if (!err)
		pkt->ack = ack;
	return err;
}

/**
 * esmtp_pkt_write_acks() - translate ACK and SACK numbers to the data sender's
 * @pkt: the packet
 * @half: the direction of the data
 *
 * Any context; the flow's lock is held.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_pkt_write_acks(struct esmtp_pkt *pkt, const struct esmtp_half_stream *half)
{
	u32 hlen = pkt->dataoff - pkt->thoff;
	struct tcphdr *th;
	__wsum was;

	if (!pkt->has_ack)
		return 0;
	if (skb_ensure_writable(pkt->skb, pkt->dataoff))
		return -ENOMEM;
	th = esmtp_pkt_tcp(pkt);
	was = csum_partial(th, hlen, 0);
	pkt->ack = esmtp_tcp_renumber((u8 *)th, (u8 *)th + hlen, half);
	if (pkt->skb->ip_summed != CHECKSUM_PARTIAL)
		csum_replace_by_diff(&th->check,
				     csum_sub(csum_partial(th, hlen, 0), was));
	return 0;
}
