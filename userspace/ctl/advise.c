// SPDX-License-Identifier: GPL-2.0
/* advise: which lines let legitimate mail of recordings pass. Nothing is applied. */
#include "advise.h"
#include "out.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum {
	EXEMPT = -1,			/* in place of a map's */
	ROUNDS = 64,
};

/* --- what is proposed ---------------------------------------------------------------- */

static int measure_limits(struct advise *a)
{
	struct change *ch;
	int err = CTL_OK;

	for (ch = a->v; ch < a->v + a->n && !err; ch++)
		if (ch->kind == CHANGE_LIMIT && !ch->limit)
			err = advise_measure(a, ch);
	return err;
}

static int judge_round(struct advise *a)
{
	struct buf lines = { 0 };
	int err;

	a->grew = false;
	a->helpless = 0;
	a->round++;
	advise_lines_all(a, &lines);
	err = advise_judge(a, &lines, &a->now, advise_add_change);
	if (!err)
		err = measure_limits(a);
	buf_free(&lines);
	return err;
}

/* How all is with what is proposed. */
static int judge_all(struct advise *a, struct tried *tried)
{
	struct buf lines = { 0 };
	int err;

	advise_lines_all(a, &lines);
	err = advise_judge(a, &lines, tried, NULL);
	buf_free(&lines);
	return err;
}

/*
 * First what maps can do, until no legitimate connection is stopped or no line helps; then
 * who is still stopped is exempt.
 */
static int find_changes(struct advise *a)
{
	u32 i = 0;
	int err;

	advise_forget_hosts(a);
	a->exempting = false;
	do {
		err = judge_round(a);
	} while (!err && a->grew && ++i < ROUNDS);
	if (err || !a->now.stopped)
		return err;
	a->exempting = true;
	err = judge_round(a);
	return err ? err : judge_all(a, &a->now);
}

/* Would others have another fate under these lines? */
static int try_lines(struct advise *a, struct buf *lines, bool *others)
{
	struct tried tried;
	int err = advise_judge(a, lines, &tried, NULL);

	*others = !err && tried.others;
	buf_free(lines);
	return err;
}

static int drop_harmful_change(struct advise *a, struct change *ch, bool *some)
{
	struct buf lines = { 0 };
	int err;

	if (ch->kind == CHANGE_EXEMPT || ch->unmade)
		return CTL_OK;
	advise_lines_alone(a, ch, &lines);
	err = try_lines(a, &lines, &ch->unmade);
	*some |= ch->unmade;
	return err;
}

/* All changes of a map together may do what each alone does not. */
static int drop_harmful_map(struct advise *a, u32 map, bool *some)
{
	struct buf lines = { 0 };
	bool harmful;
	int err;
	u32 i;

	if (!advise_has(a, (s32)map))
		return CTL_OK;
	advise_lines(a, (s32)map, &lines);
	err = try_lines(a, &lines, &harmful);
	for (i = 0; i < a->n && harmful; i++)
		a->v[i].unmade |= a->v[i].kind != CHANGE_EXEMPT && a->v[i].map == map;
	*some |= harmful;
	return err;
}

/* Changes of maps that change the fate of others are not made. */
static int drop_harmful(struct advise *a, bool *some)
{
	int err = CTL_OK;
	u32 i;

	for (i = 0; i < a->n && !err; i++)
		err = drop_harmful_change(a, &a->v[i], some);
	for (i = 0; i < a->nmaps && !err && !*some; i++)
		err = drop_harmful_map(a, i, some);
	return err;
}

/* Much would have to change for hosts that were named: they are exempt instead. */
static bool drop_many(struct advise *a)
{
	u32 i, n = 0;

	for (i = 0; i < a->n; i++)
		n += a->v[i].kind != CHANGE_EXEMPT && !a->v[i].unmade;
	if (!a->nhosts || n <= ADVISE_MUCH)
		return false;
	for (i = 0; i < a->n; i++)
		a->v[i].unmade |= a->v[i].kind != CHANGE_EXEMPT;
	return true;
}

