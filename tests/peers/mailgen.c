// SPDX-License-Identifier: GPL-2.0
/*
 * Mail that can be told apart: makes messages from a seed, sends them in bulk
 * and compares what a server has stored with what was sent, byte by byte.
 *
 *   mailgen write [-w] SEED SIZE
 *	The message of that seed, at least SIZE bytes of it, to standard output,
 *	lines ending in LF; with -w as it goes over the wire.
 *   mailgen send [-c CONNECTIONS] [-n MESSAGES] [-m PER_CONNECTION] ADDRESS
 *		  SEED SIZE
 *	The messages of SEED, SEED + 1, ... to port 25 of ADDRESS.
 *   mailgen verify DIRECTORY EXPECTED
 *	Every file of DIRECTORY is one message as a server stored it. EXPECTED
 *	has lines "SEED SIZE COPIES", each of which must be there, and nothing
 *	else. Trace fields that the server put on top are skipped.
 */
#include <dirent.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define TAG		"X-Mailgen: "	/* the first field of every message */
#define LINE_MAX_TEXT	998		/* RFC 5321 4.5.3.1.6, without CR LF */
#define REPLY_SECONDS	300

struct buf {
	char *data;
	size_t len, room;
};

struct rng {
	uint64_t state;
};

struct client {
	int fd;
	bool pipelining;
	char in[4096];
	size_t have;
	char line[1024];
};

struct expected {
	unsigned long seed, size;
	long copies;
};

static void __attribute__((noreturn, format(printf, 1, 2)))
die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("mailgen: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static void put(struct buf *buf, const void *data, size_t len)
{
	if (buf->len + len > buf->room) {
		buf->room = 2 * buf->room + len + 4096;
		buf->data = realloc(buf->data, buf->room);
		if (!buf->data)
			die("out of memory");
	}
	memcpy(buf->data + buf->len, data, len);
	buf->len += len;
}

static void __attribute__((format(printf, 2, 3)))
put_line(struct buf *buf, const char *fmt, ...)
{
	char line[LINE_MAX_TEXT + 2];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	put(buf, line, len);
	put(buf, "\n", 1);
}

/* splitmix64: the same everywhere, and any seed is a good one. */
static uint64_t next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static unsigned int below(struct rng *rng, unsigned int bound)
{
	return next(rng) % bound;
}

/* What looks like SMTP, or like the end of the message, and is neither. */
static const char * const traps[] = {
	".", "..", "...", ".QUIT", ". ", " .", ".\t", "..\t.",
	"QUIT", "RSET", "DATA", "STARTTLS", "EHLO a.example",
	"MAIL FROM:<| /bin/sh>", "RCPT TO:<a@b%c!d>", "XEXCH50 1 2",
	"BDAT 86 LAST", "250-STARTTLS", "354 go on", "500 5.5.1 no",
	"From here to there", ">From a line", "From: not a field",
	"X-LINK2STATE LAST CHUNK={", "Content-Length: 1", "", "", "-- ",
};

static void put_text_line(struct buf *buf, struct rng *rng, unsigned int len)
{
	char line[LINE_MAX_TEXT];
	unsigned int i;

	for (i = 0; i < len; i++)
		line[i] = ' ' + below(rng, 95);
	/* A blank at the end would be a test of something else. */
	if (len && line[len - 1] == ' ')
		line[len - 1] = '.';
	put(buf, line, len);
	put(buf, "\n", 1);
}

static void put_8bit_line(struct buf *buf, struct rng *rng, unsigned int len)
{
	char line[LINE_MAX_TEXT];
	unsigned int i;

	for (i = 0; i < len; i++)
		line[i] = 0x80 + below(rng, 128);
	put(buf, line, len);
	put(buf, "\n", 1);
}

static void put_base64_line(struct buf *buf, struct rng *rng)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	char line[77];
	uint64_t word = 0;
	int i;

	for (i = 0; i < 76; i++) {
		if (i % 10 == 0)
			word = next(rng);
		line[i] = digits[word & 63];
		word >>= 6;
	}
	line[76] = '\n';
	put(buf, line, 77);
}

