/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Half-open connections of one host: how many SYNs are on their way whose client
 * has not been heard of again.
 */
#ifndef _ESMTP_HALF_OPEN_H
#define _ESMTP_HALF_OPEN_H

#include <esmtp/port.h>

/*
 * A server gives a half-open connection up with its last SYN-ACK: Linux after 63 s
 * (tcp_synack_retries is 5). In a flood the SYN may have waited some seconds in a queue
 * of the server's before, and its timers come late: what is forgotten too early here is
 * one more there.
 */
enum {
	ESMTP_HALF_OPEN_SECONDS = 2,		/* of an era */
	ESMTP_HALF_OPEN_ERAS = 39,		/* that are remembered */
};

/**
 * struct esmtp_half_open - half-open connections, by the era in which they began
 * @era: the latest that was counted in
 * @total: sum of @began
 * @began: how many began in an era, by its number modulo ESMTP_HALF_OPEN_ERAS
 *
 * All zeros to begin with. One that nobody takes out is forgotten after a time, so
 * what is lost on its way is no leak. The caller serialises the calls.
 */
struct esmtp_half_open {
	u32 era;
	u32 total;
	u32 began[ESMTP_HALF_OPEN_ERAS];
};

u32 esmtp_half_open_total(struct esmtp_half_open *half, u32 now);
bool esmtp_half_open_enter(struct esmtp_half_open *half, u32 now, u32 max);
void esmtp_half_open_leave(struct esmtp_half_open *half, u32 now, u32 era);
u32 esmtp_half_open_unproven(u32 max);

#endif /* _ESMTP_HALF_OPEN_H */
