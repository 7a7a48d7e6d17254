/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that is there or the program ends, and strings that grow. */
#ifndef _CTL_UTIL_H
#define _CTL_UTIL_H

#include <stddef.h>

/**
 * struct buf - a string that grows
 * @s: its bytes, always followed by a NUL once something was added
 * @len: bytes without the NUL
 * @size: bytes of memory behind @s
 */
struct buf {
	char *s;
	size_t len;
	size_t size;
};

void *mem_there(void *p);
void *mem_alloc(size_t n);
void *mem_array(size_t n, size_t size);
void *mem_grow(void *p, size_t n);
void mem_free(void *p);
char *mem_dup(const char *s, size_t n);

void buf_put(struct buf *b, const char *s, size_t n);
void buf_add(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_free(struct buf *b);

#endif /* _CTL_UTIL_H */
