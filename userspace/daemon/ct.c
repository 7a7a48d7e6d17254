// SPDX-License-Identifier: GPL-2.0
/* Queries conntrack (ctnetlink) for the tuples of connections. */
#include "ct.h"
#include "plane.h"

#include <libmnl/libmnl.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

/* ATTRS: more than the attribute types of any ctnetlink nest that is read here. */
enum { ATTRS = 32, BUFFER = 1 << 16 };

/* What a filter compares: bits that the kernel's CTA_FILTER_*_FLAGS have, but no header. */
enum { FILTER_SRC = 1 << 0, FILTER_PROTO_NUM = 1 << 3, FILTER_SRC_PORT = 1 << 4 };

static int collect_attr(const struct nlattr *attr, void *ctx)
{
	const struct nlattr **tb = ctx;

	if (mnl_attr_get_type(attr) < ATTRS)
		tb[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static void parse_nested_attrs(const struct nlattr *nest, const struct nlattr **tb)
{
	u32 i;

	for (i = 0; i < ATTRS; i++)
		tb[i] = NULL;
	if (nest)
		mnl_attr_parse_nested(nest, collect_attr, tb);
}

static u8 get_addr(struct esmtp_addr *to, const struct nlattr *v4, const struct nlattr *v6)
{
	const struct nlattr *attr = v4 ? v4 : v6;
	size_t n = v4 ? 4 : 16;

	memset(to, 0, sizeof(*to));
	if (!attr || mnl_attr_get_payload_len(attr) != n)
		return ESMTP_AF_ANY;
	memcpy(to->b, mnl_attr_get_payload(attr), n);
	return v4 ? ESMTP_AF_INET : ESMTP_AF_INET6;
}

static u16 get_port(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) == sizeof(u16) ?
	       ntohs(mnl_attr_get_u16(attr)) : 0;
}

/* Parses the tuple of one direction; false if it is not TCP. */
static bool parse_tuple(const struct nlattr *nest, struct esmtp_tuple *t)
{
	const struct nlattr *tb[ATTRS], *ip[ATTRS], *proto[ATTRS];

	parse_nested_attrs(nest, tb);
	parse_nested_attrs(tb[CTA_TUPLE_IP], ip);
	parse_nested_attrs(tb[CTA_TUPLE_PROTO], proto);
	if (!proto[CTA_PROTO_NUM] ||
	    mnl_attr_get_u8(proto[CTA_PROTO_NUM]) != IPPROTO_TCP)
		return false;
	t->proto = IPPROTO_TCP;
	t->sport = get_port(proto[CTA_PROTO_SRC_PORT]);
	t->dport = get_port(proto[CTA_PROTO_DST_PORT]);
	t->family = get_addr(&t->src, ip[CTA_IP_V4_SRC], ip[CTA_IP_V6_SRC]);
	return get_addr(&t->dst, ip[CTA_IP_V4_DST], ip[CTA_IP_V6_DST]);
}

/*
 * Parses both tuples of a connection. Its real addresses are the client's before and
 * the server's after NAT: source of the original, source of the reply tuple. Those on
 * the wire are the translated ones, both destinations. False if it is not TCP.
 */
static bool parse_flowspec(const struct nlattr *const *ct, struct esmtp_flowspec *spec)
{
	struct esmtp_tuple orig, reply;

	if (!parse_tuple(ct[CTA_TUPLE_ORIG], &orig) || !parse_tuple(ct[CTA_TUPLE_REPLY], &reply))
		return false;
	spec->real = orig;
	spec->real.dst = reply.src;
	spec->real.dport = reply.sport;
	spec->wire = orig;
	spec->wire.src = reply.dst;
	spec->wire.sport = reply.dport;
	spec->in = "";
	spec->out = "";
	return true;
}

/* Of two timeouts that follow each other the longer counts. */
static struct timeout {
	const char *name, *next;
	u32 seconds;
} timeouts[CT_SECONDS] = {
	[CT_SECONDS_HALF_OPEN] = { "syn_sent", "syn_recv", 120 },
	[CT_SECONDS_OPEN] = { "established", NULL, 5 * 24 * 3600 },
	[CT_SECONDS_UNACKED] = { "unacknowledged", NULL, 300 },
	[CT_SECONDS_HALF_CLOSED] = { "fin_wait", "close_wait", 120 },
	[CT_SECONDS_CLOSED] = { "time_wait", "last_ack", 120 },
	[CT_SECONDS_RESET] = { "close", NULL, 10 },
};

static u32 read_timeout(const char *name, u32 otherwise)
{
	char path[96];
	unsigned int n;
	FILE *f;

	if (!name)
		return 0;
	snprintf(path, sizeof(path), "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_%s", name);
	f = fopen(path, "re");
	if (!f || fscanf(f, "%u", &n) != 1)
		n = otherwise;
	if (f)
		fclose(f);
	return n;
}

/**
 * ct_read_seconds() - read conntrack's timeouts
 *
 * Context: before there are other threads.
 */
void ct_read_seconds(void)
{
	struct timeout *t;
	u32 first, next;

	for (t = timeouts; t < timeouts + CT_SECONDS; t++) {
		first = read_timeout(t->name, t->seconds);
		next = read_timeout(t->next, 0);
		t->seconds = max(first, next);
	}
}

/**
 * ct_seconds() - one of conntrack's timeouts
 * @which: which
 *
 * Return: seconds, as they were when ct_read_seconds() read them.
 */
u32 ct_seconds(enum ct_seconds which)
{
	return timeouts[which].seconds;
}

/**
 * ct_read() - read the addresses of a connection
 * @ct: the connection, as it came with a packet: CTA_* in an attribute; or NULL
 * @spec: filled, without interfaces
 *
 * Return: false if they are not there.
 */
bool ct_read(const struct nlattr *ct, struct esmtp_flowspec *spec)
{
	const struct nlattr *tb[ATTRS];

	parse_nested_attrs(ct, tb);
	return ct && parse_flowspec(tb, spec);
}

struct walk {
	void (*fn)(const struct esmtp_flowspec *spec, enum ct_life life, void *ctx);
	void *ctx;
};

static enum ct_life get_ct_life(const struct nlattr *info)
{
	const struct nlattr *proto[ATTRS], *tcp[ATTRS];
	u8 state;

	parse_nested_attrs(info, proto);
	parse_nested_attrs(proto[CTA_PROTOINFO_TCP], tcp);
	if (!tcp[CTA_PROTOINFO_TCP_STATE])
		return CT_OVER;
	state = mnl_attr_get_u8(tcp[CTA_PROTOINFO_TCP_STATE]);
	if (state < TCP_CONNTRACK_SYN_SENT || state >= TCP_CONNTRACK_TIME_WAIT)
		return CT_OVER;
	return state > TCP_CONNTRACK_SYN_RECV ? CT_OPEN : CT_HALF_OPEN;
}

static int visit_ct_entry(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *ct[ATTRS] = { NULL };
	struct esmtp_flowspec spec;
	const struct walk *w = ctx;

	mnl_attr_parse(nlh, sizeof(struct nfgenmsg), collect_attr, ct);
	if (parse_flowspec(ct, &spec))
		w->fn(&spec, get_ct_life(ct[CTA_PROTOINFO]), w->ctx);
	return MNL_CB_OK;
}

/* Passes each reply to request @seq to @fn, until the last or an error. */
static int receive_replies(struct mnl_socket *nl, u32 seq, mnl_cb_t fn, void *ctx)
{
	char *buf = malloc(BUFFER);
	ssize_t n = buf ? 1 : -1;

	while (n > 0) {
		n = mnl_socket_recvfrom(nl, buf, BUFFER);
		if (n > 0)
			n = mnl_cb_run(buf, (size_t)n, seq, mnl_socket_get_portid(nl),
				       fn, ctx);
	}
	free(buf);
	return (int)n;
}

static struct nlmsghdr *build_ct_request(char *buf, u8 cmd, u8 family, u16 flags, u32 seq)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg;

	nlh->nlmsg_type = (u16)(NFNL_SUBSYS_CTNETLINK << 8 | cmd);
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = seq;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->nfgen_family = family;
	nfg->version = NFNETLINK_V0;
	return nlh;
}

