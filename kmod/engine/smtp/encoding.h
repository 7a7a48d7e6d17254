/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_ENCODING_H
#define _ESMTP_ENCODING_H

#include <esmtp/core.h>

struct esmtp_feed;

void esmtp_encoding_begin(struct esmtp_header *h);
bool esmtp_encoding_plain(const struct esmtp_map *map, const u8 *p, u32 n, bool *coded);
bool esmtp_encoding_byte(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_encoding_end(struct esmtp_feed *f, u32 off);

#endif /* _ESMTP_ENCODING_H */
