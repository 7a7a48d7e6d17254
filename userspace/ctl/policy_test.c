// SPDX-License-Identifier: GPL-2.0
/*
 * test FILE: what a configuration is meant to do, as lines beside it:
 *
 *	configuration [--lenient] FILE		the whole one, as 'replace' takes it
 *	configuration + FILE			lines added to it
 *	recording FILE				what follows is of the connections in it
 *	expect host A [eq P] host B [eq P] [interface IF] WHAT [by NAME]
 *
 * WHAT is untouched, exempt, logged, masked, cut or refused; NAME is of the inspection map.
 * Names of files are relative to FILE. Without a recording it is what 'show service-policy
 * flow' says of a connection: masked is one that is inspected, for every map but one that
 * monitors masks something; cut one whose map may end it.
 */
#include "replay.h"
#include "out.h"
#include "store.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 16, EXPECTS = 1024 };

/**
 * struct expect - a line
 * @line: its number
 * @text: the line
 * @t: the connection, with port 0 for any
 * @in: name of the interface that they enter by, or NULL
 * @what: the fate's word
 * @by: name of the inspection map, or NULL
 * @seen: connections of a recording that it speaks of
 * @bad: those of them of another fate
 * @got: the first of these
 */
struct expect {
	u32 line;
	char *text;
	struct esmtp_tuple t;
	char *in, *what, *by;
	u32 seen, bad;
	char got[ESMTP_NAME_LEN + 32];
};

/**
 * struct test - a file under way
 * @ctl: the tool
 * @path: of the file
 * @folder: bytes of @path that are its folder, with the slash
 * @line: number of the line at hand
 * @o: policy and recording, as for replay
 * @v: expectations not judged yet
 * @n: how many
 * @all: expectations so far
 * @failed: those that failed
 */
struct test {
	struct ctl *ctl;
	const char *path;
	size_t folder;
	u32 line;
	struct replay_options o;
	struct expect *v;
	u32 n, all, failed;
};

static int fail(const struct test *t, const char *what, const char *word)
{
	out_error("%s:%u: %s%s%s", t->path, t->line, what, word ? ": " : "", word ? word : "");
	return CTL_ERROR;
}

static char *beside(const struct test *t, const char *name)
{
	struct buf path = { 0 };

	if (*name != '/')
		buf_put(&path, t->path, t->folder);
	buf_add(&path, "%s", name);
	return path.s;
}

/* --- what is expected ------------------------------------------------------------ */

static bool read_addr(const char *word, struct esmtp_tuple *t, struct esmtp_addr *to)
{
	u8 family;

	if (!word)
		return false;
	memset(to, 0, sizeof(*to));
	if (inet_pton(AF_INET, word, to->b) == 1)
		family = ESMTP_AF_INET;
	else if (inet_pton(AF_INET6, word, to->b) == 1)
		family = ESMTP_AF_INET6;
	else
		return false;
	if (t->family && t->family != family)
		return false;
	t->family = family;
	return true;
}

static bool read_port(const char *word, u16 *port)
{
	char *end;
	unsigned long n = word ? strtoul(word, &end, 10) : 0;

	*port = (u16)n;
	return n && n <= 0xffff && !*end;
}

/* host A [eq P]; the words behind it, or NULL. */
static char **read_end(char **w, struct esmtp_tuple *t, struct esmtp_addr *addr, u16 *port)
{
	if (!*w || strcmp(*w, "host") != 0 || !read_addr(w[1], t, addr))
		return NULL;
	w += 2;
	if (!*w || strcmp(*w, "eq") != 0)
		return w;
	return read_port(w[1], port) ? w + 2 : NULL;
}

static bool is_fate(const char *word)
{
	static const char *const fates[] = {
		"untouched", "exempt", "logged", "masked", "cut", "refused",
	};
	u32 i;

	for (i = 0; word && i < ESMTP_ARRAY_SIZE(fates); i++)
		if (!strcmp(word, fates[i]))
			return true;
	return false;
}

static int read_expect(struct test *t, char **w, const char *text)
{
	struct expect e = { .line = t->line, .t.proto = 6 };
	const char *in = NULL;

	w = read_end(w, &e.t, &e.t.src, &e.t.sport);
	if (w)
		w = read_end(w, &e.t, &e.t.dst, &e.t.dport);
	if (w && *w && !strcmp(*w, "interface")) {
		in = w[1];
		w = in ? w + 2 : NULL;
	}
	if (!w)
		return fail(t, "expect host A [eq PORT] host B [eq PORT] [interface IF] WHAT", NULL);
	if (in && t->o.nfiles)
		return fail(t, "a recording names no interface", in);
	if (!is_fate(*w))
		return fail(t, "not untouched, exempt, logged, masked, cut or refused", *w);
	if (w[1] && (strcmp(w[1], "by") != 0 || !w[2] || w[3]))
		return fail(t, "by NAME or nothing follows", w[1]);
	if (t->n == EXPECTS)
		return fail(t, "more expectations than can be kept", NULL);
	e.in = in ? mem_dup(in, strlen(in)) : NULL;
	e.what = mem_dup(*w, strlen(*w));
	e.by = w[1] ? mem_dup(w[2], strlen(w[2])) : NULL;
	e.text = mem_dup(text, strlen(text));
	t->v[t->n++] = e;
	return CTL_OK;
}

