// SPDX-License-Identifier: GPL-2.0
/* Classes of matches, and how much of a map they take. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

/**
 * config_inspect_class_find() - find a class of matches
 * @cfg: the configuration
 * @name: its name
 *
 * Return: the class, or NULL.
 */
struct inspect_class *config_inspect_class_find(struct config *cfg,
						const char *name)
{
	struct inspect_class *class;

	list_each(class, &cfg->inspect_classes, list)
		if (!strcmp(class->name, name))
			break;
	return class;
}

/**
 * config_inspect_class_add() - add a class of matches
 * @cfg: the configuration
 * @name: its name, up to 64 characters
 *
 * Return: the class, without matches, of match-all.
 */
struct inspect_class *config_inspect_class_add(struct config *cfg,
					       const char *name)
{
	struct inspect_class *class = mem_alloc(sizeof(*class));

	memcpy(class->name, name, strlen(name) + 1);
	list_add(&cfg->inspect_classes, &class->list);
	return class;
}

/**
 * config_inspect_class_del() - remove a class of matches
 * @class: the class, not in use
 */
void config_inspect_class_del(struct inspect_class *class)
{
	list_del(&class->list);
	free(class->description);
	free(class);
}

/**
 * config_inspect_class_user() - find an inspection map that uses a class
 * @cfg: the configuration
 * @class: the class
 *
 * Return: the first map, or NULL.
 */
const struct inspect_map *config_inspect_class_user(struct config *cfg,
						    const struct inspect_class *class)
{
	struct inspect_map *map;
	u32 i;

	list_each(map, &cfg->maps, list)
		for (i = 0; i < map->nmatches; i++)
			if (map->matches[i].of == class)
				return map;
	return NULL;
}

static void count(const struct match *v, u32 n, u32 *rules, u32 *walked)
{
	for (; n--; v++) {
		if (v->of) {
			count(v->of->matches, v->of->nmatches, rules, walked);
			continue;
		}
		++*rules;
		*walked += v->regex || v->class;
	}
}

/**
 * config_map_room() - does an inspection map have more matches than it may?
 * @map: the map; matches of its classes count
 *
 * Return: NULL, or what there is too much of.
 */
const char *config_map_room(const struct inspect_map *map)
{
	u32 rules = 0, walked = 0;

	count(map->matches, map->nmatches, &rules, &walked);
	if (rules > ESMTP_MAP_RULES)
		return "more than 64 matches in an inspection map";
	if (walked > ESMTP_MAP_REGEXES)
		return "more than 8 matches with a regular expression in an inspection map";
	return NULL;
}
