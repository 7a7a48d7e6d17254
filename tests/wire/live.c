// SPDX-License-Identifier: GPL-2.0
/*
 * A server that is a real one: a TCP socket of the server's kernel, which this
 * program reads and writes, or another program, whose replies are waited for. What
 * arrives for it on the cable is seen all the same.
 */

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

#define REPLY_MS	60000
#define SHOW		600

/**
 * live_set() - read the option that names the server
 * @l: the server
 * @kind: whose it is
 * @text: IPV4,IPV6
 *
 * Return: 0, or -1.
 */
int live_set(struct live *l, enum live_kind kind, const char *text)
{
	const char *comma = strchr(text, ',');
	char v4[32];

	if (!comma || (size_t)(comma - text) >= sizeof(v4))
		return -1;
	memcpy(v4, text, comma - text);
	v4[comma - text] = 0;
	if (inet_pton(AF_INET, v4, l->addr4) != 1 ||
	    inet_pton(AF_INET6, comma + 1, l->addr6) != 1)
		return -1;
	l->kind = kind;
	l->fd = -1;
	return 0;
}

static int listen_on(struct wire *w, int family)
{
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in a4 = { .sin_family = AF_INET };
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, ret;

	a4.sin_port = htons(w->server_port);
	a6.sin6_port = htons(w->server_port);
	memcpy(&a4.sin_addr, w->live.addr4, 4);
	memcpy(&a6.sin6_addr, w->live.addr6, 16);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	ret = family == AF_INET ? bind(fd, (void *)&a4, sizeof(a4)) :
				  bind(fd, (void *)&a6, sizeof(a6));
	if (ret || listen(fd, 128))
		return wire_fail(w, "the server's socket: %s", strerror(errno));
	return fd;
}

/**
 * live_listen() - open the server's sockets
 * @w: program, in the server's namespace
 *
 * Return: 0, or -1.
 */
int live_listen(struct wire *w)
{
	struct live *l = &w->live;

	if (l->kind != LIVE_SOCKET)
		return 0;
	l->listener[0] = listen_on(w, AF_INET);
	l->listener[1] = listen_on(w, AF_INET6);
	return l->listener[0] < 0 || l->listener[1] < 0 ? -1 : 0;
}

/**
 * live_addrs() - put the server's address in the place of wire's own
 * @w: program
 * @from: who sends
 * @a: addresses of a packet
 */
void live_addrs(const struct wire *w, enum wire_side from, struct addrs *a)
{
	uint8_t *server = from == SERVER ? a->src : a->dst;

	if (a->family == AF_INET6)
		memcpy(server, w->live.addr6, 16);
	else
		memcpy(server, w->live.addr4, 4);
}

