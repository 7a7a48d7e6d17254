// SPDX-License-Identifier: GPL-2.0
/* static, the settings of a namespace, and lines that move between modes. */
#include "grammar.h"

#include <stdlib.h>
#include <string.h>

/* Only one static can stand for the mapped address, or for a port of it. */
static bool same_mapped(const struct static_nat *a, const struct static_nat *b)
{
	return !strcmp(a->ifs, b->ifs) && a->of_port == b->of_port &&
	       a->of_interface == b->of_interface &&
	       a->mapped_port == b->mapped_port &&
	       !memcmp(&a->mapped, &b->mapped, sizeof(a->mapped));
}

static bool same_real(const struct static_nat *a, const struct static_nat *b)
{
	return a->real_port == b->real_port &&
	       !memcmp(&a->real, &b->real, sizeof(a->real));
}

static struct static_nat *find_static(struct reader *rd,
				      const struct static_nat *like)
{
	struct static_nat *nat;

	list_each(nat, &rd->cfg->statics, list)
		if (same_mapped(nat, like))
			break;
	return nat;
}

/* What identifies a static, checked. */
static int scan_static(struct reader *rd, const struct args *args,
		       struct static_nat *want)
{
	const struct arg *mask = args_type(args, TYPE_MASK, 0);
	const struct arg *port = args_type(args, TYPE_PORT, 0);
	bool of_interface = args_word(args, "interface");

	memset(want, 0, sizeof(*want));
	reader_name(args_type(args, TYPE_IFPAIR, 0), want->ifs,
		    sizeof(want->ifs));
	want->of_interface = of_interface;
	if (!of_interface)
		want->mapped = args_type(args, TYPE_ADDR4, 0)->value.addr;
	want->real = args_type(args, TYPE_ADDR4, !of_interface)->value.addr;
	if (port) {
		want->of_port = true;
		want->mapped_port = (u16)port->value.num;
		want->real_port = (u16)args_type(args, TYPE_PORT, 1)->value.num;
	}
	if (port && (!want->mapped_port || !want->real_port))
		return reader_fail(rd, port->tok.col, "port 0 is none");
	if (mask && type_mask_bits(&mask->value.mask) != 32)
		return reader_fail(rd, mask->tok.col,
				   "a static of a whole network is not supported: expected 255.255.255.255");
	return 0;
}

/* "tcp" before the limits, not the one before the ports. */
static bool tcp_limits(const struct args *args)
{
	const struct arg *limit = args_type(args, TYPE_LIMIT, 0);

	return limit && limit[-1].word && !strcmp(limit[-1].word, "tcp");
}

static void set_limits(const struct args *args, struct static_nat *nat)
{
	const struct arg *conn = args_type(args, TYPE_LIMIT, 0);
	const struct arg *embryonic = args_type(args, TYPE_LIMIT, 1);

	nat->tcp = tcp_limits(args);
	nat->nlimits = (u8)(!!conn + !!embryonic);
	nat->conn_max = conn ? conn->value.num : 0;
	nat->embryonic_max = embryonic ? embryonic->value.num : 0;
}

/* What an ASA does for the line and we do not; once for a text. */
static void say_limits(struct reader *rd)
{
	if (!rd->nat_said)
		reader_notice(rd, "static limits connections only: address translation is left to nftables, see show nat-rules");
	rd->nat_said = true;
}

