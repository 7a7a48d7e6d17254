// SPDX-License-Identifier: GPL-2.0
/*
 * Would an automaton become too large? Making one deterministic can double its
 * size with every character of an expression, and libfa goes on until memory
 * ends. So the states that it would get are counted first, up to a bound.
 */
#include "dfa.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1 << 12 };

/* A state of the deterministic automaton: a set of states of the other. */
struct subset {
	struct subset *next;		/* in its bucket */
	u32 n;
	u32 v[];			/* ascending */
};

struct count {
	struct state **state;		/* of the automaton, by number */
	u32 nstates;
	struct subset *bucket[BUCKETS];
	struct subset **queue;
	u32 n, max;
	bool *in;			/* by number: the set being made */
};

static int by_address(const void *a, const void *b)
{
	const struct state *const *x = a;
	const struct state *const *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void number_states(struct count *c, struct fa *fa)
{
	struct state *s;

	for (s = fa_state_initial(fa); s; s = fa_state_next(s))
		c->nstates++;
	c->state = mem_array(c->nstates, sizeof(struct state *));
	c->nstates = 0;
	for (s = fa_state_initial(fa); s; s = fa_state_next(s))
		c->state[c->nstates++] = s;
	qsort(c->state, c->nstates, sizeof(struct state *), by_address);
}

static u32 number_of(const struct count *c, struct state *s)
{
	struct state **at = bsearch(&s, c->state, c->nstates,
				    sizeof(struct state *), by_address);

	return (u32)(at - c->state);
}

/* Keep the set in @c->in, if it is a new one. */
static void keep(struct count *c)
{
	struct subset *s, *old;
	u32 i, n = 0, hash = 2166136261U;

	for (i = 0; i < c->nstates; i++)
		n += c->in[i];
	s = mem_alloc(sizeof(*s) + n * sizeof(s->v[0]));
	for (i = 0; i < c->nstates; i++)
		if (c->in[i])
			s->v[s->n++] = i;
	for (i = 0; i < n; i++)
		hash = (hash ^ s->v[i]) * 16777619U;
	hash = (hash ^ hash >> 15) % BUCKETS;
	for (old = c->bucket[hash]; old; old = old->next)
		if (old->n == n && !memcmp(old->v, s->v, n * sizeof(s->v[0])))
			break;
	if (old || c->n == c->max) {
		c->n += !old;
		free(s);
		return;
	}
	s->next = c->bucket[hash];
	c->bucket[hash] = s;
	c->queue[c->n++] = s;
}

/* First bytes of the ranges on which a set goes on differently. */
static void cuts(const struct count *c, const struct subset *s, bool *cut)
{
	unsigned char min, max;
	struct state *to;
	size_t t;
	u32 i;

	memset(cut, false, 257);
	cut[0] = true;
	for (i = 0; i < s->n; i++)
		for (t = 0; !fa_state_trans(c->state[s->v[i]], t, &to, &min,
					    &max); t++) {
			cut[min] = true;
			cut[max + 1] = true;
		}
}

static void step(struct count *c, const struct subset *s, u32 byte)
{
	unsigned char min, max;
	struct state *to;
	size_t t;
	u32 i;

	memset(c->in, false, c->nstates);
	for (i = 0; i < s->n; i++)
		for (t = 0; !fa_state_trans(c->state[s->v[i]], t, &to, &min,
					    &max); t++)
			if (min <= byte && byte <= max)
				c->in[number_of(c, to)] = true;
	keep(c);
}

/**
 * dfa_fits() - has the deterministic form of an automaton few states?
 * @fa: the automaton
 * @max: how many are few
 *
 * Return: false if it has more, minimal or not.
 */
bool dfa_fits(struct fa *fa, u32 max)
{
	struct count c = { .max = max };
	bool cut[257];
	u32 i, byte;

	number_states(&c, fa);
	c.queue = mem_array(max, sizeof(struct subset *));
	c.in = mem_array(c.nstates, sizeof(*c.in));
	c.in[number_of(&c, fa_state_initial(fa))] = true;
	keep(&c);
	for (i = 0; i < c.n && c.n <= max; i++) {
		cuts(&c, c.queue[i], cut);
		for (byte = 0; byte < 256 && c.n <= max; byte++)
			if (cut[byte])
				step(&c, c.queue[i], byte);
	}
	for (i = 0; i < c.n && i < max; i++)
		free(c.queue[i]);
	free(c.queue);
	free(c.in);
	free(c.state);
	return c.n <= max;
}
