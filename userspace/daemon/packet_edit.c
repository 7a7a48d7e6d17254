// SPDX-License-Identifier: GPL-2.0
/*
 * Writes edits to a packet. Knows packets and byte ranges, not why they are edited.
 * The checksum was verified, or is left to a device, so it is recomputed, once, when
 * the packet goes back to the kernel.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>

#include "packet_parse.h"

static struct tcphdr *get_tcp_header(const struct packet *p)
{
	return (struct tcphdr *)(p->buf.data + p->pkt.thoff);
}

/**
 * esmtp_pkt_write_edits() - apply the edits of the stream that a packet overlaps
 * @pkt: the packet, of the length that will be forwarded
 * @log: the direction's log
 * @off: stream offset of its payload
 *
 * Return: 1 if bytes were edited, 0 if none is to be.
 */
int esmtp_pkt_write_edits(struct esmtp_pkt *pkt, const struct esmtp_log *log, u32 off)
{
	struct packet *p = packet_of(pkt);
	const struct esmtp_edit *e;
	int edited = 0;
	u32 iter = 0;

	while ((e = esmtp_log_next(log, &iter, off, off + pkt->len))) {
		u32 end = e->off + e->len - off;
		u32 from = esmtp_before(e->off, off) ? 0 : e->off - off;
		u32 to = end > pkt->len ? pkt->len : end;

		esmtp_edit_bytes(e, off + from, packet_payload(p) + from, to - from);
		edited = 1;
	}
	p->edited |= edited;
	return edited;
}

/**
 * esmtp_pkt_blank() - overwrite the first bytes of a payload
 * @pkt: the packet
 * @n: bytes; the receiver has acknowledged them and ignores them
 *
 * Return: 1.
 */
int esmtp_pkt_blank(struct esmtp_pkt *pkt, u32 n)
{
	struct packet *p = packet_of(pkt);

	memset(packet_payload(p), 'X', n);
	p->edited = true;
	return 1;
}

/**
 * esmtp_pkt_trim() - cut a packet's payload
 * @pkt: the packet
 * @len: bytes of payload that stay; the sender will send the others again, and
 *	its FIN with them
 *
 * Return: 0.
 */
int esmtp_pkt_trim(struct esmtp_pkt *pkt, u32 len)
{
	struct packet *p = packet_of(pkt);

	packet_resize(p, len);
	pkt->fin = false;
	get_tcp_header(p)->fin = 0;
	get_tcp_header(p)->psh = 1;
	return 0;
}

/**
 * esmtp_pkt_clear_urgent() - clear URG and the urgent pointer
 * @pkt: the packet
 *
 * A receiver may take the urgent byte out of the stream (RFC 6093) and would then
 * read other bytes than were inspected.
 *
 * Return: 1.
 */
int esmtp_pkt_clear_urgent(struct esmtp_pkt *pkt)
{
	struct packet *p = packet_of(pkt);

	get_tcp_header(p)->urg = 0;
	get_tcp_header(p)->urg_ptr = 0;
	pkt->urg = false;
	p->edited = true;
	return 1;
}

/**
 * esmtp_pkt_write_options() - replace a packet's TCP options by others of that length
 * @pkt: the packet
 * @options: the new options, as many bytes as the old ones
 *
 * Return: 0.
 */
int esmtp_pkt_write_options(struct esmtp_pkt *pkt, const u8 *options)
{
	struct packet *p = packet_of(pkt);

	memcpy(packet_options(p), options, (size_t)(packet_payload(p) - packet_options(p)));
	p->edited = true;
	return 0;
}

/**
 * esmtp_pkt_write_segment() - turn a packet into another segment to its receiver
 * @pkt: the packet; its TCP options stay
 * @seg: the segment
 *
 * Return: 0, or -1 if there is no room for it.
 */
int esmtp_pkt_write_segment(struct esmtp_pkt *pkt, const struct esmtp_segment *seg)
{
	struct packet *p = packet_of(pkt);
	struct tcphdr *th;

	if (!packet_room(p, pkt->dataoff + seg->len))
		return -1;
	if (seg->len)
		memcpy(packet_payload(p), seg->text, seg->len);
	th = get_tcp_header(p);
	th->seq = htonl(seg->seq);
	th->ack_seq = htonl(seg->ack);
	((u8 *)th)[13] = seg->flags;
	th->urg_ptr = 0;
	packet_resize(p, seg->len);
	return 0;
}
