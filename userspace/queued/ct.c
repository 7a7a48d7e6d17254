// SPDX-License-Identifier: GPL-2.0
/* What conntrack tells of connections: the addresses of both of their ways. */
#include "ct.h"

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

/* No nest of conntrack's that is read here has more types. */
enum { ATTRS = 32, BUFFER = 1 << 16 };

static int collect(const struct nlattr *attr, void *ctx)
{
	const struct nlattr **tb = ctx;

	if (mnl_attr_get_type(attr) < ATTRS)
		tb[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static void nested(const struct nlattr *nest, const struct nlattr **tb)
{
	u32 i;

	for (i = 0; i < ATTRS; i++)
		tb[i] = NULL;
	if (nest)
		mnl_attr_parse_nested(nest, collect, tb);
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

/* One way of a connection; false if it is none of TCP. */
static bool tuple(const struct nlattr *nest, struct esmtp_tuple *t)
{
	const struct nlattr *tb[ATTRS], *ip[ATTRS], *proto[ATTRS];

	nested(nest, tb);
	nested(tb[CTA_TUPLE_IP], ip);
	nested(tb[CTA_TUPLE_PROTO], proto);
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
 * The addresses of a connection, as a policy sees them, by its attributes. The real
 * ones are the client's as it sent it and the server's as it answers; on the wire
 * are the others. False if it is none of TCP.
 */
static bool read_spec(const struct nlattr *const *ct, struct esmtp_flowspec *spec)
{
	struct esmtp_tuple orig, reply;

	if (!tuple(ct[CTA_TUPLE_ORIG], &orig) || !tuple(ct[CTA_TUPLE_REPLY], &reply))
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

/**
 * ct_established_seconds() - how long conntrack keeps an idle connection
 *
 * Return: seconds, as they were when this was first called.
 */
u32 ct_established_seconds(void)
{
	static u32 seconds;
	unsigned int n;
	FILE *f;

	if (seconds)
		return seconds;
	f = fopen("/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established", "re");
	if (!f || fscanf(f, "%u", &n) != 1)
		n = 5 * 24 * 3600;
	if (f)
		fclose(f);
	seconds = n;
	return n;
}

struct walk {
	void (*fn)(const struct esmtp_flowspec *spec, enum ct_life life, void *ctx);
	void *ctx;
};

static enum ct_life life_of(const struct nlattr *info)
{
	const struct nlattr *proto[ATTRS], *tcp[ATTRS];
	u8 state;

	nested(info, proto);
	nested(proto[CTA_PROTOINFO_TCP], tcp);
	if (!tcp[CTA_PROTOINFO_TCP_STATE])
		return CT_OVER;
	state = mnl_attr_get_u8(tcp[CTA_PROTOINFO_TCP_STATE]);
	if (state < TCP_CONNTRACK_SYN_SENT || state >= TCP_CONNTRACK_TIME_WAIT)
		return CT_OVER;
	return state > TCP_CONNTRACK_SYN_RECV ? CT_OPEN : CT_HALF_OPEN;
}

static int one(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *ct[ATTRS] = { NULL };
	struct esmtp_flowspec spec;
	const struct walk *w = ctx;

	mnl_attr_parse(nlh, sizeof(struct nfgenmsg), collect, ct);
	if (read_spec(ct, &spec))
		w->fn(&spec, life_of(ct[CTA_PROTOINFO]), w->ctx);
	return MNL_CB_OK;
}

/* What a request is answered with; its buffer is the caller's. */
static int answer(struct mnl_socket *nl, u32 seq, mnl_cb_t fn, void *ctx)
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

static struct nlmsghdr *request(char *buf, u8 cmd, u8 family, u16 flags, u32 seq)
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

static struct mnl_socket *open_socket(void)
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
 * @fn: called for each, with how far it has got; its
 *	@spec lives during the call only
 * @ctx: for @fn
 *
 * Return: 0 or a negative errno.
 */
int ct_dump(void (*fn)(const struct esmtp_flowspec *spec, enum ct_life life,
		       void *ctx), void *ctx)
{
	char buf[64] __attribute__((aligned(4)));
	struct walk w = { .fn = fn, .ctx = ctx };
	struct mnl_socket *nl = open_socket();
	struct nlmsghdr *nlh;
	int err = -1;

	if (!nl)
		return -errno;
	nlh = request(buf, IPCTNL_MSG_CT_GET, AF_UNSPEC, NLM_F_DUMP, 0);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) > 0)
		err = answer(nl, 0, one, &w);
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

/* Look for a connection by its real addresses. */
struct search {
	const struct esmtp_tuple *real;
	struct esmtp_flowspec *spec;
	bool found;
};

static int match(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *ct[ATTRS] = { NULL };
	struct esmtp_flowspec spec;
	struct search *s = ctx;

	mnl_attr_parse(nlh, sizeof(struct nfgenmsg), collect, ct);
	if (!read_spec(ct, &spec) || memcmp(&spec.real, s->real, sizeof(spec.real)) != 0)
		return MNL_CB_OK;
	*s->spec = spec;
	s->found = true;
	return MNL_CB_OK;
}

static u8 family_of(const struct esmtp_tuple *t)
{
	return t->family == ESMTP_AF_INET ? AF_INET : AF_INET6;
}

/* Each thread has a socket of its own for questions. */
static struct mnl_socket *own_socket(void)
{
	static __thread struct mnl_socket *nl;

	if (!nl)
		nl = open_socket();
	return nl;
}

static bool ask(struct mnl_socket *nl, u16 type, const struct esmtp_tuple *t,
		struct search *s)
{
	static __thread u32 seq;
	char buf[256] __attribute__((aligned(4)));
	struct nlmsghdr *nlh;

	nlh = request(buf, IPCTNL_MSG_CT_GET, family_of(t), NLM_F_ACK, ++seq);
	put_tuple(nlh, type, t);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) > 0)
		answer(nl, seq, match, s);
	return s->found;
}

static void found_in_dump(const struct esmtp_flowspec *spec, enum ct_life life,
			  void *ctx)
{
	struct search *s = ctx;

	(void)life;
	if (memcmp(&spec->real, s->real, sizeof(spec->real)) != 0)
		return;
	*s->spec = *spec;
	s->found = true;
}

/**
 * ct_find() - ask conntrack for all addresses of a connection
 * @real: the client's as it sends and the server's as it answers
 * @spec: filled, without interfaces
 *
 * It is known by the addresses of either way; both of these differ from the real
 * ones only where source and destination are translated, and it takes a look at all
 * connections to find it.
 *
 * Context: any thread; each has a socket of its own for it.
 * Return: false if there is none.
 */
bool ct_find(const struct esmtp_tuple *real, struct esmtp_flowspec *spec)
{
	struct search s = { .real = real, .spec = spec };
	struct mnl_socket *nl = own_socket();
	struct esmtp_tuple back = *real;

	if (!nl)
		return false;
	back.src = real->dst;
	back.dst = real->src;
	back.sport = real->dport;
	back.dport = real->sport;
	return ask(nl, CTA_TUPLE_ORIG, real, &s) || ask(nl, CTA_TUPLE_REPLY, &back, &s) ||
	       (!ct_dump(found_in_dump, &s) && s.found);
}

/**
 * ct_be_liberal() - have conntrack not judge a connection by its sequence numbers
 * @spec: the connection
 *
 * Where edits change the length of a stream its ends count differently, and conntrack
 * comes before this daemon has turned numbers back. The engine looks at each of them.
 */
void ct_be_liberal(const struct esmtp_flowspec *spec)
{
	const struct nf_ct_tcp_flags flags = {
		.flags = IP_CT_TCP_FLAG_BE_LIBERAL,
		.mask = IP_CT_TCP_FLAG_BE_LIBERAL,
	};
	char buf[512] __attribute__((aligned(4)));
	struct mnl_socket *nl = own_socket();
	struct esmtp_tuple orig = spec->real;
	struct nlattr *info, *tcp;
	struct nlmsghdr *nlh;

	if (!nl)
		return;
	orig.dst = spec->wire.dst;
	orig.dport = spec->wire.dport;
	nlh = request(buf, IPCTNL_MSG_CT_NEW, family_of(&orig), NLM_F_ACK, 0);
	put_tuple(nlh, CTA_TUPLE_ORIG, &orig);
	info = mnl_attr_nest_start(nlh, CTA_PROTOINFO);
	tcp = mnl_attr_nest_start(nlh, CTA_PROTOINFO_TCP);
	mnl_attr_put(nlh, CTA_PROTOINFO_TCP_FLAGS_ORIGINAL, sizeof(flags), &flags);
	mnl_attr_put(nlh, CTA_PROTOINFO_TCP_FLAGS_REPLY, sizeof(flags), &flags);
	mnl_attr_nest_end(nlh, tcp);
	mnl_attr_nest_end(nlh, info);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) > 0)
		answer(nl, 0, NULL, NULL);
}
