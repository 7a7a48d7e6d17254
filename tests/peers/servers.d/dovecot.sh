# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Dovecot, for mta: its submission service on port 25, its LMTP on port 24. What the
# first takes goes to a sink beside it, for it has no store of its own. Anyone whose
# word is "secret" may log in.

: "${root:?}" "${work:?}" "${here:?}"

dovecot_conf()
{
	cat <<-EOF
	protocols = submission lmtp
	listen = *, ::
	base_dir = /run/dovecot
	state_dir = /run/dovecot
	log_path = /var/log/dovecot.log
	ssl = yes
	ssl_cert = </etc/ssl/peer/cert.pem
	ssl_key = </etc/ssl/peer/key.pem
	disable_plaintext_auth = no
	auth_mechanisms = plain login
	hostname = mail.example.net
	mail_location = maildir:/var/mail/box
	mail_max_userip_connections = 200
	first_valid_uid = 1
	login_trusted_networks = 10.0.0.0/8
	submission_relay_host = 127.0.0.1
	submission_relay_port = 2525
	submission_relay_trusted = no
	passdb {
	  driver = static
	  args = password=secret
	}
	userdb {
	  driver = static
	  args = uid=$(id_of box) gid=$(id_of box) home=/var/mail/box
	}
	service submission-login {
	  inet_listener submission {
	    port = 25
	  }
	}
	service lmtp {
	  inet_listener lmtp {
	    port = 24
	  }
	}
	service stats {
	  unix_listener stats-writer {
	    mode = 0666
	  }
	}
	EOF
}

run_dovecot()
{
	mkdir -p "$root/etc/dovecot"
	dovecot_conf >"$root/etc/dovecot/dovecot.conf"
	/usr/bin/python3 "$here/sink.py" 127.0.0.1 2525 "$work/var/mail/box" &
	exec chroot "$root" /usr/sbin/dovecot -F -c /etc/dovecot/dovecot.conf
}
