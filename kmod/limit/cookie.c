// SPDX-License-Identifier: GPL-2.0
/*
 * SYN cookies (RFC 4987 3.6) of our own. The kernel's secret is not used: its cookies on any port,
 * and those of SYNPROXY, are never taken for ours, nor ours for theirs.
 *
 *	 31..24  number of the minute and index of the MSS, blinded
 *	 23..0   hash of addresses, ports, the client's number, both of the above, and what is
 *		 encoded in the timestamp beside it (promise.c)
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/once.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <net/netfilter/nf_conntrack_tuple.h>

#include "intercept.h"

enum {
	MSS_BITS = 3,
	MSS_MASK = (1 << MSS_BITS) - 1,
	TIME_MASK = 0xff >> MSS_BITS,
	HASH_MASK = 0xffffff,
	MINUTE = ESMTP_COOKIE_SECONDS / 2,	/* seconds: one that has just begun, and the one before */
};

/* From the least that a host must take (RFC 9293 3.7.1) to jumbo frames. */
static const u16 sizes[MSS_MASK + 1] = { 536, 1220, 1300, 1380, 1440, 1460, 4312, 8940 };

/* What a cookie vouches for. */
struct origin {
	union nf_inet_addr src, dst;
	__be16 sport, dport;
	u32 seq;
	u32 what;
	u32 promise;
} __aligned(SIPHASH_ALIGNMENT);

static u32 hash_origin(const struct nf_conntrack_tuple *t, u32 seq, u32 what, u16 promise)
{
	static siphash_key_t secret __read_mostly;
	struct origin o = {
		.src = t->src.u3,
		.dst = t->dst.u3,
		.sport = t->src.u.tcp.port,
		.dport = t->dst.u.tcp.port,
		.seq = seq,
		.what = what,
		.promise = promise,
	};

	net_get_random_once(&secret, sizeof(secret));
	return (u32)siphash(&o, sizeof(o), &secret);
}

static u32 get_minute(void)
{
	u64 seconds = get_jiffies_64();

	do_div(seconds, MINUTE * HZ);
	return (u32)seconds;
}

static u32 make_cookie(const struct nf_conntrack_tuple *t, u32 seq, u32 minute, u32 index,
		       u16 promise)
{
	u32 what = (minute & TIME_MASK) << MSS_BITS | index;

	return (what << 24 ^ (hash_origin(t, seq, ~0U, 0) & ~(u32)HASH_MASK)) |
	       (hash_origin(t, seq, minute << MSS_BITS | index, promise) & HASH_MASK);
}

/**
 * esmtp_cookie_make() - encode a connection in a sequence number
 * @t: the connection as the client sees it, from the client to the server
 * @seq: of the client's SYN
 * @mss: the client's; reduced to a value that a cookie can encode
 * @promise: what else the client is told, see promise.c
 *
 * Any context.
 *
 * Return: the sequence number.
 */
u32 esmtp_cookie_make(const struct nf_conntrack_tuple *t, u32 seq, u16 *mss, u16 promise)
{
	u32 index = MSS_MASK;

	while (index && sizes[index] > *mss)
		index--;
	*mss = sizes[index];
	return make_cookie(t, seq, get_minute(), index, promise);
}

/**
 * esmtp_cookie_check() - does a client acknowledge a cookie?
 * @t: as it was for esmtp_cookie_make()
 * @seq: of the acknowledgement
 * @ack: its acknowledgement number, 1 + the cookie
 * @promise: what it takes for agreed on
 *
 * Any context.
 *
 * Return: the client's MSS, or 0 if the cookie is invalid or has expired.
 */
u16 esmtp_cookie_check(const struct nf_conntrack_tuple *t, u32 seq, u32 ack, u16 promise)
{
	u32 now = get_minute(), what, index, age;

	what = ((ack - 1) ^ hash_origin(t, seq - 1, ~0U, 0)) >> 24;
	index = what & MSS_MASK;
	age = (now - (what >> MSS_BITS)) & TIME_MASK;
	if (age > 1 || make_cookie(t, seq - 1, now - age, index, promise) != ack - 1)
		return 0;
	return sizes[index];
}

/**
 * esmtp_cookie_clock() - the time, as timestamps of a connection tell it
 * @t: the connection as the client sees it, from the client to the server
 *
 * Each connection's begins elsewhere (RFC 7323 7.1). Any context.
 *
 * Return: milliseconds.
 */
u32 esmtp_cookie_clock(const struct nf_conntrack_tuple *t)
{
	return (u32)ktime_to_ms(ktime_get()) + hash_origin(t, 0, ~1U, 0);
}
