// SPDX-License-Identifier: GPL-2.0
#ifdef __KERNEL__
#include <linux/kernel.h>
#else
#include <stdio.h>
#endif
#include "replay.h"

/**
 * struct shape - how a run cuts its turns into packets
 * @name: for reports
 * @turn: the turn that is split in two
 * @at: bytes of its first packet, 0 for no such turn
 * @piece: bytes of all other packets, 0 for whole turns
 * @block: bytes of a block of a packet, 0 for one
 * @cap: entries of an edit log
 * @base: first stream offset
 * @random: cut and block at random, from this seed; 0 for not at all
 * @mute: no event callback
 * @ack: acknowledge after each turn
 */
struct shape {
	const char *name;
	u32 turn, at;
	u32 piece;
	u32 block;
	u32 base;
	u32 random;
	u16 cap;
	u8 mute;
	u8 ack;
};

enum { CAP_TINY = 4 };

static const struct shape whole = { .name = "whole", .cap = HARNESS_EDITS };

static const struct shape shapes[] = {
	{ .name = "bytes", .piece = 1, .cap = HARNESS_EDITS },
	{ .name = "threes", .piece = 3, .cap = HARNESS_EDITS },
	{ .name = "blocks of 1", .block = 1, .cap = HARNESS_EDITS },
	{ .name = "blocks of 7", .block = 7, .cap = HARNESS_EDITS },
	{ .name = "threes in blocks", .piece = 3, .block = 2,
	  .cap = HARNESS_EDITS },
	{ .name = "no events", .mute = 1, .cap = HARNESS_EDITS },
	{ .name = "acknowledged", .ack = 1, .cap = HARNESS_EDITS },
	{ .name = "bytes, acknowledged", .piece = 1, .ack = 1,
	  .cap = HARNESS_EDITS },
	{ .name = "offsets wrap", .base = -5, .cap = HARNESS_EDITS },
	{ .name = "offsets wrap, threes", .base = -100, .piece = 3,
	  .cap = HARNESS_EDITS },
	{ .name = "tiny log", .cap = CAP_TINY },
	{ .name = "tiny log, bytes", .piece = 1, .cap = CAP_TINY },
	{ .name = "tiny log, sevens", .piece = 7, .cap = CAP_TINY },
	{ .name = "log of two", .cap = 2 },
};

/**
 * replay_map() - the map that a vector runs under
 * @map: filled
 * @v: the vector
 */
void replay_map(struct esmtp_map *map, const struct vector *v)
{
	u32 i, j;

	if (v->map == VECTOR_MAP_DEFAULT)
		esmtp_map_default(map);
	else if (v->map == VECTOR_MAP_RECOMMENDED)
		esmtp_map_recommended(map);
	if (v->map != VECTOR_MAP_OWN)
		return;
	memset(map, 0, sizeof(*map));
	memcpy(map->name, v->name, 1);
	if (v->params)
		map->params = *v->params;
	map->nrules = v->n_rules;
	for (i = 0; i < v->n_rules; i++)
		map->rules[i] = v->rules[i];
	for (i = 0; i < ESMTP_MAP_SAYS && v->says[i]; i++)
		for (j = 0; v->says[i][j]; j++)
			map->says[i][j] = v->says[i][j];
	map->nsays = i;
	esmtp_map_seal(map);
}

static bool said(const struct vector_event *want, const struct esmtp_event *ev)
{
	return want->id == ev->id &&
	       (want->rule == VECTOR_ANY || want->rule == ev->rule) &&
	       (!want->measured || want->value == ev->value);
}

