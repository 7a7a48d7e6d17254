// SPDX-License-Identifier: GPL-2.0
/*
 * Sends verdicts in batches: several messages in one call, and one message
 * (NFQNL_MSG_VERDICT_BATCH) for all unchanged packets up to the last of them. Packets
 * keep their order: a verdict of its own follows the batch of those before it.
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
 * verdicts_init() - prepare to send verdicts
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
 * verdicts_free() - free the buffer
 * @v: all of them sent
 */
void verdicts_free(struct verdicts *v)
{
	free(v->buf);
}

/* Packets whose verdict cannot be sent stay in the kernel until the queue is closed. */
static void send_verdicts(struct verdicts *v)
{
	ssize_t n;

	do {
		n = v->len ? mnl_socket_sendto(v->nl, v->buf, v->len) : 0;
	} while (n < 0 && errno == EINTR);
	v->len = 0;
}

static struct nlmsghdr *begin_verdict(struct verdicts *v, u16 type, u32 room)
{
	if (v->len + room + HEADERS > SIZE)
		send_verdicts(v);
	return nfq_nlmsg_put((char *)v->buf + v->len, type, v->number);
}

static void end_verdict(struct verdicts *v, const struct nlmsghdr *nlh)
{
	v->len += NLMSG_ALIGN(nlh->nlmsg_len);
}

/* Adds the batch verdict for the unchanged packets so far. */
static void put_batch_verdict(struct verdicts *v)
{
	struct nlmsghdr *nlh;

	if (!v->pass)
		return;
	nlh = begin_verdict(v, NFQNL_MSG_VERDICT_BATCH, 0);
	nfq_nlmsg_verdict_put(nlh, (int)v->last, NF_ACCEPT);
	end_verdict(v, nlh);
	v->pass = false;
}

/**
 * verdicts_pass() - accept a packet unchanged
 * @v: the verdicts
 * @id: the packet
 */
void verdicts_pass(struct verdicts *v, u32 id)
{
	v->last = id;
	v->pass = true;
}

/**
 * verdicts_drop() - drop a packet
 * @v: the verdicts
 * @id: the packet
 */
void verdicts_drop(struct verdicts *v, u32 id)
{
	struct nlmsghdr *nlh;

	put_batch_verdict(v);
	nlh = begin_verdict(v, NFQNL_MSG_VERDICT, 0);
	nfq_nlmsg_verdict_put(nlh, (int)id, NF_DROP);
	end_verdict(v, nlh);
}

/**
 * verdicts_edited() - accept a packet with other bytes
 * @v: the verdicts
 * @p: the packet, its checksums right
 */
void verdicts_edited(struct verdicts *v, const struct packet *p)
{
	struct nlmsghdr *nlh;

	put_batch_verdict(v);
	nlh = begin_verdict(v, NFQNL_MSG_VERDICT, p->buf.len);
	nfq_nlmsg_verdict_put(nlh, (int)p->id, NF_ACCEPT);
	nfq_nlmsg_verdict_put_pkt(nlh, p->buf.data, p->buf.len);
	end_verdict(v, nlh);
}

/**
 * verdicts_tell() - send all verdicts to the kernel
 * @v: the verdicts
 */
void verdicts_tell(struct verdicts *v)
{
	put_batch_verdict(v);
	send_verdicts(v);
}
