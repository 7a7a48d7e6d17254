// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes kept: those ahead of a gap against a plain array of them, in any order and cut,
 * and how few steps lead to one of them; what one connection may hold, and what is left
 * for others when many take all they can.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/memory.h"
#include "any.h"

enum {
	BYTES = 4000,
	ROUNDS = 40000,
	DEEP = 32,			/* of 256 pieces */
	CONNECTIONS = 4000,
	SMALL = 60 << 10,
};

__thread int queued_cpu;
int queued_cpus = 2;

static const u32 base = 0xfffffc00u;	/* offsets wrap */
static u8 text[BYTES];
static u8 known[BYTES];
static struct esmtp_half_stream half;

/* What flight.c asks of a plane: the packet is its bytes. */

struct kept {
	struct esmtp_kept h;
	u8 bytes[];
};

struct esmtp_kept *esmtp_keep_alloc(const struct esmtp_pkt *pkt, u32 skip, u32 off)
{
	u32 len = pkt->len - skip;
	struct kept *k = calloc(1, sizeof(*k) + len);

	if (!k)
		abort();
	k->h.off = off;
	k->h.len = len;
	k->h.size = (u32)sizeof(*k) + len;
	memcpy(k->bytes, (const u8 *)pkt->skb + skip, len);
	return &k->h;
}

void esmtp_keep_free(struct esmtp_kept *h)
{
	free(h);
}

bool esmtp_keep_same(const struct esmtp_kept *h, u32 at, const struct esmtp_pkt *pkt,
		     u32 skip, u32 len)
{
	return !memcmp(((const struct kept *)h)->bytes + at, (const u8 *)pkt->skb + skip, len);
}

static bool fail(const char *what, u32 a, u32 b)
{
	printf("not ok flight: %s (%u, %u)\n", what, a, b);
	return false;
}

static enum esmtp_known expect(u32 off, const u8 *p, u32 n)
{
	u32 i, have = 0;

	for (i = 0; i < n; i++) {
		if (known[off + i] && text[off + i] != p[i])
			return ESMTP_KNOWN_DIFFERS;
		have += known[off + i];
	}
	return !have ? ESMTP_KNOWN_NONE : have == n ? ESMTP_KNOWN_SAME : ESMTP_KNOWN_PARTLY;
}

static u32 find_depth(u32 off)
{
	const struct esmtp_kept *h = half.ahead;
	u32 n = 0;

	for (; h && h->off != off; n++)
		h = esmtp_before(off, h->off) ? h->left : h->next;
	return n;
}

/* A packet ahead of the gap, which now and then differs in a byte. */
static bool offer(u32 off, u32 n, bool lie)
{
	u8 bytes[BYTES];
	struct esmtp_pkt pkt = { .skb = (void *)bytes, .len = n };
	enum esmtp_known want, is;

	memcpy(bytes, text + off, n);
	if (lie)
		bytes[any(n)] ^= 1;
	want = expect(off, bytes, n);
	is = esmtp_flight_ahead(&half, &pkt, base + off);
	if (is != want)
		return fail("another answer", is, want);
	if (is != ESMTP_KNOWN_NONE || half.pieces == ESMTP_FLIGHT_PIECES)
		return true;
	memcpy(text + off, bytes, n);
	memset(known + off, 1, n);
	return !esmtp_flight_ahead_add(&half, &pkt, base + off) ||
	       fail("is not kept", off, n);
}

/* The first of them comes next, and is the first. */
static bool take(void)
{
	const struct esmtp_kept *h = esmtp_flight_ahead_first(&half);
	u32 i, off;

	for (i = 0; i < BYTES && !known[i]; i++)
		;
	if (!h)
		return i == BYTES || fail("is lost", i, 0);
	off = h->off - base;
	if (off != i)
		return fail("another is the first", off, i);
	memset(known + off, 0, h->len);
	esmtp_flight_ahead_judged(&half);
	if (half.tail->off - base != off)
		return fail("another was taken", off, half.tail->off - base);
	esmtp_flight_prune(&half, half.tail->off + half.tail->len);
	return true;
}

