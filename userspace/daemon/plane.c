// SPDX-License-Identifier: GPL-2.0
/*
 * The plane puts policies in force: kmod/net.c for the daemon, which serves only the
 * namespace that it runs in.
 *
 * Packet threads hold the lock for reading while they process a batch of packets. The
 * control thread takes it for writing to replace the policy; from then on only the
 * flows that pin the old policy use it.
 */
#include <pthread.h>

#include "control/audit.h"
#include "flow.h"
#include "pickup.h"
#include "plane.h"

struct plane_options plane_options;

static struct esmtp_net plane;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static struct plane_stats {
	u64 n[PLANE_STATS];
} *stats;
static u32 overrun;			/* time of the last one, of flow_clock() */

enum {					/* seconds */
	LATELY = 30,
	DRAIN = 5,			/* until what was queued before has been read */
};

/**
 * esmtp_net() - the data of the namespace
 * @net: &init_net
 *
 * Return: the data.
 */
struct esmtp_net *esmtp_net(const struct net *net)
{
	(void)net;
	return &plane;
}

/**
 * plane_read_lock() - begin to use the policy in force
 *
 * Context: any thread; plane_unlock() follows.
 */
void plane_read_lock(void)
{
	pthread_rwlock_rdlock(&lock);
}

/**
 * plane_unlock() - end plane_read_lock()
 */
void plane_unlock(void)
{
	pthread_rwlock_unlock(&lock);
}

/**
 * plane_count() - increment a counter that only the daemon has
 * @stat: which
 *
 * Context: any thread.
 */
void plane_count(enum plane_stat stat)
{
	this_cpu_inc(stats->n[stat]);
}

/**
 * plane_overrun() - note that a full queue has passed or lost packets
 *
 * Context: any thread.
 */
void plane_overrun(void)
{
	plane_count(PLANE_OVERRUNS);
	__atomic_store_n(&overrun, flow_clock(), __ATOMIC_RELAXED);
}

/**
 * plane_overrun_lately() - may the handshake of a connection have been missed?
 *
 * Return: true if a queue was full within the last LATELY seconds.
 */
bool plane_overrun_lately(void)
{
	return plane_sum(PLANE_OVERRUNS) &&
	       flow_clock() - __atomic_load_n(&overrun, __ATOMIC_RELAXED) < LATELY;
}

/**
 * plane_overrun_since() - may packets have passed since then?
 * @when: in seconds of flow_clock()
 *
 * Return: true if a queue was full since @when, and within the last LATELY seconds.
 */
bool plane_overrun_since(u32 when)
{
	return plane_overrun_lately() &&
	       (s32)(__atomic_load_n(&overrun, __ATOMIC_RELAXED) + DRAIN - when) >= 0;
}

/**
 * plane_sum() - read a counter that only the daemon has
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

/* Enforcing these needs SYN cookies, which only the module sends. */
static bool has_embryonic_limits(const struct esmtp_policy *p)
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

/* Packets wait until the connections that are older than the policy are known. */
static int put_in_force(struct esmtp_net *en, struct esmtp_kpolicy *kp,
			const struct esmtp_kpolicy *old)
{
	int err;

	pthread_rwlock_wrlock(&lock);
	err = pickup_scan(&kp->p, old ? &old->p : NULL);
	if (!err) {
		/* 0 means an idle namespace: skip it when the number wraps */
		kp->generation = en->generation + 1 ? en->generation + 1 : 1;
		en->generation = kp->generation;
		en->policy = kp;
	}
	pthread_rwlock_unlock(&lock);
	return err;
}

/**
 * esmtp_net_replace() - put a policy in force
 * @net: the namespace
 * @kp: filled in, not sealed
 * @expect: generation that has to be in force, or NULL for any
 * @extack: says what is wrong
 *
 * New connections use the new policy, existing ones keep theirs, and those that only
 * conntrack knows are added as older than the inspection.
 *
 * Context: one thread.
 * Return: 0, and the caller's reference to @kp is the namespace's; @extack may name a
 * part that is not enforced. Or -EINVAL, -ESTALE and others, nothing has changed, and
 * the caller has to put @kp.
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
	if (put_in_force(en, kp, old)) {
		NL_SET_ERR_MSG(extack, "conntrack does not tell its connections");
		return -EIO;
	}
	if (old)
		esmtp_kpolicy_put(old);
	if (has_embryonic_limits(&kp->p))
		NL_SET_ERR_MSG(extack,
			       "limits of half-open connections are kept, but not enforced: they need the module");
	return 0;
}

/* Shows the counters that only the daemon has. */
static void report_plane_stats(void (*fn)(void *ctx, const char *name, u64 value), void *ctx)
{
#define ESMTP_QUEUE_COUNTER(name, value, sentence) fn(ctx, name, value);
#include <esmtp/counters.def>
}

/**
 * plane_idle() - is there still no policy?
 *
 * Context: the control thread, which alone puts one in force.
 * Return: true until the first one came.
 */
bool plane_idle(void)
{
	return !plane.policy;
}

static int start_default(void)
{
	struct esmtp_kpolicy *kp = esmtp_kpolicy_default();
	int err = kp ? esmtp_net_replace(&init_net, kp, NULL, NULL) : -ENOMEM;

	if (err && kp)
		esmtp_kpolicy_put(kp);
	return err;
}

/**
 * plane_init() - put the default policy in force, unless told to wait for another
 *
 * Context: one thread, before there are others; @queued_cpus is right.
 * Return: 0 or a negative errno.
 */
int plane_init(void)
{
	int err;

	plane.stats = alloc_percpu_gfp(struct esmtp_stats, GFP_KERNEL);
	stats = alloc_percpu_gfp(struct plane_stats, GFP_KERNEL);
	plane.audit = esmtp_audit_alloc();
	plane.more = report_plane_stats;
	if (!plane.stats || !stats || !plane.audit)
		return -ENOMEM;
	err = esmtp_policy_init();
	if (!err && !plane_options.idle)
		err = start_default();
	return err;
}

/**
 * plane_exit() - free policy and counters
 *
 * Context: one thread, after the others; there are no flows.
 */
void plane_exit(void)
{
	if (plane.policy)
		esmtp_kpolicy_put(plane.policy);
	plane.policy = NULL;
	esmtp_policy_exit();
	esmtp_audit_free(plane.audit);
	kfree(plane.cleared);
	free_percpu(plane.stats);
	free_percpu(stats);
}
