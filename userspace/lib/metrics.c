// SPDX-License-Identifier: GPL-2.0
/* Counters in OpenMetrics' text and in that of Prometheus. */
#include "metrics.h"
#include "model.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <esmtp/core.h>

/* A kind of counter: families of one name must stand together. */
struct family {
	const char *prefix;		/* of names in stats */
	const char *metric;
	const char *label;		/* for what is behind @prefix, or NULL */
	bool counts;			/* is a counter, not a gauge */
	const char *help;
};

static const struct family families[] = {
	{ "pass_", "nf_esmtp_packets_passed", "reason", true,
	  "Packets that left as they came." },
	{ "edit_", "nf_esmtp_packets_edited", "reason", true,
	  "Packets that left with changed bytes." },
	{ "drop_", "nf_esmtp_packets_dropped", "reason", true,
	  "Packets that were dropped." },
	{ "ended_", "nf_esmtp_connections_ended", "cause", true,
	  "Connections that inspection has ended." },
	{ "event_", "nf_esmtp_events", "event", true,
	  "What was seen in conversations." },
	{ "segments_", "nf_esmtp_segments", "end", true,
	  "Segments of the engine's own." },
	{ "queue_", "nf_esmtp_queue", "what", true,
	  "What befell the queues of esmtp-queued." },
	{ "records_suppressed", "nf_esmtp_records_suppressed", NULL, true,
	  "Records left out because there were too many in a second." },
	{ "flows", "nf_esmtp_flows", NULL, false,
	  "Inspected connections alive." },
	{ "known_flows", "nf_esmtp_known_flows", NULL, false,
	  "Connections that esmtp-queued remembers, inspected or not." },
	{ "resized_flows", "nf_esmtp_resized_flows", NULL, false,
	  "Connections whose ends count differently." },
	{ "intercepted_flows", "nf_esmtp_intercepted_flows", NULL, false,
	  "Connections that were answered with a SYN cookie and live." },
	{ "flight_bytes", "nf_esmtp_flight_bytes", NULL, false,
	  "Packet memory held for bytes in flight." },
};

struct sample {
	char *name;
	u64 value;
};

struct samples {
	struct sample *v;
	u32 n;
	bool failed;
};

/* What is printed where, and as what. */
struct page {
	FILE *to;
	enum esmtp_metrics_format format;
};

static void keep_sample(const char *name, u64 value, void *ctx)
{
	struct samples *s = ctx;
	struct sample *v = realloc(s->v, (s->n + 1) * sizeof(*v));

	if (v)
		s->v = v;
	s->failed |= !v || !(v[s->n].name = strdup(name));
	if (!s->failed)
		s->v[s->n++].value = value;
}

static void free_samples(struct samples *s)
{
	while (s->n)
		free(s->v[--s->n].name);
	free(s->v);
}

/* In Prometheus' text a counter's name has its suffix everywhere. */
static void print_head(const struct page *page, const char *metric, const char *type,
		       const char *suffix, const char *help)
{
	const char *end = page->format == ESMTP_METRICS_PROMETHEUS ? suffix : "";

	if (page->format == ESMTP_METRICS_PROMETHEUS && !strcmp(type, "info"))
		type = "gauge";
	fprintf(page->to, "# TYPE %s%s %s\n# HELP %s%s %s\n", metric, end, type, metric,
		end, help);
}

static void print_sample(const struct page *page, const struct family *f,
			 const struct sample *s)
{
	const char *suffix = f->counts ? "_total" : "";

	if (f->label)
		fprintf(page->to, "%s%s{%s=\"%s\"} %" PRIu64 "\n", f->metric, suffix,
			f->label, s->name + strlen(f->prefix), (uint64_t)s->value);
	else
		fprintf(page->to, "%s%s %" PRIu64 "\n", f->metric, suffix,
			(uint64_t)s->value);
}

static bool belongs(const struct family *f, const char *name)
{
	return f->label ? !strncmp(name, f->prefix, strlen(f->prefix)) :
			  !strcmp(name, f->prefix);
}

/* What a plane does not count has no head either. */
static void print_family(const struct page *page, const struct family *f,
			 const struct samples *s)
{
	bool begun = false;
	u32 i;

	for (i = 0; i < s->n; i++) {
		if (!belongs(f, s->v[i].name))
			continue;
		if (!begun)
			print_head(page, f->metric, f->counts ? "counter" : "gauge",
				   f->counts ? "_total" : "", f->help);
		begun = true;
		print_sample(page, f, &s->v[i]);
	}
}

static void print_escaped(FILE *to, const char *s)
{
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			fputc('\\', to);
		fputc(*s, to);
	}
}

