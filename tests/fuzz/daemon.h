/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A daemon without its machine: no conntrack is asked, no rules are there. Included by the
 * one file of a target.
 */
#include <stdio.h>

#include "daemon/ct.h"
#include "daemon/flow.h"
#include "daemon/plane.h"

/* The reader of what comes with a packet is the daemon's; nobody is asked for more. */
#define ct_find asks_ct_find
#define ct_dump asks_ct_dump
#define ct_be_liberal asks_ct_be_liberal
#include "daemon/ct.c"
#undef ct_find
#undef ct_dump
#undef ct_be_liberal

__thread int queued_cpu;
int queued_cpus = 1;

bool ct_find(const struct esmtp_tuple *real, struct esmtp_flowspec *spec)
{
	(void)real;
	(void)spec;
	return false;
}

int ct_dump(void (*fn)(const struct esmtp_flowspec *spec, enum ct_life life, void *ctx),
	    void *ctx)
{
	(void)fn;
	(void)ctx;
	return 0;
}

void ct_be_liberal(const struct esmtp_flowspec *spec)
{
	(void)spec;
}

static void daemon_up(void)
{
	plane_options.max_flows = 64;
	if (table_init(plane_options.max_flows) || plane_init()) {
		fprintf(stderr, "no daemon\n");
		abort();
	}
}
