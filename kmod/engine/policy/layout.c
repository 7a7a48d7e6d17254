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
 *	        allow-tls, count 1
 *	        match cmd line length gt 512
 *	          drop-connection log, packet 0
 *	      Set connection policy: conn-max 100
 *	        current embryonic conns 0, current conns 0, drop 0
 *
 * The line of an exempt class is not ASA's, which stores no such action.
 */
#include <esmtp/policy.h>

/**
 * esmtp_bind_slots() - counters of a class in a policy-map
 * @p: policy that esmtp_policy_validate() accepts
 * @bind: index
 *
 * Return: 0 for a class without an action, else those of enum esmtp_slot, one for
 * each rule and, behind them, those of enum esmtp_param_slot.
 */
u32 esmtp_bind_slots(const struct esmtp_policy *p, u32 bind)
{
	const struct esmtp_bind *b = &p->binds[bind];

	switch (b->verdict) {
	case ESMTP_CLASSIFY_INSPECT:
		return ESMTP_SLOT_RULES + p->maps[b->map].nrules + ESMTP_PARAM_SLOT_MAX;
	case ESMTP_CLASSIFY_EXEMPT:
		return ESMTP_SLOT_RULES;
	default:
		return b->limited ? ESMTP_SLOT_RULES : 0;
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

/* Room for the longest line: mail-relay with its domain. */
struct line {
	struct esmtp_text t;
	char buf[ESMTP_DOMAIN_LEN + 64];
};

static void begin_layout_line(struct line *l, const char *s)
{
	l->t.buf = l->buf;
	l->t.size = sizeof(l->buf);
	l->t.len = 0;
	esmtp_text_str(&l->t, s);
}

static void append_counter(struct line *l, const char *label,
			   const struct esmtp_layout *out, u32 slot)
{
	esmtp_text_str(&l->t, label);
	esmtp_text_num(&l->t, out->count(out->ctx, slot));
}

static void print_rule(const struct esmtp_map *m, u32 rule, u32 slot,
		       const struct esmtp_layout *out)
{
	struct esmtp_refs refs;
	struct line l;

	esmtp_map_refs(m, rule, &refs);
	begin_layout_line(&l, esmtp_map_first(m, rule) != rule ? "        and " : "        ");
	esmtp_text_match(&l.t, &m->rules[rule], &refs);
	out->line(out->ctx, l.buf);
	if (m->rules[rule].with)
		return;
	begin_layout_line(&l, "          ");
	esmtp_text_action(&l.t, &m->rules[rule], &refs);
	append_counter(&l, ", packet ", out, slot);
	out->line(out->ctx, l.buf);
}

/* What Postfix makes of the classic mask: a PIX. The one line that is not ASA's. */
static void print_notice(const struct esmtp_params *p, const struct esmtp_layout *out)
{
	struct line l;

	if (p->banner != ESMTP_BANNER_CLASSIC)
		return;
	begin_layout_line(&l, "          notice: Postfix senders fall back to HELO; friendly does not");
	out->line(out->ctx, l.buf);
}

/* The counter of parameter @i: those that esmtp_text_param() has first have one. */
static bool find_param_slot(const struct esmtp_map *m, u32 i, u32 *slot)
{
	if (i > ESMTP_PARAM_SLOT_MAX)
		return false;
	*slot += i ? ESMTP_SLOT_RULES + m->nrules + i - 1 : ESMTP_SLOT_BANNER;
	return true;
}

/* Those that do not have their defaults. */
static void print_params(const struct esmtp_map *m, u32 slot,
			 const struct esmtp_layout *out)
{
	static const char indent[] = "        ";
	struct line l;
	u32 i, at;

	for (i = 0;; i++) {
		begin_layout_line(&l, indent);
		if (!esmtp_text_param(&l.t, &m->params, i))
			break;
		if (l.t.len < sizeof(indent))
			continue;
		at = slot;
		if (find_param_slot(m, i, &at))
			append_counter(&l, ", count ", out, at);
		out->line(out->ctx, l.buf);
		if (!i)
			print_notice(&m->params, out);
	}
}

static void print_inspect(const struct esmtp_map *m, u32 slot,
			  const struct esmtp_layout *out)
{
	struct line l;
	u32 i;

	begin_layout_line(&l, "      Inspect: esmtp ");
	esmtp_text_str(&l.t, m->name);
	append_counter(&l, ", packet ", out, slot + ESMTP_SLOT_PACKETS);
	append_counter(&l, ", drop ", out, slot + ESMTP_SLOT_DROPS);
	append_counter(&l, ", reset-drop ", out, slot + ESMTP_SLOT_RESETS);
	out->line(out->ctx, l.buf);
	print_params(m, slot, out);
	for (i = 0; i < m->nrules; i++)
		print_rule(m, i, slot + ESMTP_SLOT_RULES + i, out);
}

static void print_set(const struct esmtp_bind *b, u32 bind, u32 slot,
		      const struct esmtp_layout *out)
{
	struct line l;

	begin_layout_line(&l, "      Set connection policy:");
	esmtp_text_set(&l.t, &b->set);
	out->line(out->ctx, l.buf);
	begin_layout_line(&l, "        current embryonic conns ");
	esmtp_text_num(&l.t, out->embryonic ? out->embryonic(out->ctx, bind) : 0);
	esmtp_text_str(&l.t, ", current conns ");
	esmtp_text_num(&l.t, out->conns ? out->conns(out->ctx, bind) : 0);
	append_counter(&l, ", drop ", out, slot + ESMTP_SLOT_LIMITED);
	out->line(out->ctx, l.buf);
}

static void print_bind(const struct esmtp_policy *p, u32 bind,
		       const struct esmtp_layout *out)
{
	const struct esmtp_bind *b = &p->binds[bind];
	u32 slot = esmtp_bind_slot(p, bind);
	struct line l;

	begin_layout_line(&l, "    Class-map: ");
	esmtp_text_str(&l.t, p->classes[b->class].name);
	out->line(out->ctx, l.buf);
	if (b->verdict == ESMTP_CLASSIFY_INSPECT) {
		print_inspect(&p->maps[b->map], slot, out);
	} else if (b->verdict == ESMTP_CLASSIFY_EXEMPT) {
		begin_layout_line(&l, "      Inspect: no esmtp");
		append_counter(&l, ", packet ", out, slot + ESMTP_SLOT_PACKETS);
		out->line(out->ctx, l.buf);
	}
	if (b->limited)
		print_set(b, bind, slot, out);
}

static void print_service(const struct esmtp_policy *p,
			  const struct esmtp_service *s,
			  const struct esmtp_layout *out)
{
	const struct esmtp_pmap *pm = &p->pmaps[s->pmap];
	struct line l;
	u32 i;

	begin_layout_line(&l, s->ifname[0] ? "Interface " : "Global policy:");
	if (s->ifname[0]) {
		esmtp_text_str(&l.t, s->ifname);
		esmtp_text_str(&l.t, ":");
	}
	out->line(out->ctx, l.buf);
	begin_layout_line(&l, "  Service-policy: ");
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
