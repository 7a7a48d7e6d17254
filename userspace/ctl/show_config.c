// SPDX-License-Identifier: GPL-2.0
/* Parts of the configuration in force. */
#include "ctl.h"
#include "out.h"

#include <string.h>


/**
 * config_load() - read the configuration in force into objects
 * @ctl: the tool
 * @cfg: for config_free() in any case
 *
 * Return: exit status.
 */
int config_load(struct ctl *ctl, struct config *cfg)
{
	struct esmtp_running run;
	int err;

	config_init(cfg);
	if (ctl_connect(ctl))
		return CTL_ERROR;
	err = esmtp_model_get(&ctl->nl, &run) ? ctl_failed(ctl) :
						apply_stored(ctl, &run, cfg);
	esmtp_running_free(&run);
	return err;
}

/**
 * config_load_quietly() - read the configuration that is in force, if that can be
 * @ctl: the tool, connected
 * @cfg: filled in; the default configuration if it can't
 */
void config_load_quietly(struct ctl *ctl, struct config *cfg)
{
	struct esmtp_running run;

	config_init(cfg);
	if (!esmtp_model_get(&ctl->nl, &run))
		apply_stored(ctl, &run, cfg);
	esmtp_running_free(&run);
}

static void print_line(json_t *list, const char *s, size_t n)
{
	if (list)
		json_array_append_new(list, json_stringn(s, n));
	else
		out_line("%.*s", (int)n, s);
}

/* Lines that begin with a word, and those below them. */
static void print_blocks(const struct buf *text, const char *word, json_t *list)
{
	const char *s = text->s, *lf;
	bool in = false;

	for (; s && *s; s = lf + 1) {
		lf = strchr(s, '\n');
		if (*s != ' ')
			in = !strncmp(s, word, strlen(word));
		if (in)
			print_line(list, s, (size_t)(lf - s));
	}
}

/**
 * show_objects() - show class-map, show policy-map
 * @ctl: the tool
 * @args: the line; its second word is what their lines begin with
 *
 * Return: exit status.
 */
int show_objects(struct ctl *ctl, const struct args *args)
{
	const char *word = args->v[1].word;
	json_t *list = ctl->json ? json_array() : NULL;
	struct buf text = { 0 };
	struct config cfg;
	int err = config_load(ctl, &cfg);

	if (!err) {
		config_print(&cfg, false, &text);
		print_blocks(&text, word, list);
	}
	if (!err && list)
		out_json(json_pack("{s:o}", word, json_incref(list)));
	json_decref(list);
	buf_free(&text);
	config_free(&cfg);
	return err;
}

/**
 * show_nat() - show nat-rules
 * @ctl: the tool
 * @args: unused
 *
 * Return: exit status.
 */
int show_nat(struct ctl *ctl, const struct args *args)
{
	struct buf text = { 0 };
	struct config cfg;
	int err = config_load(ctl, &cfg);

	(void)args;
	if (!err)
		config_print_nat(&cfg, &text);
	if (!err && ctl->json)
		out_json(json_pack("{s:s}", "nat-rules", text.s ? text.s : ""));
	else if (!err)
		out_text(text.s, text.len);
	buf_free(&text);
	config_free(&cfg);
	return err;
}
