// SPDX-License-Identifier: GPL-2.0
/*
 * The connections: a hash table of a fixed size. Each chain has a lock, shared with
 * other chains, that is held from the lookup of a connection until its packet has its
 * verdict: packets of one connection may come in several queues.
 *
 * Connections that give way, as they are closed, ended or half-open, are in lists besides:
 * a full table forgets the one that has been so for longest, so neither a flood of SYNs nor
 * one of connections that are opened and reset shuts out anybody who lives.
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
	SWEEPS = 16,			/* steps in which the table is swept */
	ENDED_SECONDS = 300,
	HALF_OPEN_MIN = 2,		/* seconds before eviction, given a choice */
};

struct chain {
	struct flow *first;
};

TAILQ_HEAD(peers, flow);

/**
 * struct shard - the chains of one lock
 * @lock: protects them, and all that follows
 * @weak: by enum flow_life: those that give way, the first is the oldest
 */
struct shard {
	pthread_mutex_t lock;
	struct peers weak[FLOW_WEAK];
};

static struct chain *chains;
static u32 nchains, most, seed;
static atomic_t flows;
static atomic_t weak[FLOW_WEAK];	/* in all shards */
static struct shard shards[LOCKS];

static u32 get_chain_index(const struct chain *chain)
{
	return (u32)(chain - chains);
}

static u32 get_shard_index(const struct chain *chain)
{
	return get_chain_index(chain) % LOCKS;
}

static pthread_mutex_t *get_chain_lock(const struct chain *chain)
{
	return &shards[get_shard_index(chain)].lock;
}

static void init_shard(struct shard *shard)
{
	int life;

	pthread_mutex_init(&shard->lock, NULL);
	for (life = 0; life < FLOW_WEAK; life++)
		TAILQ_INIT(&shard->weak[life]);
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
		init_shard(&shards[i]);
	return chains ? bypassed_init(max) : -ENOMEM;
}

static struct chain *get_chain(const struct flow_key *key)
{
	return &chains[jhash(key, sizeof(*key), seed) % nchains];
}

/**
 * table_lock() - lock the chain of a connection
 * @key: the connection
 *
 * Return: its chain, for table_unlock().
 */
struct chain *table_lock(const struct flow_key *key)
{
	struct chain *chain = get_chain(key);

	pthread_mutex_lock(get_chain_lock(chain));
	return chain;
}

/**
 * table_unlock() - unlock a chain
 * @chain: from table_lock()
 */
