// SPDX-License-Identifier: GPL-2.0
/*
 * fixup: how a PIX before version 7 says what is inspected, in words of the policy-maps
 * that took its place.
 */
#include "grammar.h"

#include <stdio.h>
#include <string.h>

enum { SMTP = 25 };

static const char prefix[] = "fixup_smtp_";

static void class_name(u16 port, char name[ESMTP_NAME_LEN])
{
	if (port == SMTP)
		snprintf(name, ESMTP_NAME_LEN, "%s", CONFIG_DEFAULT_CLASS);
	else
		snprintf(name, ESMTP_NAME_LEN, "%s%u", prefix, port);
}

static struct policy_map *global_pmap(struct reader *rd)
{
	struct service *service = config_service_find(rd->cfg, "");

	return service ? service->pmap : NULL;
}

static u16 port_of(const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_PORT, 0);

	return arg ? (u16)arg->value.num : SMTP;
}

static struct policy_map *need_pmap(struct reader *rd)
{
	struct policy_map *pmap = global_pmap(rd);

	if (pmap)
		return pmap;
	pmap = config_pmap_find(rd->cfg, CONFIG_DEFAULT_PMAP);
	if (!pmap)
		pmap = config_pmap_add(rd->cfg, CONFIG_DEFAULT_PMAP);
	config_service_add(rd->cfg, pmap, "");
	return pmap;
}

static struct class_map *need_class(struct reader *rd, u16 port)
{
	char name[ESMTP_NAME_LEN];
	struct class_map *class;

	class_name(port, name);
	class = config_class_find(rd->cfg, name);
	if (class)
		return class;
	class = config_class_add(rd->cfg, name);
	class->kind = port == SMTP ? ESMTP_CLASS_DEFAULT : ESMTP_CLASS_PORT;
	if (port != SMTP)
		class->lo = class->hi = port;
	return class;
}

/**
 * do_fixup() - fixup protocol smtp [PORT]
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_fixup(struct reader *rd, const struct args *args)
{
	struct policy_map *pmap = need_pmap(rd);
	struct class_map *class;
	struct bind *bind;

	if (rd->cfg->nclasses >= ESMTP_MAX_CLASSES ||
	    rd->cfg->npmaps > ESMTP_MAX_PMAPS ||
	    pmap->nbinds >= CONFIG_PMAP_CLASSES)
		return reader_fail(rd, args->v[0].tok.col,
				   "there are too many classes for another port");
	class = need_class(rd, port_of(args));
	bind = config_bind_find(pmap, class->name);
	if (!bind)
		bind = config_bind_add(pmap, class);
	if (bind->map)
		return 0;
	bind->verdict = ESMTP_CLASSIFY_INSPECT;
	bind->map = list_first(&rd->cfg->maps, struct inspect_map, list);
	return 0;
}

/**
 * do_no_fixup() - no fixup protocol smtp [PORT]
 * @rd: the reader
 * @args: the line
 *
 * It takes the inspection away, and exempts nothing.
 *
 * Return: 0.
 */
int do_no_fixup(struct reader *rd, const struct args *args)
{
	bool all = !args_type(args, TYPE_PORT, 0);
	struct policy_map *pmap = global_pmap(rd);
	char name[ESMTP_NAME_LEN];
	struct bind *bind;

	if (!pmap)
		return 0;
	class_name(port_of(args), name);
	list_each(bind, &pmap->binds, list) {
		if (strcmp(bind->class->name, name) != 0 &&
		    !(all && !strncmp(bind->class->name, prefix,
				      sizeof(prefix) - 1)))
			continue;
		bind->verdict = ESMTP_CLASSIFY_NONE;
		bind->map = NULL;
	}
	return 0;
}
