// SPDX-License-Identifier: GPL-2.0
#include "nl.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/nf_esmtp.h>

/* A message holds at least one piece of the source, see the family's header. */
enum {
	ANSWER_SIZE = 1 << 17,		/* bytes of a message */
	ANSWERS_SIZE = 1 << 28,		/* and of all of one answer; a full table is an eighth */
};

static int stopped;

/**
 * esmtp_nl_stop() - end what waits for an answer or a record, with -EINTR
 * @stop: false to wait again
 *
 * Context: any, a signal's handler among them.
 */
void esmtp_nl_stop(bool stop)
{
	__atomic_store_n(&stopped, stop, __ATOMIC_RELAXED);
}

/**
 * esmtp_nl_stopped() - was it ended?
 *
 * Return: true since esmtp_nl_stop() was called.
 */
bool esmtp_nl_stopped(void)
{
	return __atomic_load_n(&stopped, __ATOMIC_RELAXED);
}

static int fail(struct esmtp_nl *nl, int err, const char *what)
{
	snprintf(nl->error, sizeof(nl->error), "%s: %s", what, strerror(err));
	return -err;
}

/**
 * esmtp_nl_enter() - go into a network namespace
 * @nl: for the error text
 * @netns: its name, as "ip netns" knows it
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_nl_enter(struct esmtp_nl *nl, const char *netns)
{
	char path[256];
	int fd, err = 0;

	if (!*netns || strchr(netns, '/') || !strcmp(netns, ".") ||
	    !strcmp(netns, "..") ||
	    snprintf(path, sizeof(path), "/run/netns/%s", netns) >=
	    (int)sizeof(path)) {
		snprintf(nl->error, sizeof(nl->error),
			 "not a name of a network namespace");
		return -EINVAL;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(nl, errno, path);
	if (setns(fd, CLONE_NEWNET) < 0)
		err = fail(nl, errno, path);
	nl->entered = !err;
	close(fd);
	return err;
}

static void set_options(const struct esmtp_nl *nl)
{
	int fd = mnl_socket_get_fd(nl->sock);
	int one = 1, size = 1 << 26;

	/* Without these errors are less telling and large policies fail. */
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &one, sizeof(one));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static int group_attr(const struct nlattr *attr, void *ctx)
{
	struct esmtp_nl *nl = ctx;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID &&
	    mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
		nl->events = mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

/* The family has one group only. */
static int group(const struct nlattr *attr, void *ctx)
{
	return mnl_attr_parse_nested(attr, group_attr, ctx);
}

static int family_attr(const struct nlattr *attr, void *ctx)
{
	struct esmtp_nl *nl = ctx;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
	    mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
		nl->family = mnl_attr_get_u16(attr);
	if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GROUPS)
		return mnl_attr_parse_nested(attr, group, nl);
	return MNL_CB_OK;
}

static int family_answer(const struct nlmsghdr *nlh, void *ctx)
{
	return mnl_attr_parse(nlh, GENL_HDRLEN, family_attr, ctx);
}

static int resolve(struct esmtp_nl *nl)
{
	char buf[256] __attribute__((aligned(4)));
	struct nlmsghdr *nlh;
	int err;

	nl->family = GENL_ID_CTRL;
	nlh = esmtp_nl_start(nl, buf, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	nl->family = 0;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, ESMTP_GENL_NAME);
	err = esmtp_nl_call(nl, nlh, family_answer, nl);
	if (!err && !nl->family)
		err = -ENOENT;
	if (err == -ENOENT)
		snprintf(nl->error, sizeof(nl->error),
			 "the module nf_esmtp is not loaded%s", esmtp_nl_hint());
	return err;
}

/**
 * esmtp_nl_hint() - what to say behind "the module is not loaded"
 *
 * Nothing loads it by itself.
 *
 * Return: how to load it, for root; else nothing.
 */
const char *esmtp_nl_hint(void)
{
	return geteuid() ? "" : " (modprobe nf_esmtp)";
}

static int open_module(struct esmtp_nl *nl)
{
	nl->stream = false;
	nl->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->sock || mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0)
		return fail(nl, errno, "cannot open a netlink socket");
	set_options(nl);
	return resolve(nl);
}

