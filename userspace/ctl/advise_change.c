// SPDX-License-Identifier: GPL-2.0
/* From what stops a connection to the change that lets it pass. */
#include "advise.h"
#include "event.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <esmtp/core.h>

/* --- the evidence ------------------------------------------------------------------- */

static bool is_verb(const u8 *s, u32 n)
{
	static const char *const verbs[] = {
#define ESMTP_VERB(NAME, name, let) name,
#include <esmtp/verbs.def>
#undef ESMTP_VERB
	};
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(verbs); i++)
		if (verbs[i] && strlen(verbs[i]) == n &&
		    !strncasecmp((const char *)s, verbs[i], n))
			return true;
	return false;
}

/*
 * How much of what begins at @at may be read: a command, at the begin of a line the name of a
 * field, or a server's code and keyword.
 */
static u32 count_readable(const struct replay_finding *f, u32 at, bool line)
{
	const u8 *s = f->excerpt + at;
	u32 n = 0, left = f->excerpts - at;

	while (n < left && (isalnum(s[n]) || s[n] == '-'))
		n++;
	if (n == left)
		return 0;
	if (line && (s[n] == ':' || (f->dir == ESMTP_S2C && s[n] != '.')))
		return n;
	return is_verb(s, n) ? n : 0;
}

/*
 * The bytes as they are shaped: letters become x, digits 9, but for what says what it is.
 * Nobody's address, password or text is in it.
 */
static void put_excerpt(struct change *ch, const struct replay_finding *f)
{
	struct esmtp_event_view ev = { .excerpt_len = f->excerpts };
	struct buf text = { 0 };
	u8 shape[REPLAY_EXCERPT];
	u32 i, readable = 0;

	for (i = 0; i < f->excerpts; i++) {
		u8 c = f->excerpt[i];
		bool line = i ? f->excerpt[i - 1] == '\n' : f->off < f->excerpts;

		if (line || !i)
			readable = i + count_readable(f, i, line);
		shape[i] = i < readable ? c : isalpha(c) ? 'x' : isdigit(c) ? '9' : c;
	}
	ev.excerpt = shape;
	event_excerpt(&ev, &text);
	snprintf(ch->excerpt, sizeof(ch->excerpt), "%s", text.s ? text.s : "");
	buf_free(&text);
}

/* What shows bytes: the finding itself, another of its rule, or the last before it. */
static const struct replay_finding *find_excerpt(const struct replay_conn *c,
						 const struct replay_finding *f)
{
	const struct replay_finding *last = f, *i;

	for (i = c->finding; i < f && !f->excerpts; i++) {
		if (!i->excerpts || i->dir != f->dir)
			continue;
		if (f->rule && i->rule == f->rule)
			return i;
		last = i;
	}
	return last;
}

static void put_evidence(struct change *ch, const struct replay_conn *c,
			 const struct replay_finding *f)
{
	ch->first = c->number;
	ch->client = c->client;
	ch->end = c->server;
	ch->family = c->family;
	if (!f) {
		snprintf(ch->why, sizeof(ch->why), "%s",
			 c->end ? esmtp_reason_sentence(c->end) : "its bytes are changed");
		return;
	}
	snprintf(ch->why, sizeof(ch->why), "%s%s", f->rule ? "match " : "", f->text);
	f = find_excerpt(c, f);
	ch->off = f->off;
	ch->dir = f->dir;
	put_excerpt(ch, f);
}

/* --- the change ----------------------------------------------------------------------- */

static bool is_same(const struct change *a, const struct change *b)
{
	if ((a->kind == CHANGE_EXEMPT) != (b->kind == CHANGE_EXEMPT))
		return false;
	if (a->kind == CHANGE_EXEMPT)
		return !memcmp(&a->host, &b->host, sizeof(a->host)) && a->server == b->server;
	if ((a->kind == CHANGE_PARAM) != (b->kind == CHANGE_PARAM) || a->map != b->map)
		return false;
	return a->kind == CHANGE_PARAM ? a->param == b->param : a->rule == b->rule;
}

