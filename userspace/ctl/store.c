// SPDX-License-Identifier: GPL-2.0
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Up to the last slash; "." for a name alone. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mem_dup(".", 1);
	return mem_dup(path, slash == path ? 1 : (size_t)(slash - path));
}

static int make_folder(const char *path)
{
	char *copy = mem_dup(path, strlen(path)), *at = copy;
	int err = 0;

	do {
		at = strchr(at + 1, '/');
		if (at)
			*at = '\0';
		if (mkdir(copy, 0755) && errno != EEXIST)
			err = -errno;
		if (at)
			*at = '/';
	} while (at && !err);
	free(copy);
	return err;
}

/**
 * store_read() - read a file
 * @path: its name
 * @text: what is in it is added to this; a string even if that is nothing
 *
 * Return: 0 or a negative errno; -EFBIG for one of more than STORE_MAX bytes.
 */
int store_read(const char *path, struct buf *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	char piece[1 << 14];
	ssize_t n;

	if (fd < 0)
		return -errno;
	buf_put(text, "", 0);
	do {
		n = read(fd, piece, sizeof(piece));
		if (n > 0)
			buf_put(text, piece, (size_t)n);
		if (n < 0 && errno != EINTR)
			err = -errno;
		if (text->len > STORE_MAX)
			err = -EFBIG;
	} while (n && !err);
	close(fd);
	return err;
}

static int write_all(int fd, const char *s, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, s, len);
		if (n < 0 && errno != EINTR)
			return -errno;
		s += n < 0 ? 0 : n;
		len -= n < 0 ? 0 : (size_t)n;
	}
	return 0;
}

/* Owner first: a change of it takes bits off the mode. */
static int take_after(int fd, const char *path)
{
	struct stat old, new;

	if (stat(path, &old)) {
		if (errno != ENOENT)
			return -errno;
		return fchmod(fd, 0640) ? -errno : 0;
	}
	if (fstat(fd, &new))
		return -errno;
	if ((old.st_uid != new.st_uid || old.st_gid != new.st_gid) &&
	    fchown(fd, old.st_uid, old.st_gid))
		return -errno;
	return fchmod(fd, old.st_mode & 07777) ? -errno : 0;
}

static int sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd) && errno != EINVAL)
		err = -errno;
	close(fd);
	return err;
}

static int write_in(const char *folder, const char *path, const char *text,
		    size_t len)
{
	struct buf temp = { 0 };
	int fd, err;

	buf_add(&temp, "%s/.esmtp-ctl.XXXXXX", folder);
	fd = mkostemp(temp.s, O_CLOEXEC);
	err = fd < 0 ? -errno : take_after(fd, path);
	if (!err)
		err = write_all(fd, text, len);
	if (!err && fsync(fd))
		err = -errno;
	if (fd >= 0 && close(fd) && !err)
		err = -errno;
	if (!err && rename(temp.s, path))
		err = -errno;
	if (err && fd >= 0)
		unlink(temp.s);
	buf_free(&temp);
	return err ? err : sync_folder(folder);
}

/**
 * store_write() - put a text in a file, whole or not at all
 * @path: the file; its folder is made if there is none
 * @text: the text
 * @len: bytes of it
 *
 * When this returns it is on the disk. A file that was there keeps its mode and
 * its owner, and a link to a file stays a link.
 *
 * Return: 0 or a negative errno, and what was there is there still.
 */
int store_write(const char *path, const char *text, size_t len)
{
	char *real = realpath(path, NULL);
	char *folder;
	int err;

	if (!real)
		real = mem_dup(path, strlen(path));
	folder = folder_of(real);
	err = make_folder(folder);
	if (!err)
		err = write_in(folder, real, text, len);
	free(folder);
	free(real);
	return err;
}

/**
 * store_remove() - take a file away
 * @path: the file
 *
 * Return: 0, also if there was none, or a negative errno.
 */
int store_remove(const char *path)
{
	char *folder;
	int err;

	if (unlink(path))
		return errno == ENOENT ? 0 : -errno;
	folder = folder_of(path);
	err = sync_folder(folder);
	free(folder);
	return err;
}
