/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_FILETYPE_H
#define _ESMTP_FILETYPE_H

#include <esmtp/core.h>

struct esmtp_feed;

bool esmtp_filetype_sent(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_filetype_octet(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off);
void esmtp_filetype_aside(struct esmtp_feed *f, struct esmtp_name *n, u8 c, bool first);
bool esmtp_filetype_literal(struct esmtp_feed *f, struct esmtp_name *n, u32 off);
bool esmtp_filetype_end(struct esmtp_feed *f, struct esmtp_name *n, u32 off);
bool esmtp_filetype_misses(struct esmtp_feed *f, const u8 *p, u32 n);
void esmtp_filetype_unread(struct esmtp_feed *f);
bool esmtp_filetype_late(struct esmtp_feed *f, u32 off);

#endif /* _ESMTP_FILETYPE_H */
