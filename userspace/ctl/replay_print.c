// SPDX-License-Identifier: GPL-2.0
/* What would have become of a recorded connection, in the words of `why`. */
#include "replay.h"
#include "event.h"
#include "out.h"

#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#include <linux/nf_esmtp.h>

static const char *const fates[REPLAY_FATES] = {
	[REPLAY_UNTOUCHED] = "untouched",
	[REPLAY_UNCLASSED] = "not-inspected",
	[REPLAY_EXEMPT] = "exempt",
	[REPLAY_UNREAD] = "not-judged",
	[REPLAY_LOGGED] = "logged",
	[REPLAY_MASKED] = "masked",
	[REPLAY_REFUSED] = "refused",
	[REPLAY_CUT] = "cut",
};

static const char *const troubles[REPLAY_TROUBLES] = {
	[REPLAY_FINE] = "",
	[REPLAY_MIDSTREAM] = "its beginning is not in the recording",
	[REPLAY_HALF] = "nothing of what the %s sent is in the recording",
	[REPLAY_GAP] = "bytes are missing in what the %s sent, from byte %u on",
	[REPLAY_SNAPPED] = "its packets are cut short in the recording",
	[REPLAY_WAITING] = "more of it would have waited than can be kept",
};

/**
 * replay_fate_name() - what became of a connection, as a word
 * @c: the connection
 *
 * Return: the word.
 */
const char *replay_fate_name(const struct replay_conn *c)
{
	u32 i;

	for (i = 0; c->fate == REPLAY_CUT && i < c->n; i++)
		if (c->finding[i].kind == ESMTP_EVENT_END &&
		    c->finding[i].act == ESMTP_ACT_REJECT)
			return "rejected";
	return fates[c->fate];
}

static void put_time(u64 ns, struct buf *out)
{
	time_t seconds = (time_t)(ns / 1000000000);
	char when[32] = "?";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	buf_add(out, "%s", when);
}

static void put_addr(const struct replay_conn *c, const struct esmtp_addr *a, u16 port,
		     struct buf *out)
{
	char text[INET6_ADDRSTRLEN] = "?";

	inet_ntop(c->family == ESMTP_AF_INET6 ? AF_INET6 : AF_INET, a->b, text, sizeof(text));
	buf_add(out, "%s/%u", text, port);
}

/**
 * replay_print_head() - name a connection
 * @c: the connection
 * @out: the text is added to it
 */
void replay_print_head(const struct replay_conn *c, struct buf *out)
{
	buf_add(out, "%u: ", c->number);
	put_time(c->begun, out);
	buf_add(out, " from ");
	put_addr(c, &c->client, c->client_port, out);
	buf_add(out, " to ");
	put_addr(c, &c->server, c->server_port, out);
}

static const char *end_name(u8 dir)
{
	return dir == ESMTP_S2C ? "server" : "client";
}

static void put_trouble(const struct replay_conn *c, struct buf *out)
{
	switch (c->trouble) {
	case REPLAY_HALF:
		buf_add(out, "nothing of what the %s sent is in the recording",
			end_name(c->trouble_dir));
		break;
	case REPLAY_GAP:
		buf_add(out, "bytes are missing in what the %s sent, from byte %u on",
			end_name(c->trouble_dir), c->trouble_at);
		break;
	default:
		buf_add(out, "%s", troubles[c->trouble]);
	}
}

static void view_finding(const struct replay_conn *c, const struct replay_finding *f,
			 struct esmtp_event_view *ev)
{
	*ev = (struct esmtp_event_view){
		.time = f->time,
		.client = c->client,
		.server = c->server,
		.client_port = c->client_port,
		.server_port = c->server_port,
		.family = c->family,
		.kind = f->kind,
		.act = f->act,
		.from_server = f->dir == ESMTP_S2C,
		.rule = f->rule,
		.off = f->off,
		.value = f->value,
		.limit = f->limit,
		.client_if = "client",
		.server_if = "server",
		.map = c->map[0] ? c->map : NULL,
		.name = f->name,
		.text = f->text[0] ? f->text : NULL,
		.reason = f->reason,
		.excerpt = f->excerpt,
		.excerpt_len = f->excerpts,
	};
}

