// SPDX-License-Identifier: GPL-2.0
/* Reception, and the fence that says when it is complete */

#include <arpa/inet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "wire.h"

#define VNET		sizeof(struct virtio_net_hdr)
#define FENCE_PORT	9	/* discard */
#define FENCE_MAGIC	0x77697265
#define FENCE_MS	10000
#define WARM_UP_MS	200
#define WARM_UP_TRIES	50

static int send_fence(struct wire *w, enum wire_side side)
{
	static const struct ip_how how = { .ttl = 64 };
	uint32_t body[2] = { htonl(FENCE_MAGIC), htonl(w->fence) };
	uint8_t udp[16] = { 0, FENCE_PORT, 0, FENCE_PORT, 0, sizeof(udp) };
	struct addrs a;
	uint16_t sum;

	raw_addrs(w, side, w->conn.family, &a);
	memcpy(udp + 8, body, sizeof(body));
	sum = ~pkt_fold(pkt_sum(udp, sizeof(udp),
				pkt_pseudo(&a, IPPROTO_UDP, sizeof(udp))));
	sum = sum ?: 0xffff;
	udp[6] = (uint8_t)(sum >> 8);
	udp[7] = (uint8_t)sum;
	return raw_send(w, side, &a, IPPROTO_UDP, &how, udp, sizeof(udp));
}

static void got_fence(struct host *h, const struct pkt *p)
{
	uint32_t body[2];

	if (p->len != 16)
		return;
	memcpy(body, p->l4 + 8, sizeof(body));
	if (ntohl(body[0]) == FENCE_MAGIC)
		h->fence = ntohl(body[1]);
}

/* returns true when the packet is whole */
static bool reassemble(struct reasm *r, struct pkt *p)
{
	if (r->id != p->id) {
		r->id = p->id;
		r->have = 0;
		r->total = 0;
	}
	if (p->off + p->len > sizeof(r->data))
		return false;
	memcpy(r->data + p->off, p->l4, p->len);
	r->have += p->len;
	if (!p->more)
		r->total = p->off + p->len;
	if (!r->total || r->have < r->total)
		return false;
	p->l4 = r->data;
	p->len = r->total;
	r->have = 0;
	r->total = 0;
	return true;
}

static int got_ip(struct wire *w, enum wire_side side, const uint8_t *eth,
		  size_t len, bool partial)
{
	struct host *h = &w->host[side];
	struct pkt p = { .partial = partial };

	if (pkt_parse(eth + ETH_HLEN, len - ETH_HLEN, &p))
		return 0;
	if (p.is_frag && !reassemble(&h->reasm, &p))
		return 0;
	switch (p.proto) {
	case IPPROTO_UDP:
		got_fence(h, &p);
		return 0;
	case IPPROTO_TCP:
		tcp_receive(w, side, &p);
		return 0;
	case IPPROTO_ICMPV6:
		return neigh_icmp6(w, h, eth, &p);
	}
	wire_trace(w, "%c< protocol %u", "cs"[side], p.proto);
	return 0;
}

static int pump(struct wire *w, enum wire_side side)
{
	static uint8_t buf[VNET + PKT_HDRS + 65536];
	struct host *h = &w->host[side];
	const uint8_t *eth = buf + VNET;
	const struct virtio_net_hdr *vh = (const void *)buf;
	ssize_t n;

	while ((n = recv(h->fd, buf, sizeof(buf), 0)) > 0) {
		int proto;
		int ret = 0;

		n -= VNET;
		if (n < ETH_HLEN)
			continue;
		proto = eth[12] << 8 | eth[13];
		if (proto == ETH_P_ARP)
			ret = neigh_arp(w, h, eth + ETH_HLEN, n - ETH_HLEN);
		else if (proto == ETH_P_IP || proto == ETH_P_IPV6)
			ret = got_ip(w, side, eth, n,
				     vh->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * fence_now_ms() - a clock
 *
 * Return: milliseconds.
 */
long fence_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static bool fence_there(const struct host *h, const struct wire *w)
{
	return h->fence == w->fence;
}

static bool gw_known(const struct host *h, const struct wire *w)
{
	(void)w;
	return h->gw_known;
}

/* receive until @done for both ends; 1: it is, 0: it is not in time */
static int wait_until(struct wire *w, long ms,
		      bool (*done)(const struct host *h, const struct wire *w))
{
	struct pollfd pfd[SIDES] = {
		{ .fd = w->host[CLIENT].fd, .events = POLLIN },
		{ .fd = w->host[SERVER].fd, .events = POLLIN },
	};
	long end = fence_now_ms() + ms;

	for (;;) {
		if (pump(w, CLIENT) || pump(w, SERVER))
			return -1;
		if (done(&w->host[CLIENT], w) && done(&w->host[SERVER], w))
			return 1;
		if (fence_now_ms() >= end)
			return 0;
		poll(pfd, SIDES, (int)(end - fence_now_ms()));
	}
}

static int fence(struct wire *w, long ms)
{
	w->fence++;
	if (send_fence(w, CLIENT) || send_fence(w, SERVER))
		return -1;
	return wait_until(w, ms, fence_there);
}

/**
 * fence_sync() - collect all that the router forwarded so far
 * @w: program
 *
 * Everything runs on one CPU and the router keeps packets in order, so when
 * the fence has arrived, all that was sent before it has, or never will. With
 * GRO a segment may be held while the fence passes; it leaves before a second
 * fence: see @rounds.
 *
 * Return: 0, or -1.
 */
int fence_sync(struct wire *w)
{
	int i;

	for (i = 0; i < w->rounds; i++) {
		int ret = fence(w, FENCE_MS);

		if (ret < 0)
			return ret;
		if (!ret)
			return wire_fail(w, "the fence was lost: does the router forward UDP?");
	}
	return 0;
}

/* 1: the router's link addresses are known, 0: not yet */
static int resolve(struct wire *w)
{
	if (neigh_ask(w, &w->host[CLIENT]) || neigh_ask(w, &w->host[SERVER]))
		return -1;
	return wait_until(w, WARM_UP_MS, gw_known);
}

static int warm_up(struct wire *w, int family)
{
	int i, ret;

	w->conn.family = family;
	for (i = 0; i < WARM_UP_TRIES; i++) {
		ret = resolve(w);
		if (ret > 0)
			ret = fence(w, WARM_UP_MS);
		if (ret)
			return ret < 0 ? ret : 0;
	}
	return wire_fail(w, "no IPv%c through the router",
			 family == AF_INET6 ? '6' : '4');
}

/**
 * fence_warm_up() - learn the router's link addresses and let it learn ours
 * @w: program
 *
 * Return: 0, or -1.
 */
int fence_warm_up(struct wire *w)
{
	return warm_up(w, AF_INET6) ?: warm_up(w, AF_INET);
}
