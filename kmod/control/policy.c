// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a policy: allocated and filled in by one task, sealed, published
 * in a namespace, pinned by flows, freed when the last of them has gone.
 */
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "policy.h"

/* Frees policies: vfree() and free_percpu() need process context. */
static struct workqueue_struct *free_queue;

/**
 * esmtp_policy_init() - prepare for policies
 *
 * Context: module initialisation.
 * Return: 0 or -ENOMEM.
 */
int esmtp_policy_init(void)
{
	free_queue = alloc_workqueue("nf_esmtp_policy", WQ_UNBOUND, 0);
	return free_queue ? 0 : -ENOMEM;
}

/**
 * esmtp_policy_exit() - wait until the last policy is freed
 *
 * Context: module exit; every reference must have been put.
 */
void esmtp_policy_exit(void)
{
	rcu_barrier();			/* afterwards every policy put is in the queue */
	destroy_workqueue(free_queue);
}

/**
 * esmtp_kpolicy_alloc() - make an empty policy
 *
 * Context: process context.
 * Return: the policy with one reference, which is the caller's, or NULL.
 */
struct esmtp_kpolicy *esmtp_kpolicy_alloc(void)
{
	struct esmtp_kpolicy *kp = kzalloc(sizeof(*kp), GFP_KERNEL_ACCOUNT);

	if (kp)
		refcount_set(&kp->ref, 1);
	return kp;
}

/**
 * esmtp_kpolicy_reserve() - allocate the arrays of a policy
 * @kp: fresh policy whose counts of objects and of the source's bytes say what there
 *	is to be room for, none above the bounds of <esmtp/policy.h>
 *
 * Context: process context.
 * Return: 0, or -ENOMEM; esmtp_kpolicy_put() then frees what was allocated.
 */
int esmtp_kpolicy_reserve(struct esmtp_kpolicy *kp)
{
	struct esmtp_policy *p = &kp->p;
	gfp_t gfp = GFP_KERNEL_ACCOUNT;

	p->maps = kvcalloc(p->nmaps, sizeof(*p->maps), gfp);
	p->aces = kvcalloc(p->naces, sizeof(*p->aces), gfp);
	p->acls = kvcalloc(p->nacls, sizeof(*p->acls), gfp);
	p->classes = kvcalloc(p->nclasses, sizeof(*p->classes), gfp);
	p->binds = kvcalloc(p->nbinds, sizeof(*p->binds), gfp);
	p->pmaps = kvcalloc(p->npmaps, sizeof(*p->pmaps), gfp);
	p->services = kvcalloc(p->nservices, sizeof(*p->services), gfp);
	p->limits = kvcalloc(p->nlimits, sizeof(*p->limits), gfp);
	p->regexes = kvcalloc(p->nregexes, sizeof(*p->regexes), gfp);
	p->cells = kvcalloc(p->ncells, sizeof(*p->cells), gfp);
	if (kp->source_len)
		kp->source = kvmalloc(kp->source_len, gfp);

	if (!p->maps || !p->aces || !p->acls || !p->classes || !p->binds ||
	    !p->pmaps || !p->services || !p->limits || !p->regexes ||
	    !p->cells || (kp->source_len && !kp->source))
		return -ENOMEM;
	return 0;
}

static void free_limit_counts(struct esmtp_kpolicy *kp)
{
	u32 i;

	for (i = 0; kp->limits && i < kp->p.nlimits; i++)
		if (kp->limits[i])
			esmtp_limit_count_put(kp->limits[i]);
	kvfree(kp->limits);
	for (i = 0; kp->hosts && i < kp->p.nbinds; i++)
		esmtp_hosts_put(kp->hosts[i]);
	kvfree(kp->hosts);
}

