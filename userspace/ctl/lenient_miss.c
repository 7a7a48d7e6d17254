// SPDX-License-Identifier: GPL-2.0
/*
 * What a line that no mode of ours knows may be: another feature of the firewall, or
 * something of ours that cannot be read and must not get lost.
 */
#include "odd.h"

#include <string.h>

/* Every line of these modes is ours: one is left by another command only. */
static bool keeps(const struct odd *odd)
{
	static const char *const words[] = {
		"access-list", "class-map", "policy-map", "service-policy",
		"object", "object-group", "static", "regex", "fixup", "name",
		"names",
	};
	u32 i;

	switch (odd->rd->mode) {
	case MODE_INSPECT_CLASS:
	case MODE_INSPECT_MAP:
	case MODE_PARAMETERS:
	case MODE_MATCH:
		break;
	default:
		return false;
	}
	for (i = 0; i < ESMTP_ARRAY_SIZE(words); i++)
		if (odd_first_is(odd, words[i]))
			return odd->inner;
	return odd->inner || !foreign_command(&odd->first);
}

/* The protocol of a line of an access-list. */
static struct token protocol(const struct line *line)
{
	struct line l = *line;
	struct token t;

	l.pos = 0;
	do {
		t = lexer_next(&l);
	} while (t.len && !lexer_is(&t, "permit") && !lexer_is(&t, "deny"));
	return lexer_next(&l);
}

static int pass_acl(const struct odd *odd)
{
	static const char *const settings[] = {
		"compiled", "mode", "alert-interval", "deny-flow-max",
	};
	struct token proto = protocol(odd->line), third = odd_nth(odd->line, 2);
	struct token last = odd_nth(odd->line, odd_count_words(odd->line) - 1);
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(settings); i++)
		if (lexer_is(&odd->second, settings[i]) && odd_count_words(odd->line) < 4)
			return odd_pass(odd, PASSED_FOREIGN, "a setting of access-lists");
	if (lexer_is(&third, "remark"))
		return odd_pass(odd, PASSED_IDLE, "a remark");
	if (foreign_ip(&proto))
		return odd_pass(odd, PASSED_IDLE, "no mail has that protocol");
	if (lexer_is(&last, "inactive"))
		return odd_pass(odd, PASSED_IDLE, "an inactive line");
	odd_add_hole(odd, "access-list", odd->second.s, odd->second.len);
	if (odd_count_words(odd->line) < 5 || lexer_is(&odd->second, "access-list") ||
	    lexer_is(&odd->second, "extended"))
		return odd_pass_undone(odd);
	return odd_pass(odd, PASSED_FOREIGN,
		    "a line that cannot be had here, of a list that no inspection uses");
}

/* class-map and policy-map of other kinds: "type inspect http NAME", "match-any NAME" */
static int pass_map(const struct odd *odd, bool class)
{
	struct token kind = odd_nth(odd->line, 2), of = odd_nth(odd->line, 3);
	struct token name = odd->second;

	if (lexer_is(&odd->second, "match-any") ||
	    lexer_is(&odd->second, "match-all"))
		name = kind;
	if (lexer_is(&odd->second, "type")) {
		if (lexer_is(&kind, "inspect") && foreign_protocol(&of))
			return odd_pass(odd, PASSED_FOREIGN, "of another protocol");
		if (!lexer_is(&kind, "management"))
			return odd_pass_undone(odd);
		name = of;
	} else if (!class || !lexer_is(&odd->second, "match-any")) {
		return odd_pass_undone(odd);
	}
	if (class && lexer_is(&odd->second, "type"))
		lenient_hole_add(odd->rd, "class-map", name.s, name.len,
				 lenient_management);
	else if (class)
		odd_add_hole(odd, "class-map", name.s, name.len);
	odd->rd->lenient.management = lexer_is(&odd->second, "type");
	return odd_pass(odd, PASSED_FOREIGN, "of another feature");
}

