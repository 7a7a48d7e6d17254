# SPDX-License-Identifier: GPL-2.0
"""Legitimate mail of many shapes, a function of a seed and of nothing else."""

import base64
import quopri
import random
from urllib.parse import quote

WORDS = ("mail invoice Grüße наконец 会議 report déjà vu offer ½ naïve søren "
         "meeting attached please find the a to of and").split()
FILES = ["report.pdf", "Grüße.docx", "会議.xlsx", "a file.txt", "a;b=c.zip",
         'quo"te.png', "Отчёт за ноябрь.pdf", "x" * 200 + ".tar.gz", "no-suffix"]
LOCALS = ["user", "first.last", "o'brien", "bounce+a=example.org", "a/b", "#x",
          "prvs=12345abcde=user", "SRS0=Hh=77=example.org=user", "{x}~y", "a&b",
          "user+tag", '"quoted local"', "x_y-z", "1", "*"]
DOMAINS = ["example.com", "mail.example.org", "[192.0.2.1]", "xn--bcher-kva.example",
           "[IPv6:2001:db8::1]", "a.b.c.d.e.example.net"]
HOSTS = ["client.example.com", "[192.0.2.7]", "[IPv6:2001:db8::7]", "localhost",
         "host_with_underscores.example.com", "WIN-7A3B", "mx-1"]
LINE = 998                      # RFC 5321 4.5.3.1.6, without CR LF


def words(r, n):
    return " ".join(r.choice(WORDS) for _ in range(n))


def text(r, lines):
    """Lines of text as people and programs write them."""
    out = []
    for _ in range(lines):
        out.append(r.choice([
            lambda: words(r, r.randrange(14)).encode(),
            lambda: words(r, 5).encode("cp1251", "replace"),
            lambda: bytes(r.randrange(0x80, 0x100) for _ in range(r.randrange(70))),
            lambda: b"x" * (r.randrange(8) or LINE - r.randrange(3)),
            lambda: b"",
            lambda: r.choice([b".", b"..", b". ", b".x", b"-- ", b"--", b"--b",
                              b"From me to you", b">From", b"\t", b"\x0c",
                              b"QUIT", b"MAIL FROM:<|x@y>", b"Content-Type: x",
                              b"| a table | of text |", b"begin 644 x"]),
        ])())
    return out


def encoded_word(r, what):
    kind = r.choice("BQ")
    data = what.encode()[:40].decode(errors="ignore").encode()
    body = base64.b64encode(data).decode() if kind == "B" else "".join(
        chr(c) if chr(c).isalnum() and c < 128 else f"={c:02X}" for c in data)
    return f"=?utf-8?{kind}?{body}?="


def filename(r, name, key):
    """The parameter of a file's name, as one of the mail programs spells it."""
    def sections():
        part = [name[i:i + 20] for i in range(0, len(name), 20)]
        return ";\r\n\t".join(
            f"{key}*{i}*=" + ("utf-8''" if not i else "") + quote(p)
            for i, p in enumerate(part))
    plain = name.replace("\\", "\\\\").replace('"', '\\"')
    return r.choice([
        lambda: f'{key}="{plain}"',
        lambda: f"{key}*=utf-8''{quote(name)}",
        lambda: f'{key}="{encoded_word(r, name)}"',
        sections,
    ])()


def leaf(r):
    """A part without parts: its header's fields and its lines."""
    kind = r.randrange(6)
    if kind == 0:
        return ["Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding: 8bit"], text(r, r.randrange(20))
    if kind == 1:
        data = quopri.encodestring(words(r, 80).encode())
        return ["content-type: text/html;\r\n charset=\"iso-8859-1\"",
                "Content-Transfer-Encoding: quoted-printable"], data.split(b"\n")
    if kind == 2:
        name = r.choice(FILES)
        data = base64.encodebytes(r.randbytes(r.randrange(3000)))
        return ["Content-Type: application/octet-stream;\r\n " +
                filename(r, name, "name"),
                "Content-Disposition: attachment;\r\n\t" +
                filename(r, name, "filename"),
                "Content-Transfer-Encoding: base64"], data.split(b"\n")
    if kind == 3:
        return ["Content-Type: message/delivery-status"], [
            b"Reporting-MTA: dns; mx.example.net", b"",
            b"Final-Recipient: rfc822; a@example.org", b"Action: failed",
            b"Status: 5.1.1"]
    if kind == 4:
        return ["Content-Type: text/calendar; method=REQUEST; charset=UTF-8"], [
            b"BEGIN:VCALENDAR", b"SUMMARY:" + words(r, 4).encode(),
            b"END:VCALENDAR"]
    return [], text(r, 3)


