// SPDX-License-Identifier: GPL-2.0
/*
 * The nftables rules that queue packets. Their priority is after every filter chain, so
 * only packets that the ruleset accepts reach the parser. Packets that conntrack calls
 * invalid are marked, for a queue does not report that state. A fragment header that is
 * left after conntrack's reassembly may hide a nested fragment without ports, so these
 * packets are queued, too. ICMP errors are no means of evasion: they pass if no daemon
 * serves the queue.
 *
 * The kernel selects the queue by a hash over both addresses: packets of one
 * connection are in one queue, in order.
 */
#include "rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet_parse.h"

/**
 * rules_ports_ok() - is this a list of ports?
 * @ports: "25" or "25,587,2000:2010"
 *
 * Return: true if so, and if it fits into one rule.
 */
bool rules_ports_ok(const char *ports)
{
	unsigned long low, high;
	int n = 0;
	char *end;

	do {
		low = strtoul(ports, &end, 10);
		high = low;
		n++;
		if (*ports < '0' || *ports > '9')
			return false;
		if (*end == ':') {
			ports = end + 1;
			high = strtoul(ports, &end, 10);
			n++;
		}
		if (*ports < '0' || *ports > '9' || !low || high > 65535 || high < low)
			return false;
		ports = end + 1;
	} while (*end == ',');
	return !*end && n <= RULES_PORTS;
}

/* nft writes a range with a dash. */
static void format_nft_ports(const char *ports, char *to, size_t size)
{
	char *at;

	snprintf(to, size, "{ %s }", ports);
	for (at = to; *at; at++)
		if (*at == ':')
			*at = '-';
}

static const char head[] =
	"table inet esmtp_queued\n"
	"delete table inet esmtp_queued\n"
	"table inet esmtp_queued {\n"
	"	chain packet {\n"
	"		meta mark 0x%x return\n"
	"		iif lo return\n"
	"		oif lo return\n"
	"		ct state invalid,untracked meta mark set 0x%x\n"
	"		queue %sto %u-%u\n"
	"	}\n"
	"	chain error {\n"
	"		ct original protocol tcp queue flags bypass to %u-%u\n"
	"	}\n";

static const char hook[] =
	"	chain %s {\n"
	"		type filter hook %s priority 225; policy accept;\n"
	"		tcp dport %s goto packet\n"
	"		tcp sport %s goto packet\n"
	"		exthdr frag exists goto packet\n"
	"%s"
	"	}\n";

/* Not for output: errors that this router sends quote packets as received. */
static const char errors[] =
	"		meta l4proto { icmp, ipv6-icmp } ct state related goto error\n";

/**
 * rules_nft() - the rules, for nft
 * @r: what they are to do
 * @text: where to
 * @size: of @text, RULES_TEXT
 */
void rules_nft(const struct rules *r, char *text, size_t size)
{
	static const struct {
		const char *name, *errors;
	} hooks[] = { { "forward", errors }, { "input", errors }, { "output", "" } };
	char ports[256];
	size_t i, at;

	format_nft_ports(r->ports, ports, sizeof(ports));
	at = (size_t)snprintf(text, size, head, MARK_OWN, MARK_UNPLACED,
			      r->bypass ? "flags bypass " : "", r->first, r->last,
			      r->first, r->last);
	for (i = 0; i < ARRAY_SIZE(hooks) && at < size; i++)
		at += (size_t)snprintf(text + at, size - at, hook, hooks[i].name,
				       hooks[i].name, ports, ports, hooks[i].errors);
	if (at < size)
		snprintf(text + at, size - at, "}\n");
}

/**
 * rules_nft_remove() - the commands that remove the rules, for nft
 * @text: where to
 * @size: of @text
 */
void rules_nft_remove(char *text, size_t size)
{
	snprintf(text, size, "delete table inet esmtp_queued\n");
}
