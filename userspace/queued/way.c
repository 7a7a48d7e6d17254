// SPDX-License-Identifier: GPL-2.0
/*
 * A packet's way, top to bottom: read its headers, find its connection and what the
 * policy said of it, have it inspected, end with a named reason. It knows the order
 * of steps and nothing else. The module's hook.c does the same with the kernel's
 * packets.
 */
#include "way.h"

#include <linux/netfilter.h>

#include "plane.h"
#include "resize.h"

enum { LOOPBACK = 1 };			/* its number in every namespace */

static bool finish(enum esmtp_reason why)
{
	this_cpu_inc(esmtp_net(&init_net)->stats->reason[why]);
	return esmtp_reason_end(why) != ESMTP_END_DROP;
}

/* Is either end of this packet a port that a policy speaks of? */
static bool concerns(const struct esmtp_policy *p, const struct esmtp_pkt *pkt)
{
	return esmtp_policy_wants(p, pkt->sport, pkt->dport) ||
	       esmtp_policy_wants(p, pkt->dport, pkt->sport);
}

/* Conntrack does not know the packet: nothing may pass around the engine. */
static bool unplaced(const struct esmtp_policy *p, const struct packet *pkt)
{
	if (!pkt->pkt.len || !concerns(p, &pkt->pkt))
		return true;
	return finish(ESMTP_UNPLACED);
}

/* The table is full. What is left is said by the policy in force. */
static enum esmtp_reason overloaded(const struct esmtp_policy *p)
{
	return p->overload == ESMTP_ON_OVERLOAD_BYPASS ? ESMTP_OVERLOAD_PASSED :
							 ESMTP_OVERLOAD_DROPPED;
}

/* The first packet of a connection. */
static bool begin(struct chain *chain, const struct flow_key *key, struct packet *p,
		  bool src_lo)
{
	enum esmtp_reason why;
	struct flow *flow;

	if (!flow_wanted(&plane_policy()->p, p))
		return true;
	if (p->pkt.len)
		return finish(ESMTP_SYN_DATA);
	why = flow_full(p);
	if (why)
		return finish(why);
	flow = table_add(chain, key, flow_clock());
	if (!flow)
		return finish(overloaded(&plane_policy()->p));
	flow->begin = p->hook == NF_INET_LOCAL_OUT ? FLOW_BEGIN_LOCAL : FLOW_BEGIN_SYN;
	flow->client_lo = src_lo;
	flow_learn(flow, p, ESMTP_C2S);
	return finish(ESMTP_CONTROL);
}

/*
 * A connection whose beginning nobody saw. When packets have passed around the
 * engine, as was told, its SYN may have been among them.
 */
static bool unknown(const struct esmtp_policy *policy, const struct packet *p)
{
	if (!concerns(policy, &p->pkt))
		return true;
	if (!p->pkt.len)
		return finish(ESMTP_CONTROL);
	if ((plane_options.fail_open && plane_overrun_lately()) ||
	    (table_full() && policy->overload == ESMTP_ON_OVERLOAD_BYPASS))
		return finish(ESMTP_OVERLOAD_PASSED);
	return finish(ESMTP_MIDSTREAM);
}

/* A connection that is older than the inspection. */
static bool older(struct flow *flow, const struct packet *p)
{
	const struct esmtp_policy *policy = &plane_policy()->p;

	flow_interfaces(flow, p, p->dir);
	flow_live(flow, p, p->dir);
	if (esmtp_classify(policy, &flow->spec).verdict != ESMTP_CLASSIFY_INSPECT)
		return finish(ESMTP_UNCLASSED);
	if (policy->pickup == ESMTP_ON_PICKUP_DROP && p->pkt.len)
		return finish(ESMTP_PICKUP_DROPPED);
	return finish(ESMTP_PICKUP_PASSED);
}

/* Not to be inspected, for a reason that was found when it began. */
static bool passing(struct flow *flow, const struct packet *p)
{
	if (esmtp_reason_end(flow->pass) != ESMTP_END_DROP)
		flow_live(flow, p, p->dir);
	if (flow->pass == ESMTP_EXEMPT)
		esmtp_kpolicy_count(flow->kp, flow->slot + ESMTP_SLOT_PACKETS);
	return finish(flow->pass);
}

