// SPDX-License-Identifier: GPL-2.0
/* Two minimal TCP ends: numbers, options, what arrived */

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "wire.h"

#define TCP_HDR		20
#define OPT_ROOM	40
#define TCP_WINDOW	65535
#define PORT_FIRST	20000
#define PORT_LAST	60000

static void put16(uint8_t *p, unsigned int v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

/* The ends of the connection: wire's own, but for a server that is a real one. */
static void tcp_addrs(const struct wire *w, enum wire_side from, struct addrs *a)
{
	memset(a, 0, sizeof(*a));
	raw_addrs(w, from, w->conn.family, a);
	if (w->live.kind)
		live_addrs(w, from, a);
}

/**
 * tcp_flags() - flags as letters
 * @flags: TH_*
 * @buf: where to write
 *
 * Return: @buf.
 */
char *tcp_flags(unsigned int flags, char buf[8])
{
	static const char name[] = "FSRPAU";
	int i, n = 0;

	for (i = 0; i < 6; i++)
		if (flags & 1U << i)
			buf[n++] = name[i];
	buf[n] = 0;
	return buf;
}

static void trace_seg(const struct wire *w, enum wire_side side, char dir,
		      long long off, unsigned int flags, const uint8_t *data,
		      size_t len, const char *note)
{
	char text[160], fl[8];

	if (w->verbose)
		wire_trace(w, "%c%c @%lld %s len %zu %s%s%s", "cs"[side], dir,
			   off, tcp_flags(flags, fl), len,
			   len ? text_escape(data, len, text, sizeof(text)) : "",
			   note ? " BAD: " : "", note ? note : "");
}

/**
 * tcp_begin() - start a connection, on a fresh client port unless "again" is said
 * @w: program
 * @s: step with the connection's options
 */
void tcp_begin(struct wire *w, const struct step *s)
{
	struct conn *c = &w->conn;
	int i;

	tcp_flush(w);
	memset(c, 0, sizeof(*c));
	c->family = s->flags & F_V6 ? AF_INET6 : AF_INET;
	c->mss = step_has(s, N_MSS) ? (unsigned int)s->num[N_MSS] :
		 c->family == AF_INET6 ? 1440 : 1460;
	c->wscale = step_has(s, N_WSCALE) ? (int)s->num[N_WSCALE] : -1;
	c->sack = !(s->flags & F_NOSACK);
	c->ts = s->flags & F_TS;
	if (!(s->flags & F_AGAIN))
		w->port++;
	/* drawn by lot from the whole range: what an earlier run left may be known */
	if (w->port < PORT_FIRST || w->port > PORT_LAST)
		w->port = (uint16_t)(PORT_FIRST + w->port % (PORT_LAST - PORT_FIRST));
	for (i = 0; i < SIDES; i++) {
		struct tcp_end *end = &c->end[i];

		end->port = i == CLIENT ? w->port : w->server_port;
		end->isn = i == CLIENT ? 1000 : 500000;
		if (step_has(s, i == CLIENT ? N_CISN : N_SISN))
			end->isn = (uint32_t)s->num[i == CLIENT ? N_CISN : N_SISN];
		end->ts_now = i == CLIENT ? 1000000 : 7000000;
		end->autoack = true;
		end->tail = &end->queue;
	}
	c->end[CLIENT].rcv_isn = c->end[SERVER].isn;
	c->end[SERVER].rcv_isn = c->end[CLIENT].isn;
}

/**
 * tcp_mark() - from here on, offset 0 is the next byte of either stream
 * @w: program
 *
 * Return: 0, or -1 when something sent has not been expected yet.
 */
int tcp_mark(struct wire *w)
{
	struct tcp_end *end = w->conn.end;
	int i;

	for (i = 0; i < SIDES; i++)
		if (!w->conn.renumber &&
		    end[i].snd_nxt + w->conn.grown[i] != end[!i].rcv_nxt)
			return wire_fail(w, "mark: bytes of %c are still to be expected",
					 "cs"[i]);
	for (i = 0; i < SIDES; i++) {
		w->conn.grown[i] = 0;
		end[i].isn += (uint32_t)end[i].snd_nxt;
		end[i].rcv_isn += (uint32_t)end[i].rcv_nxt;
		end[i].ack_out -= end[i].rcv_nxt;
		end[i].snd_nxt = 0;
		end[i].rcv_nxt = 0;
	}
	return 0;
}

static size_t syn_options(const struct conn *c, uint8_t *p)
{
	size_t n = 4;

	p[0] = 2;
	p[1] = 4;
	put16(p + 2, c->mss);
	if (c->sack) {
		put32(p + n, 0x01010402);
		n += 4;
	}
	if (c->wscale >= 0) {
		put32(p + n, 0x01030300 | (uint32_t)c->wscale);
		n += 4;
	}
	return n;
}

static uint32_t tsval(struct tcp_end *end, const struct step *s)
{
	uint32_t now = ++end->ts_now;

	if (!step_has(s, N_TSVAL))
		return now;
	return (uint32_t)s->num[N_TSVAL] +
	       (s->rel & 1U << N_TSVAL ? now : 0);
}

static size_t put_options(struct conn *c, struct tcp_end *end,
			  const struct step *s, uint8_t *p)
{
	size_t n = s->flags & F_SYN ? syn_options(c, p) : 0;

	if (c->ts && !(s->flags & F_NOTS)) {
		put32(p + n, 0x0101080a);
		put32(p + n + 4, tsval(end, s));
		put32(p + n + 8, end->ts_recent);
		n += 12;
	}
	if (n + s->tcpopt_len > OPT_ROOM)
		return n;
	memcpy(p + n, s->tcpopt, s->tcpopt_len);
	return n + s->tcpopt_len;
}

static unsigned int send_flags(const struct tcp_end *end, const struct step *s,
			       size_t len)
{
	unsigned int f = TH_ACK;

	if ((s->flags & F_SYN && !end->syn_seen) || s->flags & F_NOACK)
		f = 0;
	if (s->flags & F_SYN)
		f |= TH_SYN;
	else if (len || s->flags & F_PUSH)
		f |= TH_PUSH;
	if (s->flags & F_FIN)
		f |= TH_FIN;
	if (s->flags & F_RST)
		f |= TH_RST;
	if (step_has(s, N_URG))
		f |= TH_URG;
	return f;
}

static uint32_t ack_number(const struct tcp_end *end, const struct step *s)
{
	long long ack = end->ack_out;

	if (step_has(s, N_ACK))
		ack = s->num[N_ACK] + (s->rel & 1U << N_ACK ? ack : 0);
	return end->rcv_isn + 1 + (uint32_t)ack;
}

static void put_sum(uint8_t *th, size_t len, const struct addrs *a,
		    const struct step *s)
{
	uint32_t sum = pkt_pseudo(a, IPPROTO_TCP, len);
	uint16_t val;

	if (s->flags & F_PARTIAL || step_has(s, N_GSO))
		val = pkt_fold(sum);
	else
		val = (uint16_t)~pkt_fold(pkt_sum(th, len, sum));
	if (s->flags & F_BADSUM)
		val ^= 0x5555;
	put16(th + 16, val);
}

static void send_how(const struct step *s, struct ip_how *how)
{
	memset(how, 0, sizeof(*how));
	how->ttl = step_has(s, N_TTL) ? (uint8_t)s->num[N_TTL] : 64;
	how->opt = s->ipopt;
	how->opt_len = s->ipopt_len;
	how->ext = s->ext;
	how->exts = s->exts;
	how->frag = s->frag;
	how->frags = s->frags;
	how->overlap = step_has(s, N_OVERLAP) ? (unsigned int)s->num[N_OVERLAP] : 0;
	how->reversed = s->flags & F_REVERSED;
	how->gso = step_has(s, N_GSO) ? (unsigned int)s->num[N_GSO] : 0;
	how->partial = s->flags & F_PARTIAL;
}

static void advance(struct tcp_end *end, const struct step *s, long long to)
{
	if (s->flags & F_FIN)
		to++;
	if (to > end->snd_nxt && !(s->flags & F_RST))
		end->snd_nxt = to;
}

/**
 * tcp_send() - send one segment
 * @w: program
 * @s: step: who sends, flags, options
 * @data: payload
 * @len: its length
 * @at: its offset
 *
 * Return: 0, or -1.
 */
int tcp_send(struct wire *w, const struct step *s, const uint8_t *data,
	     size_t len, long long at)
{
	static uint8_t th[TCP_HDR + OPT_ROOM + 65536];
	struct tcp_end *end = &w->conn.end[s->side];
	unsigned int flags = send_flags(end, s, len);
	struct ip_how how;
	struct addrs a;
	size_t hdr;

	memset(th, 0, TCP_HDR);
	hdr = TCP_HDR + put_options(&w->conn, end, s, th + TCP_HDR);
	put16(th, end->port);
	put16(th + 2, w->conn.end[!s->side].port);
	put32(th + 4, end->isn + !(s->flags & F_SYN) + (uint32_t)at);
	put32(th + 8, flags & TH_ACK ? ack_number(end, s) : 0);
	th[12] = (uint8_t)((step_has(s, N_DOFF) ? (size_t)s->num[N_DOFF] : hdr / 4) << 4);
	th[13] = (uint8_t)flags;
	put16(th + 14, step_has(s, N_WIN) ? s->num[N_WIN] : TCP_WINDOW);
	put16(th + 18, step_has(s, N_URG) ? s->num[N_URG] : 0);
	if (len)
		memcpy(th + hdr, data, len);
	tcp_addrs(w, s->side, &a);
	put_sum(th, hdr + len, &a, s);
	send_how(s, &how);
	trace_seg(w, s->side, '>', at, flags, data, len, NULL);
	advance(end, s, at + (long long)len);
	w->conn.live = true;
	return raw_send(w, s->side, &a, IPPROTO_TCP, &how, th, hdr + len);
}

static void get_ts(struct tcp_end *end, const uint8_t *p, const uint8_t *stop)
{
	while (p < stop && *p) {
		if (*p == 1) {
			p++;
			continue;
		}
		if (p + 1 >= stop || p[1] < 2 || p + p[1] > stop)
			return;
		if (p[0] == 8 && p[1] == 10 &&
		    (int32_t)(get32(p + 2) - end->ts_recent) > 0)
			end->ts_recent = get32(p + 2);
		p += p[1];
	}
}

static struct seg *new_seg(const struct pkt *p, size_t hdr)
{
	struct seg *seg = calloc(1, sizeof(*seg));

	if (!seg)
		return NULL;
	seg->len = p->len - hdr;
	seg->data = malloc(seg->len + 1);
	if (!seg->data) {
		free(seg);
		return NULL;
	}
	memcpy(seg->data, p->l4 + hdr, seg->len);
	seg->opt_len = hdr - TCP_HDR;
	memcpy(seg->opt, p->l4 + TCP_HDR, seg->opt_len);
	seg->seq = get32(p->l4 + 4);
	seg->ack = get32(p->l4 + 8);
	seg->flags = p->l4[13] & 0x3f;
	seg->win = (uint16_t)(p->l4[14] << 8 | p->l4[15]);
	seg->urg = (uint16_t)(p->l4[18] << 8 | p->l4[19]);
	seg->ttl = p->ttl;
	return seg;
}

static bool is_ours(const struct wire *w, enum wire_side side,
		    const struct pkt *p)
{
	unsigned int src = p->l4[0] << 8 | p->l4[1];
	unsigned int dst = p->l4[2] << 8 | p->l4[3];
	struct addrs a;

	tcp_addrs(w, !side, &a);
	return p->addr.family == a.family &&
	       !memcmp(p->addr.dst, a.dst, a.family == AF_INET6 ? 16 : 4) &&
	       dst == w->conn.end[side].port &&
	       src == w->conn.end[!side].port;
}

/**
 * tcp_receive() - queue a segment of the connection
 * @w: program
 * @side: where it arrived
 * @p: packet
 */
void tcp_receive(struct wire *w, enum wire_side side, const struct pkt *p)
{
	struct tcp_end *end = &w->conn.end[side];
	const char *bad;
	struct seg *seg;
	size_t hdr;

	if (p->len < TCP_HDR || !is_ours(w, side, p))
		return;
	bad = pkt_tcp_check(p);
	hdr = (p->l4[12] >> 4) * 4U;
	if (hdr < TCP_HDR || hdr > p->len)
		hdr = TCP_HDR;
	seg = new_seg(p, hdr);
	if (!seg)
		return;
	seg->bad = bad;
	if (seg->flags & TH_SYN && !end->syn_seen && !bad) {
		end->rcv_isn = seg->seq;
		end->syn_seen = true;
		if (w->live.kind && side == CLIENT)
			w->conn.end[SERVER].isn = seg->seq;
	}
	if (w->conn.ts && !bad)
		get_ts(end, p->l4 + TCP_HDR, p->l4 + hdr);
	trace_seg(w, side, '<', tcp_offset(end, seg), seg->flags, seg->data,
		  seg->len, bad);
	*end->tail = seg;
	end->tail = &seg->next;
}

/**
 * tcp_offset() - stream offset of a segment's first byte
 * @end: where it arrived
 * @seg: segment
 *
 * Return: the offset.
 */
long long tcp_offset(const struct tcp_end *end, const struct seg *seg)
{
	return (int32_t)(seg->seq + !!(seg->flags & TH_SYN) -
			 (end->rcv_isn + 1));
}

/**
 * tcp_is_bare() - is it a mere acknowledgement?
 * @seg: segment
 *
 * Return: true if it is.
 */
bool tcp_is_bare(const struct seg *seg)
{
	return !seg->len && !(seg->flags & (TH_SYN | TH_FIN | TH_RST));
}

/**
 * tcp_next() - first segment that arrived and is no mere acknowledgement
 * @end: where
 *
 * Return: the segment, or NULL.
 */
struct seg *tcp_next(struct tcp_end *end)
{
	struct seg *seg = end->queue;

	while (seg && tcp_is_bare(seg))
		seg = seg->next;
	return seg;
}

/**
 * tcp_drop() - take a segment out of the queue
 * @end: where it arrived
 * @seg: segment
 */
void tcp_drop(struct tcp_end *end, struct seg *seg)
{
	struct seg **p = &end->queue;

	while (*p != seg)
		p = &(*p)->next;
	*p = seg->next;
	if (!*p)
		end->tail = p;
	free(seg->data);
	free(seg);
}

/**
 * tcp_drop_bare() - forget mere acknowledgements
 * @end: where they arrived
 */
void tcp_drop_bare(struct tcp_end *end)
{
	struct seg *seg, *next;

	for (seg = end->queue; seg; seg = next) {
		next = seg->next;
		if (tcp_is_bare(seg))
			tcp_drop(end, seg);
	}
}

/**
 * tcp_flush() - forget all that arrived
 * @w: program
 */
void tcp_flush(struct wire *w)
{
	int i;

	for (i = 0; i < SIDES; i++)
		while (w->conn.end[i].queue)
			tcp_drop(&w->conn.end[i], w->conn.end[i].queue);
}
