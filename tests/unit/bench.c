// SPDX-License-Identifier: GPL-2.0
/*
 * How fast the core reads what most bytes are: lines of a body, octets of a BDAT,
 * records of TLS; and lines against the C library's memchr, which does nothing but find
 * their ends; how long it takes for a whole conversation with one small message;
 * and how long a connection takes to find its class behind access lists of some
 * lengths. Prints a line for each; no test.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <esmtp/core.h>
#include <esmtp/policy.h>
#include "bulk_text.h"

enum { HAND = 1 << 16, HANDS = 20000 };

static struct esmtp_edit edits[64];

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec + ts.tv_nsec * 1e-9;
}

static void say(struct esmtp_session *s, enum esmtp_dir dir, const void *p, u32 n)
{
	static struct esmtp_log log = { .v = edits, .cap = 64 };
	static u32 off[ESMTP_DIR_MAX];
	struct esmtp_io io = { .log = &log, .hand = off[dir], .off = off[dir] };
	enum esmtp_reason why;
	u32 taken = esmtp_session_feed(s, dir, &io, p, n, &why);

	if (taken != n)
		printf("# %u of %u bytes: %s\n", taken, n, esmtp_reason_name(why));
	off[dir] = io.off;
	log.n = 0;
}

static void talk(struct esmtp_session *s, enum esmtp_dir dir, const char *text)
{
	say(s, dir, text, strlen(text));
}

static void run(const char *name, struct esmtp_session *s, const u8 *p, u32 n)
{
	double begin = now(), end;
	u32 i;

	for (i = 0; i < HANDS; i++)
		say(s, ESMTP_C2S, p, n);
	end = now();
	printf("%-12s %6.2f GB/s\n", name, 1e-9 * n * HANDS / (end - begin));
}

/* Find the end of each line, in hands as the core gets them. */
static u32 find_lines(const u8 *p, u32 n)
{
	const u8 *end = p + n, *lf;
	u32 lines = 0;

	for (; p < end && (lf = memchr(p, '\n', end - p)); p = lf + 1)
		lines++;
	return lines;
}

/*
 * Both over all of @p in hands of @hand bytes, in turn: what a memchr pass takes, as a
 * share of what the core does.
 */
static void run_against(const char *name, struct esmtp_session *s, const u8 *p, u32 n,
			u32 hand)
{
	enum { TURNS = 4000 };
	double core = 0, find = 0;
	u32 lines = 0, i, at;

	for (i = 0; i < TURNS; i++) {
		double begin = now(), between;

		for (at = 0; at + hand <= n; at += hand)
			say(s, ESMTP_C2S, p + at, hand);
		between = now();
		for (at = 0; at + hand <= n; at += hand)
			lines += find_lines(p + at, hand);
		core += between - begin;
		find += now() - between;
	}
	printf("%-22s %6.2f of memchr, which takes %.2f GB/s (%u lines)\n", name,
	       find / core, 1e-9 * TURNS * (n / hand * hand) / find, lines / TURNS);
}

static void lines(u8 *p, u32 n, u32 width)
{
	u32 i;

	for (i = 0; i < n; i++)
		p[i] = i % width == width - 2 ? '\r' :
		       i % width == width - 1 ? '\n' : 'a' + i % 23;
}

static void greet(struct esmtp_session *s, struct esmtp_map *map)
{
	esmtp_session_init(&s->head, map);
	talk(s, ESMTP_S2C, "220 mx ESMTP\r\n");
	talk(s, ESMTP_C2S, "EHLO x\r\n");
	talk(s, ESMTP_S2C, "250-mx\r\n250-CHUNKING\r\n250 STARTTLS\r\n");
}

static void message(struct esmtp_session *s, const char *type)
{
	talk(s, ESMTP_C2S, "DATA\r\n");
	talk(s, ESMTP_S2C, "354 go\r\n");
	talk(s, ESMTP_C2S, type);
}

