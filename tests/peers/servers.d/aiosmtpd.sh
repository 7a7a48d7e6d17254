# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# aiosmtpd, for mta, by the host's python3.

: "${work:?}" "${from:?}" "${here:?}"

run_aiosmtpd()
{
	host_certificate
	PYTHONPATH=$from/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1 \
		exec /usr/bin/python3 "$here/server-aiosmtpd.py" "$work/var/mail/box" \
		"$work/cert.pem" "$work/key.pem"
}
