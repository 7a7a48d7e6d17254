/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recordings through a policy: what esmtp-queued would have done with the packets of
 * capture files, by the daemon's own way of a packet (../daemon/hook.c). No name of the
 * kernel's is in here, so that the tool can include it.
 */
#ifndef _REPLAY_REPLAY_H
#define _REPLAY_REPLAY_H

#include <esmtp/core.h>

enum {
	REPLAY_FINDINGS = 24,		/* of a connection; more are counted */
	REPLAY_TEXT = 160,
	REPLAY_EXCERPT = 64,
	REPLAY_ERROR = 512,
};

/* What became of a connection; the last that applies. */
enum replay_fate {
	REPLAY_UNTOUCHED,		/* inspected */
	REPLAY_UNCLASSED,		/* no class wants it inspected */
	REPLAY_EXEMPT,
	REPLAY_UNREAD,			/* the recording is not enough to judge it */
	REPLAY_LOGGED,
	REPLAY_MASKED,			/* bytes changed, or segments refused */
	REPLAY_REFUSED,			/* by a limit, before it began */
	REPLAY_CUT,			/* ended, or answered with a reply */
	REPLAY_FATES
};

/* Why a recording is not enough. */
enum replay_trouble {
	REPLAY_FINE,
	REPLAY_MIDSTREAM,		/* it begins before the recording */
	REPLAY_HALF,			/* of one side nothing is in it */
	REPLAY_GAP,			/* bytes are missing from @trouble_at on */
	REPLAY_SNAPPED,			/* packets are cut short */
	REPLAY_WAITING,			/* more would have waited than is kept */
	REPLAY_TROUBLES
};

/**
 * struct replay_finding - something that would have been done, or logged
 * @kind: enum esmtp_event_kind; 0 for a packet's reason
 * @dir: enum esmtp_dir of the stream
 * @act: enum esmtp_action of the rule
 * @changes: it changes what is on the wire
 * @parts: the server would have answered otherwise: what the recording has behind it would
 *	not have been said
 * @rule: place of the rule in its map, from 1; 0 for none
 * @off: byte of the stream at which it was known, the first time
 * @value: what was counted or measured
 * @limit: how much it may be
 * @times: how often
 * @time: nanoseconds since 1970, the first time
 * @name: of the event, or NULL
 * @reason: why the connection was ended, or the packet; or NULL
 * @text: the rule as configured, or a sentence
 * @excerpt: original bytes up to near @off
 * @excerpts: their number
 */
struct replay_finding {
	u8 kind, dir, act;
	bool changes, parts;
	u32 rule, off, value, limit, times;
	u64 time;
	const char *name, *reason;
	char text[REPLAY_TEXT];
	u8 excerpt[REPLAY_EXCERPT];
	u8 excerpts;
};

/**
 * struct replay_conn - a connection of a recording
 * @number: counts them as they begin, from 1
 * @begun: nanoseconds since 1970
 * @ended: the same, of its last packet
 * @client: its client: who sent the SYN
 * @server: its server
 * @client_port: port of the client
 * @server_port: port of the server
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @fate: enum replay_fate
 * @trouble: enum replay_trouble
 * @trouble_dir: of whose bytes
 * @trouble_at: from which byte on
 * @monitor: its map changes nothing
 * @map: name of its inspection map, "" for none
 * @end: enum esmtp_reason for which it was ended or refused, 0 for none
 * @accepted: messages that the server took, as far as can be seen
 * @packets: packets
 * @changed: packets that would have left with other bytes, or not at all
 * @bytes: by enum esmtp_dir: bytes that were judged
 * @n: findings in @finding
 * @more: those that there was no room for
 * @finding: what would have been done
 */
struct replay_conn {
	u32 number;
	u64 begun, ended;
	struct esmtp_addr client, server;
	u16 client_port, server_port;
	u8 family, fate, trouble, trouble_dir;
	bool monitor;
	u32 trouble_at;
	char map[ESMTP_NAME_LEN];
	u8 end;
	u32 accepted;
	u64 packets, changed;
	u64 bytes[ESMTP_DIR_MAX];
	u32 n, more;
	struct replay_finding *finding;
};

/* What was in the recordings, in all. */
struct replay_sums {
	u64 packets, segments;		/* frames, and TCP segments of ours */
	u64 fate[REPLAY_FATES];
	u64 trouble[REPLAY_TROUBLES];
	u64 no_ip;			/* frames that carry no IP */
	u64 malformed;			/* packets that no receiver would take */
	u64 snapped;			/* segments of ours cut short by the recording */
	u64 checksum;			/* with a wrong checksum */
	u64 fragments, reassembled, incomplete;
	u64 first, last;		/* nanoseconds since 1970 */
};

/**
 * struct replay_job - what is to be replayed, and how
 * @policy: sealed; stays the caller's
 * @files: recordings, in the order of their time
 * @nfiles: how many
 * @write: where the traffic goes as it would have left, or NULL
 * @trust: take checksums for right
 * @conn: told of each connection when it is over
 * @ctx: for @conn
 * @counter: asked for each counter of the policy when all is over; may be NULL
 * @sums: set
 * @error: set: what went wrong, with the file's name
 */
struct replay_job {
	const struct esmtp_policy *policy;
	const char *const *files;
	u32 nfiles;
	const char *write;
	bool trust;
	void (*conn)(void *ctx, const struct replay_conn *c);
	void *ctx;
	void (*counter)(void *ctx, u32 slot, u64 value);
	struct replay_sums sums;
	char error[REPLAY_ERROR];
};

int replay_run(struct replay_job *job);

#endif /* _REPLAY_REPLAY_H */
