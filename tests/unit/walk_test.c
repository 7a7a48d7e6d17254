// SPDX-License-Identifier: GPL-2.0
/*
 * The order of steps of a packet's walk, with a plane that has an answer ready for each
 * question, and notes that it was asked: what is asked, in which order, and how the packet
 * ends when several reasons hold. Then packets and answers at random: what must never be.
 */
#include <stdio.h>
#include <string.h>

#include <esmtp/walk.h>

#include "any.h"

enum { MAIL = 25, OTHER = 80, HIGH = 40000, RANDOM = 2000000 };

/* Flags of a packet, and what is out of the usual. */
enum {
	SYN = 1 << 0, ACK = 1 << 1, RST = 1 << 2, BACK = 1 << 3, PORT80 = 1 << 4,
	TO = 1 << 5, FROM = 1 << 6, BADSUM = 1 << 7, LIMITED = 1 << 8, UNSEEN = 1 << 9,
	ANSWERS = 1 << 10, FORGED = 1 << 11, COUNTED = 1 << 12, REFUSED = 1 << 13,
	UNCLASSED = 1 << 14, NO_MEMORY = 1 << 15, WRONG_SIDE = 1 << 16, CLEAR = 1 << 17,
	LASTING = 1 << 18, MPTCP = 1 << 19, PICKUP_DROP = 1 << 20, PICKUP_RESET = 1 << 21,
	FLAGS = 22
};

/**
 * struct row - a packet
 * @name: of the test
 * @is: its flags
 * @len: bytes of payload
 * @stage: of its connection
 * @pass: of its connection, judged
 * @says: the plane's reason, where it has one to give
 * @next: stage behind renew or open
 * @why: how it has to end
 * @calls: what has to be asked of the plane, in order
 */
struct row {
	const char *name;
	u32 is;
	u32 len;
	u8 stage;
	u8 pass;
	u8 says;
	u8 next;
	u32 why;
	const char *calls;
};

enum {
	NEW = ESMTP_STAGE_NEW, OLDER = ESMTP_STAGE_OLDER, ASKED = ESMTP_STAGE_SYN,
	JUDGED = ESMTP_STAGE_JUDGED,
};

#define R(name) ESMTP_R_##name
#define NOT_OURS ESMTP_NOT_OURS

