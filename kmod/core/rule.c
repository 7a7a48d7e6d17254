// SPDX-License-Identifier: GPL-2.0
/*
 * What the rules of an inspection map make of a value that the protocol shows.
 * Knows actions, not packets.
 */
#include "internal.h"

static void matched(struct esmtp_feed *f, u8 rule, u32 off, u32 value)
{
	const struct esmtp_rule *r = &f->s->map->rules[rule];
	struct esmtp_event ev = {
		.id = ESMTP_EV_RULE,
		.dir = f->dir,
		.rule = rule,
		.off = off,
		.value = value,
	};

	if (f->io->event)
		f->io->event(f->io, &ev);
	if (r->act == ESMTP_ACT_DROP || r->act == ESMTP_ACT_RESET ||
	    r->act == ESMTP_ACT_REJECT)
		esmtp_feed_end(f, ESMTP_RULE_DROP, r->act, r->say);
}

/**
 * esmtp_rule_count() - a counted or measured value has grown
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
bool esmtp_rule_count(struct esmtp_feed *f, u8 crit, u32 from, u32 to, u32 off)
{
	const struct esmtp_map *map = f->s->map;
	u32 i;

	if (to <= map->floor[crit])
		return true;
	for (i = 0; i < map->nrules && !f->why; i++) {
		const struct esmtp_rule *r = &map->rules[map->order[i]];

		if (r->crit == crit && from <= r->arg && r->arg < to)
			matched(f, map->order[i], off + (r->arg - from),
				r->arg + 1);
	}
	return !f->why;
}

/**
 * esmtp_rule_keyword() - a line of an EHLO reply was read
 * @f: the call
 * @keyword: enum esmtp_keyword
 * @off: stream offset of the line's end
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_keyword(struct esmtp_feed *f, u8 keyword, u32 off)
{
	const struct esmtp_map *map = f->s->map;
	u32 i;

	for (i = 0; i < map->nrules && !f->why; i++) {
		const struct esmtp_rule *r = &map->rules[i];

		if (r->crit == ESMTP_CRIT_EHLO_PARAM && (r->arg >> keyword & 1))
			matched(f, (u8)i, off, keyword);
	}
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
