// SPDX-License-Identifier: GPL-2.0
/*
 * Whole configurations with one keyword misspelt, left out or said twice. What comes out
 * is an error, or something that is told as not done, or no weaker than it was: each
 * connection of the case is inspected with a map that lacks no line, and each limit
 * stands. A line that is as good a line as before says something else, and is skipped.
 */
#include <lib/model.h>

#include "cases.h"

#include <stdlib.h>
#include <string.h>

/* A configuration that was read and compiled. */
struct outcome {
	struct config cfg;
	struct esmtp_policy policy;
	bool refused;
	bool told;
};

static void read_whole(struct pattern *pattern, const struct buf *text,
		       struct outcome *o)
{
	struct reader rd;

	memset(o, 0, sizeof(*o));
	config_init(&o->cfg);
	config_clear(&o->cfg);
	reader_init(&rd, &o->cfg, pattern, "m");
	rd.lenient.on = true;
	rd.whole = true;
	o->refused = reader_text(&rd, text->s, text->len) ||
		     config_compile(&o->cfg, &o->policy);
	o->told = rd.lenient.n[PASSED_UNDONE];
	reader_free(&rd);
}

static void outcome_free(struct outcome *o)
{
	esmtp_model_free(&o->policy);
	config_free(&o->cfg);
}

static bool at_most(u32 now, u32 before)
{
	return !before || (now && now <= before);
}

/* Every line of a map is there still. */
static bool map_stands(struct outcome *was, struct outcome *is, const char *name)
{
	struct inspect_map *a = config_map_find(&was->cfg, name);
	struct inspect_map *b = config_map_find(&is->cfg, name);
	struct buf old = { 0 }, new = { 0 };
	const char *s, *lf;
	bool stands = b;
	char *line;

	config_print_map(&old, a, true);
	if (b)
		config_print_map(&new, b, true);
	for (s = old.s; stands && *s; s = lf + 1) {
		lf = strchr(s, '\n');
		line = mem_dup(s, (size_t)(lf + 1 - s));
		stands = strstr(new.s, line);
		free(line);
	}
	buf_free(&old);
	buf_free(&new);
	return stands;
}

static bool inspection_stands(struct outcome *was, struct outcome *is,
			      const struct esmtp_flowspec *f)
{
	struct esmtp_class_result a = esmtp_classify(&was->policy, f);
	struct esmtp_class_result b = esmtp_classify(&is->policy, f);
	const char *map, *now;

	if (a.verdict != ESMTP_CLASSIFY_INSPECT)
		return true;
	if (b.verdict != ESMTP_CLASSIFY_INSPECT)
		return false;
	map = was->policy.maps[was->policy.binds[a.bind].map].name;
	now = is->policy.maps[is->policy.binds[b.bind].map].name;
	return !strcmp(map, now) && map_stands(was, is, map);
}

static bool limits_stand(struct outcome *was, struct outcome *is,
			 const struct esmtp_flowspec *f)
{
	u32 a = esmtp_classify_limits(&was->policy, f);
	u32 b = esmtp_classify_limits(&is->policy, f);
	const struct esmtp_set *old, *new;

	if (a == ESMTP_NONE)
		return true;
	if (b == ESMTP_NONE)
		return false;
	old = &was->policy.binds[a].set;
	new = &is->policy.binds[b].set;
	return at_most(new->conn_max, old->conn_max) &&
	       at_most(new->embryonic_max, old->embryonic_max) &&
	       at_most(new->client_max, old->client_max) &&
	       at_most(new->client_embryonic_max, old->client_embryonic_max);
}

static bool statics_stand(const struct outcome *was, const struct outcome *is)
{
	const struct esmtp_limit *old;
	u32 i, at;

	for (i = 0; i < was->policy.nlimits; i++) {
		old = &was->policy.limits[i];
		at = esmtp_limit_find(&is->policy, old->family, &old->host,
				      old->port);
		if (at == ESMTP_NONE ||
		    !at_most(is->policy.limits[at].conn_max, old->conn_max) ||
		    !at_most(is->policy.limits[at].embryonic_max,
			     old->embryonic_max))
			return false;
	}
	return true;
}

static bool no_weaker(struct outcome *was, struct outcome *is,
		      const struct buf *flows)
{
	const char *s, *lf;
	struct flow_line f;
	bool good = statics_stand(was, is);

	for (s = flows->s; good && s && *s; s = lf + 1) {
		lf = strchr(s, '\n');
		good = flow_read(s, &f) && inspection_stands(was, is, &f.spec) &&
		       limits_stand(was, is, &f.spec);
	}
	return good;
}

