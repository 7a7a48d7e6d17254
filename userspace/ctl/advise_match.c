// SPDX-License-Identifier: GPL-2.0
/* The rules of a compiled map as matches of the configuration, and what changes of them. */
#include "advise.h"

/**
 * advise_map() - a map that is copied, as it is configured
 * @a: the advice
 * @map: its place
 *
 * Return: the map.
 */
struct inspect_map *advise_map(struct advise *a, u32 map)
{
	return config_map_find(&a->base.cfg, a->maps[map].name);
}

/**
 * advise_match() - the match that a rule comes from
 * @map: the map
 * @rule: place of the rule in the compiled map, from 0
 * @first: set to the place of the match's first rule
 * @rules: set to how many rules it has
 *
 * Return: the match, or NULL.
 */
const struct match *advise_match(const struct inspect_map *map, u32 rule, u32 *first,
				 u32 *rules)
{
	u32 i;

	*first = 0;
	for (i = 0; i < map->nmatches; i++) {
		*rules = map->matches[i].of ? map->matches[i].of->nmatches : 1;
		if (rule < *first + *rules)
			return &map->matches[i];
		*first += *rules;
	}
	return NULL;
}

/**
 * advise_match_inner() - a match of a class of matches
 * @m: a match of a map
 * @within: place in its class
 *
 * Return: that, or @m if it has no class.
 */
const struct match *advise_match_inner(const struct match *m, u32 within)
{
	return m->of ? &m->of->matches[within] : m;
}

/**
 * advise_rule_change() - what changes of a rule
 * @a: the advice
 * @map: place of its map
 * @rule: place of the rule, from 0
 *
 * Return: the change, or NULL.
 */
const struct change *advise_rule_change(const struct advise *a, u32 map, u32 rule)
{
	const struct change *ch;

	for (ch = a->v; ch < a->v + a->n; ch++)
		if (ch->kind <= CHANGE_NO_MATCH && ch->map == map && !ch->unmade &&
		    rule >= ch->rule && rule < ch->rule + ch->rules)
			return ch;
	return NULL;
}
