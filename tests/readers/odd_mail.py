# SPDX-License-Identifier: GPL-2.0
"""Messages with a file called NAME, written in a way that some reader of mail may take
for something else: the grammar of RFC 2045 to 2049, 2183, 2231, 5322, and its breaks.
"""

import base64
import random

NAME = "mark.exe"
LONG = 300                      # characters, of a name that is too long

SPACES = ["", "", "", " ", "\t", "\r\n ", "\r\n\t", "\r", "\v", "\f", "\0", "  ", "\x1c", "\x85"]
JUNK = ["\0", "\r", "\v", "\f", "\\", '"', "(", ")", ";", "=", "'", "%", "*", "?", "=?", "?=",
        "\r\n ", "<", ">", ",", "/", ":", "\x7f", "\xa0", "\xef\xbb\xbf", " ", "\t", "\x1b(B", "&", "x",
        "--", "\r\n", "\n"]
CHARSETS = ["utf-8", "us-ascii", "iso-8859-1", "UTF8", "windows-1252", "utf-8*en", "x" * 90,
            "", "gb2312", "iso-2022-jp", "koi8-r", "none-such", "utf-8*" + "a" * 100,
            "utf 8", "=", "utf-8=", '"utf-8"', "unknown-8bit"]
COMMENTS = ["(c)", "(", ")", "(a(b)c)", "(\\)", '(")', "(;)", "()", "(a\\", "((", "(" * 256 + ")" * 255,
            "(x=y)", "(name=z)", '("")']


class Random(random.Random):
    """Chooses the first, which is the usual one, more often in some messages."""

    def __init__(self, seed):
        super().__init__(seed)
        self.calm = 0
        self.calm = super().choice([0, 0.5, 0.8, 0.95])

    def choice(self, seq):
        if self.random() < self.calm:
            return seq[0]
        return super().choice(seq)


def few(r, choices, odds=4):
    """One of them, but most often none."""
    if r.randrange(odds) or r.random() < r.calm:
        return ""
    return random.Random.choice(r, choices)


def pieces(r, text, most=4):
    at = sorted(r.randrange(len(text) + 1) for _ in range(r.randrange(most)))
    return [text[a:b] for a, b in zip([0] + at, at + [len(text)])]


def percent(r, text, all_of_it=False):
    return "".join(f"%{ord(c):02x}" if all_of_it or r.randrange(3) == 0 else c
                   for c in text)


def quoted_printable(r, text):
    return "".join(f"={ord(c):02X}" if r.randrange(3) == 0 or not c.isalnum() else c
                   for c in text)


def word(r, text, charset=None):
    charset = r.choice(CHARSETS) if charset is None else charset
    if r.randrange(2):
        coded = base64.b64encode(text.encode()).decode()
        if r.randrange(4) == 0:
            coded = coded.rstrip("=")
        return f"=?{charset}?{r.choice('Bb')}?{coded}?="
    return f"=?{charset}?{r.choice('Qq')}?{quoted_printable(r, text)}?="


def cut_word(r, text):
    """One word's text, cut somewhere and closed and opened again there."""
    whole = word(r, text, r.choice(CHARSETS[:4]))
    head = whole[:whole.index("?", whole.index("?", 2) + 1) + 1]
    text = whole[len(head):-2]
    gap = r.choice(["", " ", "\r\n ", " " * 90, "\t"])
    return ("?=" + gap).join(head + part for part in pieces(r, text, 3)) + "?="


def words(r, text):
    gap = r.choice(["", " ", "\r\n ", " " * 100, "\r\n\t", "\r"])
    return gap.join(word(r, p) if r.randrange(3) else p for p in pieces(r, text, 3))


