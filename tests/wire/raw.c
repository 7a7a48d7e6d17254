// SPDX-License-Identifier: GPL-2.0
/* Packet sockets in the end namespaces */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "wire.h"

#define VNET		sizeof(struct virtio_net_hdr)
#define FENCE_PORT	9	/* discard */
#define FENCE_MAGIC	0x77697265
#define FENCE_MS	10000
#define WARM_UP_MS	200
#define WARM_UP_TRIES	50

static uint8_t frame[VNET + PKT_HDRS + 65536];

static int enter_path(struct wire *w, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return wire_fail(w, "%s: %s", path, strerror(errno));
	ret = setns(fd, CLONE_NEWNET);
	close(fd);
	return ret ? wire_fail(w, "%s: %s", path, strerror(errno)) : 0;
}

static int enter(struct wire *w, const char *netns)
{
	char path[256];

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	return enter_path(w, path);
}

/* an end host that forwards would answer for addresses it doesn't own */
static int stop_forwarding(struct wire *w)
{
	static const char * const knob[] = {
		"/proc/sys/net/ipv4/ip_forward",
		"/proc/sys/net/ipv6/conf/all/forwarding",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(knob); i++) {
		FILE *f = fopen(knob[i], "w");

		if (!f)
			return wire_fail(w, "%s: %s", knob[i], strerror(errno));
		fputs("0\n", f);
		fclose(f);
	}
	return 0;
}

/* the interface that was named, or the first one that is no loopback */
static int find_if(struct wire *w, struct host *h)
{
	struct if_nameindex *list;
	int index = 0;
	int i;

	if (h->ifname)
		index = (int)if_nametoindex(h->ifname);
	list = if_nameindex();
	for (i = 0; list && list[i].if_index && !index; i++) {
		struct ifreq ifr = { 0 };

		strncpy(ifr.ifr_name, list[i].if_name, IFNAMSIZ - 1);
		if (!ioctl(h->fd, SIOCGIFFLAGS, &ifr) &&
		    ifr.ifr_flags & IFF_UP && !(ifr.ifr_flags & IFF_LOOPBACK))
			index = (int)list[i].if_index;
	}
	if_freenameindex(list);
	return index ?: wire_fail(w, "%s: no interface %s", h->netns,
				  h->ifname ?: "is up");
}

static int bind_if(struct wire *w, struct host *h)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
	};
	socklen_t len = sizeof(ll);
	int index = find_if(w, h);

	if (index < 0)
		return -1;
	ll.sll_ifindex = index;
	if (bind(h->fd, (struct sockaddr *)&ll, sizeof(ll)) ||
	    getsockname(h->fd, (struct sockaddr *)&ll, &len))
		return wire_fail(w, "%s: bind: %s", h->netns, strerror(errno));
	memcpy(h->mac, ll.sll_addr, 6);
	return 0;
}

static int set_opt(struct wire *w, struct host *h, int level, int opt, int val)
{
	if (setsockopt(h->fd, level, opt, &val, sizeof(val)))
		return wire_fail(w, "%s: socket option %d: %s", h->netns, opt,
				 strerror(errno));
	return 0;
}

static int open_host(struct wire *w, struct host *h)
{
	if (inet_pton(AF_INET, h->ip4, h->addr4) != 1 ||
	    inet_pton(AF_INET6, h->ip6, h->addr6) != 1)
		return wire_fail(w, "bad address %s or %s", h->ip4, h->ip6);
	if (enter(w, h->netns) || stop_forwarding(w))
		return -1;
	h->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (h->fd < 0)
		return wire_fail(w, "packet socket: %s", strerror(errno));
	if (set_opt(w, h, SOL_PACKET, PACKET_VNET_HDR, 1) ||
	    set_opt(w, h, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1) ||
	    set_opt(w, h, SOL_SOCKET, SO_RCVBUF, 4 << 20))
		return -1;
	return bind_if(w, h);
}

/**
 * raw_open() - open both packet sockets and enter the router's namespace
 * @w: program
 *
 * Return: 0, or -1.
 */
