/* SPDX-License-Identifier: GPL-2.0 */
/* Counters as text for those who collect them. */
#ifndef _ESMTP_METRICS_H
#define _ESMTP_METRICS_H

#include <stdio.h>

#include "nl.h"

/**
 * enum esmtp_metrics_format - for whom
 * @ESMTP_METRICS_OPEN: OpenMetrics 1.0
 * @ESMTP_METRICS_PROMETHEUS: Prometheus' text format 0.0.4, which node_exporter's
 *	textfile collector reads
 */
enum esmtp_metrics_format {
	ESMTP_METRICS_OPEN,
	ESMTP_METRICS_PROMETHEUS,
};

int esmtp_metrics_print(struct esmtp_nl *nl, enum esmtp_metrics_format format,
			FILE *to);
void esmtp_metrics_print_down(enum esmtp_metrics_format format, FILE *to);

#endif /* _ESMTP_METRICS_H */
