// SPDX-License-Identifier: GPL-2.0
/*
 * With fail-open packets pass around the engine while a queue is overrun, which was told to be
 * better than to lose them: connections that nobody can follow any more, and what becomes of
 * them when the queue is served again. The module sees every packet.
 */
#include <stdlib.h>

#include "plane.h"
#include "walk.h"

/* Is this beyond what we have seen of a stream? One more is a FIN's. */
static bool is_unseen(const struct esmtp_half_stream *half, u32 seq)
{
	return esmtp_before(half->stream.next + 1, seq - half->isn);
}

/*
 * Have packets passed around us? An acknowledgement alone does not say so: its sender
 * may lie. He must go on behind what we never saw of him, too, or the other end must have
 * acknowledged that; and there must have been an overrun just now.
 */
static bool is_lost(struct flow *flow, struct packet *p)
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

/**
 * overrun_look() - can a connection still be followed, or again?
 * @flow: the connection, judged
 * @p: a packet of it, not a SYN that may be another's
 *
 * Context: a queue's thread; the flow's chain is locked.
 */
void overrun_look(struct flow *flow, struct packet *p)
{
	if (!flow->pass && is_lost(flow, p))
		give_up(flow);
	if (flow->unread && !plane_overrun_lately())
		close_again(flow);
}