static const struct row rows[] = {
	/* the first packet: a SYN */
	{ "syn", SYN, 0, NEW, .why = R(CONTROL), .calls = "limited syn hide" },
	{ "syn-mptcp", SYN | MPTCP, 0, NEW, .why = R(OPTION), .calls = "limited syn hide" },
	{ "syn-other", SYN | PORT80, 0, NEW, .why = NOT_OURS, .calls = "limited" },
	{ "syn-other-data", SYN | PORT80, 9, NEW, .why = NOT_OURS, .calls = "limited" },
	{ "syn-data", SYN, 9, NEW, .why = R(SYN_DATA), .calls = "limited" },
	{ "syn-data-before-limit", SYN | LIMITED, 9, NEW, .says = R(CONN_MAX),
	  .why = R(SYN_DATA), .calls = "limited" },
	{ "syn-data-before-checksum", SYN | LIMITED | BADSUM, 9, NEW,
	  .why = R(SYN_DATA), .calls = "limited" },
	{ "syn-data-left-out", SYN | TO, 9, NEW, .why = R(LOCAL), .calls = "limited syn" },
	{ "syn-data-other-limited", SYN | PORT80 | LIMITED, 9, NEW,
	  .why = R(CONTROL), .calls = "limited checksum admit syn" },
	{ "syn-limit", SYN | LIMITED, 0, NEW, .says = R(CONN_MAX),
	  .why = R(CONN_MAX), .calls = "limited checksum admit" },
	{ "syn-checksum-before-limit", SYN | LIMITED | BADSUM, 0, NEW, .says = R(CONN_MAX),
	  .why = R(CHECKSUM), .calls = "limited checksum" },
	{ "syn-limit-before-memory", SYN | LIMITED | NO_MEMORY, 0, NEW, .says = R(CONN_MAX),
	  .why = R(CONN_MAX), .calls = "limited checksum admit" },
	{ "syn-memory-before-option", SYN | MPTCP | NO_MEMORY, 0, NEW,
	  .why = R(MEMORY), .calls = "limited syn" },
	{ "syn-left-out", SYN | TO, 0, NEW, .why = R(LOCAL), .calls = "limited syn" },
	{ "syn-left-out-limit", SYN | TO | LIMITED, 0, NEW, .says = R(CLIENT_MAX),
	  .why = R(CLIENT_MAX), .calls = "limited checksum admit" },
	{ "syn-left-out-limited", SYN | TO | LIMITED | MPTCP, 0, NEW,
	  .why = R(LOCAL), .calls = "limited checksum admit syn" },
	{ "syn-from-here", SYN | FROM, 0, NEW, .why = R(CONTROL), .calls = "limited syn hide" },

	/* what is no SYN */
	{ "midstream", ACK, 9, NEW, .why = R(MIDSTREAM), .calls = "unseen" },
	{ "midstream-server", ACK | BACK, 9, NEW, .why = R(MIDSTREAM), .calls = "unseen" },
	{ "midstream-other", ACK | PORT80, 9, NEW, .why = NOT_OURS, .calls = "" },
	{ "midstream-empty", ACK, 0, NEW, .why = R(CONTROL), .calls = "" },
	{ "midstream-empty-lasts", ACK | LASTING, 0, NEW, .why = R(MIDSTREAM),
	  .calls = "unseen" },
	{ "midstream-answer", SYN | ACK | BACK, 0, NEW, .why = R(CONTROL), .calls = "" },
	{ "midstream-answer-lasts", SYN | ACK | BACK | LASTING, 0, NEW,
	  .why = R(MIDSTREAM), .calls = "unseen" },
	{ "midstream-left-out", ACK | TO | LASTING, 9, NEW, .why = R(LOCAL), .calls = "" },
	{ "midstream-left-out-server", ACK | BACK | FROM, 9, NEW, .why = R(LOCAL), .calls = "" },
	{ "midstream-client-here", ACK | FROM, 9, NEW, .why = R(MIDSTREAM), .calls = "unseen" },
	{ "midstream-unseen", ACK | UNSEEN | PICKUP_RESET, 9, NEW,
	  .why = R(OVERLOAD_PASSED), .calls = "unseen" },
	{ "midstream-reset", ACK | PICKUP_RESET, 9, NEW,
	  .why = R(MIDSTREAM), .calls = "unseen checksum reset-sender" },
	{ "midstream-reset-checksum", ACK | PICKUP_RESET | BADSUM, 9, NEW,
	  .why = R(MIDSTREAM), .calls = "unseen checksum" },
	{ "midstream-reset-rst", ACK | RST | PICKUP_RESET, 9, NEW,
	  .why = R(MIDSTREAM), .calls = "unseen" },
	{ "midstream-reset-no-ack", PICKUP_RESET, 9, NEW, .why = R(MIDSTREAM),
	  .calls = "unseen" },
	{ "midstream-reset-empty", ACK | PICKUP_RESET | LASTING, 0, NEW,
	  .why = R(MIDSTREAM), .calls = "unseen" },

	/* an answer */
	{ "answer", SYN | ACK | BACK | ANSWERS, 0, ASKED, .next = JUDGED,
	  .why = R(CONTROL), .calls = "answers forged open side checksum hide inspect" },
	{ "answer-forged", SYN | ACK | BACK | ANSWERS | FORGED, 0, ASKED, .next = JUDGED,
	  .why = R(WRONG_SIDE), .calls = "answers forged" },
	{ "answer-data", SYN | ACK | BACK | ANSWERS, 9, ASKED, .next = JUDGED,
	  .why = R(SYN_DATA), .calls = "answers forged" },
	{ "answer-data-left-out", SYN | ACK | BACK | FROM | ANSWERS, 9, ASKED, .pass = R(LOCAL),
	  .next = JUDGED, .why = R(LOCAL), .calls = "answers forged open side checksum pass" },
	{ "answer-limit", SYN | ACK | BACK | ANSWERS, 0, ASKED, .pass = R(CONN_MAX),
	  .next = JUDGED, .why = R(CONN_MAX), .calls = "answers forged open side checksum pass" },
	{ "answer-memory", SYN | ACK | BACK | ANSWERS | NO_MEMORY, 0, OLDER, .next = OLDER,
	  .why = R(MEMORY), .calls = "answers forged renew open" },
	{ "answer-without-flow", SYN | ACK | BACK | ANSWERS, 0, OLDER, .next = OLDER,
	  .why = R(CONTROL), .calls = "answers forged renew open side checksum hide inspect" },
	{ "answer-other", SYN | ACK | BACK | PORT80 | ANSWERS, 0, OLDER, .next = OLDER,
	  .why = NOT_OURS, .calls = "answers forged renew counted" },
	{ "answer-other-counted", SYN | ACK | BACK | PORT80 | ANSWERS | COUNTED, 0, OLDER,
	  .pass = R(UNCLASSED), .next = OLDER, .why = R(UNCLASSED),
	  .calls = "answers forged renew counted open side checksum pass" },
	{ "answer-left-out", SYN | ACK | BACK | FROM | ANSWERS, 0, OLDER, .next = OLDER,
	  .why = R(LOCAL), .calls = "answers forged renew counted" },
	{ "answer-left-out-counted", SYN | ACK | BACK | FROM | ANSWERS | COUNTED, 0, OLDER,
	  .pass = R(LOCAL), .next = OLDER, .why = R(LOCAL),
	  .calls = "answers forged renew counted open side checksum pass" },
	{ "renewed", SYN | ACK | BACK | ANSWERS, 0, JUDGED, .next = ASKED,
	  .why = R(CONTROL), .calls = "answers forged renew open side checksum hide inspect" },
	{ "renewed-known-at-once", SYN | ACK | BACK | ANSWERS, 0, JUDGED, .pass = R(LOCAL),
	  .next = JUDGED, .why = R(LOCAL), .calls = "answers forged renew side checksum pass" },

	/* its SYN has passed, and is not answered */
	{ "again", SYN, 0, ASKED, .why = R(CONTROL), .calls = "answers waits hide" },
	{ "again-mptcp", SYN | MPTCP, 0, ASKED, .why = R(OPTION), .calls = "answers waits hide" },
	{ "again-data", SYN, 9, ASKED, .why = R(SYN_DATA), .calls = "answers" },
	{ "again-data-left-out", SYN | TO, 9, ASKED, .why = R(LOCAL), .calls = "answers waits" },
	{ "again-left-out-mptcp", SYN | TO | MPTCP, 0, ASKED, .why = R(LOCAL),
	  .calls = "answers waits" },
	{ "again-other-mptcp", SYN | PORT80 | MPTCP, 0, ASKED, .why = R(CONTROL),
	  .calls = "answers waits" },
	{ "refused", RST | ACK | BACK, 0, ASKED, .why = R(CONTROL), .calls = "answers waits" },
	{ "again-answer-not-believed", SYN | ACK | BACK | LASTING, 0, ASKED,
	  .why = R(MIDSTREAM), .calls = "answers" },
	{ "again-answer-not-believed-data", SYN | ACK | BACK | LASTING, 9, ASKED,
	  .why = R(SYN_DATA), .calls = "answers" },
	{ "again-answer-not-believed-left-out", SYN | ACK | BACK | FROM | LASTING, 0, ASKED,
	  .why = R(LOCAL), .calls = "answers waits" },
	{ "again-answer-not-believed-other", SYN | ACK | BACK | PORT80 | LASTING, 0, ASKED,
	  .why = R(CONTROL), .calls = "answers waits" },
	{ "early-acknowledgement", ACK | LASTING, 0, ASKED, .why = R(CONTROL),
	  .calls = "answers waits" },
	{ "early-data", ACK, 9, ASKED, .why = R(MIDSTREAM), .calls = "answers" },
	{ "early-data-checksum", ACK | BADSUM, 9, ASKED, .why = R(MIDSTREAM), .calls = "answers" },

	/* older */
	{ "older", ACK, 9, OLDER, .next = JUDGED,
	  .why = R(PICKUP_PASSED), .calls = "classify older side checksum pass" },
	{ "older-other", ACK | PORT80, 9, OLDER, .why = NOT_OURS, .calls = "" },
	{ "older-left-out", ACK | TO, 9, OLDER, .why = R(LOCAL), .calls = "" },
	{ "older-unclassed", ACK | UNCLASSED | PICKUP_DROP, 9, OLDER, .next = JUDGED,
	  .why = R(UNCLASSED), .calls = "classify older side checksum pass" },
	{ "older-drop", ACK | PICKUP_DROP, 9, OLDER, .next = JUDGED,
	  .why = R(PICKUP_DROPPED), .calls = "classify older side checksum pass" },
	{ "older-drop-empty", ACK | PICKUP_DROP, 0, OLDER, .next = JUDGED,
	  .why = R(PICKUP_PASSED), .calls = "classify older side checksum pass" },
	{ "older-without-memory", ACK | NO_MEMORY | PICKUP_DROP, 9, OLDER,
	  .why = R(PICKUP_DROPPED), .calls = "classify older checksum pass" },
	{ "older-refused", RST | ACK | REFUSED, 0, OLDER, .why = R(CONTROL), .calls = "refused" },
	{ "older-rst", RST | ACK, 0, OLDER, .next = JUDGED, .why = R(PICKUP_PASSED),
	  .calls = "refused classify older side checksum pass" },
	{ "older-syn", SYN, 0, OLDER, .why = R(CONTROL), .calls = "answers hide" },
	{ "older-answer-not-believed", SYN | ACK | BACK | LASTING, 0, OLDER,
	  .why = R(MIDSTREAM), .calls = "answers" },
	{ "older-answer-data-not-believed", SYN | ACK | BACK | LASTING, 9, OLDER,
	  .why = R(SYN_DATA), .calls = "answers" },
	{ "older-answer-of-daemon", SYN | ACK | BACK, 0, OLDER, .why = R(CONTROL),
	  .calls = "answers hide" },
	{ "older-syn-data", SYN, 9, OLDER, .why = R(SYN_DATA), .calls = "answers" },
	{ "older-known", ACK, 9, JUDGED, R(PICKUP_PASSED),
	  .why = R(PICKUP_PASSED), .calls = "side checksum pass" },
	{ "older-known-drop", ACK | PICKUP_DROP, 9, JUDGED, R(PICKUP_PASSED),
	  .why = R(PICKUP_DROPPED), .calls = "side checksum pass" },
	{ "older-known-reset", ACK | PICKUP_RESET, 9, JUDGED, R(PICKUP_PASSED),
	  .why = R(PICKUP_RESET), .calls = "side checksum reset pass" },
	{ "older-known-reset-memory", ACK | PICKUP_RESET | NO_MEMORY, 9, JUDGED,
	  R(PICKUP_PASSED), .why = R(MEMORY), .calls = "side checksum reset pass" },
	{ "older-known-reset-checksum", ACK | PICKUP_RESET | BADSUM, 9, JUDGED,
	  R(PICKUP_PASSED), .why = R(PICKUP_DROPPED), .calls = "side checksum pass" },
	{ "older-known-reset-no-ack", PICKUP_RESET, 9, JUDGED,
	  R(PICKUP_PASSED), .why = R(PICKUP_DROPPED), .calls = "side checksum pass" },

	/* judged, and inspected */
	{ "data", ACK, 9, JUDGED, .why = R(GO), .calls = "side checksum inspect" },
	{ "data-held", ACK, 9, JUDGED, .says = R(HELD), .why = R(HELD),
	  .calls = "side checksum inspect" },
	{ "data-checksum", ACK | BADSUM, 9, JUDGED, .why = R(CHECKSUM),
	  .calls = "side checksum" },
	{ "data-checksum-before-memory", ACK | BADSUM | NO_MEMORY, 9, JUDGED,
	  .why = R(CHECKSUM), .calls = "side checksum" },
	{ "data-memory", ACK | NO_MEMORY, 9, JUDGED, .why = R(MEMORY),
	  .calls = "side checksum inspect" },
	{ "data-side-before-checksum", ACK | WRONG_SIDE | BADSUM, 9, JUDGED,
	  .why = R(WRONG_SIDE), .calls = "side" },
	{ "syn-inside", SYN, 0, JUDGED, .why = R(CONTROL),
	  .calls = "answers side checksum hide inspect" },
	{ "syn-inside-data", SYN, 9, JUDGED, .why = R(SYN_DATA),
	  .calls = "answers side checksum" },
	{ "syn-inside-checksum-before-data", SYN | BADSUM, 9, JUDGED, .why = R(CHECKSUM),
	  .calls = "answers side checksum" },
	{ "syn-inside-option", SYN | MPTCP, 0, JUDGED, .why = R(OPTION),
	  .calls = "answers side checksum hide inspect" },
	{ "syn-inside-closed-before-option", SYN | MPTCP, 0, JUDGED, .says = R(CLOSED),
	  .why = R(CLOSED), .calls = "answers side checksum hide inspect" },

	/* judged, and not inspected */
	{ "exempt", ACK, 9, JUDGED, R(EXEMPT), .why = R(EXEMPT), .calls = "side checksum pass" },
	{ "exempt-checksum", ACK | BADSUM, 9, JUDGED, R(EXEMPT), .why = R(EXEMPT),
	  .calls = "side checksum pass" },
	{ "exempt-side", ACK | WRONG_SIDE, 9, JUDGED, R(EXEMPT), .why = R(WRONG_SIDE),
	  .calls = "side" },
	{ "exempt-syn-mptcp", SYN | MPTCP, 0, JUDGED, R(EXEMPT), .why = R(EXEMPT),
	  .calls = "answers side checksum pass" },
	{ "exempt-syn-data", SYN, 9, JUDGED, R(EXEMPT), .why = R(SYN_DATA),
	  .calls = "answers side checksum" },
	{ "other-syn-data", SYN | PORT80, 9, JUDGED, R(UNCLASSED), .why = R(UNCLASSED),
	  .calls = "answers side checksum pass" },
	{ "left-out-syn-data", SYN, 9, JUDGED, R(LOCAL), .why = R(LOCAL),
	  .calls = "answers side checksum pass" },
	{ "limit-reached", ACK, 9, JUDGED, R(CONN_MAX), .why = R(CONN_MAX),
	  .calls = "side checksum pass" },
	{ "sever", ACK | CLEAR, 9, JUDGED, R(EXEMPT), .why = R(RESET),
	  .calls = "side checksum sever" },
	{ "sever-before-pickup", ACK | CLEAR | PICKUP_DROP, 9, JUDGED, R(PICKUP_PASSED),
	  .why = R(RESET), .calls = "side checksum sever" },
	{ "sever-syn", SYN | CLEAR, 0, JUDGED, R(EXEMPT), .why = R(EXEMPT),
	  .calls = "answers side checksum pass" },
	{ "sever-checksum", ACK | CLEAR | BADSUM, 9, JUDGED, R(EXEMPT), .why = R(EXEMPT),
	  .calls = "side checksum pass" },
};

