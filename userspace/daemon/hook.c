// SPDX-License-Identifier: GPL-2.0
/*
 * A packet's way, top to bottom: read its headers, find its connection and what the
 * policy said of it, have it inspected, end with a named reason. It knows the order
 * of steps and nothing else. The module's hook.c does the same with the kernel's
 * packets.
 */
#include "hook.h"

#include <errno.h>

#include <linux/netfilter.h>

#include "icmp.h"
#include "plane.h"
#include "packet_resize.h"

enum { LOOPBACK = 1 };			/* its number in every namespace */

/* How a packet ends; ESMTP_R_GO if it is none of ours. */
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
	return pkt->pkt.len && concerns(p, &pkt->pkt) ? ESMTP_R_UNPLACED : ESMTP_R_GO;
}

/* Does inspect-local leave out the connection of a packet that @dir's sender sent? */
static bool left_out(const struct esmtp_policy *p, const struct packet *pkt,
		     enum esmtp_dir dir)
{
	bool sent = pkt->hook == NF_INET_LOCAL_OUT;

	return (sent || pkt->hook == NF_INET_LOCAL_IN) &&
	       esmtp_policy_leaves(p, sent == (dir == ESMTP_C2S));
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

/* The first packet of a connection. */
static enum esmtp_reason begin(struct chain *chain, const struct flow_key *key,
			       struct packet *p, bool src_lo)
{
	const struct esmtp_policy *policy = &plane_policy()->p;
	bool local = left_out(policy, p, ESMTP_C2S);
	enum esmtp_reason why;
	struct flow *flow;

	if (!flow_wanted(policy, p))
		return ESMTP_R_GO;
	if (p->pkt.len && !local)
		return ESMTP_R_SYN_DATA;
	why = flow_full(p);
	if (why)
		return why;
	flow = table_add(chain, key, FLOW_HALF_OPEN, flow_clock());
	if (!flow)
		return refuse(policy, key);
	flow->begin = local ? FLOW_BEGIN_LOCAL : FLOW_BEGIN_SYN;
	flow->client_lo = src_lo;
	flow_learn(flow, p, ESMTP_C2S);
	flow_live(flow, p, ESMTP_C2S);
	if (local)
		return ESMTP_R_LOCAL;
	return flow_tame(policy, NULL, p) ?: ESMTP_R_CONTROL;
}

/*
 * The sender of a packet of no connection that is known is told that there is none, so that
 * it begins anew at once: a router that takes another's place knows none of its connections.
 */
static void reset_unknown_sender(struct packet *p, const struct flow_key *key, bool src_lo)
{
	struct esmtp_flowspec spec = { };

	if (!p->pkt.has_ack || p->cut || !packet_checksum_ok(p))
		return;
	flow_unknown_spec(&spec, key, src_lo == (p->dir == ESMTP_C2S), p);
	p->spec = &spec;
	/* what the packet has become goes nowhere */
	inspect_sever(p);
	p->spec = NULL;
}

/* It is dropped where no RST can be made of it. */
static enum esmtp_reason reset_older(struct flow *flow, struct packet *p)
{
	if (!p->pkt.has_ack || p->cut || !packet_checksum_ok(p))
		return ESMTP_R_PICKUP_DROPPED;
	p->spec = &flow->spec;
	return esmtp_reason_end(inspect_sever(p)) == ESMTP_END_DROP ? ESMTP_R_PICKUP_DROPPED :
								      ESMTP_R_PICKUP_RESET;
}

/* What becomes of a connection that is older than the inspection. */
static enum esmtp_reason pick_up(struct flow *flow, struct packet *p)
{
	const struct esmtp_policy *policy = &plane_policy()->p;

	flow_interfaces(flow, p, p->dir);
	if (esmtp_classify(policy, &flow->spec).verdict != ESMTP_CLASSIFY_INSPECT)
		return ESMTP_R_UNCLASSED;
	if (policy->pickup == ESMTP_ON_PICKUP_DROP && p->pkt.len)
		return ESMTP_R_PICKUP_DROPPED;
	if (policy->pickup == ESMTP_ON_PICKUP_RESET && p->pkt.len)
		return reset_older(flow, p);
	return ESMTP_R_PICKUP_PASSED;
}

/* One for which the table had no place: nothing is remembered of it. */
static enum esmtp_reason pick_up_unfit(const struct flow_key *key, struct packet *p, bool src_lo)
{
	struct flow flow = { .client_lo = src_lo == (p->dir == ESMTP_C2S) };
	enum esmtp_reason why;

