// SPDX-License-Identifier: GPL-2.0
/* Packet sockets in the end namespaces */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

#define VNET		sizeof(struct virtio_net_hdr)

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
	if (h == &w->host[SERVER] && live_listen(w))
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

/**
 * raw_send_frame() - send what was written behind raw_link_hdr()
 * @w: program
 * @h: who sends
 * @vh: offloads, or NULL
 * @len: length, link header and all
 *
 * Return: 0, or -1.
 */
int raw_send_frame(struct wire *w, struct host *h,
		   const struct virtio_net_hdr *vh, size_t len)
{
	ssize_t n;

	memset(frame, 0, VNET);
	if (vh)
		memcpy(frame, vh, VNET);
	n = send(h->fd, frame, VNET + len, 0);
	if (n >= 0)
		return 0;
	if (errno == EMSGSIZE)
		return wire_fail(w, "segment is longer than the MTU: give cut= or gso=");
	return wire_fail(w, "%s: send: %s", h->netns, strerror(errno));
}

/**
 * raw_link_hdr() - begin a frame
 * @h: who sends
 * @dst: link address of the receiver
 * @proto: protocol
 *
 * Return: where the network header goes.
 */
uint8_t *raw_link_hdr(const struct host *h, const uint8_t *dst, uint16_t proto)
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
	return raw_link_hdr(h, h->gw_mac, family == AF_INET6 ? ETH_P_IPV6 :
							   ETH_P_IP);
}

static int send_frag(struct wire *w, enum wire_side side,
		     const struct addrs *a, uint8_t proto,
		     const struct ip_how *how, const uint8_t *l4, size_t len,
		     size_t off, bool more)
{
	size_t again = off < how->overlap ? off : how->overlap;
	struct host *h = &w->host[side];
	uint8_t *ip = ip_link_hdr(h, a->family);
	size_t hdr, i;

	off -= again;
	len += again;
	hdr = pkt_ip_frag(ip, a, proto, how, len, off, more);
	memcpy(ip + hdr, l4 + off, len);
	for (i = 0; i < again; i++)
		ip[hdr + i] ^= 0x20;
	return raw_send_frame(w, h, NULL, ETH_HLEN + hdr + len);
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
	return raw_send_frame(w, h, &vh, ETH_HLEN + hdr + len);
}

/**
 * raw_addrs() - addresses of a packet
 * @w: program
 * @from: who sends it
 * @family: AF_INET or AF_INET6
 * @a: where to put them
 */
void raw_addrs(const struct wire *w, enum wire_side from, int family,
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
