/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_SLAB_H
#define _QUEUED_LINUX_SLAB_H

#include <stdlib.h>
#include <errno.h>
#include <string.h>

#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>

/* No thread of this program may not sleep. */
enum { GFP_KERNEL, GFP_KERNEL_ACCOUNT = GFP_KERNEL, GFP_ATOMIC = GFP_KERNEL, __GFP_NOWARN = 0 };

static inline void *kvcalloc(size_t n, size_t size, gfp_t gfp)
{
	(void)gfp;
	return calloc(n ? n : 1, size);
}

static inline void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kvcalloc(n, size, gfp);
}

static inline void *kzalloc(size_t size, gfp_t gfp)
{
	return kvcalloc(1, size, gfp);
}

static inline void *kvzalloc(size_t size, gfp_t gfp)
{
	return kvcalloc(1, size, gfp);
}

static inline void *kmalloc(size_t size, gfp_t gfp)
{
	(void)gfp;
	return malloc(size);
}

static inline void *kvmalloc(size_t size, gfp_t gfp)
{
	return kmalloc(size, gfp);
}

static inline void *kmemdup(const void *from, size_t size, gfp_t gfp)
{
	void *p = kmalloc(size, gfp);

	return p ? memcpy(p, from, size) : NULL;
}

static inline void kfree(const void *p)
{
	free((void *)p);
}

static inline void kvfree(const void *p)
{
	kfree(p);
}

#endif /* _QUEUED_LINUX_SLAB_H */
