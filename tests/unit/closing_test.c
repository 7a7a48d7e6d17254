// SPDX-License-Identifier: GPL-2.0
/*
 * How connections end, by what passes and what their ends accept of it: what a receiver
 * discards, what never arrives, and what dies on its way ends nothing, and owes no
 * acknowledgement. Whoever is not done with a connection keeps it from being over,
 * whatever the other end, or someone in its name, sends.
 */
#include <stdio.h>
#include <string.h>

#include <esmtp/closing.h>

#include "any.h"

enum { HOPS = 63, CLIENT = 1000, SERVER = 0xfffffff0u };

static const u32 isn[ESMTP_DIR_MAX] = { [ESMTP_C2S] = CLIENT, [ESMTP_S2C] = SERVER };
static struct esmtp_closing c;

static void pass(enum esmtp_dir dir, struct esmtp_pkt pkt)
{
	if (!pkt.hops)
		pkt.hops = HOPS;
	esmtp_closing_pass(&c, dir, &pkt, esmtp_closing_end(&c, dir, &pkt));
}

static void syn(enum esmtp_dir dir, u8 hops)
{
	bool answer = dir == ESMTP_S2C;

	pass(dir, (struct esmtp_pkt){ .seq = isn[dir] - 1, .ack = answer ? CLIENT : 0,
				      .has_ack = answer, .syn = true, .hops = hops });
}

static void begin(void)
{
	memset(&c, 0, sizeof(c));
	syn(ESMTP_C2S, HOPS);
	esmtp_closing_answer(&c, isn, ESMTP_S2C);
	syn(ESMTP_S2C, HOPS);
}

/* @dir's sender says @len bytes, and a FIN, and has read all up to @ack. */
static enum esmtp_closing_state say(enum esmtp_dir dir, u32 seq, u32 len, bool fin, u32 ack)
{
	pass(dir, (struct esmtp_pkt){ .seq = seq, .len = len, .fin = fin, .ack = ack,
				      .has_ack = true });
	return esmtp_closing_state(&c);
}

/* The same of the client's, with a TTL that ends behind us. */
static enum esmtp_closing_state say_frail(u32 seq, u32 len, bool fin)
{
	pass(ESMTP_C2S, (struct esmtp_pkt){ .seq = seq, .len = len, .fin = fin,
					    .ack = SERVER + 30, .has_ack = true, .hops = 1 });
	return esmtp_closing_state(&c);
}

static bool reset(enum esmtp_dir dir, u32 seq, u8 hops)
{
	pass(dir, (struct esmtp_pkt){ .seq = seq, .rst = true, .hops = hops });
	return c.over && esmtp_closing_state(&c) == ESMTP_CLOSING_RESET;
}

/* A greeting, and six bytes of an answer. */
static void open_both(void)
{
	begin();
	say(ESMTP_C2S, CLIENT, 0, false, SERVER);
	say(ESMTP_S2C, SERVER, 30, false, CLIENT);
	say(ESMTP_C2S, CLIENT, 6, false, SERVER + 30);
	say(ESMTP_S2C, SERVER + 30, 0, false, CLIENT + 6);
}

static bool opens(void)
{
	begin();
	if (c.open)
		return false;
	say(ESMTP_C2S, CLIENT, 0, false, SERVER - 1);	/* acknowledges nothing */
	if (c.open)
		return false;
	say(ESMTP_C2S, CLIENT, 0, false, SERVER + 5);	/* nor that: it was never sent */
	if (c.open)
		return false;
	say(ESMTP_C2S, CLIENT, 0, false, SERVER);
	return c.open && !c.over && esmtp_closing_state(&c) == ESMTP_CLOSING_OPEN;
}

static bool owes(void)
{
	open_both();
	return say(ESMTP_C2S, CLIENT + 6, 10, false, SERVER + 30) == ESMTP_CLOSING_UNACKED &&
	       say(ESMTP_S2C, SERVER + 30, 5, false, CLIENT + 10) == ESMTP_CLOSING_UNACKED &&
	       say(ESMTP_C2S, CLIENT + 16, 0, false, SERVER + 35) == ESMTP_CLOSING_UNACKED &&
	       say(ESMTP_S2C, SERVER + 35, 0, false, CLIENT + 16) == ESMTP_CLOSING_OPEN;
}

