// SPDX-License-Identifier: GPL-2.0
/* wire: options, files, results */

#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "wire.h"

static struct wire prog = {
	.host = {
		{ .netns = "client", .ip4 = "10.0.1.77", .gw4 = "10.0.1.1",
		  .ip6 = "fd00:1::77" },
		{ .netns = "server", .ip4 = "192.168.1.77",
		  .gw4 = "192.168.1.254", .ip6 = "fd00:2::77" },
	},
	.server_port = 25,
	.rounds = 1,
};

/**
 * wire_fail() - note the first thing that went wrong
 * @w: program
 * @fmt: message
 *
 * Return: -1.
 */
int wire_fail(struct wire *w, const char *fmt, ...)
{
	size_t n = 0;
	va_list ap;

	if (w->err[0])
		return -1;
	if (w->sc)
		n = (size_t)snprintf(w->err, sizeof(w->err), "%s:%d: ",
				     w->sc->file, w->line);
	va_start(ap, fmt);
	vsnprintf(w->err + n, sizeof(w->err) - n, fmt, ap);
	va_end(ap);
	return -1;
}

/**
 * wire_trace() - a line of the trace
 * @w: program
 * @fmt: message
 */
void wire_trace(const struct wire *w, const char *fmt, ...)
{
	va_list ap;

	if (!w->verbose)
		return;
	va_start(ap, fmt);
	printf("#   ");
	vprintf(fmt, ap);
	putchar('\n');
	va_end(ap);
}

static void usage(void)
{
	fputs("usage: wire [options] FILE.wire...\n"
	      "  -v, --verbose         trace packets\n"
	      "  -s, --stats COMMAND   prints the counters where there is no module\n"
	      "  -m, --no-module       the router has no module: skip counters\n"
	      "  -n, --name NAME       only scenarios of this name\n"
	      "  -l, --list            print names and sentences, run nothing\n"
	      "  -r, --rounds N        fences after each segment (2 with GRO)\n"
	      "  -p, --port N          server's port (25)\n"
	      "      --socket IPV4,IPV6   the server is a socket of its namespace's kernel\n"
	      "      --peer IPV4,IPV6     the server is another program\n"
	      "      --client NS[,IF[,IPV4,IPV6,GATEWAY]]\n"
	      "      --server NS[,IF[,IPV4,IPV6,GATEWAY]]\n"
	      "      --router NS       namespaces (client, server, this one)\n",
	      stderr);
}

static void set_host(struct host *h, char *arg)
{
	const char **field[] = { &h->netns, &h->ifname, &h->ip4, &h->ip6,
				 &h->gw4 };
	size_t i;
	char *p;

	for (i = 0; i < ARRAY_SIZE(field) && (p = strsep(&arg, ",")); i++)
		if (*p)
			*field[i] = p;
}

static const struct option longopts[] = {
	{ "verbose", no_argument, NULL, 'v' },
	{ "stats", required_argument, NULL, 's' },
	{ "no-module", no_argument, NULL, 'm' },
	{ "name", required_argument, NULL, 'n' },
	{ "list", no_argument, NULL, 'l' },
	{ "rounds", required_argument, NULL, 'r' },
	{ "port", required_argument, NULL, 'p' },
	{ "client", required_argument, NULL, 'C' },
	{ "server", required_argument, NULL, 'S' },
	{ "router", required_argument, NULL, 'R' },
	{ "socket", required_argument, NULL, 'K' },
	{ "peer", required_argument, NULL, 'P' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

static const char *only;
static bool list;

static int parse_option(struct wire *w, int c)
{
	switch (c) {
	case 'v':
		w->verbose = true;
		return 0;
	case 's':
		w->stats = optarg;
		return 0;
	case 'm':
		w->no_module = true;
		return 0;
	case 'n':
		only = optarg;
		return 0;
	case 'l':
		list = true;
		return 0;
	case 'r':
		w->rounds = atoi(optarg);
		return w->rounds > 0 ? 0 : -1;
	case 'p':
		w->server_port = (uint16_t)atoi(optarg);
		return w->server_port ? 0 : -1;
	case 'C':
		set_host(&w->host[CLIENT], optarg);
		return 0;
	case 'S':
		set_host(&w->host[SERVER], optarg);
		return 0;
	case 'K':
		return live_set(&w->live, LIVE_SOCKET, optarg);
	case 'P':
		return live_set(&w->live, LIVE_PEER, optarg);
	case 'R':
		w->router = optarg;
		return 0;
	}
	return -1;
}

/* 0: passed; the failing run is named when there are several */
static int run(struct wire *w, const struct scenario *sc)
{
	int runs = run_variants(sc);
	int i;

	for (i = 0; i < runs; i++) {
		w->err[0] = 0;
		if (w->verbose)
			printf("# %s run %d: port %u\n", sc->name, i,
			       w->port + 1U);
		if (!run_scenario(w, sc, i))
			continue;
		printf("not ok %s\n", sc->name);
		if (i)
			printf("# split after byte %d:\n", i);
		printf("# %s\n# must: %s\n", w->err, sc->must);
		return 1;
	}
	if (runs > 1)
		printf("ok %s (%d runs)\n", sc->name, runs);
	else
		printf("ok %s\n", sc->name);
	return 0;
}

static int one(struct wire *w, const struct scenario *sc)
{
	int ret = 0;

	if (only && strcmp(only, sc->name))
		return 0;
	if (list)
		printf("%s: %s\n", sc->name, sc->must);
	else
		ret = run(w, sc);
	fflush(stdout);
	return ret;
}

static int run_file(struct wire *w, const char *path)
{
	FILE *f = fopen(path, "r");
	int failed = 0;
	int line = 0;
	int ret;

	if (!f) {
		printf("not ok %s\n# %s\n", path, strerror(errno));
		return 1;
	}
	do {
		struct scenario sc = { .file = path };

		ret = script_read(f, &sc, &line, w->err, sizeof(w->err));
		if (ret > 0)
			failed += one(w, &sc);
		script_free(&sc);
	} while (ret > 0);
	if (ret < 0) {
		printf("not ok %s\n# %s:%d: %s\n", path, path, line, w->err);
		failed++;
	}
	fclose(f);
	return failed;
}

/* one CPU, so that a fence can't overtake what was sent before it */
static void pin(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static int start(struct wire *w)
{
	pin();
	if (getrandom(&w->port, sizeof(w->port), 0) < 0)
		w->port = 0;
	if (!raw_open(w) && !fence_warm_up(w))
		return 0;
	fprintf(stderr, "wire: %s\n", w->err);
	return -1;
}

int main(int argc, char **argv)
{
	struct wire *w = &prog;
	int failed = 0;
	int c;

	while ((c = getopt_long(argc, argv, "vms:n:lr:p:h", longopts,
				NULL)) != -1)
		if (parse_option(w, c)) {
			usage();
			return 2;
		}
	if (optind == argc) {
		usage();
		return 2;
	}
	if (!list && start(w))
		return 2;
	for (; optind < argc; optind++)
		failed += run_file(w, argv[optind]);
	return failed ? 1 : 0;
}
