// SPDX-License-Identifier: GPL-2.0
/*
 * The grammar: every command in every mode. Parsing and help come from here,
 * and what is not in it does not exist. See pattern.h for how to read it.
 */
#include "grammar.h"

#include <stddef.h>

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
#define ESMTP_CRITERION(NAME, text, arg, mask)				\
	MATCH_##arg(ESMTP_CRIT_##NAME, text)

/* A parameter that is on or off. */
#define FLAG(word, field, help)						\
	{ PARAM, word, help, do_flag, offsetof(struct esmtp_params, field) }, \
	{ PARAM, "no " word, "do not", do_flag,				\
	  offsetof(struct esmtp_params, field) }

const struct command grammar[] = {
	/* command line */
	{ EXEC, "apply <FILE>", "apply the lines of a file, - for stdin",
	  NULL, EXEC_APPLY },
	{ EXEC, "apply --lenient <FILE>",
	  "the same, passing over what has nothing to do with mail", NULL,
	  EXEC_APPLY },
	{ EXEC, "show running-config", "print the configuration in force",
	  NULL, EXEC_SHOW_RUNNING },
	{ EXEC, "show running-config all", "and what is built in", NULL,
	  EXEC_SHOW_RUNNING },
	{ EXEC, "show service-policy flow tcp host <ADDR> [eq <PORT>] host <ADDR> [eq <PORT>] [interface <IFNAME>]",
	  "what is done with a connection, and why", NULL, EXEC_SHOW_FLOW },
	{ EXEC, "show access-list [<NAME>]", "print access-lists with their hits", NULL,
	  EXEC_SHOW_ACL },
	{ EXEC, "show class-map", "print class-maps", NULL, EXEC_SHOW_CLASS },
	{ EXEC, "show policy-map", "print policy-maps", NULL, EXEC_SHOW_POLICY },
	{ EXEC, "show asp drop", "print why packets were dropped, and how many",
	  NULL, EXEC_SHOW_DROP },
	{ EXEC, "show nat-rules",
	  "print the address translation of static as rules of nftables", NULL,
	  EXEC_SHOW_NAT },
	{ EXEC, "show metrics", "print all counters as OpenMetrics", NULL,
	  EXEC_SHOW_METRICS },
	{ EXEC, "show service-policy [global|interface <IFNAME>] [inspect esmtp]",
	  "print the policy in force with its counters", NULL,
	  EXEC_SHOW_SERVICE },
	{ EXEC, "show conn [detail]", "print the connections", NULL, EXEC_SHOW_CONN },
	{ EXEC, "clear service-policy", "set the counters of the policy to zero",
	  NULL, EXEC_CLEAR_SERVICE },
	{ EXEC, "clear access-list [<NAME>] counters",
	  "set the hits of access-lists to zero", NULL, EXEC_CLEAR_HITS },
	{ EXEC, "monitor [--json|--syslog|--journal]",
	  "print what is done as it is done", NULL, EXEC_MONITOR },
	{ EXEC, "why <HOST>", "what became of a host's mail, and why", NULL,
	  EXEC_WHY },
	{ EXEC, "test regex <INPUT> <REGEX>",
	  "is a regular expression found in a text?", NULL, EXEC_TEST_REGEX },
	{ EXEC, "configure terminal", "enter lines of configuration (shell)",
	  NULL, EXEC_CONFIGURE },
	{ EXEC, "help", "print all commands", NULL, EXEC_HELP },

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
	{ GLOBAL, "esmtp inspect-local {none|in|out|both}",
	  "connections of this machine itself", do_setting, 0 },
	{ GLOBAL, "no esmtp inspect-local [none|in|out|both]", "back to in",
	  do_no_setting, 0 },
	{ GLOBAL, "nameif <IFNAME> <IFNAME>",
	  "give an interface a name of ASA's kind", do_nameif, 0 },
	{ GLOBAL, "no nameif <IFNAME> [<IFNAME>]", "take the name away",
	  do_no_nameif, 0 },
	{ GLOBAL, "no esmtp pickup [bypass|drop]", "back to bypass",
	  do_no_setting, 0 },
	{ GLOBAL, "no esmtp overload [drop|bypass]", "back to drop",
	  do_no_setting, 0 },
	{ GLOBAL, "no esmtp max-conns [<COUNT>]", "back to no limit",
	  do_no_setting, 0 },
	{ GLOBAL, "clear configure {access-list [<NAME>]|object|object-group|class-map|policy-map|service-policy|regex|static|nameif}",
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
	{ GLOBAL, "static <IFPAIR> {!tcp|!udp|!interface}", NULL, NULL, 0 },
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
	{ PARAM, "mask-banner [classic]", "mask the server's greeting",
	  do_mask_banner, ESMTP_BANNER_CLASSIC },
	{ PARAM, "mask-banner friendly", "mask it behind the host's name",
	  do_mask_banner, ESMTP_BANNER_FRIENDLY },
	{ PARAM, "no mask-banner [classic|friendly]", "leave the greeting alone",
	  do_mask_banner, ESMTP_BANNER_OFF },
	{ PARAM, "mail-relay <DOMAIN> action {drop-connection [log]|log}",
	  "mail from outside a domain to outside it", do_mail_relay, 0 },
	{ PARAM, "no mail-relay [<DOMAIN> [action {drop-connection [log]|log}]]",
	  "let mail be relayed", do_mail_relay, 0 },
	{ PARAM, "special-character action {drop-connection [log]|mask [log]|log}",
	  "characters of source routes in addresses", do_special, 0 },
	{ PARAM, "no special-character [action {drop-connection [log]|mask [log]|log}]",
	  "let them pass", do_special, 0 },
	{ PARAM, "allow-tls [action log]", "let STARTTLS pass", do_allow_tls, 0 },
	{ PARAM, "no allow-tls [action log]", "STARTTLS is unknown",
	  do_allow_tls, 0 },
	{ PARAM, "short-command [mask|discard]",
	  "commands of fewer than four characters", do_short, 0 },
	{ PARAM, "no short-command [mask|discard]", "mask them", do_short, 0 },
	{ PARAM, "command-termination [log|{normalize|drop-connection|reset} [log]]",
	  "commands that do not end in CR LF", do_termination, 0 },
	{ PARAM, "no command-termination [log|{normalize|drop-connection|reset} [log]]",
	  "count them only", do_termination, 0 },
	{ PARAM, "smuggling-guard {log|{drop-connection|reset|reject} [log]} [strict]",
	  "look-alikes of the end of a message", do_guard, 0 },
	{ PARAM, "smuggling-guard off", "count them only", do_guard, 0 },
	{ PARAM, "no smuggling-guard [off|{log|{drop-connection|reset|reject} [log]} [strict]]",
	  "count them only", do_guard, 0 },
	{ PARAM, "tls minimum-version {1.0|1.1|1.2|1.3}",
	  "least version of TLS, offered and chosen", do_tls_version, 0 },
	{ PARAM, "no tls minimum-version [1.0|1.1|1.2|1.3]", "any version",
	  do_tls_version, 0 },
	FLAG("require-tls", require_tls, "refuse mail before TLS"),
	FLAG("no-auth-in-clear", no_auth_in_clear, "refuse AUTH before TLS"),
	FLAG("chunking", chunking, "let BDAT and CHUNKING pass"),
	FLAG("monitor", monitor, "count and log, change nothing"),

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
