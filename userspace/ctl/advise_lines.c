// SPDX-License-Identifier: GPL-2.0
/* The changes as lines of configuration. */
#include "advise.h"

#include <stdio.h>
#include <string.h>

enum { EXEMPT = -1 };			/* in place of a map's */

static bool is_of(const struct change *ch, s32 map)
{
	return !ch->unmade && (ch->kind == CHANGE_EXEMPT ? map == EXEMPT : map == (s32)ch->map);
}

/**
 * advise_has() - is there a change that can be proposed?
 * @a: the advice
 * @map: place of the map that is copied, or -1 for hosts that are exempt
 *
 * Return: true if there is.
 */
bool advise_has(const struct advise *a, s32 map)
{
	u32 i;

	for (i = 0; i < a->n; i++)
		if (is_of(&a->v[i], map))
			return true;
	return false;
}

/* --- a map ---------------------------------------------------------------------------- */

/* A match of its own in place of one of a class, with the class's action. */
static void copy_inner(struct inspect_map *to, const struct match *m, u32 within)
{
	const struct match *inner = advise_match_inner(m, within);
	struct match *copy = &to->matches[to->nmatches++];

	*copy = *inner;
	copy->say = m->say;
	copy->rule.act = m->rule.act;
	copy->rule.log = m->rule.log;
	copy->rule.rate = m->rule.rate;
}

/* A match whose rules begin at @first, as changed; as it is if nothing of it changes. */
static void copy_match(struct advise *a, u32 map, struct inspect_map *to,
		       const struct match *m, u32 first, u32 rules)
{
	const struct change *ch = NULL;
	u32 i;

	for (i = 0; i < rules && !ch; i++)
		ch = advise_rule_change(a, map, first + i);
	if (!ch) {
		to->matches[to->nmatches++] = *m;
		return;
	}
	for (i = 0; i < rules; i++) {
		ch = advise_rule_change(a, map, first + i);
		if (ch && ch->kind == CHANGE_NO_MATCH)
			continue;
		copy_inner(to, m, i);
		if (ch)
			to->matches[to->nmatches - 1].rule.arg = ch->limit;
	}
}

static void copy_map(struct advise *a, u32 map, struct inspect_map *to)
{
	const struct inspect_map *from = advise_map(a, map);
	u32 i, first = 0, rules;

	memcpy(to->name, a->maps[map].copy, sizeof(to->name));
	to->params = from->params;
	for (i = 0; i < from->nmatches; i++) {
		rules = from->matches[i].of ? from->matches[i].of->nmatches : 1;
		copy_match(a, map, to, &from->matches[i], first, rules);
		first += rules;
	}
	for (i = 0; i < a->n; i++)
		if (is_of(&a->v[i], (s32)map) && a->v[i].kind == CHANGE_PARAM)
			advise_param_set(&to->params, a->v[i].param);
}

/* The classes that inspect with a map do so with its copy. */
static void put_binds(struct advise *a, u32 map, struct buf *out)
{
	const struct inspect_map *from = advise_map(a, map);
	const struct policy_map *pmap;
	const struct bind *bind;
	bool head;

	list_each(pmap, &a->base.cfg.pmaps, list) {
		head = true;
		list_each(bind, &pmap->binds, list) {
			if (bind->map != from)
				continue;
			if (head)
				buf_add(out, "policy-map %s\n", pmap->name);
			head = false;
			buf_add(out, " class %s\n  inspect esmtp %s\n", bind->class->name,
				a->maps[map].copy);
		}
	}
}

static void put_map(struct advise *a, u32 map, struct buf *out)
{
	struct inspect_map *to = mem_alloc(sizeof(*to));
	struct buf text = { 0 };

	copy_map(a, map, to);
	config_print_map(&text, to, false);
	buf_put(out, text.s, text.len);
	buf_free(&text);
	mem_free(to);
	put_binds(a, map, out);
}

/* --- exempt hosts ------------------------------------------------------------------------ */

/* A name that neither a list nor a class has. */
static void name_class(struct advise *a, char *name, size_t size)
{
	u32 i = 1;

	snprintf(name, size, "advised_hosts");
	while (config_acl_find(&a->base.cfg, name) || config_class_find(&a->base.cfg, name))
		snprintf(name, size, "advised_hosts_%u", ++i);
}

static bool inspects(const struct policy_map *pmap)
{
	const struct bind *bind;

	list_each(bind, &pmap->binds, list)
		if (bind->map)
			return true;
	return false;
}

static void put_host(const struct change *ch, const char *name, struct buf *out)
{
	buf_add(out, "access-list %s extended permit ip %s", name, ch->server ? "any " : "");
	buf_add(out, "host ");
	config_print_addr(out, &ch->host.addr, ch->host.family);
	buf_add(out, "%s\n", ch->server ? "" : " any");
}

static void put_exempt(struct advise *a, struct buf *out)
{
	const struct policy_map *pmap;
	char name[ESMTP_NAME_LEN];
	u32 i;

	name_class(a, name, sizeof(name));
	for (i = 0; i < a->n; i++)
		if (is_of(&a->v[i], EXEMPT))
			put_host(&a->v[i], name, out);
	buf_add(out, "class-map %s\n match access-list %s\n", name, name);
	list_each(pmap, &a->base.cfg.pmaps, list)
		if (inspects(pmap))
			buf_add(out, "policy-map %s\n class %s\n  no inspect esmtp\n",
				pmap->name, name);
}

/**
 * advise_lines() - what is proposed of a map, or of hosts
 * @a: the advice
 * @map: place of the map that is copied, or -1 for hosts that are exempt
 * @out: the lines are added to it
 */
void advise_lines(struct advise *a, s32 map, struct buf *out)
{
	if (!advise_has(a, map))
		return;
	if (map == EXEMPT)
		put_exempt(a, out);
	else
		put_map(a, (u32)map, out);
}

/**
 * advise_lines_all() - all that is proposed
 * @a: the advice
 * @out: the lines are added to it; a string even if there are none
 */
void advise_lines_all(struct advise *a, struct buf *out)
{
	s32 map;

	buf_put(out, "", 0);
	for (map = EXEMPT; map < (s32)a->nmaps; map++)
		advise_lines(a, map, out);
}

/**
 * advise_lines_alone() - one change without the others
 * @a: the advice
 * @ch: the change
 * @out: the lines are added to it
 */
void advise_lines_alone(struct advise *a, struct change *ch, struct buf *out)
{
	bool was[ADVISE_CHANGES] = { false };
	u32 i;

	for (i = 0; i < a->n; i++) {
		was[i] = a->v[i].unmade;
		a->v[i].unmade = &a->v[i] != ch;
	}
	advise_lines_all(a, out);
	for (i = 0; i < a->n; i++)
		a->v[i].unmade = was[i];
}
