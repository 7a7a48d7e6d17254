/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_TALLY_H
#define _NF_ESMTP_TALLY_H

#include "net.h"

/**
 * struct esmtp_packet_counters - what one packet is going to count at its bind
 * @rules: that matched in it, a bit each
 * @last: 1 + the last of them, or 0
 * @params: 1 << enum esmtp_param_slot of the parameters that saw something in it
 * @banner: a banner was masked
 * @would: what would have been done, if its map monitors
 */
struct esmtp_packet_counters {
	u64 rules;
	u32 last;
	u8 params;
	bool banner;
	struct esmtp_would_tally would;
};

void esmtp_counters_add_event(struct esmtp_packet_counters *tally, struct esmtp_net *en,
			      const struct esmtp_session_head *s,
			      const struct esmtp_event *ev);
void esmtp_counters_add_packet(const struct esmtp_packet_counters *tally, struct esmtp_kpolicy *kp,
			       u32 slot, const struct esmtp_map *map,
			       const struct esmtp_session_head *ended,
			       enum esmtp_reason why);
u32 esmtp_counters_culprit(const struct esmtp_packet_counters *tally,
			   const struct esmtp_session_head *ended);

#endif /* _NF_ESMTP_TALLY_H */
