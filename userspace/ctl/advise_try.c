// SPDX-License-Identifier: GPL-2.0
/*
 * Recordings under the policy as it is and with lines added: which connections are
 * legitimate, which of them are stopped, and whose fate changes. What is known of each is
 * kept in a file, so memory does not grow with the recording.
 */
#include "advise.h"
#include "out.h"

#include <string.h>

#include <esmtp/core.h>
#include <linux/nf_esmtp.h>

/**
 * struct trial - a replay under way
 * @a: the advice
 * @tried: what it comes to
 * @stopped: told of each legitimate connection that is stopped; may be NULL
 */
struct trial {
	struct advise *a;
	struct tried *tried;
	void (*stopped)(struct advise *a, const struct replay_conn *c, const struct mark *m);
};

static void put_mark(struct advise *a, u32 number, const struct mark *m)
{
	a->failed |= fseeko(a->marks, (off_t)number * (off_t)sizeof(*m), SEEK_SET) ||
		     fwrite(m, sizeof(*m), 1, a->marks) != 1;
}

/**
 * advise_mark_get() - what is kept of a connection
 * @a: the advice
 * @number: the connection's
 * @m: set; all zero if nothing is
 */
void advise_mark_get(struct advise *a, u32 number, struct mark *m)
{
	memset(m, 0, sizeof(*m));
	if (fseeko(a->marks, (off_t)number * (off_t)sizeof(*m), SEEK_SET) ||
	    fread(m, sizeof(*m), 1, a->marks) != 1)
		memset(m, 0, sizeof(*m));
}

/* --- who is legitimate ------------------------------------------------------------ */

static bool is_host(const struct advise_host *h, const struct replay_conn *c)
{
	return h->family == c->family &&
	       (!memcmp(&h->addr, &c->client, sizeof(h->addr)) ||
		!memcmp(&h->addr, &c->server, sizeof(h->addr)));
}

static bool is_legit(const struct advise *a, const struct replay_conn *c)
{
	u32 i;

	for (i = 0; i < a->nhosts; i++)
		if (is_host(&a->hosts[i], c))
			return true;
	return !a->nhosts && c->accepted;
}

static void observe_conn(void *ctx, const struct replay_conn *c)
{
	struct advise *a = ctx;
	struct mark m;

	memset(&m, 0, sizeof(m));
	m.there = 1;
	m.legit = is_legit(a, c);
	m.bytes = c->bytes[ESMTP_C2S] + c->bytes[ESMTP_S2C];
	a->all++;
	a->legit += m.legit;
	put_mark(a, c->number, &m);
}

/* A map that follows every conversation and ends as few as can be. */
static void relax_map(struct esmtp_map *map)
{
	memset(&map->params, 0, sizeof(map->params));
	map->params.chunking = 1;
	map->params.tls = 1;
	map->nrules = 0;
	map->nsays = 0;
}

static int run(struct advise *a, const struct esmtp_policy *policy,
	       void (*conn)(void *ctx, const struct replay_conn *c), void *ctx)
{
	struct replay_job job = {
		.policy = policy,
		.files = a->o.files,
		.nfiles = a->o.nfiles,
		.trust = a->o.trust,
		.conn = conn,
		.ctx = ctx,
	};

	if (!replay_run(&job))
		return CTL_OK;
	out_error("esmtp-ctl: %s", job.error);
	return CTL_ERROR;
}

/**
 * advise_observe() - find out which connections are legitimate
 * @a: the advice
 *
 * Return: exit status.
 */
