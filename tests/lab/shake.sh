# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A path between client and server that loses packets and reorders them. Sourced after
# net.sh.
#
#   shake_on	packets of TCP that leave the client or the server, or come to them:
#		two in a hundred are lost, and five come late
#   shake_off
#
# By netem on the router's links; where the kernel has none, by build/shake in queues of
# the hosts.

shake_netem() {
	local dev

	for dev in outside inside; do
		in_router tc qdisc add dev $dev root netem delay 3ms 1ms loss 2% reorder 5% ||
			return
	done
} 2>/dev/null

# shake_host NAMESPACE: both ways of it
shake_host() {
	local tool chain

	ip netns exec "$1" build/shake 9 &
	shake_pids+=($!)
	for tool in iptables-legacy ip6tables-legacy; do
		for chain in INPUT OUTPUT; do
			ip netns exec "$1" $tool -A $chain -p tcp -j NFQUEUE --queue-num 9 \
				--queue-bypass || return
		done
	done
}

shake_on() {
	shake_pids=()
	shake_netem || { shake_host "$NET_CLIENT" && shake_host "$NET_SERVER"; }
}

shake_off() {
	local netns tool

	in_router tc qdisc del dev outside root
	in_router tc qdisc del dev inside root
	for netns in "$NET_CLIENT" "$NET_SERVER"; do
		for tool in iptables-legacy ip6tables-legacy; do
			ip netns exec "$netns" $tool -F
		done
	done
	((!${#shake_pids[@]})) || kill "${shake_pids[@]}"
} 2>/dev/null