static void free_policy_work(struct work_struct *work)
{
	struct esmtp_kpolicy *kp;

	kp = container_of(to_rcu_work(work), struct esmtp_kpolicy, free);
	free_limit_counts(kp);
	free_percpu(kp->counters);
	kvfree(kp->base);
	esmtp_acl_hits_free(kp);
	esmtp_rates_free(kp->rates);
	esmtp_would_free(kp->would);
	kvfree(kp->source);
	kvfree(kp->p.maps);
	kvfree(kp->p.aces);
	kvfree(kp->p.acls);
	kvfree(kp->p.classes);
	kvfree(kp->p.binds);
	kvfree(kp->p.pmaps);
	kvfree(kp->p.services);
	kvfree(kp->p.limits);
	kvfree(kp->p.regexes);
	kvfree(kp->p.cells);
	kvfree(kp->p.probes);
	kvfree(kp->p.buckets);
	kvfree(kp->p.chain);
	kfree(kp);
}

/**
 * esmtp_kpolicy_put() - drop a reference
 * @kp: the policy
 *
 * With the last one it is freed, after a grace period and in process context.
 *
 * Context: any.
 */
void esmtp_kpolicy_put(struct esmtp_kpolicy *kp)
{
	if (!refcount_dec_and_test(&kp->ref))
		return;
	INIT_RCU_WORK(&kp->free, free_policy_work);
	queue_rcu_work(free_queue, &kp->free);
}

/**
 * esmtp_limit_count_put() - drop a reference to the count of a server
 * @lc: the count
 *
 * Context: any. Others may take a reference as long as a policy holds one.
 */
void esmtp_limit_count_put(struct esmtp_limit_count *lc)
{
	if (refcount_dec_and_test(&lc->ref))
		kfree(lc);
}

/* What is made of the objects, once they are all there. */
static int alloc_made(struct esmtp_kpolicy *kp)
{
	struct esmtp_policy *p = &kp->p;
	gfp_t gfp = GFP_KERNEL_ACCOUNT;

	p->nbuckets = esmtp_index_buckets(p);
	p->nprobes = esmtp_index_probes(p);
	p->probes = kvcalloc(p->nprobes, sizeof(*p->probes), gfp);
	p->buckets = kvcalloc(p->nbuckets, sizeof(*p->buckets), gfp);
	p->chain = kvcalloc(p->naces, sizeof(*p->chain), gfp);
	kp->limits = kvcalloc(p->nlimits, sizeof(*kp->limits), gfp);
	kp->hosts = kvcalloc(p->nbinds, sizeof(*kp->hosts), gfp);
	return p->probes && p->buckets && p->chain && kp->limits && kp->hosts ?
	       0 : -ENOMEM;
}

static int alloc_counters(struct esmtp_kpolicy *kp)
{
	size_t n = max(kp->slots, 1U);	/* the allocator refuses size 0 */

	kp->base = kvcalloc(n, sizeof(*kp->base), GFP_KERNEL_ACCOUNT);
	kp->counters = __alloc_percpu_gfp(n * sizeof(u64), __alignof__(u64),
					  GFP_KERNEL_ACCOUNT);
	return kp->base && kp->counters ? 0 : -ENOMEM;
}

/**
 * esmtp_kpolicy_seal() - check a policy and make it ready to be published
 * @kp: filled in and not published
 * @old: the policy that it is to replace, or NULL; the caller keeps it in place
 * @extack: says what is wrong, may be NULL
 *
 * Counters of rules that @old has, too, are carried over, and so are connection counts
 * of servers and classes that @old limits, too.
 *
 * Context: process context.
 * Return: 0; or -EINVAL or -ENOMEM, and @kp may only be given to
 * esmtp_kpolicy_put().
 */
int esmtp_kpolicy_seal(struct esmtp_kpolicy *kp, const struct esmtp_kpolicy *old,
		       struct netlink_ext_ack *extack)
{
	const char *wrong;

	BUILD_BUG_ON(ESMTP_MAX_SLOTS * sizeof(u64) > PCPU_MIN_UNIT_SIZE);

