/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_BANNER_H
#define _ESMTP_BANNER_H

#include <esmtp/core.h>

struct esmtp_feed;

bool esmtp_banner_masked(const struct esmtp_feed *f);
void esmtp_banner_byte(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_banner_alike(const struct esmtp_session *s);
void esmtp_banner_run(struct esmtp_feed *f, u32 from, u32 to);
void esmtp_banner_end(struct esmtp_feed *f, u32 end);

#endif /* _ESMTP_BANNER_H */
