/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_MAIL_H
#define _ESMTP_MAIL_H

#include <esmtp/core.h>

struct esmtp_feed;

void esmtp_mail_byte(struct esmtp_feed *f, u8 c, u32 off);
u32 esmtp_mail_room(const struct esmtp_feed *f);
void esmtp_mail_skim(struct esmtp_feed *f, u32 n);
bool esmtp_mail_end(struct esmtp_feed *f, u32 off);
bool esmtp_mail_plain(const struct esmtp_feed *f, u32 alen);
void esmtp_mail_take(struct esmtp_command *cmd, u32 alen, bool at);

#endif /* _ESMTP_MAIL_H */