/* Nobody acknowledges what did not arrive, or arrived before. */
static bool owes_nothing(void)
{
	open_both();
	return say_frail(CLIENT + 6, 10, false) == ESMTP_CLOSING_OPEN &&
	       say(ESMTP_C2S, CLIENT, 6, false, SERVER + 30) == ESMTP_CLOSING_OPEN &&
	       say(ESMTP_C2S, CLIENT + 400, 10, false, SERVER + 30) == ESMTP_CLOSING_OPEN;
}

static bool fins(void)
{
	open_both();
	return say(ESMTP_C2S, CLIENT + 6, 0, true, SERVER + 30) == ESMTP_CLOSING_UNACKED &&
	       say(ESMTP_S2C, SERVER + 30, 4, false, CLIENT + 7) == ESMTP_CLOSING_HALF &&
	       say(ESMTP_C2S, CLIENT + 7, 0, false, SERVER + 34) == ESMTP_CLOSING_HALF &&
	       say(ESMTP_S2C, SERVER + 34, 0, true, CLIENT + 7) == ESMTP_CLOSING_HALF &&
	       say(ESMTP_C2S, CLIENT + 7, 0, false, SERVER + 35) == ESMTP_CLOSING_CLOSED;
}

/* Both at once, and each again, for the acknowledgement was late. */
static bool fins_cross(void)
{
	open_both();
	say(ESMTP_C2S, CLIENT + 6, 3, true, SERVER + 30);
	say(ESMTP_S2C, SERVER + 30, 2, true, CLIENT + 6);
	say(ESMTP_C2S, CLIENT + 6, 3, true, SERVER + 30);
	if (say(ESMTP_S2C, SERVER + 30, 2, true, CLIENT + 10) != ESMTP_CLOSING_HALF)
		return false;
	return say(ESMTP_C2S, CLIENT + 10, 0, false, SERVER + 33) == ESMTP_CLOSING_CLOSED &&
	       say(ESMTP_C2S, CLIENT + 6, 3, true, SERVER + 33) == ESMTP_CLOSING_CLOSED;
}

/* The server never got it: it was behind bytes that did not pass. */
static bool fin_behind_gap(void)
{
	open_both();
	say(ESMTP_C2S, CLIENT + 16, 0, true, SERVER + 30);
	say(ESMTP_S2C, SERVER + 30, 0, true, CLIENT + 6);
	return say(ESMTP_C2S, CLIENT + 17, 0, false, SERVER + 31) == ESMTP_CLOSING_HALF &&
	       !c.over && c.fins[ESMTP_C2S] != ESMTP_FIN_DUE;
}

/* The gap is filled: it counts after all. */
static bool fin_ahead(void)
{
	open_both();
	say(ESMTP_C2S, CLIENT + 16, 0, true, SERVER + 30);
	say(ESMTP_C2S, CLIENT + 6, 10, false, SERVER + 30);
	return say(ESMTP_S2C, SERVER + 30, 0, false, CLIENT + 17) == ESMTP_CLOSING_HALF;
}

/* Where its receiver has been: that discards it, and has acknowledged more for long. */
static bool fin_from_before(void)
{
	open_both();
	say(ESMTP_C2S, CLIENT + 2, 0, true, SERVER + 30);
	say(ESMTP_C2S, CLIENT + 2, 4, false, SERVER + 30);
	if (say(ESMTP_S2C, SERVER + 30, 0, false, CLIENT + 6) != ESMTP_CLOSING_OPEN)
		return false;
	/* bytes that may not have been acknowledged yet, but have arrived */
	say(ESMTP_C2S, CLIENT + 6, 10, false, SERVER + 30);
	say(ESMTP_C2S, CLIENT + 6, 4, true, SERVER + 30);
	return say(ESMTP_S2C, SERVER + 30, 0, false, CLIENT + 16) == ESMTP_CLOSING_OPEN;
}

/* It dies on its way, and its sender goes on in its place. */
static bool fin_is_taken_back(void)
{
	open_both();
	if (say_frail(CLIENT + 6, 0, true) != ESMTP_CLOSING_OPEN)
		return false;
	say(ESMTP_C2S, CLIENT + 6, 1, false, SERVER + 30);
	return say(ESMTP_S2C, SERVER + 30, 0, false, CLIENT + 7) == ESMTP_CLOSING_OPEN;
}

