/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _QUEUED_AUDIT_FLOW_H
#define _QUEUED_AUDIT_FLOW_H

#include "control/audit.h"
#include "flow.h"

#include <linux/nf_esmtp.h>

void audit_event(const struct flow *flow, const struct esmtp_task *t,
		 struct esmtp_told *told, const struct esmtp_event *ev);
void audit_end(const struct flow *flow, enum esmtp_dir dir, u32 rule);
void audit_limit(const struct esmtp_flowspec *spec, enum esmtp_reason why,
		 const struct esmtp_excess *e);
void audit_conn(const struct flow *flow, u8 kind);

#endif /* _QUEUED_AUDIT_FLOW_H */