static void expect_events(struct harness *h, const struct vector_turn *t,
			  u32 first, u32 no)
{
	u32 got = h->n_events - first, i;

	for (i = 0; i < t->n_events && i < got; i++) {
		const struct esmtp_event *ev = &h->event[first + i];

		if (said(&t->events[i], ev))
			continue;
		snprintf(h->fail, sizeof(h->fail),
			 "turn %u: event %u is %s=%u:%u, not %s", no, i,
			 esmtp_event_name(ev->id), ev->rule, ev->value,
			 esmtp_event_name(t->events[i].id));
		return;
	}
	if (i < got)
		snprintf(h->fail, sizeof(h->fail),
			 "turn %u: event %u, %s=%u:%u, is too many", no, i,
			 esmtp_event_name(h->event[first + i].id),
			 h->event[first + i].rule, h->event[first + i].value);
	else if (i < t->n_events)
		snprintf(h->fail, sizeof(h->fail),
			 "turn %u: event %u, %s, did not come", no, i,
			 esmtp_event_name(t->events[i].id));
}

/* What left, as long as it left. */
static u32 leave(const struct harness_stream *st, u32 from, u8 *out)
{
	u32 n = 0;

	for (; from < st->left; from++) {
		if (st->wide[from] == 2)
			out[n++] = '\r';
		if (st->wide[from])
			out[n++] = st->is[from];
	}
	return n;
}

static void expect_bytes(struct harness *h, const struct vector_turn *t,
			 u32 from, u32 no)
{
	const struct harness_stream *st = &h->stream[t->dir];
	static u8 out[2 * HARNESS_STREAM];
	u32 n = leave(st, from, out), i;

	for (i = 0; i < n && i < t->n_out; i++) {
		u8 is = out[i], want = t->out[i];

		if (is == want)
			continue;
		snprintf(h->fail, sizeof(h->fail),
			 "turn %u: byte %u leaves as 0x%02x, not 0x%02x", no, i,
			 is, want);
		return;
	}
	if (n != t->n_out)
		snprintf(h->fail, sizeof(h->fail),
			 "turn %u: %u bytes left, not %u (%s)", no, n, t->n_out,
			 esmtp_reason_name(st->why));
}

/* The byte that ended the connection: that of the last event. */
static u32 ended_at(const struct harness *h)
{
	return h->n_events ? h->event[h->n_events - 1].off : 0;
}

/* How it ends, where the vector says so. */
static void expect_act(struct harness *h, const struct vector_turn *t, u32 no)
{
	const char *say = esmtp_reject_text(&h->session.head);
	u32 i;

	if (!t->end)
		return;
	if (t->act != VECTOR_ANY && h->session.act != t->act)
		harness_fail(h, "ended by another action", h->session.act, no);
	for (i = 0; t->say && (!i || say[i - 1]); i++)
		if (say[i] != t->say[i])
			harness_fail(h, "it is not said what should be", i, no);
}

/* What the vector says of a turn that was one packet. */
static void expect(struct harness *h, const struct vector_turn *t, u32 from,
		   u32 first_event, u32 no)
{
	const struct harness_stream *st = &h->stream[t->dir];

	if (h->fail[0])
		return;
	if (h->end != t->end)
		snprintf(h->fail, sizeof(h->fail), "turn %u: ended by %s, not %s",
			 no, esmtp_reason_name(h->end),
			 esmtp_reason_name(t->end));
	else if (t->end && t->at != VECTOR_NOWHERE &&
		 ended_at(h) - from != t->at)
		snprintf(h->fail, sizeof(h->fail),
			 "turn %u: ended at byte %u, not %u", no,
			 ended_at(h) - from, t->at);
	else if (t->end && t->at != VECTOR_NOWHERE &&
		 st->io.off - h->base - from > t->at)
		harness_fail(h, "took the byte that ended it", t->at, no);
	else if (t->held && st->why != t->why)
		snprintf(h->fail, sizeof(h->fail), "turn %u: held for %s, not %s",
			 no, esmtp_reason_name(st->why),
			 esmtp_reason_name(t->why));
	if (!h->fail[0])
		expect_bytes(h, t, from, no);
	if (!h->fail[0])
		expect_events(h, t, first_event, no);
	if (!h->fail[0])
		expect_act(h, t, no);
}

