// SPDX-License-Identifier: GPL-2.0
/* Inspection maps and the regular expressions that they use, to the policy. */
#include "config.h"
#include "dfa.h"

#include <stdlib.h>
#include <string.h>

static const char *add_regex(struct esmtp_policy *p, const char *name,
			     bool class, const struct dfa *dfa, u32 *index)
{
	u32 cells = (u32)dfa->states * dfa->classes;
	struct esmtp_regex *r;

	if (p->nregexes == ESMTP_MAX_REGEXES)
		return "more than 64 regular expressions and classes are in use";
	if (cells > ESMTP_MAX_CELLS - p->ncells)
		return "the regular expressions in use are too large together";
	p->regexes = mem_grow(p->regexes, (p->nregexes + 1) * sizeof(*r));
	p->cells = mem_grow(p->cells, (p->ncells + cells) * sizeof(*p->cells));
	r = &p->regexes[p->nregexes];
	memset(r, 0, sizeof(*r));
	memcpy(r->name, name, strlen(name) + 1);
	r->class = class;
	r->states = dfa->states;
	r->start = dfa->start;
	r->classes = dfa->classes;
	r->first = p->ncells;
	memcpy(r->class_of, dfa->class_of, sizeof(r->class_of));
	memcpy(p->cells + p->ncells, dfa->cells, cells * sizeof(*p->cells));
	p->ncells += cells;
	*index = p->nregexes++;
	return NULL;
}

static const char *compile_class(struct esmtp_policy *p,
				 struct regex_class *class)
{
	const struct regex_member *member;
	const char *text[ESMTP_MAX_REGEXES];
	const char *wrong;
	struct dfa *dfa;
	u32 n = 0;

	list_each(member, &class->members, list) {
		if (n == ESMTP_MAX_REGEXES)
			return "a class has more than 64 regular expressions";
		text[n++] = member->regex->text;
	}
	dfa = dfa_compile(text, n, &wrong, NULL);
	if (!dfa)
		return wrong;
	wrong = add_regex(p, class->name, true, dfa, &class->index);
	dfa_free(dfa);
	return wrong;
}

static const char *compile_refs(struct esmtp_policy *p, const struct match *m,
				struct esmtp_rule *r)
{
	const char *wrong = NULL;

	if (m->regex && m->regex->index == ESMTP_NONE)
		wrong = add_regex(p, m->regex->name, false, m->regex->dfa,
				  &m->regex->index);
	if (m->class && m->class->index == ESMTP_NONE)
		wrong = compile_class(p, m->class);
	if (m->regex)
		r->regex = (u16)m->regex->index;
	if (m->class)
		r->regex = (u16)m->class->index;
	return wrong;
}

static const char *compile_say(struct esmtp_map *to, const char *say, u8 *place)
{
	u8 i;

	for (i = 0; i < to->nsays; i++)
		if (!strcmp(to->says[i], say))
			break;
	if (i == ESMTP_MAP_SAYS)
		return "an inspection map can have 8 different replies";
	if (i == to->nsays)
		memcpy(to->says[to->nsays++], say, strlen(say) + 1);
	*place = (u8)(i + 1);
	return NULL;
}

/* One rule: what @match says, with the action of @m, or @with the next rule. */
static const char *compile_rule(struct esmtp_map *to, struct esmtp_policy *p,
				const struct match *match, const struct match *m,
				bool with)
{
	struct esmtp_rule *r = &to->rules[to->nrules++];
	const char *wrong = NULL;

	*r = match->rule;
	r->with = with;
	r->act = m->rule.act;
	r->log = m->rule.log;
	r->rate = m->rule.rate;
	if (m->say)
		wrong = compile_say(to, m->say, &r->say);
	return wrong ? wrong : compile_refs(p, match, r);
}

/*
 * A class of matches, of which any is enough, is a rule for each with the same
 * action; where all have to be met, the last rule has the action.
 */
static const char *compile_match(struct esmtp_map *to, struct esmtp_policy *p,
				 const struct match *m)
{
	static const struct match none = { .rule = { .act = ESMTP_ACT_LOG } };
	const char *wrong = NULL;
	bool with;
	u32 i;

	if (!m->of)
		return compile_rule(to, p, m, m, false);
	for (i = 0; !wrong && i < m->of->nmatches; i++) {
		with = !m->of->any && i + 1 < m->of->nmatches;
		wrong = compile_rule(to, p, &m->of->matches[i],
				     with ? &none : m, with);
	}
	return wrong;
}

static const char *compile_map(struct config *cfg, struct inspect_map *map,
			       struct esmtp_policy *p)
{
	struct esmtp_map *to = &p->maps[p->nmaps];
	const char *wrong = config_map_room(map);
	u32 i;

	map->index = p->nmaps++;
	memcpy(to->name, map->name, sizeof(to->name));
	to->params = map->params;
	for (i = 0; !wrong && i < map->nmatches; i++) {
		cfg->wrong = map->matches[i].place;
		wrong = compile_match(to, p, &map->matches[i]);
	}
	return wrong;
}

/* Those built in, but for the default one, only where they are used. */
static bool wanted(const struct config *cfg, const struct inspect_map *map)
{
	const struct policy_map *pmap;
	const struct bind *bind;

	if (!map->builtin || !strcmp(map->name, CONFIG_DEFAULT_MAP))
		return true;
	list_each(pmap, &cfg->pmaps, list)
		list_each(bind, &pmap->binds, list)
			if (bind->map == map)
				return true;
	return false;
}

/**
 * config_compile_maps() - compile inspection maps and what they use
 * @cfg: the configuration
 * @p: gets them; has none yet
 *
 * Return: NULL, or why they cannot be run.
 */
const char *config_compile_maps(struct config *cfg, struct esmtp_policy *p)
{
	struct regex_class *class;
	const char *wrong = NULL;
	struct inspect_map *map;
	struct regex *regex;

	list_each(regex, &cfg->regexes, list)
		regex->index = ESMTP_NONE;
	list_each(class, &cfg->regex_classes, list)
		class->index = ESMTP_NONE;
	p->maps = mem_array(cfg->nmaps, sizeof(*p->maps));
	list_each(map, &cfg->maps, list) {
		if (wanted(cfg, map))
			wrong = compile_map(cfg, map, p);
		if (wrong)
			break;
	}
	return wrong;
}

/* How many rules it was compiled to. */
static u32 count_rules(const struct match *m)
{
	return m->of ? m->of->nmatches : 1;
}

/**
 * config_rule_place() - where a rule of a compiled policy was said
 * @cfg: the configuration, compiled
 * @map: number of the rule's inspection map in the policy
 * @rule: its number in the map
 *
 * Return: the place of its match, without a name if there is none.
 */
struct place config_rule_place(const struct config *cfg, u32 map, u32 rule)
{
	const struct inspect_map *m;
	u32 i;

	list_each(m, &cfg->maps, list) {
		if (m->index != map || !wanted(cfg, m))
			continue;
		for (i = 0; i < m->nmatches; rule -= count_rules(&m->matches[i++]))
			if (rule < count_rules(&m->matches[i]))
				return m->matches[i].place;
	}
	return (struct place) { .name = NULL };
}