/* Who sends more behind his FIN opens nothing again. */
static bool fin_stays(void)
{
	open_both();
	say(ESMTP_C2S, CLIENT + 6, 0, true, SERVER + 30);
	say(ESMTP_S2C, SERVER + 30, 0, false, CLIENT + 7);
	return say(ESMTP_C2S, CLIENT + 6, 9, false, SERVER + 30) == ESMTP_CLOSING_HALF;
}

static bool reset_at_edge(void)
{
	open_both();
	return reset(ESMTP_C2S, CLIENT + 6, HOPS) &&
	       (open_both(), reset(ESMTP_S2C, SERVER + 30, HOPS)) &&
	       (begin(), reset(ESMTP_C2S, CLIENT, HOPS)) &&
	       (open_both(), say(ESMTP_C2S, CLIENT + 6, 0, true, SERVER + 30),
		say(ESMTP_S2C, SERVER + 30, 0, false, CLIENT + 7),
		reset(ESMTP_C2S, CLIENT + 7, HOPS));
}

static bool reset_off_edge(void)
{
	int by;

	open_both();
	for (by = -40; by < 40; by++)
		if (by && (reset(ESMTP_C2S, CLIENT + 6 + by, HOPS) ||
			   reset(ESMTP_S2C, SERVER + 30 + by, HOPS)))
			return false;
	return true;
}

static bool reset_dies_on_its_way(void)
{
	open_both();
	return !reset(ESMTP_C2S, CLIENT + 6, 1) && !reset(ESMTP_C2S, CLIENT + 6, HOPS - 1) &&
	       reset(ESMTP_C2S, CLIENT + 6, HOPS + 1);
}

/* A SYN that dies on its way does not lower what has arrived. */
static bool syn_dies_on_its_way(void)
{
	open_both();
	syn(ESMTP_C2S, 1);
	return !reset(ESMTP_C2S, CLIENT + 6, 1) && reset(ESMTP_C2S, CLIENT + 6, HOPS);
}

/* Whether the last bytes came, and the RST with them, nobody knows. */
static bool reset_unacknowledged(void)
{
	open_both();
	say(ESMTP_C2S, CLIENT + 6, 10, false, SERVER + 30);
	return !reset(ESMTP_C2S, CLIENT + 16, HOPS) && !reset(ESMTP_C2S, CLIENT + 6, HOPS) &&
	       (say(ESMTP_S2C, SERVER + 30, 0, false, CLIENT + 16),
		reset(ESMTP_C2S, CLIENT + 16, HOPS));
}

/* The engine places a segment by what it has judged: bytes ahead of a gap, and its filler. */
static bool engine_places(void)
{
	const struct esmtp_pkt ahead = { .seq = CLIENT + 16, .len = 5, .hops = HOPS };
	const struct esmtp_pkt filler = { .seq = CLIENT + 6, .len = 10, .hops = HOPS };

	open_both();
	esmtp_closing_pass(&c, ESMTP_C2S, &ahead, CLIENT + 6);
	esmtp_closing_pass(&c, ESMTP_C2S, &filler, CLIENT + 21);
	return esmtp_closing_state(&c) == ESMTP_CLOSING_UNACKED &&
	       say(ESMTP_S2C, SERVER + 30, 0, false, CLIENT + 21) == ESMTP_CLOSING_OPEN &&
	       reset(ESMTP_C2S, CLIENT + 21, HOPS);
}

/* Of what a flowtable took, or a queue that was full, acknowledgements tell. */
static bool loose(void)
{
	open_both();
	say(ESMTP_C2S, CLIENT + 6, 0, false, SERVER + 90);
	if (reset(ESMTP_S2C, SERVER + 90, HOPS))
		return false;
	c.loose = true;
	say(ESMTP_C2S, CLIENT + 6, 0, false, SERVER + 90);
	if (!reset(ESMTP_S2C, SERVER + 90, HOPS))
		return false;
	open_both();
	c.loose = true;
	say(ESMTP_S2C, SERVER + 900, 0, true, CLIENT + 700);
	say(ESMTP_C2S, CLIENT + 700, 0, true, SERVER + 900);
	say(ESMTP_S2C, SERVER + 900, 0, true, CLIENT + 701);
	say(ESMTP_C2S, CLIENT + 701, 0, false, SERVER + 901);
	return c.over;
}

