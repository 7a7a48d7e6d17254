// SPDX-License-Identifier: GPL-2.0
/*
 * The keeper of the rules: a process that stays root to remove the rules when the
 * daemon, which gives up root, exits, and to put them back when others have removed them,
 * as a reload of nftables does. If the daemon is killed the rules stay and do what
 * --fail-open or --fail-closed says of packets that are not inspected.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plane.h"
#include "rules.h"

enum {
	INSTALL = 'i', REMOVE = 'r', CHECK = 'c',	/* what the keeper is told */
	BACK = 'b', MISSING = 'm',			/* what it tells */
	ANSWER = 256,
	GLANCE_MS = 1000,		/* how often the size of a table is read */
	GLANCES = 60,			/* and after how many of them all rules are */
};

/*
 * @line: commands and their answers. @news: what the keeper has done by itself, and what
 * it is to look at; nothing is answered.
 */
static int line = -1, news = -1;
static pid_t keeper;

static void reply_to_daemon(int fd, const char *text)
{
	if (send(fd, text, strlen(text) + 1, MSG_NOSIGNAL) < 0)
		return;			/* the daemon is gone */
}

static void put_rules_back(int fd, const struct rules *r)
{
	char error[ANSWER], what;

	if (rules_there(r))
		return;
	what = rules_install(r, error, sizeof(error)) ? MISSING : BACK;
	if (send(fd, &what, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return;			/* the daemon is gone, or busy */
}

/* Returns false when the daemon has gone. */
static bool obey(int fd, const struct rules *r, bool *installed)
{
	char error[ANSWER] = "";
	char cmd = 0;

	if (recv(fd, &cmd, 1, 0) <= 0)
		return false;
	*installed = cmd != REMOVE;
	if (cmd == REMOVE)
		rules_remove(r);
	if (cmd == REMOVE || !rules_install(r, error, sizeof(error)))
		error[0] = '\0';
	reply_to_daemon(fd, error);
	return true;
}

static bool is_time_to_look(const struct pollfd *polled, unsigned int glances)
{
	char cmd;

	if (polled[2].revents)
		watch_drain(polled[2].fd);
	if (polled[1].revents && recv(polled[1].fd, &cmd, 1, MSG_DONTWAIT) > 0)
		return true;
	return polled[2].revents || watch_changed() || !(glances % GLANCES);
}

static void keep_rules(int fd, int told, const struct rules *r)
{
	struct pollfd polled[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = told, .events = POLLIN },
		{ .fd = -1, .events = POLLIN },
	};
	bool installed = false, watches = false;
	unsigned int glances = 1;

	for (;;) {
		if (!poll(polled, 3, installed ? GLANCE_MS : -1))
			glances++;
		if (polled[0].revents && !obey(fd, r, &installed))
			return;
		if (installed && !watches) {
			polled[2].fd = watch_open(rules_by_nftables());
			watches = true;
		}
		if (installed && is_time_to_look(polled, glances))
			put_rules_back(told, r);
	}
}

/* Signals that end the daemon, or its terminal, must not end its keeper. */
static void ignore_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGPIPE, SIGALRM,
				       SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF, SIGIO };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_IGN);
}

/**
 * keeper_start() - fork the keeper
 * @r: the rules that it is to keep
 *
 * Context: before there are other threads, and before any file is open that the keeper
 * must not inherit.
 * Return: 0 or a negative errno.
 */
int keeper_start(const struct rules *r)
{
	int pair[2], told[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, told) < 0)
		return -errno;
	keeper = fork();
	if (keeper < 0)
		return -errno;
	if (!keeper) {
		ignore_signals();
		prctl(PR_SET_NAME, "esmtp-keeper");
		close(pair[0]);
		close(told[0]);
		keep_rules(pair[1], told[1], r);
		_exit(0);
	}
	close(pair[1]);
	close(told[1]);
	line = pair[0];
	news = told[0];
	return 0;
}

/* Sends the keeper a command; @error is its error message, empty on success. */
static void ask_keeper(char cmd, char *error, size_t size)
{
	ssize_t n = -1;

	if (send(line, &cmd, 1, MSG_NOSIGNAL) == 1)
		n = recv(line, error, size - 1, 0);
	if (n < 0)
		snprintf(error, size, "the keeper of the rules is gone");
}

/**
 * keeper_install() - have the rules installed
 * @error: why they could not be
 * @size: of @error
 *
 * Return: 0 or -1.
 */
int keeper_install(char *error, size_t size)
{
	error[0] = '\0';
	ask_keeper(INSTALL, error, size);
	return error[0] ? -1 : 0;
}

/**
 * keeper_remove() - have the rules removed, if there is a keeper
 */
void keeper_remove(void)
{
	char error[ANSWER];

	if (line < 0)
		return;
	ask_keeper(REMOVE, error, sizeof(error));
	close(line);
	close(news);
	line = -1;
	news = -1;
	waitpid(keeper, NULL, 0);
}

/**
 * keeper_news_fd() - where the keeper tells what it has done by itself
 *
 * Return: to be polled for input, -1 if there is no keeper.
 */
int keeper_news_fd(void)
{
	return news;
}

/**
 * keeper_news() - read what the keeper has done by itself, count and say it
 *
 * Context: the control thread.
 */
void keeper_news(void)
{
	char what;
	ssize_t n = recv(news, &what, 1, MSG_DONTWAIT);

	if (n < 0)
		return;
	plane_count(PLANE_RULES_GONE);
	if (n && what == BACK) {
		fprintf(stderr, "esmtp-queued: its rules were gone, and are back\n");
		return;
	}
	fprintf(stderr, "esmtp-queued: %s: nothing may be inspected\n",
		n ? "its rules are gone, and can't be put back" : "the keeper of its rules is gone");
	if (!n) {
		close(news);
		news = -1;
	}
}

/**
 * keeper_check() - have the keeper look at the rules
 *
 * Context: the control thread.
 */
void keeper_check(void)
{
	const char cmd = CHECK;

	if (news >= 0 && send(news, &cmd, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return;			/* it has enough to look at */
}
