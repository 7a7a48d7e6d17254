// SPDX-License-Identifier: GPL-2.0
/* The traffic as it would have left, as a capture file. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <netinet/ip.h>

#include <linux/netfilter.h>

#include <pcap/pcap.h>

#include <daemon/hook.h>

#include "write.h"

enum {
	LINK = 512,			/* bytes of a link's header */
	SNAP = 262144,
};

static pcap_t *dead;
static pcap_dumper_t *out;
static int link_type;
static const struct frame *now;		/* whose link's header is used */
static u8 room[LINK + PACKET_ROOM];
static u8 own[PACKET_ROOM];		/* a segment of the engine's */

/**
 * write_open() - begin a capture file
 * @path: its name
 * @type: DLT_* of what will be written
 * @error: says what went wrong
 * @size: bytes of @error
 *
 * Return: 0 or -1.
 */
int write_open(const char *path, int type, char *error, u32 size)
{
	if (out && type == link_type)
		return 0;
	if (out || type == DLT_NFLOG) {
		snprintf(error, size, "%s: packets of different links, or of NFLOG, cannot be written",
			 path);
		return -1;
	}
	dead = pcap_open_dead_with_tstamp_precision(type, SNAP, PCAP_TSTAMP_PRECISION_NANO);
	out = dead ? pcap_dump_open(dead, path) : NULL;
	link_type = type;
	if (out)
		return 0;
	snprintf(error, size, "%s", dead ? pcap_geterr(dead) : "no memory");
	return -1;
}

/**
 * write_wanted() - is a file open?
 *
 * Return: true if so.
 */
bool write_wanted(void)
{
	return out;
}

/**
 * write_at() - what follows leaves when a packet came, by its link
 * @f: the packet; stays where it is until the next call
 */
void write_at(const struct frame *f)
{
	now = f;
}

static void put_record(const u8 *bytes, u32 have, u32 len)
{
	struct pcap_pkthdr h = {
		.ts.tv_sec = (time_t)(now->time / 1000000000),
		.ts.tv_usec = (suseconds_t)(now->time % 1000000000),
		.caplen = have,
		.len = len,
	};

	pcap_dump((u_char *)out, &h, bytes);
}

/**
 * write_frame() - write a packet as it was recorded
 * @f: the packet
 */
void write_frame(const struct frame *f)
{
	if (!out)
		return;
	write_at(f);
	put_record(f->bytes, f->have, f->len);
}

/* Does a packet go where the one at hand goes? By its source. */
static bool is_forward(const u8 *ip)
{
	const u8 *was = now->bytes + now->ip;
	u32 at = ip[0] >> 4 == 4 ? 12 : 8, n = ip[0] >> 4 == 4 ? 4 : 16;

	return !memcmp(ip + at, was + at, n);
}

static void put_ip(const u8 *ip, u32 len)
{
	if (now->ip > LINK || len > PACKET_ROOM)
		return;
	memcpy(room, now->bytes, now->ip);
	if (!is_forward(ip))
		link_turn(link_type, room, now->ip);
	link_resize(link_type, room, now->ip, len);
	memcpy(room + now->ip, ip, len);
	put_record(room, now->ip + len, now->ip + len);
}

/**
 * write_packet() - write a packet as it leaves
 * @p: the packet at hand
 */
void write_packet(struct packet *p)
{
	if (!out)
		return;
	if (inject_wanted(p)) {
		inject_resend(p);
		return;
	}
	packet_set_length(p);
	packet_set_checksum(p->buf.data, p->buf.len, p->pkt.family, p->pkt.thoff);
	put_ip(p->buf.data, p->buf.len);
}

/**
 * raw_send() - write a segment of the engine's own
 * @bytes: the packet; the length and checksum of IPv4 are missing
 * @len: its bytes
 *
 * Return: true.
 */
bool raw_send(const u8 *bytes, u32 len)
{
	struct packet p = { .buf = { .data = own, .len = len } };

	if (!out || len > sizeof(own))
		return true;
	memcpy(own, bytes, len);
	p.pkt.family = bytes[0] >> 4 == 4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
	packet_set_length(&p);
	put_ip(own, len);
	return true;
}

/**
 * write_close() - end the file
 *
 * Return: 0, or -1 if it is not all there.
 */
int write_close(void)
{
	int err = 0;

	if (out) {
		err = pcap_dump_flush(out);
		err |= ferror(pcap_dump_file(out)) ? -1 : 0;
		pcap_dump_close(out);
	}
	if (dead)
		pcap_close(dead);
	out = NULL;
	dead = NULL;
	return err;
}
