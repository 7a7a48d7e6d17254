// SPDX-License-Identifier: GPL-2.0
/*
 * What a policy has to be before anything may run it, whoever sent it. Every
 * index, count, name and enumerator that other files rely on is looked at here,
 * in validate_map.c and in validate_addr.c, and nowhere else.
 */
#include "validate_addr.h"
#include "validate_map.h"

static bool has_valid_counts(const struct esmtp_policy *p)
{
	return p->nmaps <= ESMTP_MAX_MAPS && p->nacls <= ESMTP_MAX_ACLS &&
	       p->naces <= ESMTP_MAX_ACES &&
	       p->nclasses <= ESMTP_MAX_CLASSES &&
	       p->npmaps <= ESMTP_MAX_PMAPS && p->nbinds <= ESMTP_MAX_BINDS &&
	       p->nservices <= ESMTP_MAX_SERVICES &&
	       p->nlimits <= ESMTP_MAX_LIMITS &&
	       p->nregexes <= ESMTP_MAX_REGEXES && p->ncells <= ESMTP_MAX_CELLS;
}

static const char *check_settings(const struct esmtp_policy *p)
{
	if (!has_valid_counts(p))
		return "too many objects of a kind";
	if (p->pickup >= ESMTP_ON_PICKUP_MAX)
		return "unknown pickup setting";
	if (p->client_prefix4 > 32 || p->client_prefix6 > 128)
		return "a client's prefix is longer than an address";
	if (p->overload >= ESMTP_ON_OVERLOAD_MAX)
		return "unknown overload setting";
	if (p->local >= ESMTP_ON_LOCAL_MAX)
		return "unknown inspect-local setting";
	return NULL;
}

/* Graphic ASCII padded with NULs, so that names can be compared with memcmp(). */
static bool is_valid_name(const char *name, u32 size)
{
	u32 i, len = 0;

	while (len < size && name[len] > ' ' && name[len] <= '~')
		len++;
	if (len == 0 || len == size)
		return false;
	for (i = len; i < size; i++)
		if (name[i])
			return false;
	return true;
}

/* Names of @n objects of @size bytes, each of which begins with its name. */
static const char *check_names(const void *objects, u32 n, u32 size)
{
	const char *v = objects;
	u32 i, j;

	for (i = 0; i < n; i++) {
		if (!is_valid_name(v + i * size, ESMTP_NAME_LEN))
			return "a name must be 1 to 64 printable characters without blanks";
		for (j = 0; j < i; j++)
			if (!memcmp(v + i * size, v + j * size, ESMTP_NAME_LEN))
				return "two objects of a kind have the same name";
	}
	return NULL;
}

#define CHECK_NAMES(v, n) check_names((v), (n), sizeof((v)[0]))

static const char *check_maps(const struct esmtp_policy *p)
{
	const char *err = CHECK_NAMES(p->maps, p->nmaps);
	u32 i;

	for (i = 0; !err && i < p->nmaps; i++)
		err = esmtp_map_validate(&p->maps[i], p->nregexes);
	return err;
}

/* A regex and a class-map of type regex may have the same name. */
static bool has_duplicate_regex(const struct esmtp_policy *p, u32 i)
{
	u32 j;

	for (j = 0; j < i; j++)
		if (p->regexes[i].class == p->regexes[j].class &&
		    !memcmp(p->regexes[i].name, p->regexes[j].name,
			    ESMTP_NAME_LEN))
			return true;
	return false;
}

static const char *check_regexes(const struct esmtp_policy *p)
{
	const char *err = NULL;
	u32 i;

	for (i = 0; !err && i < p->nregexes; i++) {
		if (!is_valid_name(p->regexes[i].name, ESMTP_NAME_LEN))
			err = "a name must be 1 to 64 printable characters without blanks";
		else if (has_duplicate_regex(p, i))
			err = "two objects of a kind have the same name";
		else
			err = esmtp_regex_validate(p, &p->regexes[i]);
	}
	return err;
}

static const char *check_acls(const struct esmtp_policy *p)
{
	const char *err = CHECK_NAMES(p->acls, p->nacls);
	u32 i, used = 0;

	for (i = 0; !err && i < p->naces; i++)
		err = esmtp_ace_validate(&p->aces[i]);
	if (err)
		return err;
	for (i = 0; i < p->nacls; i++) {
		if (p->acls[i].first != used || p->acls[i].n > p->naces - used)
			return "an access-list does not have the lines that it claims";
		used += p->acls[i].n;
	}
	return used == p->naces ? NULL : "a line belongs to no access-list";
}

