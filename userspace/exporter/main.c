// SPDX-License-Identifier: GPL-2.0
/* esmtp-exporter: the counters of the module or of esmtp-queued by HTTP. */
#include <errno.h>
#include <getopt.h>
#include <microhttpd.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <esmtp/version.h>
#include <lib/metrics.h>
#include <lib/notify.h>

#include "accept.h"

enum {
	CLIENTS = 32,
	PATIENCE = 10,			/* seconds, for a client and for a plane */
	EXIT_USAGE = 2,
};

static const char usage[] =
	"Usage: esmtp-exporter [OPTION]...\n"
	"Serves the counters of ESMTP inspection at http://ADDRESS:PORT/metrics.\n"
	"  -l, --listen ADDRESS:PORT  where, [::1]:9625 if not said\n"
	"  -p, --plane PLANE          module, queue or queue:SOCKET; the one that there is\n"
	"  -h, --help\n"
	"  -V, --version\n";

static const struct option long_options[] = {
	{ "listen", required_argument, NULL, 'l' },
	{ "plane", required_argument, NULL, 'p' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 }
};

static const char index_page[] =
	"<!DOCTYPE html><title>nf_esmtp</title><a href=\"/metrics\">Metrics</a>\n";

static const char *const types[] = {
	[ESMTP_METRICS_OPEN] =
		"application/openmetrics-text; version=1.0.0; charset=utf-8",
	[ESMTP_METRICS_PROMETHEUS] = "text/plain; version=0.0.4; charset=utf-8",
};

/**
 * struct options - as the command line has them
 * @listen: address and port
 * @plane: of struct esmtp_nl
 */
struct options {
	char *listen;
	const char *plane;
};

/* Says what is wrong when it goes wrong, not at every question. One thread asks. */
static void log_change(const char *error)
{
	static bool was_down;

	if (!error && was_down)
		fprintf(stderr, "esmtp-exporter: there are counters again\n");
	if (error && !was_down)
		fprintf(stderr, "esmtp-exporter: %s\n", error);
	was_down = error;
}

/* A daemon that has stopped in its tracks is as one that is not there. */
static int ask_plane(struct esmtp_nl *nl, enum esmtp_metrics_format format, FILE *to)
{
	const struct timeval patience = { .tv_sec = PATIENCE };
	int err = esmtp_nl_open(nl);

	if (err)
		return err;
	if (setsockopt(mnl_socket_get_fd(nl->sock), SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)) < 0)
		return -errno;
	return esmtp_metrics_print(nl, format, to);
}

/* The page, for free(); NULL without memory. */
static char *make_page(const char *plane, enum esmtp_metrics_format format, size_t *len)
{
	struct esmtp_nl nl = { .plane = plane };
	char *text = NULL;
	FILE *to = open_memstream(&text, len);
	int err;

	if (!to)
		return NULL;
	err = ask_plane(&nl, format, to);
	log_change(err ? nl.error : NULL);
	if (err)
		esmtp_metrics_print_down(format, to);
	esmtp_nl_close(&nl);
	if (!fclose(to))
		return text;
	free(text);
	return NULL;
}

static enum MHD_Result send_page(struct MHD_Connection *conn, unsigned int status,
				 struct MHD_Response *page, const char *header,
				 const char *value)
{
	enum MHD_Result done = MHD_NO;

	if (!page)
		return MHD_NO;
	if (MHD_add_response_header(page, header, value) == MHD_YES)
		done = MHD_queue_response(conn, status, page);
	MHD_destroy_response(page);
	return done;
}

static enum MHD_Result send_text(struct MHD_Connection *conn, unsigned int status,
				 const char *text, const char *header, const char *value)
{
	return send_page(conn, status,
			 MHD_create_response_from_buffer(strlen(text), (void *)text,
							 MHD_RESPMEM_PERSISTENT),
			 header, value);
}

static enum MHD_Result send_metrics(struct MHD_Connection *conn, const char *plane)
{
	enum esmtp_metrics_format format =
		accept_format(MHD_lookup_connection_value(conn, MHD_HEADER_KIND,
							  MHD_HTTP_HEADER_ACCEPT));
	struct MHD_Response *page;
	size_t len = 0;
	char *text = make_page(plane, format, &len);

