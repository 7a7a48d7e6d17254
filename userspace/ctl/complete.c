// SPDX-License-Identifier: GPL-2.0
/* What may be typed next, from the grammar: for the shell and for others. */
#include "ctl.h"
#include "out.h"

#include <dirent.h>
#include <string.h>
#include <strings.h>

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

static void add_namespaces(struct buf *list)
{
	DIR *dir = opendir("/run/netns");
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			buf_add(list, "%s\n", entry->d_name);
	if (dir)
		closedir(dir);
}

static void print_word(const char *word, void *ctx)
{
	(void)ctx;
	out_line("%s", word);
}

/**
 * complete_command() - __complete WORD...: for the completion of shells
 * @ctl: the tool
 * @words: of the command line, the last one being the one at hand
 *
 * Return: exit status.
 */
int complete_command(struct ctl *ctl, char **words)
{
	struct buf text = { 0 }, list = { 0 };
	const char *last = "";
	struct line line = { .s = NULL };

	buf_add(&text, "%s", "");
	for (; *words; words++) {
		if (words[1])
			buf_add(&text, "%s ", *words);
		else
			last = *words;
	}
	line.s = text.s;
	line.len = text.len;
	match_next(ctl->grammar, MODE_EXEC, line, &list);
	match_next(ctl->grammar, MODE_GLOBAL, line, &list);
	names_list(ctl, MODE_GLOBAL, text.s, text.len, &list);
	complete_words(&list, last, print_word, NULL);
	buf_free(&text);
	buf_free(&list);
	return CTL_OK;
}

/**
 * complete_option() - __option -n|-p START: what may stand behind an option
 * @words: the option and the word at hand
 *
 * Return: exit status.
 */
int complete_option(char **words)
{
	struct buf list = { 0 };

	if (!words[0])
		return CTL_USAGE;
	if (!strcmp(words[0], "-n") || !strcmp(words[0], "--netns"))
		add_namespaces(&list);
	else
		buf_add(&list, "module\nqueue\n");
	complete_words(&list, words[1] ? words[1] : "", print_word, NULL);
	buf_free(&list);
	return CTL_OK;
}