int raw_open(struct wire *w)
{
	char home[64];

	if (w->router && enter(w, w->router))
		return -1;
	snprintf(home, sizeof(home), "/proc/self/fd/%d",
		 open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
	if (open_host(w, &w->host[CLIENT]) || open_host(w, &w->host[SERVER]))
		return -1;
	return enter_path(w, home);
}

static int send_frame(struct wire *w, struct host *h,
		      const struct virtio_net_hdr *vh, size_t len)
{
	ssize_t n;

	memcpy(frame, vh, VNET);
	n = send(h->fd, frame, VNET + len, 0);
	if (n >= 0)
		return 0;
	if (errno == EMSGSIZE)
		return wire_fail(w, "segment is longer than the MTU: give cut= or gso=");
	return wire_fail(w, "%s: send: %s", h->netns, strerror(errno));
}

/* link header; returns where the network header goes */
static uint8_t *link_hdr(const struct host *h, const uint8_t *dst,
			 uint16_t proto)
{
	uint8_t *p = frame + VNET;

	memcpy(p, dst, 6);
	memcpy(p + 6, h->mac, 6);
	p[12] = (uint8_t)(proto >> 8);
	p[13] = (uint8_t)proto;
	return p + ETH_HLEN;
}

static uint8_t *ip_link_hdr(const struct host *h, int family)
{
	return link_hdr(h, h->gw_mac, family == AF_INET6 ? ETH_P_IPV6 :
							   ETH_P_IP);
}

static int send_frag(struct wire *w, enum wire_side side,
		     const struct addrs *a, uint8_t proto,
		     const struct ip_how *how, const uint8_t *l4, size_t len,
		     size_t off, bool more)
{
	struct host *h = &w->host[side];
	struct virtio_net_hdr vh = { 0 };
	uint8_t *ip = ip_link_hdr(h, a->family);
	size_t hdr = pkt_ip_frag(ip, a, proto, how, len, off, more);

	memcpy(ip + hdr, l4 + off, len);
	return send_frame(w, h, &vh, ETH_HLEN + hdr + len);
}

/* the last size repeats; returns the number of fragments */
static int plan_frags(const struct ip_how *how, size_t len, size_t *off)
{
	size_t at = 0;
	int n = 0;

	while (at < len && n < WIRE_LIST) {
		off[n] = at;
		at += how->frag[n < how->frags ? n : how->frags - 1];
		n++;
	}
	off[n] = len;
	return n;
}

static int send_frags(struct wire *w, enum wire_side side,
		      const struct addrs *a, uint8_t proto,
		      const struct ip_how *how, const uint8_t *l4, size_t len)
{
	size_t off[WIRE_LIST + 1];
	int n = plan_frags(how, len, off);
	uint8_t dummy[PKT_HDRS];
	int i;

	pkt_ip(dummy, a, proto, how, len);
	for (i = 0; i < n; i++) {
		int k = how->reversed ? n - 1 - i : i;

		if (send_frag(w, side, a, proto, how, l4, off[k + 1] - off[k],
			      off[k], k + 1 < n))
			return -1;
	}
	return 0;
}

static void vnet_hdr(struct virtio_net_hdr *vh, const struct addrs *a,
		     const struct ip_how *how, size_t l4_off, size_t l4_hdr)
{
	if (!how->gso && !how->partial)
		return;
	vh->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	vh->csum_start = (uint16_t)l4_off;
	vh->csum_offset = 16;
	if (!how->gso)
		return;
	vh->gso_type = a->family == AF_INET6 ? VIRTIO_NET_HDR_GSO_TCPV6 :
					       VIRTIO_NET_HDR_GSO_TCPV4;
	vh->gso_size = (uint16_t)how->gso;
	vh->hdr_len = (uint16_t)(l4_off + l4_hdr);
}

/**
 * raw_send() - send a transport segment through the router
 * @w: program
 * @side: who sends
 * @a: addresses
 * @proto: transport protocol
 * @how: IP options, fragments, offloads
 * @l4: segment
 * @len: its length
 *
 * Return: 0, or -1.
 */
int raw_send(struct wire *w, enum wire_side side, const struct addrs *a,
	     uint8_t proto, const struct ip_how *how, const uint8_t *l4,
	     size_t len)
{
	struct host *h = &w->host[side];
	struct virtio_net_hdr vh = { 0 };
	uint8_t *ip;
	size_t hdr;

	if (how->frags)
		return send_frags(w, side, a, proto, how, l4, len);
	ip = ip_link_hdr(h, a->family);
	hdr = pkt_ip(ip, a, proto, how, len);
	vnet_hdr(&vh, a, how, ETH_HLEN + hdr, (l4[12] >> 4) * 4U);
	memcpy(ip + hdr, l4, len);
	return send_frame(w, h, &vh, ETH_HLEN + hdr + len);
}

/**
 * raw_addrs() - addresses of a packet
 * @w: program
 * @from: who sends it
 * @family: AF_INET or AF_INET6
 * @a: where to put them
 */
void raw_addrs(struct wire *w, enum wire_side from, int family,
	       struct addrs *a)
{
	const struct host *src = &w->host[from];
	const struct host *dst = &w->host[!from];

	a->family = family;
	if (family == AF_INET6) {
		memcpy(a->src, src->addr6, 16);
		memcpy(a->dst, dst->addr6, 16);
	} else {
		memcpy(a->src, src->addr4, 4);
		memcpy(a->dst, dst->addr4, 4);
	}
}

/* --- neighbours: the end hosts' kernels don't own the addresses, we do --- */

static int send_arp(struct wire *w, struct host *h, int op,
		    const uint8_t *to_mac, const uint8_t *to_ip)
{
	static const uint8_t head[6] = { 0, 1, 8, 0, 6, 4 };
	static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };
	struct virtio_net_hdr vh = { 0 };
	uint8_t *p = link_hdr(h, to_mac ? to_mac : all, ETH_P_ARP);

	memset(p, 0, 28);
	memcpy(p, head, sizeof(head));
	p[7] = (uint8_t)op;
	memcpy(p + 8, h->mac, 6);
	memcpy(p + 14, h->addr4, 4);
	if (to_mac)
		memcpy(p + 18, to_mac, 6);
	memcpy(p + 24, to_ip, 4);
	return send_frame(w, h, &vh, ETH_HLEN + 28);
}

