// SPDX-License-Identifier: GPL-2.0
/* Which of two texts a client would rather have: the header Accept (RFC 9110, 12.5.1). */
#include "accept.h"

#include <string.h>
#include <strings.h>

/* A part of a header: bytes up to where a separator stood, without blanks around. */
struct part {
	const char *s;
	size_t len;
};

/* Takes the part before @sep; false at the end. Quotes protect nothing that is ours. */
static bool next_part(struct part *rest, char sep, struct part *part)
{
	const char *end;

	if (!rest->s)
		return false;
	end = memchr(rest->s, sep, rest->len);
	part->s = rest->s;
	part->len = end ? (size_t)(end - rest->s) : rest->len;
	rest->len -= part->len + !!end;
	rest->s = end ? end + 1 : NULL;
	for (; part->len && strchr(" \t", *part->s); part->len--)
		part->s++;
	while (part->len && strchr(" \t", part->s[part->len - 1]))
		part->len--;
	return true;
}

static bool is_text(const struct part *part, const char *s)
{
	return part->len == strlen(s) && !strncasecmp(part->s, s, part->len);
}

/* A weight in thousandths; what is none weighs nothing. */
static int parse_weight(const char *s, size_t len)
{
	int q = 0, unit = 1000;
	size_t i;

	if (!len || *s < '0' || *s > '1' || (len > 1 && s[1] != '.') || len > 5)
		return 0;
	for (i = 0; i < len; i++) {
		if (i == 1)
			continue;
		if (s[i] < '0' || s[i] > '9')
			return 0;
		q += (s[i] - '0') * unit;
		unit /= 10;
	}
	return q > 1000 ? 1000 : q;
}

/* The weight of a media range whose parameters are these; 0 if we have not that version. */
static int weigh(struct part parameters, const char *version)
{
	struct part p;
	int q = 1000;

	while (next_part(&parameters, ';', &p)) {
		if (p.len > 2 && !strncasecmp(p.s, "q=", 2))
			q = parse_weight(p.s + 2, p.len - 2);
		else if (p.len > 8 && !strncasecmp(p.s, "version=", 8) &&
			 (p.len - 8 != strlen(version) ||
			  strncmp(p.s + 8, version, p.len - 8) != 0))
			return 0;
	}
	return q;
}

/**
 * accept_format() - what to answer with
 * @accept: the header's value, or NULL
 *
 * Who does not ask for OpenMetrics by its name, and at least as much as for plain text,
 * gets Prometheus' text, as its own libraries have it.
 *
 * Return: the format.
 */
enum esmtp_metrics_format accept_format(const char *accept)
{
	struct part rest = { accept, accept ? strlen(accept) : 0 }, range, type;
	int open = 0, plain = 0, q;

	while (next_part(&rest, ',', &range)) {
		if (!next_part(&range, ';', &type))
			continue;
		if (is_text(&type, "application/openmetrics-text")) {
			q = weigh(range, "1.0.0");
			open = q > open ? q : open;
		} else if (is_text(&type, "text/plain")) {
			q = weigh(range, "0.0.4");
			plain = q > plain ? q : plain;
		}
	}
	return open && open >= plain ? ESMTP_METRICS_OPEN : ESMTP_METRICS_PROMETHEUS;
}
