/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_SPINLOCK_H
#define _QUEUED_LINUX_SPINLOCK_H

#include <pthread.h>

#include <linux/types.h>

/* A thread may be put off its processor at any time: others sleep meanwhile. */
typedef pthread_mutex_t spinlock_t;

#define spin_lock_init(lock) pthread_mutex_init(lock, NULL)
#define spin_lock_bh(lock) pthread_mutex_lock(lock)
#define spin_unlock_bh(lock) pthread_mutex_unlock(lock)
#define lockdep_assert_held(lock) ((void)(lock))

#endif /* _QUEUED_LINUX_SPINLOCK_H */
