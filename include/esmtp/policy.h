/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The compiled policy: what both data planes run, what the tool compiles and
 * what netlink carries. Plain data without pointers into anything but its own
 * arrays; immutable once esmtp_policy_seal() has accepted it.
 *
 * A policy is a set of arrays that refer to one another by index:
 *
 *	service -> pmap -> bind -> class -> acl -> ace
 *			   bind -> map -> rule -> regex -> cell
 *
 * "pmap" is an ASA policy-map, "bind" a class within it with its action, "map"
 * a policy-map type inspect esmtp.
 */
#ifndef _ESMTP_POLICY_H
#define _ESMTP_POLICY_H

#include <esmtp/port.h>
#include <linux/nf_esmtp.h>

/* Every bound of a policy. */
enum {
	ESMTP_NAME_LEN = 65,		/* 64 characters and NUL, as on ASA */
	ESMTP_IFNAME_LEN = 16,		/* IFNAMSIZ */
	ESMTP_MAP_RULES = 64,		/* a packet's matches are a u64 */
	ESMTP_MAP_SAYS = 8,
	ESMTP_SAY_LEN = 128,		/* code, text and NUL */
	ESMTP_DOMAIN_LEN = 256,		/* 255 octets and NUL, RFC 5321 4.5.3.1.2 */
	ESMTP_MAX_MAPS = 64,
	ESMTP_MAX_CLASSES = 255,
	ESMTP_MAX_ACLS = 1024,
	ESMTP_MAX_ACES = 1 << 17,
	ESMTP_MAX_PMAPS = 64,
	ESMTP_MAX_BINDS = 63 * 64,
	ESMTP_MAX_SERVICES = 64,
	ESMTP_MAX_LIMITS = 4096,
	ESMTP_MAX_REGEXES = 64,
	ESMTP_MAP_REGEXES = 8,		/* rules of a map that walk one */
	ESMTP_DFA_STATES = 4096,
	ESMTP_DFA_CELLS = 1 << 16,	/* states times classes of bytes */
	ESMTP_MAX_CELLS = 1 << 20,	/* of all regular expressions */
	ESMTP_MAX_SLOTS = 4096,		/* counters: one per-CPU unit, 32 KiB */
	ESMTP_HULL_RANGES = 8,
	ESMTP_ACL_PROBES = 64,		/* shapes of lines that a list is searched by */
	ESMTP_ACL_SHORT = 16,		/* lines of a list that is not searched */
};

#define ESMTP_NONE 0xffffu		/* no such index */

/* What follows the words of a criterion. */
enum esmtp_arg {
	ESMTP_ARG_COUNT,		/* gt N */
	ESMTP_ARG_KEYWORDS,		/* a set of enum esmtp_keyword */
	ESMTP_ARG_VERBS,		/* a set of enum esmtp_verb */
	ESMTP_ARG_VERB_COUNT,		/* such a set, then line length gt N */
	ESMTP_ARG_ENCODINGS,		/* a set of enum esmtp_encoding */
	ESMTP_ARG_REGEX,		/* regex NAME, or regex class NAME */
	ESMTP_ARG_NONE,
	ESMTP_ARG_MAX
};

enum esmtp_banner {
	ESMTP_BANNER_OFF,
	ESMTP_BANNER_CLASSIC,		/* all but 2 and 0 become stars */
	ESMTP_BANNER_FRIENDLY,		/* the host's name and ESMTP stay */
	ESMTP_BANNER_MAX
};

/* Least version of TLS that a ClientHello must offer. */
enum esmtp_tls_version {
	ESMTP_TLS_ANY,
	ESMTP_TLS_1_0,
	ESMTP_TLS_1_1,
	ESMTP_TLS_1_2,
	ESMTP_TLS_1_3,
	ESMTP_TLS_VERSION_MAX
};

/**
 * struct esmtp_rule - one `match` and its action, or one match of several
 * @arg: N of "gt N", or a set of 1 << enum esmtp_keyword, esmtp_verb or
 *	esmtp_encoding, by criterion
 * @verbs: the commands of ESMTP_CRIT_CMD_VERB_LINE, as such a set
 * @rate: messages a second per client for ESMTP_ACT_RATE
 * @regex: index of a regular expression, for a criterion that has one
 * @crit: enum esmtp_criterion
 * @act: enum esmtp_action
 * @log: "log" stands beside another action
 * @negate: match not
 * @with: it acts with the next rule only, and has no action of its own: of such
 *	a group, a class of match-all, the last has it
 * @say: for ESMTP_ACT_REJECT: 1 + index in the map's says, or 0 for the
 *	engine's own words
 * @slot: set by esmtp_policy_seal() for a rule with a regular expression: the
 *	place of its state in a session
 * @pad: zero, for rules to be compared as bytes
 */
