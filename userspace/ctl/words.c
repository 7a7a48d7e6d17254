// SPDX-License-Identifier: GPL-2.0
/* What each word of the language is, for "?". */
#include "pattern.h"
#include "ctl.h"

#include <string.h>

struct word {
	const char *word;
	const char *what;
};

static const struct word words[] = {
	{ "--check", "compare only, and print the difference" },
	{ "--confirm", "take it back unless it is confirmed in time" },
	{ "--format", "in which text" },
	{ "--journal", "into systemd's journal" },
	{ "--json", "as JSON" },
	{ "--lenient", "pass over what has nothing to do with mail" },
	{ "--strict", "or nothing, if it cannot be used" },
	{ "--syslog", "into the system's log" },
	{ "1.0", "TLS 1.0" },
	{ "1.1", "TLS 1.1" },
	{ "1.2", "TLS 1.2" },
	{ "1.3", "TLS 1.3" },
	{ "access-list", "lines that permit or deny" },
	{ "action", "what is done then" },
	{ "address", "an address, or the access-list of addresses" },
	{ "advise", "which change of the policy lets recorded mail pass" },
	{ "all", "all there is" },
	{ "allow-tls", "let STARTTLS pass" },
	{ "ambiguous", "what readers of mail understand differently" },
	{ "anonymous", "with other addresses and names in place of yours" },
	{ "any", "every address, or every connection" },
	{ "any4", "every IPv4 address" },
	{ "any6", "every IPv6 address" },
	{ "apply", "add the lines of a file to the configuration" },
	{ "asp", "the packet path" },
	{ "body", "the body of a message" },
	{ "both", "in both directions" },
	{ "bypass", "let them pass unread" },
	{ "chunking", "let BDAT and CHUNKING pass" },
	{ "class", "a class" },
	{ "class-map", "what belongs to a class" },
	{ "classic", "all but the code, as an ASA does" },
	{ "clear", "set to zero, or remove" },
	{ "client-prefix", "how long a prefix is one client" },
	{ "cmd", "a command of SMTP" },
	{ "command-termination", "commands that do not end in CR LF" },
	{ "configure", "change the configuration" },
	{ "confirm", "let a change stand that would take itself back" },
	{ "conn", "connections" },
	{ "conn-max", "connections of a server" },
	{ "connection", "limits of connections" },
	{ "copy", "one configuration to the other" },
	{ "count", "their number" },
	{ "counters", "their counters" },
	{ "default-inspection-traffic", "TCP port 25" },
	{ "deny", "not in this list" },
	{ "description", "a description" },
	{ "destination", "ports of the server" },
	{ "detail", "all that is known" },
	{ "disable", "leave privileged mode" },
	{ "discard", "take them out" },
	{ "drop", "drop the packets, or those that were dropped" },
	{ "drop-connection", "end the connection" },
	{ "ehlo-reply-parameter", "what a server offers" },
	{ "embryonic-conn-max", "half-open connections of a server" },
	{ "enable", "enter privileged mode" },
	{ "encoding", "the encoding of a part" },
	{ "end", "leave all modes" },
	{ "eq", "this port" },
	{ "erase", "remove what is saved" },
	{ "esmtp", "mail, or what holds for all of it" },
	{ "exit", "leave this mode" },
	{ "extended", "by source, destination and ports" },
	{ "filename", "the name of an attachment" },
	{ "filetype", "the type of an attachment" },
	{ "fixup", "what a PIX calls inspection" },
	{ "flow", "what would be done with a connection" },
	{ "fqdn", "a name of DNS: refused" },
	{ "friendly", "behind the host's name" },
	{ "global", "for all interfaces" },
	{ "group-object", "a group in this group" },
	{ "gt", "more than" },
	{ "header", "the header of a message" },
	{ "help", "all commands" },
	{ "host", "one address" },
	{ "in", "connections that come to this machine" },
	{ "inactive", "kept, but without effect" },
	{ "inspect", "inspection" },
	{ "inspect-local", "connections of this machine itself" },
	{ "interface", "one interface" },
	{ "invalid-recipients", "recipients that the server refused" },
	{ "ipv4", "of IPv4" },
	{ "ipv6", "of IPv6" },
	{ "length", "bytes" },
	{ "line", "a line, or its place" },
	{ "load", "put in force" },
	{ "log", "count and tell" },
	{ "logout", "leave this shell" },
	{ "lt", "ports below" },
	{ "mail-relay", "mail from outside a domain to outside it" },
	{ "mask", "overwrite it" },
	{ "mask-banner", "mask the server's greeting" },
	{ "match", "what is looked for" },
	{ "match-all", "all of the matches" },
	{ "match-any", "any of the matches" },
	{ "max-conns", "connections inspected at a time" },
	{ "memory", "the saved configuration" },
	{ "metrics", "all counters as OpenMetrics" },
	{ "MIME", "parts of a message" },
	{ "minimum-version", "the least version" },
	{ "monitor", "what is done, as it is done; or change nothing" },
	{ "name", "a name for an address" },
	{ "names", "names for addresses" },
	{ "nameif", "the name of an interface" },
	{ "nat-rules", "the translation of static as rules of nftables" },
	{ "neq", "all ports but one" },
	{ "netmask", "a netmask" },
	{ "network", "of addresses" },
	{ "network-object", "an address or a network" },
	{ "no", "the contrary, or take it away" },
	{ "no-auth-in-clear", "refuse AUTH before TLS" },
	{ "none", "none of them" },
	{ "normalize", "make it CR LF" },
	{ "not", "where it does not match" },
	{ "object", "a named address or service" },
	{ "object-group", "several of them" },
	{ "off", "count only" },
	{ "openmetrics", "OpenMetrics 1.0" },
	{ "out", "connections that begin on this machine" },
	{ "overload", "connections beyond max-conns" },
	{ "pager", "lines of a page, 0 for none" },
	{ "lines", "lines of a page" },
	{ "parameters", "what holds for all mail" },
	{ "per-client-embryonic-max", "half-open connections of a client" },
	{ "per-client-max", "connections of a client" },
	{ "permit", "in this list" },
	{ "pickup", "connections older than the inspection" },
	{ "policy-map", "what is done to classes" },
	{ "port", "a port" },
	{ "port-object", "ports" },
	{ "prometheus", "Prometheus' text format 0.0.4" },
	{ "protocol", "of protocols" },
	{ "protocol-object", "a protocol" },
	{ "protocol-violation", "what no protocol allows" },
	{ "quit", "leave this mode" },
	{ "range", "from one to another" },
	{ "rate-limit", "messages a second" },
	{ "RCPT", "recipients" },
	{ "recipient-address", "the address of a recipient" },
	{ "records", "the last records of what was done" },
	{ "regex", "regular expressions" },
	{ "reject", "end it with a reply to the client" },
	{ "remark", "a comment" },
	{ "replace", "make a file the whole configuration" },
	{ "replay", "what a policy would have done with recorded mail" },
	{ "require-tls", "refuse mail before TLS" },
	{ "reset", "end it with a RST to both ends" },
	{ "revert", "the configuration before the last change" },
	{ "running-config", "the configuration in force" },
	{ "sender-address", "the address of the sender" },
	{ "service", "of protocols and ports" },
	{ "service-object", "a protocol and its ports" },
	{ "service-policy", "the policy in force" },
	{ "set", "limits" },
	{ "short-command", "commands of fewer than four characters" },
	{ "show", "print" },
	{ "smtp", "mail, as a PIX calls it" },
	{ "smuggling-guard", "look-alikes of the end of a message" },
	{ "source", "ports of the client" },
	{ "special-character", "characters of source routes in addresses" },
	{ "standard", "by one address" },
	{ "startup-config", "the saved configuration" },
	{ "static", "limits of a server, and its translation" },
	{ "strict", "any bare CR, LF or NUL" },
	{ "strip", "take the line out" },
	{ "subnet", "a network" },
	{ "tcp", "TCP" },
	{ "tcp-udp", "both TCP and UDP" },
	{ "tech-support", "all that a report of a fault needs" },
	{ "terminal", "this terminal" },
	{ "test", "try" },
	{ "tls", "TLS" },
	{ "to-fields", "addresses in To" },
	{ "type", "of another kind" },
	{ "udp", "UDP" },
	{ "v4", "IPv4" },
	{ "v6", "IPv6" },
	{ "verb", "its verb" },
	{ "version", "versions of the tool and of what it speaks to" },
	{ "why", "what became of a host's mail" },
	{ "width", "columns of this terminal" },
	{ "would", "what maps that monitor would have done" },
	{ "write", "save the configuration" },
};

static bool is_member(enum esmtp_arg set, const char *word)
{
	const char *name;
	u32 i;

	for (i = 0; i < 32; i++) {
		name = esmtp_member_name(set, i);
		if (name && !strcmp(name, word))
			return true;
	}
	return false;
}

/**
 * word_what() - say what a word is
 * @word: a keyword of the grammar, or what stands for a value
 *
 * Return: a phrase; an empty one if there is nothing to say.
 */
const char *word_what(const char *word)
{
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(words); i++)
		if (!strcmp(words[i].word, word))
			return words[i].what;
	if (is_member(ESMTP_ARG_VERBS, word))
		return "a command of SMTP";
	if (is_member(ESMTP_ARG_KEYWORDS, word))
		return "a keyword that servers offer";
	return is_member(ESMTP_ARG_ENCODINGS, word) ? "an encoding" : "";
}
