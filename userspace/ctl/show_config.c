// SPDX-License-Identifier: GPL-2.0
/* Parts of the configuration in force, and what it does with one connection. */
#include "ctl.h"
#include "out.h"

#include <string.h>

#include <linux/nf_esmtp.h>

/* The configuration in force, read into objects. */
static int load(struct ctl *ctl, struct config *cfg)
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
 * @word: with which their lines begin
 *
 * Return: exit status.
 */
int show_objects(struct ctl *ctl, const char *word)
{
	json_t *list = ctl->json ? json_array() : NULL;
	struct buf text = { 0 };
	struct config cfg;
	int err = load(ctl, &cfg);

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

/* show service-policy flow tcp host A [eq P] host B [eq P] [interface IF] */
static void read_flow(const struct args *args, struct esmtp_flowspec *f,
		      char *ifname)
{
	const struct arg *in = args_type(args, TYPE_IFNAME, 0);
	u32 i, ends = 0;

	memset(f, 0, sizeof(*f));
	f->real.proto = 6;
	f->real.sport = 1025;
	f->real.dport = 25;
	for (i = 0; i < args->n; i++) {
		const struct arg *arg = &args->v[i];

		if (!arg->word && arg->type == TYPE_ADDR) {
			*(ends++ ? &f->real.dst : &f->real.src) = arg->value.addr;
			f->real.family = arg->value.family;
		}
		if (!arg->word && arg->type == TYPE_PORT)
			*(ends > 1 ? &f->real.dport : &f->real.sport) =
				(u16)arg->value.num;
	}
	f->wire = f->real;
	f->in = in ? reader_name(in, ifname, ESMTP_IFNAME_LEN) : "";
	f->out = "";
}

/**
 * show_nat() - show nat-rules
 * @ctl: the tool
 *
 * Return: exit status.
 */
int show_nat(struct ctl *ctl)
{
	struct buf text = { 0 };
	struct config cfg;
	int err = load(ctl, &cfg);

	if (!err)
		config_print_nat(&cfg, &text);
	if (!err && ctl->json)
		out_json(json_pack("{s:s}", "nat-rules", text.s));
	else if (!err)
		out_text(text.s, text.len);
	buf_free(&text);
	config_free(&cfg);
	return err;
}

static void count_one(const struct acl_key *key, void *n)
{
	(void)key;
	++*(u32 *)n;
}

/* The line of a list that decided, as it is printed. */
static void print_decider(const struct config *cfg, const struct esmtp_policy *p,
			  u32 class, const struct esmtp_flowspec *f)
{
	u32 list = p->classes[class].acl, found, n;
	const struct acl_line *line;
	struct buf text = { 0 };
	const struct acl *acl;

	if (list == ESMTP_NONE)
		return;
	list_each(acl, &cfg->acls, list)
		if (!strcmp(acl->name, p->acls[list].name))
			break;
	found = esmtp_index_find(p, list, &f->real);
	if (!acl || found == ~0u)
		return;
	n = p->acls[list].first;
	list_each(line, &acl->lines, list) {
		if (!line->remark)
			acl_line_each(line, count_one, &n);
		if (found < n)
			break;
	}
	if (!line)
		return;
	config_print_line(line, &text);
	out_line("      Access rule: access-list %s%s", acl->name, text.s);
	buf_free(&text);
}

static const char *match_text(const struct esmtp_policy *p, u32 class)
{
	static const char *const kinds[ESMTP_CLASS_KIND_MAX] = {
		"any", "access-list", "port", "default-inspection-traffic", "",
	};

	return kinds[p->classes[class].kind];
}

static void print_action(const struct config *cfg, const struct esmtp_policy *p,
			 u32 bind, const struct esmtp_flowspec *f)
{
	const struct esmtp_bind *b = &p->binds[bind];
	const struct esmtp_class *c = &p->classes[b->class];
	char text[128];
	struct esmtp_text t = { .buf = text, .size = sizeof(text) };

	out_line("    Class-map: %s", c->name);
	out_line("      Match: %s%s%s", match_text(p, b->class),
		 c->acl != ESMTP_NONE ? " " : "",
		 c->acl != ESMTP_NONE ? p->acls[c->acl].name : "");
	print_decider(cfg, p, b->class, f);
	out_line("      Action:");
	if (b->verdict == ESMTP_CLASSIFY_INSPECT)
		out_line("        Input flow:  inspect esmtp %s",
			 p->maps[b->map].name);
	if (b->verdict == ESMTP_CLASSIFY_EXEMPT)
		out_line("        Input flow:  no inspect esmtp");
	if (!b->limited)
		return;
	esmtp_text_set(&t, &b->set);
	out_line("        Input flow:  set connection%s", text);
}

static void print_flow(const struct config *cfg, const struct esmtp_policy *p,
		       const struct esmtp_flowspec *f)
{
	struct esmtp_class_result r = esmtp_classify(p, f);
	u32 limits = esmtp_classify_limits(p, f);
	const struct esmtp_service *s;

	if (r.verdict == ESMTP_CLASSIFY_NONE && limits == ESMTP_NONE) {
		out_line("No class of a service policy matches: the connection is not inspected.");
		return;
	}
	if (r.verdict != ESMTP_CLASSIFY_NONE) {
		s = &p->services[r.service];
		if (s->ifname[0])
			out_line("Interface %s:", s->ifname);
		else
			out_line("Global policy:");
		out_line("  Service-policy: %s", p->pmaps[s->pmap].name);
		print_action(cfg, p, r.bind, f);
	}
	if (limits != ESMTP_NONE &&
	    (r.verdict == ESMTP_CLASSIFY_NONE || limits != r.bind))
		print_action(cfg, p, limits, f);
}

/**
 * show_flow() - show service-policy flow ...
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int show_flow(struct ctl *ctl, const struct args *args)
{
	char ifname[ESMTP_IFNAME_LEN];
	struct esmtp_flowspec f;
	struct esmtp_policy p;
	struct config cfg;
	const char *wrong;
	int err = load(ctl, &cfg);

	if (!err) {
		wrong = config_compile(&cfg, &p);
		read_flow(args, &f, ifname);
		f.in = config_ifname(&cfg, f.in);
		if (wrong)
			out_error("esmtp-ctl: %s", wrong);
		else
			print_flow(&cfg, &p, &f);
		esmtp_model_free(&p);
	}
	config_free(&cfg);
	return err;
}
