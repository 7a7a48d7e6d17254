// SPDX-License-Identifier: GPL-2.0
/* The IP packet in a frame: its family and its length. */
#include <linux/netfilter.h>

#include "frame.h"

static u32 read_be16(const u8 *p)
{
	return (u32)(p[0] << 8 | p[1]);
}

/*
 * A length of 0 is that of a packet that a network card was to cut (TSO): it ends with
 * its frame.
 */
static enum frame_kind set_length(struct frame *f, u32 said, u32 there)
{
	u32 was = f->len > f->have ? there + (f->len - f->have) : there;

	if (!said)
		said = was;
	if (said > was)
		return FRAME_BROKEN;
	f->cut = said > there;
	f->iplen = said < there ? said : there;
	return FRAME_IP;
}

static enum frame_kind open_ipv4(struct frame *f, const u8 *ip, u32 n)
{
	u32 header, said;

	if (n < 20)
		return FRAME_BROKEN;
	header = (ip[0] & 0xfu) * 4;
	said = read_be16(ip + 2);
	if (header < 20 || header > n || (said && said < header))
		return FRAME_BROKEN;
	f->family = NFPROTO_IPV4;
	return set_length(f, said, n);
}

static enum frame_kind open_ipv6(struct frame *f, const u8 *ip, u32 n)
{
	u32 said;

	if (n < 40)
		return FRAME_BROKEN;
	said = read_be16(ip + 4);
	f->family = NFPROTO_IPV6;
	return set_length(f, said ? said + 40 : 0, n);
}

/**
 * frame_open() - find the IP packet in a frame
 * @f: the frame, as it was recorded; the rest is filled in
 * @type: DLT_* of its link
 *
 * Return: FRAME_IP if there is one.
 */
enum frame_kind frame_open(struct frame *f, int type)
{
	const u8 *ip;
	u32 n;

	f->cut = false;
	f->iplen = 0;
	f->ip = link_find_ip(type, f->bytes, f->have);
	if (f->ip == FRAME_NONE)
		return FRAME_OTHER;
	if (f->ip >= f->have)
		return FRAME_BROKEN;
	ip = f->bytes + f->ip;
	n = f->have - f->ip;
	if (ip[0] >> 4 == 4)
		return open_ipv4(f, ip, n);
	return ip[0] >> 4 == 6 ? open_ipv6(f, ip, n) : FRAME_OTHER;
}
