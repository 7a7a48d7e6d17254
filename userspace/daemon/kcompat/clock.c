// SPDX-License-Identifier: GPL-2.0
#include <linux/timekeeping.h>

/**
 * clock_ns() - what a clock of this machine says
 * @clock: CLOCK_*
 *
 * Return: nanoseconds.
 */
u64 clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (u64)t.tv_sec * 1000000000 + (u64)t.tv_nsec;
}
