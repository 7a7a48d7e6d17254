// SPDX-License-Identifier: GPL-2.0
/*
 * What one connection may hold, packet by packet, where honest ends must not stand still and
 * others must not get anything by it: a gap can be filled however much has passed ahead of
 * it; what is farther ahead than a window reaches does not pass, nor can it hide bytes that
 * differ; what is held leaves no memory behind; what is dear ahead of a gap ends it; and
 * text out of order does not wait, wherever its segments begin, nor do recipients that cost
 * much to read.
 */
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter.h>

#include "control/memory.h"
#include "packet_parse.h"

enum {
	HEADERS = sizeof(struct iphdr) + sizeof(struct tcphdr),
	LARGE = 60000,			/* as GRO makes them */
	MSS = 1400,
	LOST = 1000,			/* bytes of a gap */
	FREE = 512 << 10,		/* that others leave: a share of 64 KiB */
	POOL = 256 << 20,
	TIMES = 20,
	SHORT = 60,
	DEAR = 120,			/* large packets: below what a direction may hold */
};

__thread int queued_cpu;
int queued_cpus = 1;

static const u32 isn[ESMTP_DIR_MAX] = { 1000, 5000 };
static struct esmtp_inspect ins;
static struct esmtp_pool pool;
static struct esmtp_map map;
static u32 sent[ESMTP_DIR_MAX];		/* by each end, in order */
static u8 text[LARGE];

struct sk_buff *esmtp_inject_build(const struct esmtp_pkt *pkt, const struct esmtp_segment *seg)
{
	(void)pkt;
	(void)seg;
	return NULL;
}

static enum esmtp_reason judge(enum esmtp_dir dir, u32 off, const void *data, u32 n)
{
	static u8 bytes[PACKET_ROOM], spare[PACKET_ROOM];
	struct iphdr *ip = (void *)bytes;
	struct tcphdr *th = (void *)(ip + 1);
	struct packet p = {
		.buf = { .data = bytes, .len = HEADERS + n, .size = sizeof(bytes) },
		.spare = spare, .dir = dir, .ins = &ins,
	};
	struct esmtp_task t = { .ins = &ins, .pool = &pool, .pkt = &p.pkt, .dir = dir };

	memset(bytes, 0, HEADERS);
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->protocol = IPPROTO_TCP;
	ip->tot_len = htons((u16)(HEADERS + n));
	th->seq = htonl(isn[dir] + off);
	th->ack_seq = htonl(isn[!dir] + ins.half[!dir].stream.next);
	th->doff = sizeof(*th) / 4;
	th->ack = 1;
	memcpy(bytes + HEADERS, data, n);
	if (!packet_init(&p, NFPROTO_IPV4))
		abort();
	return esmtp_inspect_segment(&t);
}

static void say(enum esmtp_dir dir, const char *what)
{
	judge(dir, sent[dir], what, (u32)strlen(what));
	sent[dir] += (u32)strlen(what);
}

/* A client at the 354, or before it if there is nothing to send. */
static void begin(const char *header)
{
	memset(sent, 0, sizeof(sent));
	memset(&pool, 0, sizeof(pool));
	memset(text, 'a', sizeof(text));
	esmtp_inspect_init(&ins, &map, isn);
	say(ESMTP_S2C, "220 a\r\n");
	say(ESMTP_C2S, "EHLO a\r\n");
	say(ESMTP_S2C, "250 a\r\n");
	say(ESMTP_C2S, "MAIL FROM:<a@b.c>\r\n");
	say(ESMTP_S2C, "250 ok\r\n");
	say(ESMTP_C2S, "RCPT TO:<a@b.c>\r\n");
	say(ESMTP_S2C, "250 ok\r\n");
	say(ESMTP_C2S, "DATA\r\n");
	if (header) {
		say(ESMTP_S2C, "354 go\r\n");
		say(ESMTP_C2S, header);
	}
	judge(ESMTP_S2C, sent[ESMTP_S2C], "", 0);
}

static bool end(const char *wrong, u32 a, u32 b)
{
	esmtp_inspect_close(&ins, &pool);
	if (wrong)
		printf("not ok bounds: %s (%u, %u)\n", wrong, a, b);
	return !wrong;
}

/* All passes ahead of a gap that may; then comes what fills it. */
static bool fills(u32 others, u32 size)
{
	enum esmtp_reason why;
	u32 off;

	begin("Subject: x\r\n\r\n");
	esmtp_pool_add(&pool, (s32)others);
	off = sent[ESMTP_C2S] + LOST;
	do {
		why = judge(ESMTP_C2S, off, text, size);
		off += size;
	} while (why == ESMTP_R_AHEAD);
	if (why != ESMTP_R_FLIGHT_FULL && why != ESMTP_R_POOL_FULL)
		return end("another bound", why, others);
	why = judge(ESMTP_C2S, sent[ESMTP_C2S], text, LOST);
	return end(esmtp_reason_end(why) == ESMTP_END_DROP ? "a gap is never filled" : NULL,
		   why, others);
}

