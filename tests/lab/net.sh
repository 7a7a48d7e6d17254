# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The network of the tests: two hosts and the router between them.
#
#      namespace client                router                namespace server
#   +--------------------+   +------------------------+   +--------------------+
#   | eth0    10.0.1.2/24 ---- outside     10.0.1.1   |   |                    |
#   |         fd00:1::2   |   |            fd00:1::1  |   | 192.168.1.1/24     |
#   +--------------------+   | 192.168.1.254   inside ---- 192.168.1.2    eth0 |
#                            | fd00:2::1              |   | fd00:2::2          |
#                            +------------------------+   +--------------------+
#
# Sourced. net_up makes it, and takes it away again when the shell exits. The
# router is the namespace that the shell is in, or the one that $NET_ROUTER
# names, which is then made too; $NET_PREFIX goes before the names of the
# others, for runs side by side. Outside of a lab guest the machine's own
# namespace is refused as router.

CLIENT4=10.0.1.2 CLIENT6=fd00:1::2
OUTSIDE4=10.0.1.1 OUTSIDE6=fd00:1::1
INSIDE4=192.168.1.254 INSIDE6=fd00:2::1
SERVER4=192.168.1.1 SERVER4B=192.168.1.2 SERVER6=fd00:2::2

NET_ROUTER=${NET_ROUTER:-}
NET_PREFIX=${NET_PREFIX:-}
NET_CLIENT=${NET_PREFIX}client
NET_SERVER=${NET_PREFIX}server

in_client() { ip netns exec "$NET_CLIENT" "$@"; }
in_server() { ip netns exec "$NET_SERVER" "$@"; }
in_router() {
	if [ -n "$NET_ROUTER" ]; then
		ip netns exec "$NET_ROUTER" "$@"
	else
		"$@"
	fi
}

# invalid COMMAND...: how many packets conntrack has called invalid where COMMAND leads
invalid() {
	"$@" conntrack -S | tr ' ' '\n' |
		awk -F= '$1 == "invalid" { n += $2 } END { print n + 0 }'
}

# drop_invalid COMMAND...: what conntrack calls invalid is not forwarded where COMMAND
# leads. Such a ruleset keeps conntrack running there, too.
drop_invalid() {
	"$@" nft -f - <<-END
		table inet filter {
			chain forward {
				type filter hook forward priority filter;
				ct state invalid drop
			}
		}
	END
}

# resent: how many segments client and server have sent again
resent() {
	{
		in_client nstat -asz TcpRetransSegs
		in_server nstat -asz TcpRetransSegs
	} | awk '/^Tcp/ { n += $2 } END { print n }'
}

# at_exit COMMAND: run COMMAND when the shell exits, last come first.
net_exit=''
at_exit() {
	net_exit="$*${net_exit:+; $net_exit}"
	# shellcheck disable=SC2064
	trap "{ $net_exit; } >/dev/null 2>&1" EXIT
}

# wait_for COMMAND...: until it succeeds; fails when it has not in $WAIT_LIMIT
# seconds (120), which ends a test and never paces one.
wait_for() {
	local end=$((SECONDS + ${WAIT_LIMIT:-120}))

	until "$@" >/dev/null 2>&1; do
		if ((SECONDS > end)); then
			echo "waited in vain for: $*" >&2
			return 1
		fi
		sleep 0.05
	done
}

# wait_alive PID COMMAND...: until it succeeds; fails when that process has died. For guests
# whose clock counts instructions: hours pass on it while the host reads from its disk.
wait_alive() {
	local pid=$1

	shift
	until "$@" >/dev/null 2>&1; do
		kill -0 "$pid" || return
		sleep 0.05
	done
}

# wait_port HOST PORT: until HOST, one of the addresses above, listens there.
# Asks the socket table: a probe would be a connection that tests count.
wait_port() { wait_for net_listens "$1" "$2"; }

# net_inner: a third host, which namespace server is the router of. Needs net_up.
#
#      namespace server                       namespace inner
#   ... | eth0        deep  192.168.2.254 ---- eth0  192.168.2.1, fd00:3::2 |
#
# Every TCP segment to it passes a plain router after the one that is tested.
INNER4=192.168.2.1 INNER6=fd00:3::2
NET_INNER=${NET_PREFIX}inner
in_inner() { ip netns exec "$NET_INNER" "$@"; }

