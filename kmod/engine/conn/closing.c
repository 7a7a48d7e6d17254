// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a connection, as both of its ends see it. A middlebox that believes every RST
 * and FIN lets go of connections that go on: who sends one beside the edge of the window,
 * behind bytes that were refused, or with a TTL that lasts only as far as here, would be
 * inspected and counted no more.
 */
#include <esmtp/closing.h>

/**
 * esmtp_closing_begin() - the handshake is over
 * @c: set to an open connection; of what was there, only the hops are kept
 * @isn: sequence numbers after both SYNs, by enum esmtp_dir
 */
void esmtp_closing_begin(struct esmtp_closing *c, const u32 isn[ESMTP_DIR_MAX])
{
	int dir;

	for (dir = 0; dir < ESMTP_DIR_MAX; dir++) {
		c->next[dir] = isn[dir];
		c->acked[dir] = isn[dir];
		c->fins[dir] = ESMTP_FIN_NONE;
		c->frail[dir] = false;
	}
	c->open = true;
	c->reset = false;
	c->over = false;
}

/**
 * esmtp_closing_answer() - a SYN was answered, and nobody has acknowledged that yet
 * @c: set to that
 * @isn: sequence numbers after both SYNs, by enum esmtp_dir
 * @answer: direction of the SYN that acknowledges the other
 */
void esmtp_closing_answer(struct esmtp_closing *c, const u32 isn[ESMTP_DIR_MAX],
			  enum esmtp_dir answer)
{
	esmtp_closing_begin(c, isn);
	c->acked[answer]--;
	c->open = false;
}

/**
 * esmtp_closing_end() - where the stream ends if a segment passes
 * @c: the connection
 * @dir: direction of the segment
 * @pkt: the segment
 *
 * For segments that nobody places in the stream.
 *
 * Return: sequence number after the last byte in order, its FIN not counted.
 */
u32 esmtp_closing_end(const struct esmtp_closing *c, enum esmtp_dir dir,
		      const struct esmtp_pkt *pkt)
{
	return esmtp_before(c->next[dir], pkt->seq) ? c->next[dir] : pkt->seq + pkt->len;
}

/*
 * RFC 5961 3.2: a RST that is not exactly where the receiver is, is asked about or ignored. It is
 * known where the receiver is when it has acknowledged all; and a RST with fewer hops to
 * live than others of its sender may not come that far.
 */
static bool accepts_reset(const struct esmtp_closing *c, enum esmtp_dir dir,
			  const struct esmtp_pkt *pkt)
{
	return pkt->seq == c->next[dir] && c->acked[dir] == c->next[dir] &&
	       pkt->hops >= c->hops[dir];
}

static bool is_closed(const struct esmtp_closing *c, enum esmtp_dir dir)
{
	return c->fins[dir] != ESMTP_FIN_NONE && !esmtp_before(c->acked[dir], c->fin[dir]);
}

/* Who sends bytes in the place of his FIN knows that it did not arrive. */
static void take_back_fin(struct esmtp_closing *c, enum esmtp_dir dir,
			  const struct esmtp_pkt *pkt)
{
	if (pkt->len && c->fins[dir] != ESMTP_FIN_NONE && !is_closed(c, dir) &&
	    esmtp_before(c->fin[dir] - 1, pkt->seq + pkt->len))
		c->fins[dir] = ESMTP_FIN_NONE;
}

/* A FIN that stands where its receiver has been is discarded. */
static void note_fin(struct esmtp_closing *c, enum esmtp_dir dir, const struct esmtp_pkt *pkt,
		     bool frail)
{
	u32 end = pkt->seq + pkt->len;

	if (is_closed(c, dir) || esmtp_before(end, c->next[dir]))
		return;
	c->fin[dir] = end + 1;
	c->fins[dir] = ESMTP_FIN_SENT;
	if (frail || end != c->next[dir])
		return;
	c->fins[dir] = ESMTP_FIN_DUE;
	c->next[dir]++;
}

static void advance(struct esmtp_closing *c, enum esmtp_dir dir, const struct esmtp_pkt *pkt,
		    u32 end)
{
	bool frail = pkt->hops < c->hops[dir];

	take_back_fin(c, dir, pkt);
	if (esmtp_before(c->next[dir], end)) {
		c->next[dir] = end;
		c->frail[dir] |= frail;
	}
	if (pkt->fin)
		note_fin(c, dir, pkt, frail);
}

