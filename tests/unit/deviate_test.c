// SPDX-License-Identifier: GPL-2.0
/*
 * Random conversations with a server that deviates (SPEC W7a, W7b). An honest client's
 * must end, and not be cut, wherever the same one ends uninspected; and no line that is
 * forbidden reaches the server as a command, whatever an attacker sends.
 *
 * usage: deviate_test [CONVERSATIONS [SEED]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deviate.h"
#include "harness.h"

enum {
	CONVERSATIONS = 10000,
	TEXT = 24000,
};

static struct harness h;
static struct deviate server;
static struct esmtp_map map;
static u32 seed, drawn;

static u32 draw(u32 n)
{
	return deviate_hash(seed, (1u << 24) + drawn++) % n;
}

/* The path: uninspected, or through the engine. */
static bool inspected;
static u32 heard;			/* bytes of the server that reached the client */
static char ears[DEVIATE_OUT];
static u32 n_ears;

static void carry_server(void);

/* What the client sends but the engine held goes first. */
static void carry_client(u32 piece)
{
	struct harness_stream *st = &h.stream[ESMTP_C2S];
	u32 before;

	while (st->left < st->have && !h.end && !h.fail[0]) {
		u32 n = st->have - st->left, i;
		u8 out[512];
		u32 k = 0;

		bool text = server.mode == DEVIATE_DATA;

		before = st->left;
		if (piece && n > piece)
			n = piece;
		if (n > sizeof(out) / 2)
			n = sizeof(out) / 2;
		/* what is under way when a message is refused is beyond anybody's reach */
		if (text && memchr(st->was + before, '\n', n))
			n = (u8 *)memchr(st->was + before, '\n', n) - (st->was + before) + 1;
		harness_offer(&h, ESMTP_C2S, n);
		for (i = before; i < st->left; i++) {
			if (st->wide[i] == 2)
				out[k++] = '\r';
			if (st->wide[i])
				out[k++] = st->is[i];
		}
		deviate_read(&server, (char *)out, k);
		harness_ack(&h, ESMTP_C2S, st->left);
		if (text)
			carry_server();
		if (st->why != ESMTP_R_GO)
			break;
	}
}

static void carry_server(void)
{
	struct harness_stream *st = &h.stream[ESMTP_S2C];
	u32 n = server.n_out - heard, i;

	if (!inspected) {
		memcpy(ears + n_ears, server.out + heard, n);
		n_ears += n;
		heard = server.n_out;
		return;
	}
	if (n && !h.end)
		harness_send(&h, ESMTP_S2C, (u8 *)server.out + heard, n);
	heard = server.n_out;
	while (st->left < st->have && !h.end && !h.fail[0]) {
		u32 before = st->left;

		harness_offer(&h, ESMTP_S2C, st->have - st->left);
		for (i = before; i < st->left && n_ears < sizeof(ears); i++)
			if (st->wide[i])
				ears[n_ears++] = st->is[i];
		harness_ack(&h, ESMTP_S2C, st->left);
		if (st->why != ESMTP_R_GO)
			break;
	}
}

static void send_bytes(const char *p, u32 n)
{
	u32 piece = draw(4) ? 0 : 1 + draw(200);

	if (!inspected) {
		deviate_read(&server, p, n);
		return;
	}
	if (!h.end)
		harness_send(&h, ESMTP_C2S, (const u8 *)p, n);
	carry_client(piece);
}

/* Until nothing moves. */
static void settle(void)
{
	u32 before;

	do {
		before = server.n_out + h.stream[ESMTP_C2S].left + n_ears;
		carry_server();
		if (inspected)
			carry_client(0);
		carry_server();
	} while (before != server.n_out + h.stream[ESMTP_C2S].left + n_ears);
}

static void open_connection(bool through, bool honest)
{
	inspected = through;
	heard = 0;
	n_ears = 0;
	drawn = 0;
	deviate_init(&server, seed, honest);
	harness_init(&h, &map, HARNESS_EDITS, 0);
	settle();
}

