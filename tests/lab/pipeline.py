#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Two real TCP stacks, and between them a router that changes lengths.

usage: pipeline.py serve ADDRESS...
       pipeline.py send ADDRESS LINES SEED [SHORT]

The client pipelines NOOPs that end in CR LF or in a bare LF, with commands of
one or two letters between them (SHORT, a share, 0.2 if not said), in writes of
any size. The server answers each NOOP that ends in CR LF by its number, and
prints how the connection went. The client fails unless all are answered in
order, and SIZE was offered to nobody.
"""

import random
import select
import socket
import sys

GREETING = b"220 mx\r\n"
IN_FLIGHT = 30
HELLO = b"250-mx\r\n250-SIZE 1000\r\n250 PIPELINING\r\n"


def lines(sock):
    """What comes, line by line, each with its end."""
    buf = b""
    while True:
        at = buf.find(b"\n")
        if at < 0:
            try:
                data = sock.recv(65536)
            except ConnectionError as err:
                print("broken:", err, flush=True)
                return
            if not data:
                return
            buf += data
            continue
        yield buf[:at + 1]
        buf = buf[at + 1:]


def talk(sock):
    """One connection of the server."""
    good, odd = 0, []
    sock.sendall(GREETING)
    for line in lines(sock):
        if line.startswith(b"EHLO"):
            sock.sendall(HELLO)
        elif line == b"NOOP %d\r\n" % good:
            sock.sendall(b"250 %d\r\n" % good)
            good += 1
        elif line == b"QUIT\r\n":
            sock.sendall(b"221 bye\r\n")
            break
        else:
            odd.append(line)
    print("server: %d in order, odd: %r" % (good, odd[:5]), flush=True)
    sock.close()


def serve(addresses):
    """Serve one connection after the other, for ever."""
    socks = []
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, 25))
        sock.listen(16)
        socks.append(sock)
    while True:
        for sock in select.select(socks, [], [])[0]:
            talk(sock.accept()[0])


def script(count, rng, short):
    """Writes, each of whole lines: a cut line is not discarded but masked."""
    left = 0
    while left < count:
        out = b""
        for _ in range(rng.randint(1, 12)):
            if rng.random() < short:
                out += b"XY\r\n" if rng.random() < 0.5 else b"Q\n"
            if left < count:
                out += b"NOOP %d%s" % (left, rng.choice((b"\n", b"\r\n")))
                left += 1
        yield left, out


def send(address, count, seed, short=0.2):
    """One conversation of the client."""
    rng = random.Random(seed)
    sock = socket.create_connection((address, 25), timeout=300)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    replies = lines(sock)
    if next(replies)[:4] != b"220 ":
        return "no greeting"
    sock.sendall(b"EHLO me\r\n")
    hello = []
    while not hello or hello[-1][3:4] == b"-":
        hello.append(next(replies))
    if any(b"SIZE" in line for line in hello):
        return "SIZE was offered: %r" % hello
    done = 0
    for left, out in script(count, rng, short):
        sock.sendall(out)
        # fewer on their way than the engine keeps edits of
        while done < left - IN_FLIGHT or (left == count and done < count):
            if next(replies, b"") != b"250 %d\r\n" % done:
                return "reply %d is not as it should be" % done
            done += 1
    sock.sendall(b"QUIT\r\n")
    if next(replies, b"")[:4] != b"221 ":
        return "no goodbye"
    return None


def main():
    """As told."""
    if sys.argv[1] == "serve":
        serve(sys.argv[2:])
    wrong = send(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]),
                 *map(float, sys.argv[5:]))
    print(wrong or "all answered")
    return bool(wrong)


sys.exit(main())
