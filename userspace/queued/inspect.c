// SPDX-License-Identifier: GPL-2.0
/* The stream engine's side to the daemon: what is counted, and its segments. */
#include "audit_flow.h"
#include "plane.h"
#include "way.h"

/* One call of inspect_packet(). */
struct work {
	struct esmtp_task task;
	struct flow *flow;
	u64 rules;			/* that matched in this packet */
	u32 last;			/* 1 + the last of them */
	bool banner;
};

static void event(struct esmtp_io *io, const struct esmtp_event *ev)
{
	struct work *w = container_of(io, struct work, task.io);

	this_cpu_inc(esmtp_net(&init_net)->stats->event[ev->id]);
	audit_event(w->flow, &w->task, ev);
	if (ev->id == ESMTP_EV_RULE) {
		w->last = 1 + ev->rule;
		w->rules |= 1ull << ev->rule;
	} else if (ev->id == ESMTP_EV_BANNER_MASKED) {
		w->banner = true;
	}
}

static enum esmtp_reason admit(struct esmtp_io *io, u8 rule)
{
	const struct flow *flow = container_of(io, struct work, task.io)->flow;

	return esmtp_rate_admit(flow->kp, flow->slot + ESMTP_SLOT_RULES + rule,
				flow->map->rules[rule].rate, &flow->spec.real);
}

/* ASA counts apart what was dropped and what was reset. */
static u32 ended_slot(const struct esmtp_session *s)
{
	return s->act == ESMTP_ACT_RESET || s->act == ESMTP_ACT_REJECT ?
	       ESMTP_SLOT_RESETS : ESMTP_SLOT_DROPS;
}

static void count(const struct work *w, enum esmtp_reason why)
{
	struct esmtp_kpolicy *kp = w->flow->kp;
	u32 slot = w->flow->slot;
	u64 rules = w->rules;

	esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_PACKETS);
	if (flow_ended(w->flow))
		esmtp_kpolicy_count(kp, slot + ended_slot(&w->flow->ins->session));
	else if (why == ESMTP_INCONSISTENT)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_DROPS);
	if (w->banner)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_BANNER);
	for (; rules; rules &= rules - 1)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_RULES +
				    (u32)__builtin_ctzll(rules));
}

static void ended(const struct work *w)
{
	u8 why = w->task.ins->session.why;

	this_cpu_inc(esmtp_net(&init_net)->stats->ended[why]);
	audit_end(w->flow, w->task.dir, why == ESMTP_RULE_DROP ? w->last : 0);
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
	count(&w, why);
	if (w.task.ended)
		ended(&w);
	if (w.task.back)
		answer(w.task.back);
	return why;
}
