// SPDX-License-Identifier: GPL-2.0
/* class-map and the lines in it. */
#include "grammar.h"

#include <stdlib.h>
#include <string.h>

static int missing(struct reader *rd, const struct arg *arg)
{
	return reader_fail(rd, arg->tok.col, "class-map '%.*s' does not exist",
			   (int)arg->tok.len, arg->tok.s);
}

/**
 * do_class_map() - class-map NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_class_map(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	char name[ESMTP_NAME_LEN];

	reader_name(arg, name, sizeof(name));
	if (!strcmp(name, CONFIG_CLASS_OF_ALL))
		return rd->lenient.on ?
		       lenient_pass(rd, args, PASSED_IDLE, "is built in") :
		       reader_fail(rd, arg->tok.col,
				   "'%s' is built in and cannot be changed", name);
	rd->class = config_class_find(rd->cfg, name);
	if (!rd->class) {
		if (rd->cfg->nclasses == ESMTP_MAX_CLASSES)
			return reader_fail(rd, arg->tok.col,
					   "more than %u class-maps",
					   ESMTP_MAX_CLASSES);
		rd->class = config_class_add(rd->cfg, name);
	}
	return reader_mode(rd, MODE_CLASS_MAP);
}

/**
 * do_no_class_map() - no class-map NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_class_map(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	struct policy_map *pmap;
	struct class_map *class;
	char name[ESMTP_NAME_LEN];

	class = config_class_find(rd->cfg, reader_name(arg, name, sizeof(name)));
	if (!class)
		return missing(rd, arg);
	list_each(pmap, &rd->cfg->pmaps, list)
		if (config_bind_find(pmap, name))
			return reader_fail(rd, arg->tok.col,
					   "class-map '%s' is used by policy-map '%s'",
					   name, pmap->name);
	config_class_del(rd->cfg, class);
	return 0;
}

/**
 * do_class_description() - description of a class-map, or no description
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_class_description(struct reader *rd, const struct args *args)
{
	reader_describe(&rd->class->description, args);
	return 0;
}

/* What a match line says, as a class that has nothing else. */
static int wanted(struct reader *rd, const struct args *args,
		  struct class_map *want)
{
	const struct arg *name = args_type(args, TYPE_NAME, 0);
	const struct arg *lo = args_type(args, TYPE_PORT, 0);
	const struct arg *hi = args_type(args, TYPE_PORT, 1);
	char buf[ESMTP_NAME_LEN];

	memset(want, 0, sizeof(*want));
	want->kind = (u8)args->cmd->data;
	if (name) {
		want->acl = config_acl_find(rd->cfg,
					    reader_name(name, buf, sizeof(buf)));
		if (lenient_whole(rd, "access-list", name))
			return -1;
		if (!want->acl)
			return reader_fail(rd, name->tok.col,
					   "access-list '%s' does not exist",
					   buf);
		if (want->acl->standard)
			return reader_fail(rd, name->tok.col,
					   "access-list '%s' is standard: a class needs an extended one",
					   buf);
	}
	if (lo) {
		want->lo = (u16)lo->value.num;
		want->hi = hi ? (u16)hi->value.num : want->lo;
	}
	if (want->lo > want->hi)
		return reader_fail(rd, hi->tok.col,
				   "the range ends before it begins");
	return 0;
}

/* The two matches that may stand together. */
static bool has_default(const struct class_map *class)
{
	return class->kind == ESMTP_CLASS_DEFAULT;
}

static bool has(const struct class_map *class, const struct class_map *want)
{
	switch (want->kind) {
	case ESMTP_CLASS_DEFAULT:
		return has_default(class);
	case ESMTP_CLASS_ACL:
		return class->acl == want->acl;
	default:
		return class->kind == want->kind && class->lo == want->lo &&
		       class->hi == want->hi;
	}
}

static void set(struct class_map *class, const struct class_map *want)
{
	class->kind = want->kind;
	class->lo = want->lo;
	class->hi = want->hi;
	class->acl = want->acl;
}

/**
 * do_class_match() - match of a class-map
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_class_match(struct reader *rd, const struct args *args)
{
	struct class_map *class = rd->class, want;

	if (wanted(rd, args, &want))
		return -1;
	if (has(class, &want))
		return 0;
	if (class->kind == ESMTP_CLASS_EMPTY) {
		set(class, &want);
	} else if (has_default(class) && !class->acl && want.acl) {
		class->acl = want.acl;
	} else if (class->kind == ESMTP_CLASS_ACL && has_default(&want)) {
		class->kind = ESMTP_CLASS_DEFAULT;
	} else {
		return reader_fail(rd, args->v[0].tok.col,
				   "class-map '%s' has another match: remove that first",
				   class->name);
	}
	if (want.acl && config_acls_size(rd->cfg) > ESMTP_MAX_ACES)
		return reader_fail(rd, args_type(args, TYPE_NAME, 0)->tok.col,
				   "more than %u lines in the access-lists of classes, with objects put in",
				   ESMTP_MAX_ACES);
	return 0;
}

/**
 * do_no_class_match() - no match of a class-map
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_class_match(struct reader *rd, const struct args *args)
{
	struct class_map *class = rd->class, want;

	if (wanted(rd, args, &want))
		return -1;
	if (!has(class, &want))
		return reader_fail(rd, args->v[1].tok.col,
				   "class-map '%s' has no such match", class->name);
	if (has_default(class) && want.acl) {
		class->acl = NULL;
	} else if (has_default(class) && class->acl) {
		class->kind = ESMTP_CLASS_ACL;
	} else {
		memset(&want, 0, sizeof(want));
		want.kind = ESMTP_CLASS_EMPTY;
		set(class, &want);
	}
	return 0;
}