/* From one byte to a full segment, the short ones as often as the long. */
static u32 cut(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return 1 + (*state >> 16) % (1u << (*state >> 8) % 12);
}

static u32 packet(struct shape *sh, u32 turn, u32 done, u32 rest)
{
	u32 n = rest;

	if (sh->random)
		n = cut(&sh->random);
	if (sh->at && sh->turn == turn && done < sh->at)
		n = sh->at - done;
	else if (sh->piece)
		n = sh->piece;
	return n < rest ? n : rest;
}

static void run_turn(struct harness *h, const struct vector_turn *t,
		     struct shape *sh, u32 no)
{
	struct harness_stream *st = &h->stream[t->dir];
	bool blocked = st->left < st->have;
	u32 from = st->left;

	if (!t->again && !harness_send(h, t->dir, (const u8 *)t->in, t->n_in))
		harness_fail(h, "turns are too long", no, t->n_in);
	if (blocked && !t->again)
		return;
	while (st->left < st->have && !h->end && !h->fail[0]) {
		harness_offer(h, t->dir, packet(sh, no, st->left - from,
						st->have - st->left));
		if (st->why != ESMTP_R_GO)
			break;
	}
	if (sh->ack)
		harness_ack(h, t->dir, st->left);
}

static void run(struct replay *r, struct harness *h, const struct vector *v,
		const struct shape *shape, bool stated)
{
	struct shape sh = *shape;
	u32 i;

	replay_map(&r->map, v);
	harness_init(h, &r->map, sh.cap, sh.base);
	h->place = r->place;
	h->block = sh.block;
	h->mute = sh.mute;
	for (i = 0; i < v->n_turns && !h->end && !h->fail[0]; i++) {
		const struct vector_turn *t = &v->turns[i];
		u32 from = h->stream[t->dir].left, first = h->n_events;

		run_turn(h, t, &sh, i);
		if (stated)
			expect(h, t, from, first, i);
	}
	if (stated && i < v->n_turns)
		harness_fail(h, "turns follow the end", i, v->n_turns);
	harness_close(h);
}

static void same_events(struct harness *a, struct harness *b)
{
	u32 i;

	for (i = 0; i < a->n_events && i < b->n_events; i++) {
		const struct esmtp_event *x = &a->event[i], *y = &b->event[i];

		if (x->id == y->id && x->dir == y->dir && x->rule == y->rule &&
		    x->off == y->off && x->value == y->value)
			continue;
		snprintf(b->fail, sizeof(b->fail),
			 "event %u is %s=%u:%u at %u, and whole %s=%u:%u at %u",
			 i, esmtp_event_name(y->id), y->rule, y->value, y->off,
			 esmtp_event_name(x->id), x->rule, x->value, x->off);
		return;
	}
	if (i < a->n_events)
		snprintf(b->fail, sizeof(b->fail), "event %u, %s, did not come",
			 i, esmtp_event_name(a->event[i].id));
	else if (i < b->n_events)
		snprintf(b->fail, sizeof(b->fail), "event %u, %s, is too many",
			 i, esmtp_event_name(b->event[i].id));
}

static bool letter(u8 c)
{
	return c >= 'A' && c <= 'Z';
}

/*
 * A byte may leave as it came where whole it would have been edited, for it
 * left before its fate was known; and so may the last letter of a keyword.
 * Where a line can't be cut any more it is masked, and counted by its letter.
 */
static bool lawful(const struct harness_stream *a,
		   const struct harness_stream *b, u32 i, bool exact)
{
	if (a->wide[i] != b->wide[i])
		return !exact && !a->wide[i];
	if (a->is[i] == b->is[i] || !a->wide[i])
		return true;
	if (exact)
		return false;
	return b->is[i] == b->was[i] || (letter(a->is[i]) && letter(b->is[i]));
}

