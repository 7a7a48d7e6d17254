// SPDX-License-Identifier: GPL-2.0
/*
 * What no byte vector can say: which class a connection falls into, which
 * policies are refused, and the text of show service-policy.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <esmtp/core.h>
#include "engine/smtp/rule.h"

static int failed;

static void report(const char *name, bool good)
{
	printf("%s %s\n", good ? "ok" : "not ok", name);
	failed += !good;
}

/* --- the troubleshooting case, and more of every kind -------------------- */

enum { ACL_ESA, ACL_DENY, ACL_SIX, NACLS };
enum { CLASS_ESA, CLASS_DEFAULT, CLASS_DENY, CLASS_PORT, CLASS_SIX, CLASS_EMPTY,
	NCLASSES };
enum { PMAP_GLOBAL, PMAP_IN, PMAP_OUT, NPMAPS };

struct box {
	struct esmtp_map maps[2];
	struct esmtp_ace aces[8];
	struct esmtp_acl acls[NACLS];
	struct esmtp_class classes[NCLASSES];
	struct esmtp_bind binds[8];
	struct esmtp_pmap pmaps[NPMAPS];
	struct esmtp_service services[3];
	struct esmtp_limit limits[3];
	struct esmtp_regex regexes[2];
	u16 cells[10];
	struct esmtp_policy p;
};

static struct esmtp_addr ip4(u8 a, u8 b, u8 c, u8 d)
{
	return (struct esmtp_addr){ { a, b, c, d } };
}

static struct esmtp_addr ip6(u8 last)
{
	return (struct esmtp_addr){ { 0x20, 0x01, 0x0d, 0xb8, [15] = last } };
}

static const struct esmtp_addr all_ones4 = { { 255, 255, 255, 255 } };

static void add_aces(struct box *x)
{
	struct esmtp_ace *a = x->aces;

	/* the two lines of the case: to the server and from it */
	a[0] = (struct esmtp_ace){ .permit = 1, .family = ESMTP_AF_INET,
		.dst = ip4(192, 168, 1, 1), .dmask = all_ones4 };
	a[1] = (struct esmtp_ace){ .permit = 1, .family = ESMTP_AF_INET,
		.src = ip4(192, 168, 1, 1), .smask = all_ones4 };
	/* deny tcp to 10.0.0.9; permit tcp to all ports but 26 */
	a[2] = (struct esmtp_ace){ .family = ESMTP_AF_INET, .proto = 6,
		.dst = ip4(10, 0, 0, 9), .dmask = all_ones4 };
	a[3] = (struct esmtp_ace){ .permit = 1, .proto = 6,
		.dports = { .op = ESMTP_PORT_NOT, .lo = 26 } };
	/* permit tcp to 2001:db8::6 range 20 30; one that is inactive */
	a[4] = (struct esmtp_ace){ .permit = 1, .family = ESMTP_AF_INET6,
		.proto = 6, .dst = ip6(6),
		.dports = { .op = ESMTP_PORT_RANGE, .lo = 20, .hi = 30 } };
	memset(&a[4].dmask, 0xff, sizeof(a[4].dmask));
	a[5] = (struct esmtp_ace){ .permit = 1, .inactive = 1 };
	x->acls[ACL_ESA] = (struct esmtp_acl){ .name = "esa", .first = 0, .n = 2 };
	x->acls[ACL_DENY] = (struct esmtp_acl){ .name = "most", .first = 2, .n = 2 };
	x->acls[ACL_SIX] = (struct esmtp_acl){ .name = "six", .first = 4, .n = 2 };
}

static void add_classes(struct box *x)
{
	struct esmtp_class *c = x->classes;

	c[CLASS_ESA] = (struct esmtp_class){ "ironport_esa", ESMTP_CLASS_ACL,
					     ACL_ESA, 0, 0 };
	c[CLASS_DEFAULT] = (struct esmtp_class){ "inspection_default",
			ESMTP_CLASS_DEFAULT, ESMTP_NONE, 0, 0 };
	c[CLASS_DENY] = (struct esmtp_class){ "most", ESMTP_CLASS_DEFAULT,
					      ACL_DENY, 0, 0 };
	c[CLASS_PORT] = (struct esmtp_class){ "submission", ESMTP_CLASS_PORT,
					      ESMTP_NONE, 587, 588 };
	c[CLASS_SIX] = (struct esmtp_class){ "six", ESMTP_CLASS_ACL, ACL_SIX,
					     0, 0 };
	c[CLASS_EMPTY] = (struct esmtp_class){ "empty", ESMTP_CLASS_EMPTY,
					       ESMTP_NONE, 0, 0 };
}

