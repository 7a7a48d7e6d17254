// SPDX-License-Identifier: GPL-2.0
/* policy-map, the lines in it, and service-policy. */
#include "grammar.h"

#include <stddef.h>
#include <string.h>

static int missing(struct reader *rd, const struct arg *arg, const char *what)
{
	return reader_fail(rd, arg->tok.col, "%s '%.*s' does not exist", what,
			   (int)arg->tok.len, arg->tok.s);
}

/**
 * do_policy_map() - policy-map NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_policy_map(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	char name[ESMTP_NAME_LEN];

	reader_name(arg, name, sizeof(name));
	rd->pmap = config_pmap_find(rd->cfg, name);
	if (!rd->pmap) {
		if (rd->cfg->npmaps == ESMTP_MAX_PMAPS)
			return reader_fail(rd, arg->tok.col,
					   "more than %u policy-maps",
					   ESMTP_MAX_PMAPS);
		rd->pmap = config_pmap_add(rd->cfg, name);
	}
	return reader_mode(rd, MODE_POLICY_MAP);
}

/**
 * do_no_policy_map() - no policy-map NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_policy_map(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	struct policy_map *pmap;
	struct service *service;
	char name[ESMTP_NAME_LEN];

	pmap = config_pmap_find(rd->cfg, reader_name(arg, name, sizeof(name)));
	if (!pmap)
		return missing(rd, arg, "policy-map");
	list_each(service, &rd->cfg->services, list)
		if (service->pmap == pmap)
			return reader_fail(rd, arg->tok.col,
					   "policy-map '%s' is used by a service-policy",
					   name);
	config_pmap_del(rd->cfg, pmap);
	return 0;
}

/**
 * do_policy_description() - description of a policy-map, or no description
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_policy_description(struct reader *rd, const struct args *args)
{
	reader_describe(&rd->pmap->description, args);
	return 0;
}

/*
 * A firewall has class-default, and inspection_default whether or not its configuration
 * says so.
 */
static struct class_map *find_class(struct reader *rd, const char *name)
{
	struct class_map *class = config_class_find(rd->cfg, name);
	bool all = !strcmp(name, CONFIG_CLASS_OF_ALL);

	if (class || (!all && !(rd->whole && !strcmp(name, CONFIG_DEFAULT_CLASS))))
		return class;
	class = config_class_add(rd->cfg, name);
	class->kind = all ? ESMTP_CLASS_ANY : ESMTP_CLASS_DEFAULT;
	return class;
}

/* Pass over a class that was, or whose list lacks a line; @why is what it lacks. */
static int pass_class(struct reader *rd, const struct args *args,
		      const struct hole *hole)
{
	struct buf why = { 0 };
	int err;

	rd->bind = NULL;
	if (reader_mode(rd, MODE_POLICY_MAP))
		return -1;
	if (hole)
		buf_add(&why, "%s '%s' lacks line %u: %s", hole->kind,
			hole->name, hole->line, hole->why);
	else
		buf_add(&why, "there is no such class-map");
	err = lenient_pass(rd, args, PASSED_FOREIGN, why.s);
	rd->lenient.management = hole && !strcmp(hole->why, lenient_management);
	buf_free(&why);
	return err;
}

