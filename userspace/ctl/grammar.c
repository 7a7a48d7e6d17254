// SPDX-License-Identifier: GPL-2.0
/*
 * The grammar: every command in every mode. Parsing and help come from here,
 * and what is not in it does not exist. See pattern.h for how to read it.
 */
#include "advise.h"
#include "ctl.h"
#include "replay.h"
#include "shell.h"
#include "startup.h"

#include <esmtp/param.h>

/* Configuration has run(), commands have exec(): a row does not name the other. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define EXEC	(1U << MODE_EXEC)
#define GLOBAL	(1U << MODE_GLOBAL)
#define CLASS	(1U << MODE_CLASS_MAP)
#define POLICY	(1U << MODE_POLICY_MAP)
#define PCLASS	(1U << MODE_POLICY_CLASS)
#define INSPECT	(1U << MODE_INSPECT_MAP)
#define PARAM	(1U << MODE_PARAMETERS)
#define MATCH	(1U << MODE_MATCH)
#define RCLASS	(1U << MODE_REGEX_CLASS)
#define ICLASS	(1U << MODE_INSPECT_CLASS)
#define MATCHES	(INSPECT | ICLASS)
#define NETOBJ	(1U << MODE_NETWORK_OBJECT)
#define SVCOBJ	(1U << MODE_SERVICE_OBJECT)
#define NETGRP	(1U << MODE_NETWORK_GROUP)
#define SVCGRP	(1U << MODE_SERVICE_GROUP)
#define PORTGRP	(1U << MODE_PORT_GROUP)
#define PROTGRP	(1U << MODE_PROTOCOL_GROUP)
#define OBJECT	(NETOBJ | SVCOBJ | NETGRP | SVCGRP | PORTGRP | PROTGRP)
#define CONFIG	(GLOBAL | CLASS | RCLASS | ICLASS | OBJECT | POLICY | PCLASS | \
		 INSPECT | PARAM | MATCH)

const struct part grammar_parts[] = {
	{ "addr", "any|any4|any6|host <ADDR>|<PREFIX>|<ADDR> [<MASK>]" },
	{ "net", "@addr|object <NAME>|object-group <NAME>" },
	{ "port", "eq <PORT>|neq <PORT>|lt <PORT>|gt <PORT>|range <PORT> <PORT>" },
	{ "ports", "@port|object-group <NAME>" },
	{ "proto", "<PROTO>|object <NAME>|object-group <NAME>" },
	{ "ace", "{permit|deny} @proto @net [@ports] @net [@ports]" },
	{ "service", "{<PROTO>|tcp|tcp-udp} [source @port] [destination @port]" },
	{ "limits", "tcp <LIMIT> [<LIMIT>]|<LIMIT> [<LIMIT>]" },
	{ NULL, NULL }
};

/* The match lines of criteria.def, with and without "no". */
#define MATCH_LINES(crit, text, arg)					\
	{ MATCHES, "match [not] " text arg, "match mail by " text, do_match, crit }, \
	{ MATCHES, "no match [not] " text arg, "remove a match", do_no_match, crit },
#define MATCH_COUNT(crit, text)		MATCH_LINES(crit, text, " gt <COUNT>")
#define MATCH_KEYWORDS(crit, text)	MATCH_LINES(crit, text, " <KEYWORD>+")
#define MATCH_VERBS(crit, text)		MATCH_LINES(crit, text, " <VERB>+")
#define MATCH_VERB_COUNT(crit, text)					\
	MATCH_LINES(crit, text, " <VERB>+ line length gt <COUNT>")
#define MATCH_ENCODINGS(crit, text)	MATCH_LINES(crit, text, " <ENCODING>+")
#define MATCH_REGEX(crit, text)						\
	MATCH_LINES(crit, text, " regex {<NAME>|class <NAME>}")
#define MATCH_NONE(crit, text)		MATCH_LINES(crit, text, "")
#define ESMTP_CRITERION(NAME, order, text, arg, mask, life, reply)		\
	MATCH_##arg(ESMTP_CRIT_##NAME, text)

