// SPDX-License-Identifier: GPL-2.0
/*
 * What is computed once for a policy, so that no packet has to: the hull of the
 * ports that it inspects, the order of its limits, the places of its counters.
 */
#include <esmtp/policy.h>

enum {
	PROTO_TCP = 6,
	SMTP_PORT = 25,
	PORT_MAX = 0xffff,
	BITS = 64,
};

/**
 * struct gather - a hull that is being made
 * @hull: the hull
 * @acls: access-lists whose ports are in it, as bits: each is read once, however many classes,
 *	of however many policy-maps, use it
 */
struct gather {
	struct esmtp_hull *hull;
	u64 acls[ESMTP_MAX_ACLS / BITS];
};

/* Add lo..hi to ranges in ascending order; false if there is no room. */
static bool add_port_range(struct esmtp_ranges *r, u32 lo, u32 hi)
{
	u32 i, j;

	/* [i, j) are those that touch or overlap the new one. */
	for (i = 0; i < r->n && r->hi[i] + 1u < lo; i++)
		;
	for (j = i; j < r->n && r->lo[j] <= hi + 1; j++) {
		lo = r->lo[j] < lo ? r->lo[j] : lo;
		hi = r->hi[j] > hi ? r->hi[j] : hi;
	}
	if (i == j && r->n == ESMTP_HULL_RANGES)
		return false;
	memmove(r->lo + i + 1, r->lo + j, (r->n - j) * sizeof(r->lo[0]));
	memmove(r->hi + i + 1, r->hi + j, (r->n - j) * sizeof(r->hi[0]));
	r->lo[i] = (u16)lo;
	r->hi[i] = (u16)hi;
	r->n = (u8)(r->n + 1 - (j - i));
	return true;
}

static bool add_ports(struct esmtp_ranges *r, const struct esmtp_ports *ports)
{
	if (ports->op == ESMTP_PORT_RANGE)
		return add_port_range(r, ports->lo, ports->hi);
	return (ports->lo == 0 || add_port_range(r, 0, ports->lo - 1)) &&
	       (ports->lo == PORT_MAX || add_port_range(r, ports->lo + 1, PORT_MAX));
}

static bool add_ace_ports(struct esmtp_hull *h, const struct esmtp_ace *ace)
{
	if (!ace->permit || ace->inactive)
		return true;
	if (ace->proto && ace->proto != PROTO_TCP)
		return true;
	if (ace->dports.op != ESMTP_PORT_ANY)
		return add_ports(&h->dports, &ace->dports);
	if (ace->sports.op != ESMTP_PORT_ANY)
		return add_ports(&h->sports, &ace->sports);
	return false;
}

static bool add_acl_ports(struct gather *g, const struct esmtp_policy *p, u32 acl)
{
	u32 i, end = p->acls[acl].first + p->acls[acl].n;

	if (g->acls[acl / BITS] >> acl % BITS & 1)
		return true;
	g->acls[acl / BITS] |= (u64)1 << acl % BITS;
	for (i = p->acls[acl].first; i < end; i++)
		if (!add_ace_ports(g->hull, &p->aces[i]))
			return false;
	return true;
}

static bool add_class_ports(struct gather *g, const struct esmtp_policy *p,
			    const struct esmtp_class *c)
{
	struct esmtp_hull *h = g->hull;

	switch (c->kind) {
	case ESMTP_CLASS_ANY:
		return false;
	case ESMTP_CLASS_ACL:
		return add_acl_ports(g, p, c->acl);
	case ESMTP_CLASS_PORT:
		return add_port_range(&h->dports, c->lo, c->hi);
	case ESMTP_CLASS_DEFAULT:
		return add_port_range(&h->dports, SMTP_PORT, SMTP_PORT);
	default:
		return true;
	}
}

/*
 * Only classes that inspect or limit extend a hull. Exempting classes only take traffic
 * out of it, and with one that has "permit ip any host A" every port would be in it.
 */
static void add_pmap_ports(struct esmtp_policy *p, const struct esmtp_pmap *pm,
			   struct gather *inspect, struct gather *limit)
{
	const struct esmtp_bind *b = p->binds + pm->first;
	const struct esmtp_bind *end = b + pm->n;

	for (; b < end; b++) {
		if (b->verdict == ESMTP_CLASSIFY_INSPECT && !p->hull.every &&
		    !add_class_ports(inspect, p, &p->classes[b->class]))
			p->hull.every = true;
		if (!b->limited)
			continue;
		p->limits_classes = true;
		if (!p->limit_hull.every &&
		    !add_class_ports(limit, p, &p->classes[b->class]))
			p->limit_hull.every = true;
	}
}

