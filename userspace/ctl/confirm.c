// SPDX-License-Identifier: GPL-2.0
/*
 * A change that takes itself back unless it is confirmed: for those who work through
 * the box. What was in force is in a file, and a process that belongs to no session
 * puts it in force again when its time has come and the file is still there.
 */
#include "startup.h"
#include "out.h"
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

enum {
	SECONDS_MAX = 86400,
	TRIES = 60,			/* a second apart: the daemon may be starting */
};

/* The file of a change that waits, locked; -1 if there is none. */
static int open_waiting(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	if (!flock(fd, LOCK_EX) && !fstat(fd, &st) && st.st_nlink)
		return fd;
	close(fd);
	return -1;
}

/**
 * confirm_waits() - does a change wait to be confirmed?
 * @ctl: the tool, connected
 *
 * Return: true if one does.
 */
bool confirm_waits(struct ctl *ctl)
{
	struct buf path = { 0 };
	bool waits;

	revert_key(ctl, "unconfirmed", &path);
	waits = !access(path.s, F_OK);
	buf_free(&path);
	return waits;
}

/**
 * confirm_remove() - let a change that waits be
 * @ctl: the tool, connected
 *
 * Return: false if none waited.
 */
bool confirm_remove(struct ctl *ctl)
{
	struct buf path = { 0 };
	int fd;

	revert_key(ctl, "unconfirmed", &path);
	fd = open_waiting(path.s);
	if (fd >= 0) {
		unlink(path.s);
		close(fd);
	}
	buf_free(&path);
	return fd >= 0;
}

/**
 * confirm_run() - configure confirm
 * @ctl: the tool
 * @args: unused
 *
 * Return: exit status.
 */
int confirm_run(struct ctl *ctl, const struct args *args)
{
	int err = ctl_connect(ctl);

	(void)args;
	if (err)
		return err;
	if (confirm_remove(ctl))
		return CTL_OK;
	out_error("esmtp-ctl: no change waits to be confirmed");
	return CTL_ERROR;
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static bool gone(int fd)
{
	struct stat st;

	return fstat(fd, &st) || !st.st_nlink;
}

/* Until the file is gone (true), or it is time. */
static bool wait_gone(int fd, int watch, long long end)
{
	struct pollfd p = { .fd = watch, .events = POLLIN };
	char events[4096];
	long long left;

	for (;;) {
		left = end - now_ms();
		if (gone(fd))
			return true;
		if (left <= 0)
			return false;
		/* a minute at most: the clock of poll() stands still in sleep */
		poll(&p, 1, left < 60000 ? (int)left : 60000);
		if (p.revents && read(watch, events, sizeof(events)) < 0)
			return gone(fd);
	}
}

static int take_back(struct ctl *ctl, const struct buf *text)
{
	int err = CTL_ERROR, tries;

	for (tries = 0; err && tries < TRIES; tries++) {
		if (tries)
			sleep(1);
		esmtp_nl_close(&ctl->nl);
		err = ctl_connect(ctl);
		if (!err)
			err = apply_instead(ctl, "<previous configuration>", text->s,
					    text->len);
	}
	return err;
}

static void watch_file(struct ctl *ctl, const char *path, int watch, int fd,
		       long long end)
{
	struct buf text = { 0 };

	if (wait_gone(fd, watch, end))
		return;
	fd = open_waiting(path);
	if (fd < 0)
		return;
	openlog("esmtp-ctl", LOG_PID, LOG_DAEMON);
	store_read(path, &text);
	if (take_back(ctl, &text))
		syslog(LOG_ERR, "a change was not confirmed, and could not be taken back: %s",
		       ctl->nl.error);
	else
		syslog(LOG_WARNING, "a change was not confirmed: the configuration before it is in force again");
	unlink(path);
}

/* In a process of its own: nothing of who called is held. @ready is told. */
static void watcher(struct ctl *ctl, const char *path, u32 seconds, int ready)
{
	long long end = now_ms() + seconds * 1000LL;
	int null = open("/dev/null", O_RDWR), fd, watch;

	setsid();
	if (fork())
		_exit(0);
	signal(SIGHUP, SIG_IGN);
	esmtp_nl_close(&ctl->nl);
	if (chdir("/") || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 ||
	    dup2(ready, 3) < 0)
		_exit(1);
	close_range(4, ~0U, 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	watch = inotify_init1(IN_CLOEXEC);
	if (fd < 0 || watch < 0 ||
	    inotify_add_watch(watch, path, IN_ATTRIB | IN_MOVE_SELF) < 0 ||
	    write(3, "", 1) != 1)
		_exit(1);
	close(3);
	watch_file(ctl, path, watch, fd, end);
	_exit(0);
}

static bool start_watcher(struct ctl *ctl, const char *path, u32 seconds)
{
	bool ready = false;
	int pair[2];
	pid_t pid;
	char c;

	if (pipe2(pair, O_CLOEXEC) < 0)
		return false;
	out_flush();
	pid = fork();
	if (!pid) {
		close(pair[0]);
		watcher(ctl, path, seconds, pair[1]);
	}
	close(pair[1]);
	if (pid > 0) {
		waitpid(pid, NULL, 0);
		ready = read(pair[0], &c, 1) == 1;
	}
	close(pair[0]);
	return ready;
}

static int keep_running(struct ctl *ctl, const char *path)
{
	struct esmtp_running run;
	struct buf text = { 0 };
	int err;

	if (esmtp_model_get(&ctl->nl, &run)) {
		esmtp_running_free(&run);
		return ctl_failed(ctl);
	}
	buf_put(&text, "", 0);
	revert_text(&run, &text);
	err = store_write(path, text.s, text.len);
	if (err)
		out_error("esmtp-ctl: cannot write %s: %s", path, strerror(-err));
	buf_free(&text);
	esmtp_running_free(&run);
	return err ? CTL_ERROR : CTL_OK;
}

/**
 * confirm_begin() - from now on a change takes itself back
 * @ctl: the tool
 * @seconds: when
 *
 * Return: exit status; confirm_end() follows if it is CTL_OK.
 */
int confirm_begin(struct ctl *ctl, u32 seconds)
{
	struct buf path = { 0 };
	int err = ctl_connect(ctl);

	if (err)
		return err;
	if (seconds > SECONDS_MAX) {
		out_error("esmtp-ctl: a change waits for %u seconds at most to be confirmed",
			  SECONDS_MAX);
		return CTL_ERROR;
	}
	if (confirm_waits(ctl)) {
		out_error("esmtp-ctl: the last change still waits for 'configure confirm'");
		return CTL_ERROR;
	}
	revert_key(ctl, "unconfirmed", &path);
	err = keep_running(ctl, path.s);
	if (!err && !start_watcher(ctl, path.s, seconds)) {
		unlink(path.s);
		out_error("esmtp-ctl: cannot wait for a confirmation: nothing was changed");
		err = CTL_ERROR;
	}
	buf_free(&path);
	return err;
}

/**
 * confirm_end() - the change was made, or was not
 * @ctl: the tool
 * @changed: it was
 */
void confirm_end(struct ctl *ctl, bool changed)
{
	if (!changed)
		confirm_remove(ctl);
	else
		out_error("esmtp-ctl: notice: this is taken back unless 'configure confirm' comes in time");
}
