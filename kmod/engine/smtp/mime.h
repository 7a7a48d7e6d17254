/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_MIME_H
#define _ESMTP_MIME_H

#include <esmtp/core.h>

struct esmtp_feed;

enum esmtp_mime_field { ESMTP_MIME_TYPE, ESMTP_MIME_DISPOSITION };

/* What a parameter is. */
enum {
	ESMTP_PARAM_FILE = 1 << 0,	/* name or filename */
	ESMTP_PARAM_SECTIONED = 1 << 1,	/* NAME*0=, NAME*1= ... */
	ESMTP_PARAM_FILENAME = 1 << 2,	/* filename, not name */
	ESMTP_PARAM_EXTENDED = 1 << 3,	/* NAME*= or NAME*0*=: percent coding */
	ESMTP_PARAM_CLOSED = 1 << 5,	/* behind a closing quote */
	ESMTP_PARAM_BOUNDARY = 1 << 6,
};

void esmtp_mime_init(struct esmtp_session *s, enum esmtp_mime_field field);
void esmtp_mime_unsure(struct esmtp_feed *f, enum esmtp_event_id id, u32 off);
bool esmtp_mime_byte(struct esmtp_feed *f, u8 c, u32 off);
u32 esmtp_mime_run(struct esmtp_feed *f, const u8 *p, u32 n);
bool esmtp_mime_end(struct esmtp_feed *f, u32 off);

#endif /* _ESMTP_MIME_H */
