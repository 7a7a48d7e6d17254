// SPDX-License-Identifier: GPL-2.0
/*
 * Whole conversations of hostile ends, in every cut that the replay knows, with
 * all checks of tests/unit: what one cut sees another must see too.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conversation.h"
#include "replay.h"

enum {
	LONG = 1 << 16,			/* bytes for which time is taken */
	SLOW_NS = 500 * 1000 * 1000,	/* 7 us a byte, sanitizers and all */
	STORM = CONVERSATION_FLAG,	/* repeat the last turn, and take time */
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (u64)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Bytes of one turn as one packet, with no more checks than that it ends. */
static void feed_all(struct esmtp_session *s, struct esmtp_io *io,
		     const struct vector_turn *t)
{
	enum esmtp_reason why = ESMTP_R_GO;
	const u8 *p = (const u8 *)t->in;
	u32 n = t->n_in;

	io->hand = io->off;
	while (n) {
		u32 taken = esmtp_session_feed(s, t->dir, io, p, n, &why);

		p += taken;
		n -= taken;
		if (!n || why != ESMTP_R_LOG_FULL)
			break;
		io->hand = io->off;
		esmtp_log_prune(io->log, io->off);
	}
}

/* A call is linear in the bytes given: the last turn over and over. */
static void storm(const struct vector *v)
{
	static struct esmtp_edit edits[ESMTP_DIR_MAX][ESMTP_LOG_MAX];
	static char flood[LONG];
	struct esmtp_log log[ESMTP_DIR_MAX];
	struct esmtp_io io[ESMTP_DIR_MAX];
	struct vector_turn last = v->turns[v->n_turns - 1];
	struct esmtp_session s;
	struct esmtp_map map;
	u64 begin;
	u32 i;

	if (!last.n_in)
		return;
	for (i = 0; i < ESMTP_DIR_MAX; i++) {
		log[i] = (struct esmtp_log){ .v = edits[i], .cap = ESMTP_LOG_MAX };
		io[i] = (struct esmtp_io){ .log = &log[i] };
	}
	replay_map(&map, v);
	esmtp_session_init(&s.head, &map);
	for (i = 0; i < v->n_turns; i++)
		if (!v->turns[i].again)
			feed_all(&s, &io[v->turns[i].dir], &v->turns[i]);
	for (i = 0; i < LONG; i++)
		flood[i] = last.in[i % last.n_in];
	last.in = flood;
	last.n_in = LONG;
	begin = now();
	feed_all(&s, &io[last.dir], &last);
	if (now() - begin < SLOW_NS)
		return;
	fprintf(stderr, "too slow: %llu ns\n", now() - begin);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct conversation c;
	static struct replay room;
	const char *why;

	if (!conversation_read(&c, p, n))
		return 0;
	if (*p & STORM) {
		storm(&c.v);
		return 0;
	}
	room.pick = c.hash;
	why = replay_cuts(&room, &c.v);
	if (why) {
		fprintf(stderr, "%s\n", why);
		abort();
	}
	return 0;
}