static void add_binds(struct box *x)
{
	struct esmtp_bind *b = x->binds;

	b[0] = (struct esmtp_bind){ .class = CLASS_DEFAULT, .map = 0,
		.verdict = ESMTP_CLASSIFY_INSPECT };
	b[1] = (struct esmtp_bind){ .class = CLASS_PORT, .map = 1,
		.verdict = ESMTP_CLASSIFY_INSPECT };
	b[2] = (struct esmtp_bind){ .class = CLASS_EMPTY, .map = ESMTP_NONE,
		.verdict = ESMTP_CLASSIFY_NONE };
	b[3] = (struct esmtp_bind){ .class = CLASS_ESA, .map = ESMTP_NONE,
		.verdict = ESMTP_CLASSIFY_EXEMPT };
	b[4] = (struct esmtp_bind){ .class = CLASS_DENY, .map = 1,
		.verdict = ESMTP_CLASSIFY_INSPECT };
	b[5] = (struct esmtp_bind){ .class = CLASS_SIX, .map = 1,
		.verdict = ESMTP_CLASSIFY_INSPECT };
	b[5].limited = 1;
	b[5].set = (struct esmtp_set){ .conn_max = 10, .client_max = 2 };
	b[6] = (struct esmtp_bind){ .class = CLASS_PORT, .map = ESMTP_NONE,
		.verdict = ESMTP_CLASSIFY_EXEMPT };
	x->pmaps[PMAP_GLOBAL] = (struct esmtp_pmap){ "global_policy", 0, 4 };
	x->pmaps[PMAP_IN] = (struct esmtp_pmap){ "in_policy", 4, 2 };
	x->pmaps[PMAP_OUT] = (struct esmtp_pmap){ "out_policy", 6, 1 };
	x->services[0] = (struct esmtp_service){ "eth0", PMAP_IN };
	x->services[1] = (struct esmtp_service){ "", PMAP_GLOBAL };
	x->services[2] = (struct esmtp_service){ "eth1", PMAP_OUT };
}

static void add_limits(struct box *x)
{
	x->limits[0] = (struct esmtp_limit){ ip6(1), 0, ESMTP_AF_INET6, 1, 0 };
	x->limits[1] = (struct esmtp_limit){ ip4(192, 168, 1, 1), 0, ESMTP_AF_INET,
					     50, 100 };
	x->limits[2] = (struct esmtp_limit){ ip4(10, 0, 0, 1), 0, ESMTP_AF_INET,
					     7, 0 };
}

/* "ab" anywhere, and a class of the same name that finds an "x" */
static void add_regexes(struct box *x)
{
	static const u16 cells[] = { 0, 0, 0, 2, 1, 1, 2, 0, 1, 0 };
	struct esmtp_regex *r = x->regexes;

	r[0] = (struct esmtp_regex){ .name = "bad", .states = 3, .start = 1,
				     .classes = 3 };
	memset(r[0].class_of, 2, sizeof(r[0].class_of));
	r[0].class_of['a'] = 0;
	r[0].class_of['b'] = 1;
	r[1] = (struct esmtp_regex){ .name = "bad", .class = 1, .states = 1,
				     .classes = 1, .first = 9 };
	memcpy(x->cells, cells, sizeof(cells));
}

/* A map with everything that refers to something else. */
static void add_strict(struct esmtp_map *m)
{
	strcpy(m->name, "strict");
	m->params.relay = (struct esmtp_param){ .on = 1, .act = ESMTP_ACT_LOG };
	strcpy(m->params.relay_domain, "example.com");
	m->params.monitor = 1;
	strcpy(m->says[0], "550 No");
	m->nsays = 1;
	m->rules[0] = (struct esmtp_rule){ .crit = ESMTP_CRIT_SENDER_REGEX,
		.negate = 1, .regex = 1, .act = ESMTP_ACT_REJECT, .log = 1,
		.say = 1 };
	m->nrules = 1;
}

static struct box *box_new(void)
{
	struct box *x = calloc(1, sizeof(*x));

	if (!x)
		abort();
	esmtp_map_default(&x->maps[0]);
	add_strict(&x->maps[1]);
	add_regexes(x);
	add_aces(x);
	add_classes(x);
	add_binds(x);
	add_limits(x);
	x->p = (struct esmtp_policy){
		.maps = x->maps, .nmaps = 2, .aces = x->aces, .naces = 6,
		.acls = x->acls, .nacls = NACLS,
		.classes = x->classes, .nclasses = NCLASSES,
		.binds = x->binds, .nbinds = 7,
		.pmaps = x->pmaps, .npmaps = NPMAPS,
		.services = x->services, .nservices = 3,
		.limits = x->limits, .nlimits = 3,
		.regexes = x->regexes, .nregexes = 2,
		.cells = x->cells, .ncells = 10,
	};
	return x;
}

/* --- classification ------------------------------------------------------ */

static struct esmtp_tuple tuple4(u8 src, u8 dst, u16 dport)
{
	return (struct esmtp_tuple){ ip4(10, 0, 0, src), ip4(10, 0, 0, dst),
				     40000, dport, ESMTP_AF_INET, 6 };
}

static struct esmtp_tuple tuple6(u8 dst, u16 dport)
{
	return (struct esmtp_tuple){ ip6(1), ip6(dst), 40000, dport,
				     ESMTP_AF_INET6, 6 };
}

static struct esmtp_tuple to_esa(u16 dport)
{
	struct esmtp_tuple t = tuple4(1, 2, dport);

	t.dst = ip4(192, 168, 1, 1);
	return t;
}

enum { ANY_BIND = 99 };

static void classify_is(const char *name, struct esmtp_tuple real,
			struct esmtp_tuple wire, const char *in,
			const char *out, u8 verdict, u32 bind)
{
	struct box *x = box_new();
	struct esmtp_flowspec f = { real, wire, in, out };
	struct esmtp_class_result r;
	bool good = !esmtp_policy_seal(&x->p);

	r = esmtp_classify(&x->p, &f);
	good = good && r.verdict == verdict;
	if (verdict == ESMTP_CLASSIFY_NONE)
		good = good && r.service == ESMTP_NONE;
	else
		good = good && r.bind == bind;
	/* what is inspected is never outside the hull */
	if (verdict == ESMTP_CLASSIFY_INSPECT)
		good = good &&
		       (esmtp_policy_wants(&x->p, real.sport, real.dport) ||
			esmtp_policy_wants(&x->p, wire.sport, wire.dport));
	report(name, good);
	free(x);
}

