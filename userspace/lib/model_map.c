// SPDX-License-Identifier: GPL-2.0
/* Inspection maps and regular expressions, to netlink attributes and back. */
#include "model_map.h"

#include <stddef.h>

#include <linux/nf_esmtp.h>

enum { PARAM_LOG = 0x100 };

static const struct {
	u16 attr;
	size_t at;
} params[] = {
#define ESMTP_PARAM(NAME, member) \
	{ ESMTP_MAP_A_##NAME, offsetof(struct esmtp_params, member) },
#define ESMTP_FLAG(NAME, member)
#include <esmtp/params.def>
#undef ESMTP_PARAM
#undef ESMTP_FLAG
};

static const struct {
	u32 flag;
	size_t at;
} flags[] = {
#define ESMTP_PARAM(NAME, member)
#define ESMTP_FLAG(NAME, member) \
	{ ESMTP_MAP_F_##NAME, offsetof(struct esmtp_params, member) },
#include <esmtp/params.def>
#undef ESMTP_PARAM
#undef ESMTP_FLAG
};

static void put_flag(struct nlmsghdr *nlh, u16 type, bool on)
{
	if (on)
		mnl_attr_put(nlh, type, 0, NULL);
}

static void put_rule(struct nlmsghdr *nlh, const struct esmtp_rule *r)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, ESMTP_MAP_A_RULE);

	mnl_attr_put_u8(nlh, ESMTP_RULE_A_CRITERION, r->crit);
	mnl_attr_put_u8(nlh, ESMTP_RULE_A_ACTION, r->act);
	if (r->arg)
		mnl_attr_put_u32(nlh, ESMTP_RULE_A_ARG, r->arg);
	if (r->verbs)
		mnl_attr_put_u32(nlh, ESMTP_RULE_A_VERBS, r->verbs);
	if (esmtp_criterion_arg(r->crit) == ESMTP_ARG_REGEX)
		mnl_attr_put_u16(nlh, ESMTP_RULE_A_REGEX, r->regex);
	if (r->rate)
		mnl_attr_put_u32(nlh, ESMTP_RULE_A_RATE, r->rate);
	if (r->say)
		mnl_attr_put_u8(nlh, ESMTP_RULE_A_SAY, r->say);
	put_flag(nlh, ESMTP_RULE_A_LOG, r->log);
	put_flag(nlh, ESMTP_RULE_A_NEGATE, r->negate);
	put_flag(nlh, ESMTP_RULE_A_WITH, r->with);
	mnl_attr_nest_end(nlh, nest);
}

static void put_params(struct nlmsghdr *nlh, const struct esmtp_params *p)
{
	const struct esmtp_param *param;
	u32 i, set = 0;

	mnl_attr_put_u8(nlh, ESMTP_MAP_A_BANNER, p->banner);
	for (i = 0; i < ESMTP_ARRAY_SIZE(params); i++) {
		param = (const void *)((const char *)p + params[i].at);
		if (param->on)
			mnl_attr_put_u16(nlh, params[i].attr,
					 (u16)(param->act |
					       (param->log ? PARAM_LOG : 0)));
	}
	for (i = 0; i < ESMTP_ARRAY_SIZE(flags); i++)
		if (((const u8 *)p)[flags[i].at])
			set |= flags[i].flag;
	mnl_attr_put_u32(nlh, ESMTP_MAP_A_FLAGS, set);
	mnl_attr_put_u8(nlh, ESMTP_MAP_A_TLS_MIN, p->tls_min);
	if (p->relay.on)
		mnl_attr_put_strz(nlh, ESMTP_MAP_A_RELAY_DOMAIN,
				  p->relay_domain);
}

/**
 * esmtp_put_map() - add an inspection map to a message
 * @nlh: the message, with room for it
 * @m: the map
 */
void esmtp_put_map(struct nlmsghdr *nlh, const struct esmtp_map *m)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, ESMTP_A_MAP);
	u32 i;

	mnl_attr_put_strz(nlh, ESMTP_MAP_A_NAME, m->name);
	put_params(nlh, &m->params);
	for (i = 0; i < m->nsays; i++)
		mnl_attr_put_strz(nlh, ESMTP_MAP_A_SAY, m->says[i]);
	for (i = 0; i < m->nrules; i++)
		put_rule(nlh, &m->rules[i]);
	mnl_attr_nest_end(nlh, nest);
}

static void put_head(struct nlmsghdr *nlh, const struct esmtp_regex *r)
{
	mnl_attr_put_strz(nlh, ESMTP_REGEX_A_NAME, r->name);
	put_flag(nlh, ESMTP_REGEX_A_CLASS, r->class);
	mnl_attr_put_u16(nlh, ESMTP_REGEX_A_STATES, r->states);
	mnl_attr_put_u16(nlh, ESMTP_REGEX_A_START, r->start);
	mnl_attr_put_u16(nlh, ESMTP_REGEX_A_CLASSES, r->classes);
	mnl_attr_put(nlh, ESMTP_REGEX_A_CLASS_OF, sizeof(r->class_of),
		     r->class_of);
}

