// SPDX-License-Identifier: GPL-2.0
/*
 * An inspection map before a byte is seen: in which order its rules are tried,
 * what can be told from them beforehand, and the map that is built in.
 */
#include <esmtp/policy.h>

/* Does @a come before @b? Rules that tie stay as configured. */
static bool before(const struct esmtp_rule *a, const struct esmtp_rule *b)
{
	if (a->crit != b->crit)
		return a->crit < b->crit;
	return a->arg < b->arg;
}

/* Insertion sort: stable, and maps are short. */
static void sort(struct esmtp_map *map)
{
	u32 i, j;

	for (i = 0; i < map->nrules; i++) {
		for (j = i; j > 0; j--) {
			if (!before(&map->rules[i],
				    &map->rules[map->order[j - 1]]))
				break;
			map->order[j] = map->order[j - 1];
		}
		map->order[j] = (u8)i;
	}
}

static const struct verb {
	u8 always, tls, chunking;
} verbs[] = {
#define ALWAYS	.always = 1
#define TLS	.tls = 1
#define CHUNKING .chunking = 1
#define NEVER	.always = 0
#define ESMTP_VERB(NAME, name, let) [ESMTP_VERB_##NAME] = { let },
#include <esmtp/verbs.def>
#undef ESMTP_VERB
#undef ALWAYS
#undef TLS
#undef CHUNKING
#undef NEVER
};

static u32 let(const struct esmtp_params *p)
{
	u32 set = 0, i;

	for (i = 0; i < ESMTP_VERB_MAX; i++)
		if (verbs[i].always || (verbs[i].tls && p->tls) ||
		    (verbs[i].chunking && p->chunking))
			set |= 1U << i;
	return set;
}

static u32 shown(const struct esmtp_params *p)
{
	u32 set = (1U << ESMTP_KW_MAX) - 1;

	/* RFC 3030, 3: BINARYMIME needs CHUNKING */
	if (!p->chunking)
		set &= ~(1U << ESMTP_KW_BINARYMIME);
	if (p->no_auth_in_clear)
		set &= ~(1U << ESMTP_KW_AUTH);
	return set;
}

static void mask(struct esmtp_map *map, const struct esmtp_rule *r)
{
	u32 set = r->negate ? ~r->arg : r->arg;

	if (r->act == ESMTP_ACT_STRIP)
		map->strip |= set;
	else if (r->act != ESMTP_ACT_MASK)
		return;
	if (r->crit == ESMTP_CRIT_EHLO_PARAM)
		map->keywords &= ~set;
	else if (r->crit == ESMTP_CRIT_CMD_VERB)
		map->verbs &= ~set;
}

/* For how long does it hold that a rule has matched? See rule.c. */
static void hold(struct esmtp_map *map, u32 rule)
{
	switch (map->rules[rule].crit) {
	case ESMTP_CRIT_CMD_VERB:
	case ESMTP_CRIT_CMD_LINE:
	case ESMTP_CRIT_CMD_VERB_LINE:
		map->brief |= (u64)1 << rule;
		break;
	case ESMTP_CRIT_EHLO_PARAM:
		map->lasting |= (u64)1 << rule;
	}
}

/**
 * esmtp_map_seal() - derive what can be told before a byte is seen
 * @map: with parameters and rules filled in; each criterion below ESMTP_CRIT_MAX
 */
void esmtp_map_seal(struct esmtp_map *map)
{
	const struct esmtp_rule *r;
	u32 i;

	memset(map->order, 0, sizeof(map->order));
	memset(map->floor, 0xff, sizeof(map->floor));
	map->keywords = shown(&map->params);
	map->verbs = let(&map->params);
	map->strip = 0;
	map->negated = 0;
	map->brief = 0;
	map->lasting = 0;
	sort(map);

	for (i = 0; i < map->nrules; i++) {
		r = &map->rules[i];
		mask(map, r);
		hold(map, i);
		if (r->negate)
			map->negated |= 1U << r->crit;
		else if (r->arg < map->floor[r->crit])
			map->floor[r->crit] = r->arg;
	}
}

/**
 * esmtp_map_first() - the first of the matches that act together
 * @map: the map
 * @rule: place of one of them
 *
 * Return: its place; @rule where that acts alone.
 */
u32 esmtp_map_first(const struct esmtp_map *map, u32 rule)
{
	while (rule && map->rules[rule - 1].with)
		rule--;
	return rule;
}

/**
 * esmtp_map_default() - fill in _default_esmtp_map, sealed
 * @map: overwritten
 */
void esmtp_map_default(struct esmtp_map *map)
{
	static const char name[] = "_default_esmtp_map";
	static const struct esmtp_rule rules[] = {
		{ .crit = ESMTP_CRIT_CMD_LINE, .arg = 512,
		  .act = ESMTP_ACT_DROP, .log = 1 },
		{ .crit = ESMTP_CRIT_CMD_RCPT, .arg = 100,
		  .act = ESMTP_ACT_DROP, .log = 1 },
		{ .crit = ESMTP_CRIT_BODY_LINE, .arg = 998,
		  .act = ESMTP_ACT_LOG },
		{ .crit = ESMTP_CRIT_HEADER_LINE, .arg = 998,
		  .act = ESMTP_ACT_DROP, .log = 1 },
		{ .crit = ESMTP_CRIT_SENDER, .arg = 320,
		  .act = ESMTP_ACT_DROP, .log = 1 },
		{ .crit = ESMTP_CRIT_FILENAME, .arg = 255,
		  .act = ESMTP_ACT_DROP, .log = 1 },
		{ .crit = ESMTP_CRIT_EHLO_PARAM, .arg = 1U << ESMTP_KW_OTHERS,
		  .act = ESMTP_ACT_MASK },
	};

	memset(map, 0, sizeof(*map));
	memcpy(map->name, name, sizeof(name));
	map->params.banner = ESMTP_BANNER_CLASSIC;
	map->nrules = ESMTP_ARRAY_SIZE(rules);
	memcpy(map->rules, rules, sizeof(rules));
	esmtp_map_seal(map);
}
