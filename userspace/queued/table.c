// SPDX-License-Identifier: GPL-2.0
/*
 * The connections: a hash table whose size is told and fixed. Each chain has a lock,
 * shared with some others, that is held from finding a connection to the end of a
 * packet's way: packets of one connection may come in several queues.
 *
 * When the table is full a connection that is half open gives way: a flood of SYNs
 * keeps no mail out but what it crowds out of the kernel's own tables.
 */
#include <errno.h>
#include <pthread.h>

#include <linux/jhash.h>
#include <linux/random.h>

#include "ct.h"
#include "flow.h"
#include "plane.h"

enum {
	LOCKS = 256,
	SWEEPS = 16,			/* a table is swept in so many steps */
	HALF_OPEN_MIN = 2,		/* seconds that are granted, if there is a choice */
	SEARCHED = 1024,		/* chains, for a connection that is half open */
};

struct chain {
	struct flow *first;
};

static struct chain *chains;
static u32 nchains, most, seed;
static atomic_t flows;
static pthread_mutex_t locks[LOCKS];

static u32 index_of(const struct chain *chain)
{
	return (u32)(chain - chains);
}

static pthread_mutex_t *lock_of(const struct chain *chain)
{
	return &locks[index_of(chain) % LOCKS];
}

/**
 * table_init() - make an empty table
 * @max: connections that it holds
 *
 * Return: 0 or -ENOMEM.
 */
int table_init(u32 max)
{
	int i;

	for (nchains = LOCKS; nchains < max; nchains *= 2)
		;
	most = max;
	seed = get_random_u32();
	chains = calloc(nchains, sizeof(*chains));
	for (i = 0; i < LOCKS; i++)
		pthread_mutex_init(&locks[i], NULL);
	return chains ? 0 : -ENOMEM;
}

/**
 * table_lock() - hold others off a connection
 * @key: the connection
 *
 * Return: its chain, for table_unlock().
 */
struct chain *table_lock(const struct flow_key *key)
{
	struct chain *chain = &chains[jhash(key, sizeof(*key), seed) % nchains];

	pthread_mutex_lock(lock_of(chain));
	return chain;
}

/**
 * table_unlock() - let others go on
 * @chain: from table_lock()
 */
void table_unlock(struct chain *chain)
{
	pthread_mutex_unlock(lock_of(chain));
}

/**
 * table_find() - find a connection
 * @chain: its chain, locked
 * @key: the connection
 *
 * Return: it, or NULL.
 */
struct flow *table_find(struct chain *chain, const struct flow_key *key)
{
	struct flow *flow = chain->first;

	while (flow && memcmp(&flow->key, key, sizeof(*key)) != 0)
		flow = flow->next;
	return flow;
}

static void unlink_flow(struct flow **at)
{
	struct flow *flow = *at;

	*at = flow->next;
	flow_forget(flow);
	free(flow);
	atomic_dec(&flows);
}

static bool evict_from(struct chain *chain, u32 now, u32 age)
{
	struct flow **at;

	for (at = &chain->first; *at; at = &(*at)->next)
		if ((*at)->life == FLOW_HALF_OPEN && now - (*at)->seen >= age) {
			unlink_flow(at);
			plane_count(PLANE_EVICTED);
			return true;
		}
	return false;
}

/*
 * Go on round the table from where the last search ended. Chains that others are
 * busy with are passed over: nobody waits for a second lock.
 */
static bool evict(const struct chain *held, u32 now, u32 age)
{
	static u32 hand;
	bool found = false;
	int i;

	for (i = 0; i < SEARCHED && !found; i++) {
		struct chain *chain = &chains[__atomic_fetch_add(&hand, 1, __ATOMIC_RELAXED) %
					      nchains];
		bool mine = lock_of(chain) == lock_of(held);

		if (!READ_ONCE(chain->first) || (!mine && pthread_mutex_trylock(lock_of(chain))))
			continue;
		found = evict_from(chain, now, age);
		if (!mine)
			table_unlock(chain);
	}
	return found;
}

/**
 * table_add() - begin to remember a connection
 * @chain: its chain, locked
 * @key: the connection, not in the table
 * @now: flow_clock()
 *
 * Return: it, all zero but for its key; or NULL if the table is full or there is no
 * memory.
 */
