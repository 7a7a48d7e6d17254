/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of each connection of a recording, beside what the daemon's table knows. */
#ifndef _REPLAY_TALK_H
#define _REPLAY_TALK_H

#include <sys/queue.h>

#include <daemon/flow.h>

#include "accept.h"
#include "frame.h"
#include "replay.h"

/**
 * struct held - a segment that the policy did not let pass when it came
 * @next: the next one of its stream
 * @seq: sequence number of its first byte
 * @len: bytes of its payload
 * @f: the packet; it refers to @bytes
 * @bytes: the packet's
 */
struct held {
	struct held *next;
	u32 seq, len;
	struct frame f;
	u8 bytes[];
};

/**
 * struct talk_way - one direction of a connection
 * @first: what is to be offered again, in the order of the stream
 * @n: how many
 * @acked: what the other end has acknowledged, in the sender's numbers
 * @has_acked: it has
 * @doubt: since when bytes are missing, 0 for none
 */
struct talk_way {
	struct held *first;
	u32 n;
	u32 acked;
	bool has_acked;
	u64 doubt;
};

/**
 * struct talk - a connection
 * @order: among all, as they began
 * @over: among those that are over, as they ended
 * @next: in its chain
 * @key: where it is found
 * @client_lo: the client is the end that sorts first
 * @has_syn: its beginning is in the recording
 * @syn: sequence number of its SYN
 * @seen: 1 << direction of those that packets came from
 * @fins: 1 << direction of those whose FIN came
 * @closed: both ends are done with it
 * @unread: it can't be judged any more
 * @resizes: its map has edits that change a length
 * @way: by enum esmtp_dir
 * @accept: of the server's replies
 * @c: what is reported
 */
struct talk {
	TAILQ_ENTRY(talk) order, over;
	struct talk *next;
	struct flow_key key;
	bool client_lo, has_syn, closed, unread, resizes;
	u32 syn;
	u8 seen, fins;
	struct talk_way way[ESMTP_DIR_MAX];
	struct accept accept;
	struct replay_conn c;
};

/* Of the packet at hand, for what the daemon's files tell. */
extern struct talk *talk_now;
extern u64 talk_time;

int talk_init(struct replay_job *job);
struct talk *talk_find(const struct packet *p, enum esmtp_dir *dir);
void talk_close(struct talk *t);
void talk_pass_time(u64 now);
void talk_exit(void);

/* held.c */
bool held_add(struct talk *t, enum esmtp_dir dir, const struct frame *f, const struct packet *p);
void held_drop(struct talk *t, enum esmtp_dir dir);
void held_purge(struct talk *t);

/* tell.c */
void tell_reason(struct talk *t, enum esmtp_dir dir, const struct packet *p,
		 enum esmtp_reason why);

/* path.c */
void path_finish(struct talk *t);

#endif /* _REPLAY_TALK_H */
