// SPDX-License-Identifier: GPL-2.0
/* Steps of a scenario -> segments and expectations */

#include <string.h>

#include "wire.h"

#define SHOW	600	/* bytes of escaped text in a message */

static long long offset_of(const struct step *s, long long here)
{
	if (!step_has(s, N_AT))
		return here;
	return s->num[N_AT] + (s->rel & 1U << N_AT ? here : 0);
}

/* --- sending --- */

/* size of the segment that starts at byte @done; the last size repeats */
static size_t cut_size(const struct step *s, int i, size_t done, int variant)
{
	size_t left = (s->alts ? s->alt[0].len : 0) - done;
	size_t size = left;

	if (s->cuts)
		size = s->cut[i < s->cuts ? i : s->cuts - 1];
	else if (s->flags & F_SPLIT && variant && !i && left > 1)
		size = 1 + (size_t)(variant - 1) % (left - 1);
	return size < left ? size : left;
}

static int send_step(struct wire *w, const struct step *s, int variant)
{
	size_t len = s->alts ? s->alt[0].len : 0;
	long long at = offset_of(s, w->conn.end[s->side].snd_nxt);
	size_t done = 0;
	int i;

	if (w->live.kind && s->side == SERVER)
		return live_send(w, s);
	tcp_drop_bare(&w->conn.end[CLIENT]);
	tcp_drop_bare(&w->conn.end[SERVER]);
	for (i = 0; !i || done < len; i++) {
		size_t size = cut_size(s, i, done, variant);
		struct step one = *s;

		if (done + size < len)
			one.flags &= ~(F_FIN | F_RST);
		if (tcp_send(w, &one, len ? s->alt[0].data + done : NULL, size,
			     at + (long long)done) || fence_sync(w))
			return -1;
		done += size;
	}
	return live_settle(w);
}

static struct step plain(enum step_kind kind, enum wire_side side,
			 unsigned int flags)
{
	struct step s;

	memset(&s, 0, sizeof(s));
	s.kind = kind;
	s.side = side;
	s.flags = flags;
	return s;
}

/* acknowledge, and see the acknowledgement arrive */
static int send_ack(struct wire *w, enum wire_side side)
{
	struct tcp_end *to = &w->conn.end[!side];
	struct tcp_end *from = &w->conn.end[side];
	struct step s = plain(STEP_SEND, side, 0);
	uint32_t want = to->isn + 1 +
			(uint32_t)(from->rcv_nxt - w->conn.grown[!side]);
	struct seg *seg;

	from->ack_out = from->rcv_nxt;
	if (w->live.kind && side == SERVER)
		return live_settle(w);
	if (tcp_send(w, &s, NULL, 0, from->snd_nxt) || fence_sync(w))
		return -1;
	for (seg = to->queue; seg; seg = seg->next)
		if (tcp_is_bare(seg) && !seg->bad &&
		    (w->conn.renumber || seg->ack == want)) {
			tcp_drop(to, seg);
			return 0;
		}
	return wire_fail(w, "the acknowledgement of %c's @%lld did not come back to it",
			 "cs"[!side], from->rcv_nxt);
}

/* --- expectations --- */

static char *describe(const struct tcp_end *end, const struct seg *seg,
		      char *buf, size_t size)
{
	char text[SHOW], fl[8];

	if (!seg)
		snprintf(buf, size, "nothing");
	else
		snprintf(buf, size, "@%lld %s%s%s%s%s%s", tcp_offset(end, seg),
			 text_escape(seg->data, seg->len, text, sizeof(text)),
			 seg->flags & ~(TH_ACK | TH_PUSH) ? " flags " : "",
			 seg->flags & ~(TH_ACK | TH_PUSH) ?
			 tcp_flags(seg->flags, fl) : "",
			 seg->bad ? " (" : "", seg->bad ?: "",
			 seg->bad ? ")" : "");
	return buf;
}

