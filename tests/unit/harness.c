// SPDX-License-Identifier: GPL-2.0
#ifdef __KERNEL__
#include <linux/kernel.h>
#else
#include <stdio.h>
#endif
#include "harness.h"
#include "engine/smtp/feed.h"

enum { DEEP = 1024 };			/* up to here all is replayed each time */

/**
 * harness_fail() - note the first thing that went wrong
 * @h: the connection
 * @what: a sentence
 * @a: a number that helps
 * @b: another
 */
void harness_fail(struct harness *h, const char *what, u32 a, u32 b)
{
	if (!h->fail[0])
		snprintf(h->fail, sizeof(h->fail), "%s (%u, %u)", what, a, b);
}

static u32 next_random(struct harness *h)
{
	h->random ^= h->random << 13;
	h->random ^= h->random >> 17;
	h->random ^= h->random << 5;
	return h->random;
}

/* The name that was reported is there to be read. */
static void check_sni(struct harness *h, u32 len)
{
	const char *sni = esmtp_session_sni(&h->session);
	u32 n = 0;

	while (sni[n])
		n++;
	if (n != (len < ESMTP_SNI_LEN ? len : ESMTP_SNI_LEN - 1))
		harness_fail(h, "the server's name is of another length", n, len);
}

static void on_event(struct esmtp_io *io, const struct esmtp_event *ev)
{
	struct harness *h = io->ctx;

	if (h->n_events == HARNESS_EVENTS) {
		harness_fail(h, "too many events", 0, 0);
		return;
	}
	h->event[h->n_events] = *ev;
	h->event[h->n_events++].off -= h->base;
	if (ev->id >= ESMTP_EVENT_MAX || ev->dir >= ESMTP_DIR_MAX)
		harness_fail(h, "an event that does not exist", ev->id, ev->dir);
	if (ev->id == ESMTP_EV_TLS_SNI)
		check_sni(h, ev->value);
	if (ev->id == ESMTP_EV_RULE && ev->rule >= h->map.nrules)
		harness_fail(h, "a rule that does not exist", ev->rule, 0);
}

static u8 lets(const struct esmtp_map *map)
{
	u32 others = 1u << ESMTP_KW_OTHERS;

	return (map->keywords & others ? 0 : ORACLE_MASKS) |
	       (map->params.tls ? ORACLE_TLS : 0) |
	       (map->params.chunking ? ORACLE_CHUNKING : 0) |
	       (map->params.monitor ? ORACLE_MONITOR : 0);
}

/* Under monitor nothing is edited, held back or ended. */
static void check_monitor(struct harness *h, const struct harness_stream *st)
{
	if (h->map.params.monitor && (h->end || st->why || st->log.n))
		harness_fail(h, "monitor did something", h->end, st->log.n);
}

/**
 * harness_init() - open a connection
 * @h: the connection
 * @map: its map, copied
 * @cap: entries of each edit log, a power of two
 * @base: stream offset of the first byte of either direction
 */
void harness_init(struct harness *h, const struct esmtp_map *map, u16 cap,
		  u32 base)
{
	int dir;

	h->map = *map;
	h->n_events = 0;
	h->base = base;
	h->block = 0;
	h->random = 2463534242u;
	h->end = ESMTP_R_GO;
	h->mute = 0;
	h->fail[0] = '\0';
	memset(h->admitted, 0, sizeof(h->admitted));
	for (dir = 0; dir < ESMTP_DIR_MAX; dir++) {
		struct harness_stream *st = &h->stream[dir];

		st->have = 0;
		st->left = 0;
		st->una = 0;
		st->why = ESMTP_R_GO;
		st->log = (struct esmtp_log){ .v = st->edits, .cap = cap };
		st->io = (struct esmtp_io){
			.log = &st->log, .off = base, .event = on_event,
			.ctx = h,
		};
	}
	esmtp_session_init(&h->session.head, &h->map);
	oracle_init(&h->oracle, lets(&h->map));
}

static void check_log(struct harness *h, const struct harness_stream *st)
{
	u32 end = st->una, fed = st->io.off - h->base, i;

	if (st->log.n > st->log.cap)
		harness_fail(h, "the log is over its bound", st->log.n, 0);
	for (i = 0; i < st->log.n; i++) {
		const struct esmtp_edit *e;
		u32 off;

		e = &st->log.v[(st->log.head + i) & (st->log.cap - 1)];
		off = e->off - h->base;
		if (!e->len)
			harness_fail(h, "an edit of no byte", off, 0);
		if (i ? off < end : off + e->len <= end)
			harness_fail(h, "edits overlap or are out of order",
				     off, end);
		end = off + e->len;
		if (end > fed)
			harness_fail(h, "an edit of bytes not fed", end, fed);
	}
}

/* Bytes [from, to) with the log's edits, into @out. */
static void replay(const struct harness *h, const struct harness_stream *st,
		   u32 from, u32 to, u8 *out)
{
	const struct esmtp_edit *e;
	u32 iter = 0;

	memcpy(out, st->was + from, to - from);
	while ((e = esmtp_log_next(&st->log, &iter, h->base + from,
				   h->base + to)))
		esmtp_edit_bytes(e, h->base + from, out, to - from);
}

