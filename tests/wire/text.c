// SPDX-License-Identifier: GPL-2.0
/* Quoted strings of a scenario: "250 ok\r\n" "A"*600 "\x00" */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

/**
 * text_append() - add bytes to a text
 * @t: text
 * @data: bytes
 * @len: how many
 *
 * Return: 0, or -1 when memory is short.
 */
int text_append(struct text *t, const void *data, size_t len)
{
	uint8_t *p = realloc(t->data, t->len + len + 1);

	if (!p)
		return -1;
	if (len)
		memcpy(p + t->len, data, len);
	t->data = p;
	t->len += len;
	return 0;
}

static int unhex(const char *p)
{
	char buf[3] = { p[0], p[0] ? p[1] : 0, 0 };

	if (!isxdigit((unsigned char)buf[0]) ||
	    !isxdigit((unsigned char)buf[1]))
		return -1;
	return (int)strtol(buf, NULL, 16);
}

/* one character after a backslash; returns -1 for an unknown one */
static int unescape(const char **pos)
{
	static const char from[] = "rnt0\\\"", to[] = "\r\n\t\0\\\"";
	const char *hit;
	int c = *(*pos)++;

	if (c == 'x') {
		c = unhex(*pos);
		if (c >= 0)
			*pos += 2;
		return c;
	}
	hit = c ? strchr(from, c) : NULL;
	return hit ? (uint8_t)to[hit - from] : -1;
}

static int quoted(const char **pos, struct text *t, const char **why)
{
	const char *p = *pos + 1;

	while (*p && *p != '"') {
		int c = (uint8_t)*p++;
		uint8_t byte;

		if (c == '\\')
			c = unescape(&p);
		if (c < 0) {
			*why = "unknown escape";
			return -1;
		}
		byte = (uint8_t)c;
		if (text_append(t, &byte, 1))
			return -1;
	}
	if (!*p) {
		*why = "unterminated string";
		return -1;
	}
	*pos = p + 1;
	return 0;
}

static int repeat(struct text *t, const struct text *one, long times)
{
	for (; times > 0; times--)
		if (text_append(t, one->data, one->len))
			return -1;
	return 0;
}

/**
 * text_parse() - read one or more quoted strings, each perhaps repeated
 * @pos: where the first quote is; moved behind the last one
 * @t: text to append to
 * @why: what is wrong
 *
 * Return: 0, or -1 with @why set.
 */
int text_parse(const char **pos, struct text *t, const char **why)
{
	*why = "out of memory";
	if (text_append(t, "", 0))
		return -1;
	while (**pos == '"') {
		struct text one = { 0 };
		long times = 1;
		int ret;

		ret = quoted(pos, &one, why);
		if (!ret && **pos == '*') {
			char *end;

			times = strtol(*pos + 1, &end, 10);
			*pos = end;
		}
		if (!ret)
			ret = repeat(t, &one, times);
		free(one.data);
		if (ret)
			return -1;
		*pos += strspn(*pos, " \t");
	}
	return 0;
}

/**
 * text_escape() - bytes as they'd stand in a scenario
 * @data: bytes
 * @len: how many
 * @buf: where to write
 * @size: room there; what does not fit is left off
 *
 * Return: @buf.
 */
char *text_escape(const uint8_t *data, size_t len, char *buf, size_t size)
{
	size_t n = 0, i;

	n += snprintf(buf + n, size - n, "\"");
	for (i = 0; i < len && n + 8 < size; i++) {
		uint8_t c = data[i];

		if (c == '\r' || c == '\n')
			n += snprintf(buf + n, size - n, c == '\r' ? "\\r" : "\\n");
		else if (c == '"' || c == '\\')
			n += snprintf(buf + n, size - n, "\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			n += snprintf(buf + n, size - n, "\\x%02x", c);
		else
			n += snprintf(buf + n, size - n, "%c", c);
	}
	snprintf(buf + n, size - n, i < len ? "\"..." : "\"");
	return buf;
}