/* A nest has 16 bits for its length: long tables take several objects. */
static u32 put_cells(struct nlmsghdr *nlh, const u16 *cells, u32 left)
{
	const u32 most = ESMTP_SOURCE_CHUNK / sizeof(*cells);
	u32 n = left < most ? left : most;

	mnl_attr_put(nlh, ESMTP_REGEX_A_CELLS, n * sizeof(*cells), cells);
	return n;
}

/**
 * esmtp_put_regex() - add a regular expression to a message
 * @nlh: the message, with room for it
 * @p: the policy that it belongs to
 * @r: the expression
 */
void esmtp_put_regex(struct nlmsghdr *nlh, const struct esmtp_policy *p,
		     const struct esmtp_regex *r)
{
	u32 at = 0, cells = (u32)r->states * r->classes;
	struct nlattr *nest;

	do {
		nest = mnl_attr_nest_start(nlh, ESMTP_A_REGEX);
		if (!at)
			put_head(nlh, r);
		at += put_cells(nlh, p->cells + r->first + at, cells - at);
		mnl_attr_nest_end(nlh, nest);
	} while (at < cells);
}

static int get_rule(struct esmtp_map *m, const struct nlattr *attr)
{
	const struct nlattr *tb[MODEL_ATTRS] = { NULL };
	struct esmtp_rule *r;

	if (m->nrules == ESMTP_MAP_RULES ||
	    mnl_attr_parse_nested(attr, esmtp_get_collect, tb) < 0)
		return MNL_CB_ERROR;
	r = &m->rules[m->nrules++];
	r->crit = (u8)esmtp_get_num(tb[ESMTP_RULE_A_CRITERION]);
	r->arg = esmtp_get_num(tb[ESMTP_RULE_A_ARG]);
	r->verbs = esmtp_get_num(tb[ESMTP_RULE_A_VERBS]);
	r->regex = (u16)esmtp_get_num(tb[ESMTP_RULE_A_REGEX]);
	r->act = (u8)esmtp_get_num(tb[ESMTP_RULE_A_ACTION]);
	r->rate = esmtp_get_num(tb[ESMTP_RULE_A_RATE]);
	r->say = (u8)esmtp_get_num(tb[ESMTP_RULE_A_SAY]);
	r->log = tb[ESMTP_RULE_A_LOG] ? 1 : 0;
	r->negate = tb[ESMTP_RULE_A_NEGATE] ? 1 : 0;
	r->with = tb[ESMTP_RULE_A_WITH] ? 1 : 0;
	return MNL_CB_OK;
}

static int get_member(const struct nlattr *attr, void *ctx)
{
	struct esmtp_map *m = ctx;

	if (mnl_attr_get_type(attr) == ESMTP_MAP_A_RULE)
		return get_rule(m, attr);
	if (mnl_attr_get_type(attr) != ESMTP_MAP_A_SAY)
		return MNL_CB_OK;
	if (m->nsays == ESMTP_MAP_SAYS)
		return MNL_CB_ERROR;
	esmtp_get_name(m->says[m->nsays++], ESMTP_SAY_LEN, attr);
	return MNL_CB_OK;
}

static void get_params(struct esmtp_params *p, const struct nlattr **tb)
{
	u32 i, value, set = esmtp_get_num(tb[ESMTP_MAP_A_FLAGS]);
	struct esmtp_param *param;

	p->banner = (u8)esmtp_get_num(tb[ESMTP_MAP_A_BANNER]);
	p->tls_min = (u8)esmtp_get_num(tb[ESMTP_MAP_A_TLS_MIN]);
	esmtp_get_name(p->relay_domain, sizeof(p->relay_domain),
		       tb[ESMTP_MAP_A_RELAY_DOMAIN]);
	for (i = 0; i < ESMTP_ARRAY_SIZE(params); i++) {
		param = (void *)((char *)p + params[i].at);
		value = esmtp_get_num(tb[params[i].attr]);
		param->on = tb[params[i].attr] != NULL;
		param->act = (u8)value;
		param->log = value & PARAM_LOG ? 1 : 0;
	}
	for (i = 0; i < ESMTP_ARRAY_SIZE(flags); i++)
		((u8 *)p)[flags[i].at] = set & flags[i].flag ? 1 : 0;
}

/**
 * esmtp_get_map() - read an inspection map
 * @m: the map, zeroed
 * @attr: ESMTP_A_MAP
 * @tb: the attributes in it, by type
 *
 * Return: what a callback of libmnl returns.
 */
int esmtp_get_map(struct esmtp_map *m, const struct nlattr *attr,
		  const struct nlattr **tb)
{
	esmtp_get_name(m->name, sizeof(m->name), tb[ESMTP_MAP_A_NAME]);
	get_params(&m->params, tb);
	return mnl_attr_parse_nested(attr, get_member, m);
}
