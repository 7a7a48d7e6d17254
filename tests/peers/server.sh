# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Real mail servers in the namespace "server" of tests/lab/net.sh. Source this
# file after that one.
#
#   start_server NAME     one of $servers, on port 25 of every address; returns
#                         when it greets on both families
#   stop_server           end it, and all its processes
#   server_mail           the folder where each received message is a file
#   server_count          how many have arrived
#   server_wait N SECONDS until N have
#   server_log            the end of whatever the server has logged
#   start_sender NAME ADDRESS
#                         the same program in namespace "client": takes mail on
#                         127.0.0.1 there and sends it on to ADDRESS
#   stop_sender
#   sender_log            what it has logged

peers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# shellcheck disable=SC2034	# for those who source this
servers='postfix exim opensmtpd sendmail dovecot courier aiosmtpd haraka smtp-server'

server_work=
server_pid=

sender_work=
sender_pid=

# greets NAMESPACE ADDRESS: asked from that namespace
greets()
{
	# shellcheck disable=SC2016
	ip netns exec "$1" timeout 60 bash -c '
		exec 3<>"/dev/tcp/$1/25" && IFS= read -r line <&3 &&
			[[ $line == 220* ]] && printf "QUIT\r\n" >&3' \
		_ "$2" 2>/dev/null
}

# launch NAMESPACE NAME: sets mta_work and mta_pid
launch()
{
	mta_work=$(mktemp -d "${TMPDIR:-/tmp}/esmtp-$2.XXXXXX")
	chmod 755 "$mta_work"
	# Not in_server: a function would put a shell in front of the process.
	ip netns exec "$1" unshare --mount --pid --fork \
		"$peers/mta" "$2" "$mta_work" </dev/null \
		>"$mta_work/start.log" 2>&1 &
	mta_pid=$!
}

# await_greeting PID NAMESPACE ADDRESS: fails when that process dies before
await_greeting()
{
	local deadline=$((SECONDS + ${SERVER_DEADLINE:-600}))

	until greets "$2" "$3"; do
		if ! kill -0 "$1" 2>/dev/null; then
			wait "$1" && true
			echo "nobody greets on $3: it has ended with $?" >&2
			return 1
		elif ((SECONDS > deadline)); then
			echo "nobody greets on $3" >&2
			return 1
		fi
		sleep 0.1
	done
}

# end_mta PID WORK: with the first process of its namespace all the others die
end_mta()
{
	local pid

	for pid in $(pgrep -P "$1") "$1"; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	wait "$1" 2>/dev/null || true
	rm -rf "$2"
}

start_server()
{
	local address

	launch "$NET_SERVER" "$1"
	server_work=$mta_work server_pid=$mta_pid
	at_exit stop_server
	for address in "$SERVER4" "$SERVER6"; do
		await_greeting "$server_pid" "$NET_SERVER" "$address" && continue
		server_log >&2
		stop_server
		return 1
	done
}

stop_server()
{
	[[ -n $server_pid ]] || return 0
	end_mta "$server_pid" "$server_work"
	server_pid=
	server_work=
}

start_sender()
{
	MTA_RELAY=$2 launch "$NET_CLIENT" "$1"
	sender_work=$mta_work sender_pid=$mta_pid
	at_exit stop_sender
	await_greeting "$sender_pid" "$NET_CLIENT" 127.0.0.1 && return
	sender_log >&2
	stop_sender
	return 1
}

stop_sender()
{
	[[ -n $sender_pid ]] || return 0
	end_mta "$sender_pid" "$sender_work"
	sender_pid=
	sender_work=
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

# mta_log WORK
mta_log()
{
	local file

	for file in "$1"/*.log "$1"/var/log/*.log "$1"/var/log/exim4/*; do
		[[ ! -s $file ]] || tail -n "${LOG_LINES:-30}" "$file"
	done
}

server_log() { mta_log "$server_work"; }
sender_log() { mta_log "$sender_work"; }