struct esmtp_rule {
	u32 arg;
	u32 verbs;
	u32 rate;
	u16 regex;
	u8 crit;
	u8 act;
	u8 log;
	u8 negate;
	u8 with;
	u8 say;
	u8 slot;
	u8 pad[3];
};

/**
 * struct esmtp_regex - a regular expression, or several of which one matches
 * @name: of the regex, or of the class-map type regex
 * @class: it is a class
 * @states: of the automaton; state 0 is "matched" and never left
 * @start: state before the first byte
 * @classes: kinds of bytes that it tells apart, 1 to 256
 * @first: its first cell
 * @class_of: kind of each byte
 * @next: set by esmtp_policy_seal(): its first cell; the next state for a kind
 *	of byte k in state s is in cell s * @classes + k
 */
struct esmtp_regex {
	char name[ESMTP_NAME_LEN];
	u8 class;
	u16 states;
	u16 start;
	u16 classes;
	u32 first;
	u8 class_of[256];
	const u16 *next;
};

/**
 * struct esmtp_param - a parameter that acts by itself; all zero is off
 * @on: it stands in the configuration
 * @act: enum esmtp_action
 * @log: "log" stands beside another action
 * @pad: zero, for maps to be compared as bytes
 */
struct esmtp_param {
	u8 on;
	u8 act;
	u8 log;
	u8 pad;
};

/**
 * struct esmtp_params - `parameters` of an inspection map
 * @special: special-character
 * @relay: mail-relay
 * @relay_domain: its DOMAIN in lower case
 * @guard: smuggling-guard
 * @termination: command-termination; off is log
 * @guard_strict: any bare CR, LF or NUL in a message
 * @banner: mask-banner, enum esmtp_banner
 * @tls: allow-tls
 * @tls_log: with `action log`
 * @tls_min: tls minimum-version, enum esmtp_tls_version
 * @require_tls: MAIL wants TLS first
 * @no_auth_in_clear: AUTH wants TLS first
 * @chunking: BDAT is a command and CHUNKING may be offered
 * @discard: short-command discard
 * @monitor: count and log what would have been done, change nothing
 *
 * All zero is what Cisco's inspection does without any parameter.
 */
struct esmtp_params {
	struct esmtp_param special;
	struct esmtp_param relay;
	char relay_domain[ESMTP_DOMAIN_LEN];
	struct esmtp_param guard;
	struct esmtp_param termination;
	u8 guard_strict;
	u8 banner;
	u8 tls;
	u8 tls_log;
	u8 tls_min;
	u8 require_tls;
	u8 no_auth_in_clear;
	u8 chunking;
	u8 discard;
	u8 monitor;
};

/**
 * struct esmtp_map - policy-map type inspect esmtp
 * @name: its name
 * @params: its parameters
 * @nrules: used entries of @rules
 * @nsays: used entries of @says
 * @order: set by esmtp_map_seal(): rule indices by criterion, then argument,
 *	then place in the configuration, which is the order in which the
 *	protocol shows things
 * @first: set by esmtp_map_seal(): per criterion, the place in @order of its first rule
 * @behind: set by esmtp_map_seal(): and the place behind its last one
 * @floor: set by esmtp_map_seal(): per counting criterion, the smallest N, so
 *	that a value up to it needs no look at the rules; all ones for none
 * @keywords: set by esmtp_map_seal(): keywords that pass unmasked
 * @strip: set by esmtp_map_seal(): of the others, those whose lines are taken out
 * @verbs: set by esmtp_map_seal(): commands that pass
 * @negated: set by esmtp_map_seal(): criteria that have a "match not"
 * @ruled: set by esmtp_map_seal(): criteria that some rule is about
 * @brief: set by esmtp_map_seal(): rules, as bits, about a command rather than a
 *	message
 * @lasting: set by esmtp_map_seal(): rules, as bits, about the server
 * @rules: the rules, in configuration order
 * @says: replies of `reject CODE TEXT`: "CODE TEXT", without CR LF
 * @regexes: set by esmtp_policy_seal(): those of the policy
 * @nslots: set by esmtp_policy_seal(): rules with a regular expression
 * @slots: set by esmtp_policy_seal(): these rules
 */
