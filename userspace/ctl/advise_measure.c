// SPDX-License-Identifier: GPL-2.0
/*
 * How long is the longest? A rule tells that something is longer than N, so a map that only
 * logs gets many at once, each with another N, until two that are neighbours hold it.
 */
#include "advise.h"
#include "out.h"

#include <string.h>

#include <esmtp/core.h>
#include <linux/nf_esmtp.h>

enum { RUNGS = 16 };			/* of REPLAY_FINDINGS, beside what else is told */

/**
 * struct ladder - a search under way
 * @a: the advice
 * @map: name of the map
 * @rung: what the rules ask for, in order
 * @n: how many
 * @above: the longest is longer than this
 */
struct ladder {
	struct advise *a;
	const char *map;
	u32 rung[RUNGS];
	u32 n;
	u32 above;
};

static void take_conn(void *ctx, const struct replay_conn *c)
{
	struct ladder *l = ctx;
	struct mark m;
	u32 i;

	advise_mark_get(l->a, c->number, &m);
	if (!m.legit || strcmp(c->map, l->map) != 0)
		return;
	for (i = 0; i < c->n; i++)
		if (c->finding[i].kind == ESMTP_EVENT_RULE && c->finding[i].limit > l->above)
			l->above = c->finding[i].limit;
}

static void fill_map(struct esmtp_map *map, const struct esmtp_rule *rule,
		     const struct ladder *l)
{
	u32 i;

	memset(&map->params, 0, sizeof(map->params));
	map->params.chunking = 1;
	map->params.tls = 1;
	map->nsays = 0;
	map->nrules = (u8)l->n;
	for (i = 0; i < l->n; i++) {
		map->rules[i] = (struct esmtp_rule){
			.crit = rule->crit,
			.verbs = rule->verbs,
			.act = ESMTP_ACT_LOG,
			.arg = l->rung[i],
		};
	}
}

static int climb(struct ladder *l, const struct esmtp_rule *rule)
{
	struct esmtp_policy p = l->a->base.policy;
	struct replay_job job = {
		.policy = &p,
		.files = l->a->o.files,
		.nfiles = l->a->o.nfiles,
		.trust = l->a->o.trust,
		.conn = take_conn,
		.ctx = l,
	};
	u32 i;
	int err;

	p.maps = mem_array(p.nmaps + 1, sizeof(*p.maps));
	memcpy(p.maps, l->a->base.policy.maps, p.nmaps * sizeof(*p.maps));
	for (i = 0; i < p.nmaps; i++)
		if (!strcmp(p.maps[i].name, l->map))
			fill_map(&p.maps[i], rule, l);
	err = replay_run(&job);
	mem_free(p.maps);
	if (err)
		out_error("esmtp-ctl: %s", job.error);
	return err ? CTL_ERROR : CTL_OK;
}

/* From @above on, each twice the one before. */
static void place_doubles(struct ladder *l)
{
	u64 n = l->above ? l->above : 1;

	for (l->n = 0; l->n < RUNGS && 2 * n < UINT32_MAX; l->n++) {
		n *= 2;
		l->rung[l->n] = (u32)n;
	}
}

/* Between @above and @top, which is known to be enough. */
static void place_evenly(struct ladder *l, u32 top)
{
	u64 room = top - l->above;
	u32 i, at, was = l->above;

	l->n = 0;
	for (i = 1; i <= RUNGS; i++) {
		at = l->above + (u32)(room * i / (RUNGS + 1));
		if (at > was && at < top)
			l->rung[l->n++] = at;
		was = at;
	}
	if (!l->n && room > 1)
		l->rung[l->n++] = l->above + 1;
}

/* The least that is enough after a climb, 0 if nothing was. */
static u32 find_top(const struct ladder *l, u32 top)
{
	u32 i;

	for (i = 0; i < l->n; i++)
		if (l->rung[i] > l->above)
			return l->rung[i];
	return top;
}

/* Two leading digits, rounded up. */
static u32 round_up(u32 n)
{
	u64 unit = 1;

	while (n / unit >= 100)
		unit *= 10;
	unit *= (n + unit - 1) / unit;
	return unit > UINT32_MAX ? UINT32_MAX : (u32)unit;
}

/**
 * advise_measure() - find the longest of what is legitimate
 * @a: the advice
 * @ch: a change of a limit; its measured and limit are set, or it leaves the rule out
 *
 * Return: exit status.
 */
int advise_measure(struct advise *a, struct change *ch)
{
	struct ladder l = { .a = a, .map = a->maps[ch->map].name };
	u32 first, rules, top = 0;
	const struct match *m = advise_match(advise_map(a, ch->map), ch->rule, &first, &rules);
	const struct esmtp_rule *rule = &advise_match_inner(m, ch->rule - first)->rule;
	int err;

	l.above = rule->arg;
	place_doubles(&l);
	err = climb(&l, rule);
	top = find_top(&l, 0);
	while (!err && top > l.above + 1) {
		place_evenly(&l, top);
		err = climb(&l, rule);
		top = find_top(&l, top);
	}
	ch->measured = top;
	ch->limit = round_up(top);
	if (!top)
		ch->kind = CHANGE_NO_MATCH;
	return err;
}
