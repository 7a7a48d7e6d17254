# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Real mail servers in the namespace "server" of tests/lab/net.sh. Source this
# file after that one.
#
#   start_server NAME     postfix, exim or opensmtpd, on port 25 of every
#                         address; returns when it greets on both families
#   stop_server           end it, and all its processes
#   server_mail           the folder where each received message is a file
#   server_count          how many have arrived
#   server_wait N SECONDS until N have
#   server_log            the end of whatever the server has logged

peers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

server_work=
server_pid=

# server_greets ADDRESS: asked from the server's own namespace
server_greets()
{
	# shellcheck disable=SC2016
	in_server timeout 60 bash -c '
		exec 3<>"/dev/tcp/$1/25" && IFS= read -r line <&3 &&
			[[ $line == 220* ]] && printf "QUIT\r\n" >&3' \
		_ "$1" 2>/dev/null
}

start_server()
{
	local name=$1 address deadline=$((SECONDS + ${SERVER_DEADLINE:-600}))

	server_work=$(mktemp -d "${TMPDIR:-/tmp}/esmtp-$name.XXXXXX")
	chmod 755 "$server_work"
	# Not in_server: a function would put a shell in front of the process.
	ip netns exec "$NET_SERVER" unshare --mount --pid --fork \
		"$peers/mta" "$name" "$server_work" </dev/null \
		>"$server_work/start.log" 2>&1 &
	server_pid=$!
	at_exit stop_server
	for address in "$SERVER4" "$SERVER6"; do
		until server_greets "$address"; do
			if ! kill -0 "$server_pid" 2>/dev/null ||
			   ((SECONDS > deadline)); then
				echo "$name does not greet on $address" >&2
				server_log >&2
				stop_server
				return 1
			fi
			sleep 0.1
		done
	done
}

stop_server()
{
	local pid

	[[ -n $server_pid ]] || return 0
	# With the first process of its namespace all the others die.
	for pid in $(pgrep -P "$server_pid") "$server_pid"; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	wait "$server_pid" 2>/dev/null || true
	rm -rf "$server_work"
	server_pid=
	server_work=
}

server_mail()
{
	echo "$server_work/var/mail/box/new"
}

server_count()
{
	find "$(server_mail)" -type f | wc -l
}

server_wait()
{
	local want=$1 deadline=$((SECONDS + $2)) have

	until have=$(server_count); ((have >= want)); do
		if ((SECONDS > deadline)); then
			echo "$have of $want messages came" >&2
			return 1
		fi
		sleep 0.2
	done
}

server_log()
{
	local file

	for file in "$server_work"/*.log "$server_work"/var/log/*.log \
		"$server_work"/var/log/exim4/*; do
		[[ ! -s $file ]] || tail -n 30 "$file"
	done
}
