// SPDX-License-Identifier: GPL-2.0
/*
 * A segment that only acknowledges does at once what the whole engine would have done: two
 * connections get the same segments, in and out of order, and in one of them those without
 * payload are first offered to esmtp_ack_plain(). After each of them both are the same.
 */
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netfilter.h>

#include "any.h"
#include "control/memory.h"
#include "packet_parse.h"

enum {
	HEADERS = sizeof(struct iphdr) + sizeof(struct tcphdr),
	ROUNDS = 3000,
	STEPS = 120,
};

struct twin {
	struct esmtp_inspect ins;
	struct esmtp_pool pool;
	u8 bytes[PACKET_ROOM];		/* the packet as it left */
};

/* One segment. */
struct shot {
	enum esmtp_dir dir;
	u32 off;
	u32 n;
	u32 acked;
	bool fin, urg;
};

static const u32 isn[ESMTP_DIR_MAX] = { 1000, 0xfffffff0u };
static const char *const conversation[ESMTP_DIR_MAX] = {
	"EHLO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nDATA\r\n"
	"Subject: x\r\n\r\ntext\r\n.\r\nXYZZY\r\nNOOP\r\nQUIT\r\n",
	"220 a ESMTP\r\n250-a\r\n250-XYZ\r\n250 STARTTLS\r\n250 ok\r\n250 ok\r\n354 go\r\n"
	"250 ok\r\n500 no\r\n250 ok\r\n221 bye\r\n",
};

static struct twin whole, quick;
static struct esmtp_map map;
static u32 plain;

struct sk_buff *esmtp_inject_build(const struct esmtp_pkt *pkt, const struct esmtp_segment *seg)
{
	(void)pkt;
	(void)seg;
	return NULL;
}

static enum esmtp_reason judge(struct twin *twin, const struct shot *s)
{
	static u8 spare[PACKET_ROOM];
	u8 *bytes = twin->bytes;
	struct iphdr *ip = (void *)bytes;
	struct tcphdr *th = (void *)(ip + 1);
	struct packet p = {
		.buf = { .data = bytes, .len = HEADERS + s->n, .size = PACKET_ROOM },
		.spare = spare, .dir = s->dir, .ins = &twin->ins,
	};
	struct esmtp_task t = { .ins = &twin->ins, .pool = &twin->pool, .pkt = &p.pkt,
				.dir = s->dir };

	memset(bytes, 0, HEADERS);
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->protocol = IPPROTO_TCP;
	ip->tot_len = htons((u16)(HEADERS + s->n));
	th->seq = htonl(isn[s->dir] + s->off);
	th->ack_seq = htonl(isn[!s->dir] + s->acked);
	th->doff = sizeof(*th) / 4;
	th->ack = 1;
	th->fin = s->fin;
	th->urg = s->urg;
	memcpy(bytes + HEADERS, conversation[s->dir] + s->off, s->n);
	if (!packet_init(&p, NFPROTO_IPV4))
		abort();
	if (twin == &quick && esmtp_ack_plain(&twin->ins, &twin->pool, s->dir, &p.pkt)) {
		plain++;
		return ESMTP_R_CONTROL;
	}
	return esmtp_inspect_segment(&t);
}

/* Near what was said so far; more often than not the next bytes, or nothing. */
static struct shot any_shot(void)
{
	struct shot s = { .dir = (enum esmtp_dir)any(ESMTP_DIR_MAX) };
	const struct esmtp_half_stream *half = whole.ins.half;
	u32 all = (u32)strlen(conversation[s.dir]);

	s.off = half[s.dir].stream.next;
	if (!any(6))
		s.off = any(all);
	s.off = esmtp_least(s.off, all);
	s.n = any(2) ? esmtp_least(any(40), all - s.off) : 0;
	s.acked = half[!s.dir].stream.next - any(2) * any(30) + !any(9);
	s.fin = !any(30);
	s.urg = !any(30);
	return s;
}

static bool is_same_half(const struct esmtp_half_stream *a, const struct esmtp_half_stream *b)
{
	return a->stream.una == b->stream.una && a->stream.next == b->stream.next &&
	       a->log.n == b->log.n && a->log.grown == b->log.grown && !a->tail == !b->tail &&
	       !a->ahead == !b->ahead && a->held == b->held && a->isn == b->isn &&
	       a->pieces == b->pieces && a->bytes == b->bytes;
}

static bool is_same(void)
{
	const struct esmtp_inspect *a = &whole.ins, *b = &quick.ins;

	return !memcmp(&a->session, &b->session, sizeof(a->session)) && !a->rest == !b->rest &&
	       a->client_end == b->client_end && a->told == b->told && a->cleared == b->cleared &&
	       is_same_half(&a->half[ESMTP_C2S], &b->half[ESMTP_C2S]) &&
	       is_same_half(&a->half[ESMTP_S2C], &b->half[ESMTP_S2C]) &&
	       atomic_long_read(&whole.pool.held) == atomic_long_read(&quick.pool.held);
}

static void begin(struct twin *twin)
{
	memset(twin, 0, sizeof(*twin));
	esmtp_inspect_init(&twin->ins, &map, isn);
}

static bool run(void)
{
	bool same = true;
	u32 step;

	begin(&whole);
	begin(&quick);
	for (step = 0; step < STEPS && same; step++) {
		struct shot s = any_shot();

		whole.ins.cleared = quick.ins.cleared = !any(500);
		same = judge(&whole, &s) == judge(&quick, &s) && is_same() &&
		       !memcmp(whole.bytes, quick.bytes, HEADERS);
	}
	esmtp_inspect_close(&whole.ins, &whole.pool);
	esmtp_inspect_close(&quick.ins, &quick.pool);
	return same && !atomic_long_read(&quick.pool.held);
}

int main(void)
{
	bool same = true, resizes;
	u32 i;

	for (i = 0; i < ROUNDS && same; i++) {
		resizes = i % 4 == 3;
		esmtp_map_default(&map);
		map.params.monitor = i % 4 == 2;
		if (resizes)
			map.strip = 1U << ESMTP_KW_OTHERS;
		same = run();
	}
	printf("%s acknowledgements at once: %u\n", same && plain ? "ok" : "not ok", plain);
	return !same || !plain;
}
