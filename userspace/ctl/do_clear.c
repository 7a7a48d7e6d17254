// SPDX-License-Identifier: GPL-2.0
/* clear configure, and nameif. */
#include "grammar.h"

#include <stdlib.h>
#include <string.h>

/*
 * On ASA too, what is in use goes with its users only: the line is done in the
 * order of dependence or refused.
 */

static int used(struct reader *rd, const struct args *args, const char *what,
		const char *name, const char *by)
{
	return reader_fail(rd, args->v[2].tok.col, "%s '%s' is used by a %s",
			   what, name, by);
}

static int clear_services(struct reader *rd, const struct args *args)
{
	struct service *service;
	struct list *next;

	(void)args;
	list_each_safe(service, next, &rd->cfg->services, list)
		config_service_del(rd->cfg, service);
	return 0;
}

/* Both kinds of policy-map. */
static int clear_pmaps(struct reader *rd, const struct args *args)
{
	struct inspect_map *map;
	struct policy_map *pmap;
	struct service *service;
	struct list *next;

	list_each_safe(service, next, &rd->cfg->services, list)
		return used(rd, args, "policy-map", service->pmap->name,
			    "service-policy");
	list_each_safe(pmap, next, &rd->cfg->pmaps, list)
		config_pmap_del(rd->cfg, pmap);
	list_each_safe(map, next, &rd->cfg->maps, list)
		if (!map->builtin)
			config_map_del(rd->cfg, map);
	return 0;
}

static bool class_used(struct reader *rd, const char *name)
{
	struct policy_map *pmap;

	list_each(pmap, &rd->cfg->pmaps, list)
		if (config_bind_find(pmap, name))
			return true;
	return false;
}

static const struct inspect_map *regexes_used(struct reader *rd)
{
	struct inspect_map *map;
	u32 i;

	list_each(map, &rd->cfg->maps, list)
		for (i = 0; i < map->nmatches; i++)
			if (map->matches[i].regex || map->matches[i].class)
				return map;
	return NULL;
}

static int clear_classes(struct reader *rd, const struct args *args)
{
	const struct inspect_map *map = regexes_used(rd);
	struct regex_class *regexes;
	struct inspect_class *matches;
	struct class_map *class;
	struct list *next;

	list_each(matches, &rd->cfg->inspect_classes, list)
		if (config_inspect_class_user(rd->cfg, matches))
			return used(rd, args, "class-map type inspect esmtp",
				    matches->name,
				    "policy-map type inspect esmtp");
	list_each(class, &rd->cfg->classes, list)
		if (class_used(rd, class->name))
			return used(rd, args, "class-map", class->name,
				    "policy-map");
	if (map && !list_empty(&rd->cfg->regex_classes))
		return used(rd, args, "class-map type regex",
			    list_first(&rd->cfg->regex_classes,
				       struct regex_class, list)->name,
			    "policy-map type inspect esmtp");
	list_each_safe(class, next, &rd->cfg->classes, list)
		config_class_del(rd->cfg, class);
	list_each_safe(matches, next, &rd->cfg->inspect_classes, list)
		config_inspect_class_del(matches);
	list_each_safe(regexes, next, &rd->cfg->regex_classes, list)
		config_regex_class_del(regexes);
	return 0;
}

static int clear_regexes(struct reader *rd, const struct args *args)
{
	struct regex *regex;
	struct list *next;

	if (!list_empty(&rd->cfg->regex_classes) ||
	    !list_empty(&rd->cfg->inspect_classes) || regexes_used(rd))
		return reader_fail(rd, args->v[2].tok.col,
				   "regular expressions are used by class-maps or policy-maps");
	list_each_safe(regex, next, &rd->cfg->regexes, list)
		config_regex_del(regex);
	return 0;
}

static int clear_acls(struct reader *rd, const struct args *args)
{
	const struct arg *name = args_type(args, TYPE_NAME, 0);
	struct class_map *class;
	struct list *next;
	struct acl *acl;

	if (name)
		return do_no_acl(rd, args);
	list_each(class, &rd->cfg->classes, list)
		if (class->acl)
			return used(rd, args, "access-list", class->acl->name,
				    "class-map");
	list_each_safe(acl, next, &rd->cfg->acls, list)
		config_acl_del(rd->cfg, acl);
	return 0;
}