struct esmtp_map {
	char name[ESMTP_NAME_LEN];
	struct esmtp_params params;
	u8 nrules;
	u8 nsays;
	u8 order[ESMTP_MAP_RULES];
	u8 first[ESMTP_CRIT_MAX];
	u8 behind[ESMTP_CRIT_MAX];
	u32 floor[ESMTP_CRIT_MAX];
	u32 keywords;
	u32 strip;
	u32 verbs;
	u32 negated;
	u32 ruled;
	u64 brief;
	u64 lasting;
	struct esmtp_rule rules[ESMTP_MAP_RULES];
	char says[ESMTP_MAP_SAYS][ESMTP_SAY_LEN];
	const struct esmtp_regex *regexes;
	u8 nslots;
	u8 slots[ESMTP_MAP_REGEXES];
};

/* May an edit of this map change the length of a stream? */
static inline bool esmtp_map_resizes(const struct esmtp_map *map)
{
	return map->strip || map->params.discard ||
	       map->params.termination.act == ESMTP_ACT_NORMALIZE;
}

/* An address of either family, in network order; IPv4 fills the first four. */
struct esmtp_addr {
	u8 b[16];
};

enum {
	ESMTP_AF_ANY = 0,		/* either family */
	ESMTP_AF_INET = 4,
	ESMTP_AF_INET6 = 6,
};

/**
 * struct esmtp_tuple - a connection as its initiator sent it
 * @src: initiator
 * @dst: the other end
 * @sport: port of @src, host order
 * @dport: port of @dst, host order
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @proto: IP protocol; always TCP on the packet path
 */
struct esmtp_tuple {
	struct esmtp_addr src, dst;
	u16 sport, dport;
	u8 family;
	u8 proto;
};

/* A port condition; ESMTP_PORT_ANY matches every port. */
enum esmtp_port_op {
	ESMTP_PORT_ANY,
	ESMTP_PORT_RANGE,		/* lo <= port <= hi */
	ESMTP_PORT_NOT,			/* port != lo */
	ESMTP_PORT_OP_MAX
};

struct esmtp_ports {
	u16 lo, hi;
	u8 op;
	u8 pad;
};

/**
 * struct esmtp_ace - one line of an access-list
 * @src: source network, host bits zero
 * @smask: its mask
 * @dst: destination network, host bits zero
 * @dmask: its mask
 * @sports: condition on the source port
 * @dports: condition on the destination port
 * @proto: IP protocol, 0 for any ("ip")
 * @family: ESMTP_AF_ANY, ESMTP_AF_INET or ESMTP_AF_INET6
 * @permit: false for deny
 * @inactive: never matches
 */
struct esmtp_ace {
	struct esmtp_addr src, smask;
	struct esmtp_addr dst, dmask;
	struct esmtp_ports sports, dports;
	u8 proto;
	u8 family;
	u8 permit;
	u8 inactive;
};

/**
 * struct esmtp_acl - an access-list
 * @name: its name
 * @first: its first line in the policy's aces
 * @n: its lines
 * @probe: set by esmtp_policy_seal(): its first probe
 * @nprobes: set by esmtp_policy_seal(): 0 for a list that is gone through
 */
struct esmtp_acl {
	char name[ESMTP_NAME_LEN];
	u32 first;
	u32 n;
	u32 probe;
	u32 nprobes;
};

/**
 * struct esmtp_probe - what lines of a list have in common: a shape
 * @first: index of the first such line
 * @family: as in the lines
 * @src: bits of the source's mask
 * @dst: bits of the destination's mask
 * @port: they have one destination port
 */
struct esmtp_probe {
	u32 first;
	u8 family;
	u8 src, dst;
	u8 port;
};

enum esmtp_class_kind {
	ESMTP_CLASS_ANY,		/* match any */
	ESMTP_CLASS_ACL,		/* match access-list */
	ESMTP_CLASS_PORT,		/* match port tcp eq|range */
	ESMTP_CLASS_DEFAULT,		/* match default-inspection-traffic */
	ESMTP_CLASS_EMPTY,		/* no match line: matches nothing */
	ESMTP_CLASS_KIND_MAX
};

