// SPDX-License-Identifier: GPL-2.0
/*
 * What inspection maps and regular expressions of a policy have to be.
 */
#include "validate_map.h"

#include <esmtp/param.h>

static bool has_bit(u32 set, u32 i)
{
	return set >> i & 1;
}

/* Every bit of a set names something. */
static bool has_known_members(enum esmtp_arg arg, u32 set)
{
	u32 i;

	for (i = 0; i < 32; i++)
		if (has_bit(set, i) && !esmtp_member_name(arg, i))
			return false;
	return set;
}

static const char *check_arg(const struct esmtp_rule *r, u32 nregexes)
{
	enum esmtp_arg arg = esmtp_criterion_arg(r->crit);

	switch (arg) {
	case ESMTP_ARG_KEYWORDS:
		return has_known_members(arg, r->arg) ? NULL :
			"unknown parameter of an EHLO reply";
	case ESMTP_ARG_VERBS:
		return has_known_members(arg, r->arg) ? NULL : "unknown command of a match";
	case ESMTP_ARG_ENCODINGS:
		return has_known_members(arg, r->arg) ? NULL : "unknown encoding of a match";
	case ESMTP_ARG_VERB_COUNT:
		if (!has_known_members(arg, r->verbs))
			return "unknown command of a match";
		break;
	case ESMTP_ARG_REGEX:
		if (r->regex >= nregexes)
			return "a match refers to no regular expression";
		return r->arg > 1 ? "this match takes no number" : NULL;
	case ESMTP_ARG_NONE:
		return r->arg > 1 ? "this match takes no number" : NULL;
	default:
		break;
	}
	return r->arg ? NULL : "the argument of a match must not be zero";
}

