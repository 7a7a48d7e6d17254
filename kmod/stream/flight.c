// SPDX-License-Identifier: GPL-2.0
/*
 * What left and may be sent again, as it was before it was edited. A resend is
 * compared with it byte by byte, however it is cut: bytes that differ were never
 * judged and must not pass.
 *
 * Bytes that passed ahead of a gap are kept too, apart from the others, until the
 * gap is filled and they are judged.
 */
#include <esmtp/stream.h>

static void let_go(struct esmtp_way *way, struct esmtp_held *h)
{
	way->held -= h->size;
	esmtp_held_free(h);
}

/* A ring of which the last is known, whose next is the first. */
static struct esmtp_held *first(struct esmtp_held *last)
{
	return last ? last->next : NULL;
}

static void insert_after(struct esmtp_held *at, struct esmtp_held *h)
{
	h->next = at->next;
	at->next = h;
}

static void append(struct esmtp_held **last, struct esmtp_held *h)
{
	if (*last)
		insert_after(*last, h);
	else
		h->next = h;
	*last = h;
}

static struct esmtp_held *take_first(struct esmtp_held **last)
{
	struct esmtp_held *h = first(*last);

	if (h == *last)
		*last = NULL;
	else
		(*last)->next = h->next;
	return h;
}

/**
 * esmtp_flight_add() - keep the new bytes of a packet
 * @way: the direction
 * @pkt: the packet, not edited yet
 * @skip: bytes at the beginning of its payload that are not new
 * @off: stream offset of the first new byte, the end of what is kept
 *
 * Context: any; others are held off the connection.
 *
 * Return: 0 or -1 without memory.
 */
int esmtp_flight_add(struct esmtp_way *way, const struct esmtp_pkt *pkt, u32 skip,
		     u32 off)
{
	struct esmtp_held *h = esmtp_held_alloc(pkt, skip, off);

	if (!h)
		return -1;
	append(&way->tail, h);
	way->held += h->size;
	return 0;
}

/**
 * esmtp_flight_take_back() - the last bytes added did not pass
 * @way: the direction
 * @len: how many at its end
 */
void esmtp_flight_take_back(struct esmtp_way *way, u32 len)
{
	if (way->tail)
		way->tail->len -= len;
}

/**
 * esmtp_flight_prune() - forget what the receiver has acknowledged
 * @way: the direction
 * @una: stream offset of the first byte not acknowledged
 */
void esmtp_flight_prune(struct esmtp_way *way, u32 una)
{
	const struct esmtp_held *h;

	while ((h = first(way->tail)) && !esmtp_before(una, h->off + h->len))
		let_go(way, take_first(&way->tail));
}

/**
 * esmtp_flight_same() - does a packet resend the bytes that left the first time?
 * @way: the direction
 * @pkt: the packet, not edited yet
 * @skip: bytes at the beginning of its payload not to compare
 * @off: stream offset of the first byte to compare
 * @len: how many; all were judged, none was acknowledged
 *
 * Context: any; others are held off the connection.
 *
 * Return: true if all are equal.
 */
bool esmtp_flight_same(const struct esmtp_way *way, const struct esmtp_pkt *pkt,
		       u32 skip, u32 off, u32 len)
{
	const struct esmtp_held *h = way->tail;

	while (len && h) {
		u32 at, n;

		h = h->next;
		at = off - h->off;
		if (esmtp_before(off, h->off + h->len)) {
			n = h->len - at < len ? h->len - at : len;
			if (!esmtp_held_same(h, at, pkt, skip, n))
				return false;
			off += n;
			skip += n;
			len -= n;
		}
		if (h == way->tail)
			break;
	}
	return !len;
}

/* Nearly always a packet ahead of a gap comes behind those that came before it. */
static bool behind_all(const struct esmtp_way *way, u32 off)
{
	const struct esmtp_held *last = way->ahead;

	return !last || !esmtp_before(off, last->off + last->len);
}

/**
 * esmtp_flight_ahead() - what is known of a packet ahead of a gap?
 * @way: the direction
 * @pkt: the packet, not edited yet
 * @off: stream offset of its payload
 *
 * Context: any; others are held off the connection.
 *
 * Return: enum esmtp_known.
 */
enum esmtp_known esmtp_flight_ahead(const struct esmtp_way *way,
				    const struct esmtp_pkt *pkt, u32 off)
{
	const struct esmtp_held *h = way->ahead;
	u32 end = off + pkt->len, known = 0;

	if (behind_all(way, off))
		return ESMTP_KNOWN_NONE;
	do {
		u32 from, to;

		h = h->next;
		if (!esmtp_before(h->off, end))
			break;
		from = esmtp_before(off, h->off) ? h->off : off;
		to = esmtp_before(h->off + h->len, end) ? h->off + h->len : end;
		if (!esmtp_before(from, to))
			continue;
		if (!esmtp_held_same(h, from - h->off, pkt, from - off, to - from))
			return ESMTP_KNOWN_DIFFERS;
		known += to - from;
	} while (h != way->ahead);
	if (!known)
		return ESMTP_KNOWN_NONE;
	return known == pkt->len ? ESMTP_KNOWN_SAME : ESMTP_KNOWN_PARTLY;
}

/* It begins before the end of the last one, and is within none. */
static void insert(struct esmtp_way *way, struct esmtp_held *h)
{
	struct esmtp_held *at = way->ahead;

	while (esmtp_before(at->next->off, h->off))
		at = at->next;
	insert_after(at, h);
}

/**
 * esmtp_flight_ahead_add() - keep a packet that passes ahead of a gap
 * @way: the direction
 * @pkt: the packet, of which esmtp_flight_ahead() says ESMTP_KNOWN_NONE
 * @off: stream offset of its payload
 *
 * Context: any; others are held off the connection.
 *
 * Return: 0 or -1 without memory.
 */
int esmtp_flight_ahead_add(struct esmtp_way *way, const struct esmtp_pkt *pkt,
			   u32 off)
{
	struct esmtp_held *h = esmtp_held_alloc(pkt, 0, off);

	if (!h)
		return -1;
	if (behind_all(way, off))
		append(&way->ahead, h);
	else
		insert(way, h);
	way->held += h->size;
	return 0;
}

/**
 * esmtp_flight_ahead_first() - what passed ahead of a gap and comes next
 * @way: the direction
 *
 * Return: it, or NULL if there is no gap.
 */
const struct esmtp_held *esmtp_flight_ahead_first(const struct esmtp_way *way)
{
	return first(way->ahead);
}

/**
 * esmtp_flight_ahead_judged() - the first bytes ahead are so no more
 * @way: the direction; they follow what was judged
 */
void esmtp_flight_ahead_judged(struct esmtp_way *way)
{
	append(&way->tail, take_first(&way->ahead));
}

/**
 * esmtp_flight_purge() - let go of everything
 * @way: the direction
 */
void esmtp_flight_purge(struct esmtp_way *way)
{
	while (way->tail)
		let_go(way, take_first(&way->tail));
	while (way->ahead)
		let_go(way, take_first(&way->ahead));
}
