// SPDX-License-Identifier: GPL-2.0
/*
 * The grammar: every command in every mode. Parsing and help come from here,
 * and what is not in it does not exist. See pattern.h for how to read it.
 */
#include "grammar.h"

#define EXEC	(1U << MODE_EXEC)
#define GLOBAL	(1U << MODE_GLOBAL)
#define CLASS	(1U << MODE_CLASS_MAP)
#define POLICY	(1U << MODE_POLICY_MAP)
#define PCLASS	(1U << MODE_POLICY_CLASS)
#define INSPECT	(1U << MODE_INSPECT_MAP)
#define PARAM	(1U << MODE_PARAMETERS)
#define MATCH	(1U << MODE_MATCH)
#define CONFIG	(GLOBAL | CLASS | POLICY | PCLASS | INSPECT | PARAM | MATCH)

const struct part grammar_parts[] = {
	{ "net", "any|any4|any6|host <ADDR>|<PREFIX>|<ADDR> [<MASK>]" },
	{ "ports", "eq <PORT>|neq <PORT>|lt <PORT>|gt <PORT>|range <PORT> <PORT>" },
	{ "ace", "{permit|deny} <PROTO> @net [@ports] @net [@ports]" },
	{ "limits", "tcp <LIMIT> [<LIMIT>]|<LIMIT> [<LIMIT>]" },
	{ NULL, NULL }
};

/* The match lines of criteria.def, with and without "no". */
#define MATCH_LINES(crit, text, arg)					\
	{ INSPECT, "match " text arg, "match mail by " text, do_match, crit }, \
	{ INSPECT, "no match " text arg, "remove a match", do_no_match, crit },
#define MATCH_COUNT(crit, text)		MATCH_LINES(crit, text, " gt <COUNT>")
#define MATCH_KEYWORDS(crit, text)	MATCH_LINES(crit, text, " <KEYWORD>+")
#define MATCH_LATER(crit, text)
#define ESMTP_CRITERION(NAME, text, arg, mask)				\
	MATCH_##arg(ESMTP_CRIT_##NAME, text)

