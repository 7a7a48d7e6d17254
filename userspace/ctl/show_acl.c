// SPDX-License-Identifier: GPL-2.0
/*
 * show access-list: the lines of the configuration, in ASA's layout, with the
 * hits that the kernel counts for what it made of each. The numbers at the ends
 * of lines tell them apart as on ASA; they are other numbers.
 */
#include "ctl.h"
#include "out.h"

#include <string.h>

/* A list while its lines are printed. */
struct listing {
	const struct acl *acl;
	const struct acl_line *line;
	u32 n;				/* number of the line */
	const u64 *hits;		/* of the next one; NULL if none are counted */
	const char *indent;
	json_t *json;
};

/* FNV-1a, of the text behind the name of the list */
static u32 hash(const char *s)
{
	u32 h = 2166136261U;

	for (; *s; s++)
		h = (h ^ (u8)*s) * 16777619U;
	return h;
}

static void print_json(const struct listing *l, const char *text, u64 hits)
{
	json_array_append_new(l->json,
		json_pack("{s:s, s:i, s:s, s:I, s:b}", "access-list",
			  l->acl->name, "line", (int)l->n, "text", text + 1,
			  "hits", (json_int_t)hits,
			  "of-objects", *l->indent == ' '));
}

/* One line of the kernel's: the whole of a line, or a part of one with objects. */
static void print_ace(const struct acl_key *key, void *ctx)
{
	struct listing *l = ctx;
	u64 hits = l->hits ? *l->hits++ : 0;
	struct buf text = { 0 };

	config_print_ace(key, &text);
	buf_add(&text, "%s%s", l->line->log ? " log" : "",
		l->line->inactive ? " inactive" : "");
	if (l->json)
		print_json(l, text.s, hits);
	else
		out_line("%saccess-list %s line %u%s (hitcnt=%llu)%s 0x%08x",
			 l->indent, l->acl->name, l->n, text.s, hits,
			 l->line->inactive ? " (inactive)" : "", hash(text.s));
	buf_free(&text);
}

static void print_whole(const struct listing *l)
{
	struct buf text = { 0 };

	config_print_line(l->line, &text);
	if (l->json)
		print_json(l, text.s, 0);
	else if (l->line->remark)
		out_line("access-list %s line %u%s", l->acl->name, l->n, text.s);
	else
		out_line("access-list %s line %u%s 0x%08x", l->acl->name, l->n,
			 text.s, hash(text.s));
	buf_free(&text);
}

static bool has_objects(const struct acl_key *key)
{
	u32 i;

	for (i = 0; i < ACL_PLACES; i++)
		if (key->object[i])
			return true;
	return false;
}

static void print_acl(struct config *cfg, struct acl *acl, const u64 *hits,
		      json_t *json)
{
	struct listing l = { .acl = acl, .hits = hits, .json = json };

	if (!json)
		out_line("access-list %s; %u elements; name hash: 0x%08x",
			 acl->name, config_acl_size(cfg, acl), hash(acl->name));
	list_each(l.line, &acl->lines, list) {
		l.n++;
		l.indent = "";
		if (l.line->remark || has_objects(&l.line->key))
			print_whole(&l);
		if (has_objects(&l.line->key))
			l.indent = "  ";
		if (!l.line->remark)
			acl_line_each(l.line, print_ace, &l);
	}
}

static bool wanted(const struct acl *acl, const struct arg *name)
{
	return !name || (strlen(acl->name) == name->tok.len &&
			 !memcmp(acl->name, name->tok.s, name->tok.len));
}

/* What the kernel counts is in the order of what is compiled of the same text. */
static void print_acls(struct config *cfg, const struct esmtp_policy *p,
		       const struct esmtp_running *run, const struct arg *name,
		       json_t *json)
{
	bool counted = run->nhits == p->naces;
	const u64 *hits;
	struct acl *acl;

	list_each(acl, &cfg->acls, list) {
		if (!wanted(acl, name))
			continue;
		config_acl_size(cfg, acl);
		hits = counted && acl->index != ESMTP_NONE ?
		       run->hits + p->acls[acl->index].first : NULL;
		print_acl(cfg, acl, hits, json);
	}
}

static int show(struct ctl *ctl, const struct esmtp_running *run,
		struct config *cfg, const struct arg *name)
{
	json_t *json = ctl->json ? json_array() : NULL;
	struct esmtp_policy p;
	const char *wrong = config_compile(cfg, &p);

	if (wrong)
		out_error("esmtp-ctl: %s", wrong);
	else
		print_acls(cfg, &p, run, name, json);
	if (!wrong && json)
		out_json(json_pack("{s:o}", "access-list", json_incref(json)));
	json_decref(json);
	esmtp_model_free(&p);
	return wrong ? CTL_ERROR : CTL_OK;
}

/**
 * show_acls() - show access-list [NAME]
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int show_acls(struct ctl *ctl, const struct args *args)
{
	struct esmtp_running run;
	struct config cfg;
	int err;

	if (ctl_connect(ctl))
		return CTL_ERROR;
	config_init(&cfg);
	err = esmtp_model_lines(&ctl->nl, &run) ? ctl_failed(ctl) :
						  apply_stored(ctl, &run, &cfg);
	if (!err)
		err = show(ctl, &run, &cfg, args_type(args, TYPE_NAME, 0));
	config_free(&cfg);
	esmtp_running_free(&run);
	return err;
}

/**
 * clear_hits() - clear access-list [NAME] counters
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int clear_hits(struct ctl *ctl, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_NAME, 0);
	char name[ESMTP_NAME_LEN];

	if (ctl_connect(ctl))
		return CTL_ERROR;
	return esmtp_model_clear_hits(&ctl->nl, arg ?
				      reader_name(arg, name, sizeof(name)) :
				      NULL) ? ctl_failed(ctl) : CTL_OK;
}