/**
 * esmtp_nl_open() - open a socket and find the family
 * @nl: zeroed; for esmtp_nl_close() in any case
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_nl_open(struct esmtp_nl *nl)
{
	int err;

	nl->buf = malloc(ANSWER_SIZE);
	if (!nl->buf)
		return fail(nl, ENOMEM, "cannot open a netlink socket");
	if (nl->plane && strcmp(nl->plane, "module") != 0)
		return esmtp_nl_queue_open(nl);
	err = open_module(nl);
	return err == -ENOENT && !nl->plane ? esmtp_nl_queue_open(nl) : err;
}

/**
 * esmtp_nl_close() - close the socket
 * @nl: opened or not
 */
void esmtp_nl_close(struct esmtp_nl *nl)
{
	if (nl->sock)
		mnl_socket_close(nl->sock);
	free(nl->buf);
	nl->sock = NULL;
	nl->buf = NULL;
}

/**
 * esmtp_nl_start() - begin a request
 * @nl: the socket
 * @buf: memory for it, aligned for a struct nlmsghdr
 * @cmd: command of the family
 * @flags: NLM_F_* beside NLM_F_REQUEST
 *
 * Return: the request, to which attributes can be added.
 */
struct nlmsghdr *esmtp_nl_start(struct esmtp_nl *nl, void *buf, u8 cmd,
				u16 flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = nl->family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++nl->seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

static const char *peer(const struct esmtp_nl *nl)
{
	return nl->stream ? "esmtp-queued" : "the kernel";
}

static int fail_peer(struct esmtp_nl *nl, int err, const char *before, const char *after)
{
	char what[128];

	snprintf(what, sizeof(what), "%s%s%s", before, peer(nl), after);
	return fail(nl, err, what);
}

/* What an acknowledgement with extended attributes says. */
struct ack {
	const char *text;		/* the other end's own words, or NULL */
	u32 bad;			/* offset of what is wrong in the request, or 0 */
};

static int ack_attr(const struct nlattr *attr, void *ctx)
{
	struct ack *ack = ctx;

	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
	    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
		ack->text = mnl_attr_get_str(attr);
	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS &&
	    mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
		ack->bad = mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

/*
 * This tool sends no number that the header does not have: one that the other end's policy
 * of attributes has no room for is of a header that is newer than the other end.
 */
static bool is_newer(const char *text, int err)
{
	return err == -ERANGE || !strcmp(text, "Unknown attribute type");
}

static void ack_text(struct esmtp_nl *nl, const struct nlmsghdr *nlh, int err,
		     unsigned int skip)
{
	struct ack ack = { NULL, 0 };

	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, skip, ack_attr, &ack);
	nl->bad = ack.bad;
	if (ack.text && is_newer(ack.text, err))
		snprintf(nl->error, sizeof(nl->error),
			 "%s is older than this tool and does not know this (%s)",
			 nl->stream ? "esmtp-queued" : "the module", ack.text);
	else if (ack.text)
		snprintf(nl->error, sizeof(nl->error), "%s", ack.text);
	else if (err)
		fail_peer(nl, -err, "", " refused the request");
}

/* What can be an error: 0 or a negative errno. */
static bool is_errno(int err)
{
	return err <= 0 && err >= -4095;
}

/* NLMSG_ERROR: 0 or a negative errno, and the request it is about. */
static int on_error(struct esmtp_nl *nl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	unsigned int skip = sizeof(*e);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*e))
		return fail_peer(nl, EBADMSG, "the answer of ", " is too short");
	if (!is_errno(e->error))
		return fail_peer(nl, EBADMSG, "the answer of ", " cannot be read");
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += MNL_ALIGN(e->msg.nlmsg_len) - MNL_NLMSG_HDRLEN;
	if (skip > mnl_nlmsg_get_payload_len(nlh))
		return fail_peer(nl, EBADMSG, "the answer of ", " is too short");
	ack_text(nl, nlh, e->error, skip);
	return e->error;
}

/* NLMSG_DONE: the end of a dump, which may have failed. */
static int on_done(struct esmtp_nl *nl, const struct nlmsghdr *nlh)
{
	const int *err = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*err) || *err >= 0)
		return nl->interrupted ?
			fail(nl, EINTR, "the answer was interrupted by a change") : 0;
	if (!is_errno(*err))
		return fail_peer(nl, EBADMSG, "the answer of ", " cannot be read");
	ack_text(nl, nlh, *err, sizeof(*err));
	return *err;
}

