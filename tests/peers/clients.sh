# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Real mail clients in the namespace "client" of tests/lab/net.sh. Source this
# file after that one.
#
#   client_NAME ADDRESS SIZE SEED COUNT
#	Send COUNT messages of mailgen's, of SIZE bytes, with the seeds SEED,
#	SEED + 1, ... NAME is one of $clients.
#   client_expects NAME SEED SIZE COUNT
#	What must have arrived then, as mailgen reads it.
#   postfix_tool WHERE NAME ARG...
#	One of Postfix's programs, straight from its unpacked root; WHERE is
#	in_client or in_server.

peers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/peers/cache.sh
. "$peers/cache.sh"

# shellcheck disable=SC2034
clients=(mailgen swaks smtplib nodemailer smtp_source)
mailgen=$peers/../../build/peers/mailgen
client_work=

client_build()
{
	local source=$peers/mailgen.c

	[[ $mailgen -nt $source ]] && return
	mkdir -p "${mailgen%/*}"
	"${CC:-cc}" -O2 -Wall -Wextra -o "$mailgen.$$" "$source"
	mv "$mailgen.$$" "$mailgen"
}

# client_files SIZE SEED COUNT [-w]: sets the array client_files
client_files()
{
	local size=$1 seed=$2 count=$3 wire=${4:-} file

	client_work=$(mktemp -d "${TMPDIR:-/tmp}/esmtp-client.XXXXXX")
	client_files=()
	for ((; count > 0; count--, seed++)); do
		file=$client_work/$seed
		"$mailgen" write ${wire:+"$wire"} "$seed" "$size" >"$file"
		client_files+=("$file")
	done
}

client_done()
{
	rm -rf "$client_work"
}

client_mailgen()
{
	in_client "$mailgen" send -c 4 -n "$4" -m 25 "$1" "$3" "$2"
}

# Left to itself swaks makes a line end of any backslash before an n. It adds
# the last CR LF.
client_swaks()
{
	local file status=0

	client_files "$2" "$3" "$4" -w
	for file in "${client_files[@]}"; do
		truncate -s -2 "$file"
		in_client swaks --server "$1" --pipeline --hide-all \
			--no-data-fixup \
			--helo client.example.com --from sender@example.com \
			--to receiver@example.net --timeout 300 \
			--data "@$file" || status=1
	done
	client_done
	return $status
}

client_smtplib()
{
	local status=0

	client_files "$2" "$3" "$4"
	in_client "$peers/client-smtplib.py" "$1" \
		"${client_files[@]}" || status=1
	client_done
	return $status
}

client_nodemailer()
{
	local status=0 root

	root=$(peer_root nodemailer)
	client_files "$2" "$3" "$4"
	in_client node "$peers/client-nodemailer.js" \
		"$root/usr/share/nodejs/nodemailer" "$1" \
		"${client_files[@]}" || status=1
	client_done
	return $status
}

# All its messages are the same one: it has no other way to send a given text.
# It adds the empty line that ends every message of mailgen's.
client_smtp_source()
{
	local status=0 sessions=5

	((sessions <= $4)) || sessions=$4
	client_files "$2" "$3" 1
	truncate -s -1 "${client_files[0]}"
	postfix_tool in_client smtp-source -F "${client_files[0]}" \
		-f sender@example.com -t receiver@example.net \
		-s "$sessions" -m "$4" "[$1]:25" || status=1
	client_done
	return $status
}

client_expects()
{
	local name=$1 seed=$2 size=$3 count=$4

	((count > 0)) || return 0
	if [[ $name = smtp_source ]]; then
		echo "$seed $size $count"
		return
	fi
	for ((; count > 0; count--, seed++)); do
		echo "$seed $size 1"
	done
}

postfix_tool()
{
	local where=$1 name=$2 root

	shift 2
	root=$(peer_root postfix)
	"$where" "$root"/usr/lib*/ld-linux*.so.2 --library-path \
		"$root/usr/lib/postfix:$(echo "$root"/usr/lib/*-linux-gnu)" \
		"$root/usr/sbin/$name" "$@"
}
