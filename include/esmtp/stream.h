/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stream engine: one inspected connection, segment by segment (RFC 9293).
 *
 * It lays the bytes of a segment into the stream, compares those that come again,
 * feeds those that are new to the core, and has the segment written as the core
 * decided. It knows neither where packets come from nor how they are kept in
 * memory: a *plane* does, the kernel module or the daemon, and gives the engine
 * the functions that are declared at the end. The engine calls no other.
 *
 * The plane serialises the calls for one connection. No call sleeps.
 */
#ifndef _ESMTP_STREAM_H
#define _ESMTP_STREAM_H

#include <esmtp/core.h>

struct sk_buff;				/* a packet of the plane's */
struct esmtp_pool;			/* the plane's: memory of all connections */

/**
 * struct esmtp_pkt - one TCP segment, which may be a GSO packet
 * @skb: the plane's own
 * @thoff: offset of the TCP header in the packet
 * @dataoff: offset of the payload
 * @len: bytes of payload
 * @seq: sequence number of the first byte of payload, or of the SYN
 * @ack: acknowledgement number, valid if @has_ack
 * @sport: source port, host order
 * @dport: destination port, host order
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @hops: TTL or hop limit, 0 if the plane does not know it
 * @has_ack: the flag ACK
 * @syn: the flag SYN
 * @fin: the flag FIN
 * @rst: the flag RST
 * @urg: the flag URG
 *
 * Offsets only: pointers die whenever the packet is pulled or expanded.
 */
struct esmtp_pkt {
	struct sk_buff *skb;
	u32 thoff;
	u32 dataoff;
	u32 len;
	u32 seq;
	u32 ack;
	u16 sport;
	u16 dport;
	u8 family;
	u8 hops;
	bool has_ack;
	bool syn;
	bool fin;
	bool rst;
	bool urg;
};

enum {					/* flags of a segment (RFC 9293 3.1) */
	ESMTP_TCP_FIN = 0x01,
	ESMTP_TCP_SYN = 0x02,
	ESMTP_TCP_RST = 0x04,
	ESMTP_TCP_PSH = 0x08,
	ESMTP_TCP_ACK = 0x10,
	ESMTP_TCP_URG = 0x20,
};

enum {
	ESMTP_TCP_HEADER = 20,		/* bytes of a header without options */
	ESMTP_TCP_OPTIONS = 40,		/* bytes of options at most */
	ESMTP_TCP_NOP = 1,		/* kinds of options */
	ESMTP_TCP_MSS = 2,
	ESMTP_TCP_SCALE = 3,
	ESMTP_TCP_SACK_PERMITTED = 4,
	ESMTP_TCP_SACK = 5,
	ESMTP_TCP_TIMESTAMP = 8,
	ESMTP_TCP_MPTCP = 30,
	ESMTP_TCP_FASTOPEN = 34,
	ESMTP_TCP_EXPERIMENT = 254,	/* with two bytes that say which */
	ESMTP_TCP_STAMPED = 12,		/* bytes of a timestamp that is aligned */
	ESMTP_TCP_OFFER = 20,		/* bytes of all that struct esmtp_offer says */
	ESMTP_TCP_SCALE_MAX = 14,	/* RFC 7323 2.3 */
	ESMTP_TCP_UNSCALED = 15,	/* no option */
};

/**
 * struct esmtp_offer - what two ends agree on by options of their SYNs
 * @mss: bytes of payload (RFC 9293 3.7.1), 0 for no option
 * @scale: shift of its windows (RFC 7323 2.2), or ESMTP_TCP_UNSCALED
 * @sack: selective acknowledgements (RFC 2018 2)
 * @stamped: timestamps (RFC 7323 3.2)
 * @stamp: its own
 * @echo: that of the other end
 */
struct esmtp_offer {
	u16 mss;
	u8 scale;
	bool sack;
	bool stamped;
	u32 stamp;
	u32 echo;
};

