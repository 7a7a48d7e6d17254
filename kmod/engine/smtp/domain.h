/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_DOMAIN_H
#define _ESMTP_DOMAIN_H

#include <esmtp/core.h>

struct esmtp_feed;

void esmtp_domain_begin(struct esmtp_command *cmd);
void esmtp_domain_byte(struct esmtp_feed *f, u8 c);
bool esmtp_domain_whole(const struct esmtp_feed *f);

#endif /* _ESMTP_DOMAIN_H */
