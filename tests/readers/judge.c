// SPDX-License-Identifier: GPL-2.0
/*
 * What the engine makes of messages: reads them from standard input, each as its length
 * in decimal, LF and that many bytes, and prints a line for each: the events of rules, by
 * letter, and the names of the others. The rules, all of them log:
 *
 *	N	a file's name that has "mark.exe" in it
 *	L	a file's name of more than 255 characters, or as many as are said
 *	A	what readers disagree on
 *	E	an encoding of base64
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <esmtp/core.h>

enum {
	LONGEST = 1 << 20,
	EDITS = 64,
	LITERAL = sizeof("mark.exe") - 1,
};

static u16 cells[(LITERAL + 1) * (LITERAL + 1)];
static const struct esmtp_rule rules[] = {
	{ .crit = ESMTP_CRIT_FILETYPE, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_FILENAME, .arg = 255, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_AMBIGUOUS, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_ENCODING, .arg = 1u << ESMTP_ENC_BASE64,
	  .act = ESMTP_ACT_LOG },
};

static struct esmtp_map map;
static struct esmtp_regex regex;
static struct esmtp_policy policy = {
	.maps = &map, .nmaps = 1, .regexes = &regex, .nregexes = 1,
	.cells = cells, .ncells = ESMTP_ARRAY_SIZE(cells),
};

/* The longest beginning of the literal that @n bytes of it and @c end in. */
static u32 border(const char *literal, u32 n, char c)
{
	char text[LITERAL + 1];
	u32 k;

	memcpy(text, literal, n);
	text[n] = c;
	for (k = n + 1; k; k--)
		if (k <= LITERAL && !memcmp(literal, text + n + 1 - k, k))
			break;
	return k;
}

/* State 0 is "found"; state 1 + n has read n bytes of the literal. */
static void make_regex(const char *literal)
{
	u32 n, kind, kinds = LITERAL + 1, to;

	strcpy(regex.name, "literal");
	regex.states = LITERAL + 1;
	regex.start = 1;
	regex.classes = (u16)kinds;
	memset(regex.class_of, LITERAL, sizeof(regex.class_of));
	for (n = LITERAL; n--;)
		regex.class_of[(u8)literal[n]] = (u8)n;
	for (n = 0; n < LITERAL; n++)
		for (kind = 0; kind < kinds; kind++) {
			to = kind == LITERAL ? 0 : border(literal, n, literal[kind]);
			cells[(1 + n) * kinds + kind] = to == LITERAL ? 0 : (u16)(1 + to);
		}
}

static void event(struct esmtp_io *io, const struct esmtp_event *ev)
{
	(void)io;
	if (ev->id == ESMTP_EV_RULE)
		printf(" %c", "NLAE"[ev->rule]);
	else if (ev->id >= ESMTP_EV_MESSAGE_BARE)
		printf(" %s", esmtp_event_name(ev->id) + strlen("event_"));
}

struct side {
	struct esmtp_edit edits[EDITS];
	struct esmtp_log log;
	u32 next;
};

static struct esmtp_session session;
static struct side sides[ESMTP_DIR_MAX];

static void feed(enum esmtp_dir dir, const char *p, size_t n)
{
	struct side *side = &sides[dir];
	struct esmtp_io io = { .log = &side->log, .hand = side->next,
			       .off = side->next, .event = event };
	enum esmtp_reason why;

	side->log.n = 0;
	esmtp_session_feed(&session, dir, &io, (const u8 *)p, (u32)n, &why);
	side->next = io.off;
	if (why)
		printf(" %s", esmtp_reason_name(why));
}

static void say(enum esmtp_dir dir, const char *text)
{
	feed(dir, text, strlen(text));
}

/* As it goes over the wire: dots doubled, the final dot (RFC 5321 4.5.2). */
static void judge(const char *p, size_t n)
{
	static char wire[2 * LONGEST + 8];
	size_t i, len = 0;

	memset(sides, 0, sizeof(sides));
	for (i = 0; i < ESMTP_DIR_MAX; i++)
		sides[i].log = (struct esmtp_log){ .v = sides[i].edits, .cap = EDITS };
	esmtp_session_init(&session.head, &map);
	say(ESMTP_S2C, "220 mx\r\n");
	say(ESMTP_C2S, "MAIL FROM:<>\r\n");
	say(ESMTP_S2C, "250 ok\r\n");
	say(ESMTP_C2S, "RCPT TO:<a@example.net>\r\n");
	say(ESMTP_S2C, "250 ok\r\n");
	say(ESMTP_C2S, "DATA\r\n");
	say(ESMTP_S2C, "354 go\r\n");
	for (i = 0; i < n; i++) {
		if (p[i] == '.' && (!i || p[i - 1] == '\n'))
			wire[len++] = '.';
		wire[len++] = p[i];
	}
	memcpy(wire + len, "\r\n.\r\n", 5);
	feed(ESMTP_C2S, wire, len + 5);
	putchar('\n');
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static char message[LONGEST];
	char line[32];
	size_t n;

	make_regex("mark.exe");
	strcpy(map.name, "readers");
	map.nrules = ESMTP_ARRAY_SIZE(rules);
	memcpy(map.rules, rules, sizeof(rules));
	if (argc > 1)
		map.rules[1].arg = (u32)strtoul(argv[1], NULL, 10);
	if (esmtp_policy_seal(&policy))
		return 2;
	while (fgets(line, sizeof(line), stdin)) {
		n = strtoul(line, NULL, 10);
		if (n > LONGEST || fread(message, 1, n, stdin) != n)
			return 2;
		judge(message, n);
	}
	return 0;
}
