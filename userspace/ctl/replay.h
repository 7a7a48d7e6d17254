/* SPDX-License-Identifier: GPL-2.0 */
/* Recordings through a policy: the command, and what it prints. */
#ifndef _CTL_REPLAY_H
#define _CTL_REPLAY_H

#include <replay/replay.h>

#include "ctl.h"

enum {
	REPLAY_FILES = 256,
	REPLAY_ADDS = 16,
};

/**
 * struct replay_policy - a policy to try
 * @name: where it is from
 * @cfg: the configuration
 * @policy: the same, compiled
 */
struct replay_policy {
	const char *name;
	struct config cfg;
	struct esmtp_policy policy;
};

/**
 * struct replay_options - what was asked for
 * @policy: file of the policy, NULL for the one in force
 * @add: files of lines to add to it
 * @nadd: how many
 * @lines: lines to add behind these, or NULL
 * @write: file to write, or NULL
 * @diff: two files to compare, or NULL
 * @all: print connections of which there is nothing to say, too
 * @trust: take checksums for right
 * @lenient: pass over what has nothing to do with mail
 * @files: recordings
 * @nfiles: how many
 */
struct replay_options {
	const char *policy, *write;
	const char *add[REPLAY_ADDS];
	u32 nadd;
	const char *lines;
	const char *diff[2];
	bool all, trust, lenient;
	const char *files[REPLAY_FILES];
	u32 nfiles;
};

/* replay.c */
int replay_words(struct ctl *ctl, char **words);
int replay_line(struct ctl *ctl, const struct args *args);
int replay_split(struct ctl *ctl, const struct args *args, char *name,
		 int (*run)(struct ctl *ctl, char **words));

/* replay_policy.c */
int replay_policy_load(struct ctl *ctl, const struct replay_options *o, const char *path,
		       struct replay_policy *p);
void replay_policy_free(struct replay_policy *p);

/* replay_print.c */
const char *replay_fate_name(const struct replay_conn *c);
void replay_print_head(const struct replay_conn *c, struct buf *out);
void replay_print_conn(const struct replay_conn *c, const char *mark);
json_t *replay_conn_json(const struct replay_conn *c);
void replay_print_sums(const struct replay_sums *s);
json_t *replay_sums_json(const struct replay_sums *s);

/* policy_test.c */
int policy_test(struct ctl *ctl, const char *path);

/* replay_diff.c */
int replay_diff(struct ctl *ctl, const struct replay_options *o);

#endif /* _CTL_REPLAY_H */
