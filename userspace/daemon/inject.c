// SPDX-License-Identifier: GPL-2.0
/*
 * Segments of this daemon's own: the engine's to the sender of a packet, and edited packets
 * that the kernel would not take back. They have the addresses that their end of the
 * connection uses before NAT on this machine.
 */
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>

#include <linux/netfilter.h>

#include "hook.h"

enum { HOPS = 64 };

/* Tuple of the segments of a direction, before NAT on this machine. */
static struct esmtp_tuple get_output_tuple(const struct esmtp_flowspec *spec, enum esmtp_dir dir)
{
	struct esmtp_tuple t = spec->real;

	if (dir == ESMTP_C2S) {
		t.dst = spec->wire.dst;
		t.dport = spec->wire.dport;
		return t;
	}
	t.src = spec->real.dst;
	t.sport = spec->real.dport;
	t.dst = spec->wire.src;
	t.dport = spec->wire.sport;
	return t;
}

static u32 put_ip_header(u8 *to, const struct esmtp_tuple *t, u32 payload)
{
	struct ip6_hdr *ip6 = (void *)to;
	struct iphdr *ip = (void *)to;

	if (t->family == ESMTP_AF_INET6) {
		memset(ip6, 0, sizeof(*ip6));
		ip6->ip6_flow = htonl(6u << 28);
		ip6->ip6_plen = htons((u16)payload);
		ip6->ip6_nxt = IPPROTO_TCP;
		ip6->ip6_hlim = HOPS;
		memcpy(&ip6->ip6_src, &t->src, sizeof(ip6->ip6_src));
		memcpy(&ip6->ip6_dst, &t->dst, sizeof(ip6->ip6_dst));
		return sizeof(*ip6);
	}
	memset(ip, 0, sizeof(*ip));
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->frag_off = htons(IP_DF);
	ip->ttl = HOPS;
	ip->protocol = IPPROTO_TCP;
	/* the kernel fills in length and checksum */
	memcpy(&ip->saddr, &t->src, sizeof(ip->saddr));
	memcpy(&ip->daddr, &t->dst, sizeof(ip->daddr));
	return sizeof(*ip);
}

/* Translates a sequence number of the opposite direction for its receiver. */
static u32 renumber_own_seq(const struct packet *p, u32 seq)
{
	return p->ins && esmtp_renumber_on(p->ins) ?
	       esmtp_renumber_out(&p->ins->half[!p->dir], seq) : seq;
}

static u32 put_raw_tcp(u8 *to, const struct packet *p, const struct esmtp_tuple *t,
		       const struct esmtp_segment *seg)
{
	struct tcphdr *th = (void *)to;
	u32 len = sizeof(*th) + esmtp_tcp_answer_timestamp(to + sizeof(*th),
							   packet_options(p),
							   packet_payload(p));

	memset(th, 0, sizeof(*th));
	th->source = htons(t->sport);
	th->dest = htons(t->dport);
	th->seq = htonl(renumber_own_seq(p, seg->seq));
	th->ack_seq = htonl(seg->ack);
	th->doff = (len / 4) & 0xf;
	to[13] = seg->flags;
	th->window = htons(0xffff);
	if (seg->len)
		memcpy(to + len, seg->text, seg->len);
	return len + seg->len;
}

/**
 * esmtp_inject_build() - a segment to the sender of a packet
 * @pkt: the packet
 * @seg: the segment
 *
 * Return: the segment, for inject_send(), or NULL without memory.
 */
struct sk_buff *esmtp_inject_build(const struct esmtp_pkt *pkt,
				   const struct esmtp_segment *seg)
{
	const struct packet *p = packet_of(pkt);
	struct esmtp_tuple t = get_output_tuple(p->spec, !p->dir);
	u32 hlen = t.family == ESMTP_AF_INET ? sizeof(struct iphdr) :
					       sizeof(struct ip6_hdr);
	struct sk_buff *skb;
	u32 len;

	skb = calloc(1, sizeof(*skb) + hlen + sizeof(struct tcphdr) +
		     ESMTP_TCP_STAMPED +
		     seg->len);
	if (!skb)
		return NULL;
	skb->data = (u8 *)(skb + 1);
	len = put_raw_tcp(skb->data + hlen, p, &t, seg);
	skb->len = put_ip_header(skb->data, &t, len) + len;
	packet_set_checksum(skb->data, skb->len, pkt->family, hlen);
	return skb;
}

