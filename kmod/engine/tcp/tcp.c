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

enum {					/* bytes of options, kind and length included */
	MSS_LEN = 4,
	SCALE_LEN = 3,
	SACK_PERMITTED_LEN = 2,
	STAMP_LEN = 10,
};

/* The timestamp among the options, or NULL. */
static u8 *find_stamp(u8 *at, const u8 *end)
{
	at = esmtp_tcp_option(at, end, ESMTP_TCP_TIMESTAMP);
	return at && at[1] == STAMP_LEN ? at : NULL;
}

/* An option of @kind with as many bytes as it must have, or NULL. */
static const u8 *find_sized(u8 *at, const u8 *end, u8 kind, u8 len)
{
	at = esmtp_tcp_option(at, end, kind);
	return at && at[1] == len ? at : NULL;
}

/**
 * esmtp_tcp_read_offer() - what the options of a segment say
 * @o: where to
 * @at: the first option
 * @end: behind the header
 *
 * A scale that is too large is as large as there may be (RFC 7323 2.3).
 */
void esmtp_tcp_read_offer(struct esmtp_offer *o, u8 *at, const u8 *end)
{
	const u8 *mss = find_sized(at, end, ESMTP_TCP_MSS, MSS_LEN);
	const u8 *scale = find_sized(at, end, ESMTP_TCP_SCALE, SCALE_LEN);
	const u8 *stamp = find_stamp(at, end);

	o->mss = mss ? read_be16(mss + 2) : 0;
	o->scale = ESMTP_TCP_UNSCALED;
	if (scale)
		o->scale = scale[2] < ESMTP_TCP_SCALE_MAX ? scale[2] : ESMTP_TCP_SCALE_MAX;
	o->sack = find_sized(at, end, ESMTP_TCP_SACK_PERMITTED, SACK_PERMITTED_LEN);
	o->stamped = stamp;
	o->stamp = stamp ? read_be32(stamp + 2) : 0;
	o->echo = stamp ? read_be32(stamp + 6) : 0;
}

/* Two bytes that keep what follows aligned. */
static u8 *write_sack_permitted(u8 *to, bool sack)
{
	to[0] = sack ? ESMTP_TCP_SACK_PERMITTED : NOP;
	to[1] = sack ? SACK_PERMITTED_LEN : NOP;
	return to + SACK_PERMITTED_LEN;
}

static u8 *write_stamp(u8 *to, const struct esmtp_offer *o)
{
	to[0] = ESMTP_TCP_TIMESTAMP;
	to[1] = STAMP_LEN;
	write_be32(to + 2, o->stamp);
	write_be32(to + 6, o->echo);
	return to + STAMP_LEN;
}

/**
 * esmtp_tcp_write_offer() - options that say so
 * @to: ESMTP_TCP_OFFER bytes
 * @o: what; without timestamps there is no SACK either
 *
 * Return: bytes written, a multiple of 4.
 */
u32 esmtp_tcp_write_offer(u8 *to, const struct esmtp_offer *o)
{
	u8 *at = to;

	if (o->mss) {
		at[0] = ESMTP_TCP_MSS;
		at[1] = MSS_LEN;
		at[2] = (u8)(o->mss >> 8);
		at[3] = (u8)o->mss;
		at += MSS_LEN;
	}
	if (o->stamped)
		at = write_stamp(write_sack_permitted(at, o->sack), o);
	if (o->scale != ESMTP_TCP_UNSCALED) {
		at[0] = NOP;
		at[1] = ESMTP_TCP_SCALE;
		at[2] = SCALE_LEN;
		at[3] = o->scale;
		at += 1 + SCALE_LEN;
	}
	return (u32)(at - to);
}

static void add_be32(u8 *p, u32 by)
{
	write_be32(p, read_be32(p) + by);
}

/**
 * esmtp_tcp_shift_sent() - count a sender's timestamps from another beginning
 * @at: the first option of a segment
 * @end: behind the header
 * @stamp: what is added
 */
void esmtp_tcp_shift_sent(u8 *at, const u8 *end, u32 stamp)
{
	u8 *found = find_stamp(at, end);

	if (found)
		add_be32(found + 2, stamp);
}

/**
 * esmtp_tcp_shift_acked() - turn what options acknowledge back to the sender's numbers
 * @at: the first option of a segment
 * @end: behind the header
 * @shift: what was added to sequence numbers
 * @stamp: what was added to timestamps
 */
void esmtp_tcp_shift_acked(u8 *at, const u8 *end, u32 shift, u32 stamp)
{
	u8 *found = find_stamp(at, end);
	u32 i;

	if (found)
		add_be32(found + 6, 0 - stamp);
	while ((at = esmtp_tcp_option(at, end, ESMTP_TCP_SACK))) {
		for (i = 2; i + 8 <= at[1]; i += 8) {
			add_be32(at + i, 0 - shift);
			add_be32(at + i + 4, 0 - shift);
		}
		at += at[1];
	}
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
	const u8 *stamp = find_stamp(at, end);

	if (!stamp)
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
