/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration as objects that refer to one another by pointer: what lines
 * change, what is printed and what is compiled. Lists keep the order in which
 * things were configured.
 */
#ifndef _CTL_CONFIG_H
#define _CTL_CONFIG_H

#include <esmtp/policy.h>

#include "acl.h"
#include "object.h"

#define CONFIG_DEFAULT_MAP	"_default_esmtp_map"
#define CONFIG_RECOMMENDED_MAP	"_recommended_esmtp_map"
#define CONFIG_DEFAULT_CLASS	"inspection_default"
#define CONFIG_CLASS_OF_ALL	"class-default"
#define CONFIG_DEFAULT_PMAP	"global_policy"

enum {
	CONFIG_PMAP_CLASSES = 63,
	CONFIG_REGEX_LEN = 100,		/* bytes of an expression, as on ASA */
	CONFIG_MAX_OBJECTS = 16384,
};

struct dfa;

/**
 * struct class_map - class-map
 * @list: place among the class-maps
 * @name: its name
 * @description: text, or NULL
 * @kind: enum esmtp_class_kind
 * @acl: access-list for ESMTP_CLASS_ACL, or one that narrows
 *	ESMTP_CLASS_DEFAULT, else NULL
 * @lo: first port for ESMTP_CLASS_PORT
 * @hi: last one
 * @index: place in the compiled policy
 */
struct class_map {
	struct list list;
	char name[ESMTP_NAME_LEN];
	char *description;
	u8 kind;
	struct acl *acl;
	u16 lo, hi;
	u32 index;
};

/**
 * struct regex - regex
 * @list: place among the expressions
 * @name: its name
 * @text: the expression, without quotes around it
 * @dfa: its automaton
 * @index: place in the compiled policy, ESMTP_NONE if no map uses it
 */
struct regex {
	struct list list;
	char name[ESMTP_NAME_LEN];
	char *text;
	struct dfa *dfa;
	u32 index;
};

/* A regex in a class. */
struct regex_member {
	struct list list;
	struct regex *regex;
};

/**
 * struct regex_class - class-map type regex
 * @list: place among these
 * @name: its name
 * @description: text, or NULL
 * @members: its expressions
 * @index: place in the compiled policy, ESMTP_NONE if no map uses it
 */
struct regex_class {
	struct list list;
	char name[ESMTP_NAME_LEN];
	char *description;
	struct list members;
	u32 index;
};

/**
 * struct place - where something was said
 * @name: name of the text, NULL if it was said nowhere
 * @line: number of the line in it
 */
struct place {
	const char *name;
	u32 line;
};

/**
 * struct match - a match of an inspection map with its action
 * @rule: what it says, but for what it refers to
 * @regex: its expression, or NULL
 * @class: its class of expressions, or NULL
 * @say: "CODE TEXT" of a reject, or NULL
 * @of: the class of matches that stands here, or NULL; @rule has its action then
 * @place: of its line
 */
struct match {
	struct esmtp_rule rule;
	struct regex *regex;
	struct regex_class *class;
	char *say;
	struct inspect_class *of;
	struct place place;
};

/**
 * struct inspect_class - class-map type inspect esmtp
 * @list: place among these
 * @name: its name
 * @description: text, or NULL
 * @any: match-any; match-all has one match
 * @matches: its matches, without actions
 * @nmatches: their number
 */
struct inspect_class {
	struct list list;
	char name[ESMTP_NAME_LEN];
	char *description;
	bool any;
	struct match matches[ESMTP_MAP_RULES];
	u32 nmatches;
};

/**
 * struct inspect_map - policy-map type inspect esmtp
 * @list: place among the inspection maps
 * @name: its name
 * @description: text, or NULL
 * @builtin: cannot be changed, and is printed on request only
 * @params: its parameters
 * @matches: its matches
 * @nmatches: their number
 * @index: place in the compiled policy
 */
struct inspect_map {
	struct list list;
	char name[ESMTP_NAME_LEN];
	char *description;
	bool builtin;
	struct esmtp_params params;
	struct match matches[ESMTP_MAP_RULES];
	u32 nmatches;
	u32 index;
};

/**
 * struct bind - a class within a policy-map
 * @list: place among the classes
 * @class: the class
 * @map: for ESMTP_CLASSIFY_INSPECT, else NULL
 * @verdict: enum esmtp_verdict
 * @set: limits of set connection, all zero if there are none
 */
