#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Conversations with one real server, honest ones and attacks, drawn by lot.

usage: commands.py honest DIRECT INSPECTED COUNT SEED [chunking]
       commands.py attack INSPECTED COUNT SEED
       commands.py plain DIRECT

honest	each is held twice, uninspected with DIRECT first; with INSPECTED it has to come
	to the same: every reply, with the same code, and the same end
attack	a forbidden command is put where a server might take it for one and an inspector
	for something else. What came of it is for who hears the server (commands) to say: each
	is a line that begins with its port

plain	STARTTLS, as it should be: who hears the server must hear of it

Prints what differs, and a last line: how many were held.
"""
import base64
import concurrent.futures
import random
import socket
import sys

LIMIT = 60			# seconds: no reply is no reply
PATIENCE = 0.5			# of an attacker, who goes on without one
THREADS = 8
STOOD = "stood still"

LONG = "evil@" + ".".join(["x" * 48] * 5) + ".example.com"
EVIL = (f"MAIL FROM:<{LONG}>\r\nRCPT TO:<box@example.net>\r\nDATA\r\n"
        "Subject: forbidden\r\n\r\nx\r\n.\r\n").encode()


class Talk:
    """A connection, and what was heard on it."""

    def __init__(self, address):
        self.sock = socket.create_connection((address, 25), LIMIT)
        self.have = b""
        self.codes = []
        self.asked = b""

    def line(self):
        while b"\n" not in self.have:
            data = self.sock.recv(65536)
            if not data:
                raise EOFError
            self.have += data
        line, self.have = self.have.split(b"\n", 1)
        return line + b"\n"

    def reply(self, limit=LIMIT):
        """The code of the next one, and its lines."""
        self.sock.settimeout(limit)
        lines = [self.line()]
        while lines[-1][3:4] == b"-":
            lines.append(self.line())
        self.codes.append(lines[-1][:3].decode("latin-1"))
        self.asked += b" < " + lines[-1][:40].strip() + b" > "
        return self.codes[-1], lines

    def say(self, data):
        self.sock.settimeout(LIMIT)
        self.asked += data[:60]
        self.sock.sendall(data)

    def ask(self, data, replies=1):
        self.say(data)
        for _ in range(replies):
            code = self.reply()[0]
        return code

    def rest(self, limit=LIMIT):
        """All that still comes."""
        try:
            while True:
                self.reply(limit)
        except (EOFError, OSError):
            pass


# --- honest clients ---------------------------------------------------------------

# Every inspected one of these is masked, so that another code comes back.
MASKED = [b"EXPN box\r\n", b"XFOO bar\r\n", b"TURN\r\n", b"XY\r\n"]
LINES = [b"NOOP\r\n", b"noop\r\n", b"RSET\r\n", b"VRFY postmaster\r\n", b"HELP\r\n",
         b"\r\n", b"\t\r\n", b" \r\n", b"NOOP " + b"x" * 400 + b"\r\n", b"NOOP  x\r\n",
         b"DATA\r\n", b"MAIL\r\n", b"RCPT\r\n", b"RCPT TO:<nobody@elsewhere.test>\r\n",
         b"MAIL FROM:<a@example.com> FOO=bar\r\n", b"MAIL FROM:<a@example.com> SIZE=99999999\r\n",
         b"RCPT TO:<a@b@c>\r\n", b"HELO x\r\n", b"EHLO y\r\n", b"AUTH\r\n", b"AUTH FOO\r\n",
         b"MAIL FROM: <a@example.com>\r\n", b"ETRN example.net\r\n"]


def text(r):
    """A message, dots doubled, with its end."""
    lines = ["Subject: honest", ""]
    for _ in range(r.randrange(1, 30)):
        lines.append(r.choice(["", ".", "..", "text", "STARTTLS", "QUIT", ". x", "x" * r.randrange(900)]))
    return b"".join((b"." if line.startswith(".") else b"") + line.encode() + b"\r\n"
                    for line in lines) + b".\r\n"


def by_data(r, talk):
    if talk.ask(b"DATA\r\n") == "354":
        talk.ask(text(r))


def by_bdat(r, talk):
    data = text(r)[:-3]
    cut = r.randrange(len(data))
    talk.ask(b"BDAT %d\r\n" % cut + data[:cut])
    talk.ask(b"BDAT %d LAST\r\n" % (len(data) - cut) + data[cut:])


def mail(r, talk, offers):
    group = [b"MAIL FROM:<a@example.com>\r\n", b"RCPT TO:<box@example.net>\r\n"]
    group += [b"RCPT TO:<nobody@elsewhere.test>\r\n"] * r.randrange(2)
    group += [b"RCPT TO:<b@example.net>\r\n"] * r.randrange(2)
    chunked = "chunking" in offers and r.randrange(2)
    if "pipelining" in offers and r.randrange(2):
        talk.ask(b"".join(group), len(group))
    else:
        for line in group:
            talk.ask(line)
    mailed, *taken = talk.codes[-len(group):]
    if chunked and mailed == "250" and "250" in taken:
        by_bdat(r, talk)
    elif not chunked:
        by_data(r, talk)


def login(r, talk):
    """With a word that is wrong, or not to the end."""
    if talk.ask(b"AUTH LOGIN\r\n") != "334":
        return
    answers = [base64.b64encode(b"box"), base64.b64encode(b"wrong")]
    if r.randrange(3) == 0:
        answers = [b"*"]
    elif r.randrange(3) == 0:
        answers = [r.choice([b"A", b"Zm9v" * r.choice([10, 200, 255, 300]), b"", b"="])] + answers[1:]
    for answer in answers:
        if talk.ask(answer + b"\r\n") != "334":
            return
    raise EOFError		# it still asks: Haraka, which knows no "*"


def hold(address, seed, chunking):
    """One conversation."""
    r = random.Random(seed)
    talk = Talk(address)
    logged_in = False
    try:
        talk.reply()
        talk.say(b"EHLO client.example.com\r\n")
        _, lines = talk.reply()
        offers = {line[4:].strip().lower().split(b" ")[0].decode("latin-1") for line in lines}
        offers -= set() if chunking else {"chunking"}
        if r.randrange(2) and "auth" in offers:
            talk.ask(b"AUTH PLAIN AGJveABzZWNyZXQ=\r\n")
            logged_in = True
        for _ in range(r.randrange(2, 9)):
            kind = r.randrange(10)
            if kind < 3:
                mail(r, talk, offers)
            elif kind == 3 and not logged_in:
                login(r, talk)
                logged_in = True
            elif kind == 4:
                talk.ask(r.choice(MASKED))
                talk.codes[-1] = "masked"
            else:
                line = r.choice(LINES)
                if talk.ask(line) == "354":
                    talk.ask(text(r))
                if line.startswith(b"HELO"):
                    offers = set()
        talk.ask(b"QUIT\r\n")
        talk.rest()
    except TimeoutError:
        talk.codes.append(STOOD)
    except (EOFError, OSError):
        talk.codes.append("closed")
    finally:
        talk.sock.close()
    return talk


def greeted(address, seed, chunking):
    """One that began: OpenSMTPD looks for names before it greets, as long as that takes."""
    for _ in range(3):
        talk = hold(address, seed, chunking)
        if talk.codes != [STOOD]:
            break
    return talk


def answered(address, seed, chunking):
    """One in which the server did not stand still by itself, as OpenSMTPD may in the midst of one
    while it looks for names: that says nothing of who inspects."""
    for _ in range(3):
        talk = greeted(address, seed, chunking)
        if STOOD not in talk.codes:
            break
    return talk


def honest(direct, inspected, seed, chunking):
    want = answered(direct, seed, chunking)
    is_ = greeted(inspected, seed, chunking)
    if want.codes == is_.codes:
        return ""
    return f"{seed}: directly {' '.join(want.codes)}, inspected {' '.join(is_.codes)}: {is_.asked}"


# --- attacks ----------------------------------------------------------------------

NEAR = [510, 998, 1000, 1022, 1024, 2046, 2048, 4094, 4096, 8190, 8192, 12286, 12288, 16382, 16384, 32768, 65536]


def near(r, most=70000):
    return max(1, min(most, r.choice(NEAR) + r.randrange(-6, 7)))


def payload(r):
    if r.randrange(4) == 0:
        return EVIL
    return r.choice([b"STARTTLS", b"starttls", b"StArTTLS", b"STARTTLS ", b"STARTTLS\t"]) + r.choice([b"\r\n"] * 4 + [b"\n"])


JOINTS = [b"\r", b"\n", b"\0", b"\r\r\n", b"\n\r", b"\x0b", b"\x0c", b"\x85", b"\x1a", b"\b", b" ", b"\t", b"\xff", b"\r\0\n",
          b"\0\r\n", b"\r\n\0", b"\r\n ", b"\r\n\t", b"\r\n\x80", b".\r\n", b";", b"\\\r\n"]
VERBS = [b"NOOP", b"RSET", b"HELP", b"VRFY x", b"XFOO", b"NO", b"", b"EHLO x", b"HELO x", b"ETRN example.net", b"QUI", b"STAR",
         b"MAIL FROM:<a@example.com>", b"RCPT TO:<box@example.net>", b"RCPT TO:<\"", b"MAIL FROM:<a@example.com> BODY=", b"EXPN x",
         b"BDAT", b"AUTH PLAIN", b"AUTH LOGIN YQ==", b"DATA", b"DATA x"]
LOOKALIKES = [b"\n.\n", b"\r.\r", b"\r.\n", b"\n.\r", b"\n.\r\n", b"\r\n.\n", b"\r.\r\n", b"\r\n.\r", b"\r\n\0.\r\n", b"\r\n.\0\r\n",
              b"\r\n.\r\r\n", b"\r\n..\r\n", b"\r\n. \r\n", b"\r\r\n.\r\n", b"\n\r\n.\r\n"]
ENVELOPE = [b"MAIL FROM:<a@example.com>\r\n", b"RCPT TO:<box@example.net>\r\n"]


def behind_a_line(r):
    return [r.choice(VERBS) + r.choice(JOINTS) + payload(r)]


def behind_a_long_line(r):
    n = near(r)
    filler = r.choice([b"x", b" ", b"=", b"\0", b"\xe9"])
    return [r.choice([b"NOOP ", b"HELP ", b"VRFY ", b"XFOO ", b"MAIL FROM:<a@example.com> X=", b"RCPT TO:<box@example.net> X=", b""]) +
            filler * n + payload(r)]


def behind_an_answer(r):
    """Of AUTH."""
    answer = r.choice([b"A", b"A", b"Zm9v", b"=", b"\0", b" "]) * near(r, 20000)
    first = r.choice([[], [], [b"Ym94\r\n", None]])
    return [r.choice([b"AUTH LOGIN\r\n", b"AUTH PLAIN\r\n", b"AUTH LOGIN Ym94\r\n", b"AUTH CRAM-MD5\r\n"]), None] + first + \
        [answer[:near(r, 20000)] + payload(r)]


def an_answer(r):
    return [r.choice([b"AUTH LOGIN\r\n", b"AUTH PLAIN\r\n", b"AUTH FOO\r\n", b"AUTH PLAIN AGEAYg==\r\n"]), r.choice([None, b""]),
            r.choice([b"*\r\n", b"", b"=\r\n", b"*", b"A"]) + payload(r)]


def octets(r):
    """Of a BDAT that is refused, or not."""
    hidden = payload(r)
    n = r.choice([b"%d" % len(hidden), b"%d LAST" % len(hidden), b"%d" % (len(hidden) + 5), b"-1", b"+%d" % len(hidden),
                  b"0%d" % len(hidden), b" %d" % len(hidden), b"4294967296", b"4294967%d" % (296 + len(hidden)), b"0", b"0 LAST",
                  b"%d LAST x" % len(hidden), b"%dLAST" % len(hidden), b"0x10", b"", b"\t%d" % len(hidden)])
    before = r.choice([[], ENVELOPE, ENVELOPE[:1], [ENVELOPE[0], None, ENVELOPE[1], None],
                       [ENVELOPE[0], b"RCPT TO:<x@elsewhere.test>\r\n", None]])
    return before + [b"BDAT " + n + b"\r\n", r.choice([None, b""]), hidden, b"NOOP\r\n"]


def a_message(r):
    before = r.choice([ENVELOPE, [], ENVELOPE[:1], [ENVELOPE[0], None, ENVELOPE[1], None]])
    wait = r.choice([None, None, b""])
    body = r.choice([b"", b"Subject: x\r\n\r\nx", b"x", b"\r\n", b"A: b\r\n" * r.choice([10, 3100]), b"A: " + b"x" * near(r) + b"\r\n",
                     b"Subject: x\r\n\r\n" + b"x" * near(r) + b"\r\n", b" x\r\n" * 400])
    return before + [r.choice([b"DATA\r\n", b"DATA \r\n", b"data\n"]), wait, body + r.choice(LOOKALIKES) + payload(r),
                     r.choice([b"", None]), b"\r\n.\r\n"]


KINDS = [behind_a_line, behind_a_line, behind_a_long_line, behind_an_answer, an_answer, octets, a_message, a_message]


def pieces(r, data):
    """How it is cut into writes."""
    if len(data) > 400 or r.randrange(3):
        at = r.randrange(len(data) + 1)
        return [data] if r.randrange(2) else [data[:at], data[at:]]
    return [data[i:i + 3] for i in range(0, len(data), 3)]


def attack(address, seed):
    r = random.Random(seed)
    turns = [b"EHLO client.example.com\r\n", None]
    for _ in range(r.randrange(1, 4)):
        turns += r.choice(KINDS)(r) + r.choice([[], [None]])
    talk = Talk(address)
    port = talk.sock.getsockname()[1]
    try:
        talk.reply()
        for turn in turns + [b"QUIT\r\n"]:
            if turn is None:
                try:
                    talk.reply(PATIENCE)
                except TimeoutError:
                    pass
                continue
            for piece in pieces(r, turn):
                talk.say(piece)
        talk.sock.shutdown(socket.SHUT_WR)
    except (EOFError, OSError):
        pass
    talk.rest(4 * PATIENCE)
    sent = [turn if turn is None or len(turn) < 300 else turn[:40] + b"... %d ..." % len(turn) + turn[-200:]
            for turn in turns]
    print(f"{port} {seed} {talk.codes} {sent}", flush=True)
    talk.sock.close()
    return ""


def plain(address):
    talk = Talk(address)
    talk.reply()
    talk.ask(b"EHLO client.example.com\r\n")
    code = talk.ask(b"STARTTLS\r\n")
    talk.sock.close()
    return "" if code == "220" else code


def main():
    kind, *rest = sys.argv[1:]
    if kind == "honest":
        direct, inspected, count, seed = rest[:4]
        chunking = "chunking" in rest[4:]
        job = lambda n: honest(direct, inspected, f"{seed}/{n}", chunking)
    elif kind == "plain":
        count = 1
        job = lambda n: plain(rest[0])
    else:
        inspected, count, seed = rest[:3]
        job = lambda n: attack(inspected, f"{seed}/{n}")
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        differ = [said for said in pool.map(job, range(int(count))) if said]
    for said in differ:
        print(said)
    print(f"{count} held, {len(differ)} differ")


main()
