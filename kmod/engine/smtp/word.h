/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_WORD_H
#define _ESMTP_WORD_H

#include <esmtp/core.h>

struct esmtp_feed;

void esmtp_word_octet(struct esmtp_feed *f, struct esmtp_name *n, u8 c, u32 off);
void esmtp_word_end(struct esmtp_feed *f, struct esmtp_name *n, u32 off);

#endif /* _ESMTP_WORD_H */
