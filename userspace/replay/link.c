// SPDX-License-Identifier: GPL-2.0
/* Headers of links (tcpdump.org/linktypes.html): where in a frame the IP packet begins. */
#include <pcap/pcap.h>

#include "frame.h"

enum {
	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
	TYPE_VLAN = 0x8100,		/* IEEE 802.1Q */
	TYPE_QINQ = 0x88a8,		/* 802.1ad */
	TYPE_QINQ_OLD = 0x9100,
	TYPE_MPLS = 0x8847,		/* RFC 3032 */
	TYPE_PPPOE = 0x8864,		/* RFC 2516 */
	PPP_IPV4 = 0x0021,
	PPP_IPV6 = 0x0057,
	ETHER = 14,
	ADDRESS = 6,
};

static u32 read_be16(const u8 *p)
{
	return (u32)(p[0] << 8 | p[1]);
}

/* Behind the labels: the last one has a bit for it. */
static u32 skip_mpls(const u8 *p, u32 n, u32 at)
{
	for (; at + 4 <= n; at += 4)
		if (p[at + 2] & 1)
			return at + 4;
	return FRAME_NONE;
}

static u32 skip_ppp(const u8 *p, u32 n, u32 at)
{
	u32 proto;

	if (n >= at + 2 && p[at] == 0xff && p[at + 1] == 0x03)
		at += 2;
	if (n < at + 2)
		return FRAME_NONE;
	proto = read_be16(p + at);
	return proto == PPP_IPV4 || proto == PPP_IPV6 ? at + 2 : FRAME_NONE;
}

/* @at is that of an EtherType, behind any number of tags. */
static u32 skip_types(const u8 *p, u32 n, u32 at)
{
	u32 type;

	for (; at + 2 <= n; at += 4) {
		type = read_be16(p + at);
		if (type == TYPE_IPV4 || type == TYPE_IPV6)
			return at + 2;
		if (type == TYPE_MPLS)
			return skip_mpls(p, n, at + 2);
		if (type == TYPE_PPPOE)
			return skip_ppp(p, n, at + 2 + 6);
		if (type != TYPE_VLAN && type != TYPE_QINQ && type != TYPE_QINQ_OLD)
			break;
	}
	return FRAME_NONE;
}

/* Packets of NFLOG: records of a length and a type; type 9 is the payload. */
static u32 skip_nflog(const u8 *p, u32 n)
{
	u32 at = 4, len;

	while (at + 4 <= n) {
		len = (u32)(p[at] | p[at + 1] << 8);
		if ((p[at + 2] | p[at + 3] << 8) == 9)
			return at + 4;
		if (len < 4 || len > n)
			break;
		at += (len + 3) & ~3u;
	}
	return FRAME_NONE;
}

/**
 * link_known() - can frames of this kind be read?
 * @type: DLT_*
 *
 * Return: true if so.
 */
bool link_known(int type)
{
	switch (type) {
	case DLT_EN10MB:
	case DLT_LINUX_SLL:
	case DLT_LINUX_SLL2:
	case DLT_RAW:
	case DLT_IPV4:
	case DLT_IPV6:
	case DLT_NULL:
	case DLT_LOOP:
	case DLT_PPP:
	case DLT_PPP_SERIAL:
	case DLT_C_HDLC:
	case DLT_NFLOG:
		return true;
	default:
		return false;
	}
}

/**
 * link_find_ip() - find the IP packet in a frame
 * @type: DLT_*, of those that link_known() knows
 * @p: the frame
 * @n: its bytes
 *
 * Return: its offset, which may be @n, or FRAME_NONE if the frame carries none.
 */
u32 link_find_ip(int type, const u8 *p, u32 n)
{
	switch (type) {
	case DLT_EN10MB:
		return skip_types(p, n, 12);
	case DLT_LINUX_SLL:
		return skip_types(p, n, 14);
	case DLT_LINUX_SLL2:
		/* its type is the first field, tags follow the header */
		if (n < 20)
			return FRAME_NONE;
		if (read_be16(p) == TYPE_IPV4 || read_be16(p) == TYPE_IPV6)
			return 20;
		return read_be16(p) == TYPE_VLAN ? skip_types(p, n, 22) : FRAME_NONE;
	case DLT_NULL:
	case DLT_LOOP:
		return 4;
	case DLT_PPP:
	case DLT_PPP_SERIAL:
		return skip_ppp(p, n, 0);
	case DLT_C_HDLC:
		return skip_types(p, n, 2);
	case DLT_NFLOG:
		return skip_nflog(p, n);
	default:
		return 0;
	}
}

/**
 * link_turn() - make the header of a frame one of the other direction
 * @type: DLT_*
 * @header: the header
 * @n: its bytes
 *
 * Only those of Ethernet have two ends.
 */
void link_turn(int type, u8 *header, u32 n)
{
	u8 mac[ADDRESS];

	if (type != DLT_EN10MB || n < ETHER)
		return;
	memcpy(mac, header, ADDRESS);
	memcpy(header, header + ADDRESS, ADDRESS);
	memcpy(header + ADDRESS, mac, ADDRESS);
}

/**
 * link_resize() - have the header of a frame say how long its packet is
 * @type: DLT_*
 * @header: the header
 * @n: its bytes
 * @len: bytes of the packet
 *
 * Only PPPoE's does, with the two bytes of its protocol counted.
 */
void link_resize(int type, u8 *header, u32 n, u32 len)
{
	if (type != DLT_EN10MB || n < ETHER + 8 || read_be16(header + n - 10) != TYPE_PPPOE)
		return;
	header[n - 4] = (u8)((len + 2) >> 8);
	header[n - 3] = (u8)(len + 2);
}
