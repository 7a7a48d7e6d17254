// SPDX-License-Identifier: GPL-2.0
/* What maps that monitor would have done, from ESMTP_CMD_POLICY_GET. */
#include "attr.h"
#include "model.h"
#include "model_map.h"

#include <stdlib.h>

#include <linux/nf_esmtp.h>

static const enum mnl_attr_data_type kind[ESMTP_HOST_A_MAX + 1] = {
	[ESMTP_HOST_A_FAMILY] = MNL_TYPE_U8,
	[ESMTP_HOST_A_COUNT] = MNL_TYPE_U64,
	[ESMTP_HOST_A_LEAST] = MNL_TYPE_U64,
};

static int get_host(struct esmtp_top_host *h, const struct nlattr *attr)
{
	const struct nlattr *tb[ESMTP_HOST_A_MAX + 1] = { NULL };
	struct attr_table table = {
		.tb = tb,
		.kind = kind,
		.many = 1 << ESMTP_HOST_A_PAD,
		.max = ESMTP_HOST_A_MAX,
	};

	if (mnl_attr_parse_nested(attr, attr_collect, &table) < 0)
		return -1;
	h->family = attr_u8(tb[ESMTP_HOST_A_FAMILY]);
	attr_addr(&h->addr, tb[ESMTP_HOST_A_ADDR]);
	h->count = attr_u64(tb[ESMTP_HOST_A_COUNT]);
	h->over = h->count - attr_u64(tb[ESMTP_HOST_A_LEAST]);
	return 0;
}

static int get_hosts(struct esmtp_would_view *w, const struct nlattr *attr)
{
	const struct nlattr *at;

	mnl_attr_for_each_nested(at, attr) {
		if (mnl_attr_get_type(at) != ESMTP_WOULD_A_HOST || w->n == ESMTP_TOP_SHOWN)
			continue;
		if (get_host(&w->best[w->n], at))
			return -1;
		w->n++;
	}
	return 0;
}

static u64 get_count(const struct nlattr *attr)
{
	return attr && !mnl_attr_validate(attr, MNL_TYPE_U64) ? mnl_attr_get_u64(attr) : 0;
}

/**
 * esmtp_model_get_would() - read one ESMTP_A_WOULD
 * @run: gets one more of @run->would, or @run->untold
 * @attr: the nest
 * @tb: its attributes
 *
 * Return: 0, or -1 if it is not to be read or there is no memory.
 */
int esmtp_model_get_would(struct esmtp_running *run, const struct nlattr *attr,
			  const struct nlattr **tb)
{
	struct esmtp_would_view *w;

	if (!tb[ESMTP_WOULD_A_BIND]) {
		run->untold = get_count(tb[ESMTP_WOULD_A_COUNT]);
		return 0;
	}
	w = realloc(run->would, (run->nwould + 1) * sizeof(*w));
	if (!w)
		return -1;
	run->would = w;
	w += run->nwould++;
	memset(w, 0, sizeof(*w));
	w->bind = esmtp_get_num(tb[ESMTP_WOULD_A_BIND]);
	w->rule = esmtp_get_num(tb[ESMTP_WOULD_A_RULE]);
	esmtp_get_name(w->name, sizeof(w->name), tb[ESMTP_WOULD_A_NAME]);
	w->count = get_count(tb[ESMTP_WOULD_A_COUNT]);
	return get_hosts(w, attr);
}
