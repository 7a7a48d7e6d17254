// SPDX-License-Identifier: GPL-2.0
/* Minimal automata of libfa to tables. */
#include "dfa.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

enum {
	FOUND,				/* state 0 */
	STUCK,				/* state 1: never found any more */
	OTHERS,
	NO_STATE = 0xffff,
};

/* A table while it is filled, a cell for each byte. */
struct table {
	u16 (*row)[256];
	u32 n;
	struct state **state;
};

static u16 number_of(const struct table *t, struct state *s)
{
	u32 i;

	if (fa_state_is_accepting(s))
		return FOUND;
	for (i = OTHERS; i < t->n; i++)
		if (t->state[i] == s)
			return (u16)i;
	return STUCK;
}

static void fill(struct table *t, u32 row)
{
	unsigned char min, max;
	struct state *to;
	u16 number;
	size_t i;
	u32 c;

	for (c = 0; c < 256; c++)
		t->row[row][c] = STUCK;
	for (i = 0; !fa_state_trans(t->state[row], i, &to, &min, &max); i++) {
		number = number_of(t, to);
		for (c = min; c <= max; c++)
			t->row[row][c] = number;
	}
}

static void read_states(struct table *t, struct fa *fa)
{
	struct state *s;
	u32 i;

	t->n = OTHERS;
	for (s = fa_state_initial(fa); s; s = fa_state_next(s))
		t->n += !fa_state_is_accepting(s);
	t->row = mem_array(t->n, sizeof(*t->row));
	t->state = mem_array(t->n, sizeof(struct state *));
	i = OTHERS;
	for (s = fa_state_initial(fa); s; s = fa_state_next(s))
		if (!fa_state_is_accepting(s))
			t->state[i++] = s;
	for (i = 0; i < 256; i++) {
		t->row[FOUND][i] = FOUND;
		t->row[STUCK][i] = STUCK;
	}
	for (i = OTHERS; i < t->n; i++)
		fill(t, i);
}

static bool same_column(const struct table *t, u32 a, u32 b)
{
	u32 i;

	for (i = 0; i < t->n; i++)
		if (t->row[i][a] != t->row[i][b])
			return false;
	return true;
}

/* Bytes that every state treats alike are of one kind. */
static void classify(const struct table *t, struct dfa *dfa, u8 *first)
{
	u32 c, k;

	for (c = 0; c < 256; c++) {
		for (k = 0; k < dfa->classes; k++)
			if (same_column(t, first[k], c))
				break;
		if (k == dfa->classes)
			first[dfa->classes++] = (u8)c;
		dfa->class_of[c] = (u8)k;
	}
}

static struct dfa *compress(const struct table *t, u16 start)
{
	struct dfa *dfa = mem_alloc(sizeof(*dfa));
	u8 first[256] = { 0 };
	u32 i, k;

	dfa->states = (u16)t->n;
	dfa->start = start;
	classify(t, dfa, first);
	dfa->cells = mem_array((size_t)t->n * dfa->classes, sizeof(*dfa->cells));
	for (i = 0; i < t->n; i++)
		for (k = 0; k < dfa->classes; k++)
			dfa->cells[i * dfa->classes + k] = t->row[i][first[k]];
	return dfa;
}

static struct dfa *tabulate(struct fa *fa)
{
	struct table t = { .n = 0 };
	struct dfa *dfa;

	read_states(&t, fa);
	dfa = compress(&t, number_of(&t, fa_state_initial(fa)));
	free(t.row);
	free(t.state);
	if ((u32)dfa->states * dfa->classes <= ESMTP_DFA_CELLS)
		return dfa;
	dfa_free(dfa);
	return NULL;
}

static const char large[] =
	"the regular expression is too large: its automaton has more than 4096 states or 65536 transitions";

/* Takes both. */
static struct fa *either(struct fa *a, struct fa *b)
{
	struct fa *both = NULL;

	if (fa_joins(a, b))
		both = mem_there(fa_union(a, b));
	fa_free(a);
	fa_free(b);
	return both;
}

static struct fa *parse_all(const char *const *text, u32 n, const char **wrong,
			    size_t *at)
{
	struct fa *fa = mem_there(fa_make_basic(FA_EMPTY)), *one;
	struct regex_error err;
	u32 i;

	for (i = 0; i < n && fa; i++) {
		one = regex_parse(text[i], &err);
		if (!one) {
			*wrong = err.what;
			if (at)
				*at = err.at;
			fa_free(fa);
			return NULL;
		}
		fa = either(fa, one);
	}
	if (!fa)
		*wrong = large;
	return fa;
}

/**
 * dfa_compile() - make the automaton that finds one of some expressions
 * @text: the expressions
 * @n: their number
 * @wrong: why there is none
 * @at: byte of the expression at which it is wrong, may be NULL
 *
 * Return: the automaton, for dfa_free(), or NULL.
 */
struct dfa *dfa_compile(const char *const *text, u32 n, const char **wrong,
			size_t *at)
{
	struct fa *fa;
	struct dfa *dfa = NULL;

	if (at)
		*at = 0;
	fa = parse_all(text, n, wrong, at);
	if (!fa)
		return NULL;
	if (dfa_fits(fa, ESMTP_DFA_STATES - OTHERS) && !fa_minimize(fa))
		dfa = tabulate(fa);
	if (!dfa)
		*wrong = large;
	fa_free(fa);
	return dfa;
}

/**
 * dfa_free() - free an automaton
 * @dfa: the automaton, or NULL
 */
void dfa_free(struct dfa *dfa)
{
	if (dfa)
		free(dfa->cells);
	free(dfa);
}

/**
 * dfa_find() - is the expression found in a text?
 * @dfa: its automaton
 * @s: the text
 * @n: bytes of it
 *
 * Return: true if it is.
 */
bool dfa_find(const struct dfa *dfa, const char *s, size_t n)
{
	u16 state = dfa->start;
	size_t i;

	for (i = 0; i < n && state != FOUND; i++)
		state = dfa->cells[state * dfa->classes +
				   dfa->class_of[(u8)s[i]]];
	return state == FOUND;
}
