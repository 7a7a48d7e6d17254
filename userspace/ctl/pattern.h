/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Patterns of commands, and lines matched against them.
 *
 * A pattern is what a manual prints:
 *
 *	word		a keyword, which may be abbreviated
 *	!word		a keyword of the full language that is not supported
 *	<TYPE>		a placeholder, see types.c
 *	<KEYWORD>	any parameter of an EHLO reply; <VERB>, <ENCODING> likewise
 *	[ a ]		may be left out
 *	{ a | b }	one of them
 *	a+		as often as wanted; after a placeholder or a bracket
 *	@net @ports	parts that several patterns share, see grammar.c
 *
 * All patterns are compiled to one nondeterministic automaton. The set of its
 * states after some words is all that parsing, help and completion need.
 */
#ifndef _CTL_PATTERN_H
#define _CTL_PATTERN_H

#include "types.h"
#include "util.h"

struct ctl;
struct reader;
struct args;

enum { PATTERN_ARGS = 40 };

/**
 * struct command - an entry of the grammar
 * @modes: set of 1 << enum mode in which it is valid
 * @pattern: see above
 * @help: what it does, as a phrase
 * @run: carries it out; returns 0 or what reader_fail() does
 * @data: for @run
 * @exec: instead of @run, carries out a command that is no line of configuration;
 *	returns the exit status
 */
struct command {
	u32 modes;
	const char *pattern;
	const char *help;
	int (*run)(struct reader *rd, const struct args *args);
	int data;
	int (*exec)(struct ctl *ctl, const struct args *args);
};

/**
 * struct arg - a word that matched
 * @word: the whole keyword, or NULL for a placeholder
 * @type: enum type of a placeholder, TYPE_MAX for a keyword
 * @num: number in its set, for a @member
 * @member: it is a member of a set, such as a parameter of an EHLO reply
 * @tok: the word as it stands in the line
 * @value: what a placeholder means
 */
struct arg {
	const char *word;
	u8 type;
	u8 num;
	bool member;
	struct token tok;
	struct value value;
};

/**
 * struct args - a line that matched
 * @cmd: the command
 * @n: used entries of @v
 * @end: column behind the last word
 * @v: the words
 */
struct args {
	const struct command *cmd;
	u32 n;
	size_t end;
	struct arg v[PATTERN_ARGS];
};

/**
 * struct miss - why a line did not match
 * @depth: words that did
 * @tok: the one that did not, of length 0 at the line's end
 * @what: text of the message when it is more than what was expected
 * @list: what was expected, separated by LF
 */
struct miss {
	u32 depth;
	struct token tok;
	struct buf what;
	struct buf list;
};

/**
 * struct part - a piece that several patterns share
 * @name: as patterns spell it, without @
 * @pattern: what stands for it
 */
struct part {
	const char *name;
	const char *pattern;
};

/* What a state of the automaton takes. */
enum state_kind {
	STATE_JUMP,			/* nothing: goes on at @next and @alt */
	STATE_WORD,
	STATE_TYPE,
	STATE_END,
};

/**
 * struct state - a state of the automaton
 * @kind: enum state_kind
 * @type: enum type for STATE_TYPE
 * @num: number in its set, for a @member
 * @member: keyword that is a member of a set
 * @hidden: keyword that is not supported
 * @next: where it goes on, 0 for nowhere
 * @alt: where else
 * @seen: round in which it was last added to a set
 * @word: for STATE_WORD; equal words are the same string
 * @cmd: for STATE_END
 */
struct state {
	u8 kind;
	u8 type;
	u8 num;
	bool member;
	bool hidden;
	u32 next;
	u32 alt;
	u32 seen;
	const char *word;
	const struct command *cmd;
};

enum { PATTERN_MODES = 32 };		/* modes are a u32 */

/**
 * struct state_set - states in which a line of a mode begins
 * @v: the states
 * @n: their number; 0 until one was looked for
 */
struct state_set {
	u32 *v;
	u32 n;
};

/**
 * struct pattern - the automaton of a grammar
 * @cmds: its commands; the start of command i is state i + 1
 * @ncmds: their number
 * @v: states; 0 is none
 * @n: their number
 * @size: memory behind @v, in states
 * @set: states in which a line can be; has room for twice @n
 * @nset: their number
 * @round: counts sets
 * @begin: where lines begin, by mode
 * @words: all keywords, for tfind(): equal ones are one string
 * @whole: keywords are not abbreviated
 * @named: what address a word is a name of, or NULL while no text is read
 * @names: for @named
 */
struct pattern {
	const struct command *cmds;
	size_t ncmds;
	struct state *v;
	u32 n, size;
	u32 *set;
	u32 nset;
	u32 round;
	struct state_set begin[PATTERN_MODES];
	void *words;
	bool whole;
	bool (*named)(const void *names, const struct token *t, struct value *v);
	const void *names;
};

struct pattern *pattern_compile(const struct command *cmds, size_t n,
				const struct part *parts);
void pattern_free(struct pattern *p);

/* match.c */
bool match_line(struct pattern *p, u32 mode, struct line line,
		struct args *args, struct miss *miss);
void match_next(struct pattern *p, u32 mode, struct line line,
		struct buf *list);
void match_miss_free(struct miss *miss);
void match_miss_merge(struct miss *to, const struct miss *from);
void match_miss_text(const struct miss *miss, struct buf *out);
struct line args_line(const struct args *args);
const struct arg *args_word(const struct args *args, const char *word);
const struct arg *args_type(const struct args *args, enum type type, u32 nth);

#endif /* _CTL_PATTERN_H */
