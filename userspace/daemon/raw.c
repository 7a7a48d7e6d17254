// SPDX-License-Identifier: GPL-2.0
/*
 * The raw sockets by which this daemon sends segments of its own. These pass LOCAL_OUT like
 * this machine's own packets: conntrack tracks them as part of the connection, and NAT
 * translates them. Their mark keeps them out of the queue.
 */
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hook.h"

static int raw4 = -1, raw6 = -1;

static int open_raw_socket(int family)
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
 * raw_open() - open the raw sockets; needs CAP_NET_RAW
 *
 * Return: 0 or a negative errno. A machine without IPv6 has no socket of it.
 */
int raw_open(void)
{
	raw4 = open_raw_socket(AF_INET);
	if (raw4 < 0)
		return -errno;
	raw6 = open_raw_socket(AF_INET6);
	return raw6 < 0 && errno != EAFNOSUPPORT ? -errno : 0;
}

/**
 * raw_close() - close them
 */
void raw_close(void)
{
	if (raw4 >= 0)
		close(raw4);
	if (raw6 >= 0)
		close(raw6);
}

/**
 * raw_send() - send a packet
 * @bytes: the packet, its checksum right; length and checksum of IPv4 are the kernel's
 * @len: its bytes
 *
 * Return: false if it could not be sent.
 */
bool raw_send(const u8 *bytes, u32 len)
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
