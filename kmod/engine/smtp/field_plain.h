/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_FIELD_PLAIN_H
#define _ESMTP_FIELD_PLAIN_H

#include <esmtp/core.h>

struct esmtp_feed;

u32 esmtp_field_plain(struct esmtp_feed *f, const u8 *p, u32 n, u32 off, u32 *lines);

#endif /* _ESMTP_FIELD_PLAIN_H */
