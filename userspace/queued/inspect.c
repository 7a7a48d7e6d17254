// SPDX-License-Identifier: GPL-2.0
/* The stream engine's side to the daemon: what is counted, and its segments. */
#include "audit_flow.h"
#include "plane.h"
#include "tally.h"
#include "way.h"

/* One call of inspect_packet(). */
struct work {
	struct esmtp_task task;
	struct flow *flow;
	struct esmtp_tally tally;
};

static void event(struct esmtp_io *io, const struct esmtp_event *ev)
{
	struct work *w = container_of(io, struct work, task.io);

	esmtp_tally_event(&w->tally, esmtp_net(&init_net), ev);
	audit_event(w->flow, &w->task, ev);
}

static enum esmtp_reason admit(struct esmtp_io *io, u8 rule)
{
	const struct flow *flow = container_of(io, struct work, task.io)->flow;

	return esmtp_rate_admit(flow->kp, flow->slot + ESMTP_SLOT_RULES + rule,
				flow->map->rules[rule].rate, &flow->spec.real);
}

static void ended(const struct work *w)
{
	const struct esmtp_session_head *s = &w->flow->ins->session;

	this_cpu_inc(esmtp_net(&init_net)->stats->ended[s->why]);
	audit_end(w->flow, w->task.dir, esmtp_tally_culprit(&w->tally, s));
}

static void answer(struct sk_buff *back)
{
	if (inject_send(back))
		this_cpu_inc(esmtp_net(&init_net)->stats->sent);
	else
		this_cpu_inc(esmtp_net(&init_net)->stats->unsent);
}

/**
 * inspect_packet() - judge one segment and edit it
 * @flow: its connection; @flow->ins is there if it has payload
 * @p: the segment, its checksum verified; it may come back shorter, or as another
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
			.event = event,
			.admit = admit,
		},
		.flow = flow,
	};
	enum esmtp_reason why = ESMTP_CONTROL;

	if (flow->ins)
		why = esmtp_inspect_segment(&w.task);
	if (esmtp_reason_end(why) != ESMTP_END_DROP)
		flow_live(flow, p, p->dir);
	esmtp_tally_count(&w.tally, flow->kp, flow->slot,
			  flow_ended(flow) ? &flow->ins->session : NULL, why);
	if (w.task.ended)
		ended(&w);
	if (w.task.back)
		answer(w.task.back);
	return why;
}
