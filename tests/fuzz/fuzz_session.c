// SPDX-License-Identifier: GPL-2.0
/*
 * Whole conversations of hostile ends, in every cut that the replay knows, with
 * all checks of tests/unit: what one cut sees another must see too.
 *
 * An input is a byte that chooses the map, then records:
 *
 *	SIDE LEN(16, little endian) BYTES	the client (0) or server (1) sends
 *	SIDE|2					held bytes are offered again
 *
 * scripts/vec2h -s writes the vectors in this form.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "replay.h"

enum {
	TURNS = 64,
	LONG = 1 << 16,			/* bytes for which time is taken */
	SLOW_NS = 500 * 1000 * 1000,	/* 7 us a byte, sanitizers and all */
	STORM = 0x80,			/* repeat the last turn, and take time */
};

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const struct esmtp_rule tight[] = {
	{ .crit = ESMTP_CRIT_CMD_LINE, .arg = 20, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_CMD_LINE, .arg = 40, .act = ESMTP_ACT_DROP },
	{ .crit = ESMTP_CRIT_CMD_RCPT, .arg = 2, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_BODY_LINE, .arg = 10, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_HEADER_LINE, .arg = 60, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_SENDER, .arg = 5, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_FILENAME, .arg = 3, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_EHLO_PARAM, .act = ESMTP_ACT_MASK,
	  .arg = 1u << ESMTP_KW_OTHERS | 1u << ESMTP_KW_SIZE },
};

static const struct esmtp_rule drops[] = {
	{ .crit = ESMTP_CRIT_BODY_LINE, .arg = 30, .act = ESMTP_ACT_DROP },
	{ .crit = ESMTP_CRIT_FILENAME, .arg = 3, .act = ESMTP_ACT_DROP },
	{ .crit = ESMTP_CRIT_EHLO_PARAM, .act = ESMTP_ACT_LOG,
	  .arg = 1u << ESMTP_KW_OTHERS | 1u << ESMTP_KW_DSN },
	{ .crit = ESMTP_CRIT_EHLO_PARAM, .act = ESMTP_ACT_DROP,
	  .arg = 1u << ESMTP_KW_VRFY },
};

static const struct esmtp_rule every[] = {
	{ .crit = ESMTP_CRIT_CMD_VERB, .arg = 1u << ESMTP_VERB_VRFY,
	  .act = ESMTP_ACT_MASK },
	{ .crit = ESMTP_CRIT_CMD_VERB, .act = ESMTP_ACT_LOG, .negate = 1,
	  .arg = 1u << ESMTP_VERB_MAIL | 1u << ESMTP_VERB_RCPT },
	{ .crit = ESMTP_CRIT_CMD_VERB_LINE, .arg = 8, .act = ESMTP_ACT_LOG,
	  .verbs = 1u << ESMTP_VERB_EHLO | 1u << ESMTP_VERB_BDAT },
	{ .crit = ESMTP_CRIT_CMD_LINE, .arg = 9, .negate = 1,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_CMD_RCPT, .arg = 1, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_INVALID_RCPT, .arg = 1, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_BODY_LENGTH, .arg = 7, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_BODY_LENGTH, .arg = 40, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_BODY_LENGTH, .arg = 30, .negate = 1,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_BODY_LINE, .arg = 8, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_BODY_LINE, .arg = 3, .negate = 1,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_HEADER_LENGTH, .arg = 30, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_HEADER_LINE, .arg = 20, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_HEADER_TO, .arg = 1, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_RECIPIENT, .arg = 4, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_SENDER, .arg = 4, .negate = 1,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_ENCODING, .arg = 1u << ESMTP_ENC_BASE64,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_ENCODING, .arg = 1u << ESMTP_ENC_7BIT, .negate = 1,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_FILENAME, .arg = 4, .negate = 1,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_VIOLATION, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_VIOLATION, .act = ESMTP_ACT_LOG, .negate = 1 },
	{ .crit = ESMTP_CRIT_SENDER, .arg = 2, .act = ESMTP_ACT_LOG, .with = 1 },
	{ .crit = ESMTP_CRIT_CMD_RCPT, .arg = 1, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_CMD_LINE, .arg = 12, .act = ESMTP_ACT_LOG, .with = 1 },
	{ .crit = ESMTP_CRIT_BODY_LENGTH, .arg = 2, .act = ESMTP_ACT_LOG, .with = 1 },
	{ .crit = ESMTP_CRIT_VIOLATION, .act = ESMTP_ACT_LOG, .negate = 1 },
};

