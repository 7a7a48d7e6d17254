// SPDX-License-Identifier: GPL-2.0
/*
 * A connection that inspection has ended with `reset` or `reject`: what each end is
 * sent, so that it closes at once and does not time out.
 *
 * No timers are needed. Every packet of an end is answered. If an answer is lost, the end
 * retransmits its unacknowledged data, and that is answered again.
 *
 *	reset	RST to both; a RST takes the number that its receiver says it
 *		expects (RFC 9293 3.10.7.1), so it is not questioned (RFC 5961 3.2)
 *	reject	the client gets one reply and FIN, and an acknowledgement of all
 *		that it sends; the server a RST, once the client has acknowledged
 *		what the server had sent before
 */
#include <esmtp/stream.h>

/* The stream offset at which the engine's own reply to the client begins. */
static u32 get_reject_offset(const struct esmtp_inspect *ins)
{
	return ins->half[ESMTP_S2C].stream.next;
}

/* A RST to the sender of the packet; NULL if the packet has no ACK. */
static struct sk_buff *reset_sender(const struct esmtp_pkt *pkt)
{
	const struct esmtp_segment rst = {
		.seq = pkt->ack,
		.ack = pkt->seq + pkt->len + pkt->fin,
		.flags = ESMTP_TCP_RST | ESMTP_TCP_ACK,
	};

	return pkt->has_ack ? esmtp_inject_build(pkt, &rst) : NULL;
}

/* Turn the packet into a RST right after the last byte forwarded to its receiver. */
static enum esmtp_reason reset_receiver(struct esmtp_inspect *ins,
					struct esmtp_pkt *pkt, enum esmtp_dir dir)
{
	const struct esmtp_half_stream *half = &ins->half[dir];
	const struct esmtp_segment rst = {
		.seq = esmtp_renumber_out(half, half->isn + half->stream.next),
		.ack = pkt->ack,
		.flags = ESMTP_TCP_RST | ESMTP_TCP_ACK,
	};

	ins->told = true;
	return esmtp_pkt_write_segment(pkt, &rst) ? ESMTP_R_MEMORY : ESMTP_R_RESET;
}

static u32 copy_reply_line(char *to, const char *from, u32 max)
{
	u32 n = 0;

	for (; n < max && from[n]; n++)
		to[n] = from[n];
	return n;
}

/* Reply and FIN, which are sent until the client acknowledges them. */
static u32 build_reject_reply(const struct esmtp_inspect *ins, char *buf,
			      struct esmtp_segment *seg)
{
	u32 len = copy_reply_line(buf, esmtp_reject_text(&ins->session), ESMTP_SAY_LEN - 1);

	buf[len++] = '\r';
	buf[len++] = '\n';
	seg->seq = ins->half[ESMTP_S2C].isn + get_reject_offset(ins);
	seg->ack = ins->half[ESMTP_C2S].isn + ins->client_end;
	seg->flags = ESMTP_TCP_PSH | ESMTP_TCP_FIN | ESMTP_TCP_ACK;
	seg->text = buf;
	seg->len = len;
	return len;
}

/* What the client is told in answer to this packet of its own, if anything. */
static struct sk_buff *answer_client(const struct esmtp_inspect *ins,
				     const struct esmtp_pkt *pkt)
{
	char buf[ESMTP_SAY_LEN + 2];
	struct esmtp_segment seg;
	u32 acked = pkt->ack - ins->half[ESMTP_S2C].isn;
	u32 end = get_reject_offset(ins) + build_reject_reply(ins, buf, &seg) + 1;

	if (pkt->rst || !pkt->has_ack)
		return NULL;
	if (esmtp_before(acked, end))
		return esmtp_inject_build(pkt, &seg);
	if (!pkt->len && !pkt->fin)
		return NULL;
	seg.seq = ins->half[ESMTP_S2C].isn + end;
	seg.flags = ESMTP_TCP_ACK;
	seg.len = 0;
	return esmtp_inject_build(pkt, &seg);
}

static void note_client_end(struct esmtp_inspect *ins, const struct esmtp_pkt *pkt)
{
	u32 end = pkt->seq - ins->half[ESMTP_C2S].isn + pkt->len + pkt->fin;

	if (esmtp_before(ins->client_end, end))
		ins->client_end = end;
}