/* A path that has become longer takes nothing away: what arrives is acknowledged. */
static bool path_grows(void)
{
	open_both();
	if (say_frail(CLIENT + 6, 10, true) != ESMTP_CLOSING_OPEN)
		return false;
	say(ESMTP_S2C, SERVER + 30, 0, true, CLIENT + 17);
	pass(ESMTP_C2S, (struct esmtp_pkt){ .seq = CLIENT + 17, .ack = SERVER + 31,
					    .has_ack = true, .hops = 1 });
	return c.over && esmtp_closing_state(&c) == ESMTP_CLOSING_CLOSED;
}

/* The same ports again: what the SYNs have told is all that is kept. */
static bool begins_again(void)
{
	static const u32 again[ESMTP_DIR_MAX] = { [ESMTP_C2S] = SERVER, [ESMTP_S2C] = CLIENT };

	fins();
	esmtp_closing_begin(&c, again);
	return esmtp_closing_state(&c) == ESMTP_CLOSING_OPEN && !reset(ESMTP_C2S, SERVER, 1) &&
	       reset(ESMTP_C2S, SERVER, HOPS);
}

/* One that stands near what has passed, and seldom ends something. */
static struct esmtp_pkt any_segment(enum esmtp_dir dir)
{
	return (struct esmtp_pkt){
		.seq = c.next[dir] + any(7) - 3,
		.len = any(2) * any(9),
		.ack = c.next[!dir] + any(7) - 4,
		.hops = (u8)(any(9) ? HOPS : HOPS - 1 + any(3)),
		.has_ack = any(20),
		.syn = !any(40),
		.fin = !any(20),
		.rst = !any(40),
	};
}

/* What is plain leaves what the machine would have left; what is not, leaves all to it. */
static bool is_plain_equal(u32 *plain)
{
	enum esmtp_dir dir = (enum esmtp_dir)any(ESMTP_DIR_MAX);
	struct esmtp_pkt pkt = any_segment(dir);
	u32 end = any(2) ? esmtp_closing_end(&c, dir, &pkt) : c.next[dir] + any(3);
	struct esmtp_closing was = c, quick = c;
	bool is = esmtp_closing_plain(&quick, dir, &pkt, end);

	esmtp_closing_pass(&c, dir, &pkt, end);
	*plain += is;
	return !memcmp(&quick, is ? &c : &was, sizeof(c));
}

static bool plain(void)
{
	u32 i, step, taken = 0;

	for (i = 0; i < 20000; i++) {
		open_both();
		c.loose = any(2);
		for (step = 0; step < 24; step++)
			if (!is_plain_equal(&taken))
				return false;
	}
	/* it is worth its while */
	return taken > 20000 * 24 / 8;
}

static int report(const char *name, bool good)
{
	printf("%s closing_%s\n", good ? "ok" : "not ok", name);
	return !good;
}

int main(void)
{
	return report("opens", opens()) | report("owes", owes()) |
	       report("owes_nothing", owes_nothing()) |
	       report("fins", fins()) | report("fins_cross", fins_cross()) |
	       report("fin_behind_gap", fin_behind_gap()) | report("fin_ahead", fin_ahead()) |
	       report("fin_from_before", fin_from_before()) |
	       report("fin_is_taken_back", fin_is_taken_back()) |
	       report("fin_stays", fin_stays()) |
	       report("reset_at_edge", reset_at_edge()) |
	       report("reset_off_edge", reset_off_edge()) |
	       report("reset_dies_on_its_way", reset_dies_on_its_way()) |
	       report("syn_dies_on_its_way", syn_dies_on_its_way()) |
	       report("reset_unacknowledged", reset_unacknowledged()) |
	       report("engine_places", engine_places()) |
	       report("loose", loose()) | report("path_grows", path_grows()) |
	       report("begins_again", begins_again()) | report("plain", plain());
}
