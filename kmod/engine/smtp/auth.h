/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_AUTH_H
#define _ESMTP_AUTH_H

#include <esmtp/core.h>

struct esmtp_feed;

u32 esmtp_auth_feed(struct esmtp_feed *f, const u8 *p, u32 n);

#endif /* _ESMTP_AUTH_H */
