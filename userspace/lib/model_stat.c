// SPDX-License-Identifier: GPL-2.0
/* Counters from ESMTP_CMD_STATS_GET. */
#include "model.h"

#include <linux/genetlink.h>
#include <linux/nf_esmtp.h>

struct walk {
	esmtp_stat_fn fn;
	void *ctx;
};

static int collect(const struct nlattr *attr, void *ctx)
{
	const struct nlattr **tb = ctx;
	u16 type = mnl_attr_get_type(attr);

	if (type == ESMTP_STAT_A_NAME &&
	    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0)
		return MNL_CB_ERROR;
	if (type == ESMTP_STAT_A_VALUE &&
	    mnl_attr_validate(attr, MNL_TYPE_U64) < 0)
		return MNL_CB_ERROR;
	if (type <= ESMTP_STAT_A_MAX)
		tb[type] = attr;
	return MNL_CB_OK;
}

static int one(const struct nlattr *attr, void *ctx)
{
	const struct nlattr *tb[ESMTP_STAT_A_MAX + 1] = { NULL };
	const struct walk *w = ctx;

	if (mnl_attr_get_type(attr) != ESMTP_A_STAT)
		return MNL_CB_OK;
	if (mnl_attr_parse_nested(attr, collect, tb) < 0)
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
