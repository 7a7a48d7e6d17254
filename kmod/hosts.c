// SPDX-License-Identifier: GPL-2.0
/*
 * Connections of each host under one `set connection`: exact on any number of
 * CPUs, for a host is looked up and counted under one lock.
 */
#include <linux/hashtable.h>
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "hosts.h"

enum { HOST_BITS = 10 };

/**
 * struct esmtp_host - a host that has connections
 * @node: in its table
 * @addr: its real address
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @role: enum esmtp_host_role
 * @conns: its connections, never 0
 */
struct esmtp_host {
	struct hlist_node node;
	struct esmtp_addr addr;
	u8 family;
	u8 role;
	u32 conns;
};

/**
 * struct esmtp_hosts - the hosts of one class in a policy-map
 * @ref: policies that hold it; each flow pins one of these
 * @lock: protects all that follows; taken with BH off
 * @seed: of the hash
 * @conns: connections counted
 * @table: struct esmtp_host, by role and address
 */
struct esmtp_hosts {
	refcount_t ref;
	spinlock_t lock;
	u32 seed;
	u32 conns;
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
 * @hosts: the table, or NULL; empty when the last reference goes
 */
void esmtp_hosts_put(struct esmtp_hosts *hosts)
{
	if (hosts && refcount_dec_and_test(&hosts->ref))
		kfree(hosts);
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

static struct esmtp_host *add(struct esmtp_hosts *hosts, u8 role, u8 family,
			      const struct esmtp_addr *addr)
{
	struct esmtp_host *h = kzalloc(sizeof(*h), GFP_ATOMIC | __GFP_NOWARN);

	if (!h)
		return NULL;
	h->role = role;
	h->family = family;
	h->addr = *addr;
	hash_add(hosts->table, &h->node, hash(hosts, role, addr));
	return h;
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
 * or if there is no memory.
 */
struct esmtp_host *esmtp_hosts_enter(struct esmtp_hosts *hosts, u8 role,
				     u8 family, const struct esmtp_addr *addr,
				     u32 max)
{
	struct esmtp_host *h;

	spin_lock_bh(&hosts->lock);
	h = find(hosts, role, family, addr);
	if (h && h->conns >= max)
		h = NULL;
	else if (!h)
		h = add(hosts, role, family, addr);
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
	if (!--h->conns) {
		hash_del(&h->node);
		kfree(h);
	}
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
