// SPDX-License-Identifier: GPL-2.0
#include "conversation.h"

static const struct esmtp_rule tight[] = {
	{ .crit = ESMTP_CRIT_CMD_LINE, .arg = 20, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_CMD_LINE, .arg = 40, .act = ESMTP_ACT_DROP },
	{ .crit = ESMTP_CRIT_CMD_RCPT, .arg = 2, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_BODY_LINE, .arg = 10, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_HEADER_LINE, .arg = 60, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_SENDER, .arg = 5, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_FILENAME, .arg = 3, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_EHLO_PARAM, .act = ESMTP_ACT_MASK,
	  .arg = 1u << ESMTP_KW_OTHERS | 1u << ESMTP_KW_SIZE },
};

static const struct esmtp_rule drops[] = {
	{ .crit = ESMTP_CRIT_BODY_LINE, .arg = 30, .act = ESMTP_ACT_DROP },
	{ .crit = ESMTP_CRIT_FILENAME, .arg = 3, .act = ESMTP_ACT_DROP },
	{ .crit = ESMTP_CRIT_EHLO_PARAM, .act = ESMTP_ACT_LOG,
	  .arg = 1u << ESMTP_KW_OTHERS | 1u << ESMTP_KW_DSN },
	{ .crit = ESMTP_CRIT_EHLO_PARAM, .act = ESMTP_ACT_DROP,
	  .arg = 1u << ESMTP_KW_VRFY },
};

static const struct esmtp_rule every[] = {
	{ .crit = ESMTP_CRIT_CMD_VERB, .arg = 1u << ESMTP_VERB_VRFY,
	  .act = ESMTP_ACT_MASK },
	{ .crit = ESMTP_CRIT_CMD_VERB, .act = ESMTP_ACT_LOG, .negate = 1,
	  .arg = 1u << ESMTP_VERB_MAIL | 1u << ESMTP_VERB_RCPT },
	{ .crit = ESMTP_CRIT_CMD_VERB_LINE, .arg = 8, .act = ESMTP_ACT_LOG,
	  .verbs = 1u << ESMTP_VERB_EHLO | 1u << ESMTP_VERB_BDAT },
	{ .crit = ESMTP_CRIT_CMD_LINE, .arg = 9, .negate = 1,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_CMD_RCPT, .arg = 1, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_INVALID_RCPT, .arg = 1, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_BODY_LENGTH, .arg = 7, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_BODY_LENGTH, .arg = 40, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_BODY_LENGTH, .arg = 30, .negate = 1,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_BODY_LINE, .arg = 8, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_BODY_LINE, .arg = 3, .negate = 1,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_HEADER_LENGTH, .arg = 30, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_HEADER_LINE, .arg = 20, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_HEADER_TO, .arg = 1, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_RECIPIENT, .arg = 4, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_SENDER, .arg = 4, .negate = 1,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_ENCODING, .arg = 1u << ESMTP_ENC_BASE64,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_ENCODING, .arg = 1u << ESMTP_ENC_7BIT, .negate = 1,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_FILENAME, .arg = 4, .negate = 1,
	  .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_VIOLATION, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_AMBIGUOUS, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_VIOLATION, .act = ESMTP_ACT_LOG, .negate = 1 },
	{ .crit = ESMTP_CRIT_SENDER, .arg = 2, .act = ESMTP_ACT_LOG, .with = 1 },
	{ .crit = ESMTP_CRIT_CMD_RCPT, .arg = 1, .act = ESMTP_ACT_LOG },
	{ .crit = ESMTP_CRIT_CMD_LINE, .arg = 12, .act = ESMTP_ACT_LOG, .with = 1 },
	{ .crit = ESMTP_CRIT_BODY_LENGTH, .arg = 2, .act = ESMTP_ACT_LOG, .with = 1 },
	{ .crit = ESMTP_CRIT_VIOLATION, .act = ESMTP_ACT_LOG, .negate = 1 },
};

static const struct esmtp_params classic = { .banner = ESMTP_BANNER_CLASSIC };

static const struct esmtp_params open = {
	.banner = ESMTP_BANNER_FRIENDLY, .tls = 1, .chunking = 1,
	.guard = { .on = 1, .act = ESMTP_ACT_LOG }, .guard_strict = 1,
	.special = { .on = 1, .act = ESMTP_ACT_MASK },
	.relay = { .on = 1, .act = ESMTP_ACT_LOG }, .relay_domain = "a.a.b",
};

