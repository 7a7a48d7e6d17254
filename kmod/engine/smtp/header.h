/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_HEADER_H
#define _ESMTP_HEADER_H

#include <esmtp/core.h>

struct esmtp_feed;

void esmtp_header_init(struct esmtp_message *m);
bool esmtp_header_typed(const struct esmtp_message *m);
bool esmtp_header_idle(const struct esmtp_message *m);
bool esmtp_header_line(struct esmtp_feed *f, const u8 *p, u32 n);
bool esmtp_header_byte(struct esmtp_feed *f, u8 c, bool first, u32 off);

#endif /* _ESMTP_HEADER_H */
