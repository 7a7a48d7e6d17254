// SPDX-License-Identifier: GPL-2.0
/*
 * advise --since: the same from records of the audit trail, of the plane's last ones or of
 * what `monitor --json` or the journal kept. A record tells what ended a connection, not what
 * the mail was: legitimate is who was named, nothing can be tried, and no limit is measured.
 */
#include "advise.h"
#include "out.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <esmtp/core.h>
#include <jansson.h>
#include <linux/nf_esmtp.h>

/**
 * struct reading - records under way
 * @a: the advice
 * @first: line of the file at hand that is no record, or 0
 */
struct reading {
	struct advise *a;
	u32 first;
};

/* --- one record ---------------------------------------------------------------------- */

static bool is_named(const struct advise *a, const struct esmtp_event_view *ev)
{
	u32 i;

	for (i = 0; i < a->nhosts; i++)
		if (a->hosts[i].family == ev->family &&
		    (!memcmp(&a->hosts[i].addr, &ev->client, sizeof(ev->client)) ||
		     !memcmp(&a->hosts[i].addr, &ev->server, sizeof(ev->server))))
			return true;
	return false;
}

static u8 find_reason(const char *name)
{
	u32 i;

	for (i = 0; name && i < ESMTP_REASON_MAX; i++)
		if (!strcmp(name, esmtp_reason_name(i)))
			return (u8)i;
	return ESMTP_R_GO;
}

/* Does the policy have the rule that the record speaks of, at that place? */
static bool is_rule_there(const struct advise *a, const struct esmtp_event_view *ev)
{
	static const char match[] = "match ";
	const struct esmtp_policy *p = &a->base.policy;
	char text[1024];
	struct esmtp_text t = { .buf = text, .size = sizeof(text) };
	u32 i;

	for (i = 0; i < p->nmaps; i++) {
		if (!ev->map || strcmp(p->maps[i].name, ev->map) != 0)
			continue;
		if (!ev->rule)
			return true;
		if (ev->rule > p->maps[i].nrules || !ev->text)
			return false;
		esmtp_text_rule(&t, &p->maps[i], ev->rule - 1);
		return !strncmp(text + sizeof(match) - 1, ev->text, strlen(ev->text));
	}
	return false;
}

/* As a replay would have found it; the bytes are those that the record has. */
static void take_finding(struct replay_finding *f, const struct esmtp_event_view *ev)
{
	f->kind = ESMTP_EVENT_END;
	f->dir = ev->from_server ? ESMTP_S2C : ESMTP_C2S;
	f->act = ev->act;
	f->changes = true;
	f->rule = ev->rule;
	f->off = ev->off;
	f->times = 1;
	f->time = ev->time;
	f->reason = ev->reason;
	snprintf(f->text, sizeof(f->text), "%s", ev->text ? ev->text : "?");
	f->excerpts = (u8)(ev->excerpt_len < sizeof(f->excerpt) ? ev->excerpt_len :
			   sizeof(f->excerpt));
	if (f->excerpts)
		memcpy(f->excerpt, ev->excerpt, f->excerpts);
}

static void add_stopped(struct advise *a, const struct esmtp_event_view *ev)
{
	struct replay_finding f = { .kind = 0 };
	struct mark m = { .there = 1, .legit = 1, .bytes = ev->bytes };
	struct replay_conn c = {
		.number = ev->conn,
		.client = ev->client,
		.server = ev->server,
		.client_port = ev->client_port,
		.server_port = ev->server_port,
		.family = ev->family,
		.fate = REPLAY_CUT,
		.end = find_reason(ev->reason),
		.n = 1,
		.finding = &f,
	};

	take_finding(&f, ev);
	snprintf(c.map, sizeof(c.map), "%s", ev->map ? ev->map : "");
	advise_add_change(a, &c, &m);
}

