// SPDX-License-Identifier: GPL-2.0
/*
 * Lifetime of what hangs off a connection. Conntrack is the flow table; this
 * file knows nothing of what is in a packet.
 *
 * A flow is published once, with cmpxchg, in a connection that is confirmed, and
 * taken away once, with xchg: by helper->destroy when conntrack drops the entry,
 * by esmtp_flow_flush(), or by its maker when the entry died meanwhile. Readers
 * are in RCU read-side sections; whoever takes it away closes what the readers
 * may still lock, and the memory of all of it goes after a grace period.
 */
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <linux/nf_esmtp.h>

#include "audit.h"
#include "flow.h"
#include "inject.h"
#include "intercept.h"
#include "net.h"

/* How long a connection that inspection has ended goes on to be dropped. */
enum { ENDED_SECONDS = 300 };

static struct kmem_cache *cache;

static void destroy(struct nf_conn *ct);

static const struct nf_conntrack_expect_policy no_expectations;

static struct nf_conntrack_helper helper __read_mostly = {
	.name = "esmtp",
	.me = THIS_MODULE,
	.tuple.src.l3num = NFPROTO_IPV4,
	.tuple.dst.protonum = IPPROTO_TCP,
	.flags = NF_CT_HELPER_F_USERSPACE,	/* attached by us alone */
	.expect_policy = &no_expectations,
	.help = esmtp_hook_help,
	.destroy = destroy,
};

/**
 * esmtp_flow_mark() - our place in a connection
 * @ct: the connection; the caller holds a reference
 *
 * Any context, in an RCU read-side section.
 *
 * Return: it, or NULL if the connection has none.
 */
struct esmtp_mark *esmtp_flow_mark(const struct nf_conn *ct)
{
	struct nf_conn_help *help = nfct_help(ct);

	NF_CT_HELPER_BUILD_BUG_ON(sizeof(struct esmtp_mark));
	if (!help || rcu_access_pointer(help->helper) != &helper)
		return NULL;
	return (struct esmtp_mark *)help->data;
}

/**
 * esmtp_flow_begin() - make our place in a connection
 * @ct: a connection that is not confirmed yet and has none
 * @begin: how it began
 *
 * Softirq, or process context on LOCAL_OUT.
 *
 * Return: ESMTP_GO, or why its packet must be dropped.
 */
enum esmtp_reason esmtp_flow_begin(struct nf_conn *ct, enum esmtp_begin begin)
{
	struct nf_conn_help *help = nfct_help(ct);
	struct esmtp_mark *mark;

	if (help && rcu_access_pointer(help->helper))
		return ESMTP_HELPER_BUSY;
	if (!help)
		help = nf_ct_helper_ext_add(ct, GFP_ATOMIC);
	if (!help)
		return ESMTP_MEMORY;
	mark = (struct esmtp_mark *)help->data;
	memset(mark, 0, sizeof(*mark));
	mark->begin = begin;
	rcu_assign_pointer(help->helper, &helper);
	/* NAT and templates leave it alone then */
	__set_bit(IPS_HELPER_BIT, &ct->status);
	return ESMTP_GO;
}

static void close_inspected(struct esmtp_net *en, struct esmtp_flow *flow)
{
	struct esmtp_inspected *in = rcu_dereference_raw(flow->inspected);

	if (in)
		esmtp_inspected_close(in, &en->pool);
}

static void free_flow(struct rcu_head *rcu)
{
	struct esmtp_flow *flow = container_of(rcu, struct esmtp_flow, rcu);
	struct esmtp_inspected *in = rcu_dereference_raw(flow->inspected);

	if (in)
		esmtp_inspected_free(in);
	kfree(flow->share);
	kmem_cache_free(cache, flow);
}

/* The caller has taken it away from its mark, or never published it. */
static void release(struct esmtp_net *en, struct esmtp_flow *flow)
{
	if (flow->share)
		esmtp_quota_put(flow->share);
	if (flow->map)
		atomic_dec(&en->flows);
	close_inspected(en, flow);
	esmtp_kpolicy_put(flow->kp);
	call_rcu(&flow->rcu, free_flow);
}

