// SPDX-License-Identifier: GPL-2.0
/* Memory for the stream engine: allocated without sleeping, and bounded. */
#include <linux/percpu.h>
#include <linux/slab.h>

#include "memory.h"

/* Bytes that the connections of a namespace may hold together, or of several. */
enum { POOL_MAX = 256 << 20 };

/* What is free is worth so many shares: a connection may hold as much as one of them. */
enum { SHARES = 8 };

static DEFINE_PER_CPU(struct esmtp_scratch, desk);

/**
 * esmtp_memory_copy() - copy to new memory
 * @from: what to copy
 * @size: bytes
 *
 * Context: any.
 * Return: the copy, for esmtp_memory_free(); or NULL.
 */
void *esmtp_memory_copy(const void *from, u32 size)
{
	return kmemdup(from, size, GFP_ATOMIC | __GFP_NOWARN);
}

/**
 * esmtp_memory_free() - free a copy
 * @p: from esmtp_memory_copy(); may be NULL
 *
 * Context: any.
 */
void esmtp_memory_free(void *p)
{
	kfree(p);
}

/**
 * esmtp_memory_scratch() - this CPU's scratch memory for the engine
 *
 * Context: BH off, until the desk is not used any more; on PREEMPT_RT under a lock of the CPU's.
 * Return: scratch memory for one segment.
 */
struct esmtp_scratch *esmtp_memory_scratch(void)
{
	return this_cpu_ptr(&desk);
}

/**
 * esmtp_pool_add() - account for bytes held
 * @pool: the namespace's
 * @bytes: bytes added; negative for bytes freed
 *
 * Context: any.
 */
void esmtp_pool_add(struct esmtp_pool *pool, s32 bytes)
{
	atomic_long_add(bytes, &pool->held);
	if (pool->common)
		atomic_long_add(bytes, pool->common);
}

/**
 * esmtp_pool_full() - has a connection its share of the bytes held?
 * @pool: the namespace's
 * @mine: bytes that the connection holds
 *
 * The share is a part of what is free. So the more there are that hold much, the less each
 * may, and something is always left: 4,000 that take all they can leave 64 KiB to the next.
 *
 * Context: any.
 * Return: true if so.
 */
bool esmtp_pool_full(const struct esmtp_pool *pool, u32 mine)
{
	long free = POOL_MAX - atomic_long_read(pool->common ?: &pool->held);

	return (long)mine >= free / SHARES;
}
