// SPDX-License-Identifier: GPL-2.0
/*
 * Writes edits to a packet. Knows packets and byte ranges, not why they are edited.
 *
 * A packet is made writable only up to the end of the edit. Those bytes are then
 * private linear memory, so neither page frags nor a clone see the change. The TCP
 * checksum is updated incrementally (RFC 1624), so a wrong one stays wrong. Under
 * CHECKSUM_PARTIAL it does not cover the payload yet; under CHECKSUM_COMPLETE the
 * changes of payload and checksum cancel out in skb->csum.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/tcp.h>

#include "skb_edit.h"
#include "skb_parse.h"

static u8 *get_payload(const struct esmtp_pkt *pkt)
{
	return pkt->skb->data + pkt->dataoff;
}

/* Clips edit @e to the packet; @from and @to are offsets in its payload. */
static void clip_edit(const struct esmtp_edit *e, u32 off, u32 len, u32 *from, u32 *to)
{
	u32 end = e->off + e->len;

	*from = esmtp_before(e->off, off) ? 0 : e->off - off;
	*to = esmtp_before(off + len, end) ? len : end - off;
}

static void update_tcp_checksum(struct esmtp_pkt *pkt, __wsum diff)
{
	if (pkt->skb->ip_summed != CHECKSUM_PARTIAL)
		csum_replace_by_diff(&esmtp_pkt_tcp(pkt)->check, diff);
}

/* The packet is writable up to @to. */
static void apply_edit(struct esmtp_pkt *pkt, const struct esmtp_edit *e, u32 off)
{
	__wsum diff;
	u32 from, to;
	u8 *p;

	clip_edit(e, off, pkt->len, &from, &to);
	p = get_payload(pkt) + from;
	diff = csum_partial(p, to - from, 0);
	esmtp_edit_bytes(e, off + from, p, to - from);
	diff = csum_sub(csum_partial(p, to - from, 0), diff);
	update_tcp_checksum(pkt, csum_shift(diff, pkt->dataoff - pkt->thoff + from));
}

/* Payload offset behind the last edited byte; 0 if no edit overlaps the packet. */
static u32 find_edits_end(const struct esmtp_pkt *pkt, const struct esmtp_log *log, u32 off)
{
	const struct esmtp_edit *e;
	u32 iter = 0, from, to = 0;

	while ((e = esmtp_log_next(log, &iter, off, off + pkt->len)))
		clip_edit(e, off, pkt->len, &from, &to);
	return to;
}

/**
 * esmtp_pkt_write_edits() - apply the edits of the stream that a packet overlaps
 * @pkt: the packet, of the length that will be forwarded
 * @log: the direction's log
 * @off: stream offset of its payload
 *
 * Softirq; the flow's lock is held.
 *
 * Return: 1 if bytes were edited, 0 if none is to be, -ENOMEM.
 */
int esmtp_pkt_write_edits(struct esmtp_pkt *pkt, const struct esmtp_log *log, u32 off)
{
	u32 to = find_edits_end(pkt, log, off);
	const struct esmtp_edit *e;
	u32 iter = 0;

	if (!to)
		return 0;
	if (skb_ensure_writable(pkt->skb, pkt->dataoff + to))
		return -ENOMEM;
	while ((e = esmtp_log_next(log, &iter, off, off + pkt->len)))
		apply_edit(pkt, e, off);
	return 1;
}

/**
 * esmtp_pkt_blank() - overwrite the first bytes of a payload
 * @pkt: the packet
 * @n: bytes; the receiver has acknowledged them and ignores them
 *
 * Softirq; the flow's lock is held.
 *
 * Return: 1, or -ENOMEM.
 */
int esmtp_pkt_blank(struct esmtp_pkt *pkt, u32 n)
{
	u32 done = 0;

	if (skb_ensure_writable(pkt->skb, pkt->dataoff + n))
		return -ENOMEM;
	while (done < n) {
		struct esmtp_edit e = {
			.off = done,
			.len = min_t(u32, n - done, U16_MAX),
			.kind = ESMTP_EDIT_FILL,
			.fill = 'X',
		};

		apply_edit(pkt, &e, 0);
		done += e.len;
	}
	return 1;
}

