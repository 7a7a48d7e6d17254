/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_GROUP_H
#define _ESMTP_GROUP_H

#include <esmtp/core.h>

struct esmtp_feed;

bool esmtp_group_begin(struct esmtp_feed *f, u32 off);
bool esmtp_group_verb(struct esmtp_feed *f);
bool esmtp_group_masked(struct esmtp_feed *f, u32 off);
bool esmtp_group_orderly(const struct esmtp_session *s);

#endif /* _ESMTP_GROUP_H */