def value(r, text):
    """The name, unless it is in sections."""
    kind = r.randrange(12)
    if kind == 0:
        return text
    if kind == 1:
        return words(r, text)
    if kind == 2:
        return '"' + words(r, text) + '"'
    if kind == 3:
        return '"' + cut_word(r, text) + '"'
    if kind == 4:
        return '"' + r.choice(["=", "=?", "x=?", "=?=?", "=?utf-8?", "=?x?Q"]) + word(r, text) + '"'
    if kind == 5:
        return '"' + "".join(r.choice(["\\", ""]) + c for c in text) + '"'
    if kind == 6:
        a, b = pieces(r, text, 2)[0], text
        return '"' + a + '"' + r.choice(["", " ", "x"]) + b[len(a):]
    if kind == 7:
        return '"' + text + '"' + r.choice([" x=y", "x", " x", "(c)", '"', ' "x"', " ; x"])
    if kind == 8:
        return r.choice(COMMENTS).join(pieces(r, text, 2))
    if kind == 9:
        return '"' + r.choice(["a;b", "x\\\"; ", "a\\\\", "'", "a=b"]) + text + '"'
    if kind == 10:
        return '"' + text + r.choice(["", "'", "\\\"", "\\"])
    return '"' + text + '"'


def extended(r, text):
    prefix = r.choice(["utf-8''", "utf-8'en'", "''", "", "'", "us-ascii''", r.choice(CHARSETS) + "''"])
    coded = percent(r, text, r.randrange(2))
    if r.randrange(6) == 0:
        coded = word(r, text)
    return r.choice(['"{}"', "{}", "{}", "{}"]).format(prefix + coded)


def sections(r, name, text):
    parts = pieces(r, text, 5)
    coded = [r.randrange(3) == 0 for _ in parts]
    if r.randrange(5) == 0:             # a code cut between sections
        parts = pieces(r, percent(r, text, True), 4)
        coded = [r.randrange(5) != 0 for _ in parts]
    elif r.randrange(6) == 0:           # a word cut between them
        parts = pieces(r, word(r, text), 4)
        coded = [False] * len(parts)
    else:
        parts = [percent(r, p) if c else p for p, c in zip(parts, coded)]
    found = []
    base = r.choice([0, 0, 0, 0, 0, 1])
    for i, (part, c) in enumerate(zip(parts, coded)):
        number = i + base + (few(r, [1, 2], 30) or 0)
        digits = few(r, ["0"], 30) + str(number)
        prefix = "utf-8''" if c and not i and r.randrange(6) else ""
        part = prefix + part
        if not c and r.randrange(2) or " " in part or "=?" in part:
            part = f'"{part}"'
        found.append(f"{name}*{digits}{'*' if c else ''}={part}")
    if r.randrange(3) == 0:
        r.shuffle(found)
    if r.randrange(12) == 0:
        found.insert(r.randrange(len(found) + 1), r.choice(found).split("=")[0] + "=x")
    return found


def parameter(r, name, text):
    kind = r.randrange(5)
    if kind < 2:
        return sections(r, name, text)
    star, v = ("*", extended(r, text)) if kind == 2 else ("", value(r, text))
    name = few(r, ['"', "x", "(c)"], 40) + r.choice([name, name, name.upper(), name.title()])
    return [name + few(r, SPACES, 8) + star + few(r, SPACES, 8) + few(r, COMMENTS, 20) + "=" +
            few(r, SPACES, 8) + few(r, COMMENTS, 20) + v]


def decoy(r):
    return r.choice(["x=y", 'x="a;b"', "size=10", "charset=utf-8", 'x="', "(x)", "x", "(", '"', "=", "x=(",
                     "filename=a.txt", "name=a.txt", 'x="\\"', "x=\\", "*=x", "filename", "x=y z",
                     'creation-date="Mon, 1 Jan 2001 00:00:00 +0000"', "filename*0=a", "name*1=b", "",
                     "boundary=zz"])


