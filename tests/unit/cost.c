// SPDX-License-Identifier: GPL-2.0
/*
 * What the core does, in instructions: for each line of a conversation with one small
 * message, as smtp-source has it, and for bulk. Run by ./counted; no test.
 */
#include <stdio.h>
#include <string.h>

#include <esmtp/core.h>
#include <esmtp/policy.h>
#include "counted.h"
#include "bulk_text.h"

enum { EDITS = 64, SEGMENT = 1448, HAND = 1 << 16 };

static struct esmtp_session session;
static struct esmtp_edit edits[EDITS];
static u32 off[ESMTP_DIR_MAX];
static bool counting;

static void say(enum esmtp_dir dir, const char *name, const void *p, u32 n)
{
	static struct esmtp_log log = { .v = edits, .cap = EDITS };
	struct esmtp_io io = {
		.log = &log, .hand = off[dir], .off = off[dir], .most = esmtp_work(n),
	};
	enum esmtp_reason why;
	u32 taken;

	if (counting)
		counted_begin();
	taken = esmtp_session_feed(&session, dir, &io, p, n, &why);
	if (counting)
		counted_end(name);
	if (taken != n)
		printf("%u of %u bytes of %s: %s\n", taken, n, name, esmtp_reason_name(why));
	off[dir] = io.off;
	log.n = 0;
}

static void talk(enum esmtp_dir dir, const char *text)
{
	char name[20];

	snprintf(name, sizeof(name), "%c: %.14s", dir == ESMTP_C2S ? 'C' : 'S', text);
	name[strcspn(name, "\r")] = '\0';
	say(dir, name, text, (u32)strlen(text));
}

static void open_message(void)
{
	talk(ESMTP_S2C, "220 server.example.net ESMTP\r\n");
	talk(ESMTP_C2S, "EHLO client.example.com\r\n");
	talk(ESMTP_S2C, "250-server.example.net\r\n250-PIPELINING\r\n"
			"250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n");
	talk(ESMTP_C2S, "MAIL FROM:<sender@example.com>\r\n");
	talk(ESMTP_S2C, "250 2.1.0 Ok\r\n");
	talk(ESMTP_C2S, "RCPT TO:<receiver@example.net>\r\n");
	talk(ESMTP_S2C, "250 2.1.5 Ok\r\n");
	talk(ESMTP_C2S, "DATA\r\n");
	talk(ESMTP_S2C, "354 End data with <CR><LF>.<CR><LF>\r\n");
}

static void begin_message(void)
{
	open_message();
	talk(ESMTP_C2S, "From: <sender@example.com>\r\nTo: <receiver@example.net>\r\n"
			"Date: Fri, 27 Nov 2026 12:00:00 +0000\r\n"
			"Message-Id: <1234.5678@client.example.com>\r\n\r\n");
}

static void end_message(void)
{
	say(ESMTP_C2S, "C: end of data", "\r\n.\r\n", 5);
	talk(ESMTP_S2C, "250 2.0.0 Ok\r\n");
	talk(ESMTP_C2S, "QUIT\r\n");
	talk(ESMTP_S2C, "221 2.0.0 Bye\r\n");
}

/* One message of 1 KiB. */
static void converse(const struct esmtp_map *map)
{
	char body[1024];
	u32 i;

	for (i = 0; i < sizeof(body); i++)
		body[i] = i % 80 == 78 ? '\r' : i % 80 == 79 ? '\n' : 'X';
	memset(&session, 0, sizeof(session));
	esmtp_session_init(&session.head, map);
	begin_message();
	say(ESMTP_C2S, "C: 1,024 bytes of body", body, sizeof(body));
	end_message();
}

/* What most multipart mail has, in one hand: the header of a part with a file. */
static void count_part(const struct esmtp_map *map)
{
	static const char part[] =
		"--b1\r\nContent-Type: application/pdf; name=\"report 2026.pdf\"\r\n"
		"Content-Transfer-Encoding: base64\r\n"
		"Content-Disposition: attachment;\r\n filename=\"report 2026.pdf\"\r\n\r\n";

	counting = false;
	memset(&session, 0, sizeof(session));
	esmtp_session_init(&session.head, map);
	open_message();
	talk(ESMTP_C2S, "Content-Type: multipart/mixed; boundary=b1\r\n\r\n");
	counting = true;
	say(ESMTP_C2S, "a part's header", part, sizeof(part) - 1);
	counting = false;
}

/* The second of two hands of @n bytes, cut where they end. */
static void count_bulk(const struct esmtp_map *map, const char *name, const u8 *p, u32 n)
{
	counting = false;
	memset(&session, 0, sizeof(session));
	esmtp_session_init(&session.head, map);
	begin_message();
	say(ESMTP_C2S, name, p, n);
	counting = true;
	say(ESMTP_C2S, name, p + n, n);
	counting = false;
}

int main(void)
{
	static u8 text[2 * HAND];
	struct esmtp_map map;

	esmtp_map_default(&map);
	esmtp_map_seal(&map);
	converse(&map);
	counting = true;
	converse(&map);

	count_part(&map);

	bulk_base64(text, sizeof(text));
	count_bulk(&map, "base64, 1,448 bytes", text, SEGMENT);
	count_bulk(&map, "base64, 64 KB", text, HAND);
	bulk_text(text, sizeof(text));
	count_bulk(&map, "text, 1,448 bytes", text, SEGMENT);
	count_bulk(&map, "text, 64 KB", text, HAND);
	return 0;
}
