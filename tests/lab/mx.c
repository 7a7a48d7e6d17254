// SPDX-License-Identifier: GPL-2.0
/*
 * The smallest mail server and client that the lab's scenarios need.
 *
 * mx serve LOG ADDRESS...	serve SMTP on port 25 of each address; every line
 *				that arrives goes to LOG as it came, and "reset"
 *				for a connection that was
 * mx say ADDRESS LINE...	say each line when the last was answered; print
 *				the dialogue, the server's lines as they came,
 *				and how it ended if the server ended it; the line
 *				"-" says nothing and waits for that
 * mx hold ADDRESS COUNT	open COUNT connections at once, print how many
 *				were greeted, hold those until standard input ends
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PORT = 25,
	HELD_MAX = 1024,
	NEWS_MS = 3500,		/* a dropped SYN is sent again after 1 s and 3 s */
};

static int silence_ms = 60000;	/* MX_SILENCE: ms after which "say" gives up */

static const char greeting[] = "220 mx.example.net ESMTP Lab 2.0 (Debian)\r\n";
static const char hello[] =
	"250-mx.example.net\r\n250-PIPELINING\r\n250-STARTTLS\r\n"
	"250-CHUNKING\r\n250 SIZE 1000\r\n";

/* More than a packet holds. */
#define HELP_LINE "214-2.0.0 There is no help but in the manual, of which this is a line\r\n"
#define HELP_PAGE HELP_LINE HELP_LINE HELP_LINE HELP_LINE HELP_LINE HELP_LINE HELP_LINE
static const char help[] =
	HELP_PAGE HELP_PAGE HELP_PAGE HELP_PAGE HELP_PAGE "214 2.0.0 End\r\n";

static const struct { const char *verb, *reply; } answers[] = {
	{ "EHLO", hello },
	{ "DATA", "354 go ahead\r\n" },
	{ "QUIT", "221 bye\r\n" },
	{ "HELO", "250 ok\r\n" },
	{ "MAIL", "250 ok\r\n" },
	{ "RCPT TO:<nobody", "550 5.1.1 nobody\r\n" },
	{ "RCPT", "250 ok\r\n" },
	{ "RSET", "250 ok\r\n" },
	{ "NOOP", "250 ok\r\n" },
	{ "HELP", help },
	{ "", "500 unknown command\r\n" },
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static socklen_t address(const char *text, struct sockaddr_storage *to)
{
	struct sockaddr_in6 *v6 = (void *)to;
	struct sockaddr_in *v4 = (void *)to;

	memset(to, 0, sizeof(*to));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(PORT);
		return sizeof(*v4);
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1)
		die(text);
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(PORT);
	return sizeof(*v6);
}

static void put(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		exit(1);
}

static const char *answer(const char *line)
{
	size_t i;

	for (i = 0; strncasecmp(line, answers[i].verb, strlen(answers[i].verb)); i++)
		;
	return answers[i].reply;
}

/* One connection of the server, in a process of its own. */
static void session(int fd, FILE *log)
{
	bool message = false;
	FILE *in = fdopen(fd, "r");
	char line[4096];

	put(fd, greeting);
	while (fgets(line, sizeof(line), in)) {
		fputs(line, log);
		fflush(log);
		if (message) {
			message = strcmp(line, ".\r\n");
			if (!message)
				put(fd, "250 taken\r\n");
			continue;
		}
		put(fd, answer(line));
		message = !strcasecmp(line, "DATA\r\n");
		if (!strcasecmp(line, "QUIT\r\n"))
			exit(0);
	}
	fputs(ferror(in) ? "reset\n" : "closed\n", log);
	exit(0);
}

static int listener(const char *text)
{
	struct sockaddr_storage to;
	socklen_t len = address(text, &to);
	int fd = socket(to.ss_family, SOCK_STREAM, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (void *)&to, len) || listen(fd, HELD_MAX))
		die(text);
	return fd;
}

