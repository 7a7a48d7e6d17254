/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of 64 bits, one for each CPU. Where a word has as many, one instruction counts and
 * one reads. Where it has not, a reader could see one half from before and the other from
 * after: there whoever counts says so, and the reader tries again.
 */
#ifndef _NF_ESMTP_COUNTER_H
#define _NF_ESMTP_COUNTER_H

#include <linux/percpu.h>

/* a program of its own has no such readers */
#if !defined(__KERNEL__) || BITS_PER_LONG == 64

/* Any context. */
#define esmtp_count(counter) this_cpu_inc(counter)

static inline u64 esmtp_counter_read(const u64 *at, int cpu)
{
	(void)cpu;
	return READ_ONCE(*at);
}

#else

#include <linux/u64_stats_sync.h>

/* one for all counters of a CPU */
DECLARE_PER_CPU(struct u64_stats_sync, esmtp_counting);

#define esmtp_count(counter)						\
do {									\
	unsigned long __flags;						\
									\
	local_irq_save(__flags);					\
	u64_stats_update_begin(this_cpu_ptr(&esmtp_counting));		\
	__this_cpu_inc(counter);					\
	u64_stats_update_end(this_cpu_ptr(&esmtp_counting));		\
	local_irq_restore(__flags);					\
} while (0)

static inline u64 esmtp_counter_read(const u64 *at, int cpu)
{
	const struct u64_stats_sync *sync = per_cpu_ptr(&esmtp_counting, cpu);
	unsigned int begin;
	u64 value;

	do {
		begin = u64_stats_fetch_begin(sync);
		value = *at;
	} while (u64_stats_fetch_retry(sync, begin));
	return value;
}

#endif

#endif /* _NF_ESMTP_COUNTER_H */