struct flow *table_add(struct chain *chain, const struct flow_key *key, u32 now)
{
	struct flow *flow;

	/* a mail server answers sooner than that */
	if (table_full() && !evict(chain, now, HALF_OPEN_MIN) && !evict(chain, now, 0))
		return NULL;
	flow = calloc(1, sizeof(*flow));
	if (!flow)
		return NULL;
	atomic_inc_return(&flows);
	flow->key = *key;
	flow->seen = now;
	flow->next = chain->first;
	chain->first = flow;
	return flow;
}

/**
 * table_remove() - forget a connection
 * @chain: its chain, locked
 * @flow: the connection
 */
void table_remove(struct chain *chain, struct flow *flow)
{
	struct flow **at = &chain->first;

	while (*at != flow)
		at = &(*at)->next;
	unlink_flow(at);
}

/**
 * table_full() - does the table hold as many connections as it may?
 *
 * Return: true if so; a hint, for others may change it.
 */
bool table_full(void)
{
	return (u32)atomic_read(&flows) >= most;
}

/* Conntrack forgets an idle connection after its own time, so do we. */
static u32 lifetime(const struct flow *flow)
{
	static const u32 seconds[FLOW_LIVES] = {
		[FLOW_HALF_OPEN] = 120,
		[FLOW_CLOSING] = 120,
		[FLOW_ENDED] = 300,
	};

	return flow->life == FLOW_OPEN ? ct_established_seconds() :
					 seconds[flow->life];
}

static void sweep_chain(struct chain *chain, u32 now, bool all)
{
	struct flow **at = &chain->first;

	while (*at) {
		if (all || now - (*at)->seen > lifetime(*at))
			unlink_flow(at);
		else
			at = &(*at)->next;
	}
}

/* Every chain of a lock in turn. */
static void sweep_lock(u32 lock, u32 now, bool all)
{
	u32 i;

	pthread_mutex_lock(&locks[lock]);
	for (i = lock; i < nchains; i += LOCKS)
		sweep_chain(&chains[i], now, all);
	pthread_mutex_unlock(&locks[lock]);
}

/**
 * table_sweep() - forget the connections that are over, in a part of the table
 * @now: flow_clock()
 *
 * Context: the control thread, about once a second; SWEEPS calls see all.
 */
void table_sweep(u32 now)
{
	static u32 step;
	u32 i;

	for (i = step++ % SWEEPS; i < LOCKS; i += SWEEPS)
		sweep_lock(i, now, false);
}

/**
 * table_exit() - forget all connections
 */
void table_exit(void)
{
	u32 i;

	for (i = 0; chains && i < LOCKS; i++)
		sweep_lock(i, 0, true);
	free(chains);
	chains = NULL;
}

static bool show(const struct flow *flow,
		 bool (*fn)(void *ctx, const struct esmtp_conn *c), void *ctx)
{
	struct esmtp_conn c = {
		.real = flow->spec.real,
		.map = flow->map ? flow->map->name : NULL,
		.packets = flow->packets,
	};

	esmtp_view_state(&c, flow->pass, flow->ins);
	return fn(ctx, &c);
}

static bool walk_chain(struct chain *chain,
		       bool (*fn)(void *ctx, const struct esmtp_conn *c), void *ctx)
{
	const struct flow *flow;
	bool more = true;

	pthread_mutex_lock(lock_of(chain));
	for (flow = chain->first; more && flow; flow = flow->next)
		if (flow->judged && flow->life != FLOW_CLOSING)
			more = show(flow, fn, ctx);
	pthread_mutex_unlock(lock_of(chain));
	return more;
}

/**
 * esmtp_flow_walk() - visit the connections
 * @net: the namespace
 * @bucket: the chain to begin with, and the one at hand whenever @fn runs
 * @fn: called for each; returns false to stop
 * @ctx: for @fn
 *
 * A chain is visited again from its beginning when the walk goes on after a stop.
 */
void esmtp_flow_walk(struct net *net, u32 *bucket,
		     bool (*fn)(void *ctx, const struct esmtp_conn *c), void *ctx)
{
	(void)net;
	for (; *bucket < nchains; (*bucket)++)
		if (!walk_chain(&chains[*bucket], fn, ctx))
			return;
}
