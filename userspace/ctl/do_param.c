// SPDX-License-Identifier: GPL-2.0
/* Lines below parameters: what params.def says of them. */
#include "grammar.h"

#include <ctype.h>
#include <string.h>

#include <esmtp/param.h>

static const u8 beside_log[] = {
	ESMTP_ACT_DROP, ESMTP_ACT_RESET, ESMTP_ACT_REJECT, ESMTP_ACT_MASK, ESMTP_ACT_NORMALIZE,
};

/* A bare "log" is an action, beside another it is not. */
static void read_action(struct esmtp_param *param, const struct args *args, u8 idle)
{
	struct esmtp_param read = { .on = 1, .act = ESMTP_ACT_LOG };
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(beside_log); i++)
		if (args_word(args, esmtp_action_name(beside_log[i])))
			read.act = beside_log[i];
	read.log = read.act != ESMTP_ACT_LOG && args_word(args, "log");
	if (read.act != idle)
		*param = read;
}

static void read_domain(char *domain, const struct arg *arg)
{
	size_t i;

	for (i = 0; i < arg->tok.len; i++)
		domain[i] = (char)tolower((unsigned char)arg->tok.s[i]);
}

/* The bare word is the first. */
static u8 read_value(const struct esmtp_param_row *row, const struct args *args)
{
	u8 i;

	for (i = 1; i < row->max; i++)
		if (*row->name(i) && args_word(args, row->name(i)))
			return i;
	return 1;
}

static u8 read_flag(const struct esmtp_param_row *row, const struct args *args)
{
	return !*row->mark || args_word(args, row->mark);
}

static u8 read_part(const struct esmtp_param_row *row, const struct args *args)
{
	const char *last = strrchr(row->mark, ' ');

	return args_word(args, last ? last + 1 : row->mark) != NULL;
}

static void read_row(struct esmtp_params *p, const struct esmtp_param_row *row,
		     const struct args *args)
{
	u8 *at = (u8 *)p + row->at;

	switch (row->kind) {
	case ESMTP_P_KIND_ACTION:
		read_action((struct esmtp_param *)at, args, row->idle);
		if (row->domain)
			read_domain((char *)p + row->domain, args_type(args, TYPE_DOMAIN, 0));
		break;
	case ESMTP_P_KIND_VALUE:
		*at = read_value(row, args);
		break;
	case ESMTP_P_KIND_FLAG:
		*at = read_flag(row, args);
		break;
	default:
		*at = read_part(row, args);
	}
}

/* As without its line. */
static void clear_row(struct esmtp_params *p, const struct esmtp_param_row *row)
{
	u8 *at = (u8 *)p + row->at;

	memset(at, 0, row->kind == ESMTP_P_KIND_ACTION ? sizeof(struct esmtp_param) : 1);
	if (row->domain)
		memset((u8 *)p + row->domain, 0, sizeof(p->relay_domain));
}

static bool is_negated(const struct args *args)
{
	return args->n && args->v[0].word && !strcmp(args->v[0].word, "no");
}

static bool is_off(const struct args *args)
{
	return is_negated(args) || args_word(args, "off");
}

/**
 * do_param() - a parameter, or "no" one
 * @rd: the reader
 * @args: the line; the command's data is its place in esmtp_param_rows
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_param(struct reader *rd, const struct args *args)
{
	struct esmtp_params *p = &rd->map->params;
	int i = args->cmd->data;

	do {
		clear_row(p, &esmtp_param_rows[i]);
		if (!is_off(args))
			read_row(p, &esmtp_param_rows[i], args);
		i++;
	} while (i < ESMTP_P_MAX && esmtp_param_rows[i].kind == ESMTP_P_KIND_PART);
	return 0;
}
