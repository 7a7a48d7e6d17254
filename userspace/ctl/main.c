// SPDX-License-Identifier: GPL-2.0
/* Command line of esmtp-ctl: options, then one command or configuration. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "dfa.h"
#include "out.h"

static const char command_line[] = "<command line>";

/**
 * ctl_failed() - print what the socket says went wrong
 * @ctl: the tool
 *
 * Return: CTL_ERROR.
 */
int ctl_failed(const struct ctl *ctl)
{
	out_error("esmtp-ctl: %s", ctl->nl.error);
	return CTL_ERROR;
}

/**
 * ctl_connect() - make sure that the socket is open, in the right namespace
 * @ctl: the tool
 *
 * Return: exit status.
 */
int ctl_connect(struct ctl *ctl)
{
	if (ctl->nl.sock)
		return CTL_OK;
	if ((ctl->netns && esmtp_nl_enter(&ctl->nl, ctl->netns)) ||
	    esmtp_nl_open(&ctl->nl)) {
		/* a shell goes on, and tries again */
		esmtp_nl_close(&ctl->nl);
		return ctl_failed(ctl);
	}
	return CTL_OK;
}

static int run_apply(struct ctl *ctl, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_FILE, 0);
	char *path = mem_dup(arg->tok.s, arg->tok.len);
	int err = apply_file(ctl, path, args_word(args, "--lenient"));

	free(path);
	return err;
}

static int test_regex(const struct args *args)
{
	const struct arg *input = args_type(args, TYPE_INPUT, 0);
	const char *wrong = NULL, *text;
	size_t col, at;
	struct dfa *dfa;
	char *s;

	s = regex_unquote(args_type(args, TYPE_REGEX, 0), &col);
	text = s;
	dfa = dfa_compile(&text, 1, &wrong, &at);
	free(s);
	if (!dfa) {
		out_error("%s:1:%zu: %s", command_line, col + at, wrong);
		return CTL_ERROR;
	}
	s = regex_unquote(input, &col);
	out_line("INFO: Regular expression match %s.",
		 dfa_find(dfa, s, strlen(s)) ? "succeeded" : "failed");
	free(s);
	dfa_free(dfa);
	return CTL_OK;
}

/**
 * run_exec() - carry out a command that is no line of configuration
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int run_exec(struct ctl *ctl, const struct args *args)
{
	switch ((enum exec)args->cmd->data) {
	case EXEC_APPLY:
		return run_apply(ctl, args);
	case EXEC_SHOW_RUNNING:
		return show_running(ctl, args_word(args, "all"));
	case EXEC_SHOW_SERVICE:
		return show_service(ctl, args);
	case EXEC_SHOW_CONN:
		return show_conn(ctl);
	case EXEC_SHOW_FLOW:
		return show_flow(ctl, args);
	case EXEC_SHOW_ACL:
		return show_acls(ctl, args);
	case EXEC_SHOW_CLASS:
		return show_objects(ctl, "class-map");
	case EXEC_SHOW_POLICY:
		return show_objects(ctl, "policy-map");
	case EXEC_SHOW_DROP:
		return show_drops(ctl);
	case EXEC_SHOW_NAT:
		return show_nat(ctl);
	case EXEC_SHOW_METRICS:
		return show_metrics(ctl);
	case EXEC_CLEAR_SERVICE:
		return clear_service(ctl);
	case EXEC_CLEAR_HITS:
		return clear_hits(ctl, args);
	case EXEC_MONITOR:
		return monitor(ctl, args);
	case EXEC_WHY:
		return why(ctl, args);
	case EXEC_TEST_REGEX:
		return test_regex(args);
	case EXEC_CONFIGURE:
		return CTL_OK;
	case EXEC_HELP:
		help_all();
		return CTL_OK;
	}
	return CTL_USAGE;
}

/*
 * Is the first line one of configuration, as far as words can tell? If not,
 * what it could have begun with is added to @exec.
 */
