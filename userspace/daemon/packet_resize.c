// SPDX-License-Identifier: GPL-2.0
/*
 * Writes to packets of a stream whose edits change its length: resizes payload, and
 * translates sequence and acknowledgement numbers. Knows packets and byte ranges, not
 * why they are edited.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>

#include "packet_resize.h"

/**
 * esmtp_pkt_write_resized() - apply the edits that change the length of a payload
 * @pkt: the packet, with all edits applied that keep the length
 * @log: the direction's log
 * @off: stream offset of its payload
 *
 * Return: 0; or -1 without memory, or if the packet would exceed PACKET_MAX.
 */
int esmtp_pkt_write_resized(struct esmtp_pkt *pkt, const struct esmtp_log *log, u32 off)
{
	struct packet *p = packet_of(pkt);
	u8 *copy;
	u32 len;

	if (!esmtp_seqmap_touches(log, off, pkt->len))
		return 0;
	copy = malloc(2 * (size_t)pkt->len);
	if (!copy)
		return -1;
	len = esmtp_seqmap_copy(log, off, packet_payload(p), pkt->len, copy);
	if (packet_room(p, pkt->dataoff + len)) {
		memcpy(packet_payload(p), copy, len);
		packet_resize(p, len);
	}
	free(copy);
	return pkt->len == len ? 0 : -1;
}

/**
 * esmtp_pkt_write_seq() - set a packet's sequence number
 * @pkt: the packet
 * @seq: the number
 *
 * Return: 0.
 */
int esmtp_pkt_write_seq(struct esmtp_pkt *pkt, u32 seq)
{
	struct packet *p = packet_of(pkt);
	struct tcphdr *th = (void *)(p->buf.data + pkt->thoff);

	th->seq = htonl(seq);
	pkt->seq = seq;
	p->edited = true;
	return 0;
}

/**
 * resize_acks() - translate ACK and SACK numbers to the data sender's
 * @p: the packet
 * @half: the direction of the data
 */
void resize_acks(struct packet *p, const struct esmtp_half_stream *half)
{
	if (!p->pkt.has_ack)
		return;
	p->pkt.ack = esmtp_tcp_renumber(p->buf.data + p->pkt.thoff, packet_payload(p), half);
	p->edited = true;
}