/* Is all as well without a change? Then it is not made. */
static int drop_needless(struct advise *a, struct change *ch, const struct tried *with)
{
	struct tried tried;
	int err;

	if (ch->unmade || ch->kind == CHANGE_EXEMPT ||
	    (ch->kind == CHANGE_PARAM && ch->param == PARAM_FRIENDLY))
		return CTL_OK;
	ch->unmade = true;
	err = judge_all(a, &tried);
	ch->unmade = !err && tried.stopped <= with->stopped && tried.others <= with->others;
	return err;
}

static int count_others(struct advise *a, struct change *ch)
{
	struct buf lines = { 0 };
	struct tried tried;
	int err;

	if (ch->kind != CHANGE_EXEMPT)
		return CTL_OK;
	advise_lines_alone(a, ch, &lines);
	err = advise_judge(a, &lines, &tried, NULL);
	ch->others = tried.others;
	ch->other = tried.other;
	buf_free(&lines);
	return err;
}

/* Exemptions that change the fate of others make no change of a map needless. */
static void hide_risky(struct advise *a, bool hidden)
{
	u32 i;

	for (i = 0; i < a->n; i++)
		if (a->v[i].others)
			a->v[i].unmade = hidden;
}

static int drop_all_needless(struct advise *a)
{
	struct tried with;
	int err = CTL_OK;
	u32 i;

	for (i = 0; i < a->n && a->now.others && !err; i++)
		err = count_others(a, &a->v[i]);
	if (err || a->n < 2)
		return err;
	hide_risky(a, true);
	err = judge_all(a, &with);
	for (i = 0; i < a->n && !err; i++)
		err = drop_needless(a, &a->v[i], &with);
	hide_risky(a, false);
	return err ? err : judge_all(a, &a->now);
}

static int find_proposals(struct advise *a)
{
	int err = find_changes(a);
	bool some = true;

	if (!err && drop_many(a))
		err = find_changes(a);
	while (!err && some && a->now.others) {
		some = false;
		err = drop_harmful(a, &some);
		if (!err && some)
			err = find_changes(a);
	}
	return err ? err : drop_all_needless(a);
}

static int print_proposals(struct advise *a)
{
	struct tried tried = a->now;
	struct buf lines = { 0 };
	u32 number = 0, i;
	int err = CTL_OK;
	s32 map;

	for (i = 0; i <= a->nmaps && !err; i++) {
		map = i < a->nmaps ? (s32)i : EXEMPT;
		if (!advise_has(a, map))
			continue;
		lines.len = 0;
		advise_lines(a, map, &lines);
		if (a->now.others)
			err = advise_judge(a, &lines, &tried, NULL);
		if (!err)
			advise_print_proposal(a, map, ++number, &tried);
	}
	buf_free(&lines);
	if (err)
		return err;
	advise_print_outcome(a, number);
	return number ? CTL_DIFFERS : a->now.stopped ? CTL_UNDONE : CTL_OK;
}

static int advise_under(struct advise *a)
{
	int err = advise_observe(a);

	if (!err)
		err = advise_judge_base(a);
	a->now = a->before;
	if (!err && a->before.stopped)
		err = find_proposals(a);
	if (!err && a->failed) {
		out_error("esmtp-ctl: a temporary file: %s", strerror(errno));
		err = CTL_ERROR;
	}
	return err ? err : print_proposals(a);
}

static int advise(struct advise *a)
{
	int err = replay_policy_load(a->ctl, &a->o, a->o.policy, &a->base);

	if (!err && a->records)
		err = advise_records(a) ?: print_proposals(a);
	else if (!err)
		err = advise_under(a);
	replay_policy_free(&a->base);
	return err;
}

/* --- the command ----------------------------------------------------------------------- */

