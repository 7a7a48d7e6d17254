/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of cases. Each case is
 *
 *	== NAME
 *	-- base			lines applied first, to the default configuration
 *	-- lines		lines under test, called "t" in messages
 *	-- lenient		the same, passing over what is not ours
 *	-- replace		the same, as the whole configuration
 *	-- text			the canonical text that comes out, or
 *	-- all			the same with what is built in, or
 *	-- error		the message
 *	-- notices		what is said beside; nothing unless given
 *	-- passed		lines passed over that have nothing of ours
 *	-- interfaces		those that there are; any unless given
 *	-- flows		SRC SPORT DST DPORT IN OUT = what is done with it
 *	-- nat			the rules of nftables for it
 *	-- limits		HOST CONNECTIONS EMBRYONIC, in order of hosts
 *
 * Of "replace" with "flows", misspelt words must not weaken what is done: mutate.c.
 *
 * A section ends with an empty line or the next one. In lines, "\xNN" is a byte
 * and "\r" a CR; lines before the first case are comments.
 */
#ifndef _CASES_H
#define _CASES_H

#include <stdio.h>

#include <ctl/grammar.h>

enum section {
	SECTION_BASE,
	SECTION_LINES,
	SECTION_TEXT,
	SECTION_ERROR,
	SECTION_NOTICES,
	SECTION_PASSED,
	SECTION_FLOWS,
	SECTION_NAT,
	SECTION_LIMITS,
	SECTION_INTERFACES,
	SECTION_MAX
};

extern const char *const section_names[SECTION_MAX];

struct test_case {
	char name[128];
	struct buf section[SECTION_MAX];
	bool given[SECTION_MAX];
	bool all;
	bool lenient;
	bool replace;
};

struct result {
	struct buf got[SECTION_MAX];
	struct buf why;
	struct esmtp_policy policy;
};

/* A connection of a SECTION_FLOWS. */
struct flow_line {
	char src[64], dst[64], in[16], out[16];
	unsigned int sport, dport;
	struct esmtp_flowspec spec;
};

bool flow_read(const char *line, struct flow_line *to);
u32 mutate_case(struct pattern *pattern, const char *file,
		const struct test_case *c);
bool case_read(FILE *f, struct test_case *c, bool copy);
void case_unescape(const struct buf *lines, struct buf *to);
void case_free(struct test_case *c);
void result_free(struct result *r);
void flows_run(const struct esmtp_policy *p, const struct buf *flows,
	       struct buf *out);
int events_check(void);
void limits_print(const struct esmtp_policy *p, struct buf *out);

#endif /* _CASES_H */
