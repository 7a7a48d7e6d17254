// SPDX-License-Identifier: GPL-2.0
/* show service-policy, in ASA's layout and as JSON. */
#include "ctl.h"
#include "out.h"

#include <net/if.h>
#include <string.h>

enum { SHOW_ALL, SHOW_INSPECT, SHOW_SET };

/**
 * struct service_view - what of the layout is shown
 * @run: what is in force
 * @cfg: the same as it was configured, for names of interfaces
 * @all: global ones and those of all interfaces
 * @only: interface, empty for the global one; unless @all
 * @what: which features
 * @in: the service-policy at hand is shown
 * @inside: which of the features the line at hand belongs to
 * @class: heading of the class at hand, until it was printed
 */
struct service_view {
	struct esmtp_running run;
	const struct config *cfg;
	bool all;
	char only[ESMTP_IFNAME_LEN];
	int what;
	bool in;
	int inside;
	struct buf class;
};

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

/* "Global policy:" or "Interface IF:" */
static void service_head(struct service_view *view, const char *text)
{
	static const char interface[] = "Interface ";
	char name[ESMTP_IFNAME_LEN + 1] = "";

	if (begins(text, interface))
		strncpy(name, text + sizeof(interface) - 1, sizeof(name) - 1);
	name[strcspn(name, ":")] = '\0';
	view->in = view->all || !strcmp(view->only, name);
	if (view->in && *name)
		out_line("Interface %s:", config_nameif(view->cfg, name));
	else if (view->in)
		out_line("%s", text);
}

static void service_feature(struct service_view *view, const char *text)
{
	if (begins(text, "      Inspect:"))
		view->inside = SHOW_INSPECT;
	if (begins(text, "      Set connection"))
		view->inside = SHOW_SET;
	if (view->what && view->inside != view->what)
		return;
	if (view->class.len)
		out_line("%s", view->class.s);
	buf_free(&view->class);
	out_line("%s", text);
}

static void service_line(void *ctx, const char *text)
{
	struct service_view *view = ctx;

	if (*text != ' ') {
		service_head(view, text);
		return;
	}
	if (!view->in)
		return;
	if (begins(text, "      ")) {
		service_feature(view, text);
		return;
	}
	buf_free(&view->class);
	if (begins(text, "    ") && view->what)
		buf_add(&view->class, "%s", text);
	else
		out_line("%s", text);
}

static u64 service_count(void *ctx, u32 slot)
{
	const struct service_view *view = ctx;

	return view->run.counters[slot];
}

static u32 service_conns(void *ctx, u32 bind)
{
	const struct service_view *view = ctx;

	return view->run.conns[bind];
}

static u32 service_embryonic(void *ctx, u32 bind)
{
	const struct service_view *view = ctx;

	return view->run.embryonic[bind];
}

static json_t *count_json(const struct esmtp_running *run, u32 slot)
{
	return json_integer((json_int_t)run->counters[slot]);
}

static json_t *rule_json(const struct esmtp_map *map, u32 i)
{
	char match[1024], action[256];
	struct esmtp_text m = { .buf = match, .size = sizeof(match) };
	struct esmtp_text a = { .buf = action, .size = sizeof(action) };
	struct esmtp_refs refs;

	esmtp_map_refs(map, i, &refs);
	esmtp_text_rule(&m, map, i);
	esmtp_text_action(&a, &map->rules[i], &refs);
	return json_pack("{s:s, s:s}", "match", match, "action", action);
}

/* What those parameters saw that are on. */
static void set_params(json_t *to, const struct esmtp_running *run,
		       const struct esmtp_map *map, u32 slot)
{
	const struct esmtp_params *p = &map->params;

	slot += ESMTP_SLOT_RULES + map->nrules;
	if (p->relay.on)
		json_object_set_new(to, "mail-relay",
				    count_json(run, slot + ESMTP_PARAM_SLOT_RELAY));
	if (p->special.on)
		json_object_set_new(to, "special-character",
				    count_json(run, slot + ESMTP_PARAM_SLOT_SPECIAL));
	if (p->tls)
		json_object_set_new(to, "allow-tls",
				    count_json(run, slot + ESMTP_PARAM_SLOT_TLS));
}

