/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_EXEMPT_H
#define _NF_ESMTP_EXEMPT_H

#include <linux/types.h>
#include <esmtp/core.h>

#include "flow.h"

struct nf_hook_state;
struct sk_buff;

/* Is it worth asking? */
static inline bool esmtp_exempt_may(const struct esmtp_flow *flow)
{
	return READ_ONCE(flow->pass) == ESMTP_R_EXEMPT;
}

bool esmtp_exempt_plain(struct esmtp_flow *flow, enum esmtp_dir dir, struct sk_buff *skb,
			const struct nf_hook_state *state);

#endif /* _NF_ESMTP_EXEMPT_H */
