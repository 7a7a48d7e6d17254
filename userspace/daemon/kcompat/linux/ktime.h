/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_KTIME_H
#define _QUEUED_LINUX_KTIME_H

#include <linux/timekeeping.h>

#define NSEC_PER_SEC 1000000000
#define ktime_get_seconds() ((long long)(clock_ns(CLOCK_MONOTONIC) / NSEC_PER_SEC))
#define ktime_get_ns() clock_ns(CLOCK_MONOTONIC)
#define div_u64(a, b) ((u64)(a) / (u32)(b))

#endif /* _QUEUED_LINUX_KTIME_H */
