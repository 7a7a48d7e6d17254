/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_ICMP_H
#define _NF_ESMTP_ICMP_H

#include <esmtp/walk.h>

struct esmtp_net;
struct nf_hook_state;
struct sk_buff;

/**
 * struct esmtp_unread - a packet that is no TCP segment
 * @en: the namespace
 * @skb: the packet
 * @state: of the hook
 */
struct esmtp_unread {
	const struct esmtp_net *en;
	struct sk_buff *skb;
	const struct nf_hook_state *state;
};

#endif /* _NF_ESMTP_ICMP_H */