/* A command of the command line, and one that needs privileged mode in the shell. */
#ifndef CTL_GRAMMAR_ALONE
#define COMMAND(pattern, help, fn)	{ EXEC, pattern, help, NULL, 0, fn }
#define CHANGE(pattern, help, fn)	{ EXEC, pattern, help, NULL, EXEC_CHANGES, fn }
#else
#define COMMAND(pattern, help, fn)	{ EXEC, pattern, help, NULL, 0, NULL }
#define CHANGE(pattern, help, fn)	{ EXEC, pattern, help, NULL, EXEC_CHANGES, NULL }
#endif

/* The lines of params.def, with and without "no". */
#define FORM_MUST(form)	"{" form "}"
#define FORM_MAY(form)	"[" form "]"
#define PARAM_LINES(NAME, word, need, form, help, no)			\
	{ PARAM, word " " FORM_##need(form), help, do_param, ESMTP_P_##NAME }, \
	{ PARAM, "no " word " [" form "]", no, do_param, ESMTP_P_##NAME },
#define ESMTP_PARAM_OF(NAME, member, domain, word, link, acts, idle, need, form, help, no) \
	{ PARAM, word " <DOMAIN> " FORM_##need(form), help, do_param, ESMTP_P_##NAME }, \
	{ PARAM, "no " word " [<DOMAIN> [" form "]]", no, do_param, ESMTP_P_##NAME },
#define ESMTP_PARAM(NAME, member, word, link, acts, idle, need, form, help, no)	\
	PARAM_LINES(NAME, word, need, form, help, no)
#define ESMTP_VALUE(NAME, member, max, name, word, need, form, help, no)	\
	PARAM_LINES(NAME, word, need, form, help, no)
#define ESMTP_FLAG(NAME, member, word, mark, need, form, help, no)	\
	PARAM_LINES(NAME, word, need, form, help, no)
#define ESMTP_SWITCH(NAME, member, word, help)				\
	{ PARAM, word, help, do_param, ESMTP_P_##NAME },		\
	{ PARAM, "no " word, "do not", do_param, ESMTP_P_##NAME },
#define ESMTP_PART(NAME, member, mark)

const struct command grammar[] = {
	/* command line */
	CHANGE("apply [{--lenient|--check|--json|--confirm <COUNT>}+] <FILE>",
	       "add the lines of a file to the configuration, - for stdin", run_apply),
	CHANGE("replace [{--lenient|--check|--json|--confirm <COUNT>}+] <FILE>",
	       "make a file the whole configuration", run_apply),
	COMMAND("show running-config", "print the configuration in force",
		show_running),
	COMMAND("show running-config all", "and what is built in", show_running),
	COMMAND("show running-config {access-list|class-map|object|object-group|policy-map|regex|service-policy} [<NAME>]",
		"the part of it that is of a kind, or of a name", show_running),
	COMMAND("show running-config {static|nameif|esmtp}",
		"the part of it that is of a kind", show_running),
	COMMAND("show service-policy flow tcp host <ADDR> [eq <PORT>] host <ADDR> [eq <PORT>] [interface <IFNAME>]",
		"what is done with a connection, and why", show_flow),
	COMMAND("show service-policy would",
		"print what maps that monitor would have done, and to whom", show_would),
	COMMAND("show access-list [<NAME>]", "print access-lists with their hits",
		show_acls),
	COMMAND("show class-map", "print class-maps", show_objects),
	COMMAND("show policy-map", "print policy-maps", show_objects),
	COMMAND("show asp drop [all]", "print why packets were dropped, and how many",
		show_drops),
	COMMAND("show nat-rules",
		"print the address translation of static as rules of nftables", show_nat),
	COMMAND("show metrics [--format {openmetrics|prometheus}]",
		"print all counters, for those who collect them", show_metrics),
	COMMAND("show service-policy [global|interface <IFNAME>] [inspect esmtp|set connection]",
		"print the policy in force with its counters", show_service),
	COMMAND("show conn [{detail|count|address <ADDR>|port <PORT>}+]",
		"print the connections", show_conn),
	COMMAND("show version",
		"print the versions of the tool and of what it speaks to", show_version),
	COMMAND("show tech-support [anonymous]",
		"print all that a report of a fault needs", show_tech),
	CHANGE("clear service-policy [global|interface <IFNAME>]",
	       "set the counters of the policy to zero", clear_service),
	CHANGE("clear asp drop", "set the counters of show asp drop to zero", clear_drops),
	CHANGE("clear conn [all|{address <ADDR>|port <PORT>}+]",
	       "end connections, so that they begin anew under the policy in force", clear_conn),
	CHANGE("clear access-list [<NAME>] counters",
	       "set the hits of access-lists to zero", clear_hits),
	COMMAND("monitor [--json|--syslog|--journal]",
		"print what is done as it is done", monitor),
	COMMAND("show records", "print the last records of what was done",
		show_records),
	COMMAND("why <HOST>", "what became of a host's mail, and why", why),
	COMMAND("replay <FILE>", "what a policy would have done with recorded mail",
		replay_line),
	COMMAND("advise <FILE>", "which change of the policy lets recorded mail pass",
		advise_line),
	COMMAND("test <FILE>", "is a policy what a file of expectations says?", test_policy),
	COMMAND("test regex <INPUT> <REGEX>",
		"is a regular expression found in a text?", test_regex),
	CHANGE("configure terminal", "enter lines of configuration (shell)",
	       shell_configure),
	COMMAND("help", "print all commands", help_all),
	COMMAND("exit", "leave the shell", shell_leave),
	COMMAND("quit", "leave the shell", shell_leave),
	COMMAND("logout", "leave the shell", shell_leave),
	COMMAND("end", "has no effect here", set_terminal),
	COMMAND("enable [<COUNT>]", "enter privileged mode (shell)", shell_enable),
	COMMAND("disable [<COUNT>]", "leave it: nothing can be changed", shell_enable),
	COMMAND("terminal pager [lines] <LIMIT>",
		"lines of a page, 0 for no pages (shell)", set_terminal),
	COMMAND("terminal {width <LIMIT>|[no] monitor}", "has no effect", set_terminal),
	CHANGE("configure confirm", "let such a change stand", confirm_run),
	CHANGE("configure revert", "the configuration before the last change again",
	       revert_run),
	CHANGE("write [memory]", "save the running configuration", startup_run),
	CHANGE("write terminal", "print the running configuration", startup_run),
	CHANGE("write erase", "remove the saved configuration", startup_run),
	CHANGE("{erase|clear} startup-config", "remove the saved configuration",
	       startup_run),
	CHANGE("copy running-config startup-config", "save the running configuration",
	       startup_run),
	CHANGE("copy startup-config running-config",
	       "apply the lines of the saved configuration", startup_run),
	CHANGE("configure memory", "apply the lines of the saved configuration",
	       startup_run),
	CHANGE("load startup-config [--strict]",
	       "put the saved configuration, or the last good one, in force (units)", startup_run),
	COMMAND("show startup-config", "print the saved configuration", startup_show),

	/* configuration */
	{ GLOBAL, "access-list <NAME> [line <LINE>] [extended] @ace [log] [inactive]",
	  "add a line to an access-list", do_acl_line, 0 },
	{ GLOBAL, "access-list <NAME> [line <LINE>] standard {permit|deny} @addr",
	  "add a line to a standard access-list", do_acl_line, 0 },
	{ GLOBAL, "access-list <NAME> [line <LINE>] remark <TEXT>",
	  "add a comment to an access-list", do_acl_remark, 0 },
	{ GLOBAL, "no access-list <NAME> [extended] @ace [log] [inactive]",
	  "remove a line of an access-list", do_no_acl_line, 0 },
	{ GLOBAL, "no access-list <NAME> standard {permit|deny} @addr",
	  "remove a line of a standard access-list", do_no_acl_line, 0 },
	{ GLOBAL, "no access-list <NAME> remark <TEXT>",
	  "remove a comment of an access-list", do_no_acl_remark, 0 },
	{ GLOBAL, "no access-list <NAME>", "remove an access-list",
	  do_no_acl, 0 },
	{ GLOBAL, "object network <NAME>", "name an address or a network",
	  do_object, OBJECT_NETWORK },
	{ GLOBAL, "object service <NAME>", "name a protocol and its ports",
	  do_object, OBJECT_SERVICE },
	{ GLOBAL, "object-group network <NAME>", "name several networks",
	  do_object, GROUP_NETWORK },
	{ GLOBAL, "object-group service <NAME>", "name several services",
	  do_object, GROUP_SERVICE },
	{ GLOBAL, "object-group service <NAME> {tcp|udp|tcp-udp}",
	  "name several ports", do_object, GROUP_PORTS },
	{ GLOBAL, "object-group protocol <NAME>", "name several protocols",
	  do_object, GROUP_PROTOCOL },
	{ GLOBAL, "no object {network|service} <NAME>", "remove an object",
	  do_no_object, 0 },
	{ GLOBAL, "no object-group {network|protocol|service} <NAME> [tcp|udp|tcp-udp]",
	  "remove an object-group", do_no_object, 0 },
	{ GLOBAL, "class-map [match-all] <NAME>", "define what belongs to a class",
	  do_class_map, 0 },
	{ GLOBAL, "no class-map [match-all] <NAME>", "remove a class-map",
	  do_no_class_map, 0 },
	{ GLOBAL, "regex <NAME> <REGEX>", "define a regular expression",
	  do_regex, 0 },
	{ GLOBAL, "no regex <NAME> [<REGEX>]", "remove a regular expression",
	  do_no_regex, 0 },
	{ GLOBAL, "class-map type regex [match-any] <NAME>",
	  "define a class of regular expressions", do_regex_class, 0 },
	{ GLOBAL, "no class-map type regex [match-any] <NAME>",
	  "remove such a class", do_no_regex_class, 0 },
	{ GLOBAL, "class-map type inspect esmtp [match-all|match-any] <NAME>",
	  "define a class of matches", do_inspect_class, 0 },
	{ GLOBAL, "no class-map type inspect esmtp [match-all|match-any] <NAME>",
	  "remove such a class", do_no_inspect_class, 0 },
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
	{ GLOBAL, "fixup protocol smtp [<PORT>]",
	  "inspect mail on a port, in the words of a PIX", do_fixup, 0 },
	{ GLOBAL, "no fixup protocol smtp [<PORT>]", "stop to inspect it",
	  do_no_fixup, 0 },
	{ GLOBAL, "names", "has no effect", do_nothing, 0 },
	{ GLOBAL, "no names", "has no effect", do_nothing, 0 },
	{ GLOBAL, "name <ADDR> <NAME> [description <TEXT>]",
	  "give an address a name for the lines below", do_name, 0 },
	{ GLOBAL, "no name <ADDR> [<NAME>] [description <TEXT>]",
	  "take the name away", do_no_name, 0 },
	{ GLOBAL, "static <IFPAIR> tcp {<ADDR4>|interface} <PORT> <ADDR4> <PORT> [netmask <MASK>] [@limits]",
	  "limit the connections to a port of a server", do_static, 0 },
	{ GLOBAL, "no static <IFPAIR> tcp {<ADDR4>|interface} <PORT> <ADDR4> <PORT> [netmask <MASK>] [@limits]",
	  "remove its limits", do_no_static, 0 },
	{ GLOBAL, "static <IFPAIR> <ADDR4> <ADDR4> [netmask <MASK>] [@limits]",
	  "limit the connections of a server", do_static, 0 },
	{ GLOBAL, "no static <IFPAIR> <ADDR4> <ADDR4> [netmask <MASK>] [@limits]",
	  "remove the limits of a server", do_no_static, 0 },
	{ GLOBAL, "esmtp pickup {bypass|drop|reset}",
	  "connections older than the inspection", do_setting, 0 },
	{ GLOBAL, "esmtp overload {drop|bypass}",
	  "connections beyond max-conns", do_setting, 0 },
	{ GLOBAL, "esmtp max-conns <COUNT>",
	  "limit the connections inspected at a time", do_setting, 0 },
	{ GLOBAL, "esmtp client-prefix {ipv4|ipv6} <COUNT>",
	  "bits of an address that are one client", do_client_prefix, 0 },
	{ GLOBAL, "no esmtp client-prefix {ipv4|ipv6} [<COUNT>]", "back to 32 and 64",
	  do_client_prefix, 0 },
	{ GLOBAL, "esmtp inspect-local {none|in|out|both}",
	  "connections of this machine itself", do_setting, 0 },
	{ GLOBAL, "no esmtp inspect-local [none|in|out|both]", "back to in",
	  do_no_setting, 0 },
	{ GLOBAL, "nameif <IFNAME> <IFNAME>",
	  "give an interface a name of ASA's kind", do_nameif, 0 },
	{ GLOBAL, "no nameif <IFNAME> [<IFNAME>]", "take the name away",
	  do_no_nameif, 0 },
	{ GLOBAL, "no esmtp pickup [bypass|drop|reset]", "back to bypass",
	  do_no_setting, 0 },
	{ GLOBAL, "no esmtp overload [drop|bypass]", "back to drop",
	  do_no_setting, 0 },
	{ GLOBAL, "no esmtp max-conns [<COUNT>]", "back to no limit",
	  do_no_setting, 0 },
	{ GLOBAL, "clear configure {access-list [<NAME>]|object|object-group|class-map|policy-map|service-policy|regex|static|nameif|name}",
	  "remove all objects of a kind", do_clear, 0 },
	{ GLOBAL, "clear configure all", "back to the default configuration",
	  do_clear_all, 0 },
	{ GLOBAL, "configure terminal", "has no effect", do_nothing, 0 },
	{ GLOBAL, "access-list <NAME> [line <LINE>] [extended] {permit|deny} @proto !interface",
	  NULL, NULL, 0 },
	{ GLOBAL, "access-list <NAME> [line <LINE>] [extended] {permit|deny} @proto @net [@ports] !interface",
	  NULL, NULL, 0 },
	{ GLOBAL, "access-list <NAME> [line <LINE>] [extended] @ace {!time-range|log {!disable|!default|!interval|!time-range}}",
	  NULL, NULL, 0 },
	{ GLOBAL, "access-list <NAME> {!ethertype|!webtype}", NULL, NULL, 0 },
	{ GLOBAL, "class-map !match-any", NULL, NULL, 0 },
	{ GLOBAL, "service-policy <NAME> {global|interface <IFNAME>} !fail-close",
	  NULL, NULL, 0 },
	{ GLOBAL, "static <IFPAIR> {!udp|!interface}", NULL, NULL, 0 },
	{ GLOBAL, "static <IFPAIR> <ADDR4> {!interface|!access-list}", NULL,
	  NULL, 0 },
	{ GLOBAL, "static <IFPAIR> <ADDR4> <ADDR4> [netmask <MASK>] [@limits] {!dns|!udp|!norandomseq}",
	  NULL, NULL, 0 },
	{ GLOBAL, "object-group {!icmp-type|!security|!user}", NULL, NULL, 0 },

	/* object and object-group */
	{ OBJECT, "description <TEXT>", "describe the object",
	  do_object_description, 0 },
	{ OBJECT, "no description", "remove the description",
	  do_object_description, 0 },
	{ NETOBJ, "host <ADDR>", "an address", do_member, 0 },
	{ NETOBJ, "subnet {<ADDR> <MASK>|<PREFIX>}", "a network", do_member, 0 },
	{ NETOBJ, "range <ADDR> <ADDR>", "addresses from one to another",
	  do_member, 0 },
	{ NETOBJ, "fqdn [v4|v6] <DOMAIN>", "is refused: addresses of names change",
	  do_fqdn, 0 },
	{ NETOBJ, "no {host <ADDR>|subnet {<ADDR> <MASK>|<PREFIX>}|range <ADDR> <ADDR>}",
	  "remove it", do_no_member, 0 },
	{ SVCOBJ, "service @service", "a protocol and its ports", do_member, 0 },
	{ SVCOBJ, "no service @service", "remove it", do_no_member, 0 },
	{ NETGRP, "network-object {host <ADDR>|object <NAME>|<PREFIX>|<ADDR> <MASK>}",
	  "add an address or a network", do_member, 0 },
	{ NETGRP, "no network-object {host <ADDR>|object <NAME>|<PREFIX>|<ADDR> <MASK>}",
	  "remove it", do_no_member, 0 },
	{ SVCGRP, "service-object {object <NAME>|@service|{<PROTO>|tcp|tcp-udp} @port}",
	  "add a protocol and its ports", do_member, 0 },
	{ SVCGRP, "no service-object {object <NAME>|@service|{<PROTO>|tcp|tcp-udp} @port}",
	  "remove it", do_no_member, 0 },
	{ PORTGRP, "port-object {eq <PORT>|range <PORT> <PORT>}", "add ports",
	  do_member, 0 },
	{ PORTGRP, "no port-object {eq <PORT>|range <PORT> <PORT>}", "remove them",
	  do_no_member, 0 },
	{ PROTGRP, "protocol-object <PROTO>", "add a protocol", do_member, 0 },
	{ PROTGRP, "no protocol-object <PROTO>", "remove it", do_no_member, 0 },
	{ NETGRP | SVCGRP | PORTGRP | PROTGRP, "group-object <NAME>",
	  "add a group of the same kind", do_member, 0 },
	{ NETGRP | SVCGRP | PORTGRP | PROTGRP, "no group-object <NAME>",
	  "remove it", do_no_member, 0 },

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

	/* class-map type regex */
	{ RCLASS, "description <TEXT>", "describe the class",
	  do_regex_class_description, 0 },
	{ RCLASS, "no description", "remove the description",
	  do_regex_class_description, 0 },
	{ RCLASS, "match regex <NAME>", "texts in which an expression is found",
	  do_regex_match, 0 },
	{ RCLASS, "no match regex <NAME>", "remove the match",
	  do_regex_match, 0 },

	/* class-map type inspect esmtp */
	{ ICLASS, "description <TEXT>", "describe the class",
	  do_inspect_class_description, 0 },
	{ ICLASS, "no description", "remove the description",
	  do_inspect_class_description, 0 },

	/* policy-map type inspect esmtp */
	{ INSPECT, "class <NAME>", "match mail by a class of matches",
	  do_match_class, 0 },
	{ INSPECT, "no class <NAME>", "take the class out", do_no_match_class, 0 },
	{ INSPECT, "description <TEXT>", "describe the map",
	  do_inspect_description, 0 },
	{ INSPECT, "no description", "remove the description",
	  do_inspect_description, 0 },
	{ INSPECT, "parameters", "set what holds for all mail",
	  do_parameters, 0 },
#include <esmtp/criteria.def>
	/* parameters */
#include <esmtp/params.def>

	/* match */
	{ MATCH, "drop-connection [log]", "end the connection", do_action,
	  ESMTP_ACT_DROP },
	{ MATCH, "reset [log]", "end it with a RST to both ends", do_action,
	  ESMTP_ACT_RESET },
	{ MATCH, "reject [log]", "end it with a reply to the client", do_action,
	  ESMTP_ACT_REJECT },
	{ MATCH, "reject <SAY>", "end it with a reply of one's own, [log] behind it",
	  do_action, ESMTP_ACT_REJECT },
	{ MATCH, "mask [log]", "overwrite the line with X", do_action,
	  ESMTP_ACT_MASK },
	{ MATCH, "strip [log]", "take the line out", do_action, ESMTP_ACT_STRIP },
	{ MATCH, "log", "count and log", do_action, ESMTP_ACT_LOG },
	{ MATCH, "rate-limit <COUNT>",
	  "messages a second that a client may send, or the connection ends",
	  do_action, ESMTP_ACT_RATE },
	{ MATCH, "{!drop|drop-connection !send-protocol-error}",
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
	{ PCLASS, "set connection {conn-max <LIMIT>|embryonic-conn-max <LIMIT>|per-client-max <LIMIT>|per-client-embryonic-max <LIMIT>}+",
	  "limit the connections of a class", do_set, 0 },
	{ PCLASS, "no set connection [{{conn-max|embryonic-conn-max|per-client-max|per-client-embryonic-max} [<LIMIT>]}+]",
	  "remove such limits", do_set, 0 },
	{ PCLASS, "set connection {!random-sequence-number|!timeout|!advanced-options|!decrement-ttl}",
	  NULL, NULL, 0 },
	{ PCLASS, "{!police|!priority|!shape|!ips|!sfr}", NULL, NULL, 0 },

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
