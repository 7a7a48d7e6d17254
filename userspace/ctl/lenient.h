/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of a firewall's configuration that are not ours, passed over. */
#ifndef _CTL_LENIENT_H
#define _CTL_LENIENT_H

#include <stdbool.h>

#include "lexer.h"
#include "list.h"
#include "util.h"

struct arg;
struct reader;

/**
 * struct lenient - what was passed over in a text
 * @on: lines may be passed over
 * @inside: the lines below, further in, belong to one that was
 * @indent: of that one
 * @word: its first word, in @words
 * @words: first words with their numbers of lines
 * @nwords: how many
 * @holes: names of objects that lack a line
 */
struct lenient {
	bool on;
	bool inside;
	size_t indent;
	struct list *word;
	struct list words;
	unsigned int nwords;
	struct list holes;
};

void lenient_init(struct lenient *l);
void lenient_free(struct lenient *l);
bool lenient_inside(struct lenient *l, const struct line *line);
int lenient_check(struct reader *rd, const struct line *line);
bool lenient_skip(struct reader *rd, const struct line *line);
bool lenient_hole(const struct lenient *l, const char *kind, const char *name);
int lenient_whole(struct reader *rd, const char *kind, const struct arg *arg);
void lenient_summary(const struct lenient *l, struct buf *out);

#endif /* _CTL_LENIENT_H */
