// SPDX-License-Identifier: GPL-2.0
/*
 * Names of things, all from the .def files, and the few functions that put
 * them together into text.
 */
#include <esmtp/core.h>

static const char *get_name_at(const char *const *v, u32 n, u32 i)
{
	return i < n && v[i] ? v[i] : "unknown";
}

#define NAME_AT(v, i) get_name_at((v), ESMTP_ARRAY_SIZE(v), (i))

static const char *const reason_name[] = {
#define ESMTP_REASON(NAME, name, end, sentence) [ESMTP_R_##NAME] = (name),
#include <esmtp/reasons.def>
};

static const char *const reason_sentence[] = {
#define ESMTP_REASON(NAME, name, end, sentence) [ESMTP_R_##NAME] = (sentence),
#include <esmtp/reasons.def>
};

const u8 esmtp_reason_ends[ESMTP_REASON_MAX] = {
#define ESMTP_REASON(NAME, name, end, sentence) [ESMTP_R_##NAME] = ESMTP_END_##end,
#include <esmtp/reasons.def>
};

static const char *const cause_name[] = {
#define ESMTP_CAUSE(NAME, name, sentence) [ESMTP_R_##NAME] = "ended_" name,
#include <esmtp/reasons.def>
};

static const char *const event_name[] = {
#define ESMTP_EVENT(NAME, name, asa, owner, sentence) [ESMTP_EV_##NAME] = (name),
#include <esmtp/events.def>
#undef ESMTP_EVENT
};

/* ASA's messages behind a sentence. One that stands not here does not compile. */
#define ASA_0
#define ASA_108002 " (108002)"
#define ASA_108003 " (108003)"
#define ASA_108005 " (108005)"
#define ASA_108006 " (108006)"
#define ASA_108007 " (108007)"