static void take_record(const struct esmtp_event_view *ev, void *ctx)
{
	struct reading *r = ctx;
	struct advise *a = r->a;

	if (ev->kind != ESMTP_EVENT_END || ev->time < a->since)
		return;
	a->all++;
	if (!is_named(a, ev))
		return;
	a->legit++;
	if (!is_rule_there(a, ev)) {
		a->stale++;
		return;
	}
	a->before.stopped++;
	add_stopped(a, ev);
}

/* --- records of a file ------------------------------------------------------------------ */

static u32 get_number(const json_t *from, const char *key)
{
	return (u32)json_integer_value(json_object_get(from, key));
}

static const char *get_string(const json_t *from, const char *key)
{
	return json_string_value(json_object_get(from, key));
}

static u8 get_addr(const json_t *from, const char *key, struct esmtp_addr *addr)
{
	const char *s = get_string(from, key);

	memset(addr, 0, sizeof(*addr));
	if (s && inet_pton(AF_INET, s, addr->b) == 1)
		return ESMTP_AF_INET;
	if (s && inet_pton(AF_INET6, s, addr->b) == 1)
		return ESMTP_AF_INET6;
	return 0;
}

static int get_hex(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* The bytes of an excerpt that event_excerpt() has made text of. */
static size_t read_excerpt(const char *s, u8 *to, size_t size)
{
	size_t n = 0;
	int hi, lo;

	for (; s && *s && n < size; s++) {
		if (*s != '\\') {
			to[n++] = (u8)*s;
		} else if (s[1] == 'r' || s[1] == 'n') {
			to[n++] = *++s == 'r' ? '\r' : '\n';
		} else if (s[1] == 'x') {
			hi = get_hex(s[2]);
			lo = hi < 0 ? -1 : get_hex(s[3]);
			if (lo < 0)
				break;
			to[n++] = (u8)(hi << 4 | lo);
			s += 3;
		}
	}
	return n;
}

/* What 507003 is the number of is told by nothing else. */
enum { MESSAGE_END = 507003 };

/* A record as event_json() has written it. False if it is none. */
static bool read_record(const json_t *from, struct esmtp_event_view *ev, u8 *excerpt)
{
	memset(ev, 0, sizeof(*ev));
	if (!json_is_integer(json_object_get(from, "message")))
		return false;
	ev->kind = get_number(from, "message") == MESSAGE_END ? ESMTP_EVENT_END :
								ESMTP_EVENT_SEEN;
	ev->family = get_addr(from, "client", &ev->client);
	if (!ev->family || get_addr(from, "server", &ev->server) != ev->family)
		return false;
	ev->time = (u64)json_integer_value(json_object_get(from, "time-ns"));
	ev->bytes = (u64)json_integer_value(json_object_get(from, "bytes"));
	ev->client_port = (u16)get_number(from, "client-port");
	ev->server_port = (u16)get_number(from, "server-port");
	ev->conn = get_number(from, "connection");
	ev->rule = get_number(from, "rule");
	ev->off = get_number(from, "offset");
	ev->from_server = json_is_true(json_object_get(from, "from-server"));
	ev->map = get_string(from, "map");
	ev->text = get_string(from, "text");
	ev->reason = get_string(from, "reason");
	ev->excerpt = excerpt;
	ev->excerpt_len = read_excerpt(get_string(from, "excerpt"), excerpt, REPLAY_EXCERPT);
	return true;
}

/* In the journal's JSON a record is text within one field. */
static json_t *read_line(const char *line)
{
	json_t *all = json_loads(line, 0, NULL), *record;
	const char *field = all ? get_string(all, "ESMTP_RECORD") : NULL;

	if (!field)
		return all;
	record = json_loads(field, 0, NULL);
	json_decref(all);
	return record;
}

static bool is_blank(const char *line)
{
	return !line[strspn(line, " \t\r\n")];
}

static void take_line(struct reading *r, const char *line, u32 number)
{
	json_t *record = is_blank(line) ? NULL : read_line(line);
	struct esmtp_event_view ev;
	u8 excerpt[REPLAY_EXCERPT];

	if (record && read_record(record, &ev, excerpt))
		take_record(&ev, r);
	else if (!is_blank(line) && !r->first)
		r->first = number;
	json_decref(record);
}

static int read_file(struct reading *r, const char *name)
{
	FILE *file = strcmp(name, "-") ? fopen(name, "re") : stdin;
	char *line = NULL;
	size_t size = 0;
	u32 number = 0;

	if (!file) {
		out_error("esmtp-ctl: cannot read %s: %s", name, strerror(errno));
		return CTL_ERROR;
	}
	r->first = 0;
	while (getline(&line, &size, file) >= 0)
		take_line(r, line, ++number);
	free(line);
	if (file != stdin)
		fclose(file);
	if (r->first)
		out_error("esmtp-ctl: %s:%u: this is no record", name, r->first);
	return r->first ? CTL_ERROR : CTL_OK;
}

static int read_plane(struct reading *r)
{
	if (ctl_connect(r->a->ctl))
		return CTL_ERROR;
	return esmtp_model_events(&r->a->ctl->nl, take_record, r) ? ctl_failed(r->a->ctl) :
								      CTL_OK;
}

static int read_all(struct advise *a)
{
	struct reading r = { .a = a };
	int err = CTL_OK;
	u32 i;

	a->all = 0;
	a->legit = 0;
	a->stale = 0;
	a->before.stopped = 0;
	a->round++;
	for (i = 0; i < a->o.nfiles && !err; i++)
		err = read_file(&r, a->o.files[i]);
	return a->o.nfiles ? err : read_plane(&r);
}

/* --- the whole ------------------------------------------------------------------------- */

/* Nobody knows how long the longest is: the match goes. */
static void drop_limits(struct advise *a)
{
	u32 i;

	for (i = 0; i < a->n; i++)
		if (a->v[i].kind == CHANGE_LIMIT)
			a->v[i].kind = CHANGE_NO_MATCH;
}

/**
 * advise_records() - find the changes that records ask for
 * @a: the advice, its policy loaded
 *
 * What no line of a map helps, an exemption does.
 *
 * Return: exit status.
 */
int advise_records(struct advise *a)
{
	int err;

	a->exempting = true;
	err = read_all(a);
	drop_limits(a);
	a->now.stopped = a->helpless;
	return err;
}

/* --- when ------------------------------------------------------------------------------ */

static bool read_ago(const char *word, time_t now, time_t *when)
{
	static const struct {
		char unit;
		u32 seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	unsigned long n;
	char *end;
	u32 i;

	n = strtoul(word, &end, 10);
	if (end == word || word[0] == '-' || n > 100000000 || !end[0] || end[1])
		return false;
	for (i = 0; i < ESMTP_ARRAY_SIZE(units); i++) {
		if (units[i].unit != *end)
			continue;
		*when = now - (time_t)(n * units[i].seconds);
		return true;
	}
	return false;
}

/* A time of today, or a day and perhaps a time of it, as `why` prints them. */
static bool read_date(const char *word, time_t now, time_t *when)
{
	static const char *const forms[] = {
		"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%H:%M:%S", "%H:%M",
	};
	const char *end;
	struct tm tm;
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(forms); i++) {
		if (!localtime_r(&now, &tm))
			return false;
		tm.tm_hour = 0;
		tm.tm_min = 0;
		tm.tm_sec = 0;
		end = strptime(word, forms[i], &tm);
		if (!end || *end)
			continue;
		tm.tm_isdst = -1;
		*when = mktime(&tm);
		return *when != -1;
	}
	return false;
}

/**
 * advise_since() - read the time of --since
 * @a: the advice
 * @word: "2h", "2026-11-30", "2026-11-30 08:15", "08:15" and the like
 *
 * Return: false if it is no time.
 */
bool advise_since(struct advise *a, const char *word)
{
	time_t now = time(NULL), when;

	if (!read_ago(word, now, &when) && !read_date(word, now, &when))
		return false;
	a->since = when > 0 ? (u64)when * 1000000000ull : 0;
	a->records = true;
	return true;
}
