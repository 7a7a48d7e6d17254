/* SPDX-License-Identifier: GPL-2.0 */
/* Regular expressions in ASA's dialect, and the automata made of them. */
#ifndef _CTL_DFA_H
#define _CTL_DFA_H

#include <fa.h>

#include <esmtp/policy.h>

/**
 * struct dfa - a minimal automaton that finds an expression in a text
 * @states: their number; 0 is "found"
 * @start: before the first byte
 * @classes: kinds of bytes
 * @class_of: kind of each byte
 * @cells: the next state, by state and kind
 */
struct dfa {
	u16 states;
	u16 start;
	u16 classes;
	u8 class_of[256];
	u16 *cells;
};

/* Where an expression is wrong. */
struct regex_error {
	const char *what;
	size_t at;			/* byte of the expression */
};

/* regex.c */
struct fa *regex_parse(const char *text, struct regex_error *err);

/* dfa.c */
struct dfa *dfa_compile(const char *const *text, u32 n, const char **wrong,
			size_t *at);
void dfa_free(struct dfa *dfa);
bool dfa_find(const struct dfa *dfa, const char *s, size_t n);

/* dfa_size.c */
enum { FA_EDGES_MAX = 16384 };	/* transitions of an automaton not yet deterministic */

bool dfa_fits(struct fa *fa, u32 max);
bool fa_joins(struct fa *a, struct fa *b);
bool fa_repeats(struct fa *fa, u32 times);

#endif /* _CTL_DFA_H */
