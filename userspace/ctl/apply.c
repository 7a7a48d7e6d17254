// SPDX-License-Identifier: GPL-2.0
/* Lines to the kernel, as one transaction. */
#include "ctl.h"
#include "out.h"

#include <errno.h>
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

/* Compile and send; -ESTALE if somebody else was faster. */
static int push(struct ctl *ctl, struct config *cfg, u32 generation)
{
	struct buf text = { 0 };
	struct esmtp_policy p;
	const char *wrong;
	int err = -EINVAL;

	config_print(cfg, false, &text);
	wrong = config_compile(cfg, &p);
	if (wrong)
		snprintf(ctl->nl.error, sizeof(ctl->nl.error), "%s", wrong);
	else if (text.len > TEXT_MAX)
		snprintf(ctl->nl.error, sizeof(ctl->nl.error),
			 "the configuration is longer than 16 MiB");
	else
		err = esmtp_model_set(&ctl->nl, &p, text.s, text.len,
				      generation);
	esmtp_model_free(&p);
	buf_free(&text);
	return err;
}

static void summary(const struct reader *rd)
{
	struct buf text = { 0 };

	lenient_summary(&rd->lenient, &text);
	out_notices(text.s);
	buf_free(&text);
}

/* Read the lines on top of @cfg and send the result. */
static int merge(struct ctl *ctl, struct reader *rd, const char *text,
		 size_t len, u32 generation)
{
	int err;

	if (reader_text(rd, text, len)) {
		out_error("%s", rd->error.s);
		return rd->syntax ? CTL_USAGE : CTL_ERROR;
	}
	err = push(ctl, rd->cfg, generation);
	if (err == -ESTALE)
		return err;
	if (err)
		return ctl_failed(ctl);
	out_notices(rd->notices.s);
	/* what its other end has to say of what it took */
	if (ctl->nl.error[0])
		out_error("esmtp-ctl: notice: %s", ctl->nl.error);
	summary(rd);
	return CTL_OK;
}

/* Nothing of the old configuration matters to a text that begins with this. */
static bool starts_anew(const char *text, size_t len)
{
	static const char clear[] = "clear configure all";

	return len >= sizeof(clear) - 1 &&
	       !memcmp(text, clear, sizeof(clear) - 1) &&
	       (len == sizeof(clear) - 1 || text[sizeof(clear) - 1] == '\n');
}

static int attempt(struct ctl *ctl, const char *text, size_t len,
		   struct apply *how)
{
	struct esmtp_running run;
	struct config cfg;
	struct reader rd;
	int err = CTL_OK;

	if (esmtp_model_get(&ctl->nl, &run)) {
		esmtp_running_free(&run);
		return ctl_failed(ctl);
	}
	config_init(&cfg);
	if (!starts_anew(text, len))
		err = apply_stored(ctl, &run, &cfg);
	if (!err) {
		reader_init(&rd, &cfg, ctl->grammar, how->name);
		rd.lenient.on = how->lenient;
		rd.open = how->open;
		rd.line -= how->skip;
		err = merge(ctl, &rd, text, len, run.generation);
		how->mode = rd.mode;
		how->done = rd.rule_done;
		reader_free(&rd);
	}
	config_free(&cfg);
	esmtp_running_free(&run);
	return err;
}

/**
 * apply_lines() - change the configuration by some lines, all or none
 * @ctl: the tool
 * @text: the lines
 * @len: bytes of @text
 * @how: in which way
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
 * apply_text() - the same, for a whole text
 * @ctl: the tool
 * @name: of the text, for messages
 * @text: the lines
 * @len: bytes of @text
 * @lenient: pass over what has nothing to do with mail
 *
 * Return: exit status; CTL_USAGE for a line that is no command.
 */
int apply_text(struct ctl *ctl, const char *name, const char *text, size_t len,
	       bool lenient)
{
	struct apply how = { .name = name, .lenient = lenient };

	return apply_lines(ctl, text, len, &how);
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

/**
 * apply_file() - change the configuration by the lines of a file
 * @ctl: the tool
 * @path: the file, or "-" for standard input
 * @lenient: pass over what has nothing to do with mail
 *
 * Return: exit status.
 */
int apply_file(struct ctl *ctl, const char *path, bool lenient)
{
	bool std = !strcmp(path, "-");
	FILE *f = std ? stdin : fopen(path, "re");
	struct buf text = { 0 };
	int err = CTL_ERROR;

	if (!f || read_all(f, &text) < 0)
		out_error("esmtp-ctl: cannot read %s: %s", path, strerror(errno));
	else
		err = apply_text(ctl, std ? "<stdin>" : path,
				 text.s ? text.s : "", text.len, lenient);
	if (f && !std)
		fclose(f);
	buf_free(&text);
	/* The command line was right, whatever the file has in it. */
	return err ? CTL_ERROR : CTL_OK;
}