net_inner() {
	at_exit net_inner_down
	ip netns add "$NET_INNER" || return
	in_server ip link add deep type veth peer name eth0 netns "$NET_INNER" || return
	in_server sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	in_inner ip link set lo up
	net_address in_server deep 192.168.2.254/24 fd00:3::1/64
	net_address in_inner eth0 $INNER4/24 $INNER6/64
	in_inner ip route add default via 192.168.2.254
	in_inner ip route add default via fd00:3::1
	in_router ip route add 192.168.2.0/24 via $SERVER4
	in_router ip route add fd00:3::/64 via $SERVER6
	wait_for in_client ping -qc1 -W1 $INNER4 &&
		wait_for in_client ping -qc1 -W1 $INNER6
}

net_inner_down() {
	ip netns pids "$NET_INNER" | xargs -r kill -9
	ip netns del "$NET_INNER"
} >/dev/null 2>&1

net_listens() {
	local where=in_router address=$1

	case $address in
	"$CLIENT4" | "$CLIENT6") where=in_client ;;
	"$SERVER4" | "$SERVER4B" | "$SERVER6") where=in_server ;;
	esac
	[[ $address != *:* ]] || address="[$address]"
	$where ss -Hltn "sport = :$2" |
		grep -qF -e " $address:$2 " -e " 0.0.0.0:$2 " -e " *:$2 " -e " [::]:$2 "
}

net_up() {
	local end

	if [ -z "$NET_ROUTER" ] && [ -z "${LAB_OUT:-}" ]; then
		echo "net_up: set NET_ROUTER: this is no guest of the lab" >&2
		return 1
	fi
	at_exit net_down
	[ -z "$NET_ROUTER" ] || ip netns add "$NET_ROUTER" || return
	ip netns add "$NET_CLIENT" && ip netns add "$NET_SERVER" || return
	in_router ip link add outside type veth peer name eth0 netns "$NET_CLIENT" &&
	in_router ip link add inside type veth peer name eth0 netns "$NET_SERVER" || return

	for end in in_client in_server in_router; do
		$end ip link set lo up
	done
	in_router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0

	net_address in_router outside $OUTSIDE4/24 $OUTSIDE6/64
	net_address in_router inside $INSIDE4/24 $INSIDE6/64
	net_address in_client eth0 $CLIENT4/24 $CLIENT6/64
	net_address in_server eth0 $SERVER4/24 $SERVER4B/24 $SERVER6/64
	in_client ip route add default via $OUTSIDE4
	in_client ip route add default via $OUTSIDE6
	in_server ip route add default via $INSIDE4
	in_server ip route add default via $INSIDE6
	# Both carriers up and both families' first packet through, so that no
	# test meets a neighbour that is still being asked for.
	wait_for in_client ping -qc1 -W1 $SERVER4 &&
		wait_for in_client ping -qc1 -W1 $SERVER6
}

# net_address WHERE INTERFACE ADDRESS...: usable at once, without DAD.
net_address() {
	local where=$1 dev=$2 address

	shift 2
	$where ip link set "$dev" up
	for address; do
		case $address in
		*:*) $where ip addr add "$address" dev "$dev" nodad ;;
		*) $where ip addr add "$address" dev "$dev" ;;
		esac
	done
}

# One packet as it was sent is one packet on the wire: no GRO, no GSO, no
# checksum left for later.
net_offloads_off() {
	local how=(rx off tx off sg off tso off gso off gro off)

	in_router ethtool -K outside "${how[@]}"
	in_router ethtool -K inside "${how[@]}"
	in_client ethtool -K eth0 "${how[@]}"
	in_server ethtool -K eth0 "${how[@]}"
} >/dev/null 2>&1

net_down() {
	local name

	for name in "$NET_CLIENT" "$NET_SERVER" ${NET_ROUTER:+"$NET_ROUTER"}; do
		ip netns pids "$name" | xargs -r kill -9
		ip netns del "$name"
	done
	[ -n "$NET_ROUTER" ] || [ -z "${LAB_OUT:-}" ] || {
		ip link del outside
		ip link del inside
		nft flush ruleset
		conntrack -F
	}
	return 0
} >/dev/null 2>&1
