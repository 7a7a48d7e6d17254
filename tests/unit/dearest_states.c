// SPDX-License-Identifier: GPL-2.0
/*
 * States, maps and patterns for dearest.c. Maps are the built-in ones, and for each
 * criterion one that is nothing but rules on it, as many as there can be, that log.
 */
#include <string.h>

#include "dearest.h"

#define GREET	"S220 mx ESMTP\r\n\0CEHLO x\r\n\0" \
		"S250-mx\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 STARTTLS\r\n\0"
#define MAIL	GREET "CMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n\0S250 ok\r\n250 ok\r\n\0"
#define DATA	MAIL "CDATA\r\n\0S354 go\r\n\0"
#define PARTS	DATA "CContent-Type: multipart/mixed; boundary=b\r\n\r\n\0"
#define FIELD	DATA "CContent-Disposition: attachment; filename"

const struct opening dearest_openings[] = {
	{ "greeting", "", ESMTP_S2C },
	{ "before the greeting", "", ESMTP_C2S },
	{ "commands", GREET, ESMTP_C2S },
	{ "replies", GREET "CNOOP\r\n\0", ESMTP_S2C },
	{ "EHLO's reply", "S220 mx\r\n\0CEHLO x\r\n\0", ESMTP_S2C },
	{ "in EHLO's reply", "S220 mx\r\n\0CEHLO x\r\n\0S250-mx\r\n\0", ESMTP_S2C },
	{ "argument", GREET "CVRFY ", ESMTP_C2S },
	{ "masked", GREET "CXYZZ ", ESMTP_C2S },
	{ "sender", GREET "CMAIL FROM:<", ESMTP_C2S },
	{ "parameters", GREET "CMAIL FROM:<a@b> ", ESMTP_C2S },
	{ "transaction", MAIL, ESMTP_C2S },
	{ "recipient", MAIL "CRCPT TO:<", ESMTP_C2S },
	{ "auth", GREET "CAUTH LOGIN\r\n\0S334 x\r\n\0", ESMTP_C2S },
	{ "message", DATA, ESMTP_C2S },
	{ "field", DATA "CSubject: ", ESMTP_C2S },
	{ "type", DATA "CContent-Type: ", ESMTP_C2S },
	{ "parameter", DATA "CContent-Type: a/b; ", ESMTP_C2S },
	{ "disposition", DATA "CContent-Disposition: ", ESMTP_C2S },
	{ "encoding", DATA "CContent-Transfer-Encoding: ", ESMTP_C2S },
	{ "name", FIELD "=", ESMTP_C2S },
	{ "quoted name", FIELD "=\"", ESMTP_C2S },
	{ "odd name", FIELD "=\"\\\"", ESMTP_C2S },
	{ "coded name", FIELD "*=utf-8''", ESMTP_C2S },
	{ "odd coded name", FIELD "*=\x01utf-8''", ESMTP_C2S },
	{ "section", FIELD "*0=", ESMTP_C2S },
	{ "coded section", FIELD "*0*=utf-8''", ESMTP_C2S },
	{ "section in disorder", FIELD "*1=a; filename*0=", ESMTP_C2S },
	{ "Q word", FIELD "=\"=?utf-8?Q?", ESMTP_C2S },
	{ "base64 word", FIELD "=\"=?utf-8?B?", ESMTP_C2S },
	{ "odd word", FIELD "=\x01\"=?utf-8?Q?", ESMTP_C2S },
	{ "body", DATA "CA: b\r\n\r\n", ESMTP_C2S },
	{ "body of parts", PARTS, ESMTP_C2S },
	{ "part", PARTS "C--b\r\n", ESMTP_C2S },
	{ "many parts", DATA
	  "CContent-Type: multipart/x; boundary=1\r\n\r\n--1\r\n\0"
	  "CContent-Type: multipart/x; boundary=2\r\n\r\n--2\r\n\0"
	  "CContent-Type: multipart/x; boundary=3\r\n\r\n--3\r\n\0"
	  "CContent-Type: multipart/x; boundary=4\r\n\r\n--4\r\n\0"
	  "CContent-Type: multipart/x; boundary=5\r\n\r\n--5\r\n\0", ESMTP_C2S },
	{ "loose parts", DATA "CContent-Type: multipart/mixed\r\n\r\n", ESMTP_C2S },
	{ "digest", DATA "CContent-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n",
	  ESMTP_C2S },
	{ "refused message", DATA "CA: b\r\n\r\n\0S550 no\r\n\0", ESMTP_C2S },
	{ "BDAT", MAIL "CBDAT ", ESMTP_C2S },
	{ "chunk", MAIL "CBDAT 100000\r\n", ESMTP_C2S },
	{ "refused chunk", GREET "CMAIL FROM:<a@b>\r\n\0S550 no\r\n\0CBDAT 100000\r\n",
	  ESMTP_C2S },
	{ "doubt", DATA "CA: b\r\n\r\nx\n.\r\n\0S250 ok\r\n\0", ESMTP_C2S },
	{ "TLS", GREET "CSTARTTLS\r\n\0S220 go\r\n\0", ESMTP_C2S },
	{ "TLS hello", GREET "CSTARTTLS\r\n\0S220 go\r\n\0C\x16\x03\x01\x3f", ESMTP_C2S },
	{ NULL, "", 0 },
};

