// SPDX-License-Identifier: GPL-2.0
/*
 * Regular expressions, walked one byte at a time as the protocol shows a text:
 * an address, the lines of a header, the name of a file. However the text is cut
 * into segments, what is left between two bytes is one number for each rule.
 *
 * esmtp_regex_check() has proved that no step leads outside of a table.
 */
#include "internal.h"

enum {
	BEFORE,				/* of a session: no byte was read yet */
	FOUND,				/* 1 + state 0; other states likewise */
};

/**
 * esmtp_regex_step() - read one byte
 * @r: regular expression of a sealed policy
 * @state: before it, one of @r's
 * @c: the byte
 *
 * Context: any.
 * Return: the state after it; 0 once the expression was found.
 */
u16 esmtp_regex_step(const struct esmtp_regex *r, u16 state, u8 c)
{
	return r->next[(u32)state * r->classes + r->class_of[c]];
}

/* The rule of slot @i, if it is one for this criterion. */
static const struct esmtp_rule *rule_at(const struct esmtp_map *m, u32 i, u8 crit)
{
	const struct esmtp_rule *r = &m->rules[m->slots[i]];

	return r->crit == crit ? r : NULL;
}

/**
 * esmtp_rule_walk() - move all expressions of a criterion on by one byte
 * @f: the call
 * @at: where each is, by slot
 * @crit: a criterion with a regular expression
 * @c: the byte
 *
 * Return: the slots whose expression is found with this byte, as bits.
 */
u32 esmtp_rule_walk(struct esmtp_feed *f, u16 *at, u8 crit, u8 c)
{
	const struct esmtp_map *m = f->s->map;
	const struct esmtp_regex *regex;
	const struct esmtp_rule *r;
	u32 i, found = 0;

	for (i = 0; i < m->nslots; i++) {
		r = rule_at(m, i, crit);
		if (!r || at[i] == FOUND)
			continue;
		regex = &m->regexes[r->regex];
		at[i] = 1 + esmtp_regex_step(regex, at[i] == BEFORE ? regex->start :
						    at[i] - 1, c);
		if (at[i] == FOUND)
			found |= 1u << i;
	}
	return found;
}

/**
 * esmtp_rule_found() - the expressions of some rules were found
 * @f: the call
 * @slots: theirs, as bits; "match not" is not concerned
 * @off: stream offset of the byte that showed it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_found(struct esmtp_feed *f, u32 slots, u32 off)
{
	const struct esmtp_map *m = f->s->map;
	u32 i;

	for (i = 0; slots >> i && !f->why; i++)
		if ((slots >> i & 1) && !m->rules[m->slots[i]].negate)
			esmtp_rule_matched(f, m->slots[i], off, 0);
	return !f->why;
}

/**
 * esmtp_rule_has() - which expressions were found so far?
 * @f: the call
 * @at: where each is, by slot
 *
 * Return: their slots, as bits.
 */
u32 esmtp_rule_has(const struct esmtp_feed *f, const u16 *at)
{
	u32 i, found = 0;

	for (i = 0; i < f->s->map->nslots; i++)
		found |= (u32)(at[i] == FOUND) << i;
	return found;
}

/**
 * esmtp_rule_over() - a text has ended
 * @f: the call
 * @at: where each expression is, by slot
 * @crit: a criterion with a regular expression
 * @off: stream offset of the byte that shows it
 *
 * This is where "match not ... regex" can be told.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_over(struct esmtp_feed *f, u16 *at, u8 crit, u32 off)
{
	const struct esmtp_map *m = f->s->map;
	const struct esmtp_rule *r;
	u32 i;

	for (i = 0; i < m->nslots && !f->why; i++) {
		r = rule_at(m, i, crit);
		if (!r)
			continue;
		if (r->negate && at[i] != FOUND)
			esmtp_rule_matched(f, m->slots[i], off, 0);
		at[i] = BEFORE;
	}
	return !f->why;
}

/**
 * esmtp_rule_byte() - the protocol shows one byte of a text
 * @f: the call
 * @crit: a criterion with a regular expression, which says what text it is
 * @c: the byte
 * @off: its stream offset
 *
 * A rule matches on the byte with which its expression is found, once a text.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_byte(struct esmtp_feed *f, u8 crit, u8 c, u32 off)
{
	return esmtp_rule_found(f, esmtp_rule_walk(f, f->s->regex, crit, c), off);
}

/**
 * esmtp_rule_restart() - another line of the same text begins
 * @f: the call
 * @crit: a criterion with a regular expression
 *
 * "^" is the beginning of each line. What was found stays found.
 */
void esmtp_rule_restart(struct esmtp_feed *f, u8 crit)
{
	const struct esmtp_map *m = f->s->map;
	u32 i;

	for (i = 0; i < m->nslots; i++)
		if (rule_at(m, i, crit) && f->s->regex[i] != FOUND)
			f->s->regex[i] = BEFORE;
}

/**
 * esmtp_rule_end() - the text of esmtp_rule_byte() has ended
 * @f: the call
 * @crit: a criterion with a regular expression
 * @off: stream offset of the byte that shows it
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_end(struct esmtp_feed *f, u8 crit, u32 off)
{
	return esmtp_rule_over(f, f->s->regex, crit, off);
}
