/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_ATOMIC_H
#define _QUEUED_LINUX_ATOMIC_H

#include <linux/types.h>

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	long counter;
} atomic_long_t;

#define atomic_read(v) __atomic_load_n(&(v)->counter, __ATOMIC_RELAXED)
#define atomic_inc_return(v) __atomic_add_fetch(&(v)->counter, 1, __ATOMIC_RELAXED)
#define atomic_try_cmpxchg(v, old, new)					\
	__atomic_compare_exchange_n(&(v)->counter, (old), (new), false,		\
				    __ATOMIC_RELAXED, __ATOMIC_RELAXED)
#define xchg(p, new) __atomic_exchange_n((p), (new), __ATOMIC_RELAXED)
#define atomic_dec(v) ((void)__atomic_sub_fetch(&(v)->counter, 1, __ATOMIC_RELAXED))
#define atomic_long_read(v) atomic_read(v)
#define atomic_long_add(n, v)						\
	((void)__atomic_add_fetch(&(v)->counter, (n), __ATOMIC_RELAXED))

#endif /* _QUEUED_LINUX_ATOMIC_H */
