/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_REFUSED_H
#define _ESMTP_REFUSED_H

#include <esmtp/core.h>

struct esmtp_feed;

void esmtp_refused_begin(struct esmtp_session *s);
bool esmtp_refused_within(const struct esmtp_session *s);
u32 esmtp_refused_feed(struct esmtp_feed *f, const u8 *p, u32 n);

#endif /* _ESMTP_REFUSED_H */
