// SPDX-License-Identifier: GPL-2.0
#include "types.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

struct number_name {
	const char *name;
	u32 num;
};

/* Of equal numbers the first is the name that is printed. */
static const struct number_name protos[] = {
	{ "ip", 0 },		{ "icmp", 1 },	{ "igmp", 2 },
	{ "ipinip", 4 },	{ "tcp", IPPROTO_TCP },
	{ "igrp", 9 },		{ "udp", IPPROTO_UDP },
	{ "gre", 47 },		{ "esp", 50 },	{ "ah", 51 },
	{ "icmp6", 58 },	{ "eigrp", 88 }, { "ospf", 89 },
	{ "nos", 94 },		{ "pim", 103 },	{ "pcp", 108 },
	{ "snp", 109 },		{ "sctp", 132 }, { "pptp", 47 },
	{ "ipsec", 50 },
};

static const struct number_name ports[] = {
	{ "echo", 7 },		{ "discard", 9 },	{ "daytime", 13 },
	{ "chargen", 19 },	{ "ftp-data", 20 },	{ "ftp", 21 },
	{ "ssh", 22 },		{ "telnet", 23 },	{ "smtp", 25 },
	{ "time", 37 },		{ "nameserver", 42 },	{ "whois", 43 },
	{ "tacacs", 49 },	{ "domain", 53 },	{ "bootps", 67 },
	{ "bootpc", 68 },	{ "tftp", 69 },		{ "gopher", 70 },
	{ "finger", 79 },	{ "www", 80 },		{ "http", 80 },
	{ "hostname", 101 },	{ "pop2", 109 },	{ "pop3", 110 },
	{ "sunrpc", 111 },	{ "ident", 113 },	{ "nntp", 119 },
	{ "ntp", 123 },		{ "netbios-ns", 137 },	{ "netbios-dgm", 138 },
	{ "netbios-ssn", 139 }, { "imap4", 143 },	{ "snmp", 161 },
	{ "snmptrap", 162 },	{ "xdmcp", 177 },	{ "bgp", 179 },
	{ "irc", 194 },		{ "dnsix", 195 },	{ "ldap", 389 },
	{ "mobile-ip", 434 },	{ "https", 443 },	{ "smtps", 465 },
	{ "pim-auto-rp", 496 }, { "isakmp", 500 },	{ "exec", 512 },
	{ "biff", 512 },	{ "login", 513 },	{ "who", 513 },
	{ "cmd", 514 },		{ "rsh", 514 },		{ "syslog", 514 },
	{ "lpd", 515 },		{ "talk", 517 },	{ "rip", 520 },
	{ "uucp", 540 },	{ "klogin", 543 },	{ "kshell", 544 },
	{ "rtsp", 554 },	{ "submission", 587 },	{ "ldaps", 636 },
	{ "kerberos", 750 },	{ "lotusnotes", 1352 }, { "citrix-ica", 1494 },
	{ "sqlnet", 1521 },	{ "radius", 1645 },	{ "radius-acct", 1646 },
	{ "h323", 1720 },	{ "pptp", 1723 },	{ "nfs", 2049 },
	{ "ctiqbe", 2748 },	{ "cifs", 3020 },	{ "sip", 5060 },
	{ "aol", 5190 },	{ "secureid-udp", 5510 },
	{ "pcanywhere-data", 5631 }, { "pcanywhere-status", 5632 },
};

static bool by_name(const struct number_name *table, size_t n,
		    const struct token *t, u32 *num)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strlen(table[i].name) == t->len &&
		    !strncasecmp(table[i].name, t->s, t->len)) {
			*num = table[i].num;
			return true;
		}
	}
	return false;
}

static const char *by_number(const struct number_name *table, size_t n, u32 num)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (table[i].num == num)
			return table[i].name;
	return NULL;
}

/* Decimal digits only: no sign, no blank, no base. */
static bool number(const char *s, size_t len, u64 min, u64 max, u32 *num)
{
	u64 n = 0;
	size_t i;

	if (!len || len > 10)
		return false;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		n = n * 10 + (u64)(s[i] - '0');
	}
	if (n < min || n > max)
		return false;
	*num = (u32)n;
	return true;
}

static bool line_number(const struct token *t, struct value *v)
{
	return number(t->s, t->len, 1, 2147483647, &v->num);
}

static bool count(const struct token *t, struct value *v)
{
	return number(t->s, t->len, 1, 4294967295, &v->num);
}

static bool limit(const struct token *t, struct value *v)
{
	return number(t->s, t->len, 0, 2000000, &v->num);
}

static bool proto(const struct token *t, struct value *v)
{
	return by_name(protos, ESMTP_ARRAY_SIZE(protos), t, &v->num) ||
	       number(t->s, t->len, 0, 255, &v->num);
}