/**
 * struct esmtp_segment - a TCP segment of the engine's own
 * @seq: sequence number
 * @ack: acknowledgement number
 * @flags: ESMTP_TCP_*
 * @offer: its options; NULL for those that an answer to the packet at hand has
 * @window: as it stands in the header; 0 for all that it can say, of a SYN for none
 * @text: payload, may be NULL
 * @len: its bytes
 */
struct esmtp_segment {
	u32 seq;
	u32 ack;
	u8 flags;
	u16 window;
	const struct esmtp_offer *offer;
	const char *text;
	u32 len;
};

/**
 * struct esmtp_kept - bytes of a packet, as they were before it was edited
 * @next: the owner's
 * @left: the owner's
 * @off: stream offset of the first
 * @len: how many; the owner may make it less
 * @size: memory that they hold, the packet's pages included
 *
 * The plane's begins with it.
 */
struct esmtp_kept {
	struct esmtp_kept *next;
	struct esmtp_kept *left;
	u32 off;
	u32 len;
	u32 size;
};

enum {
	ESMTP_FLIGHT_FLOW = 8 << 20,	/* bytes held, each direction */
	ESMTP_FLIGHT_PIECES = 256,	/* packets ahead of a gap, each direction */
	ESMTP_FLIGHT_PACKET = 4096,	/* bytes of memory that a packet holds beside its own */
	ESMTP_FLIGHT_FAR = 1 << 30,	/* bytes from a gap to the end of what is ahead of it */
};

/* Edits in flight, each direction. More make the sender wait. */
enum { ESMTP_LOG_EDITS = 64 };

/**
 * struct esmtp_scratch - where the core works on one segment
 * @session: all of the session
 * @edits: the log's
 */
struct esmtp_scratch {
	struct esmtp_session session;
	struct esmtp_edit edits[ESMTP_LOG_EDITS];
};

/* What becomes of a packet ahead of a gap. */
enum esmtp_known {
	ESMTP_KNOWN_NONE,		/* nothing of it is known */
	ESMTP_KNOWN_SAME,		/* all of it is, and the same */
	ESMTP_KNOWN_DIFFERS,		/* a byte of it is known to be another */
	ESMTP_KNOWN_PARTLY,		/* some of it is known */
};

/**
 * struct esmtp_half_stream - one direction of an inspected connection
 * @stream: what was judged and what was acknowledged
 * @log: edits to be made again
 * @tail: original bytes, to be compared again, until they are acknowledged: the
 *	last of them, whose next is the first; in stream order, without overlap or
 *	gap
 * @ahead: those that passed ahead of a gap and are not judged yet: the root of a tree
 *	in stream order, of pieces that do not overlap
 * @held: bytes of memory that both hold
 * @pieces: how many are ahead
 * @isn: sequence number of stream offset 0
 * @bytes: judged
 *
 * Most of the time a connection is idle, and there may be very many of them.
 */
struct esmtp_half_stream {
	struct esmtp_stream stream;
	struct esmtp_log log;
	struct esmtp_kept *tail;
	struct esmtp_kept *ahead;
	u32 held;
	u32 isn;
	u32 pieces;
	u64 bytes;
};

/**
 * struct esmtp_inspect - an inspected connection, from its first payload on
 * @session: the core's state, what there always is of it
 * @whole: room for all of it, while there is more than that; or NULL
 * @client_end: once rejected: stream offset after all that the client has sent,
 *	its FIN counted
 * @told: once ended: the server was reset, or the receiver of the last packet
 * @cleared: it is to end with the next segment, as with reset
 * @resizes: its map has edits that change a length
 * @half: by enum esmtp_dir
 */
struct esmtp_inspect {
	struct esmtp_session_head session;
	struct esmtp_session *whole;
	u32 client_end;
	bool told;
	bool cleared;
	bool resizes;
	struct esmtp_half_stream half[ESMTP_DIR_MAX];
};

