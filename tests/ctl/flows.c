// SPDX-License-Identifier: GPL-2.0
/* What a compiled policy does with connections, as text. */
#include "cases.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static u8 parse_addr(const char *s, struct esmtp_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (inet_pton(AF_INET, s, addr->b) == 1)
		return ESMTP_AF_INET;
	if (inet_pton(AF_INET6, s, addr->b) == 1)
		return ESMTP_AF_INET6;
	return ESMTP_AF_ANY;
}

/* The set connection that a connection is under. */
static void limits(const struct esmtp_policy *p, const struct esmtp_flowspec *f,
		   struct buf *out)
{
	char text[128];
	struct esmtp_text t = { .buf = text, .size = sizeof(text) };
	u32 bind = esmtp_classify_limits(p, f);

	if (bind == ESMTP_NONE)
		return;
	esmtp_text_set(&t, &p->binds[bind].set);
	buf_add(out, ",%s by %s", text, p->classes[p->binds[bind].class].name);
}

static void verdict(const struct esmtp_policy *p, const struct esmtp_flowspec *f,
		    struct buf *out)
{
	struct esmtp_class_result r = esmtp_classify(p, f);
	const struct esmtp_bind *b;

	b = r.verdict == ESMTP_CLASSIFY_NONE ? NULL : &p->binds[r.bind];
	if (!b)
		buf_add(out, "nothing");
	else if (r.verdict == ESMTP_CLASSIFY_EXEMPT)
		buf_add(out, "exempt by %s", p->classes[b->class].name);
	else
		buf_add(out, "inspect by %s with %s",
			p->classes[b->class].name, p->maps[b->map].name);
	limits(p, f, out);
	buf_add(out, "\n");
}

/**
 * flow_read() - a connection as a line says it
 * @line: SRC SPORT DST DPORT IN OUT
 * @to: filled in
 *
 * Return: false if it says none.
 */
bool flow_read(const char *line, struct flow_line *to)
{
	struct esmtp_flowspec *f = &to->spec;

	memset(to, 0, sizeof(*to));
	if (sscanf(line, "%63s %u %63s %u %15s %15s", to->src, &to->sport,
		   to->dst, &to->dport, to->in, to->out) != 6)
		return false;
	f->real.family = parse_addr(to->src, &f->real.src);
	parse_addr(to->dst, &f->real.dst);
	f->real.sport = (u16)to->sport;
	f->real.dport = (u16)to->dport;
	f->real.proto = 6;
	f->wire = f->real;
	f->in = to->in;
	f->out = to->out;
	return true;
}

static void run(const struct esmtp_policy *p, const char *line, struct buf *out)
{
	struct flow_line f;

	if (!flow_read(line, &f)) {
		buf_add(out, "cannot read: %s\n", line);
		return;
	}
	buf_add(out, "%s %u %s %u %s %s = ", f.src, f.sport, f.dst, f.dport,
		f.in, f.out);
	verdict(p, &f.spec, out);
}

/**
 * flows_run() - classify connections
 * @p: the policy
 * @flows: a connection a line; what follows "=" is not read
 * @out: the same lines with what is done
 */
void flows_run(const struct esmtp_policy *p, const struct buf *flows,
	       struct buf *out)
{
	const char *s = flows->s, *lf;
	char *line;

	for (; s && *s; s = lf + 1) {
		lf = strchr(s, '\n');
		line = mem_dup(s, (size_t)(lf - s));
		run(p, line, out);
		free(line);
	}
}

/**
 * limits_print() - print the limits of connections
 * @p: the policy
 * @out: where to
 */
void limits_print(const struct esmtp_policy *p, struct buf *out)
{
	char host[INET6_ADDRSTRLEN];
	u32 i;

	for (i = 0; i < p->nlimits; i++) {
		inet_ntop(AF_INET, p->limits[i].host.b, host, sizeof(host));
		buf_add(out, "%s", host);
		if (p->limits[i].port)
			buf_add(out, ":%u", p->limits[i].port);
		buf_add(out, " %u %u\n", p->limits[i].conn_max,
			p->limits[i].embryonic_max);
	}
}
