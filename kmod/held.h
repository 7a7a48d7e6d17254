/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_HELD_H
#define _NF_ESMTP_HELD_H

#include <linux/skbuff.h>
#include <linux/types.h>

struct esmtp_pkt;

/**
 * struct esmtp_held - bytes of a packet, as they were before it was edited
 * @next: the owner's
 * @off: stream offset of the first
 * @len: how many; the owner may make it less
 * @size: memory that they hold, the packet's pages included
 * @linear: bytes in @data; the others are in @frags, after them
 * @nfrags: entries of @frags
 * @data: behind the last of @frags
 * @frags: pages that are shared with the packet, by reference
 */
struct esmtp_held {
	struct esmtp_held *next;
	u32 off;
	u32 len;
	u32 size;
	u32 linear;
	u32 nfrags;
	u8 *data;
	skb_frag_t frags[];
};

struct esmtp_held *esmtp_held_alloc(const struct esmtp_pkt *pkt, u32 skip,
				    u32 off);
void esmtp_held_free(struct esmtp_held *h);
const u8 *esmtp_held_map(const struct esmtp_held *h, u32 at, u32 *n);
void esmtp_held_unmap(const u8 *p);
bool esmtp_held_same(const struct esmtp_held *h, u32 at,
		     const struct esmtp_pkt *pkt, u32 skip, u32 len);

#endif /* _NF_ESMTP_HELD_H */
