// SPDX-License-Identifier: GPL-2.0
/* Counters from ESMTP_CMD_STATS_GET. */
#include "attr.h"
#include "model.h"

#include <linux/genetlink.h>
#include <linux/nf_esmtp.h>

struct walk {
	esmtp_stat_fn fn;
	void *ctx;
};

static const enum mnl_attr_data_type kind[ESMTP_STAT_A_MAX + 1] = {
	[ESMTP_STAT_A_NAME] = MNL_TYPE_NUL_STRING,
	[ESMTP_STAT_A_VALUE] = MNL_TYPE_U64,
};

static int one(const struct nlattr *attr, void *ctx)
{
	const struct nlattr *tb[ESMTP_STAT_A_MAX + 1] = { NULL };
	struct attr_table table = {
		.tb = tb,
		.kind = kind,
		.many = 1 << ESMTP_STAT_A_PAD,
		.max = ESMTP_STAT_A_MAX,
	};
	const struct walk *w = ctx;

	if (mnl_attr_get_type(attr) != ESMTP_A_STAT)
		return MNL_CB_OK;
	if (mnl_attr_parse_nested(attr, attr_collect, &table) < 0)
		return MNL_CB_ERROR;
	if (tb[ESMTP_STAT_A_NAME] && tb[ESMTP_STAT_A_VALUE])
		w->fn(mnl_attr_get_str(tb[ESMTP_STAT_A_NAME]),
		      mnl_attr_get_u64(tb[ESMTP_STAT_A_VALUE]), w->ctx);
	return MNL_CB_OK;
}

static int answer(const struct nlmsghdr *nlh, void *ctx)
{
	return mnl_attr_parse(nlh, GENL_HDRLEN, one, ctx);
}

/**
 * esmtp_model_stats() - walk the counters of a namespace
 * @nl: the socket
 * @fn: called for each; the name lives during the call only
 * @ctx: for @fn
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_model_stats(struct esmtp_nl *nl, esmtp_stat_fn fn, void *ctx)
{
	char buf[64] __attribute__((aligned(4)));
	struct walk w = { .fn = fn, .ctx = ctx };

	return esmtp_nl_call(nl, esmtp_nl_start(nl, buf, ESMTP_CMD_STATS_GET,
						NLM_F_ACK), answer, &w);
}