static bool keeps(void)
{
	bool good = true;
	u32 i;

	for (i = 0; i < ROUNDS && good; i++) {
		u32 off = any(BYTES - 64);

		good = any(4) ? offer(off, 1 + any(any(3) ? 3 : 60), !any(5)) : take();
	}
	while (good && half.pieces)
		good = take();
	if (good && (half.held || half.ahead || half.tail))
		good = fail("something is held", half.held, half.pieces);
	return good;
}

/* Pieces of one byte, each behind a gap: in order, backwards, and from both ends. */
static bool is_flat(u32 way)
{
	u32 i, off, deepest = 0, n = ESMTP_FLIGHT_PIECES;

	for (i = 0; i < n; i++) {
		off = way == 0 ? i : way == 1 ? n - 1 - i : i & 1 ? n - 1 - i / 2 : i / 2;
		if (!offer(2 * off, 1, false))
			return false;
	}
	for (i = 0; i < n; i++)
		if (find_depth(base + 2 * i) > deepest)
			deepest = find_depth(base + 2 * i);
	esmtp_flight_purge(&half);
	memset(known, 0, sizeof(known));
	if (half.pieces)
		return fail("pieces are left", half.pieces, 0);
	return deepest <= DEEP || fail("a tree is deep", deepest, way);
}

/* Each of many takes all that it may: one more has room for what it needs. */
static bool shares(void)
{
	static u32 mine[CONNECTIONS];
	struct esmtp_pool pool = { 0 };
	u32 i, round;

	for (round = 0; round < 200; round++)
		for (i = 0; i < CONNECTIONS; i++) {
			if (mine[i] >= ESMTP_FLIGHT_FLOW || esmtp_pool_full(&pool, mine[i]))
				continue;
			mine[i] += 64 << 10;
			esmtp_pool_add(&pool, 64 << 10);
		}
	if (esmtp_pool_full(&pool, 0))
		return fail("nothing is left for others", mine[0], mine[CONNECTIONS - 1]);
	for (i = 0; i < CONNECTIONS; i++)
		esmtp_pool_add(&pool, -(s32)mine[i]);
	mine[0] = 0;
	while (mine[0] < ESMTP_FLIGHT_FLOW && !esmtp_pool_full(&pool, mine[0])) {
		mine[0] += SMALL;
		esmtp_pool_add(&pool, SMALL);
	}
	return mine[0] >= ESMTP_FLIGHT_FLOW || fail("one alone has too little", mine[0], 0);
}

/* Two CPUs of which one takes and the other frees: what both hold is never far from known. */
static bool settles(void)
{
	atomic_long_t common = { 0 };
	struct esmtp_pool pool = { .common = &common };
	long sum = 1 << 30, off = 0;
	u32 i;

	pool.near = alloc_percpu_gfp(long, GFP_KERNEL);
	if (!pool.near)
		return fail("no memory", 0, 0);
	esmtp_pool_add(&pool, 1 << 30);
	for (i = 0; i < ROUNDS; i++) {
		s32 bytes = (s32)any(3000) - (i % 2 ? 1000 : 2000);

		queued_cpu = (int)any(2);
		esmtp_pool_add(&pool, bytes);
		sum += bytes;
		off = labs(atomic_long_read(&pool.held) - sum);
		if (off >= 2 * (64 << 10) || esmtp_pool_held(&pool) != sum)
			return fail("bytes held are not known", (u32)off, i);
	}
	esmtp_pool_settle(&pool);
	return (atomic_long_read(&pool.held) == sum && atomic_long_read(&common) == sum) ||
	       fail("bytes are lost", (u32)sum, (u32)off);
}

int main(void)
{
	bool good;
	u32 i;

	for (i = 0; i < BYTES; i++)
		text[i] = (u8)any(256);
	good = keeps();
	for (i = 0; i < 3 && good; i++)
		good = is_flat(i);
	good = good && shares() && settles();
	if (good)
		printf("ok bytes ahead of a gap, and shares of memory\n");
	return !good;
}
