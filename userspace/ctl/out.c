// SPDX-License-Identifier: GPL-2.0
#include "out.h"

#include <errno.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "| include RE" and "| exclude RE": which lines are printed. */
static struct {
	bool on;
	bool exclude;
	regex_t regex;
} filter;

/**
 * out_pipe() - take "| include RE" or "| exclude RE" off a line
 * @line: the line; cut there
 *
 * Until out_pipe_end() only such lines are printed.
 *
 * Return: false if it is no such thing.
 */
bool out_pipe(char *line)
{
	char *at = strstr(line, " | ");
	char *re = at ? at + 3 : NULL;
	size_t n = re ? strcspn(re, " ") : 0;

	if (!at)
		return true;
	filter.exclude = n && !strncmp(re, "exclude", n);
	if ((!filter.exclude && strncmp(re, "include", n) != 0) || !n || !re[n] ||
	    regcomp(&filter.regex, re + n + 1, REG_EXTENDED | REG_NOSUB))
		return false;
	*at = '\0';
	filter.on = true;
	return true;
}

/**
 * out_pipe_end() - print all lines again
 */
void out_pipe_end(void)
{
	if (filter.on)
		regfree(&filter.regex);
	filter.on = false;
}

static bool shown(const char *line)
{
	return !filter.on ||
	       !regexec(&filter.regex, line, 0, NULL, 0) != filter.exclude;
}

/**
 * out_text() - print lines as they are
 * @s: the lines, each with LF
 * @n: bytes of them
 */
void out_text(const char *s, size_t n)
{
	const char *lf;

	for (; n; n -= (size_t)(lf + 1 - s), s = lf + 1) {
		lf = memchr(s, '\n', n);
		if (!lf)
			return;
		out_line("%.*s", (int)(lf - s), s);
	}
}

/**
 * out_line() - print a line
 * @fmt: as for printf(), without LF
 */
void out_line(const char *fmt, ...)
{
	va_list ap;
	char *line;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&line, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if (shown(line))
		printf("%s\n", line);
	free(line);
}

/**
 * out_error() - print an error
 * @fmt: as for printf(), without LF
 */
void out_error(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
}

/**
 * out_notices() - print what the operator should know
 * @s: lines with LF, or NULL
 */
void out_notices(const char *s)
{
	if (s)
		fprintf(stderr, "%s", s);
}

/**
 * out_json() - print a value as JSON
 * @value: the value; is given up
 */
void out_json(json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2));
	printf("\n");
	json_decref(value);
}

/**
 * out_json_line() - print a value as JSON on one line
 * @value: the value; is given up
 */
void out_json_line(json_t *value)
{
	json_dumpf(value, stdout, JSON_COMPACT);
	printf("\n");
	json_decref(value);
}

/**
 * out_flush() - let readers have what was printed
 */
void out_flush(void)
{
	fflush(stdout);
}

/**
 * out_end() - make sure that all was written
 *
 * Return: 0, or 1 if it was not; says why.
 */
int out_end(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	out_error("esmtp-ctl: cannot write the output: %s", strerror(errno));
	return 1;
}
