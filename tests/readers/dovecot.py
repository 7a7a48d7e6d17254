#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
#
# The names of files in messages, as Dovecot tells them to IMAP clients; see run.
"""Messages from standard input, as judge reads them; a line of JSON for each."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

IMAP = "/usr/lib/dovecot/imap"
CONFIG = """base_dir = {0}/run
state_dir = {0}/run
log_path = /dev/null
ssl = no
mail_location = maildir:{0}/mail
mail_cache_fields =
default_internal_user = nobody
default_login_user = nobody
protocols =
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
"""


def messages():
    while line := sys.stdin.buffer.readline():
        yield sys.stdin.buffer.read(int(line))


def tokens(text):
    """Atoms, strings and parentheses of IMAP (RFC 3501 9)."""
    at = 0
    while at < len(text):
        c = text[at:at + 1]
        if c == b'"':
            m = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.S).match(text, at)
            yield re.sub(rb"\\(.)", rb"\1", m[1], flags=re.S)
            at = m.end()
        elif c == b"{":
            m = re.compile(rb"\{(\d+)\}\r\n").match(text, at)
            yield text[m.end():m.end() + int(m[1])]
            at = m.end() + int(m[1])
        else:
            at += 1


def names(structure):
    """The values of all parameters: one that is no name does no harm."""
    found = []
    before = b""
    for token in tokens(structure):
        if re.match(rb"(file)?name(\*\d*\*?)?$", before, re.I):
            found.append(token.decode("utf-8", "replace"))
        before = token
    return found


def structures(said, count):
    """What was said of each message, by its number."""
    found = {}
    for m in re.finditer(rb"^\* (\d+) FETCH \(", said, re.M):
        after = re.compile(rb"^(\* \d+ FETCH \(|x OK)", re.M).search(said, m.end())
        found[int(m[1])] = said[m.end():after.start() if after else len(said)]
    return [found.get(i + 1, b"") for i in range(count)]


def main():
    with tempfile.TemporaryDirectory() as place:
        for folder in ("cur", "new", "tmp"):
            os.makedirs(f"{place}/mail/{folder}")
        os.mkdir(f"{place}/run")
        config = pathlib.Path(place, "conf")
        config.write_text(CONFIG.format(place))
        count = 0
        for data in messages():
            count += 1
            pathlib.Path(place, "mail/cur", f"{count:06}.x:2,S").write_bytes(data)
        os.chmod(place, 0o755)
        for path in [place] + [str(p) for p in pathlib.Path(place).rglob("*")]:
            shutil.chown(path, "nobody", "nogroup")
        said = subprocess.run(
            [IMAP, "-c", str(config)],
            input=b"a SELECT INBOX\r\nx FETCH 1:* BODYSTRUCTURE\r\nz LOGOUT\r\n",
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
            env={"USER": "nobody", "HOME": place}).stdout
        for structure in structures(said, count):
            print(json.dumps(names(structure)))


main()
