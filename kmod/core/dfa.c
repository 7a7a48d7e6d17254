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
	const struct esmtp_map *m = f->s->map;
	const struct esmtp_regex *regex;
	const struct esmtp_rule *r;
	u16 *at;
	u32 i;

	for (i = 0; i < m->nslots && !f->why; i++) {
		at = &f->s->regex[i];
		r = rule_at(m, i, crit);
		if (!r || *at == FOUND)
			continue;
		regex = &m->regexes[r->regex];
		*at = 1 + esmtp_regex_step(regex, *at == BEFORE ? regex->start :
						  *at - 1, c);
		if (*at == FOUND && !r->negate)
			esmtp_rule_matched(f, m->slots[i], off, 0);
	}
	return !f->why;
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
 * esmtp_rule_end() - a text has ended
 * @f: the call
 * @crit: a criterion with a regular expression
 * @off: stream offset of the byte that shows it
 *
 * This is where "match not ... regex" can be told.
 *
 * Return: false if the connection ends, with f->why set.
 */
bool esmtp_rule_end(struct esmtp_feed *f, u8 crit, u32 off)
{
	const struct esmtp_map *m = f->s->map;
	const struct esmtp_rule *r;
	u32 i;

	for (i = 0; i < m->nslots && !f->why; i++) {
		r = rule_at(m, i, crit);
		if (!r)
			continue;
		if (r->negate && f->s->regex[i] != FOUND)
			esmtp_rule_matched(f, m->slots[i], off, 0);
		f->s->regex[i] = BEFORE;
	}
	return !f->why;
}