static int unexpected(struct wire *w, const struct step *s,
		      const struct seg *seg, const char *want)
{
	char got[SHOW + 100];

	return wire_fail(w, "%c< expected %s, got %s", "cs"[s->side], want,
			 describe(&w->conn.end[s->side], seg, got,
				  sizeof(got)));
}

static unsigned int want_flags(const struct step *s)
{
	return (s->flags & F_FIN ? TH_FIN : 0) |
	       (s->flags & F_SYN ? TH_SYN : 0) |
	       (s->flags & F_RST ? TH_RST : 0);
}

static int check_num(struct wire *w, const struct step *s, enum step_num n,
		     const char *name, long long got)
{
	if (!step_has(s, n) || s->num[n] == got)
		return 0;
	return wire_fail(w, "%c< expected %s=%lld, got %lld", "cs"[s->side],
			 name, s->num[n], got);
}

static int check_urg(struct wire *w, const struct step *s,
		     const struct seg *seg)
{
	if (step_has(s, N_URG))
		return check_num(w, s, N_URG, "urg",
				 seg->flags & TH_URG ? seg->urg : -1);
	if (seg->flags & TH_URG || seg->urg)
		return wire_fail(w, "%c< expected no urgent data, got pointer %u",
				 "cs"[s->side], seg->urg);
	return 0;
}

static int check_sum(struct wire *w, const struct step *s,
		     const struct seg *seg)
{
	if (!seg->bad == !(s->flags & F_BADSUM))
		return 0;
	return wire_fail(w, "%c< @%lld: %s", "cs"[s->side],
			 tcp_offset(&w->conn.end[s->side], seg),
			 seg->bad ?: "expected a wrong checksum, got a right one");
}

/* the options that were named, side by side, among those that came */
static int check_opt(struct wire *w, const struct step *s, const struct seg *seg)
{
	if (!s->tcpopt_len || memmem(seg->opt, seg->opt_len, s->tcpopt, s->tcpopt_len))
		return 0;
	return wire_fail(w, "%c< @%lld: without those TCP options", "cs"[s->side],
			 tcp_offset(&w->conn.end[s->side], seg));
}

/* header fields of one segment; @last: flags are compared as well */
static int check_seg(struct wire *w, const struct step *s,
		     const struct seg *seg, bool last)
{
	unsigned int got = seg->flags & (TH_FIN | TH_SYN | TH_RST);
	unsigned int want = last ? want_flags(s) : 0;
	struct tcp_end *end = &w->conn.end[s->side];
	char a[8], b[8];

	if (got != want)
		return wire_fail(w, "%c< @%lld: expected flags '%s', got '%s'",
				 "cs"[s->side], tcp_offset(end, seg),
				 tcp_flags(want, a), tcp_flags(got, b));
	return check_sum(w, s, seg) ?: check_urg(w, s, seg) ?: check_opt(w, s, seg) ?:
	       check_num(w, s, N_TTL, "ttl", seg->ttl) ?:
	       check_num(w, s, N_WIN, "win", seg->win) ?:
	       check_num(w, s, N_ACK, "ack",
			 (int32_t)(seg->ack - (end->isn + 1)));
}

/* how many segments hold exactly @t from offset @at on; 0: they don't */
static int match_text(struct tcp_end *end, const struct text *t, long long at)
{
	struct seg *seg = tcp_next(end);
	size_t done = 0;
	int n = 0;

	for (; seg && done < t->len; seg = seg->next) {
		if (tcp_is_bare(seg))
			continue;
		if (!seg->len ||
		    tcp_offset(end, seg) != at + (long long)done ||
		    text_common(t, done, seg->data, seg->len) < seg->len)
			return 0;
		done += seg->len;
		n++;
	}
	return done == t->len ? n : 0;
}

/* in order: the receiver's next byte moves on */
static void accept_seg(struct tcp_end *end, const struct seg *seg)
{
	long long from = tcp_offset(end, seg);
	long long to = from + (long long)seg->len +
		       !!(seg->flags & TH_FIN);

	if (!seg->bad && from <= end->rcv_nxt && to > end->rcv_nxt)
		end->rcv_nxt = to;
}

