// SPDX-License-Identifier: GPL-2.0
/*
 * The dearest packet: a search, over states of a session, maps and what a packet repeats,
 * for what costs the most to read 1,400 bytes of it. What a plane does with the events,
 * its records included, is counted, too.
 *
 * usage: dearest [ROUNDS] | dearest-counted < TRIALS
 *
 * The search counts basic blocks, which the compiler reports as they are entered
 * (-fsanitize-coverage=trace-pc): the same on every machine, and quick. It prints the
 * dearest trial of each state. dearest-counted is the same without that, and run by
 * ./counted: it counts the instructions of each. With ROUNDS there are more maps, and the
 * search goes on from the dearest at random.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <control/audit.h>
#include <linux/timekeeping.h>
#include "counted.h"
#include "dearest.h"

enum {
	PACKET = 1400,
	STATES = 64,			/* at most, that are kept */
	EDITS = 64,			/* as in a plane */
	PATTERN = 48,
};

/* What is measured: a packet of @pattern over and over, in a state, under a map. */
struct trial {
	u32 map, opening;
	char pattern[PATTERN];
	u32 n;
	u64 cost;
	u32 spent;
};

struct room {
	struct esmtp_session s;
	struct esmtp_edit edits[ESMTP_DIR_MAX][EDITS];
	struct esmtp_log log[ESMTP_DIR_MAX];
	u32 off[ESMTP_DIR_MAX];
	u32 spent;
	struct esmtp_told told;
};

/* Time stands still: every packet is the first one of its second. */
u64 clock_ns(clockid_t clock)
{
	(void)clock;
	return 0;
}

static struct esmtp_audit *audit;
static u64 counted[ESMTP_EVENT_MAX];
static u64 blocks;

void __sanitizer_cov_trace_pc(void);

/* A basic block is entered. */
__attribute__((no_sanitize_coverage)) void __sanitizer_cov_trace_pc(void)
{
	blocks++;
}

/* As a plane does it: count, and record what is asked for. */
static void on_event(struct esmtp_io *io, const struct esmtp_event *ev)
{
	struct room *r = io->ctx;
	struct esmtp_record rec;

	counted[ev->id]++;
	if (!esmtp_record_due(&r->told, audit, r->s.map, ev))
		return;
	memset(&rec, 0, sizeof(rec));
	esmtp_record_event(&rec, &r->s, ev);
	esmtp_audit_admit(audit, &rec, true);
}

static enum esmtp_reason admit(struct esmtp_io *io, u8 rule)
{
	(void)io;
	(void)rule;
	return ESMTP_R_GO;
}

static u32 feed(struct room *r, enum esmtp_dir dir, const char *p, u32 n)
{
	struct esmtp_io io = {
		.log = &r->log[dir], .hand = r->off[dir], .off = r->off[dir],
		.event = on_event, .admit = admit, .ctx = r,
		.most = esmtp_work(n),
	};
	enum esmtp_reason why;
	u32 taken = esmtp_session_feed(&r->s, dir, &io, (const u8 *)p, n, &why);

	r->off[dir] = io.off;
	r->spent = io.spent;
	return taken;
}

static void open_room(struct room *r, const struct trial *t)
{
	const char *at = dearest_openings[t->opening].says;
	int dir;

	memset(r, 0, sizeof(*r));
	esmtp_session_init(&r->s.head, dearest_map(t->map));
	for (dir = 0; dir < ESMTP_DIR_MAX; dir++)
		r->log[dir] = (struct esmtp_log){ .v = r->edits[dir], .cap = EDITS };
	for (; *at; at += strlen(at) + 1) {
		dir = *at++ == 'S' ? ESMTP_S2C : ESMTP_C2S;
		feed(r, dir, at, (u32)strlen(at));
		r->log[dir].n = 0;
	}
}

/* No record was made in this second. */
static void renew_audit(void)
{
	esmtp_audit_free(audit);
	audit = esmtp_audit_alloc();
	if (!audit)
		abort();
}

static void fill_packet(char *packet, const struct trial *t)
{
	u32 i;

	for (i = 0; i < PACKET; i++)
		packet[i] = t->pattern[i % t->n];
}