#define SAME(t) (t), (t)
#define INSPECT ESMTP_CLASSIFY_INSPECT
#define EXEMPT ESMTP_CLASSIFY_EXEMPT
#define NOTHING ESMTP_CLASSIFY_NONE, ANY_BIND

static void test_classify(void)
{
	struct esmtp_tuple udp = tuple4(1, 2, 25);

	udp.proto = 17;
	classify_is("classify_default", SAME(tuple4(1, 2, 25)), "x", "y",
		    INSPECT, 0);
	classify_is("classify_other_port", SAME(tuple4(1, 2, 80)), "x", "y",
		    NOTHING);
	classify_is("classify_udp", SAME(udp), "x", "y", NOTHING);
	classify_is("classify_no_interface", SAME(tuple4(1, 2, 25)), NULL, "",
		    INSPECT, 0);
	classify_is("classify_port_low", SAME(tuple4(1, 2, 587)), "x", "y",
		    INSPECT, 1);
	classify_is("classify_port_high", SAME(tuple4(1, 2, 588)), "x", "y",
		    INSPECT, 1);
	classify_is("classify_port_above", SAME(tuple4(1, 2, 589)), "x", "y",
		    NOTHING);
	classify_is("classify_exempt_wins_from_behind", SAME(to_esa(25)), "x",
		    "y", EXEMPT, 3);
	classify_is("classify_exempt_by_real_address", to_esa(25),
		    tuple4(1, 2, 25), "x", "y", EXEMPT, 3);
	classify_is("classify_exempt_by_wire_address", tuple4(1, 2, 25),
		    to_esa(25), "x", "y", EXEMPT, 3);
	classify_is("classify_redirected_port", tuple4(1, 2, 10025),
		    tuple4(1, 2, 25), "x", "y", INSPECT, 0);
	classify_is("classify_deny_is_not_in_class", SAME(tuple4(1, 9, 25)),
		    "eth0", "y", INSPECT, 0);
	classify_is("classify_real_deny_decides", tuple4(1, 9, 25),
		    tuple4(1, 2, 25), "eth0", "y", INSPECT, 0);
	classify_is("classify_interface_beats_global", SAME(tuple4(1, 2, 25)),
		    "eth0", "y", INSPECT, 4);
	classify_is("classify_interface_out", SAME(tuple4(1, 2, 25)), "y",
		    "eth0", INSPECT, 4);
	classify_is("classify_interface_silent", SAME(to_esa(25)), "eth1", "y",
		    EXEMPT, 3);
	classify_is("classify_interface_exempts", SAME(tuple4(1, 2, 587)),
		    "eth0", "eth1", EXEMPT, 6);
	classify_is("classify_interface_prefix_is_another",
		    SAME(tuple4(1, 2, 25)), "eth", "eth01", INSPECT, 0);
	classify_is("classify_six", SAME(tuple6(6, 30)), "eth0", "y",
		    INSPECT, 5);
	classify_is("classify_six_host_differs", SAME(tuple6(7, 30)), "eth0",
		    "y", NOTHING);
	classify_is("classify_six_any_any", SAME(tuple6(7, 25)), "eth0", "y",
		    INSPECT, 4);
}

static void test_family(void)
{
	struct esmtp_ace zero6 = { .family = ESMTP_AF_INET6, .permit = 1 };
	struct esmtp_ace zero4 = { .family = ESMTP_AF_INET, .permit = 1 };
	struct esmtp_ace any = { .permit = 1 };
	struct esmtp_tuple t4 = tuple4(1, 2, 25), t6 = tuple6(6, 25);

	report("ace_families", esmtp_ace_match(&zero4, &t4) &&
	       !esmtp_ace_match(&zero4, &t6) && esmtp_ace_match(&zero6, &t6) &&
	       !esmtp_ace_match(&zero6, &t4) && esmtp_ace_match(&any, &t4) &&
	       esmtp_ace_match(&any, &t6));
}

/* --- the hull ------------------------------------------------------------ */

/* For all ports: wanted exactly if the list matches. */
static bool hull_exact(struct box *x)
{
	struct esmtp_tuple t = tuple4(1, 2, 0);
	struct esmtp_flowspec f = { t, t, "eth0", "y" };
	u32 port;

	for (port = 0; port < 65536; port++) {
		f.real.dport = (u16)port;
		f.wire.dport = (u16)port;
		if (esmtp_policy_wants(&x->p, 40000, (u16)port) !=
		    esmtp_class_match(&x->p, CLASS_SIX, &f))
			return false;
	}
	return true;
}

struct hull_row {
	const char *name;
	struct esmtp_ports dports[8];
	bool every;
};

static const struct hull_row hull_rows[] = {
	{ "hull_one", { { 25, 25, ESMTP_PORT_RANGE, 0 } }, false },
	{ "hull_ends", { { 0, 0, ESMTP_PORT_RANGE, 0 },
			 { 65535, 65535, ESMTP_PORT_RANGE, 0 } }, false },
	{ "hull_not", { { 25, 0, ESMTP_PORT_NOT, 0 } }, false },
	{ "hull_not_ends", { { 0, 0, ESMTP_PORT_NOT, 0 } }, false },
	{ "hull_not_last", { { 65535, 0, ESMTP_PORT_NOT, 0 } }, false },
	{ "hull_merge", { { 10, 20, ESMTP_PORT_RANGE, 0 },
			  { 40, 50, ESMTP_PORT_RANGE, 0 },
			  { 25, 30, ESMTP_PORT_RANGE, 0 },
			  { 21, 24, ESMTP_PORT_RANGE, 0 },
			  { 5, 60, ESMTP_PORT_RANGE, 0 } }, false },
	{ "hull_descending", { { 70, 80, ESMTP_PORT_RANGE, 0 },
			       { 50, 60, ESMTP_PORT_RANGE, 0 },
			       { 30, 40, ESMTP_PORT_RANGE, 0 },
			       { 10, 20, ESMTP_PORT_RANGE, 0 } }, false },
	{ "hull_any", { { 0, 0, ESMTP_PORT_ANY, 0 } }, true },
};

