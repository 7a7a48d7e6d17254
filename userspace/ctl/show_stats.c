// SPDX-License-Identifier: GPL-2.0
/* Counters: show asp drop, and show metrics in the text of OpenMetrics. */
#include "ctl.h"
#include "out.h"

#include <string.h>

#include <esmtp/core.h>

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static bool names(enum esmtp_reason why, const char *name)
{
	const char *cause = esmtp_reason_cause(why);

	return !strcmp(esmtp_reason_name(why), name) ||
	       (cause && !strcmp(cause, name));
}

static const char *sentence(const char *name)
{
	u32 i;

	for (i = 0; i < ESMTP_REASON_MAX; i++)
		if (names((enum esmtp_reason)i, name))
			return esmtp_reason_sentence((enum esmtp_reason)i);
	return name;
}

/* A part of show asp drop. */
struct drops {
	const char *prefix;		/* of names in stats */
	json_t *list;			/* or NULL for text */
};

static void drop_one(const char *name, u64 value, void *ctx)
{
	const struct drops *d = ctx;
	struct buf text = { 0 };

	if (!begins(name, d->prefix))
		return;
	if (d->list) {
		json_array_append_new(d->list,
			json_pack("{s:s, s:s, s:I}", "name", name, "sentence",
				  sentence(name), "count", (json_int_t)value));
		return;
	}
	buf_add(&text, "%s (%s)", sentence(name), name);
	out_line("  %-72s %12llu", text.s, value);
	buf_free(&text);
}

static int print_drops(struct ctl *ctl, const char *title, const char *prefix)
{
	struct drops d = { .prefix = prefix };

	out_line("%s", title);
	return esmtp_model_stats(&ctl->nl, drop_one, &d);
}

static int json_drops(struct ctl *ctl, json_t *to, const char *key, const char *prefix)
{
	struct drops d = { .prefix = prefix, .list = json_array() };

	json_object_set_new(to, key, d.list);
	return esmtp_model_stats(&ctl->nl, drop_one, &d);
}

/**
 * show_drops() - show asp drop
 * @ctl: the tool
 *
 * Frames are packets, flows the connections that inspection has ended.
 *
 * Return: exit status.
 */
int show_drops(struct ctl *ctl)
{
	json_t *all;

	if (ctl_connect(ctl))
		return CTL_ERROR;
	if (!ctl->json)
		return print_drops(ctl, "Frame drop:", "drop_") ||
		       print_drops(ctl, "Flow drop:", "ended_") ?
		       ctl_failed(ctl) : CTL_OK;
	all = json_object();
	if (json_drops(ctl, all, "frame-drop", "drop_") ||
	    json_drops(ctl, all, "flow-drop", "ended_")) {
		json_decref(all);
		return ctl_failed(ctl);
	}
	out_json(all);
	return CTL_OK;
}

/* A kind of counter: families of one name must stand together. */
struct family {
	const char *prefix;		/* of names in stats */
	const char *metric;
	const char *type;
	const char *suffix;
	const char *label;
	const char *help;
};

static const struct family families[] = {
	{ "pass_", "nf_esmtp_packets_passed", "counter", "_total", "reason",
	  "Packets that left as they came." },
	{ "edit_", "nf_esmtp_packets_edited", "counter", "_total", "reason",
	  "Packets that left with changed bytes." },
	{ "drop_", "nf_esmtp_packets_dropped", "counter", "_total", "reason",
	  "Packets that were dropped." },
	{ "ended_", "nf_esmtp_connections_ended", "counter", "_total", "cause",
	  "Connections that inspection has ended." },
	{ "event_", "nf_esmtp_events", "counter", "_total", "event",
	  "What was seen in conversations." },
	{ "segments_", "nf_esmtp_segments", "counter", "_total", "end",
	  "Segments of the engine's own." },
	{ "queue_", "nf_esmtp_queue", "counter", "_total", "what",
	  "What befell the queues of esmtp-queued." },
	{ "flows", "nf_esmtp_flows", "gauge", "", NULL,
	  "Inspected connections alive." },
	{ "resized_flows", "nf_esmtp_resized_flows", "gauge", "", NULL,
	  "Connections whose ends count differently." },
	{ "flight_bytes", "nf_esmtp_flight_bytes", "gauge", "", NULL,
	  "Packet memory held for bytes in flight." },
};

