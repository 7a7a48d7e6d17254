// SPDX-License-Identifier: GPL-2.0
/*
 * The startup-config: the running one as a file, which units load when the machine
 * starts. Beside it lies the last one that could be loaded, for when it can't.
 */
#include "startup.h"
#include "out.h"
#include "store.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <lib/notify.h>

static const char good[] = ".good";

/* Where ip-netns(8) has what stands for /etc in a namespace. */
static void path_of(const struct ctl *ctl, const char *suffix, struct buf *path)
{
	const char *told = secure_getenv("ESMTP_STARTUP_CONFIG");

	if (told && *told)
		buf_add(path, "%s%s", told, suffix);
	else if (ctl->netns)
		buf_add(path, "/etc/netns/%s/esmtp/startup-config%s", ctl->netns,
			suffix);
	else
		buf_add(path, "/etc/esmtp/startup-config%s", suffix);
}

static int file_failed(const char *what, const char *path, int err)
{
	out_error("esmtp-ctl: cannot %s %s: %s", what, path, strerror(-err));
	return CTL_ERROR;
}

/* As an ASA begins one; all of it are comments. */
static void put_head(struct buf *text)
{
	const struct passwd *pw = getpwuid(getuid());
	time_t now = time(NULL);
	char when[64] = "?";
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(when, sizeof(when), "%H:%M:%S UTC %a %b %e %Y", &tm);
	buf_add(text, ": Saved\n: Written by %s at %s\n!\n",
		pw ? pw->pw_name : "nobody", when);
}

/* The configuration in force as a text that replaces any other. */
static int put_running(struct ctl *ctl, struct buf *text)
{
	struct esmtp_running run;
	struct config cfg;
	struct buf printed = { 0 };
	int err;

	if (esmtp_model_get(&ctl->nl, &run)) {
		esmtp_running_free(&run);
		return ctl_failed(ctl);
	}
	config_init(&cfg);
	err = apply_stored(ctl, &run, &cfg);
	if (!err && !run.generation) {
		out_error("esmtp-ctl: nothing is configured in this network namespace, and nothing was saved");
		err = CTL_ERROR;
	}
	if (!err) {
		config_print(&cfg, false, &printed);
		buf_put(text, printed.s, printed.len);
	}
	buf_free(&printed);
	config_free(&cfg);
	esmtp_running_free(&run);
	return err;
}

static int save(struct ctl *ctl, const char *suffix, const struct buf *text)
{
	struct buf path = { 0 };
	int err;

	path_of(ctl, suffix, &path);
	err = store_write(path.s, text->s, text->len);
	if (err)
		err = file_failed("write", path.s, err);
	buf_free(&path);
	return err;
}

/* write memory, copy running-config startup-config */
static int write_memory(struct ctl *ctl)
{
	struct buf text = { 0 };
	int err = ctl_connect(ctl);

	if (!err && confirm_waits(ctl)) {
		out_error("esmtp-ctl: the last change still waits for 'configure confirm'");
		err = CTL_ERROR;
	}
	put_head(&text);
	if (!err)
		err = put_running(ctl, &text);
	if (!err) {
		out_line("Building configuration...");
		err = save(ctl, "", &text);
	}
	if (!err)
		err = save(ctl, good, &text);
	if (!err)
		out_line("[OK]");
	buf_free(&text);
	return err;
}

static bool asked_and_refused(void)
{
	char answer[16];

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return false;
	out_line("Erase the startup configuration? [confirm]");
	out_flush();
	return !fgets(answer, sizeof(answer), stdin) || !strchr("\nyY", answer[0]);
}

static int erase(struct ctl *ctl)
{
	static const char *const suffixes[] = { "", good };
	struct buf path = { 0 };
	int err = 0;
	u32 i;

	if (asked_and_refused())
		return CTL_ERROR;
	for (i = 0; i < ESMTP_ARRAY_SIZE(suffixes) && !err; i++) {
		buf_free(&path);
		path_of(ctl, suffixes[i], &path);
		err = store_remove(path.s);
		if (err)
			err = file_failed("remove", path.s, err);
	}
	buf_free(&path);
	if (!err)
		out_line("[OK]");
	return err;
}

/* Is it what the file has already? Then it need not be written at each start. */
static bool is_there(const char *path, const struct buf *text)
{
	struct buf old = { 0 };
	bool same = !store_read(path, &old) && old.len == text->len &&
		    !memcmp(old.s, text->s, text->len);

	buf_free(&old);
	return same;
}