static void set_ip_length(const struct esmtp_pkt *pkt)
{
	struct sk_buff *skb = pkt->skb;
	u32 len = skb->len - skb_network_offset(skb);

	if (pkt->family == NFPROTO_IPV4) {
		struct iphdr *iph = ip_hdr(skb);
		__be16 old = iph->tot_len;

		iph->tot_len = htons(len);
		csum_replace2(&iph->check, old, iph->tot_len);
	} else {
		ipv6_hdr(skb)->payload_len = htons(len - sizeof(struct ipv6hdr));
	}
}

static __sum16 add_pseudo_header(const struct esmtp_pkt *pkt, u32 len, __wsum sum)
{
	const struct sk_buff *skb = pkt->skb;

	if (pkt->family == NFPROTO_IPV4)
		return csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr,
					 len, IPPROTO_TCP, sum);
	return csum_ipv6_magic(&ipv6_hdr(skb)->saddr, &ipv6_hdr(skb)->daddr,
			       len, IPPROTO_TCP, sum);
}

/* For a packet of a new length; its old checksum has been verified. */
static void set_tcp_checksum(const struct esmtp_pkt *pkt)
{
	struct tcphdr *th = esmtp_pkt_tcp(pkt);
	struct sk_buff *skb = pkt->skb;
	u32 len = skb->len - pkt->thoff;

	if (skb->ip_summed == CHECKSUM_PARTIAL) {
		th->check = ~add_pseudo_header(pkt, len, 0);
		return;
	}
	th->check = 0;
	th->check = add_pseudo_header(pkt, len, skb_checksum(skb, pkt->thoff, len, 0));
	skb->ip_summed = CHECKSUM_NONE;
}

/* tcp_gso_segment() refuses a packet of one segment. */
static void set_gso_segs(const struct esmtp_pkt *pkt)
{
	struct sk_buff *skb = pkt->skb;

	if (!skb_is_gso(skb))
		return;
	if (pkt->len <= skb_shinfo(skb)->gso_size)
		skb_gso_reset(skb);
	else
		skb_shinfo(skb)->gso_segs =
			DIV_ROUND_UP(pkt->len, skb_shinfo(skb)->gso_size);
}

/**
 * esmtp_pkt_write_length() - update lengths, checksum and GSO fields of a packet
 * @pkt: the packet, writable up to its payload; its checksum was right before
 *
 * Softirq; the flow's lock is held.
 */
void esmtp_pkt_write_length(const struct esmtp_pkt *pkt)
{
	set_ip_length(pkt);
	set_tcp_checksum(pkt);
	set_gso_segs(pkt);
}

/**
 * esmtp_pkt_trim() - cut a packet's payload
 * @pkt: the packet, its checksum verified
 * @len: bytes of payload that stay; the sender will send the others again, and
 *	its FIN with them
 *
 * Softirq; the flow's lock is held.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_pkt_trim(struct esmtp_pkt *pkt, u32 len)
{
	struct tcphdr *th;

	if (skb_ensure_writable(pkt->skb, pkt->dataoff) ||
	    pskb_trim_rcsum(pkt->skb, pkt->dataoff + len))
		return -ENOMEM;
	pkt->len = len;
	pkt->fin = false;
	th = esmtp_pkt_tcp(pkt);
	th->fin = 0;
	th->psh = 1;
	esmtp_pkt_write_length(pkt);
	return 0;
}

/**
 * esmtp_pkt_clear_urgent() - clear URG and the urgent pointer
 * @pkt: the packet
 *
 * A receiver may take the urgent byte out of the stream (RFC 6093) and would then
 * read other bytes than were inspected. Softirq; the flow's lock is held.
 *
 * Return: 1, or -ENOMEM.
 */
