/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_REFCOUNT_H
#define _QUEUED_LINUX_REFCOUNT_H

#include <linux/atomic.h>

typedef struct {
	unsigned int n;
} refcount_t;

static inline void refcount_set(refcount_t *r, unsigned int n)
{
	__atomic_store_n(&r->n, n, __ATOMIC_RELAXED);
}

static inline void refcount_inc(refcount_t *r)
{
	__atomic_add_fetch(&r->n, 1, __ATOMIC_RELAXED);
}

static inline bool refcount_inc_not_zero(refcount_t *r)
{
	unsigned int n = __atomic_load_n(&r->n, __ATOMIC_RELAXED);

	while (n && !__atomic_compare_exchange_n(&r->n, &n, n + 1, false,
						 __ATOMIC_ACQUIRE,
						 __ATOMIC_RELAXED))
		;
	return n;
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	return !__atomic_sub_fetch(&r->n, 1, __ATOMIC_ACQ_REL);
}

#endif /* _QUEUED_LINUX_REFCOUNT_H */
