// SPDX-License-Identifier: GPL-2.0
/*
 * A network namespace. Its hooks are registered when a policy with a service-policy
 * is put in force, and unregistered when one without replaces that.
 */
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>
#include <net/netns/generic.h>

#include "conn/flow.h"
#include "control/audit.h"
#include "control/net.h"

static unsigned int net_id __read_mostly;
static enum esmtp_start start_where __read_mostly;

/*
 * Bytes held in all namespaces that are not of the initial user namespace. They are in no
 * cgroup, and anybody may make as many namespaces as he likes: together they get one's share.
 */
static atomic_long_t guests;

#if BITS_PER_LONG == 32
DEFINE_PER_CPU(struct u64_stats_sync, esmtp_counting);
DEFINE_SEQLOCK(esmtp_clearing);
#endif

/**
 * esmtp_net() - the module's data of a namespace
 * @net: the namespace
 *
 * Context: any, from the namespace's initialisation to the end of its exit.
 * Return: the data, never NULL.
 */
struct esmtp_net *esmtp_net(const struct net *net)
{
	return net_generic(net, net_id);
}

/**
 * esmtp_net_policy_get() - pin the policy in force
 * @en: the namespace
 *
 * Context: any.
 * Return: the policy, to be given back with esmtp_kpolicy_put(), or NULL while
 * the namespace is idle.
 */
struct esmtp_kpolicy *esmtp_net_policy_get(const struct esmtp_net *en)
{
	struct esmtp_kpolicy *kp;

	rcu_read_lock();
	/* A policy without references was just replaced: read the new one. */
	do {
		kp = rcu_dereference(en->policy);
	} while (kp && !esmtp_kpolicy_get(kp));
	rcu_read_unlock();
	return kp;
}

static int alloc_stats(struct esmtp_net *en)
{
	struct esmtp_stats __percpu *stats;
	struct esmtp_audit *audit;
	long __percpu *near;

	if (en->stats)
		return 0;
	stats = alloc_percpu_gfp(struct esmtp_stats, GFP_KERNEL_ACCOUNT);
	/* what guests hold together is bounded together: none of it is kept untold */
	near = en->pool.common ? NULL : alloc_percpu_gfp(long, GFP_KERNEL_ACCOUNT);
	audit = esmtp_audit_alloc();
	if (!stats || (!near && !en->pool.common) || !audit) {
		free_percpu(stats);
		free_percpu(near);
		esmtp_audit_free(audit);
		return -ENOMEM;
	}
	en->pool.near = near;
	/* Views read both without the lock: what is in them comes before publishing. */
	smp_store_release(&en->audit, audit);
	/* pairs with what reads the counters */
	smp_store_release(&en->stats, stats);
	return 0;
}

static void stop_hooks(struct net *net, struct esmtp_net *en)
{
	if (!en->hooked)
		return;
	esmtp_hook_unregister(net);
	synchronize_rcu();
	esmtp_hook_release(net);
	en->hooked = false;
}

static int register_hooks(struct net *net, struct esmtp_net *en)
{
	int err;

	if (en->hooked)
		return 0;
	err = alloc_stats(en);
	if (!err)
		err = esmtp_hook_register(net);
	en->hooked = !err;
	return err;
}

/* Register hooks before publishing the policy, after which nothing may fail. */
static int start_hooks(struct net *net, struct esmtp_net *en, const struct esmtp_policy *p,
		       struct netlink_ext_ack *extack)
{
	bool was = en->hooked;
	int err = register_hooks(net, en);

	if (err)
		goto failed;
	err = esmtp_early_start(en, p);
	if (!err)
		return 0;
	if (!was)
		stop_hooks(net, en);
failed:
	NL_SET_ERR_MSG(extack, "the hooks could not be registered");
	return err;
}

static int replace_policy(struct net *net, struct esmtp_kpolicy *kp, const u32 *expect,
			  struct netlink_ext_ack *extack)
{
	struct esmtp_net *en = esmtp_net(net);
	struct esmtp_kpolicy *old;
	int err;

	lockdep_assert_held(&en->lock);
	old = rcu_dereference_protected(en->policy, lockdep_is_held(&en->lock));
	err = esmtp_kpolicy_seal(kp, old, extack);
	if (!err && expect && *expect != en->generation) {
		NL_SET_ERR_MSG(extack, "the policy in force is another one by now");
		err = -ESTALE;
	}
	if (!err && kp->p.nservices)
		err = start_hooks(net, en, &kp->p, extack);
	if (err)
		return err;

