// SPDX-License-Identifier: GPL-2.0
#include "reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
 * reader_init() - get ready to read a text
 * @rd: the reader
 * @cfg: the configuration to change
 * @grammar: automaton of the grammar
 * @name: of the text, for messages; stays in use
 */
void reader_init(struct reader *rd, struct config *cfg,
		 struct pattern *grammar, const char *name)
{
	memset(rd, 0, sizeof(*rd));
	rd->cfg = cfg;
	rd->grammar = grammar;
	rd->name = name;
	rd->mode = MODE_GLOBAL;
	lenient_init(&rd->lenient);
}

/**
 * reader_free() - free what a reader said
 * @rd: the reader; the configuration is not touched
 */
void reader_free(struct reader *rd)
{
	buf_free(&rd->error);
	buf_free(&rd->notices);
	lenient_free(&rd->lenient);
}

static void vadd(struct buf *out, const char *fmt, va_list ap)
{
	char text[512];

	vsnprintf(text, sizeof(text), fmt, ap);
	buf_put(out, text, strlen(text));
}

/**
 * reader_fail() - say what is wrong with the line at hand
 * @rd: the reader
 * @col: column
 * @fmt: as for printf()
 *
 * Return: -1.
 */
int reader_fail(struct reader *rd, size_t col, const char *fmt, ...)
{
	va_list ap;

	buf_free(&rd->error);
	buf_add(&rd->error, "%s:%u:%zu: ", rd->name, rd->line, col);
	va_start(ap, fmt);
	vadd(&rd->error, fmt, ap);
	va_end(ap);
	return -1;
}

/**
 * reader_notice() - say what the operator should know of the line at hand
 * @rd: the reader
 * @fmt: as for printf()
 */
void reader_notice(struct reader *rd, const char *fmt, ...)
{
	va_list ap;

	buf_add(&rd->notices, "%s:%u: notice: ", rd->name, rd->line);
	va_start(ap, fmt);
	vadd(&rd->notices, fmt, ap);
	va_end(ap);
	buf_add(&rd->notices, "\n");
}

/**
 * reader_name() - make a string of a name
 * @arg: the name; at most 40 characters, as its type promises
 * @buf: where to, ESMTP_NAME_LEN bytes
 * @size: bytes of @buf
 *
 * Return: @buf.
 */
const char *reader_name(const struct arg *arg, char *buf, size_t size)
{
	size_t n = arg->tok.len < size ? arg->tok.len : size - 1;

	memcpy(buf, arg->tok.s, n);
	buf[n] = '\0';
	return buf;
}

/**
 * reader_describe() - carry out "description TEXT" or "no description"
 * @text: where the description is kept
 * @args: the line
 */
void reader_describe(char **text, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_TEXT, 0);

	free(*text);
	*text = arg ? mem_dup(arg->tok.s, arg->tok.len) : NULL;
}

/**
 * mode_parent() - the mode that a mode was entered from
 * @mode: the mode
 *
 * Return: its parent; the global mode's is itself.
 */
enum mode mode_parent(enum mode mode)
{
	static const u8 parents[MODE_MAX] = {
		[MODE_EXEC] = MODE_GLOBAL,
		[MODE_GLOBAL] = MODE_GLOBAL,
		[MODE_CLASS_MAP] = MODE_GLOBAL,
		[MODE_REGEX_CLASS] = MODE_GLOBAL,
		[MODE_INSPECT_CLASS] = MODE_GLOBAL,
		[MODE_NETWORK_OBJECT] = MODE_GLOBAL,
		[MODE_SERVICE_OBJECT] = MODE_GLOBAL,
		[MODE_NETWORK_GROUP] = MODE_GLOBAL,
		[MODE_SERVICE_GROUP] = MODE_GLOBAL,
		[MODE_PORT_GROUP] = MODE_GLOBAL,
		[MODE_PROTOCOL_GROUP] = MODE_GLOBAL,
		[MODE_POLICY_MAP] = MODE_GLOBAL,
		[MODE_POLICY_CLASS] = MODE_POLICY_MAP,
		[MODE_INSPECT_MAP] = MODE_GLOBAL,
		[MODE_PARAMETERS] = MODE_INSPECT_MAP,
		[MODE_MATCH] = MODE_INSPECT_MAP,
	};

	return (enum mode)parents[mode];
}

/**
 * reader_mode() - set the mode of what follows
 * @rd: the reader
 * @mode: the mode
 *
 * Return: 0, or -1 if something in the old mode was left unfinished.
 */
int reader_mode(struct reader *rd, enum mode mode)
{
	if (rd->mode == MODE_MATCH && mode != MODE_MATCH && !rd->rule_done) {
		rd->line = rd->rule_line;
		return reader_fail(rd, rd->rule_col,
				   "match without an action: expected drop-connection, log or another one on the line below");
	}
	rd->mode = mode;
	return 0;
}

static int miss_fail(struct reader *rd, const struct miss *miss)
{
	struct buf text = { 0 };

	match_miss_text(miss, &text);
	reader_fail(rd, miss->tok.col, "%s", text.s);
	buf_free(&text);
	rd->syntax = true;
	return -1;
}

/* Keep the miss that got further; equal ones expected different words. */
static void keep(struct miss *best, struct miss *miss)
{
	if (miss->depth > best->depth) {
		match_miss_free(best);
		*best = *miss;
		return;
	}
	if (miss->depth == best->depth && miss->depth && !best->what.len &&
	    !miss->what.len)
		match_miss_merge(best, miss);
	match_miss_free(miss);
}

/* The innermost mode that knows the line has it. */
static int read_line(struct reader *rd, const struct line *line)
{
	struct miss best = { 0 }, miss;
	enum mode mode = rd->mode;
	struct args args;
	int err;

	while (!match_line(rd->grammar, mode, *line, &args, &miss)) {
		if (mode == rd->mode)
			best = miss;
		else
			keep(&best, &miss);
		if (mode == mode_parent(mode)) {
			err = lenient_skip(rd, line) ? 0 : miss_fail(rd, &best);
			match_miss_free(&best);
			return err;
		}
		mode = mode_parent(mode);
	}
	match_miss_free(&miss);
	match_miss_free(&best);
	err = reader_mode(rd, mode);
	return err ? err : args.cmd->run(rd, &args);
}

/**
 * reader_text() - apply lines to the configuration
 * @rd: the reader
 * @text: the lines
 * @len: bytes of @text
 *
 * After an error the configuration is partly changed: it is to be thrown away.
 *
 * Return: 0, or -1 with @error set.
 */
int reader_text(struct reader *rd, const char *text, size_t len)
{
	struct line line;
	size_t n, bad;

	for (; len; text += n, len -= n) {
		n = lexer_line(text, len, &line);
		rd->line++;
		bad = lexer_invalid(&line);
		if (bad)
			return reader_fail(rd, bad, "expected printable UTF-8 text");
		if (lexer_comment(&line))
			continue;
		if (lenient_inside(&rd->lenient, &line) ?
		    lenient_check(rd, &line) : read_line(rd, &line))
			return -1;
	}
	if (rd->lenient.on && lenient_prune(rd))
		return -1;
	return rd->open ? 0 : reader_mode(rd, MODE_GLOBAL);
}