/* As smtplib and others read: three digits, and "-" if there is more. 0 for none yet. */
static u32 at;

static int next_reply(void)
{
	char *end;
	u32 len, code;

	for (;;) {
		char *p = ears + at;

		end = memchr(p, '\n', n_ears - at);
		if (!end)
			return 0;
		len = end - p + 1;
		at += len;
		if (len > 3 && p[3] == '-')
			continue;
		code = (u32)strtoul(p, NULL, 10);
		return code > 0 && code < 1000 ? (int)code : -1;
	}
}

/* An honest client says one thing at a time, and takes the next reply for its answer. */
static int ask(const char *line)
{
	send_bytes(line, strlen(line));
	settle();
	return next_reply();
}

static int send_group(u32 rcpts)
{
	char group[2000] = "MAIL FROM:<a@example.com>\r\n";
	int code, last = 0;
	u32 i;

	for (i = 0; i < rcpts; i++)
		strcat(group, "RCPT TO:<b@example.net>\r\n");
	send_bytes(group, strlen(group));
	settle();
	for (i = 0; i <= rcpts; i++) {
		code = next_reply();
		if (!code)
			return 0;
		if (code == 250)
			last = i ? code : last;
	}
	return last ?: 550;
}

static int send_lines(u32 lines)
{
	static const char *const text[] = {
		"Subject: x\r\n", "\r\n", "hello there\r\n", "..\r\n", "Received: y\r\n",
		"NOOP or not\r\n", "QUITE\r\n", "MAIL order\r\n",
	};
	u32 i;

	for (i = 0; i < lines; i++) {
		const char *line = text[draw(8)];

		send_bytes(line, strlen(line));
	}
	return ask(".\r\n");
}

/* A mail, or what becomes of it. 0: the client waits for a reply that does not come. */
static int send_mail(void)
{
	int code;

	if (draw(2)) {
		code = send_group(1 + draw(3));
	} else {
		code = ask("MAIL FROM:<a@example.com>\r\n");
		if (code == 250)
			code = ask("RCPT TO:<b@example.net>\r\n");
	}
	if (code == 250)
		code = ask("DATA\r\n");
	if (code == 354)
		return send_lines(draw(9));
	return code ? ask("RSET\r\n") : 0;
}

static int authenticate(void)
{
	char line[500] = "AUTH LOGIN ";
	int code;

	if (draw(2))
		memset(line + strlen(line), 'A', draw(400));
	strcat(line, "\r\n");
	code = ask(line);
	return code == 334 ? ask("QUJDRA==\r\n") : code;
}

/* True if the client came to its end. */
static bool converse(void)
{
	u32 mails = 1 + draw(3);
	int code;

	at = 0;
	if (!next_reply())
		return false;
	code = ask("EHLO c.example.org\r\n");
	if (code && code != 250)
		code = ask("HELO c.example.org\r\n");
	if (code && draw(2))
		code = authenticate();
	if (code && !draw(4))
		code = ask("NOOP\r\n");
	while (code && mails--)
		code = send_mail();
	return code && ask("QUIT\r\n");
}

static u32 failed;

static bool verbose;

static void show(const char *who, const u8 *p, u32 n)
{
	printf("# %s: ", who);
	for (; n; n--, p++)
		if (*p == '\n')
			printf("\n#   ");
		else if (*p != '\r')
			putchar(*p < ' ' || *p > '~' ? '?' : *p);
	printf("\n");
}

static void complain(const char *what)
{
	printf("not ok deviate %u: %s\n", seed, what);
	failed++;
	if (!verbose)
		return;
	show("client", h.stream[ESMTP_C2S].was, h.stream[ESMTP_C2S].have);
	show("to the server", h.stream[ESMTP_C2S].is, h.stream[ESMTP_C2S].left);
	show("server", (u8 *)server.out, server.n_out);
}

