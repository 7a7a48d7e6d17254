// SPDX-License-Identifier: GPL-2.0
/* show service-policy would: what maps that monitor would have done, and to whom. */
#include "ctl.h"
#include "out.h"

#include <arpa/inet.h>
#include <string.h>

#include <esmtp/core.h>

/**
 * struct would_view - what is shown
 * @run: what is in force
 * @cfg: the same as it was configured, for names of interfaces
 * @list: JSON: the classes, or NULL for text
 * @classes: with a map that monitors
 */
struct would_view {
	struct esmtp_running run;
	const struct config *cfg;
	json_t *list;
	u32 classes;
};

static bool monitors(const struct esmtp_policy *p, u32 bind)
{
	const struct esmtp_bind *b = &p->binds[bind];

	return b->verdict == ESMTP_CLASSIFY_INSPECT && p->maps[b->map].params.monitor;
}

/* What a tool that is as old as what it speaks to knows; else the name alone. */
static const char *say_name(const char *name)
{
	u32 i;

	for (i = 0; i < ESMTP_REASON_MAX; i++)
		if (!strcmp(name, esmtp_reason_name(i)))
			return esmtp_reason_sentence(i);
	for (i = 0; i < ESMTP_EVENT_MAX; i++)
		if (!strcmp(name, esmtp_event_name(i)))
			return esmtp_event_sentence(i);
	return name;
}

static bool edits(const struct esmtp_rule *r)
{
	return r->act == ESMTP_ACT_MASK || r->act == ESMTP_ACT_STRIP;
}

/* Is it counted in packets, or in connections that would have been ended? */
static bool is_of_packets(const struct esmtp_map *map, const struct esmtp_would_view *w)
{
	static const char event[] = "event_";

	if (w->rule && w->rule <= map->nrules)
		return edits(&map->rules[w->rule - 1]);
	return !strncmp(w->name, event, sizeof(event) - 1);
}

static const char *unit(const struct esmtp_map *map, const struct esmtp_would_view *w)
{
	return is_of_packets(map, w) ? "packets" : "connections";
}

static void put_host(struct buf *to, const struct esmtp_top_host *h)
{
	char text[INET6_ADDRSTRLEN] = "?";

	inet_ntop(h->family == ESMTP_AF_INET6 ? AF_INET6 : AF_INET, h->addr.b, text,
		  sizeof(text));
	buf_add(to, "%s", text);
}

static void print_hosts(const struct esmtp_would_view *w)
{
	struct buf host = { 0 };
	u32 i;

	for (i = 0; i < w->n; i++) {
		put_host(&host, &w->best[i]);
		if (w->best[i].over)
			out_line("            %s, %llu to %llu", host.s,
				 w->best[i].count - w->best[i].over, w->best[i].count);
		else
			out_line("            %s, %llu", host.s, w->best[i].count);
		buf_free(&host);
	}
}

/* The matches of a class of match-all are one rule. */
static void print_rule(const struct esmtp_map *map, const struct esmtp_would_view *w)
{
	char text[1024];
	struct esmtp_text t = { .buf = text, .size = sizeof(text) };
	struct esmtp_refs refs;

	esmtp_map_refs(map, w->rule - 1, &refs);
	esmtp_text_rule(&t, map, w->rule - 1);
	out_line("        %s", text);
	t.len = 0;
	esmtp_text_action(&t, &map->rules[w->rule - 1], &refs);
	out_line("          %s, %s %llu", text, unit(map, w), w->count);
}

static void print_cause(const struct esmtp_map *map, const struct esmtp_would_view *w)
{
	if (w->rule) {
		print_rule(map, w);
	} else {
		out_line("        %s", say_name(w->name));
		out_line("          %s %llu", unit(map, w), w->count);
	}
	print_hosts(w);
}

static json_t *hosts_json(const struct esmtp_would_view *w)
{
	json_t *list = json_array();
	struct buf host = { 0 };
	u32 i;

	for (i = 0; i < w->n; i++) {
		put_host(&host, &w->best[i]);
		json_array_append_new(list, json_pack("{s:s, s:I, s:I}", "host", host.s,
			"at-most", (json_int_t)w->best[i].count, "at-least",
			(json_int_t)(w->best[i].count - w->best[i].over)));
		buf_free(&host);
	}
	return list;
}

static json_t *cause_json(const struct esmtp_map *map, const struct esmtp_would_view *w)
{
	char match[1024], action[256];
	struct esmtp_text m = { .buf = match, .size = sizeof(match) };
	struct esmtp_text a = { .buf = action, .size = sizeof(action) };
	struct esmtp_refs refs;
	json_t *to;

	if (w->rule) {
		esmtp_map_refs(map, w->rule - 1, &refs);
		esmtp_text_rule(&m, map, w->rule - 1);
		esmtp_text_action(&a, &map->rules[w->rule - 1], &refs);
		to = json_pack("{s:s, s:s}", "match", match, "action", action);
	} else {
		to = json_pack("{s:s, s:s}", "name", w->name, "what", say_name(w->name));
	}
	json_object_set_new(to, unit(map, w), json_integer((json_int_t)w->count));
	json_object_set_new(to, "hosts", hosts_json(w));
	return to;
}

