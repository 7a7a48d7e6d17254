// SPDX-License-Identifier: GPL-2.0
/*
 * replay: what a policy would have done with recorded mail. Its words are not the grammar's,
 * for names of files have blanks in them.
 */
#include "replay.h"
#include "out.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/**
 * struct run - a replay under way
 * @ctl: the tool
 * @o: what was asked for
 * @counters: by slot
 * @nslots: how many there are
 */
struct run {
	struct ctl *ctl;
	const struct replay_options *o;
	u64 *counters;
	u32 nslots;
};

static void take_counter(void *ctx, u32 slot, u64 value)
{
	struct run *r = ctx;

	if (slot < r->nslots)
		r->counters[slot] = value;
}

/* Is there anything to say of it? */
static bool is_worth_saying(const struct replay_conn *c)
{
	return c->n || c->changed || c->trouble || c->end;
}

static void take_conn(void *ctx, const struct replay_conn *c)
{
	const struct run *r = ctx;

	if (!r->o->all && !is_worth_saying(c))
		return;
	if (r->ctl->json)
		out_json_line(json_pack("{s:o}", "connection", replay_conn_json(c)));
	else
		replay_print_conn(c, "");
}

static int get_status(const struct replay_sums *s)
{
	if (s->fate[REPLAY_MASKED] || s->fate[REPLAY_REFUSED] || s->fate[REPLAY_CUT])
		return CTL_DIFFERS;
	return s->fate[REPLAY_UNREAD] ? CTL_UNDONE : CTL_OK;
}

/* What a recording does not say cannot decide. */
static void note_interfaces(const struct esmtp_policy *p)
{
	u32 i;

	for (i = 0; i < p->nservices; i++)
		if (p->services[i].ifname[0])
			out_error("esmtp-ctl: notice: the service-policy of interface %s is left out: recordings name no interface",
				  p->services[i].ifname);
}

static void print_totals(struct ctl *ctl, const struct run *r, const struct replay_job *job,
			 const struct replay_policy *p)
{
	struct esmtp_running run = {
		.policy = p->policy,
		.generation = 1,
		.counters = r->counters,
		.conns = mem_array(p->policy.nbinds + 1, sizeof(*run.conns)),
		.embryonic = mem_array(p->policy.nbinds + 1, sizeof(*run.embryonic)),
	};

	if (ctl->json) {
		out_json_line(json_pack("{s:s, s:o, s:o}", "policy", p->name, "totals",
					replay_sums_json(&job->sums), "service",
					show_service_json(&run, &p->cfg)));
	} else {
		out_line("Policy: %s", p->name);
		replay_print_sums(&job->sums);
		show_service_text(&run, &p->cfg);
	}
	mem_free(run.conns);
	mem_free(run.embryonic);
}

static int replay_under(struct ctl *ctl, const struct replay_options *o,
			struct replay_policy *p)
{
	struct run r = {
		.ctl = ctl,
		.o = o,
		.nslots = esmtp_policy_slots(&p->policy),
	};
	struct replay_job job = {
		.policy = &p->policy,
		.files = o->files,
		.nfiles = o->nfiles,
		.write = o->write,
		.trust = o->trust,
		.conn = take_conn,
		.counter = take_counter,
		.ctx = &r,
	};
	int err;

	note_interfaces(&p->policy);
	r.counters = mem_array(r.nslots + 1, sizeof(*r.counters));
	err = replay_run(&job);
	print_totals(ctl, &r, &job, p);
	mem_free(r.counters);
	if (err)
		out_error("esmtp-ctl: %s", job.error);
	return err ? CTL_ERROR : get_status(&job.sums);
}

static int replay_one(struct ctl *ctl, const struct replay_options *o)
{
	struct replay_policy p;
	int err = replay_policy_load(ctl, o, o->policy, &p);

	if (!err)
		err = replay_under(ctl, o, &p);
	replay_policy_free(&p);
	return err;
}

