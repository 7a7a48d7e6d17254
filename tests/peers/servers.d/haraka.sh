# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Haraka, for mta: a plugin writes a file a message.

: "${work:?}" "${from:?}" "${here:?}"

run_haraka()
{
	local place=$work/haraka

	mkdir -p "$place"/{plugins,queue}
	cp -r "$from/node_modules/Haraka/config" "$place/config"
	host_certificate
	cp "$here/server-haraka.js" "$place/plugins/box.js"
	printf '%s\n' tls auth/flat_file box >"$place/config/plugins"
	printf 'listen=[::]:25\nnodes=0\n' >"$place/config/smtp.ini"
	printf '[main]\nkey=%s\ncert=%s\n' "$work/key.pem" "$work/cert.pem" \
		>"$place/config/tls.ini"
	printf '[core]\nmethods=PLAIN,LOGIN\n[users]\nbox=secret\n' \
		>"$place/config/auth_flat_file.ini"
	echo mail.example.net >"$place/config/me"
	echo LOGINFO >"$place/config/loglevel"
	# shellcheck disable=SC2097,SC2098	# the plugin's, too
	MAILDIR=$work/var/mail/box exec node "$from/node_modules/Haraka/bin/haraka" -c "$place"
}
