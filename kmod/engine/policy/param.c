// SPDX-License-Identifier: GPL-2.0
/*
 * The parameters of an inspection map: params.def as a table, and what it says of a parameter's
 * text and of what it may be.
 */
#include <esmtp/param.h>

/* What stands behind mask-banner: the bare word is ASA's. */
static const char *esmtp_banner_name(u32 banner)
{
	return banner == ESMTP_BANNER_FRIENDLY ? "friendly" : "";
}

#define AT(member) __builtin_offsetof(struct esmtp_params, member)

const struct esmtp_param_row esmtp_param_rows[ESMTP_P_MAX] = {
#define ESMTP_PARAM_OF(NAME, member, with_, word_, link_, acts_, idle_, ...)	\
	[ESMTP_P_##NAME] = { .kind = ESMTP_P_KIND_ACTION, .at = AT(member),	\
			     .domain = AT(with_), .word = (word_), .mark = (link_),	\
			     .acts = (acts_), .idle = (idle_),			\
			     .bad = "unknown action of " word_ },
#define ESMTP_PARAM(NAME, member, word_, link_, acts_, idle_, ...)		\
	[ESMTP_P_##NAME] = { .kind = ESMTP_P_KIND_ACTION, .at = AT(member),	\
			     .word = (word_), .mark = (link_),			\
			     .acts = (acts_), .idle = (idle_),			\
			     .bad = "unknown action of " word_ },
#define ESMTP_VALUE(NAME, member, max_, name_, word_, ...)			\
	[ESMTP_P_##NAME] = { .kind = ESMTP_P_KIND_VALUE, .at = AT(member),	\
			     .word = (word_), .max = (max_), .name = (name_),	\
			     .bad = "unknown value of " word_ },
#define ESMTP_FLAG(NAME, member, word_, mark_, ...)				\
	[ESMTP_P_##NAME] = { .kind = ESMTP_P_KIND_FLAG, .at = AT(member),	\
			     .word = (word_), .mark = (mark_), .max = 2,	\
			     .bad = "a parameter is on or off" },
#define ESMTP_SWITCH(NAME, member, word_, help) ESMTP_FLAG(NAME, member, word_, "")
#define ESMTP_PART(NAME, member, mark_)						\
	[ESMTP_P_##NAME] = { .kind = ESMTP_P_KIND_PART, .at = AT(member),	\
			     .word = "", .mark = (mark_), .max = 2,		\
			     .bad = "a parameter is on or off" },
#include <esmtp/params.def>
};

static const struct esmtp_param *get_action(const struct esmtp_params *p,
					    const struct esmtp_param_row *row)
{
	return (const struct esmtp_param *)((const u8 *)p + row->at);
}

static u8 get_value(const struct esmtp_params *p, const struct esmtp_param_row *row)
{
	return *((const u8 *)p + row->at);
}

/* Is a parameter, or a part of one, other than without its line? */
static bool is_set(const struct esmtp_params *p, const struct esmtp_param_row *row)
{
	return row->kind == ESMTP_P_KIND_ACTION ? get_action(p, row)->on : get_value(p, row);
}

static void append_if(struct esmtp_text *t, const char *s)
{
	if (!*s)
		return;
	esmtp_text_str(t, " ");
	esmtp_text_str(t, s);
}

static void append_row_action(struct esmtp_text *t, const struct esmtp_params *p,
			      const struct esmtp_param_row *row)
{
	const struct esmtp_param *param = get_action(p, row);

	if (row->domain)
		append_if(t, (const char *)p + row->domain);
	esmtp_text_str(t, " ");
	esmtp_text_str(t, row->mark);
	esmtp_text_str(t, esmtp_action_name(param->act));
	if (param->log)
		esmtp_text_str(t, " log");
}

static void append_row(struct esmtp_text *t, const struct esmtp_params *p,
		       const struct esmtp_param_row *row)
{
	if (!is_set(p, row))
		return;
	esmtp_text_str(t, row->word);
	if (row->kind == ESMTP_P_KIND_ACTION)
		append_row_action(t, p, row);
	else if (row->kind == ESMTP_P_KIND_VALUE)
		append_if(t, row->name(get_value(p, row)));
	else
		append_if(t, row->mark);
}

/* Place in the table of the parameter number @i, the parts of others not counted. */
static u32 find_row(u32 i)
{
	u32 row;

	for (row = 0; row < ESMTP_P_MAX; row++)
		if (esmtp_param_rows[row].kind != ESMTP_P_KIND_PART && !i--)
			break;
	return row;
}

/**
 * esmtp_text_param() - append a parameter as configured
 * @t: text
 * @p: the parameters of a map
 * @i: place of the one asked for, in the order in which they are printed: mask-banner,
 *	those of enum esmtp_param_slot, the others
 *
 * A parameter that has its default appends nothing.
 *
 * Return: false if there are no more than @i.
 */
bool esmtp_text_param(struct esmtp_text *t, const struct esmtp_params *p, u32 i)
{
	u32 row = find_row(i);

	if (row == ESMTP_P_MAX)
		return false;
	do
		append_row(t, p, &esmtp_param_rows[row++]);
	while (row < ESMTP_P_MAX && esmtp_param_rows[row].kind == ESMTP_P_KIND_PART);
	return true;
}

static bool is_valid_action(const struct esmtp_param *p, u32 actions)
{
	if (p->on > 1 || p->log > 1 || p->act >= ESMTP_ACT_MAX)
		return false;
	if (!p->on)
		return !p->act && !p->log;
	return (actions >> p->act & 1) && !(p->log && p->act == ESMTP_ACT_LOG);
}

/* Lower case, as it is compared. */
static bool is_valid_domain(const char *d)
{
	u32 n;

	for (n = 0; n < ESMTP_DOMAIN_LEN && d[n]; n++)
		if (!(d[n] >= '0' && d[n] <= '9') && !(d[n] >= 'a' && d[n] <= 'z') &&
		    d[n] != '-' && d[n] != '_' && (d[n] != '.' || !n))
			return false;
	return n && n < ESMTP_DOMAIN_LEN;
}

static const char *check_row(const struct esmtp_params *p, const struct esmtp_param_row *row)
{
	if (row->kind != ESMTP_P_KIND_ACTION)
		return get_value(p, row) < row->max ? NULL : row->bad;
	if (!is_valid_action(get_action(p, row), row->acts))
		return row->bad;
	if (row->domain && is_set(p, row) && !is_valid_domain((const char *)p + row->domain))
		return "mail-relay needs a domain in lower case";
	return NULL;
}

/**
 * esmtp_params_check() - are the parameters of a map well formed?
 * @p: the parameters
 *
 * Context: any.
 * Return: NULL, or what is wrong as a lower-case clause.
 */
const char *esmtp_params_check(const struct esmtp_params *p)
{
	const struct esmtp_param_row *row, *whole = esmtp_param_rows;
	const char *err = NULL;
	u32 i;

	for (i = 0; i < ESMTP_P_MAX && !err; i++) {
		row = &esmtp_param_rows[i];
		err = check_row(p, row);
		if (row->kind != ESMTP_P_KIND_PART)
			whole = row;
		else if (!err && is_set(p, row) && !is_set(p, whole))
			err = "a parameter lacks the one that it belongs to";
	}
	return err;
}
