// SPDX-License-Identifier: GPL-2.0
/*
 * The canonical text of a configuration. Read on top of the default
 * configuration it gives the same objects in the same order.
 */
#include "config.h"
#include "types.h"

#include <netinet/in.h>
#include <string.h>

static void separate(struct buf *out)
{
	if (out->len)
		buf_add(out, "!\n");
}

static void print_description(struct buf *out, const char *text)
{
	if (text)
		buf_add(out, " description %s\n", text);
}

static void print_class_ports(struct buf *out, const struct class_map *class)
{
	const u32 tcp = 6;

	buf_add(out, "port tcp %s",
		class->lo == class->hi ? "eq" : "range");
	config_print_port(out, tcp, class->lo);
	if (class->lo != class->hi)
		config_print_port(out, tcp, class->hi);
}

/**
 * config_print_match() - print what a class matches by
 * @class: the class
 * @between: what stands between two matches, of a class that has an access-list too
 * @out: the text behind "match" is added to it; nothing for a class without a match
 */
void config_print_match(const struct class_map *class, const char *between, struct buf *out)
{
	size_t empty = out->len;

	if (class->kind == ESMTP_CLASS_ANY)
		buf_add(out, "any");
	if (class->kind == ESMTP_CLASS_DEFAULT)
		buf_add(out, "default-inspection-traffic");
	if (class->kind == ESMTP_CLASS_PORT)
		print_class_ports(out, class);
	if (class->acl)
		buf_add(out, "%saccess-list %s", out->len > empty ? between : "",
			class->acl->name);
}

static void print_class(struct buf *out, const struct class_map *class)
{
	struct buf match = { 0 };

	separate(out);
	buf_add(out, "class-map %s\n", class->name);
	print_description(out, class->description);
	config_print_match(class, "\n match ", &match);
	if (match.len)
		buf_add(out, " match %s\n", match.s);
	buf_free(&match);
}

static void print_inspect(struct buf *out, const struct inspect_map *map)
{
	if (!strcmp(map->name, CONFIG_DEFAULT_MAP))
		buf_add(out, "  inspect esmtp\n");
	else
		buf_add(out, "  inspect esmtp %s\n", map->name);
}

static void print_set(struct buf *out, const struct esmtp_set *set)
{
	char text[128];
	struct esmtp_text t = { .buf = text, .size = sizeof(text) };

	esmtp_text_set(&t, set);
	if (t.len)
		buf_add(out, "  set connection%s\n", text);
}

static void print_aliases(struct buf *out, const struct config *cfg)
{
	const struct alias *alias;

	if (!list_empty(&cfg->aliases))
		separate(out);
	list_each(alias, &cfg->aliases, list)
		buf_add(out, "nameif %s %s\n", alias->ifname, alias->name);
}

static void print_names(struct buf *out, const struct config *cfg)
{
	const struct addr_name *name;

	if (!list_empty(&cfg->addr_names))
		separate(out);
	list_each(name, &cfg->addr_names, list) {
		buf_add(out, "name ");
		config_print_addr(out, &name->addr, name->family);
		buf_add(out, " %s", name->name);
		if (name->description)
			buf_add(out, " description %s", name->description);
		buf_add(out, "\n");
	}
}

static void print_pmap(struct buf *out, const struct policy_map *pmap)
{
	const struct bind *bind;

	separate(out);
	buf_add(out, "policy-map %s\n", pmap->name);
	print_description(out, pmap->description);
	list_each(bind, &pmap->binds, list) {
		buf_add(out, " class %s\n", bind->class->name);
		if (bind->verdict == ESMTP_CLASSIFY_EXEMPT)
			buf_add(out, "  no inspect esmtp\n");
		if (bind->verdict == ESMTP_CLASSIFY_INSPECT)
			print_inspect(out, bind->map);
		print_set(out, &bind->set);
	}
}

static void print_services(struct buf *out, const struct config *cfg)
{
	const struct service *service;

	if (!list_empty(&cfg->services))
		separate(out);
	list_each(service, &cfg->services, list)
		buf_add(out, "service-policy %s %s%s\n", service->pmap->name,
			service->ifname[0] ? "interface " : "global",
			service->ifname);
}

static void print_mapped(struct buf *out, const struct static_nat *nat)
{
	if (nat->of_port)
		buf_add(out, "tcp ");
	if (nat->of_interface)
		buf_add(out, "interface");
	else
		config_print_addr(out, &nat->mapped, ESMTP_AF_INET);
	if (nat->of_port)
		config_print_port(out, IPPROTO_TCP, nat->mapped_port);
	buf_add(out, " ");
}

static void print_statics(struct buf *out, const struct config *cfg)
{
	const struct static_nat *nat;

	if (!list_empty(&cfg->statics))
		separate(out);
	list_each(nat, &cfg->statics, list) {
		buf_add(out, "static %s ", nat->ifs);
		print_mapped(out, nat);
		config_print_addr(out, &nat->real, ESMTP_AF_INET);
		if (nat->of_port)
			config_print_port(out, IPPROTO_TCP, nat->real_port);
		buf_add(out, " netmask 255.255.255.255%s", nat->tcp ? " tcp" : "");
		if (nat->nlimits > 0)
			buf_add(out, " %u", nat->conn_max);
		if (nat->nlimits > 1)
			buf_add(out, " %u", nat->embryonic_max);
		buf_add(out, "\n");
	}
}

