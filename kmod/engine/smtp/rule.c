// SPDX-License-Identifier: GPL-2.0
/*
 * Evaluate the rules of an inspection map against a value that the parser reports, and
 * apply the actions of those that match.
 */
#include "feed.h"
#include "rule.h"

/*
 * Record that a rule has matched. True if it had not before. Needed for rate-limit, which
 * counts a match in a message once per message, and for match-all classes, which act when
 * their last match is met. A match on a command is forgotten at the next command, one on
 * a message at the next MAIL, one on the reply to EHLO never.
 */
static bool record_match(struct esmtp_session *s, u8 rule)
{
	u64 bit = (u64)1 << rule;
	bool before = s->met & bit;

	s->met |= bit;
	return !before;
}

/**
 * esmtp_rule_command() - a command begins
 * @f: the call
 */
void esmtp_rule_command(struct esmtp_feed *f)
{
	f->s->met &= ~f->s->map->brief;
}

static void apply_rate_limit(struct esmtp_feed *f, u8 rule)
{
	enum esmtp_reason why;

	if (!f->io->admit)
		return;
	why = f->io->admit(f->io, rule);
	if (why)
		esmtp_feed_end(f, why, ESMTP_ACT_DROP, 0);
}

/* Does a match count for rate-limit? Each command does; else once per message. */
static bool record_rate_match(struct esmtp_session *s, u8 rule)
{
	return (s->map->brief >> rule & 1) || record_match(s, rule);
}

/*
 * A rule of a match-all class has matched. If all its other rules have matched too,
 * returns the last one, whose action applies; ESMTP_MAP_RULES if not.
 */
static u8 find_acting_rule(struct esmtp_session *s, u8 rule)
{
	const struct esmtp_map *map = s->map;
	u32 i = esmtp_map_first(map, rule);

	if (!record_match(s, rule))
		return ESMTP_MAP_RULES;
	for (; s->met >> i & 1; i++)
		if (!map->rules[i].with)
			return (u8)i;
	return ESMTP_MAP_RULES;
}

static bool is_in_match_all(const struct esmtp_map *map, u8 rule)
{
	return map->rules[rule].with || esmtp_map_first(map, rule) != rule;
}

static void apply_matched_rule(struct esmtp_feed *f, u8 rule, u32 off, u32 value)
{
	bool all = is_in_match_all(f->s->map, rule);
	u8 crit = f->s->map->rules[rule].crit;
	u8 acts = all ? find_acting_rule(f->s, rule) : rule;
	const struct esmtp_rule *r = &f->s->map->rules[acts];
	struct esmtp_event ev = {
		.id = ESMTP_EV_RULE,
		.dir = f->dir,
		.rule = acts,
		.off = off,
		.value = value,
	};

	esmtp_feed_spend(f, ESMTP_COST_EVENT);
	if (acts == ESMTP_MAP_RULES)
		return;
	if (f->io->event)
		f->io->event(f->io, &ev);
	if (r->act == ESMTP_ACT_DROP || r->act == ESMTP_ACT_RESET ||
	    r->act == ESMTP_ACT_REJECT) {
		f->s->crit = crit;
		esmtp_feed_end(f, ESMTP_R_RULE_DROP, r->act, r->say);
	}
	if (r->act == ESMTP_ACT_RATE && (all || record_rate_match(f->s, rule)))
		apply_rate_limit(f, acts);
}

/* Is it a rule for this criterion and, where it names commands, for this one? */
static bool may_rule_match(const struct esmtp_feed *f, const struct esmtp_rule *r,
			   u8 crit)
{
	if (r->crit != crit)
		return false;
	return crit != ESMTP_CRIT_CMD_VERB_LINE ||
	       (r->verbs >> f->s->cmd.verb & 1);
}

