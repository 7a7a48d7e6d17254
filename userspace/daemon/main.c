// SPDX-License-Identifier: GPL-2.0
/* esmtp-queued: options, and the order in which its parts start and stop. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <esmtp/version.h>
#include <lib/notify.h>

#include "control.h"
#include "ct.h"
#include "flow.h"
#include "plane.h"
#include "privileges.h"
#include "queue.h"
#include "rules.h"
#include "hook.h"

enum {
	QUEUES = QUEUED_THREADS - 1,
	MAX_FLOWS = 1 << 17,
	EXIT_USAGE = 2,
};

struct options {
	struct rules rules;
	bool install;
	bool print;
	const char *user;
	const char *socket;
};

/* Number of this thread, and of all; each has counters. 0 is the control thread. */
__thread int queued_cpu;
int queued_cpus = 1;

static struct queue *queues[QUEUES];

static const char usage[] =
	"Usage: esmtp-queued [OPTION]...\n"
	"Inspect SMTP in user space, in packets that the kernel queues (NFQUEUE).\n"
	"\n"
	"  -q, --queue N[:M]     the queue, or the queues N to M (0)\n"
	"  -o, --fail-open       what can't be inspected for want of time passes\n"
	"  -c, --fail-closed     it is dropped (this is the default)\n"
	"  -i, --install         have rules queue the packets, until the daemon ends\n"
	"  -r, --print-rules     print these rules, and do nothing\n"
	"  -p, --ports LIST      what the rules queue: 25, or 25,587,2000:2010 (25)\n"
	"  -w, --idle            packets wait until esmtp-ctl brings a policy\n"
	"  -u, --user USER       become USER once all is open\n"
	"  -f, --max-flows N     connections that are known at a time (131072)\n"
	"  -s, --socket PATH     where esmtp-ctl comes to (" CONTROL_SOCKET ")\n"
	"  -V, --version\n"
	"  -h, --help\n";

