# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
#   client ---------- outside  router  inside ---------- server
#   10.0.1.2, .3      10.0.1.1         192.168.1.254     192.168.1.1, .2
#   fd00:1::2         fd00:1::1        fd00:2::fe        fd00:2::2
#
# The router is the namespace this runs in. Source this file.
#
#   net_private "$@"   run this script again in namespaces of its own, unless
#                      it runs in a test guest, where the module filters the
#                      initial namespace
#   net_up, net_down   make and remove the topology

net_private()
{
	[[ -z ${KMOD:-}${NET_IS_PRIVATE:-} ]] || return 0
	export NET_IS_PRIVATE=1
	exec unshare --net --mount bash -c \
		'mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && exec "$@"' \
		_ "$0" "$@"
}

# net_end NAMESPACE DEVICE GATEWAY4 GATEWAY6 ADDRESS...
net_end()
{
	local ns=$1 dev=$2 gw4=$3 gw6=$4 address

	shift 4
	ip -n "$ns" link set lo up
	for address; do
		[[ $address == *:* ]] && set -- nodad || set --
		ip -n "$ns" address add "$address" dev "$dev" "$@"
	done
	ip -n "$ns" link set "$dev" up
	ip -n "$ns" route add default via "$gw4"
	ip -n "$ns" route add default via "$gw6"
}

net_up()
{
	local dev

	ip netns add client
	ip netns add server
	ip link add outside type veth peer name eth0 netns client
	ip link add inside type veth peer name eth0 netns server
	ip link set lo up
	ip address add 10.0.1.1/24 dev outside
	ip address add fd00:1::1/64 dev outside nodad
	ip address add 192.168.1.254/24 dev inside
	ip address add fd00:2::fe/64 dev inside nodad
	for dev in outside inside; do
		ip link set "$dev" up
	done
	net_end client eth0 10.0.1.1 fd00:1::1 \
		10.0.1.2/24 10.0.1.3/24 fd00:1::2/64
	net_end server eth0 192.168.1.254 fd00:2::fe \
		192.168.1.1/24 192.168.1.2/24 fd00:2::2/64
	sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

net_down()
{
	ip link delete outside 2>/dev/null || true
	ip link delete inside 2>/dev/null || true
	ip netns delete client 2>/dev/null || true
	ip netns delete server 2>/dev/null || true
}