	flow_unknown_spec(&flow.spec, key, flow.client_lo, p);
	why = pick_up(&flow, p);
	p->spec = NULL;
	return why;
}

/*
 * A connection whose beginning nobody saw. When packets have passed around the
 * engine, as was told, its SYN may have been among them.
 */
static enum esmtp_reason unknown(const struct esmtp_policy *policy, const struct flow_key *key,
				 struct packet *p, bool src_lo)
{
	/* the port of a server is at its end */
	bool there = esmtp_policy_wants(policy, p->pkt.sport, p->pkt.dport);

	if (!concerns(policy, &p->pkt))
		return ESMTP_R_GO;
	p->dir = there ? ESMTP_C2S : ESMTP_S2C;
	if (left_out(policy, p, p->dir))
		return ESMTP_R_LOCAL;
	if (!p->pkt.len)
		return ESMTP_R_CONTROL;
	if (plane_options.fail_open && plane_overrun_lately()) {
		plane_count(PLANE_UNSEEN);
		return ESMTP_R_OVERLOAD_PASSED;
	}
	switch (bypassed_find(key)) {
	case BYPASSED_OVERLOAD:
		return ESMTP_R_OVERLOAD_PASSED;
	case BYPASSED_OLDER:
		return pick_up_unfit(key, p, src_lo);
	case BYPASSED_NOT:
		break;
	}
	if (policy->pickup == ESMTP_ON_PICKUP_RESET)
		reset_unknown_sender(p, key, src_lo);
	return ESMTP_R_MIDSTREAM;
}

/* A connection of this machine's that inspect-local leaves out. */
static enum esmtp_reason local(struct flow *flow, struct packet *p)
{
	if (flow->fixed != 3)
		flow_learn(flow, p, p->dir);
	flow_live(flow, p, p->dir);
	return ESMTP_R_LOCAL;
}

/* A connection that is older than the inspection. */
static enum esmtp_reason older(struct flow *flow, struct packet *p)
{
	flow_live(flow, p, p->dir);
	return pick_up(flow, p);
}

/* An operator wants a connection ended that nobody follows: once, for it is gone then. */
static enum esmtp_reason sever(struct flow *flow, struct packet *p)
{
	flow->clear = false;
	flow_end(flow, FLOW_CLOSED);
	p->spec = &flow->spec;
	return inspect_sever(p);
}

/* Not to be inspected, for a reason that was found when it began. */
static enum esmtp_reason passing(struct flow *flow, struct packet *p)
{
	if (flow->clear && !p->pkt.syn && !p->cut)
		return sever(flow, p);
	if (esmtp_reason_end(flow->pass) != ESMTP_END_DROP)
		flow_live(flow, p, p->dir);
	if (flow->pass == ESMTP_R_EXEMPT)
		esmtp_kpolicy_count(flow->kp, flow->slot + ESMTP_SLOT_PACKETS);
	return flow->pass;
}

/* Is this beyond what we have seen of a stream? One more is a FIN's. */
static bool is_unseen(const struct esmtp_half_stream *half, u32 seq)
{
	return esmtp_before(half->stream.next + 1, seq - half->isn);
}

/*
 * Have packets passed around us, which was told to be better than to lose them? Then nobody
 * can follow the connection any more. An acknowledgement alone does not say so: its sender
 * may lie. He must go on behind what we never saw of him, too, or the other end must have
 * acknowledged that; and there must have been an overrun just now.
 */
static bool lost(struct flow *flow, struct packet *p)
{
	const struct esmtp_half_stream *half;

	if (!plane_options.fail_open || !flow->ins || !p->pkt.has_ack ||
	    flow_ended(flow) || esmtp_renumber_on(flow->ins) || !plane_overrun_lately())
		return false;
	flow->doubt |= plane_overrun_since(flow->seen);
	half = flow->ins->half;
	return flow->doubt && is_unseen(&half[p->dir], p->seq) &&
	       (is_unseen(&half[!p->dir], p->pkt.ack) ||
		is_unseen(&half[p->dir], flow->ends.acked[p->dir])) &&
	       packet_checksum_ok(p);
}

static void give_up(struct flow *flow)
{
	esmtp_inspect_close(flow->ins, &esmtp_net(&init_net)->pool);
	free(flow->ins);
	flow->ins = NULL;
	flow->pass = ESMTP_R_OVERLOAD_PASSED;
	flow->unread = true;
	flow->doubt = false;
	plane_count(PLANE_UNREAD);
}

/*
 * What was open for a moment closes again: nobody knows what an unread connection speaks
 * of by now, so both ends are told that it is over, and begin anew.
 */
static void close_again(struct flow *flow)
{
	if (!flow_inspect(flow))
		return;
	flow->ins->session.mode = ESMTP_MODE_CLOSED;
	flow->ins->session.act = ESMTP_ACT_RESET;
	flow->ins->session.why = ESMTP_R_MIDSTREAM;
	flow->pass = ESMTP_R_GO;
	flow->unread = false;
	flow_end(flow, FLOW_ENDED);
	plane_count(PLANE_CLOSED_AGAIN);
}

static enum esmtp_reason inspected(struct chain *chain, struct flow *flow,
				   struct packet *p)
{
	enum esmtp_reason why;

