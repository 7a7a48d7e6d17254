// SPDX-License-Identifier: GPL-2.0
/* monitor: records as they come; why: what became of a host's mail. */
#include "ctl.h"
#include "event.h"
#include "out.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <linux/nf_esmtp.h>

static void to_text(const struct esmtp_event_view *ev, void *ctx)
{
	struct buf line = { 0 };

	(void)ctx;
	if (ev->suppressed)
		out_line("%u records were left out here", ev->suppressed);
	event_line(ev, &line);
	out_line("%s", line.s);
	out_flush();
	buf_free(&line);
}

static void to_json(const struct esmtp_event_view *ev, void *ctx)
{
	(void)ctx;
	out_json_line(event_json(ev));
	out_flush();
}

static void to_syslog(const struct esmtp_event_view *ev, void *ctx)
{
	struct buf line = { 0 };

	(void)ctx;
	event_line(ev, &line);
	syslog((int)event_severity(ev), "%s", line.s);
	buf_free(&line);
}

/* systemd's journal takes fields as lines, one datagram for each entry. */
static void to_journal(const struct esmtp_event_view *ev, void *ctx)
{
	static const struct sockaddr_un where = {
		.sun_family = AF_UNIX,
		.sun_path = "/run/systemd/journal/socket",
	};
	json_t *record = event_json(ev);
	char *all = json_dumps(record, JSON_COMPACT);
	struct buf line = { 0 }, text = { 0 };
	const int *fd = ctx;

	event_line(ev, &line);
	buf_add(&text, "MESSAGE=%s\nPRIORITY=%u\nSYSLOG_IDENTIFIER=esmtp-ctl\n",
		line.s, event_severity(ev));
	buf_add(&text, "ESMTP_SEQ=%llu\nESMTP_MAP=%s\nESMTP_RULE=%u\nESMTP_REASON=%s\n",
		ev->seq, ev->map ? ev->map : "", ev->rule,
		ev->reason ? ev->reason : "");
	if (all)
		buf_add(&text, "ESMTP_RECORD=%s\n", all);
	if (sendto(*fd, text.s, text.len, MSG_NOSIGNAL,
		   (const struct sockaddr *)&where, sizeof(where)) < 0)
		out_error("esmtp-ctl: cannot write to the journal");
	free(all);
	json_decref(record);
	buf_free(&line);
	buf_free(&text);
}

/* Records with the names that nameif gave their interfaces. */
struct named {
	struct config cfg;
	esmtp_event_fn fn;
	void *ctx;
};

static void name_interfaces(const struct esmtp_event_view *ev, void *ctx)
{
	struct esmtp_event_view with = *ev;
	const struct named *n = ctx;

	with.client_nameif = config_nameif(&n->cfg, ev->client_if);
	with.server_nameif = config_nameif(&n->cfg, ev->server_if);
	n->fn(&with, n->ctx);
}

/* The names are those of now, however long the listening goes on. */
static void listen_named(struct ctl *ctl, esmtp_event_fn fn, void *ctx)
{
	struct named n = { .fn = fn, .ctx = ctx };

	config_load_quietly(ctl, &n.cfg);
	esmtp_model_listen(&ctl->nl, name_interfaces, &n);
	config_free(&n.cfg);
}

static int walk_named(struct ctl *ctl, esmtp_event_fn fn, void *ctx)
{
	struct named n = { .fn = fn, .ctx = ctx };
	int err;

	config_load_quietly(ctl, &n.cfg);
	err = esmtp_model_events(&ctl->nl, name_interfaces, &n);
	config_free(&n.cfg);
	return err;
}

/**
 * monitor() - monitor [--json|--syslog|--journal]
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status, when it cannot go on.
 */
int monitor(struct ctl *ctl, const struct args *args)
{
	esmtp_event_fn fn = ctl->json || args_word(args, "--json") ? to_json :
								     to_text;
	int fd = -1;

	if (ctl_connect(ctl))
		return CTL_ERROR;
	if (args_word(args, "--syslog")) {
		openlog("esmtp-ctl", LOG_PID, LOG_LOCAL4);
		fn = to_syslog;
	}
	if (args_word(args, "--journal")) {
		fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		fn = to_journal;
	}
	listen_named(ctl, fn, &fd);
	if (fd >= 0)
		close(fd);
	return esmtp_nl_stopped() ? CTL_OK : ctl_failed(ctl);
}

/* Which records are asked for. */
struct why {
	struct value host;
	u32 port;			/* 0 for any */
	bool all;			/* whatever the host */
	u32 found;
	json_t *list;
};

static bool same(const struct why *w, u8 family, const struct esmtp_addr *addr,
		 u16 port)
{
	return family == w->host.family &&
	       !memcmp(addr, &w->host.addr, sizeof(*addr)) &&
	       (!w->port || w->port == port);
}

static void why_text(const struct esmtp_event_view *ev)
{
	time_t seconds = (time_t)(ev->time / 1000000000ULL);
	struct buf line = { 0 }, bytes = { 0 };
	char when[32] = "?";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	event_line(ev, &line);
	event_excerpt(ev, &bytes);
	out_line("%s %s", when, line.s);
	if (ev->map && ev->rule)
		out_line("    map %s, match %u: %s", ev->map, ev->rule,
			 ev->text ? ev->text : "?");
	if (bytes.s)
		out_line("    at byte %u of what the %s sent: %s", ev->off,
			 ev->from_server ? "server" : "client", bytes.s);
	buf_free(&line);
	buf_free(&bytes);
}

static void why_one(const struct esmtp_event_view *ev, void *ctx)
{
	struct why *w = ctx;

	if (!w->all && !same(w, ev->family, &ev->client, ev->client_port) &&
	    !same(w, ev->family, &ev->server, ev->server_port))
		return;
	w->found++;
	if (w->list)
		json_array_append_new(w->list, event_json(ev));
	else
		why_text(ev);
}

static int read_records(struct ctl *ctl, struct why *w)
{
	if (ctl_connect(ctl))
		return CTL_ERROR;
	w->list = ctl->json ? json_array() : NULL;
	if (walk_named(ctl, why_one, w)) {
		json_decref(w->list);
		return ctl_failed(ctl);
	}
	if (w->list)
		out_json(json_pack("{s:o}", "records", w->list));
	return CTL_OK;
}

/**
 * show_records() - show records
 * @ctl: the tool
 * @args: unused
 *
 * Return: exit status.
 */
int show_records(struct ctl *ctl, const struct args *args)
{
	struct why w = { .all = true };

	(void)args;
	return read_records(ctl, &w);
}

/**
 * why() - why ADDR[:PORT]
 * @ctl: the tool
 * @args: the line
 *
 * Return: exit status.
 */
int why(struct ctl *ctl, const struct args *args)
{
	const struct arg *arg = args_type(args, TYPE_HOST, 0);
	struct why w = { .host = arg->value, .port = arg->value.num };
	int err = read_records(ctl, &w);

	if (!err && !w.list && !w.found)
		out_line("none of the last records is about %.*s",
			 (int)arg->tok.len, arg->tok.s);
	return err;
}