int esmtp_pkt_clear_urgent(struct esmtp_pkt *pkt)
{
	struct tcphdr *th;
	__wsum diff;
	__be32 *word;

	if (skb_ensure_writable(pkt->skb, pkt->dataoff))
		return -ENOMEM;
	th = esmtp_pkt_tcp(pkt);
	word = (__be32 *)th + 3;
	diff = csum_unfold((__force __sum16)th->urg_ptr);
	diff = csum_add(diff, (__force __wsum)*word);
	th->urg = 0;
	th->urg_ptr = 0;
	pkt->urg = false;
	update_tcp_checksum(pkt, csum_sub((__force __wsum)*word, diff));
	return 1;
}

/**
 * esmtp_pkt_write_options() - replace a packet's TCP options by others of that length
 * @pkt: the packet
 * @options: the new options, as many bytes as the old ones
 *
 * Softirq, or process context on LOCAL_OUT.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_pkt_write_options(struct esmtp_pkt *pkt, const u8 *options)
{
	u32 len = pkt->dataoff - pkt->thoff - ESMTP_TCP_HEADER;
	__wsum was;
	u8 *at;

	if (skb_ensure_writable(pkt->skb, pkt->dataoff))
		return -ENOMEM;
	at = pkt->skb->data + pkt->dataoff - len;
	was = csum_partial(at, len, 0);
	memcpy(at, options, len);
	update_tcp_checksum(pkt, csum_sub(csum_partial(at, len, 0), was));
	return 0;
}

static int replace_payload(struct esmtp_pkt *pkt, const char *text, u32 len)
{
	struct sk_buff *skb = pkt->skb;
	u32 room;

	if (skb_ensure_writable(skb, pkt->dataoff) ||
	    pskb_trim_rcsum(skb, pkt->dataoff))
		return -ENOMEM;
	room = skb_tailroom(skb);
	if (room < len && pskb_expand_head(skb, 0, len - room, GFP_ATOMIC))
		return -ENOMEM;
	if (len)
		skb_put_data(skb, text, len);
	pkt->len = len;
	return 0;
}

/**
 * esmtp_pkt_write_segment() - turn a packet into another segment to its receiver
 * @pkt: the packet, its checksum verified; its TCP options stay
 * @seg: the segment
 *
 * Softirq; the flow's lock is held.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_pkt_write_segment(struct esmtp_pkt *pkt, const struct esmtp_segment *seg)
{
	struct tcphdr *th;

	if (replace_payload(pkt, seg->text, seg->len))
		return -ENOMEM;
	th = esmtp_pkt_tcp(pkt);
	th->seq = htonl(seg->seq);
	th->ack_seq = htonl(seg->ack);
	tcp_flag_byte(th) = seg->flags;
	th->urg_ptr = 0;
	set_ip_length(pkt);
	if (skb_is_gso(pkt->skb))
		skb_gso_reset(pkt->skb);
	set_tcp_checksum(pkt);
	return 0;
}

/**
 * esmtp_pkt_write_bare() - turn a packet into a segment without payload
 * @pkt: the packet, its checksum verified; its addresses and ports stay
 * @seg: the segment; without an offer it has no options. Its window is what it says, 0 too
 *
 * Softirq.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_pkt_write_bare(struct esmtp_pkt *pkt, const struct esmtp_segment *seg)
{
	u8 option[ESMTP_TCP_OFFER];
	u32 olen = seg->offer ? esmtp_tcp_write_offer(option, seg->offer) : 0;
	struct esmtp_segment whole = *seg;

	if (skb_ensure_writable(pkt->skb, pkt->dataoff))
		return -ENOMEM;
	esmtp_pkt_tcp(pkt)->doff = (sizeof(struct tcphdr) + olen) / 4;
	esmtp_pkt_tcp(pkt)->window = htons(seg->window);
	/* from here on, the option is the "payload" that is replaced */
	pkt->dataoff = pkt->thoff + sizeof(struct tcphdr);
	whole.text = (const char *)option;
	whole.len = olen;
	if (esmtp_pkt_write_segment(pkt, &whole))
		return -ENOMEM;
	pkt->dataoff += olen;
	pkt->len = 0;
	return 0;
}
