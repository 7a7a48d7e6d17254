// SPDX-License-Identifier: GPL-2.0
/* Capture files from first to last, under one policy. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <pcap/pcap.h>

#include <daemon/flow.h>
#include <daemon/plane.h>

#include "fragment.h"
#include "path.h"
#include "write.h"

enum {
	FLOWS = 1 << 15,		/* that live at a time; others give way */
	PIECE = 1 << 18,		/* of a recording, in bytes */
};

static int fail(struct replay_job *job, const char *what, const char *why)
{
	snprintf(job->error, sizeof(job->error), "%s: %s", what, why);
	return -1;
}

static void *copy(void *to, const void *from, size_t n, size_t size)
{
	return n ? memcpy(to, from, n * size) : to;
}

/* The tool's policy as one that can be put in force. */
static struct esmtp_kpolicy *make_policy(const struct esmtp_policy *from)
{
	struct esmtp_kpolicy *kp = esmtp_kpolicy_alloc();
	struct esmtp_policy *p;

	if (!kp)
		return NULL;
	p = &kp->p;
	*p = *from;
	p->probes = NULL;
	p->buckets = NULL;
	p->chain = NULL;
	if (esmtp_kpolicy_reserve(kp)) {
		esmtp_kpolicy_put(kp);
		return NULL;
	}
	copy(p->maps, from->maps, p->nmaps, sizeof(*p->maps));
	copy(p->aces, from->aces, p->naces, sizeof(*p->aces));
	copy(p->acls, from->acls, p->nacls, sizeof(*p->acls));
	copy(p->classes, from->classes, p->nclasses, sizeof(*p->classes));
	copy(p->binds, from->binds, p->nbinds, sizeof(*p->binds));
	copy(p->pmaps, from->pmaps, p->npmaps, sizeof(*p->pmaps));
	copy(p->services, from->services, p->nservices, sizeof(*p->services));
	copy(p->limits, from->limits, p->nlimits, sizeof(*p->limits));
	copy(p->regexes, from->regexes, p->nregexes, sizeof(*p->regexes));
	copy(p->cells, from->cells, p->ncells, sizeof(*p->cells));
	return kp;
}

static int start_plane(struct replay_job *job)
{
	struct netlink_ext_ack extack = { ._msg = NULL };
	struct esmtp_kpolicy *kp = make_policy(job->policy);

	plane_options.idle = true;
	plane_options.max_flows = FLOWS;
	if (!kp || table_init(FLOWS) || plane_init() || path_init(job))
		return fail(job, "replay", "no memory");
	if (!esmtp_net_replace(&init_net, kp, NULL, &extack))
		return 0;
	esmtp_kpolicy_put(kp);
	return fail(job, "policy", extack._msg ? extack._msg : "it cannot be put in force");
}

static void read_counters(struct replay_job *job)
{
	const struct esmtp_kpolicy *kp = plane_policy();
	u32 i;

	for (i = 0; job->counter && i < kp->slots; i++)
		job->counter(job->ctx, i, esmtp_kpolicy_sum(kp, i));
}

static void stop_plane(struct replay_job *job)
{
	fragment_end(&job->sums);
	path_exit();
	read_counters(job);
	table_exit();
	plane_exit();
}

static void take_frame(struct replay_job *job, struct frame *f, int type)
{
	struct replay_sums *sums = &job->sums;

	sums->packets++;
	if (!sums->first)
		sums->first = f->time;
	if (f->time > sums->last)
		sums->last = f->time;
	switch (frame_open(f, type)) {
	case FRAME_OTHER:
		sums->no_ip++;
		write_frame(f);
		return;
	case FRAME_BROKEN:
		sums->malformed++;
		write_frame(f);
		return;
	default:
		break;
	}
	if (!fragment_is(f) || fragment_add(f, sums))
		path_packet(f);
}

static int read_frames(struct replay_job *job, pcap_t *in, const char *path)
{
	struct pcap_pkthdr *h;
	const u_char *bytes;
	int got;

	while ((got = pcap_next_ex(in, &h, &bytes)) == 1) {
		struct frame f = {
			.time = (u64)h->ts.tv_sec * 1000000000 + (u64)h->ts.tv_usec,
			.bytes = bytes,
			.have = h->caplen,
			.len = h->len > h->caplen ? h->len : h->caplen,
		};

		take_frame(job, &f, pcap_datalink(in));
	}
	return got == PCAP_ERROR ? fail(job, path, pcap_geterr(in)) : 0;
}

/* As libpcap opens it ("-" is standard input), but for larger pieces. */
static pcap_t *open_recording(const char *path, char *error)
{
	static char buffer[PIECE];
	bool std = !strcmp(path, "-");
	FILE *file = std ? stdin : fopen(path, "rb");
	pcap_t *in;

	if (!file) {
		snprintf(error, PCAP_ERRBUF_SIZE, "%s", strerror(errno));
		return NULL;
	}
	setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	in = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, error);
	if (!in && !std)
		fclose(file);
	return in;
}

static int read_file(struct replay_job *job, const char *path)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	const char *name;
	pcap_t *in;
	int err;

	in = open_recording(path, error);
	if (!in)
		return fail(job, path, error);
	name = pcap_datalink_val_to_name(pcap_datalink(in));
	if (!link_known(pcap_datalink(in))) {
		snprintf(error, sizeof(error), "frames of link type %s are not read",
			 name ? name : "?");
		err = fail(job, path, error);
	} else if (job->write && write_open(job->write, pcap_datalink(in), job->error,
					    sizeof(job->error))) {
		err = -1;
	} else {
		err = read_frames(job, in, path);
	}
	pcap_close(in);
	return err;
}

/**
 * replay_run() - replay recordings
 * @job: what, and how
 *
 * Connections go on from one file to the next. Memory does not grow with the recordings.
 *
 * Context: one at a time.
 *
 * Return: 0; or -1, and @job->error says why. What was read until then was told.
 */
int replay_run(struct replay_job *job)
{
	int err = start_plane(job);
	u32 i;

	if (err)
		return err;
	for (i = 0; i < job->nfiles && !err; i++)
		err = read_file(job, job->files[i]);
	stop_plane(job);
	if (write_close() && !err)
		err = fail(job, job->write, strerror(errno));
	return err;
}
