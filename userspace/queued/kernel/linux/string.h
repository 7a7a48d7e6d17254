/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_STRING_H
#define _QUEUED_LINUX_STRING_H

#include <errno.h>
#include <string.h>
#include <sys/types.h>

#include <linux/types.h>

static inline ssize_t strscpy(char *to, const char *from, size_t size)
{
	size_t n = strnlen(from, size);

	if (!size)
		return -E2BIG;
	if (n == size) {
		memcpy(to, from, size - 1);
		to[size - 1] = '\0';
		return -E2BIG;
	}
	memcpy(to, from, n + 1);
	return (ssize_t)n;
}

#endif /* _QUEUED_LINUX_STRING_H */
