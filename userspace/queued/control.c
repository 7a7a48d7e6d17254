// SPDX-License-Identifier: GPL-2.0
/*
 * The control thread: clients come to a unix socket and speak what the module's
 * netlink family speaks, connections are aged, and signals end it all.
 */
#include "control.h"

#include <errno.h>
#include <libgen.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <net/genetlink.h>

#include "flow.h"
#include "wake.h"

enum {
	CLIENTS = 32,
	SWEEP_MS = 1000,
	/* places in the list of what is polled */
	SIGNALS = 0,
	WAKE,
	LISTEN,
	FIRST,
};

static struct sockaddr_un where = { .sun_family = AF_UNIX };
static int listen_fd = -1, wake_fd = -1, signal_fd = -1;
static struct sock *clients[CLIENTS];
static int fds[CLIENTS];

/**
 * wake() - have the control thread look at its clients
 *
 * Context: any thread.
 */
void wake(void)
{
	const u64 one = 1;

	if (write(wake_fd, &one, sizeof(one)) < 0)
		return;			/* it is awake */
}

/* The signals that end the daemon come to the control thread alone. */
static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* A socket that nobody answers at was left by one that was killed. */
static int bind_path(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool used = !connect(fd, (struct sockaddr *)&where, sizeof(where));

	close(fd);
	if (used) {
		errno = EADDRINUSE;
		return -1;
	}
	unlink(where.sun_path);
	return bind(listen_fd, (struct sockaddr *)&where, sizeof(where));
}

static int make_directory(const char *path)
{
	char copy[sizeof(where.sun_path)];

	strcpy(copy, path);
	return mkdir(dirname(copy), 0755) && errno != EEXIST ? -1 : 0;
}

/**
 * control_open() - open the socket, and take signals from now on
 * @path: where; its directory is made, one level deep
 *
 * Context: before there are other threads.
 * Return: 0 or a negative errno.
 */
int control_open(const char *path)
{
	if (strlen(path) >= sizeof(where.sun_path))
		return -ENAMETOOLONG;
	strcpy(where.sun_path, path);
	listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	signal_fd = open_signals();
	if (listen_fd < 0 || wake_fd < 0 || signal_fd < 0 || make_directory(path) ||
	    bind_path() || chmod(path, 0666) || listen(listen_fd, CLIENTS))
		return -errno;
	return 0;
}

/* Root may do all; others may read the counters, as with the module. */
static bool is_root(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) && !peer.uid;
}

static void take_client(void)
{
	int i, fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	for (i = 0; i < CLIENTS && clients[i]; i++)
		;
	if (fd < 0)
		return;
	if (i < CLIENTS)
		clients[i] = genl_client_open(fd, is_root(fd));
	if (i == CLIENTS || !clients[i])
		close(fd);
	else
		fds[i] = fd;
}

static void serve_client(int i, short events)
{
	int err = 0;

	if (events & (POLLIN | POLLHUP | POLLERR))
		err = genl_client_read(clients[i]);
	if (!err && events & POLLOUT)
		err = genl_client_write(clients[i]);
	if (!err)
		return;
	genl_client_close(clients[i]);
	clients[i] = NULL;
}

/* A client that does not take its answers is not read from. */
static void fill(struct pollfd *polled)
{
	int i;

	polled[SIGNALS] = (struct pollfd){ .fd = signal_fd, .events = POLLIN };
	polled[WAKE] = (struct pollfd){ .fd = wake_fd, .events = POLLIN };
	polled[LISTEN] = (struct pollfd){ .fd = listen_fd, .events = POLLIN };
	for (i = 0; i < CLIENTS; i++) {
		polled[FIRST + i].fd = clients[i] ? fds[i] : -1;
		polled[FIRST + i].events = POLLIN;
		if (clients[i] && genl_client_waits(clients[i]))
			polled[FIRST + i].events |= POLLOUT;
	}
}

static void serve(const struct pollfd *polled)
{
	u64 n;
	int i;

	if (polled[WAKE].revents && read(wake_fd, &n, sizeof(n)) < 0)
		return;
	for (i = 0; i < CLIENTS; i++)
		if (clients[i] && polled[FIRST + i].revents)
			serve_client(i, polled[FIRST + i].revents);
	if (polled[LISTEN].revents)
		take_client();
}

/**
 * control_run() - serve clients and age connections until a signal says to end
 */
void control_run(void)
{
	struct pollfd polled[FIRST + CLIENTS];
	u32 swept = flow_clock();

	for (;;) {
		fill(polled);
		if (poll(polled, FIRST + CLIENTS, SWEEP_MS) > 0) {
			if (polled[SIGNALS].revents)
				return;
			serve(polled);
		}
		if (flow_clock() != swept) {
			swept = flow_clock();
			table_sweep(swept);
		}
	}
}

/**
 * control_close() - send clients away and close the socket
 */
void control_close(void)
{
	int i;

	for (i = 0; i < CLIENTS; i++)
		if (clients[i])
			genl_client_close(clients[i]);
	if (listen_fd >= 0)
		close(listen_fd);
	unlink(where.sun_path);
}
