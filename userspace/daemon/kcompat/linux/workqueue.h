/* SPDX-License-Identifier: GPL-2.0 */
/* Every thread is process context: work is done at once. */
#ifndef _QUEUED_LINUX_WORKQUEUE_H
#define _QUEUED_LINUX_WORKQUEUE_H

#include <linux/rcupdate.h>

struct work_struct {
	void (*fn)(struct work_struct *work);
};

struct rcu_work {
	struct work_struct work;
};

struct workqueue_struct {
	char none;
};

enum { WQ_UNBOUND };

static inline struct workqueue_struct *alloc_workqueue(const char *name, int flags,
						       int most)
{
	static struct workqueue_struct now;

	(void)name;
	(void)flags;
	(void)most;
	return &now;
}

static inline void destroy_workqueue(struct workqueue_struct *queue)
{
	(void)queue;
}

#define to_rcu_work(w) container_of(w, struct rcu_work, work)
#define INIT_RCU_WORK(w, f) ((w)->work.fn = (f))

static inline void queue_rcu_work(struct workqueue_struct *queue, struct rcu_work *w)
{
	(void)queue;
	w->work.fn(&w->work);
}

#endif /* _QUEUED_LINUX_WORKQUEUE_H */