static void put_body_lines(struct buf *buf, struct rng *rng, unsigned int lines,
			   bool short_ones)
{
	while (lines--) {
		switch (below(rng, 8)) {
		case 0:
		case 1:
			put_line(buf, "%s", traps[below(rng, sizeof(traps) /
							 sizeof(traps[0]))]);
			break;
		case 2:
			put_8bit_line(buf, rng, 1 + below(rng, 70));
			break;
		case 3:
			if (!short_ones) {
				put_text_line(buf, rng, LINE_MAX_TEXT -
					      below(rng, 3));
				break;
			}
			/* fall through */
		default:
			put_text_line(buf, rng, below(rng, 78));
			break;
		}
	}
}

static void put_header(struct buf *buf, struct rng *rng, unsigned long seed,
		       unsigned long size)
{
	unsigned int i, folds;

	put_line(buf, TAG "%lu %lu", seed, size);
	put_line(buf, "From: \"Sender, %lu\" <sender@example.com>", seed);
	put_line(buf, "To: Receiver <receiver@example.net>,");
	put_line(buf, "\tSomebody Else <else@example.net>");
	put_line(buf, "Date: Tue, 24 Nov 2026 %02u:%02u:%02u +0000",
		 below(rng, 24), below(rng, 60), below(rng, 60));
	put_line(buf, "Message-ID: <%lu.%016llx@example.com>", seed,
		 (unsigned long long)next(rng));
	put_line(buf, "Subject: =?UTF-8?B?R3LDvMOfZQ==?= %lu", seed);
	folds = below(rng, 8);
	if (folds) {
		put_line(buf, "X-Folded: %016llx",
			 (unsigned long long)next(rng));
		for (i = 0; i < folds; i++)
			put_line(buf, "%s%016llx;",
				 below(rng, 2) ? "\t" : "    ",
				 (unsigned long long)next(rng));
	}
	put_line(buf, "MIME-Version: 1.0");
}

static void put_text(struct buf *buf, struct rng *rng, unsigned long size)
{
	put_line(buf, "Content-Type: text/plain; charset=iso-8859-1");
	put_line(buf, "Content-Transfer-Encoding: 8bit");
	put_line(buf, "%s", "");
	while (buf->len < size)
		put_body_lines(buf, rng, 1, buf->len + 500 < size);
}

static void put_parts(struct buf *buf, struct rng *rng, unsigned long seed,
		      unsigned long size, bool small)
{
	unsigned int part = 0;

	put_line(buf, "Content-Type: multipart/mixed;");
	put_line(buf, " boundary=\"=_%lu_=\"", seed);
	put_line(buf, "%s", "");
	put_line(buf, "preamble");
	while (buf->len < size || !part) {
		put_line(buf, "--=_%lu_=", seed);
		if (part++ % 2) {
			unsigned int lines = small ? 4 : 2000;

			put_line(buf, "Content-Type: application/octet-stream;");
			put_line(buf, "\tname=\"part %u.bin\"", part);
			put_line(buf, "Content-Disposition: attachment;");
			put_line(buf, "\tfilename*0=\"part %u\";", part);
			put_line(buf, "\tfilename*1=\".bin\"");
			put_line(buf, "Content-Transfer-Encoding: base64");
			put_line(buf, "%s", "");
			while (lines-- && buf->len < size)
				put_base64_line(buf, rng);
		} else {
			put_line(buf, "Content-Type: text/plain; charset=utf-8");
			put_line(buf, "Content-Transfer-Encoding: 8bit");
			put_line(buf, "%s", "");
			put_body_lines(buf, rng, small ? 5 : 200, small);
		}
	}
	put_line(buf, "--=_%lu_=--", seed);
}

/*
 * A function of seed and size, and of nothing else. The last line is empty:
 * smtp-source always adds one.
 */