const struct command grammar[] = {
	/* command line */
	{ EXEC, "apply <FILE>", "apply the lines of a file, - for stdin",
	  NULL, EXEC_APPLY },
	{ EXEC, "show running-config", "print the configuration in force",
	  NULL, EXEC_SHOW_RUNNING },
	{ EXEC, "show running-config all", "and what is built in", NULL,
	  EXEC_SHOW_RUNNING },
	{ EXEC, "show service-policy [inspect esmtp]",
	  "print the policy in force with its counters", NULL,
	  EXEC_SHOW_SERVICE },
	{ EXEC, "show conn", "print the connections", NULL, EXEC_SHOW_CONN },
	{ EXEC, "clear service-policy", "set the counters of the policy to zero",
	  NULL, EXEC_CLEAR_SERVICE },
	{ EXEC, "help", "print all commands", NULL, EXEC_HELP },

	/* configuration */
	{ GLOBAL, "access-list <NAME> [line <LINE>] [extended] @ace [log] [inactive]",
	  "add a line to an access-list", do_acl_line, 0 },
	{ GLOBAL, "access-list <NAME> [line <LINE>] standard {permit|deny} @net",
	  "add a line to a standard access-list", do_acl_line, 0 },
	{ GLOBAL, "access-list <NAME> [line <LINE>] remark <TEXT>",
	  "add a comment to an access-list", do_acl_remark, 0 },
	{ GLOBAL, "no access-list <NAME> [extended] @ace [log] [inactive]",
	  "remove a line of an access-list", do_no_acl_line, 0 },
	{ GLOBAL, "no access-list <NAME> standard {permit|deny} @net",
	  "remove a line of a standard access-list", do_no_acl_line, 0 },
	{ GLOBAL, "no access-list <NAME> remark <TEXT>",
	  "remove a comment of an access-list", do_no_acl_remark, 0 },
	{ GLOBAL, "no access-list <NAME>", "remove an access-list",
	  do_no_acl, 0 },
	{ GLOBAL, "class-map <NAME>", "define what belongs to a class",
	  do_class_map, 0 },
	{ GLOBAL, "no class-map <NAME>", "remove a class-map",
	  do_no_class_map, 0 },
	{ GLOBAL, "policy-map type inspect esmtp <NAME>",
	  "define how mail is inspected", do_inspect_map, 0 },
	{ GLOBAL, "no policy-map type inspect esmtp <NAME>",
	  "remove an inspection map", do_no_inspect_map, 0 },
	{ GLOBAL, "policy-map <NAME>", "define what is done to classes",
	  do_policy_map, 0 },
	{ GLOBAL, "no policy-map <NAME>", "remove a policy-map",
	  do_no_policy_map, 0 },
	{ GLOBAL, "service-policy <NAME> {global|interface <IFNAME>}",
	  "put a policy-map in force", do_service_policy, 0 },
	{ GLOBAL, "no service-policy <NAME> {global|interface <IFNAME>}",
	  "put a policy-map out of force", do_no_service_policy, 0 },
	{ GLOBAL, "static <IFPAIR> <ADDR4> <ADDR4> [netmask <MASK>] [@limits]",
	  "limit the connections of a server", do_static, 0 },
	{ GLOBAL, "no static <IFPAIR> <ADDR4> <ADDR4> [netmask <MASK>] [@limits]",
	  "remove the limits of a server", do_no_static, 0 },
	{ GLOBAL, "esmtp pickup {bypass|drop}",
	  "connections older than the inspection", do_setting, 0 },
	{ GLOBAL, "esmtp overload {drop|bypass}",
	  "connections beyond max-conns", do_setting, 0 },
	{ GLOBAL, "esmtp max-conns <COUNT>",
	  "limit the connections inspected at a time", do_setting, 0 },
	{ GLOBAL, "no esmtp pickup [bypass|drop]", "back to bypass",
	  do_no_setting, 0 },
	{ GLOBAL, "no esmtp overload [drop|bypass]", "back to drop",
	  do_no_setting, 0 },
	{ GLOBAL, "no esmtp max-conns [<COUNT>]", "back to no limit",
	  do_no_setting, 0 },
	{ GLOBAL, "clear configure all", "back to the default configuration",
	  do_clear_all, 0 },
	{ GLOBAL, "configure terminal", "has no effect", do_nothing, 0 },
	{ GLOBAL, "access-list <NAME> [line <LINE>] [extended] {permit|deny} {!object|!object-group}",
	  NULL, NULL, 0 },
	{ GLOBAL, "access-list <NAME> [line <LINE>] [extended] {permit|deny} <PROTO> {!object|!object-group|!interface}",
	  NULL, NULL, 0 },
	{ GLOBAL, "access-list <NAME> [line <LINE>] [extended] {permit|deny} <PROTO> @net [@ports] {!object|!object-group|!interface}",
	  NULL, NULL, 0 },
	{ GLOBAL, "access-list <NAME> [line <LINE>] [extended] @ace {!object-group|!time-range|log {!disable|!default|!interval|!time-range}}",
	  NULL, NULL, 0 },
	{ GLOBAL, "access-list <NAME> {!ethertype|!webtype}", NULL, NULL, 0 },
	{ GLOBAL, "class-map {!type|!match-any|!match-all}", NULL, NULL, 0 },
	{ GLOBAL, "service-policy <NAME> {global|interface <IFNAME>} !fail-close",
	  NULL, NULL, 0 },
	{ GLOBAL, "static <IFPAIR> {!tcp|!udp|!interface}", NULL, NULL, 0 },
	{ GLOBAL, "static <IFPAIR> <ADDR4> {!interface|!access-list}", NULL,
	  NULL, 0 },
	{ GLOBAL, "static <IFPAIR> <ADDR4> <ADDR4> [netmask <MASK>] [@limits] {!dns|!udp|!norandomseq}",
	  NULL, NULL, 0 },
	{ GLOBAL, "esmtp !inspect-local", NULL, NULL, 0 },
	{ GLOBAL, "!regex", NULL, NULL, 0 },
	{ GLOBAL, "!object", NULL, NULL, 0 },
	{ GLOBAL, "!object-group", NULL, NULL, 0 },
	{ GLOBAL, "!nameif", NULL, NULL, 0 },

	/* class-map */
	{ CLASS, "description <TEXT>", "describe the class",
	  do_class_description, 0 },
	{ CLASS, "no description", "remove the description",
	  do_class_description, 0 },
	{ CLASS, "match any", "every connection", do_class_match,
	  ESMTP_CLASS_ANY },
	{ CLASS, "match {access-list|address} <NAME>",
	  "connections that an access-list permits", do_class_match,
	  ESMTP_CLASS_ACL },
	{ CLASS, "match port tcp {eq <PORT>|range <PORT> <PORT>}",
	  "connections to a port", do_class_match, ESMTP_CLASS_PORT },
	{ CLASS, "match default-inspection-traffic", "TCP port 25",
	  do_class_match, ESMTP_CLASS_DEFAULT },
	{ CLASS, "no match any", "remove the match", do_no_class_match,
	  ESMTP_CLASS_ANY },
	{ CLASS, "no match {access-list|address} <NAME>", "remove the match",
	  do_no_class_match, ESMTP_CLASS_ACL },
	{ CLASS, "no match port tcp {eq <PORT>|range <PORT> <PORT>}",
	  "remove the match", do_no_class_match, ESMTP_CLASS_PORT },
	{ CLASS, "no match default-inspection-traffic", "remove the match",
	  do_no_class_match, ESMTP_CLASS_DEFAULT },
	{ CLASS, "match {!not|!dscp|!precedence|!rtp|!flow|!tunnel-group|!regex|port !udp}",
	  NULL, NULL, 0 },

	/* policy-map type inspect esmtp */
	{ INSPECT, "description <TEXT>", "describe the map",
	  do_inspect_description, 0 },
	{ INSPECT, "no description", "remove the description",
	  do_inspect_description, 0 },
	{ INSPECT, "parameters", "set what holds for all mail",
	  do_parameters, 0 },
#include <esmtp/criteria.def>
	{ INSPECT, "match {!not|!invalid-recipients|!recipient-address|!protocol-violation}",
	  NULL, NULL, 0 },
	{ INSPECT, "match {body !length|cmd !verb|sender-address !regex|MIME {!encoding|!filetype}}",
	  NULL, NULL, 0 },
	{ INSPECT, "match header {!length|!to-fields|!regex}", NULL, NULL, 0 },

	/* parameters */
	{ PARAM, "mask-banner [classic]", "mask the server's greeting",
	  do_mask_banner, ESMTP_BANNER_CLASSIC },
	{ PARAM, "no mask-banner [classic]", "leave the greeting alone",
	  do_mask_banner, ESMTP_BANNER_OFF },
	{ PARAM, "no {mail-relay|special-character|allow-tls}",
	  "is the default", do_nothing, 0 },
	{ PARAM, "{!mail-relay|!special-character|!allow-tls|mask-banner !friendly}",
	  NULL, NULL, 0 },
	{ PARAM, "{!short-command|!command-termination|!smuggling-guard|!require-tls|!tls|!no-auth-in-clear|!chunking|!monitor}",
	  NULL, NULL, 0 },

	/* match */
	{ MATCH, "drop-connection [log]", "end the connection", do_action,
	  ESMTP_ACT_DROP },
	{ MATCH, "mask [log]", "overwrite the line with X", do_action,
	  ESMTP_ACT_MASK },
	{ MATCH, "log", "count and log", do_action, ESMTP_ACT_LOG },
	{ MATCH, "{!reset|!reject|!strip|!rate-limit|!drop|drop-connection !send-protocol-error}",
	  NULL, NULL, 0 },

	/* policy-map */
	{ POLICY, "description <TEXT>", "describe the policy-map",
	  do_policy_description, 0 },
	{ POLICY, "no description", "remove the description",
	  do_policy_description, 0 },
	{ POLICY, "class <NAME>", "say what is done to a class", do_class, 0 },
	{ POLICY, "no class <NAME>", "take a class out", do_no_class, 0 },
	{ PCLASS, "inspect esmtp [<NAME>]", "inspect mail, with a map",
	  do_inspect, 0 },
	{ PCLASS, "no inspect esmtp", "exempt from inspection",
	  do_no_inspect, 0 },
	{ PCLASS, "no inspect esmtp <NAME>", "stop to inspect with a map",
	  do_no_inspect, 0 },
	{ PCLASS, "{!set|!police|!priority}", NULL, NULL, 0 },

	/* everywhere */
	{ CONFIG, "exit", "back to the mode before", do_exit, 0 },
	{ CONFIG, "quit", "back to the mode before", do_exit, 0 },
	{ GLOBAL, "end", "leave all modes", do_end, 0 },
};
#undef ESMTP_CRITERION

const size_t grammar_size = ESMTP_ARRAY_SIZE(grammar);

/**
 * grammar_compile() - make the automaton of the whole grammar
 *
 * Return: the automaton, for pattern_free().
 */
struct pattern *grammar_compile(void)
{
	return pattern_compile(grammar, grammar_size, grammar_parts);
}
