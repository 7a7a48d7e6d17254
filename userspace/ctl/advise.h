/* SPDX-License-Identifier: GPL-2.0 */
/*
 * advise: the smallest change to a policy under which legitimate mail of recordings passes.
 *
 * The policy is replayed, and what first stops each legitimate connection names one change;
 * that is repeated under the changes so far, until none is stopped. Each change is made in a
 * copy of its map, or is a host's exemption, and is tried as the lines that are printed.
 */
#ifndef _CTL_ADVISE_H
#define _CTL_ADVISE_H

#include "replay.h"

enum {
	ADVISE_HOSTS = 64,
	ADVISE_CHANGES = 64,
	ADVISE_MAPS = 8,		/* that are copied */
	ADVISE_MUCH = 4,		/* changes; with more, named hosts are exempt */
	ADVISE_EXCERPT = 4 * REPLAY_EXCERPT + 1,
};

/* What is changed. */
enum change_kind {
	CHANGE_LIMIT,			/* of a rule, made higher */
	CHANGE_NO_MATCH,		/* a rule is left out */
	CHANGE_PARAM,
	CHANGE_EXEMPT,			/* a host is not inspected */
};

/* Parameters that stop mail, and how they are changed. */
enum change_param {
	PARAM_CHUNKING,
	PARAM_TLS,
	PARAM_BANNER,
	PARAM_FRIENDLY,
	PARAM_GUARD_LAX,
	PARAM_GUARD_LOG,
	PARAM_SPECIAL,
	PARAM_RELAY,
	PARAM_TERMINATION,
	PARAM_REQUIRE_TLS,
	PARAM_TLS_MIN,
	PARAM_AUTH_CLEAR,
	CHANGE_PARAMS
};

/* An address, of a host that was named or is to be exempt. */
struct advise_host {
	u8 family;
	struct esmtp_addr addr;
};

/**
 * struct change - one change, and why
 * @kind: enum change_kind
 * @param: enum change_param
 * @round: in which it was added
 * @unmade: it is not made: others would have another fate, or it is needless
 * @others: of an exemption: connections that are not legitimate and would have another
 *	fate
 * @other: number of the first of these
 * @map: place of its map in struct advise, for all but CHANGE_EXEMPT
 * @rule: place of the first rule in the compiled map, from 0
 * @rules: how many, more than one for a class of match-all
 * @measured: the most that a legitimate connection has; 0 if nobody knows
 * @limit: what the limit becomes
 * @host: for CHANGE_EXEMPT
 * @server: it is a server
 * @why: what stops the first connection: the rule, or a sentence
 * @conns: legitimate connections that this stops first
 * @bytes: of these, both directions
 * @first: number of the first one
 * @client: its client
 * @end: its server
 * @family: of both
 * @off: at which byte
 * @dir: of whose stream
 * @excerpt: bytes up to there, made unreadable
 */
struct change {
	u8 kind, param;
	bool unmade;
	u32 round;
	u32 others, other;
	u32 map, rule, rules, measured, limit;
	struct advise_host host;
	bool server;
	char why[REPLAY_TEXT + 8];
	u64 conns, bytes;
	u32 first;
	struct esmtp_addr client, end;
	u8 family;
	u32 off;
	u8 dir;
	char excerpt[ADVISE_EXCERPT];
};

/* A map that is copied: its name, and the copy's. */
struct advise_map {
	char name[ESMTP_NAME_LEN], copy[ESMTP_NAME_LEN];
};

/**
 * struct mark - what is kept of a connection
 * @there: it was seen
 * @legit: it is legitimate
 * @fate: enum replay_fate under the policy as it is
 * @end: enum esmtp_reason
 * @act: how it was ended
 * @bytes: both directions
 */
struct mark {
	u8 there, legit, fate, end, act;
	u64 bytes;
};

/* What a replay came to. */
struct tried {
	u32 stopped;			/* legitimate, and do not pass */
	u32 others;			/* that are not, and have another fate */
	u32 other;			/* number of the first of these */
};

/**
 * struct advise - an advice under way
 * @ctl: the tool
 * @o: policy and recordings
 * @records: of the audit trail, in place of recordings
 * @since: older ones are passed over: nanoseconds since 1970
 * @stale: records of a legitimate connection that speak of another policy
 * @untouched: no byte of legitimate mail may change either
 * @hosts: that the operator named
 * @nhosts: how many
 * @base: the policy as it is
 * @marks: a file of marks
 * @failed: it could not be read or written
 * @maps: that are copied
 * @nmaps: how many
 * @v: changes
 * @n: how many
 * @full: there were more
 * @round: number of the round
 * @grew: a change was added in it
 * @exempting: maps are changed as far as they can be, and hosts are exempt now
 * @all: connections
 * @legit: legitimate ones
 * @before: under the policy as it is
 * @now: under all changes
 * @helpless: legitimate connections that no change helps
 */
struct advise {
	struct ctl *ctl;
	struct replay_options o;
	bool records;
	u64 since;
	u32 stale;
	bool untouched;
	struct advise_host hosts[ADVISE_HOSTS];
	u32 nhosts;
	struct replay_policy base;
	FILE *marks;
	bool failed;
	struct advise_map maps[ADVISE_MAPS];
	u32 nmaps;
	struct change v[ADVISE_CHANGES];
	u32 n;
	u32 round;
	bool full, grew, exempting;
	u64 all, legit;
	struct tried before, now;
	u32 helpless;
};

/* advise.c */
int advise_words(struct ctl *ctl, char **words);
int advise_line(struct ctl *ctl, const struct args *args);

/* advise_try.c */
void advise_mark_get(struct advise *a, u32 number, struct mark *m);
int advise_observe(struct advise *a);
int advise_judge_base(struct advise *a);
int advise_judge(struct advise *a, const struct buf *lines, struct tried *tried,
		 void (*stopped)(struct advise *a, const struct replay_conn *c,
				 const struct mark *m));
const struct replay_finding *advise_harm(const struct advise *a, const struct replay_conn *c);

/* advise_records.c */
int advise_records(struct advise *a);
bool advise_since(struct advise *a, const char *word);

/* advise_change.c */
void advise_forget_hosts(struct advise *a);
void advise_add_change(struct advise *a, const struct replay_conn *c, const struct mark *m);

/* advise_match.c */
struct inspect_map *advise_map(struct advise *a, u32 map);
const struct match *advise_match(const struct inspect_map *map, u32 rule, u32 *first,
				 u32 *rules);
const struct match *advise_match_inner(const struct match *m, u32 within);
const struct change *advise_rule_change(const struct advise *a, u32 map, u32 rule);

/* advise_measure.c */
int advise_measure(struct advise *a, struct change *ch);

/* advise_param.c */
bool advise_param_set(struct esmtp_params *p, u8 param);
int advise_param_find(const struct esmtp_params *p, const struct replay_conn *c,
		      const struct replay_finding *f);
const char *advise_param_text(u8 param);

/* advise_lines.c */
bool advise_has(const struct advise *a, s32 map);
void advise_lines(struct advise *a, s32 map, struct buf *out);
void advise_lines_all(struct advise *a, struct buf *out);
void advise_lines_alone(struct advise *a, struct change *ch, struct buf *out);

/* advise_print.c */
void advise_print_proposal(struct advise *a, s32 map, u32 number, const struct tried *tried);
void advise_print_outcome(struct advise *a, u32 proposals);

#endif /* _CTL_ADVISE_H */
