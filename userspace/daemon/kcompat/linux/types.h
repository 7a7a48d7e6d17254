/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_TYPES_H
#define _QUEUED_LINUX_TYPES_H

#include_next <linux/types.h>

#include <limits.h>
#include <stddef.h>

#include <esmtp/port.h>

typedef unsigned int gfp_t;

/* Marks of sparse, of the linker and of checkpatch. */
#define __percpu
#define __rcu
#define __init
#define __read_mostly
#define __ro_after_init

#define U32_MAX UINT_MAX
#define U16_MAX USHRT_MAX

#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), v, __ATOMIC_RELAXED)
/* pairs with the release that the shared file names at the use */
#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
/* pairs with the acquire that the shared file names at the use */
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define BUILD_BUG_ON(condition) _Static_assert(!(condition), #condition)
#define container_of(p, type, member)					\
	((type *)((char *)(p) - offsetof(type, member)))

#define min_t(type, a, b) ({						\
	type __a = (a), __b = (b);					\
									\
	__a < __b ? __a : __b;						\
})
#define max_t(type, a, b) ({						\
	type __a = (a), __b = (b);					\
									\
	__a > __b ? __a : __b;						\
})
/* The least power of two that is not below @n, which is not 0. */
static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n < 2 ? 1 : 2ul << (63 - __builtin_clzl(n - 1));
}

#define min(a, b) min_t(typeof((a) + (b)), a, b)
#define max(a, b) max_t(typeof((a) + (b)), a, b)

#endif /* _QUEUED_LINUX_TYPES_H */
