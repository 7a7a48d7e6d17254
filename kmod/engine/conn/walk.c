// SPDX-License-Identifier: GPL-2.0
/*
 * A packet of a connection, step by step: what it is to the connection, what the policy said of
 * that, and how it ends. It knows the order of steps and nothing else.
 */
#include <esmtp/walk.h>

/**
 * esmtp_walk_concerns() - is either end of a packet a port that a policy speaks of?
 * @p: the policy in force
 * @pkt: the packet
 *
 * Context: any.
 * Return: true if so.
 */
bool esmtp_walk_concerns(const struct esmtp_policy *p, const struct esmtp_pkt *pkt)
{
	return esmtp_policy_wants(p, pkt->sport, pkt->dport) ||
	       esmtp_policy_wants(p, pkt->dport, pkt->sport);
}

/**
 * esmtp_walk_unplaced() - how does a packet end that conntrack has in no connection?
 * @p: the policy in force
 * @pkt: the packet
 *
 * Nothing may pass around the engine, and an answer that conntrack does not believe opens
 * nothing.
 *
 * Context: any.
 * Return: the reason, or ESMTP_NOT_OURS.
 */
enum esmtp_reason esmtp_walk_unplaced(const struct esmtp_policy *p,
				      const struct esmtp_pkt *pkt)
{
	bool matters = pkt->len || (pkt->syn && pkt->has_ack);

	return matters && esmtp_walk_concerns(p, pkt) ? ESMTP_R_UNPLACED : ESMTP_NOT_OURS;
}

/**
 * esmtp_walk_unread() - how does a packet end that is no TCP segment?
 * @u: the packet
 * @part: it is a fragment of one, which nobody here can read but some receiver might
 *
 * Context: any.
 * Return: the reason, or ESMTP_NOT_OURS.
 */
enum esmtp_reason esmtp_walk_unread(struct esmtp_unread *u, bool part)
{
	if (part)
		return ESMTP_R_UNPLACED;
	switch (esmtp_walk_quote(u)) {
	case ESMTP_QUOTE_TRANSLATED:
		return ESMTP_R_ERROR;
	case ESMTP_QUOTE_FAILED:
		return ESMTP_R_MEMORY;
	default:
		return ESMTP_NOT_OURS;
	}
}

/**
 * esmtp_walk_left_out() - does inspect-local leave a connection out?
 * @w: a packet of it
 *
 * Of a connection that nobody knows yet, and whose SYN it is not, the ports tell who began it.
 *
 * Context: any.
 * Return: true if this machine is an end of it and it is not to be inspected.
 */
bool esmtp_walk_left_out(const struct esmtp_walk *w)
{
	bool out = w->where == ESMTP_WHERE_FROM, forth = w->dir == ESMTP_C2S;

	if (w->where == ESMTP_WHERE_BETWEEN)
		return false;
	if (w->stage == ESMTP_STAGE_NEW && !esmtp_walk_asks(w))
		forth = esmtp_policy_wants(w->policy, w->pkt->sport, w->pkt->dport);
	return esmtp_policy_leaves(w->policy, out == forth);
}

/* Bytes on a SYN of what may be inspected: who reads them, and when, nobody can tell. */
static bool is_syn_data(const struct esmtp_walk *w)
{
	return w->pkt->syn && w->pkt->len && esmtp_walk_wanted(w) && !esmtp_walk_left_out(w);
}

/* Two ends that agree on MPTCP would go on where nobody reads. */
static enum esmtp_reason hide_options(struct esmtp_walk *w)
{
	return esmtp_walk_hide(w) ?: ESMTP_R_CONTROL;
}

/* The first packet of a connection. */
static enum esmtp_reason walk_syn(struct esmtp_walk *w)
{
	bool mail = esmtp_walk_wanted(w);
	bool wanted = mail && !esmtp_walk_left_out(w);
	bool limited = esmtp_walk_limited(w);
	enum esmtp_reason why = ESMTP_R_GO;