struct bind {
	struct list list;
	struct class_map *class;
	struct inspect_map *map;
	u8 verdict;
	struct esmtp_set set;
};


/**
 * struct policy_map - policy-map
 * @list: place among the policy-maps
 * @name: its name
 * @description: text, or NULL
 * @binds: its classes
 * @nbinds: their number
 * @index: place in the compiled policy
 */
struct policy_map {
	struct list list;
	char name[ESMTP_NAME_LEN];
	char *description;
	struct list binds;
	u32 nbinds;
	u32 index;
};

/**
 * struct service - service-policy
 * @list: place among the service-policies
 * @pmap: the policy-map
 * @ifname: interface, empty for global
 */
struct service {
	struct list list;
	struct policy_map *pmap;
	char ifname[ESMTP_IFNAME_LEN];
};

/* nameif: @name stands for interface @ifname. */
struct alias {
	struct list list;
	char ifname[ESMTP_IFNAME_LEN];
	char name[ESMTP_IFNAME_LEN];
};

/**
 * struct addr_name - name: stands for an address in the lines behind it
 * @list: place among the names
 * @name: the name
 * @addr: the address
 * @family: ESMTP_AF_INET or ESMTP_AF_INET6
 * @description: text, or NULL
 */
struct addr_name {
	struct list list;
	char name[ESMTP_NAME_LEN];
	struct esmtp_addr addr;
	u8 family;
	char *description;
};

/**
 * struct static_nat - static
 * @list: place among the statics
 * @ifs: "(real,mapped)" interfaces
 * @mapped: address that the others see
 * @real: the server's own
 * @mapped_port: port that the others see
 * @real_port: the server's own
 * @of_port: it is of one port, of TCP, on @mapped_port and @real_port
 * @of_interface: @mapped is whatever address the mapped interface has
 * @tcp: "tcp" stands before the limits
 * @nlimits: how many of the limits were given
 * @conn_max: connections, 0 for no limit
 * @embryonic_max: half-open ones, 0 for no limit
 */
struct static_nat {
	struct list list;
	char ifs[2 * ESMTP_IFNAME_LEN + 2];
	struct esmtp_addr mapped, real;
	u16 mapped_port, real_port;
	bool of_port;
	bool of_interface;
	bool tcp;
	u8 nlimits;
	u32 conn_max, embryonic_max;
};


/**
 * struct config - a whole configuration
 * @objects: objects and object-groups, each behind those that it refers to
 * @object_names: the same by name, for tfind()
 * @object_epoch: counts changes of what objects stand for, from 1
 * @object_walks: counts walks through them
 * @nobjects: their number
 * @acls: access-lists
 * @classes: class-maps
 * @maps: inspection maps; the first one is built in
 * @pmaps: policy-maps
 * @services: service-policies
 * @statics: statics
 * @regexes: regular expressions
 * @regex_classes: class-maps type regex
 * @inspect_classes: class-maps type inspect esmtp
 * @aliases: names of interfaces
 * @addr_names: names of addresses
 * @addr_index: the same by name, for tfind()
 * @wrong: of what config_compile() found wrong, if that has a place
 * @nacls: number of access-lists
 * @naces: number of all their lines that are no remarks
 * @nclasses: number of class-maps
 * @nmaps: number of inspection maps
 * @npmaps: number of policy-maps
 * @nservices: number of service-policies
 * @nstatics: number of statics
 * @max_conns: esmtp max-conns
 * @client_prefix4: esmtp client-prefix ipv4, 0 if not said
 * @client_prefix6: the same with ipv6
 * @pickup: enum esmtp_pickup
 * @overload: enum esmtp_overload
 * @local: enum esmtp_local
 */
struct config {
	struct list objects;
	void *object_names;
	u32 object_epoch;
	u32 object_walks;
	u32 nobjects;
	struct list acls;
	struct list classes;
	struct list maps;
	struct list pmaps;
	struct list services;
	struct list statics;
	struct list regexes;
	struct list regex_classes;
	struct list inspect_classes;
	struct list aliases;
	struct list addr_names;
	void *addr_index;
	struct place wrong;
	u32 nacls, naces, nclasses, nmaps, npmaps, nservices, nstatics;
	u32 max_conns;
	u8 client_prefix4, client_prefix6;
	u8 pickup;
	u8 overload;
	u8 local;
};

