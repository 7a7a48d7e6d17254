// SPDX-License-Identifier: GPL-2.0
/*
 * Notices that somebody changes a ruleset. nftables tells by netlink; iptables tells
 * nobody, so its table's number of rules and bytes is read from time to time, which is a
 * system call.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

#include "rules.h"

/* Of a table in both families; the same struct but for its name. */
struct fill {
	unsigned int rules, size;
};

static int raw[2] = { -1, -1 };
static struct fill last[2];

static struct fill read_fill_v4(int fd)
{
	struct ipt_getinfo info = { .name = "security" };
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, &info, &len) < 0)
		return (struct fill){ 0 };
	return (struct fill){ .rules = info.num_entries, .size = info.size };
}

static struct fill read_fill_v6(int fd)
{
	struct ip6t_getinfo info = { .name = "security" };
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_IPV6, IP6T_SO_GET_INFO, &info, &len) < 0)
		return (struct fill){ 0 };
	return (struct fill){ .rules = info.num_entries, .size = info.size };
}

static bool is_changed(struct fill *was, struct fill now)
{
	bool changed = was->rules != now.rules || was->size != now.size;

	*was = now;
	return changed;
}

static int open_netlink(void)
{
	int group = NFNLGRP_NFTABLES;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);
	struct sockaddr_nl here = { .nl_family = AF_NETLINK };

	if (fd < 0)
		return -1;
	if (!bind(fd, (struct sockaddr *)&here, sizeof(here)) &&
	    !setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		return fd;
	close(fd);
	return -1;
}

/**
 * watch_open() - begin to watch
 * @nftables: the rules are in nftables, else in iptables
 *
 * Return: a descriptor that can be read when something has changed, or -1 if
 * watch_changed() has to be asked.
 */
int watch_open(bool nftables)
{
	if (nftables)
		return open_netlink();
	raw[0] = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	raw[1] = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	watch_changed();
	return -1;
}

/**
 * watch_drain() - read what has changed, whatever it is
 * @fd: from watch_open()
 */
void watch_drain(int fd)
{
	char buf[1 << 13];

	while (recv(fd, buf, sizeof(buf), 0) > 0 || errno == ENOBUFS || errno == EINTR)
		;
}

/**
 * watch_changed() - has the table of iptables changed since the last call?
 *
 * Return: true if so.
 */
bool watch_changed(void)
{
	bool v4 = raw[0] >= 0 && is_changed(&last[0], read_fill_v4(raw[0]));
	bool v6 = raw[1] >= 0 && is_changed(&last[1], read_fill_v6(raw[1]));

	return v4 || v6;
}
