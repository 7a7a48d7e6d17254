// SPDX-License-Identifier: GPL-2.0
/*
 * The same rules for iptables, as command lines: for kernels whose nftables has no
 * queue. The chain is complete before anything comes to it.
 */
#include <stdio.h>
#include <string.h>

#include "packet.h"
#include "rules.h"

#define CHAIN "ESMTP-QUEUED"

/* Of errors that this router sends itself it has quoted what came to it. */
static const struct {
	const char *chain;
	bool errors;
} hooks[] = { { "FORWARD", true }, { "INPUT", true }, { "OUTPUT", false } };

/* The rule of a hook's chain that leads to ours, for -A, -C or -D. */
static int jump(const struct rules *r, const char *tool, const char *table,
		const char *how, const char *in, bool must, rules_fn run)
{
	const char *const argv[] = {
		tool, "-w", "-t", table, how, in, "-p", "tcp", "-m", "multiport",
		"--ports", r->ports, "-g", CHAIN, NULL
	};

	return run(argv, must);
}

/* The same for fragments, which only IPv6 has behind conntrack. */
static int jump_fragment(const struct rules *r, const char *tool, const char *table,
			 const char *how, const char *in, bool must, rules_fn run)
{
	const char *const argv[] = {
		tool, "-w", "-t", table, how, in, "-m", "ipv6header", "--soft",
		"--header", "frag", "-g", CHAIN, NULL
	};

	(void)r;
	return run(argv, must);
}

static bool is_ipv6(const char *tool)
{
	return !strncmp(tool, "ip6", 3);
}

static int chain(const char *tool, const char *table, const char *how, bool must,
		 rules_fn run)
{
	const char *const argv[] = { tool, "-w", "-t", table, how, CHAIN, NULL };

	return run(argv, must);
}

/* What is not for the engine, and what conntrack does not know. */
static int sort_out(const char *tool, const char *table, rules_fn run)
{
	char own[16], unplaced[16];
	const char *const not_own[] = {
		tool, "-w", "-t", table, "-A", CHAIN, "-m", "mark", "--mark", own, "-j",
		"RETURN", NULL
	};
	const char *const unknown[] = {
		tool, "-w", "-t", table, "-A", CHAIN, "-m", "conntrack", "--ctstate",
		"INVALID,UNTRACKED", "-j", "MARK", "--set-mark", unplaced, NULL
	};

	snprintf(own, sizeof(own), "0x%x", MARK_OWN);
	snprintf(unplaced, sizeof(unplaced), "0x%x", MARK_UNPLACED);
	return run(not_own, true) || run(unknown, true) ? -1 : 0;
}

static int not_loopback(const char *tool, const char *table, rules_fn run)
{
	const char *const in[] = {
		tool, "-w", "-t", table, "-A", CHAIN, "-i", "lo", "-j", "RETURN", NULL
	};
	const char *const out[] = {
		tool, "-w", "-t", table, "-A", CHAIN, "-o", "lo", "-j", "RETURN", NULL
	};

	return run(in, true) || run(out, true) ? -1 : 0;
}

/* The queues, for the option that how_many() names. */
struct range {
	char text[16];
};

static struct range range(const struct rules *r)
{
	struct range to;

	if (r->first == r->last)
		snprintf(to.text, sizeof(to.text), "%u", r->first);
	else
		snprintf(to.text, sizeof(to.text), "%u:%u", r->first, r->last);
	return to;
}

static const char *how_many(const struct rules *r)
{
	return r->first == r->last ? "--queue-num" : "--queue-balance";
}

static int queue(const struct rules *r, const char *tool, const char *table,
		 rules_fn run)
{
	struct range to = range(r);
	const char *const argv[] = {
		tool, "-w", "-t", table, "-A", CHAIN, "-j", "NFQUEUE", how_many(r),
		to.text, r->bypass ? "--queue-bypass" : NULL, NULL
	};

	return run(argv, true);
}

/* ICMP errors: they pass where nobody serves the queue. */
static int queue_errors(const struct rules *r, const char *tool, const char *table,
			const char *how, const char *in, bool must, rules_fn run)
{
	struct range to = range(r);
	const char *const argv[] = {
		tool, "-w", "-t", table, how, in, "-p", is_ipv6(tool) ? "icmpv6" : "icmp",
		"-m", "conntrack", "--ctstate", "RELATED", "--ctproto", "tcp", "-j",
		"NFQUEUE", how_many(r), to.text, "--queue-bypass", NULL
	};

	return run(argv, must);
}

/* What a hook's chain gets, each rule where it has a place. */
static const struct {
	int (*rule)(const struct rules *r, const char *tool, const char *table,
		    const char *how, const char *in, bool must, rules_fn run);
	bool errors, ipv6;
} lines[] = {
	{ .rule = jump },
	{ .rule = queue_errors, .errors = true },
	{ .rule = jump_fragment, .ipv6 = true },
};

static bool has_place(size_t line, size_t hook, const char *tool)
{
	return (!lines[line].errors || hooks[hook].errors) &&
	       (!lines[line].ipv6 || is_ipv6(tool));
}

/* Put rules at the end of a hook's chain, those that are not there yet. */
static int lead(const struct rules *r, const char *tool, const char *table, size_t hook,
		rules_fn run)
{
	const char *in = hooks[hook].chain;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if (has_place(i, hook, tool) &&
		    lines[i].rule(r, tool, table, "-C", in, false, run) &&
		    lines[i].rule(r, tool, table, "-A", in, true, run))
			return -1;
	return 0;
}

static void leave(const struct rules *r, const char *tool, const char *table, size_t hook,
		  rules_fn run)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if (has_place(i, hook, tool))
			lines[i].rule(r, tool, table, "-D", hooks[hook].chain, false, run);
}

/**
 * rules_iptables() - put the rules in place
 * @r: what they are to do
 * @tool: "iptables-legacy" or "ip6tables-legacy"
 * @table: whose chains they go to the end of
 * @run: called with each command line; @must says whether it must succeed
 *
 * Return: 0, or -1 if a command that must succeed did not.
 */
int rules_iptables(const struct rules *r, const char *tool, const char *table,
		   rules_fn run)
{
	size_t i;

	chain(tool, table, "-N", false, run);
	if (chain(tool, table, "-F", true, run) || not_loopback(tool, table, run) ||
	    sort_out(tool, table, run) || queue(r, tool, table, run))
		return -1;
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (lead(r, tool, table, i, run))
			return -1;
	return 0;
}

/**
 * rules_iptables_remove() - take them away again, as far as they are there
 * @r: as above
 * @tool: as above
 * @table: as above
 * @run: as above
 */
void rules_iptables_remove(const struct rules *r, const char *tool, const char *table,
			   rules_fn run)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		leave(r, tool, table, i, run);
	chain(tool, table, "-F", false, run);
	chain(tool, table, "-X", false, run);
}
