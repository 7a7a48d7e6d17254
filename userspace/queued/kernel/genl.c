// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family to clients of a unix socket: requests are read from a
 * stream of messages, checked and carried out; answers, dumps and the messages of
 * the multicast group are queued and written as the client takes them.
 *
 * There is one family and one group. A client joins the group by sending the
 * group's own command. All but genlmsg_multicast_netns() belongs to one thread.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/nf_esmtp.h>
#include <net/genetlink.h>

#include "../wake.h"

enum {
	TYPE = GENL_MIN_ID + 1,/* of all messages; clients don't ask */
	REQUEST_MAX = 32 << 20,		/* bytes, for the largest of policies */
	DUMP_SIZE = 1 << 16,
	BACKLOG = 1 << 20,		/* bytes of events that wait for a client */
};

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

struct net init_net;

static struct genl_family *registered;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;	/* clients, their queues */
static struct sock *clients;
static int listeners;

/* --- messages ---------------------------------------------------------------- */

/**
 * genlmsg_new() - memory for a message
 * @payload: bytes that it can hold behind its headers
 * @gfp: unused
 *
 * Return: it, empty, or NULL.
 */
struct sk_buff *genlmsg_new(size_t payload, gfp_t gfp)
{
	size_t size = payload + NLMSG_HDRLEN + GENL_HDRLEN;
	struct sk_buff *skb = calloc(1, sizeof(*skb) + size);

	(void)gfp;
	if (!skb)
		return NULL;
	skb->data = (u8 *)(skb + 1);
	skb->size = (u32)size;
	return skb;
}

/**
 * nlmsg_free() - give a message's memory back
 * @skb: from genlmsg_new()
 */
void nlmsg_free(struct sk_buff *skb)
{
	free(skb);
}

static struct nlmsghdr *put_header(struct sk_buff *skb, u16 type, u32 seq, int flags,
				   u32 len)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)(skb->data + skb->len);

	if (skb_tailroom(skb) < NLMSG_HDRLEN + (int)len)
		return NULL;
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = (u16)flags;
	nlh->nlmsg_seq = seq;
	nlh->nlmsg_pid = 0;
	nlh->nlmsg_len = NLMSG_HDRLEN + len;
	skb->len += nlh->nlmsg_len;
	return nlh;
}

/**
 * genlmsg_put() - begin a message of the family
 * @skb: where to
 * @portid: unused: clients of a unix socket have none
 * @seq: of the request that it answers, or 0
 * @family: the family
 * @flags: NLM_F_*
 * @cmd: its command
 *
 * Return: for genlmsg_end() or genlmsg_cancel(), or NULL without room.
 */
void *genlmsg_put(struct sk_buff *skb, u32 portid, u32 seq,
		  const struct genl_family *family, int flags, u8 cmd)
{
	struct nlmsghdr *nlh = put_header(skb, TYPE, seq, flags, GENL_HDRLEN);
	struct genlmsghdr *genl;

	(void)portid;
	if (!nlh)
		return NULL;
	genl = NLMSG_DATA(nlh);
	memset(genl, 0, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = (u8)family->version;
	return nlh;
}

/**
 * genlmsg_put_reply() - the same, in answer to a request
 * @skb: where to
 * @info: of the request
 * @family: the family
 * @flags: NLM_F_*
 * @cmd: its command
 *
 * Return: as above.
 */
void *genlmsg_put_reply(struct sk_buff *skb, const struct genl_info *info,
			const struct genl_family *family, int flags, u8 cmd)
{
	return genlmsg_put(skb, 0, info->nlhdr->nlmsg_seq, family, flags, cmd);
}

/**
 * genlmsg_end() - nothing more goes into a message
 * @skb: the bytes that it is the last of
 * @hdr: from genlmsg_put()
 */
void genlmsg_end(struct sk_buff *skb, void *hdr)
{
	struct nlmsghdr *nlh = hdr;

	nlh->nlmsg_len = (u32)(skb->data + skb->len - (u8 *)hdr);
}

/**
 * genlmsg_cancel() - take a message back
 * @skb: the bytes that it is the last of
 * @hdr: from genlmsg_put()
 */
void genlmsg_cancel(struct sk_buff *skb, void *hdr)
{
	skb->len = (u32)((u8 *)hdr - skb->data);
}

/* The lock is held. */
static bool enqueue(struct sock *sk, const void *bytes, u32 len)
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

static bool send_bytes(struct sock *sk, const struct sk_buff *skb)
{
	bool sent;

	pthread_mutex_lock(&lock);
	sent = enqueue(sk, skb->data, skb->len);
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
	bool sent = send_bytes(info->sk, skb);

	nlmsg_free(skb);
	return sent ? 0 : -ENOMEM;
}

/* --- the group --------------------------------------------------------------- */

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
 * genlmsg_multicast_netns() - tell the group
 * @family: the family
 * @net: the namespace
 * @skb: the message; consumed
 * @portid: 0
 * @group: 0
 * @gfp: unused
 *
 * A client that has not taken many of them goes without: the numbers of records
 * tell it. Context: any thread.
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
			enqueue(sk, skb->data, skb->len);
	pthread_mutex_unlock(&lock);
	nlmsg_free(skb);
	wake();
	return 0;
}

