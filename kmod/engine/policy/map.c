// SPDX-License-Identifier: GPL-2.0
/*
 * Preparing an inspection map for use: the order in which its rules are evaluated, the
 * values precomputed from them, and the built-in default map.
 */
#include <esmtp/policy.h>

/* When the protocol shows what a criterion is about. */
static const u16 shown_at[ESMTP_CRIT_MAX] = {
#define ESMTP_CRITERION(NAME, order, text, arg, mask, life, reply) \
	[ESMTP_CRIT_##NAME] = (order),
#include <esmtp/criteria.def>
#undef ESMTP_CRITERION
};

/* Does @a come before @b? Rules that tie stay as configured. */
static bool is_tried_before(const struct esmtp_rule *a, const struct esmtp_rule *b)
{
	if (a->crit != b->crit)
		return shown_at[a->crit] < shown_at[b->crit];
	return a->arg < b->arg;
}

/* Insertion sort: stable, and maps are short. */
static void sort_rules(struct esmtp_map *map)
{
	u32 i, j;

	for (i = 0; i < map->nrules; i++) {
		for (j = i; j > 0; j--) {
			if (!is_tried_before(&map->rules[i],
					     &map->rules[map->order[j - 1]]))
				break;
			map->order[j] = map->order[j - 1];
		}
		map->order[j] = (u8)i;
	}
}

/* Rules of a criterion stand together in @order. */
static void find_criteria(struct esmtp_map *map)
{
	u32 i;

	memset(map->first, 0, sizeof(map->first));
	memset(map->behind, 0, sizeof(map->behind));
	for (i = 0; i < map->nrules; i++) {
		u8 crit = map->rules[map->order[i]].crit;

		if (!map->behind[crit])
			map->first[crit] = (u8)i;
		map->behind[crit] = (u8)(i + 1);
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

static u32 list_map_verbs(const struct esmtp_params *p)
{
	u32 set = 0, i;

	for (i = 0; i < ESMTP_VERB_MAX; i++)
		if (verbs[i].always || (verbs[i].tls && p->tls) ||
		    (verbs[i].chunking && p->chunking))
			set |= 1U << i;
	return set;
}

static u32 list_shown_keywords(const struct esmtp_params *p)
{
	u32 set = (1U << ESMTP_KW_MAX) - 1;

	if (p->no_auth_in_clear)
		set &= ~(1U << ESMTP_KW_AUTH);
	return set;
}

static void apply_mask_rule(struct esmtp_map *map, const struct esmtp_rule *r)
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

/* How long a match is remembered: see record_match() in rule.c. */
enum life {
	LIFE_COMMAND,			/* until the next command */
	LIFE_MESSAGE,			/* until the next MAIL */
	LIFE_SESSION,
};

static const u8 match_life[ESMTP_CRIT_MAX] = {
#define ESMTP_CRITERION(NAME, order, text, arg, mask, life, reply) \
	[ESMTP_CRIT_##NAME] = LIFE_##life,
#include <esmtp/criteria.def>
#undef ESMTP_CRITERION
};

static void set_match_lifetime(struct esmtp_map *map, u32 rule)
{
	switch ((enum life)match_life[map->rules[rule].crit]) {
	case LIFE_COMMAND:
		map->brief |= (u64)1 << rule;
		break;
	case LIFE_SESSION:
		map->lasting |= (u64)1 << rule;
		break;
	case LIFE_MESSAGE:
		break;
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
	map->keywords = list_shown_keywords(&map->params);
	map->verbs = list_map_verbs(&map->params);
	map->strip = 0;
	map->negated = 0;
	map->ruled = 0;
	map->brief = 0;
	map->lasting = 0;
	sort_rules(map);
	find_criteria(map);

	for (i = 0; i < map->nrules; i++) {
		r = &map->rules[i];
		apply_mask_rule(map, r);
		set_match_lifetime(map, i);
		map->ruled |= 1U << r->crit;
		if (r->negate)
			map->negated |= 1U << r->crit;
		else if (r->arg < map->floor[r->crit])
			map->floor[r->crit] = r->arg;
	}
	/* RFC 3030, 3: BINARYMIME needs CHUNKING */
	if (!(map->verbs >> ESMTP_VERB_BDAT & 1))
		map->keywords &= ~(1U << ESMTP_KW_BINARYMIME);
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
