/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_END_H
#define _ESMTP_END_H

#include <esmtp/core.h>

struct esmtp_feed;

/* How near to the end of data, by the letter. */
enum {
	ESMTP_EOD_MID,			/* within a line */
	ESMTP_EOD_CR,			/* after a CR within a line */
	ESMTP_EOD_BOL,			/* after CR LF */
	ESMTP_EOD_DOT,			/* after CR LF . */
	ESMTP_EOD_DOT_CR,		/* after CR LF . CR */
};

/* The same as a careless server might see it. */
enum {
	ESMTP_LOOK_MID,
	ESMTP_LOOK_BOL,			/* after any line's end */
	ESMTP_LOOK_DOT,			/* and a dot */
	ESMTP_LOOK_DOT_CR,		/* and a CR that may be the true end's */
};

bool esmtp_end_seen(const struct esmtp_message *m, u8 c);
void esmtp_end_move(struct esmtp_message *m, u8 c);
bool esmtp_end_step(struct esmtp_feed *f, u8 c, u32 off);

#endif /* _ESMTP_END_H */