static struct mnl_socket *open_ct_socket(void)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);

	if (nl && mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		mnl_socket_close(nl);
		return NULL;
	}
	return nl;
}

/**
 * ct_dump() - walk the TCP connections of conntrack
 * @fn: called for each, with the state of its handshake; its
 *	@spec is valid during the call only
 * @ctx: for @fn
 *
 * Return: 0 or a negative errno.
 */
int ct_dump(void (*fn)(const struct esmtp_flowspec *spec, enum ct_life life,
		       void *ctx), void *ctx)
{
	char buf[64] __attribute__((aligned(4)));
	struct walk w = { .fn = fn, .ctx = ctx };
	struct mnl_socket *nl = open_ct_socket();
	struct nlmsghdr *nlh;
	int err = -1;

	if (!nl)
		return -errno;
	nlh = build_ct_request(buf, IPCTNL_MSG_CT_GET, AF_UNSPEC, NLM_F_DUMP, 0);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) > 0)
		err = receive_replies(nl, 0, visit_ct_entry, &w);
	err = err < 0 ? -errno : 0;
	mnl_socket_close(nl);
	return err;
}

static void put_tuple(struct nlmsghdr *nlh, u16 type, const struct esmtp_tuple *t)
{
	bool v4 = t->family == ESMTP_AF_INET;
	size_t n = v4 ? 4 : 16;
	struct nlattr *whole = mnl_attr_nest_start(nlh, type), *part;

	part = mnl_attr_nest_start(nlh, CTA_TUPLE_IP);
	mnl_attr_put(nlh, v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, n, &t->src);
	mnl_attr_put(nlh, v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, n, &t->dst);
	mnl_attr_nest_end(nlh, part);
	part = mnl_attr_nest_start(nlh, CTA_TUPLE_PROTO);
	mnl_attr_put_u8(nlh, CTA_PROTO_NUM, IPPROTO_TCP);
	mnl_attr_put_u16(nlh, CTA_PROTO_SRC_PORT, htons(t->sport));
	mnl_attr_put_u16(nlh, CTA_PROTO_DST_PORT, htons(t->dport));
	mnl_attr_nest_end(nlh, part);
	mnl_attr_nest_end(nlh, whole);
}