/**
 * do_static() - static (REAL,MAPPED) ADDR ADDR ...
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_static(struct reader *rd, const struct args *args)
{
	size_t col = args_type(args, TYPE_ADDR4, 0)->tok.col;
	struct static_nat want, *nat;

	if (scan_static(rd, args, &want))
		return -1;
	nat = find_static(rd, &want);
	if (nat && !same_real(nat, &want))
		return reader_fail(rd, col,
				   "the mapped address belongs to another static: remove that first");
	if (!nat) {
		if (rd->cfg->nstatics == ESMTP_MAX_LIMITS)
			return reader_fail(rd, col, "more than %u statics",
					   ESMTP_MAX_LIMITS);
		nat = mem_alloc(sizeof(*nat));
		*nat = want;
		list_add(&rd->cfg->statics, &nat->list);
		rd->cfg->nstatics++;
	}
	set_limits(args, nat);
	say_limits(rd);
	return 0;
}

/**
 * do_no_static() - no static (REAL,MAPPED) ADDR ADDR ...
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_static(struct reader *rd, const struct args *args)
{
	struct static_nat want, *nat;

	if (scan_static(rd, args, &want))
		return -1;
	nat = find_static(rd, &want);
	if (!nat || !same_real(nat, &want))
		return reader_fail(rd, args->v[1].tok.col,
				   "there is no such static");
	list_del(&nat->list);
	rd->cfg->nstatics--;
	free(nat);
	return 0;
}

static enum esmtp_pickup read_pickup(const struct args *args)
{
	if (args_word(args, "drop"))
		return ESMTP_ON_PICKUP_DROP;
	return args_word(args, "reset") ? ESMTP_ON_PICKUP_RESET : ESMTP_ON_PICKUP_BYPASS;
}

static enum esmtp_local local(const struct args *args)
{
	if (args_word(args, "none"))
		return ESMTP_ON_LOCAL_NONE;
	if (args_word(args, "out"))
		return ESMTP_ON_LOCAL_OUT;
	return args_word(args, "both") ? ESMTP_ON_LOCAL_BOTH : ESMTP_ON_LOCAL_IN;
}

/**
 * do_setting() - esmtp {pickup|overload|max-conns|inspect-local} ...
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_setting(struct reader *rd, const struct args *args)
{
	bool drop = args_word(args, "drop");

	if (args_word(args, "pickup"))
		rd->cfg->pickup = (u8)read_pickup(args);
	else if (args_word(args, "overload"))
		rd->cfg->overload = drop ? ESMTP_ON_OVERLOAD_DROP :
					   ESMTP_ON_OVERLOAD_BYPASS;
	else if (args_word(args, "inspect-local"))
		rd->cfg->local = (u8)local(args);
	else
		rd->cfg->max_conns = args_type(args, TYPE_COUNT, 0)->value.num;
	return 0;
}

/**
 * do_no_setting() - no esmtp {pickup|overload|max-conns|inspect-local} ...
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_no_setting(struct reader *rd, const struct args *args)
{
	if (args_word(args, "pickup"))
		rd->cfg->pickup = ESMTP_ON_PICKUP_BYPASS;
	else if (args_word(args, "overload"))
		rd->cfg->overload = ESMTP_ON_OVERLOAD_DROP;
	else if (args_word(args, "inspect-local"))
		rd->cfg->local = ESMTP_ON_LOCAL_IN;
	else
		rd->cfg->max_conns = 0;
	return 0;
}

/**
 * do_client_prefix() - [no] esmtp client-prefix {ipv4|ipv6} [N]
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_client_prefix(struct reader *rd, const struct args *args)
{
	bool v6 = args_word(args, "ipv6"), no = args_word(args, "no");
	const struct arg *count = no ? NULL : args_type(args, TYPE_COUNT, 0);
	u32 bits = count ? count->value.num : 0;

	if (count && (!bits || bits > (v6 ? 128 : 32)))
		return reader_fail(rd, count->tok.col, "a prefix has 1 to %u bits",
				   v6 ? 128 : 32);
	*(v6 ? &rd->cfg->client_prefix6 : &rd->cfg->client_prefix4) = (u8)bits;
	return 0;
}

/**
 * do_exit() - exit, quit
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_exit(struct reader *rd, const struct args *args)
{
	(void)args;
	return reader_mode(rd, mode_parent(rd->mode));
}

/**
 * do_end() - end
 * @rd: the reader
 * @args: the line
 *
 * Return: 0, or what reader_fail() returns.
 */
int do_end(struct reader *rd, const struct args *args)
{
	(void)args;
	return reader_mode(rd, MODE_GLOBAL);
}
