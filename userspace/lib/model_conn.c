// SPDX-License-Identifier: GPL-2.0
/* Connections from ESMTP_CMD_CONN_GET. */
#include "attr.h"
#include "model.h"

#include <linux/genetlink.h>
#include <linux/nf_esmtp.h>

struct walk {
	esmtp_conn_fn fn;
	void *ctx;
};

static const enum mnl_attr_data_type kind[ESMTP_CONN_A_MAX + 1] = {
	[ESMTP_CONN_A_FAMILY] = MNL_TYPE_U8,
	[ESMTP_CONN_A_CLIENT_PORT] = MNL_TYPE_U16,
	[ESMTP_CONN_A_SERVER_PORT] = MNL_TYPE_U16,
	[ESMTP_CONN_A_STATE] = MNL_TYPE_NUL_STRING,
	[ESMTP_CONN_A_MAP] = MNL_TYPE_NUL_STRING,
	[ESMTP_CONN_A_REASON] = MNL_TYPE_NUL_STRING,
	[ESMTP_CONN_A_PACKETS] = MNL_TYPE_U64,
	[ESMTP_CONN_A_BYTES_C2S] = MNL_TYPE_U64,
	[ESMTP_CONN_A_BYTES_S2C] = MNL_TYPE_U64,
	[ESMTP_CONN_A_ID] = MNL_TYPE_U32,
	[ESMTP_CONN_A_CLIENT_IF] = MNL_TYPE_NUL_STRING,
	[ESMTP_CONN_A_SERVER_IF] = MNL_TYPE_NUL_STRING,
	[ESMTP_CONN_A_WIRE_CLIENT_PORT] = MNL_TYPE_U16,
	[ESMTP_CONN_A_WIRE_SERVER_PORT] = MNL_TYPE_U16,
	[ESMTP_CONN_A_IDLE] = MNL_TYPE_U32,
	[ESMTP_CONN_A_UPTIME] = MNL_TYPE_U32,
	[ESMTP_CONN_A_GENERATION] = MNL_TYPE_U32,
};

/* Where it goes, and how its ends know each other. */
static void get_path(struct esmtp_conn_view *c, const struct nlattr **tb)
{
	attr_addr(&c->client, tb[ESMTP_CONN_A_CLIENT]);
	attr_addr(&c->server, tb[ESMTP_CONN_A_SERVER]);
	c->client_port = attr_u16(tb[ESMTP_CONN_A_CLIENT_PORT]);
	c->server_port = attr_u16(tb[ESMTP_CONN_A_SERVER_PORT]);
	attr_addr(&c->wire_client, tb[ESMTP_CONN_A_WIRE_CLIENT]);
	attr_addr(&c->wire_server, tb[ESMTP_CONN_A_WIRE_SERVER]);
	c->wire_client_port = attr_u16(tb[ESMTP_CONN_A_WIRE_CLIENT_PORT]);
	c->wire_server_port = attr_u16(tb[ESMTP_CONN_A_WIRE_SERVER_PORT]);
	if (!tb[ESMTP_CONN_A_WIRE_CLIENT]) {
		c->wire_client = c->client;
		c->wire_server = c->server;
		c->wire_client_port = c->client_port;
		c->wire_server_port = c->server_port;
	}
	c->client_if = attr_str(tb[ESMTP_CONN_A_CLIENT_IF]);
	c->server_if = attr_str(tb[ESMTP_CONN_A_SERVER_IF]);
}

static int one(const struct nlattr *attr, void *ctx)
{
	const struct nlattr *tb[ESMTP_CONN_A_MAX + 1] = { NULL };
	struct esmtp_conn_view c = { .family = ESMTP_AF_INET };
	struct attr_table table = {
		.tb = tb,
		.kind = kind,
		.many = 1 << ESMTP_CONN_A_PAD,
		.max = ESMTP_CONN_A_MAX,
	};
	const struct walk *w = ctx;

	if (mnl_attr_get_type(attr) != ESMTP_A_CONN)
		return MNL_CB_OK;
	if (mnl_attr_parse_nested(attr, attr_collect, &table) < 0)
		return MNL_CB_ERROR;
	if (tb[ESMTP_CONN_A_FAMILY])
		c.family = mnl_attr_get_u8(tb[ESMTP_CONN_A_FAMILY]);
	get_path(&c, tb);
	c.id = attr_u32(tb[ESMTP_CONN_A_ID]);
	c.idle = attr_u32(tb[ESMTP_CONN_A_IDLE]);
	c.uptime = attr_u32(tb[ESMTP_CONN_A_UPTIME]);
	c.generation = attr_u32(tb[ESMTP_CONN_A_GENERATION]);
	c.state = attr_str(tb[ESMTP_CONN_A_STATE]);
	c.map = attr_str(tb[ESMTP_CONN_A_MAP]);
	c.reason = attr_str(tb[ESMTP_CONN_A_REASON]);
	c.packets = attr_u64(tb[ESMTP_CONN_A_PACKETS]);
	c.c2s = attr_u64(tb[ESMTP_CONN_A_BYTES_C2S]);
	c.s2c = attr_u64(tb[ESMTP_CONN_A_BYTES_S2C]);
	w->fn(&c, w->ctx);
	return MNL_CB_OK;
}

static int answer(const struct nlmsghdr *nlh, void *ctx)
{
	return mnl_attr_parse(nlh, GENL_HDRLEN, one, ctx);
}

/**
 * esmtp_model_conns() - walk the connections
 * @nl: the socket
 * @fn: called for each; its strings live during the call only
 * @ctx: for @fn
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_model_conns(struct esmtp_nl *nl, esmtp_conn_fn fn, void *ctx)
{
	char buf[64] __attribute__((aligned(4)));
	struct walk w = { .fn = fn, .ctx = ctx };

	return esmtp_nl_call(nl, esmtp_nl_start(nl, buf, ESMTP_CMD_CONN_GET,
						NLM_F_DUMP), answer, &w);
}

/**
 * esmtp_model_conns_clear() - end connections
 * @nl: the socket
 * @family: of @addr, 0 for any address
 * @addr: address of an end, client or server
 * @port: port of that end, 0 for any
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_model_conns_clear(struct esmtp_nl *nl, u8 family,
			    const struct esmtp_addr *addr, u16 port)
{
	char buf[256] __attribute__((aligned(4)));
	struct nlmsghdr *nlh = esmtp_nl_start(nl, buf, ESMTP_CMD_CONN_CLEAR, NLM_F_ACK);
	struct nlattr *nest = mnl_attr_nest_start(nlh, ESMTP_A_CONN);

	if (family) {
		mnl_attr_put_u8(nlh, ESMTP_CONN_A_FAMILY, family);
		mnl_attr_put(nlh, ESMTP_CONN_A_CLIENT, sizeof(*addr), addr);
	}
	if (port)
		mnl_attr_put_u16(nlh, ESMTP_CONN_A_CLIENT_PORT, port);
	mnl_attr_nest_end(nlh, nest);
	return esmtp_nl_call(nl, nlh, NULL, NULL);
}
