// SPDX-License-Identifier: GPL-2.0
/*
 * Clients of a unix socket, for generic netlink: requests are read from a stream of
 * messages; answers, dumps and the messages of the multicast group are queued and
 * written as the client takes them.
 *
 * All but genlmsg_multicast_netns() belongs to one thread.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/wake.h"
#include "genl_sock.h"

enum {
	REQUEST_MAX = 32 << 20,		/* bytes, for the largest of policies */
	QUESTION_MAX = 4096,		/* of those who may only look */
	BACKLOG = 1 << 20,		/* bytes of events that wait for a client */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;	/* clients, their queues */
static struct sock *clients;
static int listeners;

/* The lock is held. */
static bool queue_message(struct sock *sk, const void *bytes, u32 len)
{
	struct message *m = malloc(sizeof(*m) + len);

	if (!m)
		return false;
	m->next = NULL;
	m->len = len;
	m->done = 0;
	memcpy(m->bytes, bytes, len);
	*sk->tail = m;
	sk->tail = &m->next;
	sk->queued += len;
	return true;
}

/**
 * genl_send() - queue messages for a client
 * @sk: the client
 * @skb: the messages
 *
 * Return: false without memory.
 */
bool genl_send(struct sock *sk, const struct sk_buff *skb)
{
	bool sent;

	pthread_mutex_lock(&lock);
	sent = queue_message(sk, skb->data, skb->len);
	pthread_mutex_unlock(&lock);
	return sent;
}

/**
 * genlmsg_reply() - answer a request
 * @skb: the answer; consumed
 * @info: of the request
 *
 * Return: 0 or -ENOMEM.
 */
int genlmsg_reply(struct sk_buff *skb, struct genl_info *info)
{
	bool sent = genl_send(info->sk, skb);

	nlmsg_free(skb);
	return sent ? 0 : -ENOMEM;
}

/**
 * genl_has_listeners() - is anybody in the group?
 * @family: the family
 * @net: the namespace
 * @group: 0
 *
 * Context: any thread.
 * Return: true if so.
 */
bool genl_has_listeners(const struct genl_family *family, const struct net *net,
			u32 group)
{
	(void)family;
	(void)net;
	(void)group;
	return __atomic_load_n(&listeners, __ATOMIC_RELAXED);
}

/**
 * genlmsg_multicast_netns() - queue a message for each client in the group
 * @family: the family
 * @net: the namespace
 * @skb: the message; consumed
 * @portid: 0
 * @group: 0
 * @gfp: unused
 *
 * A client with BACKLOG bytes unread misses the message, and notices that by the gap in
 * the numbers of records. Context: any thread.
 *
 * Return: 0.
 */
int genlmsg_multicast_netns(const struct genl_family *family,
			    const struct net *net, struct sk_buff *skb, u32 portid,
			    u32 group, gfp_t gfp)
{
	struct sock *sk;

	(void)family;
	(void)net;
	(void)portid;
	(void)group;
	(void)gfp;
	pthread_mutex_lock(&lock);
	for (sk = clients; sk; sk = sk->next)
		if (sk->listens && sk->queued + skb->len <= BACKLOG)
			queue_message(sk, skb->data, skb->len);
	pthread_mutex_unlock(&lock);
	nlmsg_free(skb);
	wake();
	return 0;
}

/**
 * genl_join() - add a client to the group
 * @sk: the client
 * @extack: says why it can't be
 *
 * Return: 0 or -EPERM.
 */
int genl_join(struct sock *sk, struct netlink_ext_ack *extack)
{
	if (!sk->admin) {
		NL_SET_ERR_MSG(extack, "only root is told of events");
		return -EPERM;
	}
	if (!sk->listens)
		__atomic_add_fetch(&listeners, 1, __ATOMIC_RELAXED);
	sk->listens = true;
	return 0;
}

/**
 * genl_client_open() - a client has come
 * @fd: its connection, which is the client's from now on, and non-blocking
 * @admin: it may change and see all
 *
 * Return: the client, or NULL without memory.
 */
struct sock *genl_client_open(int fd, bool admin)
{
	struct sock *sk = calloc(1, sizeof(*sk));

	if (!sk)
		return NULL;
	sk->fd = fd;
	sk->admin = admin;
	sk->tail = &sk->head;
	pthread_mutex_lock(&lock);
	sk->next = clients;
	clients = sk;
	pthread_mutex_unlock(&lock);
	return sk;
}

