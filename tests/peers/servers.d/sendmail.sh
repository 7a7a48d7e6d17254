# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# sendmail, for mta. Its local mailer is busybox: a file a message.

: "${root:?}" "${work:?}"

sendmail_mc()
{
	cat <<-'EOF'
	include(`/usr/share/sendmail/cf/m4/cf.m4')
	VERSIONID(`peer')
	OSTYPE(`linux')
	define(`confDOMAIN_NAME', `mail.example.net')
	define(`confSERVER_CERT', `/etc/ssl/peer/cert.pem')
	define(`confSERVER_KEY', `/etc/ssl/peer/key.pem')
	define(`confCACERT_PATH', `/etc/ssl/peer')
	undefine(`ALIAS_FILE')
	define(`confCACERT', `/etc/ssl/peer/cert.pem')
	define(`confPRIVACY_FLAGS', `')
	define(`confAUTH_MECHANISMS', `LOGIN PLAIN')
	define(`confTO_IDENT', `0s')
	define(`confDONT_BLAME_SENDMAIL', `GroupReadableKeyFile,GroupReadableSASLDBFile')
	define(`confFORWARD_PATH', `')
	define(`confREFUSE_LA', `1000')
	define(`confQUEUE_LA', `1000')
	define(`confDELIVERY_MODE', `b')
	define(`confMAX_DAEMON_CHILDREN', `200')
	define(`LOCAL_MAILER_PATH', `/etc/box')
	define(`LOCAL_MAILER_ARGS', `box $u')
	define(`LOCAL_MAILER_FLAGS', `qn9SP')
	define(`confSERVICE_SWITCH_FILE', `/etc/mail/service.switch')
	TRUST_AUTH_MECH(`LOGIN PLAIN')
	FEATURE(`nocanonify')
	FEATURE(`accept_unqualified_senders')
	FEATURE(`accept_unresolvable_domains')
	FEATURE(`no_default_msa')
	DAEMON_OPTIONS(`Family=inet6, Port=smtp, Name=MTA')
	MAILER(`local')
	MAILER(`smtp')
	EOF
	if [[ -n ${MTA_RELAY:-} ]]; then
		cat <<-EOF
		define(\`confDOMAIN_NAME', \`client.example.com')
		define(\`SMART_HOST', \`esmtp:[$MTA_RELAY]')
		FEATURE(\`promiscuous_relay')
		EOF
		return
	fi
	cat <<-'EOF'
	LOCAL_CONFIG
	Cwexample.net
	LOCAL_RULE_0
	R$* <@ example.net . > $*	$#local $: box
	EOF
}

run_sendmail()
{
	mkdir -p "$work/var/spool/mqueue" "$root/etc/mail"
	chmod 700 "$work/var/spool/mqueue"
	sendmail_mc >"$root/etc/mail/peer.mc"
	chroot "$root" m4 /etc/mail/peer.mc >"$root/etc/mail/sendmail.cf" 2>/dev/null
	# An opened file that is there has a name that no message had before.
	cat >"$root/etc/box" <<-'EOF'
	#!/usr/bin/busybox sh
	umask 022
	file=$(/usr/bin/busybox mktemp /var/mail/box/tmp/XXXXXXXX) || exit 75
	/usr/bin/busybox cat >"$file" && /usr/bin/busybox mv "$file" /var/mail/box/new/
	EOF
	chmod 755 "$root/etc/box"
	chmod 777 "$work/var/mail/box"/{new,tmp}
	mkdir -p "$root/etc/sasl"
	printf 'pwcheck_method: auxprop\nmech_list: PLAIN LOGIN\n' \
		>"$root/etc/sasl/Sendmail.conf"
	: >"$root/etc/mail/local-host-names"
	printf 'hosts\tfiles\naliases\tfiles\n' >"$root/etc/mail/service.switch"
	exec chroot "$root" /usr/libexec/sendmail/sendmail -bD -C /etc/mail/sendmail.cf
}
