// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink by structure: the messages of tests/lab/forge.h, with any number of their attributes
 * absent, empty, short, long, twice, of another type, value or length, or in another order, at
 * any depth. The input is what is done to each attribute in turn, and where its bytes come from;
 * zeros leave a message as it is. A policy that is taken in spite of it is in force from then on,
 * is asked for, and judges connections.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <net/genetlink.h>

#include "control/net.h"
#include "control/netlink.h"
#include "daemon.h"
#include "genl_sock.h"
#include "../lab/forge.h"

enum { MESSAGES_AT_ONCE = 4, SIZE = 1 << 17, TIMES = 600 };

enum way {
	AS_IT_IS = 4,			/* and all below */
	ABSENT = 4,
	EMPTY,
	SHORT,
	LONG,
	SHORT_THEN_LONG,
	LONG_THEN_SHORT,
	OTHER_VALUE,
	OTHER_LENGTH,
	NO_NEST,
	WRONG_LENGTH,
	OTHER_TYPE,
	OTHER_ORDER,
	WAY_MASK = 15,
};

static const uint8_t *input, *input_end;
static struct sk_buff message;

void wake(void)
{
}

static uint8_t take(void)
{
	return input < input_end ? *input++ : 0;
}

static void put_bytes(const struct node *n, uint32_t len, bool drawn)
{
	struct nlattr *attr = nla_reserve(&message, n->type, (int)len);
	uint8_t *to = attr ? nla_data(attr) : NULL;
	uint32_t i;

	for (i = 0; to && i < len; i++)
		to[i] = drawn || !n->len ? take() : ((const uint8_t *)n->data)[i % n->len];
}

static void put(const struct node *n);

static void put_kids(const struct node *kid, bool reversed)
{
	uint32_t i, n = 0;

	while (kid[n].type)
		n++;
	for (i = 0; i < n; i++)
		put(&kid[reversed ? n - 1 - i : i]);
}

static void put_nest(const struct node *n, enum way way)
{
	struct nlattr *nest = nla_nest_start(&message, n->type);

	if (!nest)
		return;
	if (way != EMPTY)
		put_kids(n->kids, way == OTHER_ORDER);
	nla_nest_end(&message, nest);
}

static void put_value(const struct node *n, enum way way)
{
	uint32_t len = n->len;

	if (way == EMPTY)
		len = 0;
	if (way == SHORT && len)
		len--;
	if (way == LONG)
		len += 1 + take() * 4;
	if (way == OTHER_LENGTH)
		len = take() * 2 + (take() & 1);
	put_bytes(n, len, way == OTHER_VALUE || way == OTHER_LENGTH);
}

static void put_one(const struct node *n, enum way way)
{
	if (n->kids)
		put_nest(n, way);
	else
		put_value(n, way);
}

/* @at: where the attribute begins, which is in the message by now */
static void spoil(uint32_t at, enum way way)
{
	struct nlattr *attr = (struct nlattr *)(message.data + at);

	if (message.len < at + sizeof(*attr))
		return;
	if (way == NO_NEST)
		attr->nla_type ^= NLA_F_NESTED;
	else if (way == WRONG_LENGTH)
		attr->nla_len = (uint16_t)(attr->nla_len + (int8_t)take());
	else if (way == OTHER_TYPE)
		attr->nla_type = (attr->nla_type & NLA_F_NESTED) | (take() & 63);
}

static void put(const struct node *n)
{
	enum way how = take(), way = how & WAY_MASK;
	uint32_t at = message.len, i, times = 1;

	if (way == ABSENT)
		return;
	/* many of what there may be many of, too */
	if (way < AS_IT_IS && how > WAY_MASK)
		times = 1 + how / 16 % 4 + (how >> 6 == 3 ? TIMES : 0);
	for (i = 0; i < times; i++)
		put_one(n, way);
	if (way == SHORT_THEN_LONG || way == LONG_THEN_SHORT) {
		message.len = at;
		put_one(n, way == SHORT_THEN_LONG ? SHORT : LONG);
		put_one(n, way == SHORT_THEN_LONG ? LONG : SHORT);
	}
	spoil(at, way);
}

static void begin(uint8_t cmd, uint16_t flags)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)message.data;
	struct genlmsghdr *gnlh = NLMSG_DATA(nlh);

	memset(message.data, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	nlh->nlmsg_type = GENL_ID_CTRL + 1;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	gnlh->cmd = cmd;
	gnlh->version = ESMTP_GENL_VERSION;
	message.len = NLMSG_HDRLEN + GENL_HDRLEN;
}

/* What is sent back is written out, and thrown away. */
static bool ask(struct sock *sk, int fd)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)message.data;
	static char buf[1 << 16];

	nlh->nlmsg_len = message.len;
	if (!genl_request(sk, nlh))
		return false;
	while (genl_client_waits(sk)) {
		if (genl_client_write(sk))
			return false;
		while (recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0)
			;
	}
	return true;
}

/* Whatever is in force by now has to be fit to judge any connection. */
static void judge(void)
{
	struct esmtp_kpolicy *kp = esmtp_net_policy_get(esmtp_net(&init_net));
	struct esmtp_flowspec spec = {
		.real = { .family = ESMTP_AF_INET, .src = { .b = { 10 } },
			  .dst = { .b = { 192, 168, 1, 1 } }, .sport = 4000, .dport = 25 },
		.in = "eth0", .out = "",
	};

	spec.wire = spec.real;
	if (!kp)
		return;
	(void)esmtp_classify(&kp->p, &spec);
	esmtp_acl_hits_count(kp, &spec);
	spec.real.family = spec.wire.family = ESMTP_AF_INET6;
	(void)esmtp_classify(&kp->p, &spec);
	esmtp_acl_hits_count(kp, &spec);
	esmtp_kpolicy_put(kp);
}

static void play(struct sock *sk, int fd)
{
	const struct forged *m;
	int i;

	for (i = 0; i < MESSAGES_AT_ONCE && input < input_end; i++) {
		m = &messages[take() % ARRAY_SIZE(messages)];
		begin(m->cmd, m->flags);
		put_kids(m->root.kids, false);
		if (!ask(sk, fd))
			return;
		judge();
		begin(ESMTP_CMD_POLICY_GET, NLM_F_DUMP);
		nla_put_flag(&message, ESMTP_A_WANT_ACES);
		nla_put_flag(&message, ESMTP_A_WANT_WOULD);
		if (!ask(sk, fd))
			return;
	}
}

static void start(void)
{
	daemon_up();
	esmtp_netlink_init();
	message.data = malloc(SIZE);
	message.size = SIZE;
	if (!message.data)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sock *sk;
	int pair[2];

	if (!message.data)
		start();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair))
		return 0;
	sk = genl_client_open(pair[0], true);
	input = data;
	input_end = data + size;
	play(sk, pair[1]);
	genl_client_close(sk);
	close(pair[1]);
	return 0;
}
