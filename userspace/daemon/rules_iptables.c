// SPDX-License-Identifier: GPL-2.0
/*
 * The same rules as iptables commands, for kernels whose nftables has no queue
 * statement. The chain is complete before any rule jumps to it.
 */
#include <stdio.h>
#include <string.h>

#include "packet_parse.h"
#include "rules.h"

#define CHAIN "ESMTP-QUEUED"

/* OUTPUT has none: errors that this router sends quote packets as received. */
static const struct {
	const char *chain;
	bool errors;
} hooks[] = { { "FORWARD", true }, { "INPUT", true }, { "OUTPUT", false } };

/* The rule in a hook's chain that goes to ours, for -A, -C or -D. */
static int run_jump_rule(const struct rules *r, const char *tool, const char *table,
			 const char *how, const char *in, bool must, rules_fn run)
{
	const char *const argv[] = {
		tool, "-w", "-t", table, how, in, "-p", "tcp", "-m", "multiport",
		"--ports", r->ports, "-g", CHAIN, NULL
	};

	return run(argv, must);
}

/* The same for fragments, of which only IPv6 has some after conntrack. */
static int run_fragment_rule(const struct rules *r, const char *tool, const char *table,
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

static int run_chain_command(const char *tool, const char *table, const char *how, bool must,
			     rules_fn run)
{
	const char *const argv[] = { tool, "-w", "-t", table, how, CHAIN, NULL };

	return run(argv, must);
}

/* Returns the daemon's own packets, and marks invalid and untracked ones. */
static int run_mark_rules(const char *tool, const char *table, const char *how, rules_fn run)
{
	char own[16], unplaced[16];
	const char *const not_own[] = {
		tool, "-w", "-t", table, how, CHAIN, "-m", "mark", "--mark", own, "-j",
		"RETURN", NULL
	};
	const char *const unknown[] = {
		tool, "-w", "-t", table, how, CHAIN, "-m", "conntrack", "--ctstate",
		"INVALID,UNTRACKED", "-j", "MARK", "--set-mark", unplaced, NULL
	};

	snprintf(own, sizeof(own), "0x%x", MARK_OWN);
	snprintf(unplaced, sizeof(unplaced), "0x%x", MARK_UNPLACED);
	return run(not_own, true) || run(unknown, true) ? -1 : 0;
}

static int run_loopback_rules(const char *tool, const char *table, const char *how, rules_fn run)
{
	const char *const in[] = {
		tool, "-w", "-t", table, how, CHAIN, "-i", "lo", "-j", "RETURN", NULL
	};
	const char *const out[] = {
		tool, "-w", "-t", table, how, CHAIN, "-o", "lo", "-j", "RETURN", NULL
	};

	return run(in, true) || run(out, true) ? -1 : 0;
}

/* The argument of the option that get_queue_option() returns. */
struct range {
	char text[16];
};

static struct range format_queue_range(const struct rules *r)
{
	struct range to;

	if (r->first == r->last)
		snprintf(to.text, sizeof(to.text), "%u", r->first);
	else
		snprintf(to.text, sizeof(to.text), "%u:%u", r->first, r->last);
	return to;
}

static const char *get_queue_option(const struct rules *r)
{
	return r->first == r->last ? "--queue-num" : "--queue-balance";
}

static int run_queue_rule(const struct rules *r, const char *tool, const char *table,
			  const char *how, rules_fn run)
{
	struct range to = format_queue_range(r);
	const char *const argv[] = {
		tool, "-w", "-t", table, how, CHAIN, "-j", "NFQUEUE", get_queue_option(r),
		to.text, r->bypass ? "--queue-bypass" : NULL, NULL
	};

	return run(argv, true);
}

/* ICMP errors: they pass if no daemon serves the queue. */
static int run_error_rule(const struct rules *r, const char *tool, const char *table,
			  const char *how, const char *in, bool must, rules_fn run)
{
	struct range to = format_queue_range(r);
	const char *const argv[] = {
		tool, "-w", "-t", table, how, in, "-p", is_ipv6(tool) ? "icmpv6" : "icmp",
		"-m", "conntrack", "--ctstate", "RELATED", "--ctproto", "tcp", "-j",
		"NFQUEUE", get_queue_option(r), to.text, "--queue-bypass", NULL
	};

	return run(argv, must);
}

/* The rules of a hook's chain; some only for ICMP errors or IPv6. */
static const struct {
	int (*rule)(const struct rules *r, const char *tool, const char *table,
		    const char *how, const char *in, bool must, rules_fn run);
	bool errors, ipv6;
} lines[] = {
	{ .rule = run_jump_rule },
	{ .rule = run_error_rule, .errors = true },
	{ .rule = run_fragment_rule, .ipv6 = true },
};

static bool is_rule_for_hook(size_t line, size_t hook, const char *tool)
{
	return (!lines[line].errors || hooks[hook].errors) &&
	       (!lines[line].ipv6 || is_ipv6(tool));
}

/* Appends the rules that a hook's chain does not have yet. */
static int add_hook_rules(const struct rules *r, const char *tool, const char *table, size_t hook,
			  rules_fn run)
{
	const char *in = hooks[hook].chain;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if (is_rule_for_hook(i, hook, tool) &&
		    lines[i].rule(r, tool, table, "-C", in, false, run) &&
		    lines[i].rule(r, tool, table, "-A", in, true, run))
			return -1;
	return 0;
}

static void delete_hook_rules(const struct rules *r, const char *tool, const char *table, size_t hook,
			      rules_fn run)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if (is_rule_for_hook(i, hook, tool))
			lines[i].rule(r, tool, table, "-D", hooks[hook].chain, false, run);
}

/* The rules of our own chain. */
static int run_chain_rules(const struct rules *r, const char *tool, const char *table,
			   const char *how, rules_fn run)
{
	return run_loopback_rules(tool, table, how, run) || run_mark_rules(tool, table, how, run) ||
	       run_queue_rule(r, tool, table, how, run);
}

static bool has_hook_rules(const struct rules *r, const char *tool, const char *table,
			   size_t hook, rules_fn run)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if (is_rule_for_hook(i, hook, tool) &&
		    lines[i].rule(r, tool, table, "-C", hooks[hook].chain, false, run))
			return false;
	return true;
}

/**
 * rules_iptables_there() - are the rules installed?
 * @r: what they are to do
 * @tool: as below
 * @table: as below
 * @run: as below
 *
 * Return: false if one is missing.
 */
bool rules_iptables_there(const struct rules *r, const char *tool, const char *table,
			  rules_fn run)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (!has_hook_rules(r, tool, table, i, run))
			return false;
	return !run_chain_rules(r, tool, table, "-C", run);
}

/**
 * rules_iptables() - install the rules
 * @r: what they are to do
 * @tool: "iptables-legacy" or "ip6tables-legacy"
 * @table: to whose chains they are appended
 * @run: called with each command line; @must says whether it must succeed
 *
 * Return: 0, or -1 if a command that must succeed did not.
 */
int rules_iptables(const struct rules *r, const char *tool, const char *table,
		   rules_fn run)
{
	size_t i;

	run_chain_command(tool, table, "-N", false, run);
	if (run_chain_command(tool, table, "-F", true, run) ||
	    run_chain_rules(r, tool, table, "-A", run))
		return -1;
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (add_hook_rules(r, tool, table, i, run))
			return -1;
	return 0;
}

/**
 * rules_iptables_remove() - remove those of the rules that are installed
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
		delete_hook_rules(r, tool, table, i, run);
	run_chain_command(tool, table, "-F", false, run);
	run_chain_command(tool, table, "-X", false, run);
}