static void print_finding(const struct replay_conn *c, const struct replay_finding *f)
{
	struct buf line = { 0 }, bytes = { 0 };
	struct esmtp_event_view ev;

	view_finding(c, f, &ev);
	if (f->kind)
		event_line(&ev, &line);
	else
		buf_add(&line, "a packet of the %s: %s", end_name(f->dir), f->text);
	event_excerpt(&ev, &bytes);
	out_line("    %s%s", line.s, f->changes ? "" : " (nothing is changed)");
	if (ev.map && f->rule)
		out_line("        map %s, match %u: %s", ev.map, f->rule, f->text);
	if (bytes.s)
		out_line("        at byte %u of what the %s sent: %s", f->off,
			 end_name(f->dir), bytes.s);
	if (f->times == 2)
		out_line("        and once more");
	else if (f->times > 2)
		out_line("        and %u times more", f->times - 1);
	buf_free(&line);
	buf_free(&bytes);
}

/**
 * replay_print_conn() - print what would have become of a connection
 * @c: the connection
 * @mark: what its first line begins with
 */
void replay_print_conn(const struct replay_conn *c, const char *mark)
{
	struct buf line = { 0 };
	bool parted = false;
	u32 i;

	buf_add(&line, "%s", mark);
	replay_print_head(c, &line);
	buf_add(&line, ": %s", replay_fate_name(c));
	if (c->changed)
		buf_add(&line, ", %llu of %llu packets changed", c->changed, c->packets);
	if (c->monitor)
		buf_add(&line, "; map %s only monitors", c->map);
	out_line("%s", line.s);
	buf_free(&line);
	for (i = 0; i < c->n; i++) {
		print_finding(c, &c->finding[i]);
		if (c->finding[i].parts && !parted)
			out_line("        the server would have refused that: what is recorded behind it would have gone otherwise");
		parted |= c->finding[i].parts;
	}
	if (c->more)
		out_line("    and %u things more", c->more);
	if (c->trouble) {
		put_trouble(c, &line);
		out_line("    %s: not judged%s", line.s,
			 c->fate == REPLAY_UNREAD ? "" : " any further");
	}
	buf_free(&line);
}

static json_t *addr_json(const struct replay_conn *c, const struct esmtp_addr *a)
{
	char text[INET6_ADDRSTRLEN] = "?";

	inet_ntop(c->family == ESMTP_AF_INET6 ? AF_INET6 : AF_INET, a->b, text, sizeof(text));
	return json_string(text);
}

/* What a record says and a recording does not know. */
static void delete_unknown(json_t *to)
{
	static const char *const keys[] = { "seq", "connection", "mapped-client",
		"mapped-server", "mapped-client-port", "mapped-server-port" };
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(keys); i++)
		json_object_del(to, keys[i]);
}

static json_t *finding_json(const struct replay_conn *c, const struct replay_finding *f)
{
	struct esmtp_event_view ev;
	json_t *to;

	view_finding(c, f, &ev);
	if (!f->kind)
		to = json_pack("{s:b, s:I, s:s, s:s}", "from-server", f->dir == ESMTP_S2C,
			       "offset", (json_int_t)f->off, "text", f->text,
			       "reason", f->reason);
	else
		to = event_json(&ev);
	delete_unknown(to);
	json_object_set_new(to, "changes", json_boolean(f->changes));
	json_object_set_new(to, "parts-ways", json_boolean(f->parts));
	json_object_set_new(to, "times", json_integer(f->times));
	return to;
}

/**
 * replay_conn_json() - a connection as JSON
 * @c: the connection
 *
 * Return: an object.
 */
