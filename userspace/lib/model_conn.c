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
};

static int one(const struct nlattr *attr, void *ctx)
{
	const struct nlattr *tb[ESMTP_CONN_A_MAX + 1] = { NULL };
	struct esmtp_conn_view c = { .family = ESMTP_AF_INET };
	struct attr_table table = { tb, kind, ESMTP_CONN_A_MAX };
	const struct walk *w = ctx;

	if (mnl_attr_get_type(attr) != ESMTP_A_CONN)
		return MNL_CB_OK;
	if (mnl_attr_parse_nested(attr, attr_collect, &table) < 0)
		return MNL_CB_ERROR;
	if (tb[ESMTP_CONN_A_FAMILY])
		c.family = mnl_attr_get_u8(tb[ESMTP_CONN_A_FAMILY]);
	attr_addr(&c.client, tb[ESMTP_CONN_A_CLIENT]);
	attr_addr(&c.server, tb[ESMTP_CONN_A_SERVER]);
	c.client_port = attr_u16(tb[ESMTP_CONN_A_CLIENT_PORT]);
	c.server_port = attr_u16(tb[ESMTP_CONN_A_SERVER_PORT]);
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