	if (!text)
		return MHD_NO;
	page = MHD_create_response_from_buffer(len, text, MHD_RESPMEM_MUST_FREE);
	if (!page)
		free(text);
	else
		MHD_add_response_header(page, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT);
	return send_page(conn, MHD_HTTP_OK, page, MHD_HTTP_HEADER_CONTENT_TYPE,
			 types[format]);
}

/* A request is answered when its end has come, which is at the second call. */
static enum MHD_Result on_request(void *plane, struct MHD_Connection *conn,
				  const char *url, const char *method, const char *version,
				  const char *data, size_t *size, void **seen)
{
	static int once;

	(void)version;
	(void)data;
	if (!*seen) {
		*seen = &once;
		return MHD_YES;
	}
	if (*size) {
		*size = 0;
		return MHD_YES;
	}
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return send_text(conn, MHD_HTTP_METHOD_NOT_ALLOWED, "GET and HEAD only\n",
				 MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	if (!strcmp(url, "/metrics"))
		return send_metrics(conn, plane);
	if (!strcmp(url, "/"))
		return send_text(conn, MHD_HTTP_OK, index_page, MHD_HTTP_HEADER_CONTENT_TYPE,
				 "text/html; charset=utf-8");
	return send_text(conn, MHD_HTTP_NOT_FOUND, "see /metrics\n",
			 MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain");
}

static int report(const char *what, const char *why)
{
	fprintf(stderr, "esmtp-exporter: %s: %s\n", what, why);
	return EXIT_FAILURE;
}

/* ADDRESS:PORT, where an IPv6 address is in brackets; splits @listen. */
static int find_address(char *listen, struct addrinfo **at)
{
	const struct addrinfo hints = {
		.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	char *host = listen, *port = strrchr(listen, ':');
	char *end = port ? port - 1 : NULL;

	if (!port || port == listen)
		return EAI_NONAME;
	*port = '\0';
	if (*host == '[' && *end == ']') {
		*end = '\0';
		host++;
	}
	return getaddrinfo(host, port + 1, &hints, at);
}

static struct MHD_Daemon *serve(const struct addrinfo *at, const char *plane)
{
	unsigned int flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL |
			     MHD_USE_ERROR_LOG;

	if (at->ai_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, (void *)plane,
				MHD_OPTION_SOCK_ADDR, at->ai_addr,
				MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CLIENTS,
				MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)PATIENCE,
				MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)16384,
				MHD_OPTION_END);
}

/* Signals are for this thread, which waits for the one that ends it. */
static int run(const struct addrinfo *at, const char *plane)
{
	struct MHD_Daemon *server;
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	server = serve(at, plane);
	if (!server)
		return report("cannot listen", strerror(errno));
	notify("READY=1");
	sigwait(&set, &sig);
	notify("STOPPING=1");
	MHD_stop_daemon(server);
	return EXIT_SUCCESS;
}

static int report_usage(const char *what, const char *why)
{
	report(what, why);
	return EXIT_USAGE;
}

/* Returns 0 to go on, else 1 + the exit status. */
static int apply_option(int opt, struct options *o)
{
	switch (opt) {
	case 'l':
		o->listen = optarg;
		return 0;
	case 'p':
		o->plane = optarg;
		return esmtp_nl_is_plane(optarg) ? 0 :
						   1 + report_usage("not a plane", optarg);
	case 'V':
		puts("esmtp-exporter " ESMTP_VERSION);
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

	while ((opt = getopt_long(argc, argv, "l:p:hV", long_options, NULL)) != -1) {
		status = apply_option(opt, o);
		if (status)
			return status;
	}
	return optind < argc ? 1 + report_usage("no argument is wanted", argv[optind]) : 0;
}

int main(int argc, char **argv)
{
	char any[] = "[::1]:9625";
	struct options o = { .listen = any };
	struct addrinfo *at;
	int status = parse_options(argc, argv, &o);

	if (status)
		return status - 1;
	if (find_address(o.listen, &at))
		return report_usage("not ADDRESS:PORT", o.listen);
	status = run(at, o.plane);
	freeaddrinfo(at);
	return status;
}
