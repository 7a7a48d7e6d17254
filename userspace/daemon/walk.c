// SPDX-License-Identifier: GPL-2.0
/*
 * What this daemon gives the engine's walk of a packet (include/esmtp/walk.h): what the table
 * says of its connection, and what is done when a step wants it.
 */
#include "walk.h"

#include <errno.h>

#include "data/mptcp.h"
#include "hook.h"
#include "packet_resize.h"
#include "plane.h"

static struct hooked *hooked_of(const struct esmtp_walk *w)
{
	return container_of(w, struct hooked, walk);
}

/**
 * walk_see_flow() - tell the engine what is known of a connection that is in the table
 * @h: a packet of it
 *
 * The class of an older one, and that this machine's is left out, is known before the policy
 * is asked for good.
 */
void walk_see_flow(struct hooked *h)
{
	const struct flow *flow = h->flow;

	h->walk.pass = flow->pass;
	h->walk.clear = flow->clear && !h->p->cut;
	if (flow->judged || flow->pass)
		h->walk.stage = ESMTP_STAGE_JUDGED;
	else
		h->walk.stage = flow->begin == FLOW_BEGIN_PICKUP ? ESMTP_STAGE_OLDER :
								   ESMTP_STAGE_SYN;
}

static enum esmtp_dir guess_dir(const struct hooked *h)
{
	const struct esmtp_pkt *pkt = h->walk.pkt;

	/* the port of a server is at its end */
	return esmtp_policy_wants(h->walk.policy, pkt->sport, pkt->dport) ? ESMTP_C2S : ESMTP_S2C;
}

/**
 * walk_see_unfit() - tell the engine that a connection is older, and had no place in the table
 * @h: a packet of it, no SYN; the ports tell its direction
 *
 * Nothing is remembered of it: its class is asked each time.
 */
void walk_see_unfit(struct hooked *h)
{
	h->p->dir = guess_dir(h);
	h->walk.dir = h->p->dir;
	h->walk.stage = ESMTP_STAGE_OLDER;
}

/* The addresses of a connection that is in no table. */
static void get_unknown_spec(const struct hooked *h, struct esmtp_flowspec *spec)
{
	flow_unknown_spec(spec, &h->key, h->src_lo == (h->p->dir == ESMTP_C2S), h->p);
}

/* Tells both ends of such a connection that there is none. */
static enum esmtp_reason sever_unknown(struct hooked *h)
{
	struct esmtp_flowspec spec = { };
	enum esmtp_reason why;

	get_unknown_spec(h, &spec);
	h->p->spec = &spec;
	why = inspect_sever(h->p);
	h->p->spec = NULL;
	return why;
}

/* Either pair of ports of a connection that is older was found by conntrack alone. */
bool esmtp_walk_wanted(const struct esmtp_walk *w)
{
	const struct hooked *h = hooked_of(w);
	const struct esmtp_tuple *wire = h->flow ? &h->flow->spec.wire : NULL;
	u16 sport = w->pkt->sport, dport = w->pkt->dport;

	if (w->dir == ESMTP_S2C ? esmtp_policy_wants(w->policy, dport, sport) :
				  esmtp_policy_wants(w->policy, sport, dport))
		return true;
	return wire && wire->dport && esmtp_policy_wants(w->policy, wire->sport, wire->dport);
}

/* Of one that is longer than a queue can copy nobody can tell: what is to read it fails. */
bool esmtp_walk_checksum(struct esmtp_walk *w)
{
	struct packet *p = hooked_of(w)->p;

	return p->cut || packet_checksum_ok(p);
}

enum esmtp_reason esmtp_walk_hide(struct esmtp_walk *w)
{
	struct hooked *h = hooked_of(w);
	const struct flow *flow = h->flow;
	bool known = flow && (flow->judged || flow->begin == FLOW_BEGIN_PICKUP);

	return flow_tame(w->policy, known ? flow : NULL, h->p);
}

bool esmtp_walk_limited(struct esmtp_walk *w)
{
	struct hooked *h = hooked_of(w);

	h->limited = flow_limited(w->policy, &h->key, h->src_lo);
	return h->limited;
}

enum esmtp_reason esmtp_walk_admit(struct esmtp_walk *w)
{
	return flow_full(hooked_of(w)->p);
}