static bool is_config(struct ctl *ctl, const struct line *line,
		      struct miss *exec)
{
	struct args args;
	struct miss miss;
	bool is = match_line(ctl->grammar, MODE_GLOBAL, *line, &args, &miss) ||
		  miss.depth > exec->depth;

	if (!is && miss.depth == exec->depth && !miss.what.len)
		match_miss_merge(exec, &miss);
	match_miss_free(&miss);
	return is;
}

/**
 * begins_exec() - is the first word one of a command?
 * @grammar: automaton of the grammar
 * @s: the line
 *
 * Return: false if it is of no command that is no line of configuration.
 */
bool begins_exec(struct pattern *grammar, const char *s)
{
	struct line line = { .s = s, .len = strcspn(s, " ") };
	struct buf list = { 0 };
	bool is;

	match_next(grammar, MODE_EXEC, line, &list);
	is = list.len;
	buf_free(&list);
	return is;
}

/**
 * usage() - say why a line is no command
 * @miss: from match_line()
 *
 * Return: CTL_USAGE.
 */
int usage(const struct miss *miss)
{
	struct buf text = { 0 };

	match_miss_text(miss, &text);
	out_error("%s:1:%zu: %s", command_line, miss->tok.col, text.s);
	out_error("'esmtp-ctl help' prints all commands");
	buf_free(&text);
	return CTL_USAGE;
}

static int run(struct ctl *ctl, const struct buf *text)
{
	struct line line;
	struct args args;
	struct miss miss;
	int err;

	lexer_line(text->s, text->len, &line);
	if (match_line(ctl->grammar, MODE_EXEC, line, &args, &miss))
		err = run_exec(ctl, &args);
	else if (is_config(ctl, &line, &miss))
		err = apply_text(ctl, command_line, text->s, text->len, false);
	else
		err = usage(&miss);
	match_miss_free(&miss);
	return err;
}

static int run_text(struct ctl *ctl, struct buf *text)
{
	int err;

	if (!text->len)
		return CTL_USAGE;
	if (!out_pipe(text->s)) {
		out_error("%s:1:1: expected include or exclude and an expression behind |",
			  command_line);
		return CTL_USAGE;
	}
	text->len = strlen(text->s);
	err = run(ctl, text);
	out_pipe_end();
	return err;
}

static int run_words(struct ctl *ctl, char **words)
{
	struct buf text = { 0 };
	int err;

	ctl->grammar = grammar_compile();
	if (!*words) {
		err = shell_run(ctl);
	} else if (!strcmp(*words, "__complete")) {
		err = complete_command(ctl->grammar, words + 1);
	} else {
		for (; *words; words++)
			buf_add(&text, "%s%s", text.len ? " " : "", *words);
		err = run_text(ctl, &text);
	}
	pattern_free(ctl->grammar);
	buf_free(&text);
	esmtp_nl_close(&ctl->nl);
	return err;
}

static const struct option planes[] = {
	{ "plane", required_argument, NULL, 'p' },
	{ NULL, 0, NULL, 0 },
};

int main(int argc, char **argv)
{
	struct ctl ctl = { 0 };
	int opt, err;

	while ((opt = getopt_long(argc, argv, "+jn:p:Vh", planes, NULL)) != -1) {
		switch (opt) {
		case 'p':
			ctl.nl.plane = optarg;
			if (!esmtp_nl_is_plane(optarg)) {
				out_error("esmtp-ctl: a plane is module, queue or queue:SOCKET");
				return CTL_USAGE;
			}
			break;
		case 'j':
			ctl.json = true;
			break;
		case 'n':
			ctl.netns = optarg;
			break;
		case 'V':
			out_line("esmtp-ctl %s", CTL_VERSION);
			return out_end();
		case 'h':
			help_usage();
			return out_end();
		default:
			out_error("Usage: esmtp-ctl [-j] [-n NETNS] [-p PLANE] COMMAND, or esmtp-ctl -h");
			return CTL_USAGE;
		}
	}
	err = run_words(&ctl, argv + optind);
	return out_end() && !err ? CTL_ERROR : err;
}