/* --- the plane -------------------------------------------------------------------- */

static const struct row *now;
static char calls[400];
static u32 failed;

static bool is(u32 flag)
{
	return now->is & flag;
}

static void note(const char *call)
{
	size_t n = strlen(calls);

	snprintf(calls + n, sizeof(calls) - n, "%s%s", n ? " " : "", call);
}

static bool asked(const char *call, u32 flag)
{
	note(call);
	return is(flag);
}

static void set_stage(struct esmtp_walk *w, u8 stage)
{
	w->stage = stage;
	w->pass = stage == JUDGED ? now->pass : 0;
}

bool esmtp_walk_wanted(const struct esmtp_walk *w)
{
	(void)w;
	return !is(PORT80);
}

bool esmtp_walk_checksum(struct esmtp_walk *w)
{
	(void)w;
	return !asked("checksum", BADSUM);
}

enum esmtp_reason esmtp_walk_hide(struct esmtp_walk *w)
{
	(void)w;
	return asked("hide", MPTCP) ? ESMTP_R_OPTION : ESMTP_R_GO;
}

bool esmtp_walk_limited(struct esmtp_walk *w)
{
	(void)w;
	return asked("limited", LIMITED);
}

enum esmtp_reason esmtp_walk_admit(struct esmtp_walk *w)
{
	(void)w;
	note("admit");
	return now->says;
}

