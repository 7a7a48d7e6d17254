// SPDX-License-Identifier: GPL-2.0
/* ESMTP_CMD_POLICY_GET to a policy with its counters. */
#include "attr.h"
#include "model.h"
#include "model_map.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/nf_esmtp.h>

/**
 * struct get - a policy while its messages come in
 * @run: what is filled in
 * @ncounters: counters so far
 * @mixed: messages were of different generations
 */
struct get {
	struct esmtp_running *run;
	u32 ncounters;
	bool mixed;
};

/* Memory for one more member, zeroed; NULL if there is none. */
static void *grow(void *v, u32 n, size_t size)
{
	char *p = realloc(v, ((size_t)n + 1) * size);

	if (p)
		memset(p + n * size, 0, size);
	return p;
}

/* One more member of an array: points to it, or NULL. */
#define GROW(v, n) ({							\
	typeof(v) __v = grow((v), (n), sizeof(*(v)));			\
									\
	if (__v) {							\
		(v) = __v;						\
		__v += (n)++;						\
	}								\
	__v;								\
})

/**
 * esmtp_get_num() - read a number of any size
 * @attr: the attribute, or NULL
 *
 * Return: the number, 0 if there is none.
 */
u32 esmtp_get_num(const struct nlattr *attr)
{
	switch (attr ? mnl_attr_get_payload_len(attr) : 0) {
	case sizeof(u8):
		return mnl_attr_get_u8(attr);
	case sizeof(u16):
		return mnl_attr_get_u16(attr);
	case sizeof(u32):
		return mnl_attr_get_u32(attr);
	default:
		return 0;
	}
}

static u16 get_index(const struct nlattr *attr)
{
	return attr ? (u16)esmtp_get_num(attr) : ESMTP_NONE;
}

/**
 * esmtp_get_name() - read a string into an array
 * @to: the array, zeroed
 * @size: bytes of it
 * @attr: the attribute, or NULL
 */
void esmtp_get_name(char *to, size_t size, const struct nlattr *attr)
{
	size_t n = attr ? mnl_attr_get_payload_len(attr) : 0;

	if (n >= size)
		n = size - 1;
	if (n)
		memcpy(to, mnl_attr_get_payload(attr), n);
}

static int get_map(struct get *g, const struct nlattr *attr,
		   const struct nlattr **tb)
{
	struct esmtp_policy *p = &g->run->policy;
	struct esmtp_map *m = GROW(p->maps, p->nmaps);

	if (!m)
		return -1;
	return esmtp_get_map(m, attr, tb);
}

/* Its cells are not sent: it has a state that nothing leaves. */
static int get_regex(struct get *g, const struct nlattr *attr,
		     const struct nlattr **tb)
{
	struct esmtp_policy *p = &g->run->policy;
	struct esmtp_regex *r = GROW(p->regexes, p->nregexes);

	(void)attr;
	if (!r || (!p->ncells && !GROW(p->cells, p->ncells)))
		return -1;
	esmtp_get_name(r->name, sizeof(r->name), tb[ESMTP_REGEX_A_NAME]);
	r->class = tb[ESMTP_REGEX_A_CLASS] ? 1 : 0;
	r->states = 1;
	r->classes = 1;
	return 0;
}

/* Its lines were not asked for, so it has none here. */
static int get_acl(struct get *g, const struct nlattr *attr,
		   const struct nlattr **tb)
{
	struct esmtp_policy *p = &g->run->policy;
	struct esmtp_acl *acl = GROW(p->acls, p->nacls);

	(void)attr;
	if (!acl)
		return -1;
	esmtp_get_name(acl->name, sizeof(acl->name), tb[ESMTP_ACL_A_NAME]);
	return 0;
}

static int get_ace(struct get *g, const struct nlattr *attr,
		   const struct nlattr **tb)
{
	const struct nlattr *hits = tb[ESMTP_ACE_A_HITS];
	u64 *v = GROW(g->run->hits, g->run->nhits);

	(void)attr;
	if (!v)
		return -1;
	if (hits && mnl_attr_get_payload_len(hits) == sizeof(*v))
		*v = mnl_attr_get_u64(hits);
	return 0;
}

static int get_class(struct get *g, const struct nlattr *attr,
		     const struct nlattr **tb)
{
	struct esmtp_policy *p = &g->run->policy;
	struct esmtp_class *c = GROW(p->classes, p->nclasses);
	u32 ports = esmtp_get_num(tb[ESMTP_CLASS_A_PORTS]);

	(void)attr;
	if (!c)
		return -1;
	esmtp_get_name(c->name, sizeof(c->name), tb[ESMTP_CLASS_A_NAME]);
	c->kind = (u8)esmtp_get_num(tb[ESMTP_CLASS_A_KIND]);
	c->acl = get_index(tb[ESMTP_CLASS_A_ACL]);
	c->lo = (u16)(ports >> 16);
	c->hi = (u16)ports;
	return 0;
}