/* The same change as made before, or a new one; NULL if there are too many. */
static struct change *find_change(struct advise *a, const struct change *want,
				  const struct replay_conn *c, const struct replay_finding *f)
{
	struct change *ch;

	for (ch = a->v; ch < a->v + a->n; ch++)
		if (is_same(ch, want))
			return ch;
	if (a->n == ADVISE_CHANGES) {
		a->full = true;
		return NULL;
	}
	*ch = *want;
	ch->round = a->round;
	put_evidence(ch, c, f);
	a->n++;
	a->grew = true;
	return ch;
}

static void count_conn(struct change *ch, const struct mark *m)
{
	ch->conns++;
	ch->bytes += m->bytes;
}

/* A limit that was not enough: the rule is left out. False if that was done, too. */
static bool escalate(struct advise *a, struct change *ch)
{
	if (ch->kind != CHANGE_LIMIT)
		return false;
	ch->kind = CHANGE_NO_MATCH;
	ch->round = a->round;
	a->grew = true;
	return true;
}

static bool make_change(struct advise *a, const struct change *want,
			const struct replay_conn *c, const struct replay_finding *f,
			const struct mark *m)
{
	struct change *ch = find_change(a, want, c, f);

	if (!ch || ch->unmade || (ch->round != a->round && !escalate(a, ch)))
		return false;
	count_conn(ch, m);
	return true;
}

static void exempt_host(struct advise *a, const struct replay_conn *c,
			const struct replay_finding *f, const struct mark *m)
{
	struct change want = { .kind = CHANGE_EXEMPT, .host.family = c->family };
	u32 i;

	if (!a->exempting)
		return;
	want.host.addr = c->client;
	for (i = 0; i < a->nhosts; i++)
		if (!memcmp(&a->hosts[i].addr, &c->server, sizeof(c->server)))
			want.server = true;
	for (i = 0; i < a->nhosts; i++)
		if (!memcmp(&a->hosts[i].addr, &c->client, sizeof(c->client)))
			want.server = false;
	if (want.server)
		want.host.addr = c->server;
	if (!make_change(a, &want, c, f, m))
		a->helpless++;
}

/* --- the map ---------------------------------------------------------------------------- */

static bool is_taken(struct advise *a, const char *name)
{
	u32 i;

	for (i = 0; i < a->nmaps; i++)
		if (!strcmp(a->maps[i].copy, name))
			return true;
	return config_map_find(&a->base.cfg, name);
}

static void name_copy(struct advise *a, char *name, size_t size)
{
	u32 i = 1;

	snprintf(name, size, "advised");
	while (is_taken(a, name))
		snprintf(name, size, "advised_%u", ++i);
}

/* The place of the map that a connection is inspected by, or -1. */
static int find_map(struct advise *a, const char *name)
{
	struct advise_map *map;
	u32 i;

	for (i = 0; i < a->nmaps; i++)
		if (!strcmp(a->maps[i].name, name) || !strcmp(a->maps[i].copy, name))
			return (int)i;
	if (a->nmaps == ADVISE_MAPS || !config_map_find(&a->base.cfg, name))
		return -1;
	map = &a->maps[a->nmaps];
	name_copy(a, map->copy, sizeof(map->copy));
	snprintf(map->name, sizeof(map->name), "%s", name);
	return (int)a->nmaps++;
}

/* Place of a rule in the map as it is; @rule is that in the copy, if that is in use. */
static u32 find_rule(struct advise *a, u32 map, const char *name, u32 rule)
{
	const struct change *ch;
	u32 i;

	if (!strcmp(a->maps[map].name, name))
		return rule;
	for (i = 0; i < ESMTP_MAP_RULES; i++) {
		ch = advise_rule_change(a, map, i);
		/* what was left out in this round stands in the copy that was tried */
		if (ch && ch->kind == CHANGE_NO_MATCH && ch->round != a->round)
			continue;
		if (!rule--)
			return i;
	}
	return i;
}

