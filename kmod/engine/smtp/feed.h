/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_FEED_H
#define _ESMTP_FEED_H

#include <esmtp/core.h>

/**
 * struct esmtp_feed - one call of esmtp_session_feed()
 * @s: the session
 * @io: the caller's
 * @dir: which stream is fed
 * @why: set to anything but ESMTP_R_GO, it ends the call before the byte at hand
 */
struct esmtp_feed {
	struct esmtp_session *s;
	struct esmtp_io *io;
	enum esmtp_dir dir;
	enum esmtp_reason why;
};

/*
 * What it costs, in instructions, roughly, and rather too much than too little:
 * tests/unit/dearest.c compares. See docs/BENCHMARKS.md.
 */
enum {
	ESMTP_COST_BYTE = 300,		/* of a command or a reply, by itself */
	ESMTP_COST_TEXT = 350,		/* of a line of a message, by itself: and a run of one */
	ESMTP_COST_RUN = 150,		/* of one that only one reader looks at */
	ESMTP_COST_BREAK = 350,		/* the end of a line of a message that was not plain */
	ESMTP_COST_FILL = 170,		/* an edit */
	ESMTP_COST_LINE = 800,		/* the end of a command or of a reply, or all of a plain one */
	ESMTP_COST_EVENT = 250,		/* an event: counted, and perhaps recorded */
	ESMTP_COST_RULE = 20,		/* to look at a rule */
	ESMTP_COST_SEARCH = 150,	/* to find the rules of a criterion that are next */
	ESMTP_COST_WALK = 40,		/* to move an automaton on */
	ESMTP_COST_FIELD = 120,		/* a byte of a field that is read */
	ESMTP_COST_WORD = 150,		/* letters and digits of a value, at once */
	ESMTP_COST_LETTER = 8,		/* each of them */
	ESMTP_COST_NAME = 150,		/* a byte of a file's name, as one reader has it */
	ESMTP_COST_ASIDE = 500,		/* what was put aside of it is no code */
	ESMTP_COST_CHARSET = 240,	/* a byte of a character set's name */
};

void esmtp_feed_event(struct esmtp_feed *f, enum esmtp_event_id id, u32 off,
		      u32 value);
void esmtp_feed_end(struct esmtp_feed *f, enum esmtp_reason why, u8 act, u8 say);
bool esmtp_feed_act(struct esmtp_feed *f, const struct esmtp_param *param,
		    enum esmtp_reason why);
void esmtp_feed_fill(struct esmtp_feed *f, u32 from, u32 to, u8 kind, u8 fill);
bool esmtp_feed_whole(const struct esmtp_feed *f, u32 from);
void esmtp_feed_cut(struct esmtp_feed *f, u32 from, u32 to);
bool esmtp_feed_hold(struct esmtp_feed *f, enum esmtp_reason why, u32 off);
bool esmtp_feed_tire(struct esmtp_feed *f, u32 off);

/* What is done here costs so many instructions, roughly. */
static inline void esmtp_feed_spend(struct esmtp_feed *f, u32 n)
{
	f->io->spent += n;
}

/*
 * May the byte at @off be read, too, for all that this hand has cost so far? If not, it is
 * held, and so are those behind it.
 */
static inline bool esmtp_feed_may(struct esmtp_feed *f, u32 off)
{
	return !f->io->most || f->io->spent < f->io->most || esmtp_feed_tire(f, off);
}

/*
 * Does the log have room for the edits that one byte can cause? At most two: a fill and
 * the letter of a masked line, or a cut and the separator of the previous reply line.
 * Call it before the byte is read: if it fails, f->why is set and the same byte can be
 * fed again later; or nothing of this connection is read any more.
 */
static inline bool esmtp_feed_room(struct esmtp_feed *f, u32 off)
{
	const struct esmtp_log *log = f->io->log;

	if (!esmtp_feed_may(f, off))
		return false;
	if (log->cap - log->n >= 2 || f->s->map->params.monitor)
		return true;
	f->why = ESMTP_R_LOG_FULL;
	return false;
}

#endif /* _ESMTP_FEED_H */
