// SPDX-License-Identifier: GPL-2.0
/* match in a policy-map type inspect esmtp, and the action below it. */
#include "grammar.h"

#include <stdlib.h>
#include <string.h>

static const bool maskable[] = {
#define ESMTP_CRITERION(NAME, order, text, arg, mask, life, reply) \
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

static int opened(struct reader *rd, const struct args *args)
{
	rd->rule_line = rd->line;
	rd->rule_col = args->v[0].tok.col;
	rd->rule_done = false;
	return reader_mode(rd, MODE_MATCH);
}

/**
 * do_match() - match of an inspection map, or of a class of matches
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_match(struct reader *rd, const struct args *args)
{
	if (criterion(rd, args, &rd->rule))
		return -1;
	if (rd->mode == MODE_INSPECT_CLASS)
		return inspect_class_add(rd, args, &rd->rule);
	return opened(rd, args);
}

/**
 * do_match_class() - class NAME of an inspection map
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_match_class(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	char name[ESMTP_NAME_LEN];

	memset(&rd->rule, 0, sizeof(rd->rule));
	reader_name(arg, name, sizeof(name));
	rd->rule.of = config_inspect_class_find(rd->cfg, name);
	if (!rd->rule.of)
		return missing(rd, arg, "class-map type inspect esmtp");
	return opened(rd, args);
}

static bool same_criterion(const struct match *a, const struct match *b)
{
	return a->rule.crit == b->rule.crit && a->rule.arg == b->rule.arg &&
	       a->rule.verbs == b->rule.verbs &&
	       a->rule.negate == b->rule.negate && a->regex == b->regex &&
	       a->class == b->class && a->of == b->of;
}

/* All with this criterion go; false if there is none. */
static bool remove_same(struct match *v, u32 *n, const struct match *match)
{
	u32 i, before = *n;

	for (i = *n; i-- > 0;)
		if (same_criterion(&v[i], match))
			config_match_del(v, n, i);
	return *n < before;
}

/**
 * do_no_match() - no match of an inspection map: all its actions go
 * @rd: the reader
 * @args: the line; of a class of matches, too
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_match(struct reader *rd, const struct args *args)
{
	bool class = rd->mode == MODE_INSPECT_CLASS;
	struct match match;

	if (criterion(rd, args, &match))
		return -1;
	if (class ? remove_same(rd->matches->matches, &rd->matches->nmatches,
				&match) :
		    remove_same(rd->map->matches, &rd->map->nmatches, &match))
		return 0;
	return reader_fail(rd, args->v[1].tok.col,
			   "%s-map type inspect esmtp '%s' has no such match",
			   class ? "class" : "policy",
			   class ? rd->matches->name : rd->map->name);
}

/**
 * do_no_match_class() - no class NAME of an inspection map
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_match_class(struct reader *rd, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	struct match match = { .say = NULL };
	char name[ESMTP_NAME_LEN];

	reader_name(arg, name, sizeof(name));
	match.of = config_inspect_class_find(rd->cfg, name);
	if (match.of &&
	    remove_same(rd->map->matches, &rd->map->nmatches, &match))
		return 0;
	return reader_fail(rd, arg->tok.col,
			   "policy-map type inspect esmtp '%s' has no class '%s'",
			   rd->map->name, name);
}

static bool every(const struct match *m, bool (*fits)(u8 crit))
{
	u32 i;

	for (i = 0; m->of && i < m->of->nmatches; i++)
		if (!fits(m->of->matches[i].rule.crit))
			return false;
	return m->of || fits(m->rule.crit);
}

static bool can_mask(u8 crit)
{
	return maskable[crit];
}

static bool of_reply(u8 crit)
{
	return crit == ESMTP_CRIT_EHLO_PARAM;
}

static bool not_of_reply(u8 crit)
{
	return !of_reply(crit);
}

/**
 * match_action_wrong() - can the action of a match be done where it is seen?
 * @m: the match, or a class of them
 *
 * Return: NULL, or why not.
 */
const char *match_action_wrong(const struct match *m)
{
	bool several = m->of && !m->of->any && m->of->nmatches > 1;

	switch (m->rule.act) {
	case ESMTP_ACT_MASK:
		if (several)
			return "mask does not go with a class of match-all of several matches";
		return every(m, can_mask) ? NULL :
		       "mask goes with ehlo-reply-parameter and cmd verb only";
	case ESMTP_ACT_STRIP:
		if (several)
			return "strip does not go with a class of match-all of several matches";
		return every(m, of_reply) ? NULL :
		       "strip goes with ehlo-reply-parameter only";
	case ESMTP_ACT_RATE:
		return every(m, not_of_reply) ? NULL :
		       "rate-limit does not go with ehlo-reply-parameter";
	default:
		return NULL;
	}
}

static int check_action(struct reader *rd, const struct args *args)
{
	size_t col = args->v[0].tok.col;
	const char *wrong;

	if (rd->rule_done)
		return reader_fail(rd, col,
				   "the match has its action already");
	wrong = match_action_wrong(&rd->rule);
	return wrong ? reader_fail(rd, col, "%s", wrong) : 0;
}

enum { CODE = 4 };			/* a reply code and the blank behind it */

/* The text of a reject takes all of the line: a last word "log" is none of it. */
static size_t cut_log(const struct token *t, u8 *log)
{
	static const char word[] = " log";
	size_t n = t->len, end = sizeof(word) - 1;

	if (n > end + CODE && !memcmp(t->s + n - end, word, end)) {
		*log = 1;
		for (n -= end; n > CODE && t->s[n - 1] == ' '; n--)
			;
	}
	return n;
}

/* 554 "text" is said without its quotes. */
static int unquote_say(struct reader *rd, const struct arg *arg, size_t n,
		       char **text)
{
	const char *s = arg->tok.s, *close;
	size_t col = arg->tok.col + CODE;

	close = n > CODE + 1 ? memchr(s + CODE + 1, '"', n - CODE - 1) : NULL;
	if (!close)
		return reader_fail(rd, col, "the quote is not closed");
	if (close != s + n - 1)
		return reader_fail(rd, col + (size_t)(close - s) - CODE + 1,
				   "expected log or the end of the line behind the quote");
	if (close == s + CODE + 1)
		return reader_fail(rd, col, "expected a text in the quotes");
	if (close - s > 2 * CODE && !memcmp(close - CODE, " log", CODE))
		return reader_fail(rd, col + (size_t)(close - s) - 2 * CODE + 1,
				   "the text cannot end in log, which is a word of its own here");
	*text = mem_dup(s, n - 1);
	memmove(*text + CODE, *text + CODE + 1, n - 1 - CODE);
	return 0;
}

static int read_say(struct reader *rd, const struct arg *arg, struct match *m)
{
	size_t n = cut_log(&arg->tok, &m->rule.log);

	if (arg->tok.s[CODE] == '"')
		return unquote_say(rd, arg, n, &m->say);
	m->say = mem_dup(arg->tok.s, n);
	return 0;
}

static int add(struct reader *rd, const struct args *args,
	       const struct match *m)
{
	struct inspect_map *map = rd->map;
	const char *wrong;
	u32 i;

	for (i = 0; i < map->nmatches; i++)
		if (config_match_same(&map->matches[i], m))
			return 0;
	if (map->nmatches == ESMTP_MAP_RULES)
		return reader_fail(rd, args->v[0].tok.col,
				   "more than %u matches in an inspection map",
				   ESMTP_MAP_RULES);
	config_match_copy(&map->matches[map->nmatches++], m);
	wrong = config_map_room(map);
	return wrong ? reader_fail(rd, args->v[0].tok.col, "%s", wrong) : 0;
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
	m.place.name = rd->name;
	m.place.line = text ? rd->line : rd->rule_line;
	m.rule.act = (u8)args->cmd->data;
	m.rule.rate = m.rule.act == ESMTP_ACT_RATE ?
		      args_type(args, TYPE_COUNT, 0)->value.num : 0;
	m.rule.log = m.rule.act != ESMTP_ACT_LOG && args_word(args, "log");
	if (text && read_say(rd, text, &m))
		return -1;
	rd->rule_done = true;
	err = add(rd, args, &m);
	free(m.say);
	return err;
}
