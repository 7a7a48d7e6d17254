// SPDX-License-Identifier: GPL-2.0
/* The module's counters, read in the router's namespace */

#include <string.h>

#include "wire.h"

/**
 * stats_read() - take a snapshot
 * @st: where to put it
 * @command: what prints the counters, or NULL for the module's
 *
 * The process stays in the router's namespace once its sockets are open, so
 * /proc/net is the router's.
 *
 * Return: 0, or -1 when there are no counters.
 */
int stats_read(struct stats *st, const char *command)
{
	FILE *f = command ? popen(command, "r") : fopen("/proc/net/esmtp/stats", "r");

	st->n = 0;
	if (!f)
		return -1;
	while (st->n < STATS_MAX &&
	       fscanf(f, "%63s %llu", st->name[st->n], &st->value[st->n]) == 2)
		st->n++;
	if (command)
		return pclose(f) ? -1 : 0;
	fclose(f);
	return 0;
}

/**
 * stats_find() - look a counter up
 * @st: snapshot
 * @name: its name
 *
 * Return: its value, or NULL.
 */
const unsigned long long *stats_find(const struct stats *st, const char *name)
{
	int i;

	for (i = 0; i < st->n; i++)
		if (!strcmp(st->name[i], name))
			return &st->value[i];
	return NULL;
}
