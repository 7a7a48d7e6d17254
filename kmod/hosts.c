// SPDX-License-Identifier: GPL-2.0
/*
 * Connections of each host under one `set connection`: exact on any number of
 * CPUs, for a host is looked up and counted under one lock. A host is kept while
 * it has connections, or has had half-open ones a little while ago.
 */
#include <linux/hashtable.h>
#include <linux/jhash.h>
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "hosts.h"

enum {
	HOST_BITS = 10,
	HOSTS_MAX = 1 << 16,		/* more make a class full */
};

/**
 * struct esmtp_host - a host that has connections
 * @node: in its table
 * @addr: its real address
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @role: enum esmtp_host_role
 * @conns: its connections
 * @half: its half-open ones
 */
struct esmtp_host {
	struct hlist_node node;
	struct esmtp_addr addr;
	u8 family;
	u8 role;
	u32 conns;
	struct esmtp_half half;
};

/**
 * struct esmtp_hosts - the hosts of one class in a policy-map
 * @ref: policies that hold it; each flow pins one of these
 * @lock: protects all that follows; taken with BH off
 * @seed: of the hash
 * @conns: connections counted
 * @half: half-open ones, of all servers
 * @n: hosts
 * @table: struct esmtp_host, by role and address
 */
struct esmtp_hosts {
	refcount_t ref;
	spinlock_t lock;
	u32 seed;
	u32 conns;
	struct esmtp_half half;
	u32 n;
	DECLARE_HASHTABLE(table, HOST_BITS);
};

/**
 * esmtp_hosts_alloc() - make an empty table
 *
 * Context: process context.
 * Return: the table with one reference, or NULL.
 */
struct esmtp_hosts *esmtp_hosts_alloc(void)
{
	struct esmtp_hosts *hosts = kzalloc(sizeof(*hosts), GFP_KERNEL_ACCOUNT);

	if (!hosts)
		return NULL;
	refcount_set(&hosts->ref, 1);
	spin_lock_init(&hosts->lock);
	hosts->seed = get_random_u32();
	hash_init(hosts->table);
	return hosts;
}

/**
 * esmtp_hosts_get() - take a reference for another policy
 * @hosts: the table; the caller holds a reference
 *
 * Return: @hosts.
 */
struct esmtp_hosts *esmtp_hosts_get(struct esmtp_hosts *hosts)
{
	refcount_inc(&hosts->ref);
	return hosts;
}

/**
 * esmtp_hosts_put() - drop a reference
 * @hosts: the table, or NULL; nothing is counted when the last reference goes
 */
void esmtp_hosts_put(struct esmtp_hosts *hosts)
{
	struct hlist_node *next;
	struct esmtp_host *h;
	int i;

	if (!hosts || !refcount_dec_and_test(&hosts->ref))
		return;
	hash_for_each_safe(hosts->table, i, next, h, node)
		kfree(h);
	kfree(hosts);
}

/**
 * esmtp_half_era() - the era at hand
 *
 * Return: its number, never 0.
 */
u32 esmtp_half_era(void)
{
	return (u32)ktime_get_seconds() / ESMTP_HALF_SECONDS + 1;
}

static u32 hash(const struct esmtp_hosts *hosts, u8 role,
		const struct esmtp_addr *addr)
{
	return jhash(addr, sizeof(*addr), hosts->seed + role);
}

static struct esmtp_host *find(struct esmtp_hosts *hosts, u8 role, u8 family,
			       const struct esmtp_addr *addr)
{
	struct esmtp_host *h;

	lockdep_assert_held(&hosts->lock);
	hash_for_each_possible(hosts->table, h, node, hash(hosts, role, addr))
		if (h->role == role && h->family == family &&
		    !memcmp(&h->addr, addr, sizeof(*addr)))
			return h;
	return NULL;
}

/**
 * esmtp_hosts_count() - how many connections has a host?
 * @hosts: the table
 * @role: enum esmtp_host_role
 * @family: of @addr
 * @addr: its real address
 *
 * Context: any; takes the table's lock.
 * Return: their number.
 */
u32 esmtp_hosts_count(struct esmtp_hosts *hosts, u8 role, u8 family,
		      const struct esmtp_addr *addr)
{
	const struct esmtp_host *h;
	u32 n;

	spin_lock_bh(&hosts->lock);
	h = find(hosts, role, family, addr);
	n = h ? h->conns : 0;
	spin_unlock_bh(&hosts->lock);
	return n;
}

/* Forget a host that nothing is counted for. */
static void reap(struct esmtp_hosts *hosts, struct esmtp_host *h)
{
	if (h->conns || esmtp_half_total(&h->half, esmtp_half_era()))
		return;
	hash_del(&h->node);
	kfree(h);
	hosts->n--;
}

/* Whoever comes to a bucket looks after those that were there before. */
static void reap_bucket(struct esmtp_hosts *hosts, u32 key)
{
	struct hlist_node *next;
	struct esmtp_host *h;

	hash_for_each_possible_safe(hosts->table, h, next, node, key)
		reap(hosts, h);
}