static void test_hull(void)
{
	const struct hull_row *row;
	struct box *x;
	u32 i, n;
	bool good;

	for (row = hull_rows; row < hull_rows + ESMTP_ARRAY_SIZE(hull_rows); row++) {
		x = box_new();
		for (n = 0; n < 8; n++) {
			x->aces[n] = (struct esmtp_ace){ .proto = 6,
				.permit = n == 0 || row->dports[n].op,
				.dports = row->dports[n] };
		}
		x->acls[0].n = 0;
		x->acls[1] = (struct esmtp_acl){ .name = "most", .first = 0, .n = 0 };
		x->acls[2] = (struct esmtp_acl){ .name = "six", .first = 0, .n = 8 };
		x->p.naces = 8;
		x->binds[0] = (struct esmtp_bind){ .class = CLASS_SIX, .map = 0,
		.verdict = INSPECT };
		x->pmaps[0] = (struct esmtp_pmap){ "p", 0, 1 };
		x->p.npmaps = 1;
		x->p.nbinds = 1;
		x->p.nservices = 1;
		x->services[0].pmap = 0;
		good = !esmtp_policy_seal(&x->p) && hull_exact(x) &&
		       x->p.hull.every == row->every;
		report(row->name, good);
		free(x);
	}

	x = box_new();
	good = !esmtp_policy_seal(&x->p);
	/* "permit ip any host" of an exempt class widens nothing */
	x->p.nservices = 0;
	good = good && !esmtp_policy_seal(&x->p);
	for (i = 0; i < 65536; i++)
		good = good && !esmtp_policy_wants(&x->p, (u16)i, (u16)i);
	report("hull_no_service", good);
	free(x);
}

static void test_hull_exempt(void)
{
	struct box *x = box_new();
	bool good;

	x->p.services = x->services + 1;	/* global only */
	x->p.nservices = 1;
	good = !esmtp_policy_seal(&x->p) && !x->p.hull.every;
	good = good && esmtp_policy_wants(&x->p, 1, 25) &&
	       esmtp_policy_wants(&x->p, 1, 588) &&
	       !esmtp_policy_wants(&x->p, 25, 80);
	report("hull_exempt_wants_nothing", good);

	x->aces[0].proto = 6;
	x->aces[0].sports = (struct esmtp_ports){ 25, 25, ESMTP_PORT_RANGE, 0 };
	x->aces[1] = x->aces[0];
	x->binds[3].verdict = ESMTP_CLASSIFY_INSPECT;
	x->binds[3].map = 0;
	good = !esmtp_policy_seal(&x->p) && esmtp_policy_wants(&x->p, 25, 80) &&
	       !esmtp_policy_wants(&x->p, 26, 80);
	report("hull_source_port", good);
	free(x);
}

/* --- limits -------------------------------------------------------------- */

static void test_limits(void)
{
	struct box *x = box_new();
	struct esmtp_addr esa = ip4(192, 168, 1, 1), other = ip4(9, 9, 9, 9);
	struct esmtp_addr six = ip6(1);
	bool good = !esmtp_policy_seal(&x->p);
	u32 i;

	i = esmtp_limit_find(&x->p, ESMTP_AF_INET, &esa, 0);
	good = good && i < 3 && x->limits[i].conn_max == 50;
	i = esmtp_limit_find(&x->p, ESMTP_AF_INET6, &six, 0);
	good = good && i < 3 && x->limits[i].conn_max == 1;
	good = good && esmtp_limit_find(&x->p, ESMTP_AF_INET, &other, 0) == ESMTP_NONE;
	good = good && esmtp_limit_find(&x->p, ESMTP_AF_INET6, &esa, 0) == ESMTP_NONE;
	report("limit_find", good);
	free(x);
}

/* A port's own limit stands beside the one of its server, and neither is the other. */
static void test_limits_port(void)
{
	struct esmtp_limit v[3] = {
		{ .host = ip4(10, 0, 0, 2), .family = ESMTP_AF_INET, .port = 25,
		  .conn_max = 3 },
		{ .host = ip4(10, 0, 0, 1), .family = ESMTP_AF_INET, .port = 25,
		  .conn_max = 2 },
		{ .host = ip4(10, 0, 0, 1), .family = ESMTP_AF_INET, .conn_max = 1 },
	};
	struct esmtp_policy p = { .limits = v, .nlimits = 3 };
	struct esmtp_addr one = ip4(10, 0, 0, 1), two = ip4(10, 0, 0, 2);
	bool good = !esmtp_policy_seal(&p);

	good = good && v[esmtp_limit_find(&p, ESMTP_AF_INET, &one, 0)].conn_max == 1 &&
	       v[esmtp_limit_find(&p, ESMTP_AF_INET, &one, 25)].conn_max == 2 &&
	       v[esmtp_limit_find(&p, ESMTP_AF_INET, &two, 25)].conn_max == 3 &&
	       esmtp_limit_find(&p, ESMTP_AF_INET, &two, 0) == ESMTP_NONE &&
	       esmtp_limit_find(&p, ESMTP_AF_INET, &one, 26) == ESMTP_NONE;
	v[2] = v[1];
	report("limit_find_port", good && esmtp_policy_seal(&p));
}