static bool port(const struct token *t, struct value *v)
{
	return by_name(ports, ESMTP_ARRAY_SIZE(ports), t, &v->num) ||
	       number(t->s, t->len, 0, 65535, &v->num);
}

static bool parse_addr(const char *s, size_t len, struct value *v)
{
	char buf[INET6_ADDRSTRLEN];

	if (!len || len >= sizeof(buf))
		return false;
	memcpy(buf, s, len);
	buf[len] = '\0';
	memset(&v->addr, 0, sizeof(v->addr));
	if (inet_pton(AF_INET, buf, v->addr.b) == 1)
		v->family = ESMTP_AF_INET;
	else if (inet_pton(AF_INET6, buf, v->addr.b) == 1)
		v->family = ESMTP_AF_INET6;
	else
		return false;
	return true;
}

/* A wildcard of IOS, such as 0.0.0.255, is no address of a host. */
static bool wildcard(const struct value *v)
{
	return v->family == ESMTP_AF_INET && !v->addr.b[0] &&
	       (v->addr.b[1] || v->addr.b[2] || v->addr.b[3]);
}

static bool addr(const struct token *t, struct value *v)
{
	return parse_addr(t->s, t->len, v) && !wildcard(v);
}

static bool addr4(const struct token *t, struct value *v)
{
	return addr(t, v) && v->family == ESMTP_AF_INET;
}

/* ADDR, ADDR4:PORT or [ADDR6]:PORT; the port is 0 if there is none. */
static bool host(const struct token *t, struct value *v)
{
	const char *end = t->s + t->len, *colon = memrchr(t->s, ':', t->len);
	const char *s = t->s;

	v->num = 0;
	if (parse_addr(t->s, t->len, v))
		return true;
	if (!colon || !number(colon + 1, (size_t)(end - colon - 1), 1, 65535,
			      &v->num))
		return false;
	end = colon;
	if (*s == '[' && end > s && end[-1] == ']') {
		s++;
		end--;
	}
	return parse_addr(s, (size_t)(end - s), v);
}

static bool mask(const struct token *t, struct value *v)
{
	struct esmtp_addr whole;

	if (!parse_addr(t->s, t->len, v) || v->family != ESMTP_AF_INET)
		return false;
	type_mask_fill(&whole, type_mask_bits(&v->addr));
	v->mask = v->addr;
	return !memcmp(&whole, &v->mask, sizeof(whole));
}

static bool prefix(const struct token *t, struct value *v)
{
	const char *slash = memchr(t->s, '/', t->len);
	size_t n;

	if (!slash)
		return false;
	n = (size_t)(slash - t->s);
	if (!parse_addr(t->s, n, v) ||
	    !number(slash + 1, t->len - n - 1, 0,
		    v->family == ESMTP_AF_INET ? 32 : 128, &v->num))
		return false;
	type_mask_fill(&v->mask, v->num);
	return true;
}

static bool interface(const char *s, size_t len)
{
	size_t i;

	if (!len || len >= ESMTP_IFNAME_LEN)
		return false;
	for (i = 0; i < len; i++)
		if (s[i] == '/' || s[i] == ':' || s[i] == ',' ||
		    s[i] == '(' || s[i] == ')')
			return false;
	return !(len == 1 && s[0] == '.') && !(len == 2 && !memcmp(s, "..", 2));
}

static bool ifname(const struct token *t, struct value *v)
{
	(void)v;
	return lexer_ascii(t) && interface(t->s, t->len);
}

static bool ifpair(const struct token *t, struct value *v)
{
	const char *comma = memchr(t->s, ',', t->len);
	size_t n;

	(void)v;
	if (!comma || t->s[0] != '(' || t->s[t->len - 1] != ')')
		return false;
	n = (size_t)(comma - t->s);
	return lexer_ascii(t) && interface(t->s + 1, n - 1) &&
	       interface(comma + 1, t->len - n - 2);
}

static bool domain(const struct token *t, struct value *v)
{
	size_t i;

	(void)v;
	for (i = 0; i < t->len; i++)
		if (!isalnum((unsigned char)t->s[i]) && !strchr("-_.", t->s[i]))
			return false;
	return lexer_ascii(t) && t->s[0] != '.' && t->len < ESMTP_DOMAIN_LEN;
}

/* A refusal by RFC 5321 4.2.1: what esmtp_map_validate() wants of one. */
static bool say(const struct token *t, struct value *v)
{
	(void)v;
	return t->len > 4 && t->len < ESMTP_SAY_LEN && lexer_ascii(t) &&
	       (t->s[0] == '4' || t->s[0] == '5') &&
	       t->s[1] >= '0' && t->s[1] <= '5' &&
	       t->s[2] >= '0' && t->s[2] <= '9' && t->s[3] == ' ' &&
	       !memchr(t->s, '\t', t->len);
}

