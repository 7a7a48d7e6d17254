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

static void verdict(const struct esmtp_policy *p, const struct esmtp_flowspec *f,
		    struct buf *out)
{
	struct esmtp_class_result r = esmtp_classify(p, f);
	const struct esmtp_bind *b;

	if (r.verdict == ESMTP_CLASSIFY_NONE) {
		buf_add(out, "nothing\n");
		return;
	}
	b = &p->binds[r.bind];
	if (r.verdict == ESMTP_CLASSIFY_EXEMPT)
		buf_add(out, "exempt by %s\n", p->classes[b->class].name);
	else
		buf_add(out, "inspect by %s with %s\n",
			p->classes[b->class].name, p->maps[b->map].name);
}

static void run(const struct esmtp_policy *p, const char *line, struct buf *out)
{
	char src[64], dst[64], in[16], to[16];
	unsigned int sport, dport;
	struct esmtp_flowspec f;

	memset(&f, 0, sizeof(f));
	if (sscanf(line, "%63s %u %63s %u %15s %15s", src, &sport, dst, &dport,
		   in, to) != 6) {
		buf_add(out, "cannot read: %s\n", line);
		return;
	}
	f.real.family = parse_addr(src, &f.real.src);
	parse_addr(dst, &f.real.dst);
	f.real.sport = (u16)sport;
	f.real.dport = (u16)dport;
	f.real.proto = 6;
	f.wire = f.real;
	f.in = in;
	f.out = to;
	buf_add(out, "%s %u %s %u %s %s = ", src, sport, dst, dport, in, to);
	verdict(p, &f, out);
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
		buf_add(out, "%s %u %u\n", host, p->limits[i].conn_max,
			p->limits[i].embryonic_max);
	}
}