static void name_trial(char *name, size_t size, const struct trial *t)
{
	int n = snprintf(name, size, "(%u thought) %s, %s: ", t->spent,
			 dearest_map(t->map)->name, dearest_openings[t->opening].name);
	u32 i;

	for (i = 0; i < t->n && n + 5 < (int)size; i++) {
		u8 c = (u8)t->pattern[i];

		n += snprintf(name + n, size - n, c == '\r' ? "\\r" : c == '\n' ? "\\n" :
			      c < ' ' || c > '~' ? "\\x%02x" : "%c", c);
	}
}

/* Read the packet in the state of @begin, as the first one of its second. */
static void measure_trial(struct trial *t, const struct room *begin)
{
	static struct room r;
	char packet[PACKET], name[256];
	int dir;

	fill_packet(packet, t);
	memcpy(&r, begin, sizeof(r));
	for (dir = 0; dir < ESMTP_DIR_MAX; dir++)
		r.log[dir].v = r.edits[dir];
	renew_audit();
	memset(&r.told, 0, sizeof(r.told));
	blocks = 0;
	counted_begin();
	feed(&r, dearest_openings[t->opening].dir, packet, PACKET);
	t->cost = blocks;
	t->spent = r.spent;
	name_trial(name, sizeof(name), t);
	counted_end(name);
}

static struct trial best[STATES];
static u32 n_best;

/* Keep the dearest of each state. */
static void keep_trial(const struct trial *t)
{
	struct trial *was = &best[t->opening];

	if (t->opening >= n_best)
		n_best = t->opening + 1;
	if (!was->n || was->cost < t->cost)
		*was = *t;
}

static void search_state(u32 map, u32 opening)
{
	static struct room begin;
	struct trial t = { .map = map, .opening = opening };
	u32 p;

	open_room(&begin, &t);
	for (p = 0; dearest_patterns[p]; p++) {
		t.n = (u32)strlen(dearest_patterns[p]);
		memcpy(t.pattern, dearest_patterns[p], t.n);
		measure_trial(&t, &begin);
		keep_trial(&t);
	}
}

static void search(u32 maps)
{
	u32 m, o;

	for (m = 0; m < maps; m++)
		for (o = 0; dearest_openings[o].name; o++)
			search_state(m, o);
}

static u32 any(u32 below)
{
	static u32 x = 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % below;
}

static void mutate(struct trial *t)
{
	static const char bytes[] = "\r\n\t \"%'()*-.:;<=>?@\\_|=aA0b\x80\x1b";
	u32 at = any(t->n);

	switch (any(4)) {
	case 0:
		if (t->n < PATTERN) {
			memmove(t->pattern + at + 1, t->pattern + at, t->n - at);
			t->n++;
		}
		break;
	case 1:
		if (t->n > 1) {
			memmove(t->pattern + at, t->pattern + at + 1, t->n - at - 1);
			t->n--;
			return;
		}
	}
	t->pattern[at] = bytes[any(sizeof(bytes) - 1)];
}

static void climb(u32 rounds)
{
	static struct room begin;

	while (rounds--) {
		struct trial t = best[any(n_best)];

		mutate(&t);
		open_room(&begin, &t);
		measure_trial(&t, &begin);
		keep_trial(&t);
	}
}

/* The dearest of each state, for dearest-counted. */
static void print_trials(void)
{
	u32 i, at;

	for (i = 0; i < n_best; i++) {
		printf("%u %u ", best[i].map, best[i].opening);
		for (at = 0; at < best[i].n; at++)
			printf("%02x", (u8)best[i].pattern[at]);
		printf("\n");
	}
}

/* A line of print_trials(). */
static bool read_trial(struct trial *t)
{
	char hex[2 * PATTERN + 1];
	unsigned int byte;

	memset(t, 0, sizeof(*t));
	if (scanf("%u %u %96s", &t->map, &t->opening, hex) != 3)
		return false;
	while (t->n < PATTERN && sscanf(hex + 2 * t->n, "%2x", &byte) == 1)
		t->pattern[t->n++] = (char)byte;
	return t->n;
}

int main(int argc, char **argv)
{
	static struct room begin;
	struct trial t;

	renew_audit();
	if (RUNNING_ON_VALGRIND) {
		while (read_trial(&t)) {
			open_room(&begin, &t);
			measure_trial(&t, &begin);
		}
		return 0;
	}
	search(dearest_n_maps(argc > 1));
	if (argc > 1)
		climb((u32)atoi(argv[1]));
	print_trials();
	return 0;
}