enum esmtp_reason esmtp_walk_remember_syn(struct esmtp_walk *w, bool wanted)
{
	(void)w;
	(void)wanted;
	return asked("syn", NO_MEMORY) ? ESMTP_R_MEMORY : ESMTP_R_GO;
}

bool esmtp_walk_unseen(const struct esmtp_walk *w)
{
	(void)w;
	return asked("unseen", UNSEEN);
}

void esmtp_walk_reset_sender(struct esmtp_walk *w)
{
	(void)w;
	note("reset-sender");
}

bool esmtp_walk_answers(struct esmtp_walk *w)
{
	(void)w;
	return asked("answers", ANSWERS);
}

bool esmtp_walk_forged(const struct esmtp_walk *w)
{
	(void)w;
	return asked("forged", FORGED);
}

void esmtp_walk_renew(struct esmtp_walk *w)
{
	note("renew");
	set_stage(w, now->next);
}

bool esmtp_walk_counted(struct esmtp_walk *w)
{
	(void)w;
	return asked("counted", COUNTED);
}

enum esmtp_reason esmtp_walk_open(struct esmtp_walk *w, bool wanted)
{
	(void)wanted;
	if (asked("open", NO_MEMORY))
		return ESMTP_R_MEMORY;
	set_stage(w, JUDGED);
	return ESMTP_R_GO;
}