static void print_rule(const struct page *page, const struct esmtp_running *run,
		       const char *pmap, const struct esmtp_bind *b, u32 rule)
{
	const struct esmtp_map *m = &run->policy.maps[b->map];
	char text[1024] = "";
	struct esmtp_text t = { .buf = text, .size = sizeof(text) };

	if (m->rules[rule].with)
		return;
	esmtp_text_rule(&t, m, rule);
	fprintf(page->to,
		"nf_esmtp_rule_matches_total{policy_map=\"%s\",class_map=\"%s\",map=\"%s\",rule=\"%u\",match=\"",
		pmap, run->policy.classes[b->class].name, m->name, rule + 1);
	print_escaped(page->to, text);
	fprintf(page->to, "\"} %" PRIu64 "\n",
		(uint64_t)run->counters[b->slot + ESMTP_SLOT_RULES + rule]);
}

static void print_bind(const struct page *page, const struct esmtp_running *run,
		       const char *pmap, const struct esmtp_bind *b)
{
	u32 rule;

	if (b->verdict != ESMTP_CLASSIFY_INSPECT)
		return;
	for (rule = 0; rule < run->policy.maps[b->map].nrules; rule++)
		print_rule(page, run, pmap, b, rule);
}

static void print_rules(const struct page *page, const struct esmtp_running *run)
{
	const struct esmtp_policy *p = &run->policy;
	const struct esmtp_pmap *pm;
	u32 i, bind;

	print_head(page, "nf_esmtp_rule_matches", "counter", "_total",
		   "Packets in which a match of an inspection map matched.");
	for (i = 0; i < p->npmaps; i++) {
		pm = &p->pmaps[i];
		for (bind = pm->first; bind < pm->first + pm->n; bind++)
			print_bind(page, run, pm->name, &p->binds[bind]);
	}
}

/* FNV-1a: tells texts apart that nobody chose to be alike. */
static u64 hash_source(const struct esmtp_running *run)
{
	u64 hash = 0xcbf29ce484222325;
	size_t i;

	for (i = 0; i < run->source_len; i++)
		hash = (hash ^ (u8)run->source[i]) * 0x100000001b3;
	return hash;
}

/* Of two routers with one policy both are the same: the text is what the tool prints. */
static void print_policy(const struct page *page, const struct esmtp_running *run)
{
	print_head(page, "nf_esmtp_policy", "info", "_info",
		   "Which configuration is in force, to compare with another router's.");
	fprintf(page->to, "nf_esmtp_policy_info{hash=\"%016" PRIx64 "\"} 1\n",
		(uint64_t)hash_source(run));
	print_rules(page, run);
}

static void print_up(const struct page *page, bool up)
{
	print_head(page, "nf_esmtp_up", "gauge", "",
		   "Does the module or esmtp-queued answer?");
	fprintf(page->to, "nf_esmtp_up %d\n", up);
}

static void print_end(const struct page *page)
{
	if (page->format == ESMTP_METRICS_OPEN)
		fputs("# EOF\n", page->to);
}

/**
 * esmtp_metrics_print_down() - the page of where nothing inspects
 * @format: its text
 * @to: where it goes
 */
void esmtp_metrics_print_down(enum esmtp_metrics_format format, FILE *to)
{
	const struct page page = { to, format };

	print_up(&page, false);
	print_end(&page);
}

static void print_all(const struct page *page, const struct samples *s,
		      const struct esmtp_running *run)
{
	u32 i;

	print_up(page, true);
	for (i = 0; i < ESMTP_ARRAY_SIZE(families); i++)
		print_family(page, &families[i], s);
	if (run)
		print_policy(page, run);
	print_end(page);
}

/**
 * esmtp_metrics_print() - print every counter of a namespace
 * @nl: the socket
 * @format: as what
 * @to: where; nothing is written there on an error
 *
 * Who may not see the policy sees all that does not name its rules, and not which it is.
 *
 * Return: 0 or a negative errno, with @nl->error set.
 */
int esmtp_metrics_print(struct esmtp_nl *nl, enum esmtp_metrics_format format, FILE *to)
{
	const struct page page = { to, format };
	struct samples s = { NULL, 0, false };
	struct esmtp_running run;
	int err, hidden;

	hidden = esmtp_model_get(nl, &run);
	err = hidden && hidden != -EPERM ? hidden :
	      esmtp_model_stats(nl, keep_sample, &s);
	if (!err && s.failed) {
		snprintf(nl->error, sizeof(nl->error), "%s", strerror(ENOMEM));
		err = -ENOMEM;
	}
	if (!err)
		print_all(&page, &s, hidden ? NULL : &run);
	esmtp_running_free(&run);
	free_samples(&s);
	return err;
}
