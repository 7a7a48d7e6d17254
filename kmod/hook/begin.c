// SPDX-License-Identifier: GPL-2.0
/*
 * How a connection begins. Its SYN is admitted and leaves nothing but a helper extension without
 * a helper, and a mark in it, unless a limit counts it or its client has answered a cookie. The
 * answer has both sequence numbers: it makes the flow, and has the policy judge.
 */
#include <linux/netdevice.h>
#include <linux/nf_esmtp.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include "conn/side.h"
#include "control/audit.h"
#include "control/net.h"
#include "limit/intercept.h"
#include "limit/limits.h"
#include "limit/promise.h"
#include "walk.h"

bool esmtp_walk_limited(struct esmtp_walk *w)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);

	h->half = (struct esmtp_half){ };
	h->vouched = esmtp_intercept_vouched(h->en, h->ct, &h->pkt);
	h->bounded = esmtp_limit_bounds(h->kp, h->ct, h->state, &h->bounds);
	return h->bounded || h->vouched;
}

/*
 * What is over the limit of connections is dropped, what is over that of half-open ones is
 * answered here, and so is who must prove its address.
 */
enum esmtp_reason esmtp_walk_admit(struct esmtp_walk *w)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);
	struct esmtp_bounds *b = &h->bounds;
	enum esmtp_reason why;

	if (!h->bounded)
		return ESMTP_R_GO;
	why = esmtp_limit_full(h->kp, h->ct, b);
	if (!why && w->where == ESMTP_WHERE_FROM)
		return ESMTP_R_GO;
	if (!why && (h->vouched || !esmtp_quota_crowded(h->kp, b)) &&
	    esmtp_embryonic_enter(h->kp, h->ct, b, h->vouched, &h->half))
		return ESMTP_R_GO;
	if (h->vouched)
		return esmtp_intercept_refuse(h->en, h->ct, &h->pkt, h->state);
	return why ?: esmtp_intercept_syn(h->en, h->ct, &h->pkt, h->state);
}

/*
 * Flowtables take no connection that has this extension, whatever is in it, and it can be added
 * only before the connection is confirmed.
 */
static bool keep_off_flowtables(struct nf_conn *ct)
{
	return nfct_help(ct) || nf_ct_helper_ext_add(ct, GFP_ATOMIC);
}

/*
 * Where a helper has its data: of a connection without one, by what hooks its SYN passed.
 * NULL if there is no place for that.
 */
static u64 *find_mark(const struct nf_conn *ct)
{
	struct nf_conn_help *help = nfct_help(ct);

	BUILD_BUG_ON(sizeof(u64) > sizeof(help->data));
	return help && !rcu_access_pointer(help->helper) ? (u64 *)help->data : NULL;
}

bool esmtp_hooked_asked(const struct esmtp_hooked *h)
{
	const u64 *mark = find_mark(h->ct);

	return mark && *mark == h->en->begun;
}

/*
 * A flow before its time, to remember what was counted, which cookie was answered, or the SYN
 * of a connection that has a helper of somebody else's.
 */
static enum esmtp_reason make_early_flow(struct esmtp_hooked *h, bool wanted)
{
	bool helped = wanted && nfct_help(h->ct) && !find_mark(h->ct);
	enum esmtp_reason why;

	if (!h->half.how && !h->vouched && !helped)
		return ESMTP_R_GO;
	h->flow = esmtp_flow_get(h->en, h->kp, h->ct, &why);
	if (!h->flow || h->flow->kp != h->kp) {
		esmtp_embryonic_undo(h->kp, &h->bounds, &h->half);
		return h->flow ? ESMTP_R_GO : why;
	}
	h->flow->half = h->half;
	if (h->vouched)
		esmtp_intercept_begin(h->flow, &h->pkt);
	return ESMTP_R_GO;
}

enum esmtp_reason esmtp_walk_remember_syn(struct esmtp_walk *w, bool wanted)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);
	enum esmtp_reason why = make_early_flow(h, wanted);
	u64 *mark;

	/* what is translated must be seen, whatever its port */
	if (!why && (wanted || h->vouched) && !keep_off_flowtables(h->ct))
		return ESMTP_R_MEMORY;
	mark = find_mark(h->ct);
	if (!why && wanted && mark)
		*mark = h->en->begun;
	return why;
}

/* The server refuses the connection: it is half-open no more. */
void esmtp_walk_waits(struct esmtp_walk *w)
{
	struct esmtp_flow *flow = esmtp_hooked_of(w)->flow;

	if (flow && w->pkt->rst && w->dir == ESMTP_S2C)
		esmtp_embryonic_leave(flow);
}

/* An answer that came before, again? Else the flow is of a connection that is no more. */
static bool is_same(const struct esmtp_hooked *h)
{
	const struct esmtp_flow *flow = h->flow;

	return flow->isn[h->walk.dir] == h->pkt.seq + 1 &&
	       flow->isn[!h->walk.dir] == h->pkt.ack;
}

/*
 * Conntrack takes the answer's numbers for the connection's. That it is half-open by now, and
 * has these numbers, says that it did: also where another connection begins in the entry of
 * one that both ends have forgotten.
 */
