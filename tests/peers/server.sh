# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Real mail servers in the namespace "server". Source this file.
#
#   start_server NAME     postfix, exim or opensmtpd, on port 25 of every
#                         address; returns when it greets on both families
#   stop_server           end it, and all its processes
#   server_mail           the folder where each received message is a file
#   server_wait N SECONDS until N messages have arrived
#   server_log            whatever the server has logged

peers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

server_name=	# what runs, for messages
server_work=
server_pid=
server_ns=${SERVER_NS:-server}
server_addresses=(192.168.1.1 fd00:2::2)

# server_greets ADDRESS: asked from the server's own namespace
server_greets()
{
	ip netns exec "$server_ns" timeout 10 bash -c '
		exec 3<>"/dev/tcp/$1/25" && IFS= read -r -t 8 line <&3 &&
			[[ $line == 220* ]] && printf "QUIT\r\n" >&3' \
		_ "$1" 2>/dev/null
}

start_server()
{
	local name=$1 address deadline

	server_name=$name
	server_work=$(mktemp -d "${TMPDIR:-/tmp}/esmtp-$name.XXXXXX")
	chmod 755 "$server_work"
	ip netns exec "$server_ns" unshare --mount --pid --fork \
		"$peers/mta" "$name" "$server_work" </dev/null \
		>"$server_work/start.log" 2>&1 &
	server_pid=$!
	deadline=$((SECONDS + ${SERVER_DEADLINE:-120}))
	for address in "${server_addresses[@]}"; do
		until server_greets "$address"; do
			if ! kill -0 "$server_pid" 2>/dev/null ||
			   ((SECONDS > deadline)); then
				echo "server: $name does not greet on $address" >&2
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
	local first

	[[ -n $server_pid ]] || return 0
	# With the first process of its namespace all the others die.
	for first in $(pgrep -P "$server_pid") "$server_pid"; do
		kill -KILL "$first" 2>/dev/null || true
	done
	wait "$server_pid" 2>/dev/null || true
	rm -rf "$server_work"
	server_pid=
	server_work=
	server_name=
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
			echo "server: $have of $want messages came" >&2
			return 1
		fi
		sleep 0.2
	done
}

server_log()
{
	local file

	for file in "$server_work"/*.log "$server_work"/var/log/*log \
		"$server_work"/var/log/exim4/*log; do
		[[ ! -s $file ]] || tail -n 30 "$file"
	done
}
