// SPDX-License-Identifier: GPL-2.0
/* IP headers by hand, and what a received packet holds */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "wire.h"

#define IP4_HDR		20
#define IP6_HDR		40
#define IP4_DF		0x4000
#define IP4_MF		0x2000
#define EXT_FRAG	44
#define EXT_LEN		8	/* each of those that are made here */

/* Both families: id of the packet now being sent, the same in all fragments */
static uint16_t ip_id;

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, unsigned int v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/**
 * pkt_sum() - add bytes to an Internet checksum
 * @data: bytes, starting at an even offset
 * @len: how many
 * @sum: sum so far
 *
 * Return: the sum, not folded.
 */
uint32_t pkt_sum(const void *data, size_t len, uint32_t sum)
{
	const uint8_t *p = data;

	for (; len > 1; p += 2, len -= 2)
		sum += get16(p);
	return len ? sum + (p[0] << 8) : sum;
}

/**
 * pkt_fold() - fold a sum to 16 bits
 * @sum: sum
 *
 * Return: the folded sum, not complemented.
 */
uint16_t pkt_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static size_t addr_len(int family)
{
	return family == AF_INET6 ? 16 : 4;
}

/**
 * pkt_pseudo() - sum of the pseudo-header
 * @a: addresses
 * @proto: transport protocol
 * @len: transport length
 *
 * Return: the sum, not folded.
 */
uint32_t pkt_pseudo(const struct addrs *a, uint8_t proto, size_t len)
{
	uint32_t sum = proto + (uint32_t)len;

	sum = pkt_sum(a->src, addr_len(a->family), sum);
	return pkt_sum(a->dst, addr_len(a->family), sum);
}

static size_t ip4(uint8_t *p, const struct addrs *a, uint8_t proto,
		  const struct ip_how *how, size_t len, unsigned int frag)
{
	size_t hdr = IP4_HDR + how->opt_len;

	memset(p, 0, hdr);
	p[0] = (uint8_t)(0x40 | hdr / 4);
	put16(p + 2, (unsigned int)(hdr + len));
	put16(p + 4, ip_id);
	put16(p + 6, frag);
	p[8] = how->ttl;
	p[9] = proto;
	memcpy(p + 12, a->src, 4);
	memcpy(p + 16, a->dst, 4);
	memcpy(p + IP4_HDR, how->opt, how->opt_len);
	put16(p + 10, (uint16_t)~pkt_fold(pkt_sum(p, hdr, 0)));
	return hdr;
}

/* Padding, a route that is at its end already, or a fragment that is the whole. */
static void ext_header(uint8_t *p, unsigned int proto, unsigned int next)
{
	memset(p, 0, EXT_LEN);
	p[0] = (uint8_t)next;
	if (proto == IPPROTO_ROUTING)
		p[2] = 253;	/* for experiments (RFC 4727) */
	else if (proto != EXT_FRAG)
		memcpy(p + 2, "\1\4", 2);	/* PadN over four bytes */
	else
		put16(p + 6, 0xa000U | ip_id);
}

static size_t ip6(uint8_t *p, const struct addrs *a, uint8_t proto,
		  const struct ip_how *how, size_t len)
{
	size_t ext = (size_t)how->exts * EXT_LEN;
	int i;

	memset(p, 0, IP6_HDR);
	p[0] = 0x60;
	put16(p + 4, (unsigned int)(ext + len));
	p[6] = how->exts ? (uint8_t)how->ext[0] : proto;
	p[7] = how->ttl;
	memcpy(p + 8, a->src, 16);
	memcpy(p + 24, a->dst, 16);
	for (i = 0; i < how->exts; i++)
		ext_header(p + IP6_HDR + i * EXT_LEN, how->ext[i],
			   i + 1 < how->exts ? how->ext[i + 1] : proto);
	return IP6_HDR + ext;
}

/**
 * pkt_ip() - write the header of a whole packet
 * @buf: where
 * @a: addresses
 * @proto: transport protocol
 * @how: options
 * @len: transport length
 *
 * Return: length of the header.
 */
size_t pkt_ip(uint8_t *buf, const struct addrs *a, uint8_t proto,
	      const struct ip_how *how, size_t len)
{
	ip_id++;
	if (a->family == AF_INET6)
		return ip6(buf, a, proto, how, len);
	return ip4(buf, a, proto, how, len, IP4_DF);
}

/**
 * pkt_ip_frag() - write the header of a fragment
 * @buf: where
 * @a: addresses
 * @proto: transport protocol
 * @how: options
 * @len: bytes in this fragment
 * @off: their offset in the packet
 * @more: more fragments follow
 *
 * All fragments belong to the packet whose header pkt_ip() wrote last.
 *
 * Return: length of the header.
 */
