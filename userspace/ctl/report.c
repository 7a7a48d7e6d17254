// SPDX-License-Identifier: GPL-2.0
/* What became of a text: what is different now, and what was passed over. */
#include "ctl.h"
#include "diff.h"
#include "out.h"

#include <string.h>

static json_t *passed_json(const struct reader *rd)
{
	json_t *all = json_array();
	const struct passed *p;

	list_each(p, &rd->lenient.passed, list)
		json_array_append_new(all, json_pack("{s:s, s:I, s:s, s:s, s:s}",
						     "file", rd->name, "line",
						     (json_int_t)p->line, "group",
						     passed_groups[p->group],
						     "words", p->words,
						     "why", p->why));
	return all;
}

static void print_json(const struct reader *rd, const struct apply *how,
		       bool same, const struct diff *diff)
{
	out_json(json_pack("{s:b, s:b, s:o, s:o, s:o}",
			   "checked", how->check, "differs", !same,
			   "difference", out_lines_json(&diff->text),
			   "notices", out_lines_json(&rd->notices),
			   "passed-over", passed_json(rd)));
}

static void print_passed(const struct reader *rd)
{
	struct buf text = { 0 };

	lenient_summary(rd, &text);
	out_notices(text.s);
	buf_free(&text);
}

static void print_text(const struct apply *how, bool same,
		       const struct diff *diff)
{
	if (how->check)
		out_text(diff->text.s, diff->text.len);
	else if (same)
		out_line("nothing changed");
	else
		out_line("changed: %u line%s added, %u removed", diff->added,
			 diff->added == 1 ? "" : "s", diff->removed);
}

/**
 * report_outcome() - say what became of a text
 * @ctl: the tool
 * @rd: what the reader has to say of it
 * @how: in which way it was applied; its @differs is set
 * @same: it is what is in force
 * @diff: how it differs, of a file
 *
 * Return: exit status; that something of ours was not done counts most.
 */
int report_outcome(struct ctl *ctl, const struct reader *rd, struct apply *how,
		   bool same, const struct diff *diff)
{
	if (how->file && ctl->json)
		print_json(rd, how, same, diff);
	else
		out_notices(rd->notices.s);
	/* what its other end has to say of what it took */
	if (ctl->nl.error[0])
		out_error("esmtp-ctl: notice: %s", ctl->nl.error);
	if (how->file && !ctl->json) {
		print_passed(rd);
		print_text(how, same, diff);
	}
	if (rd->lenient.n[PASSED_UNDONE])
		return CTL_UNDONE;
	how->differs = how->check && !same;
	return how->differs ? CTL_DIFFERS : CTL_OK;
}
