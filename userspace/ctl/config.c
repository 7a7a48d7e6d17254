// SPDX-License-Identifier: GPL-2.0
#include "config.h"

#include <stdlib.h>
#include <string.h>

/* Names were measured when they were read. */
static void set_name(char *to, const char *name)
{
	memcpy(to, name, strlen(name) + 1);
}

static void add_builtin(struct config *cfg, const char *description,
			void (*fill)(struct esmtp_map *map))
{
	struct esmtp_map *from = mem_alloc(sizeof(*from));
	struct inspect_map *map;

	fill(from);
	map = config_map_add(cfg, from->name);
	map->description = mem_dup(description, strlen(description));
	map->builtin = true;
	map->params = from->params;
	for (; map->nmatches < from->nrules; map->nmatches++)
		map->matches[map->nmatches].rule = from->rules[map->nmatches];
	free(from);
}

/**
 * config_init() - start with the default configuration
 * @cfg: the configuration, not in use before
 *
 * It is what a namespace runs when the module was loaded and nothing else was
 * done.
 */
void config_init(struct config *cfg)
{
	struct class_map *class;
	struct policy_map *pmap;
	struct bind *bind;

	memset(cfg, 0, sizeof(*cfg));
	list_init(&cfg->objects);
	list_init(&cfg->acls);
	list_init(&cfg->classes);
	list_init(&cfg->maps);
	list_init(&cfg->pmaps);
	list_init(&cfg->services);
	list_init(&cfg->statics);
	list_init(&cfg->regexes);
	list_init(&cfg->regex_classes);
	list_init(&cfg->inspect_classes);
	list_init(&cfg->aliases);
	list_init(&cfg->addr_names);
	cfg->object_epoch = 1;
	cfg->pickup = ESMTP_ON_PICKUP_BYPASS;
	cfg->overload = ESMTP_ON_OVERLOAD_DROP;
	cfg->local = ESMTP_ON_LOCAL_IN;

	add_builtin(cfg, "Default ESMTP policy-map", esmtp_map_default);
	add_builtin(cfg, "Recommended ESMTP policy-map", esmtp_map_recommended);
	class = config_class_add(cfg, CONFIG_DEFAULT_CLASS);
	class->kind = ESMTP_CLASS_DEFAULT;
	pmap = config_pmap_add(cfg, CONFIG_DEFAULT_PMAP);
	bind = config_bind_add(pmap, class);
	bind->verdict = ESMTP_CLASSIFY_INSPECT;
	bind->map = list_first(&cfg->maps, struct inspect_map, list);
	config_service_add(cfg, pmap, "");
}

/**
 * config_clear() - take the default policy away
 * @cfg: the default configuration; what is left has the built-in maps only
 */
void config_clear(struct config *cfg)
{
	struct class_map *class;
	struct policy_map *pmap;
	struct service *service;
	struct list *next;

	list_each_safe(service, next, &cfg->services, list)
		config_service_del(cfg, service);
	list_each_safe(pmap, next, &cfg->pmaps, list)
		config_pmap_del(cfg, pmap);
	list_each_safe(class, next, &cfg->classes, list)
		config_class_del(cfg, class);
}

/**
 * config_free() - free all objects
 * @cfg: the configuration; config_init() makes it usable again
 */