static bool has_limit(const struct match *m, const struct match *inner)
{
	enum esmtp_arg arg = esmtp_criterion_arg(inner->rule.crit);

	return (arg == ESMTP_ARG_COUNT || arg == ESMTP_ARG_VERB_COUNT) &&
	       !inner->rule.negate && (!m->of || m->of->any) &&
	       m->rule.act != ESMTP_ACT_RATE;
}

static bool change_rule(struct advise *a, u32 map, const struct replay_conn *c,
			const struct replay_finding *f, const struct mark *m)
{
	u32 rule = find_rule(a, map, c->map, f->rule - 1), first, rules;
	const struct match *match = advise_match(advise_map(a, map), rule, &first, &rules);
	struct change want = { .kind = CHANGE_NO_MATCH, .map = map, .rule = rule, .rules = 1 };

	if (!match)
		return false;
	if (has_limit(match, advise_match_inner(match, rule - first)))
		want.kind = CHANGE_LIMIT;
	if (match->of && !match->of->any) {
		want.rule = first;
		want.rules = rules;
	}
	return make_change(a, &want, c, f, m);
}

/* A sender to whom a greeting hides that the server speaks ESMTP uses none of it. */
static void befriend(struct advise *a, u32 map, const struct replay_conn *c,
		     const struct replay_finding *f, const struct mark *m)
{
	struct change want = { .kind = CHANGE_PARAM, .param = PARAM_FRIENDLY, .map = map };

	if (advise_map(a, map)->params.banner == ESMTP_BANNER_CLASSIC)
		make_change(a, &want, c, f, m);
}

/* The parameters as they were tried: with what was changed before this round. */
static struct esmtp_params get_params(struct advise *a, u32 map)
{
	struct esmtp_params p = advise_map(a, map)->params;
	const struct change *ch;

	for (ch = a->v; ch < a->v + a->n; ch++)
		if (ch->kind == CHANGE_PARAM && ch->map == map && !ch->unmade &&
		    ch->round != a->round)
			advise_param_set(&p, ch->param);
	return p;
}

static bool change_param(struct advise *a, u32 map, const struct replay_conn *c,
			 const struct replay_finding *f, const struct mark *m)
{
	struct change want = { .kind = CHANGE_PARAM, .map = map };
	struct esmtp_params p = get_params(a, map);
	int param = advise_param_find(&p, c, f);

	if (param < 0)
		return false;
	want.param = (u8)param;
	if (!make_change(a, &want, c, f, m))
		return false;
	if (!a->untouched && (param == PARAM_CHUNKING || param == PARAM_TLS))
		befriend(a, map, c, f, m);
	return true;
}

/**
 * advise_forget_hosts() - no host is exempt any more
 * @a: the advice
 */
void advise_forget_hosts(struct advise *a)
{
	u32 i, n = 0;

	for (i = 0; i < a->n; i++)
		if (a->v[i].kind != CHANGE_EXEMPT)
			a->v[n++] = a->v[i];
	a->n = n;
}

/**
 * advise_add_change() - a legitimate connection is stopped
 * @a: the advice; the change that helps is added
 * @c: the connection
 * @m: what is kept of it
 */
void advise_add_change(struct advise *a, const struct replay_conn *c, const struct mark *m)
{
	const struct replay_finding *f = advise_harm(a, c);
	int map = c->map[0] ? find_map(a, c->map) : -1;
	bool done = false;

	/* a limit of connections is of nobody's mail */
	if (!c->map[0] && c->end) {
		a->helpless += a->exempting;
		return;
	}
	if (map >= 0 && f && f->rule)
		done = change_rule(a, (u32)map, c, f, m);
	else if (map >= 0 && f && f->kind)
		done = change_param(a, (u32)map, c, f, m);
	if (!done)
		exempt_host(a, c, f, m);
}
