// SPDX-License-Identifier: GPL-2.0
/* Records of the audit trail: from the ring, and as they come. */
#include "attr.h"
#include "model.h"

#include <linux/genetlink.h>
#include <linux/nf_esmtp.h>

struct walk {
	esmtp_event_fn fn;
	void *ctx;
};

static const enum mnl_attr_data_type kind[ESMTP_EVENT_A_MAX + 1] = {
	[ESMTP_EVENT_A_SEQ] = MNL_TYPE_U64,
	[ESMTP_EVENT_A_TIME] = MNL_TYPE_U64,
	[ESMTP_EVENT_A_KIND] = MNL_TYPE_U8,
	[ESMTP_EVENT_A_FAMILY] = MNL_TYPE_U8,
	[ESMTP_EVENT_A_CLIENT_PORT] = MNL_TYPE_U16,
	[ESMTP_EVENT_A_SERVER_PORT] = MNL_TYPE_U16,
	[ESMTP_EVENT_A_CLIENT_IF] = MNL_TYPE_NUL_STRING,
	[ESMTP_EVENT_A_SERVER_IF] = MNL_TYPE_NUL_STRING,
	[ESMTP_EVENT_A_MAP] = MNL_TYPE_NUL_STRING,
	[ESMTP_EVENT_A_NAME] = MNL_TYPE_NUL_STRING,
	[ESMTP_EVENT_A_TEXT] = MNL_TYPE_NUL_STRING,
	[ESMTP_EVENT_A_RULE] = MNL_TYPE_U32,
	[ESMTP_EVENT_A_ACTION] = MNL_TYPE_U8,
	[ESMTP_EVENT_A_REASON] = MNL_TYPE_NUL_STRING,
	[ESMTP_EVENT_A_OFFSET] = MNL_TYPE_U32,
	[ESMTP_EVENT_A_VALUE] = MNL_TYPE_U32,
	[ESMTP_EVENT_A_LIMIT] = MNL_TYPE_U32,
	[ESMTP_EVENT_A_SUPPRESSED] = MNL_TYPE_U32,
	[ESMTP_EVENT_A_BYTES] = MNL_TYPE_U64,
	[ESMTP_EVENT_A_PACKETS] = MNL_TYPE_U64,
	[ESMTP_EVENT_A_SECONDS] = MNL_TYPE_U32,
	[ESMTP_EVENT_A_CONN] = MNL_TYPE_U32,
	[ESMTP_EVENT_A_WIRE_CLIENT_PORT] = MNL_TYPE_U16,
	[ESMTP_EVENT_A_WIRE_SERVER_PORT] = MNL_TYPE_U16,
};

/* Empty is none. */
static const char *get_str(const struct nlattr *attr)
{
	const char *s = attr_str(attr);

	return s && *s ? s : NULL;
}

/* As the ends know each other. */
static void get_wire(struct esmtp_event_view *ev, const struct nlattr **tb)
{
	if (!tb[ESMTP_EVENT_A_WIRE_CLIENT]) {
		ev->wire_client = ev->client;
		ev->wire_server = ev->server;
		ev->wire_client_port = ev->client_port;
		ev->wire_server_port = ev->server_port;
		return;
	}
	attr_addr(&ev->wire_client, tb[ESMTP_EVENT_A_WIRE_CLIENT]);
	attr_addr(&ev->wire_server, tb[ESMTP_EVENT_A_WIRE_SERVER]);
	ev->wire_client_port = attr_u16(tb[ESMTP_EVENT_A_WIRE_CLIENT_PORT]);
	ev->wire_server_port = attr_u16(tb[ESMTP_EVENT_A_WIRE_SERVER_PORT]);
}

static void get_ends(struct esmtp_event_view *ev, const struct nlattr **tb)
{
	ev->family = attr_u8(tb[ESMTP_EVENT_A_FAMILY]);
	attr_addr(&ev->client, tb[ESMTP_EVENT_A_CLIENT]);
	attr_addr(&ev->server, tb[ESMTP_EVENT_A_SERVER]);
	ev->client_port = attr_u16(tb[ESMTP_EVENT_A_CLIENT_PORT]);
	ev->server_port = attr_u16(tb[ESMTP_EVENT_A_SERVER_PORT]);
	get_wire(ev, tb);
	ev->conn = attr_u32(tb[ESMTP_EVENT_A_CONN]);
	ev->client_if = get_str(tb[ESMTP_EVENT_A_CLIENT_IF]);
	ev->server_if = get_str(tb[ESMTP_EVENT_A_SERVER_IF]);
}

