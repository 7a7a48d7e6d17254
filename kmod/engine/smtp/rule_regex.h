/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_RULE_REGEX_H
#define _ESMTP_RULE_REGEX_H

#include <esmtp/core.h>

struct esmtp_feed;

u32 esmtp_rule_walk(struct esmtp_feed *f, u16 *at, u8 crit, u8 c);
u32 esmtp_rule_run(struct esmtp_feed *f, u8 crit, const u8 *p, u32 n);
bool esmtp_rule_misses(struct esmtp_feed *f, u8 crit, const u8 *p, u32 n);
bool esmtp_rule_found(struct esmtp_feed *f, u32 slots, u32 off);
u32 esmtp_rule_has(const struct esmtp_feed *f, const u16 *at);
bool esmtp_rule_over(struct esmtp_feed *f, u16 *at, u8 crit, u32 off);
bool esmtp_rule_byte(struct esmtp_feed *f, u8 crit, u8 c, u32 off);
void esmtp_rule_restart(struct esmtp_feed *f, u8 crit);
bool esmtp_rule_end(struct esmtp_feed *f, u8 crit, u32 off);

#endif /* _ESMTP_RULE_REGEX_H */
