/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _ESMTP_VALIDATE_MAP_H
#define _ESMTP_VALIDATE_MAP_H

#include <esmtp/core.h>

const char *esmtp_map_validate(const struct esmtp_map *m, u32 nregexes);
const char *esmtp_regex_validate(const struct esmtp_policy *p,
				 const struct esmtp_regex *r);

#endif /* _ESMTP_VALIDATE_MAP_H */