/* Half of all numbers ahead, and bytes at two places between that differ. */
static bool keeps_order(u32 at)
{
	enum esmtp_reason why;
	u8 other[SHORT];
	u32 next;

	begin("Subject: x\r\n\r\n");
	next = sent[ESMTP_C2S];
	memset(other, 'b', sizeof(other));
	why = judge(ESMTP_C2S, next + 0x7fffffff, text, MSS);
	if (esmtp_reason_end(why) != ESMTP_END_DROP)
		return end("passes far ahead", why, at);
	judge(ESMTP_C2S, next + at, text, sizeof(other));
	why = judge(ESMTP_C2S, next + at, other, sizeof(other));
	return end(why != ESMTP_R_INCONSISTENT ? "other bytes pass" : NULL, why, at);
}

/* A message in lines of that length, each second segment before the first: all pass at once. */
static bool reorders(u32 columns)
{
	u32 i, off, end_of_text = LARGE - LARGE % (2 * MSS);
	enum esmtp_reason why = ESMTP_R_GO;

	begin("Subject: x\r\n\r\n");
	for (i = 0; i < LARGE; i++)
		text[i] = (u8)(i % columns < columns - 2 ? 'a' : "\r\n"[i % columns % 2]);
	off = sent[ESMTP_C2S];
	for (i = 0; i < end_of_text && esmtp_reason_end(why) != ESMTP_END_DROP; i += 2 * MSS) {
		why = judge(ESMTP_C2S, off + i + MSS, text + i + MSS, MSS);
		if (why == ESMTP_R_AHEAD)
			why = judge(ESMTP_C2S, off + i, text + i, MSS);
		judge(ESMTP_S2C, sent[ESMTP_S2C], "", 0);
	}
	return end(i < end_of_text ? "a segment out of order is not passed" : NULL, columns, i);
}

/* What is held is sent again and again. */
static bool holds_once(void)
{
	u32 i, first = 0;

	begin(NULL);
	for (i = 0; i < TIMES; i++) {
		judge(ESMTP_C2S, sent[ESMTP_C2S], text, MSS);
		first = first ?: ins.half[ESMTP_C2S].held;
	}
	return end(ins.half[ESMTP_C2S].held > first ? "memory is left of what was held" : NULL,
		   ins.half[ESMTP_C2S].held, first);
}

/* A file's name of megabytes, of which each byte may begin a character set's. */
static bool bounds_work(void)
{
	enum esmtp_reason why;
	u32 i, off;

	begin("Content-Disposition: a; filename=\"");
	for (i = 0; i < LARGE; i++)
		text[i] = (u8)"=?a"[i % 3];
	off = sent[ESMTP_C2S] + 1;
	for (i = 0; i < DEAR; i++, off += LARGE)
		judge(ESMTP_C2S, off, text, LARGE);
	why = judge(ESMTP_C2S, sent[ESMTP_C2S], text, 1);
	return end(why != ESMTP_R_RESET ? "all of it is read at once" : NULL, why, 0);
}

/* Recipients that a rule reads each byte of, as many at once as clients send. */
static bool takes_recipients(u32 times)
{
	static const char rcpt[] = "RCPT TO:<firstname.lastname@inside.test>\r\n";
	u32 i, n = times * (sizeof(rcpt) - 1), taken;

	begin(NULL);
	say(ESMTP_S2C, "503 no\r\n");
	for (i = 0; i < times; i++)
		memcpy(text + i * (sizeof(rcpt) - 1), rcpt, sizeof(rcpt) - 1);
	judge(ESMTP_C2S, sent[ESMTP_C2S], text, n);
	taken = ins.half[ESMTP_C2S].stream.next - sent[ESMTP_C2S];
	return end(taken < n ? "honest recipients wait" : NULL, taken, n);
}

int main(void)
{
	bool good;
	u32 i;

	esmtp_map_recommended(&map);
	good = fills(0, LARGE) && fills(POOL - FREE, MSS);
	for (i = 1; i < 64 && good; i++)
		good = keeps_order(i);
	good = good && bounds_work();
	esmtp_map_default(&map);	/* it waits, and does not refuse */
	good = good && holds_once();
	for (i = 10; i < 80 && good; i += 2)
		good = reorders(i);
	map.params.relay = (struct esmtp_param){ .on = true, .act = ESMTP_ACT_LOG };
	strcpy(map.params.relay_domain, "inside.test");
	good = good && takes_recipients(32) && takes_recipients(90);
	if (good)
		puts("ok bounds of what one connection holds");
	return !good;
}
