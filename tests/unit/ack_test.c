// SPDX-License-Identifier: GPL-2.0
/*
 * A segment that only acknowledges does at once what the whole engine would have done: two
 * connections get the same segments, in and out of order, and in one of them those without
 * payload are first offered to esmtp_ack_plain(). After each of them both are the same: what
 * left, what was told, what was answered, and all that is known of the connection.
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
	EVENTS = 64,
};

/* What became of a segment. */
struct outcome {
	enum esmtp_reason why;
	bool ended;
	bool answered;
	u32 len;			/* of what left, headers included */
	u32 n;
	struct esmtp_event events[EVENTS];
};

struct twin {
	struct esmtp_inspect ins;
	struct esmtp_pool pool;
	struct outcome out;		/* of the last segment */
	u8 bytes[PACKET_ROOM];		/* it, as it left */
};

/* One segment. */
struct shot {
	enum esmtp_dir dir;
	u32 off;
	u32 n;
	u32 acked;
	bool fin, urg;
};

__thread int queued_cpu;
int queued_cpus = 1;

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
	static char answer;

	(void)pkt;
	(void)seg;
	return (struct sk_buff *)&answer;
}

static void note_event(struct esmtp_io *io, const struct esmtp_event *ev)
{
	struct esmtp_task *t = container_of(io, struct esmtp_task, io);
	struct outcome *out = &container_of(t->ins, struct twin, ins)->out;

	struct esmtp_event *to = &out->events[out->n++];

	if (out->n == EVENTS)
		abort();
	/* not what is between them */
	to->id = ev->id;
	to->dir = ev->dir;
	to->rule = ev->rule;
	to->off = ev->off;
	to->value = ev->value;
}

static void judge(struct twin *twin, const struct shot *s)
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
				.dir = s->dir, .event = note_event };

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
	memset(&twin->out, 0, sizeof(twin->out));
	if (twin == &quick && esmtp_ack_plain(&twin->ins, &twin->pool, s->dir, &p.pkt)) {
		plain++;
		twin->out.why = ESMTP_R_CONTROL;
	} else {
		twin->out.why = esmtp_inspect_segment(&t);
	}
	twin->out.ended = t.ended;
	twin->out.answered = t.back;
	twin->out.len = p.buf.len;
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

static bool is_same_log(const struct esmtp_log *a, const struct esmtp_log *b)
{
	u32 i;

	for (i = 0; i < a->n && i < b->n; i++)
		if (memcmp(esmtp_log_at(a, i), esmtp_log_at(b, i), sizeof(struct esmtp_edit)))
			return false;
	return a->n == b->n && a->grown == b->grown;
}

static bool is_same_piece(const struct esmtp_kept *a, const struct esmtp_kept *b)
{
	u32 n = a->len, m = b->len;
	const u8 *p, *q;

	if (a->off != b->off || a->len != b->len || a->size != b->size)
		return false;
	if (!n)
		return true;
	p = esmtp_keep_map(a, 0, &n);
	q = esmtp_keep_map(b, 0, &m);
	return n == m && !memcmp(p, q, n);
}

/* Lists that are circular, known by their last. */
static bool is_same_tail(const struct esmtp_kept *a, const struct esmtp_kept *b)
{
	const struct esmtp_kept *last = a, *other = b;

	if (!a || !b)
		return !a && !b;
	do {
		a = a->next;
		b = b->next;
		if (!is_same_piece(a, b) || (a == last) != (b == other))
			return false;
	} while (a != last);
	return true;
}

static bool is_same_tree(const struct esmtp_kept *a, const struct esmtp_kept *b)
{
	if (!a || !b)
		return !a && !b;
	return is_same_piece(a, b) && is_same_tree(a->left, b->left) &&
	       is_same_tree(a->next, b->next);
}

static bool is_same_half(const struct esmtp_half_stream *a, const struct esmtp_half_stream *b)
{
	return a->stream.una == b->stream.una && a->stream.next == b->stream.next &&
	       is_same_log(&a->log, &b->log) && is_same_tail(a->tail, b->tail) &&
	       is_same_tree(a->ahead, b->ahead) && a->held == b->held && a->isn == b->isn &&
	       a->pieces == b->pieces && a->bytes == b->bytes;
}

static bool is_same_message(const struct esmtp_session *a, const struct esmtp_session *b)
{
	if (!a || !b)
		return !a && !b;
	return !memcmp(&a->msg, &b->msg, sizeof(a->msg));
}

static bool is_same(void)
{
	const struct esmtp_inspect *a = &whole.ins, *b = &quick.ins;

	return !memcmp(&whole.out, &quick.out, sizeof(whole.out)) &&
	       !memcmp(whole.bytes, quick.bytes, whole.out.len) &&
	       !memcmp(&a->session, &b->session, sizeof(a->session)) &&
	       is_same_message(a->whole, b->whole) && a->client_end == b->client_end &&
	       a->told == b->told && a->cleared == b->cleared && a->resizes == b->resizes &&
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
		judge(&whole, &s);
		judge(&quick, &s);
		same = is_same();
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