size_t pkt_ip_frag(uint8_t *buf, const struct addrs *a, uint8_t proto,
		   const struct ip_how *how, size_t len, size_t off, bool more)
{
	uint8_t *p = buf;

	if (a->family != AF_INET6)
		return ip4(p, a, proto, how, len,
			   (unsigned int)(off / 8) | (more ? IP4_MF : 0));
	p += ip6(p, a, EXT_FRAG, how, len + 8);
	p[0] = proto;
	p[1] = 0;
	put16(p + 2, (unsigned int)off | more);
	put16(p + 4, 0);
	put16(p + 6, ip_id);
	return (size_t)(p + 8 - buf);
}

static int parse4(const uint8_t *p, size_t len, struct pkt *k)
{
	size_t hdr = (p[0] & 15) * 4U;
	size_t tot = get16(p + 2);
	unsigned int frag = get16(p + 6);

	/* tot_len is 0 in a super-packet of more than 64 kB */
	if (!tot)
		tot = len;
	if (hdr < IP4_HDR || tot < hdr || tot > len)
		return -1;
	if (pkt_fold(pkt_sum(p, hdr, 0)) != 0xffff)
		k->bad = "wrong IP header checksum";
	k->addr.family = AF_INET;
	memcpy(k->addr.src, p + 12, 4);
	memcpy(k->addr.dst, p + 16, 4);
	k->ttl = p[8];
	k->proto = p[9];
	k->id = get16(p + 4);
	k->more = frag & IP4_MF;
	k->off = (frag & 0x1fff) * 8U;
	k->is_frag = k->more || k->off;
	k->l4 = p + hdr;
	k->len = tot - hdr;
	return 0;
}

static void parse_frag6(const uint8_t *p, struct pkt *k)
{
	k->is_frag = true;
	k->off = get16(p + 2) & ~7U;
	k->more = p[3] & 1;
	k->id = (uint32_t)get16(p + 4) << 16 | get16(p + 6);
}

static bool is_ext(uint8_t proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_DSTOPTS ||
	       proto == IPPROTO_ROUTING || proto == EXT_FRAG;
}

static int parse6(const uint8_t *p, size_t len, struct pkt *k)
{
	size_t at = IP6_HDR;

	size_t body = get16(p + 4);

	if (len < IP6_HDR || len - IP6_HDR < body)
		return -1;
	if (body)
		len = body + IP6_HDR;
	k->addr.family = AF_INET6;
	memcpy(k->addr.src, p + 8, 16);
	memcpy(k->addr.dst, p + 24, 16);
	k->ttl = p[7];
	k->proto = p[6];
	while (is_ext(k->proto) && !k->off) {
		const uint8_t *ext = p + at;

		if (at + 8 > len)
			return -1;
		at += k->proto == EXT_FRAG ? 8 : ext[1] * 8U + 8;
		if (k->proto == EXT_FRAG)
			parse_frag6(ext, k);
		k->proto = ext[0];
	}
	if (at > len)
		return -1;
	k->l4 = p + at;
	k->len = len - at;
	return 0;
}

/**
 * pkt_parse() - find the transport header
 * @ip: packet, at its IP header
 * @len: its length
 * @p: what was found, zero before
 *
 * Return: 0, or -1 when it is no IP packet.
 */
int pkt_parse(const uint8_t *ip, size_t len, struct pkt *p)
{
	if (len < IP4_HDR)
		return -1;
	if (ip[0] >> 4 == 4)
		return parse4(ip, len, p);
	return ip[0] >> 4 == 6 ? parse6(ip, len, p) : -1;
}

/**
 * pkt_tcp_check() - verify a TCP header and its checksum
 * @p: packet
 *
 * A checksum that was left to the receiver must hold the pseudo-header's sum.
 *
 * Return: what is wrong, or NULL.
 */
const char *pkt_tcp_check(const struct pkt *p)
{
	uint32_t sum;

	if (p->bad)
		return p->bad;
	if (p->len < 20 || (p->l4[12] >> 4) * 4U < 20 ||
	    (p->l4[12] >> 4) * 4U > p->len)
		return "malformed TCP header";
	sum = pkt_pseudo(&p->addr, p->proto, p->len);
	if (p->partial)
		return pkt_fold(sum) == get16(p->l4 + 16) ? NULL :
		       "wrong pseudo-header sum under a partial checksum";
	if (pkt_fold(pkt_sum(p->l4, p->len, sum)) != 0xffff)
		return "wrong TCP checksum";
	return NULL;
}
