/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_TIMEKEEPING_H
#define _QUEUED_LINUX_TIMEKEEPING_H

#include <time.h>

#include <linux/types.h>

/* kcompat/clock.c: nanoseconds of a clock; whoever replays a recording has another */
u64 clock_ns(clockid_t clock);

#define ktime_get_real_ns() clock_ns(CLOCK_REALTIME)

#endif /* _QUEUED_LINUX_TIMEKEEPING_H */
