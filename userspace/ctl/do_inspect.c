// SPDX-License-Identifier: GPL-2.0
/* policy-map type inspect esmtp and the lines in it. */
#include "grammar.h"

#include <string.h>

static const bool maskable[] = {
#define ESMTP_CRITERION(NAME, text, arg, mask) \
	[ESMTP_CRIT_##NAME] = (mask),
#include <esmtp/criteria.def>
#undef ESMTP_CRITERION
};

/**
 * do_inspect_map() - policy-map type inspect esmtp NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_inspect_map(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	char name[ESMTP_NAME_LEN];

	reader_name(arg, name, sizeof(name));
	if (!strcmp(name, CONFIG_RECOMMENDED_MAP))
		return reader_fail(rd, arg->tok.col,
				   "'%s' is not supported by this version", name);
	rd->map = config_map_find(rd->cfg, name);
	if (rd->map && rd->map->builtin)
		return reader_fail(rd, arg->tok.col,
				   "'%s' is built in and cannot be changed", name);
	if (!rd->map) {
		if (rd->cfg->nmaps == ESMTP_MAX_MAPS)
			return reader_fail(rd, arg->tok.col,
					   "more than %u inspection maps",
					   ESMTP_MAX_MAPS);
		rd->map = config_map_add(rd->cfg, name);
	}
	return reader_mode(rd, MODE_INSPECT_MAP);
}

static const struct policy_map *user(struct reader *rd,
				     const struct inspect_map *map)
{
	struct policy_map *pmap;
	struct bind *bind;

	list_each(pmap, &rd->cfg->pmaps, list)
		list_each(bind, &pmap->binds, list)
			if (bind->map == map)
				return pmap;
	return NULL;
}

/**
 * do_no_inspect_map() - no policy-map type inspect esmtp NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_inspect_map(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	const struct policy_map *pmap;
	struct inspect_map *map;
	char name[ESMTP_NAME_LEN];

	map = config_map_find(rd->cfg, reader_name(arg, name, sizeof(name)));
	if (!map)
		return reader_fail(rd, arg->tok.col,
				   "policy-map type inspect esmtp '%s' does not exist",
				   name);
	if (map->builtin)
		return reader_fail(rd, arg->tok.col,
				   "'%s' is built in and cannot be removed", name);
	pmap = user(rd, map);
	if (pmap)
		return reader_fail(rd, arg->tok.col,
				   "policy-map type inspect esmtp '%s' is used by policy-map '%s'",
				   name, pmap->name);
	config_map_del(rd->cfg, map);
	return 0;
}

/**
 * do_inspect_description() - description of an inspection map, or no description
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_inspect_description(struct reader *rd, const struct args *args)
{
	reader_describe(&rd->map->description, args);
	return 0;
}

/**
 * do_parameters() - parameters
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_parameters(struct reader *rd, const struct args *args)
{
	(void)args;
	return reader_mode(rd, MODE_PARAMETERS);
}

/**
 * do_mask_banner() - mask-banner, or no mask-banner
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_mask_banner(struct reader *rd, const struct args *args)
{
	rd->map->map.params.banner = (u8)args->cmd->data;
	return 0;
}

/**
 * do_nothing() - a line that states what holds anyway
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_nothing(struct reader *rd, const struct args *args)
{
	(void)rd;
	(void)args;
	return 0;
}

static void criterion(const struct args *args, struct esmtp_rule *rule)
{
	const struct arg *count = args_type(args, TYPE_COUNT, 0);
	const char *param;
	u32 i;

	memset(rule, 0, sizeof(*rule));
	rule->crit = (u8)args->cmd->data;
	if (count) {
		rule->arg = count->value.num;
		return;
	}
	for (i = 0; i < args->n; i++) {
		param = esmtp_keyword_param(args->v[i].num);
		if (param && !strcmp(param, args->v[i].word))
			rule->arg |= 1U << args->v[i].num;
	}
}

/**
 * do_match() - match of an inspection map
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_match(struct reader *rd, const struct args *args)
{
	if (rd->map->map.nrules == ESMTP_MAP_RULES)
		return reader_fail(rd, args->v[0].tok.col,
				   "more than %u matches in an inspection map",
				   ESMTP_MAP_RULES);
	criterion(args, &rd->rule);
	rd->rule_line = rd->line;
	rd->rule_col = args->v[0].tok.col;
	rd->rule_done = false;
	return reader_mode(rd, MODE_MATCH);
}

/**
 * do_no_match() - no match of an inspection map: all its actions go
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_match(struct reader *rd, const struct args *args)
{
	struct esmtp_map *map = &rd->map->map;
	struct esmtp_rule rule;
	u8 i, n = 0;

	criterion(args, &rule);
	for (i = 0; i < map->nrules; i++)
		if (map->rules[i].crit != rule.crit ||
		    map->rules[i].arg != rule.arg)
			map->rules[n++] = map->rules[i];
	if (n == map->nrules)
		return reader_fail(rd, args->v[1].tok.col,
				   "policy-map type inspect esmtp '%s' has no such match",
				   map->name);
	map->nrules = n;
	return 0;
}

/**
 * do_action() - action of a match
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_action(struct reader *rd, const struct args *args)
{
	struct esmtp_map *map = &rd->map->map;
	struct esmtp_rule *rule = &rd->rule;
	u32 i;

	if (rd->rule_done)
		return reader_fail(rd, args->v[0].tok.col,
				   "the match has its action already");
	rule->act = (u8)args->cmd->data;
	if (rule->act == ESMTP_ACT_MASK && !maskable[rule->crit])
		return reader_fail(rd, args->v[0].tok.col,
				   "mask goes with ehlo-reply-parameter only");
	rule->log = rule->act != ESMTP_ACT_LOG && args_word(args, "log");
	rd->rule_done = true;
	for (i = 0; i < map->nrules; i++)
		if (!memcmp(&map->rules[i], rule, sizeof(*rule)))
			return 0;
	map->rules[map->nrules++] = *rule;
	return 0;
}
