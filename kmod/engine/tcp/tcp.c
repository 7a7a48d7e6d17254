// SPDX-License-Identifier: GPL-2.0
/* The bytes of a TCP header (RFC 9293 3.1). It is read before it is judged. */
#include <esmtp/stream.h>

enum {					/* places in it */
	SPORT = 0,
	DPORT = 2,
	SEQ = 4,
	ACK = 8,
	DOFF = 12,			/* upper half: length in words */
	FLAGS = 13,
};

enum {					/* kinds of options without a length */
	END = 0,
	NOP = ESMTP_TCP_NOP,
};

/* Big-endian and possibly unaligned. */
static u16 read_be16(const u8 *p)
{
	return (u16)(p[0] << 8 | p[1]);
}

static u32 read_be32(const u8 *p)
{
	return (u32)read_be16(p) << 16 | read_be16(p + 2);
}

static void write_be32(u8 *p, u32 value)
{
	p[0] = (u8)(value >> 24);
	p[1] = (u8)(value >> 16);
	p[2] = (u8)(value >> 8);
	p[3] = (u8)value;
}

/**
 * esmtp_tcp_read() - read a header
 * @pkt: filled if the result is true, but for what the plane knows: @pkt->skb,
 *	@pkt->family
 * @header: the first ESMTP_TCP_HEADER bytes
 * @thoff: its offset in the packet
 * @end: bytes of the packet, @thoff included
 *
 * Return: false if the header is longer than the packet, or shorter than a header.
 */
bool esmtp_tcp_read(struct esmtp_pkt *pkt, const u8 *header, u32 thoff, u32 end)
{
	u32 len = (header[DOFF] >> 4) * 4u;

	if (len < ESMTP_TCP_HEADER || thoff + len > end)
		return false;
	pkt->thoff = thoff;
	pkt->hops = 0;
	pkt->dataoff = thoff + len;
	pkt->len = end - pkt->dataoff;
	pkt->seq = read_be32(header + SEQ);
	pkt->ack = read_be32(header + ACK);
	pkt->sport = read_be16(header + SPORT);
	pkt->dport = read_be16(header + DPORT);
	pkt->has_ack = header[FLAGS] & ESMTP_TCP_ACK;
	pkt->syn = header[FLAGS] & ESMTP_TCP_SYN;
	pkt->fin = header[FLAGS] & ESMTP_TCP_FIN;
	pkt->rst = header[FLAGS] & ESMTP_TCP_RST;
	pkt->urg = header[FLAGS] & ESMTP_TCP_URG;
	return true;
}

/**
 * esmtp_tcp_option() - find an option (RFC 9293 3.1)
 * @at: where to begin: the first option, or behind one that was found
 * @end: behind the header
 * @kind: the option's
 *
 * Options that don't fit in the header end the list, as for a receiver.
 *
 * Return: the option, all of whose @at[1] bytes are there, or NULL.
 */
u8 *esmtp_tcp_option(u8 *at, const u8 *end, u8 kind)
{
	while (at < end && *at != END) {
		if (*at == NOP) {
			at++;
			continue;
		}
		if (end - at < 2 || at[1] < 2 || at[1] > end - at)
			return NULL;
		if (*at == kind)
			return at;
		at += at[1];
	}
	return NULL;
}

/**
 * esmtp_tcp_mss() - the option that a SYN says its MSS with (RFC 9293 3.7.1)
 * @to: the option; ESMTP_TCP_MSS_LEN bytes
 * @mss: bytes of payload, 0 for no option
 *
 * Return: bytes written.
 */
u32 esmtp_tcp_mss(u8 *to, u16 mss)
{
	if (!mss)
		return 0;
	to[0] = ESMTP_TCP_MSS;
	to[1] = ESMTP_TCP_MSS_LEN;
	to[2] = (u8)(mss >> 8);
	to[3] = (u8)mss;
	return ESMTP_TCP_MSS_LEN;
}

/**
 * esmtp_tcp_answer_timestamp() - the timestamp that belongs in an answer
 * @to: the option, with blanks before it, if the result is not 0; ESMTP_TCP_STAMPED
 *	bytes
 * @at: the options of the packet that is answered
 * @end: behind them
 *
 * The one that its sender expects next to its own (RFC 7323 3.2): what it echoes is
 * the newest that it saw.
 *
 * Return: bytes written, 0 if the packet has no timestamp.
 */
u32 esmtp_tcp_answer_timestamp(u8 *to, u8 *at, const u8 *end)
{
	const u8 *stamp = esmtp_tcp_option(at, end, ESMTP_TCP_TIMESTAMP);

	if (!stamp || stamp[1] != ESMTP_TCP_STAMPED - 2)
		return 0;
	to[0] = NOP;
	to[1] = NOP;
	to[2] = ESMTP_TCP_TIMESTAMP;
	to[3] = stamp[1];
	memcpy(to + 4, stamp + 6, 4);
	memcpy(to + 8, stamp + 2, 4);
	return ESMTP_TCP_STAMPED;
}

static void renumber_sack_block(u8 *p, const struct esmtp_half_stream *half)
{
	write_be32(p, esmtp_renumber_in(half, read_be32(p), true));
	p += 4;
	write_be32(p, esmtp_renumber_in(half, read_be32(p), false));
}

/**
 * esmtp_tcp_renumber() - turn what a header acknowledges back to the sender's numbers
 * @header: the header, whose ACK flag is set
 * @end: behind it, options included
 * @half: the direction of the data
 *
 * That is the acknowledgement number, and each edge of the blocks of a SACK option
 * (RFC 2018 3). The checksum is left to the caller.
 *
 * Return: the acknowledgement number as it is now.
 */
u32 esmtp_tcp_renumber(u8 *header, const u8 *end, const struct esmtp_half_stream *half)
{
	u32 ack = esmtp_renumber_in(half, read_be32(header + ACK), false), i;
	u8 *at = header + ESMTP_TCP_HEADER;

	write_be32(header + ACK, ack);
	while ((at = esmtp_tcp_option(at, end, ESMTP_TCP_SACK))) {
		for (i = 2; i + 8 <= at[1]; i += 8)
			renumber_sack_block(at + i, half);
		at += at[1];
	}
	return ack;
}
