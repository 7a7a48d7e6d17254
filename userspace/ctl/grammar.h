/* SPDX-License-Identifier: GPL-2.0 */
/* The one table of commands, and what carries out those of the configuration. */
#ifndef _CTL_GRAMMAR_H
#define _CTL_GRAMMAR_H

#include "reader.h"

/* @data of a command of MODE_EXEC: what the shell refuses behind "disable" */
enum { EXEC_CHANGES = 1 };

extern const struct command grammar[];
extern const size_t grammar_size;
extern const struct part grammar_parts[];

struct pattern *grammar_compile(void);

/* do_acl.c */
int do_acl_line(struct reader *rd, const struct args *args);
int do_acl_remark(struct reader *rd, const struct args *args);
int do_no_acl_line(struct reader *rd, const struct args *args);
int do_no_acl_remark(struct reader *rd, const struct args *args);
int do_no_acl(struct reader *rd, const struct args *args);

/* acl_scan.c */
int acl_scan(struct reader *rd, const struct args *args, struct acl_key *key);
int acl_scan_net(struct reader *rd, const struct arg *arg,
		 const struct arg *mask, struct acl_net *net);
int acl_scan_ports(struct reader *rd, const struct arg *op,
		   struct acl_ports *ports);

/* do_object.c */
struct object *object_named(struct reader *rd, const struct arg *word,
			    const struct arg *name);
int object_skip(struct reader *rd, const struct args *args, bool *skipped);
int do_object(struct reader *rd, const struct args *args);
int do_no_object(struct reader *rd, const struct args *args);
int do_object_description(struct reader *rd, const struct args *args);

/* do_member.c */
int do_member(struct reader *rd, const struct args *args);
int do_no_member(struct reader *rd, const struct args *args);
int do_fqdn(struct reader *rd, const struct args *args);

/* do_class.c */
int do_class_map(struct reader *rd, const struct args *args);
int do_no_class_map(struct reader *rd, const struct args *args);
int do_class_description(struct reader *rd, const struct args *args);
int do_class_match(struct reader *rd, const struct args *args);
int do_no_class_match(struct reader *rd, const struct args *args);

/* do_inspect.c */
int do_inspect_map(struct reader *rd, const struct args *args);
int do_no_inspect_map(struct reader *rd, const struct args *args);
int do_inspect_description(struct reader *rd, const struct args *args);
int do_parameters(struct reader *rd, const struct args *args);
int do_nothing(struct reader *rd, const struct args *args);

/* do_inspect_class.c */
int inspect_class_add(struct reader *rd, const struct args *args,
		      const struct match *m);
int do_inspect_class(struct reader *rd, const struct args *args);
int do_no_inspect_class(struct reader *rd, const struct args *args);
int do_inspect_class_description(struct reader *rd, const struct args *args);

/* do_match.c */
int do_match(struct reader *rd, const struct args *args);
int do_no_match(struct reader *rd, const struct args *args);
int do_match_class(struct reader *rd, const struct args *args);
int do_no_match_class(struct reader *rd, const struct args *args);
const char *match_action_wrong(const struct match *m);
int do_action(struct reader *rd, const struct args *args);

/* do_param.c */
int do_param(struct reader *rd, const struct args *args);

/* do_regex.c */
bool regex_quote_open(const struct arg *arg);
char *regex_unquote(const struct arg *arg, size_t *col);
int do_regex(struct reader *rd, const struct args *args);
int do_no_regex(struct reader *rd, const struct args *args);
int do_regex_class(struct reader *rd, const struct args *args);
int do_no_regex_class(struct reader *rd, const struct args *args);
int do_regex_class_description(struct reader *rd, const struct args *args);
int do_regex_match(struct reader *rd, const struct args *args);

/* do_policy.c */
int do_policy_map(struct reader *rd, const struct args *args);
int do_no_policy_map(struct reader *rd, const struct args *args);
int do_policy_description(struct reader *rd, const struct args *args);
int do_class(struct reader *rd, const struct args *args);
int do_no_class(struct reader *rd, const struct args *args);
int do_inspect(struct reader *rd, const struct args *args);
int do_no_inspect(struct reader *rd, const struct args *args);
int do_set(struct reader *rd, const struct args *args);
int do_service_policy(struct reader *rd, const struct args *args);
int do_no_service_policy(struct reader *rd, const struct args *args);

/* do_name.c */
int do_name(struct reader *rd, const struct args *args);
int do_no_name(struct reader *rd, const struct args *args);
int do_clear_names(struct reader *rd, const struct args *args);

/* do_fixup.c */
int do_fixup(struct reader *rd, const struct args *args);
int do_no_fixup(struct reader *rd, const struct args *args);

/* do_global.c */
int do_static(struct reader *rd, const struct args *args);
int do_no_static(struct reader *rd, const struct args *args);
int do_setting(struct reader *rd, const struct args *args);
int do_no_setting(struct reader *rd, const struct args *args);
int do_client_prefix(struct reader *rd, const struct args *args);
int do_nameif(struct reader *rd, const struct args *args);
int do_no_nameif(struct reader *rd, const struct args *args);
int do_clear(struct reader *rd, const struct args *args);
int do_clear_all(struct reader *rd, const struct args *args);
int do_exit(struct reader *rd, const struct args *args);
int do_end(struct reader *rd, const struct args *args);

#endif /* _CTL_GRAMMAR_H */
