// SPDX-License-Identifier: GPL-2.0
/* Reading of files of cases. */
#include "cases.h"

#include <stdlib.h>
#include <string.h>

const char *const section_names[SECTION_MAX] = {
	[SECTION_BASE] = "base",
	[SECTION_LINES] = "lines",
	[SECTION_TEXT] = "text",
	[SECTION_ERROR] = "error",
	[SECTION_NOTICES] = "notices",
	[SECTION_PASSED] = "passed",
	[SECTION_INTERFACES] = "interfaces",
	[SECTION_FLOWS] = "flows",
	[SECTION_NAT] = "nat",
	[SECTION_LIMITS] = "limits",
};

static enum section section_find(struct test_case *c, const char *name)
{
	u32 i;

	c->all |= !strcmp(name, "all\n");
	if (!strcmp(name, "all\n"))
		return SECTION_TEXT;
	c->replace |= !strcmp(name, "replace\n");
	c->lenient |= c->replace || !strcmp(name, "lenient\n");
	if (!strcmp(name, "replace\n") || !strcmp(name, "lenient\n"))
		return SECTION_LINES;
	for (i = 0; i < SECTION_MAX; i++)
		if (!strncmp(name, section_names[i], strlen(section_names[i])) &&
		    name[strlen(section_names[i])] == '\n')
			return (enum section)i;
	fprintf(stderr, "unknown section %s", name);
	exit(1);
}

/**
 * case_unescape() - make the lines under test
 * @lines: the section
 * @to: where to
 */
void case_unescape(const struct buf *lines, struct buf *to)
{
	const char *line = lines->s;
	char hex[3] = "";
	char c;

	for (; line && *line; line++) {
		c = *line;
		if (c == '\\' && line[1] == 'r') {
			c = '\r';
			line++;
		} else if (c == '\\' && line[1] == 'x') {
			memcpy(hex, line + 2, 2);
			c = (char)strtoul(hex, NULL, 16);
			line += 3;
		}
		buf_put(to, &c, 1);
	}
}

/* Find the next "== NAME"; with @copy, print what stands before it. */
static bool begin(FILE *f, struct test_case *c, bool copy)
{
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	while (!found && getline(&line, &size, f) > 0) {
		if (strncmp(line, "== ", 3) != 0) {
			if (copy)
				printf("%s", line);
			continue;
		}
		found = true;
		snprintf(c->name, sizeof(c->name), "%.*s",
			 (int)strcspn(line + 3, "\n"), line + 3);
	}
	free(line);
	return found;
}

/**
 * case_read() - read the next case
 * @f: the file
 * @c: the case
 * @copy: print the comments in front of it
 *
 * Return: false at the end of the file.
 */
bool case_read(FILE *f, struct test_case *c, bool copy)
{
	enum section at = SECTION_MAX;
	char *line = NULL;
	size_t size = 0;

	memset(c, 0, sizeof(*c));
	if (!begin(f, c, copy))
		return false;
	while (getline(&line, &size, f) > 0 && line[0] != '\n') {
		if (!strncmp(line, "-- ", 3)) {
			at = section_find(c, line + 3);
			c->given[at] = true;
		} else if (at < SECTION_MAX) {
			buf_put(&c->section[at], line, strlen(line));
		}
	}
	free(line);
	return true;
}

void case_free(struct test_case *c)
{
	u32 i;

	for (i = 0; i < SECTION_MAX; i++)
		buf_free(&c->section[i]);
}

void result_free(struct result *r)
{
	u32 i;

	for (i = 0; i < SECTION_MAX; i++)
		buf_free(&r->got[i]);
	buf_free(&r->why);
}