static const struct option options[] = {
	{ "policy", required_argument, NULL, 'p' },
	{ "add", required_argument, NULL, 'a' },
	{ "host", required_argument, NULL, 'h' },
	{ "since", required_argument, NULL, 's' },
	{ "untouched", no_argument, NULL, 'u' },
	{ "ignore-checksums", no_argument, NULL, 'k' },
	{ "lenient", no_argument, NULL, 'l' },
	{ "json", no_argument, NULL, 'j' },
	{ NULL, 0, NULL, 0 },
};

static bool add_host(struct advise *a, const char *word)
{
	struct advise_host *h = &a->hosts[a->nhosts];

	if (a->nhosts == ADVISE_HOSTS)
		return false;
	memset(h, 0, sizeof(*h));
	if (inet_pton(AF_INET, word, h->addr.b) == 1)
		h->family = ESMTP_AF_INET;
	else if (inet_pton(AF_INET6, word, h->addr.b) == 1)
		h->family = ESMTP_AF_INET6;
	a->nhosts += h->family != 0;
	return h->family;
}

static bool add_word(const char **v, u32 *n, u32 max)
{
	if (*n == max)
		return false;
	v[(*n)++] = optarg;
	return true;
}

static bool take_option(struct advise *a, int opt)
{
	switch (opt) {
	case 'p':
		a->o.policy = optarg;
		return true;
	case 'a':
		return add_word(a->o.add, &a->o.nadd, REPLAY_ADDS);
	case 'h':
		return add_host(a, optarg);
	case 's':
		return advise_since(a, optarg);
	case 'u':
		a->untouched = true;
		return true;
	case 'k':
		a->o.trust = true;
		return true;
	case 'l':
		a->o.lenient = true;
		return true;
	case 'j':
		a->ctl->json = true;
		return true;
	case 1:
		return add_word(a->o.files, &a->o.nfiles, REPLAY_FILES);
	default:
		return false;
	}
}

static bool read_options(struct advise *a, char **words)
{
	int n = 0, opt;

	while (words[n])
		n++;
	optind = 0;
	opterr = 0;
	while ((opt = getopt_long(n, words, "-j", options, NULL)) != -1)
		if (!take_option(a, opt))
			return false;
	for (; optind < n; optind++) {
		optarg = words[optind];
		if (!take_option(a, 1))
			return false;
	}
	/* of records, nobody but the operator knows what is legitimate */
	return a->records ? a->nhosts && !a->untouched : a->o.nfiles;
}

static int say_usage(void)
{
	out_error("Usage: esmtp-ctl advise [--host ADDRESS]... [--untouched] [--policy FILE] [--add FILE] [--lenient] [--ignore-checksums] [-j] RECORDING...");
	out_error("       esmtp-ctl advise --since TIME --host ADDRESS... [--policy FILE] [--add FILE] [--lenient] [-j] [RECORDS...]");
	return CTL_ERROR;
}

/**
 * advise_words() - advise ...
 * @ctl: the tool
 * @words: of the command line, "advise" first, NULL behind the last
 *
 * Return: exit status: CTL_OK if there is nothing to propose, CTL_DIFFERS if there is,
 * CTL_UNDONE if legitimate mail is stopped and nothing would help.
 */
int advise_words(struct ctl *ctl, char **words)
{
	struct advise *a = mem_alloc(sizeof(*a));
	int err = CTL_ERROR;

	a->ctl = ctl;
	if (!read_options(a, words)) {
		mem_free(a);
		return say_usage();
	}
	a->marks = tmpfile();
	if (a->marks)
		err = advise(a);
	else
		out_error("esmtp-ctl: a temporary file: %s", strerror(errno));
	if (a->marks)
		fclose(a->marks);
	mem_free(a);
	return err;
}

/**
 * advise_line() - the same, of a line of the shell
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int advise_line(struct ctl *ctl, const struct args *args)
{
	return replay_split(ctl, args, "advise", advise_words);
}
