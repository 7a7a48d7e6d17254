// SPDX-License-Identifier: GPL-2.0
/*
 * A packet's way, top to bottom: read its headers, find its connection and what
 * the policy said of it, have it inspected, end with a named reason. It knows
 * the order of steps and nothing else.
 *
 * The hooks run behind conntrack and behind the ruleset, in FORWARD, LOCAL_IN
 * and LOCAL_OUT: only packets that the ruleset let through move the parser. Two
 * more run before conntrack, for what is acknowledged: of streams that leave with
 * other numbers than they came, and SYN cookies.
 */
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <net/netfilter/nf_conntrack.h>

#include "acks.h"
#include "flow.h"
#include "icmp.h"
#include "inject.h"
#include "intercept.h"
#include "mptcp.h"
#include "net.h"
#include "pkt.h"

enum {
	EARLY = NF_IP_PRI_CONNTRACK - 1,
	/* behind every filter, before conntrack's last words */
	PRIORITY = NF_IP_PRI_SELINUX_LAST,
};

static unsigned int finish(struct esmtp_net *en, enum esmtp_reason why)
{
	this_cpu_inc(en->stats->reason[why]);
	return esmtp_reason_end(why) == ESMTP_END_DROP ? NF_DROP : NF_ACCEPT;
}

/* Is either end of this packet a port that a policy speaks of? */
static bool concerns(const struct esmtp_policy *p, const struct esmtp_pkt *pkt)
{
	return esmtp_policy_wants(p, pkt->sport, pkt->dport) ||
	       esmtp_policy_wants(p, pkt->dport, pkt->sport);
}

/* Conntrack does not know the packet: nothing may pass around the engine. */
static unsigned int unplaced(struct esmtp_net *en, const struct esmtp_policy *p,
			     const struct esmtp_pkt *pkt)
{
	if (!pkt->len || !concerns(p, pkt))
		return NF_ACCEPT;
	return finish(en, ESMTP_UNPLACED);
}

/* No TCP segment, unless that is in pieces, or quoted. */
static unsigned int unread(struct esmtp_net *en, struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	enum esmtp_reason why;

	if (esmtp_pkt_in_parts(skb, state->pf))
		return finish(en, ESMTP_UNPLACED);
	why = esmtp_icmp_turn(en, skb, state);
	return why ? finish(en, why) : NF_ACCEPT;
}

/* A connection that we have no place in and that is too old to get one. */
static unsigned int unseen(struct esmtp_net *en, const struct esmtp_policy *p,
			   const struct nf_conn *ct, const struct esmtp_pkt *pkt,
			   const struct nf_hook_state *state,
			   enum ip_conntrack_dir dir)
{
	struct esmtp_flowspec spec;

	esmtp_flow_spec(ct, dir, state, &spec);
	if (esmtp_classify(p, &spec).verdict != ESMTP_CLASSIFY_INSPECT)
		return finish(en, ESMTP_UNCLASSED);
	if (p->pickup == ESMTP_ON_PICKUP_DROP && pkt->len)
		return finish(en, ESMTP_PICKUP_DROPPED);
	return finish(en, ESMTP_PICKUP_PASSED);
}

/*
 * Does inspect-local leave out what this machine itself begins, or is the end of? In
 * the middle of a connection its ports tell who began it.
 */
static bool left_out(const struct esmtp_policy *p, const struct esmtp_pkt *pkt,
		     const struct nf_hook_state *state)
{
	bool out = state->hook == NF_INET_LOCAL_OUT;
	bool answers = !(pkt->syn && !pkt->has_ack) &&
		       !esmtp_policy_wants(p, pkt->sport, pkt->dport);

	return (out || state->hook == NF_INET_LOCAL_IN) &&
	       esmtp_policy_leaves(p, out != answers);
}

static enum esmtp_begin how_begun(const struct esmtp_policy *p,
				  const struct esmtp_pkt *pkt,
				  const struct nf_hook_state *state)
{
	if (left_out(p, pkt, state))
		return ESMTP_BEGIN_LOCAL;
	return pkt->syn && !pkt->has_ack ? ESMTP_BEGIN_SYN :
					   ESMTP_BEGIN_MIDSTREAM;
}

/*
 * A SYN that a limit may be against. What is over the limit of connections is dropped,
 * what is over that of half-open ones is answered here.
 */
