/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _EXPORTER_ACCEPT_H
#define _EXPORTER_ACCEPT_H

#include <lib/metrics.h>

enum esmtp_metrics_format accept_format(const char *accept);

#endif /* _EXPORTER_ACCEPT_H */
