/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NF_ESMTP_EDITS_H
#define _NF_ESMTP_EDITS_H

#include <esmtp/core.h>

struct esmtp_log esmtp_edits_open(struct esmtp_log *log);
bool esmtp_edits_close(struct esmtp_log *log, struct esmtp_log *kept);
void esmtp_edits_prune(struct esmtp_log *log, u32 una);
void esmtp_edits_drop(struct esmtp_log *log);

#endif /* _NF_ESMTP_EDITS_H */
