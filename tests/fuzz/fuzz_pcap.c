// SPDX-License-Identifier: GPL-2.0
/*
 * A capture file of any bytes, replayed and written. The first byte chooses the map: the
 * built-in ones, or one whose edits change lengths. What is written must be readable.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <replay/replay.h>

enum { MAPS = 3 };

static struct esmtp_map maps[MAPS];
static struct esmtp_class class = { .name = "c", .kind = ESMTP_CLASS_DEFAULT };
static struct esmtp_bind bind = { .verdict = ESMTP_CLASSIFY_INSPECT };
static struct esmtp_pmap pmap = { .name = "p", .n = 1 };
static struct esmtp_service service;
static char in_path[64], out_path[64];
static int in = -1, out = -1;

static int make_file(const char *name, char *path, size_t size)
{
	int fd = memfd_create(name, 0);

	if (fd < 0)
		abort();
	snprintf(path, size, "/proc/self/fd/%d", fd);
	return fd;
}

static void up(void)
{
	struct esmtp_map *m = &maps[2];

	class.acl = ESMTP_NONE;
	esmtp_map_default(&maps[0]);
	esmtp_map_recommended(&maps[1]);
	memcpy(m->name, "resize", 7);
	m->params.discard = 1;
	m->params.chunking = 1;
	m->params.termination.on = 1;
	m->params.termination.act = ESMTP_ACT_NORMALIZE;
	m->rules[0].crit = ESMTP_CRIT_EHLO_PARAM;
	m->rules[0].act = ESMTP_ACT_STRIP;
	m->rules[0].arg = 1 << ESMTP_KW_SIZE;
	m->nrules = 1;
	in = make_file("in", in_path, sizeof(in_path));
	out = make_file("out", out_path, sizeof(out_path));
}

static void see_conn(void *ctx, const struct replay_conn *c)
{
	u64 *seen = ctx;

	if (c->fate >= REPLAY_FATES || c->trouble >= REPLAY_TROUBLES ||
	    c->n > REPLAY_FINDINGS || c->number == 0)
		abort();
	++*seen;
}

static int replay(const struct esmtp_policy *p, const char *from, const char *to,
		  struct replay_sums *sums)
{
	u64 seen = 0, told = 0;
	struct replay_job job = {
		.policy = p, .files = &from, .nfiles = 1, .write = to,
		.conn = see_conn, .ctx = &seen,
	};
	int err = replay_run(&job), i;

	for (i = 0; i < REPLAY_FATES; i++)
		told += job.sums.fate[i];
	if (seen != told || (err && !job.error[0]))
		abort();
	*sums = job.sums;
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct esmtp_policy p = {
		.maps = &maps[0], .classes = &class, .binds = &bind, .pmaps = &pmap,
		.services = &service,
		.nmaps = 1, .nclasses = 1, .nbinds = 1, .npmaps = 1, .nservices = 1,
	};
	struct replay_sums first, again;

	if (!size)
		return 0;
	if (in < 0)
		up();
	p.maps = &maps[data[0] % MAPS];
	if (ftruncate(in, 0) || ftruncate(out, 0) ||
	    pwrite(in, data + 1, size - 1, 0) != (ssize_t)size - 1)
		abort();
	if (replay(&p, in_path, out_path, &first) || !first.packets)
		return 0;
	if (replay(&p, out_path, NULL, &again))
		abort();
	return 0;
}
