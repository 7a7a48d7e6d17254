// SPDX-License-Identifier: GPL-2.0
/*
 * The same messages to esmtp-queued, over a unix socket: a stream, in which each
 * message's own length says where it ends. There is no family to look up.
 */
#include "nl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/nf_esmtp.h>

enum { PATIENCE = 30 };			/* seconds without a byte of what a daemon owes */

static const char queue[] = "queue";
static const char path[] = "/run/nf_esmtp/queued.sock";

/**
 * esmtp_nl_is_plane() - is it a name of a plane?
 * @plane: the name
 *
 * Return: true for "module", "queue" and "queue:PATH".
 */
bool esmtp_nl_is_plane(const char *plane)
{
	return !strcmp(plane, "module") || !strcmp(plane, queue) ||
	       (!strncmp(plane, queue, sizeof(queue) - 1) &&
		plane[sizeof(queue) - 1] == ':' && plane[sizeof(queue)]);
}

static int fail(struct esmtp_nl *nl, const char *where, int err)
{
	if (!nl->plane)
		snprintf(nl->error, sizeof(nl->error),
			 "the module nf_esmtp is not loaded%s, and there is no esmtp-queued at %s",
			 esmtp_nl_hint(), where);
	else
		snprintf(nl->error, sizeof(nl->error), "esmtp-queued at %s: %s", where,
			 strerror(err));
	return -err;
}

/* How long the daemon may be silent; 0 for ever. */
static void set_patience(int fd, int seconds)
{
	const struct timeval t = { .tv_sec = seconds };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
}

/* A daemon that is silent for too long; see set_patience(). */
static void name_silence(void)
{
	if (errno == EAGAIN)
		errno = ETIMEDOUT;
}

/**
 * esmtp_nl_queue_open() - connect to esmtp-queued
 * @nl: its plane says where
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_nl_queue_open(struct esmtp_nl *nl)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *where = path;
	int fd;

	if (nl->entered) {
		snprintf(nl->error, sizeof(nl->error),
			 "esmtp-queued serves the namespace that it runs in: not -n, but -p queue:PATH chooses one");
		return -EINVAL;
	}
	if (nl->plane && nl->plane[sizeof(queue) - 1])
		where = nl->plane + sizeof(queue);
	if (strlen(where) >= sizeof(to.sun_path))
		return fail(nl, where, ENAMETOOLONG);
	memcpy(to.sun_path, where, strlen(where));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail(nl, where, errno);
	set_patience(fd, PATIENCE);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		close(fd);
		return fail(nl, where, errno);
	}
	if (nl->sock)
		mnl_socket_close(nl->sock);
	nl->sock = mnl_socket_fdopen(fd);
	if (!nl->sock) {
		close(fd);
		return fail(nl, where, ENOMEM);
	}
	nl->stream = true;
	nl->family = GENL_MIN_ID + 1;
	nl->error[0] = '\0';
	return 0;
}

/**
 * esmtp_nl_queue_send() - send a request
 * @nl: the socket
 * @nlh: the request
 *
 * Return: its bytes, or -1 with errno set.
 */
ssize_t esmtp_nl_queue_send(struct esmtp_nl *nl, const struct nlmsghdr *nlh)
{
	const char *at = (const char *)nlh, *end = at + nlh->nlmsg_len;
	ssize_t n;

	while (at < end) {
		n = send(mnl_socket_get_fd(nl->sock), at, (size_t)(end - at),
			 MSG_NOSIGNAL);
		if (n < 0 && errno != EINTR) {
			name_silence();
			return -1;
		}
		at += n < 0 ? 0 : n;
	}
	return (ssize_t)nlh->nlmsg_len;
}

static ssize_t take(struct esmtp_nl *nl, size_t at, size_t n)
{
	ssize_t got = recv(mnl_socket_get_fd(nl->sock), nl->buf + at, n, MSG_WAITALL);

	if (got < 0)
		name_silence();
	else if ((size_t)got < n)
		errno = ECONNRESET;
	return got >= 0 && (size_t)got < n ? -1 : got;
}

/**
 * esmtp_nl_queue_receive() - read one message
 * @nl: the socket; the message comes to @nl->buf
 * @size: of that
 *
 * Return: its bytes, more than @size if it is too long; or -1 with errno set.
 */
ssize_t esmtp_nl_queue_receive(struct esmtp_nl *nl, size_t size)
{
	const struct nlmsghdr *nlh = (const void *)nl->buf;

	if (take(nl, 0, sizeof(*nlh)) < 0)
		return -1;
	if (nlh->nlmsg_len > size)
		return (ssize_t)nlh->nlmsg_len;
	if (nlh->nlmsg_len < sizeof(*nlh)) {
		errno = EBADMSG;
		return -1;
	}
	if (nlh->nlmsg_len > sizeof(*nlh) &&
	    take(nl, sizeof(*nlh), nlh->nlmsg_len - sizeof(*nlh)) < 0)
		return -1;
	return (ssize_t)nlh->nlmsg_len;
}

/**
 * esmtp_nl_queue_join() - be told of events, what a netlink socket joins a group for
 * @nl: the socket
 *
 * Return: 0, or -1 with errno set.
 */
int esmtp_nl_queue_join(struct esmtp_nl *nl)
{
	char buf[64] __attribute__((aligned(4)));
	int err;

	err = esmtp_nl_call(nl, esmtp_nl_start(nl, buf, ESMTP_CMD_EVENT, NLM_F_ACK),
			    NULL, NULL);
	errno = -err;
	/* what comes now is owed by nobody */
	set_patience(mnl_socket_get_fd(nl->sock), 0);
	return err ? -1 : 0;
}
