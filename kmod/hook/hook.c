// SPDX-License-Identifier: GPL-2.0
/*
 * Where packets come in: read their headers, find their connection, have them walk
 * (walk.c), end them with a named reason.
 *
 * The hooks run behind conntrack and behind the ruleset, in FORWARD, LOCAL_IN
 * and LOCAL_OUT: only packets that the ruleset let through move the parser. One more runs
 * before conntrack, from when it is needed (early.c).
 */
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <net/ip.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include "acks.h"
#include "conn/flow.h"
#include "conn/table.h"
#include "control/net.h"
#include "data/inject.h"
#include "data/skb_parse.h"
#include "early.h"
#include "icmp.h"
#include "limit/intercept.h"
#include "limit/servers.h"
#include "steady.h"
#include "walk.h"

/* Behind every filter, before conntrack's last words. */
enum { PRIORITY = NF_IP_PRI_SELINUX_LAST };

static unsigned int finish(struct esmtp_net *en, enum esmtp_reason why)
{
	if (why == ESMTP_NOT_OURS)
		return NF_ACCEPT;
	esmtp_count(en->stats->reason[why]);
	return esmtp_reason_end(why) == ESMTP_END_DROP ? NF_DROP : NF_ACCEPT;
}

/* No TCP segment, unless that is in pieces, or quoted. */
static unsigned int unread(struct esmtp_net *en, struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	struct esmtp_unread u = { .en = en, .skb = skb, .state = state };

	return finish(en, esmtp_walk_unread(&u, esmtp_pkt_in_parts(skb, state->pf)));
}

static bool loopback(const struct nf_hook_state *state)
{
	return (state->in && state->in->flags & IFF_LOOPBACK) ||
	       (state->out && state->out->flags & IFF_LOOPBACK);
}

/* A segment of the engine's own, on its way to one end of a connection. Apart, for it is rare. */
static noinline unsigned int own(struct sk_buff *skb, const struct nf_hook_state *state)
{
	enum ip_conntrack_info ctinfo;
	struct esmtp_pkt pkt;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (!ct || nf_ct_is_template(ct) || !esmtp_pkt_parse(&pkt, skb, state->pf))
		return NF_ACCEPT;
	if (esmtp_acks_own(ct, CTINFO2DIR(ctinfo), &pkt))
		return NF_DROP;
	/* nobody asks for the signature any more, and none is to be read elsewhere */
	skb_clear_hash(skb);
	return NF_ACCEPT;
}

/**
 * esmtp_hook_before() - the hook before conntrack
 * @priv: the namespace
 * @skb: a packet
 * @state: of the hook
 *
 * Conntrack must see what is acknowledged in the sender's numbers. See early.c.
 *
 * Context: softirq, or process context on LOCAL_OUT, in an RCU read-side section.
 * Return: the verdict.
 */
unsigned int esmtp_hook_before(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	struct esmtp_net *en = priv;
	enum esmtp_reason why = ESMTP_R_GO;

	if (!READ_ONCE(en->cookie) && !esmtp_acks_any(en))
		return NF_ACCEPT;
	if (state->hook == NF_INET_LOCAL_OUT && esmtp_inject_own(skb))
		return NF_ACCEPT;
	if (state->hook == NF_INET_PRE_ROUTING)
		why = esmtp_intercept_ack(en, skb, state);
	if (!why)
		why = esmtp_acks_turn(en, state->net, skb, state->pf);
	return why ? finish(en, why) : NF_ACCEPT;
}

static bool is_near(const struct esmtp_policy *p, __be16 port)
{
	return p->span.lo <= ntohs(port) && ntohs(port) <= p->span.hi;
}

/* Is a connection made to no port, translated or not, that the policy speaks of? */
static bool is_far(const struct esmtp_policy *p, const struct nf_conn *ct)
{
	return p->narrow && !is_near(p, ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple.dst.u.tcp.port) &&
	       !is_near(p, ct->tuplehash[IP_CT_DIR_REPLY].tuple.src.u.tcp.port);
}

/*
 * Are there no limits, and is it a connection that has no flow? Whatever the policy says now, one
 * that is inspected has a helper extension since its SYN.
 */
static __always_inline bool is_strange(const struct esmtp_net *en, const struct esmtp_policy *p,
				       const struct nf_conn *ct)
{
	return nf_ct_is_confirmed(ct) && nf_ct_protonum(ct) == IPPROTO_TCP &&
	       !nf_ct_ext_exist(ct, NF_CT_EXT_HELPER) &&
	       !p->limits_any && !atomic_read(&en->limited) && !atomic_read(&en->intercepted);
}

static bool is_whole(const struct sk_buff *skb, u8 pf)
{
	return pf == NFPROTO_IPV4 ? !ip_is_fragment(ip_hdr(skb)) : !esmtp_pkt_in_parts(skb, pf);
}

/* The same, where it takes no search. */
static bool is_plainly_whole(const struct sk_buff *skb, u8 pf)
{
	return pf == NFPROTO_IPV4 ? !ip_is_fragment(ip_hdr(skb)) :
				    ipv6_hdr(skb)->nexthdr == IPPROTO_TCP;
}