static void make_message(struct buf *buf, unsigned long seed,
			 unsigned long size)
{
	struct rng rng = { .state = seed * 0x2545f4914f6cdd1d + size };
	bool small = size < 4096;

	buf->len = 0;
	put_header(buf, &rng, seed, size);
	if (small && below(&rng, 2))
		put_text(buf, &rng, size);
	else
		put_parts(buf, &rng, seed, size, small);
	put_line(buf, "%s", "");
}

/* As it goes over the wire: CR LF, dots doubled, the final dot (RFC 5321 4.5.2). */
static void to_wire(struct buf *wire, const struct buf *text)
{
	const char *pos = text->data, *end = pos + text->len;

	wire->len = 0;
	while (pos < end) {
		const char *eol = memchr(pos, '\n', end - pos);

		if (*pos == '.')
			put(wire, ".", 1);
		put(wire, pos, eol - pos);
		put(wire, "\r\n", 2);
		pos = eol + 1;
	}
	put(wire, ".\r\n", 3);
}

static int open_connection(const char *address)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct timeval limit = { .tv_sec = REPLY_SECONDS };
	struct addrinfo *info;
	int fd, one = 1, err;

	err = getaddrinfo(address, "25", &hints, &info);
	if (err)
		die("%s: %s", address, gai_strerror(err));
	fd = socket(info->ai_family, SOCK_STREAM, 0);
	if (fd < 0)
		die("socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, info->ai_addr, info->ai_addrlen))
		die("connect to %s: %s", address, strerror(errno));
	freeaddrinfo(info);
	return fd;
}

static void send_all(struct client *client, const char *data, size_t len)
{
	while (len) {
		ssize_t sent = send(client->fd, data, len, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			die("send: %s", strerror(errno));
		data += sent;
		len -= sent;
	}
}

static void read_line(struct client *client)
{
	for (;;) {
		char *eol = memchr(client->in, '\n', client->have);
		ssize_t got;

		if (eol) {
			size_t len = eol + 1 - client->in;
			size_t keep = len < sizeof(client->line) ?
				      len : sizeof(client->line) - 1;

			memcpy(client->line, client->in, keep);
			client->line[keep] = '\0';
			client->line[strcspn(client->line, "\r\n")] = '\0';
			client->have -= len;
			memmove(client->in, client->in + len, client->have);
			return;
		}
		if (client->have == sizeof(client->in))
			die("a reply line without an end");
		got = recv(client->fd, client->in + client->have,
			   sizeof(client->in) - client->have, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			die("no reply: %s", strerror(errno));
		if (!got)
			die("the server closed, last reply: %s", client->line);
		client->have += got;
	}
}

static void want_reply(struct client *client, const char *to, char first)
{
	do {
		read_line(client);
		if (!strcasecmp(client->line + 4, "PIPELINING"))
			client->pipelining = true;
	} while (strlen(client->line) > 3 && client->line[3] == '-');
	if (client->line[0] != first)
		die("reply to %s: %s", to, client->line);
}

static void command(struct client *client, const char *text, char first)
{
	send_all(client, text, strlen(text));
	want_reply(client, text, first);
}

/* Writes of odd lengths, so that lines and their ends are cut everywhere. */
static void send_message(struct client *client, const struct buf *wire,
			 struct rng *rng)
{
	const char *pos = wire->data, *end = pos + wire->len;
	unsigned int most = below(rng, 4) ? 65536 : 600;

	while (pos < end) {
		size_t len = 1 + below(rng, most);

		if (len > (size_t)(end - pos))
			len = end - pos;
		send_all(client, pos, len);
		pos += len;
	}
}

static void transaction(struct client *client, const struct buf *wire,
			unsigned long seed)
{
	static const char mail[] = "MAIL FROM:<sender@example.com>\r\n";
	static const char rcpt[] = "RCPT TO:<receiver@example.net>\r\n";
	struct rng rng = { .state = seed };
	struct buf group = { 0 };

	if (client->pipelining) {
		put(&group, mail, strlen(mail));
		put(&group, rcpt, strlen(rcpt));
		put(&group, "DATA\r\n", 6);
		send_all(client, group.data, group.len);
		free(group.data);
		want_reply(client, "MAIL", '2');
		want_reply(client, "RCPT", '2');
		want_reply(client, "DATA", '3');
	} else {
		command(client, mail, '2');
		command(client, rcpt, '2');
		command(client, "DATA\r\n", '3');
	}
	send_message(client, wire, &rng);
	want_reply(client, "the message", '2');
}

static void send_share(const char *address, unsigned long first,
		       unsigned long end, unsigned long step,
		       unsigned long size, unsigned long per_connection)
{
	struct buf text = { 0 }, wire = { 0 };
	struct client *client = NULL;
	unsigned long seed, sent = 0;

	for (seed = first; seed < end; seed += step) {
		if (!client) {
			client = calloc(1, sizeof(*client));
			if (!client)
				die("out of memory");
			client->fd = open_connection(address);
			want_reply(client, "the connection", '2');
			command(client, "EHLO client.example.com\r\n", '2');
		}
		make_message(&text, seed, size);
		to_wire(&wire, &text);
		transaction(client, &wire, seed);
		if (++sent % per_connection == 0 || seed + step >= end) {
			command(client, "QUIT\r\n", '2');
			close(client->fd);
			free(client);
			client = NULL;
		}
	}
	free(text.data);
	free(wire.data);
}

static unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || end == text)
		die("not a number: %s", text);
	return value;
}

