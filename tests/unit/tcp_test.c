// SPDX-License-Identifier: GPL-2.0
/*
 * The bytes of TCP headers, as they come and as none should: what is read of them,
 * which options are found, and what becomes of acknowledgements where an edit has
 * changed a length. Headers are in memory of their exact size: to read behind one is
 * an error of the sanitizer's.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <esmtp/stream.h>

static int failed;

static void report(const char *name, bool good)
{
	printf("%s tcp %s\n", good ? "ok" : "not ok", name);
	failed += !good;
}

/* What renumber.c asks of a plane; nothing here makes it. */
int esmtp_pkt_write_resized(struct esmtp_pkt *pkt, const struct esmtp_log *log, u32 off)
{
	(void)pkt;
	(void)log;
	(void)off;
	abort();
}

int esmtp_pkt_write_seq(struct esmtp_pkt *pkt, u32 seq)
{
	(void)pkt;
	(void)seq;
	abort();
}

/* 20 bytes from port 0x1234 to 25, seq 0x01020304, ack 0xf0f1f2f3; then options. */
static u8 *header(u8 doff, u8 flags, const u8 *options, u32 n)
{
	static const u8 head[] = { 0x12, 0x34, 0, 25, 1, 2, 3, 4,
				   0xf0, 0xf1, 0xf2, 0xf3, 0, 0, 1, 0, 0, 0, 0, 0 };
	u8 *th = malloc(sizeof(head) + n);

	if (!th)
		abort();
	memcpy(th, head, sizeof(head));
	th[12] = (u8)(doff << 4);
	th[13] = flags;
	if (n)
		memcpy(th + sizeof(head), options, n);
	return th;
}

static void test_read(void)
{
	u8 *th = header(5, ESMTP_TCP_ACK | ESMTP_TCP_FIN, NULL, 0);
	struct esmtp_pkt pkt;
	bool good;

	memset(&pkt, 0xff, sizeof(pkt));
	good = esmtp_tcp_read(&pkt, th, 24, 24 + 20 + 7) && pkt.thoff == 24 &&
	       pkt.dataoff == 44 && pkt.len == 7 && pkt.sport == 0x1234 &&
	       pkt.dport == 25 && pkt.seq == 0x01020304 && pkt.ack == 0xf0f1f2f3 &&
	       pkt.has_ack && pkt.fin && !pkt.syn && !pkt.rst && !pkt.urg;
	report("header", good);
	report("header, no payload", esmtp_tcp_read(&pkt, th, 24, 44) && !pkt.len);
	report("header longer than the packet", !esmtp_tcp_read(&pkt, th, 24, 43));
	free(th);
	th = header(4, ESMTP_TCP_SYN, NULL, 0);
	report("header too short to be one", !esmtp_tcp_read(&pkt, th, 0, 20));
	free(th);
	th = header(15, ESMTP_TCP_SYN | ESMTP_TCP_RST | ESMTP_TCP_URG, NULL, 0);
	good = esmtp_tcp_read(&pkt, th, 0, 60) && !pkt.len && pkt.dataoff == 60 &&
	       pkt.syn && pkt.rst && pkt.urg && !pkt.has_ack && !pkt.fin &&
	       !esmtp_tcp_read(&pkt, th, 0, 59);
	report("header with all options there may be", good);
	free(th);
}

/* Where the option of kind 2 is found in these, or -1. */
static int found(const u8 *options, u32 n)
{
	u8 *th = header(15, 0, options, n);
	u8 *at = esmtp_tcp_option(th + ESMTP_TCP_HEADER, th + ESMTP_TCP_HEADER + n, 2);
	int place = at ? (int)(at - th) - ESMTP_TCP_HEADER : -1;

	free(th);
	return place;
}

#define FOUND(...) found((const u8 []){ __VA_ARGS__ }, sizeof((u8 []){ __VA_ARGS__ }))

