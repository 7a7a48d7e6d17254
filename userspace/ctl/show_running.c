// SPDX-License-Identifier: GPL-2.0
/* show running-config, the whole of it or objects of one kind. */
#include "ctl.h"
#include "out.h"

#include <string.h>

/* Which blocks of the text are wanted: a line that begins one, and what is below it. */
struct part_of {
	const char *word;		/* its first word, NULL for all */
	const struct arg *name;		/* its name, NULL for any */
};

static bool is_word(const struct token *t, const char *word)
{
	return t->len == strlen(word) && !memcmp(t->s, word, t->len);
}

static bool is_same_token(const struct token *a, const struct token *b)
{
	return a->s && a->len == b->len && !memcmp(a->s, b->s, b->len);
}

/* class-map type inspect esmtp match-all NAME: the name is the last word or the second. */
static bool named(const struct part_of *part, struct line line)
{
	struct token second = { .s = NULL }, last = { .s = NULL }, t;
	u32 n = 0;

	for (t = lexer_next(&line); t.len; t = lexer_next(&line)) {
		last = t;
		if (++n == 2)
			second = t;
	}
	t = part->name->tok;
	return is_same_token(&last, &t) || is_same_token(&second, &t);
}

static bool wanted(const struct part_of *part, const char *s, size_t n)
{
	struct line line = { .s = s, .len = n };
	struct line rest = line;
	struct token first = lexer_next(&rest);

	return is_word(&first, part->word) && (!part->name || named(part, line));
}

static void take_blocks(const struct buf *text, const struct part_of *part,
			struct buf *out)
{
	const char *s = text->s, *lf;
	bool in = false;

	for (; s && *s; s = lf + 1) {
		lf = strchr(s, '\n');
		if (*s != ' ')
			in = wanted(part, s, (size_t)(lf - s));
		if (in)
			buf_put(out, s, (size_t)(lf + 1 - s));
	}
}

static int print_running(struct ctl *ctl, const struct esmtp_running *run,
			 const struct buf *text)
{
	if (ctl->json)
		out_json(json_pack("{s:I, s:o}", "generation",
				   (json_int_t)run->generation,
				   "running-config", out_lines_json(text)));
	else if (!run->generation)
		out_error("esmtp-ctl: nothing is configured in this network namespace");
	else
		out_text(text->s, text->len);
	return CTL_OK;
}

static int show(struct ctl *ctl, bool all, const struct part_of *part)
{
	struct buf text = { 0 }, some = { 0 };
	struct esmtp_running run;
	struct config cfg;
	int err;

	if (ctl_connect(ctl))
		return CTL_ERROR;
	config_init(&cfg);
	err = esmtp_model_get(&ctl->nl, &run) ? ctl_failed(ctl) :
						apply_stored(ctl, &run, &cfg);
	if (!err && run.generation)
		config_print(&cfg, all, &text);
	if (!err && part->word)
		take_blocks(&text, part, &some);
	if (!err)
		err = print_running(ctl, &run, part->word ? &some : &text);
	config_free(&cfg);
	buf_free(&text);
	buf_free(&some);
	esmtp_running_free(&run);
	return err;
}

/**
 * show_running() - show running-config [all], [KIND [NAME]]
 * @ctl: the tool
 * @args: the line, or NULL for all that was configured
 *
 * Return: exit status.
 */
int show_running(struct ctl *ctl, const struct args *args)
{
	struct part_of part = { .word = NULL };
	bool all = args && args_word(args, "all");

	if (args) {
		part.name = args_type(args, TYPE_NAME, 0);
		if (args->n > 2 && !all)
			part.word = args->v[2].word;
	}
	return show(ctl, all, &part);
}
