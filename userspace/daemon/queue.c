// SPDX-License-Identifier: GPL-2.0
/*
 * A netfilter queue and its thread, which reads packets, has them inspected, and
 * returns verdicts.
 */
#include "queue.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>

#include "ct.h"
#include "plane.h"
#include "verdict.h"
#include "hook.h"

enum {
	BATCH = 32,			/* packets taken in one call */
	MESSAGE = (PACKET_MAX + 4096 + 7) & ~7,	/* a packet and its attributes, aligned */
	RECEIVE = 32 << 20,		/* bytes of the socket buffer */
	WAITING = 1 << 20,		/* packets in the queue (qmaxlen); RECEIVE bounds */
	IDLE_MS = 200,			/* how often an idle thread checks @stop */
	ATTRS = NFQA_MAX + 1,
};

/**
 * struct queue - a queue and its thread
 * @nl: its socket
 * @number: its number
 * @cpu: the thread's number
 * @thread: the thread
 * @started: there is one
 * @stop: the thread is to end
 * @v: verdicts
 * @buf: BATCH messages
 * @spare: see struct packet
 */
struct queue {
	struct mnl_socket *nl;
	u16 number;
	int cpu;
	pthread_t thread;
	bool started;
	bool stop;
	struct verdicts v;
	u8 *buf;
	u8 *spare;
};

static char error[128];

/**
 * queue_error() - why a queue could not be opened
 *
 * Return: a clause.
 */
const char *queue_error(void)
{
	return error;
}

static int set_queue_error(const struct queue *q, const char *what)
{
	snprintf(error, sizeof(error), "queue %u: %s: %s", q->number, what,
		 strerror(errno));
	return -1;
}

static int send_and_wait_ack(struct queue *q, struct nlmsghdr *nlh)
{
	char buf[512] __attribute__((aligned(4)));
	ssize_t n;

	nlh->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(q->nl, nlh, nlh->nlmsg_len) < 0)
		return -1;
	do {
		n = mnl_socket_recvfrom(q->nl, buf, sizeof(buf));
	} while (n < 0 && errno == EINTR);
	return n < 0 || mnl_cb_run(buf, (size_t)n, 0, mnl_socket_get_portid(q->nl),
				   NULL, NULL) < 0 ? -1 : 0;
}

static int bind_queue(struct queue *q)
{
	char buf[256] __attribute__((aligned(4)));
	struct nlmsghdr *nlh = nfq_nlmsg_put(buf, NFQNL_MSG_CONFIG, q->number);

	nfq_nlmsg_cfg_put_cmd(nlh, AF_UNSPEC, NFQNL_CFG_CMD_BIND);
	return send_and_wait_ack(q, nlh);
}

static int configure_queue_flags(struct queue *q, u32 flags)
{
	char buf[256] __attribute__((aligned(4)));
	struct nlmsghdr *nlh = nfq_nlmsg_put(buf, NFQNL_MSG_CONFIG, q->number);

	if (plane_options.fail_open)
		flags |= NFQA_CFG_F_FAIL_OPEN;
	nfq_nlmsg_cfg_put_params(nlh, NFQNL_COPY_PACKET, PACKET_MAX);
	nfq_nlmsg_cfg_put_qmaxlen(nlh, WAITING);
	mnl_attr_put_u32(nlh, NFQA_CFG_FLAGS, htonl(flags));
	mnl_attr_put_u32(nlh, NFQA_CFG_MASK, htonl(flags | NFQA_CFG_F_FAIL_OPEN));
	return send_and_wait_ack(q, nlh);
}

/* With each packet its connection, where the kernel can tell it. */
static int configure_queue(struct queue *q)
{
	return configure_queue_flags(q, NFQA_CFG_F_GSO | NFQA_CFG_F_CONNTRACK) &&
	       configure_queue_flags(q, NFQA_CFG_F_GSO);
}

static int set_socket_sizes(const struct queue *q)
{
	struct timeval idle = { .tv_usec = IDLE_MS * 1000 };
	int fd = mnl_socket_get_fd(q->nl), size = RECEIVE;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof(idle));
}

/**
 * queue_open() - bind to a queue
 * @number: its number
 * @cpu: number of the thread that is going to serve it
 *
 * Return: the queue, which takes packets from now on; or NULL, see queue_error().
 */
struct queue *queue_open(u16 number, int cpu)
{
	struct queue *q = calloc(1, sizeof(*q));

	if (!q)
		return NULL;
	q->number = number;
	q->cpu = cpu;
	q->buf = malloc((size_t)BATCH * MESSAGE);
	q->spare = malloc(PACKET_ROOM);
	q->nl = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!q->buf || !q->spare || !q->nl ||
	    mnl_socket_bind(q->nl, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    verdicts_init(&q->v, q->nl, number))
		set_queue_error(q, "no socket");
	else if (bind_queue(q))
		set_queue_error(q, "in use, or not in this kernel");
	else if (configure_queue(q))
		set_queue_error(q, "the kernel can't give it GSO packets");
	else if (set_socket_sizes(q))
		set_queue_error(q, "no buffer");
	else
		return q;
	queue_close(q);
	return NULL;
}

