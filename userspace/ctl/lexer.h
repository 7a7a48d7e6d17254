/* SPDX-License-Identifier: GPL-2.0 */
/* Lines to words. Knows nothing of what words mean. */
#ifndef _CTL_LEXER_H
#define _CTL_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "util.h"

/**
 * struct token - a word of a line
 * @s: its bytes; no NUL behind them
 * @len: their number, 0 at the end of the line
 * @col: column of the first one, from 1; a byte is a column
 */
struct token {
	const char *s;
	size_t len;
	size_t col;
};

/**
 * struct line - one line of configuration, without its end
 * @s: its bytes
 * @len: their number
 * @pos: where the next word is looked for
 */
struct line {
	const char *s;
	size_t len;
	size_t pos;
};

size_t lexer_bom(const char *text, size_t len);
size_t lexer_line(const char *text, size_t len, struct line *line);
size_t lexer_invalid(const struct line *line);
void lexer_transcode(const struct line *line, struct buf *out);
bool lexer_comment(const struct line *line);
struct token lexer_next(struct line *line);
struct token lexer_rest(struct line *line);
bool lexer_ascii(const struct token *t);
bool lexer_is(const struct token *t, const char *word);
size_t lexer_column(const struct line *line);

#endif /* _CTL_LEXER_H */
