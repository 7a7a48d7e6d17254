/* SPDX-License-Identifier: GPL-2.0 */
/* What dearest.c searches: states of a session, maps, and what a packet repeats. */
#ifndef _DEAREST_H
#define _DEAREST_H

#include <esmtp/core.h>

/**
 * struct opening - how a session comes into a state
 * @name: of the state
 * @says: what is said, each by S or C and ended by NUL; an empty one is the last
 * @dir: whose packet is measured then
 */
struct opening {
	const char *name;
	const char *says;
	enum esmtp_dir dir;
};

extern const struct opening dearest_openings[];
extern const char *const dearest_patterns[];
u32 dearest_n_maps(bool all);
const struct esmtp_map *dearest_map(u32 i);

#endif /* _DEAREST_H */
