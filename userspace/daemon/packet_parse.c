// SPDX-License-Identifier: GPL-2.0
/* A packet's headers and checksums. Knows nothing of SMTP. */
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>

#include <linux/netfilter.h>

#include "packet_parse.h"

enum {
	FRAGMENT = 0x3fff,		/* MF flag and fragment offset (RFC 791 3.1) */
};

static u32 find_ipv4_proto(const u8 *bytes, u32 len, u8 proto, bool *parts)
{
	const struct iphdr *ip = (const void *)bytes;

	if (len < sizeof(*ip) || ip->version != 4 || ip->ihl < 5)
		return 0;
	*parts = ntohs(ip->frag_off) & FRAGMENT;
	return *parts || ip->protocol != proto ? 0 : ip->ihl * 4u;
}

/* Length of an IPv6 extension header, 0 if it is none (RFC 8200 4.1). */
static u32 get_exthdr_len(u8 kind, const struct ip6_ext *ext)
{
	switch (kind) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
		return (ext->ip6e_len + 1u) * 8;
	case IPPROTO_FRAGMENT:
		return sizeof(struct ip6_frag);
	case IPPROTO_AH:
		return (ext->ip6e_len + 2u) * 4;
	default:
		return 0;
	}
}

/* Follows any number of extension headers, as a receiver may. */
static u32 find_ipv6_proto(const u8 *bytes, u32 whole, u8 proto, bool *parts)
{
	const struct ip6_hdr *ip = (const void *)bytes;
	u32 off = sizeof(*ip), len;
	u8 next;

	if (whole < off || ip->ip6_vfc >> 4 != 6)
		return 0;
	for (next = ip->ip6_nxt; whole >= off + sizeof(struct ip6_frag); off += len) {
		const struct ip6_frag *frag = (const void *)(bytes + off);

		len = get_exthdr_len(next, (const struct ip6_ext *)frag);
		if (!len)
			return next == proto ? off : 0;
		*parts = next == IPPROTO_FRAGMENT && frag->ip6f_offlg;
		if (*parts)
			return 0;
		next = frag->ip6f_nxt;
	}
	return 0;
}

/**
 * packet_find() - find a protocol's header in a packet
 * @ip: the packet
 * @len: its bytes
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @proto: the protocol
 * @parts: set to whether the packet is a fragment, in which nothing is found
 *
 * Return: the header's offset, 0 if there is none. The header may be truncated.
 */
u32 packet_find(const u8 *ip, u32 len, u8 family, u8 proto, bool *parts)
{
	*parts = false;
	return family == NFPROTO_IPV4 ? find_ipv4_proto(ip, len, proto, parts) :
					find_ipv6_proto(ip, len, proto, parts);
}

/**
 * packet_init() - read the headers of a packet
 * @p: the packet, all but @p->pkt filled
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Return: false if it is no TCP segment, or one that a receiver would discard; only its
 * family is set then.
 */
bool packet_init(struct packet *p, u8 family)
{
	u32 off = packet_find(p->buf.data, p->buf.len, family, IPPROTO_TCP, &p->parts);
	struct esmtp_pkt *pkt = &p->pkt;

	pkt->family = family;
	if (!off || p->buf.len < off + ESMTP_TCP_HEADER ||
	    !esmtp_tcp_read(pkt, p->buf.data + off, off, p->buf.len))
		return false;
	pkt->skb = &p->buf;
	p->seq = pkt->seq;
	p->len = pkt->len;
	return true;
}

/**
 * packet_hops() - how far a packet can still go
 * @p: the packet
 *
 * Return: its TTL or hop limit.
 */
u8 packet_hops(const struct packet *p)
{
	return p->buf.data[p->pkt.family == NFPROTO_IPV4 ? offsetof(struct iphdr, ttl) :
							   offsetof(struct ip6_hdr, ip6_hlim)];
}

/**
 * esmtp_pkt_options() - read a packet's TCP options
 * @pkt: the packet
 * @to: where to
 *
 * Return: their bytes.
 */
u32 esmtp_pkt_options(const struct esmtp_pkt *pkt, u8 to[ESMTP_TCP_OPTIONS])
{
	u32 len = pkt->dataoff - pkt->thoff - ESMTP_TCP_HEADER;

	memcpy(to, packet_options(packet_of(pkt)), len);
	return len;
}

/* Sum of 16-bit words in network order (RFC 1071), any alignment and length. */
static u64 sum_words(const u8 *at, u32 len, u64 s)
{
	u32 word;

	for (; len >= sizeof(word); at += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		s += word;
	}
	word = 0;
	memcpy(&word, at, len);
	return s + word;
}

static u16 fold_sum(u64 s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (u16)s;
}

