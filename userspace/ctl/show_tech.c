// SPDX-License-Identifier: GPL-2.0
/* show version, and show tech-support: all that a report of a fault needs. */
#include "ctl.h"
#include "mask.h"
#include "out.h"
#include "startup.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* The first line of a file of the kernel's, or nothing. */
static void read_first(const char *path, struct buf *text)
{
	if (store_read(path, text))
		buf_put(text, "", 0);
	text->s[strcspn(text->s, "\n")] = '\0';
}

static const char *plane_of(const struct ctl *ctl)
{
	return ctl->nl.stream ? "esmtp-queued" : "module nf_esmtp";
}

/**
 * show_version() - show version
 * @ctl: the tool
 * @args: unused
 *
 * Return: exit status; CTL_OK also where there is nothing to speak to.
 */
int show_version(struct ctl *ctl, const struct args *args)
{
	struct buf module = { 0 };
	struct utsname u;
	bool there = !ctl_connect_quietly(ctl);

	(void)args;
	if (uname(&u))
		memset(&u, 0, sizeof(u));
	read_first("/sys/module/nf_esmtp/srcversion", &module);
	if (ctl->json) {
		out_json(json_pack("{s:s, s:s, s:s, s:s?, s:s?}", "version", ESMTP_VERSION,
				   "kernel", u.release, "machine", u.machine,
				   "plane", there ? plane_of(ctl) : NULL,
				   "module-srcversion", module.len ? module.s : NULL));
	} else {
		out_line("esmtp-ctl %s", ESMTP_VERSION);
		out_line("Speaks to: %s", there ? plane_of(ctl) : ctl->nl.error);
		if (module.len)
			out_line("Module nf_esmtp, srcversion %s", module.s);
		out_line("Kernel: %s %s %s", u.sysname, u.release, u.machine);
	}
	buf_free(&module);
	return CTL_OK;
}

/* As the tool's own commands print them, in the order in which a reader asks. */
static const char *const sections[] = {
	"show version",
	"show running-config",
	"show startup-config",
	"show service-policy",
	"show access-list",
	"show asp drop all",
	"show conn count",
	"show conn detail",
	"show records",
	"show metrics",
};

static int run_section(struct ctl *ctl, const char *s)
{
	struct line line = { .s = s, .len = strlen(s) };
	struct args args;
	struct miss miss;
	int err = CTL_ERROR;

	if (!ctl->json) {
		out_line("%s", "");
		out_line("------------------ %s ------------------", s);
		out_line("%s", "");
	}
	if (match_line(ctl->grammar, MODE_EXEC, line, &args, &miss))
		err = args.cmd->exec(ctl, &args);
	match_miss_free(&miss);
	return err;
}

/**
 * show_tech() - show tech-support [anonymous]
 * @ctl: the tool
 * @args: the line
 *
 * What one of its parts has to complain of stands where it would be; it says nothing
 * of what the others have.
 *
 * Return: exit status: CTL_ERROR if there is nothing to speak to.
 */
int show_tech(struct ctl *ctl, const struct args *args)
{
	int err = ctl_connect(ctl);
	json_t *all;
	u32 i;

	if (err)
		return err;
	all = ctl->json ? json_object() : NULL;
	if (args_word(args, "anonymous"))
		mask_begin();
	for (i = 0; i < ESMTP_ARRAY_SIZE(sections); i++) {
		out_json_collect(all, sections[i]);
		run_section(ctl, sections[i]);
	}
	out_json_collect(NULL, NULL);
	if (all)
		out_json(all);
	mask_end();
	return CTL_OK;
}