static bool something(const struct token *t, struct value *v)
{
	(void)v;
	return t->len > 0;
}

static bool name(const struct token *t, struct value *v)
{
	(void)v;
	return t->len < ESMTP_NAME_LEN && lexer_ascii(t);
}

static bool text(const struct token *t, struct value *v)
{
	size_t i, n = 0;

	(void)v;
	for (i = 0; i < t->len; i++)
		n += (t->s[i] & 0xc0) != 0x80;	/* first bytes of characters */
	return n <= 200;
}

const struct type_info types[TYPE_MAX] = {
	[TYPE_MASK] = { "MASK", "a netmask", mask },
	[TYPE_PREFIX] = { "PREFIX", "an address with /length", prefix },
	[TYPE_ADDR4] = { "ADDR4", "an IPv4 address", addr4 },
	[TYPE_ADDR] = { "ADDR", "an address", addr },
	[TYPE_HOST] = { "HOST", "an address, with :port if need be", host },
	[TYPE_LINE] = { "LINE", "a line number", line_number },
	[TYPE_COUNT] = { "COUNT", "a number from 1 to 4294967295", count },
	[TYPE_LIMIT] = { "LIMIT", "a number from 0 to 2000000", limit },
	[TYPE_PROTO] = { "PROTO", "a protocol (ip, tcp, udp, ... or 0 to 255)",
			 proto },
	[TYPE_PORT] = { "PORT", "a port (a name such as smtp or 0 to 65535)",
			port },
	[TYPE_IFPAIR] = { "IFPAIR", "interfaces as (real,mapped)", ifpair },
	[TYPE_DOMAIN] = { "DOMAIN", "a domain", domain },
	[TYPE_IFNAME] = { "IFNAME", "an interface name", ifname },
	[TYPE_NAME] = { "NAME", "a name of up to 64 characters", name },
	[TYPE_INPUT] = { "INPUT", "a text, in quotes if it has blanks", something },
	[TYPE_FILE] = { "FILE", "a file name", something },
	[TYPE_SAY] = { "SAY", "a code from 400 to 559 and a text", say },
	[TYPE_REGEX] = { "REGEX", "a regular expression", something },
	[TYPE_TEXT] = { "TEXT", "a text of up to 200 characters", text },
};

/**
 * type_find() - look up a placeholder
 * @s: its name
 * @len: bytes of it
 *
 * Return: the type, TYPE_MAX if there is none.
 */
enum type type_find(const char *s, size_t len)
{
	u32 i;

	for (i = 0; i < TYPE_MAX; i++)
		if (strlen(types[i].name) == len && !memcmp(types[i].name, s, len))
			break;
	return (enum type)i;
}

/**
 * type_port_name() - name of a port, as the running configuration prints it
 * @proto: IP protocol
 * @port: port
 *
 * Return: the name, or NULL for a port that has none.
 */
const char *type_port_name(u32 proto, u32 port)
{
	if (proto != IPPROTO_TCP && port != 53)
		return NULL;
	return by_number(ports, ESMTP_ARRAY_SIZE(ports), port);
}

/**
 * type_proto_name() - name of an IP protocol
 * @proto: its number
 *
 * Return: the name, or NULL for one that has none.
 */
const char *type_proto_name(u32 proto)
{
	return by_number(protos, ESMTP_ARRAY_SIZE(protos), proto);
}

/**
 * type_mask_fill() - make a mask
 * @mask: the mask
 * @bits: leading ones, up to 128
 */
void type_mask_fill(struct esmtp_addr *mask, u32 bits)
{
	u32 i;

	memset(mask, 0, sizeof(*mask));
	for (i = 0; i < bits; i++)
		mask->b[i / 8] |= (u8)(0x80 >> (i % 8));
}

/**
 * type_mask_bits() - count the leading ones of a mask
 * @mask: the mask
 *
 * Return: their number.
 */
u32 type_mask_bits(const struct esmtp_addr *mask)
{
	u32 i;

	for (i = 0; i < 128; i++)
		if (!(mask->b[i / 8] & (0x80 >> (i % 8))))
			break;
	return i;
}

/**
 * type_addr_masked() - is an address the base of a network?
 * @addr: the address
 * @mask: mask of the network
 *
 * Return: true if no bit of the host is set.
 */
bool type_addr_masked(const struct esmtp_addr *addr,
		      const struct esmtp_addr *mask)
{
	u32 i;

	for (i = 0; i < sizeof(addr->b); i++)
		if (addr->b[i] & ~mask->b[i])
			return false;
	return true;
}
