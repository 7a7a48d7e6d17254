// SPDX-License-Identifier: GPL-2.0
/*
 * Carries state over to the policy that replaces another: counters of unchanged
 * rules, and connection counts of limited servers and classes.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "policy.h"

static struct esmtp_limit_count *alloc_limit_count(void)
{
	struct esmtp_limit_count *lc = kzalloc(sizeof(*lc), GFP_KERNEL_ACCOUNT);

	if (!lc)
		return NULL;
	refcount_set(&lc->ref, 1);
	spin_lock_init(&lc->lock);
	return lc;
}

static struct esmtp_limit_count *carry_limit_count(const struct esmtp_kpolicy *old,
						   const struct esmtp_limit *limit)
{
	u32 i = ESMTP_NONE;

	if (old)
		i = esmtp_limit_find(&old->p, limit->family, &limit->host,
				     limit->port);
	if (i == ESMTP_NONE)
		return alloc_limit_count();
	refcount_inc(&old->limits[i]->ref);
	return old->limits[i];
}

/**
 * esmtp_policy_carry_limits() - give each limit of a policy its count
 * @kp: policy that esmtp_policy_seal() accepted
 * @old: sealed policy that it is to replace, or NULL
 *
 * A server keeps its count from policy to policy. After a policy without a limit for
 * it, its count restarts with the connections opened since.
 *
 * Context: process context.
 * Return: 0, or -ENOMEM; esmtp_kpolicy_put() then frees what there is.
 */
int esmtp_policy_carry_limits(struct esmtp_kpolicy *kp, const struct esmtp_kpolicy *old)
{
	u32 i;

	for (i = 0; i < kp->p.nlimits; i++) {
		kp->limits[i] = carry_limit_count(old, &kp->p.limits[i]);
		if (!kp->limits[i])
			return -ENOMEM;
	}
	return 0;
}

/* The name of the policy-map that a bind is in. */
static const char *get_pmap_name(const struct esmtp_policy *p, u32 bind)
{
	u32 i;

	for (i = 0; i < p->npmaps; i++)
		if (bind - p->pmaps[i].first < p->pmaps[i].n)
			return p->pmaps[i].name;
	return "";
}

static struct esmtp_hosts *find_old_hosts(const struct esmtp_kpolicy *kp, u32 bind,
					  const struct esmtp_kpolicy *old)
{
	const struct esmtp_policy *p = &kp->p, *q = &old->p;
	const char *class = p->classes[p->binds[bind].class].name;
	u32 i;

	for (i = 0; i < q->nbinds; i++)
		if (old->hosts[i] &&
		    !strcmp(q->classes[q->binds[i].class].name, class) &&
		    !strcmp(get_pmap_name(q, i), get_pmap_name(p, bind)))
			return esmtp_hosts_get(old->hosts[i]);
	return NULL;
}

/**
 * esmtp_policy_carry_hosts() - give each limited class the counts of its hosts
 * @kp: policy that esmtp_policy_seal() accepted
 * @old: sealed policy that it is to replace, or NULL
 *
 * A class keeps its counts from policy to policy, by its name and that of its
 * policy-map, as long as it is limited.
 *
 * Context: process context.
 * Return: 0, or -ENOMEM; esmtp_kpolicy_put() then frees what there is.
 */
int esmtp_policy_carry_hosts(struct esmtp_kpolicy *kp, const struct esmtp_kpolicy *old)
{
	u32 i;

	for (i = 0; i < kp->p.nbinds; i++) {
		if (!kp->p.binds[i].limited)
			continue;
		if (old)
			kp->hosts[i] = find_old_hosts(kp, i, old);
		if (!kp->hosts[i])
			kp->hosts[i] = esmtp_hosts_alloc();
		if (!kp->hosts[i])
			return -ENOMEM;
	}
	return 0;
}

static bool has_same_refs(const struct esmtp_map *a, u32 i,
			  const struct esmtp_map *b, u32 j)
{
	struct esmtp_refs x, y;

	esmtp_map_refs(a, i, &x);
	esmtp_map_refs(b, j, &y);
	return x.class == y.class && !x.regex == !y.regex && !x.say == !y.say &&
	       (!x.regex || !strcmp(x.regex, y.regex)) &&
	       (!x.say || !strcmp(x.say, y.say));
}

/* Are match @i of @m and match @j of @n equal, each by itself? */
static bool is_same_match(const struct esmtp_map *m, u32 i,
		      const struct esmtp_map *n, u32 j)
{
	const struct esmtp_rule *a = &m->rules[i], *b = &n->rules[j];

	return a->crit == b->crit && a->arg == b->arg && a->act == b->act &&
	       a->log == b->log && a->negate == b->negate &&
	       a->verbs == b->verbs && a->rate == b->rate &&
	       a->with == b->with && has_same_refs(m, i, n, j);
}

