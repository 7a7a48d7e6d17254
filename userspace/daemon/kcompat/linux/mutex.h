/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_MUTEX_H
#define _QUEUED_LINUX_MUTEX_H

#include <pthread.h>

struct mutex {
	pthread_mutex_t lock;		/* zeros are one that is free */
};

static inline void mutex_lock(struct mutex *m)
{
	pthread_mutex_lock(&m->lock);
}

static inline void mutex_unlock(struct mutex *m)
{
	pthread_mutex_unlock(&m->lock);
}

#endif /* _QUEUED_LINUX_MUTEX_H */
