// SPDX-License-Identifier: GPL-2.0
/* Finds the connection of a packet before conntrack does, the way that conntrack will. */
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>

#include "lookup.h"

/**
 * esmtp_lookup_zone() - the zone that conntrack will look in
 * @skb: a packet on its way to conntrack
 *
 * Context: any.
 * Return: the zone of its template, or the default.
 */
struct nf_conntrack_zone esmtp_lookup_zone(const struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *template = nf_ct_get(skb, &ctinfo);
	struct nf_conntrack_zone tmp;

	if (!template || !nf_ct_is_template(template))
		return nf_ct_zone_dflt;
	return *nf_ct_zone_tmpl(template, skb, &tmp);
}

/**
 * esmtp_lookup_ct_zone() - the connection of a packet, in a zone
 * @net: the namespace
 * @zone: the zone
 * @skb: the packet
 * @pf: NFPROTO_IPV4 or NFPROTO_IPV6
 * @dir: set to the packet's direction
 *
 * Context: any, in an RCU read-side section.
 * Return: the connection, for the caller to put, or NULL if there is none yet.
 */
struct nf_conn *esmtp_lookup_ct_zone(struct net *net, const struct nf_conntrack_zone *zone,
				     struct sk_buff *skb, u8 pf, enum ip_conntrack_dir *dir)
{
	const struct nf_conntrack_tuple_hash *h;
	struct nf_conntrack_tuple tuple;

	if (!nf_ct_get_tuplepr(skb, skb_network_offset(skb), pf, net, &tuple))
		return NULL;
	h = nf_conntrack_find_get(net, zone, &tuple);
	if (!h)
		return NULL;
	*dir = NF_CT_DIRECTION(h);
	return nf_ct_tuplehash_to_ctrack(h);
}

/**
 * esmtp_lookup_ct() - the connection of a packet that is on its way to conntrack
 * @net: the namespace
 * @skb: the packet
 * @pf: NFPROTO_IPV4 or NFPROTO_IPV6
 * @dir: set to the packet's direction
 *
 * Context: any, in an RCU read-side section.
 * Return: the connection, for the caller to put; NULL if there is none yet, or conntrack has
 * seen the packet already, or will not.
 */
struct nf_conn *esmtp_lookup_ct(struct net *net, struct sk_buff *skb, u8 pf,
				enum ip_conntrack_dir *dir)
{
	struct nf_conntrack_zone zone = esmtp_lookup_zone(skb);
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (ctinfo == IP_CT_UNTRACKED || (ct && !nf_ct_is_template(ct)))
		return NULL;
	return esmtp_lookup_ct_zone(net, &zone, skb, pf, dir);
}
