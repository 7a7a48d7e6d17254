#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""One end of a connection that both ends open (RFC 9293 3.5).

usage: crossed.py ADDRESS PORT PEER PEERPORT [LINE]...

With lines it is the client: it says each when the last was answered. Without it is the mail
server: it greets, and answers. What it hears is printed.
"""

import socket
import sys


def opened(address, port, peer, peerport):
    """The connection. The peer must not hear of it before it does the same."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, int(port)))
    # SYNs are sent again after 1, 3, 7... 127 s, and it may take a busy machine long to hear one
    sock.settimeout(600)
    sock.connect((peer, int(peerport)))
    return sock


def main(ends, lines):
    """Talk."""
    sock = opened(*ends)
    heard = sock.makefile("rb")
    if not lines:
        sock.sendall(b"220 mx.example.net ESMTP\r\n")
        for line in heard:
            print(line.decode().strip(), flush=True)
            sock.sendall(b"250 ok\r\n")
        return
    print(heard.readline().decode().strip(), flush=True)
    for line in lines:
        sock.sendall(line.encode() + b"\r\n")
        print(heard.readline().decode().strip(), flush=True)
    # what counts it looks now
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:5], sys.argv[5:])
