/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_STEADY_H
#define _NF_ESMTP_STEADY_H

#include <esmtp/core.h>

struct esmtp_flow;
struct nf_hook_state;
struct sk_buff;

bool esmtp_steady_packet(struct esmtp_flow *flow, struct sk_buff *skb,
			 const struct nf_hook_state *state, enum esmtp_reason *why);

#endif /* _NF_ESMTP_STEADY_H */
