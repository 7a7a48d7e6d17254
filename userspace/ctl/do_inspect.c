// SPDX-License-Identifier: GPL-2.0
/* policy-map type inspect esmtp and the lines in it. */
#include "grammar.h"

#include <string.h>

/* What a firewall says of a map that is built in is compared with it. */
static int open_shadow(struct reader *rd)
{
	const char *name = rd->map->name;

	if (rd->shadow && strcmp(rd->shadow->name, name) != 0)
		return reader_fail(rd, 1, "'%s' is built in and cannot be changed",
				   name);
	if (!rd->shadow) {
		rd->shadow = mem_alloc(sizeof(*rd->shadow));
		memcpy(rd->shadow->name, name, strlen(name) + 1);
		rd->shadow_line = rd->line;
	}
	rd->map = rd->shadow;
	return reader_mode(rd, MODE_INSPECT_MAP);
}

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
	rd->map = config_map_find(rd->cfg, name);
	if (rd->map && rd->map->builtin && rd->lenient.on)
		return open_shadow(rd);
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
