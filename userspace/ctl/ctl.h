/* SPDX-License-Identifier: GPL-2.0 */
/* Commands of the tool. Each returns its exit status and says what failed. */
#ifndef _CTL_CTL_H
#define _CTL_CTL_H

#include <lib/model.h>

#include "grammar.h"

#define CTL_VERSION "0.1.0"

enum {
	CTL_OK = 0,
	CTL_ERROR = 1,
	CTL_USAGE = 2,
};

/**
 * struct ctl - one call of the tool
 * @grammar: automaton of the grammar
 * @netns: network namespace to work in, NULL for the tool's own
 * @json: print JSON
 * @nl: socket, once it was needed
 */
struct ctl {
	struct pattern *grammar;
	const char *netns;
	bool json;
	struct esmtp_nl nl;
};

int ctl_connect(struct ctl *ctl);
int ctl_failed(const struct ctl *ctl);

/* main.c */
int run_exec(struct ctl *ctl, const struct args *args);
int usage(const struct miss *miss);
bool begins_exec(struct pattern *grammar, const char *s);

/* complete.c */
void complete_list(struct pattern *grammar, enum mode mode, const char *s,
		   size_t len, struct buf *list);
void complete_words(const struct buf *list, const char *start,
		    void (*fn)(const char *word, void *ctx), void *ctx);
int complete_command(struct pattern *grammar, char **words);

/* shell.c */
int shell_run(struct ctl *ctl);

/**
 * struct apply - how lines are applied, and where that left the reader
 * @name: of the text, for messages
 * @lenient: pass over what has nothing to do with mail
 * @open: the last line may leave its mode open
 * @skip: first lines that do not count in messages
 * @mode: set: mode behind the last line
 * @done: set: the match that is open has its action
 */
struct apply {
	const char *name;
	bool lenient;
	bool open;
	u32 skip;
	enum mode mode;
	bool done;
};

/* apply.c */
int apply_lines(struct ctl *ctl, const char *text, size_t len,
		struct apply *how);
int apply_file(struct ctl *ctl, const char *path, bool lenient);
int apply_text(struct ctl *ctl, const char *name, const char *text, size_t len,
	       bool lenient);
int apply_stored(struct ctl *ctl, const struct esmtp_running *run,
		 struct config *cfg);

/* show.c */
int show_running(struct ctl *ctl, bool all);
int show_service(struct ctl *ctl, const struct args *args);
int show_conn(struct ctl *ctl);
int clear_service(struct ctl *ctl);

/* show_stats.c */
int show_drops(struct ctl *ctl);
int show_metrics(struct ctl *ctl);

/* show_config.c */
int show_objects(struct ctl *ctl, const char *word);
int show_nat(struct ctl *ctl);
int show_flow(struct ctl *ctl, const struct args *args);

/* show_acl.c */
int show_acls(struct ctl *ctl, const struct args *args);
int clear_hits(struct ctl *ctl, const struct args *args);

/* monitor.c */
int monitor(struct ctl *ctl, const struct args *args);
int why(struct ctl *ctl, const struct args *args);

/* help.c */
void help_usage(void);
void help_all(void);

#endif /* _CTL_CTL_H */
