// SPDX-License-Identifier: GPL-2.0
/*
 * What lacks a line must not outlive the text, nor be in force: the end of a text that
 * was read with --lenient.
 */
#include "reader.h"

#include <string.h>

static bool in_force(struct reader *rd, const struct policy_map *pmap)
{
	const struct service *service;

	list_each(service, &rd->cfg->services, list)
		if (service->pmap == pmap)
			return true;
	return false;
}

static bool does_something(const struct bind *bind)
{
	return bind->verdict != ESMTP_CLASSIFY_NONE || bind->set.conn_max ||
	       bind->set.embryonic_max || bind->set.client_max ||
	       bind->set.client_embryonic_max;
}

static void drop(struct reader *rd, const char *kind, const char *name)
{
	buf_add(&rd->lenient.dropped, "%s%s %s", rd->lenient.dropped.len ?
		", " : "", kind, name);
}

static int settle(struct reader *rd, const struct debt *debt)
{
	static const struct line words = { .s = "inspect esmtp", .len = 13 };
	const struct policy_map *pmap;
	u32 line = rd->line;

	pmap = debt->pmap ? config_pmap_find(rd->cfg, debt->pmap) : NULL;
	rd->line = debt->line;
	if (!pmap || in_force(rd, pmap))
		return reader_fail(rd, debt->col,
				   "the line above it was passed over, so its class is unknown%s%s",
				   debt->why[0] ? ": " : "", debt->why);
	lenient_add(rd, PASSED_UNDONE, &words,
		    "its class is unknown; policy-map '%s' is not in force",
		    pmap->name);
	rd->line = line;
	return 0;
}

/* Does @object stand in the line, or in what stands there? */
static bool stands(struct reader *rd, const struct acl_line *line,
		   const struct object *object)
{
	u32 i;

	for (i = 0; i < ACL_PLACES; i++)
		if (line->key.object[i] &&
		    object_contains(rd->cfg, line->key.object[i], object))
			return true;
	return false;
}

/* An object that lost a member after lists used it: they lack a line, too. */
static void spread(struct reader *rd, const struct hole *h,
		   const struct object *object)
{
	const struct acl_line *line;
	struct acl *acl;

	rd->line = h->line;
	list_each(acl, &rd->cfg->acls, list) {
		if (!acl->nrefs)
			continue;
		list_each(line, &acl->lines, list)
			if (stands(rd, line, object)) {
				lenient_hole_add(rd, "access-list", acl->name,
						 strlen(acl->name), h->why);
				break;
			}
	}
}

static void spread_objects(struct reader *rd)
{
	const struct object *object;
	const struct hole *h;

	list_each(h, &rd->lenient.holes, list) {
		if (strcmp(h->kind, "object") != 0)
			continue;
		object = config_object_find(rd->cfg, h->name);
		if (object && object->uses)
			spread(rd, h, object);
	}
}

static int refuse(struct reader *rd, const struct hole *h,
		  const struct class_map *class)
{
	rd->line = h->line;
	if (!strcmp(h->kind, "class-map"))
		return reader_fail(rd, 1,
				   "class-map '%s' is in force and cannot lack this line (%s)",
				   class->name, h->why);
	return reader_fail(rd, 1,
			   "access-list '%s' is used by class-map '%s' and cannot lack this line (%s)",
			   h->name, class->name, h->why);
}

/* Take a class out of the policy-maps; one that is in force is an error. */
static int unbind(struct reader *rd, const struct hole *h,
		  const struct class_map *class)
{
	struct line words = { .s = class->name, .len = strlen(class->name) };
	struct policy_map *pmap;
	struct bind *bind;

	list_each(pmap, &rd->cfg->pmaps, list) {
		bind = config_bind_find(pmap, class->name);
		if (!bind)
			continue;
		if (does_something(bind) && in_force(rd, pmap))
			return refuse(rd, h, class);
		rd->line = h->line;
		if (does_something(bind))
			lenient_add(rd, PASSED_UNDONE, &words,
				    "the class lacks this line (%s) and was taken out of policy-map '%s', which is not in force",
				    h->why, pmap->name);
		config_bind_del(pmap, bind);
	}
	return 0;
}

