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

static const char *text(const struct esmtp_addr *addr, char *buf)
{
	inet_ntop(AF_INET, addr->b, buf, INET_ADDRSTRLEN);
	return buf;
}

static void print_chain(const struct config *cfg, bool in, struct buf *out)
{
	char mapped[INET_ADDRSTRLEN], real[INET_ADDRSTRLEN];
	const struct static_nat *nat;
	char ifname[ESMTP_IFNAME_LEN];

	buf_add(out, "\tchain %s {\n\t\ttype nat hook %s priority %s;\n",
		in ? "in" : "out", in ? "prerouting" : "postrouting",
		in ? "dstnat" : "srcnat");
	list_each(nat, &cfg->statics, list) {
		mapped_if(cfg, nat->ifs, ifname);
		text(&nat->mapped, mapped);
		text(&nat->real, real);
		if (in)
			buf_add(out, "\t\tiifname \"%s\" ip daddr %s dnat to %s\n",
				ifname, mapped, real);
		else
			buf_add(out, "\t\toifname \"%s\" ip saddr %s snat to %s\n",
				ifname, real, mapped);
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
