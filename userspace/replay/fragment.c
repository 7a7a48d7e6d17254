// SPDX-License-Identifier: GPL-2.0
/*
 * Fragments put together (RFC 791 3.2, RFC 8200 4.5), as a router's conntrack does before
 * anything else sees them. Bytes that two fragments bring make the datagram worthless
 * (RFC 5722 3); so does its being incomplete for 30 seconds of the recording.
 */
#include <stdlib.h>

#include <linux/netfilter.h>
#include <linux/types.h>

#include "fragment.h"

enum {
	DATAGRAMS = 64,			/* that are incomplete at a time */
	UNIT = 8,			/* bytes that fragments begin at */
	UNITS = 65536 / UNIT,
	HEADERS = 512,			/* bytes before what is cut in pieces */
	HEX_FRAGMENT = 44,		/* IPv6's header of fragments */
};

#define SECONDS_30 (30 * 1000000000ull)

/**
 * struct piece - a fragment's place
 * @key: addresses, number and protocol: which datagram
 * @head: bytes of headers before the data
 * @last: offset of the byte that says what follows the headers (IPv6)
 * @next: that is
 * @at: where its data begins in the datagram's
 * @len: its bytes
 * @more: others follow
 */
struct piece {
	u8 key[40];
	u32 head, last;
	u8 next;
	u32 at, len;
	bool more;
};

struct datagram {
	u8 key[40];
	u64 time;			/* 0: free */
	u32 head, size, have;
	u8 units[UNITS / 8];
	u8 header[HEADERS];
	u8 data[65536];
};

static struct datagram *table;
static u8 *whole;

static u32 read_be16(const u8 *p)
{
	return (u32)(p[0] << 8 | p[1]);
}

static void write_be16(u8 *p, u32 v)
{
	p[0] = (u8)(v >> 8);
	p[1] = (u8)v;
}

static bool parse_ipv4(const u8 *ip, u32 n, struct piece *p)
{
	u32 off = read_be16(ip + 6);

	p->head = (ip[0] & 0xfu) * 4;
	p->at = (off & 0x1fff) * UNIT;
	p->more = off & 0x2000;
	p->len = n - p->head;
	memcpy(p->key, ip + 12, 8);
	memcpy(p->key + 8, ip + 4, 2);
	p->key[10] = ip[9];
	return off & 0x3fff;
}

/* Bytes of an extension header that may stand before that of fragments. */
static u32 get_extension(u8 kind, const u8 *p)
{
	return kind == 0 || kind == 43 || kind == 60 ? (p[1] + 1u) * 8 : 0;
}

static bool parse_ipv6(const u8 *ip, u32 n, struct piece *p)
{
	u32 at = 40, off, len;
	u8 next = ip[6];

	p->last = 6;
	while (next != HEX_FRAGMENT) {
		len = at + 8 <= n ? get_extension(next, ip + at) : 0;
		if (!len || at + len + 8 > n)
			return false;
		p->last = at;
		next = ip[at];
		at += len;
	}
	if (at + 8 > n || at > HEADERS)
		return false;
	off = read_be16(ip + at + 2);
	p->head = at;
	p->next = ip[at];
	p->at = off & 0xfff8;
	p->more = off & 1;
	p->len = n - at - 8;
	memcpy(p->key, ip + 8, 32);
	memcpy(p->key + 32, ip + at + 4, 4);
	p->key[36] = 6;
	return off & 0xfff9;
}

static bool parse_piece(const struct frame *f, struct piece *p)
{
	const u8 *ip = f->bytes + f->ip;

	memset(p, 0, sizeof(*p));
	return f->family == NFPROTO_IPV4 ? parse_ipv4(ip, f->iplen, p) :
					   parse_ipv6(ip, f->iplen, p);
}

/**
 * fragment_is() - is a packet a piece of one?
 * @f: the packet
 *
 * Return: true if so.
 */
bool fragment_is(const struct frame *f)
{
	struct piece p;

	return parse_piece(f, &p);
}

static void drop_datagram(struct datagram *d, struct replay_sums *sums)
{
	d->time = 0;
	sums->incomplete++;
}

/* The datagram of a piece; the oldest one gives way to a new one. */
static struct datagram *find_datagram(const struct piece *p, u64 now, struct replay_sums *sums)
{
	struct datagram *d, *old = table;

