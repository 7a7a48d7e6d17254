// SPDX-License-Identifier: GPL-2.0
/* Neighbours: the end hosts' kernels don't own the addresses, wire does */

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "wire.h"

static int send_arp(struct wire *w, struct host *h, int op,
		    const uint8_t *to_mac, const uint8_t *to_ip)
{
	static const uint8_t head[6] = { 0, 1, 8, 0, 6, 4 };
	static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };
	uint8_t *p = raw_link_hdr(h, to_mac ? to_mac : all, ETH_P_ARP);

	memset(p, 0, 28);
	memcpy(p, head, sizeof(head));
	p[7] = (uint8_t)op;
	memcpy(p + 8, h->mac, 6);
	memcpy(p + 14, h->addr4, 4);
	if (to_mac)
		memcpy(p + 18, to_mac, 6);
	memcpy(p + 24, to_ip, 4);
	return raw_send_frame(w, h, NULL, ETH_HLEN + 28);
}

/**
 * neigh_arp() - learn the router's link address, answer questions for ours
 * @w: program
 * @h: where it arrived
 * @p: ARP packet
 * @len: its length
 *
 * Return: 0, or -1.
 */
int neigh_arp(struct wire *w, struct host *h, const uint8_t *p, size_t len)
{
	uint8_t gw[4];

	if (len < 28 || inet_pton(AF_INET, h->gw4, gw) != 1)
		return 0;
	if (!memcmp(p + 14, gw, 4)) {
		memcpy(h->gw_mac, p + 8, 6);
		h->gw_known = true;
	}
	if (p[7] == 1 && !memcmp(p + 24, h->addr4, 4))
		return send_arp(w, h, 2, p + 8, p + 14);
	return 0;
}

/* neighbour advertisement: solicited, override, target link address */
static int send_na(struct wire *w, struct host *h, const uint8_t *to_mac,
		   const struct addrs *asked)
{
	static const struct ip_how how = { .ttl = 255 };
	struct addrs a = { .family = AF_INET6 };
	uint8_t *ip = raw_link_hdr(h, to_mac, ETH_P_IPV6);
	uint8_t icmp[32] = { ND_NEIGHBOR_ADVERT };
	uint16_t sum;
	size_t hdr;

	memcpy(a.src, h->addr6, 16);
	memcpy(a.dst, asked->src, 16);
	icmp[4] = 0x60;
	memcpy(icmp + 8, h->addr6, 16);
	icmp[24] = 2;
	icmp[25] = 1;
	memcpy(icmp + 26, h->mac, 6);
	sum = ~pkt_fold(pkt_sum(icmp, 32, pkt_pseudo(&a, IPPROTO_ICMPV6, 32)));
	icmp[2] = (uint8_t)(sum >> 8);
	icmp[3] = (uint8_t)sum;
	hdr = pkt_ip(ip, &a, IPPROTO_ICMPV6, &how, sizeof(icmp));
	memcpy(ip + hdr, icmp, sizeof(icmp));
	return raw_send_frame(w, h, NULL, ETH_HLEN + hdr + sizeof(icmp));
}

/**
 * neigh_icmp6() - answer neighbour solicitations
 * @w: program
 * @h: where it arrived
 * @eth: frame
 * @p: ICMPv6 message
 *
 * Return: 0, or -1.
 */
int neigh_icmp6(struct wire *w, struct host *h, const uint8_t *eth,
		const struct pkt *p)
{
	if (p->len >= 24 && p->l4[0] == ND_NEIGHBOR_SOLICIT &&
	    !memcmp(p->l4 + 8, h->addr6, 16))
		return send_na(w, h, eth + 6, &p->addr);
	return 0;
}

/**
 * neigh_ask() - ask for the router's link address
 * @w: program
 * @h: who asks
 *
 * Return: 0, or -1.
 */
int neigh_ask(struct wire *w, struct host *h)
{
	uint8_t gw[4];

	if (inet_pton(AF_INET, h->gw4, gw) != 1)
		return wire_fail(w, "bad address %s", h->gw4);
	return h->gw_known ? 0 : send_arp(w, h, 1, NULL, gw);
}