static const struct esmtp_params classic = { .banner = ESMTP_BANNER_CLASSIC };

static const struct esmtp_params open = {
	.banner = ESMTP_BANNER_FRIENDLY, .tls = 1, .chunking = 1,
	.guard = { .on = 1, .act = ESMTP_ACT_LOG }, .guard_strict = 1,
	.special = { .on = 1, .act = ESMTP_ACT_MASK },
	.relay = { .on = 1, .act = ESMTP_ACT_LOG }, .relay_domain = "a.a.b",
};

static const struct esmtp_params shut = {
	.tls = 1, .tls_min = ESMTP_TLS_1_2, .chunking = 1, .no_auth_in_clear = 1,
	.guard = { .on = 1, .act = ESMTP_ACT_DROP },
	.special = { .on = 1, .act = ESMTP_ACT_DROP },
	.relay = { .on = 1, .act = ESMTP_ACT_RESET }, .relay_domain = "b",
};

static const struct esmtp_params monitor = {
	.banner = ESMTP_BANNER_FRIENDLY, .monitor = 1, .require_tls = 1,
	.guard = { .on = 1, .act = ESMTP_ACT_DROP }, .guard_strict = 1,
	.special = { .on = 1, .act = ESMTP_ACT_MASK },
};

static const struct vector maps[] = {
	{ .name = "default" },
	{ .name = "bare", .map = VECTOR_MAP_OWN },
	{ .name = "tight", .map = VECTOR_MAP_OWN, .params = &classic,
	  .rules = tight, .n_rules = ESMTP_ARRAY_SIZE(tight) },
	{ .name = "drops", .map = VECTOR_MAP_OWN, .params = &classic,
	  .rules = drops, .n_rules = ESMTP_ARRAY_SIZE(drops) },
	{ .name = "recommended", .map = VECTOR_MAP_RECOMMENDED },
	{ .name = "open", .map = VECTOR_MAP_OWN, .params = &open,
	  .rules = every, .n_rules = ESMTP_ARRAY_SIZE(every) },
	{ .name = "shut", .map = VECTOR_MAP_OWN, .params = &shut },
	{ .name = "monitor", .map = VECTOR_MAP_OWN, .params = &monitor,
	  .rules = tight, .n_rules = ESMTP_ARRAY_SIZE(tight) },
};

static u32 read_turns(struct vector_turn *turns, const u8 *p, u32 n)
{
	u32 count = 0, len;

	while (n && count < TURNS) {
		struct vector_turn *t = &turns[count];

		memset(t, 0, sizeof(*t));
		t->dir = *p & 1 ? ESMTP_S2C : ESMTP_C2S;
		t->again = *p >> 1 & 1;
		p++;
		n--;
		count++;
		if (t->again)
			continue;
		if (n < 2)
			return count;
		len = p[0] | p[1] << 8;
		p += 2;
		n -= 2;
		t->n_in = len < n ? len : n;
		t->in = (const char *)p;
		p += t->n_in;
		n -= t->n_in;
	}
	return count;
}

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
	enum esmtp_reason why = ESMTP_GO;
	const u8 *p = (const u8 *)t->in;
	u32 n = t->n_in;

	io->hand = io->off;
	while (n) {
		u32 taken = esmtp_session_feed(s, t->dir, io, p, n, &why);

		p += taken;
		n -= taken;
		if (!n || why != ESMTP_LOG_FULL)
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

/* The same input always takes the same shapes. */
static u32 pick(const u8 *p, u32 n)
{
	u32 hash = 2166136261u;

	while (n--)
		hash = (hash ^ *p++) * 16777619;
	return hash | 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct vector_turn turns[TURNS];
	static struct replay room;
	const char *why;
	struct vector v;

	if (n < 2)
		return 0;
	v = maps[(*p & ~STORM) % ESMTP_ARRAY_SIZE(maps)];
	v.turns = turns;
	v.n_turns = read_turns(turns, p + 1, n - 1);
	if (*p & STORM) {
		storm(&v);
		return 0;
	}
	room.pick = pick(p, n);
	why = replay_cuts(&room, &v);
	if (why) {
		fprintf(stderr, "%s\n", why);
		abort();
	}
	return 0;
}