struct sample {
	char name[64];
	u64 value;
};

struct samples {
	struct sample *v;
	u32 n;
};

static void keep(const char *name, u64 value, void *ctx)
{
	struct samples *s = ctx;

	s->v = mem_grow(s->v, (s->n + 1) * sizeof(*s->v));
	memset(&s->v[s->n], 0, sizeof(s->v[0]));
	strncpy(s->v[s->n].name, name, sizeof(s->v[0].name) - 1);
	s->v[s->n++].value = value;
}

static void head(const char *metric, const char *type, const char *help)
{
	out_line("# TYPE %s %s", metric, type);
	out_line("# HELP %s %s", metric, help);
}

static void print_family(const struct family *f, const struct samples *s)
{
	u32 i;

	head(f->metric, f->type, f->help);
	for (i = 0; i < s->n; i++) {
		if (!begins(s->v[i].name, f->prefix))
			continue;
		if (f->label)
			out_line("%s%s{%s=\"%s\"} %llu", f->metric, f->suffix,
				 f->label, s->v[i].name + strlen(f->prefix),
				 s->v[i].value);
		else
			out_line("%s%s %llu", f->metric, f->suffix,
				 s->v[i].value);
	}
}

static void escape(const char *s, struct buf *out)
{
	for (; *s; s++)
		buf_add(out, *s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
}

static void print_rule(const struct esmtp_running *run, const char *pmap,
		       u32 bind, u32 rule)
{
	const struct esmtp_policy *p = &run->policy;
	const struct esmtp_bind *b = &p->binds[bind];
	const struct esmtp_map *m = &p->maps[b->map];
	char text[1024] = "";
	struct esmtp_text t = { .buf = text, .size = sizeof(text) };
	struct buf match = { 0 };

	if (m->rules[rule].with)
		return;
	esmtp_text_rule(&t, m, rule);
	escape(text, &match);
	out_line("nf_esmtp_rule_matches_total{policy_map=\"%s\",class_map=\"%s\",map=\"%s\",rule=\"%u\",match=\"%s\"} %llu",
		 pmap, p->classes[b->class].name, m->name, rule + 1, match.s,
		 run->counters[b->slot + ESMTP_SLOT_RULES + rule]);
	buf_free(&match);
}

static void print_rules(const struct esmtp_running *run)
{
	const struct esmtp_policy *p = &run->policy;
	const struct esmtp_pmap *pm;
	u32 i, bind, rule;

	head("nf_esmtp_rule_matches", "counter",
	     "Packets in which a match of an inspection map matched.");
	for (i = 0; i < p->npmaps; i++) {
		pm = &p->pmaps[i];
		for (bind = pm->first; bind < pm->first + pm->n; bind++)
			for (rule = 0; p->binds[bind].verdict ==
			     ESMTP_CLASSIFY_INSPECT &&
			     rule < p->maps[p->binds[bind].map].nrules; rule++)
				print_rule(run, pm->name, bind, rule);
	}
}

/**
 * show_metrics() - show metrics
 * @ctl: the tool
 *
 * Return: exit status.
 */
int show_metrics(struct ctl *ctl)
{
	struct samples s = { NULL, 0 };
	struct esmtp_running run;
	u32 i;

	if (ctl_connect(ctl))
		return CTL_ERROR;
	if (esmtp_model_get(&ctl->nl, &run) ||
	    esmtp_model_stats(&ctl->nl, keep, &s)) {
		esmtp_running_free(&run);
		mem_free(s.v);
		return ctl_failed(ctl);
	}
	for (i = 0; i < ESMTP_ARRAY_SIZE(families); i++)
		print_family(&families[i], &s);
	print_rules(&run);
	out_line("# EOF");
	esmtp_running_free(&run);
	mem_free(s.v);
	return CTL_OK;
}
