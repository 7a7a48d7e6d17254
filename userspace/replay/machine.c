// SPDX-License-Identifier: GPL-2.0
/*
 * What the daemon's files ask of the machine that they run on, where there is none: the
 * clock is the recording's, and conntrack knows what its packets say.
 */
#include <linux/netlink.h>
#include <linux/percpu.h>
#include <linux/timekeeping.h>
#include <net/net_namespace.h>

#include <daemon/ct.h>

#include "talk.h"

struct net init_net;
__thread int queued_cpu;
int queued_cpus = 1;

/**
 * clock_ns() - what the recording's clock says
 * @clock: any
 *
 * Return: nanoseconds since 1970.
 */
u64 clock_ns(clockid_t clock)
{
	(void)clock;
	return talk_time;
}

/**
 * ct_read() - addresses of a connection behind a translation: none is known
 * @ct: NULL
 * @spec: left alone
 *
 * Return: false.
 */
bool ct_read(const struct nlattr *ct, struct esmtp_flowspec *spec)
{
	(void)ct;
	(void)spec;
	return false;
}

/**
 * ct_find() - the same
 * @real: a connection
 * @spec: left alone
 *
 * Return: false.
 */
bool ct_find(const struct esmtp_tuple *real, struct esmtp_flowspec *spec)
{
	(void)real;
	(void)spec;
	return false;
}

/**
 * ct_be_liberal() - nobody else judges a connection
 * @spec: the connection
 */
void ct_be_liberal(const struct esmtp_flowspec *spec)
{
	(void)spec;
}

/**
 * route_back() - a recording has no routes
 * @ip: an IP header
 * @mark: a mark
 *
 * Return: 0.
 */
int route_back(const u8 *ip, u32 mark)
{
	(void)ip;
	(void)mark;
	return 0;
}

/**
 * ct_dump() - no connection is older than the recording, as far as anybody knows
 * @fn: not called
 * @ctx: for @fn
 *
 * Return: 0.
 */
int ct_dump(void (*fn)(const struct esmtp_flowspec *spec, enum ct_life life, void *ctx),
	    void *ctx)
{
	(void)fn;
	(void)ctx;
	return 0;
}

/**
 * ct_seconds() - how long conntrack remembers, unless told otherwise
 * @which: what
 *
 * Return: seconds.
 */
u32 ct_seconds(enum ct_seconds which)
{
	static const u32 seconds[CT_SECONDS] = {
		[CT_SECONDS_HALF_OPEN] = 120,
		[CT_SECONDS_OPEN] = 5 * 24 * 3600,
		[CT_SECONDS_UNACKED] = 300,
		[CT_SECONDS_HALF_CLOSED] = 120,
		[CT_SECONDS_CLOSED] = 120,
		[CT_SECONDS_RESET] = 10,
	};

	return seconds[which];
}
