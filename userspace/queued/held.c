// SPDX-License-Identifier: GPL-2.0
/* The stream engine reads packets and keeps bytes of them: a packet is linear here. */
#include "packet.h"

/* Bytes kept, behind what the engine knows of them. */
struct kept {
	struct esmtp_held h;
	u8 bytes[];
};

static const u8 *bytes_of(const struct esmtp_held *h)
{
	return container_of(h, struct kept, h)->bytes;
}

/**
 * esmtp_pkt_walk() - see <esmtp/stream.h>
 * @pkt: the packet
 * @skip: bytes of its payload to pass over
 * @fn: called once, with the rest, if there is any
 * @ctx: for @fn
 */
void esmtp_pkt_walk(const struct esmtp_pkt *pkt, u32 skip,
		    bool (*fn)(void *ctx, const u8 *p, u32 n), void *ctx)
{
	if (skip < pkt->len)
		fn(ctx, packet_payload(packet_of(pkt)) + skip, pkt->len - skip);
}

/**
 * esmtp_held_alloc() - keep the last bytes of a packet
 * @pkt: the packet, not edited yet
 * @skip: bytes at the beginning of its payload that are not kept
 * @off: stream offset of the first byte kept
 *
 * Return: the bytes, the caller's; or NULL without memory.
 */
struct esmtp_held *esmtp_held_alloc(const struct esmtp_pkt *pkt, u32 skip, u32 off)
{
	u32 len = pkt->len - skip;
	struct kept *k = malloc(sizeof(*k) + len);

	if (!k)
		return NULL;
	k->h.next = NULL;
	k->h.off = off;
	k->h.len = len;
	k->h.size = (u32)sizeof(*k) + len;
	memcpy(k->bytes, packet_payload(packet_of(pkt)) + skip, len);
	return &k->h;
}

/**
 * esmtp_held_free() - let go of bytes kept
 * @h: may be NULL
 */
void esmtp_held_free(struct esmtp_held *h)
{
	if (h)
		free(container_of(h, struct kept, h));
}

/**
 * esmtp_held_map() - read bytes kept
 * @h: the bytes
 * @at: index of the first to read, below @h->len
 * @n: how many are wanted: they all lie together
 *
 * Return: the bytes.
 */
const u8 *esmtp_held_map(const struct esmtp_held *h, u32 at, u32 *n)
{
	(void)n;
	return bytes_of(h) + at;
}

/**
 * esmtp_held_unmap() - done with what esmtp_held_map() returned
 * @p: that
 */
void esmtp_held_unmap(const u8 *p)
{
	(void)p;
}

/**
 * esmtp_held_same() - does a packet bring the same bytes?
 * @h: the bytes kept
 * @at: index of the first to compare
 * @pkt: the packet
 * @skip: bytes of its payload before the first to compare
 * @len: how many; both have as many
 *
 * Return: true if all are equal.
 */
bool esmtp_held_same(const struct esmtp_held *h, u32 at,
		     const struct esmtp_pkt *pkt, u32 skip, u32 len)
{
	return !memcmp(bytes_of(h) + at, packet_payload(packet_of(pkt)) + skip, len);
}
