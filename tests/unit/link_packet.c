// SPDX-License-Identifier: GPL-2.0
/*
 * A packet of the daemon's kind, and what the stream engine asks of a plane that the
 * daemon has elsewhere: memory, which fails when it is told to, and a segment back.
 */
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdlib.h>

#include <linux/netfilter.h>

#include "link.h"

enum {
	HEADERS = sizeof(struct iphdr) + sizeof(struct tcphdr),
	SACKS = 3,			/* blocks at most */
};

static struct link *at_work;		/* whose packet the engine has */
static struct esmtp_scratch desk;

/**
 * link_isn() - the sequence number of the first byte of a direction
 * @dir: the direction
 *
 * Return: it.
 */
u32 link_isn(enum esmtp_dir dir)
{
	return dir == ESMTP_C2S ? 0xfffff000 : 0x7fffffe0;
}

/* Blocks of what has come behind a gap (RFC 2018); returns bytes of options. */
static u32 put_sack(u8 *to, const struct link *l, enum esmtp_dir dir)
{
	const struct link_way *half = &l->half[dir];
	u32 first = link_isn(dir) + l->base, n = 0, i, from, edge;

	for (i = half->read; i < half->far && n < SACKS; i++) {
		if (!half->has[i])
			continue;
		from = i;
		while (i < half->far && half->has[i])
			i++;
		edge = htonl(first + from);
		memcpy(to + 4 + 8 * n, &edge, sizeof(edge));
		edge = htonl(first + i);
		memcpy(to + 8 + 8 * n++, &edge, sizeof(edge));
	}
	if (!n)
		return 0;
	to[0] = ESMTP_TCP_NOP;
	to[1] = ESMTP_TCP_NOP;
	to[2] = ESMTP_TCP_SACK;
	to[3] = (u8)(2 + 8 * n);
	return 4 + 8 * n;
}

/**
 * link_make() - a packet as its sender sends it
 * @l: the connection
 * @p: filled
 * @lp: what is to be in it
 *
 * It acknowledges what its sender acknowledged last, and has SACK blocks if it has no
 * payload.
 *
 * Return: its bytes, of which none may be read behind the last, to be freed once the
 * packet was looked at. The next call may take what it has moved to since.
 */
u8 *link_make(const struct link *l, struct packet *p, const struct link_packet *lp)
{
	const struct link_way *half = &l->half[lp->dir];
	static u8 spare[PACKET_ROOM];
	u8 sack[ESMTP_TCP_OPTIONS];
	u32 options = lp->len ? 0 : put_sack(sack, l, !lp->dir);
	u32 len = HEADERS + options + lp->len;
	u8 *bytes = calloc(1, len);
	struct iphdr *ip = (void *)bytes;
	struct tcphdr *th = (void *)(ip + 1);

	if (!bytes)
		abort();
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->protocol = IPPROTO_TCP;
	ip->tot_len = htons((u16)len);
	th->seq = htonl(link_isn(lp->dir) + l->base + lp->off);
	th->ack_seq = htonl(link_isn(!lp->dir) + l->base + l->half[!lp->dir].acked);
	th->doff = ((sizeof(*th) + options) / 4) & 0xf;
	th->ack = 1;
	th->fin = lp->fin;
	th->urg = lp->urg;
	memcpy(bytes + HEADERS, sack, options);
	memcpy(bytes + HEADERS + options, half->was + lp->off, lp->len);
	if (lp->lie)
		bytes[HEADERS + options + lp->lie - 1] ^= 0x20;
	*p = (struct packet){
		.buf = { .data = bytes, .len = len, .size = len },
		.spare = spare,
		.dir = lp->dir,
		.ins = &l->ins,
	};
	if (!packet_init(p, NFPROTO_IPV4))
		abort();
	return bytes;
}

/**
 * link_hear() - note what a core has seen
 * @io: its ctx is a struct link_events
 * @ev: what it was
 */
void link_hear(struct esmtp_io *io, const struct esmtp_event *ev)
{
	struct link_events *events = io->ctx;

	if (events->n < LINK_EVENTS)
		events->v[events->n] = *ev;
	events->n++;
}

