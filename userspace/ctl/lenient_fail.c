// SPDX-License-Identifier: GPL-2.0
/*
 * Lines that were understood and cannot be had: an error where they are typed. In a
 * whole configuration most such objects belong to other features, so their line is
 * passed over, and what lacks it cannot be used.
 */
#include "foreign.h"
#include "grammar.h"

#include <string.h>

/* The message without the place in front of it. */
static const char *message(const struct reader *rd)
{
	const char *s = rd->error.s + strlen(rd->name);
	u32 colons;

	for (colons = 0; *s && colons < 3; s++)
		colons += *s == ':';
	return *s == ' ' ? s + 1 : s;
}

static void hole(struct reader *rd, const char *kind, const char *name)
{
	lenient_hole_add(rd, kind, name, strlen(name), message(rd));
}

static void hole_named(struct reader *rd, const char *kind,
		       const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);

	lenient_hole_add(rd, kind, arg->tok.s, arg->tok.len, message(rd));
}

/**
 * lenient_acl_idle() - is a line of an access-list of no use to mail, whatever it says?
 * @args: the line
 *
 * Return: true if it is not in force, or of a protocol that mail never has.
 */
bool lenient_acl_idle(const struct args *args)
{
	const struct arg *proto = args_type(args, TYPE_PROTO, 0);

	return args_word(args, "inactive") || (proto && foreign_ip(&proto->tok));
}

static bool fail_acl(struct reader *rd, const struct args *args,
		     enum passed_group *group)
{
	if (args_word(args, "remark") || lenient_acl_idle(args) ||
	    strstr(rd->error.s, "different address families"))
		*group = PASSED_IDLE;
	else
		hole_named(rd, "access-list", args);
	return true;
}

/* A network needs no limits to be translated, which is left to others. */
static bool fail_static(const struct args *args, enum passed_group *group)
{
	u32 i;

	for (i = 0; i < 2; i++)
		if (args_type(args, TYPE_LIMIT, i) &&
		    args_type(args, TYPE_LIMIT, i)->value.num)
			*group = PASSED_UNDONE;
	return true;
}

static bool convert(struct reader *rd, const struct args *args,
		    enum passed_group *group)
{
	if (args->cmd->run == do_acl_line || args->cmd->run == do_acl_remark)
		return fail_acl(rd, args, group);
	if (args->cmd->run == do_static)
		return fail_static(args, group);
	if (args->cmd->run == do_member)
		hole(rd, "object", rd->object->name);
	else if (args->cmd->run == do_regex)
		hole_named(rd, "regex", args);
	else if (args->cmd->run == do_regex_match)
		hole(rd, "class-map type regex", rd->regexes->name);
	else if (args->cmd->run == do_class_match)
		hole(rd, "class-map", rd->class->name);
	else if (args->cmd->run == do_class_map)
		hole_named(rd, "class-map", args);
	else if (args->cmd->run == do_object)
		hole_named(rd, "object", args);
	else
		return false;
	return true;
}

/**
 * lenient_fail() - pass over a line that could not be carried out
 * @rd: the reader, with the error
 * @args: the line
 *
 * Return: true if it was passed over, false if it stays an error.
 */
bool lenient_fail(struct reader *rd, const struct args *args)
{
	enum passed_group group = PASSED_FOREIGN;
	struct line line = args_line(args);

	if (!rd->lenient.on || !convert(rd, args, &group))
		return false;
	lenient_add(rd, group, &line, "%s", message(rd));
	buf_free(&rd->error);
	if (args->cmd->run == do_class_map || args->cmd->run == do_object)
		lenient_open(&rd->lenient, &line, rd->line, false);
	return true;
}
