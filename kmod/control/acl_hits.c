// SPDX-License-Identifier: GPL-2.0
/*
 * Hit counters of access-list lines, per CPU: each connection counts once on the
 * lines that decided its class.
 */
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "policy.h"

/* Counters in one allocation of the per-CPU allocator, which limits its size. */
enum { PIECE = ESMTP_MAX_SLOTS };

static u32 count_pieces(u32 n)
{
	return DIV_ROUND_UP(n, PIECE);
}

/**
 * esmtp_acl_hits_alloc() - allocate the counters of a policy's lines
 * @kp: policy that esmtp_policy_seal() accepted
 *
 * Context: process context.
 * Return: 0, or -ENOMEM; esmtp_acl_hits_free() then frees what there is.
 */
int esmtp_acl_hits_alloc(struct esmtp_kpolicy *kp)
{
	u32 i, left = kp->p.naces, n;

	kp->hits_base = kvcalloc(left, sizeof(*kp->hits_base), GFP_KERNEL_ACCOUNT);
	kp->hits = kvcalloc(count_pieces(left), sizeof(*kp->hits), GFP_KERNEL_ACCOUNT);
	if (!kp->hits_base || !kp->hits)
		return -ENOMEM;
	for (i = 0; left; i++, left -= n) {
		n = min_t(u32, left, PIECE);
		kp->hits[i] = __alloc_percpu_gfp(n * sizeof(u64),
						 __alignof__(u64),
						 GFP_KERNEL_ACCOUNT);
		if (!kp->hits[i])
			return -ENOMEM;
	}
	return 0;
}

/**
 * esmtp_acl_hits_free() - free the counters of a policy's lines
 * @kp: the policy; its lines are still counted
 *
 * Context: process context.
 */
void esmtp_acl_hits_free(struct esmtp_kpolicy *kp)
{
	u32 i;

	for (i = 0; kp->hits && i < count_pieces(kp->p.naces); i++)
		free_percpu(kp->hits[i]);
	kvfree(kp->hits);
	kvfree(kp->hits_base);
}

static void count_hit(void *policy, u32 ace)
{
	struct esmtp_kpolicy *kp = policy;

	esmtp_count(kp->hits[ace / PIECE][ace % PIECE]);
}

/**
 * esmtp_acl_hits_count() - count the lines that classified a connection
 * @kp: the policy that it is under
 * @spec: the connection, as the policy saw it
 *
 * Called by the CPU that published the connection's flow: a connection that two CPUs
 * classify concurrently counts once.
 *
 * Context: softirq or process context.
 */
void esmtp_acl_hits_count(struct esmtp_kpolicy *kp, const struct esmtp_flowspec *spec)
{
	if (kp->p.naces)
		esmtp_classify_lines(&kp->p, spec, count_hit, kp);
}

static u64 sum_percpu_hits(const struct esmtp_kpolicy *kp, u32 ace)
{
	u64 __percpu *piece = kp->hits[ace / PIECE];
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += esmtp_counter_read(per_cpu_ptr(&piece[ace % PIECE], cpu), cpu);
	return sum;
}

/**
 * esmtp_acl_hits_sum() - hits of a line
 * @kp: sealed policy
 * @ace: index of the line
 *
 * Context: any.
 * Return: what was counted since it was cleared, replaced policies included.
 */
u64 esmtp_acl_hits_sum(const struct esmtp_kpolicy *kp, u32 ace)
{
	u64 base = esmtp_base_read(&kp->hits_base[ace]);

	return base + sum_percpu_hits(kp, ace);
}

/**
 * esmtp_acl_hits_clear() - set the hits of an access-list to zero
 * @kp: sealed policy
 * @name: of the list, or NULL for all
 *
 * Connections go on counting; nothing that they count is lost.
 *
 * Context: process context.
 * Return: false if there is no such list.
 */
