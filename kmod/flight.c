// SPDX-License-Identifier: GPL-2.0
/*
 * What left and may be sent again, as it was before it was edited. A resend is
 * compared with it byte by byte, however it is cut: bytes that differ were never
 * judged and must not pass.
 *
 * Page frags are held by reference, linear bytes by copy (skb_zerocopy()), so
 * the packet that goes on is neither cloned nor slowed down.
 */
#include <linux/skbuff.h>

#include <esmtp/core.h>

#include "flight.h"
#include "pkt.h"

/* In skb->cb of the packets held, which are ours alone. */
struct held {
	u32 off;			/* stream offset */
	u32 len;			/* bytes of it */
	u32 data;			/* where they begin in the packet */
};

static struct held *held(const struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct held) > sizeof(skb->cb));
	return (struct held *)skb->cb;
}

static void account(struct esmtp_flight *fl, s32 size)
{
	fl->held += size;
	atomic_long_add(size, fl->total);
}

/**
 * esmtp_flight_init() - begin with nothing in flight
 * @fl: the direction's flight
 * @total: the namespace's sum; must outlive @fl
 */
void esmtp_flight_init(struct esmtp_flight *fl, atomic_long_t *total)
{
	fl->head = NULL;
	fl->tail = NULL;
	fl->total = total;
	fl->held = 0;
}

/**
 * esmtp_flight_full() - is the bound of the flow or the namespace reached?
 * @fl: the direction's flight
 *
 * Return: true if nothing may be added.
 */
bool esmtp_flight_full(const struct esmtp_flight *fl)
{
	return fl->held >= ESMTP_FLIGHT_FLOW ||
	       atomic_long_read(fl->total) >= ESMTP_FLIGHT_NET;
}

/**
 * esmtp_flight_add() - hold the new bytes of a packet
 * @fl: the direction's flight
 * @pkt: the packet, not edited yet
 * @skip: bytes at the beginning of its payload that are not new
 * @off: stream offset of the first new byte, the end of what is held
 *
 * Softirq; the flow's lock is held.
 *
 * Return: 0 or -ENOMEM.
 */
int esmtp_flight_add(struct esmtp_flight *fl, const struct esmtp_pkt *pkt,
		     u32 skip, u32 off)
{
	struct sk_buff *from = pkt->skb;
	u32 linear = skb_has_frag_list(from) ? from->len : skb_headlen(from);
	struct sk_buff *skb = alloc_skb(linear, GFP_ATOMIC | __GFP_NOWARN);

	if (!skb)
		return -ENOMEM;
	if (skb_zerocopy(skb, from, from->len, linear)) {
		kfree_skb(skb);
		return -ENOMEM;
	}
	held(skb)->off = off;
	held(skb)->len = pkt->len - skip;
	held(skb)->data = pkt->dataoff + skip;
	if (fl->tail)
		fl->tail->next = skb;
	else
		fl->head = skb;
	fl->tail = skb;
	account(fl, skb->truesize);
	return 0;
}

/**
 * esmtp_flight_take_back() - the last bytes added did not pass
 * @fl: the direction's flight
 * @len: how many at its end
 */
void esmtp_flight_take_back(struct esmtp_flight *fl, u32 len)
{
	if (fl->tail)
		held(fl->tail)->len -= len;
}

/**
 * esmtp_flight_prune() - forget what the receiver has acknowledged
 * @fl: the direction's flight
 * @una: stream offset of the first byte not acknowledged
 */
void esmtp_flight_prune(struct esmtp_flight *fl, u32 una)
{
	struct sk_buff *skb;

	while ((skb = fl->head)) {
		const struct held *h = held(skb);

		if (esmtp_before(una, h->off + h->len))
			break;
		fl->head = skb->next;
		if (!fl->head)
			fl->tail = NULL;
		account(fl, -(s32)skb->truesize);
		skb_mark_not_on_list(skb);
		consume_skb(skb);
	}
}

static bool same_bytes(const struct sk_buff *a, u32 aoff,
		       const struct sk_buff *b, u32 boff, u32 len)
{
	u8 abuf[128], bbuf[128];

	while (len) {
		u32 n = min_t(u32, len, sizeof(abuf));
		const u8 *pa = skb_header_pointer(a, aoff, n, abuf);
		const u8 *pb = skb_header_pointer(b, boff, n, bbuf);

		if (!pa || !pb || memcmp(pa, pb, n))
			return false;
		aoff += n;
		boff += n;
		len -= n;
	}
	return true;
}

/**
 * esmtp_flight_same() - does a resend hold the bytes that were judged?
 * @fl: the direction's flight
 * @pkt: the packet that resends
 * @skip: bytes at the beginning of its payload that are not compared
 * @off: stream offset of the first byte compared
 * @len: bytes to compare, all of them held
 *
 * Softirq; the flow's lock is held. Linear in what is in flight.
 *
 * Return: false if any byte differs.
 */
bool esmtp_flight_same(const struct esmtp_flight *fl, const struct esmtp_pkt *pkt,
		       u32 skip, u32 off, u32 len)
{
	const struct sk_buff *skb;

	for (skb = fl->head; skb && len; skb = skb->next) {
		const struct held *h = held(skb);
		u32 at, n;

		if (!esmtp_before(off, h->off + h->len))
			continue;
		at = off - h->off;
		n = min(len, h->len - at);
		if (!same_bytes(skb, h->data + at, pkt->skb,
				pkt->dataoff + skip, n))
			return false;
		off += n;
		skip += n;
		len -= n;
	}
	return !len;
}

/**
 * esmtp_flight_purge() - let go of everything
 * @fl: the direction's flight
 */
void esmtp_flight_purge(struct esmtp_flight *fl)
{
	while (fl->head) {
		struct sk_buff *skb = fl->head;

		fl->head = skb->next;
		account(fl, -(s32)skb->truesize);
		skb_mark_not_on_list(skb);
		kfree_skb(skb);
	}
	fl->tail = NULL;
}