/* Folded sum of the segment and its pseudo-header; 0xffff if it is right. */
static u16 sum_segment(const u8 *bytes, u32 len, u8 family, u32 thoff)
{
	u64 s = htons((u16)IPPROTO_TCP) + (u64)htonl(len - thoff);

	if (family == NFPROTO_IPV4)
		s = sum_words(bytes + offsetof(struct iphdr, saddr), 8, s);
	else
		s = sum_words(bytes + offsetof(struct ip6_hdr, ip6_src), 32, s);
	return fold_sum(sum_words(bytes + thoff, len - thoff, s));
}

/**
 * packet_checksum_ok() - will the receiver accept this segment's checksum?
 * @p: the packet, not edited yet
 *
 * Verified once, as edits recompute it.
 *
 * Return: false if it is wrong.
 */
bool packet_checksum_ok(struct packet *p)
{
	if (p->unverified && sum_segment(p->buf.data, p->buf.len, p->pkt.family,
					 p->pkt.thoff) != 0xffff)
		return false;
	p->unverified = false;
	return true;
}

/**
 * packet_set_checksum() - compute the TCP checksum
 * @bytes: the packet
 * @len: its bytes
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @thoff: offset of the TCP header
 */
void packet_set_checksum(u8 *bytes, u32 len, u8 family, u32 thoff)
{
	struct tcphdr *th = (void *)(bytes + thoff);

	th->check = 0;
	th->check = (u16)~sum_segment(bytes, len, family, thoff);
}

/**
 * packet_replace() - write 32 bits and update a checksum by them (RFC 1624 3)
 * @field: where to, at an even offset in what the checksum covers
 * @value: the new value, in host order
 * @checksum: the checksum; a wrong one stays wrong
 */
void packet_replace(u8 *field, u32 value, u8 *checksum)
{
	u32 was, is = htonl(value);
	u16 check;

	memcpy(&was, field, sizeof(was));
	memcpy(&check, checksum, sizeof(check));
	check = (u16)~fold_sum((u16)~check + (u64)(u32)~was + is);
	memcpy(checksum, &check, sizeof(check));
	memcpy(field, &is, sizeof(is));
}

/**
 * packet_room() - make room at the end of a packet
 * @p: the packet
 * @len: bytes that it has to be able to hold, headers included
 *
 * Return: its bytes, or NULL if @len exceeds PACKET_MAX.
 */
u8 *packet_room(struct packet *p, u32 len)
{
	if (len > PACKET_MAX)
		return NULL;
	if (len > p->buf.size) {
		memcpy(p->spare, p->buf.data, p->buf.len);
		p->buf.data = p->spare;
		p->buf.size = PACKET_ROOM;
	}
	return p->buf.data;
}

/**
 * packet_set_length() - update the length in the IP header
 * @p: the packet
 */
void packet_set_length(struct packet *p)
{
	struct ip6_hdr *ip6 = (void *)p->buf.data;
	struct iphdr *ip = (void *)p->buf.data;

	if (p->pkt.family == NFPROTO_IPV6) {
		ip6->ip6_plen = htons((u16)(p->buf.len - sizeof(*ip6)));
		return;
	}
	ip->tot_len = htons((u16)p->buf.len);
	ip->check = 0;
	ip->check = (u16)~fold_sum(sum_words(p->buf.data, ip->ihl * 4u, 0));
}

/**
 * packet_resize() - set the length of a packet's payload
 * @p: the packet, which has room for it
 * @len: bytes of payload
 */
void packet_resize(struct packet *p, u32 len)
{
	p->pkt.len = len;
	p->buf.len = p->pkt.dataoff + len;
	p->edited = true;
	p->resized = true;
	packet_set_length(p);
}

static u8 *find_mss_option(const struct packet *p)
{
	u8 *mss = esmtp_tcp_option(packet_options(p), packet_payload(p), ESMTP_TCP_MSS);

	return mss && mss[1] == TCPOLEN_MAXSEG ? mss + 2 : NULL;
}

/**
 * packet_mss() - the MSS that a SYN announces
 * @p: the SYN
 *
 * Return: bytes; 536 without the option (RFC 9293 3.7.1).
 */
u16 packet_mss(const struct packet *p)
{
	const u8 *mss = find_mss_option(p);

	return mss ? (u16)(mss[0] << 8 | mss[1]) : TCP_MSS_DEFAULT;
}

/**
 * packet_clamp_mss() - clamp the MSS of a SYN to what a queue can copy to us
 * @p: a SYN
 *
 * Some links have an MTU of 64 KiB. A segment that is too long to be read is dropped,
 * and every retransmission would be as long.
 */
void packet_clamp_mss(struct packet *p)
{
	const u16 most = PACKET_READ - PACKET_HEADERS;
	u8 *mss = find_mss_option(p);

	if (!mss || packet_mss(p) <= most)
		return;
	if (!packet_checksum_ok(p))
		return;
	mss[0] = most >> 8;
	mss[1] = most & 0xff;
	p->edited = true;
}
