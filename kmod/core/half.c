// SPDX-License-Identifier: GPL-2.0
/*
 * How many connections of a host are half-open. Each is remembered by the era in
 * which it began and in no other way: a flood costs nothing but the count.
 */
#include <esmtp/half.h>

/* Forget what began too long ago. */
static void advance(struct esmtp_half *half, u32 now)
{
	u32 passed = now - half->era, i;

	if (!passed)
		return;
	if (passed > ESMTP_HALF_ERAS)
		passed = ESMTP_HALF_ERAS;
	for (i = 0; i < passed; i++) {
		u32 *began = &half->began[(now - i) % ESMTP_HALF_ERAS];

		half->total -= *began;
		*began = 0;
	}
	half->era = now;
}

/**
 * esmtp_half_total() - how many connections are half-open?
 * @half: of a host
 * @now: era at hand; it never goes back
 *
 * Return: their number.
 */
u32 esmtp_half_total(struct esmtp_half *half, u32 now)
{
	advance(half, now);
	return half->total;
}

/**
 * esmtp_half_enter() - count one more, unless there are too many
 * @half: of a host
 * @now: era at hand
 * @max: how many there may be
 *
 * Return: false if there are as many already.
 */
bool esmtp_half_enter(struct esmtp_half *half, u32 now, u32 max)
{
	if (esmtp_half_total(half, now) >= max)
		return false;
	half->began[now % ESMTP_HALF_ERAS]++;
	half->total++;
	return true;
}

/**
 * esmtp_half_leave() - one is open, or over
 * @half: of a host
 * @now: era at hand
 * @era: in which it was entered
 */
void esmtp_half_leave(struct esmtp_half *half, u32 now, u32 era)
{
	u32 *began = &half->began[era % ESMTP_HALF_ERAS];

	advance(half, now);
	if (now - era >= ESMTP_HALF_ERAS || !*began)
		return;
	--*began;
	half->total--;
}

/**
 * esmtp_half_open_to_all() - how many may be opened by clients not known to be there
 * @max: how many a server may have
 *
 * The others, an eighth and at least one, are kept for clients that answered a SYN
 * cookie: else those who never answer would keep them out.
 *
 * Return: their number.
 */
u32 esmtp_half_open_to_all(u32 max)
{
	return max - max / 8 - !!(max % 8);
}