static void inspect_json(const struct esmtp_running *run, u32 bind, json_t *to)
{
	const struct esmtp_policy *p = &run->policy;
	const struct esmtp_map *map = &p->maps[p->binds[bind].map];
	u32 i, slot = esmtp_bind_slot(p, bind);
	json_t *rules = json_array(), *rule;

	json_object_set_new(to, "map", json_string(map->name));
	json_object_set_new(to, "drop", count_json(run, slot + ESMTP_SLOT_DROPS));
	json_object_set_new(to, "reset-drop",
			    count_json(run, slot + ESMTP_SLOT_RESETS));
	if (map->params.banner != ESMTP_BANNER_OFF)
		json_object_set_new(to, "mask-banner",
				    count_json(run, slot + ESMTP_SLOT_BANNER));
	set_params(to, run, map, slot);
	for (i = 0; i < map->nrules; i++) {
		if (map->rules[i].with)
			continue;
		rule = rule_json(map, i);
		json_object_set_new(rule, "packet",
				    count_json(run, slot + ESMTP_SLOT_RULES + i));
		json_array_append_new(rules, rule);
	}
	json_object_set_new(to, "matches", rules);
}

static json_t *set_json(const struct esmtp_running *run, u32 bind)
{
	const struct esmtp_set *set = &run->policy.binds[bind].set;
	u32 slot = esmtp_bind_slot(&run->policy, bind);

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
			 "conn-max", (json_int_t)set->conn_max,
			 "embryonic-conn-max", (json_int_t)set->embryonic_max,
			 "per-client-max", (json_int_t)set->client_max,
			 "per-client-embryonic-max",
			 (json_int_t)set->client_embryonic_max,
			 "current-conns", (json_int_t)run->conns[bind],
			 "current-embryonic", (json_int_t)run->embryonic[bind],
			 "drop", count_json(run, slot + ESMTP_SLOT_LIMITED));
}

static json_t *bind_json(const struct esmtp_running *run, u32 bind, int what)
{
	static const char *const actions[] = {
		[ESMTP_CLASSIFY_NONE] = "none",
		[ESMTP_CLASSIFY_INSPECT] = "inspect esmtp",
		[ESMTP_CLASSIFY_EXEMPT] = "no inspect esmtp",
	};
	const struct esmtp_bind *b = &run->policy.binds[bind];
	u32 slot = esmtp_bind_slot(&run->policy, bind);
	json_t *to;

	to = json_pack("{s:s, s:s}", "class-map",
		       run->policy.classes[b->class].name, "action",
		       actions[b->verdict]);
	if (b->verdict != ESMTP_CLASSIFY_NONE)
		json_object_set_new(to, "packet",
				    count_json(run, slot + ESMTP_SLOT_PACKETS));
	if (b->verdict == ESMTP_CLASSIFY_INSPECT && what != SHOW_SET)
		inspect_json(run, bind, to);
	if (b->limited && what != SHOW_INSPECT)
		json_object_set_new(to, "set-connection", set_json(run, bind));
	return to;
}

static json_t *service_json(const struct service_view *view,
			    const struct esmtp_service *s)
{
	const struct esmtp_pmap *pm = &view->run.policy.pmaps[s->pmap];
	json_t *classes = json_array();
	u32 i;

	for (i = 0; i < pm->n; i++)
		json_array_append_new(classes, bind_json(&view->run, pm->first + i,
							 view->what));
	return json_pack("{s:s, s:s?, s:s?, s:o}", "policy-map", pm->name,
			 "interface", s->ifname[0] ? s->ifname : NULL,
			 "nameif", s->ifname[0] ? config_nameif(view->cfg, s->ifname) : NULL,
			 "classes", classes);
}

