// SPDX-License-Identifier: GPL-2.0
/*
 * rate-limit: messages per second, per client and rule. A token bucket that holds the
 * tokens of one second is stored as the time at which it is full again, so a full one
 * need not be stored. Exact on any number of CPUs: a bucket is looked up and
 * decremented under one lock.
 */
#include <linux/hashtable.h>
#include <linux/jhash.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "policy.h"

enum {
	RATE_BITS = 12,
	RATE_CLIENTS = 1 << 16,		/* buckets of one policy */
};

/**
 * struct bucket - messages of one client by one rule
 * @node: in its table
 * @addr: the client's real address
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @slot: the rule's counter
 * @full: when it is full again, nanoseconds of the monotonic clock
 */
struct bucket {
	struct hlist_node node;
	struct esmtp_addr addr;
	u8 family;
	u32 slot;
	u64 full;
};

/**
 * struct esmtp_rates - the buckets of a policy
 * @lock: protects all that follows; taken with BH off
 * @seed: of the hash
 * @n: buckets
 * @table: struct bucket, by address and slot
 */
struct esmtp_rates {
	spinlock_t lock;
	u32 seed;
	u32 n;
	DECLARE_HASHTABLE(table, RATE_BITS);
};

static bool has_rate_limit(const struct esmtp_policy *p)
{
	u32 i, j;

	for (i = 0; i < p->nmaps; i++)
		for (j = 0; j < p->maps[i].nrules; j++)
			if (p->maps[i].rules[j].act == ESMTP_ACT_RATE)
				return true;
	return false;
}

/**
 * esmtp_rates_alloc() - make the buckets of a policy, if it has a rate-limit
 * @kp: policy that esmtp_policy_seal() accepted
 *
 * Buckets begin full: those of a replaced policy are not carried over.
 *
 * Context: process context.
 * Return: 0 or -ENOMEM.
 */
int esmtp_rates_alloc(struct esmtp_kpolicy *kp)
{
	struct esmtp_rates *rates;

	if (!has_rate_limit(&kp->p))
		return 0;
	rates = kvzalloc(sizeof(*rates), GFP_KERNEL_ACCOUNT);
	if (!rates)
		return -ENOMEM;
	spin_lock_init(&rates->lock);
	rates->seed = get_random_u32();
	hash_init(rates->table);
	kp->rates = rates;
	return 0;
}

/**
 * esmtp_rates_free() - free the buckets of a policy
 * @rates: the buckets, or NULL; nobody uses them any more
 *
 * Context: process context.
 */
void esmtp_rates_free(struct esmtp_rates *rates)
{
	struct hlist_node *tmp;
	struct bucket *b;
	int i;

	if (!rates)
		return;
	hash_for_each_safe(rates->table, i, tmp, b, node)
		kfree(b);
	kvfree(rates);
}

static bool is_client_bucket(const struct bucket *b, const struct esmtp_tuple *t, u32 slot)
{
	return b->slot == slot && b->family == t->family &&
	       !memcmp(&b->addr, &t->src, sizeof(b->addr));
}

/* The client's bucket, or NULL; frees other full buckets in its chain. */
static struct bucket *find_bucket(struct esmtp_rates *rates, struct hlist_head *head,
				  const struct esmtp_tuple *t, u32 slot, u64 now)
{
	struct bucket *b, *found = NULL;
	struct hlist_node *tmp;

	lockdep_assert_held(&rates->lock);
	hlist_for_each_entry_safe(b, tmp, head, node) {
		if (is_client_bucket(b, t, slot)) {
			found = b;
		} else if (b->full <= now) {
			hlist_del(&b->node);
			kfree(b);
			rates->n--;
		}
	}
	return found;
}

static struct bucket *add_bucket(struct esmtp_rates *rates, struct hlist_head *head,
				 const struct esmtp_tuple *t, u32 slot)
{
	struct bucket *b;

	if (rates->n >= RATE_CLIENTS)
		return NULL;
	b = kzalloc(sizeof(*b), GFP_ATOMIC | __GFP_NOWARN);
	if (!b)
		return NULL;
	b->addr = t->src;
	b->family = t->family;
	b->slot = slot;
	hlist_add_head(&b->node, head);
	rates->n++;
	return b;
}

/* Takes the token for one message, if there is one. */
static enum esmtp_reason take_token(struct bucket *b, u32 rate, u64 now)
{
	u64 each = div_u64(NSEC_PER_SEC, rate);
	u64 full = max(b->full, now) + each;

	if (full - now > NSEC_PER_SEC)
		return ESMTP_R_RATE;
	b->full = full;
	return ESMTP_R_GO;
}

/**
 * esmtp_rate_admit() - may a client send one more message?
 * @kp: the policy of its connection, sealed
 * @slot: counter of the rule with rate-limit that matched the message
 * @rate: of that rule
 * @real: the connection
 *
 * Context: softirq, or process context; takes a lock.
 * Return: ESMTP_R_GO, or why the connection ends.
 */
enum esmtp_reason esmtp_rate_admit(const struct esmtp_kpolicy *kp, u32 slot,
				   u32 rate, const struct esmtp_tuple *real)
{
	struct esmtp_tuple client = *real;
	struct esmtp_rates *rates = kp->rates;
	enum esmtp_reason why = ESMTP_R_RATE_FULL;
	u64 now = ktime_get_ns();
	struct hlist_head *head;
	struct bucket *b;

	client.src = esmtp_policy_client(&kp->p, real->family, &real->src);
	head = &rates->table[hash_min(jhash(&client.src, sizeof(client.src),
					    rates->seed + slot), RATE_BITS)];
	spin_lock_bh(&rates->lock);
	b = find_bucket(rates, head, &client, slot, now);
	if (!b)
		b = add_bucket(rates, head, &client, slot);
	if (b)
		why = take_token(b, rate, now);
	spin_unlock_bh(&rates->lock);
	return why;
}
