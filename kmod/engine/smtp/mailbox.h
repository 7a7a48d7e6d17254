/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_MAILBOX_H
#define _ESMTP_MAILBOX_H

#include <esmtp/core.h>

struct esmtp_feed;

void esmtp_mailbox_begin(struct esmtp_feed *f, u8 crit);
bool esmtp_mailbox_byte(struct esmtp_feed *f, u8 crit, u8 c, u32 off);
bool esmtp_mailbox_end(struct esmtp_feed *f, u8 crit, u32 off);

#endif /* _ESMTP_MAILBOX_H */
