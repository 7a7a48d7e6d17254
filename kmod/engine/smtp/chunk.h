/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_CHUNK_H
#define _ESMTP_CHUNK_H

#include <esmtp/core.h>

struct esmtp_feed;

/* Is a message in BDATs under way? */
enum {
	ESMTP_CHUNKS_NONE,
	ESMTP_CHUNKS_OPEN,		/* more are to come */
	ESMTP_CHUNKS_LAST,		/* the one at hand is its last */
	ESMTP_CHUNKS_LEFT,		/* a RSET was sent after it */
	ESMTP_CHUNKS_BROKEN,		/* broken off by another command or empty chunk */
};

void esmtp_chunk_between(struct esmtp_session *s, u32 verb);

void esmtp_chunk_byte(struct esmtp_feed *f, u8 c, u32 off);
bool esmtp_chunk_end(struct esmtp_feed *f, u32 off);
void esmtp_chunk_bad(struct esmtp_feed *f, u32 off);
void esmtp_chunk_refused(struct esmtp_feed *f, u32 off);
void esmtp_chunk_decide(struct esmtp_feed *f, u32 off);
void esmtp_chunk_open(struct esmtp_feed *f, u32 off);
u32 esmtp_chunk_feed(struct esmtp_feed *f, const u8 *p, u32 n);

#endif /* _ESMTP_CHUNK_H */
