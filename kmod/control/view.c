// SPDX-License-Identifier: GPL-2.0
/*
 * State that both /proc and netlink show: the counters of a namespace by name, and
 * its connections in batches.
 */
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <esmtp/stream.h>

#include "audit.h"
#include "net.h"

/* Sum one counter over all CPUs: @at bytes into their struct esmtp_stats. */
static u64 sum_counter(const struct esmtp_net *en, size_t at)
{
	/* pairs with smp_store_release() in alloc_stats(), net.c */
	struct esmtp_stats __percpu *stats = READ_ONCE(en->stats);
	u64 sum = 0;
	int cpu;

	if (!stats)
		return 0;
	for_each_possible_cpu(cpu)
		sum += esmtp_counter_read((const u64 *)((const char *)per_cpu_ptr(stats, cpu) + at),
					  cpu);
	return sum;
}

#define SUM(en, counter) sum_counter(en, offsetof(struct esmtp_stats, counter))
#define SUM_OF(en, counters, i) \
	sum_counter(en, offsetof(struct esmtp_stats, counters) + (i) * sizeof(u64))

/*
 * What the counters of drops were when they were cleared: the packet path goes on counting
 * from there.
 */
struct esmtp_cleared {
	u64 reason[ESMTP_REASON_MAX];
	u64 ended[ESMTP_REASON_MAX];
};

/**
 * esmtp_view_clear_drops() - set the counters of drops, and of ended connections, to zero
 * @en: the namespace
 *
 * Context: process context, under the namespace's lock.
 * Return: 0 or -ENOMEM.
 */
int esmtp_view_clear_drops(struct esmtp_net *en)
{
	struct esmtp_cleared *c = en->cleared ?: kzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);
	int i;

	if (!c)
		return -ENOMEM;
	for (i = 0; i < ESMTP_REASON_MAX; i++) {
		if (esmtp_reason_end(i) == ESMTP_END_DROP)
			esmtp_base_write(&c->reason[i], SUM_OF(en, reason, i));
		esmtp_base_write(&c->ended[i], SUM_OF(en, ended, i));
	}
	/* pairs with the readers' smp_load_acquire() */
	smp_store_release(&en->cleared, c);
	return 0;
}

/* Several CPUs' counters are not read at once: never less than none. */
static u64 count_since(u64 now, u64 was)
{
	return now > was ? now - was : 0;
}

static u64 count_packets(const struct esmtp_net *en, int why)
{
	/* pairs with esmtp_view_clear_drops() */
	const struct esmtp_cleared *c = smp_load_acquire(&en->cleared);
	u64 was = c ? esmtp_base_read(&c->reason[why]) : 0;

	return count_since(SUM_OF(en, reason, why), was);
}

static u64 count_ended(const struct esmtp_net *en, int why)
{
	/* pairs with esmtp_view_clear_drops() */
	const struct esmtp_cleared *c = smp_load_acquire(&en->cleared);
	u64 was = c ? esmtp_base_read(&c->ended[why]) : 0;

	return count_since(SUM_OF(en, ended, why), was);
}

/**
 * esmtp_view_stats() - name every counter of a namespace
 * @en: the namespace
 * @fn: called with each
 * @ctx: for @fn
 *
 * Totals come first: packets_seen is the sum of the three that follow it, and
 * each of these of its reasons. What begins with ended_ counts connections.
 *
 * Context: process context; an idle namespace has zeros.
 */
void esmtp_view_stats(const struct esmtp_net *en,
		      void (*fn)(void *ctx, const char *name, u64 value),
		      void *ctx)
{
	u64 end[ESMTP_END_MAX] = { 0 };
	u64 reason[ESMTP_REASON_MAX];	/* read once, for the totals to be theirs */
	int i;

	for (i = 0; i < ESMTP_REASON_MAX; i++) {
		reason[i] = count_packets(en, i);
		end[esmtp_reason_end(i)] += reason[i];
	}

#define ESMTP_TOTAL(name, value, sentence) fn(ctx, name, value);
#include <esmtp/counters.def>
	for (i = 0; i < ESMTP_REASON_MAX; i++)
		fn(ctx, esmtp_reason_name(i), reason[i]);
	for (i = 0; i < ESMTP_REASON_MAX; i++)
		if (esmtp_reason_cause(i))
			fn(ctx, esmtp_reason_cause(i), count_ended(en, i));
	for (i = 0; i < ESMTP_EVENT_MAX; i++)
		fn(ctx, esmtp_event_name(i), SUM_OF(en, event, i));
#define ESMTP_COUNTER(name, value, sentence) fn(ctx, name, value);
#include <esmtp/counters.def>
	if (en->more)
		en->more(fn, ctx);
}

static const char *name_conn_state(u8 pass, const struct esmtp_inspect *ins)
{
	if (pass == ESMTP_R_EXEMPT)
		return "exempt";
	if (pass != ESMTP_R_GO)
		return "bypass";
	return esmtp_mode_name(ins ? ins->session.mode : ESMTP_MODE_COMMAND);
}

/**
 * esmtp_view_state() - fill in the state of a connection
 * @c: the snapshot, zeros where this fills it in
 * @pass: what becomes of its packets, ESMTP_R_GO to inspect them
 * @ins: the engine's state of it, locked; or NULL
 */
void esmtp_view_state(struct esmtp_conn *c, u8 pass, const struct esmtp_inspect *ins)
{
	c->state = name_conn_state(pass, ins);
	if (!ins)
		return;
	c->bytes[ESMTP_C2S] = ins->half[ESMTP_C2S].bytes;
	c->bytes[ESMTP_S2C] = ins->half[ESMTP_S2C].bytes;
	if (ins->session.why)
		c->reason = esmtp_reason_name(ins->session.why);
}

struct walk {
	bool (*fn)(void *ctx, const struct esmtp_conn *c);
	void *ctx;
	u32 first;			/* bucket that the cursor points into */
	u32 skip;
	u32 bucket;			/* the current one */
	u32 last;			/* the bucket of the previous call */
	u32 seen;			/* connections of the current bucket */
	bool stopped;
};

static bool visit_conn(void *ctx, const struct esmtp_conn *c)
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
 * esmtp_view_conns() - walk the connections of a namespace
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

	esmtp_conn_walk(net, &w.bucket, visit_conn, &w);
	cursor->bucket = w.stopped ? w.bucket : U32_MAX;
	cursor->skip = w.seen;
	return w.stopped;
}
