// SPDX-License-Identifier: GPL-2.0
/* Help, printed from the grammar. */
#include "ctl.h"
#include "out.h"

#include <string.h>

static const char *const titles[MODE_MAX] = {
	[MODE_EXEC] = "Commands:",
	[MODE_GLOBAL] = "Lines of configuration:",
	[MODE_CLASS_MAP] = "In a class-map:",
	[MODE_INSPECT_CLASS] = "In a class-map type inspect esmtp:",
	[MODE_REGEX_CLASS] = "In a class-map type regex:",
	[MODE_NETWORK_OBJECT] = "In an object network:",
	[MODE_SERVICE_OBJECT] = "In an object service:",
	[MODE_NETWORK_GROUP] = "In an object-group network:",
	[MODE_SERVICE_GROUP] = "In an object-group service:",
	[MODE_PORT_GROUP] = "In an object-group service NAME {tcp|udp|tcp-udp}:",
	[MODE_PROTOCOL_GROUP] = "In an object-group protocol:",
	[MODE_POLICY_MAP] = "In a policy-map:",
	[MODE_POLICY_CLASS] = "In a class of a policy-map:",
	[MODE_INSPECT_MAP] = "In a policy-map type inspect esmtp:",
	[MODE_PARAMETERS] = "Below parameters:",
	[MODE_MATCH] = "Below a match:",
};

/* A pattern as people read it: <NAME> is NAME, @net is NET. */
static void pretty(const char *pattern, struct buf *out)
{
	bool part = false;
	char c;

	for (; *pattern; pattern++) {
		if (*pattern == '@')
			part = true;
		if (strchr(" ]}|", *pattern))
			part = false;
		c = *pattern;
		if (part && c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (c == '+')
			buf_add(out, " ...");
		else if (!strchr("<>@", c))
			buf_put(out, &c, 1);
	}
}

static void print_mode(u32 mode)
{
	struct buf text = { 0 };
	size_t i;

	out_line("%s", titles[mode]);
	for (i = 0; i < grammar_size; i++) {
		if (!(grammar[i].modes & (1U << mode)) || !grammar[i].help)
			continue;
		/* What holds in every mode is said once. */
		if (mode > MODE_GLOBAL && grammar[i].modes & (1U << MODE_GLOBAL))
			continue;
		pretty(grammar[i].pattern, &text);
		out_line("  %-48s  %s", text.s, grammar[i].help);
		buf_free(&text);
	}
	out_line("%s", "");
}

static void print_parts(void)
{
	const struct part *part;
	struct buf text = { 0 };
	u32 i;

	out_line("where");
	for (part = grammar_parts; part->name; part++) {
		buf_add(&text, "@%s = ", part->name);
		pretty(part->pattern, &text);
		for (i = 0; i < text.len && text.s[i] != ' '; i++)
			if (text.s[i] >= 'a' && text.s[i] <= 'z')
				text.s[i] -= 'a' - 'A';
		out_line("  %s", text.s + 1);
		buf_free(&text);
	}
	for (i = 0; i < TYPE_MAX; i++)
		out_line("  %s is %s", types[i].name, types[i].what);
	out_line("  KEYWORD is a parameter of an EHLO reply, such as size or others");
	out_line("  VERB is a command, such as VRFY");
	out_line("  ENCODING is 7bit, 8bit, base64, binary, quoted-printable or others");
}

/**
 * help_usage() - print how the tool is called
 */
void help_usage(void)
{
	out_line("Usage: esmtp-ctl [-j] [-n NETNS] [-p PLANE] COMMAND");
	out_line("       esmtp-ctl [-n NETNS] [-p PLANE] LINE-OF-CONFIGURATION");
	out_line("       esmtp-ctl [-j] [-n NETNS] [-p PLANE]    an interactive shell");
	out_line("       esmtp-ctl { -h | -V }");
	out_line("%s", "");
	out_line("  -j        print JSON (show commands)");
	out_line("  -n NETNS  work in a network namespace, as ip netns knows it");
	out_line("  -p PLANE  module, queue (esmtp-queued) or queue:SOCKET; else the one there is");
	out_line("  -V        print the version");
	out_line("  -h        print this");
	out_line("%s", "");
	print_mode(MODE_EXEC);
}

/**
 * help_all() - help: print all commands
 * @ctl: unused
 * @args: unused
 *
 * Return: CTL_OK.
 */
int help_all(struct ctl *ctl, const struct args *args)
{
	u32 mode;

	(void)ctl;
	(void)args;
	help_usage();
	for (mode = MODE_GLOBAL; mode < MODE_MAX; mode++)
		print_mode(mode);
	print_parts();
	return CTL_OK;
}