static void test_options(void)
{
	report("option, first", FOUND(2, 4, 5, 180) == 0);
	report("option behind blanks and others",
	       FOUND(1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 5, 180) == 13);
	report("option without a value", FOUND(1, 2, 2) == 1);
	report("option within another is none", FOUND(8, 4, 2, 2, 0, 0) == -1);
	report("option behind the end of the list", FOUND(0, 2, 4, 5, 180) == -1);
	report("option cut short", FOUND(1, 2, 4, 5) == -1);
	report("option whose length is missing", FOUND(1, 1, 2) == -1);
	report("option of length 0", FOUND(8, 0, 2, 4, 5, 180) == -1);
	report("option of length 1", FOUND(8, 1, 2, 4, 5, 180) == -1);
	report("no options", found(NULL, 0) == -1);
}

static bool answered(const u8 *options, u32 n, const u8 *want, u32 wanted)
{
	u8 *th = header(15, 0, options, n), to[ESMTP_TCP_STAMPED];
	u32 len = esmtp_tcp_answer_timestamp(to, th + ESMTP_TCP_HEADER,
					     th + ESMTP_TCP_HEADER + n);

	free(th);
	return len == wanted && !memcmp(to, want, wanted);
}

static void test_timestamp(void)
{
	static const u8 in[] = { 1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8 };
	static const u8 out[] = { 1, 1, 8, 10, 5, 6, 7, 8, 1, 2, 3, 4 };
	static const u8 bad[] = { 8, 9, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0 };

	report("timestamp", answered(in, sizeof(in), out, sizeof(out)));
	report("timestamp of another length", answered(bad, sizeof(bad), out, 0));
	report("no timestamp", answered(NULL, 0, out, 0));
}

enum { ISN = 0xfffffff0 };		/* the stream's numbers wrap */

static void number(u8 *to, u32 off)
{
	u32 seq = htonl((u32)ISN + off);

	memcpy(to, &seq, sizeof(seq));
}

/*
 * A header that acknowledges offset @ack, and has @n bytes of a SACK option's blocks,
 * with edges at @edges.
 */
static u8 *acking(u32 ack, const u32 *edges, u8 n)
{
	u8 options[40] = { 1, 1, 5, 2 + n }, *th;
	u8 i;

	for (i = 0; i < n / 4; i++)
		number(options + 4 + 4 * i, edges[i]);
	th = header(5 + (4 + n + 3) / 4, ESMTP_TCP_ACK, options, 4u + n);
	number(th + 8, ack);
	return th;
}

/*
 * A LF at offset 100 left as CR LF, ten bytes at offset 200 were taken out: the
 * receiver counts one more, then nine less.
 */
static bool renumbers(const u32 *in, const u32 *out, u8 n)
{
	struct esmtp_edit edits[] = {
		{ .off = 100, .len = 1, .kind = ESMTP_EDIT_CRLF },
		{ .off = 200, .len = 10, .kind = ESMTP_EDIT_CUT },
	};
	const struct esmtp_half_stream half = {
		.isn = (u32)ISN,
		.log = { .v = edits, .cap = 2, .n = 2 },
	};
	u8 *th = acking(in[0], in + 1, n), *want = acking(out[0], out + 1, n);
	u32 size = ESMTP_TCP_HEADER + 4u + n;
	bool good;

	good = esmtp_tcp_renumber(th, th + size, &half) == (u32)ISN + out[0] &&
	       !memcmp(th, want, size);
	free(th);
	free(want);
	return good;
}

#define RENUMBERS(in, out) renumbers(in, out, sizeof(in) - 4)

static void test_renumber(void)
{
	static const u32 before[] = { 10 }, behind[] = { 300 }, sender[] = { 309 };
	/* of the CR alone that was put in, the sender has sent nothing */
	static const u32 within[] = { 101, 101, 151, 50, 101 };
	static const u32 whole[] = { 100, 101, 150, 50, 100 };

	report("acknowledgement before an edit", RENUMBERS(before, before));
	report("acknowledgement behind edits", RENUMBERS(behind, sender));
	report("blocks of SACK, also within a byte that became two",
	       RENUMBERS(within, whole));
	report("half a block of SACK is left alone",
	       renumbers((const u32 []){ 300, 300 }, (const u32 []){ 309, 300 }, 4));
}

static bool same_offer(const struct esmtp_offer *a, const struct esmtp_offer *b)
{
	return a->mss == b->mss && a->scale == b->scale && a->sack == b->sack &&
	       a->stamped == b->stamped && a->stamp == b->stamp && a->echo == b->echo;
}

