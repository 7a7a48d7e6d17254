/* SPDX-License-Identifier: GPL-2.0 */
/* Requests of the generic netlink family "esmtp" and their answers. */
#ifndef _ESMTP_NL_H
#define _ESMTP_NL_H

#include <libmnl/libmnl.h>

#include <esmtp/port.h>

/**
 * struct esmtp_nl - a socket of a network namespace, or to esmtp-queued
 * @plane: "module", "queue" or "queue:PATH", or NULL for the one that there is
 * @sock: generic netlink, or a unix socket that bears the same messages
 * @entered: another namespace than that of whoever called
 * @stream: it is the latter
 * @family: number of the family "esmtp"
 * @events: number of its multicast group
 * @seq: of the last request
 * @buf: for answers
 * @dumps: the request at hand is a dump, whose answer ends in NLMSG_DONE
 * @interrupted: what is dumped changed meanwhile
 * @bad: offset in the last request of what the answer complains of, 0 if it does not say
 * @error: what went wrong last, as a clause
 */
struct esmtp_nl {
	const char *plane;
	struct mnl_socket *sock;
	bool entered;
	bool stream;
	u16 family;
	u32 events;
	u32 seq;
	char *buf;
	bool dumps;
	bool interrupted;
	u32 bad;
	char error[512];
};

typedef int (*esmtp_nl_fn)(const struct nlmsghdr *nlh, void *ctx);

int esmtp_nl_enter(struct esmtp_nl *nl, const char *netns);
int esmtp_nl_open(struct esmtp_nl *nl);
void esmtp_nl_close(struct esmtp_nl *nl);
struct nlmsghdr *esmtp_nl_start(struct esmtp_nl *nl, void *buf, u8 cmd,
				u16 flags);
int esmtp_nl_call(struct esmtp_nl *nl, struct nlmsghdr *nlh, esmtp_nl_fn fn,
		  void *ctx);

void esmtp_nl_stop(bool stop);
bool esmtp_nl_stopped(void);
int esmtp_nl_listen(struct esmtp_nl *nl, esmtp_nl_fn fn, void *ctx);

const char *esmtp_nl_hint(void);

/* nl_queue.c: the socket of esmtp-queued */
bool esmtp_nl_is_plane(const char *plane);
int esmtp_nl_queue_open(struct esmtp_nl *nl);
ssize_t esmtp_nl_queue_send(struct esmtp_nl *nl, const struct nlmsghdr *nlh);
ssize_t esmtp_nl_queue_receive(struct esmtp_nl *nl, size_t size);
int esmtp_nl_queue_join(struct esmtp_nl *nl);

#endif /* _ESMTP_NL_H */