/**
 * inject_send() - send a segment of the engine's own
 * @segment: from esmtp_inject_build(); consumed
 *
 * Return: false if it could not be sent.
 */
bool inject_send(struct sk_buff *segment)
{
	bool sent = raw_send(segment->data, segment->len);

	free(segment);
	return sent;
}

static void set_output_addresses(u8 *bytes, const struct packet *p)
{
	struct esmtp_tuple t = get_output_tuple(p->spec, p->dir);
	struct tcphdr *th = (void *)(bytes + p->pkt.thoff);
	struct ip6_hdr *ip6 = (void *)bytes;
	struct iphdr *ip = (void *)bytes;

	th->source = htons(t.sport);
	th->dest = htons(t.dport);
	if (t.family == ESMTP_AF_INET) {
		memcpy(&ip->saddr, &t.src, sizeof(ip->saddr));
		memcpy(&ip->daddr, &t.dst, sizeof(ip->daddr));
	} else {
		memcpy(&ip6->ip6_src, &t.src, sizeof(ip6->ip6_src));
		memcpy(&ip6->ip6_dst, &t.dst, sizeof(ip6->ip6_dst));
	}
}

/* Sends @n bytes of the payload, from offset @at, as one segment. */
static bool send_piece(const struct packet *p, u32 at, u32 n)
{
	u32 len = p->pkt.dataoff + n;
	struct packet piece = { .pkt = p->pkt, .buf.len = len };
	bool last = at + n == p->pkt.len, sent;
	struct tcphdr *th;

	piece.buf.data = malloc(len);
	if (!piece.buf.data)
		return false;
	memcpy(piece.buf.data, p->buf.data, p->pkt.dataoff);
	memcpy(piece.buf.data + p->pkt.dataoff, packet_payload(p) + at, n);
	set_output_addresses(piece.buf.data, p);
	th = (void *)(piece.buf.data + p->pkt.thoff);
	th->seq = htonl(ntohl(th->seq) + at);
	th->fin &= last;
	th->psh &= last;
	packet_set_length(&piece);
	packet_set_checksum(piece.buf.data, len, p->pkt.family, p->pkt.thoff);
	sent = raw_send(piece.buf.data, len);
	free(piece.buf.data);
	return sent;
}

/* Payload bytes per segment: the receiver's MSS less the options (RFC 9293 3.7.1). */
static u32 get_segment_max(const struct packet *p)
{
	u32 options = p->pkt.dataoff - p->pkt.thoff - (u32)sizeof(struct tcphdr);

	return p->mss > options ? p->mss - options : TCP_MSS_DEFAULT - options;
}

/**
 * inject_wanted() - would the kernel not take an edited packet back?
 * @p: the packet
 *
 * The kernel segments a GSO packet by a gso_size that it does not tell, and drops one
 * whose payload has shrunk to gso_size or less. It also drops a packet that has grown
 * beyond the path MTU.
 *
 * Return: true if so.
 */
bool inject_wanted(const struct packet *p)
{
	return p->resized && (p->gso || p->pkt.len > get_segment_max(p));
}

/**
 * inject_resend() - send a packet as segments of its receiver's MSS
 * @p: the packet, edited; the kernel's own is to be dropped
 *
 * Return: false if a segment could not be sent; the sender will retransmit.
 */
bool inject_resend(const struct packet *p)
{
	u32 size = get_segment_max(p), at = 0, n;
	bool sent;

	do {
		n = min(size, p->pkt.len - at);
		sent = send_piece(p, at, n);
		at += n;
	} while (sent && at < p->pkt.len);
	return sent;
}