/* A search for a connection by its real addresses. */
struct search {
	const struct esmtp_tuple *real;
	struct esmtp_flowspec *spec;
	bool found;
};

static int match_ct_entry(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *ct[ATTRS] = { NULL };
	struct esmtp_flowspec spec;
	struct search *s = ctx;

	mnl_attr_parse(nlh, sizeof(struct nfgenmsg), collect_attr, ct);
	if (!parse_flowspec(ct, &spec) || memcmp(&spec.real, s->real, sizeof(spec.real)) != 0)
		return MNL_CB_OK;
	*s->spec = spec;
	s->found = true;
	return MNL_CB_OK;
}

static u8 get_address_family(const struct esmtp_tuple *t)
{
	return t->family == ESMTP_AF_INET ? AF_INET : AF_INET6;
}

/* A ctnetlink socket per thread, opened on first use. */
static __thread struct mnl_socket *thread_socket;

static struct mnl_socket *get_thread_socket(void)
{
	if (!thread_socket)
		thread_socket = open_ct_socket();
	return thread_socket;
}

/**
 * ct_leave() - close what this thread asks conntrack by
 *
 * Context: a thread that ends.
 */
void ct_leave(void)
{
	if (thread_socket)
		mnl_socket_close(thread_socket);
	thread_socket = NULL;
}

static bool query_ct(struct mnl_socket *nl, u16 type, const struct esmtp_tuple *t,
		     struct search *s)
{
	static __thread u32 seq;
	char buf[256] __attribute__((aligned(4)));
	struct nlmsghdr *nlh;

	nlh = build_ct_request(buf, IPCTNL_MSG_CT_GET, get_address_family(t), NLM_F_ACK, ++seq);
	put_tuple(nlh, type, t);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) > 0)
		receive_replies(nl, seq, match_ct_entry, s);
	return s->found;
}

