// SPDX-License-Identifier: GPL-2.0
/* The second map that is built in: what we would run today. */
#include <esmtp/policy.h>

/**
 * esmtp_map_recommended() - fill in _recommended_esmtp_map, sealed
 * @map: overwritten
 *
 * Mail that breaks a limit is refused with a reply, so that its sender knows;
 * TLS and CHUNKING pass and are understood; look-alikes of the end of a message
 * are refused.
 */
void esmtp_map_recommended(struct esmtp_map *map)
{
	static const char name[] = "_recommended_esmtp_map";
	static const struct esmtp_rule rules[] = {
		{ .crit = ESMTP_CRIT_CMD_LINE, .arg = 2048,
		  .act = ESMTP_ACT_REJECT, .log = 1 },
		{ .crit = ESMTP_CRIT_CMD_RCPT, .arg = 1000,
		  .act = ESMTP_ACT_REJECT, .log = 1 },
		{ .crit = ESMTP_CRIT_BODY_LINE, .arg = 998,
		  .act = ESMTP_ACT_LOG },
		{ .crit = ESMTP_CRIT_HEADER_LINE, .arg = 998,
		  .act = ESMTP_ACT_LOG },
		{ .crit = ESMTP_CRIT_SENDER, .arg = 320,
		  .act = ESMTP_ACT_REJECT, .log = 1 },
		{ .crit = ESMTP_CRIT_FILENAME, .arg = 255,
		  .act = ESMTP_ACT_REJECT, .log = 1 },
		{ .crit = ESMTP_CRIT_EHLO_PARAM, .arg = 1U << ESMTP_KW_OTHERS,
		  .act = ESMTP_ACT_MASK },
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
