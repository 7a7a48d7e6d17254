#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A client that minds no window: it closes behind its own handshake.

usage: hasty.py ADDRESS SERVER

ADDRESS is one of eth0's network that no kernel owns. The SYN's answer is
acknowledged, and with it go QUIT and FIN, until the server has acknowledged both.
Prints what the server said. Fails when that takes a minute.
"""

import sys
import time

from segment import ACK, FIN, PSH, RST, SYN, Wire

PORT = 40000
QUIT = b"QUIT\r\n"


class Client:
    """One connection from an address that the kernel does not know."""

    def __init__(self, address, server):
        self.wire = Wire(address, server)

    def send(self, flags, seq, ack=0, text=b""):
        """One segment."""
        self.wire.send((self.wire.me, self.wire.server), (PORT, 25), flags, seq, ack, text)

    def receive(self):
        """Flags, seq, ack and text of the next segment, or None."""
        got = self.wire.receive(time.monotonic() + 0.3)
        return got and got[1:]


def talk(client):
    """What went wrong, or None."""
    end = time.monotonic() + 60
    isn, said, got = 1000, b"", None
    while not got or not got[0] & SYN:
        client.send(SYN, isn)
        got = client.receive()
        if time.monotonic() > end:
            return "no answer"
    after, ack = isn + 1 + len(QUIT) + 1, got[1] + 1
    client.send(ACK, isn + 1, ack)
    acked = isn + 1
    while acked != after or not said.startswith(b"220"):
        client.send(PSH | ACK, isn + 1, ack, QUIT)
        client.send(FIN | ACK, after - 1, ack)
        while got := client.receive():
            if got[0] & RST:
                return "reset"
            if got[1] == ack:
                said += got[3]
                ack += len(got[3]) + (got[0] & FIN)
            acked = got[2]
        if time.monotonic() > end:
            return "QUIT and FIN were not taken"
    client.send(RST | ACK, after, ack)
    print(said.decode(), end="")
    return None


wrong = talk(Client(*sys.argv[1:3]))
print(wrong or "taken")
sys.exit(bool(wrong))
