# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the lab's scenarios check with. Sourced after net.sh.

ctl=build/esmtp-ctl
failed=0

# check NAME COMMAND...: a test that holds if the command succeeds. What it waited for
# is said where that was long.
check() {
	local name=$1 out begin=$SECONDS

	shift
	if out=$("$@" 2>&1); then
		echo "ok $name"
	else
		echo "not ok $name"
		printf '%s\n' "$*" "$out" | sed 's/^/# /'
		failed=1
	fi
	((SECONDS - begin < 3)) || echo "# $((SECONDS - begin)) s: $name"
}

# says PATTERN COMMAND...: its output has a line that matches, however it ends; only
# that there is no such command is no answer.
says() {
	local pattern=$1 out status

	shift
	out=$("$@" 2>&1)
	status=$?
	printf '%s\n' "$out"
	((status != 126 && status != 127)) && grep -qE -e "$pattern" <<<"$out"
}

# lacks PATTERN COMMAND...: it succeeds, and its output has no such line.
lacks() {
	local pattern=$1 out status

	shift
	out=$("$@" 2>&1)
	status=$?
	printf '%s\n' "$out"
	((!status)) || { echo "status $status"; return 1; }
	! grep -E -e "$pattern" <<<"$out"
}

# says_only PATTERN COMMAND...: it succeeds, and each line of its output matches.
says_only() {
	local pattern=$1 out

	shift
	out=$("$@" 2>&1) || { echo "$out"; return 1; }
	[ -n "$out" ] && ! grep -vE -e "$pattern" <<<"$out"
}

# fails PATTERN COMMAND...: it fails, for the reason that a line of its output matches,
# not because there is no such command.
fails() {
	local pattern=$1 out status

	shift
	out=$("$@" 2>&1)
	status=$?
	printf '%s\n' "$out" "status $status"
	((status && status != 126 && status != 127)) && grep -qE -e "$pattern" <<<"$out"
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

# A dialogue that must fall silent: the connection stands, and no answer comes.
silent() { MX_SILENCE=2000 fails '^S: silence$' in_client build/mx say "$@"; }

# unanswered ADDRESS: not one SYN must be answered.
unanswered() { MX_SILENCE=2000 fails '^S: no connection$' in_client build/mx say "$1" QUIT; }

# A dialogue of the client; talk ADDRESS LINE...
talk() { in_client build/mx say "$@"; }

masked='S: 220 [*20]+'
plain='S: 220 mx.example.net ESMTP'
