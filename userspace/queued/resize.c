// SPDX-License-Identifier: GPL-2.0
/*
 * Writing to packets of a stream that leaves with another length than it came:
 * payload that shrinks or grows, and the numbers of TCP. It knows packets and
 * ranges, not why.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>

#include "resize.h"

/**
 * esmtp_apply_resize() - make a packet's payload as long as it leaves
 * @pkt: the packet, with the edits made that change no length
 * @log: the direction's log
 * @off: stream offset of its payload
 *
 * Return: 0; or -1 without memory, or if no packet is so long.
 */
int esmtp_apply_resize(struct esmtp_pkt *pkt, const struct esmtp_log *log, u32 off)
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
 * esmtp_apply_seq() - give a packet another sequence number
 * @pkt: the packet
 * @seq: the number
 *
 * Return: 0.
 */
int esmtp_apply_seq(struct esmtp_pkt *pkt, u32 seq)
{
	struct packet *p = packet_of(pkt);
	struct tcphdr *th = (void *)(p->buf.data + pkt->thoff);

	th->seq = htonl(seq);
	pkt->seq = seq;
	p->edited = true;
	return 0;
}

/**
 * resize_acks() - turn what a packet acknowledges back to the sender's numbers
 * @p: the packet
 * @way: the direction of the data
 */
void resize_acks(struct packet *p, const struct esmtp_way *way)
{
	if (!p->pkt.has_ack)
		return;
	p->pkt.ack = esmtp_tcp_renumber(p->buf.data + p->pkt.thoff, packet_payload(p), way);
	p->edited = true;
}
