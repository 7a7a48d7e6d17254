// SPDX-License-Identifier: GPL-2.0
/* Command line of esmtp-ctl: options, then one command or configuration. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advise.h"
#include "ctl.h"
#include "dfa.h"
#include "out.h"
#include "replay.h"
#include "startup.h"

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
 * ctl_connect_quietly() - the same as ctl_connect(), and say nothing if it fails
 * @ctl: the tool
 *
 * Return: exit status.
 */
int ctl_connect_quietly(struct ctl *ctl)
{
	if (ctl->nl.sock)
		return CTL_OK;
	if ((ctl->netns && esmtp_nl_enter(&ctl->nl, ctl->netns)) ||
	    esmtp_nl_open(&ctl->nl)) {
		/* a shell goes on, and tries again */
		esmtp_nl_close(&ctl->nl);
		return CTL_ERROR;
	}
	return CTL_OK;
}

/**
 * ctl_connect() - make sure that the socket is open, in the right namespace
 * @ctl: the tool
 *
 * Return: exit status.
 */
int ctl_connect(struct ctl *ctl)
{
	return ctl_connect_quietly(ctl) ? ctl_failed(ctl) : CTL_OK;
}

/**
 * run_apply() - apply, replace
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int run_apply(struct ctl *ctl, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_FILE, 0);
	const struct arg *seconds = args_type(args, TYPE_COUNT, 0);
	char *path = mem_dup(arg->tok.s, arg->tok.len);
	struct apply how = {
		.lenient = args_word(args, "--lenient"),
		.check = args_word(args, "--check"),
		.replace = args_word(args, "replace"),
	};
	int err = CTL_OK;

	ctl->json |= !!args_word(args, "--json");
	if (seconds && !how.check)
		err = confirm_begin(ctl, seconds->value.num);
	if (!err) {
		err = apply_file(ctl, path, &how);
		if (seconds && !how.check)
			confirm_end(ctl, how.changed);
	}
	free(path);
	return err;
}

static int check_quotes(const struct arg *arg)
{
	if (!regex_quote_open(arg))
		return CTL_OK;
	out_error("%s:1:%zu: the quote is not closed", command_line, arg->tok.col);
	return CTL_USAGE;
}

/**
 * test_regex() - test regex
 * @ctl: unused
 * @args: the line
 *
 * Return: exit status.
 */
int test_regex(struct ctl *ctl, const struct args *args)
{
	const struct arg *input = args_type(args, TYPE_INPUT, 0);
	const char *wrong = NULL, *text;
	size_t col, at;
	struct dfa *dfa;
	char *s;

	if (check_quotes(input) || check_quotes(args_type(args, TYPE_REGEX, 0)))
		return CTL_USAGE;
	(void)ctl;
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
 * test_policy() - is a policy what the tests in a file say?
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int test_policy(struct ctl *ctl, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_FILE, 0);
	char *path = mem_dup(arg->tok.s, arg->tok.len);
	int err = policy_test(ctl, path);

	mem_free(path);
	return err;
}

/**
 * set_terminal() - terminal pager; the others are for terminals that are not ours
 * @ctl: unused
 * @args: the line
 *
 * Return: CTL_OK.
 */
int set_terminal(struct ctl *ctl, const struct args *args)
{
	const struct arg *lines = args_type(args, TYPE_LIMIT, 0);

	(void)ctl;
	if (lines && !args_word(args, "width"))
		out_pager(lines->value.num);
	return CTL_OK;
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
 * @name: of where the line stood
 *
 * Return: CTL_USAGE.
 */
int usage(const struct miss *miss, const char *name)
{
	struct buf text = { 0 };

	match_miss_text(miss, &text);
	out_error("%s:1:%zu: %s", name, miss->tok.col, text.s);
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
		err = args.cmd->exec(ctl, &args);
	else if (is_config(ctl, &line, &miss))
		err = apply_text(ctl, command_line, text->s, text->len);
	else
		err = usage(&miss, command_line);
	match_miss_free(&miss);
	return err;
}

static int run_text(struct ctl *ctl, struct buf *text)
{
	int err;

	if (!text->len)
		return CTL_USAGE;
	if (begins_exec(ctl->grammar, text->s) && !out_pipe(text->s)) {
		out_error("%s:1:1: %s", command_line, out_pipe_wrong);
		return CTL_USAGE;
	}
	text->len = strlen(text->s);
	err = run(ctl, text);
	out_pipe_end();
	return err;
}

/*
 * The words of the command line as a line: as they are, or, where that is a command
 * with texts that may have blanks, with quotes around those that have.
 */
static void join_words(struct ctl *ctl, char **words, struct buf *text)
{
	struct buf quoted = { 0 };
	struct line line = { .pos = 0 };
	struct args args;
	struct miss miss;
	const char *q;

	for (; *words; words++) {
		q = **words && (**words == '"' || !strpbrk(*words, " \t")) ?
		    "" : "\"";
		buf_add(text, "%s%s", text->len ? " " : "", *words);
		buf_add(&quoted, "%s%s%s%s", quoted.len ? " " : "", q, *words, q);
	}
	line.s = quoted.s;
	line.len = quoted.len;
	if (match_line(ctl->grammar, MODE_EXEC, line, &args, &miss) &&
	    args_type(&args, TYPE_INPUT, 0)) {
		buf_free(text);
		*text = quoted;
		quoted = (struct buf){ 0 };
	}
	match_miss_free(&miss);
	buf_free(&quoted);
}

static int run_words(struct ctl *ctl, char **words)
{
	struct buf text = { 0 };
	int err;

	ctl->grammar = grammar_compile();
	if (!*words) {
		err = shell_run(ctl);
	} else if (!strcmp(*words, "__option")) {
		err = complete_option(words + 1);
	} else if (!strcmp(*words, "__complete")) {
		err = complete_command(ctl, words + 1);
	} else if (!strcmp(*words, "replay")) {
		err = replay_words(ctl, words);
	} else if (!strcmp(*words, "advise")) {
		err = advise_words(ctl, words);
	} else if (!strcmp(*words, "test") && words[1] && !words[2]) {
		err = policy_test(ctl, words[1]);
	} else {
		join_words(ctl, words, &text);
		err = run_text(ctl, &text);
	}
	pattern_free(ctl->grammar);
	buf_free(&text);
	esmtp_nl_close(&ctl->nl);
	return err;
}

static const struct option planes[] = {
	{ "plane", required_argument, NULL, 'p' },
	{ "netns", required_argument, NULL, 'n' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ "json", no_argument, NULL, 'j' },
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
			out_line("esmtp-ctl %s", ESMTP_VERSION);
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