static struct esmtp_host *add(struct esmtp_hosts *hosts, u8 role, u8 family,
			      const struct esmtp_addr *addr)
{
	u32 key = hash(hosts, role, addr);
	struct esmtp_host *h;

	reap_bucket(hosts, key);
	if (hosts->n >= HOSTS_MAX)
		return NULL;
	h = kzalloc(sizeof(*h), GFP_ATOMIC | __GFP_NOWARN);
	if (!h)
		return NULL;
	h->role = role;
	h->family = family;
	h->addr = *addr;
	hash_add(hosts->table, &h->node, key);
	hosts->n++;
	return h;
}

static struct esmtp_host *find_or_add(struct esmtp_hosts *hosts, u8 role,
				      u8 family, const struct esmtp_addr *addr)
{
	return find(hosts, role, family, addr) ?: add(hosts, role, family, addr);
}

/**
 * esmtp_hosts_enter() - count a connection, unless there are too many
 * @hosts: the table
 * @role: enum esmtp_host_role
 * @family: of @addr
 * @addr: the host's real address
 * @max: how many there may be
 *
 * Context: any; takes the table's lock.
 * Return: the host, for esmtp_hosts_leave(); NULL if it has as many as it may,
 * if there are too many hosts, or no memory.
 */
struct esmtp_host *esmtp_hosts_enter(struct esmtp_hosts *hosts, u8 role,
				     u8 family, const struct esmtp_addr *addr,
				     u32 max)
{
	struct esmtp_host *h;

	spin_lock_bh(&hosts->lock);
	h = find_or_add(hosts, role, family, addr);
	if (h && h->conns >= max)
		h = NULL;
	if (h) {
		h->conns++;
		hosts->conns += role == ESMTP_HOST_SERVER;
	}
	spin_unlock_bh(&hosts->lock);
	return h;
}

/**
 * esmtp_hosts_leave() - a connection is over
 * @hosts: the table
 * @h: what esmtp_hosts_enter() returned
 *
 * Context: any; takes the table's lock.
 */
void esmtp_hosts_leave(struct esmtp_hosts *hosts, struct esmtp_host *h)
{
	spin_lock_bh(&hosts->lock);
	hosts->conns -= h->role == ESMTP_HOST_SERVER;
	h->conns--;
	reap(hosts, h);
	spin_unlock_bh(&hosts->lock);
}

/**
 * esmtp_hosts_conns() - connections that are counted
 * @hosts: the table, or NULL
 *
 * Return: their number.
 */
u32 esmtp_hosts_conns(const struct esmtp_hosts *hosts)
{
	return hosts ? READ_ONCE(hosts->conns) : 0;
}

/**
 * esmtp_hosts_half_enter() - count a half-open connection, unless there are too many
 * @hosts: the table
 * @role: enum esmtp_host_role
 * @family: of @addr
 * @addr: the host's real address
 * @era: at hand, for esmtp_hosts_half_leave()
 * @max: how many there may be
 * @now: set to how many there are
 *
 * Context: any; takes the table's lock.
 * Return: false if there are as many as there may be, if there are too many hosts,
 * or no memory.
 */
bool esmtp_hosts_half_enter(struct esmtp_hosts *hosts, u8 role, u8 family,
			    const struct esmtp_addr *addr, u32 era, u32 max,
			    u32 *now)
{
	struct esmtp_host *h;
	bool entered;

	spin_lock_bh(&hosts->lock);
	h = find_or_add(hosts, role, family, addr);
	entered = h && esmtp_half_enter(&h->half, era, max);
	*now = h ? h->half.total : max;
	if (entered && role == ESMTP_HOST_SERVER)
		esmtp_half_enter(&hosts->half, era, U32_MAX);
	spin_unlock_bh(&hosts->lock);
	return entered;
}

/**
 * esmtp_hosts_half_leave() - a half-open connection is open, or over
 * @hosts: the table
 * @role: enum esmtp_host_role
 * @family: of @addr
 * @addr: the host's real address
 * @era: in which it was entered
 *
 * Context: any; takes the table's lock.
 */
void esmtp_hosts_half_leave(struct esmtp_hosts *hosts, u8 role, u8 family,
			    const struct esmtp_addr *addr, u32 era)
{
	u32 now = esmtp_half_era();
	struct esmtp_host *h;

	spin_lock_bh(&hosts->lock);
	h = find(hosts, role, family, addr);
	if (h) {
		esmtp_half_leave(&h->half, now, era);
		reap(hosts, h);
	}
	if (role == ESMTP_HOST_SERVER)
		esmtp_half_leave(&hosts->half, now, era);
	spin_unlock_bh(&hosts->lock);
}

/**
 * esmtp_hosts_half() - half-open connections that are counted
 * @hosts: the table, or NULL
 *
 * Context: any; takes the table's lock.
 * Return: their number.
 */
u32 esmtp_hosts_half(struct esmtp_hosts *hosts)
{
	u32 n;

	if (!hosts)
		return 0;
	spin_lock_bh(&hosts->lock);
	n = esmtp_half_total(&hosts->half, esmtp_half_era());
	spin_unlock_bh(&hosts->lock);
	return n;
}
