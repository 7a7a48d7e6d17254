// SPDX-License-Identifier: GPL-2.0
/* What can be said of a text only when all of it was read. */
#include "reader.h"

#include <stdlib.h>
#include <string.h>

/**
 * struct late - a line that may be worth a notice
 * @list: place among these
 * @line: its number
 * @pmap: name of the policy-map
 * @class: of the class that it exempts, empty for a service-policy
 * @ifname: of a service-policy: its interface
 * @inspected: the class was inspected before
 */
struct late {
	struct list list;
	u32 line;
	char pmap[ESMTP_NAME_LEN];
	char class[ESMTP_NAME_LEN];
	char ifname[ESMTP_IFNAME_LEN];
	bool inspected;
};

static struct late *add(struct reader *rd, const char *pmap, const char *class,
			const char *ifname)
{
	struct late *late;

	list_each(late, &rd->late, list)
		if (!strcmp(late->pmap, pmap) && !strcmp(late->class, class) &&
		    !strcmp(late->ifname, ifname))
			break;
	if (!late) {
		late = mem_alloc(sizeof(*late));
		memcpy(late->pmap, pmap, strlen(pmap) + 1);
		memcpy(late->class, class, strlen(class) + 1);
		memcpy(late->ifname, ifname, strlen(ifname) + 1);
		list_add(&rd->late, &late->list);
	}
	late->line = rd->line;
	return late;
}

/**
 * reader_late_exempt() - the class that is open was exempted
 * @rd: the reader
 * @inspected: it was inspected before
 */
void reader_late_exempt(struct reader *rd, bool inspected)
{
	struct late *late = add(rd, rd->pmap->name, rd->bind->class->name, "");

	late->inspected |= inspected;
}

/**
 * reader_late_service() - a policy-map was put in force on an interface
 * @rd: the reader
 * @pmap: its name
 * @ifname: the interface
 */
void reader_late_service(struct reader *rd, const char *pmap, const char *ifname)
{
	add(rd, pmap, "", ifname);
}

/**
 * reader_late_free() - forget what may be worth a notice
 * @rd: the reader
 */
void reader_late_free(struct reader *rd)
{
	struct list *next;
	struct late *late;

	list_each_safe(late, next, &rd->late, list) {
		list_del(&late->list);
		free(late);
	}
	if (rd->shadow) {
		list_add(&rd->cfg->maps, &rd->shadow->list);
		rd->cfg->nmaps++;
		config_map_del(rd->cfg, rd->shadow);
	}
	rd->shadow = NULL;
}

static bool all_mail(const struct class_map *class)
{
	const u16 smtp = 25;

	if (class->acl)
		return false;
	return class->kind == ESMTP_CLASS_DEFAULT ||
	       class->kind == ESMTP_CLASS_ANY ||
	       (class->kind == ESMTP_CLASS_PORT && class->lo <= smtp &&
		class->hi >= smtp);
}

static void tell_exempt(struct reader *rd, const struct late *late)
{
	const struct policy_map *pmap = config_pmap_find(rd->cfg, late->pmap);
	const struct bind *bind = pmap ? config_bind_find(pmap, late->class) : NULL;
	const struct service *service;

	if (!bind || bind->verdict != ESMTP_CLASSIFY_EXEMPT)
		return;
	list_each(service, &rd->cfg->services, list)
		if (service->pmap == pmap)
			break;
	if (!service)
		return;
	if (all_mail(bind->class))
		reader_notice(rd, "all mail is exempt from inspection now: it is of class '%s', and 'no inspect esmtp' wins over other classes (with the name of the map behind it, it only takes the inspection away)",
			      late->class);
	else if (late->inspected)
		reader_notice(rd, "mail of class '%s' is exempt from inspection now, whatever other classes say",
			      late->class);
}

static void tell_interface(struct reader *rd, const struct late *late)
{
	const struct service *service;
	const char *ifname = config_ifname(rd->cfg, late->ifname);

	service = config_service_find(rd->cfg, late->ifname);
	if (!service || strcmp(service->pmap->name, late->pmap) != 0 ||
	    !rd->has_interface || rd->has_interface(ifname))
		return;
	if (strcmp(ifname, late->ifname) != 0)
		reader_notice(rd, "there is no interface '%s', which nameif calls '%s': the policy waits for it",
			      ifname, late->ifname);
	else
		reader_notice(rd, "there is no interface '%s': 'nameif INTERFACE %s' gives one that name",
			      late->ifname, late->ifname);
}

static bool same_map(const struct inspect_map *a, const struct inspect_map *b)
{
	u32 i;

	if (memcmp(&a->params, &b->params, sizeof(a->params)) != 0 ||
	    a->nmatches != b->nmatches)
		return false;
	for (i = 0; i < a->nmatches; i++)
		if (!config_match_same(&a->matches[i], &b->matches[i]) ||
		    a->matches[i].rule.act != b->matches[i].rule.act ||
		    a->matches[i].rule.log != b->matches[i].rule.log)
			return false;
	return true;
}

/* A map that is built in: the text says the same, or something that is not done. */
static void settle_shadow(struct reader *rd)
{
	struct line words = { .s = rd->shadow->name,
			      .len = strlen(rd->shadow->name) };
	const struct inspect_map *map = config_map_find(rd->cfg, rd->shadow->name);
	bool same = same_map(map, rd->shadow);

	rd->line = rd->shadow_line;
	lenient_add(rd, same ? PASSED_IDLE : PASSED_UNDONE, &words, "%s", same ?
		    "is built in, as it stands here" :
		    "is built in, says something else and stays as it is");
}

static bool inspects(const struct policy_map *pmap)
{
	const struct bind *bind;

	list_each(bind, &pmap->binds, list)
		if (bind->verdict == ESMTP_CLASSIFY_INSPECT)
			return true;
	return false;
}

/* A whole configuration that leaves mail alone: it may be meant, or half of one. */
static void tell_none(struct reader *rd)
{
	const struct policy_map *pmap;
	const struct service *service;

	list_each(service, &rd->cfg->services, list)
		if (inspects(service->pmap))
			return;
	list_each(pmap, &rd->cfg->pmaps, list)
		if (inspects(pmap))
			break;
	if (pmap)
		reader_notice(rd, "no mail is inspected now: no service-policy puts policy-map '%s' in force",
			      pmap->name);
	else if (list_empty(&rd->cfg->services) && !list_empty(&rd->cfg->pmaps))
		reader_notice(rd, "no mail is inspected now, and no limits of classes hold: there is no service-policy");
	else
		reader_notice(rd, "no mail is inspected now: the configuration has no 'inspect esmtp'");
}

/**
 * reader_end() - the text is over
 * @rd: the reader
 *
 * Return: 0, or what reader_fail() returns.
 */
int reader_end(struct reader *rd)
{
	const struct late *late;
	u32 line = rd->line;

	if (rd->shadow)
		settle_shadow(rd);
	if (rd->lenient.on && lenient_prune(rd))
		return -1;
	list_each(late, &rd->late, list) {
		rd->line = late->line;
		if (late->class[0])
			tell_exempt(rd, late);
		else
			tell_interface(rd, late);
	}
	rd->line = line;
	if (rd->whole)
		tell_none(rd);
	return 0;
}