/**
 * struct esmtp_class - class-map
 * @name: its name
 * @kind: enum esmtp_class_kind
 * @acl: index for ESMTP_CLASS_ACL, and for ESMTP_CLASS_DEFAULT narrowed by a
 *	list; else ESMTP_NONE
 * @lo: first port for ESMTP_CLASS_PORT
 * @hi: last port for ESMTP_CLASS_PORT
 */
struct esmtp_class {
	char name[ESMTP_NAME_LEN];
	u8 kind;
	u16 acl;
	u16 lo, hi;
};

enum esmtp_verdict {
	ESMTP_CLASSIFY_NONE,		/* nothing said about inspection */
	ESMTP_CLASSIFY_INSPECT,		/* inspect esmtp [MAP] */
	ESMTP_CLASSIFY_EXEMPT,		/* no inspect esmtp */
	ESMTP_CLASSIFY_MAX
};

/* `set connection` of a class; each 0 for no limit. */
struct esmtp_set {
	u32 conn_max;			/* connections of each server */
	u32 embryonic_max;		/* half-open ones */
	u32 client_max;			/* connections of each client */
	u32 client_embryonic_max;	/* half-open ones */
};

/**
 * struct esmtp_bind - a class inside a policy-map, with its actions
 * @class: index
 * @map: index for ESMTP_CLASSIFY_INSPECT, else ESMTP_NONE
 * @verdict: enum esmtp_verdict
 * @limited: `set connection` stands here
 * @slot: set by esmtp_policy_seal(): its first counter
 * @set: the limits, all zero unless @limited
 */
struct esmtp_bind {
	u16 class;
	u16 map;
	u8 verdict;
	u8 limited;
	u32 slot;
	struct esmtp_set set;
};

/* A policy-map: @n entries of the policy's binds from @first. */
struct esmtp_pmap {
	char name[ESMTP_NAME_LEN];
	u32 first;
	u32 n;
};

/* service-policy: an empty @ifname is "global". */
struct esmtp_service {
	char ifname[ESMTP_IFNAME_LEN];
	u16 pmap;
};

/**
 * struct esmtp_limit - connections that one server may hold
 * @host: the server's real address
 * @port: its real port, 0 for all that have no limit of their own
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @conn_max: open connections, 0 for no limit
 * @embryonic_max: half-open connections, 0 for no limit
 */
struct esmtp_limit {
	struct esmtp_addr host;
	u16 port;
	u8 family;
	u32 conn_max;
	u32 embryonic_max;
};

enum esmtp_pickup {
	ESMTP_ON_PICKUP_BYPASS,
	ESMTP_ON_PICKUP_DROP,
	ESMTP_ON_PICKUP_RESET,
	ESMTP_ON_PICKUP_MAX
};

enum esmtp_overload {
	ESMTP_ON_OVERLOAD_DROP,
	ESMTP_ON_OVERLOAD_BYPASS,
	ESMTP_ON_OVERLOAD_MAX
};

/* Connections of this machine itself that are inspected. */
enum esmtp_local {
	ESMTP_ON_LOCAL_IN,		/* to it */
	ESMTP_ON_LOCAL_NONE,
	ESMTP_ON_LOCAL_OUT,		/* from it */
	ESMTP_ON_LOCAL_BOTH,
	ESMTP_ON_LOCAL_MAX
};

/* Ports as a few ranges that never overlap, in ascending order. */
struct esmtp_ranges {
	u16 lo[ESMTP_HULL_RANGES];
	u16 hi[ESMTP_HULL_RANGES];
	u8 n;
};

/**
 * struct esmtp_hull - ports outside which a policy inspects nothing
 * @sports: source ports that alone may bring a connection into a class
 * @dports: destination ports that may
 * @every: any port may
 *
 * It may be wider than the classes, never narrower.
 */
struct esmtp_hull {
	struct esmtp_ranges sports;
	struct esmtp_ranges dports;
	bool every;
};

/**
 * struct esmtp_span - ports from one to another
 * @lo: the first
 * @hi: the last; before @lo if there is none
 */
struct esmtp_span {
	u16 lo, hi;
};

