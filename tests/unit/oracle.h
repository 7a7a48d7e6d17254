/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the two ends make of the bytes that left: an independent view of SMTP,
 * written without a look at the core, to tell whether a forbidden line reached
 * an end that would act on it.
 */
#ifndef _ORACLE_H
#define _ORACLE_H

#include <esmtp/port.h>

enum { ORACLE_PENDING = 4096, ORACLE_LINE = 64 };

enum oracle_mode {
	ORACLE_COMMAND,
	ORACLE_WAIT,			/* the server is asked to say more first */
	ORACLE_MESSAGE,
	ORACLE_AUTH,
	ORACLE_CHUNK,			/* octets of a BDAT */
	ORACLE_REFUSED,			/* what is left of a message that was refused */
};

/* What a map lets through beyond the default. */
enum {
	ORACLE_MASKS = 1 << 0,		/* "ehlo-reply-parameter others mask" */
	ORACLE_TLS = 1 << 1,
	ORACLE_CHUNKING = 1 << 2,
	ORACLE_MONITOR = 1 << 3,
};

/* The beginning of a line, as it was sent and as it left. */
struct oracle_line {
	u8 was[ORACLE_LINE], is[ORACLE_LINE];
	u32 len;			/* bytes without the LF */
	u32 cr;				/* bytes before the first bare CR */
	u8 last;			/* the last byte as it left */
	u8 clean;			/* only X, CR and LF after @cr */
};

/**
 * struct oracle - both ends of one connection
 * @kind: what the server has to answer, oldest first
 * @head: oldest of @kind
 * @tail: end of @kind
 * @client: the client's line at hand
 * @server: the server's line at hand
 * @mode: enum oracle_mode
 * @eod: how much of CR LF . CR LF, or of a look-alike, was seen
 * @looked: a look-alike has passed in this message
 * @lines: lines of this reply so far
 * @solicited: something was to be answered when this reply began
 * @offers: this line offers an extension
 * @lets: ORACLE_*
 * @left: octets of the BDAT still to come
 * @greeted: the greeting has come
 * @eased: what it waits for may have come
 * @ahead: a reply came that none was owed for: the client may count otherwise
 * @lost: it no longer knows where the ends are, and is silent
 * @fail: what went wrong, or NULL
 */
struct oracle {
	u8 kind[ORACLE_PENDING];
	u32 head, tail;
	struct oracle_line client, server;
	u8 mode;
	u8 eod;
	u8 looked;
	u8 lines;
	u8 solicited;
	u8 offers;
	u8 lets;
	u8 eased;
	u8 ahead;
	u8 greeted;
	u8 lost;
	u32 left;
	const char *fail;
};

void oracle_init(struct oracle *o, u8 lets);
void oracle_client(struct oracle *o, u8 was, u8 is);
void oracle_server(struct oracle *o, u8 was, u8 is);

#endif /* _ORACLE_H */