static int do_send(int argc, char **argv)
{
	unsigned long connections = 1, messages = 1, per_connection = 10;
	unsigned long seed, size, i;
	int option, status, failed = 0;

	while ((option = getopt(argc, argv, "c:n:m:")) != -1) {
		switch (option) {
		case 'c':
			connections = number(optarg);
			break;
		case 'n':
			messages = number(optarg);
			break;
		case 'm':
			per_connection = number(optarg);
			break;
		default:
			return 2;
		}
	}
	if (argc - optind != 3 || !connections || !per_connection)
		return 2;
	seed = number(argv[optind + 1]);
	size = number(argv[optind + 2]);
	for (i = 0; i < connections; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork: %s", strerror(errno));
		if (!pid) {
			send_share(argv[optind], seed + i, seed + messages,
				   connections, size, per_connection);
			exit(0);
		}
	}
	while (wait(&status) > 0)
		failed |= !WIFEXITED(status) || WEXITSTATUS(status);
	return failed;
}

static int do_write(int argc, char **argv)
{
	struct buf text = { 0 }, wire = { 0 }, *out = &text;
	int failed;

	if (argc == 4 && !strcmp(argv[1], "-w")) {
		out = &wire;
		argv++;
	} else if (argc != 3) {
		return 2;
	}
	make_message(&text, number(argv[1]), number(argv[2]));
	to_wire(&wire, &text);
	failed = fwrite(out->data, 1, out->len, stdout) != out->len ||
		 fflush(stdout);
	free(text.data);
	free(wire.data);
	return failed;
}

/* What servers add on top; anything else there is an alteration. */
static bool is_trace(const char *line, bool *in_field)
{
	static const char * const fields[] = {
		"Return-Path:", "X-Original-To:", "Delivered-To:",
		"Envelope-To:", "Delivery-Date:", "Received:",
	};
	size_t i;

	if (*line == ' ' || *line == '\t')
		return *in_field;
	*in_field = false;
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (!strncasecmp(line, fields[i], strlen(fields[i])))
			*in_field = true;
	return *in_field;
}

static const char *skip_trace(const struct buf *file)
{
	const char *pos = file->data, *end = pos + file->len;
	bool in_field = false;

	while (pos < end && strncmp(pos, TAG, strlen(TAG))) {
		const char *eol = memchr(pos, '\n', end - pos);

		if (!is_trace(pos, &in_field) || !eol)
			return NULL;
		pos = eol + 1;
	}
	return pos < end ? pos : NULL;
}

static void read_file(struct buf *file, const char *path)
{
	char block[65536];
	size_t got;
	FILE *in = fopen(path, "r");

	if (!in)
		die("%s: %s", path, strerror(errno));
	file->len = 0;
	while ((got = fread(block, 1, sizeof(block), in)))
		put(file, block, got);
	if (ferror(in))
		die("%s: %s", path, strerror(errno));
	fclose(in);
	put(file, "", 1);	/* for strncmp() and sscanf() */
	file->len--;
}

