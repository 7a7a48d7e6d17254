/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_ACKS_H
#define _NF_ESMTP_ACKS_H

#include <linux/types.h>
#include <net/netfilter/nf_conntrack.h>
#include <esmtp/core.h>

struct esmtp_net;
struct esmtp_pkt;

bool esmtp_acks_any(const struct esmtp_net *en);
enum esmtp_reason esmtp_acks_turn(struct esmtp_net *en, struct net *net,
				  struct sk_buff *skb, u8 pf);
u32 esmtp_acks_seq(const struct nf_conn *ct, enum ip_conntrack_dir dir, u32 seq);
enum esmtp_reason esmtp_acks_own(const struct nf_conn *ct, enum ip_conntrack_dir dir,
				 struct esmtp_pkt *pkt);

#endif /* _NF_ESMTP_ACKS_H */