/* With a RST: nothing of a scenario is to live on in the next. */
static void hang_up(struct live *l)
{
	struct linger now = { .l_onoff = 1 };

	if (l->fd < 0)
		return;
	setsockopt(l->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(l->fd);
	l->fd = -1;
}

/**
 * live_begin() - a fresh connection, or none any more
 * @w: program
 * @s: step with its options, or NULL
 */
void live_begin(struct wire *w, const struct step *s)
{
	struct live *l = &w->live;
	int i, size = s && step_has(s, N_RCVBUF) ? (int)s->num[N_RCVBUF] : 1 << 18;

	if (!l->kind)
		return;
	hang_up(l);
	l->slow = s && step_has(s, N_RCVBUF);
	l->eof = false;
	l->reset = false;
	l->len = 0;
	l->replies = 0;
	l->awaited = 0;
	l->col = 0;
	for (i = 0; s && l->kind == LIVE_SOCKET && i < 2; i++)
		setsockopt(l->listener[i], SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static unsigned int port_of(const struct sockaddr_storage *a)
{
	if (a->ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)a)->sin_port);
	return ntohs(((const struct sockaddr_in6 *)a)->sin6_port);
}

/* Take the connection of the scenario; others are forgotten. */
static void take(struct wire *w)
{
	int listener = w->live.listener[w->conn.family == AF_INET6];
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	int fd, on = 1;

	while (w->live.fd < 0 &&
	       (fd = accept4(listener, (void *)&from, &len, SOCK_NONBLOCK)) >= 0) {
		w->live.fd = fd;
		if (port_of(&from) != w->conn.end[CLIENT].port)
			hang_up(&w->live);
		else
			setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	}
}

/* --- a program --- */

/* "250 text" is a reply's last line, "250-text" is not (RFC 5321 4.2.1) */
static int final_lines(struct live *l, const uint8_t *p, size_t n)
{
	int found = 0;

	for (; n--; p++) {
		if (*p == '\n') {
			found += l->col >= 3 && isdigit(l->line[0]) &&
				 (l->col == 3 || l->line[3] == ' ');
			l->col = 0;
		} else if (*p != '\r' && l->col < sizeof(l->line)) {
			l->line[l->col++] = *p;
		}
	}
	return found;
}

/**
 * live_collect() - take what another program's server has sent, and acknowledge it
 * @w: program
 *
 * Return: how many bytes were new.
 */
int live_collect(struct wire *w)
{
	struct tcp_end *end = &w->conn.end[CLIENT];
	struct seg *seg;
	int fresh = 0;

	while ((seg = tcp_next(end))) {
		long long skip = end->rcv_nxt - tcp_offset(end, seg);

		if (!seg->bad && skip >= 0 && skip < (long long)seg->len) {
			w->live.replies += final_lines(&w->live, seg->data + skip,
						       seg->len - skip);
			end->rcv_nxt += (long long)seg->len - skip;
			fresh += (int)((long long)seg->len - skip);
		}
		tcp_drop(end, seg);
	}
	w->conn.end[SERVER].snd_nxt = end->rcv_nxt;
	return fresh;
}

static int acknowledge(struct wire *w)
{
	struct step s = { .kind = STEP_SEND, .side = CLIENT };

	w->conn.end[CLIENT].ack_out = w->conn.end[CLIENT].rcv_nxt;
	return tcp_send(w, &s, NULL, 0, w->conn.end[CLIENT].snd_nxt) || fence_sync(w);
}

/* Until the server has answered as often as it does in the scenario. */
static int await(struct wire *w, const struct step *s)
{
	struct live as_said = { .col = 0 };
	long end = fence_now_ms() + REPLY_MS;

	if (s->alts)
		w->live.awaited += final_lines(&as_said, s->alt[0].data, s->alt[0].len);
	while (w->live.replies < w->live.awaited) {
		if (fence_sync(w))
			return -1;
		if (live_collect(w) && acknowledge(w))
			return -1;
		if (fence_now_ms() > end)
			return wire_fail(w, "%d replies came, of %d",
					 w->live.replies, w->live.awaited);
		usleep(1000);
	}
	return 0;
}

/* --- a socket --- */

static bool can_say(const struct step *s)
{
	return !s->has && !s->cuts && !s->frags && !s->exts && !s->ipopt_len &&
	       !s->tcpopt_len &&
	       !(s->flags & (F_NOACK | F_BADSUM | F_SPLIT | F_PARTIAL));
}

static int say(struct wire *w, const struct step *s)
{
	size_t len = s->alts ? s->alt[0].len : 0;
	int fd = w->live.fd;

	if (len && send(fd, s->alt[0].data, len, MSG_NOSIGNAL) != (ssize_t)len)
		return wire_fail(w, "the server's socket: %s", strerror(errno));
	if (s->flags & F_FIN)
		shutdown(fd, SHUT_WR);
	if (s->flags & F_RST)
		hang_up(&w->live);
	w->conn.end[SERVER].snd_nxt += (long long)len + !!(s->flags & F_FIN);
	return fence_sync(w);
}

/**
 * live_send() - the server says something
 * @w: program
 * @s: step, of nothing but text, FIN or RST; its kernel answers a SYN by itself
 *
 * Return: 0, or -1.
 */
int live_send(struct wire *w, const struct step *s)
{
	if (!can_say(s))
		return wire_fail(w, "a real server can't be told how to send");
	if (s->flags & F_SYN)
		return 0;
	if (w->live.kind == LIVE_PEER)
		return await(w, s);
	take(w);
	if (w->live.fd < 0)
		return wire_fail(w, "the server has no connection");
	return say(w, s);
}

static void fill(struct live *l)
{
	ssize_t n;

	while (l->fd >= 0 && !l->eof && !l->reset && l->len < sizeof(l->read)) {
		n = recv(l->fd, l->read + l->len, sizeof(l->read) - l->len, 0);
		if (!n)
			l->eof = true;
		else if (n < 0 && errno != EAGAIN)
			l->reset = true;
		if (n <= 0)
			return;
		l->len += (size_t)n;
	}
}

/**
 * live_settle() - let the server's kernel say what it would put off, and have it
 * @w: program
 *
 * Return: 0, or -1.
 */
int live_settle(struct wire *w)
{
	int on = 1;

	if (w->live.kind != LIVE_SOCKET)
		return 0;
	take(w);
	if (!w->live.slow)
		fill(&w->live);
	if (w->live.fd >= 0)
		setsockopt(w->live.fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
	return fence_sync(w);
}

static bool is_without(const struct live *l, const struct step *s)
{
	int i;

	for (i = 0; i < s->alts; i++)
		if (memmem(l->read, l->len, s->alt[i].data, s->alt[i].len))
			return false;
	return true;
}

static bool as_wanted(const struct live *l, const struct step *s)
{
	int i;

	if (s->flags & F_WITHOUT)
		return is_without(l, s);
	for (i = 0; i < s->alts; i++)
		if (l->len == s->alt[i].len &&
		    text_common(&s->alt[i], 0, l->read, l->len) == l->len)
			return true;
	return !l->len && (!s->alts || s->flags & F_NONE);
}

/**
 * live_read() - what has the application read, since this was last asked?
 * @w: program
 * @s: step: the text, or one of several, and how it ended
 *
 * Return: 0, or -1 when it has read something else.
 */
int live_read(struct wire *w, const struct step *s)
{
	char want[SHOW] = "", got[SHOW];
	struct live *l = &w->live;

	if (l->kind != LIVE_SOCKET)
		return 0;
	take(w);
	fill(l);
	if (!as_wanted(l, s)) {
		if (s->alts)
			text_escape(s->alt[0].data, s->alt[0].len, want, sizeof(want));
		text_escape(l->read, l->len, got, sizeof(got));
		return wire_fail(w, "the server should have read %s%s, has read %s%s",
				 s->flags & F_WITHOUT ? "nothing like " : "", *want ? want : "nothing", got,
				 l->fd < 0 ? " (no connection)" : "");
	}
	l->len = 0;
	if (s->flags & F_WITHOUT)
		return 0;
	if (l->eof != !!(s->flags & F_FIN) || l->reset != !!(s->flags & F_RST))
		return wire_fail(w, "the server's stream %s",
				 l->eof ? "has ended" : l->reset ? "was reset" :
				 "has not ended");
	return 0;
}