const char *const dearest_patterns[] = {
	"a", "\n", "\r", "\r\n", "\r\r\n", "a\n", "a\r\n", "a\r", ".\r\n", ".\n", "\n.",
	"\x01", "\x80", " ", "\t", "\x7f", "\x1b", "=", "?", "%", "\"", "'", "\\", "(", ")", ";",
	"*", ":", "<", ">", "@", "|", ",", "-", "--", "--b\r\n", "--b\r", "--b\n", "--b--\r\n",
	"--b\r\n\r\n", "NOOP\r\n", "NOOP\n", "RSET\r\n", "XXXX\r\n", "MAIL\r\n", "RCPT TO:<a>\r\n",
	"MAIL FROM:<a>\r\n", "BDAT 0\r\n", "BDAT 1\r\na", "QUIT\r\n", "DATA\r\n", "EHLO \r\n",
	"VRFY a\r\n", "a@b", "<a|b>", "a:b\r\n", "a: \r\n", ":\r\n", " \r\n", "\r\n ", "To:\r\n",
	"To:a\r\n", "To:a\r", "Content-Type:\r\n", "Content-Type:a/b;name=a\r\n",
	"Content-Type:multipart/x\r\n", "Content-Transfer-Encoding:a\r\n",
	"Content-Disposition:a;filename=\"\\\"\r\n", "name=a;", "name=", "name*=a;", "name*0=a;",
	"name*1=a;", "name*9=a;filename*8=a;", "name=\"a\"", "boundary=a;", "boundary=", "name*0*=%41;",
	"%41", "%4", "=?a?Q?a?=", "=?a?Q?=41", "=?utf-8?B?YQ==?=", "=?", "=?=?", "=?a?", "?=", "=4",
	"=41", "?= =?a?Q?", "a;b", "a=b;", "\"a", "\\a", "((", "(a)", "\x01;", "\x80=", "=?\x1b",
	"%\x1b", "%3D%3F", "250-a\r\n", "250 a\r\n", "250-\r\n", "250-SIZE\r\n", "250-XY a\r\n",
	"354 \r\n", "220 \r\n", "x\r\n", "\r\n250-", "250\r\n", "2", "0\r",
	NULL
};

enum { PLAIN = 2, OWN = ESMTP_CRIT_MAX, STATES = 2 };

/* One kind of byte, and no way to be found. */
static const u16 cells[STATES] = { 0, 1 };
static struct esmtp_regex regex;
static struct esmtp_map maps[PLAIN + 2 * OWN];

/* Rules on one criterion, as many as there can be. */
static void fill_map(struct esmtp_map *map, u8 crit, bool negate)
{
	static const u8 regexes[] = {
		ESMTP_CRIT_HEADER_REGEX, ESMTP_CRIT_SENDER_REGEX,
		ESMTP_CRIT_RECIPIENT_REGEX, ESMTP_CRIT_FILETYPE,
	};
	u32 i, n = memchr(regexes, crit, sizeof(regexes)) ? ESMTP_MAP_REGEXES : ESMTP_MAP_RULES;

	memset(map, 0, sizeof(*map));
	strcpy(map->name, esmtp_criterion_name(crit));
	if (negate)
		strcat(map->name, " (not)");
	map->params.tls = 1;
	map->params.chunking = 1;
	map->params.special.on = 1;
	map->params.special.act = ESMTP_ACT_LOG;
	map->params.guard.on = 1;
	map->params.guard.act = ESMTP_ACT_LOG;
	map->nrules = (u8)n;
	for (i = 0; i < n; i++) {
		struct esmtp_rule *r = &map->rules[i];

		r->crit = crit;
		r->act = ESMTP_ACT_LOG;
		r->negate = negate;
		r->verbs = ~0u;
		r->arg = n == ESMTP_MAP_REGEXES ? 0 : i;
		if (crit == ESMTP_CRIT_CMD_VERB || crit == ESMTP_CRIT_ENCODING ||
		    crit == ESMTP_CRIT_EHLO_PARAM)
			r->arg = negate ? 0 : ~0u;
	}
	esmtp_map_seal(map);
	if (n != ESMTP_MAP_REGEXES)
		return;
	map->regexes = &regex;
	map->nslots = (u8)n;
	for (i = 0; i < n; i++) {
		map->slots[i] = (u8)i;
		map->rules[i].slot = (u8)i;
	}
}

static void fill_all(void)
{
	u32 i;

	regex = (struct esmtp_regex){ .states = STATES, .start = 1, .classes = 1, .next = cells };
	esmtp_map_default(&maps[0]);
	esmtp_map_recommended(&maps[1]);
	for (i = 0; i < 2 * OWN; i++)
		fill_map(&maps[PLAIN + i], (u8)(i % OWN), i >= OWN);
}

/**
 * dearest_n_maps() - how many maps are there?
 * @all: those of "match not", too
 *
 * Return: that.
 */
u32 dearest_n_maps(bool all)
{
	return all ? ESMTP_ARRAY_SIZE(maps) : PLAIN + OWN;
}

/**
 * dearest_map() - one of the maps
 * @i: which
 *
 * Return: it, sealed.
 */
const struct esmtp_map *dearest_map(u32 i)
{
	if (!maps[0].nrules)
		fill_all();
	return &maps[i];
}