	if (alloc_made(kp)) {
		NL_SET_ERR_MSG(extack, "not enough memory for the policy");
		return -ENOMEM;
	}
	wrong = esmtp_policy_seal(&kp->p);
	if (wrong) {
		if (extack)
			extack->_msg = wrong;
		return -EINVAL;
	}
	kp->slots = esmtp_policy_slots(&kp->p);
	if (alloc_counters(kp) || esmtp_acl_hits_alloc(kp) ||
	    esmtp_rates_alloc(kp) || esmtp_would_alloc(kp) ||
	    esmtp_policy_carry_limits(kp, old) || esmtp_policy_carry_hosts(kp, old) ||
	    (old && esmtp_acl_hits_carry(kp, old))) {
		NL_SET_ERR_MSG(extack, "not enough memory for the counters");
		return -ENOMEM;
	}
	if (old)
		esmtp_policy_carry_counters(kp, old);
	return 0;
}

/**
 * esmtp_kpolicy_default() - make the policy that is in force after insmod
 *
 * _default_esmtp_map on TCP port 25, for all interfaces.
 *
 * Context: process context.
 * Return: the policy, unsealed, with one reference, or NULL without memory.
 */
struct esmtp_kpolicy *esmtp_kpolicy_default(void)
{
	struct esmtp_kpolicy *kp = esmtp_kpolicy_alloc();
	struct esmtp_policy *p;

	if (!kp)
		return NULL;
	p = &kp->p;
	p->nmaps = 1;
	p->nclasses = 1;
	p->nbinds = 1;
	p->npmaps = 1;
	p->nservices = 1;
	if (esmtp_kpolicy_reserve(kp)) {
		esmtp_kpolicy_put(kp);
		return NULL;
	}
	esmtp_map_default(&p->maps[0]);
	strscpy(p->classes[0].name, "inspection_default", ESMTP_NAME_LEN);
	p->classes[0].kind = ESMTP_CLASS_DEFAULT;
	p->classes[0].acl = ESMTP_NONE;
	p->binds[0].verdict = ESMTP_CLASSIFY_INSPECT;
	strscpy(p->pmaps[0].name, "global_policy", ESMTP_NAME_LEN);
	p->pmaps[0].n = 1;
	return kp;
}

static u64 sum_percpu_counter(const struct esmtp_kpolicy *kp, u32 slot)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += esmtp_counter_read(per_cpu_ptr(&kp->counters[slot], cpu), cpu);
	return sum;
}

/**
 * esmtp_kpolicy_sum() - read a counter
 * @kp: sealed policy
 * @slot: which, see esmtp_bind_slot()
 *
 * Context: any.
 * Return: what was counted since it was cleared, replaced policies included.
 */
u64 esmtp_kpolicy_sum(const struct esmtp_kpolicy *kp, u32 slot)
{
	u64 base = esmtp_base_read(&kp->base[slot]);

	return base + sum_percpu_counter(kp, slot);
}

static void clear_slots(struct esmtp_kpolicy *kp, u32 from, u32 end)
{
	u32 i;

	for (i = from; i < end; i++)
		esmtp_base_write(&kp->base[i], 0 - sum_percpu_counter(kp, i));
	esmtp_would_clear(kp->would, from, end);
}

/**
 * esmtp_kpolicy_clear() - set counters to zero
 * @kp: sealed policy
 * @only: the policy-map whose counters, NULL for all
 *
 * The packet path goes on counting; nothing that it counts is lost.
 *
 * Context: process context.
 */
void esmtp_kpolicy_clear(struct esmtp_kpolicy *kp, const struct esmtp_pmap *only)
{
	u32 i, slot;

	if (!only)
		clear_slots(kp, 0, kp->slots);
	for (i = 0; only && i < only->n; i++) {
		slot = esmtp_bind_slot(&kp->p, only->first + i);
		clear_slots(kp, slot, slot + esmtp_bind_slots(&kp->p, only->first + i));
	}
}
