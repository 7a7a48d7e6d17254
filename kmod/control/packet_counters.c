// SPDX-License-Identifier: GPL-2.0
/* Counters of an inspected packet: those of its namespace and of its bind. */
#include <linux/bitops.h>
#include <linux/nf_esmtp.h>
#include <linux/percpu.h>

#include "packet_counters.h"

/* The parameter that an event is about, as 1 << enum esmtp_param_slot; 0 for none. */
static u8 get_param(u8 id)
{
	switch (id) {
	case ESMTP_EV_RELAY:
		return 1 << ESMTP_PARAM_SLOT_RELAY;
	case ESMTP_EV_ADDRESS_SPECIAL:
	case ESMTP_EV_ADDRESS_EXPANSION:
	case ESMTP_EV_ADDRESS_SHELL:
	case ESMTP_EV_PARAMETER_ODD:
	case ESMTP_EV_PARAMETER_CONTROL:
		return 1 << ESMTP_PARAM_SLOT_SPECIAL;
	case ESMTP_EV_TLS:
		return 1 << ESMTP_PARAM_SLOT_TLS;
	}
	return 0;
}

/**
 * esmtp_counters_add_event() - count an event of the engine
 * @tally: the packet's
 * @en: the namespace
 * @s: the session
 * @ev: what was seen
 *
 * Context: softirq or BH off.
 */
void esmtp_counters_add_event(struct esmtp_packet_counters *tally, struct esmtp_net *en,
			      const struct esmtp_session_head *s,
			      const struct esmtp_event *ev)
{
	esmtp_count(en->stats->event[ev->id]);
	tally->params |= get_param(ev->id);
	if (ev->id == ESMTP_EV_RULE) {
		tally->last = 1 + ev->rule;
		tally->rules |= 1ull << ev->rule;
	} else if (ev->id == ESMTP_EV_BANNER_MASKED) {
		tally->banner = true;
	}
	esmtp_would_event(&tally->would, s, ev);
}

/* ASA counts dropped and reset connections separately. */
static u32 get_end_slot(const struct esmtp_session_head *s)
{
	return s->act == ESMTP_ACT_RESET || s->act == ESMTP_ACT_REJECT ?
	       ESMTP_SLOT_RESETS : ESMTP_SLOT_DROPS;
}

static void count_params(struct esmtp_kpolicy *kp, u32 slot, const struct esmtp_map *map,
			 u32 params)
{
	for (slot += ESMTP_SLOT_RULES + map->nrules; params; params &= params - 1)
		esmtp_kpolicy_count(kp, slot + __ffs64(params));
}

/**
 * esmtp_counters_add_packet() - count an inspected packet
 * @tally: what was seen in it
 * @kp: the policy of its connection
 * @slot: first counter of the connection's bind
 * @map: its inspection map
 * @ended: the session if inspection has ended it, now or before; or NULL
 * @why: how the packet ends
 *
 * Context: softirq or BH off.
 */
void esmtp_counters_add_packet(const struct esmtp_packet_counters *tally, struct esmtp_kpolicy *kp,
			       u32 slot, const struct esmtp_map *map,
			       const struct esmtp_session_head *ended,
			       enum esmtp_reason why)
{
	u64 rules = tally->rules;

	esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_PACKETS);
	if (ended)
		esmtp_kpolicy_count(kp, slot + get_end_slot(ended));
	else if (why == ESMTP_R_INCONSISTENT)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_DROPS);
	if (tally->banner)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_BANNER);
	count_params(kp, slot, map, tally->params);
	for (; rules; rules &= rules - 1)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_RULES + __ffs64(rules));
}

/**
 * esmtp_counters_culprit() - the rule that ended a connection with this packet
 * @tally: what was seen in it
 * @ended: the session
 *
 * Return: 1 + the rule, or 0 if it was none.
 */
u32 esmtp_counters_culprit(const struct esmtp_packet_counters *tally,
			   const struct esmtp_session_head *ended)
{
	return ended->why == ESMTP_R_RULE_DROP ? tally->last : 0;
}