static int prune_classes(struct reader *rd)
{
	struct class_map *class;
	const struct hole *h;
	struct list *next;

	list_each_safe(class, next, &rd->cfg->classes, list) {
		h = lenient_class_hole(rd, class->name, class->acl);
		if (!h)
			continue;
		if (unbind(rd, h, class))
			return -1;
		drop(rd, "class-map", class->name);
		config_class_del(rd->cfg, class);
	}
	return 0;
}

static void prune_acl(struct reader *rd, const struct hole *h)
{
	struct acl *acl = config_acl_find(rd->cfg, h->name);

	if (!acl)
		return;
	drop(rd, h->kind, h->name);
	config_acl_del(rd->cfg, acl);
}

static void prune_object(struct reader *rd, const struct hole *h)
{
	struct object *object = config_object_find(rd->cfg, h->name);

	if (!object || object->uses)
		return;
	drop(rd, h->kind, h->name);
	config_object_del(rd->cfg, object);
}

/* Does a match refer to an expression, or to a class that may have it? */
static bool uses(const struct match *v, u32 n, const struct regex *regex,
		 const struct regex_class *class)
{
	const struct regex_member *member;

	for (; n--; v++) {
		if ((regex && v->regex == regex) || (class && v->class == class))
			return true;
		if (!regex || !v->class)
			continue;
		list_each(member, &v->class->members, list)
			if (member->regex == regex)
				return true;
	}
	return false;
}

static const char *user(struct reader *rd, const struct regex *regex,
			const struct regex_class *class)
{
	const struct inspect_class *of;
	const struct inspect_map *map;

	list_each(map, &rd->cfg->maps, list)
		if (uses(map->matches, map->nmatches, regex, class))
			return map->name;
	list_each(of, &rd->cfg->inspect_classes, list)
		if (uses(of->matches, of->nmatches, regex, class))
			return of->name;
	return NULL;
}

/* Expressions and classes of them: mail is matched by what is whole. */
static int prune_regexes(struct reader *rd, const struct hole *h)
{
	bool is_class = strcmp(h->kind, "regex") != 0;
	struct regex_class *class = NULL;
	struct regex *regex = NULL;
	const char *by;

	if (is_class)
		class = config_regex_class_find(rd->cfg, h->name);
	else
		regex = config_regex_find(rd->cfg, h->name);
	if (!class && !regex)
		return 0;
	by = user(rd, regex, class);
	if (by) {
		rd->line = h->line;
		return reader_fail(rd, 1,
				   "%s '%s' is used by '%s' and cannot lack this line (%s)",
				   h->kind, h->name, by, h->why);
	}
	if (class) {
		drop(rd, h->kind, h->name);
		config_regex_class_del(class);
	}
	return 0;
}

/* class-default stands in every policy-map of a firewall, with nothing in it. */
static void prune_default(struct reader *rd)
{
	struct policy_map *pmap;
	struct bind *bind;

	list_each(pmap, &rd->cfg->pmaps, list) {
		bind = config_bind_find(pmap, CONFIG_CLASS_OF_ALL);
		if (bind && !does_something(bind))
			config_bind_del(pmap, bind);
	}
}

/**
 * lenient_prune() - remove what lacks a line, at the end of the text
 * @rd: the reader
 *
 * A list or a group that is not whole must not be found by a later line, which
 * could not know.
 *
 * Return: 0, or what reader_fail() returns for what is in force.
 */
int lenient_prune(struct reader *rd)
{
	const struct debt *debt;
	const struct hole *h;

	list_each(debt, &rd->lenient.debts, list)
		if (settle(rd, debt))
			return -1;
	spread_objects(rd);
	if (prune_classes(rd))
		return -1;
	list_each(h, &rd->lenient.holes, list) {
		if (!strcmp(h->kind, "access-list"))
			prune_acl(rd, h);
		if (strstr(h->kind, "regex") && prune_regexes(rd, h))
			return -1;
	}
	/* The later ones refer to those before them. */
	list_each_reverse(h, &rd->lenient.holes, list)
		if (!strcmp(h->kind, "object"))
			prune_object(rd, h);
	prune_default(rd);
	return 0;
}