/**
 * struct esmtp_task - one segment for the engine
 * @io: the core's, which hands it to @event
 * @ins: the connection
 * @pool: what all connections hold together
 * @pkt: the segment, its checksum verified; it may come back shorter, or as
 *	another
 * @dir: its direction
 * @half: of that direction; the engine's
 * @session: all of the session, for @event; the engine's
 * @event: called for each event; may be NULL
 * @admit: as in struct esmtp_io
 * @back: set to a segment that is to be sent to the packet's sender, or NULL
 * @ended: set if inspection has ended the connection with this segment
 */
struct esmtp_task {
	struct esmtp_io io;
	struct esmtp_inspect *ins;
	struct esmtp_pool *pool;
	struct esmtp_pkt *pkt;
	enum esmtp_dir dir;
	struct esmtp_half_stream *half;
	struct esmtp_session *session;
	void (*event)(struct esmtp_io *io, const struct esmtp_event *ev);
	enum esmtp_reason (*admit)(struct esmtp_io *io, u8 rule);
	struct sk_buff *back;
	bool ended;
};

/* tcp/segment.c */
void esmtp_inspect_init(struct esmtp_inspect *ins, const struct esmtp_map *map,
			const u32 isn[ESMTP_DIR_MAX]);
void esmtp_inspect_close(struct esmtp_inspect *ins, struct esmtp_pool *pool);
enum esmtp_reason esmtp_inspect_segment(struct esmtp_task *t);

/* tcp/ack.c */
void esmtp_ack_process(struct esmtp_inspect *ins, enum esmtp_dir dir, const struct esmtp_pkt *pkt);
bool esmtp_ack_plain(struct esmtp_inspect *ins, struct esmtp_pool *pool, enum esmtp_dir dir,
		     const struct esmtp_pkt *pkt);

/* tcp/renumber.c */
bool esmtp_renumber_on(const struct esmtp_inspect *ins);
u32 esmtp_renumber_out(const struct esmtp_half_stream *half, u32 seq);
u32 esmtp_renumber_in(const struct esmtp_half_stream *half, u32 ack, bool up);
int esmtp_renumber_segment(struct esmtp_task *t);

/* tcp/tcp.c: a header's bytes, for the planes */
bool esmtp_tcp_read(struct esmtp_pkt *pkt, const u8 *header, u32 thoff, u32 end);
u8 *esmtp_tcp_option(u8 *at, const u8 *end, u8 kind);
u32 esmtp_tcp_answer_timestamp(u8 *to, u8 *at, const u8 *end);
void esmtp_tcp_read_offer(struct esmtp_offer *o, u8 *at, const u8 *end);
u32 esmtp_tcp_write_offer(u8 *to, const struct esmtp_offer *o);
void esmtp_tcp_shift_sent(u8 *at, const u8 *end, u32 stamp);
void esmtp_tcp_shift_acked(u8 *at, const u8 *end, u32 shift, u32 stamp);
u32 esmtp_tcp_renumber(u8 *header, const u8 *end, const struct esmtp_half_stream *half);

/* tcp/ending.c: the engine's own */
void esmtp_ending_begin(struct esmtp_inspect *ins, enum esmtp_dir dir, u32 hand);
enum esmtp_reason esmtp_ending_sever(struct esmtp_pkt *pkt, struct sk_buff **back);
enum esmtp_reason esmtp_ending_packet(struct esmtp_task *t, bool first);
bool esmtp_ending_resend(const struct esmtp_task *t);

/* tcp/flight.c: the engine's own */
int esmtp_flight_add(struct esmtp_half_stream *half, const struct esmtp_pkt *pkt, u32 skip,
		     u32 off);
void esmtp_flight_take_back(struct esmtp_half_stream *half, u32 len);
void esmtp_flight_prune(struct esmtp_half_stream *half, u32 una);
bool esmtp_flight_same(const struct esmtp_half_stream *half, const struct esmtp_pkt *pkt,
		       u32 skip, u32 off, u32 len);
enum esmtp_known esmtp_flight_ahead(const struct esmtp_half_stream *half,
				    const struct esmtp_pkt *pkt, u32 off);
int esmtp_flight_ahead_add(struct esmtp_half_stream *half, const struct esmtp_pkt *pkt,
			   u32 off);
