// SPDX-License-Identifier: GPL-2.0
/*
 * What a client is told when its connection ends with a reject: an SMTP reply
 * with an enhanced status code (RFC 5321 4.2, RFC 3463).
 */
#include "internal.h"

static const char other[] = "554 5.7.1 Refused by policy";

/* By the criterion of a rule. */
static const char *const by_criterion[ESMTP_CRIT_MAX] = {
	[ESMTP_CRIT_CMD_VERB] = "502 5.5.1 Command refused by policy",
	[ESMTP_CRIT_CMD_LINE] = "500 5.5.2 Line too long",
	[ESMTP_CRIT_CMD_VERB_LINE] = "500 5.5.2 Line too long",
	[ESMTP_CRIT_CMD_RCPT] = "452 4.5.3 Too many recipients",
	[ESMTP_CRIT_INVALID_RCPT] = "550 5.7.1 Too many invalid recipients",
	[ESMTP_CRIT_BODY_LENGTH] = "552 5.3.4 Message too big",
	[ESMTP_CRIT_BODY_LINE] = "554 5.6.0 Message line too long",
	[ESMTP_CRIT_HEADER_LENGTH] = "554 5.6.0 Message header too long",
	[ESMTP_CRIT_HEADER_LINE] = "554 5.6.0 Message header line too long",
	[ESMTP_CRIT_HEADER_TO] = "554 5.6.0 Too many To fields",
	[ESMTP_CRIT_SENDER] = "501 5.1.7 Sender address too long",
	[ESMTP_CRIT_SENDER_REGEX] = "550 5.7.1 Sender refused by policy",
	[ESMTP_CRIT_RECIPIENT] = "501 5.1.3 Recipient address too long",
	[ESMTP_CRIT_RECIPIENT_REGEX] = "550 5.7.1 Recipient refused by policy",
	[ESMTP_CRIT_ENCODING] = "554 5.6.1 Encoding refused by policy",
	[ESMTP_CRIT_FILENAME] = "554 5.6.0 File name too long",
	[ESMTP_CRIT_FILETYPE] = "554 5.7.1 Attachment refused by policy",
	[ESMTP_CRIT_VIOLATION] = "554 5.5.0 Protocol violation",
};

/* By a reason that no rule is behind. */
static const char *const by_reason[ESMTP_REASON_MAX] = {
	[ESMTP_SMUGGLING] = "554 5.6.0 Bare CR, LF or NUL beside a lone dot",
	[ESMTP_GROUP] = "554 5.5.0 Improper command pipelining",
	[ESMTP_BDAT] = "501 5.5.4 Bad argument of BDAT",
	[ESMTP_BDAT_ORDER] = "503 5.5.1 BDAT out of order",
	[ESMTP_SPECIAL] = "501 5.1.7 Special character in address",
	[ESMTP_RELAY] = "554 5.7.1 Relay access denied",
	[ESMTP_TERMINATION] = "500 5.5.2 Line does not end in CR LF",
	[ESMTP_TLS_REQUIRED] = "530 5.7.0 Must issue a STARTTLS command first",
	[ESMTP_AUTH_CLEAR] = "538 5.7.11 Encryption required for authentication",
};

static const char *at(const char *const *v, u32 n, u32 i)
{
	return i < n && v[i] ? v[i] : other;
}

/**
 * esmtp_session_say() - the reply to a client whose connection is rejected
 * @s: a session that ended with ESMTP_ACT_REJECT
 *
 * Return: one line without CR LF, which lives as long as the session's map.
 */
const char *esmtp_session_say(const struct esmtp_session_head *s)
{
	if (s->say && s->say <= s->map->nsays)
		return s->map->says[s->say - 1];
	if (s->why == ESMTP_RULE_DROP)
		return at(by_criterion, ESMTP_CRIT_MAX, s->crit);
	return at(by_reason, ESMTP_REASON_MAX, s->why);
}
