// SPDX-License-Identifier: GPL-2.0
/* Objects to the policy that the kernel runs. */
#include "config.h"

#include <stdio.h>
#include <string.h>

static void compile_classes(struct config *cfg, struct esmtp_policy *p)
{
	struct class_map *class;
	struct esmtp_class *to;

	p->classes = mem_array(cfg->nclasses, sizeof(*p->classes));
	list_each(class, &cfg->classes, list) {
		class->index = p->nclasses++;
		to = &p->classes[class->index];
		memcpy(to->name, class->name, sizeof(to->name));
		to->kind = class->kind;
		to->acl = (u16)(class->acl ? class->acl->index : ESMTP_NONE);
		to->lo = class->lo;
		to->hi = class->hi;
	}
}

static void compile_pmap(struct policy_map *pmap, struct esmtp_policy *p)
{
	struct esmtp_pmap *to;
	struct esmtp_bind *b;
	struct bind *bind;

	pmap->index = p->npmaps++;
	to = &p->pmaps[pmap->index];
	memcpy(to->name, pmap->name, sizeof(to->name));
	to->first = p->nbinds;
	to->n = pmap->nbinds;
	list_each(bind, &pmap->binds, list) {
		b = &p->binds[p->nbinds++];
		b->class = (u16)bind->class->index;
		b->map = (u16)(bind->map ? bind->map->index : ESMTP_NONE);
		b->verdict = bind->verdict;
		b->set = bind->set;
		b->limited = bind->set.conn_max || bind->set.embryonic_max ||
			     bind->set.client_max ||
			     bind->set.client_embryonic_max;
	}
}

static void compile_pmaps(struct config *cfg, struct esmtp_policy *p)
{
	struct policy_map *pmap;
	u32 nbinds = 0;

	list_each(pmap, &cfg->pmaps, list)
		nbinds += pmap->nbinds;
	p->pmaps = mem_array(cfg->npmaps, sizeof(*p->pmaps));
	p->binds = mem_array(nbinds, sizeof(*p->binds));
	list_each(pmap, &cfg->pmaps, list)
		compile_pmap(pmap, p);
}

static void compile_services(struct config *cfg, struct esmtp_policy *p)
{
	struct service *service;
	struct esmtp_service *to;

	p->services = mem_array(cfg->nservices, sizeof(*p->services));
	list_each(service, &cfg->services, list) {
		to = &p->services[p->nservices++];
		snprintf(to->ifname, sizeof(to->ifname), "%s",
			 config_ifname(cfg, service->ifname));
		to->pmap = (u16)service->pmap->index;
	}
}

/* The lower of two limits, where 0 is none. */
static u32 lower(u32 a, u32 b)
{
	if (!a || !b)
		return a | b;
	return a < b ? a : b;
}

static struct esmtp_limit *limit_of(struct esmtp_policy *p,
				    const struct static_nat *nat)
{
	struct esmtp_limit *l;
	u32 i;

	for (i = 0; i < p->nlimits; i++)
		if (p->limits[i].port == nat->real_port &&
		    !memcmp(&p->limits[i].host, &nat->real, sizeof(nat->real)))
			return &p->limits[i];
	l = &p->limits[p->nlimits++];
	l->host = nat->real;
	l->port = nat->real_port;
	l->family = ESMTP_AF_INET;
	return l;
}

/* A host behind several mapped addresses has the lowest limit of all. */
static void compile_limits(struct config *cfg, struct esmtp_policy *p)
{
	const struct static_nat *nat;
	struct esmtp_limit *l;

	p->limits = mem_array(cfg->nstatics, sizeof(*p->limits));
	list_each(nat, &cfg->statics, list) {
		if (!nat->conn_max && !nat->embryonic_max)
			continue;
		l = limit_of(p, nat);
		l->conn_max = lower(l->conn_max, nat->conn_max);
		l->embryonic_max = lower(l->embryonic_max, nat->embryonic_max);
	}
}

/**
 * config_compile() - make the policy that a configuration means
 * @cfg: the configuration
 * @p: the policy, for esmtp_model_free(); sealed
 *
 * Return: NULL, or why the policy cannot be run; @cfg->wrong is where that is said.
 */
const char *config_compile(struct config *cfg, struct esmtp_policy *p)
{
	const char *wrong;

	memset(p, 0, sizeof(*p));
	memset(&cfg->wrong, 0, sizeof(cfg->wrong));
	p->max_conns = cfg->max_conns;
	p->pickup = cfg->pickup;
	p->overload = cfg->overload;
	p->local = cfg->local;
	p->client_prefix4 = cfg->client_prefix4;
	p->client_prefix6 = cfg->client_prefix6;
	wrong = config_compile_acls(cfg, p);
	if (!wrong)
		wrong = config_compile_maps(cfg, p);
	if (wrong)
		return wrong;
	memset(&cfg->wrong, 0, sizeof(cfg->wrong));
	compile_classes(cfg, p);
	compile_pmaps(cfg, p);
	compile_services(cfg, p);
	compile_limits(cfg, p);
	return esmtp_policy_seal(p);
}
