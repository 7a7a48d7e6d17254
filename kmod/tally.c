// SPDX-License-Identifier: GPL-2.0
/* What an inspected packet counts, in its namespace and at its bind. */
#include <linux/bitops.h>
#include <linux/percpu.h>

#include "tally.h"

/**
 * esmtp_tally_event() - the core saw something in a packet
 * @tally: the packet's
 * @en: the namespace
 * @ev: what was seen
 *
 * Context: softirq or BH off.
 */
void esmtp_tally_event(struct esmtp_tally *tally, struct esmtp_net *en,
		       const struct esmtp_event *ev)
{
	this_cpu_inc(en->stats->event[ev->id]);
	if (ev->id == ESMTP_EV_RULE) {
		tally->last = 1 + ev->rule;
		tally->rules |= 1ull << ev->rule;
	} else if (ev->id == ESMTP_EV_BANNER_MASKED) {
		tally->banner = true;
	}
}

/* ASA counts apart what was dropped and what was reset. */
static u32 ended_slot(const struct esmtp_session_head *s)
{
	return s->act == ESMTP_ACT_RESET || s->act == ESMTP_ACT_REJECT ?
	       ESMTP_SLOT_RESETS : ESMTP_SLOT_DROPS;
}

/**
 * esmtp_tally_count() - a packet was inspected
 * @tally: what was seen in it
 * @kp: the policy of its connection
 * @slot: first counter of the connection's bind
 * @ended: the session if inspection has ended it, now or before; or NULL
 * @why: how the packet ends
 *
 * Context: softirq or BH off.
 */
void esmtp_tally_count(const struct esmtp_tally *tally, struct esmtp_kpolicy *kp,
		       u32 slot, const struct esmtp_session_head *ended,
		       enum esmtp_reason why)
{
	u64 rules = tally->rules;

	esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_PACKETS);
	if (ended)
		esmtp_kpolicy_count(kp, slot + ended_slot(ended));
	else if (why == ESMTP_INCONSISTENT)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_DROPS);
	if (tally->banner)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_BANNER);
	for (; rules; rules &= rules - 1)
		esmtp_kpolicy_count(kp, slot + ESMTP_SLOT_RULES + __ffs64(rules));
}

/**
 * esmtp_tally_culprit() - which rule has ended a connection with this packet?
 * @tally: what was seen in it
 * @ended: the session
 *
 * Return: 1 + the rule, or 0 if it was none.
 */
u32 esmtp_tally_culprit(const struct esmtp_tally *tally,
			const struct esmtp_session_head *ended)
{
	return ended->why == ESMTP_RULE_DROP ? tally->last : 0;
}
