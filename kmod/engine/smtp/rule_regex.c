// SPDX-License-Identifier: GPL-2.0
/*
 * Regular expressions as DFAs, advanced by one byte at a time over an address, the lines
 * of a header or a file name. The only state kept between two bytes, and so between two
 * segments, is one state number per rule.
 *
 * esmtp_regex_validate() has proved that no step leads outside of a table.
 */
#include "feed.h"
#include "rule.h"
#include "rule_regex.h"

enum {
	BEFORE,				/* no byte of the text was read yet */
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
static const struct esmtp_rule *get_slot_rule(const struct esmtp_map *m, u32 i, u8 crit)
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

	if (!esmtp_rule_reads(m, crit))
		return 0;
	esmtp_feed_spend(f, ESMTP_COST_WALK * m->nslots);
	for (i = 0; i < m->nslots; i++) {
		r = get_slot_rule(m, i, crit);
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

/* Bytes of @p that an automaton reads without being found; @at is moved over them. */
static u32 run_automaton(const struct esmtp_regex *r, u16 *at, const u8 *p, u32 n)
{
	const u16 *next = r->next;
	u32 state = *at == BEFORE ? r->start : *at - 1u, i;

	for (i = 0; i < n; i++) {
		u32 to = next[state * r->classes + r->class_of[p[i]]];

		if (!to)
			break;
		state = to;
	}
	if (i)
		*at = (u16)(1 + state);
	return i;
}

/* The same for each expression of a criterion: bytes with which none is found. */
static u32 run_automata(const struct esmtp_map *m, u16 *at, u8 crit, const u8 *p, u32 n)
{
	u32 i, run;

	for (i = 0; i < m->nslots; i++) {
		const struct esmtp_rule *r = get_slot_rule(m, i, crit);

		if (!r || at[i] == FOUND)
			continue;
		run = run_automaton(&m->regexes[r->regex], &at[i], p, n);
		if (run < n)
			return run;
	}
	return n;
}

/**
 * esmtp_rule_run() - move all expressions of a criterion on by several bytes
 * @f: the call
 * @crit: a criterion with a regular expression
 * @p: bytes
 * @n: how many
 *
 * The same as byte by byte, one expression after the other.
 *
 * Return: bytes read; with the one behind them an expression is found.
 */
u32 esmtp_rule_run(struct esmtp_feed *f, u8 crit, const u8 *p, u32 n)
{
	const struct esmtp_map *m = f->s->map;
	u16 at[ESMTP_MAP_REGEXES];
	u32 run;

	if (!esmtp_rule_reads(m, crit))
		return n;
	do {
		esmtp_feed_spend(f, ESMTP_COST_WALK / 2 * m->nslots * n);
		memcpy(at, f->s->regex, sizeof(at));
		run = n;
		n = run_automata(m, at, crit, p, run);
	} while (n < run);
	memcpy(f->s->regex, at, sizeof(at));
	return n;
}

/**
 * esmtp_rule_misses() - is no expression of a criterion found in a whole text?
 * @f: the call
 * @crit: a criterion with a regular expression
 * @p: the text
 * @n: its bytes
 *
 * Return: true if so.
 */
bool esmtp_rule_misses(struct esmtp_feed *f, u8 crit, const u8 *p, u32 n)
{
	u16 at[ESMTP_MAP_REGEXES] = { 0 };

	esmtp_feed_spend(f, ESMTP_COST_WALK / 2 * f->s->map->nslots * n);
	return run_automata(f->s->map, at, crit, p, n) == n;
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
		r = get_slot_rule(m, i, crit);
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
		if (get_slot_rule(m, i, crit) && f->s->regex[i] != FOUND)
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