static const char *check_class(const struct esmtp_policy *p,
			       const struct esmtp_class *c)
{
	bool needs = c->kind == ESMTP_CLASS_ACL;
	bool takes = needs || c->kind == ESMTP_CLASS_DEFAULT;

	if (c->kind >= ESMTP_CLASS_KIND_MAX)
		return "unknown kind of class";
	if (c->acl == ESMTP_NONE ? needs : c->acl >= p->nacls)
		return "a class refers to no access-list";
	if (c->acl != ESMTP_NONE && !takes)
		return "this kind of class takes no access-list";
	if (c->kind == ESMTP_CLASS_PORT && c->lo > c->hi)
		return "a range of ports must ascend";
	return NULL;
}

static const char *check_classes(const struct esmtp_policy *p)
{
	const char *err = CHECK_NAMES(p->classes, p->nclasses);
	u32 i;

	for (i = 0; !err && i < p->nclasses; i++)
		err = check_class(p, &p->classes[i]);
	return err;
}

static const char *check_bind(const struct esmtp_policy *p,
			      const struct esmtp_bind *b)
{
	if (b->class >= p->nclasses)
		return "a policy-map refers to no class";
	if (b->verdict >= ESMTP_CLASSIFY_MAX)
		return "unknown action of a class";
	if (b->verdict == ESMTP_CLASSIFY_INSPECT && b->map >= p->nmaps)
		return "an inspection refers to no inspection map";
	if (b->verdict != ESMTP_CLASSIFY_INSPECT && b->map != ESMTP_NONE)
		return "only an inspection takes an inspection map";
	if (b->limited > 1)
		return "a class is limited or not";
	if (!b->limited && (b->set.conn_max || b->set.embryonic_max ||
			    b->set.client_max || b->set.client_embryonic_max))
		return "only a limited class takes limits";
	return NULL;
}

/* The binds of one policy-map: each class once. */
static const char *check_pmap(const struct esmtp_policy *p, u32 first, u32 n)
{
	u8 seen[ESMTP_MAX_CLASSES] = { 0 };
	const struct esmtp_bind *b;
	const char *err;
	u32 i;

	for (i = first; i < first + n; i++) {
		b = &p->binds[i];
		err = check_bind(p, b);
		if (err)
			return err;
		if (seen[b->class]++)
			return "a class stands twice in a policy-map";
	}
	return NULL;
}

static const char *check_pmaps(const struct esmtp_policy *p)
{
	const char *err = CHECK_NAMES(p->pmaps, p->npmaps);
	const struct esmtp_pmap *pm;
	u32 i, used = 0;

	for (i = 0; !err && i < p->npmaps; i++) {
		pm = &p->pmaps[i];
		if (pm->first != used || pm->n > p->nbinds - used)
			return "a policy-map does not have the classes that it claims";
		err = check_pmap(p, pm->first, pm->n);
		used += pm->n;
	}
	if (!err && used != p->nbinds)
		return "a class belongs to no policy-map";
	return err;
}

static const char *check_services(const struct esmtp_policy *p)
{
	static const char global[ESMTP_IFNAME_LEN];
	const struct esmtp_service *s;
	u32 i, j;

	for (i = 0; i < p->nservices; i++) {
		s = &p->services[i];
		if (s->pmap >= p->npmaps)
			return "a service-policy refers to no policy-map";
		if (memcmp(s->ifname, global, sizeof(global)) != 0 &&
		    !is_valid_name(s->ifname, sizeof(s->ifname)))
			return "an interface name must be 1 to 15 printable characters";
		for (j = 0; j < i; j++)
			if (!memcmp(s->ifname, p->services[j].ifname,
				    sizeof(s->ifname)))
				return "two service-policies at the same place";
	}
	return NULL;
}

static const char *check_limits(const struct esmtp_policy *p)
{
	const char *err = NULL;
	u32 i;

	for (i = 0; !err && i < p->nlimits; i++)
		err = esmtp_limit_validate(&p->limits[i]);
	return err;
}

/**
 * esmtp_policy_validate() - is a policy well formed?
 * @p: the policy, from anyone; its arrays have the lengths it claims
 *
 * Nothing of a policy that passed can lead outside its arrays or have a value
 * without a meaning. What esmtp_policy_seal() computes is not looked at.
 *
 * Context: any, but the largest policy takes milliseconds.
 * Return: NULL, or what is wrong as a lower-case clause.
 */
const char *esmtp_policy_validate(const struct esmtp_policy *p)
{
	static const char *(*const part[])(const struct esmtp_policy *p) = {
		check_settings, check_regexes, check_maps, check_acls,
		check_classes, check_pmaps, check_services, check_limits,
	};
	const char *err = NULL;
	u32 i;

	for (i = 0; !err && i < ESMTP_ARRAY_SIZE(part); i++)
		err = part[i](p);
	return err;
}
