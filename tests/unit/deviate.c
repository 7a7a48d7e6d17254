// SPDX-License-Identifier: GPL-2.0
/* The server of deviate.h. It knows no more of the engine than the bytes that reach it. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "deviate.h"

enum { SENDER_MAX = 320 };

/**
 * deviate_hash() - a number that looks drawn by lot
 * @seed: of the conversation
 * @n: what for
 *
 * Return: always the same for the same two.
 */
u32 deviate_hash(u32 seed, u32 n)
{
	u32 h = seed * 2654435761u + n * 2246822519u + 374761393u;

	h = (h ^ h >> 15) * 2246822519u;
	h = (h ^ h >> 13) * 3266489917u;
	return h ^ h >> 16;
}

/* Does what happens once in @n times happen now? */
static bool chance(const struct deviate *d, u32 what, u32 n)
{
	return n && !(deviate_hash(d->seed, d->lines * 16 + what) % n);
}

enum { TWICE = 1, LEFT_OUT, ODD, ODD_HOW, REFUSED, MULTI };

static void say(struct deviate *d, const char *text)
{
	u32 n = strlen(text);

	if (n > DEVIATE_OUT - d->n_out)
		return;
	memcpy(d->out + d->n_out, text, n);
	d->n_out += n;
}

/* A reply in one of the forms that are seen. EHLO's and those that open a mode have one. */
static void reply(struct deviate *d, u32 code, const char *text)
{
	static const char *const forms[] = {
		"%u%s\r\n", "%u\t%s\r\n", " %u %s\r\n", "4.%u.0 %s\r\n", "%u %s\n",
	};
	const char *form = "%u %s\r\n";
	char line[200];
	u32 how = deviate_hash(d->seed, d->lines * 16 + ODD_HOW) % 5;
	bool opens = code == 354 || code == 334 || code == 235;

	if (chance(d, LEFT_OUT, d->loses))
		return;
	/* without a code, a client can't know that it is to go on: no server does that */
	if (chance(d, ODD, d->odd) && !(opens && how == 3))
		form = forms[how];
	if (chance(d, MULTI, 6) && form[0] == '%' && form[2] == ' ')
		snprintf(line, sizeof(line), "%u-more\r\n", code), say(d, line);
	snprintf(line, sizeof(line), form, code, text);
	say(d, line);
	if (!opens && chance(d, TWICE, d->doubles))
		say(d, line);
}

static bool is_verb(const char *line, const char *verb)
{
	u32 n = strlen(verb);

	return !strncasecmp(line, verb, n) && (!line[n] || line[n] == ' ');
}

static void execute(struct deviate *d, const char *line)
{
	if (!d->broken[0])
		snprintf(d->broken, sizeof(d->broken), "%s", line);
}

/* Is it a line that no map of this test lets pass? */
static bool is_forbidden(const char *line)
{
	static const char *const verbs[] = {
		"EXPN", "XCLIENT", "STARTTLS", "TURN", "XFORWARD", "ETRNX", "LHLO",
	};
	const char *close;
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(verbs); i++)
		if (is_verb(line, verbs[i]))
			return true;
	if (!is_verb(line, "MAIL"))
		return false;
	close = strchr(line, '>');
	return strchr(line, '|') || (close && close - line > SENDER_MAX + 12);
}

static void begin_line(struct deviate *d)
{
	d->len = 0;
	d->skip = false;
}

static void begin_data(struct deviate *d)
{
	d->mode = DEVIATE_DATA;
	d->body = 0;
	d->refused = false;
	d->left = 2;
	memcpy(d->look, "\0\0\r\n", 4);
}

static void begin_chunk(struct deviate *d)
{
	u32 size = 0;

	sscanf(d->line + 5, "%u", &size);
	/* what is under way before the client can know is beyond anybody's reach */
	if (d->recipients && (d->reads_on || !chance(d, REFUSED, d->refuses))) {
		d->left = size;
		d->refused = false;
	} else {
		d->left = d->reads_on ? 0 : size;
		d->refused = true;
		reply(d, 502, "no recipient");
	}
	if (d->left)
		d->mode = DEVIATE_CHUNK;
	else if (!d->refused)
		reply(d, 250, "taken");
}

static void command(struct deviate *d)
{
	const char *line = d->line + strspn(d->line, " \t");
	bool refuse = chance(d, REFUSED, d->refuses);

	if (is_forbidden(line))
		execute(d, line);
	if (is_verb(line, "EHLO") || is_verb(line, "HELO")) {
		if (is_verb(line, "EHLO") && !refuse && !chance(d, ODD, d->odd))
			say(d, "250-mx\r\n250-PIPELINING\r\n250-AUTH LOGIN\r\n250 CHUNKING\r\n");
		else
			reply(d, refuse ? 502 : 250, "mx");
	} else if (is_verb(line, "MAIL")) {
		d->recipients = 0;
		reply(d, refuse ? 451 : 250, "sender");
	} else if (is_verb(line, "RCPT")) {
		d->recipients += !refuse;
		reply(d, refuse ? 550 : 250, "recipient");
	} else if (is_verb(line, "DATA")) {
		if (refuse || !d->recipients) {
			reply(d, 503, "no");
			return;
		}
		begin_data(d);
		reply(d, 354, "go");
	} else if (is_verb(line, "AUTH")) {
		if (!refuse)
			d->mode = DEVIATE_ANSWER;
		reply(d, refuse ? 535 : 334, "");
	} else if (is_verb(line, "BDAT")) {
		begin_chunk(d);
	} else if (is_verb(line, "RSET") || is_verb(line, "NOOP")) {
		reply(d, 250, "ok");
	} else if (is_verb(line, "QUIT")) {
		reply(d, 221, "bye");
	} else {
		reply(d, 500, "what");
	}
}

