# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What else could stand in the router: a queue to user space of which all passes
# unread, and proxies, to which the nat table leads what is for the server. Sourced by
# tests/bench/run, in a lab guest.
#
#   peer_unread, peer_haproxy, peer_nginx	begin, when no other is there
#   peer_stop

peer_pid='' peer_sock=/run/peer.sock

peer_unread()
{
	build/esmtp-queued --install -q 0 -s "$peer_sock" &
	peer_pid=$!
	wait_alive "$peer_pid" build/esmtp-ctl -p "queue:$peer_sock" show conn
	build/esmtp-ctl -p "queue:$peer_sock" apply - \
		<<<"no service-policy global_policy global"
}

# peer_proxy NAME COMMAND...: in its own root, where it listens on port 10025
peer_proxy()
{
	local root

	root=$(peer_root "$1")
	shift
	mkdir -p "$root/var/lib/nginx" "$root/var/log/nginx"
	cat >"$root/tmp/conf"
	mountpoint -q "$root/dev" || mount --bind /dev "$root/dev"
	chroot "$root" "$@" &
	peer_pid=$!
	wait_alive "$peer_pid" net_listens 0.0.0.0 10025
	nft -f - <<-EOF
		table ip peer {
			chain prerouting {
				type nat hook prerouting priority dstnat;
				ip daddr $SERVER4 tcp dport 25 redirect to :10025
			}
		}
	EOF
}

peer_haproxy()
{
	peer_proxy haproxy haproxy -db -f /tmp/conf <<-EOF
		defaults
		    mode tcp
		    timeout connect 30s
		    timeout client 300s
		    timeout server 300s
		listen smtp
		    bind :10025
		    server smtp $SERVER4:25
	EOF
}

# It asks over HTTP where to go with each connection: here, of itself.
peer_nginx()
{
	peer_proxy nginx nginx -c /tmp/conf <<-EOF
		user nobody nogroup;
		daemon off;
		worker_processes 1;
		pid /tmp/nginx.pid;
		error_log stderr;
		load_module /usr/lib/nginx/modules/ngx_mail_module.so;
		events { worker_connections 1024; }
		http {
		    access_log off;
		    server {
		        listen 127.0.0.1:10080;
		        location / {
		            add_header Auth-Status OK;
		            add_header Auth-Server $SERVER4;
		            add_header Auth-Port 25;
		            return 200;
		        }
		    }
		}
		mail {
		    auth_http 127.0.0.1:10080/;
		    server {
		        listen 10025;
		        server_name router.example.net;
		        protocol smtp;
		        smtp_auth none;
		        xclient off;
		    }
		}
	EOF
}

peer_stop()
{
	[[ -n $peer_pid ]] || return 0
	kill "$peer_pid"
	wait "$peer_pid" 2>/dev/null || true
	peer_pid=
	nft delete table ip peer 2>/dev/null || true
}
