// SPDX-License-Identifier: GPL-2.0
/*
 * The flow table: flows by the conntrack entry that each holds a reference to. An entry
 * that is held is not used again, so its address is the key. See docs/DESIGN.md.
 *
 * One table for all namespaces, as conntrack's own is, and as large. Readers are in RCU
 * read-side sections; a bucket is changed under its lock.
 */
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/netfilter/nf_conntrack.h>

#include "flow.h"
#include "table.h"

enum {
	LOCKS = 256,
	BREATH = 1024,			/* buckets that the collector visits at a time */
};

static struct hlist_head *buckets __read_mostly;
static u32 bits __read_mostly;
static spinlock_t locks[LOCKS];
static atomic_t entries;

static void collect(struct work_struct *work);
static DECLARE_DELAYED_WORK(collector, collect);

static u32 find_bucket(const struct nf_conn *ct)
{
	return hash_ptr(ct, bits);
}

static struct esmtp_flow *find_in(u32 bucket, const struct nf_conn *ct)
{
	struct esmtp_flow *flow;

	hlist_for_each_entry_rcu(flow, &buckets[bucket], node,
				 lockdep_is_held(&locks[bucket % LOCKS]))
		if (flow->ct == ct)
			return flow;
	return NULL;
}

/**
 * esmtp_table_find() - the flow of a connection
 * @ct: its conntrack entry; the caller holds a reference, as a packet does
 *
 * Context: any, in an RCU read-side section.
 * Return: the flow, valid to the end of the section, or NULL.
 */
struct esmtp_flow *esmtp_table_find(const struct nf_conn *ct)
{
	return find_in(find_bucket(ct), ct);
}

/**
 * esmtp_table_add() - let a flow be found
 * @flow: the flow; @flow->ct is set and held
 *
 * Context: any, in an RCU read-side section.
 * Return: NULL, or the flow that the connection has already.
 */
struct esmtp_flow *esmtp_table_add(struct esmtp_flow *flow)
{
	u32 bucket = find_bucket(flow->ct);
	struct esmtp_flow *other;

	spin_lock_bh(&locks[bucket % LOCKS]);
	other = find_in(bucket, flow->ct);
	if (!other)
		hlist_add_head_rcu(&flow->node, &buckets[bucket]);
	spin_unlock_bh(&locks[bucket % LOCKS]);
	if (!other && atomic_inc_return(&entries) == 1)
		schedule_delayed_work(&collector, HZ);
	return other;
}

/**
 * esmtp_table_remove() - take a flow out
 * @flow: the flow
 *
 * Context: any, in an RCU read-side section.
 * Return: true for the one caller that took it out, and has to release it.
 */
bool esmtp_table_remove(struct esmtp_flow *flow)
{
	u32 bucket = find_bucket(flow->ct);
	bool was;

	spin_lock_bh(&locks[bucket % LOCKS]);
	was = !hlist_unhashed(&flow->node);
	hlist_del_init_rcu(&flow->node);
	spin_unlock_bh(&locks[bucket % LOCKS]);
	if (was)
		atomic_dec(&entries);
	return was;
}

/**
 * esmtp_table_buckets() - how many buckets there are
 *
 * Return: their number.
 */
u32 esmtp_table_buckets(void)
{
	return 1U << bits;
}

/**
 * esmtp_table_walk() - visit the flows of a bucket
 * @bucket: its number
 * @fn: called for each, which it may remove; must not sleep; returns false to stop
 * @ctx: for @fn
 *
 * Context: any, in an RCU read-side section.
 * Return: false if @fn stopped it.
 */
bool esmtp_table_walk(u32 bucket, bool (*fn)(void *ctx, struct esmtp_flow *flow), void *ctx)
{
	struct esmtp_flow *flow;

	hlist_for_each_entry_rcu(flow, &buckets[bucket], node)
		if (!fn(ctx, flow))
			return false;
	return true;
}

static bool collect_flow(void *unused, struct esmtp_flow *flow)
{
	esmtp_flow_age(flow);
	return true;
}

/* Each second: what conntrack calls dying is let go. */
static void collect(struct work_struct *work)
{
	u32 bucket = 0, end;

	while (bucket < esmtp_table_buckets()) {
		end = min(bucket + BREATH, esmtp_table_buckets());
		rcu_read_lock();
		for (; bucket < end; bucket++)
			esmtp_table_walk(bucket, collect_flow, NULL);
		rcu_read_unlock();
		cond_resched();
	}
	if (atomic_read(&entries))
		schedule_delayed_work(&collector, HZ);
}

/**
 * esmtp_table_init() - make the table
 *
 * Context: module initialisation.
 * Return: 0 or -ENOMEM.
 */
int esmtp_table_init(void)
{
	u32 i;

	bits = ilog2(roundup_pow_of_two(max(nf_conntrack_htable_size, 1024U)));
	buckets = kvcalloc(1U << bits, sizeof(*buckets), GFP_KERNEL);
	if (!buckets)
		return -ENOMEM;
	for (i = 0; i < LOCKS; i++)
		spin_lock_init(&locks[i]);
	return 0;
}

/**
 * esmtp_table_exit() - free the table; every namespace was flushed
 *
 * Context: module exit.
 */
void esmtp_table_exit(void)
{
	cancel_delayed_work_sync(&collector);
	WARN_ON(atomic_read(&entries));
	kvfree(buckets);
}
