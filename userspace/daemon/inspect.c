// SPDX-License-Identifier: GPL-2.0
/* Connects the stream engine to the daemon: its counters, and its segments. */
#include "audit_flow.h"
#include "plane.h"
#include "control/packet_counters.h"
#include "hook.h"

/* One call of inspect_packet(). */
struct work {
	struct esmtp_task task;
	struct flow *flow;
	struct esmtp_packet_counters tally;
	struct esmtp_told told;
};

static void handle_flow_event(struct esmtp_io *io, const struct esmtp_event *ev)
{
	struct work *w = container_of(io, struct work, task.io);

	esmtp_counters_add_event(&w->tally, esmtp_net(&init_net),
				 &w->task.session->head, ev);
	audit_event(w->flow, &w->task, &w->told, ev);
}

static enum esmtp_reason admit_flow_message(struct esmtp_io *io, u8 rule)
{
	const struct flow *flow = container_of(io, struct work, task.io)->flow;

	return esmtp_rate_admit(flow->kp, flow->slot + ESMTP_SLOT_RULES + rule,
				flow->map->rules[rule].rate, &flow->spec.real);
}

static void count_would(struct work *w)
{
	const struct flow *flow = w->flow;
	struct esmtp_session_head *s = &flow->ins->session;

	if (esmtp_would_due(&w->tally.would, s))
		esmtp_would_packet(&w->tally.would, flow->kp, flow->slot, s, &flow->spec.real);
}

static void count_ended_flow(const struct work *w)
{
	const struct esmtp_session_head *s = &w->flow->ins->session;

	this_cpu_inc(esmtp_net(&init_net)->stats->ended[s->why]);
	audit_end(w->flow, w->task.dir, esmtp_counters_culprit(&w->tally, s));
}

static void send_flow_answer(struct sk_buff *back)
{
	if (inject_send(back))
		this_cpu_inc(esmtp_net(&init_net)->stats->sent);
	else
		this_cpu_inc(esmtp_net(&init_net)->stats->unsent);
}

/**
 * inspect_sever() - end a connection that nobody follows
 * @p: a packet of it; becomes a RST, and its sender gets one
 *
 * Context: a queue's thread; the flow's chain is locked.
 *
 * Return: how the packet ends.
 */
enum esmtp_reason inspect_sever(struct packet *p)
{
	struct sk_buff *back;
	enum esmtp_reason why = esmtp_ending_sever(&p->pkt, &back);

	if (back)
		send_flow_answer(back);
	return why;
}

/**
 * inspect_packet() - judge one segment and edit it
 * @flow: its connection; @flow->ins is there if it has payload
 * @p: the segment, its checksum verified; may be shortened, or replaced by another
 *
 * Context: a queue's thread; the flow's chain is locked.
 *
 * Return: how the packet ends.
 */
enum esmtp_reason inspect_packet(struct flow *flow, struct packet *p)
{
	struct work w = {
		.task = {
			.ins = flow->ins,
			.pool = &esmtp_net(&init_net)->pool,
			.pkt = &p->pkt,
			.dir = p->dir,
			.event = handle_flow_event,
			.admit = admit_flow_message,
		},
		.flow = flow,
	};
	enum esmtp_reason why = ESMTP_R_CONTROL;

	if (flow->ins) {
		why = esmtp_inspect_segment(&w.task);
		count_would(&w);
	}
	if (esmtp_reason_end(why) != ESMTP_END_DROP)
		flow_live(flow, p, p->dir);
	esmtp_audit_skip(esmtp_net(&init_net)->audit, w.told.more);
	esmtp_counters_add_packet(&w.tally, flow->kp, flow->slot, flow->map,
				  flow_ended(flow) ? &flow->ins->session : NULL, why);
	if (w.task.ended)
		count_ended_flow(&w);
	if (w.task.back)
		send_flow_answer(w.task.back);
	return why;
}
