#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Changes a connection of IPv4 that conntrack knows, by ctnetlink.

usage: ctnetlink.py unhelp|mark CLIENT CPORT SERVER SPORT

unhelp takes the helper off, whatever it is (CTA_HELP with an empty name), for which
conntrack(8) has no word; mark sets the mark to 7. Prints "done", or the kernel's error.
"""

import os
import socket
import struct
import sys

NFNETLINK, CT_NEW = 12, 1 << 8
REQUEST, ACK = 1, 4
NESTED = 1 << 15
TUPLE_ORIG, HELP, MARK, TUPLE_IP, TUPLE_PROTO = 1, 5, 8, 1, 2


def attr(kind, data):
    """One attribute, padded."""
    return struct.pack("=HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


CHANGES = {
    "unhelp": attr(HELP | NESTED, attr(1, b"\0")),
    "mark": attr(MARK, struct.pack("!I", 7)),
}


def change(what, client, cport, server, sport):
    """Ask for one change."""
    addresses = attr(1, socket.inet_aton(client)) + attr(2, socket.inet_aton(server))
    ports = (attr(1, bytes([socket.IPPROTO_TCP])) + attr(2, struct.pack("!H", int(cport))) +
             attr(3, struct.pack("!H", int(sport))))
    body = struct.pack("=BBH", socket.AF_INET, 0, 0)
    body += attr(TUPLE_ORIG | NESTED, attr(TUPLE_IP | NESTED, addresses) +
                 attr(TUPLE_PROTO | NESTED, ports))
    body += CHANGES[what]
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NFNETLINK)
    sock.bind((0, 0))
    sock.send(struct.pack("=IHHII", 16 + len(body), CT_NEW, REQUEST | ACK, 1, 0) + body)
    error = struct.unpack_from("=i", sock.recv(4096), 16)[0]
    print(os.strerror(-error) if error else "done")
    return bool(error)


if __name__ == "__main__":
    sys.exit(change(*sys.argv[1:]))
