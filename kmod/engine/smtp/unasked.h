/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_UNASKED_H
#define _ESMTP_UNASKED_H

#include <esmtp/core.h>

struct esmtp_feed;

bool esmtp_unasked_report(struct esmtp_feed *f, u32 off);
void esmtp_unasked_early(struct esmtp_session *s);
void esmtp_unasked_reply(struct esmtp_feed *f, u32 off);

#endif /* _ESMTP_UNASKED_H */
