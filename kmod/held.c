// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes of a packet that are kept: page frags by reference, linear bytes by copy,
 * in one piece of memory. The packet that goes on is neither cloned nor slowed
 * down by it.
 */
#include <linux/highmem.h>
#include <linux/slab.h>

#include "pkt.h"

/**
 * struct held - bytes of a packet
 * @h: what the stream engine knows of them
 * @linear: bytes in @data; the others are in @frags, after them
 * @nfrags: entries of @frags
 * @data: behind the last of @frags
 * @frags: pages that are shared with the packet, by reference
 */
struct held {
	struct esmtp_held h;
	u32 linear;
	u32 nfrags;
	u8 *data;
	skb_frag_t frags[];
};

/* The part of the frags that lies behind @skip bytes of them. */
static u32 frags_behind(const struct sk_buff *skb, u32 skip, u32 *first)
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

/* Memory of a device can be neither read nor compared. */
static bool readable(const struct sk_buff *skb, u32 from)
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

/**
 * esmtp_held_alloc() - keep the last bytes of a packet
 * @pkt: the packet, not edited yet
 * @skip: bytes at the beginning of its payload that are not kept
 * @off: stream offset of the first byte kept
 *
 * Any context.
 *
 * Return: the bytes, the caller's; or NULL without memory.
 */
struct esmtp_held *esmtp_held_alloc(const struct esmtp_pkt *pkt, u32 skip, u32 off)
{
	struct sk_buff *skb = pkt->skb;
	u32 from = pkt->dataoff + skip, head = skb_headlen(skb);
	u32 nfrags = 0, linear, first = 0, at = 0;
	struct held *h;
	size_t size;

	if (skb_has_frag_list(skb)) {
		linear = skb->len - from;
	} else {
		/* pages that a sender may still write to are copied first */
		if (skb_orphan_frags(skb, GFP_ATOMIC))
			return NULL;
		linear = head > from ? head - from : 0;
		at = frags_behind(skb, head > from ? 0 : from - head, &first);
		nfrags = skb_shinfo(skb)->nr_frags - at;
		if (!readable(skb, at))
			return NULL;
	}
	size = struct_size(h, frags, nfrags) + linear;
	h = kmalloc(size, GFP_ATOMIC | __GFP_NOWARN);
	if (!h)
		return NULL;
	h->h.next = NULL;
	h->h.off = off;
	h->h.len = pkt->len - skip;
	h->h.size = nfrags ? size + skb->truesize : size;
	h->linear = linear;
	h->nfrags = nfrags;
	h->data = (u8 *)&h->frags[nfrags];
	if (skb_copy_bits(skb, from, h->data, linear)) {
		kfree(h);
		return NULL;
	}
	share_frags(h, skb, at, first);
	return &h->h;
}

/**
 * esmtp_held_free() - let go of bytes kept
 * @held: may be NULL
 *
 * Any context.
 */
void esmtp_held_free(struct esmtp_held *held)
{
	struct held *h;
	u32 i;

	if (!held)
		return;
	h = container_of(held, struct held, h);
	for (i = 0; i < h->nfrags; i++)
		put_page(skb_frag_page(&h->frags[i]));
	kfree(h);
}

/**
 * esmtp_held_map() - read bytes kept
 * @held: the bytes
 * @at: index of the first to read, below @held->len
 * @n: how many are wanted; set to how many lie together
 *
 * Any context; esmtp_held_unmap() follows, with nothing mapped in between.
 *
 * Return: the bytes.
 */
const u8 *esmtp_held_map(const struct esmtp_held *held, u32 at, u32 *n)
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
 * esmtp_held_unmap() - done with what esmtp_held_map() returned
 * @p: that
 */
void esmtp_held_unmap(const u8 *p)
{
	if (is_kmap_addr(p))
		kunmap_local(p);
}

/**
 * esmtp_held_same() - does a packet bring the same bytes?
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
bool esmtp_held_same(const struct esmtp_held *h, u32 at,
		     const struct esmtp_pkt *pkt, u32 skip, u32 len)
{
	u8 buf[128];

	while (len) {
		u32 n = min_t(u32, len, sizeof(buf));
		const u8 *is, *was = esmtp_held_map(h, at, &n);
		bool same;

		is = skb_header_pointer(pkt->skb, pkt->dataoff + skip, n, buf);
		same = is && !memcmp(was, is, n);
		esmtp_held_unmap(was);
		if (!same)
			return false;
		at += n;
		skip += n;
		len -= n;
	}
	return true;
}
