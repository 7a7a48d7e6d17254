/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_POLICY_H
#define _NF_ESMTP_POLICY_H

#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <esmtp/core.h>

#include "counter.h"
#include "hosts.h"
#include "would.h"

/**
 * struct esmtp_limit_count - open connections of one limited server
 * @ref: policies and flows that hold it; it outlives a replaced policy, so that
 *	its connections go on counting
 * @current_conns: open connections
 * @lock: protects @half; taken with BH off
 * @half: half-open connections
 */
struct esmtp_limit_count {
	refcount_t ref;
	atomic_t current_conns;
	spinlock_t lock;		/* see above */
	struct esmtp_half_open half;
};

/**
 * struct esmtp_kpolicy - a policy in force, with what the kernel adds to it
 * @p: the policy; immutable
 * @ref: one for the namespace, one for each flow
 * @free: frees it after a grace period, for readers on the packet path
 * @generation: counts replacements, from 1
 * @slots: number of counters, esmtp_policy_slots(&p)
 * @counters: per CPU, @slots of them
 * @base: sums carried over from the replaced policy, less what was cleared
 * @hits: per CPU, one for each of p.aces, in pieces
 * @hits_base: as @base, for @hits
 * @rates: what clients sent by rules with rate-limit, NULL if there are none
 * @would: what maps that monitor would have done, NULL if none does
 * @limits: one for each of p.limits
 * @hosts: one for each of p.binds that is limited, else NULL
 * @source: configuration text, or NULL
 * @source_len: its bytes
 */
struct esmtp_kpolicy {
	struct esmtp_policy p;
	refcount_t ref;
	struct rcu_work free;
	u32 generation;
	u32 slots;
	u64 __percpu *counters;
	u64 *base;
	u64 __percpu **hits;
	u64 *hits_base;
	struct esmtp_rates *rates;
	struct esmtp_would *would;
	struct esmtp_limit_count **limits;
	struct esmtp_hosts **hosts;
	u8 *source;
	u32 source_len;
};

struct netlink_ext_ack;

/* policy.c */
int esmtp_policy_init(void);
void esmtp_policy_exit(void);
struct esmtp_kpolicy *esmtp_kpolicy_alloc(void);
int esmtp_kpolicy_reserve(struct esmtp_kpolicy *kp);
int esmtp_kpolicy_seal(struct esmtp_kpolicy *kp, const struct esmtp_kpolicy *old,
		       struct netlink_ext_ack *extack);
struct esmtp_kpolicy *esmtp_kpolicy_default(void);
void esmtp_kpolicy_put(struct esmtp_kpolicy *kp);
u64 esmtp_kpolicy_sum(const struct esmtp_kpolicy *kp, u32 slot);
void esmtp_kpolicy_clear(struct esmtp_kpolicy *kp, const struct esmtp_pmap *only);
void esmtp_limit_count_put(struct esmtp_limit_count *lc);

/* policy_carry.c */
int esmtp_policy_carry_limits(struct esmtp_kpolicy *kp,
			      const struct esmtp_kpolicy *old);
int esmtp_policy_carry_hosts(struct esmtp_kpolicy *kp, const struct esmtp_kpolicy *old);
void esmtp_policy_carry_counters(struct esmtp_kpolicy *kp,
				 const struct esmtp_kpolicy *old);

/* acl_hits.c */
int esmtp_acl_hits_alloc(struct esmtp_kpolicy *kp);
void esmtp_acl_hits_free(struct esmtp_kpolicy *kp);
void esmtp_acl_hits_count(struct esmtp_kpolicy *kp, const struct esmtp_flowspec *spec);
u64 esmtp_acl_hits_sum(const struct esmtp_kpolicy *kp, u32 ace);
bool esmtp_acl_hits_clear(struct esmtp_kpolicy *kp, const char *name);
int esmtp_acl_hits_carry(struct esmtp_kpolicy *kp, const struct esmtp_kpolicy *old);

/* rate.c */
int esmtp_rates_alloc(struct esmtp_kpolicy *kp);
void esmtp_rates_free(struct esmtp_rates *rates);
enum esmtp_reason esmtp_rate_admit(const struct esmtp_kpolicy *kp, u32 slot,
				   u32 rate, const struct esmtp_tuple *real);

/**
 * esmtp_kpolicy_get() - take a reference for a flow
 * @kp: from an RCU pointer; the caller is in a read-side section
 *
 * Return: false if the policy is going away.
 */
static inline bool esmtp_kpolicy_get(struct esmtp_kpolicy *kp)
{
	return refcount_inc_not_zero(&kp->ref);
}

/* Count in a slot of a policy. Softirq or process context with BH off. */
static inline void esmtp_kpolicy_count(struct esmtp_kpolicy *kp, u32 slot)
{
	esmtp_count(kp->counters[slot]);
}

#endif /* _NF_ESMTP_POLICY_H */
