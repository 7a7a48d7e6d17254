/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of 64 bits, one for each CPU. Where a word has as many, one instruction counts and
 * one reads. Where it has not, a reader could see one half from before and the other from
 * after: there whoever counts says so, and the reader tries again. The same holds for what a
 * counter was when it was cleared, its base, which tasks write.
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

/* Before the counters that it is the base of: these are not older, then. Process context. */
static inline u64 esmtp_base_read(const u64 *at)
{
#ifdef __KERNEL__
	/* pairs with esmtp_base_write() */
	return smp_load_acquire(at);
#else
	return READ_ONCE(*at);
#endif
}

/* Process context; one task at a time. */
static inline void esmtp_base_write(u64 *at, u64 value)
{
#ifdef __KERNEL__
	/* behind the reading of what is cleared; pairs with esmtp_base_read() */
	smp_store_release(at, value);
#else
	WRITE_ONCE(*at, value);
#endif
}

#else

#include <linux/seqlock.h>
#include <linux/u64_stats_sync.h>

/* one for all counters of a CPU */
DECLARE_PER_CPU(struct u64_stats_sync, esmtp_counting);

/* one for all bases: they are written on a command */
extern seqlock_t esmtp_clearing;

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

static inline u64 esmtp_base_read(const u64 *at)
{
	unsigned int begin;
	u64 value;

	do {
		begin = read_seqbegin(&esmtp_clearing);
		value = *at;
	} while (read_seqretry(&esmtp_clearing, begin));
	return value;
}

static inline void esmtp_base_write(u64 *at, u64 value)
{
	write_seqlock(&esmtp_clearing);
	*at = value;
	write_sequnlock(&esmtp_clearing);
}

#endif

#endif /* _NF_ESMTP_COUNTER_H */
