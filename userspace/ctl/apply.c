// SPDX-License-Identifier: GPL-2.0
/* Lines to the kernel, as one transaction. */
#include "ctl.h"
#include "diff.h"
#include "foreign.h"
#include "out.h"
#include "startup.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	TEXT_MAX = 1 << 24,		/* the kernel keeps no more either */
	TRIES = 10,
};

/**
 * apply_stored() - read the configuration that the kernel keeps
 * @ctl: the tool
 * @run: what was fetched
 * @cfg: the default configuration; becomes the one that is in force
 *
 * Return: exit status.
 */
int apply_stored(struct ctl *ctl, const struct esmtp_running *run,
		 struct config *cfg)
{
	struct reader rd;
	int err = CTL_OK;

	if (!run->source)
		return CTL_OK;
	reader_init(&rd, cfg, ctl->grammar, "running-config");
	if (reader_text(&rd, run->source, run->source_len)) {
		out_error("esmtp-ctl: the configuration in force cannot be read: %s",
			  rd.error.s);
		out_error("esmtp-ctl: 'clear configure all' replaces it");
		err = CTL_ERROR;
	}
	reader_free(&rd);
	return err;
}

static void keep_wrong(struct ctl *ctl, const struct config *cfg,
		       const char *wrong)
{
	if (cfg->wrong.name)
		snprintf(ctl->nl.error, sizeof(ctl->nl.error), "%s:%u: %s",
			 cfg->wrong.name, cfg->wrong.line, wrong);
	else
		snprintf(ctl->nl.error, sizeof(ctl->nl.error), "%s", wrong);
}

/* The same for what the other end refused, of which it named the rule. */
static void keep_refused(struct ctl *ctl, struct config *cfg,
			 const struct esmtp_rule_place *bad)
{
	char why[sizeof(ctl->nl.error)];

	memcpy(why, ctl->nl.error, sizeof(why));
	cfg->wrong = config_rule_place(cfg, bad->map, bad->rule);
	keep_wrong(ctl, cfg, why);
}

/* Compile and send; -ESTALE if somebody else was faster. */
static int push(struct ctl *ctl, struct config *cfg, const struct buf *text,
		u32 generation)
{
	struct esmtp_rule_place bad = { .found = false };
	struct esmtp_policy p;
	const char *wrong;
	int err = -EINVAL;

	wrong = config_compile(cfg, &p);
	if (wrong)
		keep_wrong(ctl, cfg, wrong);
	else if (text->len > TEXT_MAX)
		snprintf(ctl->nl.error, sizeof(ctl->nl.error),
			 "the configuration is longer than 16 MiB");
	else
		err = esmtp_model_set(&ctl->nl, &p, text->s, text->len,
				      generation, &bad);
	if (bad.found)
		keep_refused(ctl, cfg, &bad);
	esmtp_model_free(&p);
	return err;
}

/*
 * What is known of the configuration in force and of the one to be, while an attempt
 * is made.
 */
struct change {
	struct esmtp_running run;
	struct buf before, after;
	struct diff diff;
	bool same;
};

/* What is in force, as text; nothing in a namespace that inspects nothing. */
static void print_before(struct change *c)
{
	struct config cfg;

	if (c->run.source) {
		buf_put(&c->before, c->run.source, c->run.source_len);
	} else if (c->run.generation) {
		config_init(&cfg);
		config_print(&cfg, false, &c->before);
		config_free(&cfg);
	}
}

/* Nothing of the old configuration matters to a text that begins with this. */
static bool starts_anew(const char *text, size_t len)
{
	static const char clear[] = "clear configure all";

	return len >= sizeof(clear) - 1 &&
	       !memcmp(text, clear, sizeof(clear) - 1) &&
	       (len == sizeof(clear) - 1 || text[sizeof(clear) - 1] == '\n');
}

/* What the lines are read on top of. */
static int begin(struct ctl *ctl, const struct change *c, const char *text,
		 size_t len, const struct apply *how, struct config *cfg)
{
	config_init(cfg);
	if (how->replace)
		config_clear(cfg);
	else if (!starts_anew(text, len))
		return apply_stored(ctl, &c->run, cfg);
	return CTL_OK;
}

/* Compile what would be sent; what is in force was compiled before. */
static int try_out(struct ctl *ctl, struct config *cfg)
{
	struct esmtp_policy p;
	const char *wrong = config_compile(cfg, &p);

	if (wrong)
		keep_wrong(ctl, cfg, wrong);
	esmtp_model_free(&p);
	return wrong ? -EINVAL : 0;
}

/* Lines that take away what is there before any other say nothing of what will be. */
static struct buf without_removals(const struct buf *text)
{
	static const char first[] = "clear configure all\n", end[] = "\n!\n";
	struct buf body = *text;
	const char *at;

	if (!text->s || strncmp(text->s, first, sizeof(first) - 1) != 0)
		return body;
	at = strstr(text->s, end);
	body.s = at ? (char *)at + sizeof(end) - 1 : text->s + text->len;
	body.len = (size_t)(text->s + text->len - body.s);
	return body;
}

static void compare(struct change *c, bool count_only)
{
	struct buf before = without_removals(&c->before);
	struct buf after = without_removals(&c->after);

	diff_make(&before, &after, count_only, &c->diff);
}

/* Put the result in force unless it is, or compare only. */
static int finish(struct ctl *ctl, struct reader *rd, struct change *c,
		  struct apply *how)
{
	int err;