void esmtp_walk_waits(struct esmtp_walk *w)
{
	(void)w;
	note("waits");
}

bool esmtp_walk_refused(const struct esmtp_walk *w)
{
	(void)w;
	return asked("refused", REFUSED);
}

u8 esmtp_walk_classify(const struct esmtp_walk *w)
{
	(void)w;
	return asked("classify", UNCLASSED) ? ESMTP_CLASSIFY_NONE : ESMTP_CLASSIFY_INSPECT;
}

void esmtp_walk_remember_older(struct esmtp_walk *w, enum esmtp_reason pass)
{
	if (asked("older", NO_MEMORY))
		return;
	w->stage = JUDGED;
	w->pass = (u8)pass;
}

bool esmtp_walk_reset(struct esmtp_walk *w)
{
	(void)w;
	return !asked("reset", NO_MEMORY);
}

bool esmtp_walk_right_side(const struct esmtp_walk *w)
{
	(void)w;
	return !asked("side", WRONG_SIDE);
}

enum esmtp_reason esmtp_walk_inspect(struct esmtp_walk *w)
{
	if (asked("inspect", NO_MEMORY))
		return ESMTP_R_MEMORY;
	if (now->says)
		return now->says;
	return w->pkt->len ? ESMTP_R_GO : ESMTP_R_CONTROL;
}

