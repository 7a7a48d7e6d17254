/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet of a connection, step by step: which question comes first, and with which
 * reason the packet ends there. docs/DESIGN has the steps as a table.
 *
 * A plane, the kernel module or the daemon, fills in what it knows for nothing. What costs
 * something (a checksum, a class, a flow) is asked for when its step has come, through the
 * functions that are declared at the end. The engine calls no other.
 *
 * No call sleeps. The plane decides what is serialised.
 */
#ifndef _ESMTP_WALK_H
#define _ESMTP_WALK_H

#include <esmtp/stream.h>

/* How a packet ends that is none of ours: it passes, and is not counted. */
#define ESMTP_NOT_OURS ESMTP_REASON_MAX

/* Where a packet is met. */
enum esmtp_where {
	ESMTP_WHERE_BETWEEN,		/* forwarded */
	ESMTP_WHERE_TO,			/* this machine is its receiver */
	ESMTP_WHERE_FROM,		/* its sender */
};

/* What is known of a packet's connection. */
enum esmtp_stage {
	ESMTP_STAGE_NEW,		/* nothing, and conntrack has not confirmed it */
	ESMTP_STAGE_OLDER,		/* there was one before anybody looked at it */
	ESMTP_STAGE_SYN,		/* its SYN passed: no verdict yet */
	ESMTP_STAGE_JUDGED,		/* what the policy says of it */
	ESMTP_STAGE_GONE,		/* taken out of the plane's table; no packet's */
};

/**
 * struct esmtp_walk - a packet on its way
 * @policy: in force
 * @pkt: its headers
 * @where: enum esmtp_where
 * @dir: enum esmtp_dir; not used of what is no SYN at ESMTP_STAGE_NEW
 * @stage: enum esmtp_stage
 * @pass: of one that is judged: what becomes of its packets, ESMTP_R_GO to inspect them
 * @clear: an operator wants it ended
 * @lasting: conntrack will know what passes at ESMTP_STAGE_NEW, so nothing may but a SYN, and
 *	at ESMTP_STAGE_OLDER and ESMTP_STAGE_SYN no answer that it does not believe
 * @good: its checksum is right; the engine's, valid from the judged stage's second step on
 */
struct esmtp_walk {
	const struct esmtp_policy *policy;
	struct esmtp_pkt *pkt;
	u8 where;
	u8 dir;
	u8 stage;
	u8 pass;
	bool clear;
	bool lasting;
	bool good;
};

/**
 * struct esmtp_judgement - what a policy says of a connection
 * @bind: index of its class's bind, or ESMTP_NONE
 * @map: 1 + index of the inspection map, or 0
 */
struct esmtp_judgement {
	u32 bind;
	u8 map;
};

struct esmtp_unread;			/* a packet that is no TCP segment; the plane's */

/* What became of the segment that a packet quotes. */
enum esmtp_quote {
	ESMTP_QUOTE_KEPT,		/* nothing, or it quotes none */
	ESMTP_QUOTE_TRANSLATED,		/* its numbers are its sender's again */
	ESMTP_QUOTE_FAILED,		/* they were to be, and there was no memory */
};

/* A SYN, and no answer to one. */
static inline bool esmtp_walk_asks(const struct esmtp_walk *w)
{
	return w->pkt->syn && !w->pkt->has_ack;
}

/**
 * esmtp_side_fits() - does a segment come from its own side?
 * @own: the interface that segments of its direction enter by, below 0 if none has come yet
 * @other: the same of the other direction
 * @side: the one that it entered by, 0 if this machine sent it
 *
 * Addresses can be forged: a client that sends with its server's address answers its own
 * commands. Where both sides are one, or routes are asymmetric and a third is used,
 * nothing can be told.
 *
 * Return: false if it entered by the other side's interface, or may have.
 */
static inline bool esmtp_side_fits(int own, int other, int side)
{
	/* nobody has been heard of from the other side: it may be this one */
	return own < 0 || side == own || (other >= 0 && other != side);
}

/* conn/walk.c */
enum esmtp_reason esmtp_walk_packet(struct esmtp_walk *w);
enum esmtp_reason esmtp_walk_unplaced(const struct esmtp_policy *p,
				      const struct esmtp_pkt *pkt);
enum esmtp_reason esmtp_walk_unread(struct esmtp_unread *u, bool part);
bool esmtp_walk_concerns(const struct esmtp_policy *p, const struct esmtp_pkt *pkt);
bool esmtp_walk_left_out(const struct esmtp_walk *w);

