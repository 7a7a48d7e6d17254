// SPDX-License-Identifier: GPL-2.0
/* Connections from ESMTP_CMD_CONN_GET. */
#include "model.h"

#include <string.h>

#include <linux/genetlink.h>
#include <linux/nf_esmtp.h>

struct walk {
	esmtp_conn_fn fn;
	void *ctx;
};

static int collect(const struct nlattr *attr, void *ctx)
{
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
	const struct nlattr **tb = ctx;
	u16 type = mnl_attr_get_type(attr);

	if (type > ESMTP_CONN_A_MAX)
		return MNL_CB_OK;
	if (kind[type] && mnl_attr_validate(attr, kind[type]) < 0)
		return MNL_CB_ERROR;
	tb[type] = attr;
	return MNL_CB_OK;
}

static u64 get_u64(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u64(attr) : 0;
}

static u16 get_u16(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u16(attr) : 0;
}

static const char *get_str(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_str(attr) : NULL;
}

static void get_addr(struct esmtp_addr *to, const struct nlattr *attr)
{
	if (attr && mnl_attr_get_payload_len(attr) == sizeof(to->b))
		memcpy(to->b, mnl_attr_get_payload(attr), sizeof(to->b));
}

static int one(const struct nlattr *attr, void *ctx)
{
	const struct nlattr *tb[ESMTP_CONN_A_MAX + 1] = { NULL };
	struct esmtp_conn_view c = { .family = ESMTP_AF_INET };
	const struct walk *w = ctx;

	if (mnl_attr_get_type(attr) != ESMTP_A_CONN)
		return MNL_CB_OK;
	if (mnl_attr_parse_nested(attr, collect, tb) < 0)
		return MNL_CB_ERROR;
	if (tb[ESMTP_CONN_A_FAMILY])
		c.family = mnl_attr_get_u8(tb[ESMTP_CONN_A_FAMILY]);
	get_addr(&c.client, tb[ESMTP_CONN_A_CLIENT]);
	get_addr(&c.server, tb[ESMTP_CONN_A_SERVER]);
	c.client_port = get_u16(tb[ESMTP_CONN_A_CLIENT_PORT]);
	c.server_port = get_u16(tb[ESMTP_CONN_A_SERVER_PORT]);
	c.state = get_str(tb[ESMTP_CONN_A_STATE]);
	c.map = get_str(tb[ESMTP_CONN_A_MAP]);
	c.reason = get_str(tb[ESMTP_CONN_A_REASON]);
	c.packets = get_u64(tb[ESMTP_CONN_A_PACKETS]);
	c.c2s = get_u64(tb[ESMTP_CONN_A_BYTES_C2S]);
	c.s2c = get_u64(tb[ESMTP_CONN_A_BYTES_S2C]);
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