/* Are there limits of connections in a "static" that cannot be read? */
static bool limited(const struct line *line)
{
	struct token t = odd_nth(line, 2), before = { .len = 0 };
	u32 n, from = odd_static_words(&t);
	struct line l = *line;

	l.pos = 0;
	for (n = 0, t = lexer_next(&l); t.len; n++, before = t, t = lexer_next(&l))
		if (n >= from && !lexer_is(&before, "udp") &&
		    !lexer_is(&before, "access-list") &&
		    strspn(t.s, "0123456789") >= t.len && !lexer_is(&t, "0"))
			return true;
	return false;
}

static int pass_static(const struct odd *odd)
{
	struct token proto = odd_nth(odd->line, 2);

	if (lexer_is(&proto, "udp"))
		return odd_pass(odd, PASSED_FOREIGN, "translation of UDP");
	if (limited(odd->line) || odd_count_words(odd->line) < 4)
		return odd_pass_undone(odd);
	return odd_pass(odd, PASSED_FOREIGN, "translation of addresses without limits");
}

static int pass_fixup(const struct odd *odd)
{
	struct token of = odd_nth(odd->line, 2);

	if (lexer_is(&odd->second, "protocol") && of.len &&
	    odd->first.col != odd->col)
		of = odd_nth(odd->line, 3);
	return lexer_is(&odd->second, "protocol") && foreign_protocol(&of) ?
	       odd_pass(odd, PASSED_FOREIGN, "inspects another protocol") :
	       odd_pass_undone(odd);
}

/* The name of something of ours? */
static bool named(struct reader *rd, const struct token *t)
{
	struct arg arg = { .tok = *t };
	char name[ESMTP_NAME_LEN];

	if (t->len >= sizeof(name))
		return false;
	reader_name(&arg, name, sizeof(name));
	return config_pmap_find(rd->cfg, name) || config_map_find(rd->cfg, name) ||
	       config_class_find(rd->cfg, name) ||
	       config_inspect_class_find(rd->cfg, name) ||
	       config_acl_find(rd->cfg, name);
}

/* A word of a mode that is open in a text without indentation, and not ours. */
static bool of_other(const struct odd *odd)
{
	static const char *const words[] = {
		"match", "class", "parameters", "inspect", "set", "description",
		"mask-banner", "allow-tls", "drop-connection", "log", "reset",
	};
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(words); i++)
		if (odd_first_is(odd, words[i]))
			return true;
	return false;
}

/* A command that nobody knows; one that speaks of what is ours was meant for us. */
static int pass_unknown(const struct odd *odd)
{
	static const char *const words[] = {
		"esmtp", "smtp", "inspect", "permit", "deny", "service-policy",
		"class-map", "policy-map", "access-list", "fixup",
	};
	const char *near = foreign_near(&odd->first);
	struct line l = *odd->line;
	struct token t;
	bool ours;
	u32 i;

	if (of_other(odd))
		return odd_pass(odd, PASSED_FOREIGN, "of another feature's mode");
	if (near) {
		lenient_add(odd->rd, PASSED_UNDONE, odd->line,
			    "not known: '%s' misspelt?", near);
		return 0;
	}
	l.pos = 0;
	for (t = lexer_next(&l); t.len; t = lexer_next(&l)) {
		ours = named(odd->rd, &t);
		for (i = 0; i < ESMTP_ARRAY_SIZE(words); i++)
			ours |= lexer_is(&t, words[i]);
		if (!ours)
			continue;
		lenient_add(odd->rd, PASSED_UNDONE, odd->line,
			    "not known, and speaks of '%.*s'", (int)t.len, t.s);
		return 0;
	}
	return odd_pass(odd, PASSED_FOREIGN, "not known");
}

static int pass_global(const struct odd *odd)
{
	if (odd_first_is(odd, "access-list"))
		return pass_acl(odd);
	if (odd_first_is(odd, "class-map"))
		return pass_map(odd, true);
	if (odd_first_is(odd, "policy-map"))
		return pass_map(odd, false);
	if (odd_first_is(odd, "static"))
		return pass_static(odd);
	if (odd_first_is(odd, "fixup"))
		return pass_fixup(odd);
	if (odd_first_is(odd, "service-policy"))
		return odd_pass_undone(odd);
	if (odd_first_is(odd, "object") || odd_first_is(odd, "object-group") ||
	    odd_first_is(odd, "nameif") || odd_first_is(odd, "name") ||
	    odd_first_is(odd, "clear"))
		return odd_pass(odd, PASSED_FOREIGN, "of another feature");
	if (odd_first_is(odd, "nat") && limited(odd->line))
		return odd_pass_undone(odd);
	if (foreign_command(&odd->first))
		return odd_pass(odd, PASSED_FOREIGN, "another feature of the firewall");
	return pass_unknown(odd);
}

