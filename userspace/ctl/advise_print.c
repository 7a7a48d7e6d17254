// SPDX-License-Identifier: GPL-2.0
/*
 * What advise proposes: lines of configuration with the evidence as comments between them,
 * so that the whole is a file for --add and for apply; or JSON.
 */
#include "advise.h"
#include "out.h"

#include <arpa/inet.h>
#include <string.h>

enum { EXEMPT = -1 };			/* in place of a map's */

static bool is_of(const struct change *ch, s32 map)
{
	return !ch->unmade && (ch->kind == CHANGE_EXEMPT ? map == EXEMPT : map == (s32)ch->map);
}

static void put_addr(const struct esmtp_addr *addr, u8 family, struct buf *out)
{
	char text[INET6_ADDRSTRLEN] = "?";

	inet_ntop(family == ESMTP_AF_INET6 ? AF_INET6 : AF_INET, addr->b, text, sizeof(text));
	buf_add(out, "%s", text);
}

/* What is done. */
static void put_change(const struct change *ch, struct buf *out)
{
	switch (ch->kind) {
	case CHANGE_LIMIT:
		buf_add(out, "gt %u in place of %s: the longest or most is %u", ch->limit,
			ch->why, ch->measured);
		break;
	case CHANGE_NO_MATCH:
		buf_add(out, "no %s", ch->why);
		break;
	case CHANGE_PARAM:
		buf_add(out, "%s", advise_param_text(ch->param));
		break;
	default:
		buf_add(out, "no inspect esmtp for host ");
		put_addr(&ch->host.addr, ch->host.family, out);
	}
}

static const char *get_why(const struct change *ch)
{
	if (ch->kind == CHANGE_PARAM && ch->param == PARAM_FRIENDLY)
		return "a masked greeting hides that the server speaks ESMTP, and some senders use none of it then";
	return ch->why;
}

static void print_change(const struct change *ch)
{
	struct buf line = { 0 };

	put_change(ch, &line);
	out_line("! - %s", line.s);
	if (ch->kind >= CHANGE_PARAM)
		out_line("!   for: %s", get_why(ch));
	line.len = 0;
	buf_add(&line, "!   stopped: connections %llu, bytes %llu; the first is %u, from ",
		ch->conns, ch->bytes, ch->first);
	put_addr(&ch->client, ch->family, &line);
	buf_add(&line, " to ");
	put_addr(&ch->end, ch->family, &line);
	out_line("%s", line.s);
	if (ch->excerpt[0])
		out_line("!   at byte %u of what the %s sent: %s", ch->off,
			 ch->dir == ESMTP_S2C ? "server" : "client", ch->excerpt);
	if (ch->others)
		out_line("!   others of another fate then: %u, the first is %u", ch->others,
			 ch->other);
	buf_free(&line);
}

static void print_text(struct advise *a, s32 map, u32 number, const struct tried *tried,
		       const struct buf *lines)
{
	u32 i;

	if (map == EXEMPT)
		out_line("! Proposal %u: hosts that are exempt", number);
	else
		out_line("! Proposal %u: a copy of map %s", number, a->maps[map].name);
	for (i = 0; i < a->n; i++)
		if (is_of(&a->v[i], map))
			print_change(&a->v[i]);
	if (a->records)
		out_line("! - from records: what becomes of other mail then, a recording would tell");
	else if (tried->others)
		out_line("! - tried: NOT only legitimate connections have another fate: %u others, the first is %u",
			 tried->others, tried->other);
	else
		out_line("! - tried: no other connection has another fate");
	out_text(lines->s, lines->len);
}

static json_t *change_json(const struct change *ch)
{
	static const char *const kinds[] = {
		[CHANGE_LIMIT] = "limit", [CHANGE_NO_MATCH] = "no-match",
		[CHANGE_PARAM] = "parameter", [CHANGE_EXEMPT] = "exempt",
	};
	struct buf what = { 0 }, client = { 0 }, server = { 0 };
	json_t *to;

	put_change(ch, &what);
	put_addr(&ch->client, ch->family, &client);
	put_addr(&ch->end, ch->family, &server);
	to = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:s, s:s, s:I, s:b, s:s}",
		       "kind", kinds[ch->kind], "change", what.s, "why", get_why(ch),
		       "connections", (json_int_t)ch->conns, "bytes", (json_int_t)ch->bytes,
		       "first", (json_int_t)ch->first, "client", client.s, "server", server.s,
		       "offset", (json_int_t)ch->off, "from-server", ch->dir == ESMTP_S2C,
		       "excerpt", ch->excerpt);
	if (ch->kind == CHANGE_LIMIT) {
		json_object_set_new(to, "measured", json_integer(ch->measured));
		json_object_set_new(to, "limit", json_integer(ch->limit));
	}
	if (ch->kind == CHANGE_EXEMPT)
		json_object_set_new(to, "others", json_integer(ch->others));
	buf_free(&what);
	buf_free(&client);
	buf_free(&server);
	return to;
}

static void print_json(struct advise *a, s32 map, u32 number, const struct tried *tried,
		       const struct buf *lines)
{
	json_t *changes = json_array();
	u32 i;

	for (i = 0; i < a->n; i++)
		if (is_of(&a->v[i], map))
			json_array_append_new(changes, change_json(&a->v[i]));
	out_json_line(json_pack("{s:{s:I, s:s?, s:o, s:I, s:o}}", "proposal",
				"number", (json_int_t)number,
				"map", map == EXEMPT ? NULL : a->maps[map].name,
				"changes", changes, "others", (json_int_t)tried->others,
				"lines", out_lines_json(lines)));
}

/**
 * advise_print_proposal() - print a proposal
 * @a: the advice
 * @map: place of the map that is copied, or -1 for hosts that are exempt
 * @number: of the proposal
 * @tried: what it comes to
 */
void advise_print_proposal(struct advise *a, s32 map, u32 number, const struct tried *tried)
{
	struct buf lines = { 0 };

	advise_lines(a, map, &lines);
	if (a->ctl->json)
		print_json(a, map, number, tried, &lines);
	else
		print_text(a, map, number, tried, &lines);
	buf_free(&lines);
}

static void print_left(const struct advise *a)
{
	if (a->helpless)
		out_line("! No change here helps %u connections: 'replay' says what stops them",
			 a->helpless);
	if (a->stale)
		out_line("! Of another policy than this, and passed over: %u records", a->stale);
	if (a->full)
		out_line("! More changes than %u would be needed", ADVISE_CHANGES);
}

/**
 * advise_print_outcome() - print what all proposals come to
 * @a: the advice
 * @proposals: how many there are
 */
void advise_print_outcome(struct advise *a, u32 proposals)
{
	if (a->ctl->json) {
		out_json_line(json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I}",
					"policy", a->base.name,
					"stale", (json_int_t)a->stale,
					"connections", (json_int_t)a->all,
					"legitimate", (json_int_t)a->legit,
					"stopped", (json_int_t)a->before.stopped,
					"stopped-then", (json_int_t)a->now.stopped,
					"proposals", (json_int_t)proposals));
		return;
	}
	out_line("! Policy: %s", a->base.name);
	if (a->records) {
		out_line("! Connections that were ended: %llu, %llu legitimate: %u of these would be now, %u with all that is proposed",
			 a->all, a->legit, a->before.stopped, a->now.stopped);
		print_left(a);
		return;
	}
	out_line("! Connections: %llu, %llu legitimate: %u of these are stopped now, %u with all that is proposed",
		 a->all, a->legit, a->before.stopped, a->now.stopped);
	print_left(a);
}