	config_print(rd->cfg, false, &c->after);
	c->same = c->run.generation && c->before.len == c->after.len &&
		  !memcmp(c->before.s, c->after.s, c->after.len);
	if (how->file && !c->same)
		compare(c, !how->check && !ctl->json);
	if (c->same)
		return 0;
	if (how->check)
		return try_out(ctl, rd->cfg);
	err = push(ctl, rd->cfg, &c->after, c->run.generation);
	how->changed = !err;
	if (!err)
		revert_keep(ctl, &c->run);
	return err;
}

/* Read the lines on top of @rd's configuration and send the result. */
static int merge(struct ctl *ctl, struct reader *rd, const char *text,
		 size_t len, struct change *c, struct apply *how)
{
	int err;

	if (reader_text(rd, text, len)) {
		out_error("%s", rd->error.s);
		return rd->syntax ? CTL_USAGE : CTL_ERROR;
	}
	ctl->nl.error[0] = '\0';
	err = finish(ctl, rd, c, how);
	if (err == -ESTALE)
		return err;
	if (err && rd->cfg->wrong.name) {
		out_error("%s", ctl->nl.error);
		return CTL_ERROR;
	}
	if (err)
		return ctl_failed(ctl);
	return report_outcome(ctl, rd, how, c->same, &c->diff);
}

static void free_change(struct change *c)
{
	buf_free(&c->before);
	buf_free(&c->after);
	diff_free(&c->diff);
	esmtp_running_free(&c->run);
}

/* In the namespace that the tool works in. */
static bool has_interface(const char *name)
{
	return if_nametoindex(name);
}

static int attempt(struct ctl *ctl, const char *text, size_t len,
		   struct apply *how)
{
	struct change c = { .same = false };
	struct config cfg;
	struct reader rd;
	int err;

	if (esmtp_model_get(&ctl->nl, &c.run)) {
		esmtp_running_free(&c.run);
		return ctl_failed(ctl);
	}
	print_before(&c);
	err = begin(ctl, &c, text, len, how, &cfg);
	if (!err) {
		reader_init(&rd, &cfg, ctl->grammar, how->name);
		rd.lenient.on = how->lenient;
		rd.open = how->open;
		rd.whole = how->replace;
		rd.has_interface = has_interface;
		rd.line -= how->skip;
		err = merge(ctl, &rd, text, len, &c, how);
		how->mode = rd.mode;
		how->done = rd.rule_done;
		reader_free(&rd);
	}
	config_free(&cfg);
	free_change(&c);
	return err;
}

/**
 * apply_lines() - change the configuration by some lines, all or none
 * @ctl: the tool
 * @text: the lines
 * @len: bytes of @text
 * @how: in which way
 *
 * What is in force already is not sent again: counters and generation stay.
 *
 * Return: exit status; CTL_USAGE for a line that is no command.
 */
int apply_lines(struct ctl *ctl, const char *text, size_t len,
		struct apply *how)
{
	int tries = TRIES, err;

	if (ctl_connect(ctl))
		return CTL_ERROR;
	do {
		err = attempt(ctl, text, len, how);
	} while (err == -ESTALE && --tries);
	return err == -ESTALE ? ctl_failed(ctl) : err;
}

/**
 * apply_text() - the same, for lines of the command line
 * @ctl: the tool
 * @name: of the text, for messages
 * @text: the lines
 * @len: bytes of @text
 *
 * Return: exit status; CTL_USAGE for a line that is no command.
 */
int apply_text(struct ctl *ctl, const char *name, const char *text, size_t len)
{
	struct apply how = { .name = name };

	return apply_lines(ctl, text, len, &how);
}

/**
 * apply_instead() - make a text the configuration, with nothing of the one in force
 * @ctl: the tool
 * @name: of the text, for messages
 * @text: the lines
 * @len: bytes of @text
 *
 * Return: exit status.
 */
int apply_instead(struct ctl *ctl, const char *name, const char *text, size_t len)
{
	struct apply how = { .name = name, .replace = true };
	int err = apply_lines(ctl, text, len, &how);

	return err ? CTL_ERROR : CTL_OK;
}

static int read_all(FILE *f, struct buf *text)
{
	char piece[1 << 14];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), f))) {
		buf_put(text, piece, n);
		if (text->len > TEXT_MAX) {
			errno = EFBIG;
			return -1;
		}
	}
	return ferror(f) ? -1 : 0;
}

/* A firewall's own words say that its whole configuration follows. */
static int check_whole(const char *text, size_t len, const struct apply *how)
{
	u32 line = how->replace || how->whole_too ? 0 : foreign_whole(text, len);

	if (!line)
		return CTL_OK;
	out_error("%s:%u:1: this is a whole configuration: 'replace' makes it the one in force, 'apply' would add its lines to what there is",
		  how->name, line);
	return CTL_ERROR;
}

/**
 * apply_file() - change the configuration by the lines of a file
 * @ctl: the tool
 * @path: the file, or "-" for standard input
 * @how: in which way; its name is set here
 *
 * Return: exit status.
 */
int apply_file(struct ctl *ctl, const char *path, struct apply *how)
{
	bool std = !strcmp(path, "-");
	FILE *f = std ? stdin : fopen(path, "re");
	struct buf text = { 0 };
	int err = CTL_ERROR;

	how->file = true;
	how->name = std ? "<stdin>" : path;
	if (!f || read_all(f, &text) < 0)
		out_error("esmtp-ctl: cannot read %s: %s", path, strerror(errno));
	else if (!check_whole(text.s, text.len, how))
		err = apply_lines(ctl, text.s ? text.s : "", text.len, how);
	else
		err = CTL_ERROR;
	if (f && !std)
		fclose(f);
	buf_free(&text);
	/* The command line was right, whatever the file has in it. */
	return err == CTL_USAGE && !how->differs ? CTL_ERROR : err;
}
