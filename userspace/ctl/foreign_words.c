// SPDX-License-Identifier: GPL-2.0
/*
 * Words of a firewall that are known to have nothing to do with mail, so that what is
 * not known, and may be one of ours misspelt, can be told from them.
 */
#include "foreign.h"
#include "util.h"

#include <string.h>

static bool listed(const struct token *t, const char *const *words)
{
	for (; *words; words++)
		if (lexer_is(t, *words))
			return true;
	return false;
}

/**
 * foreign_command() - does a word begin a command of a firewall that is not ours?
 * @t: the first word of a line of the global mode
 *
 * Return: true if it does, in PIX 6.3, ASA 7.0 to 9.x, FWSM or an FTD.
 */
bool foreign_command(const struct token *t)
{
	static const char *const words[] = {
		"aaa", "aaa-server", "access-group", "action-element", "age", "alias",
		"allocate-interface", "anyconnect", "anyconnect-custom-attr",
		"app-agent", "appagent", "aqua", "arp", "arp-inspection", "as-path",
		"asdm", "asp", "ASA", "auth-prompt", "auto-update", "banner", "bfd",
		"bfd-template", "boot", "ca", "call-home", "capability", "capture",
		"certificate", "changeto", "checksum", "client-update", "clock", "cluster",
		"cluster-member-limit", "coredump", "community-list", "conduit",
		"config-register", "config-url", "configure", "conn", "conn-rebalance",
		"console", "context", "copy", "cpu", "crashinfo", "crypto", "crypto-map",
		"csc", "csd", "ctl", "ctl-file", "ctl-provider", "cts", "cxsc", "ddns",
		"debug", "default", "default-group", "delete", "device-sensor", "dhcp",
		"dhcp-client", "dhcp-network-scope", "dhcpd", "dhcprelay", "dns",
		"dns-group", "dns-guard", "domain-name", "dot1x",
		"dynamic-access-policy-config", "dynamic-access-policy-record",
		"dynamic-filter", "dynamic-map", "eigrp", "eject", "email", "enable",
		"encryption", "ERROR", "established", "event", "extended", "failover",
		"feature", "file", "filter", "fips", "firewall", "flash", "floodguard",
		"flow", "flow-export", "flow-offload", "flow-offload-ipsec", "fragment",
		"ftp", "ftp-map", "fqdn", "FTD", "FWSM", "gdb", "global", "group",
		"group-policy", "gtp-map", "h225-map", "ha", "hostname", "hpm", "http",
		"http-map", "hw-module", "icmp", "igmp", "ikev1", "ikev2", "imap4s",
		"import", "interface", "ip", "ip-comp", "ipsec", "ips", "ipv6",
		"ipv6-vpn-filter", "isakmp", "jumbo-frame", "kerberos", "key", "key-chain",
		"ldap", "ldap-base-dn", "license", "license-server", "lacp", "lisp",
		"local-host", "logging", "logout", "mac", "mac-address",
		"mac-address-table", "mac-learn", "management-access", "management-only",
		"mdm-proxy", "media-termination", "memory", "mfib", "mgcp-map",
		"migration", "mode", "monitor", "monitor-interface", "mount", "mp",
		"mroute", "mtu", "multicast-routing", "name-server", "nac-policy", "nat",
		"nat-control", "nat-assigned-to-public-ip", "ndb", "netbios",
		"network-service-member", "NGFW", "ngips", "ntp", "nve", "ospf",
		"outbound", "packet-tracer", "pager", "passwd", "password",
		"password-encryption", "password-policy", "pdm", "perfmon",
		"phone-proxy", "pim", "PIX", "policy-list", "policy-route", "pop3s",
		"port-channel", "port-object-group", "power-supply", "prefix-list",
		"priority-queue", "privilege", "prompt", "proxy-server", "quota",
		"radius-common-pw", "redundant", "rest-api", "resource", "rip",
		"route", "route-map", "router", "same-security-traffic", "scansafe",
		"sctp-map", "sdi", "secure-unit-authentication", "security-group-tag",
		"security-level", "service", "service-call", "service-module", "session",
		"setup", "shun", "shutdown", "sip", "sip-map", "sla", "smart-tunnel",
		"smtps", "smtp-server", "snmp", "snmp-map", "snmp-server", "snort",
		"software", "speed", "ssh", "ssl", "sso-server", "status", "stun",
		"subscribe-to-alert-group", "sunrpc-server", "switch", "sysopt", "tacacs",
		"tcp-map", "telnet", "terminal", "tftp-server", "threat-detection",
		"time-range", "timeout", "tls-proxy", "track", "translate",
		"traffic-forward", "trustpool", "tunnel-group", "tunnel-group-map",
		"uc-ime", "umbrella-global", "undebug", "unit", "url-block", "url-cache",
		"url-list", "url-server", "urllist", "user-alert", "user-identity",
		"username", "virtual", "vlan", "vpdn", "vpn", "vpn-addr-assign",
		"vpn-framed-route", "vpn-sessiondb", "vpn-simultaneous-logins",
		"vpnclient", "vpnsetup", "vxlan", "wccp", "webtype", "webvpn", "write",
		"xlate", "xdmcp", "zone", "zonelabs-integrity", "[OK]",
		/* lines of others' modes, where a text has no indentation */
		"address-pool", "authentication", "authorization-required", "auto-signon",
		"absolute", "bridge-group", "channel-group", "customization",
		"default-domain", "default-group-policy", "destination", "duplex",
		"enrollment", "ephone", "hash", "integrity", "ip-phone-bypass", "keypair",
		"lifetime", "member", "network", "no-payload-encryption", "nem",
		"ospf-cost", "periodic", "pfs", "prf", "router-id",
		"split-tunnel-network-list", "split-tunnel-policy", "subject-name",
		"subnet-mask", "tcp-options", "version", "vpn-idle-timeout",
		"vpn-session-timeout", "vpn-tunnel-protocol", "wins-server", "dns-server",
		"log-adj-changes", "passive-interface", "redistribute", "default-router",
		"cryptochecksum", NULL
	};
	static const char sum[] = "Cryptochecksum:";

	return listed(t, words) ||
	       (t->len >= sizeof(sum) - 1 && !memcmp(t->s, sum, sizeof(sum) - 1));
}

