// SPDX-License-Identifier: GPL-2.0
/*
 * Copies of the unacknowledged bytes, as they were before editing. A retransmission is
 * compared with them byte by byte, however it is segmented: bytes that differ were never
 * inspected and must not pass.
 *
 * Bytes that were forwarded ahead of a gap are kept in a tree until the gap is filled and
 * they are inspected. Its shape is a treap's: sorted by offset, and a heap by a hash of it.
 */
#include <esmtp/stream.h>

static void free_held_packet(struct esmtp_half_stream *half, struct esmtp_kept *h)
{
	half->held -= h->size;
	esmtp_keep_free(h);
}

/* The list is circular and known by their last element, whose next is the first. */
static struct esmtp_kept *get_first_held(struct esmtp_kept *last)
{
	return last ? last->next : NULL;
}

static void insert_after(struct esmtp_kept *at, struct esmtp_kept *h)
{
	h->next = at->next;
	at->next = h;
}

static void append_held(struct esmtp_kept **last, struct esmtp_kept *h)
{
	if (*last)
		insert_after(*last, h);
	else
		h->next = h;
	*last = h;
}

static struct esmtp_kept *take_first_held(struct esmtp_kept **last)
{
	struct esmtp_kept *h = get_first_held(*last);

	if (h == *last)
		*last = NULL;
	else
		(*last)->next = h->next;
	return h;
}

/**
 * esmtp_flight_add() - keep the new bytes of a packet
 * @half: the direction
 * @pkt: the packet, not edited yet
 * @skip: bytes at the beginning of its payload that are not new
 * @off: stream offset of the first new byte, the end of what is kept
 *
 * Context: any; others are held off the connection.
 *
 * Return: 0 or -1 without memory.
 */
int esmtp_flight_add(struct esmtp_half_stream *half, const struct esmtp_pkt *pkt, u32 skip,
		     u32 off)
{
	struct esmtp_kept *h = esmtp_keep_alloc(pkt, skip, off);

	if (!h)
		return -1;
	append_held(&half->tail, h);
	half->held += h->size;
	return 0;
}

/**
 * esmtp_flight_take_back() - the last bytes added did not pass
 * @half: the direction
 * @len: how many at its end
 */
void esmtp_flight_take_back(struct esmtp_half_stream *half, u32 len)
{
	if (half->tail)
		half->tail->len -= len;
}

/**
 * esmtp_flight_prune() - forget what the receiver has acknowledged
 * @half: the direction
 * @una: stream offset of the first byte not acknowledged
 */
void esmtp_flight_prune(struct esmtp_half_stream *half, u32 una)
{
	const struct esmtp_kept *h;

	while ((h = get_first_held(half->tail)) && !esmtp_before(una, h->off + h->len))
		free_held_packet(half, take_first_held(&half->tail));
}

/**
 * esmtp_flight_same() - does a packet resend the bytes that left the first time?
 * @half: the direction
 * @pkt: the packet, not edited yet
 * @skip: bytes at the beginning of its payload not to compare
 * @off: stream offset of the first byte to compare
 * @len: how many; all were judged, none was acknowledged
 *
 * Context: any; others are held off the connection.
 *
 * Return: true if all are equal.
 */
bool esmtp_flight_same(const struct esmtp_half_stream *half, const struct esmtp_pkt *pkt,
		       u32 skip, u32 off, u32 len)
{
	const struct esmtp_kept *h = half->tail;

	while (len && h) {
		u32 at, n;

		h = h->next;
		at = off - h->off;
		if (esmtp_before(off, h->off + h->len)) {
			n = h->len - at < len ? h->len - at : len;
			if (!esmtp_keep_same(h, at, pkt, skip, n))
				return false;
			off += n;
			skip += n;
			len -= n;
		}
		if (h == half->tail)
			break;
	}
	return !len;
}

/* Where a piece stands in the heap. */
static u32 get_rank(const struct esmtp_kept *h)
{
	return h->off * 2654435761u;
}

/* The first piece ahead that ends behind @off, or NULL. */
static struct esmtp_kept *find_ahead(const struct esmtp_half_stream *half, u32 off)
{
	struct esmtp_kept *h = half->ahead, *found = NULL;

