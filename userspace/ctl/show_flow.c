// SPDX-License-Identifier: GPL-2.0
/* show service-policy flow: what is done with one connection, and why. */
#include "ctl.h"
#include "out.h"

#include <string.h>

/* show service-policy flow tcp host A [eq P] host B [eq P] [interface IF] */
static void read_flow(const struct args *args, struct esmtp_flowspec *f)
{
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
	f->in = "";
	f->out = "";
}

static void count_one(const struct acl_key *key, void *n)
{
	(void)key;
	++*(u32 *)n;
}

/* The line of a list that decided, as it is configured; none if no list did. */
static void put_decider(const struct config *cfg, const struct esmtp_policy *p,
			u32 class, const struct esmtp_flowspec *f, struct buf *out)
{
	u32 list = p->classes[class].acl, found, n;
	const struct acl_line *line;
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
	buf_add(out, "access-list %s", acl->name);
	config_print_line(line, out);
}

/* What the class matches by, as it is configured. */
static void put_match(const struct config *cfg, const char *class, struct buf *out)
{
	const struct class_map *found;

	list_each(found, &cfg->classes, list)
		if (!strcmp(found->name, class))
			config_print_match(found, " and ", out);
}

/* What is done by one class, and why it is that one. */
struct deed {
	const struct esmtp_bind *bind;
	const struct esmtp_class *class;
	const char *map;		/* or NULL */
	bool exempt;
	char set[128];			/* limits, empty for none, or if others hold */
	struct buf match, rule;
};

static void find_deed(struct deed *d, const struct config *cfg,
		      const struct esmtp_policy *p, u32 bind,
		      const struct esmtp_flowspec *f)
{
	struct esmtp_text t = { .buf = d->set, .size = sizeof(d->set) };

	memset(d, 0, sizeof(*d));
	d->bind = &p->binds[bind];
	d->class = &p->classes[d->bind->class];
	if (d->bind->verdict == ESMTP_CLASSIFY_INSPECT)
		d->map = p->maps[d->bind->map].name;
	d->exempt = d->bind->verdict == ESMTP_CLASSIFY_EXEMPT;
	if (bind == esmtp_classify_limits(p, f))
		esmtp_text_set(&t, &d->bind->set);
	put_match(cfg, d->class->name, &d->match);
	put_decider(cfg, p, d->bind->class, f, &d->rule);
}

static void print_deed(const struct deed *d)
{
	out_line("    Class-map: %s", d->class->name);
	out_line("      Match: %s", d->match.len ? d->match.s : "");
	if (d->rule.len)
		out_line("      Access rule: %s", d->rule.s);
	out_line("      Action:");
	if (d->map)
		out_line("        Input flow:  inspect esmtp %s", d->map);
	if (d->exempt)
		out_line("        Input flow:  no inspect esmtp");
	if (d->set[0])
		out_line("        Input flow:  set connection%s", d->set);
}

static json_t *deed_json(const struct esmtp_policy *p, const struct deed *d)
{
	return json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:b, s:s?}",
			 "class-map", d->class->name,
			 "match", d->match.len ? d->match.s : "",
			 "access-list", d->class->acl != ESMTP_NONE ?
			 p->acls[d->class->acl].name : NULL,
			 "access-rule", d->rule.s, "inspect", d->map,
			 "exempt", d->exempt,
			 "set-connection", d->set[0] ? d->set + 1 : NULL);
}

/* By which service-policy; NULL if no inspection decides. */
static const struct esmtp_service *service_of(const struct esmtp_policy *p,
					      const struct esmtp_class_result *r)
{
	return r->verdict == ESMTP_CLASSIFY_NONE ? NULL : &p->services[r->service];
}

static void print_service(const struct esmtp_policy *p, const struct esmtp_service *s)
{
	if (s->ifname[0])
		out_line("Interface %s:", s->ifname);
	else
		out_line("Global policy:");
	out_line("  Service-policy: %s", p->pmaps[s->pmap].name);
}

static void show_deed(const struct config *cfg, const struct esmtp_policy *p, u32 bind,
		      const struct esmtp_flowspec *f, json_t *list)
{
	struct deed d;

	find_deed(&d, cfg, p, bind, f);
	if (list)
		json_array_append_new(list, deed_json(p, &d));
	else
		print_deed(&d);
	buf_free(&d.match);
	buf_free(&d.rule);
}

static void show_deeds(const struct config *cfg, const struct esmtp_policy *p,
		       const struct esmtp_flowspec *f, bool json)
{
	struct esmtp_class_result r = esmtp_classify(p, f);
	u32 limits = esmtp_classify_limits(p, f);
	const struct esmtp_service *s = service_of(p, &r);
	json_t *list = json ? json_array() : NULL;

	if (!json && !s && limits == ESMTP_NONE)
		out_line("No class of a service policy matches: the connection is not inspected.");
	if (!json && s)
		print_service(p, s);
	if (s)
		show_deed(cfg, p, r.bind, f, list);
	if (limits != ESMTP_NONE && (!s || limits != r.bind))
		show_deed(cfg, p, limits, f, list);
	if (json)
		out_json(json_pack("{s:b, s:s?, s:s?, s:o}",
				   "inspected", r.verdict == ESMTP_CLASSIFY_INSPECT,
				   "policy-map", s ? p->pmaps[s->pmap].name : NULL,
				   "interface", s && s->ifname[0] ? s->ifname : NULL,
				   "classes", list));
}

static int show_compiled(const struct config *cfg, const struct esmtp_policy *p,
			 const struct args *args, bool json)
{
	const struct arg *in = args_type(args, TYPE_IFNAME, 0);
	char ifname[ESMTP_IFNAME_LEN];
	struct esmtp_flowspec f;

	read_flow(args, &f);
	if (in && !service_interface(cfg, p, in, ifname))
		return CTL_ERROR;
	if (in)
		f.in = ifname;
	show_deeds(cfg, p, &f, json);
	return CTL_OK;
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
	struct esmtp_policy p;
	struct config cfg;
	const char *wrong;
	int err = config_load(ctl, &cfg);

	if (!err) {
		wrong = config_compile(&cfg, &p);
		if (wrong)
			out_error("esmtp-ctl: %s", wrong);
		err = wrong ? CTL_ERROR : show_compiled(&cfg, &p, args, ctl->json);
		esmtp_model_free(&p);
	}
	config_free(&cfg);
	return err;
}
