// SPDX-License-Identifier: GPL-2.0
#include "out.h"
#include "mask.h"

#include <errno.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <esmtp/port.h>

/* A page of the terminal. */
static struct {
	unsigned int lines, shown;
	bool quit;
} pager;

/* What stands behind "|": which lines are printed. */
static struct {
	enum { PIPE_NONE, PIPE_INCLUDE, PIPE_EXCLUDE, PIPE_BEGIN, PIPE_COUNT } kind;
	bool begun;
	unsigned long count;
	regex_t regex;
} filter;

const char out_pipe_wrong[] =
	"expected include, exclude, begin, grep or count and an expression behind |";

static const char *const kinds[] = {
	[PIPE_INCLUDE] = "include", [PIPE_EXCLUDE] = "exclude",
	[PIPE_BEGIN] = "begin", [PIPE_COUNT] = "count",
};

/* " | " that stands in no quotes. */
static char *find_pipe(char *line)
{
	bool quoted = false;

	for (; *line; line++) {
		if (*line == '"')
			quoted = !quoted;
		if (!quoted && !strncmp(line, " | ", 3))
			return line;
	}
	return NULL;
}

/* The word, which may be short; @re becomes what follows. */
static int pipe_kind(char **re)
{
	size_t n = strcspn(*re, " ");
	const char *word = *re;
	u32 i;

	*re += n + strspn(*re + n, " ");
	if (!n || !**re)
		return PIPE_NONE;
	if (n == 4 && !strncmp(word, "grep", n)) {
		if (strncmp(*re, "-v ", 3) != 0)
			return PIPE_INCLUDE;
		*re += 3;
		return PIPE_EXCLUDE;
	}
	for (i = PIPE_INCLUDE; i < ESMTP_ARRAY_SIZE(kinds); i++)
		if (!strncmp(word, kinds[i], n))
			return (int)i;
	return PIPE_NONE;
}

/**
 * out_pipe() - take "| include RE" and its kin off a line
 * @line: the line; cut there
 *
 * The others are exclude, begin, grep [-v] and count. Until out_pipe_end() they hold.
 *
 * Return: false if it is no such thing.
 */
bool out_pipe(char *line)
{
	char *at = find_pipe(line);
	char *re = at ? at + 3 : NULL;
	int kind;

	if (!at)
		return true;
	re += strspn(re, " ");
	kind = pipe_kind(&re);
	if (!kind || regcomp(&filter.regex, re, REG_EXTENDED | REG_NOSUB))
		return false;
	*at = '\0';
	filter.kind = kind;
	filter.begun = false;
	filter.count = 0;
	return true;
}

/**
 * out_pipe_end() - print all lines again
 */
void out_pipe_end(void)
{
	bool count = filter.kind == PIPE_COUNT;

	if (filter.kind)
		regfree(&filter.regex);
	filter.kind = PIPE_NONE;
	if (count)
		out_line("Number of lines which match regexp = %lu", filter.count);
	pager.shown = 0;
	pager.quit = false;
}

static bool shown(const char *line)
{
	bool found = filter.kind && !regexec(&filter.regex, line, 0, NULL, 0);

	filter.begun |= found;
	filter.count += found;
	switch (filter.kind) {
	case PIPE_INCLUDE:
		return found;
	case PIPE_EXCLUDE:
		return !found;
	case PIPE_BEGIN:
		return filter.begun;
	case PIPE_COUNT:
		return false;
	default:
		return true;
	}
}

/**
 * out_pager() - stop at the end of each page, as an ASA does
 * @lines: of a page, 0 to go on
 */
void out_pager(unsigned int lines)
{
	pager.lines = lines;
	pager.shown = 0;
}

static char read_key(void)
{
	struct termios old, raw;
	char key = 'q';

	if (tcgetattr(STDIN_FILENO, &old))
		return key;
	raw = old;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	if (read(STDIN_FILENO, &key, 1) != 1)
		key = 'q';
	tcsetattr(STDIN_FILENO, TCSANOW, &old);
	return key;
}

/* Another line: the page's end waits for blank (a page), return (a line) or q. */
static bool page(void)
{
	char key;

	if (!pager.lines || pager.quit)
		return !pager.quit;
	if (pager.shown >= pager.lines) {
		printf("<--- More --->");
		fflush(stdout);
		key = read_key();
		printf("\r              \r");
		pager.quit = key == 'q' || key == 'Q' || key == 3;
		pager.shown = key == ' ' ? 0 : pager.lines - 1;
	}
	pager.shown++;
	return !pager.quit;
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
	line = mask_line(line);
	if (shown(line) && page())
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

static json_t *collector;
static const char *collected_as;

/**
 * out_json_collect() - put the next values in an object instead of printing them
 * @to: the object, NULL to print again
 * @key: of the next one; values behind it take its place
 */
void out_json_collect(json_t *to, const char *key)
{
	collector = to;
	collected_as = key;
}

/**
 * out_json() - print a value as JSON
 * @value: the value; is given up
 */
void out_json(json_t *value)
{
	char *text, *at, *lf;

	if (collector) {
		json_object_set_new(collector, collected_as, value);
		return;
	}
	at = text = mem_there(json_dumps(value, JSON_INDENT(2)));
	do {
		lf = strchr(at, '\n');
		out_line("%.*s", (int)(lf ? lf - at : (long)strlen(at)), at);
		at = lf + 1;
	} while (lf);
	free(text);
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
 * out_lines_json() - make an array of lines
 * @text: the lines, each with LF
 *
 * Return: the array, the caller's.
 */
json_t *out_lines_json(const struct buf *text)
{
	json_t *lines = json_array();
	const char *s = text->s, *lf;

	for (; s && *s; s = lf + 1) {
		lf = strchrnul(s, '\n');
		json_array_append_new(lines, json_stringn(s, (size_t)(lf - s)));
		if (!*lf)
			break;
	}
	return lines;
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
