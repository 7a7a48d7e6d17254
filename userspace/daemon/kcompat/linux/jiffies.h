/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_JIFFIES_H
#define _QUEUED_LINUX_JIFFIES_H

#include <linux/timekeeping.h>

enum { HZ = 1000 };

#define jiffies ((unsigned long)(clock_ns(CLOCK_MONOTONIC) / (1000000000 / HZ)))
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)

#endif /* _QUEUED_LINUX_JIFFIES_H */
