/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_FLOW_H
#define _QUEUED_FLOW_H

#include <sys/queue.h>

#include <esmtp/closing.h>
#include <esmtp/walk.h>

#include "control/net.h"
#include "packet_parse.h"
#include "control/quota.h"

/* How a connection began, as far as this daemon saw it. */
enum flow_begin {
	FLOW_BEGIN_SYN,
	FLOW_BEGIN_PICKUP,		/* before this daemon did */
};

/*
 * How long a connection is remembered when nothing more of it is seen. In a full table
 * the first of these give way to a new one, in this order.
 */
enum flow_life {
	FLOW_CLOSED,			/* both ends have closed it, or one has reset it */
	FLOW_ENDED,			/* inspection has */
	FLOW_HALF_OPEN,
	FLOW_OPEN,
	FLOW_LIVES
};

enum { FLOW_WEAK = FLOW_OPEN };		/* those before it give way */

/**
 * struct flow_key - both ends of a connection, as packets show them to this daemon
 * @lo: address of the end that sorts first
 * @hi: address of the other
 * @lo_port: port of the first
 * @hi_port: port of the other
 * @family: NFPROTO_*
 * @zero: so that keys compare byte by byte
 */
struct flow_key {
	struct esmtp_addr lo, hi;
	u16 lo_port, hi_port;
	u8 family;
	u8 zero[3];
};

/**
 * struct flow - a connection
 * @peers: with others of its life, if that gives way, and of its lock
 * @next: in its chain of the table
 * @shard: which lock that is
 * @key: where it is found
 * @client_lo: the client is the end that sorts first
 * @begin: enum flow_begin
 * @life: enum flow_life
 * @fixed: 1 << direction of those whose @isn the other end has acknowledged
 * @placed: 1 << direction of those whose place in @ends is known
 * @doubt: packets may have passed around the engine
 * @unread: they have, so it is not inspected any more
 * @ends: what its ends have accepted
 * @judged: the policy was asked: all that follows @spec is valid; of one that is not, @pass
 *	is, of connections that are left out or older
 * @clear: its next packet is to end it
 * @id: identifier of the connection, once it is judged
 * @begun: when that was, in seconds
 * @seen: when its last packet that passed was, in seconds
 * @isn: by enum esmtp_dir: sequence number after the SYN
 * @again: the same for the client's latest SYN
 * @spec: its addresses; the names of its interfaces are @in and @out
 * @in: interface towards the client
 * @out: interface towards the server
 * @sides: by enum esmtp_dir: interface that its packets enter by, as esmtp_side_fits()
 * @mss: by enum esmtp_dir: bytes that the receiver takes in a segment
 * @kp: the policy in force when it began; pinned
 * @map: the inspection map, or NULL
 * @counted: it is one of those that the policy's max_conns bounds
 * @packets: seen
 * @slot: first counter of its bind
 * @pass: what becomes of its packets: ESMTP_R_GO to inspect them
 * @share: where it is counted, by limits of connections
 * @ins: the engine's state; NULL until there is payload
 *
 * The lock of its chain protects all of it.
 */
struct flow {
	TAILQ_ENTRY(flow) peers;
	struct flow *next;
	u32 shard;
	struct flow_key key;
	bool client_lo;
	u8 begin, life, fixed, placed;
	bool judged, doubt, unread;
	bool clear;
	struct esmtp_closing ends;
	u32 id;
	u32 begun;
	u32 seen;
	u32 isn[ESMTP_DIR_MAX];
	u32 again;
	struct esmtp_flowspec spec;
	char in[ESMTP_IFNAME_LEN], out[ESMTP_IFNAME_LEN];
	int sides[ESMTP_DIR_MAX];
	u16 mss[ESMTP_DIR_MAX];
	struct esmtp_kpolicy *kp;
	const struct esmtp_map *map;
	u32 counted;
	u64 packets;
	u32 slot;
	u8 pass;
	struct esmtp_share share;
	struct esmtp_inspect *ins;
};

/* table.c */
struct chain;

int table_init(u32 max);
void table_exit(void);
struct chain *table_lock(const struct flow_key *key);
void table_unlock(struct chain *chain);
struct flow *table_find(struct chain *chain, const struct flow_key *key);
struct flow *table_add(struct chain *chain, const struct flow_key *key, enum flow_life life,
		       u32 now);
void table_remove(struct chain *chain, struct flow *flow);
void table_live(struct flow *flow, enum flow_life life);
bool table_give_way(struct flow *flow);
u32 table_flows(void);
void table_sweep(u32 now);

/* bypassed.c */

/**
 * enum bypassed - connections that had no place in the table
 * @BYPASSED_NOT: it is none
 * @BYPASSED_OVERLOAD: it began when the table was full, and passes
 * @BYPASSED_OLDER: it is older than the inspection
 */
enum bypassed {
	BYPASSED_NOT,
	BYPASSED_OVERLOAD,
	BYPASSED_OLDER,
};

int bypassed_init(u32 max);
void bypassed_exit(void);
bool bypassed_add(const struct flow_key *key, bool older);
enum bypassed bypassed_find(const struct flow_key *key);
void bypassed_forget(const struct flow_key *key);

/* flow.c */
struct esmtp_tuple flow_tuple(const u8 *ip, const struct esmtp_pkt *pkt);
bool flow_key(struct flow_key *key, const struct packet *p);
void flow_key_of(struct flow_key *key, const struct esmtp_tuple *t, bool *src_lo);
enum esmtp_reason flow_full(const struct packet *p);
enum esmtp_reason flow_tame(const struct esmtp_policy *policy, const struct flow *flow,
			    struct packet *p);
bool flow_limited(const struct esmtp_policy *policy, const struct flow_key *key,
		  bool client_lo);
void flow_judge(struct flow *flow, struct esmtp_walk *w);
enum esmtp_reason flow_enter_quota(struct flow *flow);
void flow_loosen(const struct flow *flow);
void flow_learn(struct flow *flow, const struct packet *p, enum esmtp_dir dir);
bool flow_is_renewed(struct flow *flow, const struct packet *p, enum esmtp_dir dir);
void flow_renew(struct flow *flow);
void flow_addresses(struct flow *flow, const struct packet *p);
void flow_unknown_spec(struct esmtp_flowspec *spec, const struct flow_key *key, bool client_lo,
		       const struct packet *p);
void flow_interfaces(struct flow *flow, const struct packet *p, enum esmtp_dir dir);
void flow_live(struct flow *flow, struct packet *p, enum esmtp_dir dir);
void flow_end(struct flow *flow, enum flow_life life);
struct esmtp_inspect *flow_inspect(struct flow *flow);
void flow_forget(struct flow *flow);
u32 flow_clock(void);

/* Has inspection ended the connection? */
static inline bool flow_ended(const struct flow *flow)
{
	return flow->ins && flow->ins->session.mode == ESMTP_MODE_CLOSED;
}

static inline enum esmtp_dir flow_dir(const struct flow *flow, bool src_lo)
{
	return flow->client_lo == src_lo ? ESMTP_C2S : ESMTP_S2C;
}

#endif /* _QUEUED_FLOW_H */
