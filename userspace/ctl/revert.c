// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration before this one, kept where a restart forgets it. It begins with
 * the generation that took its place: it is the previous one of that alone.
 */
#include "startup.h"
#include "out.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const char head[] = ": replaced by generation ";

/* What tells this plane in this namespace from all others since the machine began. */
static unsigned long long identity(const struct ctl *ctl)
{
	struct ucred peer = { 0 };
	u64 cookie = 0;
	socklen_t len = ctl->nl.stream ? sizeof(peer) : sizeof(cookie);
	int fd = mnl_socket_get_fd(ctl->nl.sock);

	if (ctl->nl.stream)
		return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) ?
		       0 : (unsigned long long)peer.pid;
	return getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len) ? 0 : cookie;
}

/**
 * revert_key() - name a file of this plane in this namespace
 * @ctl: the tool, connected
 * @what: of which kind
 * @path: the name is added to it
 */
void revert_key(struct ctl *ctl, const char *what, struct buf *path)
{
	buf_add(path, "/run/nf_esmtp/%s-%s-%llu", what,
		ctl->nl.stream ? "queue" : "module", identity(ctl));
}

/**
 * revert_text() - what makes a configuration the one in force again
 * @old: the configuration
 * @text: lines that replace any other are added to it
 */
void revert_text(const struct esmtp_running *old, struct buf *text)
{
	if (old->source)
		buf_put(text, old->source, old->source_len);
	else if (old->generation)
		buf_add(text, "clear configure all\n");
}

/**
 * revert_keep() - remember what was in force before a change
 * @ctl: the tool
 * @old: what was, with its generation
 */
void revert_keep(struct ctl *ctl, const struct esmtp_running *old)
{
	u32 now = old->generation + 1 ? old->generation + 1 : 1;
	struct buf path = { 0 }, text = { 0 };
	int err;

	revert_key(ctl, "previous", &path);
	buf_add(&text, "%s%u\n", head, now);
	revert_text(old, &text);
	err = store_write(path.s, text.s, text.len);
	if (err)
		out_error("esmtp-ctl: notice: 'configure revert' will not know this change: %s: %s",
			  path.s, strerror(-err));
	buf_free(&text);
	buf_free(&path);
}

static bool is_of(const struct buf *text, u32 generation)
{
	return !strncmp(text->s, head, sizeof(head) - 1) &&
	       strtoul(text->s + sizeof(head) - 1, NULL, 10) == generation;
}

static int run_of(struct ctl *ctl, const struct buf *text)
{
	struct esmtp_running run;
	bool is;

	if (esmtp_model_get(&ctl->nl, &run)) {
		esmtp_running_free(&run);
		return ctl_failed(ctl);
	}
	is = text->s && is_of(text, run.generation);
	esmtp_running_free(&run);
	if (!is) {
		out_error("esmtp-ctl: what was in force before this configuration is not known");
		return CTL_ERROR;
	}
	return apply_instead(ctl, "<previous configuration>", text->s, text->len);
}

/**
 * revert_run() - configure revert: the previous configuration again
 * @ctl: the tool
 * @args: unused
 *
 * What it replaces is the previous one then, so that it takes itself back. A change
 * that still waited to be confirmed does so no more.
 *
 * Return: exit status.
 */
int revert_run(struct ctl *ctl, const struct args *args)
{
	struct buf path = { 0 }, text = { 0 };
	int err = ctl_connect(ctl);

	(void)args;
	if (err)
		return err;
	revert_key(ctl, "previous", &path);
	store_read(path.s, &text);
	err = run_of(ctl, &text);
	if (!err)
		confirm_remove(ctl);
	buf_free(&text);
	buf_free(&path);
	return err;
}