/* Is it a line of some mode, in whole words? */
static bool known(struct pattern *pattern, const struct line *line,
		  struct args *args)
{
	bool found = false;
	struct miss miss;
	u32 mode;

	pattern->whole = true;
	for (mode = MODE_GLOBAL; !found && mode < MODE_MAX; mode++) {
		found = match_line(pattern, mode, *line, args, &miss);
		match_miss_free(&miss);
	}
	pattern->whole = false;
	return found;
}

enum { LEFT_OUT, TWICE, CHANGED, SWAPPED, SHORTER, LONGER, MUTATIONS };

static void mutate(const struct token *t, u32 how, struct buf *to)
{
	char *word = mem_dup(t->s, t->len);
	size_t at = t->len / 2;
	char c = word[at];

	switch (how) {
	case TWICE:
		buf_add(to, "%s %s", word, word);
		break;
	case CHANGED:
		word[at] = c == 'x' ? 'y' : 'x';
		buf_add(to, "%s", word);
		break;
	case SWAPPED:
		word[at] = at ? word[at - 1] : c;
		word[at ? at - 1 : 0] = c;
		buf_add(to, "%s", word);
		break;
	case SHORTER:
		buf_add(to, "%.*s%s", (int)at, word, word + at + 1);
		break;
	case LONGER:
		buf_add(to, "%.*s%c%s", (int)at, word, c, word + at);
		break;
	default:
		break;
	}
	free(word);
}

/* A case that is being mutated. */
struct work {
	struct pattern *pattern;
	const char *file;
	const struct test_case *c;
	const struct buf *text;
	struct outcome was;
	u32 tried, failed;
};

/* The text with one word of one line in another form. */
static void try(struct work *w, const struct line *line, const struct token *t,
		u32 how)
{
	size_t before = (size_t)(t->s - w->text->s);
	struct line changed = { .s = NULL };
	struct buf word = { 0 }, text = { 0 };
	struct outcome is;
	struct args args;

	mutate(t, how, &word);
	buf_put(&text, w->text->s, before);
	buf_add(&text, "%s", word.s ? word.s : "");
	buf_add(&text, "%s", t->s + t->len);
	changed.s = text.s + (line->s - w->text->s);
	changed.len = strcspn(changed.s, "\n");
	buf_free(&word);
	if (lexer_comment(&changed) || known(w->pattern, &changed, &args)) {
		buf_free(&text);
		return;
	}
	read_whole(w->pattern, &text, &is);
	w->tried++;
	if (!is.refused && !is.told &&
	    !no_weaker(&w->was, &is, &w->c->section[SECTION_FLOWS])) {
		printf("not ok %s: %s: weaker, and nothing said: %.*s\n", w->file,
		       w->c->name, (int)changed.len, changed.s);
		w->failed++;
	}
	outcome_free(&is);
	buf_free(&text);
}

static void try_line(struct work *w, const struct line *line)
{
	struct args args;
	u32 i, how;

	if (lexer_comment(line) || !known(w->pattern, line, &args))
		return;
	for (i = 0; i < args.n; i++)
		for (how = 0; args.v[i].word && how < MUTATIONS; how++)
			try(w, line, &args.v[i].tok, how);
}

/**
 * mutate_case() - misspell the words of a whole configuration, one by one
 * @pattern: the grammar
 * @file: where the case stands, for messages
 * @c: the case
 *
 * Return: how many mutations weaken it in silence.
 */
u32 mutate_case(struct pattern *pattern, const char *file,
		const struct test_case *c)
{
	struct work w = { .pattern = pattern, .file = file, .c = c };
	struct buf text = { 0 };
	struct line line;
	size_t n, len;
	char *s;

	case_unescape(&c->section[SECTION_LINES], &text);
	w.text = &text;
	read_whole(pattern, &text, &w.was);
	for (s = text.s, len = text.len; len; s += n, len -= n) {
		n = lexer_line(s, len, &line);
		try_line(&w, &line);
	}
	printf("%s %s: %s: %u mutations\n", w.failed || !w.tried ? "not ok" : "ok",
	       file, c->name, w.tried);
	outcome_free(&w.was);
	buf_free(&text);
	return w.failed + !w.tried;
}
