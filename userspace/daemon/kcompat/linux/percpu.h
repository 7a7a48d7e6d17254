/* SPDX-License-Identifier: GPL-2.0 */
/* A CPU is a thread of this program: each has counters of its own. */
#ifndef _QUEUED_LINUX_PERCPU_H
#define _QUEUED_LINUX_PERCPU_H

#include <linux/slab.h>

enum {
	QUEUED_THREADS = 65,		/* one for each queue, and the control thread */
	PCPU_MIN_UNIT_SIZE = 32 << 10,	/* as much one CPU has of each */
};

extern __thread int queued_cpu;		/* this thread's number */
extern int queued_cpus;			/* threads there are */

/* One of a thread is in the thread's own storage. */
#define DEFINE_PER_CPU(type, name) __thread typeof(type) name
#define this_cpu_ptr(p) (p)

/* What is allocated is so for all; pages that no thread touches cost none. */
#define per_cpu_ptr(p, cpu)						\
	((typeof(&(p)[0]))((char *)(p) + (size_t)(cpu) * PCPU_MIN_UNIT_SIZE))
/* Others only read it: no more than the store has to be whole. */
#define this_cpu_inc(x) ({						\
	typeof(x) *__x = per_cpu_ptr(&(x), queued_cpu);			\
									\
	__atomic_store_n(__x, *__x + 1, __ATOMIC_RELAXED);		\
})
#define this_cpu_add_return(x, n) ({					\
	typeof(x) *__x = per_cpu_ptr(&(x), queued_cpu);			\
									\
	__atomic_store_n(__x, *__x + (n), __ATOMIC_RELAXED);		\
	*__x;								\
})
#define this_cpu_sub(x, n) this_cpu_add_return(x, -(n))
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < queued_cpus; (cpu)++)

static inline void *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)
{
	(void)size;
	(void)align;
	return kvcalloc((size_t)queued_cpus, PCPU_MIN_UNIT_SIZE, gfp);
}

#define alloc_percpu_gfp(type, gfp)					\
	((type *)__alloc_percpu_gfp(sizeof(type), __alignof__(type), gfp))

static inline void free_percpu(void *p)
{
	kfree(p);
}

#endif /* _QUEUED_LINUX_PERCPU_H */
