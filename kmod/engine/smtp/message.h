/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_MESSAGE_H
#define _ESMTP_MESSAGE_H

#include <esmtp/core.h>

#include "feed.h"

/* What the line at hand belongs to. */
enum {
	ESMTP_SECTION_HEADER,
	ESMTP_SECTION_PART,		/* the header of a part */
	ESMTP_SECTION_BODY,
};

enum { ESMTP_DASHES = 2 };		/* that begin a boundary */

/* The criterion that limits the length of the current line of the message. */
static inline u8 esmtp_message_criterion(const struct esmtp_message *m)
{
	return m->section == ESMTP_SECTION_HEADER ? ESMTP_CRIT_HEADER_LINE :
						    ESMTP_CRIT_BODY_LINE;
}

void esmtp_message_init(struct esmtp_session *s, bool raw);
void esmtp_message_note(struct esmtp_feed *f, enum esmtp_event_id id, u32 off);
bool esmtp_message_to(struct esmtp_feed *f, u32 off);
bool esmtp_message_grow(struct esmtp_feed *f, u32 n, u32 off);
bool esmtp_message_over(struct esmtp_feed *f, u32 off);
u32 esmtp_message_feed(struct esmtp_feed *f, const u8 *p, u32 n);

#endif /* _ESMTP_MESSAGE_H */
