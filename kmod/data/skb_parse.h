/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_PKT_H
#define _NF_ESMTP_PKT_H

#include <linux/skbuff.h>
#include <linux/types.h>
#include <esmtp/stream.h>

struct net;
struct tcphdr;

bool esmtp_pkt_parse(struct esmtp_pkt *pkt, struct sk_buff *skb, u8 family);
bool esmtp_pkt_checksum_valid(const struct esmtp_pkt *pkt, unsigned int hook);
bool esmtp_pkt_checksum_ok(const struct esmtp_pkt *pkt, const struct net *net,
			   unsigned int hook);
bool esmtp_pkt_in_parts(const struct sk_buff *skb, u8 family);
struct tcphdr *esmtp_pkt_tcp(const struct esmtp_pkt *pkt);

#endif /* _NF_ESMTP_PKT_H */
