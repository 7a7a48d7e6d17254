/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_COMMAND_H
#define _ESMTP_COMMAND_H

#include <esmtp/core.h>

struct esmtp_feed;

u32 esmtp_command_feed(struct esmtp_feed *f, const u8 *p, u32 n);
void esmtp_command_reset(struct esmtp_command *c);
void esmtp_command_within(struct esmtp_command *c);

#endif /* _ESMTP_COMMAND_H */
