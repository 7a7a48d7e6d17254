// SPDX-License-Identifier: GPL-2.0
/*
 * Drops privileges once all sockets are open, but for CAP_NET_ADMIN, which each verdict
 * and each query of conntrack needs.
 */
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

static int switch_user(const char *user)
{
	const struct passwd *pw = getpwnam(user);

	if (!pw)
		return -ENOENT;
	if (prctl(PR_SET_KEEPCAPS, 1) || setgroups(0, NULL) || setgid(pw->pw_gid) ||
	    setuid(pw->pw_uid))
		return -errno;
	return 0;
}

static int keep_net_admin(void)
{
	const cap_value_t keep = CAP_NET_ADMIN;
	cap_t caps = cap_init();
	int err = 0;

	if (!caps || cap_set_flag(caps, CAP_PERMITTED, 1, &keep, CAP_SET) ||
	    cap_set_flag(caps, CAP_EFFECTIVE, 1, &keep, CAP_SET) ||
	    cap_set_proc(caps))
		err = -errno;
	cap_free(caps);
	return err;
}

/**
 * privileges_drop() - keep CAP_NET_ADMIN alone
 * @user: the user to become, or NULL to stay the same
 *
 * Context: before there are other threads.
 * Return: 0 or a negative errno; -ENOENT if there is no such user.
 */
int privileges_drop(const char *user)
{
	int err = user ? switch_user(user) : 0;

	if (!err)
		err = keep_net_admin();
	if (!err && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		err = -errno;
	return err;
}