static u32 width(const struct harness *h, const struct harness_stream *st, u32 at)
{
	return esmtp_seqmap_copy(&st->log, h->base + at, st->was + at, 1, NULL);
}

/*
 * Bytes before one put it at its place in the receiver's stream, and nothing
 * else does; and from that place it is found again.
 */
static void check_places(struct harness *h, const struct harness_stream *st,
			 u32 from, u32 to)
{
	u32 at = esmtp_seqmap_out(&st->log, h->base + from), i;

	if (!esmtp_seqmap_on(&st->log))
		return;
	for (i = from; i < to; i++) {
		if (width(h, st, i) != st->wide[i])
			harness_fail(h, "a resent byte has another length", i,
				     st->wide[i]);
		if (esmtp_seqmap_out(&st->log, h->base + i) != at)
			harness_fail(h, "a byte is at another place", i, at);
		if (st->wide[i] &&
		    esmtp_seqmap_in(&st->log, at, false) != h->base + i)
			harness_fail(h, "a byte is not found again", i, at);
		at += st->wide[i];
	}
	if (esmtp_seqmap_in(&st->log, at, false) - h->base < to)
		harness_fail(h, "bytes are not acknowledged", to, at);
}

/* A resent range must leave with the very bytes that left the first time. */
static void check_replay(struct harness *h, struct harness_stream *st,
			 u32 from, u32 to)
{
	static u8 again[HARNESS_STREAM];
	u32 i;

	if (from >= to)
		return;
	check_places(h, st, from, to);
	replay(h, st, from, to, again);
	if (!memcmp(again, st->is + from, to - from))
		return;
	for (i = 0; again[i] == st->is[from + i]; i++)
		;
	harness_fail(h, "a resent byte leaves changed", from + i, again[i]);
}

static void check_replays(struct harness *h, struct harness_stream *st)
{
	u32 span = st->left - st->una, i;

	if (span <= DEEP)
		check_replay(h, st, st->una, st->left);
	for (i = 0; span && i < 2; i++) {
		u32 from = st->una + next_random(h) % span;
		u32 n = next_random(h) % (st->left - from + 1);

		check_replay(h, st, from, from + (n < DEEP ? n : DEEP));
	}
}

static void check_byte(struct harness *h, enum esmtp_dir dir, u8 was, u8 is)
{
	if (was != is && (was == '\r' || was == '\n'))
		harness_fail(h, "a CR or LF was edited", was, is);
	if (was != is && (is < ' ' || is > '~'))
		harness_fail(h, "a byte was edited to a control", was, is);
	if (dir == ESMTP_C2S)
		oracle_client(&h->oracle, was, is);
	else
		oracle_server(&h->oracle, was, is);
	if (h->oracle.fail)
		harness_fail(h, h->oracle.fail, was, is);
}

/* Forward what was taken of the hand. */
static void forward(struct harness *h, enum esmtp_dir dir)
{
	struct harness_stream *st = &h->stream[dir];
	u32 to = st->io.off - h->base, i;

	check_log(h, st);
	check_replays(h, st);
	replay(h, st, st->left, to, st->is + st->left);
	for (i = st->left; i < to; i++) {
		st->wide[i] = width(h, st, i);
		if (st->wide[i])
			check_byte(h, dir, st->was[i], st->is[i]);
	}
	st->left = to;
}

static enum esmtp_reason admit(struct esmtp_io *io, u8 rule)
{
	struct harness *h = io->ctx;

	return h->admitted[rule]++ < h->map.rules[rule].rate ? ESMTP_R_GO : ESMTP_R_RATE;
}

/* What was done so far, as check_spent() compares it. */
struct tally {
	u32 spent, events, edits, fed;
	u8 mode;
};

static struct tally take_tally(const struct harness *h, const struct harness_stream *st)
{
	return (struct tally){ st->io.spent, h->n_events, st->log.n, st->io.off, h->session.mode };
}

/*
 * What was reported and edited, and each byte of an answer to 334, is counted as work, or a
 * packet could be full of it.
 */
static void check_spent(struct harness *h, const struct harness_stream *st,
			const struct tally *was)
{
	struct tally is = take_tally(h, st);
	u32 least = ESMTP_COST_EVENT * (is.events - was->events);

	if (is.edits > was->edits)
		least += ESMTP_COST_FILL * (is.edits - was->edits);
	if (st == &h->stream[ESMTP_C2S] && was->mode == ESMTP_MODE_AUTH && is.mode == was->mode)
		least += ESMTP_COST_RUN * (is.fed - was->fed);
	if (is.spent - was->spent < least)
		harness_fail(h, "some work costs nothing", is.spent - was->spent, least);
}

