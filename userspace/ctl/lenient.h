/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of a firewall's configuration that are not ours, passed over. */
#ifndef _CTL_LENIENT_H
#define _CTL_LENIENT_H

#include <stdbool.h>

#include "lexer.h"
#include "list.h"
#include "util.h"

struct arg;
struct args;
struct reader;

/**
 * struct hole - an object that lacks a line
 * @list: place among the holes
 * @kind: "access-list", "class-map" or "object"
 * @name: its name
 * @line: the line that was passed over
 */
struct hole {
	struct list list;
	const char *kind;
	char *name;
	unsigned int line;
};

/**
 * struct lenient - what was passed over in a text
 * @on: lines may be passed over
 * @inside: the lines below, further in, belong to one that was
 * @indent: of that one
 * @word: its first word, in @words
 * @words: first words with their numbers of lines
 * @nwords: how many
 * @holes: names of objects that lack a line
 * @dropped: those that were removed for that, as a list
 */
struct lenient {
	bool on;
	bool inside;
	size_t indent;
	struct list *word;
	struct list words;
	unsigned int nwords;
	struct list holes;
	struct buf dropped;
};

void lenient_init(struct lenient *l);
void lenient_free(struct lenient *l);
bool lenient_inside(struct lenient *l, const struct line *line);
int lenient_check(struct reader *rd, const struct line *line);
bool lenient_skip(struct reader *rd, const struct line *line);
int lenient_pass(struct reader *rd, const struct args *args);
bool lenient_hole(const struct lenient *l, const char *kind, const char *name);
int lenient_whole(struct reader *rd, const char *kind, const struct arg *arg);
void lenient_summary(const struct lenient *l, struct buf *out);

/* lenient_prune.c */
int lenient_prune(struct reader *rd);

#endif /* _CTL_LENIENT_H */