/* Hosts of 10.0.0.0/8 to port 25 of anybody, none of which is asked for. */
static void fill_ace(struct esmtp_ace *ace, u32 i)
{
	memset(ace, 0, sizeof(*ace));
	ace->permit = 1;
	ace->family = ESMTP_AF_INET;
	ace->proto = 6;
	ace->src = (struct esmtp_addr){ { 10, i >> 16, i >> 8, i } };
	memset(ace->smask.b, 0xff, 4);
	ace->dports = (struct esmtp_ports){ 25, 25, ESMTP_PORT_RANGE, 0 };
}

/* A list of @n lines in a class before that of port 25. */
static void classify(u32 n)
{
	struct esmtp_map map;
	struct esmtp_acl acl = { .name = "a", .n = n };
	struct esmtp_class classes[] = {
		{ .name = "listed", .kind = ESMTP_CLASS_ACL },
		{ .name = "mail", .kind = ESMTP_CLASS_DEFAULT, .acl = ESMTP_NONE },
	};
	struct esmtp_bind binds[] = {
		{ .class = 0, .map = ESMTP_NONE, .verdict = ESMTP_CLASSIFY_EXEMPT },
		{ .class = 1, .map = 0, .verdict = ESMTP_CLASSIFY_INSPECT },
	};
	struct esmtp_pmap pmap = { .name = "p", .n = 2 };
	struct esmtp_service service = { .pmap = 0 };
	struct esmtp_policy p = {
		.maps = &map, .acls = &acl, .classes = classes, .binds = binds,
		.pmaps = &pmap, .services = &service, .nmaps = 1, .nacls = 1,
		.nclasses = 2, .nbinds = 2, .npmaps = 1, .nservices = 1, .naces = n,
	};
	struct esmtp_flowspec f = {
		.real = { .src = { { 192, 0, 2, 1 } }, .dst = { { 192, 0, 2, 2 } },
			  .sport = 40000, .dport = 25, .family = ESMTP_AF_INET,
			  .proto = 6 },
		.in = "", .out = "",
	};
	u32 i, runs = 1000000, found = 0;
	const char *wrong;
	double begin;

	f.wire = f.real;
	esmtp_map_default(&map);
	p.aces = calloc(n, sizeof(*p.aces));
	p.chain = calloc(n, sizeof(*p.chain));
	p.nprobes = esmtp_index_probes(&p);
	p.probes = calloc(p.nprobes, sizeof(*p.probes));
	p.nbuckets = esmtp_index_buckets(&p);
	p.buckets = calloc(p.nbuckets, sizeof(*p.buckets));
	for (i = 0; i < n; i++)
		fill_ace(&p.aces[i], i);
	wrong = esmtp_policy_seal(&p);
	if (wrong)
		printf("# %s\n", wrong);
	begin = now();
	for (i = 0; i < runs && !wrong; i++) {
		f.real.sport = f.wire.sport = (u16)i;
		found += esmtp_classify(&p, &f).verdict == ESMTP_CLASSIFY_INSPECT;
	}
	printf("%6u lines %8.0f ns\n", n, 1e9 * (now() - begin) / runs);
	if (found != runs)
		printf("# %u of %u found their class\n", found, runs);
	free(p.aces);
	free(p.chain);
	free(p.probes);
	free(p.buckets);
}

