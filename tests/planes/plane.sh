# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The plane that a scenario of this folder runs against, by $PLANE:
#
#   module	in a lab guest, whose tests/lab/run has loaded it; the router is the guest
#   queue	the daemon, in a router that is a namespace: on any machine with NFQUEUE
#
# Sourced in the top folder; with it come the words of tests/lab/net.sh and case.sh, and
#
#   plane_up		the network
#   plane_fresh		the default policy is in force, and no connection is known: ports
#			of those that an earlier pass left open may come again
#   plane_wire FILE...	conversations of tests/wire, with $plane_server if it is set
#   plane_router	an array: what makes a command one of the router, for servers in the
#			background: a signal is for them, not for a function's shell
#   plane_ctl		an array: esmtp-ctl for this plane, for what is no shell
#   plane_down		the last word: the plane ends as it should

case ${PLANE:=module} in
module)
	# shellcheck source=tests/lab/net.sh
	. tests/lab/net.sh
	# shellcheck source=tests/lab/case.sh
	. tests/lab/case.sh
	plane_stats=()
	plane_ctl=(build/esmtp-ctl)

	plane_up() { net_up; }
	plane_fresh() {
		in_router conntrack -F >/dev/null 2>&1
		$ctl clear configure all
	}
	plane_down() { :; }
	;;
queue)
	# shellcheck source=tests/queued/head.sh
	. tests/queued/head.sh
	# shellcheck disable=SC2034	# of daemon.sh
	QUEUES=0
	plane_stats=(--stats "tests/queued/stats $sock")
	plane_ctl=(build/esmtp-ctl -p "queue:$sock")

	# What wire sends after each segment, to know when it has come, waits in the
	# same queue as that.
	plane_up() {
		local tool

		net_up || return
		for tool in iptables-legacy ip6tables-legacy; do
			in_router $tool -t security -A FORWARD -p udp -j NFQUEUE \
				--queue-num 0 || return
		done
	}
	# shellcheck disable=SC2119	# options that are not given
	plane_fresh() {
		daemon_stop
		in_router conntrack -F >/dev/null 2>&1
		daemon_start
	}
	plane_down() {
		daemon_stop
		check stops test "$daemon_status" = 0
	}
	;;
*)
	echo "PLANE is module or queue, not $PLANE" >&2
	exit 2
	;;
esac

plane_router=()
[ -z "$NET_ROUTER" ] || plane_router=(ip netns exec "$NET_ROUTER")

plane_wire() {
	build/wire --client "$NET_CLIENT" --server "${plane_server:-$NET_SERVER}" \
		${NET_ROUTER:+--router "$NET_ROUTER"} "${plane_stats[@]}" "$@"
}