static int consume(struct wire *w, const struct step *s, int n)
{
	struct tcp_end *end = &w->conn.end[s->side];
	bool ack = end->autoack && !(s->flags & (F_RST | F_SYN));

	if (check_num(w, s, N_SEGS, "segs", n))
		return -1;
	while (n--) {
		struct seg *seg = tcp_next(end);

		if (check_seg(w, s, seg, !n))
			return -1;
		ack = ack && !seg->bad;
		accept_seg(end, seg);
		tcp_drop(end, seg);
	}
	return ack ? send_ack(w, s->side) : 0;
}

/* bytes that are the same at the head of what was wanted and what came */
static size_t common(struct tcp_end *end, const struct text *t)
{
	struct seg *seg = tcp_next(end);
	size_t done = 0;

	for (; seg; seg = seg->next) {
		size_t n = text_common(t, done, seg->data, seg->len);

		done += n;
		if (n < seg->len)
			break;
	}
	return done;
}

static int text_differs(struct wire *w, const struct step *s, long long at)
{
	struct tcp_end *end = &w->conn.end[s->side];
	struct seg *seg = tcp_next(end);
	char want[SHOW], full[SHOW + 100];
	size_t same = common(end, &s->alt[0]);
	const struct text *t = &s->alt[0];

	text_escape(t->data, t->len, want, sizeof(want));
	snprintf(full, sizeof(full), "@%lld %s", at, want);
	unexpected(w, s, seg, full);
	if (!seg || tcp_offset(end, seg) != at)
		return -1;
	full[0] = 0;
	if (same < t->len)
		text_escape(t->data + same, t->len - same < 24 ?
			    t->len - same : 24, full, sizeof(full));
	snprintf(w->err + strlen(w->err), sizeof(w->err) - strlen(w->err),
		 "; the first %zu bytes are the same, then %s was expected",
		 same, full[0] ? full : "no more");
	return -1;
}

static int expect_text(struct wire *w, const struct step *s)
{
	struct tcp_end *end = &w->conn.end[s->side];
	long long at = offset_of(s, end->rcv_nxt);
	int i;

	for (i = 0; i < s->alts; i++) {
		int n = match_text(end, &s->alt[i], at);

		if (n)
			return consume(w, s, n);
	}
	if (s->flags & F_NONE && !tcp_next(end))
		return 0;
	return text_differs(w, s, at);
}

static int expect_bare(struct wire *w, const struct step *s)
{
	struct tcp_end *end = &w->conn.end[s->side];
	long long at = offset_of(s, end->rcv_nxt);
	struct seg *seg = end->queue;
	int ret;

	while (seg && !tcp_is_bare(seg))
		seg = seg->next;
	if (!seg)
		return unexpected(w, s, NULL, "a segment without data");
	if (step_has(s, N_AT) && tcp_offset(end, seg) != at)
		return wire_fail(w, "%c< expected a segment without data @%lld, got @%lld",
				 "cs"[s->side], at, tcp_offset(end, seg));
	ret = check_seg(w, s, seg, true);
	tcp_drop(end, seg);
	return ret;
}

/* SYN, FIN or RST without data */
static int expect_flags(struct wire *w, const struct step *s)
{
	struct tcp_end *end = &w->conn.end[s->side];
	struct seg *seg = tcp_next(end);
	long long at = offset_of(s, end->rcv_nxt);
	char fl[8];

	if (!seg || seg->len)
		return unexpected(w, s, seg, tcp_flags(want_flags(s), fl));
	if (!w->conn.renumber && tcp_offset(end, seg) != at &&
	    !(s->flags & F_RST))
		return wire_fail(w, "%c< expected %s @%lld, got @%lld",
				 "cs"[s->side], tcp_flags(want_flags(s), fl),
				 at, tcp_offset(end, seg));
	return consume(w, s, 1);
}

