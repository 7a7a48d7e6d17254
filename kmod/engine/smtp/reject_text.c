// SPDX-License-Identifier: GPL-2.0
/*
 * What a client is told when its connection ends with a reject: an SMTP reply
 * with an enhanced status code (RFC 5321 4.2, RFC 3463).
 */
#include <esmtp/core.h>

static const char other[] = "554 5.7.1 Refused by policy";

/* By the criterion of a rule. */
static const char *const by_criterion[ESMTP_CRIT_MAX] = {
#define ESMTP_CRITERION(NAME, order, text, arg, mask, life, reply) \
	[ESMTP_CRIT_##NAME] = (reply),
#include <esmtp/criteria.def>
#undef ESMTP_CRITERION
};

/* By a reason that no rule is behind. */
static const char *const by_reason[ESMTP_REASON_MAX] = {
	[ESMTP_R_SMUGGLING] = "554 5.6.0 Bare CR, LF or NUL beside a lone dot",
	[ESMTP_R_ANSWERED] = "451 4.5.0 Server answered before the end of the message",
	[ESMTP_R_GROUP] = "554 5.5.0 Improper command pipelining",
	[ESMTP_R_BDAT] = "501 5.5.4 Bad argument of BDAT",
	[ESMTP_R_BDAT_ORDER] = "503 5.5.1 BDAT out of order",
	[ESMTP_R_SPECIAL] = "501 5.1.7 Special character in address",
	[ESMTP_R_RELAY] = "554 5.7.1 Relay access denied",
	[ESMTP_R_TERMINATION] = "500 5.5.2 Line does not end in CR LF",
	[ESMTP_R_TLS_REQUIRED] = "530 5.7.0 Must issue a STARTTLS command first",
	[ESMTP_R_AUTH_CLEAR] = "538 5.7.11 Encryption required for authentication",
};

static const char *get_reply_text(const char *const *v, u32 n, u32 i)
{
	return i < n && v[i] ? v[i] : other;
}

/**
 * esmtp_reject_text() - the reply to a client whose connection is rejected
 * @s: a session that ended with ESMTP_ACT_REJECT
 *
 * Return: one line without CR LF, which lives as long as the session's map.
 */
const char *esmtp_reject_text(const struct esmtp_session_head *s)
{
	if (s->say && s->say <= s->map->nsays)
		return s->map->says[s->say - 1];
	if (s->why == ESMTP_R_RULE_DROP)
		return get_reply_text(by_criterion, ESMTP_CRIT_MAX, s->crit);
	return get_reply_text(by_reason, ESMTP_REASON_MAX, s->why);
}
