/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_REPLY_H
#define _ESMTP_REPLY_H

#include <esmtp/core.h>

struct esmtp_feed;

enum { ESMTP_REPLY_PREFIX = 4 };	/* "250-" */

u32 esmtp_reply_feed(struct esmtp_feed *f, const u8 *p, u32 n);
void esmtp_reply_mask(struct esmtp_feed *f, u32 from, u32 to);

#endif /* _ESMTP_REPLY_H */
