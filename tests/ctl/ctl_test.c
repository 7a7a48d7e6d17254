// SPDX-License-Identifier: GPL-2.0
/*
 * Golden tests of the configuration language, without a kernel: files of cases
 * are read, applied to objects and compared. See cases.h for their form.
 *
 *	ctl_test FILE...	run the cases
 *	ctl_test -w FILE	print the file with results put in, for review
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lib/model.h>
#include <ctl/ctl.h>

#include "cases.h"

static struct pattern *pattern;

/* Names of interfaces that there are, each with LF, or NULL. */
static const char *interfaces;

static bool has_interface(const char *name)
{
	char line[ESMTP_IFNAME_LEN + 1];

	snprintf(line, sizeof(line), "%s\n", name);
	return strstr(interfaces, line);
}

/* What has nothing of ours is a section of its own: there is much of it. */
static void split_passed(const struct reader *rd, struct result *r)
{
	struct buf all = { 0 };
	const char *s, *lf;
	bool foreign;

	lenient_summary(rd, &all);
	for (s = all.s; s && *s; s = lf + 1) {
		lf = strchr(s, '\n');
		foreign = strstr(s, ": nothing of ours: ") &&
			  strstr(s, ": nothing of ours: ") < lf;
		buf_put(&r->got[foreign ? SECTION_PASSED : SECTION_NOTICES], s,
			(size_t)(lf + 1 - s));
	}
	buf_free(&all);
}

/* Read a text on top of a configuration; what is said of it goes to @r. */
static int read_text(struct config *cfg, const char *name,
		     const struct buf *text, const struct test_case *c,
		     struct result *r)
{
	struct reader rd;
	int err;

	reader_init(&rd, cfg, pattern, name);
	rd.lenient.on = c && c->lenient;
	rd.whole = c && c->replace;
	rd.has_interface = interfaces ? has_interface : NULL;
	err = reader_text(&rd, text->s ? text->s : "", text->len);
	if (err && r)
		buf_add(c ? &r->got[SECTION_ERROR] : &r->why, "%s\n",
			rd.error.s);
	if (!err && c && rd.notices.len)
		buf_put(&r->got[SECTION_NOTICES], rd.notices.s, rd.notices.len);
	if (!err && c)
		split_passed(&rd, r);
	reader_free(&rd);
	return err;
}

static bool same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && (!a->len || !memcmp(a->s, b->s, a->len));
}

/* What is printed gives the same again when it is read on top of @on. */
static const char *reread(struct config *on, const struct buf *text)
{
	struct buf again = { 0 };
	const char *wrong = NULL;

	if (read_text(on, "printed", text, NULL, NULL))
		wrong = "what was printed cannot be read";
	else
		config_print(on, false, &again);
	if (!wrong && !same(text, &again))
		wrong = "what was printed reads as something else";
	buf_free(&again);
	return wrong;
}

/* The same on top of nothing: what is saved is read by replace. */
static const char *reread_whole(const struct buf *text)
{
	static const struct test_case whole = { .replace = true };
	struct buf again = { 0 };
	const char *wrong = NULL;
	struct config cfg;
	struct result r;

	memset(&r, 0, sizeof(r));
	config_init(&cfg);
	config_clear(&cfg);
	if (read_text(&cfg, "saved", text, &whole, &r))
		wrong = "what was printed cannot be saved";
	else
		config_print(&cfg, false, &again);
	if (!wrong && !same(text, &again))
		wrong = "what was printed is something else when it was saved";
	config_free(&cfg);
	buf_free(&again);
	result_free(&r);
	return wrong;
}

static const char *round_trip(struct config *cfg, const struct buf *text)
{
	struct config fresh;
	const char *wrong;

	config_init(&fresh);
	wrong = reread(&fresh, text);
	if (!wrong)
		wrong = reread(&fresh, text);
	config_free(&fresh);
	if (!wrong)
		wrong = reread_whole(text);
	return wrong ? wrong : reread(cfg, text);
}

static void compare(const char *what, const struct buf *want,
		    const struct buf *got, struct buf *why)
{
	if (same(want, got))
		return;
	buf_add(why, "%s: wanted\n%sgot\n%s", what, want->s ? want->s : "",
		got->s ? got->s : "");
}

static void compiled(struct config *cfg, const struct test_case *c,
		     struct result *r)
{
	const char *wrong = config_compile(cfg, &r->policy);

