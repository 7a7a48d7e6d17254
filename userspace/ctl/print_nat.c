// SPDX-License-Identifier: GPL-2.0
/*
 * show nat-rules: the address translation of `static`, which inspection leaves to
 * nftables, as a ruleset for nft -f. A table of its own that is replaced whole, so
 * that loading it again changes nothing.
 *
 * (real,mapped) MAPPED REAL: who comes in by the mapped interface and asks for
 * MAPPED gets to REAL, and REAL goes out there as MAPPED.
 */
#include "config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* The system's name of the second of "(real,mapped)". */
static void mapped_if(const struct config *cfg, const char *ifs,
		      char name[ESMTP_IFNAME_LEN])
{
	const char *comma = strchr(ifs, ',');
	char own[ESMTP_IFNAME_LEN] = "";

	memcpy(own, comma + 1, strlen(comma + 1) - 1);
	snprintf(name, ESMTP_IFNAME_LEN, "%s", config_ifname(cfg, own));
}

static void add_addr(struct buf *out, const struct esmtp_addr *addr, u16 port)
{
	char buf[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, addr->b, buf, sizeof(buf));
	buf_add(out, "%s", buf);
	if (port)
		buf_add(out, ":%u", port);
}

/* Who asks for the mapped address gets to the real one. */
static void print_in(struct buf *out, const struct static_nat *nat,
		     const char *ifname)
{
	buf_add(out, "\t\tiifname \"%s\" ", ifname);
	if (nat->of_interface) {
		buf_add(out, "fib daddr type local");
	} else {
		buf_add(out, "ip daddr ");
		add_addr(out, &nat->mapped, 0);
	}
	if (nat->of_port)
		buf_add(out, " tcp dport %u", nat->mapped_port);
	buf_add(out, " dnat to ");
	add_addr(out, &nat->real, nat->real_port);
	buf_add(out, "\n");
}

/* The real one goes out as the mapped one; of a port, its answers do by themselves. */
static void print_out(struct buf *out, const struct static_nat *nat,
		      const char *ifname)
{
	if (nat->of_port)
		return;
	buf_add(out, "\t\toifname \"%s\" ip saddr ", ifname);
	add_addr(out, &nat->real, 0);
	buf_add(out, " snat to ");
	add_addr(out, &nat->mapped, 0);
	buf_add(out, "\n");
}

static void print_chain(const struct config *cfg, bool in, struct buf *out)
{
	const struct static_nat *nat;
	char ifname[ESMTP_IFNAME_LEN];

	buf_add(out, "\tchain %s {\n\t\ttype nat hook %s priority %s;\n",
		in ? "in" : "out", in ? "prerouting" : "postrouting",
		in ? "dstnat" : "srcnat");
	list_each(nat, &cfg->statics, list) {
		mapped_if(cfg, nat->ifs, ifname);
		if (in)
			print_in(out, nat, ifname);
		else
			print_out(out, nat, ifname);
	}
	buf_add(out, "\t}\n");
}

/**
 * config_print_nat() - the address translation of all statics
 * @cfg: the configuration
 * @out: a ruleset for nft -f is added to it; one that takes the table away where
 *	there are none
 */
void config_print_nat(const struct config *cfg, struct buf *out)
{
	/* added first, so that it can be deleted where it is not there yet */
	buf_add(out, "table ip esmtp_static\ndelete table ip esmtp_static\n");
	if (list_empty(&cfg->statics))
		return;
	buf_add(out, "table ip esmtp_static {\n");
	print_chain(cfg, true, out);
	print_chain(cfg, false, out);
	buf_add(out, "}\n");
}
