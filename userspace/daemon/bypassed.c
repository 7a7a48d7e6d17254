// SPDX-License-Identifier: GPL-2.0
/*
 * Connections for which the table had no place. Those that began when it was full, and pass
 * as the policy's overload said, do so to their end, whatever room there is by then; those
 * that are older than the inspection are what its pickup says. A number is kept of each, in
 * a set that its key tells, so what a flood can take is bounded: of more than a set has
 * places for, the latest are known. A flood takes no place of an older connection.
 */
#include <errno.h>
#include <stdlib.h>

#include <linux/jhash.h>
#include <linux/random.h>

#include "flow.h"

enum {
	PLACES = 8,			/* of a set: a cache line */
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
	nsets = SETS_MIN + max / 4;
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

/* What is in its place, which is set, or 0. Others may take that meanwhile. */
static u64 find(u64 number, u64 **place)
{
	u64 found, *set = get_set(number);
	int i;

	for (i = 0; i < PLACES; i++) {
		found = __atomic_load_n(&set[i], __ATOMIC_RELAXED);
		*place = &set[i];
		if ((found & ~(u64)OLDER) == number)
			return found;
	}
	return 0;
}

/**
 * bypassed_add() - remember a connection that has no place in the table
 * @key: the connection; it is not in the table
 * @older: it is older than the inspection
 *
 * The latest come first, but those that are not older only push each other on.
 *
 * Context: any thread; the lock of its chain is held.
 * Return: false if one that is older is forgotten for it, or itself finds no place.
 */
bool bypassed_add(const struct flow_key *key, bool older)
{
	u64 number = get_number(key), *set = get_set(number), was;
	int i;

	bypassed_forget(key);
	number |= older ? OLDER : 0;
	for (i = 0; i < PLACES && number; i++) {
		was = __atomic_load_n(&set[i], __ATOMIC_RELAXED);
		if (!(number & OLDER) && was & OLDER)
			continue;
		if (__atomic_compare_exchange_n(&set[i], &was, number, false,
						__ATOMIC_RELAXED, __ATOMIC_RELAXED))
			number = was;
	}
	return !older || !(number & OLDER);
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
	u64 *place, found = find(get_number(key), &place);

	if (!found)
		return BYPASSED_NOT;
	return found & OLDER ? BYPASSED_OLDER : BYPASSED_OVERLOAD;
}

/**
 * bypassed_forget() - another connection begins between the same ends, in the table
 * @key: the connection
 *
 * Context: any thread; the lock of its chain is held.
 */
void bypassed_forget(const struct flow_key *key)
{
	u64 *place, found = find(get_number(key), &place);

	/* another that has come meanwhile stays */
	if (found)
		__atomic_compare_exchange_n(place, &found, 0, false, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED);
}
