// SPDX-License-Identifier: GPL-2.0
#include "mask.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "types.h"
#include "util.h"

/* What was seen, by kind: the same word gets the same number. */
struct seen {
	char **v;
	unsigned int n;
};

enum { KIND_V4, KIND_V6, KIND_MAIL, KIND_HOST, KINDS };

static const char *const kind_names[KINDS] = { "IPv4-", "IPv6-", "MAIL-", "HOST-" };
static struct seen seen[KINDS];
static bool on;

/**
 * mask_begin() - from now on mask_line() masks
 */
void mask_begin(void)
{
	on = true;
}

/**
 * mask_end() - no more, and forget what was seen
 */
void mask_end(void)
{
	unsigned int k, i;

	on = false;
	for (k = 0; k < KINDS; k++) {
		for (i = 0; i < seen[k].n; i++)
			free(seen[k].v[i]);
		free(seen[k].v);
		seen[k] = (struct seen){ NULL, 0 };
	}
}

static void put_masked(struct buf *out, int kind, const char *s, size_t n)
{
	struct seen *all = &seen[kind];
	unsigned int i;

	for (i = 0; i < all->n; i++)
		if (strlen(all->v[i]) == n && !strncasecmp(all->v[i], s, n))
			break;
	if (i == all->n) {
		all->v = mem_grow(all->v, (all->n + 1) * sizeof(*all->v));
		all->v[all->n++] = mem_dup(s, n);
	}
	buf_add(out, "%s%u", kind_names[kind], i + 1);
}

static bool is_address(int family, const char *s, size_t n, struct esmtp_addr *a)
{
	char text[INET6_ADDRSTRLEN];

	if (n >= sizeof(text))
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	memset(a, 0, sizeof(*a));
	return inet_pton(family, text, a->b) == 1;
}

/* A netmask tells nothing of anybody, 0.0.0.0 among them. */
static bool is_mask(const struct esmtp_addr *a)
{
	struct esmtp_addr whole;

	type_mask_fill(&whole, type_mask_bits(a));
	return !memcmp(&whole, a, sizeof(whole));
}

/* A name of DNS: dots within, and a last label of letters. */
static bool is_host(const char *s, size_t n)
{
	const char *dot = memrchr(s, '.', n), *p;

	if (!dot || dot == s || s + n - dot < 3)
		return false;
	for (p = dot + 1; p < s + n; p++)
		if (!isalpha((unsigned char)*p))
			return false;
	return !memchr(s, '/', n) && !memchr(s, '_', n);
}

/* The end of a word may be punctuation: bytes of @s without it. */
static size_t trim(const char *s, size_t n)
{
	while (n && strchr(".,;:", s[n - 1]))
		n--;
	return n;
}

/* Of which kind a word is; KINDS for none that is masked. */
static int kind_of(const char *s, size_t n)
{
	struct esmtp_addr a;

	if (is_address(AF_INET, s, n, &a))
		return is_mask(&a) ? KINDS : KIND_V4;
	if (n > 2 && is_address(AF_INET6, s, n, &a))
		return KIND_V6;
	if (memchr(s, '@', n))
		return KIND_MAIL;
	return is_host(s, n) ? KIND_HOST : KINDS;
}

/* A word, or two that a colon joins: outside:10.0.0.1, 10.0.0.1:25. */
static void put_word(struct buf *out, const char *s, size_t len)
{
	size_t n = trim(s, len), first;
	const char *colon = memchr(s, ':', n);
	int kind = kind_of(s, n);

	if (kind == KINDS && colon) {
		first = (size_t)(colon - s);
		put_word(out, s, first);
		buf_put(out, ":", 1);
		put_word(out, colon + 1, len - first - 1);
		return;
	}
	if (kind == KINDS)
		buf_put(out, s, n);
	else
		put_masked(out, kind, s, n);
	buf_put(out, s + n, len - n);
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || (c && strchr(".:@-_%", c));
}

/**
 * mask_line() - put numbers in the place of addresses and names
 * @line: a line; is given up
 *
 * Return: the line as it is to be printed, for free().
 */
char *mask_line(char *line)
{
	struct buf out = { 0 };
	const char *s = line;
	size_t n;

	if (!on)
		return line;
	while (*s) {
		for (n = 0; in_word(s[n]); n++)
			;
		put_word(&out, s, n);
		s += n;
		for (n = 0; s[n] && !in_word(s[n]); n++)
			;
		buf_put(&out, s, n);
		s += n;
	}
	buf_put(&out, "", 0);
	free(line);
	return out.s;
}