static const struct option long_options[] = {
	{ "queue", required_argument, NULL, 'q' },
	{ "fail-open", no_argument, NULL, 'o' },
	{ "fail-closed", no_argument, NULL, 'c' },
	{ "install", no_argument, NULL, 'i' },
	{ "print-rules", no_argument, NULL, 'r' },
	{ "ports", required_argument, NULL, 'p' },
	{ "idle", no_argument, NULL, 'w' },
	{ "user", required_argument, NULL, 'u' },
	{ "max-flows", required_argument, NULL, 'f' },
	{ "socket", required_argument, NULL, 's' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int report_errno(const char *what, int err)
{
	fprintf(stderr, "esmtp-queued: %s: %s\n", what, strerror(-err));
	return EXIT_FAILURE;
}

static int report_usage(const char *what, const char *text)
{
	fprintf(stderr, "esmtp-queued: %s: %s\n", what, text);
	return EXIT_USAGE;
}

/* Parses a number up to @most; @end is set to what follows it. */
static bool parse_number(const char *text, unsigned long most, unsigned int *n, char **end)
{
	unsigned long v = strtoul(text, end, 10);

	*n = (unsigned int)v;
	return *text >= '0' && *text <= '9' && v <= most;
}

static bool parse_queue_range(const char *text, struct options *o)
{
	char *end;

	if (!parse_number(text, 0xffff, &o->rules.first, &end))
		return false;
	o->rules.last = o->rules.first;
	if (*end == ':' && !parse_number(end + 1, 0xffff, &o->rules.last, &end))
		return false;
	return !*end && o->rules.last >= o->rules.first && o->rules.last - o->rules.first < QUEUES;
}

/* Returns 0 to go on, else 1 + the exit status. */
static int apply_option(int opt, struct options *o)
{
	char *end;

	switch (opt) {
	case 'q':
		if (!parse_queue_range(optarg, o))
			return 1 + report_usage("not a queue, or a range of up to 64", optarg);
		return 0;
	case 'o':
	case 'c':
		plane_options.fail_open = opt == 'o';
		o->rules.bypass = opt == 'o';
		return 0;
	case 'i':
		o->install = true;
		return 0;
	case 'r':
		o->print = true;
		return 0;
	case 'p':
		o->rules.ports = optarg;
		if (!rules_ports_ok(optarg))
			return 1 + report_usage("not a list of up to 15 ports", optarg);
		return 0;
	case 'w':
		plane_options.idle = true;
		return 0;
	case 'u':
		o->user = optarg;
		return 0;
	case 'f':
		if (!parse_number(optarg, 1 << 24, &plane_options.max_flows, &end) || *end ||
		    !plane_options.max_flows)
			return 1 + report_usage("not a number from 1 to 16777216", optarg);
		return 0;
	case 's':
		o->socket = optarg;
		return 0;
	case 'V':
		puts("esmtp-queued " ESMTP_VERSION);
		return 1 + EXIT_SUCCESS;
	case 'h':
		fputs(usage, stdout);
		return 1 + EXIT_SUCCESS;
	default:
		return 1 + EXIT_USAGE;
	}
}

static int parse_options(int argc, char **argv, struct options *o)
{
	int opt, status;

	while ((opt = getopt_long(argc, argv, "q:ocirp:wu:f:s:Vh", long_options, NULL)) != -1) {
		status = apply_option(opt, o);
		if (status)
			return status;
	}
	return optind < argc ? 1 + report_usage("no argument is wanted", argv[optind]) : 0;
}

static int open_queues(const struct options *o)
{
	unsigned int i;

	for (i = 0; i <= o->rules.last - o->rules.first; i++) {
		queues[i] = queue_open((u16)(o->rules.first + i), (int)i + 1);
		if (!queues[i]) {
			fprintf(stderr, "esmtp-queued: %s\n", queue_error());
			return EXIT_FAILURE;
		}
	}
	return 0;
}

/*
 * Queues and rules are set up before the policy: it dumps older connections from
 * conntrack while packets of newer ones wait in the queues.
 */
static int open_all(const struct options *o)
{
	char error[256];
	int err = o->install ? keeper_start(&o->rules) : 0;

	if (err)
		return report_errno("keeper of the rules", err);
	err = open_queues(o);
	if (err)
		return err;
	if (o->install && keeper_install(error, sizeof(error))) {
		fprintf(stderr, "esmtp-queued: rules: %s\n", error);
		return EXIT_FAILURE;
	}
	queued_cpus = (int)(o->rules.last - o->rules.first) + 2;
	err = raw_open();
	if (err)
		return report_errno("raw sockets", err);
	ct_read_seconds();
	err = table_init(plane_options.max_flows);
	if (!err)
		err = plane_init();
	if (err)
		return report_errno("the default policy", err);
	err = control_open(o->socket);
	if (err)
		return report_errno(o->socket, err);
	err = privileges_drop(o->user);
	return err ? report_errno(o->user ? o->user : "privileges", err) : 0;
}

/* Queues are served from the first policy on: until then packets wait in them. */
static int serve_queues(void)
{
	static bool served;
	int i;

	if (served || plane_idle())
		return 0;
	served = true;
	for (i = 0; i < QUEUES && queues[i]; i++)
		if (queue_start(queues[i])) {
			fprintf(stderr, "esmtp-queued: %s\n", queue_error());
			return EXIT_FAILURE;
		}
	return 0;
}

static int start_daemon(void)
{
	int err = serve_queues();

	return err ? err : esmtp_netlink_init();
}

static void stop_daemon(void)
{
	int i;

	keeper_remove();
	esmtp_netlink_exit();
	for (i = 0; i < QUEUES && queues[i]; i++)
		queue_stop(queues[i]);
	for (i = 0; i < QUEUES && queues[i]; i++)
		queue_close(queues[i]);
	control_close();
	table_exit();
	plane_exit();
	raw_close();
}

int main(int argc, char **argv)
{
	struct options o = { .socket = CONTROL_SOCKET, .rules.ports = "25" };
	int status;

	plane_options.max_flows = MAX_FLOWS;
	status = parse_options(argc, argv, &o);
	if (status)
		return status - 1;
	if (o.print) {
		rules_print(&o.rules);
		return EXIT_SUCCESS;
	}
	status = open_all(&o);
	if (!status)
		status = start_daemon();
	if (status) {
		keeper_remove();
		return status;
	}
	notify("READY=1");
	status = control_run(serve_queues);
	notify("STOPPING=1");
	stop_daemon();
	return status;
}