static int serve(char **argv)
{
	struct pollfd fds[8];
	FILE *log = fopen(argv[0], "a");
	nfds_t n, i;

	if (!log)
		die(argv[0]);
	signal(SIGCHLD, SIG_IGN);
	for (n = 0; argv[n + 1] && n < 8; n++)
		fds[n] = (struct pollfd){ listener(argv[n + 1]), POLLIN, 0 };
	while (poll(fds, n, -1) > 0) {
		for (i = 0; i < n; i++) {
			int fd = fds[i].revents ? accept(fds[i].fd, NULL, NULL) : -1;

			if (fd < 0)
				continue;
			if (!fork())
				session(fd, log);
			close(fd);
		}
	}
	return 1;
}

/* A byte of the server; when there is none, the end, and how it came. */
static void get(int fd, char *c)
{
	struct pollfd p = { fd, POLLIN, 0 };
	ssize_t n;

	if (poll(&p, 1, silence_ms) <= 0) {
		puts("S: silence");
		exit(1);
	}
	n = read(fd, c, 1);
	if (n == 1)
		return;
	puts(n ? "S: reset" : "S: closed");
	exit(1);
}

/* Print all lines of one reply. */
static void reply(int fd)
{
	char line[4096];
	size_t n;

	do {
		n = 0;
		do {
			if (n == sizeof(line) - 1)
				exit(1);
			get(fd, line + n);
		} while (line[n++] != '\n');
		line[n] = 0;
		printf("S: %s", line);
	} while (n > 4 && line[3] == '-');
}

/* A connection, or what came of it; the kernel would try for two minutes. */
static void greet(int fd, const struct sockaddr_storage *to, socklen_t len)
{
	int ms = silence_ms < NEWS_MS ? NEWS_MS : silence_ms;
	struct timeval limit = { ms / 1000, ms % 1000 * 1000 };

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (!connect(fd, (const void *)to, len))
		return;
	if (errno == EINPROGRESS || errno == ETIMEDOUT)
		puts("S: no connection");
	else if (errno == ECONNRESET)		/* open, and reset before we ran */
		puts("S: reset");
	else
		printf("S: %s\n", strerror(errno));
	exit(1);
}

static int say(char **argv)
{
	struct sockaddr_storage to;
	socklen_t len = address(argv[0], &to);
	int fd = socket(to.ss_family, SOCK_STREAM, 0);
	char line[4096];

	greet(fd, &to, len);
	reply(fd);
	for (argv++; *argv; argv++) {
		if (!strcmp(*argv, "-"))
			reply(fd);
		printf("C: %s\n", *argv);
		snprintf(line, sizeof(line), "%s\r\n", *argv);
		put(fd, line);
		reply(fd);
	}
	return 0;
}

/* How many of @fds have something to read; the others are polled on. */
static int greeted(struct pollfd *fds, int n)
{
	int i, count = 0;

	for (i = 0; i < n; i++) {
		if (!(fds[i].revents & (POLLIN | POLLERR | POLLHUP)))
			continue;
		count += !(fds[i].revents & POLLERR);
		fds[i].fd = ~fds[i].fd;
		fds[i].revents = 0;
	}
	return count;
}

/* Those without a greeting would go on with their SYNs. */
static void forget(const struct pollfd *fds, int n)
{
	while (n--)
		if (fds[n].fd >= 0)
			close(fds[n].fd);
}

static int hold(char **argv)
{
	struct pollfd fds[HELD_MAX];
	struct sockaddr_storage to;
	socklen_t len = address(argv[0], &to);
	int i, n = atoi(argv[1]), have = 0;

	for (i = 0; i < n; i++) {
		fds[i].fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
		fds[i].events = POLLIN;
		if (connect(fds[i].fd, (void *)&to, len) && errno != EINPROGRESS)
			die(argv[0]);
	}
	while (have < n && poll(fds, n, NEWS_MS) > 0)
		have += greeted(fds, n);
	forget(fds, n);
	printf("%d\n", have);
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}

int main(int argc, char **argv)
{
	const char *ms = getenv("MX_SILENCE");

	if (ms)
		silence_ms = atoi(ms);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 3 && !strcmp(argv[1], "serve"))
		return serve(argv + 2);
	if (argc > 2 && !strcmp(argv[1], "say"))
		return say(argv + 2);
	if (argc == 4 && !strcmp(argv[1], "hold"))
		return hold(argv + 2);
	fprintf(stderr, "usage: mx serve|say|hold ...\n");
	return 2;
}
