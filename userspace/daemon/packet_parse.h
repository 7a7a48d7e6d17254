/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_PACKET_H
#define _QUEUED_PACKET_H

#include <linux/netlink.h>
#include <esmtp/stream.h>

#include <linux/slab.h>

enum {
	PACKET_MAX = 0xffff,		/* bytes of a packet, its headers included */
	PACKET_ROOM = PACKET_MAX + 512,	/* and of one with text of the engine's own */
	PACKET_READ = 0xffff - 4,	/* bytes that the kernel gives of one: an attribute */
	PACKET_HEADERS = 60 + 60,	/* of IP and TCP, with all options there may be */
};

/* Netfilter's marks by which rules and this daemon understand each other. */
enum {
	MARK_OWN = 0x45534d54,		/* "ESMT": a segment that this daemon sent */
	MARK_UNPLACED = 0x45534d55,	/* conntrack has it for invalid or untracked */
};

/**
 * struct packet - a packet that the kernel queued
 * @pkt: its headers, for the engine; @pkt.skb is @buf
 * @buf: its bytes; the IP header is the first
 * @spare: PACKET_ROOM bytes to move to when @buf is too small
 * @id: what its verdict has to name
 * @in: interface that it came in by, or 0
 * @out: interface that it leaves by, or 0
 * @side: the first of these, but a port of a bridge where there is one
 * @mark: netfilter's
 * @hook: NF_INET_*
 * @ct: its connection, as conntrack knows it: CTA_* in an attribute, or NULL
 * @seq: its sequence number, as it came
 * @len: bytes of its payload, as it came
 * @spec: addresses of that connection, once it was found
 * @ins: the engine's state of it, or NULL
 * @mss: bytes that its receiver takes in a segment
 * @dir: its direction
 * @gso: segments in one; whoever sends them cuts them and makes the checksums
 * @unverified: nobody has looked at its checksum
 * @cut: it is longer than what the kernel could give us of it
 * @parts: it is a fragment that nobody put together
 * @edited: @buf is not what the kernel has
 * @resized: it has another length
 */
struct packet {
	struct esmtp_pkt pkt;
	struct sk_buff buf;
	u8 *spare;
	u32 id;
	u32 in, out;
	int side;
	u32 mark;
	u8 hook;
	const struct nlattr *ct;
	u32 seq, len;
	const struct esmtp_flowspec *spec;
	const struct esmtp_inspect *ins;
	u16 mss;
	enum esmtp_dir dir;
	bool gso;
	bool unverified;
	bool cut;
	bool parts;
	bool edited;
	bool resized;
};

/* packet.c */
bool packet_init(struct packet *p, u8 family);
u32 packet_find(const u8 *ip, u32 len, u8 family, u8 proto, bool *parts);
u8 packet_hops(const struct packet *p);
bool packet_checksum_ok(struct packet *p);
u8 *packet_room(struct packet *p, u32 len);
void packet_resize(struct packet *p, u32 len);
void packet_set_length(struct packet *p);
u16 packet_mss(const struct packet *p);
void packet_clamp_mss(struct packet *p);
void packet_replace(u8 *field, u32 value, u8 *checksum);
void packet_set_checksum(u8 *bytes, u32 len, u8 family, u32 thoff);

static inline struct packet *packet_of(const struct esmtp_pkt *pkt)
{
	return container_of(pkt, struct packet, pkt);
}

static inline u8 *packet_options(const struct packet *p)
{
	return p->buf.data + p->pkt.thoff + ESMTP_TCP_HEADER;
}

static inline u8 *packet_payload(const struct packet *p)
{
	return p->buf.data + p->pkt.dataoff;
}

#endif /* _QUEUED_PACKET_H */
