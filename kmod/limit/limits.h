/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_LIMITS_H
#define _NF_ESMTP_LIMITS_H

#include <net/netfilter/nf_conntrack.h>

#include "control/quota.h"

struct esmtp_flow;
struct esmtp_half;
struct nf_hook_state;

bool esmtp_limit_bounds(const struct esmtp_kpolicy *kp, const struct nf_conn *ct,
			const struct nf_hook_state *state, struct esmtp_bounds *b);
enum esmtp_reason esmtp_limit_full(struct esmtp_kpolicy *kp,
				   const struct nf_conn *ct,
				   const struct esmtp_bounds *b);
enum esmtp_reason esmtp_limit_enter(struct esmtp_flow *flow,
				    const struct nf_conn *ct,
				    const struct esmtp_flowspec *spec);

/* embryonic.c */
bool esmtp_embryonic_enter(struct esmtp_kpolicy *kp, const struct nf_conn *ct,
			   const struct esmtp_bounds *b, bool vouched,
			   struct esmtp_half *half);
void esmtp_embryonic_undo(struct esmtp_kpolicy *kp, const struct esmtp_bounds *b,
			  const struct esmtp_half *half);
void esmtp_embryonic_leave(struct esmtp_flow *flow);

#endif /* _NF_ESMTP_LIMITS_H */
