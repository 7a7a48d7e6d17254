// SPDX-License-Identifier: GPL-2.0
/* Commands whose replies are awaited (RFC 2920), as runs of the same kind. */
#include "internal.h"

enum { RUN_MAX = 0xffff >> ESMTP_QUEUE_KIND };

_Static_assert(ESMTP_PEND_MAX <= 1 << ESMTP_QUEUE_KIND,
	       "what is awaited has its bits in a run");

static u8 kind_of(u16 run)
{
	return run & ((1u << ESMTP_QUEUE_KIND) - 1);
}

static u32 count_of(u16 run)
{
	return run >> ESMTP_QUEUE_KIND;
}

static u16 make(u8 kind, u32 count)
{
	return (u16)(count << ESMTP_QUEUE_KIND | kind);
}

static u32 newest(const struct esmtp_queue *q)
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
		i = newest(q);
		if (kind_of(q->run[i]) == kind && count_of(q->run[i]) < RUN_MAX) {
			q->run[i] = make(kind, count_of(q->run[i]) + 1);
			return true;
		}
	}
	if (!esmtp_queue_room(q))
		return false;
	q->n++;
	i = newest(q);
	q->run[i] = make(kind, 1);
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
	return q->n ? kind_of(q->run[q->head]) : ESMTP_PEND_NONE;
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
	q->run[q->head] = make(kind_of(run), count_of(run) - 1);
	if (count_of(run) > 1)
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
		if (kind_of(q->run[(q->head + i) % ESMTP_QUEUE_RUNS]) == kind)
			return true;
	return false;
}