/* Frees the first message of a client's queue; the lock is held. */
static void drop_first_message(struct sock *sk)
{
	struct message *m = sk->head;

	sk->head = m->next;
	if (!sk->head)
		sk->tail = &sk->head;
	sk->queued -= m->len;
	free(m);
}

/**
 * genl_client_close() - a client has gone
 * @sk: the client
 */
void genl_client_close(struct sock *sk)
{
	struct sock **at = &clients;

	genl_dump_end(sk);
	pthread_mutex_lock(&lock);
	while (*at != sk)
		at = &(*at)->next;
	*at = sk->next;
	while (sk->head)
		drop_first_message(sk);
	pthread_mutex_unlock(&lock);
	if (sk->listens)
		__atomic_sub_fetch(&listeners, 1, __ATOMIC_RELAXED);
	close(sk->fd);
	free(sk->in);
	free(sk);
}

/* Length of the request that is being read, 0 until its header is complete. */
static u32 get_request_len(const struct sock *sk)
{
	return sk->in_len < NLMSG_HDRLEN ? 0 : ((struct nlmsghdr *)sk->in)->nlmsg_len;
}

/* Grows the buffer to the request; false if that is too long, or without memory. */
static bool make_request_room(struct sock *sk)
{
	u32 size = max_t(u32, get_request_len(sk), QUESTION_MAX);
	u8 *in;

	if (size > (sk->admin ? REQUEST_MAX : QUESTION_MAX))
		return false;
	if (size <= sk->in_size)
		return true;
	in = realloc(sk->in, size);
	if (!in)
		return false;
	sk->in = in;
	sk->in_size = size;
	return true;
}

/**
 * genl_client_read() - read from a client, and run its request once it is complete
 * @sk: the client
 *
 * Return: 0, or -1 if the client is to be closed.
 */
int genl_client_read(struct sock *sk)
{
	u32 want;
	ssize_t n;

	if (!make_request_room(sk))
		return -1;
	want = get_request_len(sk);
	n = recv(sk->fd, sk->in + sk->in_len,
		 (want ? want : NLMSG_HDRLEN) - sk->in_len, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	if (!n)
		return -1;
	sk->in_len += (u32)n;
	if (sk->in_len < NLMSG_HDRLEN)
		return 0;
	want = get_request_len(sk);
	if (want < NLMSG_HDRLEN)
		return -1;
	if (sk->in_len < want)
		return 0;
	sk->in_len = 0;
	return genl_request(sk, (struct nlmsghdr *)sk->in) ? 0 : -1;
}

static bool write_first_message(struct sock *sk)
{
	struct message *m = sk->head;
	ssize_t n = send(sk->fd, m->bytes + m->done, m->len - m->done,
			 MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	m->done += (u32)n;
	if (m->done == m->len)
		drop_first_message(sk);
	return true;
}

/**
 * genl_client_write() - write queued messages to a client
 * @sk: the client, whose socket is writable
 *
 * Return: 0, or -1 if the client is to be closed.
 */
int genl_client_write(struct sock *sk)
{
	bool fine = true;

	if (sk->dump && !sk->head && !genl_dump_more(sk))
		return -1;
	pthread_mutex_lock(&lock);
	if (sk->head)
		fine = write_first_message(sk);
	pthread_mutex_unlock(&lock);
	return fine ? 0 : -1;
}

/**
 * genl_client_waits() - is there anything to be written to a client?
 * @sk: the client
 *
 * Return: true if so.
 */
bool genl_client_waits(const struct sock *sk)
{
	bool waits;

	pthread_mutex_lock(&lock);
	waits = sk->dump || sk->head;
	pthread_mutex_unlock(&lock);
	return waits;
}

/**
 * genl_client_owes() - is a client expected to do something?
 * @sk: the client
 *
 * Return: true if it has sent a part of a request, or is to read an answer.
 */
bool genl_client_owes(const struct sock *sk)
{
	return sk->in_len || genl_client_waits(sk);
}

/**
 * genl_client_listens() - is a client in the group?
 * @sk: the client
 *
 * Return: true if so.
 */
bool genl_client_listens(const struct sock *sk)
{
	return sk->listens;
}