/**
 * foreign_protocol() - is it inspected, and no mail?
 * @t: a word behind "inspect", "fixup protocol" or "type inspect"
 *
 * Return: true for a protocol that a firewall knows besides ours.
 */
bool foreign_protocol(const struct token *t)
{
	static const char *const words[] = {
		"ctiqbe", "dcerpc", "diameter", "dns", "esp-ike", "ftp", "gtp", "h225",
		"h323", "http", "icmp", "ike", "ils", "im", "ip-options",
		"ipsec-pass-thru", "ipv6", "lisp", "m3ua", "mgcp", "mmp", "netbios",
		"pptp", "radius-accounting", "rsh", "rtsp", "scansafe", "sctp", "sip",
		"skinny", "snmp", "sqlnet", "stun", "sunrpc", "tftp", "vxlan", "waas",
		"xdmcp", "rpc", "domain", NULL
	};

	return listed(t, words);
}

/**
 * foreign_of_class() - is it done to a class of a policy-map, and not by us?
 * @t: the first word of a line
 *
 * Return: true for an action of a firewall's other features.
 */
bool foreign_of_class(const struct token *t)
{
	static const char *const words[] = {
		"csc", "cxsc", "flow-export", "ips", "police", "priority", "quota",
		"random-detect", "sfr", "shape", "trust", "user-statistics", "bandwidth",
		NULL
	};

	return listed(t, words);
}

/**
 * foreign_ip() - is it a protocol that mail never has?
 * @t: the protocol of a line of an access-list
 *
 * Return: true unless it is TCP, may be it, or is not known.
 */
bool foreign_ip(const struct token *t)
{
	static const char *const words[] = {
		"ah", "eigrp", "esp", "gre", "icmp", "icmp6", "igmp", "igrp", "ipinip",
		"ipsec", "nos", "ospf", "pcp", "pim", "pptp", "sctp", "snp", "udp",
		NULL
	};

	return listed(t, words);
}

/**
 * foreign_limit() - does it limit connections of a class?
 * @t: a word behind "set connection"
 *
 * Return: true if it does, so it is ours.
 */
bool foreign_limit(const struct token *t)
{
	static const char *const words[] = {
		"conn-max", "embryonic-conn-max", "per-client-max",
		"per-client-embryonic-max", NULL
	};

	return listed(t, words);
}

enum { NEAR_MAX = 24 };

static u32 least(u32 a, u32 b)
{
	return a < b ? a : b;
}

/* Letters left out, put in, changed or in the wrong order. */
static u32 distance(const char *a, size_t n, const char *b, size_t m)
{
	u32 d[NEAR_MAX + 1][NEAR_MAX + 1];
	u32 i, j, swap;

	for (i = 0; i <= n; i++)
		d[i][0] = i;
	for (j = 0; j <= m; j++)
		d[0][j] = j;
	for (i = 1; i <= n; i++)
		for (j = 1; j <= m; j++) {
			d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1,
					d[i - 1][j - 1] +
					(a[i - 1] != b[j - 1]));
			swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			       a[i - 2] == b[j - 1];
			if (swap)
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[n][m];
}

/**
 * foreign_near() - is it perhaps a word of ours, misspelt?
 * @t: the first word of a line that nobody knows
 *
 * Return: the word, or NULL; NULL for a word of ours itself.
 */
const char *foreign_near(const struct token *t)
{
	static const char *const words[] = {
		"access-list", "class-map", "policy-map", "service-policy", "static",
		"object", "object-group", "network-object", "port-object",
		"group-object", "service-object", "regex", "esmtp", "fixup",
		"inspect", "class", "match", "parameters", "name", "nameif",
		"mask-banner", "allow-tls", "drop-connection", NULL
	};
	size_t n;
	u32 i;

	if (listed(t, words))
		return NULL;
	for (i = 0; words[i]; i++) {
		n = strlen(words[i]);
		if (t->len <= NEAR_MAX && t->len + 2 >= n && n + 2 >= t->len &&
		    distance(t->s, t->len, words[i], n) <= (n > 6 ? 2 : 1))
			return words[i];
	}
	return NULL;
}