/* One message of 1 KiB, as smtp-source sends it. */
static void small(const struct esmtp_map *map)
{
	static struct esmtp_session s;
	char body[1025];
	u32 i;

	for (i = 0; i < sizeof(body) - 1; i++)
		body[i] = i % 80 == 78 ? '\r' : i % 80 == 79 ? '\n' : 'X';
	body[i] = '\0';
	memset(&s, 0, sizeof(s));
	esmtp_session_init(&s.head, map);
	talk(&s, ESMTP_S2C, "220 server.example.net ESMTP\r\n");
	talk(&s, ESMTP_C2S, "EHLO client.example.com\r\n");
	talk(&s, ESMTP_S2C, "250-server.example.net\r\n250-PIPELINING\r\n"
			    "250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n");
	talk(&s, ESMTP_C2S, "MAIL FROM:<sender@example.com>\r\n");
	talk(&s, ESMTP_S2C, "250 2.1.0 Ok\r\n");
	talk(&s, ESMTP_C2S, "RCPT TO:<receiver@example.net>\r\n");
	talk(&s, ESMTP_S2C, "250 2.1.5 Ok\r\n");
	talk(&s, ESMTP_C2S, "DATA\r\n");
	talk(&s, ESMTP_S2C, "354 End data with <CR><LF>.<CR><LF>\r\n");
	talk(&s, ESMTP_C2S, "From: <sender@example.com>\r\nTo: <receiver@example.net>\r\n"
			    "Date: Fri, 27 Nov 2026 12:00:00 +0000\r\n"
			    "Message-Id: <1234.5678@client.example.com>\r\n\r\n");
	talk(&s, ESMTP_C2S, body);
	talk(&s, ESMTP_C2S, "\r\n.\r\n");
	talk(&s, ESMTP_S2C, "250 2.0.0 Ok\r\n");
	talk(&s, ESMTP_C2S, "QUIT\r\n");
	talk(&s, ESMTP_S2C, "221 2.0.0 Bye\r\n");
}

static void conversations(const struct esmtp_map *map)
{
	enum { ROUNDS = 100000 };
	double begin = now();
	u32 i;

	for (i = 0; i < ROUNDS; i++)
		small(map);
	printf("%-12s %6.2f us\n", "conversation", 1e6 * (now() - begin) / ROUNDS);
}

int main(void)
{
	static const u8 hello[] =
		"\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03"
		"0123456789abcdef0123456789abcdef"
		"\x00\x00\x02\x13\x01\x01\x00\x00\x00";
	static struct esmtp_session s;
	static struct esmtp_map map;
	static u8 hand[HAND];

	esmtp_map_default(&map);
	map.params.tls = 1;
	map.params.chunking = 1;
	esmtp_map_seal(&map);

	lines(hand, HAND / 80 * 80, 80);
	greet(&s, &map);
	message(&s, "Subject: x\r\n\r\n");
	run("body", &s, hand, HAND / 80 * 80);

	greet(&s, &map);
	message(&s, "Content-Type: multipart/mixed; boundary=b\r\n\r\n");
	run("multipart", &s, hand, HAND / 80 * 80);

	greet(&s, &map);
	talk(&s, ESMTP_C2S, "MAIL FROM:<a@b>\r\n");
	talk(&s, ESMTP_S2C, "250 ok\r\n");
	talk(&s, ESMTP_C2S, "RCPT TO:<c@d>\r\n");
	talk(&s, ESMTP_S2C, "250 ok\r\n");
	talk(&s, ESMTP_C2S, "BDAT 4294967295\r\nA: b\r\n\r\n");
	run("bdat", &s, hand, HAND / 80 * 80);

	greet(&s, &map);
	talk(&s, ESMTP_C2S, "STARTTLS\r\n");
	talk(&s, ESMTP_S2C, "220 go\r\n");
	say(&s, ESMTP_C2S, hello, sizeof(hello) - 1);
	memcpy(hand, "\x17\x03\x03\x40\x00", 5);
	run("tls", &s, hand, 0x4000 + 5);

	esmtp_map_default(&map);
	esmtp_map_seal(&map);
	bulk_base64(hand, HAND);
	greet(&s, &map);
	message(&s, "Subject: x\r\n\r\n");
	run_against("base64, 1,448 bytes", &s, hand, HAND, 1448);
	run_against("base64, 64 KB", &s, hand, HAND, HAND);
	bulk_text(hand, HAND);
	run_against("text, 1,448 bytes", &s, hand, HAND, 1448);
	run_against("text, 64 KB", &s, hand, HAND, HAND);
	conversations(&map);

	classify(10);
	classify(1000);
	classify(10000);
	return 0;
}