	if (!mail && !limited)
		return ESMTP_NOT_OURS;
	if (wanted && w->pkt->len)
		return ESMTP_R_SYN_DATA;
	if (limited)
		why = esmtp_walk_checksum(w) ? esmtp_walk_admit(w) : ESMTP_R_CHECKSUM;
	if (!why)
		why = esmtp_walk_remember_syn(w, wanted);
	if (why)
		return why;
	if (wanted)
		return hide_options(w);
	return mail ? ESMTP_R_LOCAL : ESMTP_R_CONTROL;
}

/*
 * What is no SYN, of a connection that nobody knows: the server may speak first. Where conntrack
 * comes to know what passes, data that follows would be known, too.
 */
static enum esmtp_reason walk_midstream(struct esmtp_walk *w)
{
	const struct esmtp_pkt *pkt = w->pkt;

	if (!esmtp_walk_wanted(w) && !esmtp_walk_concerns(w->policy, pkt))
		return ESMTP_NOT_OURS;
	if (esmtp_walk_left_out(w))
		return ESMTP_R_LOCAL;
	if (!pkt->len && !w->lasting)
		return ESMTP_R_CONTROL;
	if (esmtp_walk_unseen(w))
		return ESMTP_R_OVERLOAD_PASSED;
	if (w->policy->pickup == ESMTP_ON_PICKUP_RESET && pkt->len && pkt->has_ack &&
	    !pkt->rst && esmtp_walk_checksum(w))
		esmtp_walk_reset_sender(w);
	return ESMTP_R_MIDSTREAM;
}

/* A SYN is answered: the policy is asked. */
static enum esmtp_reason walk_answer(struct esmtp_walk *w)
{
	bool mail, wanted;

	if (esmtp_walk_forged(w))
		return ESMTP_R_WRONG_SIDE;
	if (w->stage != ESMTP_STAGE_SYN)
		esmtp_walk_renew(w);
	if (w->stage == ESMTP_STAGE_JUDGED)
		return ESMTP_R_GO;
	mail = esmtp_walk_wanted(w);
	wanted = mail && !esmtp_walk_left_out(w);
	if (w->stage != ESMTP_STAGE_SYN && !wanted && !esmtp_walk_counted(w))
		return mail ? ESMTP_R_LOCAL : ESMTP_NOT_OURS;
	if (wanted && w->pkt->syn && w->pkt->len)
		return ESMTP_R_SYN_DATA;
	return esmtp_walk_open(w, wanted);
}

/* What becomes of a connection that is older than the inspection. */
static enum esmtp_reason walk_pickup(struct esmtp_walk *w)
{
	if (!w->pkt->len)
		return ESMTP_R_PICKUP_PASSED;
	switch (w->policy->pickup) {
	case ESMTP_ON_PICKUP_DROP:
		return ESMTP_R_PICKUP_DROPPED;
	case ESMTP_ON_PICKUP_RESET:
		/* what its receiver would not believe ends nothing */
		if (!w->pkt->has_ack || !w->good)
			return ESMTP_R_PICKUP_DROPPED;
		return esmtp_walk_reset(w) ? ESMTP_R_PICKUP_RESET : ESMTP_R_MEMORY;
	default:
		return ESMTP_R_PICKUP_PASSED;
	}
}

/* Not to be inspected, for a reason that was found when it began. */
static enum esmtp_reason walk_passing(struct esmtp_walk *w)
{
	enum esmtp_reason why = w->pass;

	if (w->clear && !w->pkt->syn && w->good)
		return esmtp_walk_sever(w);
	if (why == ESMTP_R_PICKUP_PASSED)
		why = walk_pickup(w);
	esmtp_walk_pass(w, why);
	return why;
}

/*
 * An answer that conntrack took for another's repetition: had it passed, what follows would be
 * of a connection whose numbers nobody knows.
 */
static bool is_unbelieved(const struct esmtp_walk *w)
{
	return w->pkt->syn && w->pkt->has_ack && w->lasting;
}

