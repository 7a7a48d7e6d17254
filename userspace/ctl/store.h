/* SPDX-License-Identifier: GPL-2.0 */
/* Files that are there whole or as they were, whenever the machine stops. */
#ifndef _CTL_STORE_H
#define _CTL_STORE_H

#include "util.h"

enum { STORE_MAX = 1 << 24 };		/* bytes; the kernel keeps no more either */

int store_read(const char *path, struct buf *text);
int store_write(const char *path, const char *text, size_t len);
int store_remove(const char *path);

#endif /* _CTL_STORE_H */