	while (h) {
		bool behind = esmtp_before(off, h->off + h->len);

		found = behind ? h : found;
		h = behind ? h->left : h->next;
	}
	return found;
}

/**
 * esmtp_flight_ahead() - what is known of a packet ahead of a gap?
 * @half: the direction
 * @pkt: the packet, not edited yet
 * @off: stream offset of its payload
 *
 * Context: any; others are held off the connection.
 *
 * Return: enum esmtp_known.
 */
enum esmtp_known esmtp_flight_ahead(const struct esmtp_half_stream *half,
				    const struct esmtp_pkt *pkt, u32 off)
{
	const struct esmtp_kept *h;
	u32 end = off + pkt->len, at = off, known = 0;

	while ((h = find_ahead(half, at)) && esmtp_before(h->off, end)) {
		u32 from = esmtp_before(off, h->off) ? h->off : off;
		u32 to = esmtp_before(h->off + h->len, end) ? h->off + h->len : end;

		if (!esmtp_keep_same(h, from - h->off, pkt, from - off, to - from))
			return ESMTP_KNOWN_DIFFERS;
		known += to - from;
		at = to;
		if (to == end)
			break;
	}
	if (!known)
		return ESMTP_KNOWN_NONE;
	return known == pkt->len ? ESMTP_KNOWN_SAME : ESMTP_KNOWN_PARTLY;
}

/* Insert in order of offset: below those of a higher rank, above all others. */
static void insert_ahead(struct esmtp_half_stream *half, struct esmtp_kept *h)
{
	struct esmtp_kept **at = &half->ahead, **left = &h->left, **right = &h->next, *t;

	while (*at && get_rank(*at) >= get_rank(h))
		at = esmtp_before(h->off, (*at)->off) ? &(*at)->left : &(*at)->next;
	for (t = *at; t;) {
		if (esmtp_before(t->off, h->off)) {
			*left = t;
			left = &t->next;
			t = t->next;
		} else {
			*right = t;
			right = &t->left;
			t = t->left;
		}
	}
	*left = NULL;
	*right = NULL;
	*at = h;
	half->pieces++;
}

static struct esmtp_kept *take_first_ahead(struct esmtp_half_stream *half)
{
	struct esmtp_kept **at = &half->ahead, *h;

	while ((*at)->left)
		at = &(*at)->left;
	h = *at;
	*at = h->next;
	h->left = NULL;
	half->pieces--;
	return h;
}

/**
 * esmtp_flight_ahead_add() - keep a packet that passes ahead of a gap
 * @half: the direction
 * @pkt: the packet, of which esmtp_flight_ahead() says ESMTP_KNOWN_NONE
 * @off: stream offset of its payload
 *
 * Context: any; others are held off the connection.
 *
 * Return: 0 or -1 without memory.
 */
int esmtp_flight_ahead_add(struct esmtp_half_stream *half, const struct esmtp_pkt *pkt,
			   u32 off)
{
	struct esmtp_kept *h = esmtp_keep_alloc(pkt, 0, off);

	if (!h)
		return -1;
	insert_ahead(half, h);
	half->held += h->size;
	return 0;
}

/**
 * esmtp_flight_ahead_first() - what passed ahead of a gap and comes next
 * @half: the direction
 *
 * Return: it, or NULL if there is no gap.
 */
const struct esmtp_kept *esmtp_flight_ahead_first(const struct esmtp_half_stream *half)
{
	const struct esmtp_kept *h = half->ahead;

	while (h && h->left)
		h = h->left;
	return h;
}

/**
 * esmtp_flight_ahead_judged() - the first packet ahead of the gap was inspected
 * @half: the direction; they follow what was judged
 */
void esmtp_flight_ahead_judged(struct esmtp_half_stream *half)
{
	append_held(&half->tail, take_first_ahead(half));
}

/**
 * esmtp_flight_purge() - let go of everything
 * @half: the direction
 */
void esmtp_flight_purge(struct esmtp_half_stream *half)
{
	while (half->tail)
		free_held_packet(half, take_first_held(&half->tail));
	while (half->ahead)
		free_held_packet(half, take_first_ahead(half));
}
