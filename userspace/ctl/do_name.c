// SPDX-License-Identifier: GPL-2.0
/* name: words for addresses. */
#include "grammar.h"

#include <stdlib.h>
#include <string.h>

/**
 * do_name() - name ADDRESS NAME [description TEXT]
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_name(struct reader *rd, const struct args *args)
{
	const struct arg *addr = args_type(args, TYPE_ADDR, 0);
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	const struct arg *text = args_type(args, TYPE_TEXT, 0);
	char buf[ESMTP_NAME_LEN];
	struct addr_name *name;

	name = config_name_find(rd->cfg, arg->tok.s, arg->tok.len);
	if (!name)
		name = config_name_add(rd->cfg, reader_name(arg, buf, sizeof(buf)));
	name->addr = addr->value.addr;
	name->family = addr->value.family;
	free(name->description);
	name->description = text ? mem_dup(text->tok.s, text->tok.len) : NULL;
	return 0;
}

/**
 * do_no_name() - no name ADDRESS [NAME]
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_name(struct reader *rd, const struct args *args)
{
	const struct arg *addr = args_type(args, TYPE_ADDR, 0);
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	struct addr_name *name;
	bool found = false;
	struct list *next;

	list_each_safe(name, next, &rd->cfg->addr_names, list) {
		if (name->family != addr->value.family ||
		    memcmp(&name->addr, &addr->value.addr, sizeof(name->addr)) != 0 ||
		    (arg && !lexer_is(&arg->tok, name->name)))
			continue;
		config_name_del(rd->cfg, name);
		found = true;
	}
	return found ? 0 : reader_fail(rd, addr->tok.col,
				       "there is no such name");
}

/**
 * do_clear_names() - clear configure name
 * @rd: the reader
 * @args: the line
 *
 * Return: 0.
 */
int do_clear_names(struct reader *rd, const struct args *args)
{
	struct addr_name *name;
	struct list *next;

	(void)args;
	list_each_safe(name, next, &rd->cfg->addr_names, list)
		config_name_del(rd->cfg, name);
	return 0;
}