static void test_limits_sorted(void)
{
	enum { N = 1000 };
	struct esmtp_limit *v = calloc(N, sizeof(*v));
	struct esmtp_policy p = { .limits = v, .nlimits = N };
	struct esmtp_addr host;
	bool good = true;
	u32 i;

	if (!v)
		abort();
	for (i = 0; i < N; i++) {
		v[i].host = ip4(10, 0, (u8)(i * 7919 % N >> 8), (u8)(i * 7919 % N));
		v[i].family = ESMTP_AF_INET;
		v[i].conn_max = i * 7919 % N;
	}
	good = !esmtp_policy_seal(&p);
	for (i = 0; i < N; i++) {
		u32 at;

		host = ip4(10, 0, (u8)(i >> 8), (u8)i);
		at = esmtp_limit_find(&p, ESMTP_AF_INET, &host, 0);
		good = good && at < N && v[at].conn_max == i;
	}
	report("limit_find_among_many", good);
	free(v);
}

/* How much a value may grow: to the next N of its own criterion, and then without end. */
static void test_rule_room(void)
{
	static const struct { u32 value, room; } rows[] = {
		{ 0, 20 }, { 20, 0 }, { 21, 9 }, { 30, 0 }, { 31, ~0u }, { ~0u, ~0u },
	};
	struct esmtp_map map = { .nrules = 4, .rules = {
		{ .crit = ESMTP_CRIT_BODY_LENGTH, .arg = 30 },
		{ .crit = ESMTP_CRIT_HEADER_LENGTH, .arg = 40 },
		{ .crit = ESMTP_CRIT_BODY_LENGTH, .arg = 20 },
		{ .crit = ESMTP_CRIT_FILENAME, .arg = 50 },
	} };
	bool good = true;
	u32 i;

	esmtp_map_seal(&map);
	for (i = 0; i < ESMTP_ARRAY_SIZE(rows); i++)
		good = good && esmtp_rule_room(&map, ESMTP_CRIT_BODY_LENGTH, rows[i].value) ==
			       rows[i].room;
	report("rule_room", good && esmtp_rule_room(&map, ESMTP_CRIT_HEADER_LENGTH, 41) == ~0u &&
	       esmtp_rule_room(&map, ESMTP_CRIT_BODY_LINE, 0) == ~0u);
}

static u32 limited_by(struct esmtp_tuple t, const char *in, const char *out)
{
	struct box *x = box_new();
	struct esmtp_flowspec f = { t, t, in, out };
	u32 bind = 99;

	x->binds[1].limited = 1;
	x->binds[1].set.client_max = 1;
	x->binds[3].limited = 1;
	x->binds[3].set.conn_max = 1;
	if (!esmtp_policy_seal(&x->p))
		bind = esmtp_classify_limits(&x->p, &f);
	/* what is limited is never outside the hull */
	if (bind != ESMTP_NONE && !esmtp_policy_limits(&x->p, t.sport, t.dport))
		bind = 99;
	free(x);
	return bind;
}

static void test_class_limits(void)
{
	struct box *x = box_new();

	report("limits_of_an_exempt_class", limited_by(to_esa(25), "x", "y") == 3);
	report("limits_of_a_port", limited_by(tuple4(1, 2, 587), "x", "y") == 1);
	report("limits_of_nobody", limited_by(tuple4(1, 2, 25), "x", "y") == ESMTP_NONE);
	report("limits_of_an_interface", limited_by(tuple6(6, 30), "eth0", "y") == 5);
	report("limits_of_the_other_interface",
	       limited_by(tuple6(6, 30), "y", "eth0") == 5);
	report("limits_without_any", (x->binds[5].limited = 0,
		memset(&x->binds[5].set, 0, sizeof(x->binds[5].set)),
		!esmtp_policy_seal(&x->p)) && !x->p.limits_classes &&
	       !esmtp_policy_limits(&x->p, 1, 25));
	free(x);
}

/* --- hostile policies ---------------------------------------------------- */

struct bad {
	const char *name;
	void (*spoil)(struct box *x);
};

#define BAD(what, statement) \
	static void spoil_##what(struct box *x) { statement; }