const struct esmtp_kept *esmtp_flight_ahead_first(const struct esmtp_half_stream *half);
void esmtp_flight_ahead_judged(struct esmtp_half_stream *half);
void esmtp_flight_purge(struct esmtp_half_stream *half);

/* tcp/edit_store.c: the engine's own */
struct esmtp_log esmtp_edit_store_open(struct esmtp_log *log, struct esmtp_scratch *desk);
bool esmtp_edit_store_close(struct esmtp_log *log, struct esmtp_log *kept);
void esmtp_edit_store_prune(struct esmtp_log *log, u32 una);
void esmtp_edit_store_drop(struct esmtp_log *log);

/* tcp/scratch.c: the engine's own */
void esmtp_scratch_open(struct esmtp_task *t, struct esmtp_scratch *desk);
bool esmtp_scratch_close(struct esmtp_task *t);
void esmtp_scratch_drop(struct esmtp_inspect *ins);

/*
 * What a plane gives the engine. Functions that return int return 0, or a
 * negative number without memory.
 */

/* Read @pkt's payload from byte @skip on, block by block, until @fn says no. */
void esmtp_pkt_walk(const struct esmtp_pkt *pkt, u32 skip,
		    bool (*fn)(void *ctx, const u8 *p, u32 n), void *ctx);

/* Copy @pkt's TCP options; returns their bytes, 0 if they can't be read. */
u32 esmtp_pkt_options(const struct esmtp_pkt *pkt, u8 to[ESMTP_TCP_OPTIONS]);

/* Keep @pkt's payload from byte @skip on; the first kept has offset @off. */
struct esmtp_kept *esmtp_keep_alloc(const struct esmtp_pkt *pkt, u32 skip, u32 off);
void esmtp_keep_free(struct esmtp_kept *h);
/* Read bytes kept, from index @at; @n is how many are wanted, then are there. */
const u8 *esmtp_keep_map(const struct esmtp_kept *h, u32 at, u32 *n);
void esmtp_keep_unmap(const u8 *p);
/* Does @pkt bring the same @len bytes, behind the first @skip of its payload? */
bool esmtp_keep_same(const struct esmtp_kept *h, u32 at,
		     const struct esmtp_pkt *pkt, u32 skip, u32 len);

/* Write to @pkt, its checksums included; see kmod/data/skb_edit.c. */
int esmtp_pkt_write_edits(struct esmtp_pkt *pkt, const struct esmtp_log *log, u32 off);
int esmtp_pkt_blank(struct esmtp_pkt *pkt, u32 n);
int esmtp_pkt_trim(struct esmtp_pkt *pkt, u32 len);
int esmtp_pkt_clear_urgent(struct esmtp_pkt *pkt);
int esmtp_pkt_write_options(struct esmtp_pkt *pkt, const u8 *options);
int esmtp_pkt_write_resized(struct esmtp_pkt *pkt, const struct esmtp_log *log, u32 off);
int esmtp_pkt_write_seq(struct esmtp_pkt *pkt, u32 seq);
int esmtp_pkt_write_segment(struct esmtp_pkt *pkt, const struct esmtp_segment *seg);

/* A segment to the sender of @pkt, or NULL without memory. */
struct sk_buff *esmtp_inject_build(const struct esmtp_pkt *pkt,
				   const struct esmtp_segment *seg);

/* Memory for a copy of @size bytes, or NULL. */
void *esmtp_memory_copy(const void *from, u32 size);
void esmtp_memory_free(void *p);
/* Memory for all of a session, of any content; or NULL. */
struct esmtp_session *esmtp_memory_session(void);
void esmtp_memory_session_free(struct esmtp_session *s);
/* Room for the core to work in, the engine's until its call returns. */
struct esmtp_scratch *esmtp_memory_scratch(void);

/* The bytes that all connections hold together. */
void esmtp_pool_add(struct esmtp_pool *pool, s32 bytes);
/* May a connection that holds @mine hold no more, for the sake of the others? */
bool esmtp_pool_full(const struct esmtp_pool *pool, u32 mine);

#endif /* _ESMTP_STREAM_H */