static enum esmtp_reason answer_rejected_client(struct esmtp_task *t)
{
	struct esmtp_inspect *ins = t->ins;
	struct esmtp_pkt *pkt = t->pkt;
	bool caught_up = pkt->has_ack &&
		!esmtp_before(pkt->ack - ins->half[ESMTP_S2C].isn, get_reject_offset(ins));

	note_client_end(ins, pkt);
	t->back = answer_client(ins, pkt);
	if (ins->told || (!caught_up && !pkt->rst))
		return ESMTP_R_CLOSED;
	return reset_receiver(ins, pkt, ESMTP_C2S);
}

static enum esmtp_reason answer_rejected_server(struct esmtp_task *t, bool first)
{
	struct esmtp_inspect *ins = t->ins;
	struct esmtp_pkt *pkt = t->pkt;
	char buf[ESMTP_SAY_LEN + 2];
	struct esmtp_segment seg;

	ins->told |= pkt->rst || first;
	if (ins->told && !pkt->rst)
		t->back = reset_sender(pkt);
	if (!first)
		return ESMTP_R_CLOSED;
	build_reject_reply(ins, buf, &seg);
	seg.seq = esmtp_renumber_out(t->half, seg.seq);
	return esmtp_pkt_write_segment(pkt, &seg) ? ESMTP_R_MEMORY : ESMTP_R_REJECTED;
}

/**
 * esmtp_ending_sever() - end a connection that nobody follows
 * @pkt: a packet of it, which becomes a RST to its receiver
 * @back: set: a RST to its sender, or NULL
 *
 * Both are in the numbers of this packet. If either is lost, that end goes on.
 *
 * Return: how the packet ends.
 */
enum esmtp_reason esmtp_ending_sever(struct esmtp_pkt *pkt, struct sk_buff **back)
{
	const struct esmtp_segment rst = {
		.seq = pkt->seq,
		.ack = pkt->ack,
		.flags = ESMTP_TCP_RST | ESMTP_TCP_ACK,
	};

	*back = pkt->rst ? NULL : reset_sender(pkt);
	return esmtp_pkt_write_segment(pkt, &rst) ? ESMTP_R_MEMORY : ESMTP_R_RESET;
}

/**
 * esmtp_ending_begin() - the session has ended before a packet's first new byte
 * @ins: the connection
 * @dir: the packet's direction
 * @hand: stream offset of that byte: nothing from there on will be forwarded
 */
void esmtp_ending_begin(struct esmtp_inspect *ins, enum esmtp_dir dir, u32 hand)
{
	ins->half[dir].stream.next = hand;
	esmtp_log_retract(&ins->half[dir].log, hand);
	ins->client_end = ins->half[ESMTP_C2S].stream.next;
}

/**
 * esmtp_ending_packet() - a packet of a connection that was reset or rejected
 * @t: the packet, of a session that has ended; it may become another one to the
 *	same receiver, and @t->back be set to one to its sender
 * @first: it is the one that ended the session
 *
 * Return: how the packet ends.
 */
enum esmtp_reason esmtp_ending_packet(struct esmtp_task *t, bool first)
{
	if (t->pkt->syn)
		return ESMTP_R_CLOSED;
	if (t->ins->session.act == ESMTP_ACT_REJECT)
		return t->dir == ESMTP_C2S ? answer_rejected_client(t) :
					     answer_rejected_server(t, first);
	if (!t->pkt->rst)
		t->back = reset_sender(t->pkt);
	return first ? reset_receiver(t->ins, t->pkt, t->dir) : ESMTP_R_CLOSED;
}

/**
 * esmtp_ending_resend() - is it what the server had sent before the end?
 * @t: a packet of a session that has ended
 *
 * A client that was rejected must get it, or it never reads the reply behind it.
 *
 * Return: true if the packet may pass as one that comes again.
 */
bool esmtp_ending_resend(const struct esmtp_task *t)
{
	const struct esmtp_pkt *pkt = t->pkt;

	return t->dir == ESMTP_S2C && !t->ins->told && pkt->len && !pkt->fin &&
	       t->ins->session.act == ESMTP_ACT_REJECT &&
	       !esmtp_before(t->half->stream.next, pkt->seq - t->half->isn + pkt->len);
}
