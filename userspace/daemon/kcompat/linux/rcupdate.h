/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Readers hold the plane's lock for reading, the writer takes it for writing (see
 * ../plane.h): whatever is let go of after that has no reader any more.
 */
#ifndef _QUEUED_LINUX_RCUPDATE_H
#define _QUEUED_LINUX_RCUPDATE_H

#include <linux/types.h>

struct rcu_head {
	char none;
};

#define rcu_barrier() ((void)0)

#endif /* _QUEUED_LINUX_RCUPDATE_H */
