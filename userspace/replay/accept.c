// SPDX-License-Identifier: GPL-2.0
/*
 * Which messages did the server take? The engine knows what a reply answers, and tells
 * nobody what was said. So before each packet of the server its queue is copied, and the
 * lines of the recording take from that what they answer (RFC 5321 4.2.1).
 */
#include <daemon/flow.h>
#include <daemon/hook.h>

#include "engine/smtp/reply_queue.h"

#include "talk.h"

/**
 * struct owing - what a server owes, and where its stream is
 * @queue: replies
 * @next: sequence number of the first byte that is not judged
 */
struct owing {
	struct esmtp_queue queue;
	u32 next;
};

static void read_owing(struct owing *o, const struct talk *t)
{
	struct chain *chain = table_lock(&t->key);
	const struct flow *flow = table_find(chain, &t->key);

	o->queue.n = 0;
	o->next = 0;
	if (flow && flow->map) {
		o->next = flow->isn[ESMTP_S2C];
		if (flow->ins)
			o->next += flow->ins->half[ESMTP_S2C].stream.next;
		if (flow->ins && flow->ins->session.mode < ESMTP_MODE_TLS)
			o->queue = flow->ins->session.queue;
	}
	table_unlock(chain);
}

static bool is_digit(u8 c)
{
	return c >= '0' && c <= '9';
}

/* Is it the last line of a reply? */
static bool ends_reply(const struct accept *a)
{
	return a->n >= 3 && is_digit(a->head[0]) && is_digit(a->head[1]) &&
	       is_digit(a->head[2]) && (a->n == 3 || a->head[3] != '-');
}

static void end_line(struct talk *t, struct esmtp_queue *q)
{
	u8 kind = esmtp_queue_head(q);

	if (!ends_reply(&t->accept))
		return;
	if (t->accept.head[0] == '2' && (kind == ESMTP_PEND_END || kind == ESMTP_PEND_LAST))
		t->c.accepted++;
	if (q->n)
		esmtp_queue_pop(q);
}

static void read_bytes(struct talk *t, struct esmtp_queue *q, const u8 *p, u32 n)
{
	struct accept *a = &t->accept;

	for (; n--; p++) {
		if (*p == '\n') {
			end_line(t, q);
			a->n = 0;
		} else if (a->n < sizeof(a->head)) {
			a->head[a->n++] = *p;
		}
	}
}

/**
 * accept_judge() - judge a packet of the server, and read its replies
 * @t: its connection
 * @f: the packet as recorded
 * @p: the same, without the first @skip bytes of its payload
 * @skip: bytes
 *
 * Return: what hook_judge() returns.
 */
enum esmtp_reason accept_judge(struct talk *t, const struct frame *f, struct packet *p,
			       u32 skip)
{
	u32 seq = p->seq, end = p->seq + p->len;
	const u8 *bytes = f->bytes + f->ip + p->pkt.dataoff + skip;
	enum esmtp_reason why;
	struct owing was, is;

	read_owing(&was, t);
	why = hook_judge(p);
	read_owing(&is, t);
	if (esmtp_before(is.next, end))
		end = is.next;
	if (!esmtp_before(was.next, seq) && esmtp_before(was.next, end))
		read_bytes(t, &was.queue, bytes + (was.next - seq), end - was.next);
	return why;
}
