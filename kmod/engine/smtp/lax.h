/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_LAX_H
#define _ESMTP_LAX_H

#include <esmtp/core.h>

struct esmtp_feed;

/* What the field has, for a reader that takes nothing for a comment or for quoted. */
enum {
	ESMTP_LAX_MULTIPART = 1 << 0,
	ESMTP_LAX_MESSAGE = 1 << 1,
	ESMTP_LAX_BOUNDARY = 1 << 2,
};

void esmtp_lax_octet(struct esmtp_feed *f, u8 c, u32 off);
void esmtp_lax_byte(struct esmtp_feed *f, u8 c, u32 off);
u32 esmtp_lax_room(const struct esmtp_session *s, const u8 *p, u32 n);
void esmtp_lax_run(struct esmtp_session *s, const u8 *p, u32 n);
void esmtp_lax_end(struct esmtp_feed *f, u32 off);

#endif /* _ESMTP_LAX_H */
