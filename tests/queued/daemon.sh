# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The daemon of the tests, in the router's namespace. Sourced after net.sh and case.sh,
# whose words then speak of this plane.
#
#   daemon_start [OPTION...]   with rules of its own in place, when it returns; it
#                              serves $QUEUES (0:1)
#   daemon_stop                as its service manager would; $daemon_status
#   daemon_kill                as the kernel would, without memory

sock=$(mktemp -u "${TMPDIR:-/tmp}/esmtp-queued.XXXXXX")
ctl=queued_ctl
daemon_log=$(mktemp)
daemon=

queued_ctl() { build/esmtp-ctl -p "queue:$sock" "$@"; }

daemon_answers() { $ctl show conn; }

daemon_start() {
	# Not in_router: a function would put a shell in front of the process.
	ip netns exec "$NET_ROUTER" "${DAEMON:-build/esmtp-queued}" --install -q "${QUEUES:-0:1}" -s "$sock" \
		"$@" >"$daemon_log" 2>&1 &
	daemon=$!
	WAIT_LIMIT=20 wait_for daemon_answers || { cat "$daemon_log"; return 1; }
}

daemon_end() {
	[ -n "$daemon" ] || return 0
	kill "-$1" "$daemon"
	wait "$daemon" 2>/dev/null
	daemon_status=$?
	# what esmtp-ctl keeps of a daemon until the machine starts again
	rm -f /run/nf_esmtp/{previous,unconfirmed}-queue-"$daemon"
	daemon=
}

# Not inside of check, which has a shell of its own: only this one can wait for it.
daemon_stop() { daemon_end TERM; }
daemon_kill() { daemon_end KILL; }

stat() { tests/queued/stats "$sock" | awk -v name="$1" '$1 == name { print $2 }'; }

at_exit "daemon_end TERM; rm -f $daemon_log"
