// SPDX-License-Identifier: GPL-2.0
/* How a firewall begins its whole configuration. */
#include "foreign.h"
#include "lexer.h"

#include <string.h>

enum { FIRST_LINES = 40 };

/* ": Saved", ": Written by ...", ": Serial Number: ..." */
static bool head_comment(struct line line)
{
	static const char *const words[] = {
		"Saved", "Written", "Serial", "Hardware",
	};
	struct token t = lexer_next(&line);
	size_t i;

	if (t.len != 1 || t.s[0] != ':')
		return false;
	t = lexer_next(&line);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (t.len == strlen(words[i]) && !memcmp(t.s, words[i], t.len))
			return true;
	return false;
}

/* "ASA Version 9.1(7)", also of PIX, FWSM, and NGFW for an FTD. */
static bool head_version(struct line line)
{
	struct token first = lexer_next(&line), t = lexer_next(&line);

	return first.len >= 3 && t.len == 7 && !memcmp(t.s, "Version", 7) &&
	       lexer_next(&line).len;
}

/**
 * foreign_whole() - does a text begin as a firewall's whole configuration does?
 * @text: the text
 * @len: its bytes
 *
 * Return: the line that says so, 0 if none of the first ones does.
 */
u32 foreign_whole(const char *text, size_t len)
{
	struct line line;
	u32 i = 0;
	size_t n;

	for (; len && i < FIRST_LINES; text += n, len -= n) {
		n = lexer_line(text, len, &line);
		i++;
		if (head_comment(line) || head_version(line))
			return i;
	}
	return 0;
}
