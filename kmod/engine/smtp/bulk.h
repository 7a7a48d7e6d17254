/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_BULK_H
#define _ESMTP_BULK_H

#include <esmtp/core.h>

struct esmtp_feed;

u32 esmtp_bulk_skip(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);
u32 esmtp_bulk_lines(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);
u32 esmtp_bulk_dashes(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);
u32 esmtp_bulk_fields(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);
u32 esmtp_bulk_field(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);
u32 esmtp_bulk_begin(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);

#endif /* _ESMTP_BULK_H */