def entity(r, depth):
    """A part that may have parts, or be a message."""
    if depth and r.randrange(6) == 0:
        return ["Content-Type: message/rfc822"], \
            [h.encode() for h in header(r)] + flat(entity(r, depth - 1))
    if not depth or r.randrange(3) == 0:
        return leaf(r)
    mark = r.choice(["b", "b1", "=_%x" % r.randrange(1 << 32), "----=_Part_1",
                     "a boundary", "x" * 70, "--=_next"])
    out = text(r, r.randrange(2))
    for _ in range(1 + r.randrange(3)):
        out += [b"--" + mark.encode()] + flat(entity(r, depth - 1))
    kind = r.choice(["mixed", "alternative", "related", "report", "signed"])
    return [f'Content-Type: multipart/{kind};\r\n boundary="{mark}"'], \
        out + [b"--" + mark.encode() + b"--", b""]


def flat(part):
    fields, lines = part
    return [f.encode() for f in fields] + [b""] + lines


def header(r):
    """The fields of a message, without those of its type."""
    out = ["Received: from a.example by b.example (Postfix)\r\n\tid %X;\r\n\t"
           "Tue, 24 Nov 2026 10:00:00 +0000" % r.randrange(1 << 40)
           for _ in range(r.randrange(6))]
    out += ["Date: Tue, 24 Nov 2026 10:00:00 +0000",
            f"From: {encoded_word(r, words(r, 3))} <a@example.com>",
            "To: " + ",\r\n ".join(f"{words(r, 1)} <u{i}@example.net>"
                                   for i in range(1 + r.randrange(30))),
            "Subject: " + r.choice([words(r, 6), encoded_word(r, words(r, 9)),
                                    "x" * 900, ""])]
    out += [r.choice([
        "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1;\r\n\th=From;\r\n\tb="
        + "\r\n\t ".join("Ab+/" * 18 for _ in range(5)),
        "List-Unsubscribe: <https://example.com/u?t=" + "y" * r.randrange(800) + ">",
        "X-Folded:\r\n " + "\r\n\t".join("z" * r.randrange(1, 80) for _ in range(30)),
        "References: " + "\r\n ".join(f"<{i}@example.com>" for i in range(50)),
        "X-Spam-Status: No, score=-1.9 required=5.0 tests=[A=1, B=2]",
        "Reply-To: =?utf-8?q?a?= <b@example.com>",
        "X-Eight: " + words(r, 5),
    ]) for _ in range(r.choice([0, 1, 1, 3, 3, 8, 60]))]
    return out


def message(r):
    """The lines of a message, in bytes, without their CR LF."""
    part = r.choice([lambda: leaf(r), lambda: leaf(r), lambda: entity(r, 1),
                     lambda: entity(r, 2), lambda: entity(r, 4)])()
    lines = [h.encode() for h in header(r)] + [b"MIME-Version: 1.0"] + flat(part)
    return b"\r\n".join(lines).split(b"\r\n")


def addresses(r):
    """Sender and recipients, with their parameters."""
    def address():
        return f"{r.choice(LOCALS)}@{r.choice(DOMAINS)}"
    sender = r.choice(["<>", f"<{address()}>", "<søren@example.com>"])
    said = ["", " BODY=8BITMIME", " SIZE=100000000 BODY=8BITMIME", " RET=HDRS",
            " ENVID=QQ+2B314159", " AUTH=<>"]
    sender += " SMTPUTF8" if "ø" in sender else r.choice(said)
    notes = ["", "", " NOTIFY=SUCCESS,FAILURE", " ORCPT=rfc822;a+2Bb@example.net"]
    return sender, [f"<{address()}>" + r.choice(notes)
                    for _ in range(r.choice([1, 1, 1, 2, 5, 100]))]