void config_free(struct config *cfg)
{
	struct inspect_class *ic;
	struct inspect_map *map;
	struct class_map *class;
	struct policy_map *pmap;
	struct service *service;
	struct static_nat *nat;
	struct regex_class *rc;
	struct addr_name *name;
	struct alias *alias;
	struct regex *regex;
	struct list *next;
	struct acl *acl;

	list_each_safe(service, next, &cfg->services, list)
		config_service_del(cfg, service);
	list_each_safe(pmap, next, &cfg->pmaps, list)
		config_pmap_del(cfg, pmap);
	list_each_safe(map, next, &cfg->maps, list)
		config_map_del(cfg, map);
	list_each_safe(class, next, &cfg->classes, list)
		config_class_del(cfg, class);
	list_each_safe(acl, next, &cfg->acls, list)
		config_acl_del(cfg, acl);
	config_objects_free(cfg);
	list_each_safe(nat, next, &cfg->statics, list) {
		list_del(&nat->list);
		free(nat);
	}
	list_each_safe(ic, next, &cfg->inspect_classes, list)
		config_inspect_class_del(ic);
	list_each_safe(rc, next, &cfg->regex_classes, list)
		config_regex_class_del(rc);
	list_each_safe(regex, next, &cfg->regexes, list)
		config_regex_del(regex);
	list_each_safe(alias, next, &cfg->aliases, list) {
		list_del(&alias->list);
		free(alias);
	}
	list_each_safe(name, next, &cfg->addr_names, list)
		config_name_del(cfg, name);
}

/**
 * config_class_find() - find a class-map
 * @cfg: the configuration
 * @name: its name
 *
 * Return: the class-map, or NULL.
 */
struct class_map *config_class_find(struct config *cfg, const char *name)
{
	struct class_map *class;

	list_each(class, &cfg->classes, list)
		if (!strcmp(class->name, name))
			break;
	return class;
}

/**
 * config_class_add() - add a class-map
 * @cfg: the configuration
 * @name: its name, up to 64 characters
 *
 * Return: the class-map, which matches nothing.
 */
struct class_map *config_class_add(struct config *cfg, const char *name)
{
	struct class_map *class = mem_alloc(sizeof(*class));

	set_name(class->name, name);
	class->kind = ESMTP_CLASS_EMPTY;
	list_add(&cfg->classes, &class->list);
	cfg->nclasses++;
	return class;
}

/**
 * config_class_del() - remove a class-map
 * @cfg: the configuration
 * @class: the class-map, not in use
 */
void config_class_del(struct config *cfg, struct class_map *class)
{
	list_del(&class->list);
	cfg->nclasses--;
	free(class->description);
	free(class);
}

/**
 * config_map_find() - find an inspection map
 * @cfg: the configuration
 * @name: its name
 *
 * Return: the map, or NULL.
 */
struct inspect_map *config_map_find(struct config *cfg, const char *name)
{
	struct inspect_map *map;

	list_each(map, &cfg->maps, list)
		if (!strcmp(map->name, name))
			break;
	return map;
}

/**
 * config_map_add() - add an inspection map
 * @cfg: the configuration
 * @name: its name, up to 64 characters
 *
 * Return: the map, without parameters and matches.
 */
struct inspect_map *config_map_add(struct config *cfg, const char *name)
{
	struct inspect_map *map = mem_alloc(sizeof(*map));

	set_name(map->name, name);
	list_add(&cfg->maps, &map->list);
	cfg->nmaps++;
	return map;
}

/**
 * config_map_del() - remove an inspection map
 * @cfg: the configuration
 * @map: the map, not in use
 */
void config_map_del(struct config *cfg, struct inspect_map *map)
{
	list_del(&map->list);
	cfg->nmaps--;
	while (map->nmatches)
		config_match_del(map->matches, &map->nmatches, map->nmatches - 1);
	free(map->description);
	free(map);
}

/**
 * config_pmap_find() - find a policy-map
 * @cfg: the configuration
 * @name: its name
 *
 * Return: the policy-map, or NULL.
 */
struct policy_map *config_pmap_find(struct config *cfg, const char *name)
{
	struct policy_map *pmap;

	list_each(pmap, &cfg->pmaps, list)
		if (!strcmp(pmap->name, name))
			break;
	return pmap;
}

/**
 * config_pmap_add() - add a policy-map
 * @cfg: the configuration
 * @name: its name, up to 64 characters
 *
 * Return: the policy-map, without classes.
 */
struct policy_map *config_pmap_add(struct config *cfg, const char *name)
{
	struct policy_map *pmap = mem_alloc(sizeof(*pmap));