static enum esmtp_reason admit(struct esmtp_net *en, struct esmtp_kpolicy *kp,
			       const struct nf_conn *ct, const struct esmtp_pkt *pkt,
			       const struct nf_hook_state *state,
			       const struct esmtp_bounds *b, bool vouched, u32 *half)
{
	enum esmtp_reason why;

	if (!esmtp_pkt_checksum_ok(pkt, state->net, state->hook))
		return ESMTP_CHECKSUM;
	why = esmtp_limit_full(kp, ct, b);
	if (!why && (state->hook == NF_INET_LOCAL_OUT ||
		     esmtp_embryonic_enter(kp, ct, b, vouched, half)))
		return ESMTP_GO;
	if (vouched)
		return esmtp_intercept_refuse(en, ct, pkt);
	return why ?: esmtp_intercept_syn(en, ct, pkt, state);
}

/*
 * The first packet of a connection, not confirmed yet: does it get a place? Sets
 * @mark if so.
 */
static enum esmtp_reason first(struct esmtp_net *en, struct esmtp_kpolicy *kp,
			       struct nf_conn *ct, const struct esmtp_pkt *pkt,
			       const struct nf_hook_state *state,
			       struct esmtp_mark **mark)
{
	bool wanted, limited, vouched = esmtp_intercept_vouched(en, ct, pkt);
	enum esmtp_reason why = ESMTP_GO;
	struct esmtp_bounds bounds;
	u32 half = 0;

	/* in the middle of a connection the first to speak may be the server */
	wanted = pkt->syn ? esmtp_policy_wants(&kp->p, pkt->sport, pkt->dport) :
			    concerns(&kp->p, pkt);
	limited = esmtp_limit_bounds(kp, ct, state, &bounds);
	if (!wanted && !limited && !vouched)
		return ESMTP_GO;
	if (limited && pkt->syn && !pkt->has_ack)
		why = admit(en, kp, ct, pkt, state, &bounds, vouched, &half);
	if (!why)
		why = esmtp_flow_begin(ct, how_begun(&kp->p, pkt, state));
	if (why)
		return why;
	*mark = esmtp_flow_mark(ct);
	(*mark)->half = half;
	if (vouched)
		esmtp_intercept_begin(*mark, pkt);
	return ESMTP_GO;
}

/*
 * A SYN says where its sender's stream begins, and the first acknowledgement
 * that follows which of several SYNs the other end took: the server's SYN does,
 * and a SYN of the client's that comes behind it moves nothing. One that was sent
 * again comes later than the flow that its connection has by then.
 */
static void learn(struct esmtp_mark *mark, const struct esmtp_pkt *pkt,
		  enum ip_conntrack_dir dir)
{
	if (pkt->syn && pkt->has_ack && dir == IP_CT_DIR_REPLY) {
		mark->isn[dir] = pkt->seq + 1;
		mark->isn[!dir] = pkt->ack;
		mark->fixed |= 1 << !dir;
	} else if (pkt->syn) {
		if (!(mark->fixed & 1 << dir))
			mark->isn[dir] = pkt->seq + 1;
	} else if (pkt->has_ack && !(mark->fixed & 1 << !dir)) {
		mark->isn[!dir] = pkt->ack;
		mark->fixed |= 1 << !dir;
	}
}

/*
 * Both ends may have forgotten a connection that conntrack has not, and begin
 * another from the same port. Of a SYN that differs from the one we know only
 * the server's answer tells: it has no SYN for a connection that lives.
 */
static void renew(struct nf_conn *ct, struct esmtp_mark *mark,
		  const struct esmtp_pkt *pkt, enum ip_conntrack_dir dir)
{
	if (!pkt->syn)
		return;
	if (!pkt->has_ack)
		mark->again = pkt->seq + 1;
	else if (dir == IP_CT_DIR_REPLY && pkt->ack == mark->again &&
		 pkt->ack != mark->isn[IP_CT_DIR_ORIGINAL])
		esmtp_flow_renew(ct, mark);
}

/* Not to be inspected, for a reason that was found when it began. */
static enum esmtp_reason passing(const struct esmtp_flow *flow)
{
	if (flow->pass == ESMTP_EXEMPT)
		esmtp_kpolicy_count(flow->kp, flow->slot + ESMTP_SLOT_PACKETS);
	return flow->pass;
}

