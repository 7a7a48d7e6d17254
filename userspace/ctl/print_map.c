// SPDX-License-Identifier: GPL-2.0
/* The canonical text of inspection maps and regular expressions. */
#include "config.h"

static void separate(struct buf *out)
{
	if (out->len)
		buf_add(out, "!\n");
}

/* Those that have their defaults are printed on request only. */
static void print_parameters(struct buf *out, const struct esmtp_params *p,
			     bool all)
{
	static const char *const off[] = { "no mask-banner", "no mail-relay",
		"no special-character", "no allow-tls" };
	char text[ESMTP_DOMAIN_LEN + 64];
	struct esmtp_text t = { .buf = text, .size = sizeof(text) };
	const char *head = " parameters\n";
	u32 i;

	for (i = 0; t.len = 0, esmtp_text_param(&t, p, i); i++) {
		if (!t.len && all && i < ESMTP_ARRAY_SIZE(off))
			esmtp_text_str(&t, off[i]);
		if (!t.len)
			continue;
		buf_add(out, "%s  %s\n", head, text);
		head = "";
	}
}

static void print_criterion(struct buf *out, const struct match *m)
{
	char text[512];
	struct esmtp_text t = { .buf = text, .size = sizeof(text) };
	struct esmtp_refs refs;

	config_match_refs(m, &refs);
	esmtp_text_match(&t, &m->rule, &refs);
	buf_add(out, " %s\n", text);
}

static void print_match(struct buf *out, const struct match *m)
{
	char text[512];
	struct esmtp_text t = { .buf = text, .size = sizeof(text) };
	struct esmtp_refs refs;

	config_match_refs(m, &refs);
	if (m->of)
		buf_add(out, " class %s\n", m->of->name);
	else
		print_criterion(out, m);
	esmtp_text_action(&t, &m->rule, &refs);
	buf_add(out, "  %s\n", text);
}

/**
 * config_print_map() - print an inspection map
 * @out: the text is added to it
 * @map: the map
 * @all: if it is built in too, and with parameters that have their defaults
 */
void config_print_map(struct buf *out, const struct inspect_map *map, bool all)
{
	u32 i;

	if (map->builtin && !all)
		return;
	separate(out);
	buf_add(out, "policy-map type inspect esmtp %s\n", map->name);
	if (map->description)
		buf_add(out, " description %s\n", map->description);
	print_parameters(out, &map->params, all);
	for (i = 0; i < map->nmatches; i++)
		print_match(out, &map->matches[i]);
}

static void print_class(struct buf *out, const struct regex_class *class)
{
	const struct regex_member *member;

	separate(out);
	buf_add(out, "class-map type regex match-any %s\n", class->name);
	if (class->description)
		buf_add(out, " description %s\n", class->description);
	list_each(member, &class->members, list)
		buf_add(out, " match regex %s\n", member->regex->name);
}

/**
 * config_print_regexes() - print regular expressions and their classes
 * @out: the text is added to it
 * @cfg: the configuration
 */
void config_print_regexes(struct buf *out, const struct config *cfg)
{
	const struct regex_class *class;
	const struct regex *regex;

	if (!list_empty(&cfg->regexes))
		separate(out);
	list_each(regex, &cfg->regexes, list)
		buf_add(out, "regex %s \"%s\"\n", regex->name, regex->text);
	list_each(class, &cfg->regex_classes, list)
		print_class(out, class);
}

/**
 * config_print_inspect_classes() - print the classes of matches
 * @out: the text is added to it
 * @cfg: the configuration
 */
void config_print_inspect_classes(struct buf *out, const struct config *cfg)
{
	const struct inspect_class *class;
	u32 i;

	list_each(class, &cfg->inspect_classes, list) {
		separate(out);
		buf_add(out, "class-map type inspect esmtp %s %s\n",
			class->any ? "match-any" : "match-all", class->name);
		if (class->description)
			buf_add(out, " description %s\n", class->description);
		for (i = 0; i < class->nmatches; i++)
			print_criterion(out, &class->matches[i]);
	}
}