static const char *check_action(const struct esmtp_map *m,
				const struct esmtp_rule *r)
{
	static const bool maskable[] = {
#define ESMTP_CRITERION(NAME, order, text, arg, mask, life, reply) \
	[ESMTP_CRIT_##NAME] = (mask),
#include <esmtp/criteria.def>
#undef ESMTP_CRITERION
	};

	if (r->act >= ESMTP_ACT_MAX || r->act == ESMTP_ACT_NORMALIZE)
		return "unknown action of a match";
	if (r->log > 1 || (r->log && r->act == ESMTP_ACT_LOG))
		return "log stands beside another action only";
	if (r->act == ESMTP_ACT_MASK && !maskable[r->crit])
		return "mask goes with ehlo-reply-parameter and cmd verb only";
	if (r->act == ESMTP_ACT_STRIP && r->crit != ESMTP_CRIT_EHLO_PARAM)
		return "strip goes with ehlo-reply-parameter only";
	if ((r->act == ESMTP_ACT_RATE) != !!r->rate)
		return "rate-limit and a rate stand together";
	if (r->act == ESMTP_ACT_RATE && r->log)
		return "log does not stand beside rate-limit";
	if (r->act == ESMTP_ACT_RATE && r->crit == ESMTP_CRIT_EHLO_PARAM)
		return "rate-limit does not go with ehlo-reply-parameter";
	if (r->say && (r->act != ESMTP_ACT_REJECT || r->say > m->nsays))
		return "a match refers to no reply";
	return NULL;
}

/* The matches of a match-all class: only the last one carries the action. */
static const char *check_group(const struct esmtp_map *m, u32 rule)
{
	const struct esmtp_rule *r = &m->rules[rule];
	u32 last;

	if (!r->with)
		return NULL;
	if (r->with > 1)
		return "a match goes with the next one or not";
	for (last = rule; last < m->nrules && m->rules[last].with; last++)
		;
	if (last == m->nrules)
		return "the last match of a map goes with no other";
	if (r->act != ESMTP_ACT_LOG || r->log || r->rate || r->say)
		return "a match that goes with the next has no action";
	if (m->rules[last].act == ESMTP_ACT_MASK ||
	    m->rules[last].act == ESMTP_ACT_STRIP)
		return "mask and strip do not go with several matches at once";
	if (m->rules[last].act == ESMTP_ACT_RATE && r->crit == ESMTP_CRIT_EHLO_PARAM)
		return "rate-limit does not go with ehlo-reply-parameter";
	return NULL;
}

static const char *check_rule(const struct esmtp_map *m,
			      const struct esmtp_rule *r, u32 nregexes)
{
	const char *err;

	if (r->crit >= ESMTP_CRIT_MAX)
		return "unknown criterion of a match";
	if (r->negate > 1)
		return "a match is negated or not";
	if (r->verbs && esmtp_criterion_arg(r->crit) != ESMTP_ARG_VERB_COUNT)
		return "this match takes no commands";
	err = check_arg(r, nregexes);
	return err ? err : check_action(m, r);
}

static bool is_printable_char(u8 c)
{
	return c >= ' ' && c <= '~';
}

static bool is_decimal_digit(u8 c)
{
	return c >= '0' && c <= '9';
}

/* "CODE TEXT": a refusal by RFC 5321 4.2.1. */
static bool is_valid_reply(const char *say)
{
	u32 n;

	if ((say[0] != '4' && say[0] != '5') || say[1] < '0' || say[1] > '5' ||
	    !is_decimal_digit((u8)say[2]) || say[3] != ' ' || !say[4])
		return false;
	for (n = 0; n < ESMTP_SAY_LEN && say[n]; n++)
		if (!is_printable_char((u8)say[n]))
			return false;
	return n < ESMTP_SAY_LEN;
}

/**
 * esmtp_map_validate() - is an inspection map well formed?
 * @m: the map
 * @nregexes: regular expressions of the policy
 *
 * Context: any.
 * Return: NULL, or what is wrong as a lower-case clause.
 */
const char *esmtp_map_validate(const struct esmtp_map *m, u32 nregexes)
{
	const char *err = esmtp_params_check(&m->params);
	u32 i, walked = 0;

	if (m->nrules > ESMTP_MAP_RULES)
		return "an inspection map can have 64 matches";
	if (m->nsays > ESMTP_MAP_SAYS)
		return "an inspection map can have 8 different replies";
	for (i = 0; !err && i < m->nsays; i++)
		if (!is_valid_reply(m->says[i]))
			err = "a reply is a code from 400 to 559 and some ASCII text";
	for (i = 0; !err && i < m->nrules; i++) {
		err = check_rule(m, &m->rules[i], nregexes);
		if (!err)
			err = check_group(m, i);
		walked += !err && esmtp_criterion_arg(m->rules[i].crit) ==
				  ESMTP_ARG_REGEX;
	}
	if (!err && walked > ESMTP_MAP_REGEXES)
		err = "an inspection map can have 8 matches with a regular expression";
	return err;
}

/**
 * esmtp_regex_validate() - is the table of a regular expression well formed?
 * @p: the policy that it belongs to
 * @r: the regular expression
 *
 * Every transition leads to a state of the table.
 *
 * Context: any. Linear in the table.
 * Return: NULL, or what is wrong as a lower-case clause.
 */
const char *esmtp_regex_validate(const struct esmtp_policy *p,
				 const struct esmtp_regex *r)
{
	u32 i, cells = (u32)r->states * r->classes;

	if (r->class > 1)
		return "a regular expression is a class or not";
	if (!r->states || r->states > ESMTP_DFA_STATES || !r->classes ||
	    r->classes > 256 || cells > ESMTP_DFA_CELLS)
		return "the table of a regular expression is too large";
	if (r->first > p->ncells || cells > p->ncells - r->first)
		return "a regular expression does not have the cells that it claims";
	if (r->start >= r->states)
		return "a regular expression starts in no state";
	for (i = 0; i < 256; i++)
		if (r->class_of[i] >= r->classes)
			return "a byte of a regular expression is of no kind";
	for (i = 0; i < cells; i++)
		if (p->cells[r->first + i] >= r->states ||
		    (i < r->classes && p->cells[r->first + i]))
			return "a regular expression leads to no state";
	return NULL;
}
