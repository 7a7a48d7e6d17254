// SPDX-License-Identifier: GPL-2.0
/* Commands whose replies are awaited (RFC 2920), as runs of the same kind. */
#include "reply_queue.h"

enum { RUN_MAX = 0xffff >> ESMTP_QUEUE_KIND };

_Static_assert(ESMTP_PEND_MAX <= 1 << ESMTP_QUEUE_KIND,
	       "what is awaited has its bits in a run");

static u8 get_run_kind(u16 run)
{
	return run & ((1u << ESMTP_QUEUE_KIND) - 1);
}

static u32 get_run_count(u16 run)
{
	return run >> ESMTP_QUEUE_KIND;
}

static u16 make_run(u8 kind, u32 count)
{
	return (u16)(count << ESMTP_QUEUE_KIND | kind);
}

static u32 get_newest_run(const struct esmtp_queue *q)
{
	return (q->head + q->n - 1u) % ESMTP_QUEUE_RUNS;
}

/**
 * esmtp_queue_room() - is there room for a command of any kind?
 * @q: the queue
 *
 * Return: true if esmtp_queue_push() would succeed whatever the kind.
 */
bool esmtp_queue_room(const struct esmtp_queue *q)
{
	return q->n < ESMTP_QUEUE_RUNS;
}

/**
 * esmtp_queue_push() - a command was let through
 * @q: the queue
 * @kind: enum esmtp_pending
 *
 * Return: false if the queue is full.
 */
bool esmtp_queue_push(struct esmtp_queue *q, u8 kind)
{
	u32 i;

	if (q->n) {
		i = get_newest_run(q);
		if (get_run_kind(q->run[i]) == kind && get_run_count(q->run[i]) < RUN_MAX) {
			q->run[i] = make_run(kind, get_run_count(q->run[i]) + 1);
			return true;
		}
	}
	if (!esmtp_queue_room(q))
		return false;
	q->n++;
	i = get_newest_run(q);
	q->run[i] = make_run(kind, 1);
	return true;
}

/**
 * esmtp_queue_head() - what the next reply answers
 * @q: the queue
 *
 * Return: enum esmtp_pending, ESMTP_PEND_NONE if nothing is awaited.
 */
u8 esmtp_queue_head(const struct esmtp_queue *q)
{
	return q->n ? get_run_kind(q->run[q->head]) : ESMTP_PEND_NONE;
}

/**
 * esmtp_queue_pop() - the oldest command was answered
 * @q: the queue, not empty
 */
void esmtp_queue_pop(struct esmtp_queue *q)
{
	u16 run = q->run[q->head];

	if (!q->n)
		return;
	q->run[q->head] = make_run(get_run_kind(run), get_run_count(run) - 1);
	if (get_run_count(run) > 1)
		return;
	q->head = (q->head + 1) % ESMTP_QUEUE_RUNS;
	q->n--;
}

/**
 * esmtp_queue_has() - is a command of this kind awaiting its reply?
 * @q: the queue
 * @kind: enum esmtp_pending
 *
 * Return: true if it is.
 */
bool esmtp_queue_has(const struct esmtp_queue *q, u8 kind)
{
	u32 i;

	for (i = 0; i < q->n; i++)
		if (get_run_kind(q->run[(q->head + i) % ESMTP_QUEUE_RUNS]) == kind)
			return true;
	return false;
}

/**
 * esmtp_queue_newest() - which command was sent last of those that wait
 * @q: the queue
 *
 * Return: enum esmtp_pending, ESMTP_PEND_NONE if nothing is awaited.
 */
u8 esmtp_queue_newest(const struct esmtp_queue *q)
{
	return q->n ? get_run_kind(q->run[get_newest_run(q)]) : ESMTP_PEND_NONE;
}

/**
 * esmtp_queue_count() - how many replies are awaited
 * @q: the queue
 *
 * Return: how many.
 */
u32 esmtp_queue_count(const struct esmtp_queue *q)
{
	u32 count = 0, i;

	for (i = 0; i < q->n; i++)
		count += get_run_count(q->run[(q->head + i) % ESMTP_QUEUE_RUNS]);
	return count;
}

/**
 * esmtp_queue_clear() - nothing is awaited any more
 * @q: the queue
 */
void esmtp_queue_clear(struct esmtp_queue *q)
{
	q->n = 0;
}

/**
 * esmtp_queue_unshift() - more replies come before those that are awaited
 * @q: the queue
 * @kind: enum esmtp_pending
 * @count: how many, one at least
 *
 * Return: false, with nothing added, if the queue is full.
 */
bool esmtp_queue_unshift(struct esmtp_queue *q, u8 kind, u32 count)
{
	if (!esmtp_queue_room(q))
		return false;
	q->head = (q->head + ESMTP_QUEUE_RUNS - 1) % ESMTP_QUEUE_RUNS;
	q->run[q->head] = make_run(kind, count < RUN_MAX ? count : RUN_MAX);
	q->n++;
	return true;
}

/**
 * esmtp_queue_before() - does a command of these kinds wait before the newest?
 * @q: the queue
 * @kinds: set of 1 << enum esmtp_pending
 *
 * Return: true if one does.
 */
bool esmtp_queue_before(const struct esmtp_queue *q, u32 kinds)
{
	u32 i;

	for (i = 0; i < q->n; i++) {
		u16 run = q->run[(q->head + i) % ESMTP_QUEUE_RUNS];
		u32 count = get_run_count(run) - (i + 1 == q->n);

		if (count && (kinds >> get_run_kind(run) & 1))
			return true;
	}
	return false;
}
