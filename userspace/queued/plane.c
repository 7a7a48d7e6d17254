// SPDX-License-Identifier: GPL-2.0
/*
 * The plane: a policy is put in force here. What the module's net.c is for a
 * namespace, this is for the daemon, which serves the one that it runs in.
 *
 * Threads on the packet path hold the lock for reading while they work on what
 * they have received. Whoever replaces the policy takes it for writing, and when
 * it has it nobody looks at the old one any more but the flows that pin it.
 */
#include <pthread.h>

#include "audit.h"
#include "flow.h"
#include "pickup.h"
#include "plane.h"

struct plane_options plane_options;

static struct esmtp_net plane;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static struct plane_stats {
	u64 n[PLANE_STATS];
} *stats;
static u32 overrun;			/* when the last was, by flow_clock() */

enum { LATELY = 60 };			/* seconds */

/**
 * esmtp_net() - the data of the namespace
 * @net: the one there is
 *
 * Return: the data.
 */
struct esmtp_net *esmtp_net(const struct net *net)
{
	(void)net;
	return &plane;
}

/**
 * plane_read_lock() - begin to look at the policy in force
 *
 * Context: any thread; plane_unlock() follows.
 */
void plane_read_lock(void)
{
	pthread_rwlock_rdlock(&lock);
}

/**
 * plane_unlock() - done with it
 */
void plane_unlock(void)
{
	pthread_rwlock_unlock(&lock);
}

/**
 * plane_count() - count something of this plane alone
 * @stat: what
 *
 * Context: any thread.
 */
void plane_count(enum plane_stat stat)
{
	per_cpu_ptr(stats, queued_cpu)->n[stat]++;
}

/**
 * plane_overrun() - packets have passed, or were lost, that no queue had room for
 *
 * Context: any thread.
 */
void plane_overrun(void)
{
	plane_count(PLANE_OVERRUNS);
	__atomic_store_n(&overrun, flow_clock(), __ATOMIC_RELAXED);
}

/**
 * plane_overrun_lately() - may a connection have begun that nobody saw?
 *
 * Return: true if that was so a short time ago.
 */
bool plane_overrun_lately(void)
{
	return plane_sum(PLANE_OVERRUNS) &&
	       flow_clock() - __atomic_load_n(&overrun, __ATOMIC_RELAXED) < LATELY;
}

/**
 * plane_sum() - read such a counter
 * @stat: which
 *
 * Return: its value.
 */
u64 plane_sum(enum plane_stat stat)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(stats, cpu)->n[stat]);
	return sum;
}

/**
 * esmtp_net_policy_get() - pin the policy in force
 * @en: the namespace
 *
 * Context: any thread that does not hold the lock for writing.
 * Return: the policy, to be given back with esmtp_kpolicy_put(), or NULL.
 */
struct esmtp_kpolicy *esmtp_net_policy_get(const struct esmtp_net *en)
{
	struct esmtp_kpolicy *kp;

	plane_read_lock();
	kp = en->policy;
	if (kp && !esmtp_kpolicy_get(kp))
		kp = NULL;
	plane_unlock();
	return kp;
}

/* Only who answers a SYN can do something about them. */
static bool half_open_limits(const struct esmtp_policy *p)
{
	u32 i;

	for (i = 0; i < p->nlimits; i++)
		if (p->limits[i].embryonic_max)
			return true;
	for (i = 0; i < p->nbinds; i++)
		if (p->binds[i].set.embryonic_max || p->binds[i].set.client_embryonic_max)
			return true;
	return false;
}

/**
 * esmtp_net_replace() - put a policy in force
 * @net: the namespace
 * @kp: filled in, not sealed
 * @expect: generation that has to be in force, or NULL for any
 * @extack: says what is wrong
 *
 * Connections that begin later see the new policy, those alive keep theirs, and
 * those that only conntrack knows are noted as older than the inspection.
 *
 * Context: one thread.
 * Return: 0, and the caller's reference to @kp is the namespace's, and @extack may say
 * what is not done of it; or -EINVAL, -ESTALE and others, nothing has changed, and the caller has to put @kp.
 */
int esmtp_net_replace(struct net *net, struct esmtp_kpolicy *kp,
		      const u32 *expect, struct netlink_ext_ack *extack)
{
	struct esmtp_net *en = esmtp_net(net);
	struct esmtp_kpolicy *old = en->policy;
	int err = esmtp_kpolicy_seal(kp, old, extack);

	if (err)
		return err;
	if (expect && *expect != en->generation) {
		NL_SET_ERR_MSG(extack, "the policy in force is another one by now");
		return -ESTALE;
	}
	if (kp->p.nservices && pickup_scan(&kp->p)) {
		NL_SET_ERR_MSG(extack, "conntrack does not tell its connections");
		return -EIO;
	}
	/* 0 is the idle namespace, also after a wrap */
	kp->generation = en->generation + 1 ? en->generation + 1 : 1;
	pthread_rwlock_wrlock(&lock);
	en->generation = kp->generation;
	en->policy = kp;
	pthread_rwlock_unlock(&lock);
	if (old)
		esmtp_kpolicy_put(old);
	if (half_open_limits(&kp->p))
		NL_SET_ERR_MSG(extack,
			       "limits of half-open connections are kept, but not enforced: they need the module");
	return 0;
}

/* Counters of this plane alone, as they are shown. */
static void more(void (*fn)(void *ctx, const char *name, u64 value), void *ctx)
{
	fn(ctx, "queue_overruns", plane_sum(PLANE_OVERRUNS));
	fn(ctx, "queue_unread", plane_sum(PLANE_UNREAD));
	fn(ctx, "queue_evicted", plane_sum(PLANE_EVICTED));
}

/**
 * plane_init() - put the default policy in force
 *
 * Context: one thread, before there are others; @queued_cpus is right.
 * Return: 0 or a negative errno.
 */
int plane_init(void)
{
	struct esmtp_kpolicy *kp;
	int err;

	plane.stats = alloc_percpu_gfp(struct esmtp_stats, GFP_KERNEL);
	stats = alloc_percpu_gfp(struct plane_stats, GFP_KERNEL);
	plane.audit = esmtp_audit_alloc();
	plane.more = more;
	kp = esmtp_kpolicy_default();
	if (!plane.stats || !stats || !plane.audit || !kp)
		return -ENOMEM;
	err = esmtp_policy_init();
	if (!err)
		err = esmtp_net_replace(&init_net, kp, NULL, NULL);
	if (err)
		esmtp_kpolicy_put(kp);
	return err;
}

/**
 * plane_exit() - let go of everything
 *
 * Context: one thread, after the others; there are no flows.
 */
void plane_exit(void)
{
	esmtp_kpolicy_put(plane.policy);
	plane.policy = NULL;
	esmtp_policy_exit();
	esmtp_audit_free(plane.audit);
	free_percpu(plane.stats);
	free_percpu(stats);
}
