// SPDX-License-Identifier: GPL-2.0
/* Memory for the stream engine: never waited for, and bounded. */
#include <linux/percpu.h>
#include <linux/slab.h>

#include "memory.h"

/* Bytes that the connections of a namespace may hold together. */
enum { POOL_MAX = 256 << 20 };

static DEFINE_PER_CPU(struct esmtp_desk, desk);

/**
 * esmtp_memory_copy() - memory with a copy in it
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
 * esmtp_memory_free() - done with a copy
 * @p: from esmtp_memory_copy(); may be NULL
 *
 * Context: any.
 */
void esmtp_memory_free(void *p)
{
	kfree(p);
}

/**
 * esmtp_memory_desk() - where the core works
 *
 * Context: BH off, until the desk is not used any more.
 * Return: room for one segment's work.
 */
struct esmtp_desk *esmtp_memory_desk(void)
{
	return this_cpu_ptr(&desk);
}

/**
 * esmtp_pool_add() - account for bytes held
 * @pool: the namespace's
 * @bytes: how many more, or less than 0
 *
 * Context: any.
 */
void esmtp_pool_add(struct esmtp_pool *pool, s32 bytes)
{
	atomic_long_add(bytes, &pool->held);
}

/**
 * esmtp_pool_full() - may nothing be added?
 * @pool: the namespace's
 *
 * Context: any.
 * Return: true if so.
 */
bool esmtp_pool_full(const struct esmtp_pool *pool)
{
	return atomic_long_read(&pool->held) >= POOL_MAX;
}
