// SPDX-License-Identifier: GPL-2.0
/* Objects that lack a line, for it was passed over. */
#include "reader.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static int hole_order(const void *a, const void *b)
{
	const struct hole *x = a, *y = b;
	int diff = strcmp(x->name, y->name);

	return diff ? diff : strcmp(x->kind, y->kind);
}

static void leave(void *node)
{
	(void)node;
}

/**
 * lenient_holes_free() - free what lacks a line
 * @l: the state
 */
void lenient_holes_free(struct lenient *l)
{
	struct list *next;
	struct hole *h;

	tdestroy(l->hole_names, leave);
	list_each_safe(h, next, &l->holes, list) {
		free(h->name);
		free(h->why);
		free(h);
	}
}

/**
 * lenient_hole() - does an object lack a line?
 * @l: the state
 * @kind: of object
 * @name: its name
 *
 * Return: the hole, or NULL if it does not.
 */
const struct hole *lenient_hole(const struct lenient *l, const char *kind,
				const char *name)
{
	struct hole like = { .kind = kind, .name = (char *)name };
	struct hole **found = tfind(&like, &l->hole_names, hole_order);

	return found ? *found : NULL;
}

/**
 * lenient_hole_add() - an object lacks the line at hand
 * @rd: the reader
 * @kind: of object
 * @s: its name
 * @len: bytes of @s
 * @why: why; only the first line of an object is told
 */
void lenient_hole_add(struct reader *rd, const char *kind, const char *s,
		      size_t len, const char *why)
{
	struct lenient *l = &rd->lenient;
	char *name = mem_dup(s, len);
	struct hole *h;

	if (lenient_hole(l, kind, name)) {
		free(name);
		return;
	}
	h = mem_alloc(sizeof(*h));
	h->kind = kind;
	h->name = name;
	h->line = rd->line;
	h->why = mem_dup(why, strlen(why));
	list_add(&l->holes, &h->list);
	mem_there(tsearch(h, &l->hole_names, hole_order));
}

/**
 * lenient_class_hole() - does a class-map lack a line?
 * @rd: the reader
 * @name: its name
 * @acl: its list, or NULL
 *
 * Return: the hole, its own or one of its list, or NULL.
 */
const struct hole *lenient_class_hole(struct reader *rd, const char *name,
				      const struct acl *acl)
{
	const struct hole *h = lenient_hole(&rd->lenient, "class-map", name);

	return h || !acl ? h : lenient_hole(&rd->lenient, "access-list", acl->name);
}

/**
 * lenient_whole() - may an object be used?
 * @rd: the reader
 * @kind: of object
 * @arg: its name
 *
 * Return: 0, or what reader_fail() returns if it lacks a line.
 */
int lenient_whole(struct reader *rd, const char *kind, const struct arg *arg)
{
	char name[ESMTP_NAME_LEN];
	const struct hole *h;

	h = lenient_hole(&rd->lenient, kind,
			 reader_name(arg, name, sizeof(name)));
	if (!h)
		return 0;
	return reader_fail(rd, arg->tok.col,
			   "%s '%s' cannot be used: its line %u was passed over (%s)",
			   kind, name, h->line, h->why);
}