/* LF: what was the line? */
static void end_line(struct deviate *d)
{
	bool skipped = d->skip;

	d->lines++;
	if (d->len && d->line[d->len - 1] == '\r')
		d->len--;
	d->line[d->len] = '\0';
	begin_line(d);
	if (skipped)
		return;
	if (d->mode == DEVIATE_ANSWER) {
		d->mode = DEVIATE_COMMAND;
		reply(d, 235, "come in");
		return;
	}
	command(d);
}

static void read_line_byte(struct deviate *d, char c)
{
	u32 cuts = d->mode == DEVIATE_ANSWER ? d->cuts_answer : d->cuts;

	if (c == '\n') {
		end_line(d);
		return;
	}
	if (d->len < DEVIATE_LINE - 1)
		d->line[d->len++] = c;
	if (!cuts || d->skip || d->len != cuts)
		return;
	d->lines++;
	d->mode = DEVIATE_COMMAND;
	reply(d, 500, "line too long");
	d->len = 0;
	d->skip = !d->reads_tail;
}

static void end_message(struct deviate *d)
{
	d->lines++;
	d->mode = DEVIATE_COMMAND;
	d->recipients = 0;
	begin_line(d);
	if (!d->refused || d->late)
		reply(d, d->refused ? 552 : 250, "message");
}

static void read_message_byte(struct deviate *d, char c)
{
	memmove(d->look, d->look + 1, 3);
	d->look[3] = c;
	if (c != '\n')
		return;
	d->body++;
	if (d->len == 1 || !memcmp(d->look + 1, "\n.\n", 3)) {
		if (d->len == 1 || d->lenient)
			end_message(d);
		return;
	}
	if (d->body != d->gives_up)
		return;
	d->lines++;
	d->refused = true;
	reply(d, 552, "enough");
	if (!d->reads_on)
		return;
	d->mode = DEVIATE_COMMAND;
	begin_line(d);
}

/* @d->len is 1 behind CR LF . CR, and counts up to it. */
static void read_data_byte(struct deviate *d, char c)
{
	static const char end[] = "\r\n.\r\n";

	if (d->left == 4 && c == '\n')
		d->len = 1;
	else
		d->len = 0;
	if (c == end[d->left])
		d->left++;
	else if (c == '\r')
		d->left = 1;
	else
		d->left = 0;
	read_message_byte(d, c);
	if (d->mode != DEVIATE_DATA)
		d->left = 0;
}

static void read_chunk_byte(struct deviate *d)
{
	if (--d->left)
		return;
	d->lines++;
	d->mode = DEVIATE_COMMAND;
	begin_line(d);
	if (!d->refused)
		reply(d, 250, "taken");
}

/**
 * deviate_init() - a server is drawn
 * @d: the server
 * @seed: by this
 * @honest: its client is, so that it may lose count
 */
void deviate_init(struct deviate *d, u32 seed, bool honest)
{
	static const u32 rates[] = { 0, 0, 2, 5, 12 };
	static const u32 cuts[] = { 0, 0, 60, 200 };
	static const u32 answers[] = { 0, 12287, 16384 };
	u32 n = 1 << 20;

	memset(d, 0, sizeof(*d));
	d->seed = seed;
	d->odd = rates[deviate_hash(seed, n++) % 5];
	d->doubles = rates[deviate_hash(seed, n++) % 5] * 2;
	d->loses = deviate_hash(seed, n++) % 8 ? 0 : 20;
	d->refuses = rates[deviate_hash(seed, n++) % 5];
	d->cuts = cuts[deviate_hash(seed, n++) % 4];
	d->cuts_answer = answers[deviate_hash(seed, n++) % 3];
	d->gives_up = deviate_hash(seed, n++) % 3 ? 0 : 1 + deviate_hash(seed, n++) % 6;
	d->reads_tail = deviate_hash(seed, n++) & 1;
	d->reads_on = deviate_hash(seed, n++) & 1;
	d->late = deviate_hash(seed, n++) & 1;
	d->lenient = deviate_hash(seed, n++) & 1;
	/*
	 * One that reads what it refused as commands does not lose count of replies too:
	 * nobody can tell from outside which of two answers was to which recipient.
	 */
	if ((d->reads_on || (d->reads_tail && d->cuts)) && !honest)
		d->odd = d->doubles = d->loses = 0;
	/* what is smuggled in one go with a look-alike only the guard finds */
	if (!honest)
		d->lenient = false;
	/* nor can it be known in advance where a line is cut, but for those servers that are */
	if (!honest && d->reads_tail && d->cuts == 200)
		d->cuts = 2048;
	reply(d, 220, "mx");
}

/**
 * deviate_read() - bytes reach the server
 * @d: the server
 * @p: bytes
 * @n: how many
 */
void deviate_read(struct deviate *d, const char *p, u32 n)
{
	for (; n; n--, p++)
		if (d->mode == DEVIATE_DATA)
			read_data_byte(d, *p);
		else if (d->mode == DEVIATE_CHUNK)
			read_chunk_byte(d);
		else
			read_line_byte(d, *p);
}
