// SPDX-License-Identifier: GPL-2.0
/*
 * A bad path, of packets in a queue (NFQUEUE): some are lost, and some go on only
 * after others that came later, or after a while if none come.
 * usage: shake QUEUE [calm]: calm lets all go on at once
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>

enum {
	LOST = 2,			/* of a hundred */
	LATE = 5,
	BEHIND = 3,			/* packets that a late one lets go before it */
	PATIENCE_MS = 5,
	WAITING = 64,
};

static struct mnl_socket *nl;
static uint16_t queue;
static bool calm;

static struct {
	uint32_t id;
	int behind;
} late[WAITING];
static int nlate;

static void tell(uint32_t id, int verdict)
{
	char buf[256] __attribute__((aligned(4)));
	struct nlmsghdr *nlh = nfq_nlmsg_put(buf, NFQNL_MSG_VERDICT, queue);

	nfq_nlmsg_verdict_put(nlh, (int)id, verdict);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		perror("verdict");
}

/* Those that have waited for long enough, or all. */
static void let_go(int all)
{
	int i, n = 0;

	for (i = 0; i < nlate; i++) {
		if (all || !--late[i].behind)
			tell(late[i].id, NF_ACCEPT);
		else
			late[n++] = late[i];
	}
	nlate = n;
}

static int on_packet(const struct nlmsghdr *nlh, void *ctx)
{
	struct nlattr *tb[NFQA_MAX + 1] = { NULL };
	const struct nfqnl_msg_packet_hdr *hdr;
	int dice = calm ? LOST + LATE : rand() % 100;
	uint32_t id;

	(void)ctx;
	if (nfq_nlmsg_parse(nlh, tb) < 0 || !tb[NFQA_PACKET_HDR])
		return MNL_CB_OK;
	hdr = mnl_attr_get_payload(tb[NFQA_PACKET_HDR]);
	id = ntohl(hdr->packet_id);
	if (dice >= LOST && dice < LOST + LATE && nlate < WAITING) {
		late[nlate].id = id;
		late[nlate++].behind = BEHIND;
		return MNL_CB_OK;
	}
	tell(id, dice < LOST ? NF_DROP : NF_ACCEPT);
	let_go(0);
	return MNL_CB_OK;
}

static int configure(void)
{
	char buf[256] __attribute__((aligned(4)));
	struct nlmsghdr *nlh = nfq_nlmsg_put(buf, NFQNL_MSG_CONFIG, queue);

	nfq_nlmsg_cfg_put_cmd(nlh, AF_UNSPEC, NFQNL_CFG_CMD_BIND);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		return -1;
	nlh = nfq_nlmsg_put(buf, NFQNL_MSG_CONFIG, queue);
	nfq_nlmsg_cfg_put_params(nlh, NFQNL_COPY_META, 0);
	mnl_attr_put_u32(nlh, NFQA_CFG_FLAGS, htonl(NFQA_CFG_F_GSO));
	mnl_attr_put_u32(nlh, NFQA_CFG_MASK, htonl(NFQA_CFG_F_GSO));
	return mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0 ? -1 : 0;
}

static int serve(void)
{
	static char buf[1 << 17] __attribute__((aligned(4)));
	struct pollfd in = { .fd = mnl_socket_get_fd(nl), .events = POLLIN };
	ssize_t n;

	for (;;) {
		if (!poll(&in, 1, PATIENCE_MS)) {
			let_go(1);
			continue;
		}
		n = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (n < 0 && errno != ENOBUFS && errno != EINTR)
			return -1;
		if (n > 0 && mnl_cb_run(buf, (size_t)n, 0, 0, on_packet, NULL) < 0)
			return -1;
	}
}

int main(int argc, char **argv)
{
	calm = argc == 3 && !strcmp(argv[2], "calm");
	if (argc != 2 && !calm) {
		fputs("usage: shake QUEUE [calm]\n", stderr);
		return 2;
	}
	queue = (uint16_t)atoi(argv[1]);
	srand(1);
	nl = mnl_socket_open(NETLINK_NETFILTER);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0 || configure() || serve())
		perror("shake");
	return 1;
}
