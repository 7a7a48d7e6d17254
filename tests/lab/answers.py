#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Both ends of a connection, whose handshake is none that conntrack follows.

usage: answers.py CLIENT SERVER NAMESPACE PORT TRICK

CLIENT is one of eth0's network here, SERVER one of eth0's network in NAMESPACE, and no kernel
owns either. An honest client goes on only when it was answered. Then the server greets, and the
client says what no mail server knows.

Prints "closed", or "open" and what came of greeting and command: plain, edited or nothing.
"""

import ctypes
import os
import sys
import time

from segment import ACK, PSH, RST, SYN, Wire

GREETING, COMMAND = b"220 mx.example.net ESMTP\r\n", b"XEXPLOIT root\r\n"
CLIENT_ISN, ISN = 1000, 500000
NEWNET = 0x40000000


class Ends:
    """Client and server, and the ISNs by which they are in step."""

    def __init__(self, client, server, namespace, port):
        self.client = Wire(client, server)
        there = os.open("/run/netns/" + namespace, os.O_RDONLY)
        if ctypes.CDLL(None, use_errno=True).setns(there, NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        self.server = Wire(server, client)
        self.ports = (port, 25)
        self.isn = {self.client: CLIENT_ISN, self.server: ISN}

    def send(self, sender, flags, seq, ack, text=b"", hops=64, wire=None):
        """One segment in the name of @sender, from where @wire is."""
        ports = self.ports if sender is self.client else self.ports[::-1]
        wire = wire or sender
        wire.send((sender.me, sender.server), ports, flags, seq, ack, text, hops)
        time.sleep(0.05)

    def ask(self, isn=CLIENT_ISN, hops=64):
        """The client's SYN."""
        self.isn[self.client] = isn
        self.send(self.client, SYN, isn, 0, hops=hops)

    def answer(self, isn, text=b"", ack=None, hops=64):
        """The server's SYN-ACK."""
        self.isn[self.server] = isn
        self.send(self.server, SYN | ACK, isn, self.isn[self.client] + 1 if ack is None else ack,
                  text, hops)

    def forge(self, isn):
        """The same by the client; it dies at the router."""
        self.send(self.server, SYN | ACK, isn, self.isn[self.client] + 1, hops=1,
                  wire=self.client)

    def acknowledge(self):
        """The third of the handshake."""
        self.send(self.client, ACK, self.isn[self.client] + 1, self.isn[self.server] + 1)

    def came(self, wire, wanted, seconds=0.5):
        """Has a segment come that @wanted likes? Its text, or None."""
        until = time.monotonic() + seconds
        while True:
            got = wire.receive(until)
            if not got:
                return None
            if wanted(*got[1:4]):
                return got[4]

    def answered(self):
        """Did what an honest client waits for come?"""
        ends = self.isn[self.server], self.isn[self.client] + 1
        return self.came(self.client,
                         lambda flags, seq, ack: flags & (SYN | ACK | RST) == SYN | ACK and
                         (seq, ack) == ends) is not None

    def says(self, sender, text):
        """How does what one end says reach the other?"""
        other = self.server if sender is self.client else self.client
        seq, ack = self.isn[sender] + 1, self.isn[other] + 1
        if sender is self.client:
            ack += len(GREETING)
        self.send(sender, PSH | ACK, seq, ack, text)
        heard = self.came(other, lambda flags, at, _: not flags & SYN and at == seq and
                          flags & (PSH | RST))
        return "nothing" if not heard else "plain" if heard == text else "edited"


def none(e):
    """An answer as it should be."""
    e.ask()
    e.answer(ISN)


def data(e):
    """A byte on the first SYN-ACK."""
    e.ask()
    e.answer(ISN, b"x")
    e.answer(ISN)


def dies(e):
    """A SYN-ACK whose last hop is the router, then another."""
    e.ask()
    e.answer(ISN, hops=1)
    e.answer(ISN - 1)


def bare(e):
    """The same, behind an acknowledgement that opens nothing."""
    e.ask()
    e.send(e.server, ACK, ISN, CLIENT_ISN)
    e.answer(ISN, hops=1)
    e.answer(ISN - 1)


def forged(e):
    """The client answers itself, before the server does."""
    e.ask()
    e.forge(ISN)
    e.answer(ISN - 1)


def again(e):
    """Another SYN in between, and an answer to the first."""
    e.ask()
    e.answer(ISN, hops=1)
    e.ask(CLIENT_ISN + 7)
    e.isn[e.client] = CLIENT_ISN
    e.answer(ISN - 1)


def another(e):
    """Another SYN in between that is answered, twice."""
    e.ask()
    e.answer(ISN, hops=1)
    e.ask(CLIENT_ISN + 7)
    e.answer(ISN + 5, hops=1)
    e.answer(ISN + 4)


def less(e):
    """An answer to less than the SYN, then one to it."""
    e.ask()
    e.answer(ISN, ack=CLIENT_ISN)
    e.answer(ISN - 1)


def lone(e):
    """No answer passes: the client has made its own, and goes on."""
    e.ask()
    e.forge(ISN)
    e.isn[e.server] = ISN


def known(e):
    """The client knows the answer: it had it before, of a connection that it ends on the way."""
    e.ask()
    e.answer(ISN)
    e.send(e.client, RST, CLIENT_ISN + 1, 0, hops=1)
    e.ask()
    e.forge(ISN)
    e.acknowledge()
    e.answer(ISN)


def crossed(e):
    """A SYN-ACK that dies, then a SYN of the server's, that the client answers."""
    e.ask()
    e.answer(ISN, hops=1)
    e.isn[e.server] = ISN - 1
    e.send(e.server, SYN, ISN - 1, 0)
    if e.came(e.client, lambda flags, *_: flags & (SYN | ACK) == SYN) is not None:
        e.send(e.client, SYN | ACK, CLIENT_ISN, ISN)


# and whether the client is honest
TRICKS = {
    "none": (none, True),
    "data": (data, True),
    "dies": (dies, True),
    "bare": (bare, True),
    "forged": (forged, True),
    "again": (again, True),
    "another": (another, True),
    "less": (less, True),
    "crossed": (crossed, False),
    "lone": (lone, False),
    "known": (known, False),
}


def main(client, server, namespace, port, trick):
    """Whole run."""
    ends = Ends(client, server, namespace, int(port))
    play, honest = TRICKS[trick]
    play(ends)
    if honest and not ends.answered():
        print("closed")
        return
    ends.acknowledge()
    print("open", ends.says(ends.server, GREETING), ends.says(ends.client, COMMAND))


main(*sys.argv[1:6])
