// SPDX-License-Identifier: GPL-2.0
/*
 * Rules and limits as text, spelled as they were configured.
 */
#include <esmtp/policy.h>

enum { MEMBERS = 32 };			/* a set is a u32 */

static void append_word(struct esmtp_text *t, const char *s)
{
	esmtp_text_str(t, " ");
	esmtp_text_str(t, s);
}

static void append_number(struct esmtp_text *t, const char *label, u64 n)
{
	esmtp_text_str(t, label);
	esmtp_text_num(t, n);
}

static void append_members(struct esmtp_text *t, enum esmtp_arg arg, u32 set)
{
	const char *name;
	u32 i;

	for (i = 0; i < MEMBERS; i++) {
		name = set >> i & 1 ? esmtp_member_name(arg, i) : NULL;
		if (name)
			append_word(t, name);
	}
}

static void append_criterion(struct esmtp_text *t, const struct esmtp_rule *r,
			     const struct esmtp_refs *refs)
{
	enum esmtp_arg arg = esmtp_criterion_arg(r->crit);

	if (r->negate)
		esmtp_text_str(t, "not ");
	esmtp_text_str(t, esmtp_criterion_name(r->crit));
	switch (arg) {
	case ESMTP_ARG_COUNT:
		append_number(t, " gt ", r->arg);
		break;
	case ESMTP_ARG_VERB_COUNT:
		append_members(t, arg, r->verbs);
		append_number(t, " line length gt ", r->arg);
		break;
	case ESMTP_ARG_REGEX:
		esmtp_text_str(t, refs->class ? " regex class" : " regex");
		append_word(t, refs->regex);
		break;
	default:
		append_members(t, arg, r->arg);
	}
}

/**
 * esmtp_text_match() - append a rule's criterion as configured
 * @t: text
 * @r: the rule
 * @refs: what it refers to
 *
 * "match cmd line length gt 512", "match not sender-address regex class c".
 */
void esmtp_text_match(struct esmtp_text *t, const struct esmtp_rule *r,
		      const struct esmtp_refs *refs)
{
	esmtp_text_str(t, "match ");
	append_criterion(t, r, refs);
}

/**
 * esmtp_text_rule() - append the criteria that a rule acts on
 * @t: text
 * @m: its map, of a sealed policy
 * @rule: its place in it, of a rule that has an action
 *
 * As esmtp_text_match() has it; of a class of match-all: "match sender-address
 * length gt 9 and cmd RCPT count gt 5".
 */
void esmtp_text_rule(struct esmtp_text *t, const struct esmtp_map *m, u32 rule)
{
	struct esmtp_refs refs;
	u32 first = esmtp_map_first(m, rule), i;

	for (i = first; i <= rule; i++) {
		esmtp_map_refs(m, i, &refs);
		esmtp_text_str(t, i == first ? "match " : " and ");
		append_criterion(t, &m->rules[i], &refs);
	}
}

static const char *const action_name[ESMTP_ACT_MAX] = {
	[ESMTP_ACT_LOG] = "log",
	[ESMTP_ACT_DROP] = "drop-connection",
	[ESMTP_ACT_MASK] = "mask",
	[ESMTP_ACT_RESET] = "reset",
	[ESMTP_ACT_REJECT] = "reject",
	[ESMTP_ACT_STRIP] = "strip",
	[ESMTP_ACT_NORMALIZE] = "normalize",
	[ESMTP_ACT_RATE] = "rate-limit",
};

/**
 * esmtp_action_name() - an action as configured
 * @act: enum esmtp_action
 *
 * Return: its word, "unknown" out of range.
 */
const char *esmtp_action_name(u32 act)
{
	return act < ESMTP_ACT_MAX ? action_name[act] : "unknown";
}

/**
 * esmtp_text_action() - append a rule's action as configured
 * @t: text
 * @r: the rule
 * @refs: what it refers to
 *
 * "drop-connection log", "mask", "reject 550 5.7.1 No", "rate-limit 5".
 */
void esmtp_text_action(struct esmtp_text *t, const struct esmtp_rule *r,
		       const struct esmtp_refs *refs)
{
	esmtp_text_str(t, esmtp_action_name(r->act));
	if (r->act == ESMTP_ACT_RATE)
		append_number(t, " ", r->rate);
	if (r->act == ESMTP_ACT_REJECT && refs->say)
		append_word(t, refs->say);
	if (r->log)
		esmtp_text_str(t, " log");
}

/**
 * esmtp_text_set() - append "set connection" and its limits
 * @t: text
 * @set: the limits
 */
void esmtp_text_set(struct esmtp_text *t, const struct esmtp_set *set)
{
	if (set->conn_max)
		append_number(t, " conn-max ", set->conn_max);
	if (set->embryonic_max)
		append_number(t, " embryonic-conn-max ", set->embryonic_max);
	if (set->client_max)
		append_number(t, " per-client-max ", set->client_max);
	if (set->client_embryonic_max)
		append_number(t, " per-client-embryonic-max ",
			      set->client_embryonic_max);
}

/**
 * esmtp_map_refs() - the names that a rule of a map refers to
 * @m: the map, of a sealed policy
 * @rule: index of the rule
 * @refs: filled in
 */
void esmtp_map_refs(const struct esmtp_map *m, u32 rule, struct esmtp_refs *refs)
{
	const struct esmtp_rule *r = &m->rules[rule];
	const struct esmtp_regex *regex;

	memset(refs, 0, sizeof(*refs));
	if (r->say)
		refs->say = m->says[r->say - 1];
	if (esmtp_criterion_arg(r->crit) != ESMTP_ARG_REGEX)
		return;
	regex = &m->regexes[r->regex];
	refs->regex = regex->name;
	refs->class = regex->class;
}