/* What these options say; they are in memory of their exact size. */
static struct esmtp_offer offered(const u8 *options, u32 n)
{
	u8 *th = header(15, ESMTP_TCP_SYN, options, n);
	struct esmtp_offer o;

	memset(&o, 0xff, sizeof(o));
	esmtp_tcp_read_offer(&o, th + ESMTP_TCP_HEADER, th + ESMTP_TCP_HEADER + n);
	free(th);
	return o;
}

/* Said, it is read again. */
static bool repeats(struct esmtp_offer o, u32 bytes)
{
	u8 *options = malloc(bytes ? bytes : 1);
	u32 n = esmtp_tcp_write_offer(options, &o);
	struct esmtp_offer again = offered(options, n);

	free(options);
	return n == bytes && same_offer(&o, &again);
}

static void test_offer(void)
{
	static const u8 linux_syn[] = { 2, 4, 5, 180, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7 };
	static const u8 odd[] = { 3, 3, 200, 4, 3, 0, 2, 3, 5, 8, 9, 1, 2, 3, 4, 5, 6, 7 };
	const struct esmtp_offer usual = { 1460, 7, true, true, 0x01020304, 0 };
	const struct esmtp_offer none = { .scale = ESMTP_TCP_UNSCALED };
	struct esmtp_offer said = offered(linux_syn, sizeof(linux_syn));
	u8 written[ESMTP_TCP_OFFER];

	report("offer of a SYN", same_offer(&said, &usual));
	report("offer is written as Linux does",
	       esmtp_tcp_write_offer(written, &usual) == sizeof(linux_syn) &&
	       !memcmp(written, linux_syn, sizeof(linux_syn)));
	said = offered(NULL, 0);
	report("no offer", same_offer(&said, &none) && repeats(none, 0));
	said = offered(odd, sizeof(odd));
	report("scale that is too large, and options of a wrong length",
	       said.scale == ESMTP_TCP_SCALE_MAX && !said.sack && !said.mss && !said.stamped);
	report("offers of some of it",
	       repeats((struct esmtp_offer){ 536, ESMTP_TCP_UNSCALED, false, false, 0, 0 }, 4) &&
	       repeats((struct esmtp_offer){ 0, ESMTP_TCP_UNSCALED, false, true, 1, 2 }, 12) &&
	       repeats((struct esmtp_offer){ 0, 0, true, true, 1, 0xfffffffe }, 16) &&
	       repeats((struct esmtp_offer){ 1220, 14, false, true, 0, 2 }, 20));
}

static void test_shift(void)
{
	static const u8 in[] = { 1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 5, 1, 1, 5, 14,
				 0, 0, 0, 3, 0, 0, 0, 7, 9, 9, 9, 9 };
	static const u8 acked[] = { 1, 1, 8, 10, 0, 0, 0, 9, 0xff, 0xff, 0xff, 0xfe, 1, 1, 5, 14,
				    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 3, 9, 9, 9, 9 };
	static const u8 sent[] = { 1, 1, 8, 10, 0, 0, 0, 8, 0, 0, 0, 5, 1, 1, 5, 14,
				   0, 0, 0, 3, 0, 0, 0, 7, 9, 9, 9, 9 };
	u8 *th = header(12, ESMTP_TCP_ACK, in, sizeof(in)), *at = th + ESMTP_TCP_HEADER;

	esmtp_tcp_shift_acked(at, at + sizeof(in), 4, 7);
	report("what options acknowledge is shifted, in whole blocks", !memcmp(at, acked, sizeof(in)));
	memcpy(at, in, sizeof(in));
	esmtp_tcp_shift_sent(at, at + sizeof(in), (u32)-1);
	report("a sender's timestamp is shifted", !memcmp(at, sent, sizeof(in)));
	esmtp_tcp_shift_acked(at, at, 4, 7);
	esmtp_tcp_shift_sent(at, at, 1);
	report("of no options nothing is shifted", !memcmp(at, sent, sizeof(in)));
	free(th);
}

int main(void)
{
	test_read();
	test_options();
	test_timestamp();
	test_renumber();
	test_offer();
	test_shift();
	return failed != 0;
}
