// SPDX-License-Identifier: GPL-2.0
/*
 * The text of `show service-policy inspect esmtp` in ASA's own layout, and the
 * places of the counters that it prints.
 *
 *	Global policy:
 *	  Service-policy: global_policy
 *	    Class-map: ironport_esa
 *	      Inspect: no esmtp, packet 7
 *	    Class-map: inspection_default
 *	      Inspect: esmtp _default_esmtp_map, packet 9, drop 0, reset-drop 0
 *	        mask-banner, count 1
 *	        match cmd line length gt 512
 *	          drop-connection log, packet 0
 *
 * The line of an exempt class is not ASA's, which stores no such action.
 */
#include <esmtp/policy.h>

/**
 * esmtp_bind_slots() - counters of a class in a policy-map
 * @p: policy that esmtp_policy_check() accepts
 * @bind: index
 *
 * Return: 0 for a class without an action, else those of enum esmtp_slot and
 * one for each rule.
 */
u32 esmtp_bind_slots(const struct esmtp_policy *p, u32 bind)
{
	const struct esmtp_bind *b = &p->binds[bind];

	switch (b->verdict) {
	case ESMTP_CLASSIFY_INSPECT:
		return ESMTP_SLOT_RULES + p->maps[b->map].nrules;
	case ESMTP_CLASSIFY_EXEMPT:
		return ESMTP_SLOT_RULES;
	default:
		return 0;
	}
}

/**
 * esmtp_bind_slot() - first counter of a class in a policy-map
 * @p: sealed policy
 * @bind: index
 *
 * Return: its place; enum esmtp_slot and the index of a rule count from there.
 */
u32 esmtp_bind_slot(const struct esmtp_policy *p, u32 bind)
{
	return p->binds[bind].slot;
}

/**
 * esmtp_policy_slots() - counters of a policy
 * @p: sealed policy
 *
 * Return: how many there are, at most ESMTP_MAX_SLOTS.
 */
u32 esmtp_policy_slots(const struct esmtp_policy *p)
{
	u32 last = p->nbinds - 1;

	return p->nbinds ? p->binds[last].slot + esmtp_bind_slots(p, last) : 0;
}

/* Room for the longest line: two names, four counters and their labels. */
struct line {
	struct esmtp_text t;
	char buf[192];
};

static void begin(struct line *l, const char *s)
{
	l->t.buf = l->buf;
	l->t.size = sizeof(l->buf);
	l->t.len = 0;
	esmtp_text_str(&l->t, s);
}

static void count(struct line *l, const char *label,
		  const struct esmtp_layout *out, u32 slot)
{
	esmtp_text_str(&l->t, label);
	esmtp_text_num(&l->t, out->count(out->ctx, slot));
}

static void print_rule(const struct esmtp_rule *r, u32 slot,
		       const struct esmtp_layout *out)
{
	struct line l;

	begin(&l, "        ");
	esmtp_text_match(&l.t, r);
	out->line(out->ctx, l.buf);
	begin(&l, "          ");
	esmtp_text_action(&l.t, r);
	count(&l, ", packet ", out, slot);
	out->line(out->ctx, l.buf);
}

static void print_inspect(const struct esmtp_map *m, u32 slot,
			  const struct esmtp_layout *out)
{
	struct line l;
	u32 i;

	begin(&l, "      Inspect: esmtp ");
	esmtp_text_str(&l.t, m->name);
	count(&l, ", packet ", out, slot + ESMTP_SLOT_PACKETS);
	count(&l, ", drop ", out, slot + ESMTP_SLOT_DROPS);
	count(&l, ", reset-drop ", out, slot + ESMTP_SLOT_RESETS);
	out->line(out->ctx, l.buf);
	if (m->params.banner != ESMTP_BANNER_OFF) {
		begin(&l, "        mask-banner");
		count(&l, ", count ", out, slot + ESMTP_SLOT_BANNER);
		out->line(out->ctx, l.buf);
	}
	for (i = 0; i < m->nrules; i++)
		print_rule(&m->rules[i], slot + ESMTP_SLOT_RULES + i, out);
}

static void print_bind(const struct esmtp_policy *p, u32 bind,
		       const struct esmtp_layout *out)
{
	const struct esmtp_bind *b = &p->binds[bind];
	u32 slot = esmtp_bind_slot(p, bind);
	struct line l;

	begin(&l, "    Class-map: ");
	esmtp_text_str(&l.t, p->classes[b->class].name);
	out->line(out->ctx, l.buf);
	if (b->verdict == ESMTP_CLASSIFY_INSPECT) {
		print_inspect(&p->maps[b->map], slot, out);
	} else if (b->verdict == ESMTP_CLASSIFY_EXEMPT) {
		begin(&l, "      Inspect: no esmtp");
		count(&l, ", packet ", out, slot + ESMTP_SLOT_PACKETS);
		out->line(out->ctx, l.buf);
	}
}

static void print_service(const struct esmtp_policy *p,
			  const struct esmtp_service *s,
			  const struct esmtp_layout *out)
{
	const struct esmtp_pmap *pm = &p->pmaps[s->pmap];
	struct line l;
	u32 i;

	begin(&l, s->ifname[0] ? "Interface " : "Global policy:");
	if (s->ifname[0]) {
		esmtp_text_str(&l.t, s->ifname);
		esmtp_text_str(&l.t, ":");
	}
	out->line(out->ctx, l.buf);
	begin(&l, "  Service-policy: ");
	esmtp_text_str(&l.t, pm->name);
	out->line(out->ctx, l.buf);
	for (i = 0; i < pm->n; i++)
		print_bind(p, pm->first + i, out);
}

/**
 * esmtp_layout_service() - print all service-policies with their counters
 * @p: sealed policy
 * @out: where to
 *
 * The global one comes first, then interfaces in the order configured.
 * Policy-maps that are used twice share their counters.
 *
 * Context: any that @out's functions allow.
 */
void esmtp_layout_service(const struct esmtp_policy *p,
			  const struct esmtp_layout *out)
{
	u32 i;

	for (i = 0; i < p->nservices; i++)
		if (!p->services[i].ifname[0])
			print_service(p, &p->services[i], out);
	for (i = 0; i < p->nservices; i++)
		if (p->services[i].ifname[0])
			print_service(p, &p->services[i], out);
}
