/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_TIMEKEEPING_H
#define _QUEUED_LINUX_TIMEKEEPING_H

#include <time.h>

#include <linux/types.h>

static inline u64 clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
}

#define ktime_get_real_ns() clock_ns(CLOCK_REALTIME)

#endif /* _QUEUED_LINUX_TIMEKEEPING_H */
