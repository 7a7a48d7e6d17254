/* SPDX-License-Identifier: GPL-2.0 */
/* Access-lists as they were configured. */
#ifndef _CTL_ACL_H
#define _CTL_ACL_H

#include <esmtp/policy.h>

#include "list.h"
#include "util.h"

struct config;
struct object;

/**
 * struct acl_net - an end of an access-list line
 * @addr: network, host bits zero
 * @mask: its mask
 * @family: ESMTP_AF_ANY for "any"
 */
struct acl_net {
	struct esmtp_addr addr;
	struct esmtp_addr mask;
	u8 family;
};

enum acl_op { ACL_ANY, ACL_EQ, ACL_NEQ, ACL_LT, ACL_GT, ACL_RANGE };

/**
 * struct acl_ports - ports of a line as they were configured
 * @lo: the port, or the first one of a range
 * @hi: last one of a range
 * @op: enum acl_op
 * @pad: zero, for the sake of struct acl_key
 */
struct acl_ports {
	u16 lo, hi;
	u8 op;
	u8 pad;
};

/* The places of a line where an object may stand for what it says. */
enum acl_place {
	ACL_SERVICE,			/* the protocol, perhaps with its ports */
	ACL_SRC,
	ACL_SPORTS,
	ACL_DST,
	ACL_DPORTS,
	ACL_PLACES
};

/**
 * struct acl_key - what makes two lines of a list the same
 * @object: what stands in each place, NULL where the line says it itself
 * @src: source, unless an object stands there; likewise the others
 * @dst: destination
 * @sports: source ports
 * @dports: destination ports
 * @proto: IP protocol, 0 for "ip"
 * @permit: false for deny
 * @standard: it is a line of a standard list
 * @remark: it is a remark
 * @pad: zero: keys are compared as bytes and have no holes
 */
struct acl_key {
	struct object *object[ACL_PLACES];
	struct acl_net src, dst;
	struct acl_ports sports, dports;
	u8 proto;
	u8 permit;
	u8 standard;
	u8 remark;
	u8 pad[6];
};

/**
 * struct acl_line - one line of an access-list
 * @list: place among the lines
 * @bucket: place among those of the same hash
 * @key: what it says
 * @remark: text of a remark, else NULL
 * @hash: of @key and @remark
 * @log: "log" stands at its end
 * @inactive: "inactive" does
 */
struct acl_line {
	struct list list;
	struct list bucket;
	struct acl_key key;
	char *remark;
	u32 hash;
	bool log;
	bool inactive;
};

/**
 * struct acl - an access-list
 * @list: place among the lists
 * @name: its name
 * @lines: its lines
 * @nlines: their number
 * @naces: those that are no remarks
 * @nrefs: those in which an object stands
 * @standard: those that are standard ones
 * @buckets: hash table of the lines
 * @nbuckets: a power of two, 0 at first
 * @size: lines with objects put in, of the last config_acl_size()
 * @epoch: of the objects at that time
 * @index: place in the compiled policy, ESMTP_NONE if no class uses it
 */
struct acl {
	struct list list;
	char name[ESMTP_NAME_LEN];
	struct list lines;
	u32 nlines;
	u32 naces;
	u32 nrefs;
	u32 standard;
	struct list *buckets;
	u32 nbuckets;
	u32 size;
	u32 epoch;
	u32 index;
};

/* acl.c */
struct acl *config_acl_find(struct config *cfg, const char *name);
struct acl *config_acl_add(struct config *cfg, const char *name);
void config_acl_del(struct config *cfg, struct acl *acl);
struct acl_line *config_line_find(struct acl *acl, const struct acl_key *key,
				  const char *remark);
struct acl_line *config_line_add(struct config *cfg, struct acl *acl,
				 const struct acl_key *key, const char *remark,
				 u32 at);
void config_line_del(struct config *cfg, struct acl *acl,
		     struct acl_line *line);
u32 config_acl_size(struct config *cfg, struct acl *acl);
u32 config_acls_size(struct config *cfg);

/* expand.c */
const char *acl_ports_wrong(struct config *cfg, const struct acl_key *key);
u32 acl_line_size(struct config *cfg, const struct acl_line *line);
void acl_line_each(const struct acl_line *line,
		   void (*fn)(const struct acl_key *key, void *ctx), void *ctx);

#endif /* _CTL_ACL_H */
