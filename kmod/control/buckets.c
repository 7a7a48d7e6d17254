// SPDX-License-Identifier: GPL-2.0
/*
 * Linear hashing (Litwin, VLDB 1980): whenever there are more in the table than buckets, the next
 * bucket in turn is split in two. So a packet that adds one to a crowd pays for one short list,
 * and nobody has to stop, or to sleep, for a larger table. It does not shrink.
 */
#include <linux/slab.h>

#include "buckets.h"

/**
 * esmtp_buckets_init() - make an empty table
 * @b: the table, all zeros
 *
 * Context: process context.
 * Return: 0 or -ENOMEM.
 */
int esmtp_buckets_init(struct esmtp_buckets *b)
{
	b->segments[0] = kcalloc(ESMTP_BUCKETS_SEGMENT, sizeof(**b->segments), GFP_KERNEL_ACCOUNT);
	b->n = ESMTP_BUCKETS_SEGMENT;
	b->mask = ESMTP_BUCKETS_SEGMENT - 1;
	return b->segments[0] ? 0 : -ENOMEM;
}

/**
 * esmtp_buckets_free() - free the buckets of a table
 * @b: the table; what was in it is the caller's
 */
void esmtp_buckets_free(struct esmtp_buckets *b)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(b->segments); i++)
		kfree(b->segments[i]);
}

/* Is there memory for one bucket more? */
static bool has_room(struct esmtp_buckets *b)
{
	struct hlist_head **segment;

	if (b->n == ESMTP_BUCKETS_MAX)
		return false;
	segment = &b->segments[b->n / ESMTP_BUCKETS_SEGMENT];
	if (!*segment)
		*segment = kcalloc(ESMTP_BUCKETS_SEGMENT, sizeof(**segment),
				   GFP_ATOMIC | __GFP_NOWARN);
	return *segment;
}

/* Moves what belongs to the newest bucket there. */
static void split_bucket(struct esmtp_buckets *b)
{
	u32 newest = b->n - 1;
	struct hlist_head *from = esmtp_buckets_at(b, newest & (b->mask >> 1));
	struct hlist_head *to = esmtp_buckets_at(b, newest);
	struct hlist_node *next;
	struct esmtp_keyed *k;

	hlist_for_each_entry_safe(k, next, from, node) {
		if ((k->key & b->mask) != newest)
			continue;
		hlist_del(&k->node);
		hlist_add_head(&k->node, to);
	}
}

static void grow(struct esmtp_buckets *b)
{
	if (b->n > b->mask)
		b->mask = b->mask << 1 | 1;
	b->n++;
	split_bucket(b);
}

/**
 * esmtp_buckets_add() - add one
 * @b: the table
 * @k: what is added
 * @key: its hash
 * @total: how many there are in the table by then
 *
 * Without memory for one more bucket lists are longer than they would be, until there is some.
 *
 * Context: any; the caller serialises.
 */
void esmtp_buckets_add(struct esmtp_buckets *b, struct esmtp_keyed *k, u32 key, u32 total)
{
	int i;

	/* two, to make up for those for which there was no memory */
	for (i = 0; i < 2 && total > b->n && has_room(b); i++)
		grow(b);
	k->key = key;
	hlist_add_head(&k->node, esmtp_buckets_find(b, key));
}
