/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One connection through the core, as a packet path would drive it, with every
 * promise of <esmtp/core.h> checked on the way. Compiles for the kernel too.
 */
#ifndef _HARNESS_H
#define _HARNESS_H

#include <esmtp/core.h>
#include "oracle.h"

enum {
	HARNESS_STREAM = 1 << 17,	/* bytes of one direction */
	HARNESS_EDITS = ESMTP_LOG_MAX,
	HARNESS_EVENTS = 1 << 14,
	HARNESS_FAIL = 200,
};

/**
 * struct harness_stream - one direction
 * @was: bytes as sent
 * @is: bytes as they left, but for those that changed the length
 * @wide: as how many bytes each of them left: 0 if cut, 2 if CR LF for a LF
 * @have: bytes sent so far
 * @left: bytes that have left; the next hand begins here
 * @una: bytes acknowledged
 * @why: what the last feed() said
 * @io: for the core
 * @log: for the core
 * @edits: entries of @log
 */
struct harness_stream {
	u8 was[HARNESS_STREAM], is[HARNESS_STREAM], wide[HARNESS_STREAM];
	u32 have, left, una;
	enum esmtp_reason why;
	struct esmtp_io io;
	struct esmtp_log log;
	struct esmtp_edit edits[HARNESS_EDITS];
};

/**
 * struct harness - one connection
 * @session: the core's state
 * @map: what it runs under
 * @stream: both directions
 * @oracle: what the ends make of it
 * @event: what was seen
 * @n_events: number of @event
 * @base: stream offset of the first byte of either direction
 * @block: bytes of a block within a hand, 0 for one block
 * @random: state of a generator
 * @admitted: messages that rules with rate-limit let pass: as many as their rate,
 *	for no time goes by here
 * @end: reason for the end, or ESMTP_R_GO
 * @mute: feed without an event callback
 * @place: puts bytes where a read past their end is found out, or NULL
 * @fail: what went wrong, "" for nothing
 */
struct harness {
	struct esmtp_session session;
	struct esmtp_map map;
	struct harness_stream stream[ESMTP_DIR_MAX];
	struct oracle oracle;
	struct esmtp_event event[HARNESS_EVENTS];
	u32 n_events;
	u32 base;
	u32 block;
	u32 random;
	u32 admitted[ESMTP_MAP_RULES];
	enum esmtp_reason end;
	u8 mute;
	const u8 *(*place)(const u8 *p, u32 n);
	char fail[HARNESS_FAIL];
};

void harness_init(struct harness *h, const struct esmtp_map *map, u16 cap,
		  u32 base);
bool harness_send(struct harness *h, enum esmtp_dir dir, const u8 *p, u32 n);
void harness_offer(struct harness *h, enum esmtp_dir dir, u32 n);
void harness_ack(struct harness *h, enum esmtp_dir dir, u32 una);
void harness_close(struct harness *h);
void harness_fail(struct harness *h, const char *what, u32 a, u32 b);

#endif /* _HARNESS_H */
