// SPDX-License-Identifier: GPL-2.0
/*
 * The number of half-open connections of a host, counted by the era in which each began.
 * Nothing is kept per connection, so a SYN flood takes no memory.
 */
#include <esmtp/half_open.h>

/* Drop the counts of eras that began ESMTP_HALF_OPEN_ERAS or more eras ago. */
static void expire_old_eras(struct esmtp_half_open *half, u32 now)
{
	u32 passed = now - half->era, i;

	if (!passed)
		return;
	if (passed > ESMTP_HALF_OPEN_ERAS)
		passed = ESMTP_HALF_OPEN_ERAS;
	for (i = 0; i < passed; i++) {
		u32 *began = &half->began[(now - i) % ESMTP_HALF_OPEN_ERAS];

		half->total -= *began;
		*began = 0;
	}
	half->era = now;
}

/**
 * esmtp_half_open_total() - how many connections are half-open?
 * @half: of a host
 * @now: era at hand; it never goes back
 *
 * Return: their number.
 */
u32 esmtp_half_open_total(struct esmtp_half_open *half, u32 now)
{
	expire_old_eras(half, now);
	return half->total;
}

/**
 * esmtp_half_open_enter() - count one more, unless there are too many
 * @half: of a host
 * @now: era at hand
 * @max: how many there may be
 *
 * Return: false if there are as many already.
 */
bool esmtp_half_open_enter(struct esmtp_half_open *half, u32 now, u32 max)
{
	if (esmtp_half_open_total(half, now) >= max)
		return false;
	half->began[now % ESMTP_HALF_OPEN_ERAS]++;
	half->total++;
	return true;
}

/**
 * esmtp_half_open_leave() - one is open, or over
 * @half: of a host
 * @now: era at hand
 * @era: in which it was entered
 */
void esmtp_half_open_leave(struct esmtp_half_open *half, u32 now, u32 era)
{
	u32 *began = &half->began[era % ESMTP_HALF_OPEN_ERAS];

	expire_old_eras(half, now);
	if (now - era >= ESMTP_HALF_OPEN_ERAS || !*began)
		return;
	--*began;
	half->total--;
}

/**
 * esmtp_half_open_unproven() - how many may be opened by clients not known to be there
 * @max: how many a server may have
 *
 * The others, an eighth and at least one, are kept for clients that answered a SYN
 * cookie: else those who never answer would keep them out.
 *
 * Return: their number.
 */
u32 esmtp_half_open_unproven(u32 max)
{
	return max - max / 8 - !!(max % 8);
}
