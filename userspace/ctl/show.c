// SPDX-License-Identifier: GPL-2.0
/* The show commands, as text and as JSON. */
#include "ctl.h"
#include "out.h"

#include <arpa/inet.h>
#include <string.h>

static int idle(void)
{
	out_error("esmtp-ctl: nothing is configured in this network namespace");
	return CTL_OK;
}

static int fetch(struct ctl *ctl, struct esmtp_running *run)
{
	if (ctl_connect(ctl))
		return CTL_ERROR;
	if (!esmtp_model_get(&ctl->nl, run))
		return CTL_OK;
	esmtp_running_free(run);
	return ctl_failed(ctl);
}

static json_t *lines_json(const struct buf *text)
{
	json_t *lines = json_array();
	const char *s = text->s, *lf;

	for (; s && *s; s = lf + 1) {
		lf = strchr(s, '\n');
		json_array_append_new(lines, json_stringn(s, (size_t)(lf - s)));
	}
	return lines;
}

/**
 * show_running() - show running-config [all]
 * @ctl: the tool
 * @all: with what is built in
 *
 * Return: exit status.
 */
int show_running(struct ctl *ctl, bool all)
{
	struct esmtp_running run;
	struct buf text = { 0 };
	struct config cfg;
	int err = fetch(ctl, &run);

	if (err)
		return err;
	config_init(&cfg);
	err = apply_stored(ctl, &run, &cfg);
	if (!err && run.generation)
		config_print(&cfg, all, &text);
	if (!err && ctl->json)
		out_json(json_pack("{s:I, s:o}", "generation",
				   (json_int_t)run.generation,
				   "running-config", lines_json(&text)));
	else if (!err && !run.generation)
		err = idle();
	else if (!err)
		out_text(text.s, text.len);
	config_free(&cfg);
	buf_free(&text);
	esmtp_running_free(&run);
	return err;
}

/* What of the layout is shown. */
struct service_view {
	struct esmtp_running run;
	const char *only;		/* "Global policy:" ..., NULL for all */
	bool in;
};

static void service_line(void *ctx, const char *text)
{
	struct service_view *view = ctx;

	if (*text != ' ')
		view->in = !view->only || !strcmp(text, view->only);
	if (view->in)
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

static json_t *bind_json(const struct esmtp_running *run, u32 bind)
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
	if (b->verdict == ESMTP_CLASSIFY_INSPECT)
		inspect_json(run, bind, to);
	return to;
}

static json_t *service_json(const struct esmtp_running *run,
			    const struct esmtp_service *s)
{
	const struct esmtp_pmap *pm = &run->policy.pmaps[s->pmap];
	json_t *classes = json_array();
	u32 i;

	for (i = 0; i < pm->n; i++)
		json_array_append_new(classes, bind_json(run, pm->first + i));
	return json_pack("{s:s, s:s?, s:o}", "policy-map", pm->name, "interface",
			 s->ifname[0] ? s->ifname : NULL, "classes", classes);
}

static json_t *services_json(const struct esmtp_running *run)
{
	json_t *services = json_array();
	u32 i;

	for (i = 0; i < run->policy.nservices; i++)
		json_array_append_new(services,
				      service_json(run, &run->policy.services[i]));
	return json_pack("{s:I, s:o}", "generation",
			 (json_int_t)run->generation, "service-policy", services);
}

/**
 * show_service() - show service-policy [global|interface IF] [inspect esmtp]
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int show_service(struct ctl *ctl, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_IFNAME, 0);
	struct service_view view = { .only = NULL };
	struct buf only = { 0 };
	struct esmtp_layout layout = {
		.line = service_line,
		.count = service_count,
		.conns = service_conns,
		.embryonic = service_embryonic,
		.ctx = &view,
	};
	int err = fetch(ctl, &view.run);

	if (err)
		return err;
	if (arg)
		buf_add(&only, "Interface %.*s:", (int)arg->tok.len, arg->tok.s);
	else if (args_word(args, "global"))
		buf_add(&only, "Global policy:");
	view.only = only.s;
	if (ctl->json)
		out_json(services_json(&view.run));
	else if (!view.run.generation)
		err = idle();
	else
		esmtp_layout_service(&view.run.policy, &layout);
	buf_free(&only);
	esmtp_running_free(&view.run);
	return err;
}

static const char *addr_text(u8 family, const struct esmtp_addr *addr, char *buf)
{
	inet_ntop(family == ESMTP_AF_INET ? AF_INET : AF_INET6, addr->b, buf,
		  INET6_ADDRSTRLEN);
	return buf;
}

static void conn_line(const struct esmtp_conn_view *c, void *ctx)
{
	char client[INET6_ADDRSTRLEN], server[INET6_ADDRSTRLEN];

	(void)ctx;
	addr_text(c->family, &c->client, client);
	addr_text(c->family, &c->server, server);
	out_line("TCP client %s/%u server %s/%u, %s, map %s, packets %llu, bytes %llu %llu%s%s",
		 client, c->client_port, server, c->server_port,
		 c->state ? c->state : "-", c->map ? c->map : "-", c->packets,
		 c->c2s, c->s2c, c->reason ? ", " : "",
		 c->reason ? c->reason : "");
}

static void conn_json(const struct esmtp_conn_view *c, void *ctx)
{
	char client[INET6_ADDRSTRLEN], server[INET6_ADDRSTRLEN];

	json_array_append_new(ctx,
		json_pack("{s:s, s:i, s:s, s:i, s:s?, s:s?, s:s?, s:I, s:I, s:I}",
			  "client", addr_text(c->family, &c->client, client),
			  "client-port", (int)c->client_port,
			  "server", addr_text(c->family, &c->server, server),
			  "server-port", (int)c->server_port,
			  "state", c->state, "map", c->map,
			  "reason", c->reason,
			  "packets", (json_int_t)c->packets,
			  "bytes-client", (json_int_t)c->c2s,
			  "bytes-server", (json_int_t)c->s2c));
}

/**
 * show_conn() - show conn
 * @ctl: the tool
 *
 * Return: exit status.
 */
int show_conn(struct ctl *ctl)
{
	json_t *list;

	if (ctl_connect(ctl))
		return CTL_ERROR;
	list = ctl->json ? json_array() : NULL;
	if (esmtp_model_conns(&ctl->nl, list ? conn_json : conn_line, list)) {
		json_decref(list);
		return ctl_failed(ctl);
	}
	if (list)
		out_json(json_pack("{s:o}", "connections", list));
	return CTL_OK;
}

/**
 * clear_service() - clear service-policy
 * @ctl: the tool
 *
 * Return: exit status.
 */
int clear_service(struct ctl *ctl)
{
	if (ctl_connect(ctl))
		return CTL_ERROR;
	return esmtp_model_clear(&ctl->nl) ? ctl_failed(ctl) : CTL_OK;
}
