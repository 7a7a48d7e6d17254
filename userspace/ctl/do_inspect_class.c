// SPDX-License-Identifier: GPL-2.0
/* class-map type inspect esmtp and the lines in it. */
#include "grammar.h"

#include <string.h>

/**
 * do_inspect_class() - class-map type inspect esmtp [match-all|match-any] NAME
 * @rd: the reader
 * @args: the line
 *
 * match-all is what holds without a word, as on ASA.
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_inspect_class(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	bool any = args_word(args, "match-any");
	bool all = args_word(args, "match-all");
	char name[ESMTP_NAME_LEN];

	reader_name(arg, name, sizeof(name));
	rd->matches = config_inspect_class_find(rd->cfg, name);
	if (!rd->matches) {
		rd->matches = config_inspect_class_add(rd->cfg, name);
		rd->matches->any = any;
	}
	if (rd->matches->any ? all : any)
		return reader_fail(rd, arg->tok.col, "'%s' is a class of %s", name,
				   all ? "match-any" : "match-all");
	return reader_mode(rd, MODE_INSPECT_CLASS);
}

/**
 * do_no_inspect_class() - no class-map type inspect esmtp [...] NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_inspect_class(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	const struct inspect_map *map;
	struct inspect_class *class;
	char name[ESMTP_NAME_LEN];

	reader_name(arg, name, sizeof(name));
	class = config_inspect_class_find(rd->cfg, name);
	if (!class)
		return reader_fail(rd, arg->tok.col,
				   "class-map type inspect esmtp '%s' does not exist",
				   name);
	map = config_inspect_class_user(rd->cfg, class);
	if (map)
		return reader_fail(rd, arg->tok.col,
				   "class-map type inspect esmtp '%s' is used by policy-map type inspect esmtp '%s'",
				   name, map->name);
	config_inspect_class_del(class);
	return 0;
}

/**
 * do_inspect_class_description() - description of it, or no description
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_inspect_class_description(struct reader *rd, const struct args *args)
{
	reader_describe(&rd->matches->description, args);
	return 0;
}

/* What maps that use the class make of another match in it. */
static int check_users(struct reader *rd, size_t col)
{
	const struct inspect_map *map;
	const char *wrong;
	u32 i;

	list_each(map, &rd->cfg->maps, list) {
		wrong = config_map_room(map);
		for (i = 0; !wrong && i < map->nmatches; i++)
			if (map->matches[i].of == rd->matches)
				wrong = match_action_wrong(&map->matches[i]);
		if (wrong)
			return reader_fail(rd, col,
					   "policy-map type inspect esmtp '%s' uses the class: %s",
					   map->name, wrong);
	}
	return 0;
}

/**
 * inspect_class_add() - add a match to the class that is open
 * @rd: the reader
 * @args: the line
 * @m: what it says
 *
 * Return: 0, or what reader_fail() returns.
 */
int inspect_class_add(struct reader *rd, const struct args *args,
		      const struct match *m)
{
	struct inspect_class *class = rd->matches;
	size_t col = args->v[0].tok.col;
	u32 i;

	for (i = 0; i < class->nmatches; i++)
		if (config_match_same(&class->matches[i], m))
			return 0;
	if (class->nmatches == ESMTP_MAP_RULES)
		return reader_fail(rd, col, "more than %u matches in a class",
				   ESMTP_MAP_RULES);
	class->matches[class->nmatches++] = *m;
	return check_users(rd, col);
}