static void seal_hull(struct esmtp_policy *p)
{
	struct gather inspect = { .hull = &p->hull }, limit = { .hull = &p->limit_hull };
	u64 seen = 0;			/* pmaps, by index */
	u32 i, pm;

	memset(&p->hull, 0, sizeof(p->hull));
	memset(&p->limit_hull, 0, sizeof(p->limit_hull));
	p->limits_classes = false;
	for (i = 0; i < p->nservices; i++) {
		pm = p->services[i].pmap;
		if (seen >> pm & 1)
			continue;
		seen |= (u64)1 << pm;
		add_pmap_ports(p, &p->pmaps[pm], &inspect, &limit);
	}
}

static void widen_span(struct esmtp_span *span, const struct esmtp_ranges *r)
{
	if (!r->n)
		return;
	if (r->lo[0] < span->lo)
		span->lo = r->lo[0];
	if (r->hi[r->n - 1] > span->hi)
		span->hi = r->hi[r->n - 1];
}

static void seal_span(struct esmtp_policy *p)
{
	p->span.lo = p->hull.every ? 0 : PORT_MAX;
	p->span.hi = p->hull.every ? PORT_MAX : 0;
	widen_span(&p->span, &p->hull.dports);
	widen_span(&p->span, &p->hull.sports);
}

static void seal_map(struct esmtp_policy *p, struct esmtp_map *m)
{
	u32 i;

	esmtp_map_seal(m);
	m->regexes = p->regexes;
	m->nslots = 0;
	for (i = 0; i < m->nrules; i++) {
		if (esmtp_criterion_arg(m->rules[i].crit) != ESMTP_ARG_REGEX)
			continue;
		m->rules[i].slot = m->nslots;
		m->slots[m->nslots++] = (u8)i;
	}
}

static void seal_regexes(struct esmtp_policy *p)
{
	u32 i;

	for (i = 0; i < p->nregexes; i++)
		p->regexes[i].next = p->cells + p->regexes[i].first;
}

static int compare_limits(const struct esmtp_limit *a, const struct esmtp_limit *b)
{
	int diff = a->family - b->family;

	if (!diff)
		diff = memcmp(a->host.b, b->host.b, sizeof(a->host.b));
	return diff ? diff : a->port - b->port;
}

static void swap_limits(struct esmtp_limit *a, struct esmtp_limit *b)
{
	struct esmtp_limit tmp = *a;

	*a = *b;
	*b = tmp;
}

static void sift_down(struct esmtp_limit *v, u32 i, u32 n)
{
	u32 child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && compare_limits(&v[child], &v[child + 1]) < 0)
			child++;
		if (compare_limits(&v[i], &v[child]) >= 0)
			return;
		swap_limits(&v[i], &v[child]);
		i = child;
	}
}

/* Heap sort: in place and never quadratic, whatever was sent. */
static void seal_limits(struct esmtp_policy *p)
{
	u32 i;

	for (i = p->nlimits / 2; i-- > 0;)
		sift_down(p->limits, i, p->nlimits);
	for (i = p->nlimits; i-- > 1;) {
		swap_limits(&p->limits[0], &p->limits[i]);
		sift_down(p->limits, 0, i);
	}
}

static bool has_distinct_limits(const struct esmtp_policy *p)
{
	u32 i;

	for (i = 1; i < p->nlimits; i++)
		if (!compare_limits(&p->limits[i - 1], &p->limits[i]))
			return false;
	return true;
}

static void seal_slots(struct esmtp_policy *p)
{
	u32 i, slot = 0;

	for (i = 0; i < p->nbinds; i++) {
		p->binds[i].slot = slot;
		slot += esmtp_bind_slots(p, i);
	}
}

/**
 * esmtp_policy_seal() - check a policy and make it ready for use
 * @p: the policy, filled in; nobody else sees it yet
 *
 * Calls esmtp_policy_validate() and, for each map, esmtp_map_seal(). The limits
 * are put into another order. To seal again does no harm.
 *
 * Context: process context; up to some milliseconds for the largest policy.
 * Return: NULL, or what is wrong as a lower-case clause.
 */
const char *esmtp_policy_seal(struct esmtp_policy *p)
{
	const char *err = esmtp_policy_validate(p);
	u32 i;

	if (err)
		return err;
	seal_regexes(p);
	for (i = 0; i < p->nmaps; i++)
		seal_map(p, &p->maps[i]);
	seal_limits(p);
	if (!has_distinct_limits(p))
		return "two connection limits for the same host";
	seal_slots(p);
	if (esmtp_policy_slots(p) > ESMTP_MAX_SLOTS)
		return "too many rules in the maps of all classes";
	seal_hull(p);
	seal_span(p);
	p->limits_any = p->limits_classes || p->nlimits;
	esmtp_index_seal(p);
	return NULL;
}
