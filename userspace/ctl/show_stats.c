// SPDX-License-Identifier: GPL-2.0
/* Counters: show asp drop, and show metrics. */
#include "ctl.h"
#include "out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <esmtp/core.h>
#include <lib/metrics.h>

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static bool names(enum esmtp_reason why, const char *name)
{
	const char *cause = esmtp_reason_cause(why);

	return !strcmp(esmtp_reason_name(why), name) ||
	       (cause && !strcmp(cause, name));
}

static const char *sentence(const char *name)
{
	u32 i;

	for (i = 0; i < ESMTP_REASON_MAX; i++)
		if (names((enum esmtp_reason)i, name))
			return esmtp_reason_sentence((enum esmtp_reason)i);
	return name;
}

/* A part of show asp drop. */
struct drops {
	const char *prefix;		/* of names in stats */
	bool all;			/* what is 0, too */
	json_t *list;			/* or NULL for text */
};

static void drop_one(const char *name, u64 value, void *ctx)
{
	const struct drops *d = ctx;
	struct buf text = { 0 };

	if (!begins(name, d->prefix) || !(value || d->all))
		return;
	if (d->list) {
		json_array_append_new(d->list,
			json_pack("{s:s, s:s, s:I}", "name", name, "sentence",
				  sentence(name), "count", (json_int_t)value));
		return;
	}
	buf_add(&text, "%s (%s)", sentence(name), name);
	out_line("  %-72s %12llu", text.s, value);
	buf_free(&text);
}

static int print_drops(struct ctl *ctl, const char *title, const char *prefix, bool all)
{
	struct drops d = { .prefix = prefix, .all = all };

	out_line("%s", title);
	return esmtp_model_stats(&ctl->nl, drop_one, &d);
}

static int json_drops(struct ctl *ctl, json_t *to, const char *key, const char *prefix,
		      bool all)
{
	struct drops d = { .prefix = prefix, .all = all, .list = json_array() };

	json_object_set_new(to, key, d.list);
	return esmtp_model_stats(&ctl->nl, drop_one, &d);
}

/**
 * show_drops() - show asp drop [all]
 * @ctl: the tool
 * @args: the line; with "all", what never happened, too
 *
 * Frames are packets, flows the connections that inspection has ended.
 *
 * Return: exit status.
 */
int show_drops(struct ctl *ctl, const struct args *args)
{
	bool all = args_word(args, "all");
	json_t *both;

	if (ctl_connect(ctl))
		return CTL_ERROR;
	if (!ctl->json)
		return print_drops(ctl, "Frame drop:", "drop_", all) ||
		       print_drops(ctl, "Flow drop:", "ended_", all) ?
		       ctl_failed(ctl) : CTL_OK;
	both = json_object();
	if (json_drops(ctl, both, "frame-drop", "drop_", all) ||
	    json_drops(ctl, both, "flow-drop", "ended_", all)) {
		json_decref(both);
		return ctl_failed(ctl);
	}
	out_json(both);
	return CTL_OK;
}

static void add_counter(const char *name, u64 value, void *ctx)
{
	json_object_set_new(ctx, name, json_integer((json_int_t)value));
}

static int json_metrics(struct ctl *ctl)
{
	json_t *to = json_object();

	if (esmtp_model_stats(&ctl->nl, add_counter, to)) {
		json_decref(to);
		return ctl_failed(ctl);
	}
	out_json(json_pack("{s:o}", "counters", to));
	return CTL_OK;
}

static int text_metrics(struct ctl *ctl, enum esmtp_metrics_format format)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = mem_there(open_memstream(&text, &len));
	int err = esmtp_metrics_print(&ctl->nl, format, to);

	if (fclose(to) && !err) {
		snprintf(ctl->nl.error, sizeof(ctl->nl.error), "%s", strerror(errno));
		err = -ENOMEM;
	}
	if (!err)
		out_text(text, len);
	free(text);
	return err ? ctl_failed(ctl) : CTL_OK;
}

/**
 * show_metrics() - show metrics [--format openmetrics|prometheus]
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int show_metrics(struct ctl *ctl, const struct args *args)
{
	if (ctl_connect(ctl))
		return CTL_ERROR;
	if (ctl->json)
		return json_metrics(ctl);
	return text_metrics(ctl, args_word(args, "prometheus") ?
			    ESMTP_METRICS_PROMETHEUS : ESMTP_METRICS_OPEN);
}
