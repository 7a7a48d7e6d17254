// SPDX-License-Identifier: GPL-2.0
/* The policy that a recording is tried under: a file's, or the one in force. */
#include "replay.h"
#include "out.h"
#include "store.h"

#include <string.h>

/* The one in force here, or what a router has before anybody configures it. */
static int load_running(struct ctl *ctl, struct replay_policy *p)
{
	struct esmtp_running run;
	int err;

	p->name = "the policy in force";
	if (ctl_connect_quietly(ctl)) {
		p->name = "the built-in policy, as none is in force here";
		return CTL_OK;
	}
	err = esmtp_model_get(&ctl->nl, &run) ? ctl_failed(ctl) :
						apply_stored(ctl, &run, &p->cfg);
	esmtp_running_free(&run);
	return err;
}

static int read_text(struct ctl *ctl, const struct replay_options *o, const char *name,
		     const struct buf *text, bool whole, struct replay_policy *p)
{
	struct reader rd;
	int err;

	reader_init(&rd, &p->cfg, ctl->grammar, name);
	rd.lenient.on = o->lenient;
	rd.whole = whole;
	err = reader_text(&rd, text->s, text->len) ? CTL_ERROR : CTL_OK;
	if (err)
		out_error("%s", rd.error.s);
	else if (rd.lenient.n[PASSED_UNDONE])
		out_error("esmtp-ctl: notice: %s has lines of ours that are passed over; 'apply --lenient --check' names them",
			  name);
	reader_free(&rd);
	return err;
}

static int read_lines(struct ctl *ctl, const struct replay_options *o, const char *path,
		      bool whole, struct replay_policy *p)
{
	struct buf text = { 0 };
	int err = store_read(path, &text);

	if (err) {
		out_error("esmtp-ctl: cannot read %s: %s", path, strerror(-err));
		err = CTL_ERROR;
	} else {
		err = read_text(ctl, o, path, &text, whole, p);
	}
	buf_free(&text);
	return err;
}

/* Lines that are no file's. */
static int read_added(struct ctl *ctl, const struct replay_options *o, struct replay_policy *p)
{
	struct buf text = { 0 };
	int err;

	if (!o->lines)
		return CTL_OK;
	buf_add(&text, "%s", o->lines);
	err = read_text(ctl, o, "<proposal>", &text, false, p);
	buf_free(&text);
	return err;
}

static int compile(struct replay_policy *p)
{
	const char *wrong = config_compile(&p->cfg, &p->policy);

	if (!wrong)
		return CTL_OK;
	if (p->cfg.wrong.name)
		out_error("%s:%u: %s", p->cfg.wrong.name, p->cfg.wrong.line, wrong);
	else
		out_error("esmtp-ctl: %s", wrong);
	return CTL_ERROR;
}

/**
 * replay_policy_load() - read and compile a policy
 * @ctl: the tool
 * @o: what was asked for: lines to add to it, too
 * @path: the whole configuration, as 'replace' takes it; NULL for the one in force
 * @p: set, for replay_policy_free() in any case
 *
 * Return: exit status.
 */
int replay_policy_load(struct ctl *ctl, const struct replay_options *o, const char *path,
		       struct replay_policy *p)
{
	int err = CTL_OK;
	u32 i;

	memset(p, 0, sizeof(*p));
	config_init(&p->cfg);
	p->name = path;
	if (path) {
		config_clear(&p->cfg);
		err = read_lines(ctl, o, path, true, p);
	} else {
		err = load_running(ctl, p);
	}
	for (i = 0; !err && i < o->nadd; i++)
		err = read_lines(ctl, o, o->add[i], false, p);
	if (!err)
		err = read_added(ctl, o, p);
	return err ? err : compile(p);
}

/**
 * replay_policy_free() - let go of a policy
 * @p: the policy
 */
void replay_policy_free(struct replay_policy *p)
{
	esmtp_model_free(&p->policy);
	config_free(&p->cfg);
}