static void acknowledge(struct esmtp_closing *c, enum esmtp_dir dir, u32 ack)
{
	if (!esmtp_before(c->acked[dir], ack))
		return;
	/* one that was not sure to arrive has */
	if (c->fins[dir] == ESMTP_FIN_SENT && ack == c->fin[dir])
		c->fins[dir] = ESMTP_FIN_DUE;
	if (esmtp_before(c->next[dir], ack)) {
		if (!c->loose && c->fins[dir] != ESMTP_FIN_DUE)
			return;
		c->next[dir] = ack;
	}
	c->acked[dir] = ack;
	c->frail[dir] &= ack != c->next[dir];
	c->open = true;
}

/**
 * esmtp_closing_pass() - a segment passes
 * @c: the connection
 * @dir: direction of the segment
 * @pkt: the segment as it came, in its sender's numbers
 * @end: sequence number after the last byte in order that has passed, this segment included
 *
 * Of a segment that was cut short, the FIN is behind @end: it counts once it is
 * acknowledged.
 */
void esmtp_closing_pass(struct esmtp_closing *c, enum esmtp_dir dir,
			const struct esmtp_pkt *pkt, u32 end)
{
	if (pkt->rst) {
		c->reset |= accepts_reset(c, dir, pkt);
		c->over |= c->reset;
		return;
	}
	if (!pkt->syn)
		advance(c, dir, pkt, end);
	/* a SYN is believed by nobody here, whatever it has for hops */
	if (!pkt->syn && pkt->hops > c->hops[dir])
		c->hops[dir] = pkt->hops;
	if (pkt->has_ack && !pkt->syn)
		acknowledge(c, !dir, pkt->ack);
	c->over |= is_closed(c, ESMTP_C2S) && is_closed(c, ESMTP_S2C);
}

/**
 * esmtp_closing_plain() - the same for a segment that begins nothing and ends nothing
 * @c: the connection
 * @dir: direction of the segment
 * @pkt: the segment
 * @end: as for esmtp_closing_pass()
 *
 * Most are such: in an open connection of which no end has said FIN, of a known distance, and
 * what it acknowledges has passed.
 *
 * Return: false, with nothing changed, if it is another one.
 */
bool esmtp_closing_plain(struct esmtp_closing *c, enum esmtp_dir dir,
			 const struct esmtp_pkt *pkt, u32 end)
{
	if (!c->open || pkt->syn || pkt->fin || pkt->rst || !pkt->has_ack ||
	    pkt->hops != c->hops[dir] || c->frail[!dir] || c->fins[dir] || c->fins[!dir] ||
	    esmtp_before(c->next[!dir], pkt->ack))
		return false;
	if (esmtp_before(c->next[dir], end))
		c->next[dir] = end;
	if (esmtp_before(c->acked[!dir], pkt->ack))
		c->acked[!dir] = pkt->ack;
	return true;
}

static bool owes_ack(const struct esmtp_closing *c, enum esmtp_dir dir)
{
	return !c->frail[dir] && esmtp_before(c->acked[dir], c->next[dir]);
}

/**
 * esmtp_closing_state() - how far the end of a connection has come
 * @c: the connection, of which both SYNs are acknowledged
 *
 * A receiver that is there acknowledges what arrives: who is silent though it owes an
 * acknowledgement has gone, and need not be waited for as long as one who is idle.
 *
 * Return: that.
 */
enum esmtp_closing_state esmtp_closing_state(const struct esmtp_closing *c)
{
	bool client = is_closed(c, ESMTP_C2S), server = is_closed(c, ESMTP_S2C);

	if (c->reset)
		return ESMTP_CLOSING_RESET;
	if (client && server)
		return ESMTP_CLOSING_CLOSED;
	if (client || server)
		return ESMTP_CLOSING_HALF;
	return owes_ack(c, ESMTP_C2S) || owes_ack(c, ESMTP_S2C) ? ESMTP_CLOSING_UNACKED :
								  ESMTP_CLOSING_OPEN;
}