/**
 * queue_close() - unbind from a queue; packets that wait in it are dropped
 * @q: the queue, its thread not running
 */
void queue_close(struct queue *q)
{
	if (q->nl)
		mnl_socket_close(q->nl);
	verdicts_free(&q->v);
	free(q->buf);
	free(q->spare);
	free(q);
}

static u32 get_attr_u32(const struct nlattr *attr)
{
	return attr ? ntohl(mnl_attr_get_u32(attr)) : 0;
}

/* Reads a packet and its attributes; false if it is no TCP segment to inspect. */
static bool read_packet(struct packet *p, const struct nlattr *const *tb)
{
	const struct nfqnl_msg_packet_hdr *hdr =
		mnl_attr_get_payload(tb[NFQA_PACKET_HDR]);
	u32 info = get_attr_u32(tb[NFQA_SKB_INFO]);

	p->id = ntohl(hdr->packet_id);
	p->hook = hdr->hook;
	if (!tb[NFQA_PAYLOAD])
		return false;
	p->buf.data = mnl_attr_get_payload(tb[NFQA_PAYLOAD]);
	p->buf.len = mnl_attr_get_payload_len(tb[NFQA_PAYLOAD]);
	p->buf.size = p->buf.len;
	p->in = get_attr_u32(tb[NFQA_IFINDEX_INDEV]);
	p->out = get_attr_u32(tb[NFQA_IFINDEX_OUTDEV]);
	p->side = (int)(get_attr_u32(tb[NFQA_IFINDEX_PHYSINDEV]) ?: p->in);
	p->mark = get_attr_u32(tb[NFQA_MARK]);
	p->gso = info & NFQA_SKB_GSO;
	p->unverified = info & NFQA_SKB_CSUM_NOTVERIFIED;
	p->ct = tb[NFQA_CT];
	p->cut = tb[NFQA_CAP_LEN];
	return packet_init(p, ntohs(hdr->hw_protocol) == 0x0800 ? NFPROTO_IPV4 :
								   NFPROTO_IPV6);
}

static void send_edited(struct queue *q, struct packet *p)
{
	if (inject_wanted(p)) {
		inject_resend(p);
		verdicts_drop(&q->v, p->id);
		return;
	}
	packet_set_checksum(p->buf.data, p->buf.len, p->pkt.family, p->pkt.thoff);
	verdicts_edited(&q->v, p);
}

static int handle_packet(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *tb[ATTRS] = { NULL };
	struct queue *q = ctx;
	struct packet p = { .spare = q->spare };
	bool segment;

	if (nfq_nlmsg_parse(nlh, (struct nlattr **)tb) < 0 || !tb[NFQA_PACKET_HDR])
		return MNL_CB_OK;
	segment = read_packet(&p, tb);
	if (!(segment ? hook_packet(&p) : hook_unread(&p)))
		verdicts_drop(&q->v, p.id);
	else if (!p.edited)
		verdicts_pass(&q->v, p.id);
	else if (segment)
		send_edited(q, &p);
	else
		verdicts_edited(&q->v, &p);
	return MNL_CB_OK;
}

static void handle_batch(struct queue *q, const struct mmsghdr *msgs, int n)
{
	int i;

	plane_read_lock();
	for (i = 0; i < n; i++)
		mnl_cb_run(q->buf + (size_t)i * MESSAGE, msgs[i].msg_len, 0, 0,
			   handle_packet, q);
	plane_unlock();
	verdicts_tell(&q->v);
}

static void *serve_queue(void *arg)
{
	struct queue *q = arg;
	struct mmsghdr msgs[BATCH] = { 0 };
	struct iovec iov[BATCH];
	int i, n;

	queued_cpu = q->cpu;
	for (i = 0; i < BATCH; i++) {
		iov[i].iov_base = q->buf + (size_t)i * MESSAGE;
		iov[i].iov_len = MESSAGE;
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	while (!__atomic_load_n(&q->stop, __ATOMIC_RELAXED)) {
		n = recvmmsg(mnl_socket_get_fd(q->nl), msgs, BATCH, MSG_WAITFORONE, NULL);
		if (n > 0)
			handle_batch(q, msgs, n);
		else if (n < 0 && errno == ENOBUFS)
			plane_overrun();
	}
	ct_leave();
	return NULL;
}

/**
 * queue_start() - begin to serve a queue
 * @q: the queue
 *
 * Return: 0 or -1, see queue_error().
 */
int queue_start(struct queue *q)
{
	errno = pthread_create(&q->thread, NULL, serve_queue, q);
	q->started = !errno;
	return errno ? set_queue_error(q, "no thread") : 0;
}

/**
 * queue_stop() - end a queue's thread, if it has one
 * @q: the queue
 */
void queue_stop(struct queue *q)
{
	if (!q->started)
		return;
	__atomic_store_n(&q->stop, true, __ATOMIC_RELAXED);
	pthread_join(q->thread, NULL);
}