static enum esmtp_reason inspect(struct esmtp_net *en, struct nf_conn *ct,
				 struct esmtp_mark *mark, struct esmtp_flow *flow,
				 struct esmtp_pkt *pkt,
				 const struct nf_hook_state *state,
				 enum ip_conntrack_dir dir)
{
	struct esmtp_inspected *in = rcu_dereference(flow->inspected);
	enum esmtp_reason why;

	if (!esmtp_pkt_checksum_ok(pkt, state->net, state->hook))
		return ESMTP_CHECKSUM;
	if (!in && (pkt->len || pkt->urg)) {
		in = esmtp_flow_inspect(en, mark, flow);
		if (!in)
			return ESMTP_MEMORY;
	}
	why = esmtp_inspect_packet(en, flow, in, pkt,
				   dir == IP_CT_DIR_ORIGINAL ? ESMTP_C2S :
							       ESMTP_S2C);
	if (esmtp_inspected_ended(in))
		esmtp_flow_ended(ct, pkt->syn && !pkt->has_ack);
	return why;
}

/* Two ends that agree on MPTCP would go on where nobody reads. */
static enum esmtp_reason tame(const struct esmtp_policy *p, const struct nf_conn *ct,
			      struct esmtp_pkt *pkt, const struct nf_hook_state *state,
			      enum ip_conntrack_dir dir)
{
	struct esmtp_flowspec spec;

	if (!pkt->syn || !esmtp_mptcp_offered(pkt))
		return ESMTP_GO;
	esmtp_flow_spec(ct, dir, state, &spec);
	return esmtp_mptcp_hide(p, pkt, &spec);
}

/* A packet of a connection that we have a place in. */
static enum esmtp_reason known(struct esmtp_net *en, const struct esmtp_policy *p,
			       struct nf_conn *ct, struct esmtp_mark *mark,
			       struct esmtp_pkt *pkt,
			       const struct nf_hook_state *state,
			       enum ip_conntrack_dir dir)
{
	enum esmtp_reason why, option;
	struct esmtp_flow *flow;

	if (mark->begin == ESMTP_BEGIN_LOCAL)
		return ESMTP_LOCAL;
	if (pkt->syn && pkt->len)
		return ESMTP_SYN_DATA;
	option = tame(p, ct, pkt, state, dir);
	if (option == ESMTP_MEMORY)
		return option;
	renew(ct, mark, pkt, dir);
	flow = rcu_dereference(mark->flow);
	if (!flow || !rcu_access_pointer(flow->inspected))
		learn(mark, pkt, dir);
	if (!nf_ct_is_confirmed(ct) || mark->begin == ESMTP_BEGIN_MIDSTREAM)
		return pkt->len ? ESMTP_MIDSTREAM : option ?: ESMTP_CONTROL;
	flow = esmtp_flow_get(en, ct, mark, dir, state, &why);
	if (!flow)
		return why;
	atomic64_inc(&flow->packets);
	esmtp_limit_watch(flow, ct);
	esmtp_embryonic_watch(mark, ct, flow);
	why = flow->pass ? passing(flow) :
			   inspect(en, ct, mark, flow, pkt, state, dir);
	return why == ESMTP_CONTROL ? option ?: why : why;
}

static enum esmtp_reason placed(struct esmtp_net *en, const struct esmtp_policy *p,
				struct nf_conn *ct, struct esmtp_mark *mark,
				struct esmtp_pkt *pkt,
				const struct nf_hook_state *state,
				enum ip_conntrack_dir dir)
{
	enum esmtp_reason bad, why = known(en, p, ct, mark, pkt, state, dir);

	if (!READ_ONCE(mark->intercept) || esmtp_reason_end(why) == ESMTP_END_DROP)
		return why;
	bad = esmtp_intercept_packet(en, ct, mark, pkt, state);
	return bad ?: why;
}

static bool loopback(const struct nf_hook_state *state)
{
	return (state->in && state->in->flags & IFF_LOOPBACK) ||
	       (state->out && state->out->flags & IFF_LOOPBACK);
}

/* A segment of the engine's own, on its way to one end of a connection. */
static unsigned int own(struct sk_buff *skb, const struct nf_hook_state *state)
{
	enum ip_conntrack_info ctinfo;
	struct esmtp_pkt pkt;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (!ct || nf_ct_is_template(ct) || !esmtp_pkt_init(&pkt, skb, state->pf))
		return NF_ACCEPT;
	return esmtp_acks_own(ct, CTINFO2DIR(ctinfo), &pkt) ? NF_DROP : NF_ACCEPT;
}

