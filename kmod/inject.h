/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_INJECT_H
#define _NF_ESMTP_INJECT_H

#include <linux/types.h>

struct net;
struct sk_buff;

bool esmtp_inject_send(struct net *net, struct sk_buff *skb, struct sk_buff *old);
bool esmtp_inject_own(void);

#endif /* _NF_ESMTP_INJECT_H */