void esmtp_walk_pass(struct esmtp_walk *w, enum esmtp_reason why)
{
	(void)w;
	(void)why;
	note("pass");
}

enum esmtp_reason esmtp_walk_sever(struct esmtp_walk *w)
{
	(void)w;
	note("sever");
	return ESMTP_R_RESET;
}

static enum esmtp_reason limit, most;

enum esmtp_reason esmtp_judge_enter(struct esmtp_walk *w, const struct esmtp_flowspec *spec)
{
	(void)w;
	(void)spec;
	note("enter");
	return limit;
}

enum esmtp_reason esmtp_judge_enter_inspected(struct esmtp_walk *w)
{
	(void)w;
	note("enter-inspected");
	return most;
}

/* --- a packet's walk -------------------------------------------------------------- */

static struct esmtp_policy policy = {
	.hull.dports = { .lo = { MAIL }, .hi = { MAIL }, .n = 1 },
	.local = ESMTP_ON_LOCAL_OUT,
};

static struct esmtp_pkt packet_of_row(const struct row *r)
{
	u16 server = r->is & PORT80 ? OTHER : MAIL;
	bool back = r->is & BACK;

	return (struct esmtp_pkt){
		.sport = back ? server : HIGH, .dport = back ? HIGH : server,
		.len = r->len, .syn = r->is & SYN, .has_ack = r->is & ACK, .rst = r->is & RST,
	};
}

static enum esmtp_reason walk(const struct row *r, struct esmtp_pkt *pkt, u8 local)
{
	struct esmtp_walk w = {
		.policy = &policy, .pkt = pkt,
		.dir = r->is & BACK ? ESMTP_S2C : ESMTP_C2S,
		.stage = r->stage, .pass = r->stage == JUDGED ? r->pass : 0,
		.clear = r->is & CLEAR, .lasting = r->is & LASTING,
		.where = r->is & TO ? ESMTP_WHERE_TO :
			 r->is & FROM ? ESMTP_WHERE_FROM : ESMTP_WHERE_BETWEEN,
	};

	policy.local = local;
	policy.pickup = r->is & PICKUP_DROP ? ESMTP_ON_PICKUP_DROP :
			r->is & PICKUP_RESET ? ESMTP_ON_PICKUP_RESET : ESMTP_ON_PICKUP_BYPASS;
	now = r;
	calls[0] = '\0';
	return esmtp_walk_packet(&w);
}

static void test_row(const struct row *r)
{
	struct esmtp_pkt pkt = packet_of_row(r);
	enum esmtp_reason why = walk(r, &pkt, ESMTP_ON_LOCAL_OUT);
	bool good = (u32)why == r->why && !strcmp(calls, r->calls);

	printf("%s walk-%s\n", good ? "ok" : "not ok", r->name);
	if (!good)
		printf("# %s behind [%s], not %s behind [%s]\n", esmtp_reason_name(why), calls,
		       esmtp_reason_name(r->why), r->calls);
	failed += !good;
}

/* --- what must never be ------------------------------------------------------------- */

static bool has(const char *call)
{
	size_t n = strlen(call);
	const char *at;

	for (at = calls; (at = strstr(at, call)); at += n)
		if ((at == calls || at[-1] == ' ') && (!at[n] || at[n] == ' '))
			return true;
	return false;
}

static bool is_twice(void)
{
	char copy[sizeof(calls)], *save = NULL, *word;
	const char *seen[40];
	u32 n = 0, i;

	strcpy(copy, calls);
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		for (i = 0; i < n; i++)
			if (!strcmp(seen[i], word))
				return true;
		seen[n++] = word;
	}
	return false;
}