/* Messages of one answer: 1 to go on, 0 at its end, or a negative errno. */
static int on_answer(struct esmtp_nl *nl, int len, esmtp_nl_fn fn, void *ctx)
{
	const struct nlmsghdr *nlh = (const void *)nl->buf;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_seq != nl->seq)
			continue;
		if (nlh->nlmsg_type == NLMSG_ERROR)
			return on_error(nl, nlh);
		/* Read on: the kernel must have sent all before it is asked again. */
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			nl->interrupted = true;
		/* what has no answer but an acknowledgement is not done by this */
		if (nlh->nlmsg_type == NLMSG_DONE && (fn || nl->dumps))
			return on_done(nl, nlh);
		if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
			continue;
		if (mnl_nlmsg_get_payload_len(nlh) < GENL_HDRLEN ||
		    (fn && fn(nlh, ctx) < 0))
			return fail_peer(nl, EBADMSG, "the answer of ", " cannot be read");
	}
	return 1;
}

static ssize_t receive(struct esmtp_nl *nl)
{
	ssize_t n;

	do {
		n = nl->stream ? esmtp_nl_queue_receive(nl, ANSWER_SIZE) :
				 recv(mnl_socket_get_fd(nl->sock), nl->buf,
				      ANSWER_SIZE, MSG_TRUNC);
	} while (n < 0 && errno == EINTR && !esmtp_nl_stopped());
	if (n < 0)
		return fail_peer(nl, errno, "cannot read from ", "");
	if (n > ANSWER_SIZE)
		return fail_peer(nl, EMSGSIZE, "the answer of ", " is too long");
	return n;
}

/* A signal may come at any time; a message is sent whole or not at all. */
static int transmit(struct esmtp_nl *nl, const struct nlmsghdr *nlh)
{
	ssize_t n;

	do {
		n = nl->stream ? esmtp_nl_queue_send(nl, nlh) :
				 mnl_socket_sendto(nl->sock, nlh, nlh->nlmsg_len);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? fail_peer(nl, errno, "cannot send to ", "") : 0;
}

/**
 * esmtp_nl_call() - send a request and read the answer to its end
 * @nl: the socket
 * @nlh: the request, with NLM_F_ACK or NLM_F_DUMP
 * @fn: called for each message of the answer, may be NULL; a negative value
 *	says that it makes no sense
 * @ctx: for @fn
 *
 * Return: 0 or a negative errno, with @nl->error set; -EINTR for a dump that is
 * to be asked for again from its beginning.
 */
int esmtp_nl_call(struct esmtp_nl *nl, struct nlmsghdr *nlh, esmtp_nl_fn fn,
		  void *ctx)
{
	size_t read = 0;
	ssize_t n;
	int err;

	nl->error[0] = '\0';
	nl->bad = 0;
	nl->interrupted = false;
	nl->dumps = nlh->nlmsg_flags & NLM_F_ROOT;
	err = transmit(nl, nlh);
	if (err)
		return err;
	do {
		n = receive(nl);
		if (n < 0)
			return (int)n;
		read += (size_t)n;
		if (read > ANSWERS_SIZE)
			return fail_peer(nl, EMSGSIZE, "the answer of ", " has no end");
		err = on_answer(nl, (int)n, fn, ctx);
	} while (err > 0);
	return err;
}

/**
 * esmtp_nl_listen() - read the messages of the multicast group
 * @nl: the socket
 * @fn: called for each; a negative value says that it makes no sense
 * @ctx: for @fn
 *
 * Return: a negative errno, with @nl->error set; it goes on until then.
 */
int esmtp_nl_listen(struct esmtp_nl *nl, esmtp_nl_fn fn, void *ctx)
{
	const struct nlmsghdr *nlh;
	int group = (int)nl->events, len;
	ssize_t n;

	nl->error[0] = '\0';
	if (nl->stream ? esmtp_nl_queue_join(nl) :
	    mnl_socket_setsockopt(nl->sock, NETLINK_ADD_MEMBERSHIP, &group,
				  sizeof(group)) < 0)
		return fail(nl, errno, "cannot listen to events");
	for (;;) {
		n = receive(nl);
		/* some were lost: their numbers tell how many */
		if (n == -ENOBUFS)
			continue;
		if (n < 0)
			return (int)n;
		len = (int)n;
		nlh = (const void *)nl->buf;
		for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
			if (nlh->nlmsg_type == nl->family && fn(nlh, ctx) < 0)
				return fail(nl, EBADMSG, "an event cannot be read");
	}
}
