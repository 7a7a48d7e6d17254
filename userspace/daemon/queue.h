/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_QUEUE_H
#define _QUEUED_QUEUE_H

#include <esmtp/port.h>

struct queue;

struct queue *queue_open(u16 number, int cpu);
int queue_start(struct queue *q);
void queue_stop(struct queue *q);
void queue_close(struct queue *q);
const char *queue_error(void);

#endif /* _QUEUED_QUEUE_H */