	if (wrong && cfg->wrong.name)
		buf_add(&r->got[SECTION_ERROR], "%s:%u: %s\n", cfg->wrong.name,
			cfg->wrong.line, wrong);
	else if (wrong)
		buf_add(&r->why, "does not compile: %s\n", wrong);
	else
		flows_run(&r->policy, &c->section[SECTION_FLOWS],
			  &r->got[SECTION_FLOWS]);
	if (!wrong)
		limits_print(&r->policy, &r->got[SECTION_LIMITS]);
	esmtp_model_free(&r->policy);
}

static void run_case(const struct test_case *c, struct result *r)
{
	struct buf lines = { 0 }, text = { 0 };
	const char *wrong;
	struct config cfg;

	config_init(&cfg);
	case_unescape(&c->section[SECTION_LINES], &lines);
	if (read_text(&cfg, "base", &c->section[SECTION_BASE], NULL, r))
		goto out;
	if (c->replace)
		config_clear(&cfg);
	interfaces = c->section[SECTION_INTERFACES].s;
	if (read_text(&cfg, "t", &lines, c, r))
		goto out;
	config_print(&cfg, c->all, &r->got[SECTION_TEXT]);
	config_print(&cfg, false, &text);
	config_print_nat(&cfg, &r->got[SECTION_NAT]);
	compiled(&cfg, c, r);
	wrong = round_trip(&cfg, &text);
	if (wrong)
		buf_add(&r->why, "%s:\n%s", wrong, text.s);
out:
	interfaces = NULL;
	buf_free(&lines);
	buf_free(&text);
	config_free(&cfg);
}

static bool check_case(const char *file, const struct test_case *c)
{
	struct result r;
	bool ok;
	u32 i;

	memset(&r, 0, sizeof(r));
	run_case(c, &r);
	for (i = SECTION_TEXT; i < SECTION_INTERFACES; i++)
		if (c->given[i] || i == SECTION_ERROR || i == SECTION_NOTICES)
			compare(section_names[i], &c->section[i], &r.got[i],
				&r.why);
	ok = !r.why.len && (c->given[SECTION_TEXT] || c->given[SECTION_ERROR]);
	printf("%s %s: %s\n", ok ? "ok" : "not ok", file, c->name);
	if (r.why.len)
		printf("%s", r.why.s);
	result_free(&r);
	return ok;
}

static void write_case(const struct test_case *c)
{
	struct result r;
	u32 i;

	memset(&r, 0, sizeof(r));
	run_case(c, &r);
	printf("== %s\n", c->name);
	for (i = 0; i < SECTION_MAX; i++) {
		const struct buf *b = i <= SECTION_LINES ||
				      i == SECTION_INTERFACES ?
				      &c->section[i] :
							   &r.got[i];

		if (i >= SECTION_PASSED && !c->given[i])
			continue;
		if (b->len)
			printf("-- %s\n%s", i == SECTION_TEXT && c->all ?
			       "all" : i == SECTION_LINES && c->replace ?
			       "replace" : i == SECTION_LINES && c->lenient ?
			       "lenient" : section_names[i], b->s);
	}
	printf("\n");
	if (r.why.len)
		fprintf(stderr, "%s: %s", c->name, r.why.s);
	result_free(&r);
}

static int run_file(const char *path, bool write)
{
	struct test_case c;
	int failed = 0;
	FILE *f = fopen(path, "r");

	if (!f) {
		printf("not ok %s: cannot be read\n", path);
		return 1;
	}
	while (case_read(f, &c, write)) {
		if (write)
			write_case(&c);
		else
			failed += !check_case(path, &c);
		if (!write && c.replace && c.given[SECTION_FLOWS])
			failed += (int)mutate_case(pattern, path, &c);
		case_free(&c);
	}
	fclose(f);
	return failed;
}

/* What "?" would say nothing about. */
static int words_check(void)
{
	const struct state *s;
	int failed = 0;
	u32 i;

	for (i = 0; i < pattern->n; i++) {
		s = &pattern->v[i];
		if (s->kind != STATE_WORD || s->hidden || *word_what(s->word))
			continue;
		printf("not ok word %s: has no meaning\n", s->word);
		failed++;
	}
	if (!failed)
		printf("ok words\n");
	return failed;
}

int main(int argc, char **argv)
{
	bool write = argc > 1 && !strcmp(argv[1], "-w");
	int i, failed = 0;

	pattern = grammar_compile();
	for (i = write ? 2 : 1; i < argc; i++)
		failed += run_file(argv[i], write);
	if (!write)
		failed += words_check();
	pattern_free(pattern);
	if (!write)
		failed += events_check();
	return failed ? 1 : 0;
}