#define BADS(B) \
	B(maps_many, x->p.nmaps = ESMTP_MAX_MAPS + 1) \
	B(aces_many, x->p.naces = ESMTP_MAX_ACES + 1) \
	B(limits_many, x->p.nlimits = ~0U) \
	B(services_many, x->p.nservices = ESMTP_MAX_SERVICES + 1) \
	B(pickup, x->p.pickup = ESMTP_ON_PICKUP_MAX) \
	B(overload, x->p.overload = 255) \
	B(name_empty, x->maps[1].name[0] = 0) \
	B(name_endless, memset(x->maps[1].name, 'a', ESMTP_NAME_LEN)) \
	B(name_blank, x->acls[1].name[1] = ' ') \
	B(name_newline, x->classes[1].name[1] = '\n') \
	B(name_high, x->pmaps[1].name[1] = (char)0x80) \
	B(name_tail, x->pmaps[1].name[ESMTP_NAME_LEN - 1] = 'x') \
	B(name_twice, x->classes[1] = x->classes[0]) \
	B(banner, x->maps[0].params.banner = ESMTP_BANNER_MAX) \
	B(rules_many, x->maps[0].nrules = ESMTP_MAP_RULES + 1) \
	B(rule_criterion, x->maps[0].rules[0].crit = ESMTP_CRIT_MAX) \
	B(rule_action, x->maps[0].rules[0].act = ESMTP_ACT_MAX) \
	B(rule_mask, x->maps[0].rules[0].act = ESMTP_ACT_MASK) \
	B(rule_log_log, x->maps[0].rules[2].log = 1) \
	B(rule_zero, x->maps[0].rules[0].arg = 0) \
	B(rule_keyword, x->maps[0].rules[6].arg = 1U << ESMTP_KW_MAX) \
	B(rule_keyword_unnamed, x->maps[0].rules[6].arg = 1U << ESMTP_KW_ENHANCEDSTATUSCODES) \
	B(rule_strip, x->maps[0].rules[0].act = ESMTP_ACT_STRIP) \
	B(rule_normalize, x->maps[0].rules[0].act = ESMTP_ACT_NORMALIZE) \
	B(rule_rate_none, x->maps[0].rules[0].act = ESMTP_ACT_RATE; x->maps[0].rules[0].log = 0) \
	B(rule_rate_log, x->maps[0].rules[0].act = ESMTP_ACT_RATE; x->maps[0].rules[0].rate = 1) \
	B(rule_rate_ehlo, x->maps[0].rules[6].act = ESMTP_ACT_RATE; x->maps[0].rules[6].rate = 1) \
	B(rule_rate_extra, x->maps[0].rules[0].rate = 1) \
	B(rule_negate, x->maps[0].rules[0].negate = 2) \
	B(rule_verbs_extra, x->maps[0].rules[0].verbs = 1) \
	B(rule_verbs_none, x->maps[0].rules[0].crit = ESMTP_CRIT_CMD_VERB_LINE) \
	B(rule_verbs_unknown, x->maps[0].rules[0].crit = ESMTP_CRIT_CMD_VERB_LINE; \
	  x->maps[0].rules[0].verbs = 1U << 31) \
	B(rule_verb_unknown, x->maps[0].rules[0].crit = ESMTP_CRIT_CMD_VERB; \
	  x->maps[0].rules[0].arg = 1U << 31) \
	B(rule_encoding_unknown, x->maps[0].rules[0].crit = ESMTP_CRIT_ENCODING; \
	  x->maps[0].rules[0].arg = 1U << ESMTP_ENC_MAX) \
	B(rule_regex, x->maps[1].rules[0].regex = 2) \
	B(rule_regex_none, x->maps[1].rules[0].regex = ESMTP_NONE) \
	B(rule_regex_arg, x->maps[1].rules[0].arg = 2) \
	B(rule_with, x->maps[0].rules[2].with = 2) \
	B(rule_with_none, x->maps[0].rules[x->maps[0].nrules - 1].with = 1; \
	  x->maps[0].rules[x->maps[0].nrules - 1].act = ESMTP_ACT_LOG) \
	B(rule_with_action, x->maps[0].rules[0].with = 1) \
	B(rule_with_mask, x->maps[0].rules[5].with = 1; x->maps[0].rules[5].log = 0; \
	  x->maps[0].rules[5].act = ESMTP_ACT_LOG) \
	B(rule_violation_arg, x->maps[0].rules[0].crit = ESMTP_CRIT_VIOLATION) \
	B(rule_say, x->maps[1].rules[0].say = 2) \
	B(rule_say_extra, x->maps[1].rules[0].act = ESMTP_ACT_DROP) \
	B(says_many, x->maps[1].nsays = ESMTP_MAP_SAYS + 1) \
	B(say_code, x->maps[1].says[0][0] = '2') \
	B(say_digit, x->maps[1].says[0][2] = 'x') \
	B(say_text, x->maps[1].says[0][4] = 0) \
	B(say_crlf, x->maps[1].says[0][5] = '\r') \
	B(say_endless, memset(x->maps[1].says[0] + 4, 'a', ESMTP_SAY_LEN - 4)) \
	B(relay_domain, x->maps[1].params.relay_domain[0] = 0) \
	B(relay_capital, x->maps[1].params.relay_domain[0] = 'E') \
	B(relay_endless, memset(x->maps[1].params.relay_domain, 'a', ESMTP_DOMAIN_LEN)) \
	B(relay_act, x->maps[1].params.relay.act = ESMTP_ACT_RESET) \
	B(relay_log_log, x->maps[1].params.relay.log = 1) \
	B(param_off, x->maps[1].params.special.act = ESMTP_ACT_DROP) \
	B(param_on, x->maps[1].params.special.on = 2) \
	B(special_act, x->maps[1].params.special.on = 1; x->maps[1].params.special.act = ESMTP_ACT_STRIP) \
	B(guard_act, x->maps[1].params.guard.on = 1; x->maps[1].params.guard.act = ESMTP_ACT_MASK) \
	B(guard_strict, x->maps[1].params.guard_strict = 1) \
	B(termination, x->maps[1].params.termination.on = 1; \
	  x->maps[1].params.termination.act = ESMTP_ACT_MASK) \
	B(discard, x->maps[1].params.discard = 2) \
	B(tls_log, x->maps[1].params.tls_log = 1) \
	B(tls_min, x->maps[1].params.tls_min = ESMTP_TLS_VERSION_MAX) \
	B(flag, x->maps[1].params.chunking = 2) \
	B(local, x->p.local = ESMTP_ON_LOCAL_MAX) \
	B(regexes_many, x->p.nregexes = ESMTP_MAX_REGEXES + 1) \
	B(cells_many, x->p.ncells = ESMTP_MAX_CELLS + 1) \
	B(regex_name, x->regexes[0].name[0] = 0) \
	B(regex_name_twice, x->regexes[0].class = 1) \
	B(regex_class, x->regexes[1].class = 2) \
	B(regex_states_none, x->regexes[0].states = 0) \
	B(regex_states, x->regexes[0].states = 4) \
	B(regex_states_many, x->regexes[0].states = ESMTP_DFA_STATES + 1) \
	B(regex_classes_none, x->regexes[0].classes = 0) \
	B(regex_classes_many, x->regexes[0].classes = 257) \
	B(regex_first, x->regexes[1].first = 10) \
	B(regex_first_wrap, x->regexes[1].first = ~0U) \
	B(regex_start, x->regexes[0].start = 3) \
	B(regex_class_of, x->regexes[0].class_of[255] = 3) \
	B(regex_cell, x->cells[8] = 3) \
	B(regex_leaves_found, x->cells[1] = 1) \
	B(bind_limited, x->binds[0].limited = 2) \
	B(bind_set_extra, x->binds[0].set.client_max = 1) \
	B(ace_family, x->aces[0].family = 5) \
	B(ace_permit, x->aces[0].permit = 2) \
	B(ace_inactive, x->aces[0].inactive = 2) \
	B(ace_mask_hole, x->aces[0].dmask.b[1] = 0) \
	B(ace_mask_bits, x->aces[0].dmask.b[3] = 0xfd) \
	B(ace_host_bits, x->aces[0].smask.b[0] = 0; x->aces[0].src.b[0] = 1) \
	B(ace_mask_long, memset(&x->aces[0].dmask, 255, 16)) \
	B(ace_any_network, x->aces[0].family = ESMTP_AF_ANY) \
	B(ace_ports_ip, x->aces[0].dports.op = ESMTP_PORT_RANGE) \
	B(ace_ports_op, x->aces[3].dports.op = ESMTP_PORT_OP_MAX) \
	B(ace_ports_order, x->aces[4].dports.hi = 1) \
	B(acl_first, x->acls[1].first = 1) \
	B(acl_long, x->acls[2].n = 3) \
	B(acl_wrap, x->acls[2].n = ~0U) \
	B(acl_short, x->acls[2].n = 1) \
	B(class_kind, x->classes[0].kind = ESMTP_CLASS_KIND_MAX) \
	B(class_acl, x->classes[0].acl = NACLS) \
	B(class_acl_none, x->classes[0].acl = ESMTP_NONE) \
	B(class_acl_extra, x->classes[CLASS_PORT].acl = 0) \
	B(class_ports, x->classes[CLASS_PORT].lo = 600) \
	B(bind_class, x->binds[0].class = NCLASSES) \
	B(bind_map, x->binds[0].map = 2) \
	B(bind_map_extra, x->binds[3].map = 0) \
	B(bind_verdict, x->binds[0].verdict = ESMTP_CLASSIFY_MAX) \
	B(bind_twice, x->binds[1] = x->binds[0]) \
	B(pmap_first, x->pmaps[1].first = 3) \
	B(pmap_long, x->pmaps[2].n = 2) \
	B(pmap_short, x->pmaps[2].n = 0) \
	B(service_pmap, x->services[0].pmap = NPMAPS) \
	B(service_name, memset(x->services[0].ifname, 'a', ESMTP_IFNAME_LEN)) \
	B(service_name_tail, x->services[1].ifname[9] = 'a') \
	B(service_twice, memset(x->services[0].ifname, 0, ESMTP_IFNAME_LEN)) \
	B(limit_family, x->limits[0].family = 0) \
	B(limit_long, x->limits[1].host.b[9] = 1) \
	B(limit_twice, x->limits[1] = x->limits[2])