/* Commands that have no lines below them. */
static bool stands_alone(const struct odd *odd)
{
	static const char *const words[] = {
		"access-group", "access-list", "conduit", "fixup", "global",
		"logging", "name", "names", "nat", "pager", "route",
		"service-policy", "static",
	};
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(words); i++)
		if (odd_first_is(odd, words[i]))
			return true;
	return false;
}

/**
 * lenient_miss() - pass over a line that no mode knows
 * @rd: the reader
 * @line: the line
 * @miss: why none does
 *
 * Return: 0 if it was passed over, 1 if it is to be an error, or what reader_fail()
 * returns.
 */
int lenient_miss(struct reader *rd, const struct line *line,
		 const struct miss *miss)
{
	struct odd odd;
	int err;

	if (!rd->lenient.on)
		return 1;
	odd_look(rd, line, &odd);
	odd.miss = miss;
	if (keeps(&odd) || odd_first_is(&odd, "esmtp"))
		return 1;
	err = odd_pass_inner(&odd);
	if (err != ODD_NOT_INNER)
		return err;
	if (reader_mode(rd, MODE_GLOBAL))
		return -1;
	if (odd_is_mail(&odd)) {
		rd->pmap = NULL;
		buf_free(&rd->lenient.why);
		return odd_owe(&odd);
	}
	rd->lenient.base = odd.col - 1;
	if (!stands_alone(&odd))
		lenient_open(&rd->lenient, line, rd->line, false);
	if (odd_first_is(&odd, "regex")) {
		odd_add_hole(&odd, "regex", odd.second.s, odd.second.len);
		return odd_pass(&odd, PASSED_FOREIGN, "an expression that no inspection uses");
	}
	return pass_global(&odd);
}

/* A line of ours that stands further in than it should. */
static bool escapes(const struct odd *odd)
{
	struct miss miss;
	struct args args;
	bool is = false;

	if (odd_first_is(odd, "access-list"))
		return odd_count_words(odd->line) > 4;
	if (odd_first_is(odd, "class-map") || odd_first_is(odd, "policy-map") ||
	    odd_first_is(odd, "service-policy") || odd_first_is(odd, "fixup") ||
	    odd_first_is(odd, "static") || odd_first_is(odd, "object-group")) {
		is = match_line(odd->rd->grammar, MODE_GLOBAL, *odd->line,
				&args, &miss);
		match_miss_free(&miss);
	}
	return is;
}

/**
 * lenient_inside() - does a line belong to one that was passed over?
 * @rd: the reader
 * @line: the line
 *
 * Return: 0 if it does; it is passed over then. 1 if it is to be read.
 */
int lenient_inside(struct reader *rd, const struct line *line)
{
	struct lenient *l = &rd->lenient;
	struct odd odd;

	if (!l->inside)
		return 1;
	odd_look(rd, line, &odd);
	l->inside = odd.col - 1 > l->indent && !escapes(&odd);
	if (!l->inside)
		return 1;
	if (odd_is_mail(&odd))
		return odd_owe(&odd);
	if (!l->management && odd_first_is(&odd, "set") && odd_has_word(line, foreign_limit))
		return odd_pass(&odd, PASSED_UNDONE,
			    "limits of a class that is not known here");
	if (l->in_class && ((odd_first_is(&odd, "inspect") &&
			     !foreign_protocol(&odd.second)) ||
			    foreign_near(&odd.first)))
		return odd_pass(&odd, PASSED_UNDONE,
			    "of a class that is not known here, and perhaps ours");
	if (named(rd, &odd.first))
		return odd_pass(&odd, PASSED_UNDONE, "begins with a name of ours");
	lenient_add(rd, PASSED_FOREIGN, line, "belongs to line %u", l->opener);
	return 0;
}
