// SPDX-License-Identifier: GPL-2.0
/*
 * Half-open connections by era against a list of each of them: random ones begin,
 * are left, or are forgotten while time goes on, past the wrap of its number.
 */
#include <stdio.h>

#include <esmtp/half_open.h>

#include "any.h"

enum { STEPS = 200000, MAX = 60 };

static u32 began[MAX], n, forgotten, refused;

static void take(u32 i)
{
	began[i] = began[--n];
}

static void forget(u32 now)
{
	u32 i = 0;

	while (i < n) {
		if (now - began[i] < ESMTP_HALF_OPEN_ERAS) {
			i++;
			continue;
		}
		take(i);
		forgotten++;
	}
}

static bool step(struct esmtp_half_open *half, u32 now)
{
	u32 i;

	forget(now);
	if (n && any(2)) {
		i = any(n);
		esmtp_half_open_leave(half, now, began[i]);
		take(i);
	} else if (esmtp_half_open_enter(half, now, MAX)) {
		began[n++] = now;
	} else {
		refused++;
		return n == MAX;
	}
	return esmtp_half_open_total(half, now) == n;
}

static bool counts_each(void)
{
	u32 i, now = 0u - 5000;
	struct esmtp_half_open half = { .era = now };

	for (i = 0; i < STEPS; i++) {
		if (!any(16))
			now += any(16) ? 1 : any(100);
		if (!step(&half, now))
			return false;
	}
	return forgotten > 100;
}

static bool full(void)
{
	struct esmtp_half_open half = { .era = 7 };
	u32 i;

	for (i = 0; i < 3; i++)
		if (!esmtp_half_open_enter(&half, 7 + i, 3))
			return false;
	return !esmtp_half_open_enter(&half, 10, 3) &&
	       !esmtp_half_open_enter(&half, 6 + ESMTP_HALF_OPEN_ERAS, 3) &&
	       esmtp_half_open_enter(&half, 7 + ESMTP_HALF_OPEN_ERAS, 3) &&
	       esmtp_half_open_total(&half, 7 + 3 * ESMTP_HALF_OPEN_ERAS) == 0;
}

/* What was forgotten, or never entered, is not taken out of what others have. */
static bool late_leave(void)
{
	struct esmtp_half_open half = { .era = 7 };
	u32 later = 7 + ESMTP_HALF_OPEN_ERAS;

	return esmtp_half_open_enter(&half, 7, 9) && esmtp_half_open_enter(&half, later, 9) &&
	       (esmtp_half_open_leave(&half, later, 7), half.total == 1) &&
	       (esmtp_half_open_leave(&half, later, 8), half.total == 1) &&
	       (esmtp_half_open_leave(&half, later, later), half.total == 0);
}

static bool reserve(void)
{
	return !esmtp_half_open_unproven(0) && !esmtp_half_open_unproven(1) &&
	       esmtp_half_open_unproven(2) == 1 && esmtp_half_open_unproven(100) == 87 &&
	       esmtp_half_open_unproven(4294967295u) == 3758096383u;
}

static int report(const char *name, bool good)
{
	printf("%s %s\n", good ? "ok" : "not ok", name);
	return !good;
}

int main(void)
{
	return report("half_counts_each", counts_each()) |
	       report("half_full", full()) |
	       report("half_late_leave", late_leave()) |
	       report("half_open_to_all", reserve());
}