static int got_arp(struct wire *w, struct host *h, const uint8_t *p,
		   size_t len)
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
	struct virtio_net_hdr vh = { 0 };
	struct addrs a = { .family = AF_INET6 };
	uint8_t *ip = link_hdr(h, to_mac, ETH_P_IPV6);
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
	return send_frame(w, h, &vh, ETH_HLEN + hdr + sizeof(icmp));
}

static int got_icmp6(struct wire *w, struct host *h, const uint8_t *eth,
		     const struct pkt *p)
{
	if (p->len >= 24 && p->l4[0] == ND_NEIGHBOR_SOLICIT &&
	    !memcmp(p->l4 + 8, h->addr6, 16))
		return send_na(w, h, eth + 6, &p->addr);
	return 0;
}

/* --- the fence: a datagram that is known to be forwarded --- */

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

/* --- reception --- */

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
		return got_icmp6(w, h, eth, &p);
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
			ret = got_arp(w, h, eth + ETH_HLEN, n - ETH_HLEN);
		else if (proto == ETH_P_IP || proto == ETH_P_IPV6)
			ret = got_ip(w, side, eth, n,
				     vh->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM);
		if (ret)
			return ret;
	}
	return 0;
}

static long now_ms(void)
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
	long end = now_ms() + ms;

	for (;;) {
		if (pump(w, CLIENT) || pump(w, SERVER))
			return -1;
		if (done(&w->host[CLIENT], w) && done(&w->host[SERVER], w))
			return 1;
		if (now_ms() >= end)
			return 0;
		poll(pfd, SIDES, (int)(end - now_ms()));
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
 * raw_sync() - collect all that the router forwarded so far
 * @w: program
 *
 * Everything runs on one CPU and the router keeps packets in order, so when
 * the fence has arrived, all that was sent before it has, or never will. With
 * GRO a segment may be held while the fence passes; it leaves before a second
 * fence: see @rounds.
 *
 * Return: 0, or -1.
 */
int raw_sync(struct wire *w)
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
	uint8_t gw[4];
	int side;

	for (side = 0; side < SIDES; side++) {
		struct host *h = &w->host[side];

		if (inet_pton(AF_INET, h->gw4, gw) != 1)
			return wire_fail(w, "bad address %s", h->gw4);
		if (!h->gw_known && send_arp(w, h, 1, NULL, gw))
			return -1;
	}
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
 * raw_warm_up() - learn the router's link addresses and let it learn ours
 * @w: program
 *
 * Return: 0, or -1.
 */
int raw_warm_up(struct wire *w)
{
	return warm_up(w, AF_INET6) ?: warm_up(w, AF_INET);
}