/* Only those of the client's address and port are sent, by kernels from 5.8 on. */
static void put_client_filter(struct nlmsghdr *nlh, const struct esmtp_tuple *t)
{
	struct nlattr *nest;

	put_tuple(nlh, CTA_TUPLE_ORIG, t);
	nest = mnl_attr_nest_start(nlh, CTA_FILTER);
	mnl_attr_put_u32(nlh, CTA_FILTER_ORIG_FLAGS,
			 FILTER_SRC | FILTER_PROTO_NUM | FILTER_SRC_PORT);
	mnl_attr_put_u32(nlh, CTA_FILTER_REPLY_FLAGS, 0);
	mnl_attr_nest_end(nlh, nest);
}

static bool walk_ct(const struct esmtp_tuple *t, struct search *s)
{
	char buf[512] __attribute__((aligned(4)));
	struct mnl_socket *nl = open_ct_socket();
	struct nlmsghdr *nlh;

	if (!nl)
		return false;
	plane_count(PLANE_WALKS);
	nlh = build_ct_request(buf, IPCTNL_MSG_CT_GET, get_address_family(t), NLM_F_DUMP, 0);
	put_client_filter(nlh, t);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) > 0)
		receive_replies(nl, 0, match_ct_entry, s);
	mnl_socket_close(nl);
	return s->found;
}

/**
 * ct_find() - ask conntrack for all addresses of a connection
 * @real: the client's as it sends and the server's as it answers
 * @spec: filled, without interfaces
 *
 * For kernels that don't send it with the packet (NETFILTER_NETLINK_GLUE_CT). Conntrack
 * looks a connection up by the tuple of either direction. Only if source and destination
 * are both translated do both tuples differ from the real addresses; then the kernel walks
 * all connections to find it, by its client.
 *
 * Context: any thread; each has a socket of its own for it.
 * Return: false if there is none.
 */
bool ct_find(const struct esmtp_tuple *real, struct esmtp_flowspec *spec)
{
	struct search s = { .real = real, .spec = spec };
	struct mnl_socket *nl = get_thread_socket();
	struct esmtp_tuple back = *real;

	if (!nl)
		return false;
	back.src = real->dst;
	back.dst = real->src;
	back.sport = real->dport;
	back.dport = real->sport;
	return query_ct(nl, CTA_TUPLE_ORIG, real, &s) || query_ct(nl, CTA_TUPLE_REPLY, &back, &s) ||
	       walk_ct(real, &s);
}

/**
 * ct_be_liberal() - have conntrack not judge a connection by its sequence numbers
 * @spec: the connection
 *
 * Where edits change the length of a stream, conntrack sees acknowledgement numbers
 * before this daemon has translated them back. The engine checks all of them itself.
 */
void ct_be_liberal(const struct esmtp_flowspec *spec)
{
	const struct nf_ct_tcp_flags flags = {
		.flags = IP_CT_TCP_FLAG_BE_LIBERAL,
		.mask = IP_CT_TCP_FLAG_BE_LIBERAL,
	};
	char buf[512] __attribute__((aligned(4)));
	struct mnl_socket *nl = get_thread_socket();
	struct esmtp_tuple orig = spec->real;
	struct nlattr *info, *tcp;
	struct nlmsghdr *nlh;

	if (!nl)
		return;
	orig.dst = spec->wire.dst;
	orig.dport = spec->wire.dport;
	nlh = build_ct_request(buf, IPCTNL_MSG_CT_NEW, get_address_family(&orig), NLM_F_ACK, 0);
	put_tuple(nlh, CTA_TUPLE_ORIG, &orig);
	info = mnl_attr_nest_start(nlh, CTA_PROTOINFO);
	tcp = mnl_attr_nest_start(nlh, CTA_PROTOINFO_TCP);
	mnl_attr_put(nlh, CTA_PROTOINFO_TCP_FLAGS_ORIGINAL, sizeof(flags), &flags);
	mnl_attr_put(nlh, CTA_PROTOINFO_TCP_FLAGS_REPLY, sizeof(flags), &flags);
	mnl_attr_nest_end(nlh, tcp);
	mnl_attr_nest_end(nlh, info);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) > 0)
		receive_replies(nl, 0, NULL, NULL);
}
