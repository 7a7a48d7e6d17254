/* SPDX-License-Identifier: GPL-2.0 */
/* What command.c, byte by byte, and command_plain.c, at once, share. */
#ifndef _ESMTP_COMMAND_LINE_H
#define _ESMTP_COMMAND_LINE_H

#include <esmtp/core.h>

struct esmtp_feed;

/* How the next byte of a line is read. */
enum command_state {
	VERB,				/* in the verb */
	REST,				/* after it: nothing that is read */
	ADDRESS,			/* after the verb of a mail address */
	SIZE,				/* after BDAT */
	NONE,				/* after STARTTLS: nothing may follow */
	TAIL,				/* after a bare CR: X, the verb stands */
};

void esmtp_command_begin(struct esmtp_session *s, u32 off);
bool esmtp_command_verb(struct esmtp_feed *f, u32 off);
void esmtp_command_end(struct esmtp_feed *f, u32 off);

u32 esmtp_command_plain(struct esmtp_feed *f, const u8 *p, u32 n, u32 off);

#endif /* _ESMTP_COMMAND_LINE_H */
