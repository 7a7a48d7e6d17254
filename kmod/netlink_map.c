// SPDX-License-Identifier: GPL-2.0
/*
 * Inspection maps and regular expressions as attributes: how they become objects
 * of a policy that is being set, and how those in force are sent.
 */
#include "netlink.h"
#include "policy.h"

enum { PARAM_LOG = 0x100 };

#define PARAM_POLICY NLA_POLICY_MASK(NLA_U16, PARAM_LOG | 0xff)

static const struct nla_policy rule_policy[ESMTP_RULE_A_MAX + 1] = {
	[ESMTP_RULE_A_CRITERION] = NLA_POLICY_MAX(NLA_U8, ESMTP_CRIT_MAX - 1),
	[ESMTP_RULE_A_ARG] = NLA_POLICY_MIN(NLA_U32, 1),
	[ESMTP_RULE_A_ACTION] = NLA_POLICY_MAX(NLA_U8, ESMTP_ACT_MAX - 1),
	[ESMTP_RULE_A_LOG] = { .type = NLA_FLAG },
	[ESMTP_RULE_A_NEGATE] = { .type = NLA_FLAG },
	[ESMTP_RULE_A_WITH] = { .type = NLA_FLAG },
	[ESMTP_RULE_A_VERBS] = { .type = NLA_U32 },
	[ESMTP_RULE_A_REGEX] = NLA_POLICY_MAX(NLA_U16, ESMTP_MAX_REGEXES - 1),
	[ESMTP_RULE_A_RATE] = NLA_POLICY_MIN(NLA_U32, 1),
	[ESMTP_RULE_A_SAY] = NLA_POLICY_RANGE(NLA_U8, 1, ESMTP_MAP_SAYS),
};

const struct nla_policy esmtp_map_policy[ESMTP_MAP_A_MAX + 1] = {
	[ESMTP_MAP_A_NAME] = { .type = NLA_NUL_STRING, .len = ESMTP_NAME_LEN - 1 },
	[ESMTP_MAP_A_BANNER] = NLA_POLICY_MAX(NLA_U8, ESMTP_BANNER_MAX - 1),
	[ESMTP_MAP_A_RULE] = NLA_POLICY_NESTED(rule_policy),
	[ESMTP_MAP_A_SPECIAL] = PARAM_POLICY,
	[ESMTP_MAP_A_RELAY] = PARAM_POLICY,
	[ESMTP_MAP_A_GUARD] = PARAM_POLICY,
	[ESMTP_MAP_A_TERMINATION] = PARAM_POLICY,
	[ESMTP_MAP_A_RELAY_DOMAIN] = { .type = NLA_NUL_STRING,
				       .len = ESMTP_DOMAIN_LEN - 1 },
	[ESMTP_MAP_A_TLS_MIN] = NLA_POLICY_MAX(NLA_U8, ESMTP_TLS_VERSION_MAX - 1),
	[ESMTP_MAP_A_FLAGS] = NLA_POLICY_MASK(NLA_U32, __ESMTP_MAP_F_ALL),
	[ESMTP_MAP_A_SAY] = { .type = NLA_NUL_STRING, .len = ESMTP_SAY_LEN - 1 },
};

const struct nla_policy esmtp_regex_policy[ESMTP_REGEX_A_MAX + 1] = {
	[ESMTP_REGEX_A_NAME] = { .type = NLA_NUL_STRING, .len = ESMTP_NAME_LEN - 1 },
	[ESMTP_REGEX_A_CLASS] = { .type = NLA_FLAG },
	[ESMTP_REGEX_A_STATES] = NLA_POLICY_RANGE(NLA_U16, 1, ESMTP_DFA_STATES),
	[ESMTP_REGEX_A_START] = NLA_POLICY_MAX(NLA_U16, ESMTP_DFA_STATES - 1),
	[ESMTP_REGEX_A_CLASSES] = NLA_POLICY_RANGE(NLA_U16, 1, 256),
	[ESMTP_REGEX_A_CLASS_OF] = NLA_POLICY_EXACT_LEN(256),
	[ESMTP_REGEX_A_CELLS] = { .type = NLA_BINARY, .len = ESMTP_SOURCE_CHUNK },
};

