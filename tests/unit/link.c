// SPDX-License-Identifier: GPL-2.0
/* The ends of a connection and the path between them: what they do, honest or not. */
#include <stdlib.h>

#include "link.h"
#include "replay.h"

enum { SEGMENT = 600, SMALL = 12 };

static u32 any(struct link *l, u32 below)
{
	l->random ^= l->random << 13;
	l->random ^= l->random >> 17;
	l->random ^= l->random << 5;
	return below ? l->random % below : 0;
}

static void begin(struct link *l, u32 base)
{
	const u32 isn[ESMTP_DIR_MAX] = { link_isn(ESMTP_C2S), link_isn(ESMTP_S2C) };
	int dir;

	l->base = base;
	esmtp_inspect_init(&l->ins, &l->map, isn);
	esmtp_session_init(&l->alone.head, &l->map);
	for (dir = 0; dir < ESMTP_DIR_MAX; dir++) {
		l->ins.half[dir].stream.next = base;
		l->ins.half[dir].stream.una = base;
	}
}

/* An end has more to send. */
static bool add(struct link *l, enum esmtp_dir dir, const u8 *p, u32 n)
{
	struct link_way *half = &l->half[dir];

	if (n >= LINK_STREAM - half->have)
		return false;
	if (n)
		memcpy(half->was + half->have, p, n);
	half->have += n;
	return true;
}

static u32 length(struct link *l, u32 most)
{
	u32 n = 1 + any(l, any(l, 3) ? SMALL : SEGMENT);

	return n < most ? n : most;
}

static void send(struct link *l, struct link_packet *lp)
{
	struct link_way *half = &l->half[lp->dir];

	if (!lp->len)
		return;
	lp->lost |= !any(l, 8);
	lp->urg = !any(l, 16);
	lp->fin = lp->off + lp->len == half->have && !any(l, 4);
	if (lp->off + lp->len > half->sent)
		half->sent = lp->off + lp->len;
	link_data(l, lp);
}

/* New bytes; some before them may have been lost on the way to the router. */
static void go_on(struct link *l, enum esmtp_dir dir, bool skip, bool lie)
{
	struct link_way *half = &l->half[dir];
	struct link_packet lp = { .dir = dir };

	if (skip)
		half->sent += length(l, half->have - half->sent);
	lp.off = half->sent;
	lp.len = length(l, half->have - half->sent);
	if (lie && lp.len)
		lp.lie = 1 + any(l, lp.len);
	send(l, &lp);
}

/* Bytes that were sent before, in another cut, from @from on. */
static void repeat(struct link *l, enum esmtp_dir dir, u32 from, bool lie)
{
	struct link_way *half = &l->half[dir];
	struct link_packet lp = { .dir = dir };

	if (from >= half->sent)
		return;
	lp.off = from + any(l, half->sent - from);
	lp.len = length(l, half->have - lp.off);
	if (lie)
		lp.lie = 1 + any(l, lp.len);
	send(l, &lp);
}

static void acknowledge(struct link *l, enum esmtp_dir dir)
{
	struct link_way *half = &l->half[dir];
	u32 upto = half->read;

	if (half->read > half->acked && !any(l, 3))
		upto = half->acked + any(l, half->read - half->acked);
	link_ack(l, dir, upto, !any(l, 6));
}

/* What nobody should do, or what seldom happens. */
static void misbehave(struct link *l, enum esmtp_dir dir)
{
	struct link_way *half = &l->half[dir];

	switch (any(l, 8)) {
	case 0:
		l->failing = 1 + any(l, 4);
		break;
	case 1:
		l->pool.full = !l->pool.full;
		break;
	case 2:
		link_ack(l, dir, half->read + 1 + any(l, 40), false);
		break;
	case 3:
	case 4:
		go_on(l, dir, false, true);
		break;
	default:
		repeat(l, dir, 0, true);
	}
}

static void step(struct link *l)
{
	enum esmtp_dir dir = any(l, 2) ? ESMTP_S2C : ESMTP_C2S;

	switch (any(l, 16)) {
	case 0:
		repeat(l, dir, 0, false);
		break;
	case 1:
	case 2:
	case 3:
		repeat(l, dir, l->half[dir].told, false);
		break;
	case 4:
	case 5:
		go_on(l, dir, true, false);
		break;
	case 6:
	case 7:
	case 8:
		acknowledge(l, dir);
		break;
	case 9:
		if (l->wild)
			misbehave(l, dir);
		break;
	default:
		go_on(l, dir, false, false);
	}
}

/* Both ends do this and that. */
static void roam(struct link *l, u32 steps)
{
	while (steps-- && !l->fail[0])
		step(l);
	l->pool.full = false;
	l->failing = 0;
}

/* The next bytes that the sender was not told to have arrived, until it is told. */
static bool insist(struct link *l, enum esmtp_dir dir)
{
	struct link_way *half = &l->half[dir];
	struct link_packet lp = { .dir = dir, .off = half->told };
	u32 told = half->told, judged = half->judged;

	lp.len = half->have - half->told < SEGMENT ? half->have - half->told : SEGMENT;
	if (lp.len) {
		if (half->sent < lp.off + lp.len)
			half->sent = lp.off + lp.len;
		link_data(l, &lp);
	}
	if (!l->over)
		link_ack(l, dir, half->read, false);
	return half->told != told || half->judged != judged;
}

/* May the client have to wait for a reply that nobody sends? */
static bool waits(enum esmtp_reason why)
{
	return why == ESMTP_R_HELD || why == ESMTP_R_QUEUE_FULL;
}

/*
 * Both ends send again what has not arrived, until all has; what does not must have a
 * reason that is none of the path's.
 */
static void drain(struct link *l)
{
	bool moved;
	int dir;

	do {
		moved = false;
		for (dir = 0; dir < ESMTP_DIR_MAX && !l->over && !l->fail[0]; dir++)
			moved |= insist(l, dir);
	} while (moved);
	for (dir = 0; dir < ESMTP_DIR_MAX && !l->over; dir++) {
		const struct link_way *half = &l->half[dir];

		if (!half->lied && half->told < half->have && !waits(half->why))
			link_fail(l, "bytes do not arrive", half->told, half->why);
	}
}

static void end(struct link *l)
{
	esmtp_inspect_close(&l->ins, &l->pool);
	if (l->pool.held)
		link_fail(l, "bytes are held after the end", (u32)l->pool.held, 0);
}

/**
 * link_talk() - a conversation through the stream engine
 * @l: room
 * @v: what is said, and under which map; nothing that it states is looked at
 * @random: of the way it takes, and of what its ends are, not 0
 * @steps: how much they do before they insist on each turn
 *
 * Each turn follows when the one before has arrived; or, of impatient ends, all come
 * at once. They are honest, or now and then lie, and memory fails.
 *
 * Return: NULL, or what went wrong.
 */
const char *link_talk(struct link *l, const struct vector *v, u32 random, u32 steps)
{
	bool patient;
	u32 i;

	memset(l, 0, sizeof(*l));
	l->random = random;
	patient = any(l, 3);
	l->wild = any(l, 2);
	replay_map(&l->map, v);
	begin(l, any(l, 2) ? 0 : -40u);
	for (i = 0; i < v->n_turns && !l->fail[0]; i++) {
		const struct vector_turn *t = &v->turns[i];

		if (!t->again && !add(l, t->dir, (const u8 *)t->in, t->n_in))
			break;
		if (!patient)
			continue;
		roam(l, steps);
		drain(l);
	}
	roam(l, patient ? steps : steps * 8);
	drain(l);
	end(l);
	return l->fail[0] ? l->fail : NULL;
}