static int get_pmap(struct get *g, const struct nlattr *attr,
		    const struct nlattr **tb)
{
	struct esmtp_policy *p = &g->run->policy;
	struct esmtp_pmap *pm = GROW(p->pmaps, p->npmaps);

	(void)attr;
	if (!pm)
		return -1;
	esmtp_get_name(pm->name, sizeof(pm->name), tb[ESMTP_PMAP_A_NAME]);
	pm->n = esmtp_get_num(tb[ESMTP_PMAP_A_COUNT]);
	if (p->npmaps > 1)
		pm->first = pm[-1].first + pm[-1].n;
	return 0;
}

/* @n more counters, zeros without @attr. */
static int add_counters(struct get *g, const struct nlattr *attr, u32 n)
{
	u64 *v;

	if (!n)
		return 0;
	v = realloc(g->run->counters, (g->ncounters + n) * sizeof(u64));
	if (!v)
		return -1;
	if (attr)
		memcpy(v + g->ncounters, mnl_attr_get_payload(attr), n * sizeof(u64));
	else
		memset(v + g->ncounters, 0, n * sizeof(u64));
	g->run->counters = v;
	g->ncounters += n;
	return 0;
}

static u32 count_u64(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_payload_len(attr) / (u32)sizeof(u64) : 0;
}

/* As esmtp_bind_slots() has them; an older module has none of the parameters'. */
static int get_counters(struct get *g, const struct nlattr **tb, bool inspects)
{
	const struct nlattr *counters = tb[ESMTP_BIND_A_COUNTERS];
	const struct nlattr *params = tb[ESMTP_BIND_A_PARAMS];

	if (count_u64(params) < ESMTP_PARAM_SLOT_MAX)
		params = NULL;
	if (add_counters(g, counters, count_u64(counters)))
		return -1;
	return inspects ? add_counters(g, params, ESMTP_PARAM_SLOT_MAX) : 0;
}

/* What is counted now for a bind: one more of @counts. */
static int get_current(u32 **counts, u32 bind, const struct nlattr *now)
{
	u32 *v = realloc(*counts, (bind + 1) * sizeof(*v));

	if (!v)
		return -1;
	v[bind] = esmtp_get_num(now);
	*counts = v;
	return 0;
}

static int get_bind(struct get *g, const struct nlattr *attr,
		    const struct nlattr **tb)
{
	struct esmtp_policy *p = &g->run->policy;
	struct esmtp_bind *b = GROW(p->binds, p->nbinds);

	(void)attr;
	if (!b)
		return -1;
	b->class = get_index(tb[ESMTP_BIND_A_CLASS]);
	b->verdict = (u8)esmtp_get_num(tb[ESMTP_BIND_A_VERDICT]);
	b->map = get_index(tb[ESMTP_BIND_A_MAP]);
	if (tb[ESMTP_BIND_A_SET] &&
	    mnl_attr_get_payload_len(tb[ESMTP_BIND_A_SET]) == sizeof(b->set)) {
		memcpy(&b->set, mnl_attr_get_payload(tb[ESMTP_BIND_A_SET]),
		       sizeof(b->set));
		b->limited = 1;
	}
	if (get_current(&g->run->conns, p->nbinds - 1, tb[ESMTP_BIND_A_CURRENT]) ||
	    get_current(&g->run->embryonic, p->nbinds - 1,
			tb[ESMTP_BIND_A_EMBRYONIC]))
		return -1;
	return get_counters(g, tb, b->verdict == ESMTP_CLASSIFY_INSPECT);
}

static int get_service(struct get *g, const struct nlattr *attr,
		       const struct nlattr **tb)
{
	struct esmtp_policy *p = &g->run->policy;
	struct esmtp_service *s = GROW(p->services, p->nservices);

	(void)attr;
	if (!s)
		return -1;
	esmtp_get_name(s->ifname, sizeof(s->ifname), tb[ESMTP_SERVICE_A_IFNAME]);
	s->pmap = get_index(tb[ESMTP_SERVICE_A_PMAP]);
	return 0;
}

static int get_would(struct get *g, const struct nlattr *attr,
		     const struct nlattr **tb)
{
	return esmtp_model_get_would(g->run, attr, tb);
}

static int (*const getters[])(struct get *g, const struct nlattr *attr,
			      const struct nlattr **tb) = {
	[ESMTP_A_REGEX] = get_regex,
	[ESMTP_A_MAP] = get_map,
	[ESMTP_A_ACL] = get_acl,
	[ESMTP_A_ACE] = get_ace,
	[ESMTP_A_CLASS] = get_class,
	[ESMTP_A_PMAP] = get_pmap,
	[ESMTP_A_BIND] = get_bind,
	[ESMTP_A_SERVICE] = get_service,
	[ESMTP_A_WOULD] = get_would,
};