/**
 * struct esmtp_policy - everything that a namespace runs
 * @maps: inspection maps
 * @aces: lines of access-lists, in the order of their lists
 * @acls: access-lists
 * @classes: class-maps
 * @binds: classes of policy-maps, in the order of those
 * @pmaps: policy-maps
 * @services: service-policies, of interfaces and the global one
 * @regexes: regular expressions and classes of them
 * @cells: transitions of their automata, one behind the other
 * @nmaps: entries of @maps
 * @naces: entries of @aces
 * @nacls: entries of @acls
 * @nclasses: entries of @classes
 * @nbinds: entries of @binds
 * @npmaps: entries of @pmaps
 * @nservices: entries of @services
 * @nlimits: entries of @limits
 * @nregexes: entries of @regexes
 * @ncells: entries of @cells
 * @limits: sorted by esmtp_policy_seal(), for esmtp_limit_find()
 * @probes: room for @nprobes entries, filled by esmtp_policy_seal()
 * @buckets: room for @nbuckets entries, likewise; first line of each hash
 * @chain: room for @naces entries, likewise; next line of the same hash
 * @nprobes: esmtp_index_probes(), or fewer
 * @nbuckets: esmtp_index_buckets(), or 0 where lists are gone through line by line
 * @max_conns: inspected connections, 0 for no limit
 * @pickup: enum esmtp_pickup
 * @overload: enum esmtp_overload
 * @local: enum esmtp_local
 * @client_prefix4: bits of an address that are one client, 0 for all 32
 * @client_prefix6: the same in IPv6, 0 for 64
 * @limits_classes: set by esmtp_policy_seal(): a class in force is limited
 * @limits_any: set by esmtp_policy_seal(): that, or there are limits of servers
 * @span: set by esmtp_policy_seal(): the lowest and the highest port that connections which
 *	may be inspected are made to
 * @narrow: set by esmtp_policy_seal(): nothing else of a connection matters, neither the port
 *	that it comes from nor a limit
 * @hull: set by esmtp_policy_seal(): of what is inspected
 * @limit_hull: set by esmtp_policy_seal(): of classes that are limited
 *
 * The arrays belong to whoever allocated the policy. Filled in, it is to pass
 * esmtp_policy_seal() before any other function sees it, and is immutable then.
 */
struct esmtp_policy {
	struct esmtp_span span;
	bool narrow;
	bool limits_any;
	struct esmtp_map *maps;
	struct esmtp_ace *aces;
	struct esmtp_acl *acls;
	struct esmtp_class *classes;
	struct esmtp_bind *binds;
	struct esmtp_pmap *pmaps;
	struct esmtp_service *services;
	struct esmtp_limit *limits;
	struct esmtp_regex *regexes;
	u16 *cells;
	struct esmtp_probe *probes;
	u32 *buckets;
	u32 *chain;
	u32 nprobes, nbuckets;
	u32 nmaps, naces, nacls, nclasses, nbinds, npmaps, nservices, nlimits;
	u32 nregexes, ncells;
	u32 max_conns;
	u8 pickup;
	u8 overload;
	u8 local;
	u8 client_prefix4, client_prefix6;
	bool limits_classes;
	struct esmtp_hull hull;
	struct esmtp_hull limit_hull;
};

/**
 * struct esmtp_flowspec - what a connection looks like to a policy
 * @real: addresses before translation of the server and of the client
 * @wire: addresses after it, where they differ; may equal @real
 * @in: interface it came in by, or ""
 * @out: interface it goes out by, or ""
 */
struct esmtp_flowspec {
	struct esmtp_tuple real;
	struct esmtp_tuple wire;
	const char *in;
	const char *out;
};

/* What esmtp_classify() found: the rule of the policy that decided. */
struct esmtp_class_result {
	u8 verdict;			/* enum esmtp_verdict */
	u16 service;			/* index, or ESMTP_NONE */
	u32 bind;			/* index, valid unless verdict is NONE */
};

/* map.c */
u32 esmtp_map_first(const struct esmtp_map *map, u32 rule);
void esmtp_map_seal(struct esmtp_map *map);
void esmtp_map_default(struct esmtp_map *map);
void esmtp_map_recommended(struct esmtp_map *map);

/* recommended.c */
void esmtp_map_recommended(struct esmtp_map *map);

/* index.c */
u32 esmtp_index_probes(const struct esmtp_policy *p);
u32 esmtp_index_buckets(const struct esmtp_policy *p);
void esmtp_index_seal(struct esmtp_policy *p);
u32 esmtp_index_find(const struct esmtp_policy *p, u32 acl,
		     const struct esmtp_tuple *t);

