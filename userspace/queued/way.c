// SPDX-License-Identifier: GPL-2.0
/*
 * A packet's way, top to bottom: read its headers, find its connection and what the
 * policy said of it, have it inspected, end with a named reason. It knows the order
 * of steps and nothing else. The module's hook.c does the same with the kernel's
 * packets.
 */
#include "way.h"

#include <linux/netfilter.h>

#include "icmp.h"
#include "plane.h"
#include "resize.h"

enum { LOOPBACK = 1 };			/* its number in every namespace */

/* How a packet ends; ESMTP_GO if it is none of ours. */
static bool finish(enum esmtp_reason why)
{
	if (!why)
		return true;
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
static enum esmtp_reason unplaced(const struct esmtp_policy *p, const struct packet *pkt)
{
	return pkt->pkt.len && concerns(p, &pkt->pkt) ? ESMTP_UNPLACED : ESMTP_GO;
}

/* Does inspect-local leave out the connection of a packet that @dir's sender sent? */
static bool left_out(const struct esmtp_policy *p, const struct packet *pkt,
		     enum esmtp_dir dir)
{
	bool sent = pkt->hook == NF_INET_LOCAL_OUT;

	return (sent || pkt->hook == NF_INET_LOCAL_IN) &&
	       esmtp_policy_leaves(p, sent == (dir == ESMTP_C2S));
}

/* The table is full. What is left is said by the policy in force. */
static enum esmtp_reason overloaded(const struct esmtp_policy *p)
{
	return p->overload == ESMTP_ON_OVERLOAD_BYPASS ? ESMTP_OVERLOAD_PASSED :
							 ESMTP_OVERLOAD_DROPPED;
}

/* The first packet of a connection. */
static enum esmtp_reason begin(struct chain *chain, const struct flow_key *key,
			       struct packet *p, bool src_lo)
{
	const struct esmtp_policy *policy = &plane_policy()->p;
	bool local = left_out(policy, p, ESMTP_C2S);
	enum esmtp_reason why;
	struct flow *flow;

	if (!flow_wanted(policy, p))
		return ESMTP_GO;
	if (p->pkt.len && !local)
		return ESMTP_SYN_DATA;
	why = flow_full(p);
	if (why)
		return why;
	flow = table_add(chain, key, flow_clock());
	if (!flow)
		return overloaded(policy);
	flow->begin = local ? FLOW_BEGIN_LOCAL : FLOW_BEGIN_SYN;
	flow->client_lo = src_lo;
	flow_learn(flow, p, ESMTP_C2S);
	if (local)
		return ESMTP_LOCAL;
	return flow_tame(policy, NULL, p) ?: ESMTP_CONTROL;
}

/*
 * A connection whose beginning nobody saw. When packets have passed around the
 * engine, as was told, its SYN may have been among them.
 */
static enum esmtp_reason unknown(const struct esmtp_policy *policy, const struct packet *p)
{
	bool there = esmtp_policy_wants(policy, p->pkt.sport, p->pkt.dport);

	if (!concerns(policy, &p->pkt))
		return ESMTP_GO;
	/* the port of a server is at its end */
	if (left_out(policy, p, there ? ESMTP_C2S : ESMTP_S2C))
		return ESMTP_LOCAL;
	if (!p->pkt.len)
		return ESMTP_CONTROL;
	if ((plane_options.fail_open && plane_overrun_lately()) ||
	    (table_full() && policy->overload == ESMTP_ON_OVERLOAD_BYPASS))
		return ESMTP_OVERLOAD_PASSED;
	return ESMTP_MIDSTREAM;
}

/* A connection of this machine's that inspect-local leaves out. */
static enum esmtp_reason local(struct flow *flow, const struct packet *p)
{
	if (flow->fixed != 3)
		flow_learn(flow, p, p->dir);
	flow_live(flow, p, p->dir);
	return ESMTP_LOCAL;
}

/* A connection that is older than the inspection. */
static enum esmtp_reason older(struct flow *flow, const struct packet *p)
{
	const struct esmtp_policy *policy = &plane_policy()->p;

	flow_interfaces(flow, p, p->dir);
	flow_live(flow, p, p->dir);
	if (esmtp_classify(policy, &flow->spec).verdict != ESMTP_CLASSIFY_INSPECT)
		return ESMTP_UNCLASSED;
	if (policy->pickup == ESMTP_ON_PICKUP_DROP && p->pkt.len)
		return ESMTP_PICKUP_DROPPED;
	return ESMTP_PICKUP_PASSED;
}

/* Not to be inspected, for a reason that was found when it began. */
static enum esmtp_reason passing(struct flow *flow, const struct packet *p)
{
	if (esmtp_reason_end(flow->pass) != ESMTP_END_DROP)
		flow_live(flow, p, p->dir);
	if (flow->pass == ESMTP_EXEMPT)
		esmtp_kpolicy_count(flow->kp, flow->slot + ESMTP_SLOT_PACKETS);
	return flow->pass;
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

static enum esmtp_reason inspected(struct chain *chain, struct flow *flow,
				   struct packet *p)
{
	enum esmtp_reason why;

	if (p->cut || ((p->pkt.len || p->pkt.urg) && !flow_inspect(flow)))
		return ESMTP_MEMORY;
	if (!packet_checksum_ok(p))
		return ESMTP_CHECKSUM;
	p->spec = &flow->spec;
	p->ins = flow->ins;
	p->mss = flow->mss[p->dir];
	why = inspect_packet(flow, p);
	if (!flow_ended(flow))
		return why;
	flow->life = FLOW_ENDED;
	/* a new connection from the same port begins with the next SYN */
	if (p->pkt.syn && !p->pkt.has_ack)
		table_remove(chain, flow);
	return why;
}

/* A packet of a connection that the policy was asked about. */
static enum esmtp_reason judged(struct chain *chain, struct flow *flow, struct packet *p)
{
	/* of a connection to come, perhaps: it has nothing of this one's numbers */
	if (p->pkt.syn && !p->pkt.has_ack && !flow->pass && !flow_ended(flow))
		return ESMTP_CONTROL;
	if (flow->ins && esmtp_renumber_on(flow->ins))
		resize_acks(p, &flow->ins->way[!p->dir]);
	flow->packets++;
	if (!flow->pass && lost(flow, p))
		give_up(flow);
	return flow->pass ? passing(flow, p) : inspected(chain, flow, p);
}

/*
 * A SYN that its sender repeats, for nobody has answered. The one before it may still
 * wait for its verdict to be told, and as long as it does conntrack does not find the
 * connection.
 */
static bool first_again(const struct packet *p)
{
	return p->pkt.syn && !p->pkt.has_ack && p->dir == ESMTP_C2S;
}

/* The first packet that comes only because a SYN has passed. */
static void answered(struct flow *flow, const struct packet *p)
{
	flow_addresses(flow);
	flow_interfaces(flow, p, p->dir);
	flow_judge(flow);
}

static enum esmtp_reason known(struct chain *chain, struct flow *flow, struct packet *p)
{
	const struct esmtp_policy *policy = &plane_policy()->p;
	enum esmtp_reason why, option = ESMTP_GO;
	bool syn_data = p->pkt.syn && p->pkt.len;

	flow->seen = flow_clock();
	if (!syn_data && flow_renewed(flow, p, p->dir))
		flow->begin = left_out(policy, p, p->dir) ? FLOW_BEGIN_LOCAL :
							    FLOW_BEGIN_SYN;
	if (flow->begin == FLOW_BEGIN_LOCAL)
		return local(flow, p);
	if (syn_data)
		return ESMTP_SYN_DATA;
	if (flow->begin == FLOW_BEGIN_PICKUP)
		return older(flow, p);
	if (!flow->judged || flow->fixed != 3)
		flow_learn(flow, p, p->dir);
	if (!flow->judged && first_again(p))
		return flow_tame(policy, NULL, p) ?: ESMTP_CONTROL;
	if (!flow->judged)
		answered(flow, p);
	else if (p->pkt.syn && p->pkt.has_ack)
		flow_loosen(flow);
	if (p->pkt.syn)
		option = flow_tame(policy, flow, p);
	why = judged(chain, flow, p);
	return why == ESMTP_CONTROL ? option ?: why : why;
}

/**
 * way_unread() - decide about a packet that is no TCP segment
 * @p: the packet; it may come back edited, of the same length and its checksum right
 *
 * Context: a queue's thread; the plane's lock is held for reading.
 *
 * Return: true if it may go on: unless it is a part of what nobody can read, but some
 * receiver might.
 */
bool way_unread(struct packet *p)
{
	return finish(p->parts ? ESMTP_UNPLACED : icmp_turn(p));
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
	enum esmtp_reason why;
	struct flow *flow;
	bool src_lo;

	if (p->mark == MARK_OWN || p->in == LOOPBACK || p->out == LOOPBACK)
		return true;
	if (p->mark == MARK_UNPLACED)
		return finish(unplaced(policy, p));
	if (p->pkt.syn && concerns(policy, &p->pkt))
		packet_clamp_mss(p);
	src_lo = flow_key(&key, p);
	chain = table_lock(&key);
	flow = table_find(chain, &key);
	if (flow) {
		p->dir = flow_dir(flow, src_lo);
		why = known(chain, flow, p);
	} else if (p->pkt.syn && !p->pkt.has_ack) {
		why = begin(chain, &key, p, src_lo);
	} else {
		why = unknown(policy, p);
	}
	table_unlock(chain);
	return finish(why);
}
