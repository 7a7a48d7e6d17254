// SPDX-License-Identifier: GPL-2.0
/*
 * Regular expressions at work: which rule matches at which byte, however the
 * bytes are cut. The tables are written by hand: tests/ctl has the compiler.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <esmtp/core.h>

enum { EDITS = 64 };

static int failed;

/* State 0 is found, 1 is stuck; kinds of bytes are a, b and others. */
static u16 cells[] = {
	/* "ab" anywhere, from state 2 */
	0, 0, 0,  1, 1, 1,  3, 2, 2,  3, 0, 2,
	/* "^ab" from state 2 */
	0, 0, 0,  1, 1, 1,  3, 1, 1,  1, 0, 1,
};

enum { ANYWHERE, AT_START };

struct box {
	struct esmtp_map map;
	struct esmtp_regex regexes[2];
	struct esmtp_policy p;
	struct esmtp_session s;
	struct esmtp_edit edits[2][EDITS];
	struct esmtp_log log[2];
	u32 next[2];
	char seen[256];
};

static void regex(struct esmtp_regex *r, const char *name, u32 first)
{
	*r = (struct esmtp_regex){ .states = 4, .start = 2, .classes = 3,
				   .first = first };
	strcpy(r->name, name);
	memset(r->class_of, 2, sizeof(r->class_of));
	r->class_of['a'] = 0;
	r->class_of['b'] = 1;
}

static void event(struct esmtp_io *io, const struct esmtp_event *ev)
{
	struct box *x = io->ctx;

	if (ev->id == ESMTP_EV_RULE)
		sprintf(x->seen + strlen(x->seen), " %u@%u", ev->rule, ev->off);
}

/* Returns false when the connection has ended. */
static bool feed(struct box *x, enum esmtp_dir dir, const char *s, u32 n)
{
	struct esmtp_io io = { .log = &x->log[dir], .hand = x->next[dir],
			       .off = x->next[dir], .event = event, .ctx = x };
	enum esmtp_reason why;

	esmtp_session_feed(&x->s, dir, &io, (const u8 *)s, n, &why);
	x->next[dir] = io.off;
	return !why;
}

static bool say(struct box *x, enum esmtp_dir dir, const char *s, u32 piece)
{
	u32 n = (u32)strlen(s), at, len;

	for (at = 0; at < n; at += len) {
		len = n - at < piece ? n - at : piece;
		if (!feed(x, dir, s + at, len))
			return false;
	}
	return true;
}

static struct box *box_new(const struct esmtp_rule *rules, u32 n)
{
	struct box *x = calloc(1, sizeof(*x));
	u32 i;

	if (!x)
		abort();
	strcpy(x->map.name, "m");
	x->map.params.chunking = 1;
	for (i = 0; i < n; i++)
		x->map.rules[i] = rules[i];
	x->map.nrules = (u8)n;
	regex(&x->regexes[ANYWHERE], "anywhere", 0);
	regex(&x->regexes[AT_START], "at_start", 12);
	x->p = (struct esmtp_policy){ .maps = &x->map, .nmaps = 1,
		.regexes = x->regexes, .nregexes = 2, .cells = cells,
		.ncells = ESMTP_ARRAY_SIZE(cells) };
	if (esmtp_policy_seal(&x->p))
		abort();
	for (i = 0; i < 2; i++)
		x->log[i] = (struct esmtp_log){ .v = x->edits[i], .cap = EDITS };
	esmtp_session_init(&x->s.head, &x->map);
	return x;
}

struct turn {
	enum esmtp_dir dir;
	const char *text;
};

struct row {
	const char *name;
	struct esmtp_rule rules[3];
	struct turn turns[16];
	const char *seen;
	bool ends;
};

#define RULE(c, re, ...) { .crit = ESMTP_CRIT_##c, .regex = re, __VA_ARGS__ }
#define DROP .act = ESMTP_ACT_DROP
#define NOT .negate = 1
#define S(text) { ESMTP_S2C, text "\r\n" }
#define C(text) { ESMTP_C2S, text "\r\n" }
#define MAIL S("220 x"), C("MAIL FROM:<>"), S("250 x"), C("RCPT TO:<x>"), \
	S("250 x"), C("DATA"), S("354 x")