	/* 0 means an idle namespace: skip it when the number wraps. */
	kp->generation = en->generation + 1 ?: 1;
	en->generation = kp->generation;
	rcu_assign_pointer(en->policy, kp);
	if (!kp->p.nservices)
		stop_hooks(net, en);
	if (old)
		esmtp_kpolicy_put(old);
	return 0;
}

/**
 * esmtp_net_replace() - put a policy in force
 * @net: the namespace; the caller keeps it alive
 * @kp: filled in, not sealed
 * @expect: generation that has to be in force, or NULL for any
 * @extack: says what is wrong, may be NULL
 *
 * Takes effect atomically: new connections use the new policy, existing ones keep
 * theirs. Without a service-policy the namespace's hooks are unregistered and its
 * connections go on uninspected.
 *
 * Context: process context; takes the namespace's lock.
 * Return: 0, and the caller's reference to @kp is the namespace's; or -EINVAL,
 * -ESTALE, -ENOMEM and others, nothing has changed, and the caller has to put
 * @kp.
 */
int esmtp_net_replace(struct net *net, struct esmtp_kpolicy *kp,
		      const u32 *expect, struct netlink_ext_ack *extack)
{
	struct esmtp_net *en = esmtp_net(net);
	int err;

	mutex_lock(&en->lock);
	err = replace_policy(net, kp, expect, extack);
	mutex_unlock(&en->lock);
	return err;
}

static int apply_default_policy(struct net *net)
{
	struct esmtp_kpolicy *kp = esmtp_kpolicy_default();
	int err;

	if (!kp)
		return -ENOMEM;
	err = esmtp_net_replace(net, kp, NULL, NULL);
	if (err)
		esmtp_kpolicy_put(kp);
	return err;
}

static bool starts_in(const struct net *net)
{
	return start_where == ESMTP_START_EVERYWHERE ||
	       (start_where == ESMTP_START_INITIAL && net_eq(net, &init_net));
}

static int __net_init net_init(struct net *net)
{
	struct esmtp_net *en = esmtp_net(net);
	int err;

	mutex_init(&en->lock);
	if (net->user_ns != &init_user_ns)
		en->pool.common = &guests;
	err = esmtp_proc_init(net);
	if (err)
		return err;
	if (!starts_in(net))
		return 0;
	err = apply_default_policy(net);
	if (err) {
		esmtp_audit_free(en->audit);
		esmtp_pool_settle(&en->pool);
		free_percpu(en->stats);
		esmtp_proc_exit(net);
	}
	return err;
}

/* Its interfaces are still there, to reset ends whose numbers differ. */
static void __net_exit net_pre_exit(struct net *net)
{
	if (!esmtp_net(net)->hooked)
		return;
	esmtp_hook_unregister(net);
	esmtp_flow_flush(net);
}

static void free_net(struct net *net)
{
	struct esmtp_net *en = esmtp_net(net);
	struct esmtp_kpolicy *kp;

	kp = rcu_replace_pointer(en->policy, NULL, true);
	if (kp)
		esmtp_kpolicy_put(kp);
	esmtp_audit_free(en->audit);
	kfree(en->cleared);
	esmtp_pool_settle(&en->pool);
	free_percpu(en->stats);
}

/*
 * The networking core has waited for a grace period since net_pre_exit(). One more, for
 * all namespaces that go at once: the collector may be letting go of the last flows.
 */
static void __net_exit net_exit_batch(struct list_head *nets)
{
	bool flows = false;
	struct net *net;

	list_for_each_entry(net, nets, exit_list) {
		esmtp_proc_exit(net);
		flows |= esmtp_net(net)->hooked;
		if (esmtp_net(net)->hooked)
			esmtp_hook_release(net);
	}
	if (flows)
		synchronize_rcu();
	list_for_each_entry(net, nets, exit_list)
		free_net(net);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.pre_exit = net_pre_exit,
	.exit_batch = net_exit_batch,
	.id = &net_id,
	.size = sizeof(struct esmtp_net),
};

/**
 * esmtp_net_init() - begin in all namespaces
 * @start: where the default policy is put in force
 *
 * Context: module initialisation.
 * Return: 0 or an error, also when a namespace could not be hooked.
 */
int esmtp_net_init(enum esmtp_start start)
{
	start_where = start;
	return register_pernet_subsys(&net_ops);
}

/**
 * esmtp_net_exit() - leave all namespaces
 *
 * Context: module exit.
 */
void esmtp_net_exit(void)
{
	unregister_pernet_subsys(&net_ops);
}
