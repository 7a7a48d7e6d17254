/* SPDX-License-Identifier: GPL-2.0 */
/* The shell and the terminal that it is on. */
#ifndef _CTL_SHELL_H
#define _CTL_SHELL_H

#include "ctl.h"

/**
 * struct shell - the one there is: libedit's callbacks have no context
 * @ctl: the tool
 * @config: behind configure terminal
 * @user: behind disable: nothing is changed
 * @over: it was left
 * @failed: a line failed
 * @mode: of configuration
 * @opener: line that opened each mode around
 */
struct shell {
	struct ctl *ctl;
	bool config;
	bool user;
	bool over;
	bool failed;
	enum mode mode;
	char *opener[MODE_MAX];
};

extern struct shell shell;

/* shell.c */
void shell_line(char *s);
int shell_configure(struct ctl *ctl, const struct args *args);
int shell_leave(struct ctl *ctl, const struct args *args);
int shell_enable(struct ctl *ctl, const struct args *args);

/* terminal.c */
void terminal_read(void);

#endif /* _CTL_SHELL_H */
