/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_BUCKETS_H
#define _NF_ESMTP_BUCKETS_H

#include <linux/hashtable.h>
#include <linux/types.h>

enum {
	ESMTP_BUCKETS_SEGMENT = 512,	/* allocated at once: a page of them */
	ESMTP_BUCKETS_MAX = 1 << 18,
};

/**
 * struct esmtp_keyed - what is in a bucket
 * @node: in its bucket
 * @key: its hash
 */
struct esmtp_keyed {
	struct hlist_node node;
	u32 key;
};

/**
 * struct esmtp_buckets - a hash table that grows by one bucket at a time
 * @n: buckets in use
 * @mask: of a key's bits that say which, if there is one of that number yet
 * @segments: the buckets; NULL behind those in use
 */
struct esmtp_buckets {
	u32 n;
	u32 mask;
	struct hlist_head *segments[ESMTP_BUCKETS_MAX / ESMTP_BUCKETS_SEGMENT];
};

int esmtp_buckets_init(struct esmtp_buckets *b);
void esmtp_buckets_free(struct esmtp_buckets *b);
void esmtp_buckets_add(struct esmtp_buckets *b, struct esmtp_keyed *k, u32 key, u32 total);

/* The bucket of a number below @b->n. */
static inline struct hlist_head *esmtp_buckets_at(const struct esmtp_buckets *b, u32 i)
{
	return &b->segments[i / ESMTP_BUCKETS_SEGMENT][i % ESMTP_BUCKETS_SEGMENT];
}

/* The bucket of a key. */
static inline struct hlist_head *esmtp_buckets_find(const struct esmtp_buckets *b, u32 key)
{
	u32 i = key & b->mask;

	return esmtp_buckets_at(b, i < b->n ? i : i & (b->mask >> 1));
}

#endif /* _NF_ESMTP_BUCKETS_H */