static const char *find_fault(const struct row *r, enum esmtp_reason why, u8 local)
{
	bool passes = why == ESMTP_NOT_OURS || esmtp_reason_end(why) != ESMTP_END_DROP;
	bool out = local == ESMTP_ON_LOCAL_OUT && r->is & (TO | FROM);
	bool changes = has("reset") || has("sever") || has("reset-sender") || has("inspect");

	if (is_twice())
		return "the plane was asked twice";
	if (changes && r->is & BADSUM)
		return "a wrong checksum ends or moves a connection";
	if (has("admit") && r->is & BADSUM)
		return "a wrong checksum is counted";
	if (passes && r->len && r->stage == ASKED && !(r->is & (SYN | ANSWERS | PORT80)))
		return "data passes before an answer";
	if (passes && r->len && r->stage == NEW && !(r->is & (SYN | UNSEEN | PORT80)) && !out)
		return "data of an unknown connection passes";
	if (passes && r->len && (r->is & (SYN | ACK)) == SYN && r->stage != JUDGED &&
	    !(r->is & (PORT80 | ANSWERS)) && !out)
		return "data passes on a SYN";
	if (passes && r->stage == NEW && r->is & LASTING && (r->is & (SYN | ACK)) != SYN &&
	    !(r->is & (UNSEEN | PORT80)) && !out)
		return "conntrack gets to know a connection without a SYN";
	if (has("inspect") && r->is & WRONG_SIDE)
		return "the wrong side is heard";
	return NULL;
}

static const u8 passes[] = {
	ESMTP_R_GO, ESMTP_R_EXEMPT, ESMTP_R_UNCLASSED, ESMTP_R_LOCAL, ESMTP_R_PICKUP_PASSED,
	ESMTP_R_OVERLOAD_PASSED, ESMTP_R_CONN_MAX,
};

static struct row any_row(void)
{
	struct row r = { .name = "random", .is = any(1u << FLAGS), .len = any(2) };

	r.stage = (u8)any(ESMTP_STAGE_GONE);
	r.next = (u8)(ESMTP_STAGE_OLDER + any(3));
	r.pass = passes[any(sizeof(passes))];
	r.says = any(4) ? ESMTP_R_GO : ESMTP_R_HELD;
	return r;
}

static void test_random(void)
{
	const char *fault = NULL;
	enum esmtp_reason why;
	struct esmtp_pkt pkt;
	struct row r;
	u32 i;
	u8 local;

	for (i = 0; i < RANDOM && !fault; i++) {
		r = any_row();
		pkt = packet_of_row(&r);
		local = any(2) ? ESMTP_ON_LOCAL_OUT : ESMTP_ON_LOCAL_BOTH;
		why = walk(&r, &pkt, local);
		fault = find_fault(&r, why, local);
	}
	printf("%s walk-random\n", fault ? "not ok" : "ok");
	if (fault)
		printf("# %s: %s behind [%s], flags %x, stage %u, len %u\n", fault,
		       esmtp_reason_name(why), calls, r.is, r.stage, r.len);
	failed += !!fault;
}

/* --- conntrack has it in no connection ------------------------------------------------ */

static void unplaced_is(const char *name, u32 flags, u32 len, enum esmtp_reason wanted)
{
	struct row r = { .is = flags, .len = len };
	struct esmtp_pkt pkt = packet_of_row(&r);
	bool good = esmtp_walk_unplaced(&policy, &pkt) == wanted;

	printf("%s walk-unplaced-%s\n", good ? "ok" : "not ok", name);
	failed += !good;
}

static void test_unplaced(void)
{
	unplaced_is("data", ACK, 1, ESMTP_R_UNPLACED);
	unplaced_is("server", ACK | BACK, 1, ESMTP_R_UNPLACED);
	unplaced_is("answer", SYN | ACK | BACK, 0, ESMTP_R_UNPLACED);
	unplaced_is("syn", SYN, 0, ESMTP_NOT_OURS);
	unplaced_is("ack", ACK, 0, ESMTP_NOT_OURS);
	unplaced_is("rst", RST, 0, ESMTP_NOT_OURS);
	unplaced_is("other", ACK | PORT80, 1, ESMTP_NOT_OURS);
	unplaced_is("other-answer", SYN | ACK | BACK | PORT80, 0, ESMTP_NOT_OURS);
}

/* --- it is no TCP segment ------------------------------------------------------------- */

struct esmtp_unread {
	enum esmtp_quote quote;
	bool asked;
};

enum esmtp_quote esmtp_walk_quote(struct esmtp_unread *u)
{
	u->asked = true;
	return u->quote;
}

/* What a fragment quotes nobody asks: it may be any part of what it is one of. */
static void unread_is(const char *name, bool part, enum esmtp_quote quote,
		      enum esmtp_reason wanted)
{
	struct esmtp_unread u = { .quote = quote };
	bool good = esmtp_walk_unread(&u, part) == wanted && u.asked == !part;

	printf("%s walk-unread-%s\n", good ? "ok" : "not ok", name);
	failed += !good;
}