/*
 * A connection whose beginning nobody saw, the first time. Its class is asked once; the setting
 * of pickup is that of the moment.
 */
static enum esmtp_reason walk_older(struct esmtp_walk *w)
{
	enum esmtp_reason pass;

	if (!esmtp_walk_wanted(w))
		return ESMTP_NOT_OURS;
	if (esmtp_walk_left_out(w))
		return ESMTP_R_LOCAL;
	if (w->pkt->syn && w->pkt->len)
		return ESMTP_R_SYN_DATA;
	if (is_unbelieved(w))
		return ESMTP_R_MIDSTREAM;
	if (w->pkt->syn)
		return hide_options(w);
	if (w->pkt->rst && !w->pkt->len && esmtp_walk_refused(w))
		return ESMTP_R_CONTROL;
	pass = esmtp_walk_classify(w) == ESMTP_CLASSIFY_INSPECT ? ESMTP_R_PICKUP_PASSED :
								  ESMTP_R_UNCLASSED;
	esmtp_walk_remember_older(w, pass);
	if (w->stage == ESMTP_STAGE_JUDGED)
		return ESMTP_R_GO;
	/* without memory it is asked again each time */
	w->pass = pass;
	w->good = esmtp_walk_checksum(w);
	return walk_passing(w);
}

/* Its SYN has passed, and is not answered. */
static enum esmtp_reason walk_unanswered(struct esmtp_walk *w)
{
	const struct esmtp_pkt *pkt = w->pkt;
	bool mail = esmtp_walk_wanted(w);
	bool left = mail && esmtp_walk_left_out(w);

	if (pkt->len && !pkt->syn)
		return ESMTP_R_MIDSTREAM;
	if (pkt->len && mail && !left)
		return ESMTP_R_SYN_DATA;
	if (mail && !left && is_unbelieved(w))
		return ESMTP_R_MIDSTREAM;
	esmtp_walk_waits(w);
	if (left)
		return ESMTP_R_LOCAL;
	return pkt->syn && mail ? hide_options(w) : ESMTP_R_CONTROL;
}

static enum esmtp_reason walk_judged(struct esmtp_walk *w)
{
	enum esmtp_reason why, option;

	if (!esmtp_walk_right_side(w))
		return ESMTP_R_WRONG_SIDE;
	w->good = esmtp_walk_checksum(w);
	if (w->pass)
		return w->good && w->pass != ESMTP_R_LOCAL && is_syn_data(w) ?
			       ESMTP_R_SYN_DATA : walk_passing(w);
	if (!w->good)
		return ESMTP_R_CHECKSUM;
	if (!w->pkt->syn)
		return esmtp_walk_inspect(w);
	if (w->pkt->len)
		return ESMTP_R_SYN_DATA;
	option = hide_options(w);
	if (option == ESMTP_R_MEMORY)
		return option;
	why = esmtp_walk_inspect(w);
	return why == ESMTP_R_CONTROL ? option : why;
}

static bool is_answer(struct esmtp_walk *w)
{
	return (w->stage == ESMTP_STAGE_SYN || w->pkt->syn) && esmtp_walk_answers(w);
}

/**
 * esmtp_walk_packet() - how does a packet of a connection end?
 * @w: the packet; it may come back edited
 *
 * Context: the plane's packet path.
 * Return: the reason, or ESMTP_NOT_OURS.
 */
enum esmtp_reason esmtp_walk_packet(struct esmtp_walk *w)
{
	enum esmtp_reason why = ESMTP_R_GO;

	if (w->stage == ESMTP_STAGE_NEW)
		return esmtp_walk_asks(w) ? walk_syn(w) : walk_midstream(w);
	if (is_answer(w))
		why = walk_answer(w);
	else if (w->stage == ESMTP_STAGE_OLDER)
		why = walk_older(w);
	if (why)
		return why;
	return w->stage == ESMTP_STAGE_JUDGED ? walk_judged(w) : walk_unanswered(w);
}