void config_init(struct config *cfg);
void config_clear(struct config *cfg);
void config_free(struct config *cfg);

struct class_map *config_class_find(struct config *cfg, const char *name);
struct class_map *config_class_add(struct config *cfg, const char *name);
void config_class_del(struct config *cfg, struct class_map *class);
struct inspect_map *config_map_find(struct config *cfg, const char *name);
struct inspect_map *config_map_add(struct config *cfg, const char *name);
void config_map_del(struct config *cfg, struct inspect_map *map);
struct policy_map *config_pmap_find(struct config *cfg, const char *name);
struct policy_map *config_pmap_add(struct config *cfg, const char *name);
void config_pmap_del(struct config *cfg, struct policy_map *pmap);
struct bind *config_bind_find(const struct policy_map *pmap, const char *class);
struct bind *config_bind_add(struct policy_map *pmap, struct class_map *class);
void config_bind_del(struct policy_map *pmap, struct bind *bind);
struct service *config_service_find(struct config *cfg, const char *ifname);
void config_service_add(struct config *cfg, struct policy_map *pmap,
			const char *ifname);
void config_service_del(struct config *cfg, struct service *service);

const char *config_ifname(const struct config *cfg, const char *name);
const char *config_nameif(const struct config *cfg, const char *ifname);

/* config_map.c */
struct regex *config_regex_find(struct config *cfg, const char *name);
struct regex *config_regex_add(struct config *cfg, const char *name);
void config_regex_del(struct regex *regex);
struct regex_class *config_regex_class_find(struct config *cfg,
					    const char *name);
struct regex_class *config_regex_class_add(struct config *cfg,
					   const char *name);
void config_regex_class_del(struct regex_class *class);
bool config_match_same(const struct match *a, const struct match *b);
void config_match_copy(struct match *to, const struct match *from);
void config_match_refs(const struct match *m, struct esmtp_refs *refs);
void config_match_del(struct match *v, u32 *n, u32 i);

/* config_inspect.c */
struct inspect_class *config_inspect_class_find(struct config *cfg,
						const char *name);
struct inspect_class *config_inspect_class_add(struct config *cfg,
					       const char *name);
void config_inspect_class_del(struct inspect_class *class);
const struct inspect_map *config_inspect_class_user(struct config *cfg,
						    const struct inspect_class *class);
const char *config_map_room(const struct inspect_map *map);

/* config_name.c */
struct addr_name *config_name_find(const struct config *cfg, const char *s,
				   size_t len);
struct addr_name *config_name_add(struct config *cfg, const char *name);
void config_name_del(struct config *cfg, struct addr_name *name);

/* print.c */
void config_print(struct config *cfg, bool all, struct buf *out);

/* print_acl.c */
void config_print_match(const struct class_map *class, const char *between, struct buf *out);
void config_print_line(const struct acl_line *line, struct buf *out);
void config_print_ace(const struct acl_key *key, struct buf *out);
void config_print_acls(struct buf *out, const struct config *cfg);
void config_print_addr(struct buf *out, const struct esmtp_addr *addr, u8 family);
void config_print_ports(struct buf *out, const struct acl_ports *ports,
			u32 proto);
void config_print_port(struct buf *out, u32 proto, u32 port);
void config_print_proto(struct buf *out, u32 proto);

/* print_object.c */
void config_print_objects(struct buf *out, const struct config *cfg);

/* print_map.c */
void config_print_map(struct buf *out, const struct inspect_map *map, bool all);
void config_print_regexes(struct buf *out, const struct config *cfg);
void config_print_inspect_classes(struct buf *out, const struct config *cfg);

/* print_nat.c */
void config_print_nat(const struct config *cfg, struct buf *out);

/* compile_acl.c */
const char *config_compile_acls(struct config *cfg, struct esmtp_policy *p);

/* compile_map.c */
const char *config_compile_maps(struct config *cfg, struct esmtp_policy *p);
struct place config_rule_place(const struct config *cfg, u32 map, u32 rule);

/* compile.c */
const char *config_compile(struct config *cfg, struct esmtp_policy *p);

#endif /* _CTL_CONFIG_H */