	set_name(pmap->name, name);
	list_init(&pmap->binds);
	list_add(&cfg->pmaps, &pmap->list);
	cfg->npmaps++;
	return pmap;
}

/**
 * config_pmap_del() - remove a policy-map
 * @cfg: the configuration
 * @pmap: the policy-map, not in use
 */
void config_pmap_del(struct config *cfg, struct policy_map *pmap)
{
	struct list *next;
	struct bind *bind;

	list_each_safe(bind, next, &pmap->binds, list)
		config_bind_del(pmap, bind);
	list_del(&pmap->list);
	cfg->npmaps--;
	free(pmap->description);
	free(pmap);
}

/**
 * config_bind_find() - find a class in a policy-map
 * @pmap: the policy-map
 * @class: name of the class
 *
 * Return: its place, or NULL.
 */
struct bind *config_bind_find(const struct policy_map *pmap, const char *class)
{
	struct bind *bind;

	list_each(bind, &pmap->binds, list)
		if (!strcmp(bind->class->name, class))
			break;
	return bind;
}

/**
 * config_bind_add() - add a class to a policy-map
 * @pmap: the policy-map
 * @class: the class
 *
 * Return: its place, without an action.
 */
struct bind *config_bind_add(struct policy_map *pmap, struct class_map *class)
{
	struct bind *last = list_last(&pmap->binds, struct bind, list);
	struct bind *bind = mem_alloc(sizeof(*bind));

	bind->class = class;
	bind->verdict = ESMTP_CLASSIFY_NONE;
	/* what no other class has */
	if (last && !strcmp(last->class->name, CONFIG_CLASS_OF_ALL))
		list_add(&last->list, &bind->list);
	else
		list_add(&pmap->binds, &bind->list);
	pmap->nbinds++;
	return bind;
}

/**
 * config_bind_del() - take a class out of a policy-map
 * @pmap: the policy-map
 * @bind: the place of the class
 */
void config_bind_del(struct policy_map *pmap, struct bind *bind)
{
	list_del(&bind->list);
	pmap->nbinds--;
	free(bind);
}

/**
 * config_service_find() - find a service-policy
 * @cfg: the configuration
 * @ifname: its interface, empty for global
 *
 * Return: the service-policy, or NULL.
 */
struct service *config_service_find(struct config *cfg, const char *ifname)
{
	struct service *service;

	list_each(service, &cfg->services, list)
		if (!strcmp(service->ifname, ifname))
			break;
	return service;
}

/**
 * config_service_add() - add a service-policy
 * @cfg: the configuration
 * @pmap: the policy-map
 * @ifname: its interface, empty for global; it has none yet
 */
void config_service_add(struct config *cfg, struct policy_map *pmap,
			const char *ifname)
{
	struct service *service = mem_alloc(sizeof(*service));

	service->pmap = pmap;
	set_name(service->ifname, ifname);
	list_add(&cfg->services, &service->list);
	cfg->nservices++;
}

/**
 * config_service_del() - remove a service-policy
 * @cfg: the configuration
 * @service: the service-policy
 */
void config_service_del(struct config *cfg, struct service *service)
{
	list_del(&service->list);
	cfg->nservices--;
	free(service);
}

/**
 * config_nameif() - what the configuration calls an interface
 * @cfg: the configuration
 * @ifname: its own name, or NULL
 *
 * Return: its name of nameif, or @ifname if it has none.
 */
const char *config_nameif(const struct config *cfg, const char *ifname)
{
	const struct alias *alias;

	list_each(alias, &cfg->aliases, list)
		if (ifname && !strcmp(alias->ifname, ifname))
			return alias->name;
	return ifname;
}

/**
 * config_ifname() - what an interface is called by the system
 * @cfg: the configuration
 * @name: its name in the configuration, of nameif or its own
 *
 * Return: its own name.
 */
const char *config_ifname(const struct config *cfg, const char *name)
{
	const struct alias *alias;

	list_each(alias, &cfg->aliases, list)
		if (!strcmp(alias->name, name))
			return alias->ifname;
	return name;
}