/*
 * Has the receiver acknowledged what we never saw? Then packets have passed around
 * us, which was told to be better than to lose them, and nobody can follow the
 * connection any more.
 */
static bool lost(const struct flow *flow, const struct packet *p)
{
	const struct esmtp_way *other;

	if (!plane_options.fail_open || !flow->ins || !p->pkt.has_ack ||
	    flow_ended(flow) || esmtp_renumber_on(flow->ins) || !plane_sum(PLANE_OVERRUNS))
		return false;
	other = &flow->ins->way[!p->dir];
	/* one more is a FIN's */
	return esmtp_before(other->stream.next + 1, p->pkt.ack - other->isn);
}

static void give_up(struct flow *flow)
{
	esmtp_inspect_close(flow->ins, &esmtp_net(&init_net)->pool);
	free(flow->ins);
	flow->ins = NULL;
	flow->pass = ESMTP_OVERLOAD_PASSED;
	plane_count(PLANE_UNREAD);
}

static bool inspected(struct chain *chain, struct flow *flow, struct packet *p)
{
	enum esmtp_reason why;

	if (p->cut || ((p->pkt.len || p->pkt.urg) && !flow_inspect(flow)))
		return finish(ESMTP_MEMORY);
	if (p->unverified && !packet_checksum_ok(p))
		return finish(ESMTP_CHECKSUM);
	p->spec = &flow->spec;
	p->ins = flow->ins;
	p->mss = flow->mss[p->dir];
	why = inspect_packet(flow, p);
	if (!flow_ended(flow))
		return finish(why);
	flow->life = FLOW_ENDED;
	/* a new connection from the same port begins with the next SYN */
	if (p->pkt.syn && !p->pkt.has_ack)
		table_remove(chain, flow);
	return finish(why);
}

static bool known(struct chain *chain, struct flow *flow, struct packet *p)
{
	flow->seen = flow_clock();
	if (flow->begin == FLOW_BEGIN_LOCAL)
		return finish(ESMTP_LOCAL);
	if (p->pkt.syn && p->pkt.len)
		return finish(ESMTP_SYN_DATA);
	if (!flow_renewed(flow, p, p->dir) && flow->begin == FLOW_BEGIN_PICKUP)
		return older(flow, p);
	if (!flow->judged) {
		flow_learn(flow, p, p->dir);
		flow_addresses(flow);
		flow_interfaces(flow, p, p->dir);
		flow_judge(flow);
	} else if (flow->fixed != 3) {
		flow_learn(flow, p, p->dir);
	}
	/* of a connection to come, perhaps: it has nothing of this one's numbers */
	if (p->pkt.syn && !p->pkt.has_ack && !flow->pass && !flow_ended(flow))
		return finish(ESMTP_CONTROL);
	if (flow->ins && esmtp_renumber_on(flow->ins))
		resize_acks(p, &flow->ins->way[!p->dir]);
	flow->packets++;
	if (!flow->pass && lost(flow, p))
		give_up(flow);
	return flow->pass ? passing(flow, p) : inspected(chain, flow, p);
}

/**
 * way_packet() - decide about a packet
 * @p: the packet, as the kernel queued it; it may come back edited
 *
 * Context: a queue's thread; the plane's lock is held for reading.
 *
 * Return: true if it may go on.
 */
bool way_packet(struct packet *p)
{
	const struct esmtp_policy *policy = &plane_policy()->p;
	struct flow_key key;
	struct chain *chain;
	struct flow *flow;
	bool src_lo, pass;

	if (p->mark == MARK_OWN || p->in == LOOPBACK || p->out == LOOPBACK)
		return true;
	if (p->mark == MARK_UNPLACED)
		return unplaced(policy, p);
	if (p->pkt.syn && concerns(policy, &p->pkt))
		packet_clamp_mss(p);
	src_lo = flow_key(&key, p);
	chain = table_lock(&key);
	flow = table_find(chain, &key);
	if (flow) {
		p->dir = flow_dir(flow, src_lo);
		pass = known(chain, flow, p);
	} else if (p->pkt.syn && !p->pkt.has_ack) {
		pass = begin(chain, &key, p, src_lo);
	} else {
		pass = unknown(policy, p);
	}
	table_unlock(chain);
	return pass;
}