def field(r, name, text):
    param = "filename" if name == "Content-Disposition" else "name"
    if r.randrange(15) == 0:
        param = r.choice(["name", "filename"])
    kind = {"Content-Disposition": ["attachment"] * 6 + ["inline", "", '"attachment"', "attachment(c)", "a b",
                                                         "attachment (", "x"],
            "Content-Type": ["application/octet-stream"] * 6 + ["text/plain", '"a/b"', "a / b", "", "a", "a/(c)b",
                                                                "application/x (", "a/b c"]}[name]
    params = parameter(r, param, text)
    for _ in range(few(r, [1, 2], 2) or 0):
        params.insert(r.randrange(len(params) + 1), decoy(r))
    if r.randrange(10) == 0:            # interleaved with another
        other = sections(r, r.choice(["name", "filename", "x"]), "other.txt")
        for i, o in enumerate(other):
            params.insert(min(2 * i, len(params)), o)
    body = r.choice(kind)
    for p in params:
        body += r.choice([";"] * 12 + ["", " ", ";;", "; ;", ","]) + r.choice([" "] * 6 + SPACES) + p
    body += few(r, [";", " ", "; ", "\r", ")"], 6)
    if r.randrange(60) == 0:
        body = word(r, body, "utf-8")
    colon = r.choice([":"] * 20 + [" :", "\t:", "\0:", "\v:"])
    before = few(r, [" ", "\t", "\r", "\0", "\xef\xbb\xbf", "\v", "\f", "x: y\r", "x: y\n", " \r\n", "\x7f"], 20)
    name = r.choice([name] * 6 + [name.lower(), name.upper()])
    return before + name + colon + r.choice([" "] * 6 + SPACES) + body


def part_header(r, text):
    """Fields, one or two of which say NAME."""
    lines = []
    which = r.randrange(5)
    lines.append(field(r, "Content-Type", text) if which in (0, 1, 2) and which != 2
                 else "Content-Type: application/octet-stream" if r.randrange(2) else "X-Other: y")
    if which != 0:
        lines.append(field(r, "Content-Disposition", text))
    else:
        lines.append(r.choice(["Content-Disposition: attachment", "X-Other: y",
                               "Content-Disposition: attachment; filename=a.txt"]))
    if r.randrange(8) == 0:
        lines.append(r.choice(["Content-Type: text/plain", "Content-Disposition: inline; filename=b.txt",
                               "no colon", "Content-Type:", "Content-Disposition"]))
    if r.randrange(3) == 0:
        r.shuffle(lines)
    lines.append("Content-Transfer-Encoding: " + r.choice(["7bit", "8bit", "base64", "7bit\v", '"7bit"', "7bit (c)"]))
    end = r.choice(["\r\n"] * 20 + ["\r", "\n", "\r\r\n"])
    return end.join(lines) + end


def boundary(r):
    """What declares it, and the lines that begin and end a part."""
    b = r.choice(["b1", "b1", "=_x", "a'b+c", "--b", "b" * 70, "b" * 250, "b1--", "a b", "b.1", "=?utf-8?Q?b1?=", "b1 "])
    declared = r.choice([f'"{b}"'] * 5 + [f'"{b}" x=y', f'"{b}"x', b, b, f"(c){b}", f'"{b}" (c)', f"{b} x=y", f"{b}(c)",
                        f'"{b}', f"'{b}'", f'"{b}\\', f'\\{b}', f'"{b[:1]}\\{b[1:]}"', "", '""', f"=?utf-8?Q?{b}?=",
                        f'"=?us-ascii?Q?{b}?="', f'"{b}";boundary=zz', f'zz;boundary="{b}"', f"{b}\v", f"{b}\0", f"\v{b}",
                        f'"{b}\t"', f"<{b}>", f"{b},x", f"{b}\r", f'" {b}"', f'"{b}" "x"', f'"{b[:1]}"{b[1:]}'])
    name = r.choice(["boundary"] * 10 + ["Boundary", "boundary ", "boundary*0", "boundary*", 'boundary\v', "boundary*0*"])
    if name.endswith("*"):
        declared = r.choice(["us-ascii''", "''", ""]) + percent(r, b)
    if r.randrange(10) == 0:
        half = len(b) // 2
        return r.choice([f'boundary*0="{b[:half]}"; boundary*1="{b[half:]}"',
                         f'boundary*1="{b[half:]}"; boundary*0="{b[:half]}"']), b
    line = b
    if r.randrange(4) == 0:             # what some reader will take for it
        line = r.choice([b, b + " x=y", declared, b.strip(), "", b + "x", declared.strip('"'), b + " ", "=?utf-8?Q?" + b])
        line = line.replace("\r", "").replace("\n", "")
    return name + "=" + declared, line