/* --- what is --------------------------------------------------------------------- */

static bool may_end(const struct esmtp_param *p)
{
	return p->on && p->act != ESMTP_ACT_LOG && p->act != ESMTP_ACT_MASK;
}

/* Has a map an action that ends a connection? */
static bool may_cut(const struct esmtp_map *m)
{
	u32 i;

	for (i = 0; i < m->nrules; i++)
		switch (m->rules[i].act) {
		case ESMTP_ACT_DROP:
		case ESMTP_ACT_RESET:
		case ESMTP_ACT_REJECT:
			return true;
		default:
			break;
		}
	return may_end(&m->params.special) || may_end(&m->params.relay) ||
	       may_end(&m->params.guard) || may_end(&m->params.termination);
}

/* Is it so, as the policy alone has it? @e->got says what is. */
static bool holds_flow(struct expect *e, const struct esmtp_policy *p, const char *ifname)
{
	struct esmtp_flowspec f = { .real = e->t, .wire = e->t, .in = ifname, .out = "" };
	struct esmtp_class_result r;
	const struct esmtp_map *m;

	f.real.sport = e->t.sport ? e->t.sport : 1025;
	f.real.dport = e->t.dport ? e->t.dport : 25;
	f.wire = f.real;
	r = esmtp_classify(p, &f);
	if (r.verdict != ESMTP_CLASSIFY_INSPECT) {
		bool exempt = r.verdict == ESMTP_CLASSIFY_EXEMPT;

		snprintf(e->got, sizeof(e->got), "%s", exempt ? "exempt" : "not inspected");
		return !strcmp(e->what, "untouched") || (exempt && !strcmp(e->what, "exempt"));
	}
	m = &p->maps[p->binds[r.bind].map];
	snprintf(e->got, sizeof(e->got), "inspected by %s", m->name);
	if (e->by && strcmp(e->by, m->name) != 0)
		return false;
	if (m->params.monitor)
		return !strcmp(e->what, "logged") || !strcmp(e->what, "untouched");
	return !strcmp(e->what, "masked") || (!strcmp(e->what, "cut") && may_cut(m));
}

static bool speaks_of(const struct expect *e, const struct replay_conn *c)
{
	return c->family == e->t.family &&
	       !memcmp(&c->client, &e->t.src, sizeof(c->client)) &&
	       !memcmp(&c->server, &e->t.dst, sizeof(c->server)) &&
	       (!e->t.sport || e->t.sport == c->client_port) &&
	       (!e->t.dport || e->t.dport == c->server_port);
}

static bool holds_conn(const struct expect *e, const struct replay_conn *c)
{
	const char *fate = replay_fate_name(c);

	if (e->by && strcmp(e->by, c->map) != 0)
		return false;
	if (!strcmp(e->what, "untouched"))
		return c->fate <= REPLAY_EXEMPT || c->fate == REPLAY_LOGGED;
	return !strcmp(e->what, fate) ||
	       (!strcmp(e->what, "cut") && c->fate == REPLAY_CUT);
}

static void take_conn(void *ctx, const struct replay_conn *c)
{
	struct test *t = ctx;
	u32 i;

	for (i = 0; i < t->n; i++) {
		struct expect *e = &t->v[i];

		if (!speaks_of(e, c))
			continue;
		e->seen++;
		if (holds_conn(e, c) || e->bad++)
			continue;
		snprintf(e->got, sizeof(e->got), "%s%s%s", replay_fate_name(c),
			 c->map[0] ? " by " : "", c->map);
	}
}

/* --- a file ---------------------------------------------------------------------- */

static void report(struct test *t, const struct expect *e, bool holds)
{
	t->all++;
	if (holds)
		return;
	t->failed++;
	out_line("%s:%u: %s: it is %s", t->path, e->line, e->text,
		 e->got[0] ? e->got : "not in the recording");
}

static int judge_recording(struct test *t, const struct replay_policy *p)
{
	struct replay_job job = {
		.policy = &p->policy,
		.files = t->o.files,
		.nfiles = t->o.nfiles,
		.conn = take_conn,
		.ctx = t,
	};
	u32 i;

	if (replay_run(&job)) {
		out_error("esmtp-ctl: %s", job.error);
		return CTL_ERROR;
	}
	for (i = 0; i < t->n; i++)
		report(t, &t->v[i], t->v[i].seen && !t->v[i].bad);
	return CTL_OK;
}

