// SPDX-License-Identifier: GPL-2.0
/*
 * Connections of each host under one `set connection`. Exact on any number of CPUs:
 * a host is looked up and counted under one lock. A host is kept while it has
 * connections, or half-open ones that have not expired.
 */
#include <linux/jhash.h>
#include <linux/ktime.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "buckets.h"
#include "hosts.h"

/* Buckets that are looked through for idle hosts when one is added. */
enum { REAP = 4 };

/**
 * struct esmtp_host - a host that has connections
 * @keyed: in its table
 * @addr: its real address
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @role: enum esmtp_host_role
 * @proved: it has answered at its address
 * @conns: its connections
 * @half: its half-open ones
 */
struct esmtp_host {
	struct esmtp_keyed keyed;
	struct esmtp_addr addr;
	u8 family;
	u8 role;
	bool proved;
	u32 conns;
	struct esmtp_half_open half;
};

/**
 * struct esmtp_hosts - the hosts of one class in a policy-map
 * @ref: policies that hold it; each flow pins one of these
 * @lock: protects all that follows; taken with BH off
 * @seed: of the hash
 * @conns: connections counted
 * @half: half-open ones, of all servers
 * @n: hosts, by role, and whether they are known to be at their address: who is not
 *	takes no room of those who are, and no client a server's
 * @reaped: the bucket that is to be looked through next
 * @table: struct esmtp_host, by role and address
 */
struct esmtp_hosts {
	refcount_t ref;
	spinlock_t lock;
	u32 seed;
	u32 conns;
	struct esmtp_half_open half;
	u32 n[ESMTP_HOST_ROLES][2];
	u32 reaped;
	struct esmtp_buckets table;
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
	if (!esmtp_buckets_init(&hosts->table))
		return hosts;
	kfree(hosts);
	return NULL;
}

