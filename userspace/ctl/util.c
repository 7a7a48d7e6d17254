// SPDX-License-Identifier: GPL-2.0
#include "util.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/**
 * mem_there() - end the program unless memory was there
 * @p: what a library gives for memory, NULL if there was none
 *
 * Return: @p, never NULL.
 */
void *mem_there(void *p)
{
	static const char text[] = "esmtp-ctl: out of memory\n";

	if (p)
		return p;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(1);
	_exit(1);
}

/**
 * mem_alloc() - get zeroed memory
 * @n: bytes
 *
 * Return: never NULL.
 */
void *mem_alloc(size_t n)
{
	return mem_array(1, n);
}

/**
 * mem_array() - get a zeroed array
 * @n: members
 * @size: bytes of one
 *
 * Return: never NULL.
 */
void *mem_array(size_t n, size_t size)
{
	return mem_there(calloc(n ? n : 1, size ? size : 1));
}

/**
 * mem_grow() - change the size of a piece of memory
 * @p: the piece, or NULL
 * @n: new size, not 0
 *
 * Return: never NULL.
 */
void *mem_grow(void *p, size_t n)
{
	return mem_there(realloc(p, n));
}

/**
 * mem_free() - give memory back
 * @p: from one of the above, or NULL
 */
void mem_free(void *p)
{
	free(p);
}

/**
 * mem_dup() - copy bytes into a new string
 * @s: the bytes
 * @n: their number
 *
 * Return: the string, never NULL.
 */
char *mem_dup(const char *s, size_t n)
{
	char *d = mem_alloc(n + 1);

	if (n)
		memcpy(d, s, n);
	return d;
}

static void reserve(struct buf *b, size_t n)
{
	size_t size = b->size ? b->size : 256;

	while (size - b->len <= n)
		size *= 2;
	if (size == b->size)
		return;
	b->s = mem_grow(b->s, size);
	b->size = size;
}

/**
 * buf_put() - add bytes
 * @b: zeroed before its first use
 * @s: the bytes
 * @n: their number
 */
void buf_put(struct buf *b, const char *s, size_t n)
{
	reserve(b, n);
	if (n)
		memcpy(b->s + b->len, s, n);
	b->len += n;
	b->s[b->len] = '\0';
}

/**
 * buf_add() - add formatted text
 * @b: zeroed before its first use
 * @fmt: as for printf()
 */
void buf_add(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	size_t room;
	int n;

	reserve(b, 0);
	room = b->size - b->len;
	va_start(ap, fmt);
	n = vsnprintf(b->s + b->len, room, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->s[b->len] = '\0';
		return;
	}
	if ((size_t)n >= room) {
		reserve(b, (size_t)n);
		va_start(ap, fmt);
		vsnprintf(b->s + b->len, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	b->len += (size_t)n;
}

/**
 * buf_free() - give the memory back
 * @b: empty and ready for use afterwards
 */
void buf_free(struct buf *b)
{
	free(b->s);
	memset(b, 0, sizeof(*b));
}
