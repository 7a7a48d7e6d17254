/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_NETLINK_H
#define _QUEUED_LINUX_NETLINK_H

#include_next <linux/netlink.h>

#include <linux/types.h>

struct nla_policy;
struct sock;

/* What an acknowledgement says beside a number. */
struct netlink_ext_ack {
	const char *_msg;
	const struct nlattr *bad_attr;
};

#define NL_SET_ERR_MSG(extack, msg) do {				\
	struct netlink_ext_ack *__extack = (extack);			\
									\
	if (__extack)							\
		__extack->_msg = (msg);					\
} while (0)
#define NL_SET_BAD_ATTR(extack, attr) ((extack)->bad_attr = (attr))
#define NL_SET_ERR_MSG_ATTR(extack, attr, msg) do {			\
	NL_SET_ERR_MSG(extack, msg);					\
	NL_SET_BAD_ATTR(extack, attr);					\
} while (0)
#define NL_REQ_ATTR_CHECK(extack, nest, tb, type) ((void)(nest), !(tb)[type])

/**
 * struct sk_buff - bytes in one piece: a packet, a segment or a netlink message
 * @sk: of a netlink message: whose it is
 * @portid: of a netlink message: always 0, a unix socket has none
 * @data: the bytes
 * @len: their number
 * @size: memory at @data
 */
struct sk_buff {
	struct sock *sk;
	u32 portid;
	u8 *data;
	u32 len;
	u32 size;
};

#define NETLINK_CB(skb) (*(skb))
#define skb_tailroom(skb) ((int)((skb)->size - (skb)->len))

/* A dump: its request, and how far it has got. */
struct netlink_callback {
	struct sk_buff *skb;
	const struct nlmsghdr *nlh;
	struct netlink_ext_ack *extack;	/* while it begins */
	u8 ctx[48] __attribute__((aligned(8)));
};

#endif /* _QUEUED_LINUX_NETLINK_H */
