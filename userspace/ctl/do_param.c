// SPDX-License-Identifier: GPL-2.0
/* Lines below parameters. */
#include "grammar.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static const struct {
	const char *word;
	u8 act;
} actions[] = {
	{ "drop-connection", ESMTP_ACT_DROP },
	{ "reset", ESMTP_ACT_RESET },
	{ "reject", ESMTP_ACT_REJECT },
	{ "mask", ESMTP_ACT_MASK },
	{ "normalize", ESMTP_ACT_NORMALIZE },
};

/* A bare "log" is an action, beside another it is not. */
static void set_param(struct esmtp_param *param, const struct args *args)
{
	u32 i;

	memset(param, 0, sizeof(*param));
	param->on = 1;
	param->act = ESMTP_ACT_LOG;
	for (i = 0; i < ESMTP_ARRAY_SIZE(actions); i++)
		if (args_word(args, actions[i].word))
			param->act = actions[i].act;
	param->log = param->act != ESMTP_ACT_LOG && args_word(args, "log");
}

static bool negated(const struct args *args)
{
	return args->n && args->v[0].word && !strcmp(args->v[0].word, "no");
}

/**
 * do_mask_banner() - mask-banner, or no mask-banner
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_mask_banner(struct reader *rd, const struct args *args)
{
	rd->map->params.banner = (u8)args->cmd->data;
	return 0;
}

/**
 * do_flag() - a parameter that is on, or off with "no"
 * @rd: the reader
 * @args: the line; the command's data is its place in struct esmtp_params
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_flag(struct reader *rd, const struct args *args)
{
	u8 *flag = (u8 *)&rd->map->params + args->cmd->data;

	*flag = !negated(args);
	return 0;
}

/**
 * do_allow_tls() - allow-tls [action log], or no allow-tls
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_allow_tls(struct reader *rd, const struct args *args)
{
	rd->map->params.tls = !negated(args);
	rd->map->params.tls_log = !negated(args) && args_word(args, "log");
	return 0;
}

/**
 * do_tls_version() - tls minimum-version V, or no tls minimum-version
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_tls_version(struct reader *rd, const struct args *args)
{
	u8 i;

	rd->map->params.tls_min = ESMTP_TLS_ANY;
	for (i = ESMTP_TLS_1_0; !negated(args) && i < ESMTP_TLS_VERSION_MAX; i++)
		if (args_word(args, esmtp_tls_name(i)))
			rd->map->params.tls_min = i;
	return 0;
}

/**
 * do_mail_relay() - mail-relay DOMAIN action ..., or no mail-relay
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_mail_relay(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_DOMAIN, 0);
	struct esmtp_params *p = &rd->map->params;
	size_t i;

	memset(&p->relay, 0, sizeof(p->relay));
	memset(p->relay_domain, 0, sizeof(p->relay_domain));
	if (negated(args))
		return 0;
	set_param(&p->relay, args);
	for (i = 0; i < arg->tok.len; i++)
		p->relay_domain[i] = (char)tolower((unsigned char)arg->tok.s[i]);
	return 0;
}

/**
 * do_special() - special-character action ..., or no special-character
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_special(struct reader *rd, const struct args *args)
{
	struct esmtp_param *param = &rd->map->params.special;

	memset(param, 0, sizeof(*param));
	if (!negated(args))
		set_param(param, args);
	return 0;
}

/**
 * do_short() - short-command {mask|discard}, or no short-command
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_short(struct reader *rd, const struct args *args)
{
	rd->map->params.discard = !negated(args) && args_word(args, "discard");
	return 0;
}

/**
 * do_termination() - command-termination ..., or no command-termination
 * @rd: the reader
 * @args: the line
 *
 * To count and log is what is done without it too.
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_termination(struct reader *rd, const struct args *args)
{
	struct esmtp_param *param = &rd->map->params.termination;
	struct esmtp_param set;

	set_param(&set, args);
	if (negated(args) || set.act == ESMTP_ACT_LOG)
		memset(&set, 0, sizeof(set));
	*param = set;
	return 0;
}

/**
 * do_guard() - smuggling-guard ..., or no smuggling-guard
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_guard(struct reader *rd, const struct args *args)
{
	struct esmtp_params *p = &rd->map->params;

	memset(&p->guard, 0, sizeof(p->guard));
	p->guard_strict = 0;
	if (negated(args) || args_word(args, "off"))
		return 0;
	set_param(&p->guard, args);
	p->guard_strict = args_word(args, "strict") != NULL;
	return 0;
}
