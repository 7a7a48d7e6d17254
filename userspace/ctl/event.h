/* SPDX-License-Identifier: GPL-2.0 */
/* Records of the audit trail as lines of ASA's syslog and as JSON. */
#ifndef _CTL_EVENT_H
#define _CTL_EVENT_H

#include <jansson.h>

#include <lib/model.h>

#include "util.h"

void event_line(const struct esmtp_event_view *ev, struct buf *out);
u32 event_severity(const struct esmtp_event_view *ev);
void event_excerpt(const struct esmtp_event_view *ev, struct buf *out);
json_t *event_json(const struct esmtp_event_view *ev);

#endif /* _CTL_EVENT_H */
