/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of a firewall's configuration that are not ours, passed over. */
#ifndef _CTL_LENIENT_H
#define _CTL_LENIENT_H

#include <stdbool.h>

#include <esmtp/port.h>

#include "lexer.h"
#include "list.h"
#include "util.h"

struct acl;
struct arg;
struct args;
struct miss;
struct reader;

/* What it means that a line, or some words of it, were passed over. */
enum passed_group {
	PASSED_FOREIGN,			/* nothing of ours */
	PASSED_IDLE,			/* of ours, without effect */
	PASSED_UNDONE,			/* of ours, not done */
	PASSED_GROUPS
};

/**
 * struct passed - a line, or words of one, that was passed over
 * @list: place among these, in order of lines
 * @line: number of the line
 * @group: enum passed_group
 * @words: what was passed over; what may be a secret is masked
 * @why: why
 */
struct passed {
	struct list list;
	u32 line;
	u8 group;
	char *words;
	char *why;
};

/**
 * struct hole - an object that lacks a line
 * @list: place among the holes
 * @kind: "access-list", "class-map", "class-map type regex", "object" or "regex"
 * @name: its name
 * @line: the first line of it that was passed over
 * @why: why
 */
struct hole {
	struct list list;
	const char *kind;
	char *name;
	u32 line;
	char *why;
};

/**
 * struct debt - an inspection of a class that is not known
 * @list: place among these
 * @pmap: name of the policy-map that it stands in, or NULL
 * @why: why the class is not known
 * @line: its line
 * @col: its column
 */
struct debt {
	struct list list;
	char *pmap;
	char *why;
	u32 line;
	size_t col;
};

/**
 * struct lenient - what was passed over in a text
 * @on: lines may be passed over
 * @inside: the lines below, further in, belong to one that was
 * @in_class: that one is a class of a policy-map
 * @management: it is about connections to the firewall itself
 * @indent: of that one
 * @opener: number of that one
 * @why: why the last class of a policy-map was passed over
 * @base: indentation of the last line of the global mode
 * @passed: what was passed over
 * @n: how much, by group
 * @holes: objects that lack a line
 * @hole_names: the same by kind and name, for tfind()
 * @debts: inspections that could not be done
 * @dropped: objects that were removed for lack of a line, as a list
 */
struct lenient {
	bool on;
	bool inside;
	bool in_class;
	bool management;
	size_t indent;
	u32 opener;
	struct buf why;
	size_t base;
	struct list passed;
	u32 n[PASSED_GROUPS];
	struct list holes;
	void *hole_names;
	struct list debts;
	struct buf dropped;
};

extern const char *const passed_groups[PASSED_GROUPS];
extern const char *const lenient_management;

/* lenient.c */
void lenient_init(struct lenient *l);
void lenient_free(struct lenient *l);
void lenient_add(struct reader *rd, enum passed_group group,
		 const struct line *words, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void lenient_open(struct lenient *l, const struct line *line, u32 number,
		  bool in_class);
int lenient_pass(struct reader *rd, const struct args *args,
		 enum passed_group group, const char *why);
void lenient_summary(const struct reader *rd, struct buf *out);

/* lenient_hole.c */
void lenient_hole_add(struct reader *rd, const char *kind, const char *s,
		      size_t len, const char *why);
const struct hole *lenient_hole(const struct lenient *l, const char *kind,
				const char *name);
const struct hole *lenient_class_hole(struct reader *rd, const char *name,
				      const struct acl *acl);
int lenient_whole(struct reader *rd, const char *kind, const struct arg *arg);
void lenient_holes_free(struct lenient *l);

/* lenient_miss.c */
int lenient_inside(struct reader *rd, const struct line *line);
int lenient_miss(struct reader *rd, const struct line *line,
		 const struct miss *miss);

/* lenient_fail.c */
bool lenient_acl_idle(const struct args *args);
bool lenient_fail(struct reader *rd, const struct args *args);

/* lenient_trim.c */
bool lenient_trim(struct reader *rd, const struct line *line, struct buf *copy);
void lenient_trimmed(struct reader *rd, const struct line *line);
bool lenient_hollow(const struct line *line);

/* lenient_prune.c */
int lenient_prune(struct reader *rd);

#endif /* _CTL_LENIENT_H */