static void same_bytes(struct harness *a, struct harness *b, int dir,
		       bool exact)
{
	const struct harness_stream *x = &a->stream[dir], *y = &b->stream[dir];
	u32 i;

	if (a->end ? y->left < x->left : y->left != x->left)
		harness_fail(b, "another number of bytes left than whole",
			     y->left, x->left);
	for (i = 0; i < x->left && i < y->left; i++)
		if (!lawful(x, y, i, exact))
			harness_fail(b, "a byte leaves in an unlawful form", i,
				     y->is[i]);
}

static bool compare(struct replay *r, const struct vector *v,
		    const struct shape *sh)
{
	struct harness *a = &r->whole, *b = &r->run;
	bool exact = !sh->at && !sh->piece && !sh->random && sh->cap == HARNESS_EDITS;

	run(r, b, v, sh, false);
	if (!b->fail[0] && a->end != b->end)
		harness_fail(b, "another end than whole", b->end, a->end);
	if (!b->fail[0] && !sh->mute)
		same_events(a, b);
	if (!b->fail[0]) {
		same_bytes(a, b, ESMTP_C2S, exact);
		same_bytes(a, b, ESMTP_S2C, exact);
	}
	if (!b->fail[0])
		return true;
	snprintf(r->fail, sizeof(r->fail), "%s (turn %u at %u): %s", sh->name,
		 sh->turn, sh->at, b->fail);
	return false;
}

static bool all_splits(struct replay *r, const struct vector *v)
{
	struct shape sh = { .name = "split", .cap = HARNESS_EDITS };

	for (sh.turn = 0; sh.turn < v->n_turns; sh.turn++) {
		u32 n = v->turns[sh.turn].n_in;
		u32 step = r->splits ? n / r->splits + 1 : 1;

		for (sh.at = 1; sh.at < n; sh.at += step)
			if (!compare(r, v, &sh))
				return false;
	}
	return true;
}

/* Every shape, or the first and the @pick-th of the others. */
static bool all_shapes(struct replay *r, const struct vector *v)
{
	u32 others = ESMTP_ARRAY_SIZE(shapes) - 1, i;

	if (r->pick)
		return compare(r, v, &shapes[0]) &&
		       compare(r, v, &shapes[1 + r->pick % others]);
	for (i = 0; i <= others; i++)
		if (!compare(r, v, &shapes[i]))
			return false;
	return true;
}

/**
 * replay_cuts() - a conversation of which nothing is stated, in many cuts
 * @r: room
 * @v: the conversation
 *
 * Return: NULL, or what differs between the cuts or breaks a promise.
 */
const char *replay_cuts(struct replay *r, const struct vector *v)
{
	r->fail[0] = '\0';
	run(r, &r->whole, v, &whole, false);
	if (r->whole.fail[0])
		return r->whole.fail;
	return all_shapes(r, v) ? NULL : r->fail;
}

/**
 * replay_random() - a conversation of which nothing is stated, whole and once cut
 * @r: room; @r->whole is left as the whole turns made it
 * @v: the conversation
 * @seed: of the cuts, not 0
 *
 * Return: NULL, or what differs between the two or breaks a promise.
 */
const char *replay_random(struct replay *r, const struct vector *v, u32 seed)
{
	struct shape sh = {
		.name = "random", .random = seed, .cap = HARNESS_EDITS,
	};

	r->fail[0] = '\0';
	run(r, &r->whole, v, &whole, false);
	if (r->whole.fail[0])
		return r->whole.fail;
	return compare(r, v, &sh) ? NULL : r->fail;
}

/**
 * replay_vector() - a vector whole as stated, and then in every cut
 * @r: room
 * @v: the vector
 *
 * Return: NULL, or what is not as it should be.
 */
const char *replay_vector(struct replay *r, const struct vector *v)
{
	r->fail[0] = '\0';
	run(r, &r->whole, v, &whole, true);
	if (r->whole.fail[0])
		return r->whole.fail;
	return all_shapes(r, v) && all_splits(r, v) ? NULL : r->fail;
}