/* Feed one block; what was said is in st->why. */
static u32 feed(struct harness *h, enum esmtp_dir dir, u32 n)
{
	struct harness_stream *st = &h->stream[dir];
	u32 fed = st->io.off - h->base, taken;
	struct tally was = take_tally(h, st);
	const u8 *p = st->was + fed;

	if (h->place)
		p = h->place(p, n);
	st->io.hand = h->base + st->left;
	st->io.event = h->mute ? NULL : on_event;
	st->io.admit = admit;
	st->why = ESMTP_REASON_MAX;
	/* what a caller need not keep may be anything */
	if (!esmtp_session_needs_rest(&h->session.head))
		memset(&h->session.rest, 0xa5, sizeof(h->session.rest));
	taken = esmtp_session_feed(&h->session, dir, &st->io, p, n, &st->why);
	check_spent(h, st, &was);
	if (taken > n)
		harness_fail(h, "took more than was given", taken, n);
	if (st->io.off - h->base != fed + taken)
		harness_fail(h, "the offset was not advanced by what was taken",
			     st->io.off - h->base - fed, taken);
	if (st->why >= ESMTP_REASON_MAX)
		harness_fail(h, "no reason was given", 0, 0);
	if (taken < n ? !st->why : st->why)
		harness_fail(h, "reason and bytes taken do not agree", taken,
			     st->why);
	return taken;
}

/* Nothing may pass an ended connection. */
static void check_ended(struct harness *h)
{
	int dir;

	for (dir = 0; dir < ESMTP_DIR_MAX; dir++) {
		struct esmtp_io io = h->stream[dir].io;
		enum esmtp_reason why = ESMTP_R_GO;

		io.hand = io.off;
		if (esmtp_session_feed(&h->session, dir, &io, (const u8 *)"Q", 1,
				       &why) ||
		    why == ESMTP_R_GO || esmtp_reason_retry(why))
			harness_fail(h, "a byte passed after the end", dir, why);
	}
	if (h->session.mode != ESMTP_MODE_CLOSED)
		harness_fail(h, "ended, but not closed", h->session.mode, 0);
	if (!esmtp_reason_cause(h->session.why))
		harness_fail(h, "no counter has its cause", h->session.why, 0);
}

/* The log is full: what was taken leaves and is acknowledged. */
static bool drain(struct harness *h, enum esmtp_dir dir, u32 start)
{
	struct harness_stream *st = &h->stream[dir];

	if (st->io.off - h->base == start && !st->log.n) {
		harness_fail(h, "an empty log is too full", start, 0);
		return false;
	}
	forward(h, dir);
	harness_ack(h, dir, st->left);
	return true;
}

/**
 * harness_send() - one side sends bytes; they are not judged yet
 * @h: the connection
 * @dir: direction
 * @p: the bytes
 * @n: their number
 *
 * Return: false if there is no room for them.
 */
bool harness_send(struct harness *h, enum esmtp_dir dir, const u8 *p, u32 n)
{
	struct harness_stream *st = &h->stream[dir];

	if (n > HARNESS_STREAM - st->have)
		return false;
	memcpy(st->was + st->have, p, n);
	st->have += n;
	return true;
}

/**
 * harness_offer() - a packet arrives with the next bytes that have not left
 * @h: the connection
 * @dir: direction
 * @n: bytes of the packet
 *
 * What may leave leaves. After a full log or a held byte the rest is not
 * offered again by this function, but for a log that it could empty.
 */
void harness_offer(struct harness *h, enum esmtp_dir dir, u32 n)
{
	struct harness_stream *st = &h->stream[dir];
	u32 end = st->left + n;

	while (!h->fail[0] && !h->end && st->io.off - h->base < end) {
		u32 start = st->io.off - h->base;
		u32 block = end - start;

		if (h->block && h->block < block)
			block = h->block;
		feed(h, dir, block);
		if (st->why == ESMTP_R_GO)
			continue;
		if (!esmtp_reason_retry(st->why))
			h->end = st->why;
		else if (st->why != ESMTP_R_LOG_FULL || !drain(h, dir, start))
			break;
	}
	check_monitor(h, st);
	if (h->end) {
		check_log(h, st);
		check_ended(h);
	} else {
		forward(h, dir);
	}
}

/**
 * harness_ack() - the other side acknowledges what left
 * @h: the connection
 * @dir: direction
 * @una: number of bytes acknowledged in all
 */
void harness_ack(struct harness *h, enum esmtp_dir dir, u32 una)
{
	struct harness_stream *st = &h->stream[dir];

	if (una > st->left)
		una = st->left;
	if (una <= st->una)
		return;
	esmtp_log_prune(&st->log, h->base + una);
	st->una = una;
	check_log(h, st);
	check_replays(h, st);
}

/**
 * harness_close() - the last checks of a connection
 * @h: the connection
 */
void harness_close(struct harness *h)
{
	int dir;

	for (dir = 0; dir < ESMTP_DIR_MAX; dir++) {
		struct harness_stream *st = &h->stream[dir];

		check_replay(h, st, st->una, st->left);
		harness_ack(h, dir, st->left);
		if (st->log.n && !h->end)
			harness_fail(h, "edits stay after all is acknowledged",
				     st->log.n, dir);
	}
}