/* Are they equal, and the matches that they are combined with, too? */
static bool is_same_rule(const struct esmtp_map *m, u32 i,
			 const struct esmtp_map *n, u32 j)
{
	u32 k, before = i - esmtp_map_first(m, i);

	if (j - esmtp_map_first(n, j) != before)
		return false;
	for (k = 0; k <= before; k++)
		if (!is_same_match(m, i - k, n, j - k))
			return false;
	return true;
}

/* Number of rules before rule @i that are equal to it. */
static u32 count_same_before(const struct esmtp_map *m, u32 i)
{
	u32 j, n = 0;

	for (j = 0; j < i; j++)
		n += is_same_rule(m, j, m, i);
	return n;
}

/* Index in @om of the rule equal to rule @i of @m, or ESMTP_NONE. */
static u32 find_same_rule(const struct esmtp_map *om, const struct esmtp_map *m, u32 i)
{
	u32 j, skip = count_same_before(m, i);

	for (j = 0; j < om->nrules; j++)
		if (is_same_rule(om, j, m, i) && !skip--)
			return j;
	return ESMTP_NONE;
}

static bool is_same_bind(const struct esmtp_policy *p, const struct esmtp_bind *a,
			 const struct esmtp_policy *q, const struct esmtp_bind *b)
{
	if (a->verdict != b->verdict ||
	    strcmp(p->classes[a->class].name, q->classes[b->class].name))
		return false;
	return a->verdict != ESMTP_CLASSIFY_INSPECT ||
	       !strcmp(p->maps[a->map].name, q->maps[b->map].name);
}

static void carry_bind(struct esmtp_kpolicy *kp, const struct esmtp_bind *b,
		       const struct esmtp_kpolicy *old,
		       const struct esmtp_bind *ob)
{
	const struct esmtp_map *m, *om;
	u8 rules[ESMTP_MAP_RULES];
	u32 i, oi;

	if (b->verdict == ESMTP_CLASSIFY_NONE && (!b->limited || !ob->limited))
		return;
	for (i = 0; i < ESMTP_SLOT_RULES; i++)
		kp->base[b->slot + i] = esmtp_kpolicy_sum(old, ob->slot + i);
	if (b->verdict != ESMTP_CLASSIFY_INSPECT)
		return;
	m = &kp->p.maps[b->map];
	om = &old->p.maps[ob->map];
	memset(rules, ESMTP_MAP_RULES, sizeof(rules));
	for (i = 0; i < m->nrules; i++) {
		oi = find_same_rule(om, m, i);
		if (oi == ESMTP_NONE)
			continue;
		rules[oi] = i;
		kp->base[b->slot + ESMTP_SLOT_RULES + i] =
			esmtp_kpolicy_sum(old, ob->slot + ESMTP_SLOT_RULES + oi);
	}
	for (i = 0; i < ESMTP_PARAM_SLOT_MAX; i++)
		kp->base[b->slot + ESMTP_SLOT_RULES + m->nrules + i] =
			esmtp_kpolicy_sum(old, ob->slot + ESMTP_SLOT_RULES + om->nrules + i);
	if (m->params.monitor && om->params.monitor)
		esmtp_would_carry(kp, b->slot, old, ob->slot, rules);
}

static void carry_pmap(struct esmtp_kpolicy *kp, const struct esmtp_pmap *pm,
		       const struct esmtp_kpolicy *old,
		       const struct esmtp_pmap *opm)
{
	const struct esmtp_bind *b, *ob;
	u32 i, j;

	for (i = pm->first; i < pm->first + pm->n; i++) {
		b = &kp->p.binds[i];
		for (j = opm->first; j < opm->first + opm->n; j++) {
			ob = &old->p.binds[j];
			if (is_same_bind(&kp->p, b, &old->p, ob))
				carry_bind(kp, b, old, ob);
		}
	}
}

/**
 * esmtp_policy_carry_counters() - carry over the counters of unchanged rules
 * @kp: policy with fresh counters
 * @old: sealed policy that it is to replace
 *
 * A class is identified by the names of its policy-map, itself and its inspection
 * map; a rule by its contents and, among equal rules, by its position.
 *
 * Context: process context.
 */
void esmtp_policy_carry_counters(struct esmtp_kpolicy *kp,
				 const struct esmtp_kpolicy *old)
{
	u32 i, j;

	for (i = 0; i < kp->p.npmaps; i++)
		for (j = 0; j < old->p.npmaps; j++)
			if (!strcmp(kp->p.pmaps[i].name, old->p.pmaps[j].name))
				carry_pmap(kp, &kp->p.pmaps[i],
					   old, &old->p.pmaps[j]);
}
