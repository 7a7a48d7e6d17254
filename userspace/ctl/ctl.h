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

/* apply.c */
int apply_file(struct ctl *ctl, const char *path, bool lenient);
int apply_text(struct ctl *ctl, const char *name, const char *text, size_t len,
	       bool lenient);
int apply_stored(struct ctl *ctl, const struct esmtp_running *run,
		 struct config *cfg);

/* show.c */
int show_running(struct ctl *ctl, bool all);
int show_service(struct ctl *ctl);
int show_conn(struct ctl *ctl);
int clear_service(struct ctl *ctl);

/* monitor.c */
int monitor(struct ctl *ctl, const struct args *args);
int why(struct ctl *ctl, const struct args *args);

/* help.c */
void help_usage(void);
void help_all(void);

#endif /* _CTL_CTL_H */
