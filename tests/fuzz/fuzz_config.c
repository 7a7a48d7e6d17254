// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration language: any text is refused with a message or gives
 * objects that print as text which gives the same objects, and that compile to
 * a policy which the kernel accepts.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ctl/grammar.h>
#include <lib/model.h>

static struct pattern *pattern;

static void require(bool holds)
{
	if (!holds)
		abort();
}

static int read_text(struct config *cfg, const char *text, size_t len,
		     bool lenient)
{
	struct reader rd;
	int err;

	reader_init(&rd, cfg, pattern, "fuzz");
	rd.lenient.on = lenient;
	rd.whole = lenient;
	err = reader_text(&rd, text, len);
	require(!err == !rd.error.len);
	reader_free(&rd);
	return err;
}

static void again(struct config *cfg, const struct buf *text)
{
	struct buf printed = { 0 };

	require(!read_text(cfg, text->s, text->len, false));
	config_print(cfg, false, &printed);
	require(printed.len == text->len &&
		!memcmp(printed.s, text->s, text->len));
	buf_free(&printed);
}

/* As a whole configuration of a firewall: what is left of it is one of ours. */
static void read_whole(const char *text, size_t len)
{
	struct buf left = { 0 };
	struct esmtp_policy p;
	struct config cfg;

	config_init(&cfg);
	config_clear(&cfg);
	if (!read_text(&cfg, text, len, true)) {
		require(!config_compile(&cfg, &p));
		esmtp_model_free(&p);
		config_print(&cfg, false, &left);
		config_free(&cfg);
		config_init(&cfg);
		again(&cfg, &left);
	}
	buf_free(&left);
	config_free(&cfg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = { 0 };
	struct esmtp_policy p;
	struct config cfg;

	if (!pattern)
		pattern = grammar_compile();
	config_init(&cfg);
	if (!read_text(&cfg, (const char *)data, size, false)) {
		require(!config_compile(&cfg, &p));
		esmtp_model_free(&p);
		config_print(&cfg, false, &text);
		again(&cfg, &text);
		config_free(&cfg);
		config_init(&cfg);
		again(&cfg, &text);
	}
	buf_free(&text);
	config_free(&cfg);
	read_whole((const char *)data, size);
	return 0;
}
