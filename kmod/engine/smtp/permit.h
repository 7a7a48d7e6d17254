/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_PERMIT_H
#define _ESMTP_PERMIT_H

#include <esmtp/core.h>

struct esmtp_feed;

enum {
	ESMTP_ADDRESS_VERBS = 1u << ESMTP_VERB_MAIL | 1u << ESMTP_VERB_RCPT |
			      1u << ESMTP_VERB_SAML | 1u << ESMTP_VERB_SEND |
			      1u << ESMTP_VERB_SOML,
};

bool esmtp_permit_auth(struct esmtp_feed *f, u32 off);
bool esmtp_permit_between(struct esmtp_feed *f, u32 off);
bool esmtp_permit_line(struct esmtp_feed *f, u32 off);

#endif /* _ESMTP_PERMIT_H */