/* Not in the table. If that is full, the policy in force says what is left. */
static enum esmtp_reason refuse(const struct esmtp_policy *p, const struct flow_key *key)
{
	if (errno != ENOSPC)
		return ESMTP_R_MEMORY;
	if (p->overload != ESMTP_ON_OVERLOAD_BYPASS)
		return ESMTP_R_OVERLOAD_DROPPED;
	bypassed_add(key, false);
	return ESMTP_R_OVERLOAD_PASSED;
}

enum esmtp_reason esmtp_walk_remember_syn(struct esmtp_walk *w, bool wanted)
{
	struct hooked *h = hooked_of(w);
	struct flow *flow = table_add(h->chain, &h->key, FLOW_HALF_OPEN, flow_clock());

	if (!flow)
		return refuse(w->policy, &h->key);
	flow->client_lo = h->src_lo;
	/* else it would be looked at anew when the setting of inspect-local has changed */
	if (!wanted && !h->limited)
		flow->pass = ESMTP_R_LOCAL;
	flow_learn(flow, h->p, ESMTP_C2S);
	flow_live(flow, h->p, ESMTP_C2S);
	return ESMTP_R_GO;
}

bool esmtp_walk_unseen(const struct esmtp_walk *w)
{
	if (plane_options.fail_open && plane_overrun_lately()) {
		plane_count(PLANE_UNSEEN);
		return true;
	}
	return bypassed_find(&hooked_of(w)->key) == BYPASSED_OVERLOAD;
}

/* A router that takes another's place knows none of its connections. */
void esmtp_walk_reset_sender(struct esmtp_walk *w)
{
	struct hooked *h = hooked_of(w);

	if (h->p->cut)
		return;
	h->p->dir = guess_dir(h);
	/* what the packet has become goes nowhere */
	sever_unknown(h);
}

/*
 * A SYN that its sender repeats, for nobody has answered. The one before it may still
 * wait for its verdict to be told, and as long as it does conntrack does not find the
 * connection.
 */
static bool is_first_again(const struct packet *p)
{
	return p->pkt.syn && !p->pkt.has_ack && p->dir == ESMTP_C2S;
}

/* What conntrack believes comes only because a SYN has passed: any such packet answers. */
bool esmtp_walk_answers(struct esmtp_walk *w)
{
	struct hooked *h = hooked_of(w);
	bool data = h->p->pkt.syn && h->p->pkt.len;

	if (!data && flow_is_renewed(h->flow, h->p, w->dir))
		return true;
	return w->stage == ESMTP_STAGE_SYN && !is_first_again(h->p);
}

/* An answer that leaves by the interface that it entered by, while its sender is elsewhere. */
bool esmtp_walk_forged(const struct esmtp_walk *w)
{
	const struct packet *p = hooked_of(w)->p;
	int back;

	/* of ports of a bridge the routes say nothing */
	if (!p->in || p->in != p->out || p->side != (int)p->in)
		return false;
	back = route_back(p->buf.data, p->mark);
	return back && back != p->side;
}

/* The server's side is that of its SYN-ACK, the client's that of its first packet behind it. */
bool esmtp_walk_right_side(const struct esmtp_walk *w)
{
	const struct hooked *h = hooked_of(w);
	int *sides, own;

	if (!h->flow)
		return true;
	sides = h->flow->sides;
	own = sides[w->dir];
	if (own < 0)
		sides[w->dir] = h->p->side;
	return esmtp_side_fits(own, sides[!w->dir], h->p->side);
}

bool esmtp_walk_counted(struct esmtp_walk *w)
{
	struct hooked *h = hooked_of(w);

	return flow_limited(w->policy, &h->key, h->flow->client_lo);
}

void esmtp_walk_renew(struct esmtp_walk *w)
{
	struct hooked *h = hooked_of(w);

	flow_renew(h->flow);
	if (esmtp_walk_wanted(w) && esmtp_walk_left_out(w) && !esmtp_walk_counted(w))
		h->flow->pass = ESMTP_R_LOCAL;
	walk_see_flow(h);
}

enum esmtp_reason esmtp_judge_enter(struct esmtp_walk *w, const struct esmtp_flowspec *spec)
{
	(void)spec;
	return flow_enter_quota(hooked_of(w)->flow);
}

enum esmtp_reason esmtp_judge_enter_inspected(struct esmtp_walk *w)
{
	struct flow *flow = hooked_of(w)->flow;

	return esmtp_quota_enter_inspected(&esmtp_net(&init_net)->flows, &flow->kp->p,
					   &flow->counted);
}

enum esmtp_reason esmtp_walk_open(struct esmtp_walk *w, bool wanted)
{
	struct hooked *h = hooked_of(w);