static const char *const event_sentence[] = {
#define ESMTP_EVENT(NAME, name, asa, owner, sentence) \
	[ESMTP_EV_##NAME] = sentence ASA_##asa,
#include <esmtp/events.def>
#undef ESMTP_EVENT
};

static const char *const mode_name[] = {
	[ESMTP_MODE_COMMAND] = "command",
	[ESMTP_MODE_WAIT] = "wait",
	[ESMTP_MODE_MESSAGE] = "message",
	[ESMTP_MODE_AUTH] = "auth",
	[ESMTP_MODE_CHUNK] = "chunk",
	[ESMTP_MODE_STARTTLS] = "starttls",
	[ESMTP_MODE_TLS] = "tls",
	[ESMTP_MODE_UNREAD] = "unread",
	[ESMTP_MODE_CLOSED] = "closed",
};

static const char *const verb_name[] = {
#define ESMTP_VERB(NAME, name, let) [ESMTP_VERB_##NAME] = (name),
#include <esmtp/verbs.def>
#undef ESMTP_VERB
};

static const char *const criterion_name[] = {
#define ESMTP_CRITERION(NAME, order, text, arg, mask, life, reply) \
	[ESMTP_CRIT_##NAME] = (text),
#include <esmtp/criteria.def>
#undef ESMTP_CRITERION
};

static const u8 criterion_arg[] = {
#define ESMTP_CRITERION(NAME, order, text, arg, mask, life, reply) \
	[ESMTP_CRIT_##NAME] = ESMTP_ARG_##arg,
#include <esmtp/criteria.def>
#undef ESMTP_CRITERION
};

/*
 * Every number of <linux/nf_esmtp.h> has its line in a table, and no line is without:
 * the lines of a table sum up to as many bits as there are numbers.
 */
#define ESMTP_CRITERION(NAME, order, text, arg, mask, life, reply) \
	+ (1ull << ESMTP_CRIT_##NAME)
_Static_assert((0
#include <esmtp/criteria.def>
	) == (1ull << ESMTP_CRIT_MAX) - 1, "criteria.def has a line for each criterion");
#undef ESMTP_CRITERION

#define ESMTP_VERB(NAME, name, let) + (1ull << ESMTP_VERB_##NAME)
_Static_assert((0
#include <esmtp/verbs.def>
	) == (1ull << ESMTP_VERB_MAX) - 1, "verbs.def has a line for each verb");
#undef ESMTP_VERB

#define ESMTP_KEYWORD(NAME, name, param) + (1ull << ESMTP_KW_##NAME)
_Static_assert((0
#include <esmtp/keywords.def>
	) == (1ull << ESMTP_KW_MAX) - 1 - (1ull << ESMTP_KW_OTHERS),
	"keywords.def has a line for each keyword");
#undef ESMTP_KEYWORD

static const char *const encoding_name[] = {
	[ESMTP_ENC_7BIT] = "7bit",
	[ESMTP_ENC_8BIT] = "8bit",
	[ESMTP_ENC_BASE64] = "base64",
	[ESMTP_ENC_BINARY] = "binary",
	[ESMTP_ENC_QUOTED_PRINTABLE] = "quoted-printable",
	[ESMTP_ENC_OTHERS] = "others",
};

static const char *const tls_name[] = {
	[ESMTP_TLS_ANY] = "any",
	[ESMTP_TLS_1_0] = "1.0",
	[ESMTP_TLS_1_1] = "1.1",
	[ESMTP_TLS_1_2] = "1.2",
	[ESMTP_TLS_1_3] = "1.3",
};

static const char *const keyword_param[] = {
#define ESMTP_KEYWORD(NAME, name, param) [ESMTP_KW_##NAME] = (param),
#include <esmtp/keywords.def>
#undef ESMTP_KEYWORD
	[ESMTP_KW_OTHERS] = "others",
};

/**
 * esmtp_reason_name() - name of a reason in counters and JSON
 * @why: the reason
 *
 * Return: a name that never changes, "unknown" out of range.
 */
const char *esmtp_reason_name(enum esmtp_reason why)
{
	return NAME_AT(reason_name, why);
}

/**
 * esmtp_reason_sentence() - what a reason means, for people
 * @why: the reason
 *
 * Return: a clause without a full stop.
 */
const char *esmtp_reason_sentence(enum esmtp_reason why)
{
	return NAME_AT(reason_sentence, why);
}

/**
 * esmtp_reason_cause() - name of the counter of connections that a reason ended
 * @why: the reason
 *
 * Return: a name that never changes; NULL of a reason that ends none.
 */
const char *esmtp_reason_cause(enum esmtp_reason why)
{
	return (u32)why < ESMTP_ARRAY_SIZE(cause_name) ? cause_name[why] : NULL;
}

/**
 * esmtp_event_name() - name of an event in counters and JSON
 * @id: the event
 *
 * Return: a name that never changes, "unknown" out of range.
 */
const char *esmtp_event_name(enum esmtp_event_id id)
{
	return NAME_AT(event_name, id);
}

/**
 * esmtp_event_sentence() - what an event means, for people
 * @id: the event
 *
 * Return: a clause without a full stop; it ends in the number of ASA's message in
 * parentheses, if there is one.
 */
const char *esmtp_event_sentence(enum esmtp_event_id id)
{
	return NAME_AT(event_sentence, id);
}

/**
 * esmtp_mode_name() - name of how a client's next byte is read
 * @mode: the mode
 *
 * Return: one lower-case word.
 */
const char *esmtp_mode_name(enum esmtp_mode mode)
{
	return NAME_AT(mode_name, mode);
}

/**
 * esmtp_verb_name() - name of a command
 * @verb: enum esmtp_verb
 *
 * Return: it, in capitals; "unknown" out of range.
 */
const char *esmtp_verb_name(u32 verb)
{
	return NAME_AT(verb_name, verb);
}

/**
 * esmtp_criterion_name() - what follows "match" in a rule
 * @crit: enum esmtp_criterion
 *
 * Return: the words of it, without an argument.
 */
const char *esmtp_criterion_name(u32 crit)
{
	return NAME_AT(criterion_name, crit);
}

/**
 * esmtp_criterion_arg() - what follows the words of a criterion
 * @crit: enum esmtp_criterion
 *
 * Return: its kind; ESMTP_ARG_MAX out of range.
 */
enum esmtp_arg esmtp_criterion_arg(u32 crit)
{
	if (crit >= ESMTP_CRIT_MAX)
		return ESMTP_ARG_MAX;
	return (enum esmtp_arg)criterion_arg[crit];
}

/**
 * esmtp_member_name() - a member of the set that a criterion takes
 * @arg: kind of the set
 * @i: the member
 *
 * Return: its name as configured, NULL if there is none.
 */
const char *esmtp_member_name(enum esmtp_arg arg, u32 i)
{
	switch (arg) {
	case ESMTP_ARG_KEYWORDS:
		return esmtp_keyword_param(i);
	case ESMTP_ARG_VERBS:
	case ESMTP_ARG_VERB_COUNT:
		/* what no map lets through can't be matched */
		return i < ESMTP_VERB_MAX && i != ESMTP_VERB_LINK2STATE ?
		       verb_name[i] : NULL;
	case ESMTP_ARG_ENCODINGS:
		return i < ESMTP_ENC_MAX ? encoding_name[i] : NULL;
	default:
		return NULL;
	}
}

/**
 * esmtp_tls_name() - a version of TLS
 * @version: enum esmtp_tls_version
 *
 * Return: its number as configured, "unknown" out of range.
 */
const char *esmtp_tls_name(u32 version)
{
	return NAME_AT(tls_name, version);
}

/**
 * esmtp_keyword_param() - parameter of "match ehlo-reply-parameter"
 * @keyword: enum esmtp_keyword
 *
 * Return: its name, NULL for a keyword that no parameter selects.
 */
const char *esmtp_keyword_param(u32 keyword)
{
	return keyword < ESMTP_KW_MAX ? keyword_param[keyword] : NULL;
}

/**
 * esmtp_text_str() - append a string
 * @t: text; what does not fit is counted only
 * @s: the string
 */
void esmtp_text_str(struct esmtp_text *t, const char *s)
{
	for (; *s; s++, t->len++)
		if (t->len + 1 < t->size)
			t->buf[t->len] = *s;
	if (t->size)
		t->buf[t->len < t->size ? t->len : t->size - 1] = '\0';
}

/* Long division in 16-bit places: not every kernel can divide a u64. */
static u32 divide_by_ten(u64 *n)
{
	u64 quotient = 0;
	u32 rest = 0;
	int shift;

	for (shift = 48; shift >= 0; shift -= 16) {
		rest = rest << 16 | (u16)(*n >> shift);
		quotient = quotient << 16 | rest / 10;
		rest %= 10;
	}
	*n = quotient;
	return rest;
}

/**
 * esmtp_text_num() - append a number
 * @t: text; what does not fit is counted only
 * @n: the number, printed in decimal
 */
void esmtp_text_num(struct esmtp_text *t, u64 n)
{
	char digits[21];
	char *p = digits + sizeof(digits) - 1;

	*p = '\0';
	do {
		*--p = (char)('0' + divide_by_ten(&n));
	} while (n);
	esmtp_text_str(t, p);
}
