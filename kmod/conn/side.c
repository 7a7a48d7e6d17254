// SPDX-License-Identifier: GPL-2.0
/*
 * The side of a connection that a segment comes from. Addresses can be forged: a client that
 * sends with its server's address answers its own commands. So a segment that enters
 * by the interface of the other side is not believed.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_bridge.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>

#include "flow.h"
#include "side.h"

/**
 * esmtp_side_of() - the interface that a segment entered by
 * @pkt: the segment
 * @state: of the hook that it is in
 *
 * A port of a bridge, not the bridge; a slave of a VRF, not the VRF.
 *
 * Context: any.
 * Return: its index, 0 if this machine sends it.
 */
int esmtp_side_of(const struct esmtp_pkt *pkt, const struct nf_hook_state *state)
{
	if (!state->in)
		return 0;
	if (nf_bridge_info_exists(pkt->skb))
		return nf_bridge_get_physinif(pkt->skb);
	return state->pf == NFPROTO_IPV4 ? IPCB(pkt->skb)->iif : IP6CB(pkt->skb)->iif;
}

/* The interface towards the sender of a segment, 0 if there is no route to it. */
static int find_way_back(const struct esmtp_pkt *pkt, const struct nf_hook_state *state,
			 int side)
{
	bool ipv4 = state->pf == NFPROTO_IPV4;
	struct dst_entry *dst;
	struct flowi fl = { };
	int ifindex;

	fl.flowi_oif = l3mdev_master_ifindex_by_index(state->net, side);
	fl.flowi_mark = pkt->skb->mark;
	if (ipv4) {
		fl.u.ip4.daddr = ip_hdr(pkt->skb)->saddr;
		fl.u.ip4.saddr = ip_hdr(pkt->skb)->daddr;
		fl.u.ip4.flowi4_flags = FLOWI_FLAG_ANYSRC;
	} else {
		fl.u.ip6.daddr = ipv6_hdr(pkt->skb)->saddr;
		fl.u.ip6.saddr = ipv6_hdr(pkt->skb)->daddr;
	}
	if (nf_route(state->net, &dst, &fl, false, ipv4 ? AF_INET : AF_INET6))
		return 0;
	ifindex = dst->error ? 0 : dst->dev->ifindex;
	dst_release(dst);
	return ifindex;
}

/**
 * esmtp_side_forged() - is an answer to a SYN none of the server's?
 * @pkt: the segment
 * @state: of the hook that it is in
 *
 * It is forged if it leaves by the interface that it entered by while the route to its
 * sender is another. Asked once for a connection, and then only where both
 * directions seem to be on one side.
 *
 * Context: any, in an RCU read-side section.
 * Return: true if it is.
 */
bool esmtp_side_forged(const struct esmtp_pkt *pkt, const struct nf_hook_state *state)
{
	int side = esmtp_side_of(pkt, state), back;

	if (!side || !state->out || state->out->ifindex != side ||
	    nf_bridge_info_exists(pkt->skb))
		return false;
	back = find_way_back(pkt, state, side);
	return back && back != side;
}

/**
 * esmtp_side_right() - does a segment come from its own side?
 * @flow: its connection, judged
 * @dir: its direction
 * @pkt: the segment
 * @state: of the hook that it is in
 *
 * The server's side is that of its SYN-ACK, the client's that of its first segment behind it.
 * Where both are one, or routes are asymmetric and a third is used, nothing can be told.
 *
 * Context: any.
 * Return: false if it entered by the other side's interface.
 */
bool esmtp_side_right(struct esmtp_flow *flow, enum esmtp_dir dir,
		      const struct esmtp_pkt *pkt, const struct nf_hook_state *state)
{
	int side = esmtp_side_of(pkt, state);
	int own = READ_ONCE(flow->sides[dir]), other = READ_ONCE(flow->sides[!dir]);

	if (own < 0)
		WRITE_ONCE(flow->sides[dir], side);
	return esmtp_side_fits(own, other, side);
}
