// SPDX-License-Identifier: GPL-2.0
/*
 * The commands that show state at run time: ESMTP_CMD_CONN_GET and
 * ESMTP_CMD_STATS_GET.
 */
#include <net/sock.h>

#include "net.h"
#include "netlink.h"

struct conn_dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
};

/* Where a connection goes, and how its ends know each other. */
static int put_conn_path(struct sk_buff *skb, const struct esmtp_conn *c)
{
	const struct esmtp_tuple *t = &c->wire;

	return (c->client_if[0] &&
		nla_put_string(skb, ESMTP_CONN_A_CLIENT_IF, c->client_if)) ||
	       (c->server_if[0] &&
		nla_put_string(skb, ESMTP_CONN_A_SERVER_IF, c->server_if)) ||
	       nla_put(skb, ESMTP_CONN_A_WIRE_CLIENT, sizeof(t->src), &t->src) ||
	       nla_put_u16(skb, ESMTP_CONN_A_WIRE_CLIENT_PORT, t->sport) ||
	       nla_put(skb, ESMTP_CONN_A_WIRE_SERVER, sizeof(t->dst), &t->dst) ||
	       nla_put_u16(skb, ESMTP_CONN_A_WIRE_SERVER_PORT, t->dport);
}

static int put_conn_ages(struct sk_buff *skb, const struct esmtp_conn *c)
{
	return nla_put_u32(skb, ESMTP_CONN_A_ID, c->id) ||
	       nla_put_u32(skb, ESMTP_CONN_A_IDLE, c->idle) ||
	       nla_put_u32(skb, ESMTP_CONN_A_UPTIME, c->uptime) ||
	       nla_put_u32(skb, ESMTP_CONN_A_GENERATION, c->generation);
}

static int put_conn(struct sk_buff *skb, const struct esmtp_conn *c)
{
	const struct esmtp_tuple *t = &c->real;

	return nla_put_u8(skb, ESMTP_CONN_A_FAMILY, t->family) ||
	       nla_put(skb, ESMTP_CONN_A_CLIENT, sizeof(t->src), &t->src) ||
	       nla_put_u16(skb, ESMTP_CONN_A_CLIENT_PORT, t->sport) ||
	       nla_put(skb, ESMTP_CONN_A_SERVER, sizeof(t->dst), &t->dst) ||
	       nla_put_u16(skb, ESMTP_CONN_A_SERVER_PORT, t->dport) ||
	       nla_put_string(skb, ESMTP_CONN_A_STATE, c->state) ||
	       (c->map && nla_put_string(skb, ESMTP_CONN_A_MAP, c->map)) ||
	       (c->reason &&
		nla_put_string(skb, ESMTP_CONN_A_REASON, c->reason)) ||
	       nla_put_u64_64bit(skb, ESMTP_CONN_A_PACKETS, c->packets,
				 ESMTP_CONN_A_PAD) ||
	       nla_put_u64_64bit(skb, ESMTP_CONN_A_BYTES_C2S,
				 c->bytes[ESMTP_C2S], ESMTP_CONN_A_PAD) ||
	       nla_put_u64_64bit(skb, ESMTP_CONN_A_BYTES_S2C,
				 c->bytes[ESMTP_S2C], ESMTP_CONN_A_PAD) ||
	       put_conn_path(skb, c) || put_conn_ages(skb, c);
}

/* Puts one message per connection; false when there is no room. */
static bool dump_conn(void *ctx, const struct esmtp_conn *c)
{
	struct conn_dump *d = ctx;
	struct nlattr *nest;
	void *hdr;

	hdr = genlmsg_put(d->skb, NETLINK_CB(d->cb->skb).portid,
			  d->cb->nlh->nlmsg_seq, &esmtp_family, NLM_F_MULTI,
			  ESMTP_CMD_CONN_GET);
	if (!hdr)
		return false;
	nest = nla_nest_start(d->skb, ESMTP_A_CONN);
	if (!nest || put_conn(d->skb, c)) {
		genlmsg_cancel(d->skb, hdr);
		return false;
	}
	nla_nest_end(d->skb, nest);
	genlmsg_end(d->skb, hdr);
	return true;
}

/**
 * esmtp_netlink_conn_dump() - ESMTP_CMD_CONN_GET
 * @skb: where to
 * @cb: the dump
 *
 * Context: process context.
 * Return: bytes filled, 0 at the end.
 */
int esmtp_netlink_conn_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct esmtp_cursor *cursor = (struct esmtp_cursor *)cb->ctx;
	struct conn_dump d = { .skb = skb, .cb = cb };

	BUILD_BUG_ON(sizeof(*cursor) > sizeof(cb->ctx));
	esmtp_view_conns(sock_net(skb->sk), cursor, dump_conn, &d);
	return skb->len;
}

struct stats_reply {
	struct sk_buff *skb;
	int err;
};

static void put_stat(void *ctx, const char *name, u64 value)
{
	struct stats_reply *r = ctx;
	struct nlattr *nest;

	if (r->err)
		return;
	nest = nla_nest_start(r->skb, ESMTP_A_STAT);
	if (!nest || nla_put_string(r->skb, ESMTP_STAT_A_NAME, name) ||
	    nla_put_u64_64bit(r->skb, ESMTP_STAT_A_VALUE, value,
			      ESMTP_STAT_A_PAD)) {
		r->err = -EMSGSIZE;
		return;
	}
	nla_nest_end(r->skb, nest);
}

/* Names are short: 64 bytes hold any counter with its attributes. */
enum { STATS_SIZE = 64 * (2 * ESMTP_REASON_MAX + ESMTP_EVENT_MAX + 8) };

/**
 * esmtp_netlink_stats() - ESMTP_CMD_STATS_GET
 * @skb: the request
 * @info: of it
 *
 * Context: process context.
 * Return: 0 or an error.
 */
int esmtp_netlink_stats(struct sk_buff *skb, struct genl_info *info)
{
	struct stats_reply r = { .err = -EMSGSIZE };
	void *hdr;

	r.skb = genlmsg_new(STATS_SIZE, GFP_KERNEL);
	if (!r.skb) {
		NL_SET_ERR_MSG(info->extack, "not enough memory for the reply");
		return -ENOMEM;
	}
	hdr = genlmsg_put_reply(r.skb, info, &esmtp_family, 0,
				ESMTP_CMD_STATS_GET);
	if (hdr) {
		r.err = 0;
		esmtp_view_stats(esmtp_net(genl_info_net(info)), put_stat, &r);
	}
	if (r.err) {
		nlmsg_free(r.skb);
		NL_SET_ERR_MSG(info->extack, "the counters do not fit a message");
		return r.err;
	}
	genlmsg_end(r.skb, hdr);
	return genlmsg_reply(r.skb, info);
}