	(void)wanted;
	flow_learn(h->flow, h->p, w->dir);
	flow_addresses(h->flow, h->p);
	flow_interfaces(h->flow, h->p, w->dir);
	h->flow->sides[w->dir] = h->p->side;
	flow_judge(h->flow, w);
	h->opened = true;
	walk_see_flow(h);
	return ESMTP_R_GO;
}

void esmtp_walk_waits(struct esmtp_walk *w)
{
	struct hooked *h = hooked_of(w);

	flow_learn(h->flow, h->p, w->dir);
	flow_live(h->flow, h->p, w->dir);
}

/* The table has no connection that was refused before it was older. */
bool esmtp_walk_refused(const struct esmtp_walk *w)
{
	(void)w;
	return false;
}

u8 esmtp_walk_classify(const struct esmtp_walk *w)
{
	struct hooked *h = hooked_of(w);
	struct flow unfit, *flow = h->flow;

	if (!flow) {
		flow = &unfit;
		memset(flow, 0, sizeof(*flow));
		get_unknown_spec(h, &flow->spec);
	}
	flow_interfaces(flow, h->p, w->dir);
	return esmtp_classify(w->policy, &flow->spec).verdict;
}

void esmtp_walk_remember_older(struct esmtp_walk *w, enum esmtp_reason pass)
{
	struct hooked *h = hooked_of(w);

	if (!h->flow)
		return;
	h->flow->pass = pass;
	walk_see_flow(h);
}

bool esmtp_walk_reset(struct esmtp_walk *w)
{
	struct hooked *h = hooked_of(w);

	if (h->p->cut)
		return false;
	if (!h->flow)
		return esmtp_reason_end(sever_unknown(h)) != ESMTP_END_DROP;
	h->p->spec = &h->flow->spec;
	return esmtp_reason_end(inspect_sever(h->p)) != ESMTP_END_DROP;
}

/* Once, for it is gone then. */
enum esmtp_reason esmtp_walk_sever(struct esmtp_walk *w)
{
	struct hooked *h = hooked_of(w);

	h->flow->clear = false;
	flow_end(h->flow, FLOW_CLOSED);
	h->p->spec = &h->flow->spec;
	return inspect_sever(h->p);
}

void esmtp_walk_pass(struct esmtp_walk *w, enum esmtp_reason why)
{
	struct hooked *h = hooked_of(w);
	struct flow *flow = h->flow;

	if (!flow)
		return;
	if (w->pass == ESMTP_R_EXEMPT)
		esmtp_kpolicy_count(flow->kp, flow->slot + ESMTP_SLOT_PACKETS);
	if (!w->good)
		return;
	flow->packets++;
	if (flow->fixed != 3)
		flow_learn(flow, h->p, w->dir);
	if (esmtp_reason_end(why) == ESMTP_END_PASS)
		flow_live(flow, h->p, w->dir);
}

/* What the engine wants to know of a packet, or false without memory. */
static bool prepare(struct hooked *h)
{
	struct flow *flow = h->flow;
	struct packet *p = h->p;

	if (flow->ins && esmtp_renumber_on(flow->ins))
		resize_acks(p, &flow->ins->half[!p->dir]);
	if (p->cut ||
	    ((p->pkt.len || p->pkt.urg || flow->clear) && !flow_inspect(flow)))
		return false;
	p->spec = &flow->spec;
	p->ins = flow->ins;
	p->mss = flow->mss[p->dir];
	if (flow->ins)
		/* a SYN is no packet to end a connection by: nobody would be told */
		flow->ins->cleared |= flow->clear && !p->pkt.syn;
	return true;
}

enum esmtp_reason esmtp_walk_inspect(struct esmtp_walk *w)
{
	struct hooked *h = hooked_of(w);
	struct flow *flow = h->flow;
	enum esmtp_reason why;

	flow->packets++;
	if (flow->fixed != 3)
		flow_learn(flow, h->p, w->dir);
	if (w->pkt->syn && w->pkt->has_ack && !h->opened)
		flow_loosen(flow);
	if (!prepare(h))
		return ESMTP_R_MEMORY;
	why = inspect_packet(flow, h->p);
	if (!flow_ended(flow))
		return why;
	flow_end(flow, FLOW_ENDED);
	/* a new connection from the same port begins with the next SYN */
	if (esmtp_walk_asks(w))
		table_remove(h->chain, flow);
	return why;
}
