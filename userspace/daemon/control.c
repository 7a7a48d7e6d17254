// SPDX-License-Identifier: GPL-2.0
/*
 * The control thread: serves the module's netlink protocol to clients of a unix
 * socket, ages connections, and ends the daemon on a signal.
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
#include "rules.h"
#include "wake.h"

enum {
	CLIENTS = 32,
	LOOKERS = 24,			/* of those, at most, are not root */
	LOOKERS_EACH = 4,		/* and of one user */
	PATIENCE = 5,			/* seconds without a byte of what a client owes */
	PATIENCE_ROOT = 60,
	SWEEP_MS = 1000,
	/* indices in the array of pollfds */
	SIGNALS = 0,
	WAKE,
	LISTEN,
	NEWS,
	FIRST,
};

/**
 * struct place - a client's
 * @sk: the client, NULL where there is none
 * @fd: its connection
 * @uid: who it is
 * @moved: when it has last sent or read anything, by flow_clock()
 */
struct place {
	struct sock *sk;
	int fd;
	uid_t uid;
	u32 moved;
};

static struct sockaddr_un where = { .sun_family = AF_UNIX };
static int listen_fd = -1, wake_fd = -1, signal_fd = -1;
static struct place places[CLIENTS];

/**
 * wake() - have the control thread look at its clients
 *
 * Context: any thread.
 */
void wake(void)
{
	const u64 one = 1;

	if (write(wake_fd, &one, sizeof(one)) < 0)
		return;			/* the eventfd is at its maximum: it is awake */
}

/* Those that end it; SIGHUP has its rules put in place again. */
static const int wanted[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP };

/* Those that would kill it and leave its rules behind. */
static const int ignored[] = { SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF, SIGIO };

/* Blocks the signals that are wanted; only the control thread reads them. */
static int open_signals(void)
{
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		sigaddset(&set, wanted[i]);
	for (i = 0; i < ARRAY_SIZE(ignored); i++)
		signal(ignored[i], SIG_IGN);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* A socket that refuses connections was left behind by a killed daemon. */
static int bind_control_path(void)
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
 * @path: of the socket; its directory is made, but not that one's parent
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
	    bind_control_path() || chmod(path, 0666) || listen(listen_fd, CLIENTS))
		return -errno;
	return 0;
}

/* Who is it? Only root may send any request; others those that the module allows them. */
static uid_t get_peer(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) ? (uid_t)-1 : peer.uid;
}

static void close_place(struct place *p)
{
	genl_client_close(p->sk);
	p->sk = NULL;
}

static int count_lookers(void)
{
	int i, n = 0;

	for (i = 0; i < CLIENTS; i++)
		n += places[i].sk && places[i].uid;
	return n;
}

static int count_places(uid_t uid)
{
	int i, n = 0;

	for (i = 0; i < CLIENTS; i++)
		n += places[i].sk && places[i].uid == uid;
	return n;
}

/* Does @p give way before @q? Who has done nothing for longest, listeners last. */
static bool gives_way(const struct place *p, const struct place *q)
{
	bool listens = genl_client_listens(p->sk);

	if (!q || listens != genl_client_listens(q->sk))
		return !q || !listens;
	return (s32)(p->moved - q->moved) < 0;
}

/* Closes a client like the one that comes: of the same user, or of all who aren't root. */
static struct place *take_place(uid_t uid, bool of_user)
{
	struct place *p, *idle = NULL;

	for (p = places; p < places + CLIENTS; p++)
		if (p->sk && (of_user ? p->uid == uid : !p->uid == !uid) && gives_way(p, idle))
			idle = p;
	if (idle)
		close_place(idle);
	return idle;
}

static struct place *find_place(uid_t uid)
{
	struct place *p = places;

	if (uid && count_places(uid) >= LOOKERS_EACH)
		return take_place(uid, true);
	if (uid && count_lookers() >= LOOKERS)
		return take_place(uid, false);
	while (p < places + CLIENTS && p->sk)
		p++;
	return p < places + CLIENTS ? p : take_place(uid, false);
}