void table_unlock(struct chain *chain)
{
	pthread_mutex_unlock(get_chain_lock(chain));
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

static void join_peers(struct flow *flow)
{
	if (flow->life >= FLOW_WEAK)
		return;
	TAILQ_INSERT_TAIL(&shards[flow->shard].weak[flow->life], flow, peers);
	atomic_inc_return(&weak[flow->life]);
}

static void leave_peers(struct flow *flow)
{
	if (flow->life >= FLOW_WEAK)
		return;
	TAILQ_REMOVE(&shards[flow->shard].weak[flow->life], flow, peers);
	atomic_dec(&weak[flow->life]);
}

/**
 * table_live() - a connection's life has changed
 * @flow: the connection, its chain locked
 * @life: what it is now
 */
void table_live(struct flow *flow, enum flow_life life)
{
	if (flow->life == life)
		return;
	leave_peers(flow);
	flow->life = life;
	join_peers(flow);
}

static void unlink_flow(struct flow **at)
{
	struct flow *flow = *at;

	*at = flow->next;
	leave_peers(flow);
	flow_forget(flow);
	free(flow);
	atomic_dec(&flows);
}

/* Is a connection counted for a client that fills the table in which @rival's has no place? */
static bool holds_place(const struct flow *flow, const struct flow *rival)
{
	return flow->share.hosts == rival->share.hosts && flow->share.client &&
	       !flow->share.proved;
}

/* @rival: in whose favour, if not everybody's. */
static bool evict_from_shard(const struct shard *shard, enum flow_life life, u32 now, u32 age,
			     const struct flow *rival)
{
	struct flow *flow = TAILQ_FIRST(&shard->weak[life]);

	if (!flow || now - flow->seen < age || (rival && !holds_place(flow, rival)))
		return false;
	table_remove(get_chain(&flow->key), flow);
	plane_count(life == FLOW_HALF_OPEN ? PLANE_EVICTED : PLANE_GAVE_WAY);
	return true;
}

/*
 * Continues round the shards where the last search ended. Those locked by other threads
 * are skipped: no thread waits for a second lock, so there is no deadlock.
 */
static bool evict(u32 held, enum flow_life life, u32 now, u32 age, const struct flow *rival)
{
	static u32 hand;
	bool found = false;
	int i;

	for (i = 0; i < LOCKS && !found && atomic_read(&weak[life]); i++) {
		u32 at = __atomic_fetch_add(&hand, 1, __ATOMIC_RELAXED) % LOCKS;

		if (at != held && pthread_mutex_trylock(&shards[at].lock))
			continue;
		found = evict_from_shard(&shards[at], life, now, age, rival);
		if (at != held)
			pthread_mutex_unlock(&shards[at].lock);
	}
	return found;
}

/* Makes room in a full table; a mail server answers within HALF_OPEN_MIN seconds. */
static bool make_room(u32 held, u32 now)
{
	return evict(held, FLOW_CLOSED, now, 0, NULL) || evict(held, FLOW_ENDED, now, 0, NULL) ||
	       evict(held, FLOW_HALF_OPEN, now, HALF_OPEN_MIN, NULL) ||
	       evict(held, FLOW_HALF_OPEN, now, 0, NULL);
}

/**
 * table_give_way() - forget a half-open connection in favour of another
 * @flow: the other, its chain locked; the table of its class's clients who have not proved
 *	their address is full
 *
 * Return: false if there is none at hand whose client has a place there.
 */
bool table_give_way(struct flow *flow)
{
	u32 now = flow_clock();
	bool found;

	leave_peers(flow);
	found = evict(flow->shard, FLOW_HALF_OPEN, now, HALF_OPEN_MIN, flow) ||
		evict(flow->shard, FLOW_HALF_OPEN, now, 0, flow);
	join_peers(flow);
	return found;
}

/**
 * table_flows() - how many connections are known?
 *
 * Return: their number.
 */
u32 table_flows(void)
{
	return (u32)atomic_read(&flows);
}

static bool is_table_used_up(void)
{
	return table_flows() >= most;
}

/**
 * table_add() - add a connection
 * @chain: its chain, locked
 * @key: the connection, not in the table
 * @life: how far it is
 * @now: flow_clock()
 *
 * Return: it, all zero but for these and its sides, which nobody knows; or NULL, and errno says
 * whether the table is full (ENOSPC) or there is no memory (ENOMEM).
 */
struct flow *table_add(struct chain *chain, const struct flow_key *key, enum flow_life life,
		       u32 now)
{
	u32 shard = get_shard_index(chain);
	struct flow *flow;

	errno = ENOSPC;
	if (is_table_used_up() && !make_room(shard, now))
		return NULL;
	errno = ENOMEM;
	flow = calloc(1, sizeof(*flow));
	if (!flow)
		return NULL;
	bypassed_forget(key);
	atomic_inc_return(&flows);
	flow->key = *key;
	flow->seen = now;
	flow->shard = shard;
	flow->life = life;
	flow->sides[ESMTP_C2S] = -1;
	flow->sides[ESMTP_S2C] = -1;
	join_peers(flow);
	flow->next = chain->first;
	chain->first = flow;
	return flow;
}

/**
 * table_remove() - remove and free a connection
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

/*
 * Seconds of silence, as conntrack's own timeouts are; what inspection has ended is
 * remembered, as its ends go on sending.
 */
static u32 get_flow_lifetime(const struct flow *flow)
{
	enum esmtp_closing_state end = esmtp_closing_state(&flow->ends);

	switch (flow->life) {
	case FLOW_HALF_OPEN:
		return ct_seconds(CT_SECONDS_HALF_OPEN);
	case FLOW_ENDED:
		return ENDED_SECONDS;
	case FLOW_CLOSED:
		return ct_seconds(end == ESMTP_CLOSING_RESET ? CT_SECONDS_RESET :
							    CT_SECONDS_CLOSED);
	default:
		break;
	}
	if (end == ESMTP_CLOSING_HALF)
		return ct_seconds(CT_SECONDS_HALF_CLOSED);
	return ct_seconds(end == ESMTP_CLOSING_UNACKED ? CT_SECONDS_UNACKED : CT_SECONDS_OPEN);
}

static void sweep_chain(struct chain *chain, u32 now, bool all)
{
	struct flow **at = &chain->first;

	while (*at) {
		if (all || now - (*at)->seen > get_flow_lifetime(*at))
			unlink_flow(at);
		else
			at = &(*at)->next;
	}
}

/* Sweeps every chain of a lock. */
static void sweep_lock(u32 lock, u32 now, bool all)
{
	u32 i;

	pthread_mutex_lock(&shards[lock].lock);
	for (i = lock; i < nchains; i += LOCKS)
		sweep_chain(&chains[i], now, all);
	pthread_mutex_unlock(&shards[lock].lock);
}

/**
 * table_sweep() - remove expired connections from a part of the table
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
	bypassed_exit();
	free(chains);
	chains = NULL;
}

static bool show_flow(struct flow *flow,
		      bool (*fn)(void *ctx, const struct esmtp_conn *c), void *ctx)
{
	struct esmtp_conn c = {
		.real = flow->spec.real,
		.wire = flow->spec.wire,
		.id = flow->id,
		.idle = flow_clock() - flow->seen,
		.uptime = flow_clock() - flow->begun,
		.generation = flow->kp->generation,
		.map = flow->map ? flow->map->name : NULL,
		.packets = flow->packets,
		.clear = &flow->clear,
	};

	strscpy(c.client_if, flow->in, sizeof(c.client_if));
	strscpy(c.server_if, flow->out, sizeof(c.server_if));
	esmtp_view_state(&c, flow->pass, flow->ins);
	return fn(ctx, &c);
}

static bool walk_chain(struct chain *chain,
		       bool (*fn)(void *ctx, const struct esmtp_conn *c), void *ctx)
{
	struct flow *flow;
	bool more = true;

	pthread_mutex_lock(get_chain_lock(chain));
	for (flow = chain->first; more && flow; flow = flow->next)
		if (flow->judged && flow->life != FLOW_CLOSED)
			more = show_flow(flow, fn, ctx);
	pthread_mutex_unlock(get_chain_lock(chain));
	return more;
}

/**
 * esmtp_conn_walk() - visit the connections
 * @net: the namespace
 * @bucket: the chain to begin with; the current one whenever @fn runs
 * @fn: called for each; returns false to stop
 * @ctx: for @fn
 *
 * After a stop, the walk resumes at the beginning of the chain.
 */
void esmtp_conn_walk(struct net *net, u32 *bucket,
		     bool (*fn)(void *ctx, const struct esmtp_conn *c), void *ctx)
{
	(void)net;
	for (; *bucket < nchains; (*bucket)++)
		if (!walk_chain(&chains[*bucket], fn, ctx))
			return;
}
