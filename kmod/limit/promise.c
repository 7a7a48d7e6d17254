// SPDX-License-Identifier: GPL-2.0
/*
 * What a SYN-ACK with a cookie promises in the server's place: window scaling, SACK and
 * timestamps. No state is kept of the client, so what it offered and was told is in the low bits
 * of our timestamp, which it echoes (as in the kernel's net/ipv4/syncookies.c), and the cookie
 * vouches for them.
 *
 *	 8	SACK
 *	 7..4	the scale that the server was promised to have
 *	 3..0	the client's scale
 *
 * A server is promised to do what it did the last time. So it must have answered a SYN that asked
 * for all of them, and with a timestamp: those of servers that have not are answered as if their
 * clients had offered nothing. A server, or several behind one address, of which not every
 * answer is the same is promised nothing any more: it costs one client its connection, once.
 */
#include <linux/once.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include <net/netns/hash.h>

#include "promise.h"

enum {
	SCALE_BITS = 4,
	SCALE_MASK = (1 << SCALE_BITS) - 1,
	SACK = 1 << 8,
	BITS = SACK | (SACK - 1),
	MADE = 1 << 9,			/* never 0 */
};

enum {					/* what is known of a server */
	KNOWN_SACK = 1 << 4,		/* beside its scale */
	KNOWN_VARIES = 1 << 5,
	KNOWN_MASK = (1 << 6) - 1,	/* the rest says of which server */
	SERVERS = 4096,			/* a power of 2 */
};

/* Of servers whose hash begins with the index; who comes last stays. Nothing, or all of it, is 0. */
static u32 servers[SERVERS];

/* What a client calls a server. */
struct name {
	union nf_inet_addr addr;
	__be16 port;
	u16 zone;
	u32 net;
} __aligned(SIPHASH_ALIGNMENT);

static u64 hash_server(const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *t = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	static siphash_key_t secret __read_mostly;
	struct name n = {
		.addr = t->dst.u3,
		.port = t->dst.u.tcp.port,
		.zone = nf_ct_zone(ct)->id,
		.net = net_hash_mix(nf_ct_net(ct)),
	};

	net_get_random_once(&secret, sizeof(secret));
	return siphash(&n, sizeof(n), &secret);
}

static u32 *find_place(u64 hash)
{
	return &servers[hash >> 32 & (SERVERS - 1)];
}

static u32 make_tag(u64 hash)
{
	return (u32)hash & ~(u32)KNOWN_MASK;
}

/* Returns false if nothing is known of a connection's server. */
static bool find_known(const struct nf_conn *ct, u32 *known)
{
	u64 hash = hash_server(ct);
	u32 entry = READ_ONCE(*find_place(hash));

	*known = entry & KNOWN_MASK;
	return entry && (entry & ~(u32)KNOWN_MASK) == make_tag(hash);
}

static void set_known(const struct nf_conn *ct, u32 known)
{
	u64 hash = hash_server(ct);

	WRITE_ONCE(*find_place(hash), make_tag(hash) | known);
}

/**
 * esmtp_promise_learn() - a server has answered a SYN that was its client's own
 * @ct: the connection, as conntrack sees it by then
 * @server: what the answer offers
 *
 * Context: any.
 */
void esmtp_promise_learn(const struct nf_conn *ct, const struct esmtp_offer *server)
{
	const u8 all = IP_CT_TCP_FLAG_WINDOW_SCALE | IP_CT_TCP_FLAG_SACK_PERM;
	u32 known, now = server->scale | KNOWN_SACK;

	/*
	 * An answer offers no more than it was asked for, and what its client asked for is what
	 * the first of its SYNs did, which the server need not have had: less says nothing.
	 */
	if (!server->stamped || !server->sack || server->scale == ESMTP_TCP_UNSCALED ||
	    (ct->proto.tcp.seen[IP_CT_DIR_ORIGINAL].flags & all) != all)
		return;
	if (!find_known(ct, &known))
		set_known(ct, now);
	else if (known != now && !(known & KNOWN_VARIES))
		set_known(ct, KNOWN_VARIES);
}

/**
 * esmtp_promise_break() - a server has not done what it was promised to do
 * @ct: the connection
 *
 * Context: any.
 */