/* classify.c */
bool esmtp_ace_match(const struct esmtp_ace *ace, const struct esmtp_tuple *t);
bool esmtp_class_match(const struct esmtp_policy *p, u32 class,
		       const struct esmtp_flowspec *f);
struct esmtp_class_result esmtp_classify(const struct esmtp_policy *p,
					 const struct esmtp_flowspec *f);
u32 esmtp_classify_limits(const struct esmtp_policy *p,
			  const struct esmtp_flowspec *f);
void esmtp_classify_lines(const struct esmtp_policy *p,
			  const struct esmtp_flowspec *f,
			  void (*fn)(void *ctx, u32 ace), void *ctx);
bool esmtp_policy_wants(const struct esmtp_policy *p, u16 sport, u16 dport);
struct esmtp_addr esmtp_policy_client(const struct esmtp_policy *p, u8 family,
				      const struct esmtp_addr *addr);
bool esmtp_policy_leaves(const struct esmtp_policy *p, bool begun);
bool esmtp_policy_limits(const struct esmtp_policy *p, u16 sport, u16 dport);
u32 esmtp_limit_find(const struct esmtp_policy *p, u8 family,
		     const struct esmtp_addr *host, u16 port);

/* rule_regex.c */
u16 esmtp_regex_step(const struct esmtp_regex *r, u16 state, u8 c);

/* validate.c: the rules of form, seal.c: those and all that is precomputed */
const char *esmtp_policy_validate(const struct esmtp_policy *p);
const char *esmtp_policy_seal(struct esmtp_policy *p);

/* names.c */
struct esmtp_text {
	char *buf;			/* always NUL-terminated if size > 0 */
	u32 size;
	u32 len;			/* what it would hold, may be >= size */
};

void esmtp_text_str(struct esmtp_text *t, const char *s);
void esmtp_text_num(struct esmtp_text *t, u64 n);
const char *esmtp_verb_name(u32 verb);
const char *esmtp_criterion_name(u32 crit);
enum esmtp_arg esmtp_criterion_arg(u32 crit);
const char *esmtp_keyword_param(u32 keyword);
const char *esmtp_member_name(enum esmtp_arg arg, u32 i);
const char *esmtp_tls_name(u32 version);

/* text.c */

/* Names that a rule refers to. */
struct esmtp_refs {
	const char *regex;
	bool class;			/* it is that of a class */
	const char *say;		/* NULL for the engine's own words */
};

void esmtp_text_rule(struct esmtp_text *t, const struct esmtp_map *m, u32 rule);
void esmtp_text_match(struct esmtp_text *t, const struct esmtp_rule *r,
		      const struct esmtp_refs *refs);
void esmtp_text_action(struct esmtp_text *t, const struct esmtp_rule *r,
		       const struct esmtp_refs *refs);
void esmtp_text_set(struct esmtp_text *t, const struct esmtp_set *set);
const char *esmtp_action_name(u32 act);
bool esmtp_text_param(struct esmtp_text *t, const struct esmtp_params *p,
		      u32 i);
void esmtp_map_refs(const struct esmtp_map *m, u32 rule,
		    struct esmtp_refs *refs);

/* layout.c: the text of `show service-policy inspect esmtp` */

u32 esmtp_bind_slots(const struct esmtp_policy *p, u32 bind);
u32 esmtp_bind_slot(const struct esmtp_policy *p, u32 bind);
u32 esmtp_policy_slots(const struct esmtp_policy *p);

/**
 * struct esmtp_layout - who writes the text and where it goes
 * @line: called with each line, without its newline
 * @count: returns the counter of a slot (see esmtp_bind_slot())
 * @conns: returns the connections that `set connection` of a bind counts now;
 *	may be NULL
 * @embryonic: the same of half-open ones
 * @ctx: for all
 */
struct esmtp_layout {
	void (*line)(void *ctx, const char *text);
	u64 (*count)(void *ctx, u32 slot);
	u32 (*conns)(void *ctx, u32 bind);
	u32 (*embryonic)(void *ctx, u32 bind);
	void *ctx;
};

void esmtp_layout_service(const struct esmtp_policy *p,
			  const struct esmtp_layout *out);

#endif /* _ESMTP_POLICY_H */
