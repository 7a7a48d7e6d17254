/* SPDX-License-Identifier: GPL-2.0 */
/* A line that no mode knows, while it is decided what to make of it. */
#ifndef _CTL_ODD_H
#define _CTL_ODD_H

#include "foreign.h"
#include "reader.h"

/**
 * struct odd - such a line
 * @rd: the reader, at that line
 * @line: the line
 * @miss: why no mode knows it
 * @first: its first word, behind "no"
 * @second: the one behind that
 * @col: column of the first word, "no" included
 * @inner: further in than what stands in no mode
 */
struct odd {
	struct reader *rd;
	const struct line *line;
	const struct miss *miss;
	struct token first, second;
	size_t col;
	bool inner;
};

/* odd.c */
void odd_look(struct reader *rd, const struct line *line, struct odd *odd);
bool odd_first_is(const struct odd *odd, const char *word);
bool odd_has_word(const struct line *line, bool (*is)(const struct token *t));
u32 odd_count_words(const struct line *line);
int odd_pass(const struct odd *odd, enum passed_group group, const char *why);
int odd_pass_undone(const struct odd *odd);
void odd_add_hole(const struct odd *odd, const char *kind, const char *s,
		     size_t len);
int odd_owe(const struct odd *odd);
bool odd_is_mail(const struct odd *odd);
struct token odd_nth(const struct line *line, u32 n);
u32 odd_static_words(const struct token *third);

/* odd_inner.c */
enum { ODD_NOT_INNER = 2 };

int odd_pass_inner(const struct odd *odd);

#endif /* _CTL_ODD_H */
