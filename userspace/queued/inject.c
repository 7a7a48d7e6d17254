// SPDX-License-Identifier: GPL-2.0
/*
 * Segments that this daemon sends itself, by raw sockets: the engine's own to the
 * sender of a packet, and packets that can't go back to the kernel as what they
 * have become.
 *
 * They leave as this machine's packets do, but with the addresses that conntrack
 * expects of their side of the connection where this machine's packets begin. So
 * conntrack knows them for a part of the connection and keeps up with it, and NAT
 * does what it does to the others. Their mark says that they were judged.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netfilter.h>

#include "way.h"

enum { HOPS = 64 };

static int raw4 = -1, raw6 = -1;

static int open_raw(int family)
{
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
	u32 mark = MARK_OWN;

	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/**
 * inject_open() - open the raw sockets; needs CAP_NET_RAW
 *
 * Return: 0 or a negative errno. A machine without IPv6 has no socket of it.
 */
int inject_open(void)
{
	raw4 = open_raw(AF_INET);
	if (raw4 < 0)
		return -errno;
	raw6 = open_raw(AF_INET6);
	return raw6 < 0 && errno != EAFNOSUPPORT ? -errno : 0;
}

/**
 * inject_close() - close them
 */
void inject_close(void)
{
	if (raw4 >= 0)
		close(raw4);
	if (raw6 >= 0)
		close(raw6);
}

/* Addresses of a segment of a direction, as they are before any translation here. */
static struct esmtp_tuple ends(const struct esmtp_flowspec *spec, enum esmtp_dir dir)
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

static u32 put_ip(u8 *to, const struct esmtp_tuple *t, u32 payload)
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

/* Of the number in the stream's own count, what its receiver counts. */
static u32 number(const struct packet *p, u32 seq)
{
	return p->ins && esmtp_renumber_on(p->ins) ?
	       esmtp_renumber_out(&p->ins->way[!p->dir], seq) : seq;
}

static u32 put_tcp(u8 *to, const struct packet *p, const struct esmtp_tuple *t,
		   const struct esmtp_segment *seg)
{
	struct tcphdr *th = (void *)to;
	u32 len = sizeof(*th) + esmtp_tcp_answer_timestamp(to + sizeof(*th),
							   packet_options(p),
							   packet_payload(p));

	memset(th, 0, sizeof(*th));
	th->source = htons(t->sport);
	th->dest = htons(t->dport);
	th->seq = htonl(number(p, seg->seq));
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
	struct esmtp_tuple t = ends(p->spec, !p->dir);
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
	len = put_tcp(skb->data + hlen, p, &t, seg);
	skb->len = put_ip(skb->data, &t, len) + len;
	packet_set_checksum(skb->data, skb->len, pkt->family, hlen);
	return skb;
}

static bool send_raw(const u8 *bytes, u32 len)
{
	const struct ip6_hdr *ip6 = (const void *)bytes;
	const struct iphdr *ip = (const void *)bytes;
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in to = { .sin_family = AF_INET };

	if (ip->version == 4) {
		to.sin_addr.s_addr = ip->daddr;
		return sendto(raw4, bytes, len, 0, (struct sockaddr *)&to,
			      sizeof(to)) >= 0;
	}
	to6.sin6_addr = ip6->ip6_dst;
	return sendto(raw6, bytes, len, 0, (struct sockaddr *)&to6, sizeof(to6)) >= 0;
}

/**
 * inject_send() - send a segment of the engine's own
 * @segment: from esmtp_inject_build(); consumed
 *
 * Return: false if there is no way to its receiver.
 */
bool inject_send(struct sk_buff *segment)
{
	bool sent = send_raw(segment->data, segment->len);

	free(segment);
	return sent;
}

static void put_ends(u8 *bytes, const struct packet *p)
{
	struct esmtp_tuple t = ends(p->spec, p->dir);
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

/* One segment of a packet: @n bytes of its payload from byte @at on. */
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
	put_ends(piece.buf.data, p);
	th = (void *)(piece.buf.data + p->pkt.thoff);
	th->seq = htonl(ntohl(th->seq) + at);
	th->fin &= last;
	th->psh &= last;
	packet_set_length(&piece);
	packet_set_checksum(piece.buf.data, len, p->pkt.family, p->pkt.thoff);
	sent = send_raw(piece.buf.data, len);
	free(piece.buf.data);
	return sent;
}

/* Bytes of payload that the receiver of a packet takes in a segment with its options. */
static u32 most(const struct packet *p)
{
	u32 options = p->pkt.dataoff - p->pkt.thoff - (u32)sizeof(struct tcphdr);

	return p->mss > options ? p->mss - options : TCP_MSS_DEFAULT - options;
}

/**
 * inject_wanted() - is an edited packet one that can't go back to the kernel?
 * @p: the packet
 *
 * The kernel would go on to cut a packet of several segments in pieces of a size
 * that is not told to us, and loses one that has become as small as a piece; and it
 * would refuse one that has grown beyond what its way takes.
 *
 * Return: true if so.
 */
bool inject_wanted(const struct packet *p)
{
	return p->resized && (p->gso || p->pkt.len > most(p));
}

/**
 * inject_resend() - send a packet in pieces that its receiver takes
 * @p: the packet, edited; the kernel's own is to be dropped
 *
 * Return: false if a piece could not be sent; its sender sends it again.
 */
bool inject_resend(const struct packet *p)
{
	u32 size = most(p), at = 0, n;
	bool sent;

	do {
		n = min(size, p->pkt.len - at);
		sent = send_piece(p, at, n);
		at += n;
	} while (sent && at < p->pkt.len);
	return sent;
}