/* --- requests ---------------------------------------------------------------- */

/**
 * genl_register_family() - take requests for a family
 * @family: the one there is
 *
 * Return: 0.
 */
int genl_register_family(struct genl_family *family)
{
	registered = family;
	return 0;
}

/**
 * genl_unregister_family() - take no more requests
 * @family: the one there is
 */
void genl_unregister_family(struct genl_family *family)
{
	(void)family;
	registered = NULL;
}

static const struct genl_ops *find(u8 cmd)
{
	u32 i;

	for (i = 0; registered && i < registered->n_ops; i++)
		if (registered->ops[i].cmd == cmd)
			return &registered->ops[i];
	return NULL;
}

/* The end of an answer: NLMSG_ERROR for a request, NLMSG_DONE for a dump. */
static bool put_end(struct sock *sk, const struct nlmsghdr *req, u16 type, int err,
		    const struct netlink_ext_ack *extack)
{
	struct nlmsgerr e = { .error = err, .msg = *req };
	u32 len = type == NLMSG_ERROR ? sizeof(e) : sizeof(err);
	struct sk_buff *skb = genlmsg_new(512, GFP_KERNEL);
	struct nlmsghdr *nlh;
	bool sent;

	if (!skb)
		return false;
	nlh = put_header(skb, type, req->nlmsg_seq,
			 type == NLMSG_ERROR ? NLM_F_CAPPED : NLM_F_MULTI, len);
	memcpy(NLMSG_DATA(nlh), &e, len);
	if (extack->_msg && !nla_put_string(skb, NLMSGERR_ATTR_MSG, extack->_msg))
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	if (extack->bad_attr && (char *)extack->bad_attr > (char *)req &&
	    (char *)extack->bad_attr < (char *)req + req->nlmsg_len &&
	    !nla_put_u32(skb, NLMSGERR_ATTR_OFFS,
			 (u32)((char *)extack->bad_attr - (char *)req)))
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	genlmsg_end(skb, nlh);
	sent = send_bytes(sk, skb);
	nlmsg_free(skb);
	return sent;
}

static int parse(const struct genl_ops *op, struct nlmsghdr *nlh, struct nlattr **tb,
		 struct netlink_ext_ack *extack)
{
	return nla_parse(tb, (int)op->maxattr, (char *)NLMSG_DATA(nlh) + GENL_HDRLEN,
			 (int)nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN,
			 op->policy, extack);
}

static int join(struct sock *sk, struct netlink_ext_ack *extack)
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

static int begin_dump(struct sock *sk, const struct genl_ops *op,
		      const struct nlmsghdr *nlh)
{
	u8 *copy;

	if (sk->dump)
		return -EBUSY;
	copy = malloc(nlh->nlmsg_len);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, nlh, nlh->nlmsg_len);
	memset(&sk->cb, 0, sizeof(sk->cb));
	sk->request.sk = sk;
	sk->request.data = copy;
	sk->request.len = nlh->nlmsg_len;
	sk->cb.skb = &sk->request;
	sk->cb.nlh = (struct nlmsghdr *)copy;
	if (op->start)
		op->start(&sk->cb);
	sk->dump = op;
	return 0;
}

static void end_dump(struct sock *sk)
{
	if (!sk->dump)
		return;
	if (sk->dump->done)
		sk->dump->done(&sk->cb);
	free(sk->request.data);
	sk->dump = NULL;
}

