// SPDX-License-Identifier: GPL-2.0
/* The shell on a terminal: prompts, help by "?", completion, history, and keys. */
#include "shell.h"
#include "out.h"

#include <editline/readline.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

enum { CTRL_C = 3, CTRL_Z = 26 };

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

static bool interrupted;		/* the line was given up, by a key */
static bool ended;			/* and the modes were, too */

static void prompt(struct buf *out)
{
	if (shell.config)
		buf_add(out, "esmtp(%s)# ", prompts[shell.mode]);
	else
		buf_add(out, "esmtp%s ", shell.user ? ">" : "#");
}

/*
 * What may follow in this mode; where its words make no sense there, in those around
 * it, and last as a command.
 */
static void list_at_cursor(const char *s, size_t len, struct buf *list)
{
	struct line line = { .s = s, .len = len };
	enum mode mode = shell.mode;
	bool empty = strspn(s, " ") >= len;

	if (shell.config) {
		match_next(shell.ctl->grammar, mode, line, list);
		while (!list->len && mode != mode_parent(mode)) {
			mode = mode_parent(mode);
			match_next(shell.ctl->grammar, mode, line, list);
		}
	}
	if (!list->len)
		match_next(shell.ctl->grammar, MODE_EXEC, line, list);
	else if (empty)
		buf_add(list, "end\nshow\n");
	names_list(shell.ctl, mode, s, len, list);
}

/* What describes a value is its meaning; a word has one of its own. */
static void help_line(const char *s, size_t n)
{
	struct buf word = { 0 };
	u32 i;

	buf_add(&word, "%.*s", (int)n, s);
	for (i = 0; i < TYPE_MAX; i++)
		if (!strcmp(types[i].what, word.s))
			break;
	if (i < TYPE_MAX)
		out_line("  %-26s  %s", types[i].name, word.s);
	else if (!strcmp(word.s, "the end of the line"))
		out_line("  <cr>");
	else
		out_line("  %-26s  %s", word.s, word_what(word.s));
	buf_free(&word);
}

static bool seen_before(const struct buf *list, const char *s, size_t n)
{
	const char *p, *lf;

	for (p = list->s; p < s; p = lf + 1) {
		lf = strchr(p, '\n');
		if ((size_t)(lf - p) == n && !memcmp(p, s, n))
			return true;
	}
	return false;
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
		if (!strncasecmp(p, s + at, len - at) && !seen_before(&list, p, (size_t)(lf - p)))
			help_line(p, (size_t)(lf - p));
	}
	buf_free(&list);
	out_flush();
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

/* Ctrl-C gives the line up, Ctrl-Z the modes, too. */
static int on_interrupt(int count, int key)
{
	(void)count;
	interrupted = true;
	ended = key == CTRL_Z;
	rl_done = 1;
	return 0;
}

/* What follows the first byte of a character of UTF-8. */
static wint_t rest_of(unsigned char first)
{
	u32 n = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
	wint_t c = first & (0x3fU >> n);
	unsigned char next;

	for (; n; n--) {
		if (read(STDIN_FILENO, &next, 1) != 1)
			return WEOF;
		c = c << 6 | (next & 0x3fU);
	}
	return c;
}

/* libedit has the terminal send signals: what is typed is keys, Ctrl-C among them. */
static int read_key(FILE *from)
{
	struct termios tty;
	unsigned char c;
	ssize_t n;

	(void)from;
	if (!tcgetattr(STDIN_FILENO, &tty) && tty.c_lflag & ISIG) {
		tty.c_lflag &= ~(tcflag_t)ISIG;
		tcsetattr(STDIN_FILENO, TCSANOW, &tty);
	}
	do {
		n = read(STDIN_FILENO, &c, 1);
	} while (n < 0 && errno == EINTR);
	if (n != 1)
		return -1;
	return c < 0x80 ? c : (int)rest_of(c);
}

/* While a command is carried out it ends that, and not the shell. */
static void on_signal(int sig)
{
	(void)sig;
	esmtp_nl_stop(true);
}

static void begin(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct winsize size;

	sigaction(SIGINT, &action, NULL);


	rl_readline_name = "esmtp-ctl";
	rl_getc_function = read_key;
	rl_initialize();
	rl_add_defun("esmtp-help", on_help, '?');
	rl_add_defun("esmtp-interrupt", on_interrupt, CTRL_C);
	rl_add_defun("esmtp-end", on_interrupt, CTRL_Z);
	rl_attempted_completion_function = on_tab;
	using_history();
	if (isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) &&
	    size.ws_row > 2)
		out_pager(size.ws_row - 1U);
}

static void give_up(void)
{
	out_line("%s", ended ? "^Z" : "^C");
	if (ended)
		shell.config = false;
	if (ended)
		shell.mode = MODE_GLOBAL;
	interrupted = false;
	ended = false;
}

static void take_line(char *s)
{
	if (*s)
		add_history(s);
	esmtp_nl_stop(false);
	shell_line(s);
	/* what was not read of the answer must not be taken for the next one's */
	if (esmtp_nl_stopped())
		esmtp_nl_close(&shell.ctl->nl);
}

/**
 * terminal_read() - read lines from the terminal until the shell is left
 */
void terminal_read(void)
{
	struct buf text = { 0 };
	char *s;

	begin();
	while (!shell.over) {
		buf_free(&text);
		prompt(&text);
		s = readline(text.s);
		if (!s && !interrupted)
			break;
		if (interrupted)
			give_up();
		else
			take_line(s);
		out_flush();
		free(s);
	}
	out_pager(0);
	buf_free(&text);
}
