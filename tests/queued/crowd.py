# SPDX-License-Identifier: GPL-2.0
#
# Users at the daemon's socket: UID's clients, which behave badly until they are killed.
#
#   crowd.py SOCKET UID idle N	N that say nothing
#   crowd.py SOCKET UID half N	N that say half a header
#   crowd.py SOCKET UID huge N	N that announce a request of 32 MiB, and send what is taken
#   crowd.py SOCKET UID slow N	N that send a byte of a request now and then
#   crowd.py SOCKET UID deaf N	N that ask and ask, and read no answer
#   crowd.py SOCKET UID closed HOW	one; ends when the daemon closes it
#   crowd.py SOCKET UID ask	one that asks for the counters, and gets them
import os, select, socket, struct, sys

path, uid, how = sys.argv[1:4]
os.setgroups([])
os.setgid(int(uid))
os.setuid(int(uid))
STATS_GET = 4
SHOW = struct.pack("=IHHIIBBH", 20, 17, 0x305, 1, 0, STATS_GET, 1, 0)
HUGE = struct.pack("=IHHII", 32 << 20, 17, 5, 1, 0)


def come():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.settimeout(2)
    try:
        s.connect(path)
    except OSError:
        return None
    s.setblocking(False)
    return s


def say(s, text):
    try:
        return s.send(text)
    except OSError:
        return 0


def begin(s, how):
    if how in ("half", "slow"):
        say(s, SHOW[:8])
    elif how == "huge":
        say(s, HUGE)
        while say(s, b"\0" * 65536):
            pass
    elif how == "deaf":
        while say(s, SHOW * 50):
            pass


if how == "ask":
    s = come()
    s.setblocking(True)
    s.settimeout(5)
    s.send(SHOW)
    sys.exit(0 if len(s.recv(4096)) > 200 else 1)
if how == "closed":
    s = come()
    begin(s, sys.argv[4])
    s.setblocking(True)
    try:
        while s.recv(4096):
            pass
    except OSError:
        pass
    sys.exit()
there = [s for s in (come() for i in range(int(sys.argv[4]))) if s]
for s in there:
    begin(s, how)
print("there", len(there))
while True:
    select.select([], [], [], 0.5)
    for s in there:
        if how == "slow":
            say(s, b"\0")
        elif how == "huge":
            say(s, b"\0" * 65536)
