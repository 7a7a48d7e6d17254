/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_INJECT_H
#define _NF_ESMTP_INJECT_H

#include <linux/types.h>

struct esmtp_pkt;
struct esmtp_segment;
struct net;
struct sk_buff;

struct sk_buff *esmtp_inject_build(const struct esmtp_pkt *pkt,
				   const struct esmtp_segment *seg);
bool esmtp_inject_send(struct net *net, struct sk_buff *skb, struct sk_buff *old);
bool esmtp_inject_own(void);

#endif /* _NF_ESMTP_INJECT_H */
