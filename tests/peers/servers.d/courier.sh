# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Courier, for mta: what its esmtpd takes is queued, and not delivered.

: "${root:?}" "${work:?}"

run_courier()
{
	local dir id

	id=$(id_of courier)
	mkdir -p "$root/run/courier" "$work/var/lib/courier"
	for dir in msgs msgq tmp track allfilters filters; do
		own courier "$work/var/lib/courier/$dir"
	done
	chown "$id:$id" "$work/var/lib/courier" "$root/run/courier"
	cat "$root"/etc/ssl/peer/{key,cert}.pem >"$root/etc/courier/esmtpd.pem"
	chown "$id:$id" "$root/etc/courier/esmtpd.pem"
	echo mail.example.net >"$root/etc/courier/me"
	echo localhost >"$root/etc/courier/locals"
	exec chroot "$root" /bin/sh -c '
		set -a
		. /etc/courier/esmtpd
		BOFHCHECKDNS=0 TARPIT=0 TLS_TRUSTCERTS= TLS_DHPARAMS= RELAYCLIENT=
		exec /usr/sbin/couriertcpd -noidentlookup -nodnslookup -user=courier \
			-group=courier -maxprocs=200 -maxperc=200 -maxperip=200 25 \
			/usr/sbin/courieresmtpd'
}