static json_t *services_json(const struct service_view *view)
{
	const struct esmtp_policy *p = &view->run.policy;
	json_t *services = json_array();
	u32 i;

	for (i = 0; i < p->nservices; i++)
		if (view->all || !strcmp(p->services[i].ifname, view->only))
			json_array_append_new(services,
					      service_json(view, &p->services[i]));
	return json_pack("{s:I, s:o}", "generation",
			 (json_int_t)view->run.generation, "service-policy", services);
}

static bool has_service(const struct esmtp_policy *p, const char *ifname)
{
	u32 i;

	for (i = 0; i < p->nservices; i++)
		if (!strcmp(p->services[i].ifname, ifname))
			return true;
	return false;
}

/**
 * service_knows() - is there such an interface?
 * @p: the policy
 * @name: the name that was given
 * @ifname: what the system calls it; another name than @name where nameif has it
 *
 * One that nobody knows is a slip, and not an interface without a policy.
 */
bool service_knows(const struct esmtp_policy *p, const char *name, const char *ifname)
{
	return has_service(p, ifname) || if_nametoindex(ifname) || strcmp(ifname, name) != 0;
}

/**
 * service_interface() - the interface that a line is about
 * @cfg: the configuration in force
 * @p: the same, compiled
 * @arg: the name that was given
 * @ifname: ESMTP_IFNAME_LEN bytes, set to what the system calls it
 *
 * Return: false if there is none; that was said then.
 */
bool service_interface(const struct config *cfg, const struct esmtp_policy *p,
		       const struct arg *arg, char *ifname)
{
	char name[ESMTP_IFNAME_LEN];

	reader_name(arg, name, sizeof(name));
	strcpy(ifname, config_ifname(cfg, name));
	if (service_knows(p, name, ifname))
		return true;
	out_error("esmtp-ctl: there is no interface %s", name);
	return false;
}

static int choose(struct service_view *view, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_IFNAME, 0);

	view->all = !arg && !args_word(args, "global");
	view->what = args_word(args, "set") ? SHOW_SET :
		     args_word(args, "inspect") ? SHOW_INSPECT : SHOW_ALL;
	if (arg && !service_interface(view->cfg, &view->run.policy, arg, view->only))
		return CTL_ERROR;
	return CTL_OK;
}

static void print_layout(struct service_view *view)
{
	struct esmtp_layout layout = {
		.line = service_line,
		.count = service_count,
		.conns = service_conns,
		.embryonic = service_embryonic,
		.ctx = view,
	};

	esmtp_layout_service(&view->run.policy, &layout);
	buf_free(&view->class);
}

static void print_services(struct ctl *ctl, struct service_view *view)
{
	if (ctl->json)
		out_json(services_json(view));
	else if (!view->run.generation)
		out_error("esmtp-ctl: nothing is configured in this network namespace");
	else
		print_layout(view);
}

/**
 * show_service_text() - print a policy with its counters
 * @run: the policy
 * @cfg: the same as it was configured
 */
void show_service_text(const struct esmtp_running *run, const struct config *cfg)
{
	struct service_view view = { .run = *run, .cfg = cfg, .all = true };

	print_layout(&view);
}

/**
 * show_service_json() - the same as JSON
 * @run: the policy
 * @cfg: the same as it was configured
 *
 * Return: an object.
 */
json_t *show_service_json(const struct esmtp_running *run, const struct config *cfg)
{
	struct service_view view = { .run = *run, .cfg = cfg, .all = true };

	return services_json(&view);
}

/**
 * show_service() - show service-policy [global|interface IF] [inspect esmtp|set connection]
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int show_service(struct ctl *ctl, const struct args *args)
{
	struct service_view view = { .in = false };
	struct config cfg;
	int err;

	if (ctl_connect(ctl))
		return CTL_ERROR;
	config_init(&cfg);
	view.cfg = &cfg;
	err = esmtp_model_get(&ctl->nl, &view.run) ? ctl_failed(ctl) :
		apply_stored(ctl, &view.run, &cfg);
	if (!err)
		err = choose(&view, args);
	if (!err)
		print_services(ctl, &view);
	config_free(&cfg);
	esmtp_running_free(&view.run);
	return err;
}
