/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_HELLO_H
#define _ESMTP_HELLO_H

#include <esmtp/core.h>

struct esmtp_feed;

bool esmtp_hello_byte(struct esmtp_feed *f, u8 c, u32 off);

#endif /* _ESMTP_HELLO_H */