static struct expected *read_expected(const char *path, size_t *count)
{
	struct expected *list = NULL, one;
	FILE *in = fopen(path, "r");

	if (!in)
		die("%s: %s", path, strerror(errno));
	*count = 0;
	while (fscanf(in, "%lu %lu %ld", &one.seed, &one.size,
		      &one.copies) == 3) {
		if (!(*count & (*count - 1)))
			list = realloc(list, (2 * *count + 1) * sizeof(one));
		if (!list)
			die("out of memory");
		list[(*count)++] = one;
	}
	fclose(in);
	return list;
}

static struct expected *find_expected(struct expected *list, size_t count,
				      unsigned long seed, unsigned long size)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (list[i].seed == seed && list[i].size == size)
			return &list[i];
	return NULL;
}

/* Returns what is wrong with the file, or NULL. */
static const char *judge(const struct buf *file, struct expected *list,
			 size_t count, char *why, size_t room)
{
	static struct buf text;
	struct expected *expected;
	const char *mine = skip_trace(file);
	unsigned long seed, size;
	size_t len, i;

	if (!mine || sscanf(mine, TAG "%lu %lu", &seed, &size) != 2)
		return "something above the message's own first field";
	expected = find_expected(list, count, seed, size);
	if (!expected) {
		snprintf(why, room, "seed %lu was never sent", seed);
		return why;
	}
	expected->copies--;
	make_message(&text, seed, size);
	len = file->data + file->len - mine;
	for (i = 0; i < len && i < text.len && mine[i] == text.data[i]; i++)
		;
	if (i == len && i == text.len)
		return NULL;
	snprintf(why, room, "seed %lu differs at byte %zu: sent %zu bytes "
		 "\"%.*s\", stored %zu bytes \"%.*s\"", seed, i, text.len,
		 (int)(text.len - i < 40 ? text.len - i : 40), text.data + i,
		 len, (int)(len - i < 40 ? len - i : 40), mine + i);
	return why;
}

static int do_verify(int argc, char **argv)
{
	struct expected *list;
	struct buf file = { 0 };
	size_t count, i, good = 0, bad = 0;
	struct dirent *entry;
	char path[4096], why[512];
	DIR *dir;

	if (argc != 3)
		return 2;
	dir = opendir(argv[1]);
	if (!dir)
		die("%s: %s", argv[1], strerror(errno));
	list = read_expected(argv[2], &count);
	while ((entry = readdir(dir))) {
		const char *fault;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
		read_file(&file, path);
		fault = judge(&file, list, count, why, sizeof(why));
		if (fault)
			printf("%s: %s\n", path, fault);
		fault ? bad++ : good++;
	}
	for (i = 0; i < count; i++) {
		if (!list[i].copies)
			continue;
		printf("seed %lu: %ld copies %s\n", list[i].seed,
		       labs(list[i].copies),
		       list[i].copies > 0 ? "missing" : "too many");
		bad++;
	}
	printf("%zu identical, %zu faults\n", good, bad);
	closedir(dir);
	free(list);
	free(file.data);
	return bad != 0;
}

int main(int argc, char **argv)
{
	int status = 2;

	if (argc > 1 && !strcmp(argv[1], "send"))
		status = do_send(argc - 1, argv + 1);
	else if (argc > 1 && !strcmp(argv[1], "write"))
		status = do_write(argc - 1, argv + 1);
	else if (argc > 1 && !strcmp(argv[1], "verify"))
		status = do_verify(argc - 1, argv + 1);
	if (status == 2)
		fputs("usage: mailgen write [-w] SEED SIZE\n"
		      "       mailgen send [-c CONNECTIONS] [-n MESSAGES] "
		      "[-m PER_CONNECTION] ADDRESS SEED SIZE\n"
		      "       mailgen verify DIRECTORY EXPECTED\n", stderr);
	return status;
}
