/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One connection through the stream engine: two ends, and a path between them that
 * cuts, loses, repeats, reorders and forges segments. Packets are the daemon's.
 *
 * What the core says of the bytes that were judged, fed to it alone in their order, is
 * what a receiver must read: each byte of each packet that leaves is compared with
 * that, and so is what either end is told to have arrived.
 */
#ifndef _LINK_H
#define _LINK_H

#include <packet_parse.h>

struct vector;

enum {
	LINK_STREAM = 1 << 15,		/* bytes that one end sends */
	LINK_IS = 2 * LINK_STREAM + ESMTP_SAY_LEN + 2,
	LINK_FAIL = 200,
	LINK_EVENTS = 256,		/* of one packet */
};

/**
 * struct link_way - one direction; all places are bytes from the first one on
 * @was: as the sender says them; what was judged, or is ahead, is what came first
 * @is: as the receiver must read them
 * @at: where in @is each byte of @was begins, up to the first that is not judged
 * @got: what has come to the receiver
 * @has: of which bytes it has
 * @piece: where bytes are ahead of a gap: bytes of the packet that begins here
 * @ahead: this byte is in such a packet
 * @have: bytes that the sender has to send
 * @sent: bytes that it has sent
 * @told: bytes that it was told to have arrived
 * @judged: bytes that the engine has judged
 * @una: bytes that the engine was told to have arrived
 * @read: bytes that the receiver could read so far
 * @far: behind the last byte that it has
 * @acked: what the receiver acknowledged last, in its own count
 * @lied: the receiver acknowledged what it did not have
 * @why: how the last packet with payload ended
 */
struct link_way {
	u8 was[LINK_STREAM], ahead[LINK_STREAM];
	u16 piece[LINK_STREAM];
	u32 at[LINK_STREAM + 1];
	u8 is[LINK_IS], got[LINK_IS], has[LINK_IS];
	u32 have, sent, told, judged, una, read, far, acked;
	bool lied;
	enum esmtp_reason why;
};

/**
 * struct link_packet - a packet that an end sends
 * @dir: its direction
 * @off: its first byte
 * @len: bytes
 * @lie: 1 + index of a byte that is not what it was, 0 for none
 * @lost: it leaves the router and does not arrive
 * @fin: FIN is set
 * @urg: so is URG
 */
struct link_packet {
	enum esmtp_dir dir;
	u32 off, len;
	u32 lie;
	bool lost, fin, urg;
};

/* What the core saw in one packet. */
struct link_events {
	struct esmtp_event v[LINK_EVENTS];
	u32 n;
};

/* What the connections of a plane hold together. */
struct esmtp_pool {
	s32 held;
	bool full;
};

/**
 * struct link - one connection
 * @half: by enum esmtp_dir
 * @ins: the engine's
 * @pool: what it holds
 * @alone: the core's state of a session without packets
 * @map: of both
 * @seen: by the engine's core
 * @heard: by the other
 * @base: stream offset of the first byte of either direction
 * @random: state of a generator
 * @wild: ends may lie, and memory may fail
 * @failing: allocations until one fails, 0 for none
 * @failed: one has failed, for this packet
 * @over: the connection was ended
 * @fail: what went wrong, "" for nothing
 */
struct link {
	struct link_way half[ESMTP_DIR_MAX];
	struct esmtp_inspect ins;
	struct esmtp_pool pool;
	struct esmtp_session alone;
	struct esmtp_map map;
	struct link_events seen, heard;
	u32 base;
	u32 random;
	u32 failing;
	bool wild;
	bool failed;
	bool over;
	char fail[LINK_FAIL];
};

/* link.c: the ends and the path */
const char *link_talk(struct link *l, const struct vector *v, u32 random, u32 steps);

/* link_packet.c: a packet, and what the engine asks of a plane */
u8 *link_make(const struct link *l, struct packet *p, const struct link_packet *lp);
enum esmtp_reason link_judge(struct link *l, struct packet *p);
void link_hear(struct esmtp_io *io, const struct esmtp_event *ev);
u32 link_isn(enum esmtp_dir dir);

/* link_check.c: what must come of a segment with payload */
void link_fail(struct link *l, const char *what, u32 a, u32 b);
void link_data(struct link *l, const struct link_packet *lp);

/* link_receive.c: what leaves */
void link_receive(struct link *l, const struct packet *p, const struct link_packet *lp);

/* link_ack.c: what is acknowledged */
void link_turn(struct link *l, struct packet *p);
void link_ack(struct link *l, enum esmtp_dir dir, u32 upto, bool lost);

#endif /* _LINK_H */
