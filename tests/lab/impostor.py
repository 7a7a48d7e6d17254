#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A client that makes its segments itself, and those of others.

usage: impostor.py ADDRESS SERVER COUNT TRICK

ADDRESS is one of eth0's network that no kernel owns. Opens COUNT connections, from ports
40000 on, and waits for the greeting of each. Then the trick, on each of them:

    none
    dies      a RST that lives no hop
    beside    a RST in the window, not where the server is
    behind    data that the server refuses, ahead of a gap, and a RST behind that
    fin       a FIN that lives no hop
    reset     a RST as it should be
    answers   DATA, and the 354 in the server's name
    early     a greeting in the server's name, behind the segment that opens the connection

Prints "open N" before it, and then "alive N": how many answer NOOP. Ends when its input does.
"""

import sys
import time

from segment import ACK, FIN, PSH, RST, SYN, Wire

NOOP = b"NOOP\r\n"


class Conn:
    """One connection, from the client's side."""

    def __init__(self, wire, port, early):
        self.wire, self.port, self.early = wire, port, early
        self.next, self.ack, self.said, self.gone = 1000, 0, b"", False
        self.acked = 1000

    def send(self, flags, text=b"", by=0, hops=64):
        """One segment, @by bytes from where it should be."""
        self.wire.send((self.wire.me, self.wire.server), (self.port, 25), flags,
                       self.next + by, self.ack, text, hops)

    def forge(self, text):
        """One of the server's, with the right numbers."""
        self.wire.send((self.wire.server, self.wire.me), (25, self.port), PSH | ACK,
                       self.ack, self.next, text)

    def take(self, flags, seq, ack, text):
        """One that came."""
        self.acked = max(self.acked, ack)
        if flags & RST:
            self.gone = True
        elif flags & SYN and not self.ack:
            self.next, self.ack = ack, seq + 1
            self.send(ACK)
            if self.early:
                self.forge(b"220 forged\r\n")
        elif seq == self.ack and text:
            self.ack = (self.ack + len(text)) & 0xffffffff
            self.said += text
            self.send(ACK)


def serve(wire, conns, seconds, done):
    """Take what comes until all are done."""
    end = time.monotonic() + seconds
    while not all(done(c) for c in conns):
        got = wire.receive(end)
        if not got:
            return
        for conn in conns:
            if conn.port == got[0]:
                conn.take(*got[1:])


def ask(wire, conns, again, done, tries=4):
    """Send until all are done, or for some seconds."""
    for _ in range(tries):
        for conn in conns:
            if not done(conn):
                again(conn)
        serve(wire, conns, 1.5, done)


TRICKS = {
    "none": lambda c: None,
    "early": lambda c: None,
    "dies": lambda c: c.send(RST, hops=1),
    "beside": lambda c: c.send(RST, by=100),
    "behind": lambda c: (c.send(PSH | ACK, b"QUIT\r\n", by=10), c.send(RST, by=16)),
    "fin": lambda c: c.send(FIN | ACK, hops=1),
    "reset": lambda c: c.send(RST),
    "answers": lambda c: (c.send(PSH | ACK, b"DATA\r\n"),
                          c.forge(b"354 go ahead\r\n")),
}


def main(address, server, count, trick):
    """Whole run."""
    wire = Wire(address, server)
    conns = [Conn(wire, 40000 + i, trick == "early") for i in range(int(count))]
    ask(wire, conns, lambda c: c.send(SYN), lambda c: c.said.endswith(b"\r\n"))
    conns = [c for c in conns if c.said]
    print("open", len(conns), flush=True)
    for conn in conns:
        conn.said = b""
        TRICKS[trick](conn)
    serve(wire, conns, 1, lambda c: False)
    for conn in conns:
        conn.said = b""
        conn.next += 6 if trick == "answers" and conn.acked != conn.next else 0
    ask(wire, conns, lambda c: c.send(PSH | ACK, NOOP), lambda c: c.said or c.gone)
    print("alive", sum(c.said.startswith(b"250") for c in conns), flush=True)
    sys.stdin.read()
    for conn in conns:
        conn.send(RST)
        conn.send(RST, by=len(NOOP))


main(*sys.argv[1:5])