static unsigned int walk_packet(struct esmtp_net *en, struct esmtp_kpolicy *kp,
				struct esmtp_flow *flow, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	struct esmtp_hooked h __uninitialized;
	enum ip_conntrack_info ctinfo;

	if (!esmtp_pkt_parse(&h.pkt, skb, state->pf))
		return unread(en, skb, state);
	h.ct = nf_ct_get(skb, &ctinfo);
	if (!h.ct || nf_ct_is_template(h.ct))
		return finish(en, esmtp_walk_unplaced(&kp->p, &h.pkt));
	h.walk.dir = esmtp_flow_dir(CTINFO2DIR(ctinfo));
	h.flow = flow;
	h.en = en;
	h.kp = kp;
	h.state = state;
	return finish(en, esmtp_hooked_walk(&h));
}

/* A packet that may concern us. Apart: what it needs is not made ready for all the others. */
static noinline unsigned int read_packet(struct esmtp_net *en, struct sk_buff *skb,
					 const struct nf_hook_state *state)
{
	const struct nf_conn *ct = (struct nf_conn *)skb_nfct(skb);
	struct esmtp_kpolicy *kp = rcu_dereference(en->policy);
	struct esmtp_flow *flow;
	enum esmtp_reason why;

	if (state->hook == NF_INET_LOCAL_OUT && esmtp_inject_own(skb))
		return own(skb, state);
	if (!kp || loopback(state) ||
	    (ct && is_strange(en, &kp->p, ct) && !esmtp_tuple_wanted(&kp->p, ct) &&
	     is_whole(skb, state->pf)))
		return NF_ACCEPT;
	flow = ct ? esmtp_table_find(ct) : NULL;
	if (flow && esmtp_steady_packet(flow, skb, state, &why))
		return finish(en, why);
	return walk_packet(en, kp, flow, skb, state);
}

/* Most packets are of ports that nobody speaks of: what tells that calls nothing. */
static unsigned int hook(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	const struct nf_conn *ct = (struct nf_conn *)skb_nfct(skb);
	const struct esmtp_net *en = priv;
	const struct esmtp_kpolicy *kp = rcu_dereference(en->policy);

	if (ct && kp && is_far(&kp->p, ct) && is_strange(en, &kp->p, ct) &&
	    is_plainly_whole(skb, state->pf))
		return NF_ACCEPT;
	return read_packet(priv, skb, state);
}

static const struct nf_hook_ops hooks[ESMTP_HOOKS] = {
	{
		.hook = hook,
		.pf = NFPROTO_INET,
		.hooknum = NF_INET_FORWARD,
		.priority = PRIORITY,
	}, {
		.hook = hook,
		.pf = NFPROTO_INET,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = PRIORITY,
	}, {
		.hook = hook,
		.pf = NFPROTO_INET,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = PRIORITY,
	},
};

static struct esmtp_hooks *make_hooks(struct esmtp_net *en, struct net *net)
{
	struct esmtp_hooks *h = kzalloc(sizeof(*h), GFP_KERNEL_ACCOUNT);
	u32 i;

	if (!h)
		return NULL;
	h->en = en;
	h->net = net;
	for (i = 0; i < ESMTP_HOOKS; i++) {
		h->ops[i] = hooks[i];
		h->ops[i].priv = en;
	}
	esmtp_early_init(h);
	return h;
}

static int register_hooks(struct net *net, struct esmtp_hooks *h)
{
	int err = nf_ct_netns_get(net, NFPROTO_INET);

	if (err)
		return err;
	err = nf_register_net_hooks(net, h->ops, ESMTP_HOOKS);
	if (err)
		nf_ct_netns_put(net, NFPROTO_INET);
	return err;
}

/**
 * esmtp_hook_register() - begin to see the packets of a namespace
 * @net: the namespace, idle until now
 *
 * Conntrack runs there from then on. Process context; may sleep.
 *
 * Return: 0 or a negative errno.
 */
int esmtp_hook_register(struct net *net)
{
	struct esmtp_net *en = esmtp_net(net);
	int err = esmtp_opening_init(en, net);

	if (err)
		return err;
	/* nobody else's, nor of hooks that were here before */
	en->begun = get_random_u64() | 1;
	en->hooks = make_hooks(en, net);
	err = en->hooks ? register_hooks(net, en->hooks) : -ENOMEM;
	if (!err)
		return 0;
	kfree(en->hooks);
	en->hooks = NULL;
	esmtp_opening_exit(en);
	return err;
}

/**
 * esmtp_hook_unregister() - let the packets of a namespace go by
 * @net: the namespace
 *
 * Its connections go on uninspected. Hooks that run now may still make flows:
 * esmtp_hook_release() has to follow, a grace period later. Process context; may sleep.
 */
void esmtp_hook_unregister(struct net *net)
{
	struct esmtp_net *en = esmtp_net(net);

	esmtp_early_stop(en);
	nf_unregister_net_hooks(net, en->hooks->ops, ESMTP_HOOKS);
}

/**
 * esmtp_hook_release() - let go of what hooks have made
 * @net: the namespace; its hooks are unregistered and have run for the last time
 *
 * The collector may be letting go of some: what it looks at then is there for a grace
 * period more. Process context; may sleep.
 */
void esmtp_hook_release(struct net *net)
{
	struct esmtp_net *en = esmtp_net(net);

	kfree(en->hooks);
	en->hooks = NULL;
	esmtp_opening_exit(en);
	esmtp_servers_free(en->servers);
	en->servers = NULL;
	esmtp_flow_flush(net);
	nf_ct_netns_put(net, NFPROTO_INET);
}
