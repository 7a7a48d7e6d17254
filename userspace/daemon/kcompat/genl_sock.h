/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of generic netlink share, and nobody else. */
#ifndef _QUEUED_GENL_SOCK_H
#define _QUEUED_GENL_SOCK_H

#include <net/genetlink.h>

enum { GENL_TYPE = GENL_MIN_ID + 1 };	/* of all messages; clients don't ask */

/* A message that waits to be written. */
struct message {
	struct message *next;
	u32 len, done;
	u8 bytes[] __attribute__((aligned(4)));
};

/**
 * struct sock - a client
 * @next: the list of all
 * @fd: its connection
 * @admin: may change and see all
 * @listens: is in the group
 * @in: bytes of a request so far
 * @in_len: their number
 * @in_size: memory at @in
 * @head: messages to be written
 * @tail: where the next goes
 * @queued: their bytes
 * @dump: command of the dump under way, or NULL
 * @cb: that dump
 * @request: its request, copied
 */
struct sock {
	struct sock *next;
	int fd;
	bool admin, listens;
	u8 *in;
	u32 in_len, in_size;
	struct message *head, **tail;
	u32 queued;
	const struct genl_ops *dump;
	struct netlink_callback cb;
	struct sk_buff request;
};

/* genl_message.c */
struct nlmsghdr *genl_put_header(struct sk_buff *skb, u16 type, u32 seq, int flags,
				 u32 len);

/* genl.c */
bool genl_request(struct sock *sk, struct nlmsghdr *nlh);
bool genl_dump_more(struct sock *sk);
void genl_dump_end(struct sock *sk);

/* genl_client.c */
bool genl_send(struct sock *sk, const struct sk_buff *skb);
int genl_join(struct sock *sk, struct netlink_ext_ack *extack);

#endif /* _QUEUED_GENL_SOCK_H */
