// SPDX-License-Identifier: GPL-2.0
/*
 * Names of things, all from the .def files, and the few functions that put
 * them together into text.
 */
#include <esmtp/core.h>

static const char *name_at(const char *const *v, u32 n, u32 i)
{
	return i < n && v[i] ? v[i] : "unknown";
}

#define NAME_AT(v, i) name_at((v), ESMTP_ARRAY_SIZE(v), (i))

static const char *const reason_name[] = {
#define ESMTP_REASON(NAME, name, end, sentence) [ESMTP_##NAME] = (name),
#include <esmtp/reasons.def>
#undef ESMTP_REASON
};

static const char *const reason_sentence[] = {
#define ESMTP_REASON(NAME, name, end, sentence) [ESMTP_##NAME] = (sentence),
#include <esmtp/reasons.def>
#undef ESMTP_REASON
};

static const u8 reason_end[] = {
#define ESMTP_REASON(NAME, name, end, sentence) [ESMTP_##NAME] = ESMTP_END_##end,
#include <esmtp/reasons.def>
#undef ESMTP_REASON
};

static const char *const event_name[] = {
#define ESMTP_EVENT(NAME, name, sentence) [ESMTP_EV_##NAME] = (name),
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
#define ESMTP_CRITERION(NAME, text, arg, mask) [ESMTP_CRIT_##NAME] = (text),
#include <esmtp/criteria.def>
#undef ESMTP_CRITERION
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
 * esmtp_reason_end() - how a packet with a reason ended
 * @why: the reason
 *
 * Return: passed, edited or dropped; dropped out of range.
 */
enum esmtp_end esmtp_reason_end(enum esmtp_reason why)
{
	if ((u32)why >= ESMTP_REASON_MAX)
		return ESMTP_END_DROP;
	return reason_end[why];
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
static u32 div10(u64 *n)
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
		*--p = (char)('0' + div10(&n));
	} while (n);
	esmtp_text_str(t, p);
}

static void text_keywords(struct esmtp_text *t, u32 set)
{
	const char *param;
	u32 i;

	for (i = 0; i < ESMTP_KW_MAX; i++) {
		param = esmtp_keyword_param(i);
		if (!(set >> i & 1) || !param)
			continue;
		esmtp_text_str(t, " ");
		esmtp_text_str(t, param);
	}
}

/**
 * esmtp_text_match() - append a rule's criterion as configured
 * @t: text
 * @r: the rule
 *
 * "match cmd line length gt 512", "match ehlo-reply-parameter others".
 */
void esmtp_text_match(struct esmtp_text *t, const struct esmtp_rule *r)
{
	esmtp_text_str(t, "match ");
	esmtp_text_str(t, esmtp_criterion_name(r->crit));
	if (r->crit == ESMTP_CRIT_EHLO_PARAM) {
		text_keywords(t, r->arg);
		return;
	}
	esmtp_text_str(t, " gt ");
	esmtp_text_num(t, r->arg);
}

/**
 * esmtp_text_action() - append a rule's action as configured
 * @t: text
 * @r: the rule
 *
 * "drop-connection log", "mask", "log".
 */
void esmtp_text_action(struct esmtp_text *t, const struct esmtp_rule *r)
{
	static const char *const action_name[] = {
		[ESMTP_ACT_LOG] = "log",
		[ESMTP_ACT_DROP] = "drop-connection",
		[ESMTP_ACT_MASK] = "mask",
	};

	esmtp_text_str(t, NAME_AT(action_name, r->act));
	if (r->log)
		esmtp_text_str(t, " log");
}