/* From the last to the first: none is used by one that is there no more. */
static int clear_objects(struct reader *rd, const struct args *args)
{
	bool groups = args_word(args, "object-group");
	struct object *object;
	struct list *at, *before;

	for (at = rd->cfg->objects.prev; at != &rd->cfg->objects; at = before) {
		before = at->prev;
		object = list_at(at, &rd->cfg->objects, struct object, list);
		if (object_is_group(object) != groups)
			continue;
		if (object->uses)
			return used(rd, args, groups ? "object-group" : "object",
				    object->name, groups ? "line of an access-list" :
				    "line of an access-list or an object-group");
		config_object_del(rd->cfg, object);
	}
	return 0;
}

static int clear_statics(struct reader *rd, const struct args *args)
{
	struct static_nat *nat;
	struct list *next;

	(void)args;
	list_each_safe(nat, next, &rd->cfg->statics, list) {
		list_del(&nat->list);
		free(nat);
	}
	rd->cfg->nstatics = 0;
	return 0;
}

static int clear_aliases(struct reader *rd, const struct args *args)
{
	struct alias *alias;
	struct list *next;

	(void)args;
	list_each_safe(alias, next, &rd->cfg->aliases, list) {
		list_del(&alias->list);
		free(alias);
	}
	return 0;
}

/**
 * do_clear() - clear configure KIND
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_clear(struct reader *rd, const struct args *args)
{
	static const struct {
		const char *word;
		int (*run)(struct reader *rd, const struct args *args);
	} kinds[] = {
		{ "access-list", clear_acls },
		{ "object", clear_objects },
		{ "object-group", clear_objects },
		{ "class-map", clear_classes },
		{ "policy-map", clear_pmaps },
		{ "service-policy", clear_services },
		{ "regex", clear_regexes },
		{ "static", clear_statics },
		{ "nameif", clear_aliases },
		{ "name", do_clear_names },
	};
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(kinds); i++)
		if (args_word(args, kinds[i].word))
			return kinds[i].run(rd, args);
	return 0;
}

/**
 * do_clear_all() - clear configure all
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_clear_all(struct reader *rd, const struct args *args)
{
	(void)args;
	config_free(rd->cfg);
	config_init(rd->cfg);
	return 0;
}

static struct alias *alias_find(struct reader *rd, const char *ifname)
{
	struct alias *alias;

	list_each(alias, &rd->cfg->aliases, list)
		if (!strcmp(alias->ifname, ifname))
			break;
	return alias;
}

/**
 * do_nameif() - nameif INTERFACE NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_nameif(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_IFNAME, 1);
	char ifname[ESMTP_IFNAME_LEN], name[ESMTP_IFNAME_LEN];
	struct alias *alias, *other;

	reader_name(args_type(args, TYPE_IFNAME, 0), ifname, sizeof(ifname));
	reader_name(arg, name, sizeof(name));
	alias = alias_find(rd, ifname);
	list_each(other, &rd->cfg->aliases, list)
		if (other != alias && !strcmp(other->name, name))
			return reader_fail(rd, arg->tok.col,
					   "interface '%s' has that name: remove it first",
					   other->ifname);
	if (!alias) {
		alias = mem_alloc(sizeof(*alias));
		memcpy(alias->ifname, ifname, sizeof(ifname));
		list_add(&rd->cfg->aliases, &alias->list);
	}
	memcpy(alias->name, name, sizeof(name));
	return 0;
}

/**
 * do_no_nameif() - no nameif INTERFACE [NAME]
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_nameif(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_IFNAME, 0);
	char ifname[ESMTP_IFNAME_LEN];
	struct alias *alias;

	alias = alias_find(rd, reader_name(arg, ifname, sizeof(ifname)));
	if (!alias)
		return reader_fail(rd, arg->tok.col,
				   "interface '%s' has no such name", ifname);
	list_del(&alias->list);
	free(alias);
	return 0;
}
