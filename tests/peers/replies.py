#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What one server answers to each of a list of odd lines, one connection each.

usage: replies.py ADDRESS
Prints a line for each: its name, a tab, and the codes of its replies; "closed" where the
server ended the connection.
"""
import concurrent.futures
import socket
import sys

LIMIT = 60
QUIET = 8			# seconds without a reply: there is none

# Name, what is sent; the longer ones are cut into two by some servers.
LINES = [
    ("an empty line", b"\r\n"),
    ("a blank", b" \r\n"),
    ("a tab", b"\t\r\n"),
    ("NOOP behind a blank", b" NOOP\r\n"),
    ("a bare CR in NOOP", b"NO\rOP\r\n"),
    ("a NUL in NOOP", b"NO\0OP\r\n"),
    ("NOOP that ends in a bare LF", b"NOOP\n"),
    ("NOOP with CR CR LF", b"NOOP\r\r\n"),
] + [("a line of %d octets" % n, b"NOOP " + b"x" * (n - 7) + b"\r\n")
     for n in (512, 998, 1024, 2048, 4096, 8192, 16384, 65536)]


class Talk:
    """A connection, greeted and past EHLO."""

    def __init__(self, address):
        self.sock = socket.create_connection((address, 25), LIMIT)
        self.file = self.sock.makefile("rb")
        self.reply()
        self.sock.sendall(b"EHLO client.example.com\r\n")
        self.reply()

    def reply(self):
        while True:
            line = self.file.readline()
            if not line:
                raise EOFError
            if line[3:4] != b"-":
                return line[:3].decode("ascii", "replace")

    def codes(self, line):
        """What it gets, until nothing comes for a while."""
        codes = []
        try:
            self.sock.sendall(line)
            self.sock.settimeout(QUIET)
            while True:
                codes.append(self.reply())
        except TimeoutError:
            pass
        except (EOFError, ConnectionError):
            codes.append("closed")
        return codes


def main():
    with concurrent.futures.ThreadPoolExecutor(len(LINES)) as pool:
        said = pool.map(lambda line: Talk(sys.argv[1]).codes(line[1]), LINES)
        for (name, _), codes in zip(LINES, said):
            print("%s\t%s" % (name, " ".join(codes) or "none"), flush=True)


main()
