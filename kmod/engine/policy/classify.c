// SPDX-License-Identifier: GPL-2.0
/*
 * Which class of which service-policy a connection falls into: pure functions
 * of a sealed policy and the connection's addresses and ports.
 */
#include <esmtp/policy.h>

enum {
	PROTO_TCP = 6,
	SMTP_PORT = 25,			/* default-inspection-traffic */
};

static u32 get_addr_len(u8 family)
{
	return family == ESMTP_AF_INET ? 4 : sizeof(struct esmtp_addr);
}

static bool is_in_net(const struct esmtp_addr *a, const struct esmtp_addr *net,
		      const struct esmtp_addr *mask, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		if ((a->b[i] & mask->b[i]) != net->b[i])
			return false;
	return true;
}

static bool is_in_ports(const struct esmtp_ports *ports, u16 port)
{
	switch (ports->op) {
	case ESMTP_PORT_RANGE:
		return ports->lo <= port && port <= ports->hi;
	case ESMTP_PORT_NOT:
		return port != ports->lo;
	default:
		return true;
	}
}

/**
 * esmtp_ace_match() - does a line of an access-list match a connection?
 * @ace: the line
 * @t: the connection
 *
 * A line of one address family never matches the other's traffic.
 *
 * Context: any.
 * Return: true if it does, be it to permit or to deny.
 */
bool esmtp_ace_match(const struct esmtp_ace *ace, const struct esmtp_tuple *t)
{
	u32 len = get_addr_len(t->family);

	if (ace->inactive)
		return false;
	if (ace->family != ESMTP_AF_ANY && ace->family != t->family)
		return false;
	if (ace->proto && ace->proto != t->proto)
		return false;
	return is_in_ports(&ace->dports, t->dport) &&
	       is_in_ports(&ace->sports, t->sport) &&
	       is_in_net(&t->dst, &ace->dst, &ace->dmask, len) &&
	       is_in_net(&t->src, &ace->src, &ace->smask, len);
}

/**
 * struct query - a connection that is being classified
 * @p: the policy
 * @f: the connection
 * @fn: told of the line of each list that decided, once a list; may be NULL
 * @ctx: for @fn
 * @asked: lists that were asked, as a set, where there is @fn
 */
struct query {
	const struct esmtp_policy *p;
	const struct esmtp_flowspec *f;
	void (*fn)(void *ctx, u32 ace);
	void *ctx;
	u64 *asked;
};

static void report_deciding_line(const struct query *q, u32 acl, u32 ace)
{
	u64 bit = (u64)1 << acl % 64;

	if (q->asked[acl / 64] & bit)
		return;
	q->asked[acl / 64] |= bit;
	q->fn(q->ctx, ace);
}

/* Match the real addresses first; the addresses on the wire only if no line matches. */
static bool match_acl(const struct query *q, u32 acl)
{
	u32 ace = esmtp_index_find(q->p, acl, &q->f->real);

	if (ace == ~0u && memcmp(&q->f->real, &q->f->wire, sizeof(q->f->real)) != 0)
		ace = esmtp_index_find(q->p, acl, &q->f->wire);
	if (ace == ~0u)
		return false;
	if (q->fn)
		report_deciding_line(q, acl, ace);
	return q->p->aces[ace].permit;
}

static bool match_tcp_port(const struct esmtp_flowspec *f, u16 lo, u16 hi)
{
	return f->real.proto == PROTO_TCP &&
	       ((lo <= f->real.dport && f->real.dport <= hi) ||
		(lo <= f->wire.dport && f->wire.dport <= hi));
}

static bool match_class(const struct query *q, u32 class)
{
	const struct esmtp_class *c = &q->p->classes[class];

	switch (c->kind) {
	case ESMTP_CLASS_ANY:
		return true;
	case ESMTP_CLASS_ACL:
		return match_acl(q, c->acl);
	case ESMTP_CLASS_PORT:
		return match_tcp_port(q->f, c->lo, c->hi);
	case ESMTP_CLASS_DEFAULT:
		return match_tcp_port(q->f, SMTP_PORT, SMTP_PORT) &&
		       (c->acl == ESMTP_NONE || match_acl(q, c->acl));
	default:
		return false;
	}
}

/**
 * esmtp_class_match() - is a connection in a class?
 * @p: sealed policy
 * @class: index of the class
 * @f: the connection
 *
 * An access-list is read from its top, once with the real addresses and, if no
 * line matched, once with those on the wire: the first line that matches
 * decides, and "deny" means "not in this class". A port counts on either side
 * of a translation.
 *
 * Context: any.
 * Return: true if it is.
 */
