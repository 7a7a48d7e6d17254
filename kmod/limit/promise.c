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
 * A server is promised to do what it did the last time (servers.c). So it must have answered a SYN
 * that asked for all of them, and with a timestamp: those of servers that have not are answered as
 * if their clients had offered nothing. A server, or several behind one address, of which not every
 * answer is the same is promised nothing for an hour or more: it costs one client its connection.
 */
#include <linux/ktime.h>
#include <linux/once.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include "control/net.h"
#include "promise.h"
#include "servers.h"

enum {
	SCALE_BITS = 4,
	SCALE_MASK = (1 << SCALE_BITS) - 1,
	SACK = 1 << 8,
	BITS = SACK | (SACK - 1),
	MADE = 1 << 9,			/* never 0 */
};

/* What a client calls a server. */
struct name {
	union nf_inet_addr addr;
	__be16 port;
	u16 zone;
	u32 zero;
} __aligned(SIPHASH_ALIGNMENT);

static u64 hash_server(const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *t = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	static siphash_key_t secret __read_mostly;
	struct name n = {
		.addr = t->dst.u3,
		.port = t->dst.u.tcp.port,
		.zone = nf_ct_zone(ct)->id,
	};

	net_get_random_once(&secret, sizeof(secret));
	return siphash(&n, sizeof(n), &secret);
}

/* Of the namespace of a connection; NULL while nothing there was limited. */
static struct esmtp_servers *get_servers(const struct nf_conn *ct)
{
	return READ_ONCE(esmtp_net(nf_ct_net(ct))->servers);
}

static u32 get_now(void)
{
	return (u32)ktime_get_seconds();
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
	struct esmtp_servers *servers = get_servers(ct);

	/*
	 * An answer offers no more than it was asked for, and what its client asked for is what
	 * the first of its SYNs did, which the server need not have had: less says nothing.
	 */
	if (!servers || !server->stamped || !server->sack || server->scale == ESMTP_TCP_UNSCALED ||
	    (ct->proto.tcp.seen[IP_CT_DIR_ORIGINAL].flags & all) != all)
		return;
	if (!esmtp_servers_see(servers, hash_server(ct), server->scale & SCALE_MASK, get_now()))
		esmtp_count(esmtp_net(nf_ct_net(ct))->stats->unlearned);
}

/**
 * esmtp_promise_break() - a server has not done what it was promised to do
 * @ct: the connection
 *
 * Context: any.
 */
void esmtp_promise_break(const struct nf_conn *ct)
{
	struct esmtp_servers *servers = get_servers(ct);

	esmtp_count(esmtp_net(nf_ct_net(ct))->stats->broken);
	if (servers)
		esmtp_servers_doubt(servers, hash_server(ct), get_now());
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
	const struct esmtp_servers *servers = get_servers(ct);
	u16 promise = MADE;
	u8 scale;

	if (!servers || !client->stamped || !esmtp_servers_find(servers, hash_server(ct), &scale))
		return 0;
	if (client->scale == ESMTP_TCP_UNSCALED)
		scale = ESMTP_TCP_UNSCALED;
	/* one scale alone is none (RFC 7323 2.2) */
	promise |= scale == ESMTP_TCP_UNSCALED ? ESMTP_TCP_UNSCALED : client->scale;
	promise |= scale << SCALE_BITS;
	if (client->sack)
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