static const struct {
	u16 attr;
	u16 at;
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
	u16 at;
} flags[] = {
#define ESMTP_PARAM(NAME, member)
#define ESMTP_FLAG(NAME, member) \
	{ ESMTP_MAP_F_##NAME, offsetof(struct esmtp_params, member) },
#include <esmtp/params.def>
#undef ESMTP_PARAM
#undef ESMTP_FLAG
};

static u32 get_u32(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

static u8 get_u8(const struct nlattr *attr)
{
	return attr ? nla_get_u8(attr) : 0;
}

static int fill_rule(struct esmtp_fill *f, struct esmtp_rule *r)
{
	struct nlattr *tb[ESMTP_RULE_A_MAX + 1];
	int err;

	err = nla_parse_nested(tb, ESMTP_RULE_A_MAX, f->at, rule_policy,
			       f->extack);
	if (err)
		return err;
	if (esmtp_fill_missing(f, tb, ESMTP_RULE_A_CRITERION) ||
	    esmtp_fill_missing(f, tb, ESMTP_RULE_A_ACTION))
		return -EINVAL;
	r->crit = nla_get_u8(tb[ESMTP_RULE_A_CRITERION]);
	r->arg = get_u32(tb[ESMTP_RULE_A_ARG]);
	r->act = nla_get_u8(tb[ESMTP_RULE_A_ACTION]);
	r->log = nla_get_flag(tb[ESMTP_RULE_A_LOG]);
	r->negate = nla_get_flag(tb[ESMTP_RULE_A_NEGATE]);
	r->with = nla_get_flag(tb[ESMTP_RULE_A_WITH]);
	r->verbs = get_u32(tb[ESMTP_RULE_A_VERBS]);
	r->rate = get_u32(tb[ESMTP_RULE_A_RATE]);
	r->say = get_u8(tb[ESMTP_RULE_A_SAY]);
	r->regex = tb[ESMTP_RULE_A_REGEX] ?
		   nla_get_u16(tb[ESMTP_RULE_A_REGEX]) : ESMTP_NONE;
	return 0;
}

/* The attributes that may come several times. */
static int fill_members(struct esmtp_fill *f, struct esmtp_map *m)
{
	struct nlattr *map = f->at, *attr;
	int err = 0, rem;

	nla_for_each_nested(attr, map, rem) {
		bool rule = nla_type(attr) == ESMTP_MAP_A_RULE;

		if (!rule && nla_type(attr) != ESMTP_MAP_A_SAY)
			continue;
		if (rule ? m->nrules == ESMTP_MAP_RULES :
			   m->nsays == ESMTP_MAP_SAYS) {
			NL_SET_ERR_MSG_ATTR(f->extack, attr,
					    "an inspection map can have 64 matches and 8 replies");
			return -E2BIG;
		}
		f->at = attr;
		if (rule)
			err = fill_rule(f, &m->rules[m->nrules++]);
		else
			nla_strscpy(m->says[m->nsays++], attr, ESMTP_SAY_LEN);
		if (err)
			return err;
	}
	return 0;
}

static void fill_params(struct esmtp_params *p, struct nlattr **tb)
{
	u32 i, set = get_u32(tb[ESMTP_MAP_A_FLAGS]);
	struct esmtp_param *param;
	u16 value;

	p->banner = get_u8(tb[ESMTP_MAP_A_BANNER]);
	p->tls_min = get_u8(tb[ESMTP_MAP_A_TLS_MIN]);
	if (tb[ESMTP_MAP_A_RELAY_DOMAIN])
		nla_strscpy(p->relay_domain, tb[ESMTP_MAP_A_RELAY_DOMAIN],
			    sizeof(p->relay_domain));
	for (i = 0; i < ARRAY_SIZE(params); i++) {
		if (!tb[params[i].attr])
			continue;
		param = (void *)p + params[i].at;
		value = nla_get_u16(tb[params[i].attr]);
		param->on = 1;
		param->act = value & 0xff;
		param->log = !!(value & PARAM_LOG);
	}
	for (i = 0; i < ARRAY_SIZE(flags); i++)
		((u8 *)p)[flags[i].at] = !!(set & flags[i].flag);
}

/**
 * esmtp_fill_map() - fill in an inspection map
 * @f: the policy
 * @tb: attributes of the map
 * @i: its place
 *
 * Context: process context.
 * Return: 0 or an error.
 */
int esmtp_fill_map(struct esmtp_fill *f, struct nlattr **tb, u32 i)
{
	struct esmtp_map *m = &f->p->maps[i];

	if (esmtp_fill_missing(f, tb, ESMTP_MAP_A_NAME))
		return -EINVAL;
	nla_strscpy(m->name, tb[ESMTP_MAP_A_NAME], sizeof(m->name));
	fill_params(&m->params, tb);
	return fill_members(f, m);
}

static int fill_head(struct esmtp_fill *f, struct nlattr **tb)
{
	struct esmtp_regex *r = &f->p->regexes[f->regexes];

	if (esmtp_fill_missing(f, tb, ESMTP_REGEX_A_STATES) ||
	    esmtp_fill_missing(f, tb, ESMTP_REGEX_A_CLASSES) ||
	    esmtp_fill_missing(f, tb, ESMTP_REGEX_A_CLASS_OF))
		return -EINVAL;
	f->regexes++;
	nla_strscpy(r->name, tb[ESMTP_REGEX_A_NAME], sizeof(r->name));
	r->class = nla_get_flag(tb[ESMTP_REGEX_A_CLASS]);
	r->states = nla_get_u16(tb[ESMTP_REGEX_A_STATES]);
	r->classes = nla_get_u16(tb[ESMTP_REGEX_A_CLASSES]);
	r->first = f->cells;
	if (tb[ESMTP_REGEX_A_START])
		r->start = nla_get_u16(tb[ESMTP_REGEX_A_START]);
	nla_memcpy(r->class_of, tb[ESMTP_REGEX_A_CLASS_OF], sizeof(r->class_of));
	return 0;
}

/**
 * esmtp_fill_regex() - fill in a regular expression, or more cells of the last
 * @f: the policy
 * @tb: attributes of the object
 * @i: unused: an expression takes several objects
 *
 * Context: process context.
 * Return: 0 or an error.
 */
int esmtp_fill_regex(struct esmtp_fill *f, struct nlattr **tb, u32 i)
{
	const struct nlattr *cells = tb[ESMTP_REGEX_A_CELLS];
	int err = tb[ESMTP_REGEX_A_NAME] ? fill_head(f, tb) : 0;

	if (err || !cells)
		return err;
	if (nla_len(cells) % sizeof(u16)) {
		NL_SET_ERR_MSG_ATTR(f->extack, cells, "cells have two bytes each");
		return -EINVAL;
	}
	memcpy(f->p->cells + f->cells, nla_data(cells), nla_len(cells));
	f->cells += nla_len(cells) / sizeof(u16);
	return 0;
}

static int put_rule(struct sk_buff *skb, const struct esmtp_rule *r)
{
	bool regex = esmtp_criterion_arg(r->crit) == ESMTP_ARG_REGEX;
	struct nlattr *nest = nla_nest_start(skb, ESMTP_MAP_A_RULE);

	if (!nest ||
	    nla_put_u8(skb, ESMTP_RULE_A_CRITERION, r->crit) ||
	    nla_put_u8(skb, ESMTP_RULE_A_ACTION, r->act) ||
	    (r->arg && nla_put_u32(skb, ESMTP_RULE_A_ARG, r->arg)) ||
	    (r->verbs && nla_put_u32(skb, ESMTP_RULE_A_VERBS, r->verbs)) ||
	    (regex && nla_put_u16(skb, ESMTP_RULE_A_REGEX, r->regex)) ||
	    (r->rate && nla_put_u32(skb, ESMTP_RULE_A_RATE, r->rate)) ||
	    (r->say && nla_put_u8(skb, ESMTP_RULE_A_SAY, r->say)) ||
	    (r->negate && nla_put_flag(skb, ESMTP_RULE_A_NEGATE)) ||
	    (r->with && nla_put_flag(skb, ESMTP_RULE_A_WITH)) ||
	    (r->log && nla_put_flag(skb, ESMTP_RULE_A_LOG)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_params(struct sk_buff *skb, const struct esmtp_params *p)
{
	const struct esmtp_param *param;
	u32 i, set = 0;

	for (i = 0; i < ARRAY_SIZE(params); i++) {
		param = (const void *)p + params[i].at;
		if (param->on &&
		    nla_put_u16(skb, params[i].attr,
				param->act | (param->log ? PARAM_LOG : 0)))
			return -EMSGSIZE;
	}
	for (i = 0; i < ARRAY_SIZE(flags); i++)
		if (((const u8 *)p)[flags[i].at])
			set |= flags[i].flag;
	return nla_put_u8(skb, ESMTP_MAP_A_BANNER, p->banner) ||
	       nla_put_u8(skb, ESMTP_MAP_A_TLS_MIN, p->tls_min) ||
	       nla_put_u32(skb, ESMTP_MAP_A_FLAGS, set) ||
	       (p->relay.on && nla_put_string(skb, ESMTP_MAP_A_RELAY_DOMAIN,
					      p->relay_domain));
}

/**
 * esmtp_put_map() - put what is inside an inspection map
 * @skb: where to
 * @m: the map
 *
 * Context: any.
 * Return: not 0 when there is no room.
 */
int esmtp_put_map(struct sk_buff *skb, const struct esmtp_map *m)
{
	int err;
	u32 i;

	err = nla_put_string(skb, ESMTP_MAP_A_NAME, m->name) ||
	      put_params(skb, &m->params);
	for (i = 0; !err && i < m->nsays; i++)
		err = nla_put_string(skb, ESMTP_MAP_A_SAY, m->says[i]);
	for (i = 0; !err && i < m->nrules; i++)
		err = put_rule(skb, &m->rules[i]);
	return err;
}

/**
 * esmtp_put_regex() - put what is inside a regular expression, but its cells
 * @skb: where to
 * @r: the expression
 *
 * Context: any.
 * Return: not 0 when there is no room.
 */
int esmtp_put_regex(struct sk_buff *skb, const struct esmtp_regex *r)
{
	return nla_put_string(skb, ESMTP_REGEX_A_NAME, r->name) ||
	       (r->class && nla_put_flag(skb, ESMTP_REGEX_A_CLASS)) ||
	       nla_put_u16(skb, ESMTP_REGEX_A_STATES, r->states) ||
	       nla_put_u16(skb, ESMTP_REGEX_A_START, r->start) ||
	       nla_put_u16(skb, ESMTP_REGEX_A_CLASSES, r->classes) ||
	       nla_put(skb, ESMTP_REGEX_A_CLASS_OF, sizeof(r->class_of),
		       r->class_of);
}
