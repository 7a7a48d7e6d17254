// SPDX-License-Identifier: GPL-2.0
/* access-list and its no forms. */
#include "grammar.h"

#include <stdlib.h>
#include <string.h>

static struct acl *named(struct reader *rd, const struct args *args)
{
	char name[ESMTP_NAME_LEN];

	return config_acl_find(rd->cfg,
			       reader_name(args_type(args, TYPE_NAME, 0),
					   name, sizeof(name)));
}

static struct class_map *user(struct reader *rd, const struct acl *acl)
{
	struct class_map *class;

	list_each(class, &rd->cfg->classes, list)
		if (class->acl == acl)
			break;
	return class;
}

static int in_use(struct reader *rd, const struct args *args,
		  const struct acl *acl)
{
	const struct class_map *class = user(rd, acl);

	if (!class)
		return 0;
	return reader_fail(rd, args_type(args, TYPE_NAME, 0)->tok.col,
			   "access-list '%s' is used by class-map '%s'",
			   acl->name, class->name);
}

static int missing(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);

	return reader_fail(rd, arg->tok.col, "access-list '%.*s' does not exist",
			   (int)arg->tok.len, arg->tok.s);
}

/* A list is all standard or all extended; a class takes an extended one. */
static int check_kind(struct reader *rd, const struct acl *acl,
		      const struct acl_key *key, size_t col)
{
	const struct class_map *class;

	if (key->remark)
		return 0;
	if (key->standard ? acl->naces > acl->standard : acl->standard)
		return reader_fail(rd, col,
				   "access-list '%s' has %s lines: one list cannot have both",
				   acl->name,
				   key->standard ? "extended" : "standard");
	class = key->standard ? user(rd, acl) : NULL;
	if (!class)
		return 0;
	return reader_fail(rd, col,
			   "class-map '%s' needs an extended access-list",
			   class->name);
}

static int check_room(struct reader *rd, const struct acl *acl, size_t col)
{
	if (!acl && rd->cfg->nacls == ESMTP_MAX_ACLS)
		return reader_fail(rd, col, "more than %u access-lists",
				   ESMTP_MAX_ACLS);
	if (rd->cfg->naces == ESMTP_MAX_ACES)
		return reader_fail(rd, col,
				   "more than %u lines in all access-lists",
				   ESMTP_MAX_ACES);
	return 0;
}

/* What a class uses is bounded in the kernel, with objects put in. */
static int check_size(struct reader *rd, const struct acl *acl, size_t col)
{
	if (!user(rd, acl) || config_acls_size(rd->cfg) <= ESMTP_MAX_ACES)
		return 0;
	return reader_fail(rd, col,
			   "more than %u lines in the access-lists of classes, with objects put in",
			   ESMTP_MAX_ACES);
}

static void count(const struct acl_key *key, void *ctx)
{
	u32 *n = ctx;

	(void)key;
	++*n;
}

/* Two literal addresses are of one family; what objects stand for may not be. */
static void tell_empty(struct reader *rd, const struct acl_line *line)
{
	const struct acl_key *key = &line->key;
	u32 n = 0;

	if (key->remark || (!key->object[ACL_SRC] && !key->object[ACL_DST]) ||
	    acl_line_size(rd->cfg, line) > ESMTP_MAX_ACES)
		return;
	acl_line_each(line, count, &n);
	if (!n)
		reader_notice(rd, "the line matches nothing: its source and its destination have no address family in common");
}

static int add(struct reader *rd, const struct args *args,
	       const struct acl_key *key, const char *remark)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	const struct arg *at = args_type(args, TYPE_LINE, 0);
	struct acl *acl = named(rd, args);
	struct acl_line *line = NULL;
	char name[ESMTP_NAME_LEN];

	if (acl && check_kind(rd, acl, key, arg->tok.col))
		return -1;
	if (acl)
		line = config_line_find(acl, key, remark);
	if (line && at) {
		config_line_del(rd->cfg, acl, line);
		line = NULL;
	}
	if (!line) {
		if (check_room(rd, acl, arg->tok.col))
			return -1;
		if (!acl)
			acl = config_acl_add(rd->cfg,
					     reader_name(arg, name, sizeof(name)));
		line = config_line_add(rd->cfg, acl, key, remark,
				       at ? at->value.num : 0);
	}
	line->log = args_word(args, "log");
	line->inactive = args_word(args, "inactive");
	tell_empty(rd, line);
	return check_size(rd, acl, arg->tok.col);
}

static int del(struct reader *rd, const struct args *args,
	       const struct acl_key *key, const char *remark)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	struct acl *acl = named(rd, args);
	struct acl_line *line;

	if (!acl)
		return missing(rd, args);
	line = config_line_find(acl, key, remark);
	if (!line)
		return reader_fail(rd, arg->tok.col,
				   "access-list '%s' has no such line", acl->name);
	if (acl->nlines == 1 && in_use(rd, args, acl))
		return -1;
	config_line_del(rd->cfg, acl, line);
	if (!acl->nlines)
		config_acl_del(rd->cfg, acl);
	return 0;
}

/**
 * do_acl_line() - access-list NAME ... {permit|deny} ...
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_acl_line(struct reader *rd, const struct args *args)
{
	struct acl_key key;
	bool skipped;

	if (object_skip(rd, args, &skipped))
		return -1;
	if (skipped)
		return 0;
	return acl_scan(rd, args, &key) ? -1 : add(rd, args, &key, NULL);
}

/**
 * do_no_acl_line() - no access-list NAME ... {permit|deny} ...
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_acl_line(struct reader *rd, const struct args *args)
{
	struct acl_key key;

	return acl_scan(rd, args, &key) ? -1 : del(rd, args, &key, NULL);
}

static int with_remark(struct reader *rd, const struct args *args,
		       int (*fn)(struct reader *rd, const struct args *args,
				 const struct acl_key *key, const char *remark))
{
	const struct token *t = &args_type(args, TYPE_TEXT, 0)->tok;
	char *text = mem_dup(t->s, t->len);
	struct acl_key key;
	int err;

	memset(&key, 0, sizeof(key));
	key.remark = 1;
	err = fn(rd, args, &key, text);
	free(text);
	return err;
}

/**
 * do_acl_remark() - access-list NAME remark TEXT
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_acl_remark(struct reader *rd, const struct args *args)
{
	return with_remark(rd, args, add);
}

/**
 * do_no_acl_remark() - no access-list NAME remark TEXT
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_acl_remark(struct reader *rd, const struct args *args)
{
	return with_remark(rd, args, del);
}

/**
 * do_no_acl() - no access-list NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_acl(struct reader *rd, const struct args *args)
{
	struct acl *acl = named(rd, args);

	if (!acl)
		return missing(rd, args);
	if (in_use(rd, args, acl))
		return -1;
	config_acl_del(rd->cfg, acl);
	return 0;
}