static void detach(struct nf_conn *ct, struct esmtp_mark *mark)
{
	struct esmtp_flow *flow;

	esmtp_intercept_forget(ct, mark);
	flow = unrcu_pointer(xchg(&mark->flow, NULL));
	if (!flow)
		return;
	esmtp_embryonic_leave(mark, ct, flow);
	esmtp_audit_conn(esmtp_net(nf_ct_net(ct)), ct, flow,
			 ESMTP_EVENT_TEARDOWN);
	release(esmtp_net(nf_ct_net(ct)), flow);
}

static void destroy(struct nf_conn *ct)
{
	detach(ct, esmtp_flow_mark(ct));
}

/* Is the namespace's table of inspected connections full? */
static enum esmtp_reason enter(struct esmtp_net *en, struct esmtp_flow *flow)
{
	const struct esmtp_policy *p = &flow->kp->p;

	if ((u32)atomic_inc_return(&en->flows) <= (p->max_conns ?: U32_MAX))
		return ESMTP_GO;
	atomic_dec(&en->flows);
	flow->map = 0;
	return p->overload == ESMTP_ON_OVERLOAD_BYPASS ? ESMTP_OVERLOAD_PASSED :
							 ESMTP_OVERLOAD_DROPPED;
}

static enum esmtp_reason judge(struct esmtp_net *en, struct esmtp_flow *flow,
			       const struct nf_conn *ct,
			       const struct esmtp_flowspec *spec)
{
	const struct esmtp_policy *p = &flow->kp->p;
	struct esmtp_class_result found = esmtp_classify(p, spec);
	enum esmtp_reason why = esmtp_limit_enter(flow, ct, spec);

	if (why)
		return why;
	if (found.verdict == ESMTP_CLASSIFY_NONE)
		return ESMTP_UNCLASSED;
	flow->slot = esmtp_bind_slot(p, found.bind);
	if (found.verdict == ESMTP_CLASSIFY_EXEMPT)
		return ESMTP_EXEMPT;
	flow->map = 1 + p->binds[found.bind].map;
	return enter(en, flow);
}

static struct esmtp_flow *make(struct esmtp_net *en, const struct nf_conn *ct,
			       const struct esmtp_flowspec *spec,
			       enum esmtp_reason *why)
{
	struct esmtp_kpolicy *kp = esmtp_net_policy_get(en);
	struct esmtp_flow *flow;

	*why = ESMTP_UNCLASSED;
	if (!kp)
		return NULL;
	flow = kmem_cache_zalloc(cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!flow) {
		esmtp_kpolicy_put(kp);
		*why = ESMTP_MEMORY;
		return NULL;
	}
	flow->kp = kp;
	flow->begun = (u32)ktime_get_seconds();
	flow->pass = judge(en, flow, ct, spec);
	return flow;
}

/**
 * esmtp_flow_get() - what the policy said of a connection
 * @en: its namespace
 * @ct: the connection
 * @mark: our place in it
 * @dir: of the packet at hand
 * @state: of the hook that the packet is in
 * @why: set when NULL is returned
 *
 * Made with the first packet after the connection was confirmed, when both of
 * its tuples are known, with the policy of that moment, and kept to the end.
 * Softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 *
 * Return: the flow, valid to the end of the section, or NULL.
 */
struct esmtp_flow *esmtp_flow_get(struct esmtp_net *en, struct nf_conn *ct,
				  struct esmtp_mark *mark,
				  enum ip_conntrack_dir dir,
				  const struct nf_hook_state *state,
				  enum esmtp_reason *why)
{
	struct esmtp_flow *flow = rcu_dereference(mark->flow);
	struct esmtp_flowspec spec;
	struct esmtp_flow *other;

	if (flow)
		return flow;
	esmtp_flow_spec(ct, dir, state, &spec);
	flow = make(en, ct, &spec, why);
	if (!flow)
		return NULL;
	other = unrcu_pointer(cmpxchg(&mark->flow, NULL, RCU_INITIALIZER(flow)));
	if (other) {
		release(en, flow);
		return other;
	}
	esmtp_hits_count(flow->kp, &spec);
	esmtp_audit_conn(en, ct, flow, ESMTP_EVENT_BUILT);
	/* destroy() may have run before the flow was there to be found */
	if (nf_ct_is_dying(ct))
		detach(ct, mark);
	return flow;
}

