// SPDX-License-Identifier: GPL-2.0
/*
 * Would an automaton become too large? Making one deterministic can double its
 * size with every character of an expression, and libfa goes on until memory
 * ends. So the states that it would get are counted first, up to a bound, and
 * what libfa is to join is weighed before.
 */
#include "dfa.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

enum {
	BUCKETS = 1 << 12,
	WORK_MAX = 10000000,		/* transitions looked at */
	CELLS_MAX = 4 * ESMTP_DFA_CELLS, /* before it is minimal */
};

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
	u32 *made;			/* the same, in the order it was found in */
	u32 nmade;
	bool anywhere[257];		/* first bytes of ranges of any set */
	u32 ranges;
	u32 work;
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

static void add(struct count *c, u32 number)
{
	if (c->in[number])
		return;
	c->in[number] = true;
	c->made[c->nmade++] = number;
}

static int by_number(const void *a, const void *b)
{
	const u32 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The set that was made, which is empty again behind this. */
static struct subset *take(struct count *c)
{
	struct subset *s = mem_alloc(sizeof(*s) + c->nmade * sizeof(s->v[0]));
	u32 i;

	qsort(c->made, c->nmade, sizeof(c->made[0]), by_number);
	for (i = 0; i < c->nmade; i++) {
		s->v[i] = c->made[i];
		c->in[s->v[i]] = false;
	}
	s->n = c->nmade;
	c->nmade = 0;
	return s;
}

/* Keep the set that was made, if it is a new one. */
static void keep(struct count *c)
{
	struct subset *s = take(c), *old;
	u32 i, hash = 2166136261U;

	for (i = 0; i < s->n; i++)
		hash = (hash ^ s->v[i]) * 16777619U;
	hash = (hash ^ hash >> 15) % BUCKETS;
	for (old = c->bucket[hash]; old; old = old->next)
		if (old->n == s->n &&
		    !memcmp(old->v, s->v, s->n * sizeof(s->v[0])))
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

static void cut_at(struct count *c, bool *cut, u32 byte)
{
	cut[byte] = true;
	c->ranges += !c->anywhere[byte];
	c->anywhere[byte] = true;
}

/* First bytes of the ranges on which a set goes on differently. */
static void cuts(struct count *c, const struct subset *s, bool *cut)
{
	unsigned char min, max;
	struct state *to;
	size_t t;
	u32 i;

	memset(cut, false, 257);
	cut_at(c, cut, 0);
	for (i = 0; i < s->n; i++)
		for (t = 0; !fa_state_trans(c->state[s->v[i]], t, &to, &min,
					    &max); t++) {
			cut_at(c, cut, min);
			cut_at(c, cut, max + 1U);
		}
}

static void step(struct count *c, const struct subset *s, u32 byte)
{
	unsigned char min, max;
	struct state *to;
	size_t t;
	u32 i;

	for (i = 0; i < s->n; i++) {
		for (t = 0; !fa_state_trans(c->state[s->v[i]], t, &to, &min,
					    &max); t++)
			if (min <= byte && byte <= max)
				add(c, number_of(c, to));
		c->work += (u32)t + 1;
	}
	keep(c);
}

static bool small(const struct count *c)
{
	return c->n <= c->max && c->work <= WORK_MAX &&
		c->n * c->ranges <= CELLS_MAX;
}

/**
 * dfa_fits() - has the deterministic form of an automaton few states?
 * @fa: the automaton
 * @max: how many are few
 *
 * Return: false if it has more, minimal or not, or if it takes too long to tell.
 */
bool dfa_fits(struct fa *fa, u32 max)
{
	struct count c = { .max = max };
	bool cut[257];
	u32 i, byte;

	number_states(&c, fa);
	c.queue = mem_array(max, sizeof(struct subset *));
	c.in = mem_array(c.nstates, sizeof(*c.in));
	c.made = mem_array(c.nstates, sizeof(*c.made));
	add(&c, number_of(&c, fa_state_initial(fa)));
	keep(&c);
	for (i = 0; i < c.n && small(&c); i++) {
		cuts(&c, c.queue[i], cut);
		for (byte = 0; byte < 256 && small(&c); byte++)
			if (cut[byte])
				step(&c, c.queue[i], byte);
	}
	for (i = 0; i < c.n && i < max; i++)
		free(c.queue[i]);
	free(c.queue);
	free(c.made);
	free(c.in);
	free(c.state);
	return small(&c);
}

struct weight {
	u64 edges;
	u64 ends;			/* states that accept */
	u64 begins;			/* transitions of the first state */
};

static struct weight weigh(struct fa *fa)
{
	struct state *s = fa_state_initial(fa);
	struct weight w = { .begins = fa_state_num_trans(s) };

	for (; s; s = fa_state_next(s)) {
		w.edges += fa_state_num_trans(s);
		w.ends += !!fa_state_is_accepting(s);
	}
	return w;
}

/**
 * fa_joins() - may two automata become one?
 * @a: the first
 * @b: the second, behind it or beside it
 *
 * What accepts in @a goes on as @b begins, so that transitions can multiply.
 *
 * Return: false if that is too large a work.
 */
bool fa_joins(struct fa *a, struct fa *b)
{
	struct weight x = weigh(a), y = weigh(b);

	return x.edges + y.edges + (x.ends + 1) * y.begins <= FA_EDGES_MAX;
}

/**
 * fa_repeats() - may an automaton be repeated?
 * @fa: the automaton
 * @times: how often
 *
 * Where nothing is enough for it, each of its ends begins all that follow.
 *
 * Return: false if that is too large a work.
 */
bool fa_repeats(struct fa *fa, u32 times)
{
	bool nothing = fa_state_is_accepting(fa_state_initial(fa));
	struct weight w = weigh(fa);
	u64 follow = nothing ? times * (times + 1ULL) / 2 : times;

	return times * w.edges + follow * w.ends * w.begins <= FA_EDGES_MAX;
}
