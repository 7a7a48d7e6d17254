/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_TALLY_H
#define _NF_ESMTP_TALLY_H

#include "net.h"

/**
 * struct esmtp_tally - what one packet is going to count at its bind
 * @rules: that matched in it, a bit each
 * @last: 1 + the last of them, or 0
 * @banner: a banner was masked
 */
struct esmtp_tally {
	u64 rules;
	u32 last;
	bool banner;
};

void esmtp_tally_event(struct esmtp_tally *tally, struct esmtp_net *en,
		       const struct esmtp_event *ev);
void esmtp_tally_count(const struct esmtp_tally *tally, struct esmtp_kpolicy *kp,
		       u32 slot, const struct esmtp_session_head *ended,
		       enum esmtp_reason why);
u32 esmtp_tally_culprit(const struct esmtp_tally *tally,
			const struct esmtp_session_head *ended);

#endif /* _NF_ESMTP_TALLY_H */
