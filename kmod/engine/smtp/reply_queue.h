/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_REPLY_QUEUE_H
#define _ESMTP_REPLY_QUEUE_H

#include <esmtp/core.h>

bool esmtp_queue_room(const struct esmtp_queue *q);
bool esmtp_queue_push(struct esmtp_queue *q, u8 kind);
void esmtp_queue_pop(struct esmtp_queue *q);
u8 esmtp_queue_head(const struct esmtp_queue *q);
bool esmtp_queue_unshift(struct esmtp_queue *q, u8 kind, u32 count);
void esmtp_queue_clear(struct esmtp_queue *q);
u8 esmtp_queue_newest(const struct esmtp_queue *q);
bool esmtp_queue_before(const struct esmtp_queue *q, u32 kinds);
u32 esmtp_queue_count(const struct esmtp_queue *q);
bool esmtp_queue_has(const struct esmtp_queue *q, u8 kind);

#endif /* _ESMTP_REPLY_QUEUE_H */
