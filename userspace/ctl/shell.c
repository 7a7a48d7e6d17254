// SPDX-License-Identifier: GPL-2.0
/*
 * The shell: ASA's modes. Every line of configuration takes effect when it is
 * entered, as one transaction with the lines that opened the modes around it.
 */
#include "shell.h"
#include "out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct shell shell;

static void put_openers(enum mode mode, struct buf *text, u32 *lines)
{
	if (mode == MODE_GLOBAL)
		return;
	put_openers(mode_parent(mode), text, lines);
	buf_add(text, "%s\n", shell.opener[mode]);
	++*lines;
}

/* The mode, from the innermost one out, that knows the line; MODE_EXEC if none. */
static enum mode knows(const char *s, struct args *args)
{
	struct line line = { .s = s, .len = strlen(s) };
	enum mode mode = shell.mode;
	struct miss miss;
	bool found;

	for (;;) {
		found = match_line(shell.ctl->grammar, mode, line, args, &miss);
		match_miss_free(&miss);
		if (found)
			return mode;
		if (mode == mode_parent(mode))
			return MODE_EXEC;
		mode = mode_parent(mode);
	}
}

static int configure(const char *s, enum mode from)
{
	struct apply how = { .name = "<shell>", .open = true };
	struct buf text = { 0 };
	int err;

	put_openers(shell.mode, &text, &how.skip);
	buf_add(&text, "%s\n", s);
	err = apply_lines(shell.ctl, text.s, text.len, &how);
	if (!err) {
		if (how.mode != from && mode_parent(how.mode) == from) {
			free(shell.opener[how.mode]);
			shell.opener[how.mode] = mem_dup(s, strlen(s));
		}
		/* a match has one action: the next line is the map's again */
		shell.mode = how.mode == MODE_MATCH && how.done ?
			     MODE_INSPECT_MAP : how.mode;
	}
	buf_free(&text);
	return err;
}

/* One mode out, or all of them. */
static void leave(bool all)
{
	if (all || shell.mode == MODE_GLOBAL)
		shell.config = false;
	shell.mode = all ? MODE_GLOBAL : mode_parent(shell.mode);
}

/**
 * shell_configure() - configure terminal
 * @ctl: unused
 * @args: unused
 *
 * Outside the shell it has no effect, as the two below.
 *
 * Return: CTL_OK.
 */
int shell_configure(struct ctl *ctl, const struct args *args)
{
	(void)ctl;
	(void)args;
	shell.config = true;
	shell.mode = MODE_GLOBAL;
	return CTL_OK;
}

/**
 * shell_leave() - exit, quit, logout
 * @ctl: unused
 * @args: unused
 *
 * Return: CTL_OK.
 */
int shell_leave(struct ctl *ctl, const struct args *args)
{
	(void)ctl;
	(void)args;
	shell.over = true;
	return CTL_OK;
}

/**
 * shell_enable() - enable, disable
 * @ctl: unused
 * @args: the line
 *
 * Return: CTL_OK.
 */
int shell_enable(struct ctl *ctl, const struct args *args)
{
	(void)ctl;
	shell.user = args_word(args, "disable");
	return CTL_OK;
}

static int run_command(const struct args *args)
{
	if (shell.user && args->cmd->data & EXEC_CHANGES) {
		out_error("this needs privileged mode: 'enable' enters it");
		return CTL_ERROR;
	}
	return args->cmd->exec(shell.ctl, args);
}

/* A slip of whoever forgets the mode. */
static bool is_configuration(struct line line)
{
	struct args args;
	struct miss miss;
	bool is = match_line(shell.ctl->grammar, MODE_GLOBAL, line, &args, &miss);

	match_miss_free(&miss);
	return is;
}

static int too_early(void)
{
	out_error("this is a line of configuration: 'configure terminal' comes before it");
	return CTL_ERROR;
}

static int execute(const char *s)
{
	struct line line = { .s = s, .len = strlen(s) };
	struct args args;
	struct miss miss;
	int err;

	if (match_line(shell.ctl->grammar, MODE_EXEC, line, &args, &miss))
		err = run_command(&args);
	else if (!shell.config && !miss.depth && is_configuration(line))
		err = too_early();
	else
		err = usage(&miss, "<shell>");
	match_miss_free(&miss);
	return err;
}

static int carry_out(const char *s)
{
	struct args args;
	enum mode from;

	if (!shell.config)
		return execute(s);
	from = knows(s, &args);
	if (from == MODE_EXEC)
		return begins_exec(shell.ctl->grammar, s) ? execute(s) :
							    configure(s, from);
	if (args.cmd->run != do_exit && args.cmd->run != do_end)
		return configure(s, from);
	leave(args.cmd->run == do_end);
	return CTL_OK;
}

/* Only what commands print goes through a pipe: a description may have one in it. */
static bool take_pipe(char *s)
{
	if (!begins_exec(shell.ctl->grammar, s) || out_pipe(s))
		return true;
	out_error("%s", out_pipe_wrong);
	return false;
}

/**
 * shell_line() - carry out a line
 * @s: the line; is changed
 */
void shell_line(char *s)
{
	s += strspn(s, " \t");
	s[strcspn(s, "\r\n")] = '\0';
	if (!*s || *s == '!')
		return;
	if (!strncmp(s, "do ", 3) && shell.config)
		s += 3;
	if (!take_pipe(s) || carry_out(s))
		shell.failed = true;
	out_pipe_end();
}

static void read_pipe(void)
{
	char *s = NULL;
	size_t size = 0;

	while (!shell.over && getline(&s, &size, stdin) > 0)
		shell_line(s);
	free(s);
}

/**
 * shell_run() - read commands until there are no more
 * @ctl: the tool
 *
 * Return: exit status; of what is no terminal an error if a line failed.
 */
int shell_run(struct ctl *ctl)
{
	bool person = isatty(STDIN_FILENO);
	u32 i;

	shell.ctl = ctl;
	shell.mode = MODE_GLOBAL;
	if (person)
		terminal_read();
	else
		read_pipe();
	for (i = 0; i < MODE_MAX; i++)
		free(shell.opener[i]);
	return shell.failed && !person ? CTL_ERROR : CTL_OK;
}
