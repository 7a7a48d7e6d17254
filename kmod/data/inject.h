/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_INJECT_H
#define _NF_ESMTP_INJECT_H

#include <linux/types.h>
#include <net/netfilter/nf_conntrack.h>
#include <esmtp/stream.h>

struct net;
struct sk_buff;

struct sk_buff *esmtp_inject_reset(const struct nf_conn *ct,
				   enum ip_conntrack_dir to, u32 seq, u32 ack);
struct sk_buff *esmtp_inject_tuple(const struct nf_conntrack_tuple *from,
				   const struct esmtp_segment *seg);
bool esmtp_inject_alone(struct net *net, struct sk_buff *skb, u32 mark, int side);
bool esmtp_inject_send(struct net *net, struct sk_buff *skb, struct sk_buff *old);
bool esmtp_inject_own(const struct sk_buff *skb);

#endif /* _NF_ESMTP_INJECT_H */
