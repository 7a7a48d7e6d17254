// SPDX-License-Identifier: GPL-2.0
/* Records as lines of syslog: golden, from ASA's manual and from the field. */
#include "cases.h"

#include <string.h>

#include <linux/nf_esmtp.h>

#include <ctl/event.h>

#define ENDS .family = ESMTP_AF_INET, .client = { { 10, 235, 61, 181 } }, \
	.client_port = 49536, .server = { { 217, 76, 146, 62 } }, \
	.server_port = 25, .client_if = "WLC-LAN_inside", .server_if = "outside"

static const u8 address[] = "MAIL FROM:<a|b\r\n\x80";

static const struct {
	const char *name;
	struct esmtp_event_view ev;
	const char *line;
} rows[] = {
	{ "108004", { ENDS, .kind = ESMTP_EVENT_RULE, .act = ESMTP_ACT_DROP,
		      .rule = 4, .text = "header line length gt 998" },
	  "%ASA-4-108004: ESMTP Classification: Dropped connection for ESMTP Request from WLC-LAN_inside:10.235.61.181/49536 to outside:217.76.146.62/25; matched Class 4: header line length gt 998" },
	{ "108004-response", { ENDS, .kind = ESMTP_EVENT_RULE, .act = ESMTP_ACT_MASK,
		      .from_server = true, .rule = 7,
		      .text = "ehlo-reply-parameter others" },
	  "%ASA-4-108004: ESMTP Classification: Masked header flags for ESMTP Response from outside:217.76.146.62/25 to WLC-LAN_inside:10.235.61.181/49536; matched Class 7: ehlo-reply-parameter others" },
	{ "108004-reset", { ENDS, .kind = ESMTP_EVENT_RULE, .act = ESMTP_ACT_RESET,
		      .rule = 2, .text = "cmd RCPT count gt 100" },
	  "%ASA-4-108004: ESMTP Classification: Reset connection for ESMTP Request from WLC-LAN_inside:10.235.61.181/49536 to outside:217.76.146.62/25; matched Class 2: cmd RCPT count gt 100" },
	{ "108005", { ENDS, .kind = ESMTP_EVENT_RULE, .act = ESMTP_ACT_LOG,
		      .rule = 3, .text = "body line length gt 998" },
	  "%ASA-6-108005: ESMTP Classification: Received ESMTP Request from WLC-LAN_inside:10.235.61.181/49536 to outside:217.76.146.62/25; matched Class 3: body line length gt 998" },
	{ "108002", { ENDS, .kind = ESMTP_EVENT_SEEN, .value = 1,
		      .name = "event_address_char",
		      .text = "a character was replaced (108002)",
		      .excerpt = address, .excerpt_len = 12 },
	  "%ASA-2-108002: SMTP replaced 0x01: out 10.235.61.181 in 217.76.146.62 data: MAIL FROM:<a" },
	{ "108003", { ENDS, .kind = ESMTP_EVENT_SEEN,
		      .name = "event_pipe",
		      .text = "a pipe sign in a mail address (108003)",
		      .excerpt = address, .excerpt_len = 17 },
	  "%ASA-2-108003: Terminating ESMTP connection; malicious pattern detected in the mail address from WLC-LAN_inside:10.235.61.181/49536 to outside:217.76.146.62/25. Mail Address:MAIL FROM:<a|b\\r\\n\\x80" },
	{ "108005-transition", { ENDS, .kind = ESMTP_EVENT_SEEN, .from_server = true,
		      .name = "event_reply_354",
		      .text = "a 354 that answers no DATA (108005)" },
	  "%ASA-6-108005: ESMTP Classification: Received ESMTP Response from outside:217.76.146.62/25 to WLC-LAN_inside:10.235.61.181/49536; a 354 that answers no DATA" },
	{ "108006", { ENDS, .kind = ESMTP_EVENT_SEEN, .value = 120, .limit = 100,
		      .name = "event_size",
		      .text = "a message is larger than declared" },
	  "%ASA-7-108006: Detected ESMTP size violation from WLC-LAN_inside:10.235.61.181/49536 to outside:217.76.146.62/25; declared size is: 100, actual size is 120" },
	{ "108007", { ENDS, .kind = ESMTP_EVENT_SEEN, .from_server = true,
		      .name = "event_tls", .text = "TLS began (108007)" },
	  "%ASA-6-108007: TLS started on ESMTP session between client WLC-LAN_inside:10.235.61.181/49536 and server outside:217.76.146.62/25" },
	{ "not-of-asa", { ENDS, .kind = ESMTP_EVENT_SEEN, .name = "event_chunk_dot",
		      .text = "ends in (1080" },
	  "%ASA-6-108005: ESMTP Classification: Received ESMTP Request from WLC-LAN_inside:10.235.61.181/49536 to outside:217.76.146.62/25; ends in (1080" },
	{ "of-a-newer-module", { ENDS, .kind = ESMTP_EVENT_SEEN, .name = "event_tomorrow",
		      .text = "something else" },
	  "%ASA-6-108005: ESMTP Classification: Received ESMTP Request from WLC-LAN_inside:10.235.61.181/49536 to outside:217.76.146.62/25; something else" },
	{ "507003", { ENDS, .kind = ESMTP_EVENT_END, .act = ESMTP_ACT_DROP, .rule = 2,
		      .text = "cmd RCPT count gt 100", .reason = "drop_rule" },
	  "%ASA-4-507003: tcp flow from WLC-LAN_inside:10.235.61.181/49536 to outside:217.76.146.62/25 terminated by inspection engine, reason - inspector disconnected, dropped packet. Cause: drop_rule, matched Class 2: cmd RCPT count gt 100" },
	{ "507003-reset", { ENDS, .kind = ESMTP_EVENT_END, .act = ESMTP_ACT_RESET,
		      .rule = 1, .text = "x", .reason = "drop_rule" },
	  "%ASA-4-507003: tcp flow from WLC-LAN_inside:10.235.61.181/49536 to outside:217.76.146.62/25 terminated by inspection engine, reason - inspector drop reset, dropped packet. Cause: drop_rule, matched Class 1: x" },
	{ "201011", { ENDS, .kind = ESMTP_EVENT_CONN_MAX, .value = 50, .limit = 50 },
	  "%ASA-3-201011: Connection limit exceeded 50/50 for input packet from 10.235.61.181/49536 to 217.76.146.62/25 on interface WLC-LAN_inside" },
	{ "201013", { ENDS, .kind = ESMTP_EVENT_CLIENT_MAX, .value = 3, .limit = 3 },
	  "%ASA-3-201013: Per-client connection limit exceeded 3/3 for input packet from 10.235.61.181/49536 to 217.76.146.62/25 on interface WLC-LAN_inside" },
	{ "201010", { ENDS, .kind = ESMTP_EVENT_EMBRYONIC, .value = 87, .limit = 87 },
	  "%ASA-6-201010: Embryonic connection limit exceeded 87/87 for input packet from 10.235.61.181/49536 to 217.76.146.62/25 on interface WLC-LAN_inside" },
	{ "201012", { ENDS, .kind = ESMTP_EVENT_CLIENT_EMBRYONIC, .value = 3, .limit = 3 },
	  "%ASA-6-201012: Per-client embryonic connection limit exceeded 3/3 for input packet from 10.235.61.181/49536 to 217.76.146.62/25 on interface WLC-LAN_inside" },
	{ "302013", { ENDS, .kind = ESMTP_EVENT_BUILT, .seq = 9, .conn = 7,
		      .wire_client = { { 192, 0, 2, 1 } }, .wire_client_port = 1024,
		      .wire_server = { { 217, 76, 146, 62 } }, .wire_server_port = 25 },
	  "%ASA-6-302013: Built inbound TCP connection 7 for WLC-LAN_inside:10.235.61.181/49536 (192.0.2.1/1024) to outside:217.76.146.62/25 (217.76.146.62/25)" },
	{ "302013-nameif", { ENDS, .kind = ESMTP_EVENT_BUILT, .conn = 7,
		      .client_nameif = "dmz", .server_nameif = "out",
		      .wire_client = { { 10, 235, 61, 181 } }, .wire_client_port = 49536,
		      .wire_server = { { 192, 0, 2, 2 } }, .wire_server_port = 2525 },
	  "%ASA-6-302013: Built inbound TCP connection 7 for dmz:10.235.61.181/49536 (10.235.61.181/49536) to out:217.76.146.62/25 (192.0.2.2/2525)" },
	{ "201011-nameif", { ENDS, .kind = ESMTP_EVENT_CONN_MAX, .value = 50, .limit = 50,
		      .client_nameif = "dmz" },
	  "%ASA-3-201011: Connection limit exceeded 50/50 for input packet from 10.235.61.181/49536 to 217.76.146.62/25 on interface dmz" },
	{ "302014", { ENDS, .kind = ESMTP_EVENT_TEARDOWN, .seq = 10, .conn = 7, .bytes = 1234,
		      .seconds = 2 * 3600 + 3 * 60 + 4,
		      .reason = "drop_rule" },
	  "%ASA-6-302014: Teardown TCP connection 7 for WLC-LAN_inside:10.235.61.181/49536 to outside:217.76.146.62/25 duration 2:03:04 bytes 1234 Flow closed by inspection" },
	{ "no-interface", { .family = ESMTP_AF_INET6, .client = { { 0x20, 1, 0xd, 0xb8 } },
		      .kind = ESMTP_EVENT_BUILT },
	  "%ASA-6-302013: Built inbound TCP connection 0 for identity:2001:db8::/0 (::/0) to identity:::/0 (::/0)" },
};

/**
 * events_check() - compare all of them
 *
 * Return: how many differ.
 */
int events_check(void)
{
	struct buf line = { 0 };
	int failed = 0;
	json_t *json;
	u32 i;

	for (i = 0; i < ESMTP_ARRAY_SIZE(rows); i++) {
		event_line(&rows[i].ev, &line);
		json = event_json(&rows[i].ev);
		if (strcmp(line.s, rows[i].line) || !json) {
			printf("not ok event %s: %s\n", rows[i].name, line.s);
			failed++;
		} else {
			printf("ok event %s\n", rows[i].name);
		}
		json_decref(json);
		buf_free(&line);
	}
	return failed;
}