/**
 * do_class() - class NAME of a policy-map
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_class(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	struct class_map *class;
	char name[ESMTP_NAME_LEN];
	const struct hole *hole;

	reader_name(arg, name, sizeof(name));
	class = find_class(rd, name);
	hole = lenient_class_hole(rd, name, class ? class->acl : NULL);
	if (rd->lenient.on && (!class || hole))
		return pass_class(rd, args, hole);
	if (!class)
		return missing(rd, arg, "class-map");
	rd->bind = config_bind_find(rd->pmap, name);
	if (!rd->bind) {
		if (rd->pmap->nbinds == CONFIG_PMAP_CLASSES)
			return reader_fail(rd, arg->tok.col,
					   "more than %u classes in a policy-map",
					   CONFIG_PMAP_CLASSES);
		rd->bind = config_bind_add(rd->pmap, class);
	}
	return reader_mode(rd, MODE_POLICY_CLASS);
}

/**
 * do_no_class() - no class NAME of a policy-map
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_class(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	struct bind *bind;
	char name[ESMTP_NAME_LEN];

	bind = config_bind_find(rd->pmap, reader_name(arg, name, sizeof(name)));
	if (!bind)
		return reader_fail(rd, arg->tok.col,
				   "policy-map '%s' has no class '%s'",
				   rd->pmap->name, name);
	config_bind_del(rd->pmap, bind);
	return 0;
}

static struct inspect_map *named_map(struct reader *rd, const struct arg *arg)
{
	char name[ESMTP_NAME_LEN];

	if (!arg)
		return list_first(&rd->cfg->maps, struct inspect_map, list);
	return config_map_find(rd->cfg, reader_name(arg, name, sizeof(name)));
}

/**
 * do_inspect() - inspect esmtp [NAME]
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_inspect(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	struct inspect_map *map = named_map(rd, arg);

	if (!map)
		return missing(rd, arg, "policy-map type inspect esmtp");
	rd->bind->verdict = ESMTP_CLASSIFY_INSPECT;
	rd->bind->map = map;
	return 0;
}

/**
 * do_no_inspect() - no inspect esmtp [NAME]
 * @rd: the reader
 * @args: the line
 *
 * Without a map the line is an action of its own, "exempt". With one it takes
 * "inspect esmtp MAP" away, and nothing stands in its place.
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_inspect(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	struct bind *bind = rd->bind;
	const char *class = bind->class->name;

	if (arg && (!bind->map || bind->map != named_map(rd, arg)))
		return reader_fail(rd, arg->tok.col,
				   "class '%s' does not inspect with map '%.*s'",
				   class, (int)arg->tok.len, arg->tok.s);
	if (!arg && bind->verdict != ESMTP_CLASSIFY_EXEMPT)
		reader_late_exempt(rd, bind->map);
	bind->verdict = arg ? ESMTP_CLASSIFY_NONE : ESMTP_CLASSIFY_EXEMPT;
	bind->map = NULL;
	return 0;
}

static const struct {
	const char *word;
	size_t at;
} limits[] = {
	{ "conn-max", offsetof(struct esmtp_set, conn_max) },
	{ "embryonic-conn-max", offsetof(struct esmtp_set, embryonic_max) },
	{ "per-client-max", offsetof(struct esmtp_set, client_max) },
	{ "per-client-embryonic-max",
	  offsetof(struct esmtp_set, client_embryonic_max) },
};

static u32 *limit_of(struct esmtp_set *set, const struct arg *arg)
{
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(limits); i++)
		if (arg->word && !strcmp(arg->word, limits[i].word))
			return (u32 *)((char *)set + limits[i].at);
	return NULL;
}

/**
 * do_set() - set connection LIMIT N ..., or no set connection [LIMIT [N] ...]
 * @rd: the reader
 * @args: the line
 *
 * Lines add up, as on ASA.
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_set(struct reader *rd, const struct args *args)
{
	bool no = !strcmp(args->v[0].word, "no"), some = false;
	struct esmtp_set *set = &rd->bind->set;
	const struct arg *n;
	u32 i, *limit;

	for (i = 0; i < args->n; i++) {
		limit = limit_of(set, &args->v[i]);
		if (!limit)
			continue;
		n = i + 1 < args->n ? &args->v[i + 1] : NULL;
		*limit = !no && n ? n->value.num : 0;
		some = true;
	}
	if (!some)
		memset(set, 0, sizeof(*set));
	return 0;
}

static const char *place(const struct args *args, char *buf)
{
	const struct arg *arg = args_type(args, TYPE_IFNAME, 0);

	buf[0] = '\0';
	return arg ? reader_name(arg, buf, ESMTP_IFNAME_LEN) : buf;
}

/**
 * do_service_policy() - service-policy NAME {global|interface IFNAME}
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_service_policy(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	char name[ESMTP_NAME_LEN], ifname[ESMTP_IFNAME_LEN];
	struct policy_map *pmap;
	struct service *old;

	pmap = config_pmap_find(rd->cfg, reader_name(arg, name, sizeof(name)));
	if (!pmap)
		return missing(rd, arg, "policy-map");
	old = config_service_find(rd->cfg, place(args, ifname));
	if (old && old->pmap == pmap)
		return 0;
	if (old)
		return reader_fail(rd, arg->tok.col,
				   "policy-map '%s' is in force there: remove its service-policy first",
				   old->pmap->name);
	if (rd->cfg->nservices == ESMTP_MAX_SERVICES)
		return reader_fail(rd, arg->tok.col,
				   "more than %u service-policies",
				   ESMTP_MAX_SERVICES);
	config_service_add(rd->cfg, pmap, ifname);
	if (ifname[0])
		reader_late_service(rd, name, ifname);
	return 0;
}

/**
 * do_no_service_policy() - no service-policy NAME {global|interface IFNAME}
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_service_policy(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	char name[ESMTP_NAME_LEN], ifname[ESMTP_IFNAME_LEN];
	struct service *service;

	reader_name(arg, name, sizeof(name));
	service = config_service_find(rd->cfg, place(args, ifname));
	if (!service || strcmp(service->pmap->name, name) != 0)
		return reader_fail(rd, arg->tok.col,
				   "policy-map '%s' is not in force there", name);
	config_service_del(rd->cfg, service);
	return 0;
}
