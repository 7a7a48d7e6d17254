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
	list_init(&rd->late);
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
	reader_late_free(rd);
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
 * @arg: the name; as long as its type allows
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

static const char odd_text[] = "expected printable UTF-8 text";

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

/* A line that no mode knows: an error, unless it may be passed over. */
static int unknown(struct reader *rd, const struct line *line,
		   const struct miss *miss)
{
	int err = lenient_miss(rd, line, miss);

	if (err <= 0)
		return err;
	return rd->odd ? reader_fail(rd, rd->odd, "%s", odd_text) :
			 miss_fail(rd, miss);
}

/* Bytes of other character sets are text, which nothing depends on, or an error. */
static bool odd_is_text(const struct reader *rd, const struct args *args)
{
	const struct arg *text = args_type(args, TYPE_TEXT, 0);

	return !rd->odd ||
	       (!rd->control && text && rd->odd >= text->tok.col);
}

static int carry_out(struct reader *rd, const struct line *line,
		     const struct args *args, enum mode mode)
{
	if (!odd_is_text(rd, args))
		return reader_fail(rd, rd->odd, "%s", odd_text);
	if (reader_mode(rd, mode))
		return -1;
	if (mode == MODE_GLOBAL)
		rd->lenient.base = lexer_column(line) - 1;
	if (!args->cmd->run(rd, args) || lenient_fail(rd, args))
		return 0;
	return -1;
}

/* The innermost mode that knows the line has it; false if none does. */
static bool find_mode(struct reader *rd, const struct line *line,
		      struct args *args, enum mode *mode, struct miss *best)
{
	struct miss miss;

	memset(best, 0, sizeof(*best));
	*mode = rd->mode;
	while (!match_line(rd->grammar, *mode, *line, args, &miss)) {
		if (*mode == rd->mode)
			*best = miss;
		else
			keep(best, &miss);
		if (*mode == mode_parent(*mode))
			return false;
		*mode = mode_parent(*mode);
	}
	match_miss_free(&miss);
	return true;
}

/* Without the words in it that are not ours a line may be one of ours. */
static bool read_trimmed(struct reader *rd, const struct line *line, int *err)
{
	struct line trimmed = { .len = line->len };
	struct buf copy = { 0 };
	struct miss miss = { 0 };
	struct args args;
	enum mode mode;
	bool is = false;

	if (lenient_trim(rd, line, &copy)) {
		trimmed.s = copy.s;
		is = !lenient_hollow(&trimmed) &&
		     find_mode(rd, &trimmed, &args, &mode, &miss);
		match_miss_free(&miss);
	}
	if (is)
		*err = carry_out(rd, &trimmed, &args, mode);
	if (is && !*err)
		lenient_trimmed(rd, line);
	buf_free(&copy);
	return is;
}

static int read_line(struct reader *rd, const struct line *line)
{
	struct miss miss;
	struct args args;
	enum mode mode;
	int err;

	if (find_mode(rd, line, &args, &mode, &miss))
		err = carry_out(rd, line, &args, mode);
	else if (!read_trimmed(rd, line, &err))
		err = unknown(rd, line, &miss);
	match_miss_free(&miss);
	return err;
}

/* A line with bytes that are not UTF-8, or with control characters. */
static int read_odd(struct reader *rd, const struct line *line, size_t bad)
{
	struct buf copy = { 0 };
	struct line clean = { .s = NULL };
	int err;

	lexer_transcode(line, &copy);
	clean.s = copy.s;
	clean.len = copy.len;
	rd->odd = bad;
	rd->control = lexer_invalid(&clean);
	err = read_line(rd, &clean);
	rd->odd = 0;
	buf_free(&copy);
	return err;
}

static int read_any(struct reader *rd, const struct line *line)
{
	size_t bad;

	rd->line++;
	if (lexer_comment(line))
		return 0;
	if (rd->lenient.on && !lenient_inside(rd, line))
		return 0;
	bad = lexer_invalid(line);
	return bad ? read_odd(rd, line, bad) : read_line(rd, line);
}

static bool named(const void *cfg, const struct token *t, struct value *v)
{
	const struct addr_name *name = config_name_find(cfg, t->s, t->len);

	if (!name)
		return false;
	v->addr = name->addr;
	v->family = name->family;
	return true;
}

static int read_lines(struct reader *rd, const char *text, size_t len)
{
	struct line line;
	size_t n = lexer_bom(text, len);

	for (text += n, len -= n; len; text += n, len -= n) {
		n = lexer_line(text, len, &line);
		if (read_any(rd, &line))
			return -1;
	}
	return 0;
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
	int err;

	/* a firewall prints whole words; what others are short for is another's */
	rd->grammar->whole = rd->lenient.on;
	rd->grammar->named = named;
	rd->grammar->names = rd->cfg;
	err = read_lines(rd, text, len);
	rd->grammar->named = NULL;
	rd->grammar->whole = false;
	if (err)
		return err;
	if (!rd->open && reader_mode(rd, MODE_GLOBAL))
		return -1;
	return reader_end(rd);
}
