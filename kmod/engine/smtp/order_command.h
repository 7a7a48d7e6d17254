/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_ORDER_COMMAND_H
#define _ESMTP_ORDER_COMMAND_H

#include <esmtp/core.h>

struct esmtp_feed;

void esmtp_order_command_mode(struct esmtp_session *s);
void esmtp_order_resume(struct esmtp_session *s, bool within);
void esmtp_order_end_transaction(struct esmtp_session *s);
void esmtp_order_command(struct esmtp_feed *f, u32 verb);
void esmtp_order_auth_line(struct esmtp_feed *f);
void esmtp_order_message_end(struct esmtp_feed *f);
void esmtp_order_chunk(struct esmtp_feed *f, u32 size, bool last);

#endif /* _ESMTP_ORDER_COMMAND_H */