static const struct option options[] = {
	{ "policy", required_argument, NULL, 'p' },
	{ "add", required_argument, NULL, 'a' },
	{ "write", required_argument, NULL, 'w' },
	{ "diff", required_argument, NULL, 'd' },
	{ "all", no_argument, NULL, 'A' },
	{ "ignore-checksums", no_argument, NULL, 'k' },
	{ "lenient", no_argument, NULL, 'l' },
	{ "json", no_argument, NULL, 'j' },
	{ NULL, 0, NULL, 0 },
};

static int say_usage(void)
{
	out_error("Usage: esmtp-ctl replay [--policy FILE] [--add FILE] [--lenient] [--write OUT] [--all] [--ignore-checksums] [-j] RECORDING...");
	out_error("       esmtp-ctl replay --diff POLICY POLICY [-j] RECORDING...");
	return CTL_USAGE;
}

/* The second of two policies is the word behind the first. */
static bool take_diff(struct replay_options *o, char **words)
{
	o->diff[0] = optarg;
	o->diff[1] = words[optind];
	if (!o->diff[1])
		return false;
	optind++;
	return true;
}

static bool take_option(struct ctl *ctl, struct replay_options *o, int opt, char **words)
{
	switch (opt) {
	case 'p':
		o->policy = optarg;
		return true;
	case 'a':
		if (o->nadd < REPLAY_ADDS)
			o->add[o->nadd++] = optarg;
		return o->nadd < REPLAY_ADDS;
	case 'w':
		o->write = optarg;
		return true;
	case 'd':
		return take_diff(o, words);
	case 'A':
		o->all = true;
		return true;
	case 'k':
		o->trust = true;
		return true;
	case 'l':
		o->lenient = true;
		return true;
	case 'j':
		ctl->json = true;
		return true;
	case 1:
		if (o->nfiles < REPLAY_FILES)
			o->files[o->nfiles++] = optarg;
		return o->nfiles < REPLAY_FILES;
	default:
		return false;
	}
}

static bool read_options(struct ctl *ctl, struct replay_options *o, int n, char **words)
{
	int opt;

	optind = 0;
	opterr = 0;
	while ((opt = getopt_long(n, words, "-j", options, NULL)) != -1)
		if (!take_option(ctl, o, opt, words))
			return false;
	for (; optind < n && o->nfiles < REPLAY_FILES; optind++)
		o->files[o->nfiles++] = words[optind];
	return o->nfiles && !(o->diff[0] && (o->policy || o->write));
}

/**
 * replay_words() - replay ...
 * @ctl: the tool
 * @words: of the command line, "replay" first, NULL behind the last
 *
 * Return: exit status: CTL_OK if nothing would have been changed, CTL_DIFFERS if something
 * would, CTL_UNDONE if nothing would in what could be judged.
 */
int replay_words(struct ctl *ctl, char **words)
{
	struct replay_options o = { .policy = NULL };
	int n = 0;

	while (words[n])
		n++;
	if (!read_options(ctl, &o, n, words))
		return say_usage();
	return o.diff[0] ? replay_diff(ctl, &o) : replay_one(ctl, &o);
}

/**
 * replay_split() - a command whose words are not the grammar's, of a line of the shell
 * @ctl: the tool
 * @args: the line
 * @name: of the command
 * @run: what runs it
 *
 * Return: exit status.
 */
int replay_split(struct ctl *ctl, const struct args *args, char *name,
		 int (*run)(struct ctl *ctl, char **words))
{
	const struct arg *arg = args_type(args, TYPE_FILE, 0);
	char *line = mem_dup(arg->tok.s, arg->tok.len), *save = NULL;
	char *words[REPLAY_FILES + 2] = { name };
	char *word = strtok_r(line, " \t", &save);
	int n = 1, err;

	for (; word && n <= REPLAY_FILES; word = strtok_r(NULL, " \t", &save))
		words[n++] = word;
	err = run(ctl, words);
	mem_free(line);
	return err;
}

/**
 * replay_line() - replay, of a line of the shell
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int replay_line(struct ctl *ctl, const struct args *args)
{
	return replay_split(ctl, args, "replay", replay_words);
}