/* a kernel sends again when it likes */
static void drop_repeated(struct tcp_end *end)
{
	struct seg *seg;

	while ((seg = tcp_next(end)) && (seg->len || seg->flags & TH_FIN) &&
	       tcp_offset(end, seg) + (long long)seg->len + !!(seg->flags & TH_FIN) <=
	       end->rcv_nxt)
		tcp_drop(end, seg);
}

/* whatever it is */
static int expect_any(struct tcp_end *end)
{
	struct seg *seg;

	while ((seg = tcp_next(end))) {
		accept_seg(end, seg);
		tcp_drop(end, seg);
	}
	return 0;
}

static int expect_step(struct wire *w, const struct step *s)
{
	struct tcp_end *end = &w->conn.end[s->side];
	struct seg *seg;

	if (w->live.kind == LIVE_PEER && s->side == CLIENT)
		return 0;
	if (w->live.kind && s->side == CLIENT)
		drop_repeated(end);
	seg = tcp_next(end);
	if (s->flags & F_BARE)
		return expect_bare(w, s);
	if (s->flags & F_ANY)
		return expect_any(end);
	if (s->alts)
		return expect_text(w, s);
	if (s->flags & F_NONE && (!seg || !want_flags(s)))
		return seg ? unexpected(w, s, seg, "nothing") : 0;
	return expect_flags(w, s);
}

/* --- whole conversations --- */

static int syn_numbers(struct wire *w, enum wire_side side)
{
	const struct tcp_end *end = &w->conn.end[side];

	if (w->conn.renumber || end->rcv_isn == w->conn.end[!side].isn)
		return 0;
	return wire_fail(w, "%c< expected the SYN's number %u, got %u",
			 "cs"[side], w->conn.end[!side].isn, end->rcv_isn);
}

static int syn_step(struct wire *w, enum wire_side side)
{
	struct step send = plain(STEP_SEND, side, F_SYN);
	struct step want = plain(STEP_EXPECT, !side, F_SYN);

	return send_step(w, &send, 0) ?: expect_step(w, &want) ?:
	       syn_numbers(w, !side);
}

static int begin_step(struct wire *w, const struct step *s)
{
	tcp_begin(w, s);
	live_begin(w, s);
	return 0;
}

static int open_step(struct wire *w, const struct step *s)
{
	if (!w->conn.end[CLIENT].port || w->conn.live)
		begin_step(w, s);
	return syn_step(w, CLIENT) ?: syn_step(w, SERVER) ?:
	       send_ack(w, CLIENT);
}

static int flag_step(struct wire *w, enum wire_side side, unsigned int flags)
{
	struct step send = plain(STEP_SEND, side, flags);
	struct step want = plain(STEP_EXPECT, !side, flags);

	return send_step(w, &send, 0) ?: expect_step(w, &want);
}

static int close_step(struct wire *w, const struct step *s)
{
	enum wire_side first = s->side == SERVER ? SERVER : CLIENT;

	if (flag_step(w, first, F_FIN) || flag_step(w, !first, F_FIN))
		return -1;
	w->conn.live = false;
	return 0;
}

static int reset_step(struct wire *w, const struct step *s)
{
	if (flag_step(w, s->side == SERVER ? SERVER : CLIENT, F_RST))
		return -1;
	w->conn.live = false;
	return 0;
}

static int ack_step(struct wire *w, const struct step *s)
{
	int side;

	for (side = 0; side < SIDES; side++) {
		struct tcp_end *end = &w->conn.end[side];

		if (s->side != SIDES && s->side != (enum wire_side)side)
			continue;
		end->autoack = s->kind == STEP_ACK;
		if (end->autoack && end->ack_out != end->rcv_nxt &&
		    send_ack(w, side))
			return -1;
	}
	return 0;
}