static void test_unread(void)
{
	unread_is("other", false, ESMTP_QUOTE_KEPT, ESMTP_NOT_OURS);
	unread_is("error", false, ESMTP_QUOTE_TRANSLATED, ESMTP_R_ERROR);
	unread_is("no-memory", false, ESMTP_QUOTE_FAILED, ESMTP_R_MEMORY);
	unread_is("part", true, ESMTP_QUOTE_TRANSLATED, ESMTP_R_UNPLACED);
}

/* --- what a policy says ---------------------------------------------------------------- */

static struct esmtp_map maps[2];
static struct esmtp_class classes[] = {
	{ "mail", ESMTP_CLASS_PORT, ESMTP_NONE, MAIL, MAIL },
};
static struct esmtp_bind binds[] = { { .class = 0, .map = 1 } };
static struct esmtp_pmap pmaps[] = { { "global_policy", 0, 1 } };
static struct esmtp_service services[] = { { "", 0 } };
static struct esmtp_policy asked_policy = {
	.maps = maps, .nmaps = 2, .classes = classes, .nclasses = 1, .binds = binds, .nbinds = 1,
	.pmaps = pmaps, .npmaps = 1, .services = services, .nservices = 1,
	.local = ESMTP_ON_LOCAL_OUT,
};

static void judge_is(const char *name, u8 verdict, u32 flags, enum esmtp_reason wanted,
		     const char *wanted_calls)
{
	struct row r = { .is = flags | SYN | ACK | BACK };
	struct esmtp_pkt pkt = packet_of_row(&r);
	struct esmtp_flowspec spec = {
		.real = { .sport = HIGH, .dport = flags & PORT80 ? OTHER : MAIL,
			  .family = ESMTP_AF_INET, .proto = 6 },
		.in = "", .out = "",
	};
	struct esmtp_walk w = {
		.policy = &asked_policy, .pkt = &pkt, .dir = ESMTP_S2C, .stage = ASKED,
		.where = flags & FROM ? ESMTP_WHERE_FROM : ESMTP_WHERE_BETWEEN,
	};
	struct esmtp_judgement j;
	enum esmtp_reason why;
	bool good;

	binds[0].verdict = verdict;
	binds[0].map = verdict == ESMTP_CLASSIFY_INSPECT ? 1 : ESMTP_NONE;
	good = !esmtp_policy_seal(&asked_policy);
	spec.wire = spec.real;
	now = &r;
	calls[0] = '\0';
	why = esmtp_judge(&w, &asked_policy, &spec, &j);
	good = good && why == wanted && !strcmp(calls, wanted_calls) &&
	       j.map == (why ? 0 : 2) &&
	       (j.bind == 0) == (why == ESMTP_R_GO || why == ESMTP_R_EXEMPT || why == most);
	printf("%s walk-judge-%s\n", good ? "ok" : "not ok", name);
	if (!good)
		printf("# %s behind [%s], map %u, bind %u\n", esmtp_reason_name(why), calls,
		       j.map, j.bind);
	failed += !good;
}

static void test_judge(void)
{
	esmtp_map_default(&maps[0]);
	esmtp_map_recommended(&maps[1]);
	judge_is("inspect", ESMTP_CLASSIFY_INSPECT, 0, ESMTP_R_GO, "enter enter-inspected");
	judge_is("exempt", ESMTP_CLASSIFY_EXEMPT, 0, ESMTP_R_EXEMPT, "enter");
	judge_is("none", ESMTP_CLASSIFY_INSPECT, PORT80, ESMTP_R_UNCLASSED, "enter");
	judge_is("left-out", ESMTP_CLASSIFY_INSPECT, FROM, ESMTP_R_LOCAL, "enter");
	judge_is("left-out-before-exempt", ESMTP_CLASSIFY_EXEMPT, FROM, ESMTP_R_LOCAL, "enter");
	limit = ESMTP_R_CONN_MAX;
	judge_is("limit-before-exempt", ESMTP_CLASSIFY_EXEMPT, 0, ESMTP_R_CONN_MAX, "enter");
	judge_is("limit-before-left-out", ESMTP_CLASSIFY_INSPECT, FROM, ESMTP_R_CONN_MAX,
		 "enter");
	limit = ESMTP_R_GO;
	most = ESMTP_R_OVERLOAD_DROPPED;
	judge_is("full", ESMTP_CLASSIFY_INSPECT, 0, ESMTP_R_OVERLOAD_DROPPED,
		 "enter enter-inspected");
}

int main(void)
{
	u32 i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		test_row(&rows[i]);
	test_random();
	test_unplaced();
	test_unread();
	test_judge();
	return failed != 0;
}
