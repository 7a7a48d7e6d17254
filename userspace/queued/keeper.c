// SPDX-License-Identifier: GPL-2.0
/*
 * The keeper of the rules: a process that stays root to take them away when the
 * daemon, which does not, ends as it should. When the daemon is killed the rules
 * stay, and do what was told for a queue that nobody serves.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rules.h"

enum { INSTALL = 'i', REMOVE = 'r', ANSWER = 256 };

static int line = -1;
static pid_t keeper;

static void answer(int fd, const char *text)
{
	if (send(fd, text, strlen(text) + 1, MSG_NOSIGNAL) < 0)
		return;			/* nobody is there to read it */
}

static void keep(int fd, const struct rules *r)
{
	char error[ANSWER] = "";
	char cmd = 0;

	while (recv(fd, &cmd, 1, 0) > 0) {
		if (cmd == REMOVE)
			rules_remove(r);
		if (cmd == REMOVE || !rules_install(r, error, sizeof(error)))
			error[0] = '\0';
		answer(fd, error);
	}
}

/**
 * keeper_start() - make the process
 * @r: the rules that it is to keep
 *
 * Context: before there are other threads, and before anything is open that must not
 * be held open by it.
 * Return: 0 or a negative errno.
 */
int keeper_start(const struct rules *r)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	keeper = fork();
	if (keeper < 0)
		return -errno;
	if (!keeper) {
		/* what ends the daemon is not for its keeper */
		signal(SIGINT, SIG_IGN);
		signal(SIGTERM, SIG_IGN);
		prctl(PR_SET_NAME, "esmtp-keeper");
		close(pair[0]);
		keep(pair[1], r);
		_exit(0);
	}
	close(pair[1]);
	line = pair[0];
	return 0;
}

/* Have it done; what went wrong is in @error, which is empty if nothing did. */
static void ask(char cmd, char *error, size_t size)
{
	ssize_t n = -1;

	if (send(line, &cmd, 1, MSG_NOSIGNAL) == 1)
		n = recv(line, error, size - 1, 0);
	if (n < 0)
		snprintf(error, size, "the keeper of the rules is gone");
}

/**
 * keeper_install() - have the rules put in place
 * @error: why they could not be
 * @size: of @error
 *
 * Return: 0 or -1.
 */
int keeper_install(char *error, size_t size)
{
	error[0] = '\0';
	ask(INSTALL, error, size);
	return error[0] ? -1 : 0;
}

/**
 * keeper_remove() - have them taken away, if there is a keeper
 */
void keeper_remove(void)
{
	char error[ANSWER];

	if (line < 0)
		return;
	ask(REMOVE, error, sizeof(error));
	close(line);
	line = -1;
	waitpid(keeper, NULL, 0);
}