/* conn/judge.c */
enum esmtp_reason esmtp_judge(struct esmtp_walk *w, const struct esmtp_policy *p,
			      const struct esmtp_flowspec *spec, struct esmtp_judgement *j);

/*
 * What a plane gives the walk. Those that return a reason return ESMTP_R_GO where the walk
 * goes on, unless something else is said.
 */

/* Translate back what an ICMP error quotes of a connection whose lengths were changed. */
enum esmtp_quote esmtp_walk_quote(struct esmtp_unread *u);

/* Could the connection be inspected, going by its ports, translated or not? */
bool esmtp_walk_wanted(const struct esmtp_walk *w);
/* Will the receiver accept its checksum? */
bool esmtp_walk_checksum(struct esmtp_walk *w);
/* Take MPTCP out of a SYN; ESMTP_R_OPTION if it was there, or ESMTP_R_MEMORY. */
enum esmtp_reason esmtp_walk_hide(struct esmtp_walk *w);

/* Of a SYN at ESMTP_STAGE_NEW: may a limit be against it, or has it answered a cookie? */
bool esmtp_walk_limited(struct esmtp_walk *w);
/* Is a limit against it? Nothing is counted. Asked only behind a true of that. */
enum esmtp_reason esmtp_walk_admit(struct esmtp_walk *w);
/* It passes: remember what an answer to it needs. @wanted: it may be inspected. */
enum esmtp_reason esmtp_walk_remember_syn(struct esmtp_walk *w, bool wanted);

/* Of what is no SYN, there: may its SYN have passed without being seen? */
bool esmtp_walk_unseen(const struct esmtp_walk *w);
/* Tell its sender that there is no such connection; the checksum is right. */
void esmtp_walk_reset_sender(struct esmtp_walk *w);

/*
 * Does it show that a SYN was answered: the one that is waited for, or one that begins another
 * connection in this one's place? Asked of each packet at ESMTP_STAGE_SYN, and of each with a SYN
 * from ESMTP_STAGE_OLDER on.
 */
bool esmtp_walk_answers(struct esmtp_walk *w);
/* Is that none of the server's, by where it comes from? */
bool esmtp_walk_forged(const struct esmtp_walk *w);
/*
 * Forget the connection that was there, if one was; @w->stage says what is known of the new one:
 * ESMTP_STAGE_OLDER for nothing, ESMTP_STAGE_JUDGED if inspect-local leaves it out.
 */
void esmtp_walk_renew(struct esmtp_walk *w);
/* Do limits count it, whether it is inspected or not? */
bool esmtp_walk_counted(struct esmtp_walk *w);
/* Have esmtp_judge() judge; @w->stage and @w->pass are set. @wanted: it may be inspected. */
enum esmtp_reason esmtp_walk_open(struct esmtp_walk *w, bool wanted);
/* A packet passes at ESMTP_STAGE_SYN that is no answer. */
void esmtp_walk_waits(struct esmtp_walk *w);

/* At ESMTP_STAGE_OLDER: what is only left of a connection that was refused? */
bool esmtp_walk_refused(const struct esmtp_walk *w);
/* Its class; enum esmtp_verdict. */
u8 esmtp_walk_classify(const struct esmtp_walk *w);
/* Keep @pass for its packets; @w->stage and @w->pass are set if there is memory. */
void esmtp_walk_remember_older(struct esmtp_walk *w, enum esmtp_reason pass);
/* Make a RST to its receiver of it, and send one to its sender; false without memory. */
bool esmtp_walk_reset(struct esmtp_walk *w);

/* At ESMTP_STAGE_JUDGED: does it enter by its own side's interface? */
bool esmtp_walk_right_side(const struct esmtp_walk *w);
/* Inspect it, and count it; how it ends. */
enum esmtp_reason esmtp_walk_inspect(struct esmtp_walk *w);
/* It is not inspected, for @w->pass, and ends for @why: count that. */
void esmtp_walk_pass(struct esmtp_walk *w, enum esmtp_reason why);
/* An operator's wish: the same, and the connection is over; how the packet ends. */
enum esmtp_reason esmtp_walk_sever(struct esmtp_walk *w);

/* In the course of esmtp_judge(): count it, if limits let it in. */
enum esmtp_reason esmtp_judge_enter(struct esmtp_walk *w, const struct esmtp_flowspec *spec);
/* And among those that are inspected. */
enum esmtp_reason esmtp_judge_enter_inspected(struct esmtp_walk *w);

#endif /* _ESMTP_WALK_H */
