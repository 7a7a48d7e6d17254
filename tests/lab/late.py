#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A client that acknowledges a SYN-ACK when it is told to.

usage: late.py ADDRESS SERVER PORT [OFF]

ADDRESS is one of eth0's network that no kernel owns. Says "answered" when its SYN was, waits
for a line of input, acknowledges (a number that is wrong by OFF), and says what comes: the
line that the server greets with, "reset", or "silence". At the end of its input it resets.
"""

import sys
import time

from segment import ACK, RST, SYN, Wire

ISN = 5000


def main(address, server, port, off="0"):
    """One connection."""
    wire = Wire(address, server)
    ends, ports = (wire.me, wire.server), (int(port), 25)

    def receive(seconds):
        end = time.monotonic() + seconds
        while got := wire.receive(end):
            if got[0] == int(port):
                return got[1:]
        return None

    wire.send(ends, ports, SYN, ISN, 0)
    while not (got := receive(1)) or not got[0] & SYN:
        wire.send(ends, ports, SYN, ISN, 0)
    print("answered", flush=True)
    sys.stdin.readline()
    ack, said = got[1] + 1 + int(off), "silence"
    for _ in range(20):
        wire.send(ends, ports, ACK, ISN + 1, ack)
        while (got := receive(0.5)) and not got[0] & RST and not got[3]:
            pass
        if got:
            said = "reset" if got[0] & RST else got[3].decode().strip()
            break
    print(said, flush=True)
    if got and got[3]:
        ack += len(got[3])
    sys.stdin.read()
    wire.send(ends, ports, RST | ACK, ISN + 1, ack)


main(*sys.argv[1:])
