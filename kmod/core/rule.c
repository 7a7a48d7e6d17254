// SPDX-License-Identifier: GPL-2.0
/*
 * What the rules of an inspection map make of a value that the protocol shows.
 * Knows actions, not packets.
 */
#include "internal.h"

/*
 * That a rule has matched is kept for two reasons: what stands in a message counts
 * once a message for rate-limit, and a class of match-all acts when the last of its
 * matches is met. What a command showed holds until the next one, what a message
 * showed until the next MAIL, what the server offered until the end.
 */
static bool keep(struct esmtp_session *s, u8 rule)
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

static void rate(struct esmtp_feed *f, u8 rule)
{
	enum esmtp_reason why;

	if (!f->io->admit)
		return;
	why = f->io->admit(f->io, rule);
	if (why)
		esmtp_feed_end(f, why, ESMTP_ACT_DROP, 0);
}

/* Commands count one by one. */
static bool counts(struct esmtp_session *s, u8 rule)
{
	return (s->map->brief >> rule & 1) || keep(s, rule);
}

/*
 * A rule of a class of match-all has matched: which rule acts? The last one, if no
 * other is missing now; ESMTP_MAP_RULES for none.
 */
static u8 group(struct esmtp_session *s, u8 rule)
{
	const struct esmtp_map *map = s->map;
	u32 i = esmtp_map_first(map, rule);

	if (!keep(s, rule))
		return ESMTP_MAP_RULES;
	for (; s->met >> i & 1; i++)
		if (!map->rules[i].with)
			return (u8)i;
	return ESMTP_MAP_RULES;
}

static bool grouped(const struct esmtp_map *map, u8 rule)
{
	return map->rules[rule].with || esmtp_map_first(map, rule) != rule;
}

static void matched(struct esmtp_feed *f, u8 rule, u32 off, u32 value)
{
	bool all = grouped(f->s->map, rule);
	u8 crit = f->s->map->rules[rule].crit;
	u8 acts = all ? group(f->s, rule) : rule;
	const struct esmtp_rule *r = &f->s->map->rules[acts];
	struct esmtp_event ev = {
		.id = ESMTP_EV_RULE,
		.dir = f->dir,
		.rule = acts,
		.off = off,
		.value = value,
	};

	if (acts == ESMTP_MAP_RULES)
		return;
	if (f->io->event)
		f->io->event(f->io, &ev);
	if (r->act == ESMTP_ACT_DROP || r->act == ESMTP_ACT_RESET ||
	    r->act == ESMTP_ACT_REJECT) {
		f->s->crit = crit;
		esmtp_feed_end(f, ESMTP_RULE_DROP, r->act, r->say);
	}
	if (r->act == ESMTP_ACT_RATE && (all || counts(f->s, rule)))
		rate(f, acts);
}

/* Is it a rule for this criterion and, where it names commands, for this one? */
static bool concerns(const struct esmtp_feed *f, const struct esmtp_rule *r,
		     u8 crit)
{
	if (r->crit != crit)
		return false;
	return crit != ESMTP_CRIT_CMD_VERB_LINE ||
	       (r->verbs >> f->s->cmd.verb & 1);
}

/**
 * esmtp_rule_room() - how much may a value grow before a rule has its say?
 * @map: the map
 * @crit: a criterion with "gt N"
 * @value: the value
 *
 * Return: by how much, at least.
 */
u32 esmtp_rule_room(const struct esmtp_map *map, u8 crit, u32 value)
{
	u32 room = ~0u, i;

	if (map->floor[crit] == ~0u)
		return room;
	for (i = 0; i < map->nrules; i++) {
		const struct esmtp_rule *r = &map->rules[i];

		if (r->crit == crit && !r->negate && r->arg >= value &&
		    r->arg - value < room)
			room = r->arg - value;
	}
	return room;
}

/* @step: bytes of the stream from one value to the next. */
static bool count(struct esmtp_feed *f, u8 crit, u32 from, u32 to, u32 off,
		  u32 step)
{
	const struct esmtp_map *map = f->s->map;
	u32 i;

	if (to <= map->floor[crit])
		return true;
	for (i = 0; i < map->nrules && !f->why; i++) {
		const struct esmtp_rule *r = &map->rules[map->order[i]];

		if (concerns(f, r, crit) && !r->negate && from <= r->arg &&
		    r->arg < to)
			matched(f, map->order[i], off + (r->arg - from) * step,
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
	return count(f, crit, from, to, off, 1);
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
	return count(f, crit, from, to, off, 0);
}

/**
 * esmtp_rule_final() - a counted or measured value grows no more
 * @f: the call
 * @crit: a criterion with "gt N"
 * @value: what it came to
 * @off: stream offset of the byte that shows it
 *
 * This is where "match not ... gt N" can be told.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_final(struct esmtp_feed *f, u8 crit, u32 value, u32 off)
{
	const struct esmtp_map *map = f->s->map;
	u32 i;

	if (!(map->negated >> crit & 1))
		return true;
	for (i = 0; i < map->nrules && !f->why; i++) {
		const struct esmtp_rule *r = &map->rules[map->order[i]];

		if (concerns(f, r, crit) && r->negate && value <= r->arg)
			matched(f, map->order[i], off, value);
	}
	return !f->why;
}

static void next_message(struct esmtp_session *s)
{
	s->met &= s->map->brief | s->map->lasting;
	s->broken = 0;
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
		next_message(f->s);
	for (i = 0; i < map->nrules && !f->why; i++) {
		const struct esmtp_rule *r = &map->rules[i];

		if (r->crit == crit && (r->arg >> member & 1) != r->negate)
			matched(f, (u8)i, off, member);
	}
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
	const struct esmtp_map *map = f->s->map;
	u32 i;

	esmtp_feed_event(f, id, off, value);
	f->s->broken = 1;
	for (i = 0; i < map->nrules && !f->why; i++)
		if (map->rules[i].crit == ESMTP_CRIT_VIOLATION &&
		    !map->rules[i].negate)
			matched(f, (u8)i, off, id);
	return !f->why;
}

/**
 * esmtp_rule_sound() - a message is over
 * @f: the call
 * @off: stream offset of the byte that shows it
 *
 * This is where "match not protocol-violation" can be told.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_sound(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_map *map = f->s->map;
	u32 i;

	if (f->s->broken || !(map->negated >> ESMTP_CRIT_VIOLATION & 1))
		return true;
	for (i = 0; i < map->nrules && !f->why; i++)
		if (map->rules[i].crit == ESMTP_CRIT_VIOLATION &&
		    map->rules[i].negate)
			matched(f, (u8)i, off, 0);
	return !f->why;
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
	matched(f, rule, off, value);
	return !f->why;
}
