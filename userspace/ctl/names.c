// SPDX-License-Identifier: GPL-2.0
/* Names of what there is, where one may be typed: for completion. */
#include "ctl.h"

#include <net/if.h>
#include <string.h>

/* The last words of what was typed, the very last one first. */
struct context {
	struct token last[3];
};

static bool said(const struct context *c, u32 nth, const char *word)
{
	return c->last[nth].len == strlen(word) &&
	       !memcmp(c->last[nth].s, word, c->last[nth].len);
}

static void read_context(struct context *c, const char *s, size_t len)
{
	struct line line = { .s = s, .len = len };
	struct token t;

	memset(c, 0, sizeof(*c));
	for (t = lexer_next(&line); t.len; t = lexer_next(&line)) {
		c->last[2] = c->last[1];
		c->last[1] = c->last[0];
		c->last[0] = t;
	}
}

#define add_all(out, head, type)					\
do {									\
	const struct type *each_;					\
									\
	list_each(each_, head, list)					\
		buf_add(out, "%s\n", each_->name);			\
} while (0)

static void add_objects(struct buf *out, const struct config *cfg, bool groups)
{
	const struct object *object;

	list_each(object, &cfg->objects, list)
		if ((object->kind >= GROUP_NETWORK) == groups)
			buf_add(out, "%s\n", object->name);
}

static void add_interfaces(struct buf *out, const struct config *cfg)
{
	struct if_nameindex *all = if_nameindex(), *i;

	add_all(out, &cfg->aliases, alias);
	for (i = all; i && i->if_index; i++)
		buf_add(out, "%s\n", i->if_name);
	if (all)
		if_freenameindex(all);
}

static void add_classes(struct buf *out, const struct config *cfg,
			const struct context *c, enum mode mode)
{
	if (said(c, 1, "regex"))
		add_all(out, &cfg->regex_classes, regex_class);
	else if (mode == MODE_INSPECT_MAP)
		add_all(out, &cfg->inspect_classes, inspect_class);
	else
		add_all(out, &cfg->classes, class_map);
}

static void add_esmtp(struct buf *out, const struct config *cfg,
		      const struct context *c)
{
	if (said(c, 2, "class-map") || said(c, 2, "type"))
		add_all(out, &cfg->inspect_classes, inspect_class);
	add_all(out, &cfg->maps, inspect_map);
}

static void add_regexes(struct buf *out, const struct config *cfg,
			const struct context *c)
{
	if (said(c, 1, "type"))
		add_all(out, &cfg->regex_classes, regex_class);
	else
		add_all(out, &cfg->regexes, regex);
}

static void add_names(struct buf *out, const struct config *cfg,
		      const struct context *c, enum mode mode)
{
	if (said(c, 0, "access-list") || said(c, 0, "address"))
		add_all(out, &cfg->acls, acl);
	else if (said(c, 0, "class"))
		add_classes(out, cfg, c, mode);
	else if (said(c, 0, "class-map"))
		add_all(out, &cfg->classes, class_map);
	else if (said(c, 0, "policy-map") || said(c, 0, "service-policy"))
		add_all(out, &cfg->pmaps, policy_map);
	else if (said(c, 0, "esmtp"))
		add_esmtp(out, cfg, c);
	else if (said(c, 0, "regex"))
		add_regexes(out, cfg, c);
	else if (said(c, 0, "interface") || said(c, 0, "nameif"))
		add_interfaces(out, cfg);
	else if (said(c, 0, "object-group") || said(c, 0, "group-object"))
		add_objects(out, cfg, true);
	else if (said(c, 0, "object") || said(c, 1, "object"))
		add_objects(out, cfg, false);
}

/* A value is expected: what describes one has blanks. */
static bool wants_value(const struct buf *list)
{
	static const char end[] = "the end of the line\n";
	const char *s = list->s, *lf;

	for (; s && *s; s = lf + 1) {
		lf = strchr(s, '\n');
		if (memchr(s, ' ', (size_t)(lf - s)) && strncmp(s, end, sizeof(end) - 1) != 0)
			return true;
	}
	return false;
}

/**
 * names_list() - names that may follow
 * @ctl: the tool; nothing is said if it reaches neither module nor daemon
 * @mode: the innermost mode
 * @s: what was typed before the word at hand
 * @len: bytes of it
 * @list: what may follow by the grammar; names are added, each with a LF
 */
void names_list(struct ctl *ctl, enum mode mode, const char *s, size_t len,
		struct buf *list)
{
	struct esmtp_running run;
	struct context c;
	struct config cfg;

	if (!wants_value(list) || ctl_connect_quietly(ctl))
		return;
	read_context(&c, s, len);
	config_init(&cfg);
	if (!esmtp_model_get(&ctl->nl, &run) && !apply_stored(ctl, &run, &cfg))
		add_names(list, &cfg, &c, mode);
	config_free(&cfg);
	esmtp_running_free(&run);
}