/* Is it a cause of this class, with anything to tell? */
static bool is_cause(const struct esmtp_would_view *w, u32 bind, const struct esmtp_map *map)
{
	return w->bind == bind && w->count && w->rule <= map->nrules;
}

/* Calls @fn for each: rules in the map's order, then what it does by itself. */
static void walk_causes(const struct esmtp_running *run, u32 bind,
			void (*fn)(const struct esmtp_map *map,
				   const struct esmtp_would_view *w, void *ctx), void *ctx)
{
	const struct esmtp_policy *p = &run->policy;
	const struct esmtp_map *map = &p->maps[p->binds[bind].map];
	u32 i, rule;

	for (rule = 1; rule <= map->nrules; rule++)
		for (i = 0; i < run->nwould; i++)
			if (is_cause(&run->would[i], bind, map) && run->would[i].rule == rule)
				fn(map, &run->would[i], ctx);
	for (i = 0; i < run->nwould; i++)
		if (is_cause(&run->would[i], bind, map) && !run->would[i].rule)
			fn(map, &run->would[i], ctx);
}

static void cause_to_text(const struct esmtp_map *map, const struct esmtp_would_view *w,
			  void *ctx)
{
	(void)ctx;
	print_cause(map, w);
}

static void cause_to_json(const struct esmtp_map *map, const struct esmtp_would_view *w,
			  void *ctx)
{
	json_array_append_new(ctx, cause_json(map, w));
}

static json_t *class_json(const struct would_view *view, const struct esmtp_service *s,
			  u32 bind)
{
	const struct esmtp_policy *p = &view->run.policy;
	json_t *causes = json_array();

	walk_causes(&view->run, bind, cause_to_json, causes);
	return json_pack("{s:s, s:s?, s:s, s:s, s:o}", "policy-map", p->pmaps[s->pmap].name,
			 "interface", s->ifname[0] ? s->ifname : NULL, "class-map",
			 p->classes[p->binds[bind].class].name, "map",
			 p->maps[p->binds[bind].map].name, "would", causes);
}

static void print_class(const struct would_view *view, u32 bind)
{
	const struct esmtp_policy *p = &view->run.policy;

	out_line("    Class-map: %s", p->classes[p->binds[bind].class].name);
	out_line("      Inspect: esmtp %s, monitor", p->maps[p->binds[bind].map].name);
	walk_causes(&view->run, bind, cause_to_text, NULL);
}

static void print_service(const struct would_view *view, const struct esmtp_service *s)
{
	if (s->ifname[0])
		out_line("Interface %s:", config_nameif(view->cfg, s->ifname));
	else
		out_line("Global policy:");
	out_line("  Service-policy: %s", view->run.policy.pmaps[s->pmap].name);
}

static void show_would_of(struct would_view *view, const struct esmtp_service *s)
{
	const struct esmtp_policy *p = &view->run.policy;
	const struct esmtp_pmap *pm = &p->pmaps[s->pmap];
	bool begun = view->list;
	u32 i;

	for (i = pm->first; i < pm->first + pm->n; i++) {
		if (!monitors(p, i))
			continue;
		view->classes++;
		if (!begun)
			print_service(view, s);
		begun = true;
		if (view->list)
			json_array_append_new(view->list, class_json(view, s, i));
		else
			print_class(view, i);
	}
}

static void show_would_all(struct ctl *ctl, struct would_view *view)
{
	u32 i;

	view->list = ctl->json ? json_array() : NULL;
	for (i = 0; i < view->run.policy.nservices; i++)
		show_would_of(view, &view->run.policy.services[i]);
	if (view->list)
		out_json(json_pack("{s:I, s:o, s:I}", "generation",
				   (json_int_t)view->run.generation, "classes", view->list,
				   "untold", (json_int_t)view->run.untold));
	else if (!view->classes)
		out_error("esmtp-ctl: no inspection map of the policy in force monitors");
	else if (view->run.untold)
		out_line("%llu more cases were not told apart", view->run.untold);
}

/**
 * show_would() - show service-policy would
 * @ctl: the tool
 * @args: unused
 *
 * Return: exit status.
 */
int show_would(struct ctl *ctl, const struct args *args)
{
	struct would_view view = { .classes = 0 };
	struct config cfg;
	int err;

	(void)args;
	if (ctl_connect(ctl))
		return CTL_ERROR;
	config_init(&cfg);
	view.cfg = &cfg;
	err = esmtp_model_would(&ctl->nl, &view.run) ? ctl_failed(ctl) :
		apply_stored(ctl, &view.run, &cfg);
	if (!err)
		show_would_all(ctl, &view);
	config_free(&cfg);
	esmtp_running_free(&view.run);
	return err;
}
