// SPDX-License-Identifier: GPL-2.0
/* match in a policy-map type inspect esmtp, and the action below it. */
#include "grammar.h"

#include <stdlib.h>
#include <string.h>

static const bool maskable[] = {
#define ESMTP_CRITERION(NAME, text, arg, mask) \
	[ESMTP_CRIT_##NAME] = (mask),
#include <esmtp/criteria.def>
#undef ESMTP_CRITERION
};

static u32 members(const struct args *args)
{
	u32 i, set = 0;

	for (i = 0; i < args->n; i++)
		if (args->v[i].member)
			set |= 1U << args->v[i].num;
	return set;
}

static int missing(struct reader *rd, const struct arg *arg, const char *what)
{
	return reader_fail(rd, arg->tok.col, "%s '%.*s' does not exist", what,
			   (int)arg->tok.len, arg->tok.s);
}

static int expression(struct reader *rd, const struct args *args,
		      struct match *m)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	char name[ESMTP_NAME_LEN];

	reader_name(arg, name, sizeof(name));
	if (args_word(args, "class")) {
		m->class = config_regex_class_find(rd->cfg, name);
		return m->class ? 0 : missing(rd, arg, "class-map type regex");
	}
	m->regex = config_regex_find(rd->cfg, name);
	return m->regex ? 0 : missing(rd, arg, "regex");
}

static int criterion(struct reader *rd, const struct args *args,
		     struct match *m)
{
	const struct arg *count = args_type(args, TYPE_COUNT, 0);

	memset(m, 0, sizeof(*m));
	m->rule.crit = (u8)args->cmd->data;
	m->rule.negate = args_word(args, "not") != NULL;
	m->rule.arg = count ? count->value.num : members(args);
	switch (esmtp_criterion_arg(m->rule.crit)) {
	case ESMTP_ARG_VERB_COUNT:
		m->rule.verbs = members(args);
		return 0;
	case ESMTP_ARG_REGEX:
		return expression(rd, args, m);
	default:
		return 0;
	}
}

static int check_room(struct reader *rd, const struct args *args,
		      const struct match *m)
{
	u32 i, walked = 0;

	for (i = 0; i < rd->map->nmatches; i++)
		walked += rd->map->matches[i].regex || rd->map->matches[i].class;
	if (rd->map->nmatches == ESMTP_MAP_RULES)
		return reader_fail(rd, args->v[0].tok.col,
				   "more than %u matches in an inspection map",
				   ESMTP_MAP_RULES);
	if ((m->regex || m->class) && walked == ESMTP_MAP_REGEXES)
		return reader_fail(rd, args->v[0].tok.col,
				   "more than %u matches with a regular expression in an inspection map",
				   ESMTP_MAP_REGEXES);
	return 0;
}

/**
 * do_match() - match of an inspection map
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_match(struct reader *rd, const struct args *args)
{
	if (criterion(rd, args, &rd->rule) || check_room(rd, args, &rd->rule))
		return -1;
	rd->rule_line = rd->line;
	rd->rule_col = args->v[0].tok.col;
	rd->rule_done = false;
	return reader_mode(rd, MODE_MATCH);
}

static bool same_criterion(const struct match *a, const struct match *b)
{
	return a->rule.crit == b->rule.crit && a->rule.arg == b->rule.arg &&
	       a->rule.verbs == b->rule.verbs &&
	       a->rule.negate == b->rule.negate && a->regex == b->regex &&
	       a->class == b->class;
}

/**
 * do_no_match() - no match of an inspection map: all its actions go
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_match(struct reader *rd, const struct args *args)
{
	struct inspect_map *map = rd->map;
	u32 i, before = map->nmatches;
	struct match match;

	if (criterion(rd, args, &match))
		return -1;
	for (i = map->nmatches; i-- > 0;)
		if (same_criterion(&map->matches[i], &match))
			config_match_del(map, i);
	if (map->nmatches == before)
		return reader_fail(rd, args->v[1].tok.col,
				   "policy-map type inspect esmtp '%s' has no such match",
				   map->name);
	return 0;
}

static int check_action(struct reader *rd, const struct args *args)
{
	const struct esmtp_rule *rule = &rd->rule.rule;
	size_t col = args->v[0].tok.col;

	if (rd->rule_done)
		return reader_fail(rd, col,
				   "the match has its action already");
	if (rule->act == ESMTP_ACT_MASK && !maskable[rule->crit])
		return reader_fail(rd, col,
				   "mask goes with ehlo-reply-parameter and cmd verb only");
	if (rule->act == ESMTP_ACT_STRIP && rule->crit != ESMTP_CRIT_EHLO_PARAM)
		return reader_fail(rd, col,
				   "strip goes with ehlo-reply-parameter only");
	return 0;
}

/* The text of a reject takes all of the line: a last word "log" is none of it. */
static char *say(const struct arg *arg, u8 *log)
{
	static const char word[] = " log";
	size_t n = arg->tok.len, end = sizeof(word) - 1;

	if (n > end + 4 && !memcmp(arg->tok.s + n - end, word, end)) {
		*log = 1;
		for (n -= end; n > 4 && arg->tok.s[n - 1] == ' '; n--)
			;
	}
	return mem_dup(arg->tok.s, n);
}

static void add(struct inspect_map *map, const struct match *m)
{
	u32 i;

	for (i = 0; i < map->nmatches; i++)
		if (config_match_same(&map->matches[i], m))
			return;
	config_match_copy(&map->matches[map->nmatches++], m);
}

/**
 * do_action() - action of a match
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_action(struct reader *rd, const struct args *args)
{
	const struct arg *text = args_type(args, TYPE_SAY, 0);
	struct match m = rd->rule;
	int err;

	rd->rule.rule.act = (u8)args->cmd->data;
	err = check_action(rd, args);
	rd->rule = m;
	if (err)
		return err;
	m.rule.act = (u8)args->cmd->data;
	m.rule.log = m.rule.act != ESMTP_ACT_LOG && args_word(args, "log");
	if (text)
		m.say = say(text, &m.rule.log);
	rd->rule_done = true;
	add(rd->map, &m);
	free(m.say);
	return 0;
}
