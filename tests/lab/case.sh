# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the lab's scenarios check with. Sourced after net.sh.

ctl=build/esmtp-ctl
failed=0

# check NAME COMMAND...: a test that holds if the command succeeds.
check() {
	local name=$1 out

	shift
	if out=$("$@" 2>&1); then
		echo "ok $name"
	else
		echo "not ok $name"
		printf '%s\n' "$*" "$out" | sed 's/^/# /'
		failed=1
	fi
}

fails() { ! "$@"; }

# says PATTERN COMMAND...: its output has a line that matches.
says() {
	local pattern=$1 out

	shift
	out=$("$@" 2>&1)
	printf '%s\n' "$out"
	grep -qE -e "$pattern" <<<"$out"
}

# stat NAME: a counter of this namespace.
stat() { awk -v name="$1" '$1 == name { print $2 }' /proc/net/esmtp/stats; }

# counts NAME OP VALUE
counts() {
	local now

	now=$(stat "$1")
	echo "$1 is $now"
	test "$now" "$2" "$3"
}

# mx_up ADDRESS...: a server in namespace server; what it read is in $mx_log.
mx_up() {
	mx_log=$(mktemp)
	in_server build/mx serve "$mx_log" "$@" &
	local address
	for address; do
		wait_port "$address" 25 || return
	done
}

# A dialogue that must fall silent.
silent() { ! MX_SILENCE=2000 in_client build/mx say "$@"; }

# A dialogue of the client; talk ADDRESS LINE...
talk() { in_client build/mx say "$@"; }

masked='S: 220 [*20]+'
plain='S: 220 mx.example.net ESMTP'
