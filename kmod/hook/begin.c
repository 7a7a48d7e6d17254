// SPDX-License-Identifier: GPL-2.0
/*
 * How a connection begins. Its SYN is admitted and leaves nothing but an empty helper extension,
 * unless a limit counts it or its client has answered a cookie. The answer has both sequence
 * numbers: it makes the flow, and has the policy judge.
 */
#include <linux/netdevice.h>
#include <linux/nf_esmtp.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include "conn/flow.h"
#include "conn/side.h"
#include "control/audit.h"
#include "control/net.h"
#include "data/skb_parse.h"
#include "limit/intercept.h"
#include "limit/limits.h"
#include "limit/promise.h"
#include "walk.h"

/*
 * A SYN that a limit may be against. What is over the limit of connections is dropped,
 * what is over that of half-open ones is answered here, and so is who must prove its address.
 */
static enum esmtp_reason admit_syn(struct esmtp_walk *w, const struct esmtp_bounds *b,
				   bool vouched, struct esmtp_half *half)
{
	bool own = w->state->hook == NF_INET_LOCAL_OUT;
	enum esmtp_reason why;

	if (!esmtp_pkt_checksum_ok(&w->pkt, w->state->net, w->state->hook))
		return ESMTP_R_CHECKSUM;
	why = esmtp_limit_full(w->kp, w->ct, b);
	if (!why && own)
		return ESMTP_R_GO;
	if (!why && (vouched || !esmtp_quota_crowded(w->kp, b)) &&
	    esmtp_embryonic_enter(w->kp, w->ct, b, vouched, half))
		return ESMTP_R_GO;
	if (vouched)
		return esmtp_intercept_refuse(w->en, w->ct, &w->pkt, w->state);
	return why ?: esmtp_intercept_syn(w->en, w->ct, &w->pkt, w->state);
}

/*
 * Flowtables take no connection that has this extension, whatever is in it, and it can be added
 * only before the connection is confirmed.
 */
static bool keep_off_flowtables(struct nf_conn *ct)
{
	return nfct_help(ct) || nf_ct_helper_ext_add(ct, GFP_ATOMIC);
}

/* A flow before its time, to remember what was counted or which cookie was answered. */
static enum esmtp_reason remember_syn(struct esmtp_walk *w, const struct esmtp_bounds *b,
				      const struct esmtp_half *half, bool vouched)
{
	enum esmtp_reason why;

	if (!half->how && !vouched)
		return ESMTP_R_GO;
	w->flow = esmtp_flow_get(w->en, w->kp, w->ct, &why);
	if (!w->flow || w->flow->kp != w->kp) {
		esmtp_embryonic_undo(w->kp, b, half);
		return w->flow ? ESMTP_R_GO : why;
	}
	w->flow->half = *half;
	if (vouched)
		esmtp_intercept_begin(w->flow, &w->pkt);
	return ESMTP_R_GO;
}

/* What is no SYN, of a connection that conntrack does not know: the server may speak first. */
static enum esmtp_reason refuse_midstream(struct esmtp_walk *w)
{
	const struct esmtp_policy *p = &w->kp->p;

	if (!esmtp_tuple_wanted(p, w->ct) &&
	    !esmtp_policy_wants(p, w->pkt.dport, w->pkt.sport))
		return ESMTP_NOT_OURS;
	return esmtp_walk_left_out(w) ? ESMTP_R_LOCAL : esmtp_older_midstream(w);
}

/**
 * esmtp_begin_syn() - the first packet of a connection
 * @w: the packet; its connection is not confirmed. @w->flow is set if there is more to be done
 *
 * What is no SYN is of a connection that began elsewhere, and does not pass: then conntrack
 * never confirms it, and nothing passes later for being known.
 *
 * Context: as esmtp_walk_packet().
 * Return: the reason, ESMTP_NOT_OURS, or ESMTP_R_GO if @w->flow goes on.
 */