	if (p->cut ||
	    ((p->pkt.len || p->pkt.urg || flow->clear) && !flow_inspect(flow)))
		return ESMTP_R_MEMORY;
	if (!packet_checksum_ok(p))
		return ESMTP_R_CHECKSUM;
	p->spec = &flow->spec;
	p->ins = flow->ins;
	p->mss = flow->mss[p->dir];
	if (flow->ins)
		flow->ins->cleared |= flow->clear;
	why = inspect_packet(flow, p);
	if (!flow_ended(flow))
		return why;
	flow_end(flow, FLOW_ENDED);
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
		return ESMTP_R_CONTROL;
	if (flow->ins && esmtp_renumber_on(flow->ins))
		resize_acks(p, &flow->ins->half[!p->dir]);
	flow->packets++;
	if (!flow->pass && lost(flow, p))
		give_up(flow);
	if (flow->unread && !plane_overrun_lately())
		close_again(flow);
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
	flow_addresses(flow, p);
	flow_interfaces(flow, p, p->dir);
	flow_judge(flow);
}

static enum esmtp_reason known(struct chain *chain, struct flow *flow, struct packet *p)
{
	const struct esmtp_policy *policy = &plane_policy()->p;
	enum esmtp_reason why, option = ESMTP_R_GO;
	bool syn_data = p->pkt.syn && p->pkt.len;

	if (!syn_data && flow_renewed(flow, p, p->dir))
		flow->begin = left_out(policy, p, p->dir) ? FLOW_BEGIN_LOCAL :
							    FLOW_BEGIN_SYN;
	if (flow->begin == FLOW_BEGIN_LOCAL)
		return local(flow, p);
	if (syn_data)
		return ESMTP_R_SYN_DATA;
	if (flow->begin == FLOW_BEGIN_PICKUP)
		return older(flow, p);
	if (!flow->judged || flow->fixed != 3)
		flow_learn(flow, p, p->dir);
	if (!flow->judged && first_again(p)) {
		flow_live(flow, p, p->dir);
		return flow_tame(policy, NULL, p) ?: ESMTP_R_CONTROL;
	}
	if (!flow->judged)
		answered(flow, p);
	else if (p->pkt.syn && p->pkt.has_ack)
		flow_loosen(flow);
	if (p->pkt.syn)
		option = flow_tame(policy, flow, p);
	why = judged(chain, flow, p);
	return why == ESMTP_R_CONTROL ? option ?: why : why;
}

/**
 * hook_unread() - decide about a packet that is no TCP segment
 * @p: the packet; it may come back edited, of the same length and its checksum right
 *
 * Context: a queue's thread; the plane's lock is held for reading.
 *
 * Return: true if it may go on: unless it is a part of what nobody can read, but some
 * receiver might.
 */
bool hook_unread(struct packet *p)
{
	return finish(p->parts ? ESMTP_R_UNPLACED : icmp_turn(p));
}

/**
 * hook_judge() - find out how a packet ends
 * @p: the packet, as the kernel queued it; it may come back edited
 *
 * Context: a queue's thread; the plane's lock is held for reading.
 *
 * Return: why it does; ESMTP_R_GO, too, if it is none of ours.
 */
enum esmtp_reason hook_judge(struct packet *p)
{
	const struct esmtp_policy *policy = &plane_policy()->p;
	struct flow_key key;
	struct chain *chain;
	enum esmtp_reason why;
	struct flow *flow;
	bool src_lo;

	if (p->mark == MARK_UNPLACED)
		return unplaced(policy, p);
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
		why = unknown(policy, &key, p, src_lo);
	}
	table_unlock(chain);
	return why;
}

/**
 * hook_packet() - decide about a packet
 * @p: the packet, as the kernel queued it; it may come back edited
 *
 * Context: a queue's thread; the plane's lock is held for reading.
 *
 * Return: true if it may go on.
 */
bool hook_packet(struct packet *p)
{
	if (p->mark == MARK_OWN || p->in == LOOPBACK || p->out == LOOPBACK)
		return true;
	return finish(hook_judge(p));
}
