/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How far a connection has come to its end, by what was seen to pass and what the ends
 * accept of it (RFC 9293 3.6, RFC 5961 3). What conntrack says is no guide: a segment moves it
 * that its receiver never gets, or does not believe.
 */
#ifndef _ESMTP_CLOSING_H
#define _ESMTP_CLOSING_H

#include <esmtp/stream.h>

/* A FIN of one direction. */
enum esmtp_fin {
	ESMTP_FIN_NONE,
	ESMTP_FIN_SENT,			/* behind a gap, or it may have died on its way */
	ESMTP_FIN_DUE,			/* next in order: its receiver has it if it has all */
};

/* How far the end of a connection has come. */
enum esmtp_closing_state {
	ESMTP_CLOSING_OPEN,
	ESMTP_CLOSING_UNACKED,		/* open, and somebody owes an acknowledgement */
	ESMTP_CLOSING_HALF,		/* one end has closed it, and the other knows */
	ESMTP_CLOSING_CLOSED,		/* both have */
	ESMTP_CLOSING_RESET,
};

/**
 * struct esmtp_closing - what has passed of a connection
 * @next: by enum esmtp_dir: sequence number after all that passed in order, with its FIN
 * @acked: how far of that its receiver has acknowledged
 * @fin: sequence number after a FIN; valid if @fins says so
 * @hops: by enum esmtp_dir: the highest TTL or hop limit seen, 0 if it is not known
 * @fins: by enum esmtp_dir: enum esmtp_fin
 * @frail: by enum esmtp_dir: of what is not acknowledged, some may have died on its way
 * @loose: not every segment is seen: what is acknowledged has passed
 * @open: each end has acknowledged the other's SYN
 * @reset: a receiver has accepted a RST
 * @over: both ends are done with it
 *
 * All in the sender's numbers, whatever edits change on the way. The caller serialises
 * the calls for one direction; a lost update delays @over.
 */
struct esmtp_closing {
	u32 next[ESMTP_DIR_MAX];
	u32 acked[ESMTP_DIR_MAX];
	u32 fin[ESMTP_DIR_MAX];
	u8 hops[ESMTP_DIR_MAX];
	u8 fins[ESMTP_DIR_MAX];
	bool frail[ESMTP_DIR_MAX];
	bool loose;
	bool open;
	bool reset;
	bool over;
};

void esmtp_closing_begin(struct esmtp_closing *c, const u32 isn[ESMTP_DIR_MAX]);
void esmtp_closing_answer(struct esmtp_closing *c, const u32 isn[ESMTP_DIR_MAX],
			  enum esmtp_dir answer);
u32 esmtp_closing_end(const struct esmtp_closing *c, enum esmtp_dir dir,
		      const struct esmtp_pkt *pkt);
void esmtp_closing_pass(struct esmtp_closing *c, enum esmtp_dir dir,
			const struct esmtp_pkt *pkt, u32 end);
bool esmtp_closing_plain(struct esmtp_closing *c, enum esmtp_dir dir,
			 const struct esmtp_pkt *pkt, u32 end);
enum esmtp_closing_state esmtp_closing_state(const struct esmtp_closing *c);

#endif /* _ESMTP_CLOSING_H */
