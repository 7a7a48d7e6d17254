/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_PARAMETER_H
#define _ESMTP_PARAMETER_H

#include <esmtp/core.h>

struct esmtp_feed;

u32 esmtp_parameter_plain(struct esmtp_command *cmd, const u8 *p, u32 n);
void esmtp_parameter_byte(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_parameter_idle(const struct esmtp_command *cmd);

#endif /* _ESMTP_PARAMETER_H */
