/* SPDX-License-Identifier: GPL-2.0 */
/* What reply.c, byte by byte, and reply_plain.c, at once, share. */
#ifndef _ESMTP_REPLY_LINE_H
#define _ESMTP_REPLY_LINE_H

#include <esmtp/core.h>

struct esmtp_feed;

/* How the next byte of a line is read. */
enum reply_state {
	CODE,				/* three digits and a separator */
	KEYWORD,			/* of an EHLO line */
	TEXT,				/* anything */
	BROKEN,				/* no code: a part of a reply, or one of its own */
};

u32 esmtp_reply_prefix(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);
void esmtp_reply_end(struct esmtp_feed *f, u32 off);

u32 esmtp_reply_plain(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);

#endif /* _ESMTP_REPLY_LINE_H */