enum esmtp_reason esmtp_begin_syn(struct esmtp_walk *w)
{
	bool wanted, limited, vouched, mail = esmtp_tuple_wanted(&w->kp->p, w->ct);
	enum esmtp_reason why = ESMTP_R_GO;
	struct esmtp_half half = { };
	struct esmtp_bounds bounds;

	if (!esmtp_walk_asks(w))
		return refuse_midstream(w);
	wanted = mail && !esmtp_walk_left_out(w);
	vouched = esmtp_intercept_vouched(w->en, w->ct, &w->pkt);
	limited = esmtp_limit_bounds(w->kp, w->ct, w->state, &bounds);
	if (!wanted && !limited && !vouched)
		return mail ? ESMTP_R_LOCAL : ESMTP_NOT_OURS;
	if (wanted && w->pkt.len)
		return ESMTP_R_SYN_DATA;
	if (limited)
		why = admit_syn(w, &bounds, vouched, &half);
	if (why)
		return why;
	why = remember_syn(w, &bounds, &half, vouched);
	if (!why && wanted && !keep_off_flowtables(w->ct))
		why = ESMTP_R_MEMORY;
	if (why || w->flow)
		return why;
	return wanted ? esmtp_walk_hide_mptcp(w) : ESMTP_R_CONTROL;
}

/**
 * esmtp_begin_answers() - does a packet answer a SYN, and conntrack believe it?
 * @w: the packet
 *
 * Conntrack takes the answer's numbers for the connection's. That it is half-open by now, and
 * has these numbers, says that it did: also where another connection begins in the entry of
 * one that both ends have forgotten.
 *
 * Context: any.
 * Return: true if it does.
 */
bool esmtp_begin_answers(const struct esmtp_walk *w)
{
	const struct ip_ct_tcp *tcp = &w->ct->proto.tcp;

	return w->pkt.syn && w->pkt.has_ack &&
	       READ_ONCE(tcp->state) == TCP_CONNTRACK_SYN_RECV &&
	       READ_ONCE(tcp->seen[w->dir].td_end) == w->pkt.seq + w->pkt.len + 1;
}

static enum esmtp_reason ask_policy(struct esmtp_walk *w, const struct esmtp_flowspec *spec)
{
	struct esmtp_flow *flow = w->flow;
	const struct esmtp_policy *p = &flow->kp->p;
	struct esmtp_class_result found = esmtp_classify(p, spec);
	enum esmtp_reason why = esmtp_limit_enter(flow, w->ct, spec);

	if (why)
		return why;
	if (esmtp_walk_left_out(w))
		return ESMTP_R_LOCAL;
	if (found.verdict == ESMTP_CLASSIFY_NONE)
		return ESMTP_R_UNCLASSED;
	flow->slot = esmtp_bind_slot(p, found.bind);
	if (found.verdict == ESMTP_CLASSIFY_EXEMPT)
		return ESMTP_R_EXEMPT;
	why = esmtp_quota_enter_inspected(&flow->en->flows, p, &flow->counted);
	if (!why)
		flow->map = 1 + p->binds[found.bind].map;
	return why;
}

/* Where its packets come from, and its number. */
static void name_flow(struct esmtp_walk *w)
{
	const struct net_device *in = w->state->in, *out = w->state->out;

	w->flow->devs[w->dir] = in ? in->ifindex : 0;
	w->flow->devs[!w->dir] = out ? out->ifindex : 0;
	w->flow->id = atomic_inc_return(&w->en->judged);
}

/* Has the policy judge, once; under the lock, so that no limit counts a connection twice. */
static bool judge_flow(struct esmtp_walk *w, const struct esmtp_flowspec *spec)
{
	struct esmtp_flow *flow = w->flow;
	bool first;

	spin_lock_bh(&flow->lock);
	first = flow->stage == ESMTP_STAGE_SYN;
	if (first) {
		flow->isn[w->dir] = w->pkt.seq + 1;
		flow->isn[!w->dir] = w->pkt.ack;
		esmtp_closing_answer(&flow->closing, flow->isn, w->dir);
		flow->sides[w->dir] = esmtp_side_of(&w->pkt, w->state);
		name_flow(w);
		flow->pass = ask_policy(w, spec);
		flow->closing.loose = flow->pass;
		/* pairs with esmtp_flow_judged() */
		smp_store_release(&flow->stage, ESMTP_STAGE_JUDGED);
	}
	spin_unlock_bh(&flow->lock);
	return first;
}

