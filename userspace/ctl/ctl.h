/* SPDX-License-Identifier: GPL-2.0 */
/* Commands of the tool. Each returns its exit status and says what failed. */
#ifndef _CTL_CTL_H
#define _CTL_CTL_H

#include <jansson.h>

#include <esmtp/version.h>
#include <lib/model.h>

#include "grammar.h"

enum {
	CTL_OK = 0,
	CTL_ERROR = 1,
	CTL_USAGE = 2,
	CTL_DIFFERS = 2,		/* --check found a difference */
	CTL_UNDONE = 3,			/* --lenient passed over what is ours */
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
int ctl_connect_quietly(struct ctl *ctl);
int ctl_failed(const struct ctl *ctl);

/* main.c */
int run_apply(struct ctl *ctl, const struct args *args);
int test_regex(struct ctl *ctl, const struct args *args);
int test_policy(struct ctl *ctl, const struct args *args);
int set_terminal(struct ctl *ctl, const struct args *args);
int usage(const struct miss *miss, const char *name);
bool begins_exec(struct pattern *grammar, const char *s);

/* complete.c */
void complete_words(const struct buf *list, const char *start,
		    void (*fn)(const char *word, void *ctx), void *ctx);
int complete_command(struct ctl *ctl, char **words);
int complete_option(char **words);

/* names.c */
void names_list(struct ctl *ctl, enum mode mode, const char *s, size_t len,
		struct buf *list);

/* words.c */
const char *word_what(const char *word);

/* shell.c */
int shell_run(struct ctl *ctl);

/**
 * struct apply - how lines are applied, and where that left the reader
 * @name: of the text, for messages
 * @lenient: pass over what has nothing to do with mail
 * @replace: the text is the whole configuration, not lines to add to it
 * @check: compare with what is in force, and change nothing
 * @file: say what was changed
 * @whole_too: the text may be a whole configuration, and is added nevertheless
 * @open: the last line may leave its mode open
 * @skip: first lines that do not count in messages
 * @mode: set: mode behind the last line
 * @done: set: the match that is open has its action
 * @changed: set: what is in force was replaced
 * @differs: set: the exit status says that @check found a difference
 */
struct apply {
	const char *name;
	bool lenient;
	bool replace;
	bool check;
	bool file;
	bool whole_too;
	bool open;
	u32 skip;
	enum mode mode;
	bool done;
	bool changed;
	bool differs;
};

/* apply.c */
int apply_lines(struct ctl *ctl, const char *text, size_t len,
		struct apply *how);
int apply_file(struct ctl *ctl, const char *path, struct apply *how);
int apply_text(struct ctl *ctl, const char *name, const char *text, size_t len);
int apply_instead(struct ctl *ctl, const char *name, const char *text,
		  size_t len);
int apply_stored(struct ctl *ctl, const struct esmtp_running *run,
		 struct config *cfg);

/* report.c */
struct diff;
int report_outcome(struct ctl *ctl, const struct reader *rd, struct apply *how,
		   bool same, const struct diff *diff);

/* show_service.c */
int show_service(struct ctl *ctl, const struct args *args);
bool service_knows(const struct esmtp_policy *p, const char *name, const char *ifname);
bool service_interface(const struct config *cfg, const struct esmtp_policy *p,
		       const struct arg *arg, char *ifname);
void show_service_text(const struct esmtp_running *run, const struct config *cfg);
json_t *show_service_json(const struct esmtp_running *run, const struct config *cfg);

/* show_would.c */
int show_would(struct ctl *ctl, const struct args *args);

/* show_conn.c */
int show_conn(struct ctl *ctl, const struct args *args);

/* clear.c */
int clear_conn(struct ctl *ctl, const struct args *args);
int clear_service(struct ctl *ctl, const struct args *args);
int clear_drops(struct ctl *ctl, const struct args *args);

/* show_running.c */
int show_running(struct ctl *ctl, const struct args *args);

/* show_stats.c */
int show_drops(struct ctl *ctl, const struct args *args);
int show_metrics(struct ctl *ctl, const struct args *args);

/* show_config.c */
int show_objects(struct ctl *ctl, const struct args *args);
int show_nat(struct ctl *ctl, const struct args *args);
int config_load(struct ctl *ctl, struct config *cfg);
void config_load_quietly(struct ctl *ctl, struct config *cfg);

/* show_flow.c */
int show_flow(struct ctl *ctl, const struct args *args);

/* show_acl.c */
int show_acls(struct ctl *ctl, const struct args *args);
int clear_hits(struct ctl *ctl, const struct args *args);

/* monitor.c */
int monitor(struct ctl *ctl, const struct args *args);
int show_records(struct ctl *ctl, const struct args *args);
int why(struct ctl *ctl, const struct args *args);

/* show_tech.c */
int show_version(struct ctl *ctl, const struct args *args);
int show_tech(struct ctl *ctl, const struct args *args);

/* help.c */
void help_usage(void);
int help_all(struct ctl *ctl, const struct args *args);

#endif /* _CTL_CTL_H */
