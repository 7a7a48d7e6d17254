/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_SCHED_H
#define _QUEUED_LINUX_SCHED_H

/* A thread of a program is interrupted when others are due. */
static inline void cond_resched(void)
{
}

#endif /* _QUEUED_LINUX_SCHED_H */
