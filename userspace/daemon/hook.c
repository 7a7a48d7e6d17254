// SPDX-License-Identifier: GPL-2.0
/*
 * Where packets come in: find their connection, have them walk (the engine's conn/walk.c, with
 * walk.c here), end with a named reason. The module's hook.c does the same with the kernel's
 * packets.
 */
#include "hook.h"

#include <linux/netfilter.h>

#include "icmp.h"
#include "plane.h"
#include "walk.h"

enum { LOOPBACK = 1 };			/* its number in every namespace */

/* Count how a packet ends; true if it may go on. */
static bool finish(enum esmtp_reason why)
{
	if (why == ESMTP_NOT_OURS)
		return true;
	this_cpu_inc(esmtp_net(&init_net)->stats->reason[why]);
	return esmtp_reason_end(why) != ESMTP_END_DROP;
}

static u8 get_where(u8 hook)
{
	if (hook == NF_INET_LOCAL_OUT)
		return ESMTP_WHERE_FROM;
	return hook == NF_INET_LOCAL_IN ? ESMTP_WHERE_TO : ESMTP_WHERE_BETWEEN;
}

/* What the table says of the connection of a packet. */
static void find_flow(struct hooked *h)
{
	h->walk.stage = ESMTP_STAGE_NEW;
	h->flow = table_find(h->chain, &h->key);
	if (!h->flow && h->p->pkt.len && !h->p->pkt.syn &&
	    bypassed_find(&h->key) == BYPASSED_OLDER)
		walk_see_unfit(h);
	if (!h->flow)
		return;
	h->p->dir = flow_dir(h->flow, h->src_lo);
	if (h->flow->judged && !esmtp_walk_asks(&h->walk))
		overrun_look(h->flow, h->p);
	walk_see_flow(h);
	h->walk.dir = h->p->dir;
}

static enum esmtp_reason walk(struct packet *p)
{
	const struct esmtp_policy *policy = &plane_policy()->p;
	struct hooked h = {
		.walk = {
			.policy = policy,
			.pkt = &p->pkt,
			.where = get_where(p->hook),
			.dir = ESMTP_C2S,
		},
		.p = p,
	};
	enum esmtp_reason why;

	if (p->mark == MARK_UNPLACED)
		return esmtp_walk_unplaced(policy, &p->pkt);
	if (p->pkt.syn && esmtp_walk_concerns(policy, &p->pkt))
		packet_clamp_mss(p);
	h.src_lo = flow_key(&h.key, p);
	h.chain = table_lock(&h.key);
	find_flow(&h);
	why = esmtp_walk_packet(&h.walk);
	table_unlock(h.chain);
	return why;
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
	struct esmtp_unread u = { .p = p };

	return finish(esmtp_walk_unread(&u, p->parts));
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
	enum esmtp_reason why = walk(p);

	return why == ESMTP_NOT_OURS ? ESMTP_R_GO : why;
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
	return finish(walk(p));
}