/* The place in the map's order of a criterion's first rule with an N of at least @value. */
static u32 find_first_rule(const struct esmtp_map *map, u8 crit, u32 value)
{
	u32 low = map->first[crit], high = map->behind[crit];

	while (low < high) {
		u32 middle = (low + high) / 2;

		if (map->rules[map->order[middle]].arg < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/**
 * esmtp_rule_room() - how much may a value grow before a rule can match?
 * @map: the map
 * @crit: a criterion with "gt N"
 * @value: the value
 *
 * Return: by how much, at least.
 */
u32 esmtp_rule_room(const struct esmtp_map *map, u8 crit, u32 value)
{
	u32 i = find_first_rule(map, crit, value);

	return i < map->behind[crit] ? map->rules[map->order[i]].arg - value : ~0u;
}

/* Is a value beyond all that the rules of a criterion are about? There is one. */
static bool is_beyond_rules(const struct esmtp_map *map, u8 crit, u32 value)
{
	return map->rules[map->order[map->behind[crit] - 1]].arg < value;
}

/* @step: stream bytes per unit: 1 if each byte adds one, 0 if one byte adds all. */
static bool apply_exceeded_rules(struct esmtp_feed *f, u8 crit, u32 from, u32 to, u32 off,
				 u32 step)
{
	const struct esmtp_map *map = f->s->map;
	u32 i;

	if (to <= map->floor[crit] || is_beyond_rules(map, crit, from))
		return true;
	esmtp_feed_spend(f, ESMTP_COST_SEARCH);
	for (i = find_first_rule(map, crit, from); i < map->behind[crit] && !f->why; i++) {
		const struct esmtp_rule *r = &map->rules[map->order[i]];

		if (r->arg >= to)
			break;
		esmtp_feed_spend(f, ESMTP_COST_RULE);
		if (may_rule_match(f, r, crit) && !r->negate)
			apply_matched_rule(f, map->order[i], off + (r->arg - from) * step,
					   r->arg + 1);
	}
	return !f->why;
}

/**
 * esmtp_rule_grown() - a counted or measured value has grown
 * @f: the call
 * @crit: a criterion with "gt N"
 * @from: the value before
 * @to: the value now
 * @off: stream offset of the byte that made it @from + 1
 *
 * A rule "gt N" matches once, on the byte after the Nth, in order of N,
 * equal ones in configuration order.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_grown(struct esmtp_feed *f, u8 crit, u32 from, u32 to, u32 off)
{
	return apply_exceeded_rules(f, crit, from, to, off, 1);
}

/**
 * esmtp_rule_jump() - a counted value has grown by several, by one byte
 * @f: the call
 * @crit: a criterion with "gt N"
 * @from: the value before
 * @to: the value now
 * @off: stream offset of that byte
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_jump(struct esmtp_feed *f, u8 crit, u32 from, u32 to, u32 off)
{
	return apply_exceeded_rules(f, crit, from, to, off, 0);
}

/**
 * esmtp_rule_ended() - a counted or measured value grows no more
 * @f: the call
 * @crit: a criterion with "gt N"
 * @value: what it came to
 * @off: stream offset of the byte that shows it
 *
 * This is where "match not ... gt N" can be told.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_ended(struct esmtp_feed *f, u8 crit, u32 value, u32 off)
{
	const struct esmtp_map *map = f->s->map;
	u32 i;

	esmtp_feed_spend(f, ESMTP_COST_SEARCH);
	for (i = find_first_rule(map, crit, value); i < map->behind[crit] && !f->why; i++) {
		const struct esmtp_rule *r = &map->rules[map->order[i]];

		esmtp_feed_spend(f, ESMTP_COST_RULE);
		if (may_rule_match(f, r, crit) && r->negate)
			apply_matched_rule(f, map->order[i], off, value);
	}
	return !f->why;
}

static void forget_message_matches(struct esmtp_session *s)
{
	s->met &= s->map->brief | s->map->lasting;
	s->broken = 0;
}

/**
 * esmtp_rule_lists() - will a rule match what was read?
 * @map: the map
 * @crit: a criterion with a set for an argument
 * @member: a bit of that set
 *
 * Return: true if esmtp_rule_set() has something to do.
 */
bool esmtp_rule_lists(const struct esmtp_map *map, u8 crit, u32 member)
{
	u32 i;

	for (i = map->first[crit]; i < map->behind[crit]; i++) {
		const struct esmtp_rule *r = &map->rules[map->order[i]];

		if ((r->arg >> member & 1) != r->negate)
			return true;
	}
	return false;
}

/**
 * esmtp_rule_set() - a name that a criterion may list was read
 * @f: the call
 * @crit: a criterion with a set for an argument
 * @member: what was read: a bit of that set, or none
 * @off: stream offset of the byte that showed it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_set(struct esmtp_feed *f, u8 crit, u32 member, u32 off)
{
	const struct esmtp_map *map = f->s->map;
	u32 i;

	if (crit == ESMTP_CRIT_CMD_VERB && member == ESMTP_VERB_MAIL)
		forget_message_matches(f->s);
	if (!(map->ruled >> crit & 1))
		return !f->why;
	esmtp_feed_spend(f, ESMTP_COST_RULE * map->nrules);
	for (i = 0; i < map->nrules && !f->why; i++) {
		const struct esmtp_rule *r = &map->rules[i];

		if (r->crit == crit && (r->arg >> member & 1) != r->negate)
			apply_matched_rule(f, (u8)i, off, member);
	}
	return !f->why;
}

/* The rules for a criterion without an argument. */
static bool apply_plain_rules(struct esmtp_feed *f, u8 crit, bool negate, u32 off,
			      u32 value)
{
	const struct esmtp_map *map = f->s->map;
	u32 i;

	if (!(map->ruled >> crit & 1))
		return !f->why;
	esmtp_feed_spend(f, ESMTP_COST_RULE * map->nrules);
	for (i = 0; i < map->nrules && !f->why; i++)
		if (map->rules[i].crit == crit && map->rules[i].negate == negate)
			apply_matched_rule(f, (u8)i, off, value);
	return !f->why;
}

/**
 * esmtp_rule_violation() - one side broke the order of the protocol
 * @f: the call
 * @id: how
 * @off: stream offset at which it was known
 * @value: a count or a measure, or 0
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_violation(struct esmtp_feed *f, enum esmtp_event_id id, u32 off,
			  u32 value)
{
	esmtp_feed_event(f, id, off, value);
	f->s->broken = 1;
	return apply_plain_rules(f, ESMTP_CRIT_VIOLATION, false, off, id);
}

/**
 * esmtp_rule_ambiguous() - readers of mail will disagree on the message
 * @f: the call
 * @id: on what
 * @off: stream offset at which it was known
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_ambiguous(struct esmtp_feed *f, enum esmtp_event_id id, u32 off)
{
	return apply_plain_rules(f, ESMTP_CRIT_AMBIGUOUS, false, off, id);
}

/**
 * esmtp_rule_sound() - a message is over
 * @f: the call
 * @clear: all readers agree on it
 * @off: stream offset of the byte that shows it
 *
 * This is where "match not protocol-violation" and "match not MIME ambiguous" can be
 * told.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_sound(struct esmtp_feed *f, bool clear, u32 off)
{
	u32 negated = f->s->map->negated;

	if (!f->s->broken && (negated >> ESMTP_CRIT_VIOLATION & 1) &&
	    !apply_plain_rules(f, ESMTP_CRIT_VIOLATION, true, off, 0))
		return false;
	return !clear || !(negated >> ESMTP_CRIT_AMBIGUOUS & 1) ||
	       apply_plain_rules(f, ESMTP_CRIT_AMBIGUOUS, true, off, 0);
}

/**
 * esmtp_rule_matched() - what another file found a rule to match
 * @f: the call
 * @rule: index of the rule
 * @off: stream offset of the byte that showed it
 * @value: for the event
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_matched(struct esmtp_feed *f, u8 rule, u32 off, u32 value)
{
	apply_matched_rule(f, rule, off, value);
	return !f->why;
}
