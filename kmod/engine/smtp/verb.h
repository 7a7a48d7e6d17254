/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_VERB_H
#define _ESMTP_VERB_H

#include <esmtp/core.h>

void esmtp_verb_begin(struct esmtp_command *c);
bool esmtp_verb_byte(struct esmtp_session *s, u8 ch);
u32 esmtp_verb_rest(struct esmtp_session *s, const u8 *p, u32 n);
bool esmtp_verb_end(struct esmtp_session *s);
bool esmtp_verb_allowed(const struct esmtp_session *s, u8 verb);

#endif /* _ESMTP_VERB_H */
