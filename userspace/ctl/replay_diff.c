// SPDX-License-Identifier: GPL-2.0
/*
 * Recordings under two policies: the connections whose fate differs. What became of each
 * under the first is kept in a file, so memory does not grow with the recording.
 */
#include "replay.h"
#include "out.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/nf_esmtp.h>

/**
 * struct mark - what became of a connection, as far as it is compared
 * @fate: enum replay_fate
 * @end: enum esmtp_reason
 * @act: how it was ended
 * @there: the connection was in this run
 * @changed: packets changed
 * @what: of the findings that change something, a sum of names
 */
struct mark {
	u8 fate, end, act, there;
	u32 what;
	u64 changed;
};

struct compare {
	struct ctl *ctl;
	FILE *kept;
	const char *name[2];
	u64 all, differ;
	bool failed;
};

static u32 add_text(u32 sum, const char *s)
{
	for (; s && *s; s++)
		sum = sum * 31 + (u8)*s;
	return sum;
}

static void make_mark(struct mark *m, const struct replay_conn *c)
{
	u32 i;

	memset(m, 0, sizeof(*m));
	m->fate = c->fate;
	m->end = c->end;
	m->there = 1;
	m->changed = c->changed;
	for (i = 0; i < c->n; i++) {
		const struct replay_finding *f = &c->finding[i];

		if (f->kind == ESMTP_EVENT_END)
			m->act = f->act;
		if (f->changes)
			m->what += add_text(add_text(f->off, f->name), f->text);
	}
}

static void keep_mark(void *ctx, const struct replay_conn *c)
{
	struct compare *cmp = ctx;
	struct mark m;

	make_mark(&m, c);
	cmp->failed |= fseeko(cmp->kept, (off_t)c->number * (off_t)sizeof(m), SEEK_SET) ||
		       fwrite(&m, sizeof(m), 1, cmp->kept) != 1;
}

static const char *name_mark(const struct mark *m)
{
	struct replay_finding f = { .kind = ESMTP_EVENT_END, .act = m->act };
	struct replay_conn c = { .fate = m->fate, .n = 1, .finding = &f };

	return m->there ? replay_fate_name(&c) : "not there";
}

static void print_difference(struct compare *cmp, const struct replay_conn *c,
			     const struct mark *was)
{
	struct buf head = { 0 };
	json_t *to;

	if (cmp->ctl->json) {
		to = replay_conn_json(c);
		json_object_set_new(to, "fate-before", json_string(name_mark(was)));
		json_object_set_new(to, "changed-before",
				    json_integer((json_int_t)was->changed));
		out_json_line(json_pack("{s:o}", "connection", to));
		return;
	}
	replay_print_head(c, &head);
	out_line("- %s: %s, %llu packets changed", head.s, name_mark(was), was->changed);
	buf_free(&head);
	replay_print_conn(c, "+ ");
}

static void compare_mark(void *ctx, const struct replay_conn *c)
{
	struct compare *cmp = ctx;
	struct mark was, is;

	make_mark(&is, c);
	memset(&was, 0, sizeof(was));
	if (fseeko(cmp->kept, (off_t)c->number * (off_t)sizeof(was), SEEK_SET) ||
	    fread(&was, sizeof(was), 1, cmp->kept) != 1)
		was.there = 0;
	cmp->all++;
	if (!memcmp(&was, &is, sizeof(was)))
		return;
	cmp->differ++;
	print_difference(cmp, c, &was);
}

static int run_one(struct ctl *ctl, const struct replay_options *o, int which,
		   struct compare *cmp)
{
	struct replay_job job = {
		.files = o->files,
		.nfiles = o->nfiles,
		.trust = o->trust,
		.conn = which ? compare_mark : keep_mark,
		.ctx = cmp,
	};
	struct replay_policy p;
	int err = replay_policy_load(ctl, o, o->diff[which], &p);

	if (!err) {
		job.policy = &p.policy;
		err = replay_run(&job) ? CTL_ERROR : CTL_OK;
		if (err)
			out_error("esmtp-ctl: %s", job.error);
	}
	replay_policy_free(&p);
	return err;
}

static void print_outcome(const struct compare *cmp)
{
	if (cmp->ctl->json)
		out_json_line(json_pack("{s:s, s:s, s:I, s:I}", "from", cmp->name[0], "to",
					cmp->name[1], "connections", (json_int_t)cmp->all,
					"differ", (json_int_t)cmp->differ));
	else
		out_line("Connections: %llu, %llu of another fate under %s than under %s",
			 cmp->all, cmp->differ, cmp->name[1], cmp->name[0]);
}

/**
 * replay_diff() - replay --diff POLICY POLICY RECORDING...
 * @ctl: the tool
 * @o: what was asked for
 *
 * Return: exit status, CTL_DIFFERS if a connection's fate does.
 */
int replay_diff(struct ctl *ctl, const struct replay_options *o)
{
	struct compare cmp = {
		.ctl = ctl,
		.kept = tmpfile(),
		.name = { o->diff[0], o->diff[1] },
	};
	int err = CTL_ERROR;

	if (cmp.kept)
		err = run_one(ctl, o, 0, &cmp);
	if (!cmp.kept || cmp.failed) {
		out_error("esmtp-ctl: a temporary file: %s", strerror(errno));
		err = CTL_ERROR;
	}
	if (!err)
		err = run_one(ctl, o, 1, &cmp);
	if (!err)
		print_outcome(&cmp);
	if (cmp.kept)
		fclose(cmp.kept);
	return err ? err : cmp.differ ? CTL_DIFFERS : CTL_OK;
}
