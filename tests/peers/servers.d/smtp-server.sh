# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# smtp-server of npm, for mta.

: "${work:?}" "${from:?}" "${here:?}"

run_smtp-server()
{
	host_certificate
	exec node "$here/server-smtp-server.js" "$from" "$work/var/mail/box" \
		"$work/cert.pem" "$work/key.pem"
}