/* Before conntrack: it must see what is acknowledged in the sender's numbers. */
static unsigned int before(void *unused, struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	struct esmtp_net *en = esmtp_net(state->net);
	enum esmtp_reason why = ESMTP_GO;

	if (state->hook == NF_INET_LOCAL_OUT && esmtp_inject_own())
		return NF_ACCEPT;
	if (state->hook == NF_INET_PRE_ROUTING)
		why = esmtp_intercept_ack(en, skb, state);
	if (!why)
		why = esmtp_acks_turn(en, state->net, skb, state->pf);
	return why ? finish(en, why) : NF_ACCEPT;
}

/* A connection that we have no place in, and never will: nothing of it is read. */
static bool foreign(const struct esmtp_policy *p, const struct nf_conn *ct)
{
	return nf_ct_is_confirmed(ct) && nf_ct_protonum(ct) == IPPROTO_TCP &&
	       !esmtp_flow_wanted(p, ct);
}

static unsigned int hook(void *unused, struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	struct esmtp_net *en = esmtp_net(state->net);
	struct esmtp_kpolicy *kp = rcu_dereference(en->policy);
	enum ip_conntrack_info ctinfo;
	struct esmtp_mark *mark;
	enum esmtp_reason why;
	struct esmtp_pkt pkt;
	struct nf_conn *ct;

	if (state->hook == NF_INET_LOCAL_OUT && esmtp_inject_own())
		return own(skb, state);
	if (!kp || loopback(state))
		return NF_ACCEPT;
	ct = nf_ct_get(skb, &ctinfo);
	mark = ct ? esmtp_flow_mark(ct) : NULL;
	if (ct && !mark && foreign(&kp->p, ct) && !esmtp_pkt_in_parts(skb, state->pf))
		return NF_ACCEPT;
	if (!esmtp_pkt_init(&pkt, skb, state->pf))
		return unread(en, skb, state);
	if (!ct || nf_ct_is_template(ct))
		return unplaced(en, &kp->p, &pkt);
	if (!mark && nf_ct_is_confirmed(ct))
		return unseen(en, &kp->p, ct, &pkt, state, CTINFO2DIR(ctinfo));
	if (!mark) {
		why = first(en, kp, ct, &pkt, state, &mark);
		if (!mark)
			return why ? finish(en, why) : NF_ACCEPT;
	}
	why = placed(en, &kp->p, ct, mark, &pkt, state, CTINFO2DIR(ctinfo));
	return finish(en, why);
}

/**
 * esmtp_hook_help() - conntrack's last look at a packet of ours
 * @skb: the packet
 * @protoff: offset of its TCP header
 * @ct: its connection
 * @ctinfo: its direction
 *
 * Everything was done in the hooks before.
 *
 * Return: NF_ACCEPT.
 */
int esmtp_hook_help(struct sk_buff *skb, unsigned int protoff,
		    struct nf_conn *ct, enum ip_conntrack_info ctinfo)
{
	return NF_ACCEPT;
}

static const struct nf_hook_ops hooks[] = {
	{
		.hook = before,
		.pf = NFPROTO_INET,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = EARLY,
	}, {
		.hook = before,
		.pf = NFPROTO_INET,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = EARLY,
	}, {
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
	err = nf_ct_netns_get(net, NFPROTO_INET);
	if (err)
		goto no_conntrack;
	err = nf_register_net_hooks(net, hooks, ARRAY_SIZE(hooks));
	if (err)
		goto no_hooks;
	return 0;

no_hooks:
	nf_ct_netns_put(net, NFPROTO_INET);
no_conntrack:
	esmtp_opening_exit(en);
	return err;
}

/**
 * esmtp_hook_unregister() - let the packets of a namespace go by
 * @net: the namespace
 *
 * Its connections go on uninspected. Process context; may sleep.
 */
void esmtp_hook_unregister(struct net *net)
{
	nf_unregister_net_hooks(net, hooks, ARRAY_SIZE(hooks));
	/* hooks that run now may still make flows */
	synchronize_rcu();
	esmtp_opening_exit(esmtp_net(net));
	esmtp_flow_flush(net);
	nf_ct_netns_put(net, NFPROTO_INET);
}
