// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps bytes of a packet that is forwarded: page frags by reference, linear bytes
 * by copy, in one allocation. The packet is neither cloned nor delayed.
 */
#include <linux/highmem.h>

#include "skb_parse.h"
#include "spares.h"

/**
 * struct held - bytes of a packet
 * @h: what the stream engine knows of them
 * @linear: bytes in @data; the others are in @frags, after them
 * @nfrags: entries of @frags
 * @data: behind the last of @frags
 * @frags: pages that are shared with the packet, by reference
 */
struct held {
	struct esmtp_kept h;
	u32 linear;
	u32 nfrags;
	u8 *data;
	skb_frag_t frags[];
};

/* Index of the frag that holds byte @skip; @first is the offset in that frag. */
static u32 skip_frags(const struct sk_buff *skb, u32 skip, u32 *first)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	u32 i;

	for (i = 0; i < shinfo->nr_frags; i++) {
		u32 size = skb_frag_size(&shinfo->frags[i]);

		if (skip < size)
			break;
		skip -= size;
	}
	*first = skip;
	return i;
}

/* Frags in device memory have no page: they can be neither read nor compared. */
static bool has_readable_frags(const struct sk_buff *skb, u32 from)
{
	u32 i;

	for (i = from; i < skb_shinfo(skb)->nr_frags; i++)
		if (!skb_frag_page(&skb_shinfo(skb)->frags[i]))
			return false;
	return true;
}

static void share_frags(struct held *h, const struct sk_buff *skb, u32 from,
			u32 first)
{
	u32 i;

	for (i = 0; i < h->nfrags; i++) {
		skb_frag_t *frag = &h->frags[i];

		*frag = skb_shinfo(skb)->frags[from + i];
		if (!i) {
			skb_frag_off_add(frag, first);
			skb_frag_size_sub(frag, first);
		}
		get_page(skb_frag_page(frag));
	}
}

static size_t get_held_size(u32 nfrags, u32 linear)
{
	return sizeof(struct held) + nfrags * sizeof(skb_frag_t) + linear;
}

/* Room for @linear bytes that are copied, and for @nfrags pages; neither is there yet. */
static struct held *alloc_held(const struct esmtp_pkt *pkt, u32 skip, u32 off, u32 nfrags,
			       u32 linear)
{
	struct held *h;
	u32 real;

	h = esmtp_spare_take(get_held_size(nfrags, linear), &real);
	if (!h)
		return NULL;
	h->h.next = NULL;
	h->h.left = NULL;
	h->h.off = off;
	h->h.len = pkt->len - skip;
	h->h.size = real + (nfrags ? pkt->skb->truesize : 0);
	h->linear = linear;
	h->nfrags = nfrags;
	h->data = (u8 *)&h->frags[nfrags];
	return h;
}

/* The usual one, small: all of it is copied. */
static struct esmtp_kept *keep_linear(const struct esmtp_pkt *pkt, u32 skip, u32 off)
{
	u32 len = pkt->len - skip;
	struct held *h = alloc_held(pkt, skip, off, 0, len);

	if (!h)
		return NULL;
	memcpy(h->data, pkt->skb->data + pkt->dataoff + skip, len);
	return &h->h;
}

/**
 * esmtp_keep_alloc() - keep the last bytes of a packet
 * @pkt: the packet, not edited yet
 * @skip: bytes at the beginning of its payload that are not kept
 * @off: stream offset of the first byte kept
 *
 * Context: BH off.
 *
 * Return: the bytes, the caller's; or NULL without memory.
 */
struct esmtp_kept *esmtp_keep_alloc(const struct esmtp_pkt *pkt, u32 skip, u32 off)
{
	struct sk_buff *skb = pkt->skb;
	u32 from = pkt->dataoff + skip, head = skb_headlen(skb);
	u32 nfrags = 0, linear, first = 0, at = 0;
	struct held *h;

	if (!skb_is_nonlinear(skb) && !skb_zcopy(skb))
		return keep_linear(pkt, skip, off);
	if (skb_has_frag_list(skb)) {
		linear = skb->len - from;
	} else {
		/* pages that a sender may still write to are copied first */
		if (skb_orphan_frags(skb, GFP_ATOMIC))
			return NULL;
		linear = head > from ? head - from : 0;
		at = skip_frags(skb, head > from ? 0 : from - head, &first);
		nfrags = skb_shinfo(skb)->nr_frags - at;
		if (!has_readable_frags(skb, at))
			return NULL;
	}
	h = alloc_held(pkt, skip, off, nfrags, linear);
	if (!h)
		return NULL;
	if (skb_copy_bits(skb, from, h->data, linear)) {
		esmtp_spare_give(h, get_held_size(nfrags, linear));
		return NULL;
	}
	share_frags(h, skb, at, first);
	return &h->h;
}

/**
 * esmtp_keep_free() - let go of bytes kept
 * @held: may be NULL
 *
 * Context: BH off.
 */
void esmtp_keep_free(struct esmtp_kept *held)
{
	struct held *h;
	u32 i;

	if (!held)
		return;
	h = container_of(held, struct held, h);
	for (i = 0; i < h->nfrags; i++)
		put_page(skb_frag_page(&h->frags[i]));
	esmtp_spare_give(h, get_held_size(h->nfrags, h->linear));
}

/**
 * esmtp_keep_map() - read bytes kept
 * @held: the bytes
 * @at: index of the first to read, below @held->len
 * @n: bytes wanted; set to the number contiguous from @at
 *
 * Any context; esmtp_keep_unmap() follows, with nothing mapped in between.
 *
 * Return: the bytes.
 */
const u8 *esmtp_keep_map(const struct esmtp_kept *held, u32 at, u32 *n)
{
	const struct held *h = container_of(held, struct held, h);
	const skb_frag_t *frag = h->frags;
	struct page *page;
	u32 off;

	if (at < h->linear) {
		*n = min(*n, h->linear - at);
		return h->data + at;
	}
	for (at -= h->linear; at >= skb_frag_size(frag); frag++)
		at -= skb_frag_size(frag);
	off = skb_frag_off(frag) + at;
	page = skb_frag_page(frag) + (off >> PAGE_SHIFT);
	*n = min3(*n, skb_frag_size(frag) - at,
		  (u32)(PAGE_SIZE - offset_in_page(off)));
	return (const u8 *)kmap_local_page(page) + offset_in_page(off);
}

/**
 * esmtp_keep_unmap() - end the mapping of esmtp_keep_map()
 * @p: what it returned
 */
void esmtp_keep_unmap(const u8 *p)
{
	if (is_kmap_addr(p))
		kunmap_local(p);
}

/**
 * esmtp_keep_same() - does a packet bring the same bytes?
 * @h: the bytes kept
 * @at: index of the first to compare
 * @pkt: the packet
 * @skip: bytes of its payload before the first to compare
 * @len: how many; both have as many
 *
 * Any context.
 *
 * Return: true if all are equal.
 */
bool esmtp_keep_same(const struct esmtp_kept *h, u32 at,
		     const struct esmtp_pkt *pkt, u32 skip, u32 len)
{
	u8 buf[128];

	while (len) {
		u32 n = min_t(u32, len, sizeof(buf));
		const u8 *is, *was = esmtp_keep_map(h, at, &n);
		bool same;

		is = skb_header_pointer(pkt->skb, pkt->dataoff + skip, n, buf);
		same = is && !memcmp(was, is, n);
		esmtp_keep_unmap(was);
		if (!same)
			return false;
		at += n;
		skip += n;
		len -= n;
	}
	return true;
}