static int get_source(struct get *g, const struct nlattr *attr)
{
	struct esmtp_running *run = g->run;
	size_t n = mnl_attr_get_payload_len(attr);
	char *s = realloc(run->source, run->source_len + n + 1);

	if (!s)
		return MNL_CB_ERROR;
	memcpy(s + run->source_len, mnl_attr_get_payload(attr), n);
	run->source = s;
	run->source_len += n;
	s[run->source_len] = '\0';
	return MNL_CB_OK;
}

static void get_generation(struct get *g, u32 generation)
{
	if (g->run->generation && g->run->generation != generation)
		g->mixed = true;
	g->run->generation = generation;
}

/* Attributes that may come several times in an object, as bits. */
static const u64 many[ESMTP_ARRAY_SIZE(getters)] = {
	[ESMTP_A_MAP] = 1 << ESMTP_MAP_A_RULE | 1 << ESMTP_MAP_A_SAY,
	[ESMTP_A_ACE] = 1 << ESMTP_ACE_A_PAD,
	[ESMTP_A_WOULD] = 1 << ESMTP_WOULD_A_PAD | 1 << ESMTP_WOULD_A_HOST,
};

static int object(const struct nlattr *attr, void *ctx)
{
	const struct nlattr *tb[MODEL_ATTRS] = { NULL };
	struct attr_table table = { .tb = tb, .max = MODEL_ATTRS - 1 };
	u16 type = mnl_attr_get_type(attr);
	struct get *g = ctx;

	if (type == ESMTP_A_SOURCE)
		return get_source(g, attr);
	if (type == ESMTP_A_GENERATION)
		get_generation(g, esmtp_get_num(attr));
	if (type >= ESMTP_ARRAY_SIZE(getters) || !getters[type])
		return MNL_CB_OK;
	table.many = many[type];
	if (mnl_attr_parse_nested(attr, attr_collect, &table) < 0 ||
	    getters[type](g, attr, tb) < 0)
		return MNL_CB_ERROR;
	return MNL_CB_OK;
}

static int answer(const struct nlmsghdr *nlh, void *ctx)
{
	return mnl_attr_parse(nlh, GENL_HDRLEN, object, ctx);
}

/* @want: a flag that asks for more, or 0 */
static int get(struct esmtp_nl *nl, struct esmtp_running *run, u16 want)
{
	char buf[64] __attribute__((aligned(4)));
	struct get g = { .run = run };
	struct nlmsghdr *nlh;
	const char *wrong;
	int err;

	memset(run, 0, sizeof(*run));
	nlh = esmtp_nl_start(nl, buf, ESMTP_CMD_POLICY_GET, NLM_F_DUMP);
	if (want)
		mnl_attr_put(nlh, want, 0, NULL);
	err = esmtp_nl_call(nl, nlh, answer, &g);
	if (err)
		return err;
	if (g.mixed)
		return -EINTR;
	wrong = esmtp_policy_seal(&run->policy);
	if (!wrong && g.ncounters != esmtp_policy_slots(&run->policy))
		wrong = "the counters do not fit the policy";
	if (!wrong)
		return 0;
	snprintf(nl->error, sizeof(nl->error),
		 "the kernel's policy cannot be read: %s", wrong);
	return -EBADMSG;
}

static int get_again(struct esmtp_nl *nl, struct esmtp_running *run, u16 want)
{
	int tries = 5, err = get(nl, run, want);

	while (err == -EINTR && --tries) {
		esmtp_running_free(run);
		err = get(nl, run, want);
	}
	if (err && !nl->error[0])
		snprintf(nl->error, sizeof(nl->error), "%s", strerror(-err));
	return err;
}

/**
 * esmtp_model_get() - fetch what a namespace runs
 * @nl: the socket
 * @run: for esmtp_running_free() in any case
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_model_get(struct esmtp_nl *nl, struct esmtp_running *run)
{
	return get_again(nl, run, 0);
}

/**
 * esmtp_model_lines() - the same, with hits of the lines of access-lists
 * @nl: the socket
 * @run: for esmtp_running_free() in any case
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_model_lines(struct esmtp_nl *nl, struct esmtp_running *run)
{
	return get_again(nl, run, ESMTP_A_WANT_ACES);
}

/**
 * esmtp_model_would() - the same, with what maps that monitor would have done
 * @nl: the socket
 * @run: for esmtp_running_free() in any case
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_model_would(struct esmtp_nl *nl, struct esmtp_running *run)
{
	return get_again(nl, run, ESMTP_A_WANT_WOULD);
}