static int one(const struct nlattr *attr, void *ctx)
{
	const struct nlattr *tb[ESMTP_EVENT_A_MAX + 1] = { NULL };
	struct esmtp_event_view ev = { .seq = 0 };
	struct attr_table table = {
		.tb = tb,
		.kind = kind,
		.many = 1 << ESMTP_EVENT_A_PAD,
		.max = ESMTP_EVENT_A_MAX,
	};
	const struct walk *w = ctx;

	if (mnl_attr_get_type(attr) != ESMTP_A_EVENT)
		return MNL_CB_OK;
	if (mnl_attr_parse_nested(attr, attr_collect, &table) < 0)
		return MNL_CB_ERROR;
	get_ends(&ev, tb);
	ev.seq = attr_u64(tb[ESMTP_EVENT_A_SEQ]);
	ev.time = attr_u64(tb[ESMTP_EVENT_A_TIME]);
	ev.bytes = attr_u64(tb[ESMTP_EVENT_A_BYTES]);
	ev.packets = attr_u64(tb[ESMTP_EVENT_A_PACKETS]);
	ev.seconds = attr_u32(tb[ESMTP_EVENT_A_SECONDS]);
	ev.kind = attr_u8(tb[ESMTP_EVENT_A_KIND]);
	ev.act = attr_u8(tb[ESMTP_EVENT_A_ACTION]);
	ev.from_server = tb[ESMTP_EVENT_A_FROM_SERVER] != NULL;
	ev.rule = attr_u32(tb[ESMTP_EVENT_A_RULE]);
	ev.off = attr_u32(tb[ESMTP_EVENT_A_OFFSET]);
	ev.value = attr_u32(tb[ESMTP_EVENT_A_VALUE]);
	ev.limit = attr_u32(tb[ESMTP_EVENT_A_LIMIT]);
	ev.suppressed = attr_u32(tb[ESMTP_EVENT_A_SUPPRESSED]);
	ev.map = get_str(tb[ESMTP_EVENT_A_MAP]);
	ev.name = get_str(tb[ESMTP_EVENT_A_NAME]);
	ev.text = get_str(tb[ESMTP_EVENT_A_TEXT]);
	ev.reason = get_str(tb[ESMTP_EVENT_A_REASON]);
	if (tb[ESMTP_EVENT_A_EXCERPT]) {
		ev.excerpt = mnl_attr_get_payload(tb[ESMTP_EVENT_A_EXCERPT]);
		ev.excerpt_len = mnl_attr_get_payload_len(tb[ESMTP_EVENT_A_EXCERPT]);
	}
	w->fn(&ev, w->ctx);
	return MNL_CB_OK;
}

static int answer(const struct nlmsghdr *nlh, void *ctx)
{
	return mnl_attr_parse(nlh, GENL_HDRLEN, one, ctx);
}

/**
 * esmtp_model_events() - walk the last records, oldest first
 * @nl: the socket
 * @fn: called for each; its strings live during the call only
 * @ctx: for @fn
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_model_events(struct esmtp_nl *nl, esmtp_event_fn fn, void *ctx)
{
	char buf[64] __attribute__((aligned(4)));
	struct walk w = { .fn = fn, .ctx = ctx };

	return esmtp_nl_call(nl, esmtp_nl_start(nl, buf, ESMTP_CMD_EVENT_GET,
						NLM_F_DUMP), answer, &w);
}

/**
 * esmtp_model_listen() - be told of records as they come
 * @nl: the socket; good for nothing else afterwards
 * @fn: called for each; its strings live during the call only
 * @ctx: for @fn
 *
 * Return: a negative errno, with @nl->error set; it goes on until then.
 */
int esmtp_model_listen(struct esmtp_nl *nl, esmtp_event_fn fn, void *ctx)
{
	struct walk w = { .fn = fn, .ctx = ctx };

	return esmtp_nl_listen(nl, answer, &w);
}
