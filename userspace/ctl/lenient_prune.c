// SPDX-License-Identifier: GPL-2.0
/* apply --lenient: what lacks a line must not outlive the text. */
#include "reader.h"

#include <string.h>

static void drop(struct reader *rd, const struct hole *h)
{
	buf_add(&rd->lenient.dropped, "%s%s %s", rd->lenient.dropped.len ?
		", " : "", h->kind, h->name);
}

static int prune_acl(struct reader *rd, const struct hole *h)
{
	struct acl *acl = config_acl_find(rd->cfg, h->name);
	const struct class_map *class;

	if (!acl)
		return 0;
	list_each(class, &rd->cfg->classes, list) {
		if (class->acl != acl)
			continue;
		rd->line = h->line;
		return reader_fail(rd, 1,
				   "access-list '%s' is used by class-map '%s' and cannot lack this line",
				   acl->name, class->name);
	}
	drop(rd, h);
	config_acl_del(rd->cfg, acl);
	return 0;
}

static void prune_object(struct reader *rd, const struct hole *h)
{
	struct object *object = config_object_find(rd->cfg, h->name);

	if (!object || object->uses)
		return;
	drop(rd, h);
	config_object_del(rd->cfg, object);
}

/**
 * lenient_prune() - remove what lacks a line, at the end of the text
 * @rd: the reader
 *
 * A list or a group that is not whole must not be found by a later line, which
 * could not know. What stands in a list that was there before stays.
 *
 * Return: 0, or what reader_fail() returns.
 */
int lenient_prune(struct reader *rd)
{
	const struct hole *h;

	list_each(h, &rd->lenient.holes, list)
		if (!strcmp(h->kind, "access-list") && prune_acl(rd, h))
			return -1;
	/* The later ones refer to those before them. */
	list_each_reverse(h, &rd->lenient.holes, list)
		if (!strcmp(h->kind, "object"))
			prune_object(rd, h);
	return 0;
}
