// SPDX-License-Identifier: GPL-2.0
/* Access to payload, and copies of it, for the engine: packets are linear here. */
#include "packet_parse.h"

/* Bytes kept, after the engine's header for them. */
struct kept {
	struct esmtp_kept h;
	u8 bytes[];
};

enum { OVERHEAD = 32 };			/* what malloc() takes beside them */

static const u8 *get_kept_bytes(const struct esmtp_kept *h)
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
 * esmtp_keep_alloc() - keep the last bytes of a packet
 * @pkt: the packet, not edited yet
 * @skip: bytes at the beginning of its payload that are not kept
 * @off: stream offset of the first byte kept
 *
 * Return: the bytes, the caller's; or NULL without memory.
 */
struct esmtp_kept *esmtp_keep_alloc(const struct esmtp_pkt *pkt, u32 skip, u32 off)
{
	u32 len = pkt->len - skip;
	struct kept *k = malloc(sizeof(*k) + len);

	if (!k)
		return NULL;
	k->h.next = NULL;
	k->h.left = NULL;
	k->h.off = off;
	k->h.len = len;
	k->h.size = (u32)sizeof(*k) + len + OVERHEAD;
	memcpy(k->bytes, packet_payload(packet_of(pkt)) + skip, len);
	return &k->h;
}

/**
 * esmtp_keep_free() - let go of bytes kept
 * @h: may be NULL
 */
void esmtp_keep_free(struct esmtp_kept *h)
{
	if (h)
		free(container_of(h, struct kept, h));
}

/**
 * esmtp_keep_map() - read bytes kept
 * @h: the bytes
 * @at: index of the first to read, below @h->len
 * @n: bytes wanted; all of them are contiguous
 *
 * Return: the bytes.
 */
const u8 *esmtp_keep_map(const struct esmtp_kept *h, u32 at, u32 *n)
{
	(void)n;
	return get_kept_bytes(h) + at;
}

/**
 * esmtp_keep_unmap() - end the mapping of esmtp_keep_map()
 * @p: what it returned
 */
void esmtp_keep_unmap(const u8 *p)
{
	(void)p;
}

/**
 * esmtp_keep_same() - does a packet bring the same bytes?
 * @h: the bytes kept
 * @at: index of the first to compare
 * @pkt: the packet
 * @skip: bytes of its payload before the first to compare
 * @len: how many; both have as many
 *
 * Return: true if all are equal.
 */
bool esmtp_keep_same(const struct esmtp_kept *h, u32 at,
		     const struct esmtp_pkt *pkt, u32 skip, u32 len)
{
	return !memcmp(get_kept_bytes(h) + at, packet_payload(packet_of(pkt)) + skip, len);
}

/**
 * esmtp_memory_session() - see <esmtp/stream.h>
 *
 * Return: memory, for esmtp_memory_session_free(); or NULL.
 */
struct esmtp_session *esmtp_memory_session(void)
{
	return malloc(sizeof(struct esmtp_session));
}

/**
 * esmtp_memory_session_free() - free it
 * @s: from esmtp_memory_session()
 */
void esmtp_memory_session_free(struct esmtp_session *s)
{
	free(s);
}
