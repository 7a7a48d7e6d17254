// SPDX-License-Identifier: GPL-2.0
/*
 * Verdicts, several in one message to the kernel and several messages in one call.
 * Packets that pass as they came need not be named one by one: what comes up to the
 * last of them does. They keep their order, for whatever has a verdict of its own
 * comes after those before it.
 */
#include "verdict.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>

enum {
	HEADERS = 256,			/* of a message */
	SIZE = 4 * (PACKET_MAX + HEADERS),
};

/**
 * verdicts_init() - begin without any
 * @v: zeroed
 * @nl: the queue's socket
 * @number: of the queue
 *
 * Return: 0 or -ENOMEM.
 */
int verdicts_init(struct verdicts *v, struct mnl_socket *nl, u16 number)
{
	v->nl = nl;
	v->number = number;
	v->buf = malloc(SIZE);
	return v->buf ? 0 : -ENOMEM;
}

/**
 * verdicts_free() - give their memory back
 * @v: all told
 */
void verdicts_free(struct verdicts *v)
{
	free(v->buf);
}

/* The kernel holds what it could not be told of until the queue is closed. */
static void transmit(struct verdicts *v)
{
	ssize_t n;

	do {
		n = v->len ? mnl_socket_sendto(v->nl, v->buf, v->len) : 0;
	} while (n < 0 && errno == EINTR);
	v->len = 0;
}

static struct nlmsghdr *start(struct verdicts *v, u16 type, u32 room)
{
	if (v->len + room + HEADERS > SIZE)
		transmit(v);
	return nfq_nlmsg_put((char *)v->buf + v->len, type, v->number);
}

static void end(struct verdicts *v, const struct nlmsghdr *nlh)
{
	v->len += NLMSG_ALIGN(nlh->nlmsg_len);
}

/* Say of all that pass as they came that they do. */
static void settle(struct verdicts *v)
{
	struct nlmsghdr *nlh;

	if (!v->pass)
		return;
	nlh = start(v, NFQNL_MSG_VERDICT_BATCH, 0);
	nfq_nlmsg_verdict_put(nlh, (int)v->last, NF_ACCEPT);
	end(v, nlh);
	v->pass = false;
}

/**
 * verdicts_pass() - a packet goes on as it came
 * @v: the verdicts
 * @id: the packet
 */
void verdicts_pass(struct verdicts *v, u32 id)
{
	v->last = id;
	v->pass = true;
}

/**
 * verdicts_drop() - a packet goes nowhere
 * @v: the verdicts
 * @id: the packet
 */
void verdicts_drop(struct verdicts *v, u32 id)
{
	struct nlmsghdr *nlh;

	settle(v);
	nlh = start(v, NFQNL_MSG_VERDICT, 0);
	nfq_nlmsg_verdict_put(nlh, (int)id, NF_DROP);
	end(v, nlh);
}

/**
 * verdicts_edited() - a packet goes on with other bytes
 * @v: the verdicts
 * @p: the packet, its checksums right
 */
void verdicts_edited(struct verdicts *v, const struct packet *p)
{
	struct nlmsghdr *nlh;

	settle(v);
	nlh = start(v, NFQNL_MSG_VERDICT, p->buf.len);
	nfq_nlmsg_verdict_put(nlh, (int)p->id, NF_ACCEPT);
	nfq_nlmsg_verdict_put_pkt(nlh, p->buf.data, p->buf.len);
	end(v, nlh);
}

/**
 * verdicts_tell() - have the kernel carry all of them out
 * @v: the verdicts
 */
void verdicts_tell(struct verdicts *v)
{
	settle(v);
	transmit(v);
}