/**
 * esmtp_flow_inspect() - the state of an inspected connection
 * @en: its namespace
 * @mark: our place in it
 * @flow: its flow
 *
 * Made with the first payload: a connection that never carries any, such as one
 * of a flood, costs none. Same context as esmtp_flow_get().
 *
 * Return: it, valid to the end of the RCU read-side section, or NULL.
 */
struct esmtp_inspected *esmtp_flow_inspect(struct esmtp_net *en,
					   const struct esmtp_mark *mark,
					   struct esmtp_flow *flow)
{
	struct esmtp_inspected *in = rcu_dereference(flow->inspected);
	struct esmtp_inspected *other;

	if (in)
		return in;
	in = esmtp_inspected_alloc(esmtp_flow_map(flow), mark);
	if (!in)
		return NULL;
	other = unrcu_pointer(cmpxchg(&flow->inspected, NULL, RCU_INITIALIZER(in)));
	if (other) {
		esmtp_inspected_free(in);
		return other;
	}
	/* release() may have looked before it was there to be found */
	if (rcu_access_pointer(mark->flow) != flow)
		close_inspected(en, flow);
	return in;
}

/**
 * esmtp_flow_renew() - another connection begins in the same conntrack entry
 * @ct: the entry
 * @mark: our place in it; mark->again is the new client's first byte
 *
 * Same context as esmtp_flow_get().
 */
void esmtp_flow_renew(struct nf_conn *ct, struct esmtp_mark *mark)
{
	detach(ct, mark);
	mark->isn[IP_CT_DIR_ORIGINAL] = mark->again;
	mark->fixed = 0;
	mark->begin = ESMTP_BEGIN_SYN;
}

/**
 * esmtp_flow_ended() - inspection has ended a connection
 * @ct: the connection
 * @again: its packet is the SYN of a new one from the same port
 *
 * Neither end will see it closed, so conntrack would keep it for days; each
 * packet that is dropped puts the end off to here again. A new connection from
 * the same port begins with the next SYN: conntrack lets no data of the old one
 * into it before the server has answered that.
 */
void esmtp_flow_ended(struct nf_conn *ct, bool again)
{
	if (again)
		nf_ct_kill(ct);
	else if (!test_bit(IPS_FIXED_TIMEOUT_BIT, &ct->status))
		WRITE_ONCE(ct->timeout, nfct_time_stamp + ENDED_SECONDS * HZ);
}

/* Iterators of conntrack return 1 to have it forget the connection. */
static int flush_one(struct nf_conn *ct, void *resets)
{
	struct esmtp_mark *mark = esmtp_flow_mark(ct);
	int gone;

	if (!mark)
		return 0;
	gone = esmtp_part(ct, mark, resets);
	detach(ct, mark);
	return gone;
}

/**
 * esmtp_flow_flush() - take the flows of a namespace away
 * @net: the namespace; its hooks are unregistered and have run for the last time
 *
 * Process context; may sleep.
 */
void esmtp_flow_flush(struct net *net)
{
	struct nf_ct_iter_data iter = { .net = net };
	struct sk_buff_head resets;
	struct sk_buff *skb;

	__skb_queue_head_init(&resets);
	iter.data = &resets;
	nf_ct_iterate_cleanup_net(flush_one, &iter);
	while ((skb = __skb_dequeue(&resets)))
		esmtp_inject_alone(net, skb);
}

/**
 * esmtp_flow_init() - let conntrack know our helper
 *
 * Return: 0 or a negative errno.
 */
int esmtp_flow_init(void)
{
	int err = esmtp_inspected_init();

	if (err)
		return err;
	cache = KMEM_CACHE(esmtp_flow, 0);
	err = cache ? nf_conntrack_helper_register(&helper) : -ENOMEM;
	if (!err)
		return 0;
	kmem_cache_destroy(cache);
	esmtp_inspected_exit();
	return err;
}

/**
 * esmtp_flow_exit() - leave conntrack; every namespace was flushed
 *
 * Waits until no connection and no packet knows the helper any more, and until
 * what hung off them is freed.
 */
void esmtp_flow_exit(void)
{
	nf_conntrack_helper_unregister(&helper);
	rcu_barrier();
	kmem_cache_destroy(cache);
	esmtp_inspected_exit();
}