static void accept_client(void)
{
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct place *p;
	uid_t uid;

	if (fd < 0)
		return;
	uid = get_peer(fd);
	p = find_place(uid);
	if (p)
		p->sk = genl_client_open(fd, !uid);
	if (!p || !p->sk) {
		close(fd);
		return;
	}
	p->fd = fd;
	p->uid = uid;
	p->moved = flow_clock();
}

static void serve_client(struct place *p, short events)
{
	int err = 0;

	p->moved = flow_clock();
	if (events & (POLLIN | POLLHUP | POLLERR))
		err = genl_client_read(p->sk);
	if (!err && events & POLLOUT)
		err = genl_client_write(p->sk);
	if (err)
		close_place(p);
}

/* Closes clients that began a request, or asked for an answer, and went to sleep. */
static void close_idle(u32 now)
{
	struct place *p;

	for (p = places; p < places + CLIENTS; p++)
		if (p->sk && genl_client_owes(p->sk) && !genl_client_listens(p->sk) &&
		    now - p->moved > (p->uid ? PATIENCE : PATIENCE_ROOT))
			close_place(p);
}

/*
 * A client that has not read its answers yet is not listened to: what waits for it has a
 * bound.
 */
static void fill_pollfds(struct pollfd *polled)
{
	int i;

	polled[SIGNALS] = (struct pollfd){ .fd = signal_fd, .events = POLLIN };
	polled[WAKE] = (struct pollfd){ .fd = wake_fd, .events = POLLIN };
	polled[LISTEN] = (struct pollfd){ .fd = listen_fd, .events = POLLIN };
	polled[NEWS] = (struct pollfd){ .fd = keeper_news_fd(), .events = POLLIN };
	for (i = 0; i < CLIENTS; i++) {
		const struct place *p = &places[i];

		polled[FIRST + i].fd = p->sk ? p->fd : -1;
		polled[FIRST + i].events = p->sk && genl_client_waits(p->sk) ? POLLOUT : POLLIN;
	}
}

static void serve_polled(const struct pollfd *polled)
{
	u64 n;
	int i;

	if (polled[NEWS].revents)
		keeper_news();
	if (polled[WAKE].revents && read(wake_fd, &n, sizeof(n)) < 0)
		return;
	for (i = 0; i < CLIENTS; i++)
		if (places[i].sk && polled[FIRST + i].revents)
			serve_client(&places[i], polled[FIRST + i].revents);
	if (polled[LISTEN].revents)
		accept_client();
}

/* Reads a signal; false if the daemon is to end. */
static bool handle_signal(void)
{
	struct signalfd_siginfo info;

	if (read(signal_fd, &info, sizeof(info)) != sizeof(info))
		return true;
	if (info.ssi_signo != SIGHUP)
		return false;
	keeper_check();
	return true;
}

static void sweep(u32 now)
{
	table_sweep(now);
	close_idle(now);
}

/**
 * control_run() - serve clients and age connections until a signal says to end
 * @served: called whenever clients were served; not 0 ends it, too
 *
 * Return: what @served did, 0 after a signal.
 */
int control_run(int (*served)(void))
{
	struct pollfd polled[FIRST + CLIENTS];
	u32 swept = flow_clock();
	int err;

	for (;;) {
		fill_pollfds(polled);
		if (poll(polled, FIRST + CLIENTS, SWEEP_MS) > 0) {
			if (polled[SIGNALS].revents && !handle_signal())
				return 0;
			serve_polled(polled);
			err = served();
			if (err)
				return err;
		}
		if (flow_clock() != swept) {
			swept = flow_clock();
			sweep(swept);
		}
	}
}

/**
 * control_close() - disconnect clients and close the socket
 */
void control_close(void)
{
	int i;

	for (i = 0; i < CLIENTS; i++)
		if (places[i].sk)
			close_place(&places[i]);
	if (listen_fd >= 0)
		close(listen_fd);
	unlink(where.sun_path);
}