/* An answer that came before, again? Else the flow is of a connection that is no more. */
static bool is_same(const struct esmtp_walk *w)
{
	return w->flow->isn[w->dir] == w->pkt.seq + 1 && w->flow->isn[!w->dir] == w->pkt.ack;
}

/* What gets no flow must not be taken for older than the inspection: conntrack forgets it. */
static enum esmtp_reason forget(struct esmtp_walk *w, enum esmtp_reason why)
{
	nf_ct_kill(w->ct);
	w->flow = NULL;
	return why;
}

/* Does a connection whose SYN is answered concern us? ESMTP_R_GO if so. */
static enum esmtp_reason check_answer(const struct esmtp_walk *w,
				      const struct esmtp_flowspec *spec)
{
	bool wanted = esmtp_tuple_wanted(&w->kp->p, w->ct);
	bool left = wanted && esmtp_walk_left_out(w);

	if ((!wanted || left) && !esmtp_quota_wants(&w->kp->p, spec))
		return left ? ESMTP_R_LOCAL : ESMTP_NOT_OURS;
	if (!wanted || left)
		return ESMTP_R_GO;
	if (w->pkt.len)
		return ESMTP_R_SYN_DATA;
	/* its SYN came before us, or before it was a port of ours: it comes again */
	return nfct_help(w->ct) ? ESMTP_R_GO : ESMTP_R_MIDSTREAM;
}

/* What its server agrees to is promised to the next that is answered in its place. */
static void learn_server(const struct esmtp_walk *w)
{
	u8 options[ESMTP_TCP_OPTIONS];
	struct esmtp_offer server;

	if (!w->kp->p.limits_any)
		return;
	esmtp_tcp_read_offer(&server, options, options + esmtp_pkt_options(&w->pkt, options));
	esmtp_promise_learn(w->ct, &server);
}

/**
 * esmtp_begin_answer() - a SYN is answered
 * @w: a packet of which esmtp_begin_answers() is true
 *
 * Context: as esmtp_walk_packet().
 * Return: ESMTP_R_GO if @w->flow goes on, or how the packet ends.
 */
enum esmtp_reason esmtp_begin_answer(struct esmtp_walk *w)
{
	struct esmtp_flowspec spec;
	enum esmtp_reason why;

	if (w->flow && esmtp_flow_judged(w->flow) && is_same(w))
		return ESMTP_R_GO;
	if (esmtp_side_forged(&w->pkt, w->state))
		return ESMTP_R_WRONG_SIDE;
	if (w->flow && esmtp_flow_judged(w->flow)) {
		esmtp_flow_over(w->flow);
		esmtp_flow_drop(w->flow);
		w->flow = NULL;
	}
	esmtp_tuple_spec(w->ct, (enum ip_conntrack_dir)w->dir, w->state, &spec);
	why = w->flow ? ESMTP_R_GO : check_answer(w, &spec);
	if (why)
		return why == ESMTP_R_MIDSTREAM ? forget(w, why) : why;
	if (!w->flow)
		w->flow = esmtp_flow_get(w->en, w->kp, w->ct, &why);
	if (!w->flow)
		return forget(w, why);
	if (!judge_flow(w, &spec))
		return ESMTP_R_GO;
	learn_server(w);
	esmtp_acl_hits_count(w->flow->kp, &spec);
	esmtp_audit_conn(w->en, w->ct, w->flow, ESMTP_EVENT_BUILT);
	return ESMTP_R_GO;
}