int advise_observe(struct advise *a)
{
	struct esmtp_policy lax = a->base.policy;
	u32 i;
	int err;

	lax.maps = mem_array(lax.nmaps + 1, sizeof(*lax.maps));
	memcpy(lax.maps, a->base.policy.maps, lax.nmaps * sizeof(*lax.maps));
	for (i = 0; i < lax.nmaps; i++)
		relax_map(&lax.maps[i]);
	lax.binds = mem_array(lax.nbinds + 1, sizeof(*lax.binds));
	memcpy(lax.binds, a->base.policy.binds, lax.nbinds * sizeof(*lax.binds));
	for (i = 0; i < lax.nbinds; i++)
		memset(&lax.binds[i].set, 0, sizeof(lax.binds[i].set));
	lax.nlimits = 0;
	err = run(a, &lax, observe_conn, a);
	mem_free(lax.maps);
	mem_free(lax.binds);
	return err;
}

/* --- what becomes of them --------------------------------------------------------- */

static bool is_harm(const struct advise *a, const struct replay_finding *f)
{
	if (!f->changes)
		return false;
	if (a->untouched || f->parts)
		return true;
	return f->kind == ESMTP_EVENT_RULE && f->act == ESMTP_ACT_MASK &&
	       !strncmp(f->text, "cmd verb", strlen("cmd verb"));
}

/**
 * advise_harm() - what stops a connection
 * @a: the advice
 * @c: the connection
 *
 * Return: the finding that tells most of it, or NULL if none does.
 */
const struct replay_finding *advise_harm(const struct advise *a, const struct replay_conn *c)
{
	const struct replay_finding *first = NULL, *f;

	for (f = c->finding; f < c->finding + c->n; f++) {
		if (f->kind == ESMTP_EVENT_END)
			return f;
		if (!is_harm(a, f))
			continue;
		if (f->rule && (!first || !first->rule))
			first = f;
		if (!first)
			first = f;
	}
	return first;
}

static bool is_stopped(const struct advise *a, const struct replay_conn *c)
{
	return c->end || advise_harm(a, c) || (a->untouched && c->changed);
}

static void set_fate(struct mark *m, const struct replay_conn *c)
{
	u32 i;

	m->fate = c->fate;
	m->end = c->end;
	for (i = 0; i < c->n; i++)
		if (c->finding[i].kind == ESMTP_EVENT_END)
			m->act = c->finding[i].act;
}

static void judge_base_conn(void *ctx, const struct replay_conn *c)
{
	struct advise *a = ctx;
	struct mark m;

	advise_mark_get(a, c->number, &m);
	set_fate(&m, c);
	put_mark(a, c->number, &m);
	a->before.stopped += m.legit && is_stopped(a, c);
}

/**
 * advise_judge_base() - what becomes of each under the policy as it is
 * @a: the advice
 *
 * Return: exit status.
 */
int advise_judge_base(struct advise *a)
{
	return run(a, &a->base.policy, judge_base_conn, a);
}

static void judge_conn(void *ctx, const struct replay_conn *c)
{
	struct trial *t = ctx;
	struct mark m, is;

	advise_mark_get(t->a, c->number, &m);
	is = m;
	is.act = 0;
	set_fate(&is, c);
	if (m.legit && is_stopped(t->a, c)) {
		t->tried->stopped++;
		if (t->stopped)
			t->stopped(t->a, c, &m);
	}
	if (m.legit || (is.fate == m.fate && is.end == m.end && is.act == m.act))
		return;
	if (!t->tried->others++)
		t->tried->other = c->number;
}

/**
 * advise_judge() - what becomes of each with lines added
 * @a: the advice
 * @lines: the lines
 * @tried: set
 * @stopped: told of each legitimate connection that is stopped; may be NULL
 *
 * Return: exit status.
 */
int advise_judge(struct advise *a, const struct buf *lines, struct tried *tried,
		 void (*stopped)(struct advise *a, const struct replay_conn *c,
				 const struct mark *m))
{
	struct trial t = { .a = a, .tried = tried, .stopped = stopped };
	struct replay_options o = a->o;
	struct replay_policy p;
	int err;

	memset(tried, 0, sizeof(*tried));
	o.lines = lines->s;
	err = replay_policy_load(a->ctl, &o, o.policy, &p);
	if (!err)
		err = run(a, &p.policy, judge_conn, &t);
	replay_policy_free(&p);
	return err;
}
