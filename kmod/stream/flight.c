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

static void account(struct esmtp_flight *fl, s32 size)
{
	fl->held += size;
	esmtp_pool_add(fl->pool, size);
}

static void let_go(struct esmtp_flight *fl, struct esmtp_held *h)
{
	account(fl, -(s32)h->size);
	esmtp_held_free(h);
}

static void append(struct esmtp_flight *fl, struct esmtp_held *h)
{
	h->next = NULL;
	if (fl->tail)
		fl->tail->next = h;
	else
		fl->head = h;
	fl->tail = h;
}

/**
 * esmtp_flight_full() - is the bound of the direction or of all reached?
 * @fl: the direction's flight
 *
 * Return: true if nothing may be added.
 */
bool esmtp_flight_full(const struct esmtp_flight *fl)
{
	return fl->held >= ESMTP_FLIGHT_FLOW || esmtp_pool_full(fl->pool);
}

/**
 * esmtp_flight_add() - keep the new bytes of a packet
 * @fl: the direction's flight
 * @pkt: the packet, not edited yet
 * @skip: bytes at the beginning of its payload that are not new
 * @off: stream offset of the first new byte, the end of what is kept
 *
 * Context: any; others are held off the connection.
 *
 * Return: 0 or -1 without memory.
 */
int esmtp_flight_add(struct esmtp_flight *fl, const struct esmtp_pkt *pkt,
		     u32 skip, u32 off)
{
	struct esmtp_held *h = esmtp_held_alloc(pkt, skip, off);

	if (!h)
		return -1;
	append(fl, h);
	account(fl, h->size);
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
		fl->tail->len -= len;
}

/**
 * esmtp_flight_prune() - forget what the receiver has acknowledged
 * @fl: the direction's flight
 * @una: stream offset of the first byte not acknowledged
 */
void esmtp_flight_prune(struct esmtp_flight *fl, u32 una)
{
	struct esmtp_held *h;

	while ((h = fl->head) && !esmtp_before(una, h->off + h->len)) {
		fl->head = h->next;
		if (!fl->head)
			fl->tail = NULL;
		let_go(fl, h);
	}
}

/* Compare with one list of bytes kept; it has all of the range. */
static bool same(const struct esmtp_held *h, const struct esmtp_pkt *pkt, u32 skip,
		 u32 off, u32 len)
{
	for (; h && len; h = h->next) {
		u32 at, n;

		if (!esmtp_before(off, h->off + h->len))
			continue;
		at = off - h->off;
		n = h->len - at < len ? h->len - at : len;
		if (!esmtp_held_same(h, at, pkt, skip, n))
			return false;
		off += n;
		skip += n;
		len -= n;
	}
	return !len;
}

/**
 * esmtp_flight_same() - does a packet resend the bytes that left the first time?
 * @fl: the direction's flight
 * @pkt: the packet, not edited yet
 * @skip: bytes at the beginning of its payload not to compare
 * @off: stream offset of the first byte to compare
 * @len: how many; all were judged, none was acknowledged
 *
 * Context: any; others are held off the connection.
 *
 * Return: true if all are equal.
 */
bool esmtp_flight_same(const struct esmtp_flight *fl, const struct esmtp_pkt *pkt,
		       u32 skip, u32 off, u32 len)
{
	return same(fl->head, pkt, skip, off, len);
}

/**
 * esmtp_flight_ahead() - what is known of a packet ahead of a gap?
 * @fl: the direction's flight
 * @pkt: the packet, not edited yet
 * @off: stream offset of its payload
 *
 * Context: any; others are held off the connection.
 *
 * Return: enum esmtp_known.
 */
enum esmtp_known esmtp_flight_ahead(const struct esmtp_flight *fl,
				    const struct esmtp_pkt *pkt, u32 off)
{
	u32 end = off + pkt->len, known = 0;
	const struct esmtp_held *h;

	for (h = fl->ahead; h && esmtp_before(h->off, end); h = h->next) {
		u32 from = esmtp_before(off, h->off) ? h->off : off;
		u32 to = esmtp_before(h->off + h->len, end) ? h->off + h->len : end;

		if (!esmtp_before(from, to))
			continue;
		if (!esmtp_held_same(h, from - h->off, pkt, from - off, to - from))
			return ESMTP_KNOWN_DIFFERS;
		known += to - from;
	}
	if (!known)
		return ESMTP_KNOWN_NONE;
	return known == pkt->len ? ESMTP_KNOWN_SAME : ESMTP_KNOWN_PARTLY;
}

/**
 * esmtp_flight_ahead_add() - keep a packet that passes ahead of a gap
 * @fl: the direction's flight
 * @pkt: the packet, of which esmtp_flight_ahead() says ESMTP_KNOWN_NONE
 * @off: stream offset of its payload
 *
 * Context: any; others are held off the connection.
 *
 * Return: 0 or -1 without memory.
 */
int esmtp_flight_ahead_add(struct esmtp_flight *fl, const struct esmtp_pkt *pkt,
			   u32 off)
{
	struct esmtp_held *h = esmtp_held_alloc(pkt, 0, off), **at;

	if (!h)
		return -1;
	for (at = &fl->ahead; *at && esmtp_before((*at)->off, off); at = &(*at)->next)
		;
	h->next = *at;
	*at = h;
	account(fl, h->size);
	return 0;
}

/**
 * esmtp_flight_ahead_judged() - the first bytes ahead are so no more
 * @fl: the direction's flight; they follow what was judged
 */
void esmtp_flight_ahead_judged(struct esmtp_flight *fl)
{
	struct esmtp_held *h = fl->ahead;

	fl->ahead = h->next;
	append(fl, h);
}

/**
 * esmtp_flight_purge() - let go of everything
 * @fl: the direction's flight
 */
void esmtp_flight_purge(struct esmtp_flight *fl)
{
	struct esmtp_held *h;

	while ((h = fl->head)) {
		fl->head = h->next;
		let_go(fl, h);
	}
	while ((h = fl->ahead)) {
		fl->ahead = h->next;
		let_go(fl, h);
	}
	fl->tail = NULL;
}