#define X100 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X600 X100 X100 X100 X100 X100 X100

static const struct row rows[] = {
	{ "sender_found", { RULE(SENDER_REGEX, ANYWHERE) },
	  { S("220 x"), C("MAIL FROM:<xxabab>") }, " 0@14", false },
	{ "sender_not_found", { RULE(SENDER_REGEX, ANYWHERE) },
	  { S("220 x"), C("MAIL FROM:<xba>"), S("250 x"), C("RCPT TO:<ab>") },
	  "", false },
	{ "sender_not_at_start", { RULE(SENDER_REGEX, AT_START) },
	  { S("220 x"), C("MAIL FROM:<xab>") }, "", false },
	{ "sender_at_start", { RULE(SENDER_REGEX, AT_START) },
	  { S("220 x"), C("MAIL FROM:<abx>") }, " 0@12", false },
	{ "sender_drop_before_the_byte", { RULE(SENDER_REGEX, ANYWHERE, DROP),
	    RULE(SENDER_REGEX, ANYWHERE) },
	  { S("220 x"), C("MAIL FROM:<ab>") }, " 0@12", true },
	{ "sender_log_then_drop", { RULE(SENDER_REGEX, ANYWHERE),
	    RULE(SENDER_REGEX, ANYWHERE, DROP) },
	  { S("220 x"), C("MAIL FROM:<ab>") }, " 0@12 1@12", true },
	{ "sender_negated", { RULE(SENDER_REGEX, ANYWHERE, NOT) },
	  { S("220 x"), C("MAIL FROM:<xx>"), S("250 x"), C("RCPT TO:<xx>") },
	  " 0@15", false },
	{ "sender_negated_found", { RULE(SENDER_REGEX, ANYWHERE, NOT, DROP) },
	  { S("220 x"), C("MAIL FROM:<ab>") }, "", false },
	{ "recipient_each", { RULE(RECIPIENT_REGEX, ANYWHERE) },
	  { S("220 x"), C("MAIL FROM:<ab>"), S("250 x"), C("RCPT TO:<ab>"),
	    S("250 x"), C("RCPT TO:<a>"), S("250 x"), C("RCPT TO:<bab>") },
	  " 0@26 0@54", false },
	{ "recipient_in_quotes", { RULE(RECIPIENT_REGEX, AT_START) },
	  { S("220 x"), C("RCPT TO:<\"ab\"@x>") }, " 0@11", false },
	{ "recipient_of_two_quotes", { RULE(RECIPIENT_REGEX, AT_START) },
	  { S("220 x"), C("RCPT TO:<a\"b\"@x>") }, " 0@11", false },
	{ "recipient_behind_a_backslash", { RULE(RECIPIENT_REGEX, ANYWHERE) },
	  { S("220 x"), C("RCPT TO:<xa\\b@x>") }, " 0@12", false },
	{ "recipient_of_a_quoted_pair", { RULE(RECIPIENT_REGEX, ANYWHERE) },
	  { S("220 x"), C("RCPT TO:<\"a\\b\"@x>") }, " 0@12", false },
	{ "recipient_around_a_comment", { RULE(RECIPIENT_REGEX, ANYWHERE) },
	  { S("220 x"), C("RCPT TO:<a(x(\\)\"y)z)b@x>") }, " 0@20", false },
	{ "recipient_around_blanks", { RULE(RECIPIENT_REGEX, ANYWHERE) },
	  { S("220 x"), C("RCPT TO:<a \tb@x>") }, " 0@12", false },
	{ "recipient_behind_a_route", { RULE(RECIPIENT_REGEX, AT_START) },
	  { S("220 x"), C("RCPT TO:<@[IPv6:ab],@y:ab@x>") }, " 0@24", false },
	{ "recipient_behind_no_route", { RULE(RECIPIENT_REGEX, AT_START) },
	  { S("220 x"), C("RCPT TO:<y:ab@x>") }, "", false },
	{ "recipient_behind_a_phrase", { RULE(RECIPIENT_REGEX, AT_START) },
	  { S("220 x"), C("RCPT TO:x <ab@x>"), S("250 x"), C("RCPT TO:x <ab@x>") },
	  " 0@12 0@30", false },
	{ "recipient_in_quotes_is_another", { RULE(RECIPIENT_REGEX, ANYWHERE) },
	  { S("220 x"), C("RCPT TO:<\"a b\"@x>"), S("250 x"), C("RCPT TO:<\"a(x)b\"@x>") },
	  "", false },
	{ "recipient_once", { RULE(RECIPIENT_REGEX, ANYWHERE) },
	  { S("220 x"), C("RCPT TO:<ab\"ab\">"), S("250 x"), C("RCPT TO:<a\"b\"ab>") },
	  " 0@10 0@29", false },
	{ "recipient_in_quotes_dropped", { RULE(RECIPIENT_REGEX, AT_START, DROP) },
	  { S("220 x"), C("RCPT TO:<\"ab\"@x>") }, " 0@11", true },
	{ "recipient_negated_in_a_comment", { RULE(RECIPIENT_REGEX, ANYWHERE, NOT) },
	  { S("220 x"), C("RCPT TO:<x(ab)@x>"), S("250 x"), C("RCPT TO:<x\"ab\"@x>"), S("250 x"),
	    C("RCPT TO:<>") }, " 0@18 0@49", false },
	{ "header_field", { RULE(HEADER_REGEX, AT_START) },
	  { MAIL, C("xab: ab"), C("ab: x"), C("ab: y") }, " 0@43", false },
	{ "header_folded_is_no_start", { RULE(HEADER_REGEX, AT_START) },
	  { MAIL, C("x: y"), C(" ab") }, "", false },
	{ "header_over_folding", { RULE(HEADER_REGEX, ANYWHERE) },
	  { MAIL, C("x: xxxxxxxxxxab"), C(""), C("ab") }, " 0@47", false },
	{ "header_negated", { RULE(HEADER_REGEX, ANYWHERE, NOT) },
	  { MAIL, C("x: y"), C(""), C("ab") }, " 0@40", false },
	{ "filetype", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"cab\"; x=ab"), C("") },
	  " 0@60", false },
	{ "filetype_in_sections", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name*0=\"ca\"; name*1=b"), C("") },
	  " 0@72", false },
	{ "filetype_in_sections_and_fields", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name*0=a"),
	    C("Content-Disposition: z; filename=b; filename*0=b"), C("") },
	  "", false },
	{ "filetype_in_sections_in_disorder", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x; name*1=b; name*0=a"), C("") }, " 0@71", false },
	{ "filetype_in_an_open_comment", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y (; name=ab"), C("") }, " 0@64", false },
	{ "filetype_in_open_quotes_of_another", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; z=\"; name=ab"), C("") }, " 0@67", false },
	{ "filetype_in_a_sound_value_is_none", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; z=\"; name=ab\""), C("") }, "", false },
	{ "filetype_in_a_comment_of_a_name", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=a(c)b"), C("") }, " 0@61", false },
	{ "filetype_in_a_code_cut_in_two", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x; name*0*=''a%6; name*1*=2"), C("") }, " 0@73", false },
	{ "filetype_in_a_word_that_goes_on", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x; name=\"=?x?Q?a=6?= =?x?Q?2?=\""), C("") }, " 0@81", false },
	{ "filetype_with_controls", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"a\001b\""), C("") }, " 0@65", false },
	{ "filetype_in_sections_too_long_to_order", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x; name*1=" X600 "; name*0=a"), C("") }, " 0@670", false },
	{ "filetype_around_another", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name*0=a; name=x; name*1=b"), C("") },
	  " 0@77", false },
	{ "filetype_sections_negated", { RULE(FILETYPE, ANYWHERE, NOT) },
	  { MAIL, C("Content-Type: x/y; name*0=a; name*1=c"),
	    C("Content-Type: x/y; name*0=a; name*1=b"), C("") }, " 0@72", false },
	{ "filetype_base64", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"=?utf-8?B?eGFi?=\""), C("") },
	  " 0@71", false },
	{ "filetype_base64_padded", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"=?utf-8?b?YWI=?=\""), C("") },
	  " 0@70", false },
	{ "filetype_base64_none", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"=?utf-8?B?eGEgYg==?=\""), C("") },
	  "", false },
	{ "filetype_quoted", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"=?utf-8?Q?=61=62?=\""), C("") },
	  " 0@73", false },
	{ "filetype_quoted_none", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"=?utf-8?Q?a_b=61?=\""), C("") },
	  "", false },
	{ "filetype_over_two_words", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"=?u?Q?a?="), C(" =?u?B?Yg==?=\""),
	    C("") }, " 0@77", false },
	{ "filetype_over_a_word_and_text", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"=?u?Q?a?=b\""), C("") },
	  " 0@67", false },
	{ "filetype_no_word", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"=?ab?c\""), C("") },
	  " 0@61", false },
	{ "filetype_no_word_joins_nothing", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"a=?u?B=?u?Q?b?=\""), C("") },
	  "", false },
	{ "filetype_malformed_word_as_sent", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"=?u?B?x.ab\""), C("") },
	  " 0@67", false },
	{ "filetype_word_cut_short", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"=?u?Q?=61b"), C("") },
	  " 0@67", false },
	{ "filetype_percent", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Disposition: z; filename*=utf-8''%61%62"), C("") },
	  " 0@79", false },
	{ "filetype_percent_none", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Disposition: z; filename*=utf-8'de'a%20b%6"), C("") },
	  "", false },
	/* of no word, and not as it was sent either */
	{ "filetype_percent_in_no_word", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x; name*=''=?%61b"), C("") }, " 0@67", false },
	{ "filetype_percent_before_no_word", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x; name*=''%61=?x; x=b"), C("") }, "", false },
	{ "filetype_percent_broken", { RULE(FILETYPE, AT_START) },
	  { MAIL, C("Content-Disposition: z; filename*=''a%6x; filename*0*=''a%"),
	    C(""), C(".") }, "", false },
	{ "filetype_percent_in_sections", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name*0*=utf-8''%61; name*1*=%62"),
	    C("") }, " 0@82", false },
	{ "filetype_in_both_readings_once", { RULE(FILETYPE, ANYWHERE) },
	  { MAIL, C("Content-Type: x/y; name=\"=?u?Q?ab_=61b?= ab\""), C("") },
	  " 0@65", false },
	{ "filetype_negated_as_decoded", { RULE(FILETYPE, ANYWHERE, NOT) },
	  { MAIL, C("Content-Type: x/y; name=\"=?u?Q?=61=62?=\""),
	    C("Content-Type: x/y; name=\"=?ab?Q?x?=\""), C("") },
	  " 0@114", false },
	{ "header_given_up", { RULE(HEADER_REGEX, ANYWHERE) },
	  { S("220 x"), C("EHLO x"), S("250-x"), S("250 CHUNKING"),
	    C("MAIL FROM:<>"), S("250 x"), C("RCPT TO:<b>"), S("250 x"),
	    C("BDAT 4"), { ESMTP_C2S, "x:ab" }, C("RSET"), S("250 x"), S("500 x"),
	    C("BDAT 4 LAST"), { ESMTP_C2S, "y:ab" } },
	  " 0@46 0@69", false },
	{ "three_at_once", { RULE(SENDER_REGEX, ANYWHERE),
	    RULE(SENDER_REGEX, AT_START), RULE(RECIPIENT_REGEX, ANYWHERE) },
	  { S("220 x"), C("MAIL FROM:<cab>"), S("250 x"), C("RCPT TO:<ab>") },
	  " 0@13 2@27", false },
};

static void run(const struct row *row, u32 piece)
{
	const struct turn *t;
	struct box *x;
	bool alive = true;
	u32 n = 0;

	while (n < ESMTP_ARRAY_SIZE(row->rules) && row->rules[n].crit)
		n++;
	x = box_new(row->rules, n);
	for (t = row->turns; alive && t->text; t++)
		alive = say(x, t->dir, t->text, piece);
	if (alive == row->ends || strcmp(x->seen, row->seen)) {
		printf("not ok regex_%s in pieces of %u:%s\n", row->name, piece,
		       x->seen);
		failed = 1;
	} else if (piece == 1) {
		printf("ok regex_%s\n", row->name);
	}
	free(x);
}

int main(void)
{
	u32 i, piece;

	for (i = 0; i < ESMTP_ARRAY_SIZE(rows); i++)
		for (piece = 40; piece; piece--)
			run(&rows[i], piece);
	return failed;
}