/* The configuration is now what was loaded, whatever becomes of the copy. */
static void keep_good(struct ctl *ctl, const struct buf *text)
{
	struct buf path = { 0 };
	int err;

	path_of(ctl, good, &path);
	err = is_there(path.s, text) ? 0 : store_write(path.s, text->s, text->len);
	if (err)
		file_failed("write", path.s, err);
	buf_free(&path);
}

static int load_file(struct ctl *ctl, const char *suffix, struct buf *text)
{
	struct buf path = { 0 };
	int err;

	path_of(ctl, suffix, &path);
	err = store_read(path.s, text);
	err = err ? file_failed("read", path.s, err) :
		    apply_instead(ctl, path.s, text->s, text->len);
	buf_free(&path);
	return err ? CTL_ERROR : CTL_OK;
}

/* For systemctl status: the unit goes on, with less than was asked of it. */
static void tell_degraded(const char *why)
{
	struct buf text = { 0 };

	buf_add(&text, "STATUS=degraded: %s", why);
	notify(text.s);
	buf_free(&text);
}

static int load_built_in(struct ctl *ctl, const char *why)
{
	static const char clear[] = "clear configure all";

	out_error("esmtp-ctl: %s: the built-in policy is in force", why);
	return apply_instead(ctl, "<built-in>", clear, sizeof(clear) - 1);
}

/* It is not what was asked for, so that the status is an error's in any case. */
static int load_another(struct ctl *ctl)
{
	struct buf text = { 0 };

	if (!load_file(ctl, good, &text)) {
		out_error("esmtp-ctl: the startup configuration cannot be used: the last good one is in force");
		tell_degraded("the last good configuration is in force");
	} else {
		load_built_in(ctl, "neither the startup configuration nor the last good one can be used");
		tell_degraded("the built-in policy is in force");
	}
	buf_free(&text);
	return CTL_ERROR;
}

static bool saved(const struct ctl *ctl)
{
	struct buf path = { 0 };
	bool is;

	path_of(ctl, "", &path);
	is = !access(path.s, F_OK) || errno != ENOENT;
	buf_free(&path);
	return is;
}

/* load startup-config: what a unit does */
static int load(struct ctl *ctl, bool strict)
{
	struct buf text = { 0 };
	int err = ctl_connect(ctl);

	if (err)
		return err;
	if (!saved(ctl) && !strict)
		return load_built_in(ctl, "there is no startup configuration");
	err = load_file(ctl, "", &text);
	if (!err)
		notify("STATUS=the startup configuration is in force");
	if (!err)
		keep_good(ctl, &text);
	else if (!strict)
		err = load_another(ctl);
	buf_free(&text);
	return err;
}

/* copy startup-config running-config, configure memory: as if it were typed */
static int merge(struct ctl *ctl)
{
	struct buf path = { 0 };
	struct apply how = { .whole_too = true };
	int err;

	path_of(ctl, "", &path);
	err = apply_file(ctl, path.s, &how);
	buf_free(&path);
	return err;
}

/**
 * startup_run() - write, copy, erase and load
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int startup_run(struct ctl *ctl, const struct args *args)
{
	const struct arg *first = &args->v[0];

	if (args_word(args, "erase") || !strcmp(first->word, "clear"))
		return erase(ctl);
	if (args_word(args, "terminal"))
		return show_running(ctl, NULL);
	if (!strcmp(first->word, "load"))
		return load(ctl, args_word(args, "--strict"));
	if (!strcmp(first->word, "configure") ||
	    (args->n > 1 && !strcmp(args->v[1].word, "startup-config")))
		return merge(ctl);
	return write_memory(ctl);
}

/**
 * startup_show() - show startup-config
 * @ctl: the tool
 * @args: unused
 *
 * Return: exit status.
 */
int startup_show(struct ctl *ctl, const struct args *args)
{
	struct buf path = { 0 }, text = { 0 };
	int err;

	(void)args;
	path_of(ctl, "", &path);
	err = store_read(path.s, &text);
	if (err)
		err = file_failed("read", path.s, err);
	else if (ctl->json)
		out_json(json_pack("{s:s, s:o}", "file", path.s, "startup-config",
				   out_lines_json(&text)));
	else
		out_text(text.s, text.len);
	buf_free(&text);
	buf_free(&path);
	return err;
}