/* 0 for a dump that has begun; else what the acknowledgement says. */
static int carry_out(struct sock *sk, struct nlmsghdr *nlh, struct netlink_ext_ack *extack,
		     bool *dumps)
{
	const struct genlmsghdr *genl = NLMSG_DATA(nlh);
	struct nlattr *tb[ESMTP_A_MAX + 1];
	struct genl_info info = {
		.nlhdr = nlh,
		.attrs = tb,
		.extack = extack,
		.sk = sk,
	};
	const struct genl_ops *op;
	int err;

	if (genl->cmd == ESMTP_CMD_EVENT)
		return join(sk, extack);
	op = find(genl->cmd);
	if (!op)
		return -EOPNOTSUPP;
	if (op->flags & GENL_UNS_ADMIN_PERM && !sk->admin)
		return -EPERM;
	err = parse(op, nlh, tb, extack);
	if (err)
		return err;
	if (op->doit)
		return op->doit(NULL, &info);
	*dumps = true;
	return begin_dump(sk, op, nlh);
}

static bool request(struct sock *sk, struct nlmsghdr *nlh)
{
	struct netlink_ext_ack extack = { 0 };
	bool dumps = false;
	int err;

	err = carry_out(sk, nlh, &extack, &dumps);
	if (err || !dumps)
		return put_end(sk, nlh, NLMSG_ERROR, err, &extack);
	return true;
}

/* --- a client ---------------------------------------------------------------- */

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

/* Take the first message off a client's queue; the lock is held. */
static void shift(struct sock *sk)
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

	end_dump(sk);
	pthread_mutex_lock(&lock);
	while (*at != sk)
		at = &(*at)->next;
	*at = sk->next;
	while (sk->head)
		shift(sk);
	pthread_mutex_unlock(&lock);
	if (sk->listens)
		__atomic_sub_fetch(&listeners, 1, __ATOMIC_RELAXED);
	close(sk->fd);
	free(sk->in);
	free(sk);
}

/* Bytes that the request at hand has, 0 while its header is not there. */
static u32 wanted(const struct sock *sk)
{
	return sk->in_len < NLMSG_HDRLEN ? 0 : ((struct nlmsghdr *)sk->in)->nlmsg_len;
}

/* Make room; false when the client asks for too much. */
static bool room(struct sock *sk)
{
	u32 size = max_t(u32, wanted(sk), 4096);
	u8 *in;

	if (size > REQUEST_MAX)
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
 * genl_client_read() - read of a client's request, and carry it out once it is whole
 * @sk: the client
 *
 * Return: 0, or -1 if the client is to be closed.
 */
int genl_client_read(struct sock *sk)
{
	u32 want;
	ssize_t n;

	if (!room(sk))
		return -1;
	want = wanted(sk);
	if (want && want < NLMSG_HDRLEN + GENL_HDRLEN)
		return -1;
	n = recv(sk->fd, sk->in + sk->in_len,
		 (want ? want : NLMSG_HDRLEN) - sk->in_len, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	if (!n)
		return -1;
	sk->in_len += (u32)n;
	want = wanted(sk);
	if (!want || sk->in_len < want)
		return 0;
	sk->in_len = 0;
	return request(sk, (struct nlmsghdr *)sk->in) ? 0 : -1;
}

/* More of a dump, once all that it gave before was taken. */
static bool dump_more(struct sock *sk)
{
	struct sk_buff *skb = genlmsg_new(DUMP_SIZE, GFP_KERNEL);
	struct netlink_ext_ack extack = { 0 };
	bool fine = false;
	int n;

	if (!skb)
		return false;
	skb->sk = sk;
	n = sk->dump->dumpit(skb, &sk->cb);
	if (n > 0) {
		fine = send_bytes(sk, skb);
	} else {
		fine = put_end(sk, sk->cb.nlh, NLMSG_DONE, n, &extack);
		end_dump(sk);
	}
	nlmsg_free(skb);
	return fine;
}

static bool write_first(struct sock *sk)
{
	struct message *m = sk->head;
	ssize_t n = send(sk->fd, m->bytes + m->done, m->len - m->done,
			 MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	m->done += (u32)n;
	if (m->done == m->len)
		shift(sk);
	return true;
}

/**
 * genl_client_write() - write what waits for a client
 * @sk: the client, whose connection takes bytes
 *
 * Return: 0, or -1 if the client is to be closed.
 */
int genl_client_write(struct sock *sk)
{
	bool fine = true;

	if (sk->dump && !sk->head && !dump_more(sk))
		return -1;
	pthread_mutex_lock(&lock);
	if (sk->head)
		fine = write_first(sk);
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
