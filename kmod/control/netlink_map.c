// SPDX-License-Identifier: GPL-2.0
/*
 * Inspection maps and regular expressions as attributes: how they become objects
 * of a policy that is being set, and how those in force are sent.
 */
#include <esmtp/params.h>

#include "netlink.h"
#include "policy.h"

#define PARAM_POLICY NLA_POLICY_MASK(NLA_U16, PARAM_LOG | 0xff)

static const struct nla_policy rule_policy[ESMTP_RULE_A_MAX + 1] = {
#define ESMTP_RULE(NAME, member, type, sent, policy) [ESMTP_RULE_A_##NAME] = policy,
#include <esmtp/rule.def>
#undef ESMTP_RULE
};

#define ESMTP_RULE(NAME, member, type, sent, policy) + (1ull << ESMTP_RULE_A_##NAME)
_Static_assert((0
#include <esmtp/rule.def>
	) == (2ull << ESMTP_RULE_A_MAX) - 2, "rule.def has a line for each attribute");
#undef ESMTP_RULE

static const struct esmtp_nest rule_nest = {
	.policy = rule_policy,
	.maxattr = ESMTP_RULE_A_MAX,
	.name = ESMTP_NEST_RULE,
};

const struct nla_policy esmtp_map_policy[ESMTP_MAP_A_MAX + 1] = {
	[ESMTP_MAP_A_NAME] = { .type = NLA_NUL_STRING, .len = ESMTP_NAME_LEN - 1 },
	[ESMTP_MAP_A_RULE] = NLA_POLICY_NESTED(rule_policy),
#define ESMTP_PARAM(NAME, member, ...) [ESMTP_MAP_A_##NAME] = PARAM_POLICY,
#define ESMTP_VALUE(NAME, member, max, ...) \
	[ESMTP_MAP_A_##NAME] = NLA_POLICY_MAX(NLA_U8, (max) - 1),
#include <esmtp/params.def>
	[ESMTP_MAP_A_RELAY_DOMAIN] = { .type = NLA_NUL_STRING,
				       .len = ESMTP_DOMAIN_LEN - 1 },
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

static u32 get_u32(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

static u16 get_u16(const struct nlattr *attr)
{
	return attr ? nla_get_u16(attr) : 0;
}

static u8 get_u8(const struct nlattr *attr)
{
	return attr ? nla_get_u8(attr) : 0;
}

static u8 get_flag(const struct nlattr *attr)
{
	return nla_get_flag(attr);
}

/* Is an attribute left out that is always sent? Says which. */
static bool is_rule_short(struct esmtp_fill *f, struct nlattr **tb)
{
#define NEEDED_ALWAYS true
#define NEEDED_SET false
#define NEEDED_REGEX false
#define ESMTP_RULE(NAME, member, type, sent, policy)				\
	if (NEEDED_##sent && esmtp_fill_missing(f, tb, ESMTP_RULE_A_##NAME))	\
		return true;
#include <esmtp/rule.def>
#undef ESMTP_RULE
	return false;
}

static int fill_rule(struct esmtp_fill *f, struct esmtp_rule *r)
{
	struct nlattr *tb[ESMTP_RULE_A_MAX + 1];
	int err;

	err = esmtp_nest_parse(tb, &rule_nest, f->at, f->extack);
	if (err)
		return err;
	if (is_rule_short(f, tb))
		return -EINVAL;
#define ESMTP_RULE(NAME, member, type, sent, policy) \
	r->member = get_##type(tb[ESMTP_RULE_A_##NAME]);
#include <esmtp/rule.def>
#undef ESMTP_RULE
	if (!tb[ESMTP_RULE_A_REGEX])
		r->regex = ESMTP_NONE;
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
			   m->nsays == ESMTP_MAP_SAYS)
			return esmtp_fill_refuse(f, attr,
						 "an inspection map can have 64 matches and 8 replies");
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

	for (i = 0; i < ARRAY_SIZE(values); i++)
		((u8 *)p)[values[i].at] = get_u8(tb[values[i].attr]);
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
	struct esmtp_regex *r;

	if (f->p->nregexes >= f->room[ESMTP_A_REGEX])
		return esmtp_fill_refuse(f, f->at, "too many objects of a kind");
	if (esmtp_fill_missing(f, tb, ESMTP_REGEX_A_STATES) ||
	    esmtp_fill_missing(f, tb, ESMTP_REGEX_A_CLASSES) ||
	    esmtp_fill_missing(f, tb, ESMTP_REGEX_A_CLASS_OF))
		return -EINVAL;
	r = &f->p->regexes[f->p->nregexes++];
	nla_strscpy(r->name, tb[ESMTP_REGEX_A_NAME], sizeof(r->name));
	r->class = nla_get_flag(tb[ESMTP_REGEX_A_CLASS]);
	r->states = nla_get_u16(tb[ESMTP_REGEX_A_STATES]);
	r->classes = nla_get_u16(tb[ESMTP_REGEX_A_CLASSES]);
	r->first = f->p->ncells;
	if (tb[ESMTP_REGEX_A_START])
		r->start = nla_get_u16(tb[ESMTP_REGEX_A_START]);
	nla_memcpy(r->class_of, tb[ESMTP_REGEX_A_CLASS_OF], sizeof(r->class_of));
	return 0;
}

static int fill_cells(struct esmtp_fill *f, const struct nlattr *cells)
{
	struct esmtp_policy *p = f->p;
	u32 n = nla_len(cells) / sizeof(*p->cells);

	if (nla_len(cells) % sizeof(*p->cells)) {
		NL_SET_ERR_MSG_ATTR(f->extack, cells, "cells have two bytes each");
		return -EINVAL;
	}
	if (n > f->cells - p->ncells)
		return esmtp_fill_refuse(f, cells,
					 "the regular expressions are too large");
	memcpy(p->cells + p->ncells, nla_data(cells), n * sizeof(*p->cells));
	p->ncells += n;
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
	int err = tb[ESMTP_REGEX_A_NAME] ? fill_head(f, tb) : 0;

	if (!err && !f->p->nregexes)
		return esmtp_fill_refuse(f, f->at,
					 "cells belong to no regular expression");
	if (!err && !tb[ESMTP_REGEX_A_NAME] &&
	    esmtp_fill_missing(f, tb, ESMTP_REGEX_A_CELLS))
		return -EINVAL;
	if (err || !tb[ESMTP_REGEX_A_CELLS])
		return err;
	return fill_cells(f, tb[ESMTP_REGEX_A_CELLS]);
}

#define put_u8 nla_put_u8
#define put_u16 nla_put_u16
#define put_u32 nla_put_u32

static int put_flag(struct sk_buff *skb, int attr, u8 set)
{
	return set ? nla_put_flag(skb, attr) : 0;
}

static int put_rule(struct sk_buff *skb, const struct esmtp_rule *r)
{
	struct nlattr *nest = nla_nest_start(skb, ESMTP_MAP_A_RULE);

	if (!nest)
		return -EMSGSIZE;
#define ESMTP_RULE(NAME, member, type, sent, policy)			\
	if (RULE_SENT_##sent(r, member) &&				\
	    put_##type(skb, ESMTP_RULE_A_##NAME, r->member))		\
		return -EMSGSIZE;
#include <esmtp/rule.def>
#undef ESMTP_RULE
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
	for (i = 0; i < ARRAY_SIZE(values); i++)
		if (nla_put_u8(skb, values[i].attr, ((const u8 *)p)[values[i].at]))
			return -EMSGSIZE;
	return nla_put_u32(skb, ESMTP_MAP_A_FLAGS, set) ||
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