static int judge_policy(struct test *t, const struct replay_policy *p)
{
	const char *ifname;
	u32 i;

	for (i = 0; i < t->n; i++) {
		struct expect *e = &t->v[i];

		ifname = e->in ? config_ifname(&p->cfg, e->in) : "";
		if (e->in && !service_knows(&p->policy, e->in, ifname)) {
			t->line = e->line;
			return fail(t, "there is no interface", e->in);
		}
		report(t, e, holds_flow(e, &p->policy, ifname));
	}
	return CTL_OK;
}

static void free_expects(struct test *t)
{
	u32 i;

	for (i = 0; i < t->n; i++) {
		mem_free(t->v[i].text);
		mem_free(t->v[i].in);
		mem_free(t->v[i].what);
		mem_free(t->v[i].by);
	}
	t->n = 0;
}

/* Judges what is expected so far. */
static int judge(struct test *t)
{
	struct replay_policy p;
	int err;

	if (!t->n)
		return CTL_OK;
	err = replay_policy_load(t->ctl, &t->o, t->o.policy, &p);
	if (!err)
		err = t->o.nfiles ? judge_recording(t, &p) : judge_policy(t, &p);
	replay_policy_free(&p);
	free_expects(t);
	return err;
}

static void forget_recording(struct test *t)
{
	while (t->o.nfiles)
		mem_free((char *)t->o.files[--t->o.nfiles]);
}

static void forget_policy(struct test *t)
{
	while (t->o.nadd)
		mem_free((char *)t->o.add[--t->o.nadd]);
	mem_free((char *)t->o.policy);
	t->o.policy = NULL;
}

static int read_configuration(struct test *t, char **w)
{
	bool add = *w && !strcmp(*w, "+");
	bool lenient = *w && !strcmp(*w, "--lenient");
	int err = judge(t);

	w += add || lenient;
	if (err || !*w || w[1])
		return err ? err : fail(t, "configuration [+|--lenient] FILE", NULL);
	forget_recording(t);
	if (!add) {
		forget_policy(t);
		t->o.lenient = lenient;
		t->o.policy = beside(t, *w);
		return CTL_OK;
	}
	if (t->o.nadd == REPLAY_ADDS)
		return fail(t, "more files are added than can be", NULL);
	t->o.add[t->o.nadd++] = beside(t, *w);
	return CTL_OK;
}

static int read_recording(struct test *t, char **w)
{
	int err = judge(t);

	if (err || !*w)
		return err ? err : fail(t, "recording FILE...", NULL);
	forget_recording(t);
	for (; *w && t->o.nfiles < REPLAY_FILES; w++)
		t->o.files[t->o.nfiles++] = beside(t, *w);
	return CTL_OK;
}

static int read_line(struct test *t, char *line)
{
	char *text = mem_dup(line, strlen(line)), *save = NULL;
	char *w[WORDS + 1] = { NULL };
	int n = 0, err = CTL_OK;

	for (w[0] = strtok_r(line, " \t", &save); n < WORDS - 1 && w[n];)
		w[++n] = strtok_r(NULL, " \t", &save);
	if (!w[0] || *w[0] == '!' || *w[0] == '#')
		err = CTL_OK;
	else if (!strcmp(w[0], "expect"))
		err = read_expect(t, w + 1, text);
	else if (!strcmp(w[0], "configuration"))
		err = read_configuration(t, w + 1);
	else if (!strcmp(w[0], "recording"))
		err = read_recording(t, w + 1);
	else
		err = fail(t, "not configuration, recording or expect", w[0]);
	mem_free(text);
	return err;
}

static int read_lines(struct test *t, char *s)
{
	char *lf;
	int err = CTL_OK;

	for (; s && !err; s = lf) {
		t->line++;
		lf = strchr(s, '\n');
		if (lf)
			*lf++ = '\0';
		s[strcspn(s, "\r")] = '\0';
		err = read_line(t, s);
	}
	return err ? err : judge(t);
}

/**
 * policy_test() - test FILE
 * @ctl: the tool
 * @path: the file
 *
 * Return: exit status: CTL_DIFFERS if something is not as expected.
 */
int policy_test(struct ctl *ctl, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct test t = {
		.ctl = ctl,
		.path = path,
		.folder = slash ? (size_t)(slash + 1 - path) : 0,
		.v = mem_array(EXPECTS, sizeof(*t.v)),
	};
	struct buf text = { 0 };
	int err = store_read(path, &text);

	if (err) {
		out_error("esmtp-ctl: cannot read %s: %s", path, strerror(-err));
		err = CTL_ERROR;
	} else {
		err = read_lines(&t, text.s);
	}
	if (!err)
		out_line("%u expectation%s, %u failed", t.all, t.all == 1 ? "" : "s", t.failed);
	free_expects(&t);
	forget_recording(&t);
	forget_policy(&t);
	mem_free(t.v);
	buf_free(&text);
	return err ? err : t.failed ? CTL_DIFFERS : CTL_OK;
}
