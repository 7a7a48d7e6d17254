// SPDX-License-Identifier: GPL-2.0
/*
 * A connection that inspection has ended with `reset` or `reject`: what each end
 * is still told, so that both close at once in place of timing out.
 *
 * There are no timers here. Whatever an end sends is answered; an end that sends
 * nothing more got the answer, or will send again what was not acknowledged.
 *
 *	reset	RST to both; a RST takes the number that its receiver says it
 *		expects (RFC 9293 3.10.7.1), so it is not questioned (RFC 5961 3.2)
 *	reject	the client gets one reply and FIN, and an acknowledgement of all
 *		that it sends; the server a RST, once the client has acknowledged
 *		what the server had sent before
 */
#include <linux/skbuff.h>
#include <net/tcp.h>

#include "apply.h"
#include "flow.h"
#include "inject.h"
#include "pkt.h"

/* The stream offset at which the engine's own reply to the client begins. */
static u32 say_at(const struct esmtp_inspect *ins)
{
	return ins->way[ESMTP_S2C].stream.next;
}

/* The sender of a packet is told that its connection is gone. */
static struct sk_buff *reset_sender(const struct esmtp_pkt *pkt)
{
	const struct esmtp_segment rst = {
		.seq = pkt->ack,
		.ack = pkt->seq + pkt->len + pkt->fin,
		.flags = TCPHDR_RST | TCPHDR_ACK,
	};

	return pkt->has_ack ? esmtp_inject_build(pkt, &rst) : NULL;
}

/* The packet becomes a RST behind all that its receiver was given. */
static enum esmtp_reason reset_receiver(struct esmtp_inspect *ins,
					struct esmtp_pkt *pkt, enum esmtp_dir dir)
{
	const struct esmtp_way *way = &ins->way[dir];
	const struct esmtp_segment rst = {
		.seq = way->isn + way->stream.next,
		.ack = pkt->ack,
		.flags = TCPHDR_RST | TCPHDR_ACK,
	};

	ins->told = true;
	return esmtp_apply_segment(pkt, &rst) ? ESMTP_MEMORY : ESMTP_RESET;
}

/* Reply and FIN, which are sent until the client acknowledges them. */
static u32 goodbye(const struct esmtp_inspect *ins, char *buf,
		   struct esmtp_segment *seg)
{
	u32 len = strscpy(buf, esmtp_session_say(&ins->session), ESMTP_SAY_LEN);

	buf[len++] = '\r';
	buf[len++] = '\n';
	seg->seq = ins->way[ESMTP_S2C].isn + say_at(ins);
	seg->ack = ins->way[ESMTP_C2S].isn + ins->client_end;
	seg->flags = TCPHDR_PSH | TCPHDR_FIN | TCPHDR_ACK;
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
	u32 acked = pkt->ack - ins->way[ESMTP_S2C].isn;
	u32 end = say_at(ins) + goodbye(ins, buf, &seg) + 1;

	if (pkt->rst || !pkt->has_ack)
		return NULL;
	if (esmtp_before(acked, end))
		return esmtp_inject_build(pkt, &seg);
	if (!pkt->len && !pkt->fin)
		return NULL;
	seg.seq = ins->way[ESMTP_S2C].isn + end;
	seg.flags = TCPHDR_ACK;
	seg.len = 0;
	return esmtp_inject_build(pkt, &seg);
}

static void client_sent(struct esmtp_inspect *ins, const struct esmtp_pkt *pkt)
{
	u32 end = pkt->seq - ins->way[ESMTP_C2S].isn + pkt->len + pkt->fin;

	if (esmtp_before(ins->client_end, end))
		ins->client_end = end;
}

static enum esmtp_reason reject_client(struct esmtp_inspect *ins,
				       struct esmtp_pkt *pkt,
				       struct sk_buff **back)
{
	bool caught_up = pkt->has_ack &&
		!esmtp_before(pkt->ack - ins->way[ESMTP_S2C].isn, say_at(ins));

	client_sent(ins, pkt);
	*back = answer_client(ins, pkt);
	if (ins->told || (!caught_up && !pkt->rst))
		return ESMTP_CLOSED;
	return reset_receiver(ins, pkt, ESMTP_C2S);
}

static enum esmtp_reason reject_server(struct esmtp_inspect *ins,
				       struct esmtp_pkt *pkt, bool first,
				       struct sk_buff **back)
{
	char buf[ESMTP_SAY_LEN + 2];
	struct esmtp_segment seg;

	ins->told |= pkt->rst || first;
	if (ins->told && !pkt->rst)
		*back = reset_sender(pkt);
	if (!first)
		return ESMTP_CLOSED;
	goodbye(ins, buf, &seg);
	return esmtp_apply_segment(pkt, &seg) ? ESMTP_MEMORY : ESMTP_REJECTED;
}

/**
 * esmtp_ending_begin() - the session has ended before a packet's first new byte
 * @ins: the connection
 * @dir: the packet's direction
 * @hand: stream offset of that byte: nothing from there on will be forwarded
 *
 * Softirq; the flow's lock is held.
 */
void esmtp_ending_begin(struct esmtp_inspect *ins, enum esmtp_dir dir, u32 hand)
{
	ins->way[dir].stream.next = hand;
	ins->client_end = ins->way[ESMTP_C2S].stream.next;
}

/**
 * esmtp_ending_packet() - a packet of a connection that was reset or rejected
 * @ins: the connection; its session has ended
 * @pkt: the packet; it may become another one to the same receiver
 * @dir: its direction
 * @first: it is the one that ended the session
 * @back: set to what is to be sent to its sender, or NULL
 *
 * Softirq; the flow's lock is held.
 *
 * Return: how the packet ends.
 */
enum esmtp_reason esmtp_ending_packet(struct esmtp_inspect *ins,
				      struct esmtp_pkt *pkt, enum esmtp_dir dir,
				      bool first, struct sk_buff **back)
{
	*back = NULL;
	if (pkt->syn)
		return ESMTP_CLOSED;
	if (ins->session.act == ESMTP_ACT_REJECT)
		return dir == ESMTP_C2S ? reject_client(ins, pkt, back) :
					  reject_server(ins, pkt, first, back);
	if (!pkt->rst)
		*back = reset_sender(pkt);
	return first ? reset_receiver(ins, pkt, dir) : ESMTP_CLOSED;
}

/**
 * esmtp_ending_resend() - is it what the server had sent before the end?
 * @ins: the connection; its session has ended
 * @pkt: the packet
 * @dir: its direction
 *
 * A client that was rejected must get it, or it never reads the reply behind it.
 * Softirq; the flow's lock is held.
 *
 * Return: true if the packet may pass as one that comes again.
 */
bool esmtp_ending_resend(const struct esmtp_inspect *ins,
			 const struct esmtp_pkt *pkt, enum esmtp_dir dir)
{
	const struct esmtp_way *way = &ins->way[dir];

	return dir == ESMTP_S2C && !ins->told && pkt->len && !pkt->fin &&
	       ins->session.act == ESMTP_ACT_REJECT &&
	       !esmtp_before(way->stream.next, pkt->seq - way->isn + pkt->len);
}
