/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_ORDER_REPLY_H
#define _ESMTP_ORDER_REPLY_H

#include <esmtp/core.h>

struct esmtp_feed;

void esmtp_order_reply(struct esmtp_feed *f, u32 off);
void esmtp_order_codeless(struct esmtp_session *s);
bool esmtp_order_settle(struct esmtp_feed *f, u32 off);

#endif /* _ESMTP_ORDER_REPLY_H */
