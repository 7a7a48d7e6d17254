// SPDX-License-Identifier: GPL-2.0
/*
 * The interactive shell: ASA's modes and prompts, help by "?", completion and
 * history. Every line of configuration takes effect when it is entered, as one
 * transaction with the lines that opened the modes around it.
 */
#include "ctl.h"
#include "out.h"

#include <editline/readline.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One shell a process: libedit's callbacks have no context. */
static struct shell {
	struct ctl *ctl;
	bool config;			/* behind configure terminal */
	bool over;
	enum mode mode;
	char *opener[MODE_MAX];		/* line that opened each mode around */
} shell;

static const char *const prompts[MODE_MAX] = {
	[MODE_GLOBAL] = "config",
	[MODE_CLASS_MAP] = "config-cmap",
	[MODE_REGEX_CLASS] = "config-cmap",
	[MODE_INSPECT_CLASS] = "config-cmap",
	[MODE_NETWORK_OBJECT] = "config-network-object",
	[MODE_SERVICE_OBJECT] = "config-service-object",
	[MODE_NETWORK_GROUP] = "config-network-object-group",
	[MODE_SERVICE_GROUP] = "config-service-object-group",
	[MODE_PORT_GROUP] = "config-service-object-group",
	[MODE_PROTOCOL_GROUP] = "config-protocol-object-group",
	[MODE_POLICY_MAP] = "config-pmap",
	[MODE_POLICY_CLASS] = "config-pmap-c",
	[MODE_INSPECT_MAP] = "config-pmap",
	[MODE_PARAMETERS] = "config-pmap-p",
	[MODE_MATCH] = "config-pmap-c",
};

static void prompt(struct buf *out)
{
	if (shell.config)
		buf_add(out, "esmtp(%s)# ", prompts[shell.mode]);
	else
		buf_add(out, "esmtp# ");
}

static void list_at_cursor(const char *s, size_t len, struct buf *list)
{
	if (shell.config)
		complete_list(shell.ctl->grammar, shell.mode, s, len, list);
	complete_list(shell.ctl->grammar, MODE_EXEC, s, len, list);
}

/* "?": what may stand here. */
static int on_help(int count, int key)
{
	const char *s = rl_line_buffer ? rl_line_buffer : "";
	size_t len = strlen(s), at = len;
	struct buf list = { 0 };
	const char *p, *lf;

	(void)count;
	(void)key;
	while (at && s[at - 1] != ' ')
		at--;
	list_at_cursor(s, at, &list);
	out_line("?");
	for (p = list.s; p && *p; p = lf + 1) {
		lf = strchr(p, '\n');
		if (!strncmp(p, s + at, len - at) || memchr(p, ' ', (size_t)(lf - p)))
			out_line("  %.*s", (int)(lf - p), p);
	}
	buf_free(&list);
	rl_forced_update_display();
	return 0;
}

struct matches {
	char **v;
	size_t n;
};

static void add_match(const char *word, void *ctx)
{
	struct matches *m = ctx;

	m->v = mem_grow(m->v, (m->n + 3) * sizeof(*m->v));
	m->v[++m->n] = mem_dup(word, strlen(word));
	m->v[m->n + 1] = NULL;
}

/* The beginning that all words have in common. */
static char *common(const struct matches *m)
{
	size_t i, n = strlen(m->v[1]);

	for (i = 2; i <= m->n; i++)
		while (strncmp(m->v[1], m->v[i], n) != 0)
			n--;
	return mem_dup(m->v[1], n);
}

static char **on_tab(const char *text, int from, int to)
{
	struct matches m = { NULL, 0 };
	struct buf list = { 0 };

	(void)to;
	list_at_cursor(rl_line_buffer, (size_t)from, &list);
	complete_words(&list, text, add_match, &m);
	buf_free(&list);
	rl_attempted_completion_over = 1;
	if (m.n)
		m.v[0] = common(&m);
	return m.v;
}

static void put_openers(enum mode mode, struct buf *text, u32 *lines)
{
	if (mode == MODE_GLOBAL)
		return;
	put_openers(mode_parent(mode), text, lines);
	buf_add(text, "%s\n", shell.opener[mode]);
	++*lines;
}

