/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_ICMP_H
#define _NF_ESMTP_ICMP_H

#include <esmtp/core.h>

struct esmtp_net;
struct nf_hook_state;
struct sk_buff;

enum esmtp_reason esmtp_icmp_turn(const struct esmtp_net *en, struct sk_buff *skb,
				  const struct nf_hook_state *state);

#endif /* _NF_ESMTP_ICMP_H */
