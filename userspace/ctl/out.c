// SPDX-License-Identifier: GPL-2.0
#include "out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/**
 * out_text() - print text as it is
 * @s: the text
 * @n: bytes of it
 */
void out_text(const char *s, size_t n)
{
	if (n)
		fwrite(s, 1, n, stdout);
}

/**
 * out_line() - print a line
 * @fmt: as for printf(), without LF
 */
void out_line(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
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
