// SPDX-License-Identifier: GPL-2.0
/*
 * What /proc and netlink show alike: the counters of a namespace by name, and
 * its connections a few at a time.
 */
#include <linux/percpu.h>
#include <linux/string.h>

#include <esmtp/stream.h>

#include "net.h"

static void sum_stats(const struct esmtp_net *en, struct esmtp_stats *sum)
{
	/* Pairs with the release when the first policy brings them. */
	struct esmtp_stats __percpu *stats = READ_ONCE(en->stats);
	const struct esmtp_stats *s;
	int cpu, i;

	memset(sum, 0, sizeof(*sum));
	if (!stats)
		return;
	for_each_possible_cpu(cpu) {
		s = per_cpu_ptr(stats, cpu);
		for (i = 0; i < ESMTP_REASON_MAX; i++)
			sum->reason[i] += READ_ONCE(s->reason[i]);
		for (i = 0; i < ESMTP_EVENT_MAX; i++)
			sum->event[i] += READ_ONCE(s->event[i]);
		sum->sent += READ_ONCE(s->sent);
		sum->unsent += READ_ONCE(s->unsent);
		sum->unkept += READ_ONCE(s->unkept);
	}
}

/**
 * esmtp_view_stats() - name every counter of a namespace
 * @en: the namespace
 * @fn: called with each
 * @ctx: for @fn
 *
 * Totals come first: packets_seen is the sum of the three that follow it, and
 * each of these of its reasons.
 *
 * Context: process context; an idle namespace has zeros.
 */
void esmtp_view_stats(const struct esmtp_net *en,
		      void (*fn)(void *ctx, const char *name, u64 value),
		      void *ctx)
{
	u64 end[ESMTP_END_MAX] = { 0 };
	struct esmtp_stats sum;
	int i;

	sum_stats(en, &sum);
	for (i = 0; i < ESMTP_REASON_MAX; i++)
		end[esmtp_reason_end(i)] += sum.reason[i];

	fn(ctx, "packets_seen", end[ESMTP_END_PASS] + end[ESMTP_END_EDIT] +
				end[ESMTP_END_DROP]);
	fn(ctx, "packets_passed", end[ESMTP_END_PASS]);
	fn(ctx, "packets_edited", end[ESMTP_END_EDIT]);
	fn(ctx, "packets_dropped", end[ESMTP_END_DROP]);
	for (i = 0; i < ESMTP_REASON_MAX; i++)
		fn(ctx, esmtp_reason_name(i), sum.reason[i]);
	for (i = 0; i < ESMTP_EVENT_MAX; i++)
		fn(ctx, esmtp_event_name(i), sum.event[i]);
	fn(ctx, "segments_sent", sum.sent);
	fn(ctx, "segments_unsent", sum.unsent);
	fn(ctx, "openings_unkept", sum.unkept);
	fn(ctx, "flows", atomic_read(&en->flows));
	fn(ctx, "resized_flows", atomic_read(&en->pool.resized));
	fn(ctx, "intercepted_flows", atomic_read(&en->intercepted));
	fn(ctx, "flight_bytes", atomic_long_read(&en->pool.held));
	if (en->more)
		en->more(fn, ctx);
}

static const char *state_name(u8 pass, const struct esmtp_inspect *ins)
{
	if (pass == ESMTP_EXEMPT)
		return "exempt";
	if (pass != ESMTP_GO)
		return "bypass";
	return esmtp_mode_name(ins ? ins->session.mode : ESMTP_MODE_COMMAND);
}

/**
 * esmtp_view_state() - fill in how far a connection has got
 * @c: the snapshot, zeros where this fills it in
 * @pass: what becomes of its packets, ESMTP_GO to inspect them
 * @ins: the engine's state of it, held still; or NULL
 */
void esmtp_view_state(struct esmtp_conn *c, u8 pass, const struct esmtp_inspect *ins)
{
	c->state = state_name(pass, ins);
	if (!ins)
		return;
	c->bytes[ESMTP_C2S] = ins->way[ESMTP_C2S].bytes;
	c->bytes[ESMTP_S2C] = ins->way[ESMTP_S2C].bytes;
	if (ins->session.why)
		c->reason = esmtp_reason_name(ins->session.why);
}

struct walk {
	bool (*fn)(void *ctx, const struct esmtp_conn *c);
	void *ctx;
	u32 first;			/* bucket that the cursor points into */
	u32 skip;
	u32 bucket;			/* at hand */
	u32 last;			/* the one before */
	u32 seen;			/* in the bucket at hand */
	bool stopped;
};

static bool step(void *ctx, const struct esmtp_conn *c)
{
	struct walk *w = ctx;

	if (w->bucket != w->last) {
		w->last = w->bucket;
		w->seen = 0;
	}
	if (w->bucket != w->first || w->seen >= w->skip)
		w->stopped = !w->fn(w->ctx, c);
	if (!w->stopped)
		w->seen++;
	return !w->stopped;
}

/**
 * esmtp_view_conns() - go through the connections of a namespace
 * @net: the namespace
 * @cursor: where to begin, zeros for the first; where to go on, on return
 * @fn: called with each; false when it has no room for it
 * @ctx: for @fn
 *
 * A connection that @fn had no room for is the first of the next call.
 * Connections that come or go in between may be missed or shown twice.
 *
 * Context: process context; @fn must not sleep.
 * Return: false when there are no more.
 */
bool esmtp_view_conns(struct net *net, struct esmtp_cursor *cursor,
		      bool (*fn)(void *ctx, const struct esmtp_conn *c),
		      void *ctx)
{
	struct walk w = {
		.fn = fn,
		.ctx = ctx,
		.first = cursor->bucket,
		.skip = cursor->skip,
		.bucket = cursor->bucket,
		.last = cursor->bucket,
	};

	esmtp_flow_walk(net, &w.bucket, step, &w);
	cursor->bucket = w.stopped ? w.bucket : U32_MAX;
	cursor->skip = w.seen;
	return w.stopped;
}