/* The log is in the order of the stream, and no byte has two edits. */
static void check_log(struct link *l, const struct esmtp_log *log)
{
	const struct esmtp_edit *e, *before;
	u32 i;

	for (i = 1; i < log->n; i++) {
		before = esmtp_log_at(log, i - 1);
		e = esmtp_log_at(log, i);
		if (esmtp_before(e->off, before->off + before->len))
			link_fail(l, "edits are out of order", before->off, e->off);
	}
}

/**
 * link_judge() - have the engine judge a packet
 * @l: the connection
 * @p: from link_make()
 *
 * Return: how it ended.
 */
enum esmtp_reason link_judge(struct link *l, struct packet *p)
{
	struct esmtp_task t = {
		.io.ctx = &l->seen, .ins = &l->ins, .pool = &l->pool,
		.pkt = &p->pkt, .dir = p->dir, .event = link_hear,
	};
	enum esmtp_reason why;
	s32 held;

	at_work = l;
	l->seen.n = 0;
	l->failed = false;
	memset(&desk, 0xa5, sizeof(desk));
	why = esmtp_inspect_segment(&t);
	at_work = NULL;
	check_log(l, &l->ins.half[p->dir].log);
	held = (s32)l->ins.half[ESMTP_C2S].held + l->ins.half[ESMTP_S2C].held;
	if (held != l->pool.held)
		link_fail(l, "the pool does not know what is held", (u32)held,
			  (u32)l->pool.held);
	return why;
}

static bool fails(void)
{
	if (!at_work->failing || --at_work->failing)
		return false;
	at_work->failed = true;
	return true;
}

/* The engine's memory; see <esmtp/stream.h>. */

void *esmtp_memory_copy(const void *from, u32 size)
{
	void *p = fails() ? NULL : malloc(size);

	return p ? memcpy(p, from, size) : NULL;
}

void esmtp_memory_free(void *p)
{
	free(p);
}

struct esmtp_scratch *esmtp_memory_scratch(void)
{
	return &desk;
}

void esmtp_pool_add(struct esmtp_pool *pool, s32 bytes)
{
	pool->held += bytes;
}

bool esmtp_pool_full(const struct esmtp_pool *pool, u32 mine)
{
	(void)mine;
	return pool->full;
}

/* The linker gives the engine these in place of the daemon's (--wrap). */
struct esmtp_kept *__real_esmtp_keep_alloc(const struct esmtp_pkt *pkt, u32 skip, u32 off);
struct esmtp_kept *__wrap_esmtp_keep_alloc(const struct esmtp_pkt *pkt, u32 skip, u32 off);
struct esmtp_session *__real_esmtp_memory_session(void);
struct esmtp_session *__wrap_esmtp_memory_session(void);
int __real_esmtp_pkt_write_resized(struct esmtp_pkt *pkt, const struct esmtp_log *log, u32 off);
int __wrap_esmtp_pkt_write_resized(struct esmtp_pkt *pkt, const struct esmtp_log *log, u32 off);

struct esmtp_kept *__wrap_esmtp_keep_alloc(const struct esmtp_pkt *pkt, u32 skip, u32 off)
{
	return fails() ? NULL : __real_esmtp_keep_alloc(pkt, skip, off);
}

struct esmtp_session *__wrap_esmtp_memory_session(void)
{
	return fails() ? NULL : __real_esmtp_memory_session();
}

int __wrap_esmtp_pkt_write_resized(struct esmtp_pkt *pkt, const struct esmtp_log *log, u32 off)
{
	return fails() ? -1 : __real_esmtp_pkt_write_resized(pkt, log, off);
}

/* What an end that was refused is told: a RST, an acknowledgement, or the reply. */
struct sk_buff *esmtp_inject_build(const struct esmtp_pkt *pkt,
				   const struct esmtp_segment *seg)
{
	const char *say = esmtp_reject_text(&at_work->ins.session);

	(void)pkt;
	if (!at_work->over && at_work->ins.session.mode != ESMTP_MODE_CLOSED)
		link_fail(at_work, "a segment back from a connection alive", seg->flags, 0);
	if (seg->len && (seg->len != strlen(say) + 2 || memcmp(seg->text, say, strlen(say))))
		link_fail(at_work, "another reply than the rule's", seg->len, 0);
	return NULL;
}
