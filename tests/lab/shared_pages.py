#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A sender whose message changes once it was sent, and a server that reads it late.

usage: shared_pages.py serve ADDRESS FIFO
       shared_pages.py send ADDRESS FIFO

The sender has the text of its message in memory pages that sendfile() lends to the kernel,
and overwrites them as soon as the server's host has acknowledged them. Then it writes to
FIFO, and only then the server reads: "judged" if that is the word that the message has,
"forged" if it is the one that came later. The server prints it.
"""

import fcntl
import os
import socket
import struct
import sys
import termios
import time

WORDS = 600
PORT = 25


def serve(address, fifo):
    """One connection, whose message is read when the sender says so."""
    listener = socket.create_server((address, PORT))
    print("ready", flush=True)
    peer, _ = listener.accept()
    lines = peer.makefile("rb")
    peer.sendall(b"220 mx ESMTP\r\n")
    while not (line := lines.readline()).upper().startswith(b"DATA"):
        peer.sendall(b"250 ok\r\n")
    lines.detach()
    peer.sendall(b"354 go\r\n")
    with open(fifo, encoding="ascii") as told:
        told.read()
    text = b""
    while not text.endswith(b"\r\n.\r\n"):
        text += peer.recv(65536)
    peer.sendall(b"250 taken\r\n")
    print("judged" if text.count(b"judged") == WORDS else
          "forged" if b"forged" in text else "neither", flush=True)


def arrived(sock):
    """Wait until all that was sent is acknowledged."""
    until = time.monotonic() + 20
    while struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, b"\0" * 4))[0]:
        if time.monotonic() > until:
            sys.exit("nobody acknowledges")
        time.sleep(0.01)


def send(address, fifo):
    """One message, by sendfile()."""
    sock = socket.create_connection((address, PORT), 20)
    replies = sock.makefile("rb")
    replies.readline()
    for line in b"EHLO a", b"MAIL FROM:<a@b>", b"RCPT TO:<c@d>", b"DATA":
        sock.sendall(line + b"\r\n")
        replies.readline()
    pages = os.memfd_create("message")
    os.write(pages, b"Subject: x\r\n\r\n" + b"judged\r\n" * WORDS)
    length = os.lseek(pages, 0, os.SEEK_CUR)
    sent = 0
    while sent < length:
        sent += os.sendfile(sock.fileno(), pages, sent, length - sent)
    arrived(sock)
    os.pwrite(pages, b"Subject: x\r\n\r\n" + b"forged\r\n" * WORDS, 0)
    sock.sendall(b".\r\n")
    arrived(sock)
    with open(fifo, "w", encoding="ascii") as told:
        told.write("read\n")
    replies.readline()


if __name__ == "__main__":
    {"serve": serve, "send": send}[sys.argv[1]](*sys.argv[2:])
