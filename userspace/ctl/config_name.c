// SPDX-License-Identifier: GPL-2.0
/* Names of addresses. */
#include "config.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static int name_order(const void *a, const void *b)
{
	const struct addr_name *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/**
 * config_name_find() - what a name stands for
 * @cfg: the configuration
 * @s: the name
 * @len: bytes of it
 *
 * Return: the name, or NULL if it stands for no address.
 */
struct addr_name *config_name_find(const struct config *cfg, const char *s,
				   size_t len)
{
	struct addr_name like, **found;

	if (!cfg->addr_index || len >= sizeof(like.name))
		return NULL;
	memcpy(like.name, s, len);
	like.name[len] = '\0';
	found = tfind(&like, &cfg->addr_index, name_order);
	return found ? *found : NULL;
}

/**
 * config_name_add() - add a name
 * @cfg: the configuration
 * @name: the name, which stands for nothing yet
 *
 * Return: the name, of no address.
 */
struct addr_name *config_name_add(struct config *cfg, const char *name)
{
	struct addr_name *to = mem_alloc(sizeof(*to));

	memcpy(to->name, name, strlen(name) + 1);
	list_add(&cfg->addr_names, &to->list);
	mem_there(tsearch(to, &cfg->addr_index, name_order));
	return to;
}

/**
 * config_name_del() - remove a name
 * @cfg: the configuration; what was said with the name stays
 * @name: the name
 */
void config_name_del(struct config *cfg, struct addr_name *name)
{
	tdelete(name, &cfg->addr_index, name_order);
	list_del(&name->list);
	free(name->description);
	free(name);
}