void esmtp_promise_break(const struct nf_conn *ct)
{
	set_known(ct, KNOWN_VARIES);
}

/**
 * esmtp_promise_make() - what may be promised to a client?
 * @ct: its connection
 * @client: what its SYN offers
 *
 * Context: any.
 * Return: the promise, or 0 for none.
 */
u16 esmtp_promise_make(const struct nf_conn *ct, const struct esmtp_offer *client)
{
	u8 scale = ESMTP_TCP_UNSCALED;
	u16 promise = MADE;
	u32 known;

	if (!client->stamped || !find_known(ct, &known) || known & KNOWN_VARIES)
		return 0;
	if (client->scale != ESMTP_TCP_UNSCALED)
		scale = known & SCALE_MASK;
	/* one scale alone is none (RFC 7323 2.2) */
	promise |= scale == ESMTP_TCP_UNSCALED ? ESMTP_TCP_UNSCALED : client->scale;
	promise |= scale << SCALE_BITS;
	if (client->sack && known & KNOWN_SACK)
		promise |= SACK;
	return promise;
}

/* What one end offers. */
static void set_offer(u16 promise, u8 scale, struct esmtp_offer *o)
{
	o->stamped = promise;
	o->sack = promise & SACK;
	o->scale = promise ? scale & SCALE_MASK : ESMTP_TCP_UNSCALED;
}

/**
 * esmtp_promise_write() - promise it
 * @promise: from esmtp_promise_make()
 * @now: the time, as timestamps tell it
 * @o: what our SYN-ACK offers; all but MSS and echo are set
 *
 * The timestamp is never ahead of the time: the server's come behind it. Context: any.
 */
void esmtp_promise_write(u16 promise, u32 now, struct esmtp_offer *o)
{
	set_offer(promise, promise >> SCALE_BITS, o);
	o->stamp = (now & ~(u32)BITS) | (promise & BITS);
	if ((s32)(o->stamp - now) > 0)
		o->stamp -= BITS + 1;
}

/**
 * esmtp_promise_read() - what does a segment of a client's take for promised?
 * @o: its options
 *
 * Whether it was is for the cookie to say. Context: any.
 *
 * Return: the promise, or 0 for none.
 */
u16 esmtp_promise_read(const struct esmtp_offer *o)
{
	return o->stamped ? (o->echo & BITS) | MADE : 0;
}

/**
 * esmtp_promise_repeat() - what did the client of a promise offer?
 * @promise: the promise
 * @client: its options; all but MSS, stamp and echo are set
 *
 * That is, of what the server was promised to do. Context: any.
 */
void esmtp_promise_repeat(u16 promise, struct esmtp_offer *client)
{
	set_offer(promise, (u8)promise, client);
}

/**
 * esmtp_promise_offered() - does a client's SYN offer what its promise says?
 * @promise: the promise
 * @client: what the SYN offers
 *
 * Context: any.
 * Return: true if so, and for no promise.
 */
bool esmtp_promise_offered(u16 promise, const struct esmtp_offer *client)
{
	struct esmtp_offer o;

	esmtp_promise_repeat(promise, &o);
	return !promise || (client->sack == o.sack && client->scale == o.scale);
}

/**
 * esmtp_promise_client_scale() - by how much a client shifts its windows
 * @promise: what it was promised
 *
 * Context: any.
 * Return: bits, 0 if it does not.
 */
u8 esmtp_promise_client_scale(u16 promise)
{
	struct esmtp_offer client;

	esmtp_promise_repeat(promise, &client);
	return client.scale == ESMTP_TCP_UNSCALED ? 0 : client.scale;
}

/**
 * esmtp_promise_kept() - does a server do what its client was promised?
 * @promise: the promise
 * @server: what the server's SYN-ACK offers
 *
 * Context: any.
 * Return: true if so, and for no promise.
 */
bool esmtp_promise_kept(u16 promise, const struct esmtp_offer *server)
{
	struct esmtp_offer o;

	esmtp_promise_write(promise, 0, &o);
	return !promise || (server->stamped && server->sack == o.sack && server->scale == o.scale);
}
