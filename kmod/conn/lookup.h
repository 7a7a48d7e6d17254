/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_LOOKUP_H
#define _NF_ESMTP_LOOKUP_H

#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_zones.h>

struct nf_conntrack_zone esmtp_lookup_zone(const struct sk_buff *skb);
struct nf_conn *esmtp_lookup_ct_zone(struct net *net, const struct nf_conntrack_zone *zone,
				     struct sk_buff *skb, u8 pf, enum ip_conntrack_dir *dir);
struct nf_conn *esmtp_lookup_ct(struct net *net, struct sk_buff *skb, u8 pf,
				enum ip_conntrack_dir *dir);

#endif /* _NF_ESMTP_LOOKUP_H */
