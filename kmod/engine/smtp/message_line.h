/* SPDX-License-Identifier: GPL-2.0 */
/* What message.c, byte by byte, and message_plain.c, at once, share. */
#ifndef _ESMTP_MESSAGE_LINE_H
#define _ESMTP_MESSAGE_LINE_H

#include <esmtp/core.h>

struct esmtp_feed;

bool esmtp_message_line_end(struct esmtp_feed *f, bool cr, u32 off);
bool esmtp_message_byte(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_message_finish(struct esmtp_feed *f, u32 off);

u32 esmtp_message_plain(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);

#endif /* _ESMTP_MESSAGE_LINE_H */