bool esmtp_acl_hits_clear(struct esmtp_kpolicy *kp, const char *name)
{
	const struct esmtp_acl *acl = kp->p.acls;
	bool found = !name;
	u32 i, j;

	for (i = 0; i < kp->p.nacls; i++, acl++) {
		if (name && strcmp(name, acl->name))
			continue;
		found = true;
		for (j = acl->first; j < acl->first + acl->n; j++)
			esmtp_base_write(&kp->hits_base[j], 0 - sum_percpu_hits(kp, j));
	}
	return found;
}

/*
 * Hash table of the replaced policy's lines by contents; a lookup removes its line. Who writes
 * both policies may be anybody: the hash has a seed, so that nobody can fill one bucket.
 */
struct lines {
	const struct esmtp_kpolicy *old;
	u32 seed;
	u32 *bucket;			/* 1 + index of the bucket's first line, or 0 */
	u32 *next;			/* the same, of the next line in the bucket */
	u32 mask;
};

static u32 *find_lines(const struct lines *l, const struct esmtp_ace *ace, u32 acl)
{
	BUILD_BUG_ON(sizeof(*ace) != 4 * sizeof(ace->src) +
		     2 * sizeof(ace->sports) + 4);
	return &l->bucket[jhash(ace, sizeof(*ace), l->seed + acl) & l->mask];
}

static int index_old_lines(struct lines *l, const struct esmtp_kpolicy *old)
{
	u32 n = roundup_pow_of_two(old->p.naces);
	u32 i, j, *head;

	l->old = old;
	l->seed = get_random_u32();
	l->mask = n - 1;
	l->bucket = kvcalloc(n, sizeof(*l->bucket), GFP_KERNEL);
	l->next = kvcalloc(old->p.naces, sizeof(*l->next), GFP_KERNEL);
	if (!l->bucket || !l->next)
		return -ENOMEM;
	for (i = old->p.nacls; i-- > 0;)
		for (j = old->p.acls[i].n; j-- > 0;) {
			u32 ace = old->p.acls[i].first + j;

			head = find_lines(l, &old->p.aces[ace], i);
			l->next[ace] = *head;
			*head = ace + 1;
		}
	return 0;
}

/* Removes the first line of list @acl equal to @ace and returns its hits. */
static u64 take_line_hits(struct lines *l, u32 acl, const struct esmtp_ace *ace)
{
	u32 *at = find_lines(l, ace, acl);
	const struct esmtp_policy *p = &l->old->p;
	u32 i;

	for (; *at; at = &l->next[i]) {
		i = *at - 1;
		if (i - p->acls[acl].first >= p->acls[acl].n ||
		    memcmp(&p->aces[i], ace, sizeof(*ace)))
			continue;
		*at = l->next[i];
		return esmtp_acl_hits_sum(l->old, i);
	}
	return 0;
}

static void carry_acl_hits(struct esmtp_kpolicy *kp, const struct esmtp_acl *acl,
			   struct lines *l)
{
	const struct esmtp_policy *old = &l->old->p;
	u32 i, j;

	for (i = 0; i < old->nacls; i++)
		if (!strcmp(old->acls[i].name, acl->name))
			break;
	for (j = acl->first; i < old->nacls && j < acl->first + acl->n; j++) {
		kp->hits_base[j] = take_line_hits(l, i, &kp->p.aces[j]);
		cond_resched();
	}
}

/**
 * esmtp_acl_hits_carry() - carry over the hits of unchanged lines
 * @kp: policy with fresh counters
 * @old: sealed policy that it is to replace
 *
 * A line is identified by the name of its list and its contents; among equal lines,
 * by its position.
 *
 * Context: process context.
 * Return: 0 or -ENOMEM.
 */
int esmtp_acl_hits_carry(struct esmtp_kpolicy *kp, const struct esmtp_kpolicy *old)
{
	struct lines l = { .old = old };
	int err = 0;
	u32 i;

	if (!old->p.naces || !kp->p.naces)
		return 0;
	err = index_old_lines(&l, old);
	for (i = 0; !err && i < kp->p.nacls; i++)
		carry_acl_hits(kp, &kp->p.acls[i], &l);
	kvfree(l.bucket);
	kvfree(l.next);
	return err;
}