BADS(BAD)

static const struct bad bads[] = {
#define ROW(what, statement) { "check_" #what, spoil_##what },
	BADS(ROW)
};

static void test_check(void)
{
	struct box *x = box_new();
	const struct bad *bad;

	report("check_good", !esmtp_policy_validate(&x->p) &&
	       !esmtp_policy_seal(&x->p) && !esmtp_policy_seal(&x->p));
	free(x);
	for (bad = bads; bad < bads + ESMTP_ARRAY_SIZE(bads); bad++) {
		x = box_new();
		bad->spoil(x);
		report(bad->name, esmtp_policy_seal(&x->p));
		free(x);
	}
}

/* --- layout -------------------------------------------------------------- */

static const char layout[] =
	"Global policy:\n"
	"  Service-policy: global_policy\n"
	"    Class-map: inspection_default\n"
	"      Inspect: esmtp _default_esmtp_map, packet 0, drop 1, reset-drop 2\n"
	"        mask-banner, count 3\n"
	"          notice: Postfix senders fall back to HELO; friendly does not\n"
	"        match cmd line length gt 512\n"
	"          drop-connection log, packet 5\n"
	"        match cmd RCPT count gt 100\n"
	"          drop-connection log, packet 6\n"
	"        match body line length gt 998\n"
	"          log, packet 7\n"
	"        match header line length gt 998\n"
	"          drop-connection log, packet 8\n"
	"        match sender-address length gt 320\n"
	"          drop-connection log, packet 9\n"
	"        match MIME filename length gt 255\n"
	"          drop-connection log, packet 10\n"
	"        match ehlo-reply-parameter others\n"
	"          mask, packet 11\n"
	"    Class-map: submission\n"
	"      Inspect: esmtp strict, packet 15, drop 16, reset-drop 17\n"
	"        mail-relay example.com action log, count 21\n"
	"        monitor\n"
	"        match not sender-address regex class bad\n"
	"          reject 550 No log, packet 20\n"
	"    Class-map: empty\n"
	"    Class-map: ironport_esa\n"
	"      Inspect: no esmtp, packet 24\n"
	"Interface eth0:\n"
	"  Service-policy: in_policy\n"
	"    Class-map: most\n"
	"      Inspect: esmtp strict, packet 29, drop 30, reset-drop 31\n"
	"        mail-relay example.com action log, count 35\n"
	"        monitor\n"
	"        match not sender-address regex class bad\n"
	"          reject 550 No log, packet 34\n"
	"    Class-map: six\n"
	"      Inspect: esmtp strict, packet 38, drop 39, reset-drop 40\n"
	"        mail-relay example.com action log, count 44\n"
	"        monitor\n"
	"        match not sender-address regex class bad\n"
	"          reject 550 No log, packet 43\n"
	"      Set connection policy: conn-max 10 per-client-max 2\n"
	"        current embryonic conns 105, current conns 1005, drop 42\n"
	"Interface eth1:\n"
	"  Service-policy: out_policy\n"
	"    Class-map: submission\n"
	"      Inspect: no esmtp, packet 47\n";

