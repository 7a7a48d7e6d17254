// SPDX-License-Identifier: GPL-2.0
/*
 * Connections for which the table had no place. Those that began when it was full, and pass
 * as the policy's overload said, do so to their end, whatever room there is by then; those
 * that are older than the inspection are what its pickup says. A number is kept of each, in
 * a set that its key tells, so what a flood can take is bounded: of more than a set has
 * places for, the latest are known.
 */
#include <errno.h>
#include <stdlib.h>

#include <linux/jhash.h>
#include <linux/random.h>

#include "flow.h"

enum {
	PLACES = 4,			/* of a set */
	TAKEN = 1,			/* in a number: it is one */
	OLDER = 2,			/* and its connection is older than the inspection */
	SETS_MIN = 16384,
};

struct set {
	u64 numbers[PLACES];		/* the latest first; 0 for none */
};

static struct set *sets;
static u32 nsets, seeds[2];

/**
 * bypassed_init() - none has passed
 * @max: connections that the table holds; more than that are remembered
 *
 * Context: one thread, before there are others.
 * Return: 0 or -ENOMEM.
 */
int bypassed_init(u32 max)
{
	nsets = SETS_MIN + max / PLACES;
	seeds[0] = get_random_u32();
	seeds[1] = get_random_u32();
	sets = calloc(nsets, sizeof(*sets));
	return sets ? 0 : -ENOMEM;
}

/**
 * bypassed_exit() - free what is remembered
 */
void bypassed_exit(void)
{
	free(sets);
	sets = NULL;
}

static u64 get_number(const struct flow_key *key)
{
	u64 high = jhash(key, sizeof(*key), seeds[0]);

	return ((high << 32 | jhash(key, sizeof(*key), seeds[1])) & ~(u64)OLDER) | TAKEN;
}

static u64 *get_set(u64 number)
{
	return sets[(u32)(number >> 32) % nsets].numbers;
}

/* Its place, or NULL. Others may move it meanwhile: then it is one that was overtaken. */
static u64 *find(u64 number)
{
	u64 *set = get_set(number);
	int i;

	for (i = 0; i < PLACES; i++)
		if ((__atomic_load_n(&set[i], __ATOMIC_RELAXED) & ~(u64)OLDER) == number)
			return &set[i];
	return NULL;
}

/**
 * bypassed_add() - remember a connection that has no place in the table
 * @key: the connection; it is not in the table
 * @older: it is older than the inspection
 *
 * Context: any thread; the lock of its chain is held.
 */
void bypassed_add(const struct flow_key *key, bool older)
{
	u64 number = get_number(key), *set = get_set(number);
	int i;

	bypassed_forget(key);
	number |= older ? OLDER : 0;
	for (i = 0; i < PLACES; i++)
		number = __atomic_exchange_n(&set[i], number, __ATOMIC_RELAXED);
}

/**
 * bypassed_find() - is a connection one that had no place in the table?
 * @key: the connection; it is not in the table
 *
 * Context: any thread.
 * Return: why that is no fault of its own, or BYPASSED_NOT.
 */
enum bypassed bypassed_find(const struct flow_key *key)
{
	const u64 *place = find(get_number(key));

	if (!place)
		return BYPASSED_NOT;
	return __atomic_load_n(place, __ATOMIC_RELAXED) & OLDER ? BYPASSED_OLDER :
								  BYPASSED_OVERLOAD;
}

/**
 * bypassed_forget() - another connection begins between the same ends, in the table
 * @key: the connection
 *
 * Context: any thread; the lock of its chain is held.
 */
void bypassed_forget(const struct flow_key *key)
{
	u64 *place = find(get_number(key)), number;

	if (!place)
		return;
	number = __atomic_load_n(place, __ATOMIC_RELAXED);
	/* another that has come meanwhile stays */
	if ((number & ~(u64)OLDER) == get_number(key))
		__atomic_compare_exchange_n(place, &number, 0, false, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED);
}
