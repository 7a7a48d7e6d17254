// SPDX-License-Identifier: GPL-2.0
/*
 * Where a packet's sender is, as the kernel's routes tell it. Asked once for a connection, and
 * then only where both directions seem to be on one side.
 */
#include "hook.h"

#include <string.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

static void build_request(struct nlmsghdr *nlh, const u8 *ip, u32 mark)
{
	bool ipv4 = ip[0] >> 4 == 4;
	struct rtmsg *rtm;

	nlh->nlmsg_type = RTM_GETROUTE;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
	rtm->rtm_family = ipv4 ? AF_INET : AF_INET6;
	rtm->rtm_dst_len = ipv4 ? 32 : 128;
	mnl_attr_put(nlh, RTA_DST, ipv4 ? 4 : 16, ip + (ipv4 ? 12 : 8));
	if (mark)
		mnl_attr_put_u32(nlh, RTA_MARK, mark);
}

static int note_oif(const struct nlattr *attr, void *oif)
{
	if (mnl_attr_get_type(attr) == RTA_OIF && !mnl_attr_validate(attr, MNL_TYPE_U32))
		*(int *)oif = (int)mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

static int note_route(const struct nlmsghdr *nlh, void *oif)
{
	if (nlh->nlmsg_type == RTM_NEWROUTE)
		mnl_attr_parse(nlh, sizeof(struct rtmsg), note_oif, oif);
	return MNL_CB_STOP;
}

static int ask(struct mnl_socket *nl, const u8 *ip, u32 mark)
{
	char buf[MNL_SOCKET_BUFFER_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	ssize_t len;
	int oif = 0;

	build_request(nlh, ip, mark);
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return 0;
	len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	if (len < 0 || mnl_cb_run(buf, (size_t)len, 0, 0, note_route, &oif) < 0)
		return 0;
	return oif;
}

/**
 * route_back() - the interface towards the sender of a packet
 * @ip: its IP header
 * @mark: netfilter's mark of it
 *
 * Context: a queue's thread; one question to the kernel, which answers at once.
 * Return: its index, or 0 if there is no route, or nobody could be asked.
 */
int route_back(const u8 *ip, u32 mark)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int oif;

	if (!nl)
		return 0;
	oif = ask(nl, ip, mark);
	mnl_socket_close(nl);
	return oif;
}