static int stats_step(struct wire *w, const struct step *s)
{
	const unsigned long long *before, *after;
	static struct stats now;

	if (w->no_module)
		return 0;
	if (stats_read(&now, w->stats))
		return wire_fail(w, "no counters on the router");
	after = stats_find(&now, s->word);
	if (!after)
		return wire_fail(w, "no counter %s", s->word);
	before = stats_find(&w->before, s->word);
	if (*after - (before ? *before : 0) ==
	    (unsigned long long)s->num[N_DELTA])
		return 0;
	return wire_fail(w, "%s: expected +%lld, got +%llu", s->word,
			 s->num[N_DELTA], *after - (before ? *before : 0));
}

static int run_step(struct wire *w, const struct step *s, int variant)
{
	if (s->flags & (w->live.kind ? F_PLAYED : F_LIVE))
		return 0;
	switch (s->kind) {
	case STEP_SEND:
		return send_step(w, s, variant);
	case STEP_EXPECT:
		return expect_step(w, s);
	case STEP_BEGIN:
		return begin_step(w, s);
	case STEP_OPEN:
		return open_step(w, s);
	case STEP_CLOSE:
		return close_step(w, s);
	case STEP_RESET:
		return reset_step(w, s);
	case STEP_ABANDON:
		w->conn.live = false;
		return 0;
	case STEP_ACK:
	case STEP_NOACK:
		return ack_step(w, s);
	case STEP_MARK:
		if (w->live.kind == LIVE_PEER)
			live_collect(w);
		return tcp_mark(w);
	case STEP_RENUMBER:
		w->conn.renumber = true;
		return 0;
	case STEP_GROWN:
		w->conn.grown[s->side] += s->num[N_DELTA];
		return 0;
	case STEP_STATS:
		return stats_step(w, s);
	case STEP_READ:
		return live_read(w, s);
	}
	return wire_fail(w, "unknown step");
}

static int left_over(struct wire *w)
{
	struct step s = plain(STEP_EXPECT, CLIENT, F_NONE);

	for (; s.side < SIDES; s.side++)
		if (expect_step(w, &s))
			return -1;
	return 0;
}

/* so that the router forgets a connection that the scenario left open */
static void clean_up(struct wire *w)
{
	struct step s = plain(STEP_SEND, CLIENT, F_RST);

	if (w->conn.live)
		for (; s.side < (w->live.kind ? SERVER : SIDES); s.side++)
			send_step(w, &s, 0);
	live_begin(w, NULL);
	tcp_flush(w);
	memset(&w->conn.end, 0, sizeof(w->conn.end));
	w->conn.live = false;
}

/**
 * run_variants() - how often a scenario is run
 * @sc: scenario
 *
 * Steps with the word "split" are sent whole in run 0 and in two segments in
 * run N, cut after byte N.
 *
 * Return: the number of runs.
 */
int run_variants(const struct scenario *sc)
{
	size_t n = 1;
	int i;

	for (i = 0; i < sc->steps; i++)
		if (sc->step[i].flags & F_SPLIT && sc->step[i].alts &&
		    sc->step[i].alt[0].len > n)
			n = sc->step[i].alt[0].len;
	return (int)n;
}

/**
 * run_scenario() - play a conversation
 * @w: program
 * @sc: scenario
 * @variant: which run, below run_variants()
 *
 * Return: 0, or -1 with the program's err set.
 */
int run_scenario(struct wire *w, const struct scenario *sc, int variant)
{
	int ret = 0;
	int i;

	w->sc = sc;
	for (i = 0; i < sc->steps && sc->step[i].kind != STEP_STATS; i++)
		;
	if (i < sc->steps)
		stats_read(&w->before, w->stats);
	for (i = 0; !ret && i < sc->steps; i++) {
		w->line = sc->step[i].line;
		ret = run_step(w, &sc->step[i], variant);
	}
	if (!ret)
		ret = left_over(w);
	if (!ret) {
		clean_up(w);
		return 0;
	}
	w->line = 0;
	w->sc = NULL;
	clean_up(w);
	return ret;
}