static bool honest(void)
{
	bool ends;

	esmtp_map_default(&map);
	open_connection(false, true);
	ends = converse();
	open_connection(true, true);
	/* a client that lost count says RSET where the server reads a message */
	if (!converse() && ends && !(server.doubles && server.mode == DEVIATE_DATA && !h.end &&
				     h.stream[ESMTP_C2S].left == h.stream[ESMTP_C2S].have))
		complain(h.end ? "an honest client was cut" : "an honest client waits for ever");
	else if (h.end)
		complain("a client was cut");
	else if (h.fail[0])
		complain(h.fail);
	return ends;
}

/* What an attacker says: pieces, one behind the other or behind the replies. */
static void attack_once(void)
{
	static const char *const said[] = {
		"EHLO a\r\n", "MAIL FROM:<a@b>\r\n", "RCPT TO:<c@d>\r\n", "DATA\r\n", "RSET\r\n",
		"AUTH LOGIN\r\n", "QUJDRA==\r\n", "\r\n", ".\r\n", "x\n.\n", "QUIT\r\n",
		"EXPN x\r\n", "XCLIENT A=b\r\n", "STARTTLS\r\n", "MAIL FROM:<a|b@c>\r\n",
		"BDAT 30 LAST\r\n", "BDAT 12\r\n", "Subject: x\r\n", "NOOP", "XFORWARD A=b\r\n",
		"x\r.\rEXPN x\r\n", "text\r\n", "NOOP ", "MAIL FROM:<", "TURN\r\n", "DA", "TA\r\n",
	};
	static char fill[TEXT];
	u32 n;

	switch (draw(12)) {
	case 0:
		n = 30 + draw(300);
		break;
	case 2:
		n = 2030 + draw(20);
		break;
	case 1:
		n = draw(2) ? 12280 + draw(12) : 16380 + draw(8);
		break;
	default:
		n = draw(ESMTP_ARRAY_SIZE(said));
		send_bytes(said[n], strlen(said[n]));
		return;
	}
	/* an early answer is seen, if there is one */
	if (server.cuts && server.cuts < n && server.mode == DEVIATE_COMMAND && server.len < server.cuts)
		n = server.cuts - server.len;
	memset(fill, 'A', n);
	send_bytes(fill, n);
	settle();
	n = 11 + draw(4);
	send_bytes(said[n], strlen(said[n]));
}

static void attack(void)
{
	static const char *const way[] = {
		"EHLO a\r\n", "MAIL FROM:<a@b>\r\n", "RCPT TO:<c@d>\r\n", "DATA\r\n", "AUTH LOGIN\r\n",
	};
	u32 steps = 3 + draw(30), to = draw(6), i;

	if (draw(2))
		esmtp_map_recommended(&map);
	else
		esmtp_map_default(&map);
	map.params.tls = 0;
	esmtp_map_seal(&map);
	open_connection(true, false);
	for (i = 0; i < to && i < 5; i++) {
		send_bytes(way[i], strlen(way[i]));
		settle();
	}
	for (i = 0; i < steps && !h.end && !h.fail[0]; i++) {
		attack_once();
		if (draw(3))
			settle();
	}
	if (server.broken[0])
		complain(server.broken);
	else if (h.fail[0])
		complain(h.fail);
}

int main(int argc, char **argv)
{
	u32 n = argc > 1 ? (u32)atoi(argv[1]) : CONVERSATIONS;
	u32 first = argc > 2 ? (u32)atoi(argv[2]) : 1, ended = 0, i;

	verbose = n == 1;
	for (i = 0; i < n; i++) {
		seed = first + i;
		ended += honest();
		attack();
	}
	printf("# %u conversations, %u of the honest end uninspected, %u failed\n", 2 * n, ended, failed);
	return failed || ended < n / 2;
}
