// SPDX-License-Identifier: GPL-2.0
/* What may be typed next, from the grammar: for the shell and for bash. */
#include "ctl.h"
#include "out.h"

#include <string.h>
#include <strings.h>

/**
 * complete_list() - what may follow in a mode and in those around it
 * @grammar: automaton of the grammar
 * @mode: the innermost mode
 * @s: what was typed before the word at hand
 * @len: bytes of it
 * @list: gets what may follow, each with a LF, maybe several times
 */
void complete_list(struct pattern *grammar, enum mode mode, const char *s,
		   size_t len, struct buf *list)
{
	struct line line = { .s = s, .len = len };

	for (;;) {
		match_next(grammar, mode, line, list);
		if (mode == mode_parent(mode) || mode == MODE_EXEC)
			return;
		mode = mode_parent(mode);
	}
}

/* Words of the language have no blanks; what describes a value has. */
static bool is_word(const char *s, size_t n)
{
	return n && !memchr(s, ' ', n);
}

/**
 * complete_words() - the words that begin as the one at hand
 * @list: from complete_list()
 * @start: the word so far
 * @fn: called for each, once
 * @ctx: for @fn
 */
void complete_words(const struct buf *list, const char *start,
		    void (*fn)(const char *word, void *ctx), void *ctx)
{
	const char *s = list->s, *lf;
	struct buf seen = { 0 };
	struct buf word = { 0 };

	buf_add(&seen, "\n");
	for (; s && *s; s = lf + 1) {
		lf = strchr(s, '\n');
		if (!is_word(s, (size_t)(lf - s)) ||
		    strncasecmp(s, start, strlen(start)) != 0)
			continue;
		buf_free(&word);
		buf_add(&word, "\n%.*s\n", (int)(lf - s), s);
		if (strstr(seen.s, word.s))
			continue;
		buf_put(&seen, word.s + 1, word.len - 1);
		word.s[word.len - 1] = '\0';
		fn(word.s + 1, ctx);
	}
	buf_free(&word);
	buf_free(&seen);
}

static void print_word(const char *word, void *ctx)
{
	(void)ctx;
	out_line("%s", word);
}

/**
 * complete_command() - __complete WORD...: for the completion of bash
 * @grammar: automaton of the grammar
 * @words: of the command line, the last one being the one at hand
 *
 * Return: exit status.
 */
int complete_command(struct pattern *grammar, char **words)
{
	struct buf text = { 0 }, list = { 0 };
	const char *last = "";

	buf_add(&text, "%s", "");
	for (; *words; words++) {
		if (words[1])
			buf_add(&text, "%s ", *words);
		else
			last = *words;
	}
	complete_list(grammar, MODE_EXEC, text.s, text.len, &list);
	complete_list(grammar, MODE_GLOBAL, text.s, text.len, &list);
	complete_words(&list, last, print_word, NULL);
	buf_free(&text);
	buf_free(&list);
	return CTL_OK;
}
