// SPDX-License-Identifier: GPL-2.0
/* Texts of a scenario: "250 ok\r\n" "A"*600 ("NOOP" "\x0d\n")*3 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

static int grow(struct text *t, size_t len)
{
	uint8_t *data = realloc(t->data, t->len + len + 1);
	uint8_t *other;

	if (!data)
		return -1;
	t->data = data;
	other = realloc(t->other, t->len + len + 1);
	if (!other)
		return -1;
	t->other = other;
	return 0;
}

static int append(struct text *t, int byte, int other)
{
	if (grow(t, 1))
		return -1;
	t->data[t->len] = (uint8_t)byte;
	t->other[t->len++] = (uint8_t)other;
	return 0;
}

/**
 * text_copy() - append a text to another one
 * @t: text to append to
 * @from: text to append
 * @times: how often
 *
 * Return: 0, or -1 when memory is short.
 */
int text_copy(struct text *t, const struct text *from, long times)
{
	size_t i;

	for (; times > 0; times--)
		for (i = 0; i < from->len; i++)
			if (append(t, from->data[i], from->other[i]))
				return -1;
	return grow(t, 0);
}

/**
 * text_free() - forget a text
 * @t: text
 */
void text_free(struct text *t)
{
	free(t->data);
	free(t->other);
	memset(t, 0, sizeof(*t));
}

/**
 * text_common() - how far do bytes agree with a text?
 * @t: text
 * @at: where in the text to start
 * @data: bytes
 * @len: how many
 *
 * Return: the number of leading bytes that agree.
 */
size_t text_common(const struct text *t, size_t at, const uint8_t *data,
		   size_t len)
{
	size_t i;

	for (i = 0; i < len && at + i < t->len; i++)
		if (data[i] != t->data[at + i] && data[i] != t->other[at + i])
			break;
	return i;
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

/* a character, or a backslash and its letter */
static int character(const char **pos)
{
	int c = (uint8_t)*(*pos)++;

	return c == '\\' ? unescape(pos) : c;
}

/* a character, or \{AB}: A, and B is as good */
static int element(const char **pos, struct text *t)
{
	bool choice = !strncmp(*pos, "\\{", 2);
	int c, other;

	*pos += choice ? 2 : 0;
	c = character(pos);
	other = choice && c > 0 ? character(pos) : c;
	if (c < 0 || other < 0 || (choice && *(*pos)++ != '}'))
		return -1;
	return append(t, c, other);
}

static int quoted(const char **pos, struct text *t, const char **why)
{
	++*pos;
	while (**pos && **pos != '"')
		if (element(pos, t)) {
			*why = "unknown escape";
			return -1;
		}
	if (!**pos) {
		*why = "unterminated string";
		return -1;
	}
	++*pos;
	return 0;
}

static int group(const char **pos, struct text *t, const char **why)
{
	++*pos;
	*pos += strspn(*pos, " \t");
	if (text_parse(pos, t, why))
		return -1;
	if (**pos != ')') {
		*why = "a closing parenthesis is wanted";
		return -1;
	}
	++*pos;
	return 0;
}

/* a quoted string or a group, perhaps repeated */
static int item(const char **pos, struct text *t, const char **why)
{
	struct text one = { 0 };
	long times = 1;
	int ret;

	ret = **pos == '(' ? group(pos, &one, why) : quoted(pos, &one, why);
	if (!ret && **pos == '*') {
		char *end;

		times = strtol(*pos + 1, &end, 10);
		*pos = end;
	}
	if (!ret)
		ret = text_copy(t, &one, times);
	text_free(&one);
	return ret;
}

/**
 * text_parse() - read quoted strings and groups, each perhaps repeated
 * @pos: where the first one is; moved behind the last one
 * @t: text to append to
 * @why: what is wrong
 *
 * Return: 0, or -1 with @why set.
 */
int text_parse(const char **pos, struct text *t, const char **why)
{
	*why = "out of memory";
	if (grow(t, 0))
		return -1;
	while (**pos == '"' || **pos == '(') {
		if (item(pos, t, why))
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
