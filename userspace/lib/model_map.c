// SPDX-License-Identifier: GPL-2.0
/* Inspection maps and regular expressions, to netlink attributes and back. */
#include <esmtp/params.h>

#include "attr.h"
#include "message.h"
#include "model_map.h"

#include <stddef.h>

#include <linux/nf_esmtp.h>

static void put_rule(struct esmtp_message *msg, const struct esmtp_rule *r)
{
	size_t nest = esmtp_message_nest(msg, ESMTP_MAP_A_RULE);

#define ESMTP_RULE(NAME, member, type, sent, policy)			\
	if (RULE_SENT_##sent(r, member))				\
		esmtp_message_##type(msg, ESMTP_RULE_A_##NAME, r->member);
#include <esmtp/rule.def>
#undef ESMTP_RULE
	esmtp_message_end(msg, nest);
}

static void put_params(struct esmtp_message *msg, const struct esmtp_params *p)
{
	const struct esmtp_param *param;
	u32 i, set = 0;

	for (i = 0; i < ESMTP_ARRAY_SIZE(values); i++)
		esmtp_message_u8(msg, values[i].attr, ((const u8 *)p)[values[i].at]);
	for (i = 0; i < ESMTP_ARRAY_SIZE(params); i++) {
		param = (const void *)((const char *)p + params[i].at);
		if (param->on)
			esmtp_message_u16(msg, params[i].attr,
					  (u16)(param->act |
					       (param->log ? PARAM_LOG : 0)));
	}
	for (i = 0; i < ESMTP_ARRAY_SIZE(flags); i++)
		if (((const u8 *)p)[flags[i].at])
			set |= flags[i].flag;
	esmtp_message_u32(msg, ESMTP_MAP_A_FLAGS, set);
	if (p->relay.on)
		esmtp_message_str(msg, ESMTP_MAP_A_RELAY_DOMAIN,
				  p->relay_domain);
}

/**
 * esmtp_put_map() - add an inspection map to a message
 * @msg: the message
 * @m: the map
 */
void esmtp_put_map(struct esmtp_message *msg, const struct esmtp_map *m)
{
	size_t nest = esmtp_message_nest(msg, ESMTP_A_MAP);
	u32 i;

	esmtp_message_str(msg, ESMTP_MAP_A_NAME, m->name);
	put_params(msg, &m->params);
	for (i = 0; i < m->nsays; i++)
		esmtp_message_str(msg, ESMTP_MAP_A_SAY, m->says[i]);
	for (i = 0; i < m->nrules; i++)
		put_rule(msg, &m->rules[i]);
	esmtp_message_end(msg, nest);
}

static void put_head(struct esmtp_message *msg, const struct esmtp_regex *r)
{
	esmtp_message_str(msg, ESMTP_REGEX_A_NAME, r->name);
	esmtp_message_flag(msg, ESMTP_REGEX_A_CLASS, r->class);
	esmtp_message_u16(msg, ESMTP_REGEX_A_STATES, r->states);
	esmtp_message_u16(msg, ESMTP_REGEX_A_START, r->start);
	esmtp_message_u16(msg, ESMTP_REGEX_A_CLASSES, r->classes);
	esmtp_message_put(msg, ESMTP_REGEX_A_CLASS_OF, sizeof(r->class_of),
			  r->class_of);
}

/* A nest has 16 bits for its length: long tables take several objects. */
static u32 put_cells(struct esmtp_message *msg, const u16 *cells, u32 left)
{
	const u32 most = ESMTP_SOURCE_CHUNK / sizeof(*cells);
	u32 n = left < most ? left : most;

	esmtp_message_put(msg, ESMTP_REGEX_A_CELLS, n * sizeof(*cells), cells);
	return n;
}

/**
 * esmtp_put_regex() - add a regular expression to a message
 * @msg: the message
 * @p: the policy that it belongs to
 * @r: the expression
 */
void esmtp_put_regex(struct esmtp_message *msg, const struct esmtp_policy *p,
		     const struct esmtp_regex *r)
{
	u32 at = 0, cells = (u32)r->states * r->classes;
	size_t nest;

	do {
		nest = esmtp_message_nest(msg, ESMTP_A_REGEX);
		if (!at)
			put_head(msg, r);
		at += put_cells(msg, p->cells + r->first + at, cells - at);
		esmtp_message_end(msg, nest);
	} while (at < cells);
}

static int get_rule(struct esmtp_map *m, const struct nlattr *attr)
{
	const struct nlattr *tb[MODEL_ATTRS] = { NULL };
	struct attr_table table = { .tb = tb, .max = MODEL_ATTRS - 1 };
	struct esmtp_rule *r;

	if (m->nrules == ESMTP_MAP_RULES ||
	    mnl_attr_parse_nested(attr, attr_collect, &table) < 0)
		return MNL_CB_ERROR;
	r = &m->rules[m->nrules++];
#define get_u8(attr) (u8)esmtp_get_num(attr)
#define get_u16(attr) (u16)esmtp_get_num(attr)
#define get_u32(attr) esmtp_get_num(attr)
#define get_flag(attr) ((attr) ? 1 : 0)
#define ESMTP_RULE(NAME, member, type, sent, policy) \
	r->member = get_##type(tb[ESMTP_RULE_A_##NAME]);
#include <esmtp/rule.def>
#undef ESMTP_RULE
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

	for (i = 0; i < ESMTP_ARRAY_SIZE(values); i++)
		((u8 *)p)[values[i].at] = (u8)esmtp_get_num(tb[values[i].attr]);
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