/* @usual: what is in force when nothing is said, if that is to be shown */
static void print_client_prefix(struct buf *out, const char *family, u8 bits, u8 usual)
{
	if (bits || usual)
		buf_add(out, "esmtp client-prefix %s %u\n", family, bits ? bits : usual);
}

static void print_settings(struct buf *out, const struct config *cfg, bool all)
{
	bool pickup = all || cfg->pickup != ESMTP_ON_PICKUP_BYPASS;
	bool overload = all || cfg->overload != ESMTP_ON_OVERLOAD_DROP;
	bool local = all || cfg->local != ESMTP_ON_LOCAL_IN;
	static const char *const pickups[] = {
		[ESMTP_ON_PICKUP_BYPASS] = "bypass", [ESMTP_ON_PICKUP_DROP] = "drop",
		[ESMTP_ON_PICKUP_RESET] = "reset",
	};
	static const char *const locals[] = {
		[ESMTP_ON_LOCAL_IN] = "in", [ESMTP_ON_LOCAL_NONE] = "none",
		[ESMTP_ON_LOCAL_OUT] = "out", [ESMTP_ON_LOCAL_BOTH] = "both",
	};

	if (pickup || overload || local || cfg->max_conns || cfg->client_prefix4 ||
	    cfg->client_prefix6)
		separate(out);
	if (pickup)
		buf_add(out, "esmtp pickup %s\n", pickups[cfg->pickup]);
	if (overload)
		buf_add(out, "esmtp overload %s\n",
			cfg->overload == ESMTP_ON_OVERLOAD_DROP ? "drop" :
								  "bypass");
	if (cfg->max_conns)
		buf_add(out, "esmtp max-conns %u\n", cfg->max_conns);
	else if (all)
		buf_add(out, "no esmtp max-conns\n");
	print_client_prefix(out, "ipv4", cfg->client_prefix4, all ? 32 : 0);
	print_client_prefix(out, "ipv6", cfg->client_prefix6, all ? 64 : 0);
	if (local)
		buf_add(out, "esmtp inspect-local %s\n", locals[cfg->local]);
}

static bool class_stands(const struct config *cfg)
{
	const struct class_map *class;

	class = list_first(&cfg->classes, struct class_map, list);
	return class && !strcmp(class->name, CONFIG_DEFAULT_CLASS) &&
	       class->kind == ESMTP_CLASS_DEFAULT;
}

static bool pmap_stands(const struct config *cfg)
{
	const struct policy_map *pmap;
	const struct bind *bind;

	pmap = list_first(&cfg->pmaps, struct policy_map, list);
	bind = pmap ? list_first(&pmap->binds, struct bind, list) : NULL;
	return bind && !strcmp(pmap->name, CONFIG_DEFAULT_PMAP) &&
	       !strcmp(bind->class->name, CONFIG_DEFAULT_CLASS) &&
	       bind->verdict != ESMTP_CLASSIFY_NONE;
}

static bool service_stands(const struct config *cfg)
{
	const struct service *service;

	service = list_first(&cfg->services, struct service, list);
	return service && !service->ifname[0] &&
	       !strcmp(service->pmap->name, CONFIG_DEFAULT_PMAP);
}

/*
 * Lines add to objects and never reorder them. Where a default object is gone
 * or no longer the first, the text has to begin with taking it away.
 */
static void print_removals(struct buf *out, const struct config *cfg)
{
	bool class = class_stands(cfg);
	bool pmap = class && pmap_stands(cfg);

	if (pmap && service_stands(cfg))
		return;
	buf_add(out, "clear configure all\n");
	buf_add(out, "no service-policy %s global\n", CONFIG_DEFAULT_PMAP);
	if (!pmap)
		buf_add(out, "no policy-map %s\n", CONFIG_DEFAULT_PMAP);
	if (!class)
		buf_add(out, "no class-map %s\n", CONFIG_DEFAULT_CLASS);
}

/**
 * config_print() - print a configuration
 * @cfg: the configuration
 * @all: with what is built in and with defaults; cannot be read again then
 * @out: the text is added to it; empty at first
 */
void config_print(struct config *cfg, bool all, struct buf *out)
{
	const struct class_map *class;
	const struct inspect_map *map;
	const struct policy_map *pmap;

	print_removals(out, cfg);
	print_aliases(out, cfg);
	print_names(out, cfg);
	config_print_objects(out, cfg);
	config_print_acls(out, cfg);
	list_each(class, &cfg->classes, list)
		if (strcmp(class->name, CONFIG_CLASS_OF_ALL) != 0)
			print_class(out, class);
	config_print_regexes(out, cfg);
	config_print_inspect_classes(out, cfg);
	list_each(map, &cfg->maps, list)
		config_print_map(out, map, all);
	list_each(pmap, &cfg->pmaps, list)
		print_pmap(out, pmap);
	print_services(out, cfg);
	print_statics(out, cfg);
	print_settings(out, cfg, all);
}