/* The mode, from the innermost one out, that knows the line; MODE_EXEC if none. */
static enum mode knows(const char *s)
{
	struct line line = { .s = s, .len = strlen(s) };
	enum mode mode = shell.mode;
	struct args args;
	struct miss miss;
	bool found;

	for (;;) {
		found = match_line(shell.ctl->grammar, mode, line, &args, &miss);
		match_miss_free(&miss);
		if (found)
			return mode;
		if (mode == mode_parent(mode))
			return MODE_EXEC;
		mode = mode_parent(mode);
	}
}

static void configure(const char *s)
{
	enum mode from = knows(s);
	struct apply how = { .name = "<shell>", .open = true };
	struct buf text = { 0 };

	put_openers(shell.mode, &text, &how.skip);
	buf_add(&text, "%s\n", s);
	if (!apply_lines(shell.ctl, text.s, text.len, &how)) {
		if (how.mode != from && mode_parent(how.mode) == from) {
			free(shell.opener[how.mode]);
			shell.opener[how.mode] = mem_dup(s, strlen(s));
		}
		/* a match has one action: the next line is the map's again */
		shell.mode = how.mode == MODE_MATCH && how.done ?
			     MODE_INSPECT_MAP : how.mode;
	}
	buf_free(&text);
}

static bool leaves(const char *s)
{
	static const char *const words[] = { "exit", "quit", "end", "logout" };
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(words); i++)
		if (!strcmp(s, words[i]))
			return true;
	return false;
}

static void leave(const char *s)
{
	if (!shell.config)
		shell.over = true;
	else if (!strcmp(s, "end") || shell.mode == MODE_GLOBAL)
		shell.config = false;
	shell.mode = strcmp(s, "end") ? mode_parent(shell.mode) : MODE_GLOBAL;
}

static void execute(const char *s)
{
	struct line line = { .s = s, .len = strlen(s) };
	struct args args;
	struct miss miss;

	if (match_line(shell.ctl->grammar, MODE_EXEC, line, &args, &miss)) {
		if (args.cmd->data == EXEC_CONFIGURE) {
			shell.config = true;
			shell.mode = MODE_GLOBAL;
		} else {
			run_exec(shell.ctl, &args);
		}
	} else {
		usage(&miss);
	}
	match_miss_free(&miss);
}

static void one(char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	s[strcspn(s, "\r\n")] = '\0';
	if (!*s || *s == '!')
		return;
	if (!strncmp(s, "do ", 3) && shell.config)
		s += 3;
	if (leaves(s)) {
		leave(s);
		return;
	}
	if (!out_pipe(s)) {
		out_error("expected include or exclude and an expression behind |");
		return;
	}
	if (shell.config && (knows(s) != MODE_EXEC ||
			     !begins_exec(shell.ctl->grammar, s)))
		configure(s);
	else
		execute(s);
	out_pipe_end();
}

static void read_terminal(void)
{
	struct buf text = { 0 };
	char *s;

	rl_readline_name = "esmtp-ctl";
	rl_initialize();
	rl_add_defun("esmtp-help", on_help, '?');
	rl_attempted_completion_function = on_tab;
	using_history();
	while (!shell.over) {
		buf_free(&text);
		prompt(&text);
		s = readline(text.s);
		if (!s)
			break;
		if (*s)
			add_history(s);
		one(s);
		out_flush();
		free(s);
	}
	buf_free(&text);
}

static void read_pipe(void)
{
	char *s = NULL;
	size_t size = 0;

	while (!shell.over && getline(&s, &size, stdin) > 0)
		one(s);
	free(s);
}

/**
 * shell_run() - read commands until there are no more
 * @ctl: the tool
 *
 * Return: exit status.
 */
int shell_run(struct ctl *ctl)
{
	u32 i;

	shell.ctl = ctl;
	shell.mode = MODE_GLOBAL;
	if (isatty(STDIN_FILENO))
		read_terminal();
	else
		read_pipe();
	for (i = 0; i < MODE_MAX; i++)
		free(shell.opener[i]);
	return CTL_OK;
}
