// SPDX-License-Identifier: GPL-2.0
/* The second map that is built in: what we would run today. */
#include <esmtp/policy.h>

/**
 * esmtp_map_recommended() - fill in _recommended_esmtp_map, sealed
 * @map: overwritten
 *
 * TLS and CHUNKING pass and are followed, a sender learns why its mail was
 * refused, and what legitimate mail does is at most counted.
 */
void esmtp_map_recommended(struct esmtp_map *map)
{
	static const char name[] = "_recommended_esmtp_map";
	static const struct esmtp_rule rules[] = {
		/* RFC 4954, 4.2: an initial response can have that many */
		{ .crit = ESMTP_CRIT_CMD_LINE, .arg = 12288,
		  .act = ESMTP_ACT_REJECT, .log = 1 },
		/* RFC 5321, 4.5.3.1.2: a domain has up to 255 octets */
		{ .crit = ESMTP_CRIT_CMD_VERB_LINE, .arg = sizeof("EHLO ") - 1 + 255,
		  .verbs = 1U << ESMTP_VERB_HELO | 1U << ESMTP_VERB_EHLO,
		  .act = ESMTP_ACT_REJECT, .log = 1 },
		{ .crit = ESMTP_CRIT_CMD_RCPT, .arg = 1000,
		  .act = ESMTP_ACT_REJECT, .log = 1 },
		{ .crit = ESMTP_CRIT_BODY_LINE, .arg = 998,
		  .act = ESMTP_ACT_LOG },
		{ .crit = ESMTP_CRIT_HEADER_LINE, .arg = 998,
		  .act = ESMTP_ACT_LOG },
		{ .crit = ESMTP_CRIT_SENDER, .arg = 320,
		  .act = ESMTP_ACT_REJECT, .log = 1 },
		{ .crit = ESMTP_CRIT_RECIPIENT, .arg = 320,
		  .act = ESMTP_ACT_REJECT, .log = 1 },
		{ .crit = ESMTP_CRIT_FILENAME, .arg = 255,
		  .act = ESMTP_ACT_REJECT, .log = 1 },
		{ .crit = ESMTP_CRIT_VIOLATION,
		  .act = ESMTP_ACT_LOG },
		{ .crit = ESMTP_CRIT_AMBIGUOUS,
		  .act = ESMTP_ACT_LOG },
	};

	memset(map, 0, sizeof(*map));
	memcpy(map->name, name, sizeof(name));
	map->params.banner = ESMTP_BANNER_FRIENDLY;
	map->params.tls = 1;
	map->params.chunking = 1;
	map->params.guard.on = 1;
	map->params.guard.act = ESMTP_ACT_REJECT;
	map->params.guard.log = 1;
	map->nrules = ESMTP_ARRAY_SIZE(rules);
	memcpy(map->rules, rules, sizeof(rules));
	esmtp_map_seal(map);
}