bool esmtp_class_match(const struct esmtp_policy *p, u32 class,
		       const struct esmtp_flowspec *f)
{
	struct query q = { .p = p, .f = f };

	return match_class(&q, class);
}

/* An exempting class wins at any position; of inspecting classes the first wins. */
static struct esmtp_class_result classify_by_service(const struct query *q, u32 service)
{
	const struct esmtp_policy *p = q->p;
	const struct esmtp_pmap *pm = &p->pmaps[p->services[service].pmap];
	struct esmtp_class_result res = { .service = ESMTP_NONE };
	const struct esmtp_bind *b;
	u32 i;

	for (i = pm->first; i < pm->first + pm->n; i++) {
		b = &p->binds[i];
		if (b->verdict == ESMTP_CLASSIFY_NONE)
			continue;
		if (b->verdict == ESMTP_CLASSIFY_INSPECT && res.verdict)
			continue;
		if (!match_class(q, b->class))
			continue;
		res.verdict = b->verdict;
		res.service = (u16)service;
		res.bind = i;
		if (b->verdict == ESMTP_CLASSIFY_EXEMPT)
			break;
	}
	return res;
}

static bool is_same_ifname(const char *a, const char *b)
{
	for (; *a == *b; a++, b++)
		if (!*a)
			return true;
	return false;
}

/* The result of the service-policy of interface @ifname, "" for global. */
static struct esmtp_class_result classify_at_interface(const struct query *q,
						       const char *ifname)
{
	struct esmtp_class_result none = { .service = ESMTP_NONE };
	u32 i;

	for (i = 0; i < q->p->nservices; i++)
		if (is_same_ifname(q->p->services[i].ifname, ifname))
			return classify_by_service(q, i);
	return none;
}

static struct esmtp_class_result classify_flow(const struct query *q)
{
	struct esmtp_class_result in = { .service = ESMTP_NONE };
	struct esmtp_class_result out = { .service = ESMTP_NONE };

	if (q->f->in && q->f->in[0])
		in = classify_at_interface(q, q->f->in);
	if (in.verdict == ESMTP_CLASSIFY_EXEMPT)
		return in;
	if (q->f->out && q->f->out[0])
		out = classify_at_interface(q, q->f->out);
	if (out.verdict == ESMTP_CLASSIFY_EXEMPT)
		return out;
	if (in.verdict)
		return in;
	if (out.verdict)
		return out;
	return classify_at_interface(q, "");
}

/**
 * esmtp_classify() - find the rule of a policy that a connection falls under
 * @p: sealed policy
 * @f: the connection
 *
 * The service-policy of an interface that has something to say about the
 * connection beats the global one. Of two such interfaces one that exempts
 * wins, else the one that the connection came in by.
 *
 * Context: any. Linear in the shapes of lines of the lists asked, see index.c.
 * Return: the verdict, and the bind and service that it comes from.
 */
struct esmtp_class_result esmtp_classify(const struct esmtp_policy *p,
					 const struct esmtp_flowspec *f)
{
	struct query q = { .p = p, .f = f };

	return classify_flow(&q);
}

/* The first class with `set connection` of a service-policy, or ESMTP_NONE. */
static u32 find_limits_at(const struct query *q, const char *ifname)
{
	const struct esmtp_policy *p = q->p;
	const struct esmtp_pmap *pm;
	u32 i, j;

	for (i = 0; i < p->nservices; i++) {
		if (!is_same_ifname(p->services[i].ifname, ifname))
			continue;
		pm = &p->pmaps[p->services[i].pmap];
		for (j = pm->first; j < pm->first + pm->n; j++)
			if (p->binds[j].limited &&
			    match_class(q, p->binds[j].class))
				return j;
	}
	return ESMTP_NONE;
}

static u32 find_flow_limits(const struct query *q)
{
	u32 bind = ESMTP_NONE;

	if (!q->p->limits_classes)
		return bind;
	if (q->f->in && q->f->in[0])
		bind = find_limits_at(q, q->f->in);
	if (bind == ESMTP_NONE && q->f->out && q->f->out[0])
		bind = find_limits_at(q, q->f->out);
	return bind == ESMTP_NONE ? find_limits_at(q, "") : bind;
}