/* The host in a bucket, or NULL for none. */
static struct esmtp_host *get_host(struct hlist_node *node)
{
	return node ? container_of(node, struct esmtp_host, keyed.node) : NULL;
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
 * @hosts: the table, or NULL; with the last reference, all its counts are 0
 */
void esmtp_hosts_put(struct esmtp_hosts *hosts)
{
	struct hlist_node *node;
	u32 i;

	if (!hosts || !refcount_dec_and_test(&hosts->ref))
		return;
	for (i = 0; i < hosts->table.n; i++) {
		while ((node = esmtp_buckets_at(&hosts->table, i)->first)) {
			hlist_del(node);
			kfree(get_host(node));
		}
	}
	esmtp_buckets_free(&hosts->table);
	kfree(hosts);
}

/**
 * esmtp_half_open_era() - the current era, of ESMTP_HALF_OPEN_SECONDS seconds
 *
 * Return: its number, never 0.
 */
u32 esmtp_half_open_era(void)
{
	return (u32)ktime_get_seconds() / ESMTP_HALF_OPEN_SECONDS + 1;
}

static u32 hash_host(const struct esmtp_hosts *hosts, u8 role,
		     const struct esmtp_addr *addr)
{
	return jhash(addr, sizeof(*addr), hosts->seed + role);
}

static struct esmtp_host *find_host(struct esmtp_hosts *hosts, u8 role, u8 family,
				    const struct esmtp_addr *addr)
{
	u32 key = hash_host(hosts, role, addr);
	struct esmtp_host *h;

	lockdep_assert_held(&hosts->lock);
	h = get_host(esmtp_buckets_find(&hosts->table, key)->first);
	while (h && (h->keyed.key != key || h->role != role || h->family != family ||
		     memcmp(&h->addr, addr, sizeof(*addr))))
		h = get_host(h->keyed.node.next);
	return h;
}

/**
 * esmtp_hosts_count() - number of connections of a host
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
	h = find_host(hosts, role, family, addr);
	n = h ? h->conns : 0;
	spin_unlock_bh(&hosts->lock);
	return n;
}

/* Frees a host without connections, half-open ones included. */
static void reap_host(struct esmtp_hosts *hosts, struct esmtp_host *h)
{
	if (h->conns || esmtp_half_open_total(&h->half, esmtp_half_open_era()))
		return;
	hlist_del(&h->keyed.node);
	hosts->n[h->role][h->proved]--;
	kfree(h);
}

/* Frees idle hosts, of some buckets in turn: run when a host is to be added, not by a timer. */
static void reap_some(struct esmtp_hosts *hosts)
{
	struct hlist_node *next;
	struct esmtp_keyed *k;
	u32 i;

	lockdep_assert_held(&hosts->lock);
	for (i = 0; i < REAP; i++) {
		hosts->reaped = (hosts->reaped + 1) % hosts->table.n;
		hlist_for_each_entry_safe(k, next, esmtp_buckets_at(&hosts->table, hosts->reaped),
					  node)
			reap_host(hosts, container_of(k, struct esmtp_host, keyed));
	}
}

static struct esmtp_host *add_host(struct esmtp_hosts *hosts, u8 role, u8 family,
				   const struct esmtp_addr *addr, bool proved)
{
	struct esmtp_host *h;

	reap_some(hosts);
	if (hosts->n[role][proved] >= ESMTP_HOSTS_MAX)
		return NULL;
	h = kzalloc(sizeof(*h), GFP_ATOMIC | __GFP_NOWARN);
	if (!h)
		return NULL;
	h->role = role;
	h->family = family;
	h->addr = *addr;
	h->proved = proved;
	hosts->n[role][proved]++;
	esmtp_buckets_add(&hosts->table, &h->keyed, hash_host(hosts, role, addr),
			  esmtp_hosts_total(hosts));
	return h;
}

static struct esmtp_host *find_or_add_host(struct esmtp_hosts *hosts, u8 role,
					   u8 family, const struct esmtp_addr *addr,
					   bool proved)
{
	return find_host(hosts, role, family, addr) ?:
	       add_host(hosts, role, family, addr, proved);
}

/**
 * esmtp_hosts_prove() - a host has answered at its address
 * @hosts: the table
 * @h: the host
 * @counted: of the connection that tells so: 0 once it is counted no more, and @h may
 *	be gone
 *
 * Where those who have are too many, it stays among the others.
 *
 * Context: any; takes the table's lock.
 */
void esmtp_hosts_prove(struct esmtp_hosts *hosts, struct esmtp_host *h, const u32 *counted)
{
	spin_lock_bh(&hosts->lock);
	/* who leaves says so first, and takes the lock before @h is freed */
	if (READ_ONCE(*counted) && !h->proved && hosts->n[h->role][true] < ESMTP_HOSTS_MAX) {
		hosts->n[h->role][false]--;
		hosts->n[h->role][true]++;
		h->proved = true;
	}
	spin_unlock_bh(&hosts->lock);
}

/**
 * esmtp_hosts_crowded() - is there no room for one more that has proved nothing?
 * @hosts: the table
 * @role: enum esmtp_host_role
 * @family: of @addr
 * @addr: the host's real address
 *
 * Context: any; takes the table's lock.
 * Return: true if the host is not known and would not be let in.
 */
bool esmtp_hosts_crowded(struct esmtp_hosts *hosts, u8 role, u8 family,
			 const struct esmtp_addr *addr)
{
	bool crowded;

	if (READ_ONCE(hosts->n[role][false]) < ESMTP_HOSTS_MAX)
		return false;
	spin_lock_bh(&hosts->lock);
	reap_some(hosts);
	crowded = hosts->n[role][false] >= ESMTP_HOSTS_MAX && !find_host(hosts, role, family, addr);
	spin_unlock_bh(&hosts->lock);
	return crowded;
}

/**
 * esmtp_hosts_enter() - count a connection, unless there are too many
 * @hosts: the table
 * @role: enum esmtp_host_role
 * @family: of @addr
 * @addr: the host's real address
 * @max: how many there may be
 * @proved: the host is known to be at its address
 * @full: set to whether the table is full, or there is no memory
 *
 * Context: any; takes the table's lock.
 * Return: the host, for esmtp_hosts_leave(); NULL if it has @max connections, or @full.
 */
struct esmtp_host *esmtp_hosts_enter(struct esmtp_hosts *hosts, u8 role,
				     u8 family, const struct esmtp_addr *addr,
				     u32 max, bool proved, bool *full)
{
	struct esmtp_host *h;

	spin_lock_bh(&hosts->lock);
	h = find_or_add_host(hosts, role, family, addr, proved);
	*full = !h;
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
 * esmtp_hosts_leave() - stop counting a connection
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
	reap_host(hosts, h);
	spin_unlock_bh(&hosts->lock);
}

/**
 * esmtp_hosts_total() - hosts that are told apart
 * @hosts: the table
 *
 * Return: their number.
 */
u32 esmtp_hosts_total(const struct esmtp_hosts *hosts)
{
	u32 role, sum = 0;

	for (role = 0; role < ESMTP_HOST_ROLES; role++)
		sum += READ_ONCE(hosts->n[role][false]) + READ_ONCE(hosts->n[role][true]);
	return sum;
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
 * @proved: the client is known to be at its address
 * @now: set to how many there are
 *
 * Context: any; takes the table's lock.
 * Return: false if the host has @max of them, the table is full, or there is no
 * memory.
 */
bool esmtp_hosts_half_enter(struct esmtp_hosts *hosts, u8 role, u8 family,
			    const struct esmtp_addr *addr, u32 era, u32 max,
			    bool proved, u32 *now)
{
	struct esmtp_host *h;
	bool entered;

	spin_lock_bh(&hosts->lock);
	h = find_or_add_host(hosts, role, family, addr, proved);
	entered = h && esmtp_half_open_enter(&h->half, era, max);
	*now = h ? h->half.total : max;
	if (entered && role == ESMTP_HOST_SERVER)
		esmtp_half_open_enter(&hosts->half, era, U32_MAX);
	spin_unlock_bh(&hosts->lock);
	return entered;
}

/**
 * esmtp_hosts_half_leave() - stop counting a half-open connection
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
	u32 now = esmtp_half_open_era();
	struct esmtp_host *h;

	spin_lock_bh(&hosts->lock);
	h = find_host(hosts, role, family, addr);
	if (h) {
		esmtp_half_open_leave(&h->half, now, era);
		reap_host(hosts, h);
	}
	if (role == ESMTP_HOST_SERVER)
		esmtp_half_open_leave(&hosts->half, now, era);
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
	n = esmtp_half_open_total(&hosts->half, esmtp_half_open_era());
	spin_unlock_bh(&hosts->lock);
	return n;
}