static void add_line(void *ctx, const char *text)
{
	strcat(ctx, text);
	strcat(ctx, "\n");
}

static u64 slot_itself(void *ctx, u32 slot)
{
	(void)ctx;
	return slot;
}

static u32 bind_conns(void *ctx, u32 bind)
{
	(void)ctx;
	return 1000 + bind;
}

static u32 bind_embryonic(void *ctx, u32 bind)
{
	(void)ctx;
	return 100 + bind;
}

static void test_layout(void)
{
	static char text[4096];
	struct esmtp_layout out = { add_line, slot_itself, bind_conns, bind_embryonic, text };
	struct box *x = box_new();
	bool good = !esmtp_policy_seal(&x->p);

	esmtp_layout_service(&x->p, &out);
	report("layout", good && !strcmp(text, layout));
	if (strcmp(text, layout))
		printf("%s", text);
	report("layout_slots", esmtp_policy_slots(&x->p) == 52);
	x->p.nbinds = 0;
	report("layout_no_slots", esmtp_policy_slots(&x->p) == 0);
	free(x);
}

static void test_text(void)
{
	static const u64 numbers[] = { 0, 9, 10, 65535, 4294967295, 4294967296,
		10000000000000000000ULL, ~0ULL };
	struct esmtp_rule r = { .crit = ESMTP_CRIT_EHLO_PARAM,
		.arg = 1U << ESMTP_KW_BINARYMIME | 1U << ESMTP_KW_AUTH };
	struct esmtp_refs refs = { NULL, false, NULL };
	char buf[64], want[64];
	struct esmtp_text t;
	bool good = true;
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(numbers); i++) {
		t = (struct esmtp_text){ buf, sizeof(buf), 0 };
		esmtp_text_num(&t, numbers[i]);
		snprintf(want, sizeof(want), "%llu", numbers[i]);
		good = good && !strcmp(buf, want) && t.len == strlen(want);
	}
	report("text_num", good);

	t = (struct esmtp_text){ buf, 6, 0 };
	esmtp_text_str(&t, "abc");
	esmtp_text_str(&t, "defg");
	report("text_truncated", !strcmp(buf, "abcde") && t.len == 7);

	t = (struct esmtp_text){ buf, sizeof(buf), 0 };
	esmtp_text_match(&t, &r, &refs);
	report("text_keywords",
	       !strcmp(buf, "match ehlo-reply-parameter auth binaryname"));
}

static void test_names(void)
{
	bool good = true;
	u32 i;

	for (i = 0; i < ESMTP_REASON_MAX; i++) {
		const char *cause = esmtp_reason_cause(i);
		static const char *const prefix[] = { "pass_", "edit_", "drop_" };
		u32 end = esmtp_reason_end(i);

		good = good && end < ESMTP_END_MAX &&
		       !strncmp(esmtp_reason_name(i), prefix[end], 5) &&
		       strlen(esmtp_reason_sentence(i)) > 5 &&
		       (!cause || (end == ESMTP_END_DROP &&
				   !strncmp(cause, "ended_", 6) &&
				   !strcmp(cause + 6, esmtp_reason_name(i) + 5)));
	}
	for (i = 0; i < ESMTP_EVENT_MAX; i++)
		good = good && !strncmp(esmtp_event_name(i), "event_", 6);
	for (i = 0; i < ESMTP_MODE_MAX; i++)
		good = good && strcmp(esmtp_mode_name(i), "unknown");
	good = good && !strcmp(esmtp_reason_name(ESMTP_REASON_MAX), "unknown") &&
	       !strcmp(esmtp_verb_name(ESMTP_VERB_NONE), "unknown") &&
	       !esmtp_reason_cause(ESMTP_REASON_MAX) &&
	       !esmtp_keyword_param(ESMTP_KW_MAX);
	report("names", good);
}

int main(void)
{
	test_classify();
	test_family();
	test_hull();
	test_hull_exempt();
	test_limits();
	test_limits_port();
	test_limits_sorted();
	test_rule_room();
	test_class_limits();
	test_check();
	test_layout();
	test_text();
	test_names();
	return failed != 0;
}
