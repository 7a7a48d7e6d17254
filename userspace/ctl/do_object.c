// SPDX-License-Identifier: GPL-2.0
/* object, object-group and their no forms. */
#include "grammar.h"

#include <string.h>

static const u8 modes[OBJECT_KINDS] = {
	[OBJECT_NETWORK] = MODE_NETWORK_OBJECT,
	[OBJECT_SERVICE] = MODE_SERVICE_OBJECT,
	[GROUP_NETWORK] = MODE_NETWORK_GROUP,
	[GROUP_SERVICE] = MODE_SERVICE_GROUP,
	[GROUP_PORTS] = MODE_PORT_GROUP,
	[GROUP_PROTOCOL] = MODE_PROTOCOL_GROUP,
};

static struct object *find(struct reader *rd, const struct arg *arg)
{
	char name[ESMTP_NAME_LEN];

	return config_object_find(rd->cfg, reader_name(arg, name, sizeof(name)));
}

/**
 * object_named() - the object that a line refers to
 * @rd: the reader
 * @word: "object", "object-group" or "group-object"
 * @name: its name
 *
 * Return: the object, which stands for something; NULL after reader_fail().
 */
struct object *object_named(struct reader *rd, const struct arg *word,
			    const struct arg *name)
{
	bool group = strcmp(word->word, "object") != 0;
	struct object *object = find(rd, name);
	const char *what = group ? "object-group" : "object";

	if (!object || object_is_group(object) != group)
		reader_fail(rd, name->tok.col, "%s '%.*s' does not exist", what,
			    (int)name->tok.len, name->tok.s);
	else if (list_empty(&object->members))
		reader_fail(rd, name->tok.col, "%s '%s' is empty", what,
			    object->name);
	else
		return object;
	return NULL;
}

static bool refers(const struct arg *arg)
{
	return arg->word && (!strcmp(arg->word, "object") ||
			     !strcmp(arg->word, "object-group") ||
			     !strcmp(arg->word, "group-object"));
}

/* The list or the object whose line this is lacks it, unless that makes no difference. */
static int pass_reference(struct reader *rd, const struct args *args)
{
	static const char why[] = "refers to what was passed over";
	const struct arg *name = args_type(args, TYPE_NAME, 0);
	bool acl = args_word(args, "access-list");

	if (acl && lenient_acl_idle(args))
		return lenient_pass(rd, args, PASSED_IDLE, why);
	if (acl)
		lenient_hole_add(rd, "access-list", name->tok.s, name->tok.len, why);
	else
		lenient_hole_add(rd, "object", rd->object->name,
				 strlen(rd->object->name), why);
	return lenient_pass(rd, args, PASSED_FOREIGN, why);
}

/**
 * object_skip() - pass over a line that refers to what was passed over
 * @rd: the reader
 * @args: the line
 * @skipped: set if that was done
 *
 * Return: 0, or what reader_fail() returns.
 */
int object_skip(struct reader *rd, const struct args *args, bool *skipped)
{
	const struct object *object;
	char name[ESMTP_NAME_LEN];
	u32 i;

	*skipped = false;
	for (i = 0; rd->lenient.on && i + 1 < args->n; i++) {
		if (!refers(&args->v[i]) || args->v[i + 1].word)
			continue;
		reader_name(&args->v[i + 1], name, sizeof(name));
		object = config_object_find(rd->cfg, name);
		if (object && !list_empty(&object->members) &&
		    !lenient_hole(&rd->lenient, "object", name))
			continue;
		*skipped = true;
		return pass_reference(rd, args);
	}
	return 0;
}

/* What "object-group service NAME" says behind the name. */
static u8 protos(const struct args *args)
{
	if (args_word(args, "tcp-udp"))
		return PORTS_TCP | PORTS_UDP;
	if (args_word(args, "tcp"))
		return PORTS_TCP;
	return args_word(args, "udp") ? PORTS_UDP : 0;
}

static int open_new(struct reader *rd, const struct args *args, u8 kind)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	char name[ESMTP_NAME_LEN];

	if (rd->cfg->nobjects == CONFIG_MAX_OBJECTS)
		return reader_fail(rd, arg->tok.col, "more than %u objects",
				   CONFIG_MAX_OBJECTS);
	rd->object = config_object_add(rd->cfg,
				       reader_name(arg, name, sizeof(name)),
				       kind);
	if (kind == GROUP_PORTS)
		rd->object->protos = protos(args);
	return reader_mode(rd, (enum mode)modes[kind]);
}

/**
 * do_object() - object KIND NAME, object-group KIND NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_object(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	struct object *object = find(rd, arg);
	u8 kind = (u8)args->cmd->data;

	if (!object)
		return open_new(rd, args, kind);
	if (object->kind != kind ||
	    (kind == GROUP_PORTS && object->protos != protos(args)))
		return reader_fail(rd, arg->tok.col,
				   "'%s' is an %s of another kind already",
				   object->name, object_is_group(object) ?
				   "object-group" : "object");
	rd->object = object;
	return reader_mode(rd, (enum mode)modes[kind]);
}

static int in_use(struct reader *rd, const struct arg *arg,
		  const struct object *object)
{
	const struct acl_line *line;
	const struct acl *acl;
	u32 i;

	list_each(acl, &rd->cfg->acls, list)
		list_each(line, &acl->lines, list)
			for (i = 0; i < ACL_PLACES; i++)
				if (line->key.object[i] == object)
					return reader_fail(rd, arg->tok.col,
							   "'%s' is used by access-list '%s'",
							   object->name, acl->name);
	return reader_fail(rd, arg->tok.col, "'%s' is used by an object-group",
			   object->name);
}

/**
 * do_no_object() - no object [KIND] NAME, no object-group [KIND] NAME
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_object(struct reader *rd, const struct args *args)
{
	bool group = args_word(args, "object-group");
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	struct object *object = find(rd, arg);

	if (!object || object_is_group(object) != group)
		return reader_fail(rd, arg->tok.col, "%s '%.*s' does not exist",
				   group ? "object-group" : "object",
				   (int)arg->tok.len, arg->tok.s);
	if (object->uses)
		return in_use(rd, arg, object);
	config_object_del(rd->cfg, object);
	return 0;
}

/**
 * do_object_description() - description of an object, or no description
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_object_description(struct reader *rd, const struct args *args)
{
	reader_describe(&rd->object->description, args);
	return 0;
}