	for (d = table; d < table + DATAGRAMS; d++) {
		if (d->time && now - d->time > SECONDS_30)
			drop_datagram(d, sums);
		if (d->time && !memcmp(d->key, p->key, sizeof(d->key)))
			return d;
		if (d->time < old->time)
			old = d;
	}
	if (old->time)
		drop_datagram(old, sums);
	memcpy(old->key, p->key, sizeof(old->key));
	memset(old->units, 0, sizeof(old->units));
	old->time = now ? now : 1;
	old->head = 0;
	old->size = 0;
	old->have = 0;
	return old;
}

/* Notes its units; false if one of them was there. */
static bool mark_units(struct datagram *d, const struct piece *p)
{
	u32 unit;

	for (unit = p->at / UNIT; unit * UNIT < p->at + p->len; unit++) {
		if (d->units[unit / 8] & 1 << unit % 8)
			return false;
		d->units[unit / 8] |= (u8)(1 << unit % 8);
	}
	return true;
}

/* False for what makes the datagram worthless. */
static bool put_piece(struct datagram *d, const struct piece *p, const u8 *ip, u32 skip)
{
	u32 end = p->at + p->len;

	if (!p->len || end > 65535 || (p->more && p->len % UNIT) ||
	    (!p->more && (d->size || d->have > end)) || (d->size && end > d->size))
		return false;
	if (!mark_units(d, p))
		return false;
	memcpy(d->data + p->at, ip + p->head + skip, p->len);
	d->have += p->len;
	if (!p->more)
		d->size = end;
	if (!p->at) {
		d->head = p->head;
		memcpy(d->header, ip, p->head);
		if (p->last)
			d->header[p->last] = p->next;
	}
	return true;
}

static void sum_ipv4(u8 *ip, u32 head)
{
	u32 sum = 0, i;

	write_be16(ip + 10, 0);
	for (i = 0; i < head; i += 2)
		sum += read_be16(ip + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	write_be16(ip + 10, ~sum);
}

/* Makes the frame one that has the whole datagram. */
static bool make_whole(struct frame *f, const struct datagram *d)
{
	u32 total = d->head + d->size;
	u8 *ip = whole + f->ip;

	if (total > 65535 || f->ip > HEADERS)
		return false;
	memcpy(whole, f->bytes, f->ip);
	memcpy(ip, d->header, d->head);
	memcpy(ip + d->head, d->data, d->size);
	if (f->family == NFPROTO_IPV4) {
		write_be16(ip + 2, total);
		write_be16(ip + 6, read_be16(ip + 6) & 0x4000);
		sum_ipv4(ip, d->head);
	} else {
		write_be16(ip + 4, total - 40);
	}
	f->bytes = whole;
	f->have = f->ip + total;
	f->len = f->have;
	f->iplen = total;
	return true;
}

/**
 * fragment_add() - take a piece of a packet
 * @f: the piece; becomes the packet when it was the last that was missing
 * @sums: counts it
 *
 * Return: true if @f is whole now.
 */
bool fragment_add(struct frame *f, struct replay_sums *sums)
{
	struct datagram *d;
	struct piece p;

	sums->fragments++;
	if (!table)
		table = calloc(DATAGRAMS, sizeof(*table));
	if (!whole)
		whole = malloc(HEADERS + 65536);
	if (!table || !whole || f->cut || !parse_piece(f, &p))
		return false;
	d = find_datagram(&p, f->time, sums);
	if (!put_piece(d, &p, f->bytes + f->ip, f->family == NFPROTO_IPV4 ? 0 : 8)) {
		drop_datagram(d, sums);
		return false;
	}
	if (!d->size || d->have < d->size || !d->head)
		return false;
	d->time = 0;
	if (!make_whole(f, d))
		return false;
	sums->reassembled++;
	return true;
}

/**
 * fragment_end() - let go of what is incomplete
 * @sums: counts it
 */
void fragment_end(struct replay_sums *sums)
{
	struct datagram *d;

	for (d = table; table && d < table + DATAGRAMS; d++)
		if (d->time)
			sums->incomplete++;
	free(table);
	free(whole);
	table = NULL;
	whole = NULL;
}
