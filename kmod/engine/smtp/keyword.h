/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_KEYWORD_H
#define _ESMTP_KEYWORD_H

#include <esmtp/core.h>

struct esmtp_feed;

void esmtp_keyword_begin(struct esmtp_reply *r);
void esmtp_keyword_byte(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_keyword_whole(struct esmtp_feed *f, const u8 *p, u32 n);
bool esmtp_keyword_hidden(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);
u32 esmtp_keyword_rest(struct esmtp_feed *f, const u8 *p, u32 n);
void esmtp_keyword_end(struct esmtp_feed *f, u32 end);
void esmtp_keyword_alone(struct esmtp_feed *f, u32 end, u32 off);
void esmtp_keyword_over(struct esmtp_feed *f, u32 end, u32 off);

#endif /* _ESMTP_KEYWORD_H */
