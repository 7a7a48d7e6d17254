/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_INSPECT_H
#define _NF_ESMTP_INSPECT_H

#include <linux/spinlock.h>
#include <esmtp/stream.h>

struct esmtp_flow;
struct esmtp_net;

/**
 * struct esmtp_inspected - an inspected connection, from its first payload on
 * @lock: protects @ins; taken in softirq, or with BH off
 * @resized: acknowledgements must be turned back; counted in the namespace
 * @closed: nothing is counted any more
 * @ins: the stream engine's state
 *
 * Its flow frees it.
 */
struct esmtp_inspected {
	spinlock_t lock;
	bool resized;
	bool closed;
	struct esmtp_inspect ins;
};

int esmtp_inspected_init(void);
void esmtp_inspected_exit(void);
struct esmtp_inspected *esmtp_inspected_alloc(const struct esmtp_map *map,
					      const u32 isn[ESMTP_DIR_MAX]);
void esmtp_inspected_close(struct esmtp_inspected *in, struct esmtp_net *en);
void esmtp_inspected_free(struct esmtp_inspected *in);

/* Has inspection ended the connection? A hint, read without the lock. */
static inline bool esmtp_inspected_ended(const struct esmtp_inspected *in)
{
	return in && READ_ONCE(in->ins.session.mode) == ESMTP_MODE_CLOSED;
}

enum esmtp_reason esmtp_inspect_packet(struct esmtp_net *en, struct esmtp_flow *flow,
				       struct esmtp_inspected *in,
				       struct esmtp_pkt *pkt, enum esmtp_dir dir);

#endif /* _NF_ESMTP_INSPECT_H */
