// SPDX-License-Identifier: GPL-2.0
/*
 * A network namespace: idle until a policy is applied, then hooked into its
 * packets until that is replaced by one without a service-policy.
 */
#include <linux/percpu.h>
#include <net/netns/generic.h>

#include "audit.h"
#include "net.h"

static unsigned int net_id __read_mostly;
static bool start_everywhere __read_mostly;

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
	/* One that is going away was replaced: look again. */
	do {
		kp = rcu_dereference(en->policy);
	} while (kp && !esmtp_kpolicy_get(kp));
	rcu_read_unlock();
	return kp;
}

static int alloc_stats(struct esmtp_net *en)
{
	struct esmtp_stats __percpu *stats;

	if (en->stats)
		return 0;
	stats = alloc_percpu_gfp(struct esmtp_stats, GFP_KERNEL_ACCOUNT);
	if (!stats)
		return -ENOMEM;
	WRITE_ONCE(en->audit, esmtp_audit_alloc());
	if (!en->audit) {
		free_percpu(stats);
		return -ENOMEM;
	}
	/* Views read it without the lock; the counters must be zero first. */
	smp_store_release(&en->stats, stats);
	return 0;
}

/* Hooks come before the policy: nothing can fail once that is published. */
static int start(struct net *net, struct esmtp_net *en,
		 struct netlink_ext_ack *extack)
{
	int err;

	if (en->hooked)
		return 0;
	err = alloc_stats(en);
	if (!err)
		err = esmtp_hook_register(net);
	if (err) {
		NL_SET_ERR_MSG(extack, "the hooks could not be registered");
		return err;
	}
	en->hooked = true;
	return 0;
}

static void stop(struct net *net, struct esmtp_net *en)
{
	if (!en->hooked)
		return;
	esmtp_hook_unregister(net);
	en->hooked = false;
}

static int replace(struct net *net, struct esmtp_kpolicy *kp, const u32 *expect,
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
		err = start(net, en, extack);
	if (err)
		return err;

	/* 0 is the idle namespace, also after a wrap. */
	kp->generation = en->generation + 1 ?: 1;
	en->generation = kp->generation;
	rcu_assign_pointer(en->policy, kp);
	if (!kp->p.nservices)
		stop(net, en);
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
 * All of it takes effect at once: connections that begin later see the new
 * policy, those alive keep theirs. Without a service-policy the namespace is
 * unhooked and its connections go on uninspected.
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
	err = replace(net, kp, expect, extack);
	mutex_unlock(&en->lock);
	return err;
}

static int start_default(struct net *net)
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

static int __net_init net_init(struct net *net)
{
	struct esmtp_net *en = esmtp_net(net);
	int err;

	mutex_init(&en->lock);
	err = esmtp_proc_init(net);
	if (err)
		return err;
	if (!start_everywhere && !net_eq(net, &init_net))
		return 0;
	err = start_default(net);
	if (err) {
		esmtp_audit_free(en->audit);
		free_percpu(en->stats);
		esmtp_proc_exit(net);
	}
	return err;
}

/* The core waits for a grace period between this and net_exit(). */
static void __net_exit net_pre_exit(struct net *net)
{
	struct esmtp_net *en = esmtp_net(net);

	mutex_lock(&en->lock);
	stop(net, en);
	mutex_unlock(&en->lock);
}

static void __net_exit net_exit(struct net *net)
{
	struct esmtp_net *en = esmtp_net(net);
	struct esmtp_kpolicy *kp;

	esmtp_proc_exit(net);
	kp = rcu_replace_pointer(en->policy, NULL, true);
	if (kp)
		esmtp_kpolicy_put(kp);
	esmtp_audit_free(en->audit);
	free_percpu(en->stats);
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.pre_exit = net_pre_exit,
	.exit = net_exit,
	.id = &net_id,
	.size = sizeof(struct esmtp_net),
};

/**
 * esmtp_net_init() - begin in all namespaces
 * @all_netns: put the default policy in force in each, else in the initial one
 *
 * Context: module initialisation.
 * Return: 0 or an error, also when the initial namespace could not be hooked.
 */
int esmtp_net_init(bool all_netns)
{
	start_everywhere = all_netns;
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
