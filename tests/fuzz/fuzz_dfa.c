// SPDX-License-Identifier: GPL-2.0
/*
 * Tables of regular expressions from anyone: whatever esmtp_policy_validate() lets
 * through cannot be walked out of, on any bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <esmtp/core.h>

/* Take the next bytes of the input, zeros behind its end. */
static void take(const uint8_t **data, size_t *size, void *to, size_t n)
{
	size_t have = n < *size ? n : *size;

	memset(to, 0, n);
	memcpy(to, *data, have);
	*data += have;
	*size -= have;
}

static void walk(const struct esmtp_regex *r, const uint8_t *data, size_t size)
{
	u16 state = r->start;
	size_t i;

	for (i = 0; i < size; i++) {
		bool found = state == 0;

		state = esmtp_regex_step(r, state, data[i]);
		if (state >= r->states || (found && state))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct esmtp_regex r;
	struct esmtp_policy p = { .regexes = &r, .nregexes = 1 };
	u16 head[4];
	u8 kinds;
	size_t i;

	memset(&r, 0, sizeof(r));
	take(&data, &size, head, sizeof(head));
	take(&data, &size, &kinds, 1);
	r.name[0] = 'r';
	r.states = head[0];
	r.start = head[1];
	r.classes = head[2];
	r.first = head[3];
	/* kinds of bytes repeat, so that few bytes of input say them all */
	for (i = 0; i < sizeof(r.class_of); i++)
		r.class_of[i] = kinds ? (u8)(i % kinds) : 0;
	p.ncells = (u32)(size / 2 / sizeof(u16));
	p.cells = malloc(p.ncells * sizeof(u16) + 1);
	if (!p.cells)
		return 0;
	take(&data, &size, p.cells, p.ncells * sizeof(u16));
	if (!esmtp_policy_seal(&p))
		walk(&r, data, size);
	free(p.cells);
	return 0;
}