bool esmtp_walk_answers(struct esmtp_walk *w)
{
	const struct esmtp_hooked *h = esmtp_hooked_of(w);
	const struct ip_ct_tcp *tcp = &h->ct->proto.tcp;

	return h->pkt.syn && h->pkt.has_ack &&
	       READ_ONCE(tcp->state) == TCP_CONNTRACK_SYN_RECV &&
	       READ_ONCE(tcp->seen[w->dir].td_end) == h->pkt.seq + h->pkt.len + 1 &&
	       !(w->stage == ESMTP_STAGE_JUDGED && is_same(h));
}

bool esmtp_walk_forged(const struct esmtp_walk *w)
{
	const struct esmtp_hooked *h = esmtp_hooked_of(w);

	return esmtp_side_forged(&h->pkt, h->state);
}

void esmtp_walk_renew(struct esmtp_walk *w)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);

	if (!h->flow)
		return;
	esmtp_flow_over(h->flow);
	esmtp_flow_drop(h->flow);
	h->flow = NULL;
	w->stage = ESMTP_STAGE_OLDER;
}

bool esmtp_walk_counted(struct esmtp_walk *w)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);
	struct esmtp_flowspec spec;

	esmtp_tuple_spec(h->ct, esmtp_hooked_dir(h), h->state, &spec);
	return esmtp_quota_wants(w->policy, &spec);
}

enum esmtp_reason esmtp_judge_enter(struct esmtp_walk *w, const struct esmtp_flowspec *spec)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);

	return esmtp_limit_enter(h->flow, h->ct, spec);
}

enum esmtp_reason esmtp_judge_enter_inspected(struct esmtp_walk *w)
{
	struct esmtp_flow *flow = esmtp_hooked_of(w)->flow;

	return esmtp_quota_enter_inspected(&flow->en->flows, &flow->kp->p, &flow->counted);
}

static void ask_policy(struct esmtp_hooked *h, const struct esmtp_flowspec *spec)
{
	const struct esmtp_policy *p = &h->flow->kp->p;
	struct esmtp_judgement j;

	h->flow->pass = esmtp_judge(&h->walk, p, spec, &j);
	h->flow->map = j.map;
	if (j.bind != ESMTP_NONE)
		h->flow->slot = esmtp_bind_slot(p, j.bind);
	h->flow->closing.loose = h->flow->pass;
}

/* Where its packets come from, and its number. */
static void name_flow(struct esmtp_hooked *h)
{
	const struct net_device *in = h->state->in, *out = h->state->out;

	h->flow->devs[h->walk.dir] = in ? in->ifindex : 0;
	h->flow->devs[!h->walk.dir] = out ? out->ifindex : 0;
	h->flow->id = atomic_inc_return(&h->en->judged);
}

/* Has the policy judge, once; under the lock, so that no limit counts a connection twice. */
static bool judge_flow(struct esmtp_hooked *h, const struct esmtp_flowspec *spec)
{
	struct esmtp_flow *flow = h->flow;
	enum esmtp_dir dir = h->walk.dir;
	bool first;

	spin_lock_bh(&flow->lock);
	first = flow->stage == ESMTP_STAGE_SYN;
	if (first) {
		flow->isn[dir] = h->pkt.seq + 1;
		flow->isn[!dir] = h->pkt.ack;
		esmtp_closing_answer(&flow->closing, flow->isn, dir);
		flow->sides[dir] = esmtp_side_of(&h->pkt, h->state);
		name_flow(h);
		ask_policy(h, spec);
		/* pairs with esmtp_flow_judged() */
		smp_store_release(&flow->stage, ESMTP_STAGE_JUDGED);
	}
	spin_unlock_bh(&flow->lock);
	return first;
}

/* What gets no flow must not be taken for older than the inspection: conntrack forgets it. */
static enum esmtp_reason forget(struct esmtp_hooked *h, enum esmtp_reason why)
{
	nf_ct_kill(h->ct);
	return why;
}

/* What its server agrees to is promised to the next that is answered in its place. */
static void learn_server(const struct esmtp_hooked *h)
{
	u8 options[ESMTP_TCP_OPTIONS];
	struct esmtp_offer server;

	const struct esmtp_share *share = h->flow->share;

	/* of no other may ever be asked: no limit that is met by a cookie counts it */
	if (!READ_ONCE(h->flow->half.how) && !(share && share->client))
		return;
	esmtp_tcp_read_offer(&server, options, options + esmtp_pkt_options(&h->pkt, options));
	esmtp_promise_learn(h->ct, &server);
}

enum esmtp_reason esmtp_walk_open(struct esmtp_walk *w, bool wanted)
{
	struct esmtp_hooked *h = esmtp_hooked_of(w);
	struct esmtp_flowspec spec;
	enum esmtp_reason why;

	/* its SYN came before us, or before it was a port of ours: it comes again */
	if (!h->flow && wanted && !nfct_help(h->ct))
		return forget(h, ESMTP_R_MIDSTREAM);
	if (!h->flow)
		h->flow = esmtp_flow_get(h->en, h->kp, h->ct, &why);
	if (!h->flow)
		return forget(h, why);
	esmtp_tuple_spec(h->ct, esmtp_hooked_dir(h), h->state, &spec);
	if (judge_flow(h, &spec)) {
		learn_server(h);
		esmtp_acl_hits_count(h->flow->kp, &spec);
		esmtp_audit_conn(h->en, h->ct, h->flow, ESMTP_EVENT_BUILT);
	}
	esmtp_hooked_see_flow(h);
	return ESMTP_R_GO;
}
