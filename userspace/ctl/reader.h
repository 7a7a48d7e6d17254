/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines applied to a configuration: in which mode each is read, what it does
 * and where it was wrong. All handlers of configuration lines are behind it.
 */
#ifndef _CTL_READER_H
#define _CTL_READER_H

#include "config.h"
#include "lenient.h"
#include "pattern.h"

enum mode {
	MODE_EXEC,			/* the command line of the tool */
	MODE_GLOBAL,
	MODE_CLASS_MAP,
	MODE_REGEX_CLASS,
	MODE_INSPECT_CLASS,
	MODE_NETWORK_OBJECT,
	MODE_SERVICE_OBJECT,
	MODE_NETWORK_GROUP,
	MODE_SERVICE_GROUP,
	MODE_PORT_GROUP,
	MODE_PROTOCOL_GROUP,
	MODE_POLICY_MAP,
	MODE_POLICY_CLASS,
	MODE_INSPECT_MAP,
	MODE_PARAMETERS,
	MODE_MATCH,
	MODE_MAX
};

/**
 * struct reader - a text that is being read
 * @cfg: the configuration that it changes
 * @grammar: automaton of the whole grammar
 * @name: of the text, for messages
 * @line: number of the line at hand, from 1
 * @mode: enum mode of the line at hand
 * @class: class-map that is open
 * @object: object or object-group that is open
 * @pmap: policy-map that is open
 * @bind: class in it that is open
 * @map: inspection map that is open
 * @regexes: class-map type regex that is open
 * @matches: class-map type inspect esmtp that is open
 * @rule: a match that still has no action; its say belongs to nobody
 * @rule_line: line of the match that is open
 * @rule_col: its column
 * @rule_done: the match that is open has its action
 * @error: "name:line:column: message" of the first error
 * @syntax: the error is that the line is no command
 * @notices: "name:line: notice: message" each with a LF
 * @late: what may be worth a notice at the end of the text
 * @shadow: a map that is built in, as the text says it
 * @shadow_line: where it does
 * @odd: column of the first byte of the line at hand that is not UTF-8, 0 if all are
 * @control: one that no other character set explains is among them
 * @has_interface: is there an interface of that name? NULL if nobody can tell
 * @nat_said: the notice about address translation was given
 * @whole: the text is a whole configuration, read on top of nothing
 * @open: the last line may leave its mode open, and a match without its action
 * @lenient: what is passed over
 */
struct reader {
	struct config *cfg;
	struct pattern *grammar;
	const char *name;
	u32 line;
	enum mode mode;
	struct class_map *class;
	struct object *object;
	struct policy_map *pmap;
	struct bind *bind;
	struct inspect_map *map;
	struct regex_class *regexes;
	struct inspect_class *matches;
	struct match rule;
	u32 rule_line;
	size_t rule_col;
	bool rule_done;
	struct buf error;
	bool syntax;
	struct buf notices;
	struct list late;
	struct inspect_map *shadow;
	u32 shadow_line;
	size_t odd;
	bool control;
	bool (*has_interface)(const char *name);
	bool nat_said;
	bool whole;
	bool open;
	struct lenient lenient;
};

void reader_init(struct reader *rd, struct config *cfg,
		 struct pattern *grammar, const char *name);
int reader_text(struct reader *rd, const char *text, size_t len);
void reader_free(struct reader *rd);

/* For handlers. */
int reader_fail(struct reader *rd, size_t col, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void reader_notice(struct reader *rd, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int reader_mode(struct reader *rd, enum mode mode);
const char *reader_name(const struct arg *arg, char *buf, size_t size);
void reader_describe(char **text, const struct args *args);

enum mode mode_parent(enum mode mode);

/* reader_end.c */
void reader_late_exempt(struct reader *rd, bool inspected);
void reader_late_service(struct reader *rd, const char *pmap, const char *ifname);
void reader_late_free(struct reader *rd);
int reader_end(struct reader *rd);

#endif /* _CTL_READER_H */
