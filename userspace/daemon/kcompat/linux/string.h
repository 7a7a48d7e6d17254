/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_LINUX_STRING_H
#define _QUEUED_LINUX_STRING_H

#include <errno.h>
#include <string.h>
#include <sys/types.h>

#include <linux/types.h>

static inline ssize_t strscpy(char *to, const char *from, size_t size)
{
	size_t n = 0;

	if (!size)
		return -E2BIG;
	for (; n < size - 1 && from[n]; n++)
		to[n] = from[n];
	to[n] = '\0';
	return from[n] ? -E2BIG : (ssize_t)n;
}

#endif /* _QUEUED_LINUX_STRING_H */