json_t *replay_conn_json(const struct replay_conn *c)
{
	json_t *findings = json_array(), *to;
	struct buf why = { 0 };
	u32 i;

	for (i = 0; i < c->n; i++)
		json_array_append_new(findings, finding_json(c, &c->finding[i]));
	put_trouble(c, &why);
	to = json_pack("{s:I, s:I, s:I, s:o, s:i, s:o, s:i, s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:s?, s:o}",
		       "number", (json_int_t)c->number, "begun-ns", (json_int_t)c->begun,
		       "ended-ns", (json_int_t)c->ended, "client", addr_json(c, &c->client),
		       "client-port", (int)c->client_port, "server", addr_json(c, &c->server),
		       "server-port", (int)c->server_port, "fate", replay_fate_name(c),
		       "map", c->map, "monitor", (int)c->monitor,
		       "packets", (json_int_t)c->packets, "changed", (json_int_t)c->changed,
		       "client-bytes", (json_int_t)c->bytes[ESMTP_C2S],
		       "server-bytes", (json_int_t)c->bytes[ESMTP_S2C],
		       "not-judged", c->trouble ? why.s : NULL, "findings", findings);
	buf_free(&why);
	return to;
}

static void put_count(struct buf *out, u64 n, const char *what)
{
	if (n)
		buf_add(out, "%s%llu %s", out->len ? ", " : "", n, what);
}

static void print_recording(const struct replay_sums *s)
{
	struct buf line = { 0 };

	buf_add(&line, "Recording: %llu packets, %llu of ports that the policy speaks of",
		s->packets, s->segments);
	if (s->first) {
		buf_add(&line, ", from ");
		put_time(s->first, &line);
		buf_add(&line, " to ");
		put_time(s->last, &line);
	}
	out_line("%s", line.s);
	buf_free(&line);
	put_count(&line, s->no_ip, "frames without IP");
	put_count(&line, s->malformed, "malformed packets");
	put_count(&line, s->snapped, "segments cut short");
	put_count(&line, s->checksum, "segments with a wrong checksum, which receivers discard");
	put_count(&line, s->fragments, "fragments");
	put_count(&line, s->reassembled, "packets made of them");
	put_count(&line, s->incomplete, "that never were whole");
	if (line.len)
		out_line("  %s", line.s);
	buf_free(&line);
}

/**
 * replay_print_sums() - print what was in the recordings
 * @s: the sums
 */
void replay_print_sums(const struct replay_sums *s)
{
	struct buf line = { 0 };
	u64 all = 0;
	u32 i;

	for (i = 0; i < REPLAY_FATES; i++) {
		put_count(&line, s->fate[i], fates[i]);
		all += s->fate[i];
	}
	print_recording(s);
	out_line("Connections: %llu%s%s", all, line.len ? ": " : "", line.len ? line.s : "");
	buf_free(&line);
}

/**
 * replay_sums_json() - the same as JSON
 * @s: the sums
 *
 * Return: an object.
 */
json_t *replay_sums_json(const struct replay_sums *s)
{
	json_t *fate = json_object();
	u32 i;

	for (i = 0; i < REPLAY_FATES; i++)
		json_object_set_new(fate, fates[i], json_integer((json_int_t)s->fate[i]));
	return json_pack("{s:I, s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			 "packets", (json_int_t)s->packets,
			 "segments", (json_int_t)s->segments, "connections", fate,
			 "without-ip", (json_int_t)s->no_ip,
			 "malformed", (json_int_t)s->malformed,
			 "cut-short", (json_int_t)s->snapped,
			 "wrong-checksum", (json_int_t)s->checksum,
			 "fragments", (json_int_t)s->fragments,
			 "reassembled", (json_int_t)s->reassembled,
			 "incomplete", (json_int_t)s->incomplete,
			 "first-ns", (json_int_t)s->first, "last-ns", (json_int_t)s->last);
}
