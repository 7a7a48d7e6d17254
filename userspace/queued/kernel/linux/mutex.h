/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_MUTEX_H
#define _QUEUED_LINUX_MUTEX_H

#include <pthread.h>

struct mutex {
	pthread_mutex_t lock;
};

#endif /* _QUEUED_LINUX_MUTEX_H */