def multipart(r, inner, depth=0):
    kind = r.choice(["multipart/mixed"] * 8 + ["multipart/digest", "multipart/related", '"multipart/mixed"', "multipart/(c)mixed",
                    "multipart / mixed", "MULTIPART/x", "multipart", "multipart/mixed (c", "multi\0part/mixed", "\vmultipart/mixed",
                    "multipart/mixed x=y", "multipart/alternative"])
    declared, line = boundary(r)
    semi = r.choice([";"] * 10 + ["", " ", ";;", ",", "; x=y;", '; x="a\\";', "; (c);", ";\r"])
    end = r.choice(["\r\n"] * 20 + ["\r", "\n", " \r\n", "\t\r\n", "x\r\n", "\r\r\n", "--\r\n"])
    mark = r.choice(["--"] * 12 + [" --", "\r--", "\0--"]) + line
    head = f"Content-Type:{r.choice([' '] * 8 + SPACES)}{kind}{semi} {declared}\r\n"
    head = few(r, [" ", "\r", "\xef\xbb\xbf", "X: y\r", "\0"], 25) + head
    if kind == "multipart/digest":
        inner = r.choice(["\r\n", "X: y\r\n\r\n", ""]) + inner
    text = head + r.choice(["\r\n"] * 10 + ["\r\r", "\n", "", " \r\n"])
    text += few(r, ["preamble\r\n", "\r\n"], 3)
    if r.randrange(3) == 0:
        text += mark + end + "Content-Type: text/plain\r\n\r\nhi\r\n"
    return text + mark + end + inner + "\r\n" + mark + "--\r\n"


def wrapped(r, inner):
    """The part in a message of its own."""
    kind = r.choice(["message/rfc822"] * 6 + ['"message/rfc822"', "message / rfc822", "message/delivery-status", "message/global",
                    "MESSAGE/RFC822; x=y", "message/rfc822 (c", "message/(c)rfc822", "message/news", "message/\vrfc822"])
    groups = "Reporting-MTA: dns; x\r\n\r\n" if "delivery" in kind else ""
    return f"Content-Type: {kind}\r\n\r\n{groups}{few(r, ['Subject: x' + chr(13) + chr(10)], 2)}{inner}"


def broken(r, text):
    """Some bytes inserted, left out or doubled."""
    for _ in range(r.choice([0, 0, 0, 0, 1, 1, 2, 3])):
        at = r.randrange(len(text))
        kind = r.randrange(4)
        if kind == 0:
            text = text[:at] + text[at + 1:]
        elif kind == 1:
            text = text[:at] + text[at] + text[at:]
        else:
            text = text[:at] + r.choice(JUNK) + text[at:]
    return text


def message(r):
    """One message, as bytes with CR LF."""
    text = NAME
    long = r.randrange(12) == 0
    if long:
        text = "a" * LONG + ".txt"
    inner = part_header(r, text) + "\r\nbody\r\n"
    for _ in range(r.choice([0, 1, 1, 1, 1, 2])):
        inner = wrapped(r, inner) if r.randrange(4) == 0 else multipart(r, inner)
    text = "MIME-Version: 1.0\r\nFrom: a@example.com\r\n" + inner
    if r.randrange(10) == 0:
        text = inner
    return broken(r, text).encode("latin-1")
