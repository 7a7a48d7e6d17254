// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that a sender on this host may still write to: sendfile() of a file that is
 * overwritten, vmsplice(), MSG_ZEROCOPY. What was judged must be what leaves, so their
 * bytes are copied first. Packets that came by wire have none.
 */
#include <linux/skbuff.h>

#include "skb_own.h"
#include "skb_parse.h"

/* Is there such a page in one of the packets that GRO has chained? */
static bool has_shared_piece(struct sk_buff *skb)
{
	struct sk_buff *piece;

	if (skb_has_shared_frag(skb))
		return true;
	skb_walk_frags(skb, piece)
		if (skb_has_shared_frag(piece))
			return true;
	return false;
}

static int copy_shared_pages(struct sk_buff *skb)
{
	int err;

	if (skb_has_frag_list(skb))
		return skb_linearize(skb);
	err = skb_copy_ubufs(skb, GFP_ATOMIC | __GFP_NOWARN);
	if (!err)
		skb_shinfo(skb)->flags &= ~SKBFL_SHARED_FRAG;
	return err;
}

/**
 * esmtp_pkt_own() - make a packet's bytes such that nobody else can change them
 * @pkt: the packet, with payload
 *
 * Context: any. Pointers into the packet die.
 * Return: 0, or a negative errno without memory.
 */
int esmtp_pkt_own(struct esmtp_pkt *pkt)
{
	if (likely(!skb_is_nonlinear(pkt->skb)) || !has_shared_piece(pkt->skb))
		return 0;
	return copy_shared_pages(pkt->skb);
}