static const struct esmtp_params shut = {
	.tls = 1, .tls_min = ESMTP_TLS_1_2, .chunking = 1, .no_auth_in_clear = 1,
	.guard = { .on = 1, .act = ESMTP_ACT_DROP },
	.special = { .on = 1, .act = ESMTP_ACT_DROP },
	.relay = { .on = 1, .act = ESMTP_ACT_RESET }, .relay_domain = "b",
};

static const struct esmtp_params monitor = {
	.banner = ESMTP_BANNER_FRIENDLY, .monitor = 1, .require_tls = 1,
	.guard = { .on = 1, .act = ESMTP_ACT_DROP }, .guard_strict = 1,
	.special = { .on = 1, .act = ESMTP_ACT_MASK },
};

static const struct esmtp_rule strips[] = {
	{ .crit = ESMTP_CRIT_EHLO_PARAM, .act = ESMTP_ACT_STRIP,
	  .arg = 1u << ESMTP_KW_OTHERS | 1u << ESMTP_KW_SIZE },
	{ .crit = ESMTP_CRIT_CMD_RCPT, .arg = 3, .act = ESMTP_ACT_REJECT },
	{ .crit = ESMTP_CRIT_BODY_LINE, .arg = 60, .act = ESMTP_ACT_RESET },
};

static const struct esmtp_params resize = {
	.banner = ESMTP_BANNER_CLASSIC, .chunking = 1, .tls = 1, .discard = 1,
	.termination = { .on = 1, .act = ESMTP_ACT_NORMALIZE },
	.guard = { .on = 1, .act = ESMTP_ACT_REJECT },
};

static const struct vector maps[] = {
	{ .name = "default" },
	{ .name = "bare", .map = VECTOR_MAP_OWN },
	{ .name = "tight", .map = VECTOR_MAP_OWN, .params = &classic,
	  .rules = tight, .n_rules = ESMTP_ARRAY_SIZE(tight) },
	{ .name = "drops", .map = VECTOR_MAP_OWN, .params = &classic,
	  .rules = drops, .n_rules = ESMTP_ARRAY_SIZE(drops) },
	{ .name = "recommended", .map = VECTOR_MAP_RECOMMENDED },
	{ .name = "open", .map = VECTOR_MAP_OWN, .params = &open,
	  .rules = every, .n_rules = ESMTP_ARRAY_SIZE(every) },
	{ .name = "shut", .map = VECTOR_MAP_OWN, .params = &shut },
	{ .name = "monitor", .map = VECTOR_MAP_OWN, .params = &monitor,
	  .rules = tight, .n_rules = ESMTP_ARRAY_SIZE(tight) },
	{ .name = "resize", .map = VECTOR_MAP_OWN, .params = &resize,
	  .rules = strips, .n_rules = ESMTP_ARRAY_SIZE(strips) },
};

static u16 read_turns(struct vector_turn *turns, const u8 *p, u32 n)
{
	u16 count = 0;
	u32 len;

	while (n && count < CONVERSATION_TURNS) {
		struct vector_turn *t = &turns[count];

		memset(t, 0, sizeof(*t));
		t->dir = *p & 1 ? ESMTP_S2C : ESMTP_C2S;
		t->again = *p >> 1 & 1;
		p++;
		n--;
		count++;
		if (t->again)
			continue;
		if (n < 2)
			return count;
		len = p[0] | p[1] << 8;
		p += 2;
		n -= 2;
		t->n_in = len < n ? len : n;
		t->in = (const char *)p;
		p += t->n_in;
		n -= t->n_in;
	}
	return count;
}

static u32 hash(const u8 *p, u32 n)
{
	u32 h = 2166136261u;

	while (n--)
		h = (h ^ *p++) * 16777619;
	return h | 1;
}

/**
 * conversation_read() - read an input
 * @c: filled; it points into @p
 * @p: bytes
 * @n: how many
 *
 * Return: false if there is nothing in it.
 */
bool conversation_read(struct conversation *c, const u8 *p, u32 n)
{
	if (n < 2)
		return false;
	c->v = maps[(*p & ~CONVERSATION_FLAG) % ESMTP_ARRAY_SIZE(maps)];
	c->v.turns = c->turns;
	c->v.n_turns = read_turns(c->turns, p + 1, n - 1);
	c->hash = hash(p, n);
	return true;
}
