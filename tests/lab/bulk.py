#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Bytes in both directions, and what TCP makes of them.

usage: bulk.py serve ADDRESS [RCVBUF]
       bulk.py ask ADDRESS BYTES [ROUNDS]
       bulk.py look ADDRESS

The server greets with what its end of the connection has agreed on; asked "SEND n" it sends n bytes, told "TAKE n" it takes them and says how
many were right. The client does both, and prints "moved BYTES, window W": the largest that
the server offered. "look" says what either end has agreed on, its own scale last.
"""

import socket
import sys
import threading

PORT = 25
PATTERN = bytes(i * 7 % 251 for i in range(251 * 261))
SND_WND = 228  # in struct tcp_info, as are the next
OPTIONS, SCALES = 5, 6


def pattern(n):
    """The bytes that are sent."""
    return (PATTERN * (n // len(PATTERN) + 1))[:n]


def send_window(sock):
    """What the peer offers."""
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return int.from_bytes(info[SND_WND:SND_WND + 4], sys.byteorder)


def agreed(sock):
    """As ss -i says it: "ts sack wscale:THEIRS,OURS", or "none"."""
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    words = [word for bit, word in ((1, "ts"), (2, "sack")) if info[OPTIONS] & bit]
    if info[OPTIONS] & 4:
        words.append(f"wscale:{info[SCALES] & 15},{info[SCALES] >> 4}")
    return " ".join(words) or "none"


def answer(sock):
    """One connection of the server's."""
    heard = sock.makefile("rb")
    sock.sendall(f"220 bulk {agreed(sock)}\r\n".encode())
    for line in heard:
        word, size = line.split()
        data = pattern(int(size))
        if word == b"SEND":
            sock.sendall(data)
        else:
            sock.sendall(b"right\r\n" if heard.read(len(data)) == data else b"wrong\r\n")


def serve(address, rcvbuf=None):
    """Until killed."""
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if rcvbuf:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, int(rcvbuf))
    listener.bind((address, PORT))
    listener.listen(64)
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


def greeted(address):
    """A connection that was greeted."""
    sock = socket.create_connection((address, PORT), 60)
    sock.settimeout(240)
    heard = sock.makefile("rb")
    print("server:", heard.readline().decode().strip(), flush=True)
    return sock, heard


def ask(address, size, rounds="1"):
    """Take bytes, and give bytes."""
    sock, heard = greeted(address)
    data, moved, window = pattern(int(size)), 0, 0
    for _ in range(int(rounds)):
        sock.sendall(b"SEND %d\r\n" % len(data))
        if heard.read(len(data)) != data:
            sys.exit("other bytes came")
        sock.sendall(b"TAKE %d\r\n" % len(data))
        for at in range(0, len(data), 16384):
            sock.sendall(data[at:at + 16384])
            window = max(window, send_window(sock))
        if heard.readline() != b"right\r\n":
            sys.exit("other bytes went")
        moved += 2 * len(data)
    print(f"moved {moved}, window {window}")


def look(address):
    """What the ends agree on."""
    print("client:", agreed(greeted(address)[0]))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
