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

#include "cases.h"

static struct pattern *pattern;

/* Read a text on top of a configuration; its error or notices go to @said. */
static int read_text(struct config *cfg, const char *name,
		     const struct buf *text, struct buf *error,
		     struct buf *notices, bool lenient)
{
	struct reader rd;
	int err;

	reader_init(&rd, cfg, pattern, name);
	rd.lenient.on = lenient;
	err = reader_text(&rd, text->s ? text->s : "", text->len);
	if (err && error)
		buf_add(error, "%s\n", rd.error.s);
	if (!err && notices && rd.notices.len)
		buf_put(notices, rd.notices.s, rd.notices.len);
	if (!err && notices)
		lenient_summary(&rd.lenient, notices);
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

	if (read_text(on, "printed", text, NULL, NULL, false))
		wrong = "what was printed cannot be read";
	else
		config_print(on, false, &again);
	if (!wrong && !same(text, &again))
		wrong = "what was printed reads as something else";
	buf_free(&again);
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

	if (wrong)
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
	if (read_text(&cfg, "base", &c->section[SECTION_BASE], &r->why, NULL,
		      false))
		goto out;
	if (read_text(&cfg, "t", &lines, &r->got[SECTION_ERROR],
		      &r->got[SECTION_NOTICES], c->lenient))
		goto out;
	config_print(&cfg, c->all, &r->got[SECTION_TEXT]);
	config_print(&cfg, false, &text);
	config_print_nat(&cfg, &r->got[SECTION_NAT]);
	compiled(&cfg, c, r);
	wrong = round_trip(&cfg, &text);
	if (wrong)
		buf_add(&r->why, "%s:\n%s", wrong, text.s);
out:
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
	for (i = SECTION_TEXT; i < SECTION_MAX; i++)
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
		const struct buf *b = i <= SECTION_LINES ? &c->section[i] :
							   &r.got[i];

		if ((i == SECTION_FLOWS || i == SECTION_LIMITS ||
		     i == SECTION_NAT) && !c->given[i])
			continue;
		if (b->len)
			printf("-- %s\n%s", i == SECTION_TEXT && c->all ?
			       "all" : i == SECTION_LINES && c->lenient ?
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
		case_free(&c);
	}
	fclose(f);
	return failed;
}

int main(int argc, char **argv)
{
	bool write = argc > 1 && !strcmp(argv[1], "-w");
	int i, failed = 0;

	pattern = grammar_compile();
	for (i = write ? 2 : 1; i < argc; i++)
		failed += run_file(argv[i], write);
	pattern_free(pattern);
	if (!write)
		failed += events_check();
	return failed ? 1 : 0;
}
