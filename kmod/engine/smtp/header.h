/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_HEADER_H
#define _ESMTP_HEADER_H

#include <esmtp/core.h>

struct esmtp_feed;

/* Fields that are read. */
enum esmtp_header_field {
	ESMTP_HEADER_TYPE,
	ESMTP_HEADER_DISPOSITION,
	ESMTP_HEADER_ENCODING,
	ESMTP_HEADER_TO,
};

void esmtp_header_init(struct esmtp_message *m);
bool esmtp_header_typed(const struct esmtp_message *m);
bool esmtp_header_idle(const struct esmtp_message *m);
bool esmtp_header_line(struct esmtp_feed *f, const u8 *p, u32 n);
bool esmtp_header_structured(const struct esmtp_message *m);
u32 esmtp_header_find(const struct esmtp_message *m, const u8 *p, u32 n, u8 *which);
bool esmtp_header_take(struct esmtp_feed *f, u8 which, u32 off);
u32 esmtp_header_run(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);
bool esmtp_header_byte(struct esmtp_feed *f, u8 c, bool first, u32 off);

#endif /* _ESMTP_HEADER_H */
