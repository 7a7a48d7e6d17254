/* SPDX-License-Identifier: GPL-2.0 */
/* The one table of commands, and what carries out those of the configuration. */
#ifndef _CTL_GRAMMAR_H
#define _CTL_GRAMMAR_H

#include "reader.h"

/* Commands of MODE_EXEC have no run(): main.c knows them by @data. */
enum exec {
	EXEC_APPLY,
	EXEC_SHOW_RUNNING,
	EXEC_SHOW_SERVICE,
	EXEC_SHOW_CONN,
	EXEC_SHOW_FLOW,
	EXEC_SHOW_ACL,
	EXEC_SHOW_CLASS,
	EXEC_SHOW_POLICY,
	EXEC_SHOW_DROP,
	EXEC_SHOW_METRICS,
	EXEC_CLEAR_SERVICE,
	EXEC_TEST_REGEX,
	EXEC_MONITOR,
	EXEC_WHY,
	EXEC_CONFIGURE,
	EXEC_HELP,
};

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

/* do_match.c */
int do_match(struct reader *rd, const struct args *args);
int do_no_match(struct reader *rd, const struct args *args);
int do_action(struct reader *rd, const struct args *args);

/* do_param.c */
int do_mask_banner(struct reader *rd, const struct args *args);
int do_flag(struct reader *rd, const struct args *args);
int do_allow_tls(struct reader *rd, const struct args *args);
int do_tls_version(struct reader *rd, const struct args *args);
int do_mail_relay(struct reader *rd, const struct args *args);
int do_special(struct reader *rd, const struct args *args);
int do_short(struct reader *rd, const struct args *args);
int do_termination(struct reader *rd, const struct args *args);
int do_guard(struct reader *rd, const struct args *args);

/* do_regex.c */
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

/* do_global.c */
int do_static(struct reader *rd, const struct args *args);
int do_no_static(struct reader *rd, const struct args *args);
int do_setting(struct reader *rd, const struct args *args);
int do_no_setting(struct reader *rd, const struct args *args);
int do_nameif(struct reader *rd, const struct args *args);
int do_no_nameif(struct reader *rd, const struct args *args);
int do_clear(struct reader *rd, const struct args *args);
int do_clear_all(struct reader *rd, const struct args *args);
int do_exit(struct reader *rd, const struct args *args);
int do_end(struct reader *rd, const struct args *args);

#endif /* _CTL_GRAMMAR_H */