/**
 * esmtp_classify_limits() - find the `set connection` that a connection is under
 * @p: sealed policy
 * @f: the connection
 *
 * Limits are a feature of their own: the first class that has them decides,
 * whatever it says of inspection. The interface that the connection came in by
 * goes before the one that it leaves by, and that before all interfaces.
 *
 * Context: any. As esmtp_classify().
 * Return: index of the bind, or ESMTP_NONE.
 */
u32 esmtp_classify_limits(const struct esmtp_policy *p,
			  const struct esmtp_flowspec *f)
{
	struct query q = { .p = p, .f = f };

	return find_flow_limits(&q);
}

/**
 * esmtp_classify_lines() - which lines of access-lists decide about a connection?
 * @p: sealed policy
 * @f: the connection
 * @fn: called with the index of each line; once for each list that
 *	esmtp_classify() and esmtp_classify_limits() ask
 * @ctx: for @fn
 *
 * Context: any that @fn allows.
 */
void esmtp_classify_lines(const struct esmtp_policy *p,
			  const struct esmtp_flowspec *f,
			  void (*fn)(void *ctx, u32 ace), void *ctx)
{
	u64 asked[ESMTP_MAX_ACLS / 64] = { 0 };
	struct query q = {
		.p = p,
		.f = f,
		.fn = fn,
		.ctx = ctx,
		.asked = asked,
	};

	classify_flow(&q);
	find_flow_limits(&q);
}

static bool is_in_ranges(const struct esmtp_ranges *r, u16 port)
{
	u32 i;

	for (i = 0; i < r->n; i++)
		if (r->lo[i] <= port && port <= r->hi[i])
			return true;
	return false;
}

/**
 * esmtp_policy_wants() - could a TCP connection be inspected at all?
 * @p: sealed policy
 * @sport: port of its initiator
 * @dport: port of the other end
 *
 * The cheap question before esmtp_classify(): a false says that no class with
 * "inspect esmtp" matches these ports, so that nothing is to be done, and none
 * that exempts could make a difference. Where ports are translated, ask for
 * those of either side.
 *
 * Context: any; a few comparisons.
 * Return: false if not.
 */
bool esmtp_policy_wants(const struct esmtp_policy *p, u16 sport, u16 dport)
{
	return p->hull.every || is_in_ranges(&p->hull.dports, dport) ||
	       is_in_ranges(&p->hull.sports, sport);
}

/**
 * esmtp_policy_leaves() - does inspect-local exclude a connection of this host?
 * @p: the policy
 * @begun: this machine began it; else it came to it
 *
 * Context: any.
 * Return: true if it is not to be inspected.
 */
bool esmtp_policy_leaves(const struct esmtp_policy *p, bool begun)
{
	return p->local != ESMTP_ON_LOCAL_BOTH &&
	       p->local != (begun ? ESMTP_ON_LOCAL_OUT : ESMTP_ON_LOCAL_IN);
}

/**
 * esmtp_policy_limits() - could `set connection` limit a TCP connection?
 * @p: sealed policy
 * @sport: port of its initiator
 * @dport: port of the other end
 *
 * As esmtp_policy_wants(), for esmtp_classify_limits().
 *
 * Context: any; a few comparisons.
 * Return: false if not.
 */
bool esmtp_policy_limits(const struct esmtp_policy *p, u16 sport, u16 dport)
{
	return p->limits_classes &&
	       (p->limit_hull.every ||
		is_in_ranges(&p->limit_hull.dports, dport) ||
		is_in_ranges(&p->limit_hull.sports, sport));
}

static int compare_limit_key(const struct esmtp_limit *l, u8 family,
			     const struct esmtp_addr *host, u16 port)
{
	int diff = l->family - family;

	if (!diff)
		diff = memcmp(l->host.b, host->b, get_addr_len(family));
	return diff ? diff : l->port - port;
}

/**
 * esmtp_limit_find() - find the connection limit of a server, or of a port of it
 * @p: sealed policy
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @host: the server's real address
 * @port: the real port, 0 for the limit of all that have none of their own
 *
 * Context: any; a binary search.
 * Return: an index into @p's limits, or ESMTP_NONE.
 */
u32 esmtp_limit_find(const struct esmtp_policy *p, u8 family,
		     const struct esmtp_addr *host, u16 port)
{
	u32 lo = 0, hi = p->nlimits, mid;
	int diff;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		diff = compare_limit_key(&p->limits[mid], family, host, port);
		if (!diff)
			return mid;
		if (diff < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return ESMTP_NONE;
}
